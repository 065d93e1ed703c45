#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/process.h"
#include "jobs/launcher.h"
#include "jobs/scheduler_words.h"

namespace sciwright::jobs {

/// Settings of a PBS launcher.
struct PbsOptions {
  std::filesystem::path directory = {};  ///< Where messages of the parcels' own scripts go.
  double poll_interval_s = 20;
  int largest_array = 1000;   ///< Not above the server's max_array_size (10,000 by default).
  int max_tasks_at_once = 0;  ///< Throttle of each array (`%n`); 0 for none.
  std::vector<std::string> overrides = {};  ///< qsub options that win over all others.
};

/// Submits to PBS Professional or OpenPBS by their own programs (qsub, qstat, qselect, qdel), as
/// arrays of jobs that ask for the same. Written after their manual and tested by contract, against
/// programs that answer as it says. Not for Torque, whose arrays and answers are others.
class PbsLauncher final : public Launcher {
 public:
  explicit PbsLauncher(PbsOptions options, Runner run = run_command);

  /// Without dependencies: PBS lets nothing wait for one element of an array.
  Capabilities capabilities() const override;
  Parcel next_parcel(std::span<const Job> waiting) override;
  Submission submit(const std::string& parcel, std::span<const Job> jobs) override;
  Found find(const std::string& parcel, std::span<const Handle> handles) override;
  Answer poll(std::span<const Handle> handles) override;
  Answer cancel(std::span<const Handle> handles) override;
  std::string explain(const Handle& handle) override;

 private:
  CommandResult ask(std::vector<std::string> arguments, std::string input = {}) const;
  CommandResult ask_with_history(std::vector<std::string> line);
  std::string script_of(const std::string& parcel, std::span<const Job> jobs) const;
  std::optional<std::map<std::string, JobStatus>> qstat(std::span<const Handle> handles,
                                                        std::string& message);

  const PbsOptions options_;
  const Runner run_;
  bool has_history_ = true;  ///< Until the server says that it keeps none of ended jobs.
};

}  // namespace sciwright::jobs
