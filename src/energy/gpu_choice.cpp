#include "energy/gpu_choice.h"

#include <algorithm>
#include <string_view>

#include "energy/index_list.h"
#include "io/csv.h"

namespace sciwright::energy {
namespace {

constexpr std::string_view kGpu = "GPU-";
constexpr std::string_view kInstance = "MIG-";

/// The GPU in the older name of an instance, else the name as it is.
std::string gpu_of(const std::string& uuid) {
  if (!uuid.starts_with(std::string(kInstance) + std::string(kGpu))) return uuid;
  return uuid.substr(kInstance.size(), uuid.find('/') - kInstance.size());
}

}  // namespace

GpuChoice parse_visible_devices(const std::string& text) {
  GpuChoice choice;
  std::string_view rest = text;
  while (true) {
    const std::size_t comma = rest.find(',');
    const std::string entry(io::trim(rest.substr(0, comma)));
    const auto number = parse_index_list(entry);
    if (number && number->size() == 1) {
      choice.numbers.push_back(number->front());
    } else if (entry.starts_with(kGpu) || entry.starts_with(kInstance)) {
      choice.uuids.push_back(entry);
    } else {
      return choice;
    }
    if (comma == std::string_view::npos) return choice;
    rest.remove_prefix(comma + 1);
  }
}

bool has_uuid(const Device& device, const std::string& uuid) {
  const std::string asked = gpu_of(uuid);
  return std::any_of(device.uuids.begin(), device.uuids.end(),
                     [&](const std::string& own) { return own.starts_with(asked); });
}

bool is_chosen(const Device& device, const GpuChoice& choice) {
  if (device.kind != DeviceKind::kGpu) return true;
  const auto number = io::parse_int64(std::string_view(device.name).substr(3));
  if (number &&
      std::find(choice.numbers.begin(), choice.numbers.end(), *number) != choice.numbers.end()) {
    return true;
  }
  if (choice.uuids.empty()) return false;
  return device.uuids.empty() ||
         std::any_of(choice.uuids.begin(), choice.uuids.end(),
                     [&](const std::string& uuid) { return has_uuid(device, uuid); });
}

}  // namespace sciwright::energy
