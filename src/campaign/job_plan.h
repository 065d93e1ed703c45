#pragma once

#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "campaign/state.h"
#include "experiment/manifest.h"
#include "jobs/job.h"

namespace sciwright::campaign {

/// What jobs ask for besides what their scripts say.
struct JobRequest {
  double time_limit_s = 0;  ///< 0: as the script or the last attempt says.
  int memory_mb = 0;        ///< Likewise.
  double more_time = 0;     ///< Factor for those that ran out of time; 0: not asked for.
  double more_memory = 0;   ///< Factor for those that ran out of memory; 0: not asked for.
  /// The scheduler reads the scripts' limits. They are written into the jobs' records, to know a
  /// time limit for what it is when the scheduler has forgotten.
  bool scripts_count = false;
  std::map<std::string, std::string> environment = {};  ///< Of every job.
};

/// Jobs to hand over, and what is left out and why.
struct JobPlan {
  std::vector<jobs::Job> jobs = {};
  std::vector<jobs::Resources> scripted = {};  ///< What the script of each says by itself.
  std::vector<std::size_t> places = {};        ///< Of their experiments in the manifest.
  std::vector<std::string> left_out = {};      ///< Sentences.
};

/// Jobs for those of the chosen experiments that were never handed over or were refused; with
/// `failed` also another attempt for those that ended badly. Throws one usage error with all
/// problems.
JobPlan plan_jobs(const std::filesystem::path& folder, const experiment::Manifest& manifest,
                  const std::vector<ExperimentState>& states, std::span<const std::size_t> chosen,
                  const JobRequest& request, bool failed);

/// The jobs of a launcher that have not ended, as they were handed over: to wait for them, and to
/// hand over again what was dropped before it started.
std::vector<jobs::Job> unended_jobs(const std::filesystem::path& folder,
                                    const experiment::Manifest& manifest,
                                    const std::vector<ExperimentState>& states,
                                    const std::string& launcher);

/// Makes the folders of the jobs' records, and those of packed experiments.
void make_folders(const std::filesystem::path& folder, const experiment::Manifest& manifest,
                  std::span<const std::size_t> places);

}  // namespace sciwright::campaign
