#include "jobs/slurm_request.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "jobs/script_directives.h"

namespace sciwright::jobs {
namespace {

constexpr std::array<std::string_view, 12> kOurs = {
    "--job-name", "--output", "--error", "--array", "--open-mode", "--chdir",
    "-J",         "-o",       "-e",      "-a",      "-D",          "--parsable"};
constexpr DirectiveStyle kStyle = {"#SBATCH", kOurs};

}  // namespace

std::vector<std::string> sbatch_lines(const Job& job) { return directive_lines(job, kStyle); }

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
  return fmt::format("{}\n{}\n{}", fmt::join(sbatch_options(job.resources), "\n"),
                     fmt::join(dependency_options(job.after), "\n"),
                     fmt::join(sbatch_lines(job), "\n"));
}

}  // namespace sciwright::jobs
