#include "energy/nvidia_smi.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "energy/problem_tally.h"
#include "energy/smi_document.h"
#include "io/csv.h"
#include "record/utc_stamp.h"

namespace sciwright::energy {
namespace {

constexpr double kBytesPerMebibyte = 1 << 20;

std::vector<DeviceReading> readings_of(const Json& document) {
  std::vector<DeviceReading> readings;
  for (const Json& gpu : smi_gpus(document)) {
    readings.emplace_back(smi_device(gpu, readings.size()), smi_reading(gpu));
  }
  return readings;
}

std::vector<DeviceReading> parse_output(const std::string& output) {
  try {
    return readings_of(parse_smi_xml(output, "nvidia-smi"));
  } catch (const Error&) {
    return {};  // a driver that is going down writes half a document
  }
}

/// The place of a GPU in the trace. Documents number their GPUs anew: one that is lost makes the
/// numbers of those behind it smaller.
std::size_t index_of(const Device& device, Trace& trace) {
  const auto known = std::find_if(trace.devices.begin(), trace.devices.end(),
                                  [&](const Device& d) { return is_same_device(d, device); });
  return known == trace.devices.end() ? trace.index_of(device)
                                      : static_cast<std::size_t>(known - trace.devices.begin());
}

/// Adds what the GPUs of one document tell. A GPU that it does not list any more told nothing then.
void add_document(const Json& document, const std::string& name, Trace& trace) {
  const auto utc_ns = smi_time_ns(document);
  if (!utc_ns) {
    trace.problems.push_back(name + ": a document has no <timestamp>; it is left out");
    return;
  }
  std::vector<bool> is_listed(trace.devices.size(), false);
  for (auto& [device, reading] : readings_of(document)) {
    const std::size_t index = index_of(device, trace);
    if (index < is_listed.size()) is_listed[index] = true;
    trace.samples.push_back({*utc_ns, 0, index, reading});
  }
  for (std::size_t i = 0; i < is_listed.size(); ++i) {
    if (!is_listed[i]) trace.samples.push_back({*utc_ns, 0, i, {}});
  }
}

Trace parse_documents(const std::string& text, const std::string& name) {
  Trace trace;
  const Problems problems = visit_smi_documents(
      text, name, [&](const Json& document) { add_document(document, name, trace); });
  trace.problems.insert(trace.problems.end(), problems.begin(), problems.end());
  return trace;
}

/// The columns of a CSV log, by the names nvidia-smi gives them, without units.
class CsvColumns final {
 public:
  explicit CsvColumns(const io::CsvReader& header) {
    for (std::size_t i = 0; i < header.fields().size(); ++i) {
      std::string_view name = io::trim(header.fields()[i]);
      columns_.try_emplace(std::string(io::trim(name.substr(0, name.find('[')))), i);
    }
  }

  /// The text in the first of some columns that the row has.
  std::string text(const io::CsvReader& row, std::initializer_list<const char*> names) const {
    for (const char* name : names) {
      const auto found = columns_.find(name);
      if (found != columns_.end() && found->second < row.fields().size()) {
        return std::string(io::trim(row.fields()[found->second]));
      }
    }
    return {};
  }

  /// The number in the first of some columns that holds one.
  std::optional<double> number(const io::CsvReader& row, std::initializer_list<const char*> names,
                               double unit = 1) const {
    for (const char* name : names) {
      if (const auto value = number_with_unit(text(row, {name}))) return *value * unit;
    }
    return {};
  }

  std::optional<std::int64_t> bytes(const io::CsvReader& row, const char* name) const {
    const auto value = number(row, {name}, kBytesPerMebibyte);
    return value ? std::optional(static_cast<std::int64_t>(*value)) : std::nullopt;
  }

 private:
  std::map<std::string, std::size_t> columns_;
};

Reading read_row(const io::CsvReader& row, const CsvColumns& columns) {
  Reading reading;
  reading.power_w = columns.number(row, {"power.draw", "power.draw.instant", "power.draw.average"});
  reading.temperature_c = columns.number(row, {"temperature.gpu"});
  reading.utilization_fraction = columns.number(row, {"utilization.gpu"}, 1e-2);
  reading.memory_utilization_fraction = columns.number(row, {"utilization.memory"}, 1e-2);
  reading.encoder_fraction = columns.number(row, {"utilization.encoder"}, 1e-2);
  reading.decoder_fraction = columns.number(row, {"utilization.decoder"}, 1e-2);
  reading.memory_used_bytes = columns.bytes(row, "memory.used");
  reading.memory_total_bytes = columns.bytes(row, "memory.total");
  return reading;
}

/// "2026/11/22 00:04:28.476".
std::optional<std::int64_t> csv_time_ns(std::string text) {
  std::replace(text.begin(), text.end(), '/', '-');
  if (text.size() > 10 && text[10] == ' ') text[10] = 'T';
  return record::parse_utc_stamp(text + "Z");
}

Trace parse_csv(const std::string& text, const std::string& name) {
  Trace trace;
  ProblemTally problems;
  io::CsvReader rows(text, {.name = name, .skip_broken = true});
  rows.next();
  const CsvColumns columns(rows);
  std::map<std::string, std::size_t> gpus;  // by what tells them apart, numbered as they appear
  while (rows.next()) {
    const std::string time = columns.text(rows, {"timestamp"});
    const auto utc_ns = csv_time_ns(time);
    if (!utc_ns) {
      problems.note("timestamp", fmt::format("{}: timestamp is '{}', expected YYYY/MM/DD "
                                             "HH:MM:SS.mmm; the row is left out",
                                             rows.where(), time));
      continue;
    }
    const std::string key =
        columns.text(rows, {"index", "uuid", "gpu_uuid", "pci.bus_id", "gpu_bus_id"});
    std::size_t index = gpus.try_emplace(key, gpus.size()).first->second;
    if (const auto number = io::parse_int64(key)) index = static_cast<std::size_t>(*number);
    const Device device = {fmt::format("gpu{}", index), "nvidia-smi", DeviceKind::kGpu,
                           columns.text(rows, {"name", "gpu_name"}), Origin::kMeasured};
    trace.samples.push_back({*utc_ns, 0, trace.index_of(device), read_row(rows, columns)});
  }
  problems.add_to(trace.problems);
  return trace;
}

bool is_xml(const std::string& text) {
  return text.starts_with("<?xml") || text.starts_with("<nvidia_smi_log");
}

bool is_csv(const std::string& text) {
  const std::string first_line = text.substr(0, text.find('\n'));
  return first_line.find("timestamp") != std::string::npos &&
         first_line.find("power.draw") != std::string::npos;
}

}  // namespace

ProgramQuery nvidia_smi_query() { return {"nvidia-smi", "nvidia-smi -q -x", parse_output, 0}; }

bool is_smi_trace(const std::string& text) { return is_xml(text) || is_csv(text); }

Trace parse_smi_trace(const std::string& text, const std::string& name) {
  if (is_xml(text)) return parse_documents(text, name);
  if (is_csv(text)) return parse_csv(text, name);
  throw usage_error(name +
                    ": is neither XML of nvidia-smi -q -x nor CSV with timestamp and power.draw");
}

}  // namespace sciwright::energy
