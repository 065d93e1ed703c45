#pragma once

#include <CLI/CLI.hpp>

#include "bench/run_config.h"
#include "sciwright/command.h"

namespace sciwright {

/// The verbs of `sciwright data`; a benchmark adds itself below those it knows.
struct DataVerbs {
  CLI::App& make;
  CLI::App& fetch;
  CLI::App& convert;
  CLI::App& pack;
  CLI::App& unpack;
  CLI::App& info;
};

void add_earthquake_data(DataVerbs& verbs, Programs& programs);
void add_cloudmask_data(DataVerbs& verbs, Programs& programs);

/// The settings of a benchmark from `--set` texts and a seed (empty: the default).
template <class Settings>
Settings settings_from(const bench::BenchmarkSpec& spec, const std::vector<std::string>& sets,
                       const std::string& seed) {
  std::vector<config::Override> overrides = config::parse_overrides(sets);
  if (!seed.empty()) overrides.push_back(config::parse_override("seed=" + seed));
  const bench::RunConfig config = bench::resolve_run_config(spec, {}, overrides);
  Settings settings;
  throw_if_any(config::load(config.settings, {}, settings));
  return settings;
}

/// Adds `--set KEY=VALUE`.
inline void add_set_option(CLI::App& app, std::vector<std::string>& sets, const char* example) {
  app.add_option("--set", sets, std::string("One setting, for example ") + example)
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
}

}  // namespace sciwright
