#include "campaign/state.h"

#include <algorithm>
#include <set>
#include <unistd.h>

#include "base/parallel_for.h"
#include "campaign/experiment_files.h"

namespace sciwright::campaign {
namespace {

namespace fs = std::filesystem;
using jobs::EndingKind;
using jobs::JobState;
using jobs::LedgerEntry;

bool is_there(const fs::path& path) { return ::access(path.c_str(), F_OK) == 0; }

Phase phase_of(const jobs::JobStatus& status) {
  switch (status.state) {
    case JobState::kPending:
      return Phase::kPending;
    case JobState::kRunning:
      return Phase::kRunning;
    case JobState::kEnded:
      return status.ending->kind == EndingKind::kSuccess ? Phase::kSucceeded : Phase::kFailed;
    case JobState::kUnknown:
      break;
  }
  return Phase::kUnknown;
}

/// What this machine itself can say about a job that has not written its end.
jobs::JobStatus seen_from_here(const ExperimentState& state) {
  if (state.launcher != "local" || !state.record.start || state.record.ending) return {};
  switch (jobs::presence_of(*state.record.start)) {
    case jobs::Presence::kAlive:
      return {JobState::kRunning, {}, {}};
    case jobs::Presence::kGone:
      return jobs::ended(EndingKind::kLost);
    case jobs::Presence::kElsewhere:
      break;
  }
  return {};
}

void read_record(const fs::path& job_folder, std::int64_t cancelled_utc_ns,
                 std::optional<EndingKind> scheduler_ending, ExperimentState& state) {
  const fs::path path = jobs::record_path(job_folder, state.attempt);
  state.record = jobs::read_job_record(path);
  jobs::JobStatus seen = seen_from_here(state);
  // The end is written before the process vanishes: what was not there may be there now.
  if (seen.ending) state.record = jobs::read_job_record(path);
  state.status = scheduler_ending && !state.record.ending
                     ? jobs::ended(*scheduler_ending)
                     : jobs::fold_status(state.record, seen, cancelled_utc_ns);
  state.phase = phase_of(state.status);
  if (state.scheduler_id.empty() && state.record.start) {
    state.scheduler_id = state.record.start->scheduler_id;
  }
}

ExperimentState fold(const fs::path& folder, const experiment::ManifestEntry& entry,
                     const LedgerEntry* known) {
  ExperimentState state;
  const fs::path job_folder = job_directory(folder, entry);
  const bool handed_over = known != nullptr && known->state != LedgerEntry::State::kVoid;
  if (handed_over) {
    state.attempt = known->handle.attempt;
    state.launcher = known->launcher;
    state.scheduler_id = known->handle.scheduler_id;
  } else {
    state.attempt = last_recorded_attempt(job_folder);
  }
  const bool refused = handed_over && known->state == LedgerEntry::State::kRefused;
  if (refused && !is_there(jobs::record_path(job_folder, state.attempt))) {
    state.phase = Phase::kRefused;
    state.status.reason = known->message;
  } else if (state.attempt > 0) {
    read_record(job_folder, handed_over ? known->cancelled_utc_ns : 0,
                handed_over ? known->ending : std::nullopt, state);
  } else if (is_there(ExperimentFiles(folder, entry).place("run/result.json"))) {
    state.phase = Phase::kSucceeded;
  }
  return state;
}

}  // namespace

std::string_view phase_name(const ExperimentState& state) {
  switch (state.phase) {
    case Phase::kNew:
      return "new";
    case Phase::kRefused:
      return "refused";
    case Phase::kPending:
      return "pending";
    case Phase::kRunning:
      return "running";
    case Phase::kUnknown:
      return "unknown";
    case Phase::kSucceeded:
      return "succeeded";
    case Phase::kFailed:
      break;
  }
  return jobs::ending_name(state.status.ending->kind);
}

bool is_active(const ExperimentState& state) {
  return state.phase == Phase::kPending || state.phase == Phase::kRunning ||
         state.phase == Phase::kUnknown;
}

fs::path job_directory(const fs::path& folder, const experiment::ManifestEntry& entry) {
  return entry.directory == "." ? folder / "jobs" / entry.name : folder / entry.directory;
}

int last_recorded_attempt(const fs::path& job_folder) {
  int attempt = 0;
  while (is_there(jobs::record_path(job_folder, attempt + 1))) ++attempt;
  return attempt;
}

std::vector<ExperimentState> fold_states(const fs::path& folder,
                                         const experiment::Manifest& manifest,
                                         const jobs::Ledger& ledger, int num_threads) {
  std::vector<ExperimentState> states(manifest.entries.size());
  parallel_for(states.size(), num_threads, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      const experiment::ManifestEntry& entry = manifest.entries[i];
      states[i] = fold(folder, entry, ledger.find(entry.name));
    }
  });
  return states;
}

void update_states(const experiment::Manifest& manifest, const jobs::JobTracker& tracker,
                   std::string_view launcher, std::vector<ExperimentState>& states) {
  for (std::size_t i = 0; i < states.size(); ++i) {
    const auto report = tracker.reports().find(manifest.entries[i].name);
    if (report == tracker.reports().end()) continue;
    const LedgerEntry* entry = tracker.ledger().find(report->first);
    if (entry == nullptr || entry->launcher != launcher) continue;
    ExperimentState& state = states[i];
    state.attempt = report->second.handle.attempt;
    state.launcher = entry->launcher;
    state.scheduler_id = report->second.handle.scheduler_id;
    state.status = report->second.status;
    state.record = report->second.record;
    state.phase = report->second.refused ? Phase::kRefused : phase_of(state.status);
  }
}

std::vector<std::string> active_launchers(const std::vector<ExperimentState>& states) {
  std::set<std::string> names;
  for (const ExperimentState& state : states) {
    if (is_active(state) && !state.launcher.empty()) names.insert(state.launcher);
  }
  return {names.begin(), names.end()};
}

}  // namespace sciwright::campaign
