#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "energy/trace.h"

namespace sciwright::energy {

/// The two forms of log that `cms gpu watch` has written.
enum class WatchForm {
  kOld,  ///< Until 2025: a line of #, "# time, 0 id, …", seven columns for each GPU.
  kNew,  ///< "time, 0 id, …, ", nine columns: memory came with it.
};

/// A GPU's number and what it told.
using WatchCell = std::pair<int, Reading>;

/// The header for GPUs of these numbers, one or two lines.
std::string watch_header(WatchForm form, const std::vector<int>& gpus);

/// One row, without a line end, byte for byte the original's but for what is not available ("N/A")
/// and the time, which is UTC. `dense` leaves all blanks out.
std::string watch_row(WatchForm form, bool dense, std::int64_t utc_ns,
                      const std::vector<WatchCell>& cells);

/// True when the text begins like one of the two forms.
bool is_watch_log(std::string_view text);

/// Reads either form, dense or not. Times are taken as if they were UTC; rows that cannot be read
/// are described in `problems`.
Trace parse_watch_log(std::string_view text, const std::string& name);

}  // namespace sciwright::energy
