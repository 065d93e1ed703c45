#include "bench/mllog_keys.h"

#include <string>

#include <fmt/format.h>

#include "base/error.h"
#include "config/overrides.h"

namespace sciwright::bench {
namespace {

/// Timers of the papers and the keys the MLCommons rules want for them.
const record::MllogKeys kMllogKeys = {{"Initialize", "init"},
                                      {"Staging", "staging"},
                                      {"Run", "run"},
                                      {"Epoch", "epoch"},
                                      {"Evaluation", "eval"}};

}  // namespace

record::MllogKeys mllog_keys(const nlohmann::json& sections) {
  record::MllogKeys keys = kMllogKeys;
  const nlohmann::json* asked = config::find_path(sections, "mllog.keys");
  if (asked == nullptr) return keys;
  Problems problems;
  if (!asked->is_object()) problems.push_back("mllog.keys must be a map from timers to keys");
  for (const auto& [timer, key] : asked->items()) {
    if (!key.is_string()) {
      problems.push_back(fmt::format("mllog.keys.{} is {}, must be a text", timer, key.dump()));
    } else if (key.get_ref<const std::string&>().empty()) {
      keys.erase(timer);
    } else {
      keys[timer] = key;
    }
  }
  throw_if_any(problems);
  return keys;
}

}  // namespace sciwright::bench
