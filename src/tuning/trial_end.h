#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "jobs/job_record.h"
#include "tuning/tune_settings.h"

namespace sciwright::tuning {

/// How a trial's job came out.
struct TrialEnd {
  bool is_release = false;  ///< It was stopped or lost, which says nothing about the trial.
  std::optional<double> value = {};
  std::string reason = {};  ///< Why there is no value.
};

/// Judges a job that has ended, by its record and the result in its `run` folder. An end at a time
/// limit, by a signal that somebody sent, by preemption or a failing node is a release.
TrialEnd judge(const jobs::JobRecord& record, const std::filesystem::path& run,
               const TuneSettings& settings);

}  // namespace sciwright::tuning
