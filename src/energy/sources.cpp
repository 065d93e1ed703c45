#include "energy/sources.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/suggestion.h"
#include "energy/cray.h"
#include "energy/estimate.h"
#include "energy/hwmon.h"
#include "energy/ipmi.h"
#include "energy/nvidia_smi.h"
#include "energy/nvml.h"
#include "energy/perf_energy.h"
#include "energy/powercap.h"
#include "energy/rocm_smi.h"
#include "energy/sampler.h"
#include "energy/slurm_energy.h"

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

bool asks_for_instances(const GpuChoice& choice) {
  return std::any_of(choice.uuids.begin(), choice.uuids.end(),
                     [](const std::string& uuid) { return uuid.starts_with("MIG-"); });
}

/// Gives a device all UUIDs of the one that has its own.
void add_instances(Device& device, const std::vector<Device>& known) {
  for (const Device& gpu : known) {
    if (!device.uuids.empty() && has_uuid(gpu, device.uuids.front())) device.uuids = gpu.uuids;
  }
}

/// Looks for sources and gathers them.
class Finder final {
 public:
  explicit Finder(const SourceQuery& query) : query_(query) {}

  /// True when the source has a device, wanted or not.
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
      if (!is_asked(device.name)) continue;
      found_.problems.push_back(device.problem);
      found_.unread.push_back(std::move(device));
    }
    const bool has_any = !found.sensors.empty();
    for (const Sensor& sensor : found.sensors) note_gpu(sensor.device);
    std::erase_if(found.sensors, [this](const Sensor& s) { return !is_wanted(s.device); });
    if (found.sensors.empty()) return has_any;
    found_.sources.push_back(std::make_unique<SensorSource>(std::move(found.sensors)));
    return true;
  }

  FoundSources take() {
    for (const Device& device : devices_of(found_.sources)) {
      std::erase_if(found_.unread, [&](const UnreadDevice& u) { return u.name == device.name; });
    }
    if (query_.gpus) add_remarks(*query_.gpus);
    return std::move(found_);
  }

 private:
  bool is_wanted(const Device& device) const {
    return !query_.gpus || is_chosen(device, *query_.gpus);
  }

  /// Of a GPU that cannot be read only the number is known.
  bool is_asked(const std::string& name) const {
    Device device;
    device.name = name;
    device.kind = DeviceKind::kGpu;
    return !name.starts_with("gpu") || !query_.gpus ||
           is_chosen(device, {.numbers = query_.gpus->numbers});
  }

  void note_gpu(const Device& device) {
    if (device.kind == DeviceKind::kGpu) gpus_.push_back(device);
  }

  /// The GPUs with the UUIDs of their MIG instances, where such are asked for: nvidia-smi tells
  /// none of these, but the driver's library does.
  std::vector<Device> gpus_with_instances() const {
    std::vector<Device> gpus;
    if (!query_.gpus || !asks_for_instances(*query_.gpus)) return gpus;
    for (const Sensor& sensor : nvml_sensors(query_.nvml_library).sensors) {
      gpus.push_back(sensor.device);
    }
    return gpus;
  }

  bool add_program(ProgramQuery program) {
    const auto all = std::make_shared<std::vector<Device>>();  // wanted or not, at the first answer
    program.parse = [parse = program.parse, gpus = query_.gpus, known = gpus_with_instances(),
                     all](const std::string& output) {
      std::vector<DeviceReading> readings = parse(output);
      for (DeviceReading& reading : readings) add_instances(reading.first, known);
      if (all->empty()) {
        for (const auto& [device, reading] : readings) all->push_back(device);
      }
      if (gpus) {
        std::erase_if(readings, [&](const DeviceReading& r) { return !is_chosen(r.first, *gpus); });
      }
      return readings;
    };
    auto source = std::make_unique<ProgramSource>(program, query_.run);
    for (const Device& device : *all) note_gpu(device);
    if (all->empty()) {
      const std::string& problem = source->problem();
      found_.problems.push_back(program.source + ": " +
                                (problem.empty() ? "the program tells no power" : problem));
    }
    if (!source->devices().empty()) found_.sources.push_back(std::move(source));
    return !all->empty();
  }

  void remark(std::string text) {
    found_.problems.push_back(text);
    found_.remarks.push_back(std::move(text));
  }

  /// Says where the choice of GPUs does not mean what it seems to, or what there is not.
  void add_remarks(const GpuChoice& choice) {
    if (choice.numbers.empty() && choice.uuids.empty() && !gpus_.empty()) {
      found_.problems.push_back(
          "no GPU is counted, since CUDA_VISIBLE_DEVICES shows none; --gpu chooses some");
    }
    const auto has_gpu = [&](const auto& is_it) {
      return std::any_of(gpus_.begin(), gpus_.end(), is_it);
    };
    for (const int number : choice.numbers) {
      const std::string name = fmt::format("gpu{}", number);
      const bool is_unread =
          std::any_of(found_.unread.begin(), found_.unread.end(),
                      [&](const UnreadDevice& unread) { return unread.name == name; });
      if (gpus_.empty() || is_unread || has_gpu([&](const Device& d) { return d.name == name; })) {
        continue;
      }
      remark(fmt::format("there is no {}; there are {}", name, fmt::join(gpu_names(), ", ")));
    }
    for (const std::string& uuid : choice.uuids) {
      if (gpus_.empty()) break;
      if (!has_gpu([&](const Device& d) { return has_uuid(d, uuid); })) {
        remark(
            fmt::format("no sensor knows {} of CUDA_VISIBLE_DEVICES; GPUs whose UUID is not "
                        "known are counted, others are not",
                        uuid));
      } else if (uuid.starts_with("MIG-")) {
        remark(fmt::format("{} is a part of a GPU; power and energy are those of the whole GPU",
                           uuid));
      }
    }
  }

  std::vector<std::string> gpu_names() const {
    std::vector<std::string> names;
    for (const Device& gpu : gpus_) {
      if (std::find(names.begin(), names.end(), gpu.name) == names.end()) names.push_back(gpu.name);
    }
    return names;
  }

  const SourceQuery& query_;
  std::vector<Device> gpus_;  ///< All that were found, wanted or not.
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
  // Set but empty it shows no GPU.
  if (const auto visible = environment.find("CUDA_VISIBLE_DEVICES"); visible != environment.end()) {
    query.gpus = parse_visible_devices(visible->second);
  }
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
