#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/process.h"

namespace sciwright::jobs {

/// So long a scheduler's program may take to answer.
inline constexpr double kSchedulerLimit_s = 120;

/// Why a scheduler's program failed, as a person should hear it: its own words, or that it is not
/// there or gave no answer.
std::string failure_text(const CommandResult& result, std::string_view program);

/// Whether a scheduler's message has one of these words.
bool says_any(std::string_view message, std::span<const std::string_view> words);

/// Whether a program said nothing about the jobs: it is not there, gave no answer, or has one of
/// these words for a scheduler that is not.
bool is_silence(const CommandResult& result, std::span<const std::string_view> words);

}  // namespace sciwright::jobs
