#include "bench/mllog_keys.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/suggestion.h"
#include "config/overrides.h"

namespace sciwright::bench {
namespace {

/// "c.yaml:3:5: mllog.keys.Epoch is 3, must be a text".
std::string sentence(const config::Locate& locate, const std::string& path,
                     const std::string& text) {
  const std::string place = locate(path);
  return fmt::format("{}{}{} {}", place, place.empty() ? "" : ": ", path, text);
}

}  // namespace

const record::MllogKeys& usual_mllog_keys() {
  static const record::MllogKeys keys = {{"Initialize", "init"},
                                         {"Staging", "staging"},
                                         {"Run", "run"},
                                         {"Epoch", "epoch"},
                                         {"Evaluation", "eval"}};
  return keys;
}

std::vector<std::string> timers_of(const BenchmarkSpec& spec) {
  std::vector<std::string> timers = {"Total", "Staging"};
  timers.insert(timers.end(), spec.timers.begin(), spec.timers.end());
  return timers;
}

Problems check_mllog_keys(const Json& sections, const BenchmarkSpec& spec,
                          const config::Locate& locate) {
  const auto section = sections.find("mllog");
  if (section == sections.end() || section->is_null()) return {};
  if (!section->is_object()) return {sentence(locate, "mllog", "must be a section with keys")};
  Problems problems;
  for (const auto& [name, value] : section->items()) {
    if (name == "keys") continue;
    problems.push_back(
        sentence(locate, "mllog." + name, "is not a known setting" + did_you_mean(name, {"keys"})));
  }
  const Json keys = section->value("keys", Json());
  if (keys.is_null()) return problems;
  if (!keys.is_object()) {
    problems.push_back(sentence(locate, "mllog.keys", "must be a map from timers to keys"));
    return problems;
  }
  const std::vector<std::string> timers = timers_of(spec);
  for (const auto& [timer, key] : keys.items()) {
    const std::string path = "mllog.keys." + timer;
    if (std::find(timers.begin(), timers.end(), timer) == timers.end()) {
      const std::string meant = did_you_mean(timer, timers);
      problems.push_back(
          sentence(locate, path,
                   fmt::format("is no timer of {}{}", spec.name,
                               meant.empty() ? fmt::format("; it has {}", fmt::join(timers, ", "))
                                             : meant)));
    }
    if (!key.is_string()) {
      problems.push_back(sentence(locate, path, fmt::format("is {}, must be a text", key.dump())));
    }
  }
  return problems;
}

record::MllogKeys mllog_keys(const Json& sections) {
  record::MllogKeys keys = usual_mllog_keys();
  const Json* asked = config::find_path(sections, "mllog.keys");
  if (asked == nullptr || asked->is_null()) return keys;
  for (const auto& [timer, key] : asked->items()) {
    if (key.get_ref<const std::string&>().empty()) {
      keys.erase(timer);
    } else {
      keys[timer] = key;
    }
  }
  return keys;
}

}  // namespace sciwright::bench
