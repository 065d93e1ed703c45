#include "experiment/shell_variables.h"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "base/suggestion.h"
#include "experiment/schedulers.h"

namespace sciwright::experiment {
namespace {

/// Set by logins, shells and the programs jobs are made of.
const std::set<std::string, std::less<>>& environment_names() {
  static const std::set<std::string, std::less<>> kNames = {"BASH",
                                                            "BASHPID",
                                                            "BASH_SOURCE",
                                                            "BASH_VERSION",
                                                            "COLUMNS",
                                                            "CONDA_PREFIX",
                                                            "CUDA_HOME",
                                                            "CUDA_VISIBLE_DEVICES",
                                                            "DISPLAY",
                                                            "EDITOR",
                                                            "EUID",
                                                            "FUNCNAME",
                                                            "GPU_DEVICE_ORDINAL",
                                                            "GROUPS",
                                                            "HOME",
                                                            "HOSTNAME",
                                                            "HOSTTYPE",
                                                            "IFS",
                                                            "LANG",
                                                            "LD_LIBRARY_PATH",
                                                            "LINENO",
                                                            "LINES",
                                                            "LOGNAME",
                                                            "MAIL",
                                                            "MODULEPATH",
                                                            "MODULESHOME",
                                                            "MPLBACKEND",
                                                            "OLDPWD",
                                                            "OMP_NUM_THREADS",
                                                            "OPTARG",
                                                            "OPTIND",
                                                            "OSTYPE",
                                                            "PATH",
                                                            "PIPESTATUS",
                                                            "PPID",
                                                            "PROJECT",
                                                            "PS1",
                                                            "PWD",
                                                            "PYTHONPATH",
                                                            "RANDOM",
                                                            "ROCR_VISIBLE_DEVICES",
                                                            "SCRATCH",
                                                            "SECONDS",
                                                            "SHELL",
                                                            "SHLVL",
                                                            "TERM",
                                                            "TMP",
                                                            "TMPDIR",
                                                            "UID",
                                                            "USER",
                                                            "USERNAME",
                                                            "VIRTUAL_ENV",
                                                            "WORK",
                                                            "XDG_CACHE_HOME",
                                                            "XDG_CONFIG_HOME",
                                                            "XDG_RUNTIME_DIR"};
  return kNames;
}

bool is_first(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool is_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

std::string_view name_at(std::string_view text, std::size_t at) {
  if (at >= text.size() || !is_first(text[at])) return {};
  std::size_t end = at;
  while (end < text.size() && is_name(text[end])) ++end;
  return text.substr(at, end - at);
}

/// Whether a word is a variable's name, and not an option or a letter of getopts.
bool is_whole_name(const std::string& word) {
  return !word.empty() && name_at(word, 0).size() == word.size();
}

/// The words of a line without its comment; quotes are dropped.
std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words(1);
  char quote = 0;
  for (const char c : line) {
    if (quote == 0 && c == '#' && words.back().empty()) break;
    if (quote == 0 && (c == ' ' || c == '\t' || c == ';' || c == '(' || c == '&' || c == '|')) {
      if (!words.back().empty()) words.emplace_back();
    } else if (c == quote) {
      quote = 0;
    } else if (quote == 0 && (c == '"' || c == '\'')) {
      quote = c;
    } else {
      words.back() += c;
    }
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

/// Names that some line of the script sets.
std::set<std::string, std::less<>> assigned_names(std::string_view text) {
  std::set<std::string, std::less<>> names;
  std::size_t start = 0;
  while (start < text.size()) {
    const auto end = std::min(text.find('\n', start), text.size());
    const std::vector<std::string> words = words_of(text.substr(start, end - start));
    for (std::size_t i = 0; i < words.size(); ++i) {
      const std::string& word = words[i];
      const std::string_view name = name_at(word, 0);
      const bool is_assigned = !name.empty() && name.size() < word.size() &&
                               (word[name.size()] == '=' || word[name.size()] == '[' ||
                                word.compare(name.size(), 2, "+=") == 0);
      if (is_assigned) names.emplace(name);
      if (word == "for" && i + 1 < words.size()) names.insert(words[i + 1]);
      if (word == "read" || word == "readarray" || word == "mapfile" || word == "declare" ||
          word == "local" || word == "getopts") {
        std::copy_if(words.begin() + static_cast<std::ptrdiff_t>(i) + 1, words.end(),
                     std::inserter(names, names.end()), is_whole_name);
      }
    }
    start = end + 1;
  }
  return names;
}

/// Walks over a script and stops at each use of a variable.
class VariableLinter final {
 public:
  VariableLinter(std::string_view text, std::string file, std::vector<LintFinding>& out)
      : text_(text), file_(std::move(file)), out_(out), assigned_(assigned_names(text)) {}

  void run() {
    std::size_t start = 0;
    for (line_ = 1; start < text_.size(); ++line_) {
      const auto end = std::min(text_.find('\n', start), text_.size());
      const std::string_view line = text_.substr(start, end - start);
      if (!line.starts_with('#')) {
        check_uses(line);
        check_folders(line);
      }
      start = end + 1;
    }
  }

 private:
  void tell(std::size_t offset, std::string text) {
    out_.push_back({file_, line_, static_cast<int>(offset) + 1, std::move(text)});
  }

  void check_uses(std::string_view line) {
    bool is_quoted = false;  // within single quotes, where the shell replaces nothing
    bool is_double = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
      const char c = line[i];
      if (c == '\\') {
        ++i;
      } else if (c == '"' && !is_quoted) {
        is_double = !is_double;
      } else if (c == '\'' && !is_double) {
        is_quoted = !is_quoted;
      } else if (c == '#' && !is_quoted && !is_double && (i == 0 || line[i - 1] == ' ')) {
        return;
      } else if (c == '$' && !is_quoted) {
        check_use(line, i);
      }
    }
  }

  void check_use(std::string_view line, std::size_t dollar) {
    const bool has_brace = dollar + 1 < line.size() && line[dollar + 1] == '{';
    std::string_view name = name_at(line, dollar + (has_brace ? 2 : 1));
    const std::size_t after = dollar + (has_brace ? 2 : 1) + name.size();
    // "${NAME:-default}" and its relatives say what happens without the variable.
    if (has_brace && after < line.size() && line.substr(after, 2).find_first_of(":-+?=") == 0)
      return;
    if (name.empty() || assigned_.contains(name) || environment_names().contains(name)) return;
    if (!told_.emplace(name).second) return;
    check_unset(name, dollar);
  }

  void check_unset(std::string_view name, std::size_t dollar) {
    for (const Scheduler& scheduler : schedulers()) {
      const auto& known = scheduler.variables;
      if (std::find(known.begin(), known.end(), name) != known.end()) return;
      if (name.starts_with(scheduler.variable_prefix)) {
        return tell(dollar, fmt::format("{} sets no variable {}{}", scheduler.name, name,
                                        did_you_mean(name, known)));
      }
    }
    tell(dollar, fmt::format("nothing sets ${}{}; ${{{}:-…}} would give it a default", name,
                             did_you_mean(name, {assigned_.begin(), assigned_.end()}), name));
  }

  void check_folders(std::string_view line) {
    const std::vector<std::string> words = words_of(line);
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
      const std::string& command = words[i];
      if (command != "cd" && command != "mkdir" && command != "pushd") continue;
      const std::string& folder =
          words[i + 1] == "-p" && i + 2 < words.size() ? words[i + 2] : words[i + 1];
      const auto is_upper = [](char c) {
        return std::isupper(static_cast<unsigned char>(c)) != 0 || c == '_' ||
               std::isdigit(static_cast<unsigned char>(c)) != 0;
      };
      const std::string head = folder.substr(0, folder.find('/'));
      const bool looks_like_one = head.size() > 2 && std::ranges::all_of(head, is_upper) &&
                                  head.find('_') != std::string::npos;
      if (looks_like_one || assigned_.contains(head)) {
        tell(line.find(head),
             fmt::format("'{} {}' goes to a folder of that name; did you mean '${}'?", command,
                         folder, folder));
      }
    }
  }

  std::string_view text_;
  std::string file_;
  std::vector<LintFinding>& out_;
  std::set<std::string, std::less<>> assigned_;
  std::set<std::string, std::less<>> told_;
  int line_ = 0;
};

}  // namespace

void lint_variables(const std::string& text, const std::string& file,
                    std::vector<LintFinding>& findings) {
  VariableLinter(text, file, findings).run();
}

}  // namespace sciwright::experiment
