#include "energy/rocm_smi.h"

#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "io/csv.h"

namespace sciwright::energy {
namespace {

using Json = nlohmann::json;

/// The number under the first of the keys a card has; values are numbers or texts.
std::optional<double> number_of(const Json& card, std::initializer_list<const char*> keys,
                                double unit = 1) {
  for (const char* key : keys) {
    const auto found = card.find(key);
    if (found == card.end()) continue;
    const auto number = found->is_string()   ? io::parse_double(found->get<std::string>())
                        : found->is_number() ? std::optional(found->get<double>())
                                             : std::nullopt;
    if (number) return *number * unit;
  }
  return {};
}

std::optional<std::int64_t> bytes_of(const Json& card, const char* key) {
  const auto number = number_of(card, {key});
  return number ? std::optional(static_cast<std::int64_t>(*number)) : std::nullopt;
}

Reading read_card(const Json& card) {
  Reading reading;
  reading.power_w = number_of(
      card, {"Average Graphics Package Power (W)", "Current Socket Graphics Package Power (W)"});
  reading.energy_j = number_of(card, {"Accumulated Energy (uJ)"}, 1e-6);
  reading.temperature_c =
      number_of(card, {"Temperature (Sensor junction) (C)", "Temperature (Sensor edge) (C)"});
  reading.utilization_fraction = number_of(card, {"GPU use (%)"}, 1e-2);
  reading.memory_used_bytes = bytes_of(card, "VRAM Total Used Memory (B)");
  reading.memory_total_bytes = bytes_of(card, "VRAM Total Memory (B)");
  return reading;
}

}  // namespace

std::vector<DeviceReading> parse_rocm_smi(const std::string& output) {
  const Json document = Json::parse(output, nullptr, false);
  if (!document.is_object()) return {};
  std::map<std::int64_t, DeviceReading> cards;  // by number: card10 comes after card9
  for (const auto& [name, card] : document.items()) {
    if (!name.starts_with("card") || !card.is_object()) continue;
    const auto index = io::parse_int64(std::string_view(name).substr(4));
    if (!index) continue;
    const std::string model = card.contains("Card Series") && card["Card Series"].is_string()
                                  ? card["Card Series"].get<std::string>()
                                  : "AMD";
    cards[*index] = {
        {fmt::format("gpu{}", *index), "rocm-smi", DeviceKind::kGpu, model, Origin::kMeasured},
        read_card(card)};
  }
  std::vector<DeviceReading> readings;
  for (auto& [index, reading] : cards) readings.push_back(std::move(reading));
  return readings;
}

ProgramQuery rocm_smi_query() {
  return {"rocm-smi",
          "rocm-smi --showproductname --showpower --showenergycounter --showtemp --showuse "
          "--showmeminfo vram --json",
          parse_rocm_smi, 1'000'000'000};
}

}  // namespace sciwright::energy
