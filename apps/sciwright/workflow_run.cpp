#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <memory>
#include <optional>
#include <unistd.h>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/ioctl.h>

#include "base/error.h"
#include "base/files.h"
#include "base/progress_bar.h"
#include "bench/stop_signal.h"
#include "coordinator/engine.h"
#include "sciwright/print_json.h"
#include "sciwright/workflow_commands.h"
#include "workflow/listing.h"
#include "workflow/live_view.h"

namespace sciwright {
namespace {

using coordinator::EngineOptions;
using coordinator::WorkflowFolder;
using workflow::Event;
using workflow::NodeStatus;
using workflow::RunStatus;
using workflow::State;

/// What `run` and `resume` take.
struct RunOptions {
  WorkflowChoice which;
  EngineOptions engine;
  std::vector<std::string> parameters;
  bool dry_run = false;
  bool background = false;
  bool quiet = false;
  bool json = false;
};

/// Lines on a terminal that are drawn over each other.
class LiveTable final {
 public:
  void draw(const std::vector<std::string>& lines) {
    std::string text = back();
    for (const std::string& line : lines) text += line + "\x1b[K\n";
    write_stderr(text + "\x1b[J");
    num_drawn_ = lines.size();
  }

  /// So that other output can follow.
  void wipe() {
    if (num_drawn_ > 0) write_stderr(back() + "\x1b[J");
    num_drawn_ = 0;
  }

  static workflow::TerminalSize size() {
    struct winsize window = {};
    if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &window) != 0 || window.ws_row == 0) return {};
    return {window.ws_row, window.ws_col};
  }

 private:
  std::string back() const { return num_drawn_ > 0 ? fmt::format("\x1b[{}F", num_drawn_) : ""; }

  std::size_t num_drawn_ = 0;
};

/// Tells what happens: a live table on a terminal, else a line for each change.
class RunView final {
 public:
  explicit RunView(bool quiet) : quiet_(quiet), is_live_(!quiet && stderr_is_terminal()) {}

  /// The state is looked at again at each tick, until `finish`.
  void tell(const Event& event, const State& state) {
    if (quiet_) return;
    if (!view_) view_.emplace(state.names());
    state_ = &state;
    const std::string line = line_of(event);
    const bool is_news = event.kind == Event::Kind::kEnded && event.status == NodeStatus::kFailed;
    if (!line.empty() && (is_news || !is_live_)) say(line);
    tick();
  }

  /// Draws what is live, ten times a second at most.
  void tick() {
    const std::int64_t now_ns = clock_.steady_ns();
    if (!is_live_ || state_ == nullptr || now_ns - drawn_ns_ < kRedrawNs) return;
    drawn_ns_ = now_ns;
    table_.draw(view_->lines(*state_, clock_.utc_ns(), LiveTable::size()));
  }

  void say(const std::string& line) {
    table_.wipe();
    fmt::print(stderr, "{}\n", line);
  }

  void finish() {
    table_.wipe();
    state_ = nullptr;
  }

 private:
  static constexpr std::int64_t kRedrawNs = 100'000'000;

  static std::string line_of(const Event& event) {
    const std::string more = event.message.empty() ? "" : ": " + event.message;
    switch (event.kind) {
      case Event::Kind::kRunning:
        return fmt::format("{}: running on {}", event.node, event.host);
      case Event::Kind::kProgress:
        if (event.progress == 0 && !more.empty()) return event.node + more;
        return fmt::format("{}: {:.0f} %{}", event.node, event.progress, more);
      case Event::Kind::kEnded:
        return fmt::format("{}: {}{}", event.node, workflow::status_name(event.status), more);
      case Event::Kind::kRetry:
        return fmt::format("{}: will be tried again", event.node);
      case Event::Kind::kRefused:
        return "refused: " + event.message;
      default:
        return "";
    }
  }

  const bool quiet_;
  const bool is_live_;
  const Clock clock_ = system_clock();
  std::optional<workflow::LiveView> view_;
  const State* state_ = nullptr;
  std::int64_t drawn_ns_ = 0;
  LiveTable table_;
};

workflow::Parameters parameters_of(const std::vector<std::string>& texts) {
  workflow::Parameters parameters;
  for (const std::string& text : texts) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw usage_error(fmt::format("--set: found {}, expected NAME=VALUE", text));
    }
    parameters[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return parameters;
}

int show_plan(const WorkflowFolder& folder, const EngineOptions& options) {
  const std::vector<std::string> names = coordinator::plan_workflow(folder, options);
  for (const std::string& name : names) fmt::print("{}\n", name);
  if (names.empty()) fmt::print(stderr, "there is nothing to be done\n");
  return 0;
}

/// A process of its own session, whose words go to engine.log. True in that process.
bool go_to_background(const WorkflowFolder& folder) {
  make_directories(folder.state);
  const int file = ::open(folder.log().c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0666);
  const pid_t child = file < 0 ? -1 : ::fork();
  if (child < 0) {
    throw Error(ErrorKind::kFailure, fmt::format("{}: cannot go on in the background: {}",
                                                 folder.log().string(), std::strerror(errno)));
  }
  if (child > 0) {
    ::close(file);
    fmt::print("process {} goes on in the background and writes {}\n", child,
               folder.log().string());
    return false;
  }
  ::setsid();
  const int null = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  ::dup2(null, STDIN_FILENO);
  for (const int standard : {STDOUT_FILENO, STDERR_FILENO}) ::dup2(file, standard);
  return true;
}

void print_summary(const WorkflowFolder& folder, const State& state, const RunOptions& options) {
  if (options.json) {
    nlohmann::ordered_json counts = nlohmann::ordered_json::object();
    for (int i = 0; i < workflow::kNumNodeStatuses; ++i) {
      const auto status = static_cast<NodeStatus>(i);
      counts[std::string(workflow::status_name(status))] = state.count(status);
    }
    const nlohmann::ordered_json out = {{"status", workflow::run_status_name(state.status())},
                                        {"run", state.run()},
                                        {"counts", std::move(counts)}};
    print_json(out);
    return;
  }
  coordinator::Snapshot snapshot(folder);
  snapshot.refresh();
  fmt::print("{}\n", workflow::listing_summary(snapshot.definition(), state));
}

int run(const RunOptions& options) {
  const WorkflowFolder folder = folder_of(options.which);
  EngineOptions engine = options.engine;
  engine.parameters = parameters_of(options.parameters);
  if (options.dry_run) return show_plan(folder, engine);
  if (options.background && !go_to_background(folder)) return 0;
  const bench::StopSignal signal;
  RunView view(options.quiet);
  engine.stop = [&] {
    view.tick();
    return signal.requested() == ErrorKind::kInterrupted;
  };
  engine.leave = [&] { return signal.requested() == ErrorKind::kTimeLimit; };
  engine.on_event = [&](const Event& event, const State& state) { view.tell(event, state); };
  engine.on_warning = [&](const std::string& text) { view.say("warning: " + text); };
  engine.on_news = [&](const std::string& text) {
    if (!options.quiet) view.say(text);
  };
  const State state = coordinator::run_workflow(folder, engine, system_clock());
  view.finish();
  print_summary(folder, state, options);
  if (state.count(NodeStatus::kFailed) > 0 && !options.quiet) {
    fmt::print(stderr, "sciwright workflow explain {} says why\n", options.which.which);
  }
  if (const auto kind = signal.requested()) return static_cast<int>(*kind);
  return state.status() == RunStatus::kDone ? 0 : 1;
}

void add_common_options(CLI::App& verb, RunOptions& options) {
  add_workflow_choice(verb, options.which);
  verb.add_option("-j,--jobs", options.engine.num_local_jobs,
                  "Jobs at a time on this machine (as the file says, else its processors)")
      ->check(CLI::PositiveNumber);
  verb.add_flag("--keep-running", options.engine.keep_running,
                "On Ctrl-C leave jobs alone; `resume` goes on with them");
  verb.add_flag("-b,--background", options.background, "Go on in the background");
  verb.add_flag("-q,--quiet", options.quiet, "The last line only");
  verb.add_flag("--json", options.json, "Print JSON at the end");
}

}  // namespace

void add_workflow_run_commands(CLI::App& parent, Programs& programs) {
  CLI::App* verb =
      parent.add_subcommand("run", "Run a workflow, or go on with a run that did not end well.");
  auto options = std::make_shared<RunOptions>();
  add_common_options(*verb, *options);
  verb->add_option("--set", options->parameters, "Give a parameter of the file, repeated")
      ->allow_extra_args(false)
      ->type_name("NAME=VALUE");
  verb->add_option("--only,--job", options->engine.only, "This node and what it needs, repeated")
      ->allow_extra_args(false)
      ->type_name("NODE");
  verb->add_flag("--everything", options->engine.everything,
                 "From the beginning, also what is up to date");
  verb->add_flag("-n,--dry-run", options->dry_run, "Only print what would run, in order");
  verb->callback([&programs, options] { programs.action = [options] { return run(*options); }; });

  verb = parent.add_subcommand("resume", "Go on with the last run, as it was started.");
  auto again = std::make_shared<RunOptions>();
  again->engine.as_before = true;
  add_common_options(*verb, *again);
  verb->callback([&programs, again] { programs.action = [again] { return run(*again); }; });
}

}  // namespace sciwright
