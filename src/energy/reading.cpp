#include "energy/reading.h"

#include <array>
#include <utility>

namespace sciwright::energy {
namespace {

constexpr std::array<std::pair<DeviceKind, const char*>, 5> kKinds = {
    {{DeviceKind::kGpu, "gpu"},
     {DeviceKind::kCpuPackage, "cpu"},
     {DeviceKind::kDram, "dram"},
     {DeviceKind::kPlatform, "platform"},
     {DeviceKind::kNode, "node"}}};

constexpr std::array<std::pair<Origin, const char*>, 3> kOrigins = {
    {{Origin::kNone, "none"}, {Origin::kMeasured, "measured"}, {Origin::kEstimated, "estimated"}}};

template <class Table, class Value>
std::string word_of(const Table& table, Value value) {
  for (const auto& [key, word] : table) {
    if (key == value) return word;
  }
  return {};
}

template <class Value, std::size_t N>
std::optional<Value> value_of(const std::array<std::pair<Value, const char*>, N>& table,
                              const std::string& word) {
  for (const auto& [value, known] : table) {
    if (word == known) return value;
  }
  return {};
}

}  // namespace

bool is_same_device(const Device& a, const Device& b) {
  return a.uuids.empty() || b.uuids.empty() ? a.name == b.name : a.uuids == b.uuids;
}

std::string kind_name(DeviceKind kind) { return word_of(kKinds, kind); }
std::optional<DeviceKind> kind_of_name(const std::string& name) { return value_of(kKinds, name); }
std::string origin_name(Origin origin) { return word_of(kOrigins, origin); }
std::optional<Origin> origin_of_name(const std::string& name) { return value_of(kOrigins, name); }

}  // namespace sciwright::energy
