#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/process.h"
#include "jobs/launcher.h"
#include "jobs/scheduler_words.h"

namespace sciwright::jobs {

/// Settings of an ssh launcher: one host.
struct SshOptions {
  std::string host = {};                  ///< As on ssh's command line: "user@host", or an alias.
  std::filesystem::path local_root = {};  ///< Jobs' directories are below it.
  std::string remote_root = {};           ///< Absolute path there; made when it is not there.
  std::filesystem::path control_directory = {};  ///< For the connection's socket; a short path.
  std::vector<std::string> ssh_options = {};     ///< "-p", "2222", …
  int max_jobs = 1;                              ///< At a time.
  double poll_interval_s = 20;
};

/// Runs jobs on a host by ssh and rsync, without a scheduler: a job's directory is copied there,
/// its command started in a session of its own that survives the logout, and the directory copied
/// back when it has ended; only then does it count as ended. All goes through one connection (ssh's
/// ControlMaster), so a password or second factor is asked for once. The host needs sh, rsync,
/// setsid, timeout and /proc.
class SshLauncher final : public Launcher {
 public:
  explicit SshLauncher(SshOptions options, Runner run = run_command);

  Capabilities capabilities() const override;
  Parcel next_parcel(std::span<const Job> waiting) override;
  Submission submit(const std::string& parcel, std::span<const Job> jobs) override;
  Found find(const std::string& parcel, std::span<const Handle> handles) override;
  Answer poll(std::span<const Handle> handles) override;
  Answer cancel(std::span<const Handle> handles) override;
  std::string explain(const Handle& handle) override;
  JobRecord record(const Handle& handle) override;

  /// Ends the connection; the next call makes another. Jobs go on.
  void disconnect();

 private:
  /// What a call over the connection gave.
  struct Reply {
    bool reachable = true;
    std::string message = {};
    CommandResult result = {};
  };

  std::vector<std::string> ssh() const;
  Reply connect();
  Reply there(const std::string& script);
  Reply rsync(std::vector<std::string> options, const std::string& list, bool fetch);
  Reply fetch(const std::vector<Handle>& handles);
  std::string relative(const std::filesystem::path& directory) const;
  std::string remote_record(const Handle& handle) const;

  const SshOptions options_;
  const std::string name_;
  const Runner run_;
  std::size_t num_unfinished_ = 0;            ///< At the last poll, and submitted since.
  std::map<std::string, JobRecord> records_;  ///< Of jobs that have not ended, by scheduler id.
};

}  // namespace sciwright::jobs
