#include "energy/sources.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/suggestion.h"
#include "energy/cray.h"
#include "energy/estimate.h"
#include "energy/hwmon.h"
#include "energy/index_list.h"
#include "energy/ipmi.h"
#include "energy/nvidia_smi.h"
#include "energy/nvml.h"
#include "energy/perf_energy.h"
#include "energy/powercap.h"
#include "energy/rocm_smi.h"
#include "energy/sampler.h"
#include "energy/slurm_energy.h"
#include "io/csv.h"

namespace sciwright::energy {
namespace {

const std::vector<std::string> kNames = {"nvml", "nvidia-smi", "hwmon", "rocm-smi", "powercap",
                                         "perf", "cray",       "ipmi",  "slurm"};

/// By default a source of the second name is asked where the first has nothing.
struct Choice {
  const char* first;
  const char* instead;
};
constexpr std::array<Choice, 4> kDefaults = {
    {{"nvml", "nvidia-smi"}, {"hwmon", "rocm-smi"}, {"powercap", "perf"}, {"cray", nullptr}}};

bool is_wanted(const std::string& device, const std::optional<std::vector<int>>& gpus) {
  if (!gpus || !device.starts_with("gpu")) return true;
  const auto number = io::parse_int64(std::string_view(device).substr(3));
  return number && std::find(gpus->begin(), gpus->end(), *number) != gpus->end();
}

/// Looks for sources and gathers them.
class Finder final {
 public:
  explicit Finder(const SourceQuery& query) : query_(query) {}

  /// True when the source has a device.
  bool add(const std::string& name) {
    if (name == "nvml") return add_sensors(nvml_sensors(query_.nvml_library));
    if (name == "hwmon") return add_sensors(hwmon_sensors(query_.root));
    if (name == "powercap") return add_sensors(powercap_sensors(query_.root));
    if (name == "perf") return add_sensors(perf_sensors(query_.root));
    if (name == "cray") return add_sensors(cray_sensors(query_.root));
    if (name == "nvidia-smi") return add_program(nvidia_smi_query());
    if (name == "rocm-smi") return add_program(rocm_smi_query());
    if (name == "ipmi") return add_program(ipmi_query());
    return add_program(slurm_query(query_.slurm_job_id));
  }

  bool add_sensors(FoundSensors found) {
    found_.problems.insert(found_.problems.end(), found.problems.begin(), found.problems.end());
    for (UnreadDevice& device : found.unread) {
      if (!is_wanted(device.name, query_.gpus)) continue;
      found_.problems.push_back(device.problem);
      found_.unread.push_back(std::move(device));
    }
    std::erase_if(found.sensors,
                  [this](const Sensor& s) { return !is_wanted(s.device.name, query_.gpus); });
    if (found.sensors.empty()) return false;
    found_.sources.push_back(std::make_unique<SensorSource>(std::move(found.sensors)));
    return true;
  }

  FoundSources take() {
    for (const Device& device : devices_of(found_.sources)) {
      std::erase_if(found_.unread, [&](const UnreadDevice& u) { return u.name == device.name; });
    }
    return std::move(found_);
  }

 private:
  bool add_program(ProgramQuery program) {
    program.parse = [parse = program.parse, gpus = query_.gpus](const std::string& output) {
      std::vector<DeviceReading> readings = parse(output);
      std::erase_if(readings,
                    [&](const DeviceReading& r) { return !is_wanted(r.first.name, gpus); });
      return readings;
    };
    auto source = std::make_unique<ProgramSource>(program, query_.run);
    if (source->devices().empty()) {
      found_.problems.push_back(
          fmt::format("{}: the program is not installed or tells no power", program.source));
      return false;
    }
    found_.sources.push_back(std::move(source));
    return true;
  }

  const SourceQuery& query_;
  FoundSources found_;
};

}  // namespace

SourceQuery source_query(const std::map<std::string, std::string>& environment) {
  SourceQuery query;
  const auto take = [&](const char* name, auto& value) {
    const auto found = environment.find(name);
    if (found != environment.end() && !found->second.empty()) value = found->second;
  };
  take("SCIWRIGHT_SENSOR_ROOT", query.root);
  take("SCIWRIGHT_NVML", query.nvml_library);
  take("SLURM_JOB_ID", query.slurm_job_id);
  std::string visible_gpus;
  take("CUDA_VISIBLE_DEVICES", visible_gpus);
  query.gpus = parse_index_list(visible_gpus);
  return query;
}

FoundSources find_sources(const SourceQuery& query) {
  Finder finder(query);
  for (const std::string& name : query.names) {
    if (std::find(kNames.begin(), kNames.end(), name) == kNames.end()) {
      throw usage_error(fmt::format("'{}' is no source of energy (known: {}){}", name,
                                    fmt::join(kNames, ", "), did_you_mean(name, kNames)));
    }
    finder.add(name);
  }
  if (query.names.empty()) {
    for (const Choice& choice : kDefaults) {
      if (!finder.add(choice.first) && choice.instead != nullptr) finder.add(choice.instead);
    }
  }
  if (query.tdp_w) finder.add_sensors(cpu_estimate(query.root, *query.tdp_w));
  return finder.take();
}

std::string not_measured(const Problems& problems) {
  return fmt::format("not measured: no readable sensor ({})", fmt::join(problems, "; "));
}

}  // namespace sciwright::energy
