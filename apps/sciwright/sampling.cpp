#include "sciwright/sampling.h"

#include <cerrno>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <memory>
#include <poll.h>
#include <spawn.h>
#include <sstream>
#include <unistd.h>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "base/duration.h"
#include "base/files.h"
#include "bench/stop_signal.h"
#include "energy/replay.h"
#include "energy/trace_reader.h"
#include "io/csv.h"
#include "record/host.h"
#include "sciwright/option_checks.h"
#include "sciwright/smi_commands.h"

namespace sciwright {
namespace {

namespace fs = std::filesystem;
using energy::Json;
using energy::Sample;

/// A file without a name: however this program ends, nothing stays behind.
class UnnamedFile final {
 public:
  UnnamedFile() {
    std::string name = (fs::temp_directory_path() / "sciwright-XXXXXX").string();
    descriptor_ = ::mkostemp(name.data(), O_CLOEXEC);
    if (descriptor_ < 0) {
      throw Error(ErrorKind::kFailure,
                  fmt::format("{}: cannot make a file: {}", name, std::strerror(errno)));
    }
    ::unlink(name.c_str());
  }
  ~UnnamedFile() { ::close(descriptor_); }
  UnnamedFile(const UnnamedFile&) = delete;
  UnnamedFile& operator=(const UnnamedFile&) = delete;

  /// Good in this process, as long as this lives.
  fs::path path() const { return fmt::format("/proc/self/fd/{}", descriptor_); }

 private:
  int descriptor_;
};

/// Where the samples go: always a file, so that a long trace needs no memory; also stdout.
class SampleLog final {
 public:
  SampleLog(const SamplingOptions& options, std::vector<energy::Device> devices, bool to_stdout)
      : path_(options.out.empty() ? unnamed_.path() : fs::path(options.out)),
        starting_(std::make_unique<FileLock>(path_)),
        session_(next_session()),
        writer_(path_),
        devices_(std::move(devices)),
        form_(options.form),
        dense_(options.dense),
        to_stdout_(to_stdout) {
    if (to_stdout_) fmt::print("{}\n", header());
  }

  int session() const { return session_; }

  void write(const std::vector<Sample>& round) {
    const std::unique_ptr<FileLock> until_written = std::move(starting_);
    if (round.empty()) return;
    const std::string rows = energy::trace_rows(devices_, round);
    writer_.append(rows);
    if (!to_stdout_) return;
    if (form_ == "csv") {
      fmt::print("{}\n", rows);
    } else {
      fmt::print("{}\n",
                 energy::watch_row(watch_form(), dense_, round.front().utc_ns, gpu_cells(round)));
    }
    std::fflush(stdout);
  }

  /// What this session measured, from its first sample to its last, and in a further window: what
  /// ran there is not all known when sampling ended early.
  Json report(const energy::Window& further = {}) const {
    energy::Trace trace = energy::read_trace(path_);
    std::erase_if(trace.samples, [this](const Sample& s) { return s.session != session_; });
    const energy::Accounting accounting(std::move(trace));
    std::vector<energy::Window> windows = accounting.whole();
    windows.push_back(further);
    return energy::energy_report(accounting, {.windows = energy::merged(std::move(windows))});
  }

 private:
  /// A file that holds a trace already is gone on with.
  int next_session() const {
    std::error_code error;
    if (!fs::exists(path_, error)) return 0;
    if (!fs::is_regular_file(path_, error)) {
      throw usage_error(fmt::format("--out {}: this is no regular file", path_.string()));
    }
    const std::string text = read_file(path_);
    if (energy::trace_header().starts_with(text)) return 0;  // empty, or cut within the header
    const energy::Trace trace = energy::parse_trace_csv(text, path_.string());
    if (!text.starts_with(energy::trace_header())) throw_if_any(trace.problems);
    int session = 0;
    for (const Sample& sample : trace.samples) session = std::max(session, sample.session + 1);
    return session;
  }

  energy::WatchForm watch_form() const {
    return form_ == "old" ? energy::WatchForm::kOld : energy::WatchForm::kNew;
  }

  static std::optional<int> gpu_number(const energy::Device& device) {
    if (device.kind != energy::DeviceKind::kGpu) return {};
    const auto number = io::parse_int64(std::string_view(device.name).substr(3));
    return number ? std::optional(static_cast<int>(*number)) : std::nullopt;
  }

  std::string header() const {
    if (form_ == "csv") return energy::trace_header();
    std::vector<int> gpus;
    for (const energy::Device& device : devices_) {
      if (const auto number = gpu_number(device)) gpus.push_back(*number);
    }
    return energy::watch_header(watch_form(), gpus);
  }

  std::vector<energy::WatchCell> gpu_cells(const std::vector<Sample>& round) const {
    std::vector<energy::WatchCell> cells;
    for (const Sample& sample : round) {
      if (const auto number = gpu_number(devices_[sample.device_index])) {
        cells.emplace_back(*number, sample.reading);
      }
    }
    return cells;
  }

  UnnamedFile unnamed_;
  fs::path path_;
  std::unique_ptr<FileLock> starting_;  ///< Until the first row shows others that session_ is ours.
  int session_;
  energy::TraceWriter writer_;
  std::vector<energy::Device> devices_;
  std::string form_;
  bool dense_;
  bool to_stdout_;
};

/// Sleeps until a moment; false when a signal asked to stop.
bool sleep_until(std::int64_t steady_ns, const bench::StopSignal& signal) {
  const timespec due{steady_ns / 1'000'000'000, steady_ns % 1'000'000'000};
  while (!signal.requested() &&
         ::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, nullptr) == EINTR) {
  }
  return !signal.requested();
}

pid_t start(const std::vector<std::string>& command) {
  std::vector<std::string> words = command;
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_t child = 0;
  if (const int error = ::posix_spawnp(&child, argv[0], nullptr, nullptr, argv.data(), environ)) {
    throw usage_error(fmt::format("{}: cannot start: {}", command[0], std::strerror(error)));
  }
  return child;
}

/// Waits for the command; a request to end is handed on to it. Returns its exit code as a shell
/// tells it.
int wait_for(pid_t child, const bench::StopSignal& signal) {
  const int descriptor = static_cast<int>(::syscall(SYS_pidfd_open, child, 0));
  bool is_told = false;
  while (descriptor >= 0) {
    pollfd ended{descriptor, POLLIN, 0};
    // A signal may come just before, or to another thread, and then interrupts nothing.
    constexpr int kLookAgain_ms = 500;
    if (::poll(&ended, 1, kLookAgain_ms) == 1) break;
    const auto requested = signal.requested();
    // Ctrl-C reaches the command from the terminal.
    const bool reached_us_alone = requested == ErrorKind::kTimeLimit || signal.was_sent();
    if (requested && !is_told && reached_us_alone) {
      ::kill(child, requested == ErrorKind::kTimeLimit ? SIGTERM : SIGINT);
    }
    is_told = requested.has_value();
  }
  if (descriptor >= 0) ::close(descriptor);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::vector<std::string> split(const std::string& names) {
  std::vector<std::string> out;
  std::istringstream stream(names);
  for (std::string name; std::getline(stream, name, ',');) out.push_back(name);
  return out;
}

energy::Trace recorded_trace(const std::string& file, const std::optional<std::vector<int>>& gpus) {
  energy::Trace trace = energy::read_trace(file);
  if (!gpus) return trace;
  energy::Trace chosen = energy::only_chosen(trace, {.numbers = *gpus});
  if (chosen.devices.empty() && !trace.devices.empty()) {
    std::vector<std::string> names;
    for (const energy::Device& device : trace.devices) names.push_back(device.name);
    throw usage_error(
        fmt::format("--gpu: {} has none of these GPUs; it has {}", file, fmt::join(names, ", ")));
  }
  return chosen;
}

}  // namespace

void add_device_options(CLI::App& verb, SamplingOptions& options) {
  verb.add_option("--gpu", options.gpus, "Only these GPUs, for example 0,[2-3]")->type_name("LIST");
  verb.add_option("--replay", options.replay, "A recorded trace instead of sensors")
      ->type_name("FILE");
}

void add_row_options(CLI::App& verb, SamplingOptions& options) {
  verb.add_option("--delay", options.delay, "Seconds between samples, 0.001 or more")
      ->type_name("S");
  verb.add_option("--count", options.count, "Samples to take; without it until Ctrl-C")
      ->type_name("N")
      ->check(positive(1e12));
  verb.add_flag("--dense", options.dense, "No blanks in the rows of gpu watch");
}

energy::SamplingPlan sampling_plan(const SamplingOptions& options) {
  const double delay_s = parse_duration_s(options.delay);
  constexpr double kDay_s = 86'400;
  if (delay_s < 0.001 || delay_s > kDay_s) {
    throw usage_error(fmt::format("--delay {}: must be 0.001 s to a day", options.delay));
  }
  energy::SamplingPlan plan;
  plan.period_ns = static_cast<std::int64_t>(delay_s * 1e9);
  plan.count = options.count;
  return plan;
}

energy::FoundSources sources_of(const SamplingOptions& options) {
  const std::optional<std::vector<int>> gpus = gpu_list(options.gpus);
  if (!options.replay.empty()) {
    energy::FoundSources found;
    found.sources.push_back(
        std::make_unique<energy::ReplaySource>(recorded_trace(options.replay, gpus)));
    return found;
  }
  energy::SourceQuery query = energy::source_query(record::process_environment());
  if (!options.root.empty()) query.root = options.root;
  query.names = split(options.sources);
  if (gpus) query.gpus = energy::GpuChoice{.numbers = *gpus};
  query.tdp_w = options.tdp_w;
  return energy::find_sources(query);
}

Json sample_here(energy::PowerSources sources, const SamplingOptions& options, bool quiet) {
  energy::SamplingPlan plan = sampling_plan(options);
  if (!options.replay.empty() && !plan.count) {
    plan.count = dynamic_cast<const energy::ReplaySource&>(*sources.front()).num_moments();
  }
  SampleLog log(options, energy::devices_of(sources), !quiet);
  plan.session = log.session();
  const bench::StopSignal signal;
  energy::sample_rounds(
      sources, system_clock(),
      [&](std::int64_t steady_ns) { return sleep_until(steady_ns, signal); }, plan,
      [&](const std::vector<Sample>& round) { log.write(round); });
  return log.report();
}

MeasuredCommand sample_command(energy::PowerSources sources, const SamplingOptions& options,
                               const std::vector<std::string>& command) {
  energy::SamplingPlan plan = sampling_plan(options);
  SampleLog log(options, energy::devices_of(sources), false);
  plan.session = log.session();
  const bench::StopSignal signal;
  energy::BackgroundSampler sampler(std::move(sources), system_clock(), plan,
                                    [&](const std::vector<Sample>& round) { log.write(round); });
  MeasuredCommand ended;
  const std::int64_t begin_ns = system_clock().utc_ns();
  const std::int64_t steady_ns = system_clock().steady_ns();
  ended.exit_code = wait_for(start(command), signal);
  const std::int64_t elapsed_ns = system_clock().steady_ns() - steady_ns;
  const std::string failure = sampler.stop();
  ended.report = log.report({begin_ns, begin_ns + elapsed_ns});
  if (!failure.empty()) ended.report["problems"].push_back("sampling ended early: " + failure);
  return ended;
}

}  // namespace sciwright
