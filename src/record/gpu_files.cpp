#include "record/gpu_files.h"

#include <algorithm>
#include <sstream>

#include "base/files.h"
#include "record/kernel_files.h"

namespace sciwright::record {
namespace {

namespace fs = std::filesystem;

/// The first word of digits and points: "535.54.03" of
/// "NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.54.03  Tue Jun 6 22:20:39 UTC 2023".
std::string nvidia_driver_version(const fs::path& root) {
  std::istringstream words(read_kernel_file(root / "proc/driver/nvidia/version").value_or(""));
  for (std::string word; words >> word;) {
    const bool is_version = word.find_first_not_of("0123456789.") == std::string::npos;
    if (is_version && word.find('.') != std::string::npos) return word;
  }
  return "";
}

std::vector<GpuFacts> nvidia_gpus(const fs::path& root) {
  std::vector<GpuFacts> gpus;
  const fs::path folder = root / "proc/driver/nvidia/gpus";
  if (!fs::is_directory(folder)) return gpus;
  for (const fs::path& gpu : sorted_entries(folder)) {
    const std::string text = read_kernel_file(gpu / "information").value_or("");
    gpus.push_back(
        {"NVIDIA", field_of(text, "Model"), gpu.filename().string(), nvidia_driver_version(root)});
  }
  return gpus;
}

std::string vendor_name(const std::string& number) {
  if (number == "0x10de") return "NVIDIA";
  if (number == "0x1002") return "AMD";
  if (number == "0x8086") return "Intel";
  return "";
}

/// "amdgpu" of the line "DRIVER=amdgpu"; uevent files are NAME=VALUE lines.
std::string uevent_value(const std::string& text, const std::string& name) {
  const std::size_t at = ("\n" + text).find("\n" + name + "=");
  if (at == std::string::npos) return "";
  const std::size_t begin = at + name.size() + 1;
  return text.substr(begin, text.find('\n', begin) - begin);
}

}  // namespace

std::vector<GpuFacts> find_gpus(const fs::path& root) {
  std::vector<GpuFacts> gpus = nvidia_gpus(root);
  for (const fs::path& card : numbered_entries(root / "sys/class/drm", "card")) {
    const fs::path device = card / "device";
    const std::string vendor = vendor_name(read_kernel_file(device / "vendor").value_or(""));
    const std::string uevent = read_kernel_file(device / "uevent").value_or("");
    const std::string bus = uevent_value(uevent, "PCI_SLOT_NAME");
    const bool is_listed =
        std::any_of(gpus.begin(), gpus.end(), [&](const GpuFacts& gpu) { return gpu.bus == bus; });
    if (vendor.empty() || is_listed) continue;
    std::string model = read_kernel_file(device / "product_name").value_or("");
    if (model.empty()) model = read_kernel_file(device / "device").value_or("");
    const std::string driver = uevent_value(uevent, "DRIVER");
    const auto version = read_kernel_file(root / "sys/module" / driver / "version");
    gpus.push_back({vendor, model, bus, version.value_or(driver)});
  }
  std::stable_sort(gpus.begin(), gpus.end(),
                   [](const GpuFacts& a, const GpuFacts& b) { return a.bus < b.bus; });
  return gpus;
}

}  // namespace sciwright::record
