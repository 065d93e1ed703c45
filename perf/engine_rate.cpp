// How fast the workflow engine is where jobs take no time: `engine_rate_perf NODES FOLDER`. The
// graph is layers of a thousand nodes, each of which needs two of the layer before. Prints JSON.

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include <fmt/format.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "base/files.h"
#include "coordinator/engine.h"
#include "jobs/launcher.h"

namespace {

using namespace sciwright;

/// Jobs are over as soon as somebody asks.
class InstantLauncher final : public jobs::Launcher {
 public:
  jobs::Capabilities capabilities() const override {
    return {.name = "local", .outlives_machine = false};
  }
  jobs::Parcel next_parcel(std::span<const jobs::Job> waiting) override {
    jobs::Parcel parcel;
    for (std::size_t i = 0; i < waiting.size(); ++i) parcel.jobs.push_back(i);
    return parcel;
  }
  jobs::Submission submit(const std::string& parcel, std::span<const jobs::Job> jobs) override {
    jobs::Submission submission;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      submission.scheduler_ids.push_back(fmt::format("{}.{}", parcel, i));
    }
    return submission;
  }
  jobs::Found find(const std::string&, std::span<const jobs::Handle>) override { return {}; }
  jobs::Answer poll(std::span<const jobs::Handle> handles) override {
    jobs::Answer answer;
    answer.statuses.assign(handles.size(), jobs::ended(jobs::EndingKind::kSuccess, 0));
    return answer;
  }
  jobs::Answer cancel(std::span<const jobs::Handle>) override { return {}; }
  std::string explain(const jobs::Handle&) override { return {}; }
  jobs::JobRecord record(const jobs::Handle&) override {
    jobs::JobRecord record;
    record.claimed = true;
    record.start.emplace();
    record.ending = jobs::Ending{.kind = jobs::EndingKind::kSuccess, .exit_code = 0};
    return record;
  }
};

void write_definition(const std::filesystem::path& file, int num_nodes) {
  constexpr int kLayer = 1000;
  std::ofstream out(file);
  out << "workflow:\n  nodes:\n";
  for (int i = 0; i < num_nodes; ++i) out << fmt::format("    n{}: {{exec: \"true\"}}\n", i);
  out << "  dependencies:\n";
  for (int i = kLayer; i < num_nodes; ++i) {
    out << fmt::format("    - n{},n{}\n", i - kLayer, i);
    if (i % kLayer != 0) out << fmt::format("    - n{},n{}\n", i - kLayer - 1, i);
  }
}

double seconds_now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace

int main(int argc, char** argv) {
  const int num_nodes = argc > 1 ? std::atoi(argv[1]) : 100'000;
  const std::filesystem::path folder = argc > 2 ? argv[2] : "engine_rate";
  make_directories(folder);
  write_definition(folder / "rate.yaml", num_nodes);
  coordinator::EngineOptions options;
  options.num_local_jobs = 1000;
  options.make_launcher = [](const std::string&) { return std::make_unique<InstantLauncher>(); };
  double first_s = 0;
  std::int64_t num_events = 0;
  options.on_event = [&](const workflow::Event&, const workflow::State&) {
    if (num_events++ == 0) first_s = seconds_now();
  };
  const double begun_s = seconds_now();
  const workflow::State state = coordinator::run_workflow(
      coordinator::folder_of(folder / "rate.yaml"), options, system_clock());
  const double ended_s = seconds_now();
  struct rusage usage {};
  ::getrusage(RUSAGE_SELF, &usage);
  fmt::print(
      "{{\"nodes\": {}, \"done\": {}, \"load_s\": {:.3f}, \"run_s\": {:.3f}, \"events\": {}, "
      "\"events_per_s\": {:.0f}, \"peak_mb\": {:.1f}}}\n",
      state.size(), state.count(workflow::NodeStatus::kDone), first_s - begun_s, ended_s - first_s,
      num_events, static_cast<double>(num_events) / (ended_s - first_s),
      static_cast<double>(usage.ru_maxrss) / 1024);
  return 0;
}
