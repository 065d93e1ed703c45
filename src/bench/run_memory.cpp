#include "bench/run_memory.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <string>

#include "base/files.h"

namespace sciwright::bench {
namespace {

nlohmann::json number_or_null(std::optional<std::int64_t> number) {
  return number ? nlohmann::json(*number) : nlohmann::json(nullptr);
}

}  // namespace

std::optional<std::int64_t> peak_resident_bytes(std::string_view status) {
  constexpr std::string_view kKey = "VmHWM:";
  const std::size_t key = status.find(kKey);
  if (key == std::string_view::npos) return std::nullopt;
  const std::size_t digits = status.find_first_not_of(" \t", key + kKey.size());
  if (digits == std::string_view::npos) return std::nullopt;
  std::int64_t kilobytes = 0;
  const auto [end, error] =
      std::from_chars(status.data() + digits, status.data() + status.size(), kilobytes);
  if (error != std::errc{}) return std::nullopt;
  return kilobytes * 1024;
}

std::optional<std::int64_t> gpu_peak_bytes(const energy::Trace& trace) {
  std::map<std::string, std::int64_t> peaks;  // by name: a GPU may have several sources
  for (const energy::Sample& sample : trace.samples) {
    const energy::Device& device = trace.devices[sample.device_index];
    if (device.kind != energy::DeviceKind::kGpu || !sample.reading.memory_used_bytes) continue;
    std::int64_t& peak = peaks[device.name];
    peak = std::max(peak, *sample.reading.memory_used_bytes);
  }
  if (peaks.empty()) return std::nullopt;
  std::int64_t sum = 0;
  for (const auto& [name, peak] : peaks) sum += peak;
  return sum;
}

nlohmann::json run_memory(std::optional<std::int64_t> gpu_bytes) {
  const std::optional<std::string> status = read_file_if_there("/proc/self/status");
  return {{"peak_bytes", number_or_null(status ? peak_resident_bytes(*status) : std::nullopt)},
          {"gpu_peak_bytes", number_or_null(gpu_bytes)}};
}

}  // namespace sciwright::bench
