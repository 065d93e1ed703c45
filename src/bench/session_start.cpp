#include "bench/session_start.h"

#include <algorithm>
#include <filesystem>

#include "base/files.h"
#include "energy/trace.h"
#include "record/host.h"
#include "record/mllog_reader.h"

namespace sciwright::bench {
namespace {

constexpr std::int64_t kNsPerMs = 1'000'000;

std::string text_of(const std::filesystem::path& file) {
  return std::filesystem::exists(file) ? read_file(file) : "";
}

}  // namespace

std::optional<std::int64_t> last_seen_ns(const record::RunPaths& paths) {
  std::int64_t last_ns = 0;
  for (const record::MllogRecord& record : record::parse_mllog(text_of(paths.mllog)).records) {
    last_ns = std::max(last_ns, record.time_ms * kNsPerMs);
  }
  const energy::Trace trace = energy::parse_trace_csv(text_of(paths.energy), "energy.csv");
  for (const energy::Sample& sample : trace.samples) last_ns = std::max(last_ns, sample.utc_ns);
  return last_ns > 0 ? std::optional(last_ns) : std::nullopt;
}

record::SessionStart session_start(const record::RunPaths& paths, bool resume) {
  record::SessionStart start;
  start.job = record::read_batch_job(record::process_environment());
  if (resume) start.last_seen_ns = last_seen_ns(paths);
  return start;
}

}  // namespace sciwright::bench
