#include "jobs/scheduler_words.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/printable_text.h"
#include "base/trimmed.h"

namespace sciwright::jobs {

CommandResult ask_scheduler(const Runner& run, std::vector<std::string> arguments,
                            std::string input) {
  CommandResult result = run({.arguments = std::move(arguments),
                              .input = std::move(input),
                              .time_limit_s = kSchedulerLimit_s});
  result.output = valid_utf8(result.output);
  result.error = valid_utf8(result.error);
  return result;
}

std::string failure_text(const CommandResult& result, std::string_view program) {
  if (!result.found) return fmt::format("{} is not installed on this machine", program);
  if (result.timed_out) return fmt::format("{} gave no answer in {} s", program, kSchedulerLimit_s);
  if (result.signal != 0) return fmt::format("{} was ended by signal {}", program, result.signal);
  const std::string_view message = trimmed(result.error);
  if (!message.empty()) return printable_text(message);
  return fmt::format("{} failed without a message (exit code {})", program, result.exit_code);
}

bool says_any(std::string_view message, std::span<const std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
    return message.find(word) != std::string_view::npos;
  });
}

bool is_silence(const CommandResult& result, std::span<const std::string_view> words) {
  const bool is_mute = !result.succeeded() && trimmed(result.error).empty();
  return !result.found || result.timed_out || result.signal != 0 || is_mute ||
         says_any(result.error, words);
}

std::optional<std::string> doubt_of(const CommandResult& result, std::string_view program,
                                    std::span<const std::string_view> words) {
  if (result.succeeded()) {
    return fmt::format("{} gave no job id, but \"{}\"", program,
                       printable_text(trimmed(result.output)));
  }
  if (is_silence(result, words)) return failure_text(result, program);
  return std::nullopt;
}

}  // namespace sciwright::jobs
