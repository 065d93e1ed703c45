#include "jobs/slurm_states.h"

#include <array>
#include <charconv>

#include "base/printable_text.h"

namespace sciwright::jobs {
namespace {

struct SlurmState {
  std::string_view word;
  std::string_view code;
  JobState state;
  EndingKind ending = EndingKind::kSuccess;  // only where the state is kEnded
};

constexpr JobState kPending = JobState::kPending;
constexpr JobState kRunning = JobState::kRunning;
constexpr JobState kEnded = JobState::kEnded;

constexpr std::array<SlurmState, 26> kStates = {{
    {"PENDING", "PD", kPending},
    {"CONFIGURING", "CF", kPending},  // its nodes boot
    {"REQUEUED", "RQ", kPending},
    {"REQUEUE_FED", "RF", kPending},
    {"REQUEUE_HOLD", "RH", kPending},
    {"RESV_DEL_HOLD", "RD", kPending},
    {"SPECIAL_EXIT", "SE", kPending},  // requeued and held for its exit code
    {"RUNNING", "R", kRunning},
    {"COMPLETING", "CG", kRunning},  // its processes or the epilogue are not through
    {"RESIZING", "RS", kRunning},
    {"SIGNALING", "SI", kRunning},
    {"STAGE_OUT", "SO", kRunning},
    {"STOPPED", "ST", kRunning},
    {"SUSPENDED", "S", kRunning},
    {"UPDATE_DB", "UD", kRunning},
    {"COMPLETED", "CD", kEnded, EndingKind::kSuccess},
    {"FAILED", "F", kEnded, EndingKind::kFailure},
    {"OUT_OF_MEMORY", "OOM", kEnded, EndingKind::kOutOfMemory},
    {"TIMEOUT", "TO", kEnded, EndingKind::kTimeLimit},
    {"DEADLINE", "DL", kEnded, EndingKind::kTimeLimit},
    {"NODE_FAIL", "NF", kEnded, EndingKind::kNodeFailure},
    {"BOOT_FAIL", "BF", kEnded, EndingKind::kNodeFailure},
    {"LAUNCH_FAILED", "LF", kEnded, EndingKind::kNodeFailure},
    {"PREEMPTED", "PR", kEnded, EndingKind::kPreempted},
    {"CANCELLED", "CA", kEnded, EndingKind::kCancelled},
    {"REVOKED", "RV", kEnded, EndingKind::kCancelled},  // a sister cluster runs it
}};

/// "3:9" is exit code 3 and signal 9; a zero signal is none.
void read_exit_code(std::string_view text, Ending& ending) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return;
  int code = 0;
  int signal = 0;
  std::from_chars(text.data(), text.data() + colon, code);
  std::from_chars(text.data() + colon + 1, text.data() + text.size(), signal);
  if (signal != 0) {
    ending.signal = signal;
  } else {
    ending.exit_code = code;
  }
}

}  // namespace

JobStatus slurm_status(std::string_view state, std::string_view exit_code) {
  // sacct writes "CANCELLED by 1000", and "CANCELLED+" where a column is narrow.
  const std::string_view word = state.substr(0, state.find_first_of(" +"));
  for (const SlurmState& known : kStates) {
    if (word != known.word && word != known.code) continue;
    JobStatus status{known.state, {}, {}};
    if (known.state == kEnded) {
      status.ending = Ending{known.ending, {}, {}};
      read_exit_code(exit_code, *status.ending);
    }
    return status;
  }
  return {JobState::kUnknown, {}, printable_text(state)};
}

}  // namespace sciwright::jobs
