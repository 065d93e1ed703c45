#include "config/overrides.h"

#include <fmt/format.h>

#include "base/error.h"
#include "io/yaml.h"

namespace sciwright::config {

Override parse_override(const std::string& text) {
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    throw usage_error(
        fmt::format("--set {}: expected key=value, for example --set training.epochs=3", text));
  }
  const std::string place = "--set " + text;
  return {text.substr(0, equals), io::parse_yaml_value(text.substr(equals + 1), place), place};
}

std::vector<Override> parse_overrides(const std::vector<std::string>& texts) {
  std::vector<Override> overrides;
  Problems problems;
  for (const std::string& text : texts) {
    try {
      overrides.push_back(parse_override(text));
    } catch (const Error& error) {  // caught here to tell of all of them
      problems.push_back(error.what());
    }
  }
  throw_if_any(problems);
  return overrides;
}

void merge(Json& base, const Json& over) {
  if (!base.is_object() || !over.is_object()) {
    base = over;
    return;
  }
  for (const auto& [key, value] : over.items()) merge(base[key], value);
}

std::vector<std::string> split_path(const std::string& path) {
  std::vector<std::string> parts(1);
  for (const char c : path) {
    if (c == '.') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

void set_path(Json& root, const std::string& path, Json value) {
  Json* at = &root;
  for (const std::string& part : split_path(path)) {
    if (at->is_null()) *at = Json::object();
    if (!at->is_object()) {
      throw usage_error(
          fmt::format("{}: '{}' cannot be set below the value {}", path, part, at->dump()));
    }
    at = &(*at)[part];
  }
  *at = std::move(value);
}

const Json* find_path(const Json& root, const std::string& path) {
  const Json* at = &root;
  for (const std::string& part : split_path(path)) {
    if (!at->is_object()) return nullptr;
    const auto found = at->find(part);
    if (found == at->end()) return nullptr;
    at = &*found;
  }
  return at;
}

}  // namespace sciwright::config
