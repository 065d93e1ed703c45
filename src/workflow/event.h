#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sciwright::workflow {

/// Where a node is.
enum class NodeStatus { kReady, kSubmitted, kRunning, kDone, kFailed, kCancelled, kSkipped, kHeld };

inline constexpr int kNumNodeStatuses = 8;

/// "ready", "submitted", …
std::string_view status_name(NodeStatus status);
std::optional<NodeStatus> status_named(std::string_view name);

/// Whether nothing more becomes of it by itself: done, failed, cancelled or skipped.
bool is_over(NodeStatus status);

/// Something that happened; one line of the journal. Which fields count depends on the kind.
struct Event {
  enum class Kind {
    kBegin,      ///< A run begins: nodes, definition, run, host, pid, kept.
    kAttach,     ///< Another engine goes on with it: host, pid.
    kSubmitted,  ///< node, attempt, site.
    kQueued,     ///< node, attempt, scheduler_id: the scheduler has it.
    kRunning,    ///< node, attempt, host, at_utc_ns where it began before it was seen.
    kProgress,   ///< node, progress, values, message.
    /// node, attempt, status, exit_code, signal, message, inputs, definition, values, at_utc_ns
    /// where it ended before it was seen.
    kEnded,
    kRetry,     ///< node, attempt (the next one), at_utc_ns.
    kHeld,      ///< node, or all.
    kReleased,  ///< node, or all.
    kReset,     ///< node, or all: as if it had not run; attempts go on counting.
    kCancel,    ///< node, or all: somebody asked for the end.
    kRefused,   ///< message: a request that could not be met.
    kEnd        ///< status: the engine ended.
  };
  Kind kind = Kind::kBegin;
  std::int64_t seq = 0;  ///< Number of its line, from 1.
  std::int64_t utc_ns = 0;
  std::string node = {};  ///< Empty: the whole workflow.
  int attempt = 0;
  NodeStatus status = NodeStatus::kReady;
  double progress = 0;  ///< 0 to 100.
  std::string site = {};
  std::string scheduler_id = {};
  std::string host = {};
  int pid = 0;
  int run = 0;
  std::optional<int> exit_code = {};
  std::optional<int> signal = {};
  std::int64_t at_utc_ns = 0;
  std::string message = {};
  std::string inputs = {};  ///< Hash of command and inputs, for the next run.
  std::map<std::string, std::string> values = {};
  std::vector<std::string> nodes = {};
  std::vector<std::string> kept = {};  ///< Of the run before: finished nodes that stay so.
  std::string workflow = {};
  std::string definition = {};  ///< SHA-256 of the file; of a node: its fingerprint.

  bool operator==(const Event&) const = default;
};

/// "begin", "attach", "submitted", …
std::string_view event_name(Event::Kind kind);

/// Version of the journal's lines, in each `begin`.
inline constexpr int kJournalVersion = 1;

/// One line of JSON, without its end; only the fields that count.
std::string write_event(const Event& event);

/// Nothing for a line that is no event of a version we know. Keys it does not know are passed over.
std::optional<Event> read_event(std::string_view line);

/// The same for many lines one after the other: a journal may have a million.
class EventReader final {
 public:
  EventReader();
  ~EventReader();
  EventReader(const EventReader&) = delete;
  EventReader& operator=(const EventReader&) = delete;

  /// Bytes that must be readable behind the end of a line.
  static const std::size_t kPadding;

  std::optional<Event> read(std::string_view line);

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace sciwright::workflow
