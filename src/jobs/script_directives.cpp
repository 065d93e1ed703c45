#include "jobs/script_directives.h"

#include <algorithm>

#include "base/files.h"
#include "base/trimmed.h"

namespace sciwright::jobs {
namespace {

bool is_ours(std::string_view directive, const DirectiveStyle& style) {
  return std::any_of(style.ours.begin(), style.ours.end(), [&](std::string_view option) {
    if (!directive.starts_with(option)) return false;
    const bool joins = style.values_join && !option.starts_with("--");
    return joins || directive.size() == option.size() ||
           std::string_view("= \t").find(directive[option.size()]) != std::string_view::npos;
  });
}

}  // namespace

std::vector<std::string> directive_lines(std::string_view script, const DirectiveStyle& style) {
  std::vector<std::string> lines;
  while (!script.empty()) {
    const auto end = std::min(script.find('\n'), script.size());
    const std::string_view line = trimmed(script.substr(0, end));
    script.remove_prefix(std::min(end + 1, script.size()));
    if (!line.empty() && !line.starts_with('#')) break;
    if (!line.starts_with(style.mark)) continue;
    const std::string_view directive = trimmed(line.substr(style.mark.size()));
    if (!directive.empty() && !is_ours(directive, style)) lines.emplace_back(line);
  }
  return lines;
}

std::vector<std::string> directive_lines(const Job& job, const DirectiveStyle& style) {
  if (job.script.empty()) return {};
  const auto& folder = job.working_directory.empty() ? job.directory : job.working_directory;
  return directive_lines(read_file(folder / job.script), style);
}

}  // namespace sciwright::jobs
