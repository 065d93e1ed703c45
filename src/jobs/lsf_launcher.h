#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/process.h"
#include "jobs/launcher.h"
#include "jobs/scheduler_words.h"

namespace sciwright::jobs {

/// Settings of an LSF launcher.
struct LsfOptions {
  std::filesystem::path directory = {};  ///< Where LSF's own messages about the parcels go.
  double poll_interval_s = 20;
  int largest_array = 1000;                 ///< MAX_JOB_ARRAY_SIZE of LSF's default configuration.
  int max_tasks_at_once = 0;                ///< Throttle of each array (`%n`); 0 for none.
  std::vector<std::string> overrides = {};  ///< bsub options that win over all others.
};

/// Submits to LSF by its own programs (bsub, bjobs, bkill), as arrays of jobs that ask for the
/// same. Written after LSF's manual and tested by contract, against programs that answer as it
/// says.
class LsfLauncher final : public Launcher {
 public:
  explicit LsfLauncher(LsfOptions options, Runner run = run_command);

  Capabilities capabilities() const override;
  Parcel next_parcel(std::span<const Job> waiting) override;
  Submission submit(const std::string& parcel, std::span<const Job> jobs) override;
  Found find(const std::string& parcel, std::span<const Handle> handles) override;
  Answer poll(std::span<const Handle> handles) override;
  Answer cancel(std::span<const Handle> handles) override;
  std::string explain(const Handle& handle) override;

 private:
  CommandResult ask(std::vector<std::string> arguments, std::string input = {}) const;
  std::optional<std::map<std::string, JobStatus>> bjobs(std::vector<std::string> which,
                                                        std::string& message) const;

  const LsfOptions options_;
  const Runner run_;
};

}  // namespace sciwright::jobs
