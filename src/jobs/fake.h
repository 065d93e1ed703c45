#pragma once

#include <algorithm>
#include <functional>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "jobs/launcher.h"

namespace sciwright::jobs {

/// A launcher whose every answer a test decides: nothing runs, nothing waits. Jobs are pending
/// until `set` says otherwise.
class FakeLauncher final : public Launcher {
 public:
  Capabilities capabilities_now = {.name = "fake", .dependencies = true, .poll_interval_s = 20};
  std::size_t largest_parcel = std::numeric_limits<std::size_t>::max();
  std::size_t room = std::numeric_limits<std::size_t>::max();  ///< Jobs it still takes.
  std::map<std::string, std::string> refusals = {};            ///< Job id to message.
  bool reachable = true;
  bool installed = true;
  bool writes_records = true;                ///< Whether jobs that succeed leave a record.
  std::function<void()> before_accept = {};  ///< Throw here: killed before the job arrived.
  std::function<void()> after_accept = {};   ///< Throw here: killed after it.

  std::vector<Job> accepted = {};           ///< In order, also those accepted twice.
  std::vector<std::string> cancelled = {};  ///< Ids of the scheduler.
  std::size_t num_polls = 0;
  std::size_t num_records_read = 0;

  /// What polls say from now on about the job with this id.
  void set(const std::string& job_id, JobStatus status) { statuses_[job_id] = std::move(status); }

  /// Polls say that the job was dropped before it started.
  void drop(const std::string& job_id) { dropped_.insert(job_id); }

  Capabilities capabilities() const override { return capabilities_now; }

  std::size_t free_places() const override { return room; }

  Parcel next_parcel(std::span<const Job> waiting) override {
    Parcel parcel;
    const std::size_t count = std::min({waiting.size(), room, largest_parcel});
    for (std::size_t i = 0; i < count; ++i) parcel.jobs.push_back(i);
    if (count == 0) parcel.wait_reason = "the fake has no room";
    return parcel;
  }

  Submission submit(const std::string& parcel, std::span<const Job> jobs) override {
    if (!installed) return {Submission::Outcome::kNotSent, {}, "the fake is not installed", true};
    if (!reachable) return {Submission::Outcome::kUnreachable, {}, "the fake does not answer"};
    for (const Job& job : jobs) {
      const auto refusal = refusals.find(job.id);
      if (refusal != refusals.end()) return {Submission::Outcome::kRefused, {}, refusal->second};
    }
    if (before_accept) before_accept();
    Submission submission;
    for (const Job& job : jobs) {
      accepted.push_back(job);
      parcels_[parcel].push_back("s" + std::to_string(accepted.size()));
      ids_[parcels_[parcel].back()] = job.id;
    }
    room -= jobs.size();
    submission.scheduler_ids = parcels_[parcel];
    if (after_accept) after_accept();
    return submission;
  }

  Found find(const std::string& parcel, std::span<const Handle>) override {
    if (!reachable) return {Found::Outcome::kUnreachable, {}, "the fake does not answer"};
    const auto it = parcels_.find(parcel);
    if (it == parcels_.end()) return {};
    return {Found::Outcome::kPresent, it->second, {}};
  }

  Answer poll(std::span<const Handle> handles) override {
    ++num_polls;
    Answer answer;
    if (!reachable) return {false, "the fake does not answer", {}};
    for (const Handle& handle : handles) {
      if (dropped_.contains(ids_[handle.scheduler_id])) {
        answer.dropped.push_back(answer.statuses.size());
      }
      const auto status = statuses_.find(ids_[handle.scheduler_id]);
      answer.statuses.push_back(status == statuses_.end() ? JobStatus{JobState::kPending, {}, {}}
                                                          : status->second);
    }
    return answer;
  }

  Answer cancel(std::span<const Handle> handles) override {
    if (!reachable) return {false, "the fake does not answer", {}};
    for (const Handle& handle : handles) cancelled.push_back(handle.scheduler_id);
    return {};
  }

  /// What is in the job's folder; otherwise as if a job that succeeds had written it.
  JobRecord record(const Handle& handle) override {
    ++num_records_read;
    JobRecord there = Launcher::record(handle);
    const auto status = statuses_.find(ids_[handle.scheduler_id]);
    if (there.claimed || !writes_records || status == statuses_.end()) return there;
    const auto& ending = status->second.ending;
    if (ending && ending->kind == EndingKind::kSuccess) {
      there.claimed = true;
      there.ending = ending;
    }
    return there;
  }

  std::string explain(const Handle& handle) override {
    return "The fake knows it as " + handle.scheduler_id + ".";
  }

 private:
  std::map<std::string, std::vector<std::string>> parcels_;
  std::map<std::string, std::string> ids_;  ///< Scheduler's to job's.
  std::map<std::string, JobStatus> statuses_;
  std::set<std::string> dropped_;
};

}  // namespace sciwright::jobs
