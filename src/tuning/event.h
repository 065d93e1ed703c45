#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace sciwright::tuning {

using Json = nlohmann::json;

/// A process that starts trials. It names one process for ever, as a job's record does.
struct Worker {
  std::string host;
  int pid = 0;
  std::string pid_start;  ///< Clock ticks since boot.
  std::string boot;       ///< The kernel's id of the boot.
  std::string slurm_job_id = {};

  /// Of its sign of life, and in messages: "n1-4711-98765".
  std::string name() const;

  bool operator==(const Worker&) const = default;
};

/// One line of what happened in a study that is tuned.
struct Event {
  enum class Kind {
    kStart,     ///< A worker has taken a trial on a rung; nobody else may.
    kEnd,       ///< It has ended; without a value it counts as worse than all others.
    kReleased,  ///< It was lost or stopped; somebody shall take it again.
  };
  Kind kind = Kind::kStart;
  std::size_t trial = 0;  ///< From 0.
  std::size_t rung = 0;   ///< From 0: its budget.
  int attempt = 1;
  std::string utc = {};  ///< When, by the writer's clock; a label.
  Worker worker = {};    ///< Who wrote it.

  // Of a start.
  std::string experiment = {};     ///< Its name, once it is known.
  Json parameters = {};            ///< Values by name, the budget's too.
  std::vector<double> units = {};  ///< Coordinates of the drawn parameters, each in [0, 1).
  std::string origin = {};         ///< "random", "tpe", "promotion", "retry".

  // Of an end or a release.
  std::optional<double> value = {};
  std::string reason = {};  ///< Why there is no value, or why it was released.

  bool operator==(const Event&) const = default;
};

/// One line of JSON, without its end.
std::string event_line(const Event& event);

/// Reads it back. Throws a usage error that names `where` for anything else.
Event parse_event(const std::string& line, const std::string& where);

}  // namespace sciwright::tuning
