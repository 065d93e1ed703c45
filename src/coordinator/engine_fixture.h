#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/files.h"
#include "coordinator/engine.h"
#include "coordinator/folder.h"
#include "jobs/fake.h"
#include "workflow/journal.h"

namespace sciwright::coordinator {

/// Stands for kill -9.
struct Killed : std::runtime_error {
  Killed() : std::runtime_error("killed") {}
};

/// Lends a launcher that outlives the engine, as a site does.
class LentLauncher final : public jobs::Launcher {
 public:
  explicit LentLauncher(jobs::FakeLauncher& fake) : fake_(fake) {}
  jobs::Capabilities capabilities() const override { return fake_.capabilities(); }
  std::size_t free_places() const override { return fake_.free_places(); }
  jobs::Parcel next_parcel(std::span<const jobs::Job> waiting) override {
    return fake_.next_parcel(waiting);
  }
  jobs::Submission submit(const std::string& parcel, std::span<const jobs::Job> given) override {
    return fake_.submit(parcel, given);
  }
  jobs::Found find(const std::string& parcel, std::span<const jobs::Handle> handles) override {
    return fake_.find(parcel, handles);
  }
  jobs::Answer poll(std::span<const jobs::Handle> handles) override { return fake_.poll(handles); }
  jobs::Answer cancel(std::span<const jobs::Handle> handles) override {
    return fake_.cancel(handles);
  }
  std::string explain(const jobs::Handle& handle) override { return fake_.explain(handle); }
  jobs::JobRecord record(const jobs::Handle& handle) override { return fake_.record(handle); }

 private:
  jobs::FakeLauncher& fake_;
};

/// A workflow whose jobs do what the test says, on a clock that moves when the engine waits. The
/// engine is "killed" after too long a time, so that a test that never ends fails.
class EngineTest : public testing::Test {
 protected:
  static constexpr std::int64_t kSecond = 1'000'000'000;

  EngineTest() {
    fake.capabilities_now.poll_interval_s = 0.1;
    options.num_local_jobs = 100;
    options.make_launcher = [this](const std::string&) {
      return std::make_unique<LentLauncher>(fake);
    };
    options.wait = [this](double longest_s) {
      if (on_wait) on_wait();
      now_ns += static_cast<std::int64_t>(1e9 * std::max(longest_s, 0.001));
      if (now_ns > 10'000 * kSecond) throw std::runtime_error("the engine does not end");
    };
    options.on_event = [this](const workflow::Event& event, const workflow::State&) {
      if (on_event) on_event(event);
    };
    clock = fake_clock(&now_ns, 1'800'000'000 * kSecond);
  }

  void define(const std::string& yaml) { write_file_atomic(folder().definition, yaml); }

  WorkflowFolder folder() const { return folder_of(directory.path() / "demo.yaml"); }

  workflow::State run() { return run_workflow(folder(), options, clock); }

  /// What the job of a node writes.
  void say(const std::string& node, const std::string& line) {
    make_directories(folder().job(node));
    write_file_atomic(folder().job(node) / jobs::kStdoutFile, line + "\n");
  }

  void succeed(const std::string& node) {
    fake.set(node, jobs::ended(jobs::EndingKind::kSuccess, 0));
  }
  void fail(const std::string& node) { fake.set(node, jobs::ended(jobs::EndingKind::kFailure, 3)); }
  void start(const std::string& node) { fake.set(node, {jobs::JobState::kRunning, {}, {}}); }

  std::vector<std::string> accepted() const {
    std::vector<std::string> names;
    for (const jobs::Job& job : fake.accepted) names.push_back(job.id);
    return names;
  }

  static std::string status_of(const workflow::State& state, const std::string& node) {
    return std::string(workflow::status_name(state[*state.index_of(node)].status));
  }

  TemporaryDirectory directory;
  jobs::FakeLauncher fake;
  std::int64_t now_ns = kSecond;
  Clock clock;
  EngineOptions options;
  std::function<void()> on_wait;
  std::function<void(const workflow::Event&)> on_event;
};

}  // namespace sciwright::coordinator
