#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace sciwright::experiment {

using Json = nlohmann::json;

/// A value as Python prints it: a text as it is, True, None, 0.001, 5e-07, ['a', 1].
std::string printed_form(const Json& value);

/// The text as a part of a file name: letters, digits, "." "+" "-" stay, all else becomes "-".
/// With `keep_underscores`, "_" stays, too (names of parameters, but not values, may have it).
std::string file_name_text(std::string_view text, bool keep_underscores = false);

/// What a value counts as in conditions and arithmetic: a text that reads as a number is one.
Json operand(const Json& value);

}  // namespace sciwright::experiment
