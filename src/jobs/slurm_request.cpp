#include "jobs/slurm_request.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/files.h"

namespace sciwright::jobs {
namespace {

/// Whether a directive sets something that is the launcher's.
bool is_ours(std::string_view directive) {
  constexpr std::array<std::string_view, 12> kOurs = {
      "--job-name", "--output", "--error", "--array", "--open-mode", "--chdir",
      "-J",         "-o",       "-e",      "-a",      "-D",          "--parsable"};
  return std::any_of(kOurs.begin(), kOurs.end(), [&](std::string_view option) {
    if (!directive.starts_with(option)) return false;
    return option[1] != '-' || directive.size() == option.size() ||
           directive[option.size()] == '=' || directive[option.size()] == ' ';
  });
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

}  // namespace

std::vector<std::string> sbatch_lines(std::string_view script) {
  constexpr std::string_view kMark = "#SBATCH";
  std::vector<std::string> lines;
  while (!script.empty()) {
    const auto end = std::min(script.find('\n'), script.size());
    const std::string_view line = script.substr(0, end);
    script.remove_prefix(std::min(end + 1, script.size()));
    if (!trimmed(line).empty() && !trimmed(line).starts_with('#')) break;
    if (!line.starts_with(kMark)) continue;
    const std::string_view directive = trimmed(line.substr(kMark.size()));
    if (!directive.empty() && !is_ours(directive)) lines.emplace_back(line);
  }
  return lines;
}

std::vector<std::string> sbatch_options(const Resources& resources) {
  std::vector<std::string> options;
  const auto add = [&](const char* name, const std::string& value) {
    options.push_back(fmt::format("--{}={}", name, value));
  };
  if (resources.num_nodes > 0) add("nodes", std::to_string(resources.num_nodes));
  if (resources.num_tasks > 0) add("ntasks", std::to_string(resources.num_tasks));
  if (resources.num_cpus_per_task > 0) {
    add("cpus-per-task", std::to_string(resources.num_cpus_per_task));
  }
  if (resources.num_gpus > 0) {
    const std::string type = resources.gpu_type.empty() ? "" : resources.gpu_type + ":";
    add("gres", fmt::format("gpu:{}{}", type, resources.num_gpus));
  }
  if (resources.memory_mb > 0) add("mem", fmt::format("{}M", resources.memory_mb));
  if (resources.time_limit_s > 0) {
    add("time", fmt::format("{:.0f}", std::ceil(resources.time_limit_s / 60)));
  }
  if (!resources.partition.empty()) add("partition", resources.partition);
  if (!resources.account.empty()) add("account", resources.account);
  options.insert(options.end(), resources.directives.begin(), resources.directives.end());
  return options;
}

std::vector<std::string> dependency_options(const std::vector<std::string>& scheduler_ids) {
  if (scheduler_ids.empty()) return {};
  std::vector<std::string> ids;
  for (const std::string& id : scheduler_ids) ids.push_back(id.substr(0, id.find('#')));
  return {fmt::format("--dependency=afterok:{}", fmt::join(ids, ":")), "--kill-on-invalid-dep=yes"};
}

std::string array_key(const Job& job) {
  std::string key = fmt::format("{}\n{}", fmt::join(sbatch_options(job.resources), "\n"),
                                fmt::join(dependency_options(job.after), "\n"));
  if (job.script.empty()) return key;
  const auto& folder = job.working_directory.empty() ? job.directory : job.working_directory;
  return fmt::format("{}\n{}", key, fmt::join(sbatch_lines(read_file(folder / job.script)), "\n"));
}

}  // namespace sciwright::jobs
