#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "workflow/event.h"

namespace sciwright::workflow {

/// Reads whole lines of a journal, on from where the last call ended; a torn last line waits for
/// its end. Any process may read while one writes.
class JournalReader final {
 public:
  explicit JournalReader(std::filesystem::path file);
  ~JournalReader();

  /// A line as it stands in the file, and what it says.
  struct Line {
    Event event = {};
    std::string text = {};
  };

  /// What was written since the last call; nothing where there is no file. A broken line at the
  /// very end waits as a torn one does. Throws a usage error for one in the middle (file:line).
  std::vector<Line> read_new();

  /// Whether the file became another or shorter since the last call; then begin anew.
  bool was_replaced() const;

  /// Bytes of the whole lines read so far.
  std::int64_t num_bytes() const { return offset_; }

 private:
  void refuse_if_something_follows(std::string_view rest) const;
  void note_identity(int descriptor);

  const std::filesystem::path file_;
  const std::unique_ptr<EventReader> parser_;
  std::int64_t offset_ = 0;
  std::int64_t num_lines_ = 0;
  std::uint64_t inode_ = 0;
  std::string head_;  ///< First bytes.
};

/// The one writer of a journal. Events are in the file when `append` returns, and durable when
/// `sync` does; `sync_if_due` keeps what is not durable below 100 ms.
class Journal final {
 public:
  /// Opens it behind its last whole line; a torn one is cut off. `sync`s before every hand-over are
  /// the caller's.
  Journal(std::filesystem::path file, Clock clock);
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  /// What was there, as far as it could be read.
  const std::vector<Event>& past() const { return past_; }
  /// The same, and lets go of it: a journal may have a million.
  std::vector<Event> take_past() { return std::move(past_); }
  /// A torn last line was cut off; its bytes.
  std::size_t num_cut_bytes() const { return num_cut_bytes_; }

  /// Gives the event its number and time, and writes it. Throws a failure on a full disk; the file
  /// then ends with the last whole line.
  Event append(Event event);
  void sync();
  void sync_if_due();

 private:
  const std::filesystem::path file_;
  const Clock clock_;
  int descriptor_ = -1;
  std::vector<Event> past_;
  std::size_t num_cut_bytes_ = 0;
  std::int64_t seq_ = 0;
  std::int64_t size_ = 0;               ///< Bytes of whole lines.
  std::int64_t unsynced_since_ns_ = 0;  ///< Steady; 0: all is durable.
};

}  // namespace sciwright::workflow
