#include "tuning/tune_worker.h"

#include <cmath>
#include <fcntl.h>
#include <fstream>
#include <memory>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/files.h"
#include "base/process.h"
#include "experiment/manifest.h"
#include "jobs/fake.h"
#include "record/result.h"
#include "tuning/tune_view.h"

namespace sciwright::tuning {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::SizeIs;

const char* const kStudy =
    "experiment: {lr: {log_uniform: [1.0e-4, 1.0]}, width: {integer: [1, 64]}}\n"
    "tune: {metric: mse, better: lower, budget: {epoch: [1, 3, 9]}, trials: 12, num_random: 5, "
    "retries: 3}\n";

/// A process of another host, of which nothing can be said.
const Worker kElsewhere = {"elsewhere", 1, "2", "b", ""};

/// A process of this host that is gone.
Worker gone() { return {host_name(), 1 << 30, "2", boot_id(), ""}; }

Worker this_process(int number) {
  return {host_name(), ::getpid(), process_start(::getpid()), boot_id(), std::to_string(number)};
}

/// The score of a run: best at lr 0.01, better with a larger budget.
double score(const Json& p) {
  const double distance = std::log10(p.at("lr").get<double>()) + 2;
  return distance * distance + 1.0 / p.at("epoch").get<double>() +
         p.at("width").get<double>() * 1e-3;
}

/// A study that is being tuned; jobs do nothing until `complete` says how they end.
class TuneWorkers : public testing::Test {
 protected:
  void SetUp() override {
    write_file_atomic(dir_.path() / "study.yaml", kStudy);
    TuneRequest request;
    request.configuration.files = {(dir_.path() / "study.yaml").string()};
    request.templates = {{"job.in.sh", "#!/bin/sh\nrun config.yaml\n"}};
    make_tuned_study(folder_, request, [](const std::string&) { return std::nullopt; });
    study_.emplace(folder_);
  }

  /// A worker with all it needs.
  struct Fixture {
    Fixture(const TunedStudy& study, const Clock& clock, Worker self, WorkerOptions options)
        : environment{launcher, clock, std::move(self), [this] { return stop; },
                      [this](const std::string& line) { said.push_back(line); }},
          worker(study, environment, options) {}

    jobs::FakeLauncher launcher;
    bool stop = false;
    std::vector<std::string> said;
    WorkerEnvironment environment;
    TuneWorker worker;
    std::size_t num_completed = 0;
  };
  std::unique_ptr<Fixture> make_worker(WorkerOptions options = {}) {
    return std::make_unique<Fixture>(*study_, fake_clock(&now_ns_, 0), this_process(++num_workers_),
                                     options);
  }

  fs::path run_of(const std::string& experiment) const { return folder_ / experiment / "run"; }

  void write_result(const std::string& experiment, double mse, bool valid = true) const {
    record::RunResult result;
    result.benchmark = "hello";
    result.valid = valid;
    result.scores = {{{"mse", mse}}};
    make_directories(run_of(experiment));
    std::ofstream(run_of(experiment) / "result.json") << record::result_json(result).dump();
  }

  Json parameters_of(const std::string& experiment) const {
    return io::read_yaml(folder_ / experiment / "config.yaml").value.at("experiment");
  }

  /// Ends the oldest job that has not ended.
  void complete(Fixture& fixture) const {
    const jobs::Job& job = fixture.launcher.accepted.at(fixture.num_completed++);
    write_result(job.id, score(parameters_of(job.id)));
    fixture.launcher.set(job.id, jobs::ended(jobs::EndingKind::kSuccess, 0));
  }

  /// Turns a worker, ending its oldest job after each turn, until it has nothing to do.
  void run(Fixture& fixture) const {
    while (fixture.worker.turn()) {
      if (fixture.num_completed < fixture.launcher.accepted.size()) complete(fixture);
    }
  }

  std::vector<std::string> lines() const {
    std::vector<std::string> out;
    for (Event event : EventLog(study_->events_folder()).read_new()) {
      event.worker = {};
      out.push_back(event_line(event));
    }
    return out;
  }

  /// Writes an event as another worker would.
  void write(const Event& event) const {
    EventLog log(study_->events_folder());
    log.read_new();
    ASSERT_TRUE(log.append(event));
  }

  /// The first trial, taken by another worker.
  Event first_start(const Worker& worker) const {
    const TuneState state(3);
    Event event;
    event.units = study_->draw(state)->units;
    const experiment::Experiment experiment = study_->experiment(event.units, 0, state);
    event.experiment = experiment.name;
    event.parameters = experiment.parameters;
    event.worker = worker;
    return event;
  }

  static void set_age(const fs::path& path, long seconds) {
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    const timespec times[2] = {{now.tv_sec - seconds, 0}, {now.tv_sec - seconds, 0}};
    ASSERT_EQ(::utimensat(AT_FDCWD, path.c_str(), times, 0), 0);
  }

  TemporaryDirectory dir_;
  fs::path folder_ = dir_.path() / "tuned";
  std::optional<TunedStudy> study_;
  std::int64_t now_ns_ = 0;
  int num_workers_ = 0;
};

TEST_F(TuneWorkers, RunAStudyToItsEnd) {
  const auto one = make_worker();
  run(*one);
  const WorkerReport report = one->worker.finish();
  EXPECT_TRUE(report.is_done);
  EXPECT_EQ(report.num_started, report.num_ended);
  const TuneState& state = one->worker.state();
  EXPECT_THAT(state.trials(), SizeIs(12));
  EXPECT_GE(ranking(state, study_->settings(), 1).size(), 4U);
  EXPECT_GE(ranking(state, study_->settings(), 2).size(), 1U);
  const auto best = best_trial(state, study_->settings());
  ASSERT_TRUE(best);
  EXPECT_EQ(best->rung, 2U);
  EXPECT_LT(*state.find(best->trial, 2)->value, 1.0 / 9 + 0.5);
  EXPECT_THAT(experiment::read_manifest(folder_).entries, SizeIs(report.num_started));
  const Json json = tune_json(state, study_->settings());
  EXPECT_EQ(json["best"]["value"], *state.find(best->trial, 2)->value);
  EXPECT_THAT(tune_text(state, study_->settings()),
              HasSubstr("12 of 12 trials started\nbest: lr_"));
}

TEST_F(TuneWorkers, ComeToTheSameWithTheSameSeedAndOrderOfEnds) {
  run(*make_worker({.num_places = 3}));
  const std::vector<std::string> first = lines();
  fs::remove_all(folder_);
  SetUp();
  run(*make_worker({.num_places = 3}));
  EXPECT_EQ(lines(), first);
}

TEST_F(TuneWorkers, ShareAStudyAndRunNothingTwice) {
  std::vector<std::unique_ptr<Fixture>> workers;
  workers.reserve(3);
  for (int w = 0; w < 3; ++w) workers.push_back(make_worker({.num_places = 2}));
  for (bool is_busy = true; is_busy;) {
    is_busy = false;
    for (const auto& one : workers) {
      is_busy = one->worker.turn() || is_busy;
      if (one->num_completed < one->launcher.accepted.size()) complete(*one);
    }
  }
  std::vector<std::string> started;
  for (const auto& one : workers) {
    EXPECT_TRUE(one->worker.finish().is_done);
    EXPECT_GT(one->launcher.accepted.size(), 3U);
    for (const jobs::Job& job : one->launcher.accepted) started.push_back(job.id);
  }
  std::sort(started.begin(), started.end());
  EXPECT_EQ(std::adjacent_find(started.begin(), started.end()), started.end());
  EXPECT_THAT(workers[0]->worker.state().trials(), SizeIs(12));
}

TEST_F(TuneWorkers, MayLeaveAndJoin) {
  const auto first = make_worker({.most_starts = 5});
  run(*first);
  EXPECT_FALSE(first->worker.finish().is_done);
  EXPECT_THAT(first->launcher.accepted, SizeIs(5));
  const auto late = make_worker({.last_start_s = 10});
  EXPECT_TRUE(late->worker.turn());
  now_ns_ += 11'000'000'000;
  complete(*late);
  EXPECT_FALSE(late->worker.turn());
  const auto last = make_worker();
  run(*last);
  EXPECT_TRUE(last->worker.finish().is_done);
}

TEST_F(TuneWorkers, ReleaseWhatTheyRunWhenTheyAreStopped) {
  const auto one = make_worker();
  EXPECT_TRUE(one->worker.turn());
  one->stop = true;
  EXPECT_TRUE(one->worker.turn());
  EXPECT_THAT(one->launcher.cancelled, SizeIs(1));
  one->launcher.set(one->launcher.accepted[0].id,
                    jobs::ended(jobs::EndingKind::kFailure, static_cast<int>(4)));
  EXPECT_FALSE(one->worker.turn());
  EXPECT_EQ(one->worker.state().find(0, 0)->phase, RungState::Phase::kOpen);
  const auto next = make_worker();
  next->worker.turn();
  EXPECT_EQ(next->launcher.accepted[0].id, one->launcher.accepted[0].id);
  EXPECT_EQ(next->launcher.accepted[0].attempt, 2);
}

TEST_F(TuneWorkers, CountAFailureAsWorseThanAll) {
  const auto one = make_worker();
  one->worker.turn();
  one->launcher.set(one->launcher.accepted[0].id, jobs::ended(jobs::EndingKind::kFailure, 3));
  ++one->num_completed;
  one->worker.turn();
  EXPECT_EQ(one->worker.state().find(0, 0)->phase, RungState::Phase::kEnded);
  EXPECT_EQ(one->worker.state().find(0, 0)->reason, "exit code 3");
  write_result(one->launcher.accepted[1].id, 0.5, /*valid=*/false);
  one->launcher.set(one->launcher.accepted[1].id, jobs::ended(jobs::EndingKind::kSuccess, 0));
  ++one->num_completed;
  one->worker.turn();
  EXPECT_EQ(one->worker.state().find(1, 0)->value, std::nullopt);
  EXPECT_THAT(one->worker.state().find(1, 0)->reason, HasSubstr("the run is invalid"));
  one->launcher.set(one->launcher.accepted[2].id, jobs::ended(jobs::EndingKind::kSuccess, 0));
  ++one->num_completed;
  one->worker.turn();
  EXPECT_THAT(one->worker.state().find(2, 0)->reason, HasSubstr("result.json: cannot read"));
}

TEST_F(TuneWorkers, StartALostTrialOnlySoOften) {
  const auto one = make_worker();
  for (int attempt = 1; attempt <= 4; ++attempt) {
    one->worker.turn();
    EXPECT_EQ(one->launcher.accepted.back().attempt, attempt);
    one->launcher.set(one->launcher.accepted.back().id,
                      jobs::ended(jobs::EndingKind::kNodeFailure));
  }
  one->worker.turn();
  EXPECT_EQ(one->worker.state().find(0, 0)->phase, RungState::Phase::kEnded);
}

TEST_F(TuneWorkers, FindTheEndOfWhatAKilledWorkerRan) {
  const Event start = first_start(gone());
  write(start);
  study_->make_folder(study_->experiment(start.units, 0, TuneState(3)));
  write_result(start.experiment, 0.25);
  write_file_atomic(folder_ / start.experiment / "job.1.jsonl",
                    "{\"event\":\"started\"}\n{\"event\":\"ended\",\"exit_code\":0}\n");
  const auto one = make_worker({.most_starts = 1});
  run(*one);
  EXPECT_EQ(one->worker.state().find(0, 0)->value, 0.25);
}

TEST_F(TuneWorkers, StartAgainWhatAKilledWorkerNeverStarted) {
  const Event start = first_start(gone());
  write(start);
  const auto one = make_worker();
  one->worker.turn();
  now_ns_ += 20'000'000'000;
  complete(*one);
  one->worker.turn();
  EXPECT_TRUE(fs::exists(folder_ / start.experiment / "job.1.jsonl"));
  run(*one);
  EXPECT_EQ(one->worker.state().find(0, 0)->attempt, 2);
  EXPECT_EQ(one->worker.state().find(0, 0)->phase, RungState::Phase::kEnded);
  EXPECT_TRUE(fs::exists(folder_ / start.experiment / "config.yaml"));
}

TEST_F(TuneWorkers, LeaveWhatRunsElsewhereAloneWhileItShowsLife) {
  const Event start = first_start(kElsewhere);
  write(start);
  study_->make_folder(study_->experiment(start.units, 0, TuneState(3)));
  write_file_atomic(folder_ / start.experiment / "job.1.jsonl",
                    "{\"event\":\"started\",\"host\":\"elsewhere\",\"pid\":7}\n");
  make_directories(run_of(start.experiment));
  write_file_atomic(run_of(start.experiment) / "run.lock", "{\"host\":\"elsewhere\"}");
  const fs::path sign = study_->workers_folder() / kElsewhere.name();
  write_file_atomic(sign, "");
  const auto one = make_worker({.most_starts = 30, .lease_s = 900});
  const auto phase_after_a_look = [&] {
    now_ns_ += 20'000'000'000;
    complete(*one);
    one->worker.turn();
    return one->worker.state().find(0, 0)->phase;
  };
  one->worker.turn();
  EXPECT_EQ(phase_after_a_look(), RungState::Phase::kRunning);
  set_age(sign, 1000);  // silent, but its files are new
  EXPECT_EQ(phase_after_a_look(), RungState::Phase::kRunning);
  for (const auto& item : fs::recursive_directory_iterator(folder_ / start.experiment)) {
    set_age(item.path(), 1000);
  }
  EXPECT_EQ(phase_after_a_look(), RungState::Phase::kOpen);
  while (one->worker.state().find(0, 0)->phase != RungState::Phase::kRunning) {
    complete(*one);
    one->worker.turn();
  }
  EXPECT_FALSE(fs::exists(run_of(start.experiment) / "run.lock"));
}

}  // namespace
}  // namespace sciwright::tuning
