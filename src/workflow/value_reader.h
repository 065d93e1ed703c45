#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/error.h"
#include "io/yaml_tree.h"

namespace sciwright::workflow {

/// Problems of one file, to be given out in the order of their places.
class PlacedProblems final {
 public:
  explicit PlacedProblems(std::string file) : file_(std::move(file)) {}

  /// "file:line:column: text".
  void add(const io::YamlNode& at, const std::string& text);
  /// Sentences that have their own place, of a file that is named here.
  void add_all(const io::YamlNode& at, const Problems& problems);

  bool empty() const { return rows_.empty(); }
  Problems sorted() const;

 private:
  std::string file_;
  std::vector<std::tuple<int, int, std::string>> rows_;  ///< Line, column, sentence.
};

/// Takes typed values out of a workflow file; what does not fit becomes a problem. `{param.x}` in
/// texts is replaced.
class ValueReader final {
 public:
  ValueReader(const std::map<std::string, std::string>& parameters, PlacedProblems& problems)
      : parameters_(parameters), problems_(problems) {}

  /// A scalar as it is written; empty for null.
  std::string text(const io::YamlNode& node);
  /// One scalar, or a list of them.
  std::vector<std::string> texts(const io::YamlNode& node);
  std::map<std::string, std::string> text_map(const io::YamlNode& node);
  int whole(const io::YamlNode& node, int low, int high);
  double number(const io::YamlNode& node, double low, double high);
  /// Seconds of "90", "1h30m", "01:30:00".
  double duration_s(const io::YamlNode& node);
  /// Megabytes of "4G", "512M", "2T" or a plain number of them.
  int memory_mb(const io::YamlNode& node);
  /// Which of the words it is.
  std::optional<std::size_t> word(const io::YamlNode& node, const std::vector<std::string>& words);

  /// Whether it is a map (null counts as an empty one); else a problem.
  bool is_map(const io::YamlNode& node);
  void unknown_key(const io::YamlNode& node, const std::vector<std::string>& known);
  void problem(const io::YamlNode& node, const std::string& text) { problems_.add(node, text); }

 private:
  void wrong(const io::YamlNode& node, std::string_view expected);
  std::string substituted(const io::YamlNode& node);

  const std::map<std::string, std::string>& parameters_;
  PlacedProblems& problems_;
};

}  // namespace sciwright::workflow
