#include "storage/staging.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <unistd.h>

#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"
#include "record/file_system.h"
#include "storage/probe.h"

namespace sciwright::storage {
namespace {

namespace fs = std::filesystem;

constexpr std::array<const char*, 3> kVariables = {"SLURM_TMPDIR", "LOCAL_SCRATCH", "TMPDIR"};
constexpr std::array<std::string_view, 7> kShared = {"nfs",  "lustre", "gpfs", "beegfs",
                                                     "ceph", "smb",    "fuse"};
constexpr std::int64_t kTrialBytes = 32 << 20;

bool has_room(const fs::path& directory, std::int64_t needed_bytes) {
  const record::FileSystemFacts facts = record::read_file_system(directory);
  if (std::find(kShared.begin(), kShared.end(), facts.type) != kShared.end()) return false;
  const std::int64_t factor = facts.type == "tmpfs" ? 2 : 1;
  return facts.free_bytes.value_or(0) >= factor * needed_bytes + kTrialBytes;
}

}  // namespace

std::vector<fs::path> staging_candidates(const record::Texts& environment) {
  std::vector<fs::path> candidates;
  const auto add = [&](const fs::path& path) {
    if (!path.empty() && fs::is_directory(path) &&
        std::find(candidates.begin(), candidates.end(), path) == candidates.end()) {
      candidates.push_back(path);
    }
  };
  for (const char* variable : kVariables) {
    if (const auto it = environment.find(variable); it != environment.end()) add(it->second);
  }
  add("/dev/shm");
  add("/tmp");
  return candidates;
}

std::int64_t size_of(const fs::path& path) {
  if (fs::is_regular_file(path)) return static_cast<std::int64_t>(fs::file_size(path));
  std::int64_t sum = 0;
  for (const fs::path& entry : sorted_entries(path)) {
    if (fs::is_directory(entry) || fs::is_regular_file(entry)) sum += size_of(entry);
  }
  return sum;
}

std::optional<fs::path> fastest_directory(const std::vector<fs::path>& candidates,
                                          std::int64_t needed_bytes, const Clock& clock) {
  std::optional<fs::path> fastest;
  double least_s = 0;
  for (const fs::path& candidate : candidates) {
    if (!has_room(candidate, needed_bytes)) continue;
    const std::optional<double> seconds = time_write(candidate, kTrialBytes, clock);
    if (!seconds || (fastest && *seconds >= least_s)) continue;
    fastest = candidate;
    least_s = *seconds;
  }
  return fastest;
}

StagedData::StagedData(const fs::path& directory, const std::vector<fs::path>& sources)
    : folder_(directory / fmt::format("sciwright-stage-{}", ::getpid())) {
  make_directories(folder_);
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const fs::path source = sources[i].has_filename() ? sources[i] : sources[i].parent_path();
    const fs::path place = folder_ / std::to_string(i);
    copies_.push_back(place / source.filename());
    std::error_code error;
    fs::create_directories(place, error);
    if (!error) fs::copy(source, copies_.back(), fs::copy_options::recursive, error);
    if (error) {
      fs::remove_all(folder_);
      throw Error(ErrorKind::kFailure,
                  fmt::format("{}: cannot be copied to {}: {}", source.string(), folder_.string(),
                              error.message()));
    }
    num_bytes_ += size_of(copies_.back());
  }
}

StagedData::~StagedData() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

}  // namespace sciwright::storage
