#pragma once

#include <filesystem>
#include <map>
#include <string>

#include <nlohmann/json.hpp>

namespace sciwright::io {

using Json = nlohmann::json;

/// Where a value stands in a file; lines and columns count from 1.
struct Position {
  std::string file;
  int line = 0;
  int column = 0;

  /// "config.yaml:3:5", or only the name where there is no line.
  std::string text() const;
};

/// A YAML (or JSON) document as JSON values, and where each of them stands.
struct Document {
  Json value = Json::object();
  std::map<std::string, Position>
      positions;  ///< By dotted path, "experiment.epoch"; list items are "a.0".

  /// The position of a path, or of the nearest enclosing value that has one.
  Position position(const std::string& dotted_path) const;
};

/// Reads a YAML file, or one called .json (parse_json). Plain scalars become null, booleans,
/// integers and numbers by YAML 1.2's core schema (also "5e-07", which older readers take for
/// text); quoted ones stay strings. Throws a usage error with file, line and column for a syntax
/// error, a key given twice, a document of more than a million values, or several documents.
Document read_yaml(const std::filesystem::path& path);

/// The same from text; `name` stands for the file in messages.
Document parse_yaml(const std::string& text, const std::string& name);

/// One value as it would stand behind "key: " in YAML, for example on a command line: "3", "[1,
/// 2]", "tft".
Json parse_yaml_value(const std::string& text, const std::string& name);

/// JSON values as block YAML, keys in the order of the object (sorted). Reading it back gives equal
/// values.
std::string write_yaml(const Json& value);

}  // namespace sciwright::io
