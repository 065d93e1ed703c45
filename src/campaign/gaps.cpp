#include "campaign/gaps.h"

#include <algorithm>
#include <thread>

#include "base/error.h"
#include "base/parallel_for.h"
#include "campaign/outcomes.h"
#include "campaign/shares.h"
#include "jobs/job.h"
#include "jobs/job_record.h"

namespace sciwright::campaign {
namespace {

namespace fs = std::filesystem;

bool has_succeeded(const ExperimentFiles& files) {
  const int attempt = newest_attempt(files);
  if (attempt == 0) return false;
  const fs::path folder = files.place("job.1.jsonl").parent_path();
  const jobs::JobRecord record = jobs::read_job_record(jobs::record_path(folder, attempt));
  return record.ending && record.ending->kind == jobs::EndingKind::kSuccess;
}

}  // namespace

Achievement achievement_of(const ExperimentFiles& files) {
  const fs::path result = files.place("run/result.json");
  if (!fs::exists(result)) {
    return has_succeeded(files) ? Achievement::kResult : Achievement::kNothing;
  }
  try {
    return record::read_result(result).valid ? Achievement::kValidResult : Achievement::kResult;
  } catch (const Error&) {  // caught here: an unreadable result is one that counts for less
    return Achievement::kResult;
  }
}

int newest_attempt(const ExperimentFiles& files) {
  const fs::path folder = files.place("job.1.jsonl").parent_path();
  int attempt = 0;
  while (fs::exists(jobs::record_path(folder, attempt + 1))) ++attempt;
  return attempt;
}

Gaps find_gaps(const fs::path& study, const experiment::Manifest& manifest) {
  std::vector<char> is_gap(manifest.entries.size(), 0);
  const auto num_threads = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  parallel_for(is_gap.size(), num_threads, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      const ExperimentFiles files(study, manifest.entries[i]);
      const bool is_there =
          manifest.entries[i].packed.size_bytes > 0 || fs::exists(files.place("config.yaml"));
      is_gap[i] = is_there && achievement_of(files) == Achievement::kNothing ? 1 : 0;
    }
  });
  Gaps out;
  for (std::size_t i = 0; i < is_gap.size(); ++i) {
    if (is_gap[i] != 0) out.experiments.push_back(manifest.entries[i].name);
  }
  const Shares shares = read_shares(study);
  if (shares.sharers.empty()) return out;
  for (const Sharer& sharer : shares.sharers) out.owed.emplace_back(sharer.name, 0);
  const std::vector<std::size_t> owners = deal(manifest, shares);
  for (std::size_t i = 0; i < is_gap.size(); ++i) {
    if (is_gap[i] != 0) ++out.owed[owners[i]].second;
  }
  return out;
}

}  // namespace sciwright::campaign
