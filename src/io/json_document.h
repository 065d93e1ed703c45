#pragma once

#include <string>

#include "io/yaml.h"

namespace sciwright::io {

/// Reads JSON; `name` stands for the file in messages. Positions are those of keys. Throws a usage
/// error with file, line and column for a syntax error, a number that is too large, text that is no
/// UTF-8, a key given twice, or more than 100 levels.
Document parse_json(const std::string& text, const std::string& name);

}  // namespace sciwright::io
