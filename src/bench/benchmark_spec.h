#pragma once

#include <functional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "config/fields.h"

namespace sciwright::bench {

using Json = nlohmann::json;

/// A command-line flag of `sciwright run <benchmark>` that sets one key of the benchmark's section.
struct Flag {
  std::string name;         ///< "--epochs"
  std::string path;         ///< "training.epochs"
  std::string placeholder;  ///< "N"; empty for a switch that sets `true`.
  std::string help;
};

/// Another name of a setting: in the `experiment` section, or in the layout of the reference's own
/// files.
struct Alias {
  std::string from;  ///< "TFTTransformerepochs", or "image.PATCH_SIZE" for grouped layouts.
  std::string to;    ///< "training.epochs"; "submission.org" goes to that section.
};

/// A key of the reference's files that does something there, but nothing here.
struct ReplacedKey {
  std::string key;      ///< "log_file", or "log.file" for grouped layouts.
  std::string instead;  ///< What there is instead, to follow "is not used: ".
};

/// A score, by its dotted path in a row of `scores`; a path stands for all below it, too.
struct Metric {
  std::string path;
  bool higher_is_better = true;
};

/// What is known of a benchmark without torch: enough to check and explain its settings on a login
/// node.
struct BenchmarkSpec {
  std::string name;     ///< The word on the command line and the section in config.yaml.
  std::string summary;  ///< One line.
  std::vector<Flag> flags;
  std::vector<std::string> examples = {};  ///< Flags of its own examples in --help.
  std::vector<Alias> aliases;
  std::vector<std::string> dead_keys;  ///< Keys the reference reads, or carries, without effect.
  std::vector<ReplacedKey> replaced_keys = {};
  /// Names of the program's other benchmarks: a study's configuration may have sections of several.
  std::vector<std::string> siblings = {};
  std::vector<std::string> data_paths = {};  ///< Settings that name the files `stage` copies.
  /// Names of its timers, which `mllog.keys` may name; the runner has more.
  std::vector<std::string> timers = {};
  std::vector<Metric> metrics = {};  ///< Scores to compare runs by, the main one first.
  std::vector<config::FieldDescription> fields;

  /// Checks a section against the typed settings; on success `resolved` holds every setting.
  std::function<Problems(const Json& section, const config::Locate& locate, Json& resolved)> check;
};

/// The `check` function of a settings struct.
template <class Settings>
Problems check_settings(const Json& section, const config::Locate& locate, Json& resolved) {
  Settings settings;
  Problems problems = config::load(section, locate, settings);
  resolved = config::to_json(settings);
  return problems;
}

}  // namespace sciwright::bench
