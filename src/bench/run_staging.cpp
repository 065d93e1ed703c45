#include "bench/run_staging.h"

#include <filesystem>
#include <optional>
#include <vector>

#include <fmt/format.h>
#include <sys/stat.h>

#include "config/overrides.h"

namespace sciwright::bench {
namespace {

namespace fs = std::filesystem;

bool same_device(const fs::path& a, const fs::path& b) {
  struct stat of_a {};
  struct stat of_b {};
  return ::stat(a.c_str(), &of_a) == 0 && ::stat(b.c_str(), &of_b) == 0 &&
         of_a.st_dev == of_b.st_dev;
}

double megabytes(std::int64_t bytes) { return static_cast<double>(bytes) * 1e-6; }

}  // namespace

std::vector<DataPath> data_paths(const BenchmarkSpec& spec, const Json& settings) {
  std::vector<DataPath> paths;
  for (const std::string& setting : spec.data_paths) {
    const Json* value = config::find_path(settings, setting);
    if (value == nullptr || !value->is_string()) continue;
    const fs::path path = value->get<std::string>();
    if (fs::exists(path)) paths.push_back({setting, path});
  }
  return paths;
}

std::unique_ptr<storage::StagedData> stage_data(
    const BenchmarkSpec& spec, Json& settings, record::Phases& phases,
    const record::Texts& environment, const std::function<void(const std::string&)>& say) {
  const std::string where = settings.value("stage", "off");
  if (where == "off" || where.empty()) return nullptr;
  const std::vector<DataPath> data = data_paths(spec, settings);
  if (data.empty()) {
    say("stage: there are no files of data to copy\n");
    return nullptr;
  }
  const record::Phase phase(phases, "Staging");
  std::int64_t needed_bytes = 0;
  std::vector<fs::path> sources;
  for (const DataPath& one : data) {
    needed_bytes += storage::size_of(one.path);
    sources.push_back(one.path);
  }
  std::optional<fs::path> directory = where;
  if (where == "auto") {
    directory = storage::fastest_directory(storage::staging_candidates(environment), needed_bytes,
                                           system_clock());
  }
  if (!directory) {
    say(
        fmt::format("stage: no local directory has room for {:.1f} MB; the data are read where "
                    "they are\n",
                    megabytes(needed_bytes)));
    return nullptr;
  }
  if (where == "auto" && same_device(*directory, sources.front())) {
    say(fmt::format("stage: the data lie on the fastest local storage already ({})\n",
                    directory->string()));
    return nullptr;
  }
  auto staged = std::make_unique<storage::StagedData>(*directory, sources);
  for (std::size_t i = 0; i < data.size(); ++i) {
    config::set_path(settings, data[i].setting, staged->copy(i).string());
  }
  phases.note("Staging", {{"bytes", staged->num_bytes()}, {"folder", staged->folder().string()}});
  say(fmt::format("stage: {:.1f} MB copied to {}\n", megabytes(staged->num_bytes()),
                  staged->folder().string()));
  return staged;
}

}  // namespace sciwright::bench
