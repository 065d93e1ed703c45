#pragma once

#include <string>
#include <vector>

#include "energy/reading.h"

namespace sciwright::energy {

/// Which GPUs are meant, by number or by UUID; none when both are empty.
struct GpuChoice {
  std::vector<int> numbers = {};        ///< As the driver counts them.
  std::vector<std::string> uuids = {};  ///< "GPU-8a1c…" or "MIG-…", or how one begins.
};

/// What $CUDA_VISIBLE_DEVICES shows, read as CUDA does: numbers or UUIDs with commas between them,
/// up to the first that is neither. An empty text, "-1" and "NoDevFiles" show no GPU.
GpuChoice parse_visible_devices(const std::string& text);

/// Whether the UUID is the device's own, that of one of its MIG instances, or how one of them
/// begins. The older names of instances hold the GPU's: "MIG-GPU-8a1c…/1/0".
bool has_uuid(const Device& device, const std::string& uuid);

/// Whether a device is meant: every one that is no GPU, and, where UUIDs are asked for, GPUs whose
/// UUID is not known.
bool is_chosen(const Device& device, const GpuChoice& choice);

}  // namespace sciwright::energy
