#include "io/yaml_tree.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <yaml.h>

#include <fmt/format.h>

namespace sciwright::io {
namespace {

constexpr std::size_t kMaxValues = 1'000'000;  // stops documents that grow without end by aliases
constexpr int kMaxDepth = 100;

std::string text_of(const yaml_char_t* bytes) {
  return bytes == nullptr ? "" : reinterpret_cast<const char*>(bytes);
}

bool is_null_word(std::string_view text) {
  return text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL";
}

std::size_t num_values(const YamlNode& node) {
  std::size_t count = 1;
  for (const YamlNode& item : node.items) count += num_values(item);
  return count;
}

/// Turns libyaml's events into a tree.
class TreeReader final {
 public:
  TreeReader(const std::string& text, YamlTree& tree) : text_(text), tree_(tree) {
    yaml_parser_initialize(&parser_);
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()),
                                 text.size());
  }
  ~TreeReader() {
    yaml_event_delete(&event_);
    yaml_parser_delete(&parser_);
  }
  TreeReader(const TreeReader&) = delete;
  TreeReader& operator=(const TreeReader&) = delete;

  void read() {
    int num_documents = 0;
    while (next() && event_.type != YAML_STREAM_END_EVENT) {
      if (event_.type != YAML_DOCUMENT_START_EVENT) continue;
      if (++num_documents > 1) return fail("a second document begins here, expected one");
      if (next()) value(tree_.root, 0);
    }
  }

 private:
  /// Once something failed there are no further events.
  bool next() {
    if (!tree_.is_whole) return false;
    yaml_event_delete(&event_);
    if (yaml_parser_parse(&parser_, &event_) != 0) return true;
    tree_.is_whole = false;
    const yaml_mark_t at =
        parser_.error == YAML_READER_ERROR ? mark_of(parser_.problem_offset) : parser_.problem_mark;
    note(fmt::format("this is not valid YAML: {}{}",
                     parser_.problem == nullptr ? "no memory" : parser_.problem,
                     is_tab(at) ? " (it is a tab; YAML is indented with blanks)" : ""),
         at);
    return false;
  }

  /// The place of a byte that is no text, which the parser meets ahead of its own place.
  yaml_mark_t mark_of(std::size_t offset) const {
    const std::string_view before = std::string_view(text_).substr(0, offset);
    const auto line_end = before.rfind('\n');
    const std::size_t start = line_end == std::string_view::npos ? 0 : line_end + 1;
    const auto line = std::count(before.begin(), before.end(), '\n');
    return {offset, static_cast<std::size_t>(line), before.size() - start};
  }

  bool is_tab(const yaml_mark_t& at) const {
    std::string_view rest = text_;
    for (std::size_t line = 0; line < at.line && !rest.empty(); ++line) {
      rest.remove_prefix(std::min(rest.find('\n'), rest.size() - 1) + 1);
    }
    return at.column < rest.size() && rest[at.column] == '\t';
  }

  void note(const std::string& problem, const yaml_mark_t& at) {
    tree_.problems.push_back(
        fmt::format("{}:{}:{}: {}", tree_.file, at.line + 1, at.column + 1, problem));
  }

  void fail(const std::string& problem) {
    note(problem, event_.start_mark);
    tree_.is_whole = false;
  }

  void place(YamlNode& node) const {
    node.line = static_cast<int>(event_.start_mark.line) + 1;
    node.column = static_cast<int>(event_.start_mark.column) + 1;
  }

  /// Reads the value that the current event begins.
  void value(YamlNode& node, int depth) {
    if (++num_values_ > kMaxValues || depth > kMaxDepth) {
      return fail(fmt::format("too many or too deeply nested values (more than {} or {} levels)",
                              kMaxValues, kMaxDepth));
    }
    if (node.line == 0) place(node);
    if (event_.type == YAML_ALIAS_EVENT) return alias(node, depth);
    const std::string anchor = take_anchor();
    if (event_.type == YAML_SCALAR_EVENT) {
      scalar(node);
    } else if (event_.type == YAML_SEQUENCE_START_EVENT) {
      list(node, depth);
    } else {
      map(node, depth);
    }
    if (!anchor.empty()) anchors_[anchor] = {node, num_values(node)};
  }

  std::string take_anchor() const {
    if (event_.type == YAML_SCALAR_EVENT) return text_of(event_.data.scalar.anchor);
    if (event_.type == YAML_SEQUENCE_START_EVENT) return text_of(event_.data.sequence_start.anchor);
    return text_of(event_.data.mapping_start.anchor);
  }

  void alias(YamlNode& node, int depth) {
    const auto found = anchors_.find(text_of(event_.data.alias.anchor));
    if (found == anchors_.end()) return fail("this alias names no anchor above it");
    num_values_ += found->second.num_values;
    if (num_values_ > kMaxValues || depth > kMaxDepth) {
      return fail(fmt::format("stands for too many values (more than {})", kMaxValues));
    }
    const YamlNode& from = found->second.node;
    node.kind = from.kind;
    node.is_quoted = from.is_quoted;
    node.text = from.text;
    node.items = from.items;
  }

  void scalar(YamlNode& node) {
    const auto& data = event_.data.scalar;
    node.text.assign(reinterpret_cast<const char*>(data.value), data.length);
    node.is_quoted = data.style != YAML_PLAIN_SCALAR_STYLE;
    const bool is_null = !node.is_quoted && is_null_word(node.text);
    node.kind = is_null ? YamlNode::Kind::kNull : YamlNode::Kind::kScalar;
  }

  void list(YamlNode& node, int depth) {
    node.kind = YamlNode::Kind::kList;
    while (next() && event_.type != YAML_SEQUENCE_END_EVENT) {
      value(node.items.emplace_back(), depth + 1);
    }
  }

  void map(YamlNode& node, int depth) {
    node.kind = YamlNode::Kind::kMap;
    std::unordered_set<std::string> keys;
    while (next() && event_.type != YAML_MAPPING_END_EVENT) {
      if (event_.type != YAML_SCALAR_EVENT) return fail("a key must be a word");
      YamlNode item;
      place(item);
      item.key = text_of(event_.data.scalar.value);
      const bool is_new = keys.insert(item.key).second;
      if (!is_new) note(fmt::format("the key '{}' is given twice", item.key), event_.start_mark);
      if (next()) value(item, depth + 1);
      if (is_new) node.items.push_back(std::move(item));
    }
  }

  struct Anchor {
    YamlNode node = {};
    std::size_t num_values = 0;
  };

  const std::string& text_;
  YamlTree& tree_;
  yaml_parser_t parser_ = {};
  yaml_event_t event_ = {};
  std::unordered_map<std::string, Anchor> anchors_;
  std::size_t num_values_ = 0;
};

}  // namespace

const YamlNode* YamlNode::find(std::string_view wanted) const {
  const auto found = std::find_if(items.begin(), items.end(),
                                  [&](const YamlNode& item) { return item.key == wanted; });
  return kind != Kind::kMap || found == items.end() ? nullptr : &*found;
}

YamlTree parse_yaml_tree(const std::string& text, const std::string& name) {
  YamlTree tree;
  tree.file = name;
  TreeReader(text, tree).read();
  return tree;
}

}  // namespace sciwright::io
