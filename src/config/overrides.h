#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace sciwright::config {

using Json = nlohmann::json;

/// One setting from the command line.
struct Override {
  std::string path;  ///< Dotted, "training.epochs".
  Json value;
  std::string place;  ///< What the user wrote, for messages: "--set training.epochs=3".
};

/// Reads "path=value"; the value as YAML ("3", "[1, 2]", "true", "text"). Throws a usage error
/// without "=" or path.
Override parse_override(const std::string& text);

/// Reads several; throws one usage error with all that cannot be read.
std::vector<Override> parse_overrides(const std::vector<std::string>& texts);

/// Puts `over` on `base`: objects merge key by key, everything else replaces.
void merge(Json& base, const Json& over);

/// Sets a dotted path, making objects on the way. Throws a usage error when a part of the path is a
/// plain value.
void set_path(Json& root, const std::string& path, Json value);

/// The value at a dotted path, or null.
const Json* find_path(const Json& root, const std::string& path);

/// "a.b.c" → {"a", "b", "c"}.
std::vector<std::string> split_path(const std::string& path);

}  // namespace sciwright::config
