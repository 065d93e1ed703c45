#include "energy/watch_log.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/clock.h"
#include "energy/problem_tally.h"
#include "io/csv.h"
#include "record/utc_stamp.h"

namespace sciwright::energy {
namespace {

constexpr std::int64_t kBytesPerMebibyte = 1 << 20;
constexpr std::size_t kOldColumns = 7;
constexpr std::size_t kNewColumns = 9;

std::string percent(const std::optional<double>& fraction) {
  return fraction ? fmt::format("{:3}", std::lround(*fraction * 100)) : "N/A";
}

std::string mebibytes(const std::optional<std::int64_t>& bytes) {
  return bytes ? fmt::format("{} MiB", *bytes / kBytesPerMebibyte) : "N/A";
}

std::string watch_cell(WatchForm form, int gpu, const Reading& r) {
  std::string cell =
      fmt::format(", {:3}, {}, {}, {}, {}, {:>5}, {:>8}", gpu, percent(r.utilization_fraction),
                  percent(r.memory_utilization_fraction), percent(r.encoder_fraction),
                  percent(r.decoder_fraction),
                  r.temperature_c ? fmt::format("{:.0f}", *r.temperature_c) : "N/A",
                  r.power_w ? fmt::format("{:.2f}", *r.power_w) : "N/A");
  if (form == WatchForm::kNew) {
    cell += ", " + mebibytes(r.memory_used_bytes) + ", " + mebibytes(r.memory_total_bytes);
  }
  return cell;
}

/// The number of "62", " 316.64 ", "19161 MiB" or "19161MiB".
std::optional<double> number_of(std::string_view field) {
  field = io::trim(field);
  if (field.ends_with("MiB")) field.remove_suffix(3);
  return io::parse_double(io::trim(field));
}

std::optional<double> fraction_of(std::string_view field) {
  const auto number = number_of(field);
  return number ? std::optional(*number * 1e-2) : std::nullopt;
}

std::optional<std::int64_t> bytes_of(std::string_view field) {
  const auto number = number_of(field);
  if (!number) return {};
  return static_cast<std::int64_t>(*number) * kBytesPerMebibyte;
}

/// Of "2022-11-22T00:04:28.476014", or with ':' between date and time as before 2022-12.
std::optional<std::int64_t> time_of(std::string_view field) {
  std::string text(io::trim(field));
  if (text.size() > 10 && text[10] == ':') text[10] = 'T';
  return record::parse_utc_stamp(text);
}

/// Splits a row at its commas, without the empty end that a trailing comma leaves.
std::vector<std::string_view> fields_of(std::string_view line) {
  std::vector<std::string_view> fields;
  while (true) {
    const std::size_t comma = line.find(',');
    fields.push_back(io::trim(line.substr(0, comma)));
    if (comma == std::string_view::npos) break;
    line.remove_prefix(comma + 1);
  }
  if (fields.back().empty()) fields.pop_back();
  return fields;
}

/// One GPU's columns of a row.
Reading read_cell(const std::string_view* fields, std::size_t num_columns) {
  Reading reading;
  reading.utilization_fraction = fraction_of(fields[1]);
  reading.memory_utilization_fraction = fraction_of(fields[2]);
  reading.encoder_fraction = fraction_of(fields[3]);
  reading.decoder_fraction = fraction_of(fields[4]);
  reading.temperature_c = number_of(fields[5]);
  reading.power_w = number_of(fields[6]);
  if (num_columns == kNewColumns) {
    reading.memory_used_bytes = bytes_of(fields[7]);
    reading.memory_total_bytes = bytes_of(fields[8]);
  }
  return reading;
}

/// Adds one row to the trace; returns what is wrong with it, or nothing.
std::string add_row(std::string_view line, std::size_t num_columns, Trace& trace) {
  const std::vector<std::string_view> fields = fields_of(line);
  const auto utc_ns = time_of(fields.empty() ? "" : fields[0]);
  if (!utc_ns) return "does not begin with a time";
  if ((fields.size() - 1) % num_columns != 0 || fields.size() == 1) {
    return fmt::format("has {} fields behind the time, expected {} for each GPU", fields.size() - 1,
                       num_columns);
  }
  for (std::size_t i = 1; i < fields.size(); i += num_columns) {
    const auto gpu = io::parse_int64(fields[i]);
    if (!gpu) return fmt::format("names GPU '{}', expected its number", fields[i]);
    const Device device = {fmt::format("gpu{}", *gpu), "nvidia-smi", DeviceKind::kGpu, "",
                           Origin::kMeasured};
    trace.samples.push_back(
        {*utc_ns, 0, trace.index_of(device), read_cell(&fields[i], num_columns)});
  }
  return {};
}

}  // namespace

std::string watch_header(WatchForm form, const std::vector<int>& gpus) {
  std::string columns = "time, ";
  for (const int gpu : gpus) {
    for (const char* name : {"id", "gpu_util %", "memory_util %", "encoder_util %",
                             "decoder_util %", "gpu_temp C", "power_draw W"}) {
      columns += fmt::format("{} {}, ", gpu, name);
    }
    if (form == WatchForm::kNew) {
      columns += fmt::format("{0} vram_mem_used MiB, {0} vram_mem_total MiB, ", gpu);
    }
  }
  if (form == WatchForm::kNew) return columns;
  columns.resize(columns.size() - 2);
  return "# " + std::string(78, '#') + "\n# " + columns;
}

std::string watch_row(WatchForm form, bool dense, std::int64_t utc_ns,
                      const std::vector<WatchCell>& cells) {
  std::string row = utc_iso8601(utc_ns, 6);
  row.pop_back();  // the originals have no zone, and their readers expect none
  for (const auto& [gpu, reading] : cells) row += watch_cell(form, gpu, reading);
  if (dense) std::erase(row, ' ');
  return row;
}

bool is_watch_log(std::string_view text) {
  return text.starts_with("# ###") || text.starts_with("# time,") || text.starts_with("time, ");
}

Trace parse_watch_log(std::string_view text, const std::string& name) {
  Trace trace;
  ProblemTally problems;
  std::size_t num_columns = kOldColumns;
  for (std::int64_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = io::trim(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.starts_with('#')) continue;
    if (line.starts_with("time,")) {
      num_columns = line.find("vram_mem") == std::string_view::npos ? kOldColumns : kNewColumns;
      continue;
    }
    const std::string problem = add_row(line, num_columns, trace);
    if (!problem.empty()) {
      problems.note(problem, fmt::format("{}:{}: {}; the row is left out", name, number, problem));
    }
  }
  problems.add_to(trace.problems);
  return trace;
}

}  // namespace sciwright::energy
