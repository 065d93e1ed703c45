#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "jobs/job.h"
#include "jobs/launcher.h"
#include "jobs/ledger.h"
#include "record/run_lock.h"

namespace sciwright::jobs {

/// Where a job that was handed over is now.
struct JobReport {
  std::string id = {};
  JobStatus status = {};
  bool refused = false;  ///< The scheduler will never take it; `status.reason` says why.
  Handle handle = {};
  JobRecord record = {};
};

/// Whether nothing more will become of this attempt: it has ended, or was refused.
bool is_over(const JobReport& report);

/// What `JobTracker::submit` did.
struct SubmitReport {
  std::size_t num_submitted = 0;
  std::size_t num_waiting = 0;            ///< For later: call again.
  std::string wait_reason = {};           ///< Why they wait.
  Problems refused = {};                  ///< A sentence for each refused parcel.
  std::vector<std::string> blocked = {};  ///< Ids of jobs that depend on one that did not succeed.
  bool reachable = true;                  ///< False: the scheduler did not answer (exit code 3).
  bool is_hopeless = false;               ///< It never will: there is no such program or host.
};

/// What `JobTracker::poll` saw.
struct PollReport {
  bool reachable = true;
  bool has_asked = false;                 ///< The scheduler was asked.
  std::string message = {};               ///< Why the scheduler did not answer.
  std::vector<std::string> changed = {};  ///< Ids of the jobs whose status is another now.
  std::vector<std::string> dropped = {};  ///< Never started; to be handed over again.
};

/// Settings of a tracker.
struct TrackerOptions {
  std::string name = "jobs";     ///< First part of the names of parcels, as squeue shows them.
  double poll_interval_s = -1;   ///< Negative: what the launcher asks for.
  double slowest_poll_s = 300;   ///< Limit of the back-off while nobody answers.
  double missing_grace_s = 120;  ///< So long a job may be known to nobody before it is lost.
  /// Jobs whose end is known, and their last attempts: these are not looked at again.
  std::map<std::string, int> settled = {};
};

/// Hands jobs over at most once and learns how they ended, through crashes of itself and of the
/// scheduler. It keeps a ledger in a directory and needs nothing else: a new tracker on the same
/// directory knows what the last one knew. One process at a time.
class JobTracker final {
 public:
  /// Takes the directory's lock; throws a usage error that names the holder when another process
  /// has it. `launcher` outlives the tracker.
  JobTracker(const std::filesystem::path& directory, Launcher& launcher, Clock clock,
             TrackerOptions options = {});

  /// Settles parcels whose submission was interrupted: asks the scheduler for their names and
  /// adopts them or lets them go. False while the scheduler does not answer. `submit` and `poll`
  /// call it.
  bool recover();

  /// Hands over those jobs whose attempt is not in the ledger, as many as the site has room for.
  /// Jobs wait for those in their `after`; with a launcher that knows dependencies these need only
  /// be handed over. `stop` is asked before each parcel.
  SubmitReport submit(std::span<const Job> jobs, const std::function<bool()>& stop = {});

  /// A quick answer to whether `submit` may hand over anything.
  bool has_room() const { return launcher_.free_places() > 0; }

  /// Learns what changed. The scheduler is asked at most once in the interval, which doubles while
  /// it does not answer; records are read each time.
  PollReport poll();

  /// Waits until a poll may have news, `longest_s` at most. A signal ends the wait.
  void wait(double longest_s) const;

  /// How long until a poll asks the scheduler again; 0 when it does so now.
  double seconds_to_next_poll() const;

  /// Lets go of what is known of a job that is over, for callers with books of their own: they
  /// never hand over this attempt again. Nothing happens to one that is not over.
  void forget(const std::string& id);

  /// Every job that was ever handed over, as `poll` last saw it.
  const std::map<std::string, JobReport>& reports() const { return reports_; }

  /// Asks for the end of jobs. Returns why that was not possible; empty when all is well.
  std::string cancel(const std::vector<std::string>& ids);

  /// The same for those that wait there still, by the scheduler's word of now; the others go on.
  std::string take_back(const std::vector<std::string>& ids);

  /// Why the job is where it is, in plain words.
  std::string explain(const std::string& id);

  const Ledger& ledger() const { return ledger_; }

 private:
  enum class Readiness { kReady, kWaiting, kNever };

  bool is_new(const Job& job) const;
  Readiness resolve_dependencies(Job& job) const;
  std::vector<Job> ready_jobs(std::span<const Job> jobs, SubmitReport& report) const;
  bool submit_parcel(std::vector<Job>& waiting, const Parcel& parcel, SubmitReport& report);
  std::string new_parcel_name();
  JobRecord take_record(const LedgerEntry& entry);
  void note_answer(bool reachable, const std::string& message);
  void ask_scheduler();
  JobStatus status_of(const LedgerEntry& entry, const JobRecord& record);
  void update_reports(std::set<std::string>& changed);
  void report_refusals(std::set<std::string>& changed);
  void forget_dropped(const std::vector<std::string>& ids, const std::vector<std::size_t>& indices);
  void note_missing(const std::vector<std::string>& ids);

  Launcher& launcher_;
  const Clock clock_;
  const TrackerOptions options_;
  const record::RunLock lock_;
  Ledger ledger_;
  std::map<std::string, JobReport> reports_;
  std::set<std::string> active_;           ///< Handed over, and the end is not final.
  std::map<std::string, JobStatus> seen_;  ///< The scheduler's last word on active jobs.
  std::map<std::string, JobRecord> read_;  ///< Records that `ask_scheduler` looked at.
  std::vector<std::string> refused_;       ///< Since the last poll.
  std::vector<std::string> dropped_;       ///< Likewise.
  std::size_t num_parcels_ = 0;
  bool scanned_ = false;  ///< Whether the records were read since this tracker was made.
  double base_interval_s_;
  double interval_s_;
  std::int64_t next_poll_ns_;
  bool reachable_ = true;
  bool has_asked_ = false;  ///< Since the last poll.
  std::string message_;
};

}  // namespace sciwright::jobs
