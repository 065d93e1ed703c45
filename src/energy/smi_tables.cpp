#include "energy/smi_tables.h"

#include <map>

#include <fmt/format.h>

#include "base/error.h"
#include "io/csv.h"

namespace sciwright::energy {
namespace {

constexpr const char* kSystemKeys[] = {"product_name",  "product_brand",   "product_architecture",
                                       "vbios_version", "inforom_version", "accounted_processes"};
constexpr const char* kStatusKeys[] = {
    "fan_speed",          "utilization",        "temperature", "supported_gpu_target_temp",
    "power_readings",     "gpu_power_readings", "clocks",      "voltage",
    "accounted_processes"};
constexpr const char* kProcessKeys[] = {"pid", "type", "used_memory", "compute_instance_id",
                                        "gpu_instance_id"};

template <std::size_t N>
Json members(const Json& gpu, const char* const (&keys)[N]) {
  Json out = Json::object();
  for (const char* key : keys) {
    if (gpu.is_object() && gpu.contains(key)) out[key] = gpu[key];
  }
  return out;
}

std::string text_of(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

/// The processes of a GPU: none, one, or a list.
std::vector<Json> processes_of(const Json& gpu) {
  if (!gpu.is_object() || !gpu.contains("processes") || !gpu["processes"].is_object()) return {};
  const auto found = gpu["processes"].find("process_info");
  if (found == gpu["processes"].end()) return {};
  if (!found->is_array()) return {*found};
  return {found->begin(), found->end()};
}

void flatten(const Json& value, const std::string& path, std::map<std::string, std::string>& out) {
  if (!value.is_object()) {
    out[path] = text_of(value);
    return;
  }
  for (const auto& [key, member] : value.items()) {
    flatten(member, path.empty() ? key : path + "." + key, out);
  }
}

}  // namespace

std::vector<std::pair<int, Json>> chosen_gpus(const Json& document,
                                              const std::optional<std::vector<int>>& numbers,
                                              const std::string& name) {
  const std::vector<Json> all = smi_gpus(document);
  std::vector<std::pair<int, Json>> gpus;
  if (!numbers) {
    for (const Json& gpu : all) gpus.emplace_back(static_cast<int>(gpus.size()), gpu);
    return gpus;
  }
  for (const int number : *numbers) {
    if (static_cast<std::size_t>(number) >= all.size()) {
      throw usage_error(
          fmt::format("--gpu: there is no GPU {}; {} has {}", number, name, all.size()));
    }
    gpus.emplace_back(number, all[static_cast<std::size_t>(number)]);
  }
  return gpus;
}

Json smi_processes(const std::vector<std::pair<int, Json>>& gpus, bool detail) {
  Json rows = Json::array();
  for (const auto& [number, gpu] : gpus) {
    for (const Json& process : processes_of(gpu)) {
      if (!process.is_object()) continue;
      Json row = {{"job", rows.size() + 1}, {"gpu", number}};
      for (const char* key : kProcessKeys) row[key] = process.value(key, "N/A");
      const std::string name = process.value("process_name", "N/A");
      row["process_name"] = detail || name == "N/A" ? name : name.substr(name.rfind('/') + 1);
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

Json smi_system(const Json& gpu) { return members(gpu, kSystemKeys); }
Json smi_status(const Json& gpu) { return members(gpu, kStatusKeys); }

TextTable rows_table(const Json& rows) {
  TextTable table;
  if (rows.empty()) return table;
  for (const auto& [key, value] : rows.front().items()) {
    table.column(key, TextTable::Align::kLeft);
  }
  for (const Json& row : rows) {
    std::vector<std::string> cells;
    for (const auto& [key, value] : row.items()) cells.push_back(text_of(value));
    table.row(std::move(cells));
  }
  return table;
}

std::string rows_csv(const Json& rows) {
  std::string out;
  std::vector<std::string> header;
  if (rows.empty()) return out;
  for (const auto& [key, value] : rows.front().items()) header.push_back(key);
  io::append_csv_row(out, header);
  for (const Json& row : rows) {
    std::vector<std::string> cells;
    for (const auto& [key, value] : row.items()) cells.push_back(text_of(value));
    io::append_csv_row(out, cells);
  }
  return out;
}

TextTable gpu_table(const std::vector<std::pair<int, Json>>& gpus) {
  std::map<std::string, std::vector<std::string>> rows;
  TextTable table;
  table.column("", TextTable::Align::kLeft);
  for (std::size_t i = 0; i < gpus.size(); ++i) {
    table.column(fmt::format("gpu {}", gpus[i].first), TextTable::Align::kLeft);
    std::map<std::string, std::string> members_of_gpu;
    flatten(gpus[i].second, "", members_of_gpu);
    for (auto& [key, text] : members_of_gpu) {
      rows.try_emplace(key, std::vector<std::string>(gpus.size(), "–")).first->second[i] = text;
    }
  }
  for (auto& [key, cells] : rows) {
    cells.insert(cells.begin(), key);
    table.row(std::move(cells));
  }
  return table;
}

}  // namespace sciwright::energy
