#include "energy/trace_reader.h"

#include <cmath>

#include <fmt/format.h>

#include "energy/nvidia_smi.h"
#include "energy/watch_log.h"
#include "io/compressed_stream.h"

namespace sciwright::energy {
namespace {

Trace read_local_trace(const std::string& text, const std::string& name) {
  if (is_watch_log(text)) return parse_watch_log(text, name);
  if (is_smi_trace(text)) return parse_smi_trace(text, name);
  throw usage_error(fmt::format(
      "{}: is no power trace: expected energy.csv, a log of gpu watch, or XML or CSV of nvidia-smi",
      name));
}

}  // namespace

Trace read_trace(const std::filesystem::path& path, double utc_offset_h) {
  const std::string text = io::read_decompressed(path);
  Trace trace;
  if (text.starts_with("session,utc,")) {
    trace = parse_trace_csv(text, path.string());
  } else {
    trace = read_local_trace(text, path.string());
    const std::int64_t offset_ns = std::llround(utc_offset_h * 3600e9);
    for (Sample& sample : trace.samples) sample.utc_ns -= offset_ns;
  }
  drop_reversed_times(trace);
  return trace;
}

}  // namespace sciwright::energy
