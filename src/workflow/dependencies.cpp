#include "workflow/dependencies.h"

#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/trimmed.h"
#include "experiment/hostlist.h"

namespace sciwright::workflow {
namespace {

using io::YamlNode;

/// Of all ranges together: a few lines can name millions.
constexpr std::size_t kMostExpanded = 200'000;

/// Items of a chain; commas within brackets belong to ranges.
std::vector<std::string_view> split_chain(std::string_view text) {
  std::vector<std::string_view> parts;
  int depth = 0;
  std::size_t start = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i == text.size() || (text[i] == ',' && depth == 0)) {
      parts.push_back(trimmed(text.substr(start, i - start)));
      start = i + 1;
    } else if (text[i] == '[') {
      ++depth;
    } else if (text[i] == ']' && depth > 0) {
      --depth;
    }
  }
  return parts;
}

class DependencyReader final {
 public:
  explicit DependencyReader(ValueReader& values) : values_(values) {}

  std::vector<Dependency> read(const YamlNode& source) {
    if (source.is_scalar()) chain(source);
    for (const YamlNode& item : source.items) {
      if (item.is_scalar() && source.is_list()) {
        chain(item);
      } else if (item.is_map()) {
        edge(item);
      } else {
        values_.problem(item,
                        source.is_list()
                            ? "a dependency must be a chain of names such as 'a,b,c', or "
                              "{source: a, destination: b}"
                            : "a dependency of this form must be {source: a, destination: b}");
      }
    }
    return std::move(out_);
  }

 private:
  void chain(const YamlNode& source) {
    const std::string text = values_.text(source);
    std::vector<std::string> names;
    for (const std::string_view part : split_chain(text)) {
      if (part.empty()) {
        values_.problem(source, fmt::format("the chain '{}' has an empty place", text));
      } else if (part.find_first_of("[]") == std::string_view::npos) {
        names.emplace_back(part);
      } else {
        expand(source, part, names);
      }
    }
    for (std::size_t i = 1; i < names.size(); ++i)
      out_.push_back({names[i - 1], names[i], &source});
    if (names.size() == 1) out_.push_back({names[0], "", &source});
  }

  void expand(const YamlNode& source, std::string_view part, std::vector<std::string>& names) {
    if (is_too_much_) return;
    experiment::Expansion expansion = experiment::expand_hostlist(part);
    if (!expansion.problem.empty()) values_.problem(source, expansion.problem);
    num_expanded_ += expansion.items.size();
    if (num_expanded_ > kMostExpanded) {
      // Told once: what follows would be as many again.
      if (!is_too_much_) {
        values_.problem(source, fmt::format("the ranges up to here stand for more than {} names",
                                            kMostExpanded));
      }
      is_too_much_ = true;
      return;
    }
    for (std::string& name : expansion.items) names.push_back(std::move(name));
  }

  void edge(const YamlNode& source) {
    static const std::vector<std::string> known = {"source", "destination", "name", "label"};
    Dependency edge{.place = &source};
    for (const YamlNode& item : source.items) {
      if (item.key == "source") {
        edge.source = values_.text(item);
      } else if (item.key == "destination") {
        edge.destination = values_.text(item);
      } else if (item.key != "name" && item.key != "label") {
        values_.unknown_key(item, known);
      }
    }
    if (edge.source.empty() || edge.destination.empty()) {
      values_.problem(source, "a dependency of this form needs 'source' and 'destination'");
    } else {
      out_.push_back(std::move(edge));
    }
  }

  ValueReader& values_;
  std::vector<Dependency> out_;
  std::size_t num_expanded_ = 0;
  bool is_too_much_ = false;
};

}  // namespace

std::vector<Dependency> read_dependencies(const YamlNode& source, ValueReader& values) {
  return DependencyReader(values).read(source);
}

}  // namespace sciwright::workflow
