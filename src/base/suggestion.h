#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sciwright {

/// The known word a mistyped one most likely meant: smallest edit distance, at most a third of its
/// length (at least one), and something in common. Nothing when no word is near.
std::optional<std::string> closest_word(std::string_view word,
                                        const std::vector<std::string>& known);

/// "; did you mean 'epochs'?" or nothing, to end a message with.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& known);

}  // namespace sciwright
