#include "campaign/scan.h"

#include <map>

#include <fmt/format.h>

#include "campaign/session.h"
#include "record/run_lock.h"

namespace sciwright::campaign {
namespace {

namespace fs = std::filesystem;

void look_for_files(const fs::path& folder, const experiment::ManifestEntry& entry,
                    Problems& problems) {
  if (entry.packed.size_bytes > 0) return;
  for (const std::string& file : {entry.script, entry.config}) {
    const fs::path path = folder / entry.directory / file;
    if (!fs::exists(path)) problems.push_back(path.string() + ": is missing");
  }
}

}  // namespace

ScanReport scan(const fs::path& folder, const Clock& clock) {
  ScanReport report;
  const Session session = open_session(folder, clock);
  const record::RunLock lock(folder / "jobs.lock", clock);
  jobs::Ledger ledger(folder, clock);
  report.num_experiments = session.states.size();
  // By launcher: what their records say of jobs that the ledger does not know.
  std::map<std::string, std::vector<jobs::Job>> found;
  std::map<std::string, std::vector<std::string>> ids;
  for (std::size_t i = 0; i < session.states.size(); ++i) {
    const ExperimentState& state = session.states[i];
    const experiment::ManifestEntry& entry = session.manifest.entries[i];
    look_for_files(folder, entry, report.problems);
    if (!state.record.claimed) continue;
    ++report.num_recorded;
    if (ledger.find(entry.name) != nullptr || !state.record.start) continue;
    const std::string& launcher = state.record.scheduler;
    found[launcher].push_back({.id = entry.name,
                               .directory = job_directory(fs::absolute(folder), entry),
                               .attempt = state.attempt});
    ids[launcher].push_back(state.record.start->scheduler_id);
  }
  for (const auto& [launcher, jobs] : found) {
    const std::string parcel = fmt::format("scan-{}-{}", launcher, clock.utc_ns());
    ledger.intend(parcel, launcher, jobs);
    ledger.submitted(parcel, ids[launcher]);
    report.num_added += jobs.size();
  }
  for (const Problems& lines : {ledger.torn_lines(), ledger.lost_intents()}) {
    report.problems.insert(report.problems.end(), lines.begin(), lines.end());
  }
  if (!ledger.torn_lines().empty() || !ledger.lost_intents().empty()) ledger.scanned();
  return report;
}

}  // namespace sciwright::campaign
