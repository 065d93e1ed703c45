#include "jobs/scheduler_words.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/trimmed.h"

namespace sciwright::jobs {

std::string failure_text(const CommandResult& result, std::string_view program) {
  if (!result.found) return fmt::format("{} is not installed on this machine", program);
  if (result.timed_out) return fmt::format("{} gave no answer in {} s", program, kSchedulerLimit_s);
  return std::string(trimmed(result.error));
}

bool says_any(std::string_view message, std::span<const std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
    return message.find(word) != std::string_view::npos;
  });
}

bool is_silence(const CommandResult& result, std::span<const std::string_view> words) {
  return !result.found || result.timed_out || says_any(result.error, words);
}

}  // namespace sciwright::jobs
