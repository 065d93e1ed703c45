#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "energy/trace.h"

namespace sciwright::energy {

using Json = nlohmann::json;

/// The XML of `nvidia-smi -q -x` as JSON: an element is its text, or an object of its children;
/// repeated children are a list, attributes "@name". Bytes that are no UTF-8 become U+FFFD. `name`
/// stands for the file. Throws a usage error that says what is wrong, with the line; `first_line`
/// is the number of the text's first.
Json parse_smi_xml(const std::string& xml, const std::string& name, std::int64_t first_line = 1);

/// Calls `visit` for each of the documents that `nvidia-smi -l` writes one after the other. Returns
/// what is wrong with those that cannot be read, or throws it when there is no other, and where
/// bytes are no UTF-8.
Problems visit_smi_documents(const std::string& text, const std::string& name,
                             const std::function<void(const Json& document)>& visit);

/// The document as XML again, two blanks deeper for each level.
std::string smi_xml(const Json& document);

/// The GPUs of a document, in the driver's order.
std::vector<Json> smi_gpus(const Json& document);

/// What a GPU of the document tells. Knows the names of old and new drivers (power_readings,
/// gpu_power_readings; power_draw, instant_power_draw, average_power_draw). "N/A" is nothing.
Reading smi_reading(const Json& gpu);

/// "gpu2", "NVIDIA A100-SXM4-40GB", and its UUID (nvidia-smi tells none of MIG instances).
Device smi_device(const Json& gpu, std::size_t index);

/// The wall-clock time of a document ("Sun Nov 22 00:04:28 2026") as if it were UTC.
std::optional<std::int64_t> smi_time_ns(const Json& document);

/// The number in front of a unit: 316.64 of "316.64 W", 19161 of "19161 MiB".
std::optional<double> number_with_unit(const std::string& text);

}  // namespace sciwright::energy
