#include "experiment/python_source.h"

#include <cctype>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "base/trimmed.h"
#include "experiment/notebook.h"
#include "record/python_json.h"

namespace sciwright::experiment {
namespace {

/// One statement without its comments; brackets and long texts may span lines.
struct Statement {
  std::string text;
  int line = 0;
};

/// Cuts a source into statements.
class StatementReader final {
 public:
  explicit StatementReader(const std::string& source) : source_(source) {}

  std::vector<Statement> read() {
    while (at_ < source_.size()) step();
    finish();
    return std::move(out_);
  }

 private:
  void step() {
    const char c = source_[at_];
    if (c == '"' || c == '\'') return skip_text(c);
    if (c == '#') {
      at_ = std::min(source_.find('\n', at_), source_.size());
      return;
    }
    if (c == '(' || c == '[' || c == '{') ++depth_;
    if (c == ')' || c == ']' || c == '}') --depth_;
    if (c == '\n') {
      ++line_;
      if (depth_ <= 0) {
        ++at_;
        return finish();
      }
    }
    current_.text += c == '\n' ? ' ' : c;
    ++at_;
  }

  /// Copies a text literal as it stands.
  void skip_text(char quote) {
    const bool is_long = source_.compare(at_, 3, std::string(3, quote)) == 0;
    const std::string end(is_long ? 3 : 1, quote);
    std::size_t at = at_ + end.size();
    while (at < source_.size() && source_.compare(at, end.size(), end) != 0) {
      if (source_[at] == '\n') {
        if (!is_long) break;  // not closed; Python would refuse it
        ++line_;
      }
      at += source_[at] == '\\' ? 2 : 1;
    }
    at = std::min(at + (at < source_.size() && source_[at] != '\n' ? end.size() : 0),
                  source_.size());
    current_.text += source_.substr(at_, at - at_);
    at_ = at;
  }

  void finish() {
    depth_ = 0;
    if (!current_.text.empty()) out_.push_back(std::move(current_));
    current_ = {"", line_};
  }

  const std::string& source_;
  std::size_t at_ = 0;
  int line_ = 1;
  int depth_ = 0;
  Statement current_{"", 1};
  std::vector<Statement> out_;
};

struct Assignment {
  std::string name;
  std::string value;
};

bool is_name_char(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/// "name = value" or "name: type = value"; nothing for other statements.
std::optional<Assignment> assignment_of(const std::string& statement) {
  std::size_t end = 0;
  while (end < statement.size() && is_name_char(statement[end])) ++end;
  if (end == 0 || std::isdigit(static_cast<unsigned char>(statement[0])) != 0) return std::nullopt;
  auto at = statement.find_first_not_of(' ', end);
  if (at != std::string::npos && statement[at] == ':') at = statement.find('=', at);
  if (at == std::string::npos || statement[at] != '=' || statement.compare(at, 2, "==") == 0) {
    return std::nullopt;
  }
  return Assignment{statement.substr(0, end), std::string(trimmed(statement.substr(at + 1)))};
}

}  // namespace

PythonSettings read_python_settings(const std::string& text, const std::string& name) {
  PythonSettings out;
  for (const Statement& statement : StatementReader(text).read()) {
    const auto assignment = assignment_of(statement.text);
    if (!assignment || assignment->name.starts_with('_')) continue;
    const io::Position position = {name, statement.line, 1};
    auto value = record::parse_json_or_python(assignment->value);
    if (!value) {
      out.skipped.push_back(
          fmt::format("{}: {} is left out: '{}' is no plain value, and files are read, not run",
                      position.text(), assignment->name, assignment->value));
      continue;
    }
    out.document.value[assignment->name] = std::move(*value);
    out.document.positions[assignment->name] = position;
  }
  return out;
}

PythonSettings read_notebook_settings(const std::string& text, const std::string& name) {
  const Notebook notebook(text, name);
  const auto cell = notebook.settings_cell();
  if (!cell) return {};
  return read_python_settings(notebook.source(*cell), fmt::format("{} (cell {})", name, *cell + 1));
}

}  // namespace sciwright::experiment
