#include "experiment/lint.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <map>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "base/suggestion.h"
#include "experiment/schedulers.h"
#include "experiment/shell_variables.h"

namespace sciwright::experiment {
namespace {

constexpr std::string_view kBlanks = " \t";

std::string_view first_word(std::string_view text) {
  const auto start = std::min(text.find_first_not_of(kBlanks), text.size());
  const auto end = std::min(text.find_first_of(kBlanks, start), text.size());
  return text.substr(start, end - start);
}

/// Whether all that follows a colon is below 60.
bool has_times_of_day(std::string_view text) {
  for (auto at = text.find(':'); at != std::string_view::npos; at = text.find(':', at + 1)) {
    int number = 0;
    const char* start = text.data() + at + 1;
    std::from_chars(start, text.data() + text.size(), number);
    if (number >= 60) return false;
  }
  return true;
}

/// "D-HH:MM:SS" and its shorter forms, LSF's "HH:MM", a number of minutes.
bool is_time(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789:-.") == std::string_view::npos &&
         std::isdigit(static_cast<unsigned char>(text.front())) != 0 &&
         std::count(text.begin(), text.end(), ':') <= 2 &&
         std::count(text.begin(), text.end(), '-') <= 1 && has_times_of_day(text);
}

/// Checks the lines that speak to the scheduler.
class DirectiveLinter final {
 public:
  DirectiveLinter(std::string file, std::vector<LintFinding>& out)
      : file_(std::move(file)), out_(out) {}

  void check_line(int line, std::string_view text) {
    line_ = line;
    const std::string_view word = first_word(text);
    const bool is_comment = text.starts_with('#');
    if (!is_comment) {
      const bool is_reference = text.starts_with('{') && text.find('}') != std::string_view::npos;
      if (!word.empty() && !is_reference) has_commands_ = true;
    } else if (const Scheduler* scheduler = scheduler_of_prefix(word)) {
      const auto start = text.find_first_not_of(kBlanks, word.size());
      if (has_commands_) {
        tell(1,
             fmt::format("{} ignores this: it stands behind the first command", scheduler->name));
      }
      if (start != std::string_view::npos) check_options(*scheduler, text, start);
    } else {
      check_misspelt_prefix(text);
    }
  }

 private:
  void tell(std::size_t column, std::string text) {
    out_.push_back({file_, line_, static_cast<int>(column), std::move(text)});
  }

  void check_misspelt_prefix(std::string_view text) {
    const std::string_view rest = text.substr(std::min<std::size_t>(1, text.size()));
    const std::string_view word = first_word(rest);
    if (rest.starts_with('#') || rest.starts_with('!')) return;  // switched off on purpose, or "#!"
    for (const Scheduler& scheduler : schedulers()) {
      const std::string_view name = std::string_view(scheduler.prefix).substr(1);
      const bool is_spaced = word == name && !rest.starts_with(name);
      const auto near = closest_word(word, {std::string(name)});
      const auto after = rest.find(word) + word.size();
      const std::string_view option = first_word(rest.substr(after));
      if (is_spaced || (near && word != name && word.size() > 2 && option.starts_with('-'))) {
        tell(1, fmt::format("{} does not see this line; did you mean '{}'?", scheduler.name,
                            scheduler.prefix));
        return;
      }
    }
  }

  void check_options(const Scheduler& scheduler, std::string_view text, std::size_t start) {
    if (text[start] != '-') {
      return text[start] == '{' || text[start] == '#'
                 ? void()
                 : tell(start + 1,
                        fmt::format("expected an option, as in '{} {}'", scheduler.prefix,
                                    scheduler.long_options.empty() ? "-q gpu" : "--time=1:00:00"));
    }
    const bool is_long = text.substr(start).starts_with("--");
    const std::size_t name_start = start + (is_long ? 2 : 1);
    auto name_end = text.find_first_of(is_long ? "= \t" : " \t=", name_start);
    name_end = std::min(name_end, text.size());
    std::string name(text.substr(name_start, name_end - name_start));
    std::string_view value = text.substr(std::min(name_end + 1, text.size()));
    if (!is_long && !scheduler.long_options.empty() && name.size() > 1) {  // "-n4"
      value = text.substr(name_start + 1);
      name.resize(1);
    }
    if (const auto known = canonical(scheduler, name, is_long, start + 1)) {
      check_repeated(scheduler, *known, name, is_long, start + 1);
      const bool has_equals = is_long && text.substr(name_end).starts_with('=');
      if (is_long) check_blanks(name, text.substr(name_end), has_equals, start + 1);
      if (*known == "time") check_time(first_word(value), start + 1);
      if (scheduler.name == "PBS" && *known == "l") check_resources(value, start + 1);
    }
  }

  /// The name an option has in the scheduler's list; tells unknown ones.
  std::optional<std::string> canonical(const Scheduler& scheduler, const std::string& name,
                                       bool is_long, std::size_t column) {
    if (is_long) {
      const auto& known = scheduler.long_options;
      if (std::find(known.begin(), known.end(), name) != known.end()) return name;
      const std::string stem = name.substr(0, name.find(':'));
      const bool has_colon = std::find(known.begin(), known.end(), stem) != known.end();
      tell(column, has_colon ? fmt::format("'--{}': a value follows '=' or a blank, not ':'", name)
                             : fmt::format("{} has no option --{}{}", scheduler.command, name,
                                           did_you_mean(name, known)));
      return std::nullopt;
    }
    for (const std::string& option : scheduler.short_options) {
      const auto equals = option.find('=');
      if (option.substr(0, equals) != name) continue;
      return equals == std::string::npos ? option : option.substr(equals + 1);
    }
    tell(column, fmt::format("{} has no option -{}", scheduler.command, name));
    return std::nullopt;
  }

  void check_repeated(const Scheduler& scheduler, const std::string& known, const std::string& name,
                      bool is_long, std::size_t column) {
    if (known == "R" || known == "l" || known == "W" || known == "v") return;  // may be repeated
    const std::string written = (is_long ? "--" : "-") + name;
    const auto [earlier, is_new] = seen_.try_emplace(scheduler.name + known, written, line_);
    if (is_new) return;
    const bool is_error_meant = known == "output" || known == "o";
    tell(column,
         fmt::format("{} is given again (first as {} in line {}); only the last one counts{}",
                     written, earlier->second.first, earlier->second.second,
                     is_error_meant ? "; did you mean '-e' for the errors?" : ""));
  }

  /// `rest` follows the name of a long option: "=64 GB", " = 4".
  void check_blanks(const std::string& name, std::string_view rest, bool has_equals,
                    std::size_t column) {
    const std::string_view next = first_word(rest);
    if (!has_equals && next.starts_with('=')) {
      return tell(column, fmt::format("--{}: no blanks around the '='", name));
    }
    if (!has_equals || rest.find_first_of("\"'\\{") != std::string_view::npos) return;
    const std::string_view second = first_word(rest.substr(rest.find(next) + next.size()));
    if (second.empty() || second.starts_with('-') || second.starts_with('#')) return;
    tell(column,
         fmt::format("--{}{} is followed by '{}'; a value has no blanks", name, next, second));
  }

  /// PBS's resources: sites have more of their own, so only what looks like a slip is told.
  void check_resources(std::string_view value, std::size_t column) {
    static const std::vector<std::string> kKnown = {
        "walltime", "select", "place", "ncpus", "ngpus",      "nodes",    "mem",      "pmem",
        "vmem",     "pvmem",  "cput",  "pcput", "ompthreads", "mpiprocs", "software", "file"};
    const std::string_view list = first_word(value);
    for (std::size_t start = 0; start < list.size();) {
      const auto end = std::min(list.find_first_of(",:", start), list.size());
      const std::string_view part = list.substr(start, end - start);
      const std::string_view name = part.substr(0, part.find('='));
      start = end + 1;
      if (name.size() == part.size() || std::ranges::find(kKnown, name) != kKnown.end()) continue;
      const std::string meant = did_you_mean(name, kKnown);
      if (!meant.empty()) tell(column, fmt::format("PBS knows no resource {}{}", name, meant));
    }
  }

  void check_time(std::string_view value, std::size_t column) {
    if (value.starts_with('"') || value.find('{') != std::string_view::npos || is_time(value))
      return;
    if (value == "UNLIMITED" || value == "INFINITE") return;
    tell(column, fmt::format("'{}' is no time; expected minutes, HH:MM:SS or D-HH:MM:SS", value));
  }

  std::string file_;
  std::vector<LintFinding>& out_;
  int line_ = 0;
  bool has_commands_ = false;
  std::map<std::string, std::pair<std::string, int>> seen_;
};

}  // namespace

std::string LintFinding::message() const {
  return fmt::format("{}:{}:{}: {}", file, line, column, text);
}

std::vector<LintFinding> lint_script(const std::string& text, const std::string& file) {
  std::vector<LintFinding> out;
  if (!text.starts_with("#!")) {
    out.push_back({file, 1, 1, "the first line must name the shell: #!/bin/bash"});
  }
  if (const auto dos = text.find("\r\n"); dos != std::string::npos) {
    const auto line =
        1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(dos), '\n');
    out.push_back(
        {file, static_cast<int>(line), 1,
         "lines end as in DOS (\\r\\n), which shells and schedulers take for a part of the "
         "line"});
  }
  DirectiveLinter directives(file, out);
  std::size_t start = 0;
  for (int line = 1; start < text.size(); ++line) {
    const auto end = std::min(text.find('\n', start), text.size());
    directives.check_line(line, std::string_view(text).substr(start, end - start));
    start = end + 1;
  }
  lint_variables(text, file, out);
  std::stable_sort(out.begin(), out.end(), [](const LintFinding& a, const LintFinding& b) {
    return std::pair(a.line, a.column) < std::pair(b.line, b.column);
  });
  return out;
}

}  // namespace sciwright::experiment
