// A stand-in for NVIDIA's libnvidia-ml.so.1, built as a shared object for tests. Three GPUs: one
// with every sensor, one of a generation without energy counter whose power is N/A at every second
// question, one that is lost. The second has a MIG instance in its second place.
// SCIWRIGHT_FAKE_NVML=broken: the driver does not start.

#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace {

constexpr int kSuccess = 0;
constexpr int kNotSupported = 3;
constexpr int kNotFound = 6;
constexpr int kDriverNotLoaded = 9;
constexpr int kGpuIsLost = 15;

constexpr std::uintptr_t kInstance = 100;

std::uintptr_t index_of(void* device) { return reinterpret_cast<std::uintptr_t>(device) - 1; }

struct Utilization {
  unsigned gpu;
  unsigned memory;
};

struct Memory {
  unsigned long long total;
  unsigned long long free;
  unsigned long long used;
};

unsigned num_questions = 0;

}  // namespace

extern "C" {

int nvmlInit_v2() {
  const char* state = std::getenv("SCIWRIGHT_FAKE_NVML");
  return state != nullptr && std::strcmp(state, "broken") == 0 ? kDriverNotLoaded : kSuccess;
}

int nvmlShutdown() { return kSuccess; }

const char* nvmlErrorString(int) { return "Driver Not Loaded"; }

int nvmlDeviceGetCount_v2(unsigned* count) {
  *count = 3;
  return kSuccess;
}

int nvmlDeviceGetHandleByIndex_v2(unsigned index, void** device) {
  *device = reinterpret_cast<void*>(static_cast<std::uintptr_t>(index + 1));
  return index == 2 ? kGpuIsLost : kSuccess;
}

int nvmlDeviceGetName(void* device, char* name, unsigned length) {
  std::strncpy(name, index_of(device) == 0 ? "Fake A100" : "Fake P100", length);
  return kSuccess;
}

int nvmlDeviceGetUUID(void* device, char* uuid, unsigned length) {
  const std::uintptr_t index = index_of(device);
  std::strncpy(uuid,
               index == kInstance ? "MIG-1111"
               : index == 0       ? "GPU-aaaa"
                                  : "GPU-bbbb",
               length);
  return kSuccess;
}

int nvmlDeviceGetMaxMigDeviceCount(void* device, unsigned* count) {
  *count = index_of(device) == 1 ? 2 : 0;
  return kSuccess;
}

int nvmlDeviceGetMigDeviceHandleByIndex(void*, unsigned index, void** instance) {
  *instance = reinterpret_cast<void*>(kInstance + 1);
  return index == 1 ? kSuccess : kNotFound;
}

int nvmlDeviceGetPowerUsage(void* device, unsigned* milliwatts) {
  *milliwatts = 316'640;
  return index_of(device) == 1 && num_questions++ % 2 == 1 ? kNotSupported : kSuccess;
}

int nvmlDeviceGetTotalEnergyConsumption(void* device, unsigned long long* millijoules) {
  *millijoules = 123'456'789;
  return index_of(device) == 0 ? kSuccess : kNotSupported;
}

int nvmlDeviceGetTemperature(void*, unsigned, unsigned* celsius) {
  *celsius = 62;
  return kSuccess;
}

int nvmlDeviceGetUtilizationRates(void*, Utilization* utilization) {
  *utilization = {100, 75};
  return kSuccess;
}

int nvmlDeviceGetMemoryInfo(void*, Memory* memory) {
  *memory = {42'505'076'736, 22'413'312'000, 20'091'764'736};
  return kSuccess;
}
}
