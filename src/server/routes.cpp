#include "server/routes.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/suggestion.h"
#include "io/csv.h"
#include "workflow/definition.h"

namespace sciwright::server {
namespace {

bool is_parameter(std::string_view part) { return part.starts_with('{'); }

/// The next part of a path behind its '/'; the rest stays.
std::string_view next_part(std::string_view& path) {
  path.remove_prefix(1);
  const std::string_view part = path.substr(0, path.find('/'));
  path.remove_prefix(part.size());
  return part;
}

/// Whether a path is of a pattern; `parameters` gets what stands for them, still escaped.
bool matches(std::string_view pattern, std::string_view path,
             std::map<std::string, std::string>& parameters) {
  while (pattern.starts_with('/') && path.starts_with('/')) {
    const std::string_view expected = next_part(pattern);
    const std::string_view found = next_part(path);
    if (is_parameter(expected)) {
      if (found.empty()) return false;
      parameters[std::string(expected.substr(1, expected.size() - 2))] = unescape(found);
    } else if (expected != found) {
      return false;
    }
  }
  return pattern.empty() && path.empty();
}

bool is_safe_path_name(std::string_view name) {
  return name.size() <= 1000 && name != "." && name.find("..") == std::string_view::npos &&
         std::ranges::all_of(name, [](char c) {
           return static_cast<unsigned char>(c) >= ' ' && c != '/' && c != '\\' && c != '\x7f';
         });
}

std::string problem_of_name(const std::string& parameter, const std::string& name) {
  if (parameter == "workflow" || parameter == "job") {
    if (workflow::is_good_name(name)) return {};
    return fmt::format(
        "'{}' is no name of a {}; expected up to 100 letters, digits, '.', '_' and '-', not "
        "beginning with '-'",
        name, parameter);
  }
  return is_safe_path_name(name) ? "" : fmt::format("'{}' is no name of a {}", name, parameter);
}

std::string problem_of_value(const QueryParameter& parameter, const std::string& value) {
  if (parameter.type == "integer" && !io::parse_int64(value)) {
    return fmt::format("{}={}: expected a whole number", parameter.name, value);
  }
  if (parameter.type == "boolean" && value != "true" && value != "false") {
    return fmt::format("{}={}: expected true or false", parameter.name, value);
  }
  if (!parameter.values.empty() &&
      std::ranges::find(parameter.values, value) == parameter.values.end()) {
    return fmt::format("{}={}: expected one of {}", parameter.name, value,
                       fmt::join(parameter.values, ", "));
  }
  return {};
}

}  // namespace

std::string Call::query_or(const std::string& name, const std::string& otherwise) const {
  const auto found = query.find(name);
  return found == query.end() ? otherwise : found->second;
}

std::int64_t Call::integer_or(const std::string& name, std::int64_t otherwise) const {
  const auto found = query.find(name);
  return found == query.end() ? otherwise : io::parse_int64(found->second).value_or(otherwise);
}

Match find_route(const std::vector<Route>& routes, std::string_view method, std::string_view path) {
  const std::string_view wanted = method == "HEAD" ? "GET" : method;
  Match match;
  for (const Route& route : routes) {
    std::map<std::string, std::string> parameters;
    if (!matches(route.path, path, parameters)) continue;
    match.methods.push_back(route.method);
    const bool is_better = match.route == nullptr || parameters.size() < match.parameters.size();
    if (route.method != wanted || !is_better) continue;
    match.route = &route;
    match.parameters = std::move(parameters);
  }
  return match;
}

std::vector<std::string> path_parameters(const Route& route) {
  std::vector<std::string> names;
  std::string_view pattern = route.path;
  while (pattern.starts_with('/')) {
    const std::string_view part = next_part(pattern);
    if (is_parameter(part)) names.emplace_back(part.substr(1, part.size() - 2));
  }
  return names;
}

std::vector<std::string> check_call(const Route& route,
                                    const std::map<std::string, std::string>& parameters,
                                    const std::map<std::string, std::string>& query) {
  std::vector<std::string> problems;
  for (const auto& [parameter, name] : parameters) {
    problems.push_back(problem_of_name(parameter, name));
  }
  std::vector<std::string> known;
  for (const QueryParameter& parameter : route.query) known.push_back(parameter.name);
  for (const auto& [name, value] : query) {
    if (route.takes_any_query) break;
    const auto at = std::ranges::find(route.query, name, &QueryParameter::name);
    problems.push_back(at == route.query.end() ? fmt::format("the query '{}' is not known here{}",
                                                             name, did_you_mean(name, known))
                                               : problem_of_value(*at, value));
  }
  std::erase(problems, "");
  return problems;
}

}  // namespace sciwright::server
