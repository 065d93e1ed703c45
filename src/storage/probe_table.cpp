#include "storage/probe_table.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/text_table.h"

namespace sciwright::storage {
namespace {

using Json = nlohmann::json;

constexpr double kMegabyte = 1e6;

const char* cache_name(CacheState cache) {
  switch (cache) {
    case CacheState::kCold:
      return "cold";
    case CacheState::kWarm:
      return "warm";
    case CacheState::kNone:
      break;
  }
  return "";
}

std::string rate_text(const ProbeRow& row) {
  const auto rate = row.bytes_per_s();
  return rate ? fmt::format("{:.1f}", *rate / kMegabyte) : "–";
}

std::string operations_text(const ProbeRow& row) {
  const auto rate = row.operations_per_s();
  return rate ? fmt::format("{:.0f}", *rate) : "–";
}

std::string speed_up_text(const ProbeRow& row, const ProbeRow& first) {
  const auto rate = row.bytes_per_s();
  const auto base = first.bytes_per_s();
  return rate && base ? fmt::format("{:.2f}×", *rate / *base) : "–";
}

Json or_null(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

Json row_json(const ProbeRow& row) {
  return {{"name", row.name},
          {"cache", row.cache == CacheState::kNone ? Json(nullptr) : Json(cache_name(row.cache))},
          {"bytes", row.bytes},
          {"operations", row.num_operations},
          {"seconds", row.seconds},
          {"bytes_per_s", or_null(row.bytes_per_s())},
          {"operations_per_s", or_null(row.operations_per_s())},
          {"reason", row.reason.empty() ? Json(nullptr) : Json(row.reason)}};
}

}  // namespace

std::string probe_table(const std::vector<Probe>& probes) {
  TextTable table;
  table.column("test", TextTable::Align::kLeft).column("cache", TextTable::Align::kLeft);
  for (const Probe& probe : probes) {
    table.column(fmt::format("{} ({}) MB/s", probe.directory.string(), probe.file_system));
    table.column("per s");
    if (&probe != &probes.front()) table.column("speed-up");
  }
  std::set<std::string> reasons;
  for (std::size_t r = 0; r < probes.front().rows.size(); ++r) {
    const ProbeRow& first = probes.front().rows[r];
    std::vector<std::string> cells = {first.name, cache_name(first.cache)};
    for (const Probe& probe : probes) {
      const ProbeRow& row = probe.rows[r];
      cells.push_back(rate_text(row));
      cells.push_back(operations_text(row));
      if (&probe != &probes.front()) cells.push_back(speed_up_text(row, first));
      if (!row.reason.empty()) {
        reasons.insert(fmt::format("{}: {}: {}\n", probe.directory.string(), cache_name(row.cache),
                                   row.reason));
      }
    }
    table.row(cells);
  }
  std::string text = table.text();
  for (const std::string& reason : reasons) text += reason;
  return text;
}

Json probe_json(const std::vector<Probe>& probes) {
  Json list = Json::array();
  for (const Probe& probe : probes) {
    Json rows = Json::array();
    for (const ProbeRow& row : probe.rows) rows.push_back(row_json(row));
    list.push_back({{"directory", probe.directory.string()},
                    {"file_system", probe.file_system},
                    {"rows", rows}});
  }
  return {{"schema_version", 1}, {"probes", list}};
}

std::string need_verdicts(const std::vector<Probe>& probes, const LoaderNeed& need) {
  std::string text;
  for (const Probe& probe : probes) {
    const ProbeRow* row = probe.find("sequential read", CacheState::kCold);
    if (row == nullptr || !row->bytes_per_s()) {
      row = probe.find("sequential read", CacheState::kWarm);
    }
    const double given = row->bytes_per_s().value_or(0);
    const bool enough = given >= need.bytes_per_s;
    text += fmt::format(
        "{} reads {:.1f} MB/s {}; {} needs {:.1f} MB/s: {} ({:.1f}×)\n", probe.directory.string(),
        given / kMegabyte, cache_name(row->cache), need.of, need.bytes_per_s / kMegabyte,
        enough ? "enough" : "too slow, it would wait for data", given / need.bytes_per_s);
  }
  return text;
}

}  // namespace sciwright::storage
