#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/process.h"

namespace sciwright::jobs {

/// So long a scheduler's program may take to answer.
inline constexpr double kSchedulerLimit_s = 120;

/// Executes a scheduler's programs; tests give their own.
using Runner = std::function<CommandResult(const Command&)>;

/// Runs a scheduler's program within the limit. Bytes of its answer that are no UTF-8 are replaced,
/// since its words go into JSON.
CommandResult ask_scheduler(const Runner& run, std::vector<std::string> arguments,
                            std::string input);

/// Why a scheduler's program failed, as a person should hear it: its own words, or that it is not
/// there or gave no answer.
std::string failure_text(const CommandResult& result, std::string_view program);

/// Whether a scheduler's message has one of these words.
bool says_any(std::string_view message, std::span<const std::string_view> words);

/// Whether a program said nothing about the jobs: it is not there, gave no answer, was killed,
/// failed without a message, or has one of these words for a scheduler that is not.
bool is_silence(const CommandResult& result, std::span<const std::string_view> words = {});

/// Why nobody knows whether a program that gave no job id has handed the jobs over. Nothing for a
/// failure with a message of the scheduler's own, which says that it has not.
std::optional<std::string> doubt_of(const CommandResult& result, std::string_view program,
                                    std::span<const std::string_view> words = {});

}  // namespace sciwright::jobs
