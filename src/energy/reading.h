#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sciwright::energy {

/// What a device is. GPU, package and memory add up to what a run used; the platform and the node
/// contain them.
enum class DeviceKind { kGpu, kCpuPackage, kDram, kPlatform, kNode };

/// Where a number comes from. Never mixed: an estimate says so wherever it is shown.
enum class Origin { kNone, kMeasured, kEstimated };

/// "gpu", "cpu", "dram", "platform", "node".
std::string kind_name(DeviceKind kind);
/// The kind of such a word, or nothing.
std::optional<DeviceKind> kind_of_name(const std::string& name);

/// "none", "measured", "estimated".
std::string origin_name(Origin origin);
std::optional<Origin> origin_of_name(const std::string& name);

/// One thing whose power is known.
struct Device {
  std::string name;    ///< The short name that joins its samples: "gpu0", "cpu1", "node".
  std::string source;  ///< Who tells: "nvml", "powercap", … The same device may have several.
  DeviceKind kind = DeviceKind::kNode;
  std::string model;  ///< "NVIDIA A100-SXM4-40GB", or empty.
  Origin origin = Origin::kMeasured;
  /// Of an NVIDIA GPU, where it is known: its own and those of its MIG instances. Not recorded.
  std::vector<std::string> uuids = {};

  bool operator==(const Device&) const = default;
};

/// Whether both are the same thing: by UUID where both tell it, else by name.
bool is_same_device(const Device& a, const Device& b);

/// What one device told at one moment; nothing where it does not tell, or answered N/A.
struct Reading {
  std::optional<double> power_w;
  /// Since an arbitrary start. Sources take wrap-around out, so it falls only when counting began
  /// anew.
  std::optional<double> energy_j;
  std::optional<double> temperature_c;
  std::optional<double> utilization_fraction;
  std::optional<double> memory_utilization_fraction;  ///< Of the memory's bandwidth.
  std::optional<double> encoder_fraction;
  std::optional<double> decoder_fraction;
  std::optional<std::int64_t> memory_used_bytes;
  std::optional<std::int64_t> memory_total_bytes;
  /// When the value was taken, where the source knows (a recording); else now.
  std::optional<std::int64_t> utc_ns;

  bool operator==(const Reading&) const = default;
};

}  // namespace sciwright::energy
