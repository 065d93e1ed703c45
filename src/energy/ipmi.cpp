#include "energy/ipmi.h"

#include "io/csv.h"
#include "record/kernel_files.h"

namespace sciwright::energy {

std::vector<DeviceReading> parse_ipmi_power(const std::string& output) {
  if (record::field_of(output, "Power reading state is") == "deactivated") return {};
  std::string text = record::field_of(output, "Instantaneous power reading");
  if (text.empty()) text = record::field_of(output, "Current Power");
  Reading reading;
  reading.power_w = io::parse_double(std::string_view(text).substr(0, text.find(' ')));
  if (!reading.power_w) return {};
  return {{{"node", "ipmi", DeviceKind::kNode, "", Origin::kMeasured}, reading}};
}

ProgramQuery ipmi_query() {
  return {"ipmi", "ipmitool dcmi power reading", parse_ipmi_power, 1'000'000'000};
}

}  // namespace sciwright::energy
