#pragma once

#include <string>

#include "base/files.h"
#include "daemon.h"

namespace sciwright {

/// A real Slurm with one node for tests, whole in a temporary folder, on ports of its own of the
/// loopback interface: munged, slurmctld, slurmd and, with accounting, mariadbd and slurmdbd. Sets
/// SLURM_CONF, so that Slurm's programs find it. Needs root. Nothing is left behind.
class SlurmInAFolder final {
 public:
  struct Options {
    bool accounting = true;
    int max_array_size = 20;
    int max_submit_jobs = 12;  ///< Only with accounting.
    int min_job_age_s = 300;   ///< How long squeue shows jobs that have ended.
    int num_cpus = 8;          ///< Claimed, whatever the machine has.
  };

  /// Why there can be none here (packages or rights that are missing); empty when there can.
  static std::string obstacle();

  /// Starts everything and waits until the node is idle. Throws a failure with the end of the logs.
  explicit SlurmInAFolder(Options options);
  ~SlurmInAFolder();
  SlurmInAFolder(const SlurmInAFolder&) = delete;
  SlurmInAFolder& operator=(const SlurmInAFolder&) = delete;

  /// By SIGTERM: a controller that is killed with -9 forgets the jobs of the last seconds and gives
  /// their numbers away again, for which Slurm drains the node.
  void stop_controller() { controller_.stop(); }
  /// Starts it again and waits until it answers.
  void start_controller();

  const std::filesystem::path& folder() const { return folder_.path(); }

 private:
  void start_munge();
  void start_accounting();
  void write_configuration();
  void must(const std::string& shell_command);
  void await(const std::string& shell_command, const char* what);
  std::string path(const std::string& name) const { return (folder() / name).string(); }

  const Options options_;
  const TemporaryDirectory folder_;
  const int database_port_ = free_port();
  const int accounting_port_ = free_port();
  const int controller_port_ = free_port();
  const int node_port_ = free_port();
  Daemon munge_;
  Daemon database_;
  Daemon accounting_;
  Daemon controller_;
  Daemon node_;
};

}  // namespace sciwright
