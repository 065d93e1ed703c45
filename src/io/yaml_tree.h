#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "io/yaml.h"

namespace sciwright::io {

/// A value of a YAML file as it stands there: texts as they are written, keys in the order of the
/// file, each with its place. For files whose order and places matter; settings are read by
/// `read_yaml`.
struct YamlNode {
  enum class Kind { kNull, kScalar, kList, kMap };
  Kind kind = Kind::kNull;
  bool is_quoted = false;  ///< A scalar in quotes, or a block of text: never a number.
  int line = 0;            ///< From 1; of the key, where the value has one.
  int column = 0;
  std::string key = {};   ///< In a map.
  std::string text = {};  ///< Of a scalar.
  std::vector<YamlNode> items = {};

  bool is_map() const { return kind == Kind::kMap; }
  bool is_list() const { return kind == Kind::kList; }
  bool is_scalar() const { return kind == Kind::kScalar; }
  bool is_null() const { return kind == Kind::kNull; }

  /// The value of a key; nullptr where there is none.
  const YamlNode* find(std::string_view wanted) const;
};

/// A file, and what is wrong with it as YAML.
struct YamlTree {
  std::string file = {};
  YamlNode root = {};
  Problems problems = {};  ///< A syntax error, keys given twice; with file:line:column.
  bool is_whole = true;    ///< False after a syntax error. Of a key given twice the first counts.

  Position position(const YamlNode& node) const { return {file, node.line, node.column}; }
};

/// Reads text; `name` stands for the file in messages. Aliases are filled in. A document of more
/// than a million values or a hundred levels, and several documents, are problems.
YamlTree parse_yaml_tree(const std::string& text, const std::string& name);

}  // namespace sciwright::io
