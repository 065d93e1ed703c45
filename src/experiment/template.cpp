#include "experiment/template.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "experiment/notebook.h"

namespace sciwright::experiment {
namespace {

/// Where the cell "# %% parameters" of a Python file ends, or npos.
std::size_t end_of_parameters_cell(const std::string& text) {
  std::size_t at = 0;
  bool is_inside = false;
  while (at < text.size()) {
    const auto end = std::min(text.find('\n', at), text.size());
    const std::string_view line = std::string_view(text).substr(at, end - at);
    if (line.starts_with("# %%")) {
      if (is_inside) return at;
      is_inside = line.find("parameters") != std::string_view::npos;
    }
    at = end + 1;
  }
  return is_inside ? text.size() : std::string::npos;
}

std::string position_text(const std::string& file, const std::string& text, std::size_t offset) {
  const auto line =
      std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(offset), '\n');
  const auto before = offset == 0 ? std::string::npos : text.rfind('\n', offset - 1);
  const std::size_t column = before == std::string::npos ? offset + 1 : offset - before;
  return fmt::format("{}:{}:{}", file, line + 1, column);
}

}  // namespace

Template::Template(std::string path, std::string text)
    : path_(std::move(path)), text_(std::move(text)) {
  if (is_notebook()) Notebook(text_, path_);
}

std::string Template::output_name() const {
  std::string name = std::filesystem::path(path_).filename().string();
  if (const auto at = name.find(".in."); at != std::string::npos) name.erase(at, 3);
  if (name.ends_with(".in")) name.resize(name.size() - 3);
  return name;
}

std::vector<UnknownName> Template::unknown_names(const Resolver& resolver) const {
  std::vector<UnknownName> out;
  if (is_notebook()) return out;
  for (const Reference& reference : find_references(text_)) {
    if (resolver.knows(reference.name)) continue;
    out.push_back({reference.name, position_text(path_, text_, reference.offset)});
  }
  return out;
}

std::vector<std::string> Template::used_names() const {
  std::vector<std::string> out;
  if (is_notebook()) return out;
  for (const Reference& reference : find_references(text_)) out.push_back(reference.name);
  return out;
}

bool Template::takes_parameters() const {
  return is_notebook() ||
         (path_.ends_with(".py") && end_of_parameters_cell(text_) != std::string::npos);
}

std::string Template::render(const Resolver& resolver, const Json& root) const {
  const Json values = root.value("experiment", Json::object());
  if (is_notebook()) return Notebook(text_, path_).with_parameters(values);
  std::string text = text_;
  if (takes_parameters()) {
    const std::size_t end = end_of_parameters_cell(text);
    const bool needs_newline = end > 0 && text[end - 1] != '\n';
    text.insert(end,
                (needs_newline ? "\n# %% injected-parameters\n" : "# %% injected-parameters\n") +
                    python_assignments(values));
  }
  return substituted(text, [&](const std::string& name) { return resolver.find(root, name); });
}

}  // namespace sciwright::experiment
