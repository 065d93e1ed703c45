#include "energy/nvml.h"

#include <array>
#include <dlfcn.h>
#include <memory>

#include <fmt/format.h>

namespace sciwright::energy {
namespace {

// The part of NVML's binary interface that is used here.
constexpr int kSuccess = 0;
constexpr unsigned kTemperatureOfGpu = 0;
using NvmlDevice = void*;
struct NvmlUtilization {
  unsigned gpu;
  unsigned memory;
};
struct NvmlMemory {
  unsigned long long total;
  unsigned long long free;
  unsigned long long used;
};

/// The opened library and its functions; functions that an old driver lacks are null.
class Nvml final {
 public:
  /// Throws nothing: a null handle() says that it is not there.
  explicit Nvml(const std::string& library) : handle_(::dlopen(library.c_str(), RTLD_LAZY)) {
    if (handle_ == nullptr) return;
    load("nvmlInit_v2", init);
    load("nvmlShutdown", shutdown);
    load("nvmlErrorString", error_string);
    load("nvmlDeviceGetCount_v2", count);
    load("nvmlDeviceGetHandleByIndex_v2", device);
    load("nvmlDeviceGetName", name);
    load("nvmlDeviceGetUUID", uuid);
    load("nvmlDeviceGetMaxMigDeviceCount", max_instances);
    load("nvmlDeviceGetMigDeviceHandleByIndex", instance);
    load("nvmlDeviceGetPowerUsage", power_mw);
    load("nvmlDeviceGetTotalEnergyConsumption", energy_mj);
    load("nvmlDeviceGetTemperature", temperature);
    load("nvmlDeviceGetUtilizationRates", utilization);
    load("nvmlDeviceGetEncoderUtilization", encoder);
    load("nvmlDeviceGetDecoderUtilization", decoder);
    load("nvmlDeviceGetMemoryInfo", memory);
  }
  ~Nvml() {
    if (is_started_) shutdown();
    if (handle_ != nullptr) ::dlclose(handle_);
  }
  Nvml(const Nvml&) = delete;
  Nvml& operator=(const Nvml&) = delete;

  bool is_loaded() const {
    return handle_ != nullptr && init != nullptr && shutdown != nullptr && count != nullptr &&
           device != nullptr;
  }

  /// Empty, or why the driver does not start.
  std::string start() {
    const int error = init();
    is_started_ = error == kSuccess;
    if (is_started_) return {};
    return error_string == nullptr ? fmt::format("error {}", error) : error_string(error);
  }

  int (*init)() = nullptr;
  int (*shutdown)() = nullptr;
  const char* (*error_string)(int) = nullptr;
  int (*count)(unsigned*) = nullptr;
  int (*device)(unsigned, NvmlDevice*) = nullptr;
  int (*name)(NvmlDevice, char*, unsigned) = nullptr;
  int (*uuid)(NvmlDevice, char*, unsigned) = nullptr;
  int (*max_instances)(NvmlDevice, unsigned*) = nullptr;
  int (*instance)(NvmlDevice, unsigned, NvmlDevice*) = nullptr;
  int (*power_mw)(NvmlDevice, unsigned*) = nullptr;
  int (*energy_mj)(NvmlDevice, unsigned long long*) = nullptr;
  int (*temperature)(NvmlDevice, unsigned, unsigned*) = nullptr;
  int (*utilization)(NvmlDevice, NvmlUtilization*) = nullptr;
  int (*encoder)(NvmlDevice, unsigned*, unsigned*) = nullptr;
  int (*decoder)(NvmlDevice, unsigned*, unsigned*) = nullptr;
  int (*memory)(NvmlDevice, NvmlMemory*) = nullptr;

 private:
  template <class Function>
  void load(const char* symbol, Function& function) {
    function = reinterpret_cast<Function>(::dlsym(handle_, symbol));
  }

  void* handle_;
  bool is_started_ = false;
};

/// What `function` writes into its last argument, in our unit; nothing when it fails or is not
/// there.
template <class Raw, class Function, class... Arguments>
std::optional<double> ask(double unit, Function function, Arguments... arguments) {
  Raw raw = 0;
  if (function == nullptr || function(arguments..., &raw) != kSuccess) return {};
  return static_cast<double>(raw) * unit;
}

std::optional<double> codec_fraction(int (*function)(NvmlDevice, unsigned*, unsigned*),
                                     NvmlDevice device) {
  unsigned percent = 0;
  unsigned window_us = 0;
  if (function == nullptr || function(device, &percent, &window_us) != kSuccess) return {};
  return percent * 1e-2;
}

Reading read_device(const Nvml& nvml, NvmlDevice device) {
  Reading reading;
  reading.power_w = ask<unsigned>(1e-3, nvml.power_mw, device);
  reading.energy_j = ask<unsigned long long>(1e-3, nvml.energy_mj, device);
  reading.temperature_c = ask<unsigned>(1, nvml.temperature, device, kTemperatureOfGpu);
  reading.encoder_fraction = codec_fraction(nvml.encoder, device);
  reading.decoder_fraction = codec_fraction(nvml.decoder, device);
  NvmlUtilization utilization{};
  if (nvml.utilization != nullptr && nvml.utilization(device, &utilization) == kSuccess) {
    reading.utilization_fraction = utilization.gpu * 1e-2;
    reading.memory_utilization_fraction = utilization.memory * 1e-2;
  }
  NvmlMemory memory{};
  if (nvml.memory != nullptr && nvml.memory(device, &memory) == kSuccess) {
    reading.memory_used_bytes = static_cast<std::int64_t>(memory.used);
    reading.memory_total_bytes = static_cast<std::int64_t>(memory.total);
  }
  return reading;
}

/// What one of the functions that write a text tells; empty when it fails or is not there.
std::string text_of(int (*function)(NvmlDevice, char*, unsigned), NvmlDevice device) {
  std::array<char, 96> text{};
  const bool is_known =
      function != nullptr && function(device, text.data(), text.size() - 1) == kSuccess;
  return is_known ? text.data() : "";
}

/// The UUIDs of a GPU and of its MIG instances.
std::vector<std::string> uuids_of(const Nvml& nvml, NvmlDevice device) {
  std::vector<std::string> uuids = {text_of(nvml.uuid, device)};
  unsigned count = 0;
  const bool has_instances = nvml.max_instances != nullptr && nvml.instance != nullptr &&
                             nvml.max_instances(device, &count) == kSuccess;
  for (unsigned i = 0; has_instances && i < count; ++i) {
    NvmlDevice instance = nullptr;
    if (nvml.instance(device, i, &instance) != kSuccess) continue;  // that place is free
    uuids.push_back(text_of(nvml.uuid, instance));
  }
  std::erase(uuids, "");
  return uuids;
}

}  // namespace

FoundSensors nvml_sensors(const std::string& library) {
  FoundSensors found;
  const auto nvml = std::make_shared<Nvml>(library);
  if (!nvml->is_loaded()) {
    found.problems.push_back(
        fmt::format("nvml: the NVIDIA driver's library {} is not installed", library));
    return found;
  }
  if (const std::string error = nvml->start(); !error.empty()) {
    found.problems.push_back(fmt::format("nvml: the driver does not start: {}", error));
    return found;
  }
  unsigned count = 0;
  nvml->count(&count);
  for (unsigned i = 0; i < count; ++i) {
    NvmlDevice handle = nullptr;
    if (const int error = nvml->device(i, &handle); error != kSuccess) {
      found.unread.push_back({fmt::format("gpu{}", i),
                              fmt::format("nvml: GPU {} does not answer (error {})", i, error)});
      continue;
    }
    Device device = {fmt::format("gpu{}", i), "nvml",
                     DeviceKind::kGpu,        text_of(nvml->name, handle),
                     Origin::kMeasured,       uuids_of(*nvml, handle)};
    found.sensors.push_back(
        {std::move(device), [nvml, handle](std::int64_t) { return read_device(*nvml, handle); }});
  }
  if (count == 0) found.problems.push_back("nvml: the driver sees no GPU");
  return found;
}

}  // namespace sciwright::energy
