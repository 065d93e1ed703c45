#include "bench/run_request.h"

#include <algorithm>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/clock.h"
#include "base/suggestion.h"
#include "io/yaml.h"

namespace sciwright::bench {
namespace {

/// What CLI11 fills before it becomes overrides.
struct RawFlags {
  RunRequest request;
  std::vector<std::string> sets;
  std::vector<std::string> values;  ///< One per flag of the spec.
  std::string seed;
  std::string threads;
  std::string device;
  bool no_progress = false;
};

void add_common_flags(CLI::App& app, RawFlags& raw) {
  RunRequest& r = raw.request;
  app.add_option("--config", r.config_files,
                 "Settings from a YAML file; may be repeated, later ones win")
      ->type_name("FILE")
      ->allow_extra_args(false);
  app.add_option("--set", raw.sets, "One setting, dotted; may be repeated")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  app.add_option("--seed", raw.seed, "Seed of all random numbers")->type_name("N");
  app.add_option("--threads", raw.threads, "Threads of computation (0: one per core)")
      ->type_name("N");
  app.add_option("--ranks", r.num_ranks,
                 "Processes of this machine that train one model together (default 1)")
      ->type_name("N")
      ->check(CLI::Range(1, 1024).description(""));
  app.add_option("--device", raw.device, "auto, cpu or cuda")->type_name("NAME");
  app.add_option("--out", r.out, "Run folder to make")->type_name("DIR");
  app.add_option("--resume", r.resume, "Continue a run from its folder")->type_name("DIR");
  app.add_option("--predict-only", r.predict_only,
                 "Apply the model of a finished run; train nothing")
      ->type_name("RUN");
  app.add_option("--from", r.from, "First day of the forecast of --predict-only")
      ->type_name("DATE");
  app.add_flag("--summary", r.summary, "Print layers, weights and FLOPs; run nothing");
  app.add_flag("--json", r.json, "Print the result as JSON");
  app.add_flag("-n,--dry-run", r.dry_run, "Print the settings of the run; run nothing");
  app.add_flag("-q,--quiet", r.quiet, "Say nothing but the result");
  app.add_flag("--no-progress", raw.no_progress, "No progress bar");
}

void add_override(RunRequest& request, const std::string& flag, const std::string& path,
                  const std::string& text) {
  if (text.empty()) return;
  request.overrides.push_back(
      {path, io::parse_yaml_value(text, flag), fmt::format("{} {}", flag, text)});
}

std::string suggestion_for(const CLI::App& app) {
  std::vector<std::string> known;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
  }
  const std::vector<std::string> rest = app.remaining();
  return rest.empty() ? "" : did_you_mean(rest.front(), known);
}

std::string examples(const BenchmarkSpec& spec) {
  std::vector<std::string> flags = {"", " --config my.yaml --set seed=2 --out runs/second",
                                    " --resume runs/second"};
  for (const std::string& example : spec.examples) flags.push_back(" " + example);
  std::string out = "\nExamples:\n";
  for (const std::string& each : flags) out += "  sciwright run " + spec.name + each + "\n";
  return out +
         "\nAll settings: docs/config-reference.md, or --dry-run to see them with their values.\n";
}

/// An empty value is a shell variable that was never set; it does not mean the default.
void refuse_empty_values(const CLI::App& app) {
  Problems problems;
  for (const CLI::Option* option : app.get_options()) {
    const std::vector<std::string>& values = option->results();
    if (std::find(values.begin(), values.end(), "") != values.end()) {
      problems.push_back(option->get_name() + ": the value is empty");
    }
  }
  throw_if_any(problems);
}

void check_combination(const RunRequest& r) {
  Problems problems;
  if (!r.resume.empty()) {
    if (!r.out.empty())
      problems.push_back("--resume continues in its own folder; leave --out away");
    if (!r.config_files.empty() || !r.overrides.empty()) {
      problems.push_back(
          "--resume takes the settings from the run's config.yaml; leave --config, --set and other "
          "settings away");
    }
  }
  if (r.summary && r.json) {
    problems.push_back("--summary prints a table for people; leave --json away");
  }
  if (!r.from.empty() && r.predict_only.empty()) {
    problems.push_back("--from needs --predict-only RUN");
  }
  if (!r.resume.empty() && !r.predict_only.empty()) {
    problems.push_back("--resume trains on, --predict-only trains nothing; leave one of them away");
  }
  throw_if_any(problems);
  if (!r.from.empty()) parse_iso_date(r.from);
}

}  // namespace

RunRequest parse_run_request(const BenchmarkSpec& spec, const std::vector<std::string>& arguments) {
  RawFlags raw;
  raw.values.resize(spec.flags.size());
  CLI::App app(spec.summary, "sciwright run " + spec.name);
  add_common_flags(app, raw);
  for (std::size_t i = 0; i < spec.flags.size(); ++i) {
    const Flag& flag = spec.flags[i];
    std::string& value = raw.values[i];
    if (flag.placeholder.empty()) {
      app.add_flag_callback(
          flag.name, [&value] { value = "true"; }, flag.help);
    } else {
      app.add_option(flag.name, value, flag.help)->type_name(flag.placeholder);
    }
  }
  app.footer(examples(spec));
  try {
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    app.parse(reversed);
  } catch (const CLI::CallForHelp&) {
    raw.request.help = app.help();
    return raw.request;
  } catch (const CLI::ParseError& error) {
    throw usage_error(fmt::format("run {}: {}{}", spec.name, error.what(), suggestion_for(app)));
  }
  refuse_empty_values(app);
  RunRequest& request = raw.request;
  request.overrides = config::parse_overrides(raw.sets);
  for (std::size_t i = 0; i < spec.flags.size(); ++i) {
    add_override(request, spec.flags[i].name, spec.flags[i].path, raw.values[i]);
  }
  add_override(request, "--seed", "seed", raw.seed);
  add_override(request, "--threads", "threads", raw.threads);
  add_override(request, "--device", "device", raw.device);
  request.progress = !raw.no_progress && !request.quiet;
  check_combination(request);
  return request;
}

std::vector<std::string> common_run_flags() {
  RawFlags raw;
  CLI::App app;
  add_common_flags(app, raw);
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

}  // namespace sciwright::bench
