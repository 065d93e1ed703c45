#include "jobs/job_status.h"

#include <array>
#include <cstring>

#include <fmt/format.h>

namespace sciwright::jobs {
namespace {

struct KindTexts {
  EndingKind kind;
  std::string_view name;
  std::string_view text;
};

constexpr std::array<KindTexts, 8> kKinds = {{
    {EndingKind::kSuccess, "success", "done"},
    {EndingKind::kFailure, "failure", "failed"},
    {EndingKind::kOutOfMemory, "out_of_memory", "killed for using more memory than it asked for"},
    {EndingKind::kTimeLimit, "time_limit", "stopped at its time limit"},
    {EndingKind::kNodeFailure, "node_failure", "its node failed"},
    {EndingKind::kPreempted, "preempted", "stopped for a job of higher priority"},
    {EndingKind::kCancelled, "cancelled", "cancelled"},
    {EndingKind::kLost, "lost", "gone without a trace"},
}};

const KindTexts& texts_of(EndingKind kind) { return kKinds.at(static_cast<std::size_t>(kind)); }

}  // namespace

JobStatus ended(EndingKind kind, std::optional<int> exit_code, std::optional<int> signal,
                std::string reason) {
  return {JobState::kEnded, Ending{kind, exit_code, signal}, std::move(reason)};
}

std::string_view state_name(JobState state) {
  constexpr std::array<std::string_view, 4> kNames = {"unknown", "pending", "running", "ended"};
  return kNames.at(static_cast<std::size_t>(state));
}

std::string_view ending_name(EndingKind kind) { return texts_of(kind).name; }

std::optional<EndingKind> ending_named(std::string_view name) {
  for (const KindTexts& texts : kKinds) {
    if (texts.name == name) return texts.kind;
  }
  return {};
}

std::string describe(const Ending& ending) {
  if (ending.kind != EndingKind::kFailure) return std::string(texts_of(ending.kind).text);
  if (ending.signal) {
    return fmt::format("killed by signal {} ({})", *ending.signal, ::strsignal(*ending.signal));
  }
  if (ending.exit_code) return fmt::format("exit code {}", *ending.exit_code);
  return "failed";
}

}  // namespace sciwright::jobs
