#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/clock.h"
#include "jobs/launcher.h"

namespace sciwright::jobs {

/// Runs jobs on this machine, at most `num_slots` at a time. They outlive this process: after a
/// kill -9 those that run go on, their ends are recorded all the same, and a new launcher finds
/// them by their records (host, boot, process number and start time, so that a number given anew is
/// not taken for the job). Jobs that had not started are dropped and handed over again. Make the
/// first one before starting threads (see `start_supervisor`).
class LocalLauncher final : public Launcher {
 public:
  /// `grace_s`: from SIGTERM to SIGKILL.
  explicit LocalLauncher(int num_slots, double grace_s = 10);
  ~LocalLauncher() override;
  LocalLauncher(const LocalLauncher&) = delete;
  LocalLauncher& operator=(const LocalLauncher&) = delete;

  Capabilities capabilities() const override;
  std::size_t free_places() const override;
  Parcel next_parcel(std::span<const Job> waiting) override;
  Submission submit(const std::string& parcel, std::span<const Job> jobs) override;
  Found find(const std::string& parcel, std::span<const Handle> handles) override;
  Answer poll(std::span<const Handle> handles) override;
  Answer cancel(std::span<const Handle> handles) override;
  std::string explain(const Handle& handle) override;
  JobRecord record(const Handle& handle) override;
  int change_descriptor() const override { return socket_; }

 private:
  std::size_t most_unfinished() const;
  void send(const std::string& message);
  void read_news();
  void forget_supervisor();
  bool is_deaf(const Handle& handle) const;
  JobStatus foreign_status(const Handle& handle, const JobRecord& there);

  struct Known {
    std::uint64_t number = 0;
    JobStatus status = {JobState::kPending, {}, {}};
  };

  const std::size_t num_slots_;
  const double grace_s_;
  const Clock clock_ = system_clock();
  int socket_ = -1;
  std::uint64_t next_number_ = 0;
  std::size_t num_unfinished_ = 0;
  std::size_t num_foreign_ = 0;         ///< Running jobs of earlier processes, at the last poll.
  std::map<std::string, Known> known_;  ///< By scheduler id: jobs of this process.
  std::map<std::uint64_t, std::string> numbers_;     ///< Of jobs that have not ended.
  std::map<std::string, std::int64_t> told_to_end_;  ///< Jobs of earlier processes: since when.
  std::string received_;
};

}  // namespace sciwright::jobs
