#include "campaign/job_plan.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"
#include "campaign/script_request.h"
#include "experiment/generate.h"

namespace sciwright::campaign {
namespace {

namespace fs = std::filesystem;
using experiment::ManifestEntry;
using jobs::EndingKind;
using jobs::Job;

bool ended_as(const ExperimentState& state, EndingKind kind) {
  return state.status.ending && state.status.ending->kind == kind;
}

/// The script's text, also of an experiment that is not unpacked yet.
std::string script_text(const fs::path& folder, const ManifestEntry& entry) {
  if (entry.packed.size_bytes > 0) {
    for (const auto& [name, content] : experiment::packed_files(folder, entry)) {
      if (name == entry.script) return content;
    }
  }
  return read_file(folder / entry.directory / entry.script);
}

/// Seconds or megabytes of the next attempt: what is asked for now, else what the last one had,
/// times the factor where it ran out.
struct Amount {
  double asked = 0;
  double had = 0;       ///< By the last attempt's own request; 0 for none.
  double scripted = 0;  ///< By the script.
  double factor = 0;    ///< 0: did not run out, or no more is asked for.
};

double next_amount(const Amount& amount, const ManifestEntry& entry, const char* option) {
  if (amount.asked > 0) return amount.asked;
  if (amount.factor <= 0) return amount.had;
  const double had = amount.had > 0 ? amount.had : amount.scripted;
  if (had <= 0) {
    throw usage_error(fmt::format(
        "{}: {} is not said for it, so there is nothing to multiply; say how much with --{}",
        entry.name, option, option));
  }
  return std::ceil(had * amount.factor);
}

bool is_over(const ExperimentState& state) { return state.phase == Phase::kFailed; }

bool is_waiting(const ExperimentState& state) {
  return state.phase == Phase::kNew || state.phase == Phase::kRefused;
}

/// The next job of an experiment: its script, in its folder.
Job job_of(const fs::path& folder, const ManifestEntry& entry, const ExperimentState& state,
           const jobs::Resources& scripted, const JobRequest& request) {
  const fs::path root = fs::absolute(folder).lexically_normal();
  Job job;
  job.id = entry.name;
  job.directory = job_directory(root, entry);
  if (entry.directory == ".") job.working_directory = root;
  job.script = entry.script;
  job.attempt = is_over(state) ? std::max(state.attempt, last_recorded_attempt(job.directory)) + 1
                               : std::max(state.attempt, 1);
  job.resources.account = scripted.account;
  job.resources.time_limit_s =
      next_amount({request.time_limit_s, state.record.time_limit_s, scripted.time_limit_s,
                   ended_as(state, EndingKind::kTimeLimit) ? request.more_time : 0},
                  entry, "time");
  if (job.resources.time_limit_s == 0 && request.scripts_count) {
    job.resources.time_limit_s = scripted.time_limit_s;
  }
  job.resources.memory_mb = static_cast<int>(next_amount(
      {static_cast<double>(request.memory_mb), static_cast<double>(state.record.memory_mb),
       static_cast<double>(scripted.memory_mb),
       ended_as(state, EndingKind::kOutOfMemory) ? request.more_memory : 0},
      entry, "memory"));
  job.environment = request.environment;
  job.environment["SCIWRIGHT_EXPERIMENT"] = entry.name;
  job.environment["SCIWRIGHT_ATTEMPT"] = std::to_string(job.attempt);
  return job;
}

}  // namespace

JobPlan plan_jobs(const fs::path& folder, const experiment::Manifest& manifest,
                  const std::vector<ExperimentState>& states, std::span<const std::size_t> chosen,
                  const JobRequest& request, bool failed) {
  JobPlan plan;
  Problems problems;
  for (const std::size_t i : chosen) {
    const ExperimentState& state = states[i];
    const ManifestEntry& entry = manifest.entries[i];
    if (!is_waiting(state) && !(failed && is_over(state))) continue;
    const bool needs_more = ended_as(state, EndingKind::kOutOfMemory) && request.more_memory == 0 &&
                            request.memory_mb == 0;
    if (needs_more) {
      plan.left_out.push_back(fmt::format(
          "{} ran out of memory and would again; --more-memory 1.5 gives it more", entry.name));
      continue;
    }
    try {
      const jobs::Resources scripted = script_request(script_text(folder, entry));
      plan.jobs.push_back(job_of(folder, entry, state, scripted, request));
      plan.scripted.push_back(scripted);
      plan.places.push_back(i);
    } catch (const Error& error) {  // caught here to tell of all experiments
      problems.push_back(error.what());
    }
  }
  throw_if_any(problems);
  return plan;
}

std::vector<Job> unended_jobs(const fs::path& folder, const experiment::Manifest& manifest,
                              const std::vector<ExperimentState>& states,
                              const std::string& launcher) {
  std::vector<Job> out;
  for (std::size_t i = 0; i < states.size(); ++i) {
    const ExperimentState& state = states[i];
    if (!is_active(state) || state.launcher != launcher) continue;
    out.push_back(job_of(folder, manifest.entries[i], state, {}, {}));
  }
  return out;
}

void make_folders(const fs::path& folder, const experiment::Manifest& manifest,
                  std::span<const std::size_t> places) {
  for (const std::size_t i : places) {
    const ManifestEntry& entry = manifest.entries[i];
    if (entry.packed.size_bytes > 0) experiment::unpack(folder, entry);
    make_directories(job_directory(folder, entry));
  }
}

}  // namespace sciwright::campaign
