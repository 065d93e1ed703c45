#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "energy/reading.h"

namespace sciwright::energy {

/// What one device told at one moment.
struct Sample {
  std::int64_t utc_ns = 0;
  int session = 0;  ///< Of a resumed run; nothing is integrated from one session to the next.
  std::size_t device_index = 0;
  Reading reading = {};
};

/// Everything that was sampled, in the order it was.
struct Trace {
  std::vector<Device> devices = {};
  std::vector<Sample> samples = {};
  Problems problems = {};  ///< Lines that could not be read, times that run backwards.

  /// The index of a device, which is added when it is new.
  std::size_t index_of(const Device& device);
};

/// The first line of `energy.csv`. One row follows for each device and moment; empty cells were not
/// told. `utc` is ISO 8601 with nanoseconds: the wall clock at the start of the session plus
/// monotonic time.
std::string trace_header();

/// One row of `energy.csv`, without a line end.
std::string trace_row(const Device& device, const Sample& sample);

/// The rows of a round of samples, with line ends between them.
std::string trace_rows(const std::vector<Device>& devices, const std::vector<Sample>& round);

/// Appends rows to an `energy.csv`, one write a round, so that a killed program loses nothing but
/// what is being written.
class TraceWriter final {
 public:
  /// Writes the header when the file is new, empty, or was cut within it. Throws as AppendFile.
  explicit TraceWriter(const std::filesystem::path& path);

  void append(const Device& device, const Sample& sample) { append(trace_row(device, sample)); }

  /// Rows of `trace_rows`.
  void append(std::string_view rows) { file_.append_line(rows); }

 private:
  AppendFile file_;
};

/// Reads an `energy.csv`; `name` stands for the file in problems. Rows and cells that cannot be
/// read are left out and described.
Trace parse_trace_csv(std::string_view text, const std::string& name);

/// Leaves out the samples whose time lies before an earlier one of the same device and session, and
/// describes each such device in `problems`.
void drop_reversed_times(Trace& trace);

}  // namespace sciwright::energy
