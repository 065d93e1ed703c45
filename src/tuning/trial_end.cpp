#include "tuning/trial_end.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.h"
#include "record/result.h"

namespace sciwright::tuning {
namespace {

using jobs::EndingKind;

/// Exit codes by which a benchmark says that it can be resumed: time limit, interrupted.
bool is_resumable(const jobs::Ending& ending) {
  return ending.exit_code == static_cast<int>(ErrorKind::kTimeLimit) ||
         ending.exit_code == static_cast<int>(ErrorKind::kInterrupted);
}

TrialEnd value_of(const std::filesystem::path& file, const TuneSettings& settings) {
  TrialEnd end;
  try {
    const record::RunResult result = record::read_result(file);
    if (result.valid) {
      end.value = campaign::number_at(result, settings.metric, settings.row);
      if (!end.value) end.reason = fmt::format("the result has no {}", settings.metric);
    } else {
      end.reason = fmt::format("the run is invalid: {}", fmt::join(result.reasons, "; "));
    }
  } catch (const Error& error) {  // caught here: a trial without a result is no mishap of the tuner
    end.reason = error.what();
  }
  return end;
}

}  // namespace

TrialEnd judge(const jobs::JobRecord& record, const std::filesystem::path& run,
               const TuneSettings& settings) {
  const jobs::Ending ending = record.ending.value_or(jobs::Ending{EndingKind::kLost, {}, {}});
  switch (ending.kind) {
    case EndingKind::kSuccess:
      return value_of(run / "result.json", settings);
    case EndingKind::kOutOfMemory:
      return {false, {}, jobs::describe(ending)};
    case EndingKind::kFailure:
      return {record.was_terminated || is_resumable(ending), {}, jobs::describe(ending)};
    default:
      return {true, {}, jobs::describe(ending)};
  }
}

}  // namespace sciwright::tuning
