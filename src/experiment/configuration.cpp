#include "experiment/configuration.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "base/files.h"
#include "config/overrides.h"
#include "experiment/python_source.h"

namespace sciwright::experiment {
namespace {

/// A file of any kind as a document; what was skipped goes to `warnings`.
io::Document read_settings(const std::string& file, Problems& warnings) {
  const std::string extension = std::filesystem::path(file).extension().string();
  if (extension == ".py" || extension == ".ipynb") {
    PythonSettings python = extension == ".py" ? read_python_settings(read_file(file), file)
                                               : read_notebook_settings(read_file(file), file);
    warnings.insert(warnings.end(), python.skipped.begin(), python.skipped.end());
    return std::move(python.document);
  }
  if (extension != ".yaml" && extension != ".yml" && extension != ".json") {
    throw usage_error(
        fmt::format("{}: expected a configuration called .yaml, .yml, .json, .py or .ipynb", file));
  }
  io::Document document = io::read_yaml(file);
  if (!document.value.is_object()) {
    throw usage_error(fmt::format("{}: expected sections and settings as key: value", file));
  }
  return document;
}

/// Puts parts over each other.
class Merger final {
 public:
  explicit Merger(bool replaces_sections) : replaces_sections_(replaces_sections) {}

  void add_file(const std::string& file) {
    io::Document next;
    try {
      next = read_settings(file, out_.warnings);
    } catch (const Error& error) {  // caught here to go on with the next file
      problems.push_back(error.what());
      return;
    }
    if (replaces_sections_) {
      for (const auto& [key, value] : next.value.items()) erase(key);
    }
    config::merge(out_.document.value, next.value);
    std::vector<std::pair<std::string, io::Position>> given(next.positions.begin(),
                                                            next.positions.end());
    std::stable_sort(given.begin(), given.end(), [](const auto& a, const auto& b) {
      return std::pair(a.second.line, a.second.column) < std::pair(b.second.line, b.second.column);
    });
    for (auto& [path, position] : given) note(path, position);
  }

  /// Sets one dotted path from an option of the command line.
  void set(const std::string& path, Json value, const std::string& option) {
    try {
      config::set_path(out_.document.value, path, std::move(value));
    } catch (const Error& error) {  // caught here to tell it with the other problems
      problems.push_back(fmt::format("{}: {}", option, error.what()));
      return;
    }
    note(path, {option, 0, 0});
  }

  void erase(const std::string& key) {
    out_.document.value.erase(key);
    const auto is_below = [&](const auto& entry) {
      return entry.first == key || entry.first.starts_with(key + ".");
    };
    std::erase_if(out_.document.positions, is_below);
    std::erase_if(out_.order, is_below);
  }

  Configuration finish() {
    throw_if_any(problems);
    return std::move(out_);
  }

  Problems problems;

 private:
  void note(const std::string& path, io::Position position) {
    out_.document.positions[path] = std::move(position);
    out_.order.emplace(path, static_cast<int>(out_.order.size()));
  }

  bool replaces_sections_;
  Configuration out_;
};

/// "key=value" → key and value; a problem for other texts.
std::optional<std::pair<std::string, std::string>> assignment(const std::string& text,
                                                              const std::string& option,
                                                              Problems& problems) {
  const auto equals = text.find('=');
  if (equals == 0 || equals == std::string::npos) {
    problems.push_back(fmt::format("{}: '{}' is no key=value", option, text));
    return std::nullopt;
  }
  return std::pair(text.substr(0, equals), text.substr(equals + 1));
}

}  // namespace

std::vector<std::string> split_outside_brackets(const std::string& text, char separator) {
  std::vector<std::string> parts(1);
  int depth = 0;
  for (const char c : text) {
    if (c == '[' || c == '{') ++depth;
    if (c == ']' || c == '}') --depth;
    if (c == separator && depth <= 0) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  std::erase_if(parts, [](const std::string& part) {
    return part.find_first_not_of(' ') == std::string::npos;
  });
  return parts;
}

std::vector<std::string> Configuration::ordered_keys(const std::string& path) const {
  std::vector<std::string> keys;
  const Json* section = config::find_path(document.value, path);
  if (section == nullptr || !section->is_object()) return keys;
  for (const auto& [key, value] : section->items()) keys.push_back(key);
  std::stable_sort(keys.begin(), keys.end(), [&](const std::string& a, const std::string& b) {
    const auto place = [&](const std::string& key) {
      const auto found = order.find(path + "." + key);
      return found == order.end() ? static_cast<int>(order.size()) : found->second;
    };
    return place(a) < place(b);
  });
  return keys;
}

config::Locate Configuration::locate() const {
  return [this](const std::string& path) { return document.position(path).text(); };
}

Configuration read_configuration(const ConfigurationRequest& request,
                                 const Environment& environment) {
  Merger merger(request.replaces_sections);
  for (const std::string& file : request.files) merger.add_file(file);
  if (!request.experiment.empty()) {
    merger.erase("experiment");
    for (const std::string& text : split_outside_brackets(request.experiment, ' ')) {
      if (const auto pair = assignment(text, "--experiment", merger.problems)) {
        merger.set("experiment." + pair->first, pair->second, "--experiment");
      }
    }
  }
  for (const std::string& name : request.os_names) {
    if (const auto value = environment(name)) {
      merger.set("os." + name, *value, "--os");
    } else {
      merger.problems.push_back(fmt::format("--os: the environment has no {}", name));
    }
  }
  for (const std::string& text : split_outside_brackets(request.attributes, ',')) {
    if (const auto pair = assignment(text, "--attributes", merger.problems)) {
      merger.set(pair->first, io::parse_yaml_value(pair->second, "--attributes"), "--attributes");
    }
  }
  return merger.finish();
}

Json read_cloudmesh_variables(const Environment& environment) {
  const auto home = environment("HOME");
  const std::filesystem::path file =
      std::filesystem::path(home.value_or("")) / ".cloudmesh" / "variables.dat";
  if (!home || !std::filesystem::exists(file)) return Json::object();
  return io::read_yaml(file).value;
}

}  // namespace sciwright::experiment
