#include "bench/run_config.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <string_view>

#include <fmt/format.h>

#include "base/suggestion.h"
#include "bench/mllog_keys.h"
#include "bench/submission.h"

namespace sciwright::bench {
namespace {

/// Top-level sections and keys of the tools around a benchmark (cloudmesh-ee and the reference's
/// config files).
constexpr std::array kForeignKeys = {"application",
                                     "benchmark",
                                     "cloudmesh",
                                     "code",
                                     "colortheme",
                                     "container",
                                     "data",
                                     "ee",
                                     "experiment",
                                     "git",
                                     "github",
                                     "identifier",
                                     "lsf",
                                     "mllog",
                                     "name",
                                     "os",
                                     "packed",
                                     "pbs",
                                     "run",
                                     "sbatch",
                                     "schema_version",
                                     "site",
                                     "slurm",
                                     "submission",
                                     "system",
                                     "time",
                                     "set_soft_device_placement",
                                     "debugging_set_log_device_placement"};

bool is_foreign(const std::string& key) {
  return std::find(kForeignKeys.begin(), kForeignKeys.end(), key) != kForeignKeys.end();
}

/// Experiment generators write numbers and truth values as text; a setting of such a type takes
/// them.
Json typed_like(const Json& model, const Json& value) {
  if (!(model.is_number() || model.is_boolean()) || !value.is_string()) return value;
  const Json parsed = io::parse_yaml_value(value.get<std::string>(), "experiment");
  if (model.is_boolean() && (parsed == 0 || parsed == 1)) return parsed == 1;
  return parsed.type() == model.type() || (model.is_number() && parsed.is_number()) ? parsed
                                                                                    : value;
}

/// Sections beside the benchmark's own that a run reads.
constexpr std::array<std::string_view, 2> kReadSections = {"submission", "mllog"};

bool is_read(const std::string& path) {
  const std::string section = config::split_path(path).front();
  return std::find(kReadSections.begin(), kReadSections.end(), section) != kReadSections.end();
}

/// Keys of `submission` in the reference's files, which the log has from elsewhere.
constexpr std::array<std::pair<const char*, const char*>, 5> kReplacedSubmission = {
    {{"division", "the science working group knows the open division only"},
     {"name", "the log has the benchmark's name"},
     {"benchmark", "the log has the benchmark's name"},
     {"version", "the log has the program's version"},
     {"github_commit_version", "the log has the program's commit"}}};

/// What the reference's files have as `submission.status`; its program writes the run's outcome
/// over it.
constexpr std::array<const char*, 3> kOutcomes = {"submission", "success", "aborted"};

/// The section an experiment generator writes; some files have its keys as "experiment.epoch".
constexpr std::string_view kExperiment = "experiment.";

/// Gathers one run's settings and remembers where each came from.
class Gatherer final {
 public:
  explicit Gatherer(const BenchmarkSpec& spec) : spec_(spec) {
    spec_.check(Json::object(), {}, defaults_);
  }

  void add_file(const io::Document& file) {
    if (!file.value.is_object()) {
      problems_.push_back(file.position("").text() + ": expected settings as key: value");
      return;
    }
    Json experiment = Json::object();
    for (const auto& [key, value] : file.value.items()) {
      if (key == spec_.name) {
        add_section(file, value);
      } else if (key.starts_with(kExperiment)) {
        experiment[key.substr(kExperiment.size())] = value;
      } else if (is_group(key) && value.is_object()) {
        for (const auto& [member, item] : value.items()) {
          add_reference_key(file, key + "." + member, item);
        }
      } else {
        add_reference_key(file, key, value);
      }
    }
    if (const auto found = file.value.find("experiment");
        found != file.value.end() && found->is_object()) {
      config::merge(experiment, *found);
    }
    for (const auto& [key, value] : experiment.items()) add_experiment_key(file, key, value);
  }

  void add_override(const config::Override& override_) {
    set(override_.path, override_.value, override_.place);
  }

  RunConfig finish() {
    check();
    throw_if_any(problems_);
    return std::move(out_);
  }

  ConfigReview review() {
    check();
    return {problems_, ignored_};
  }

 private:
  void check() {
    const auto locate = [this](const std::string& path) {
      const auto found = places_.find(path);
      return found == places_.end() ? std::string() : found->second;
    };
    for (std::string& text : spec_.check(section_, locate, out_.settings)) {
      problems_.push_back(std::move(text));
    }
    const auto locate_section = [this](const std::string& path) {
      const auto found = section_places_.find(path);
      return found == section_places_.end() ? std::string() : found->second;
    };
    for (const Problems& found : {check_submission(out_.sections, locate_section),
                                  check_mllog_keys(out_.sections, spec_, locate_section)}) {
      problems_.insert(problems_.end(), found.begin(), found.end());
    }
  }

  void set(const std::string& path, Json value, const std::string& place) {
    if (is_read(path)) {
      section_places_[path] = place;
      config::set_path(out_.sections, path, std::move(value));
      return;
    }
    places_[path] = place;
    config::set_path(section_, path, std::move(value));
  }

  void add_section(const io::Document& file, const Json& value) {
    if (value.is_null()) return;
    if (!value.is_object()) {
      problems_.push_back(fmt::format("{}: {} must be a section with settings",
                                      file.position(spec_.name).text(), spec_.name));
      return;
    }
    const std::string prefix = spec_.name + ".";
    for (const auto& [path, position] : file.positions) {
      if (path.starts_with(prefix)) places_[path.substr(prefix.size())] = position.text();
    }
    config::merge(section_, value);
  }

  /// A key of the reference's own layout: at the top level, or the dotted path of a group's member.
  void add_reference_key(const io::Document& file, const std::string& key, const Json& value) {
    if (add_useless_key(file, key, key)) return;
    if (const Alias* alias = find_alias(key)) {
      set(alias->to, typed_like(default_of(alias->to), value), file.position(key).text());
      return;
    }
    add_foreign(file, key, value);
  }

  /// Warns of a key that has no effect; false when it has one.
  bool add_useless_key(const io::Document& file, const std::string& key, const std::string& path) {
    const std::string place = file.position(path).text();
    const auto replaced =
        std::find_if(spec_.replaced_keys.begin(), spec_.replaced_keys.end(),
                     [&](const ReplacedKey& candidate) { return candidate.key == key; });
    if (replaced != spec_.replaced_keys.end()) {
      out_.warnings.push_back(
          fmt::format("{}: {} is not used: {}", place, path, replaced->instead));
    } else if (is_dead(key)) {
      out_.warnings.push_back(
          fmt::format("{}: {} has no effect, here as in the reference", place, path));
    } else {
      return false;
    }
    return true;
  }

  bool is_sibling(const std::string& section) const {
    return std::ranges::find(spec_.siblings, section) != spec_.siblings.end();
  }

  void remember_places(const io::Document& file, const std::string& section) {
    for (const auto& [path, position] : file.positions) {
      if (path == section || path.starts_with(section + ".")) {
        section_places_[path] = position.text();
      }
    }
  }

  /// Takes keys out of a section `submission` that have no effect, and warns of them.
  void drop_replaced(const io::Document& file, Json& submission) {
    if (!submission.is_object()) return;
    const auto drop = [&](const std::string& key, const char* instead) {
      if (submission.erase(key) == 0) return;
      const std::string path = "submission." + key;
      out_.warnings.push_back(
          fmt::format("{}: {} is not used: {}", file.position(path).text(), path, instead));
    };
    if (submission.value("division", Json()) == "open") submission.erase("division");
    for (const auto& [key, instead] : kReplacedSubmission) drop(key, instead);
    const Json status = submission.value("status", Json());
    if (std::ranges::find(kOutcomes, status) != kOutcomes.end()) {
      drop("status", "it says where the system stands, and run_stop how the run went");
    }
  }

  void add_foreign(const io::Document& file, const std::string& key, const Json& value) {
    const std::string section = config::split_path(key).front();
    if (is_foreign(section) || is_sibling(section)) {
      Json item;
      config::set_path(item, key, value);
      if (is_read(key)) remember_places(file, section);
      if (section == "submission") drop_replaced(file, item[section]);
      config::merge(out_.sections, item);
      return;
    }
    const std::string place = file.position(key).text();
    if (config::find_path(defaults_, key) != nullptr) {
      problems_.push_back(fmt::format("{}: {} is a setting of {}; put it under '{}:'", place, key,
                                      spec_.name, spec_.name));
      return;
    }
    std::vector<std::string> known(kForeignKeys.begin(), kForeignKeys.end());
    known.push_back(spec_.name);
    for (const Alias& alias : spec_.aliases) known.push_back(alias.from);
    problems_.push_back(fmt::format("{}: {} is not a known section or setting{}", place, key,
                                    did_you_mean(key, known)));
  }

  void add_experiment_key(const io::Document& file, const std::string& key, const Json& value) {
    const std::string place = file.position("experiment." + key).text();
    const Alias* alias = find_alias(key);
    const std::string path = alias != nullptr ? alias->to : key;
    const Json* setting = config::find_path(defaults_, path);
    if (setting == nullptr || setting->is_object()) return ignore(file, key, place);
    const Json typed = typed_like(*setting, value);
    if (setting->is_number() && !typed.is_number()) {
      problems_.push_back(fmt::format(
          "{}: experiment.{} is {}, expected one value; 'sciwright experiment generate' makes one "
          "folder for each value of a list",
          place, key, value.dump()));
      return;
    }
    set(path, typed, place);
  }

  /// An experiment key that is no setting of the benchmark: a resource (card_name, mem, repeat, …),
  /// or a mistake. Only what looks like one is warned of.
  void ignore(const io::Document& file, const std::string& key, const std::string& place) {
    if (add_useless_key(file, key, "experiment." + key)) {
      ignored_[key] = out_.warnings.back();
      return;
    }
    std::vector<std::string> known;
    for (const auto& [name, value] : defaults_.items()) known.push_back(name);
    for (const Alias& alias : spec_.aliases) known.push_back(alias.from);
    const std::string meant = did_you_mean(key, known);
    ignored_[key] = fmt::format("{}: experiment.{} is no setting of {} and is ignored{}", place,
                                key, spec_.name, meant);
    if (!meant.empty()) out_.warnings.push_back(ignored_[key]);
  }

  /// Whether the reference's files have a group of this name.
  bool is_group(const std::string& key) const {
    const std::string prefix = key + ".";
    const auto is_member = [&](const std::string& path) { return path.starts_with(prefix); };
    return std::any_of(spec_.aliases.begin(), spec_.aliases.end(),
                       [&](const Alias& alias) { return is_member(alias.from); }) ||
           std::any_of(spec_.dead_keys.begin(), spec_.dead_keys.end(), is_member) ||
           std::any_of(spec_.replaced_keys.begin(), spec_.replaced_keys.end(),
                       [&](const ReplacedKey& replaced) { return is_member(replaced.key); });
  }

  const Alias* find_alias(const std::string& key) const {
    const auto found = std::find_if(spec_.aliases.begin(), spec_.aliases.end(),
                                    [&](const Alias& alias) { return alias.from == key; });
    return found == spec_.aliases.end() ? nullptr : &*found;
  }

  bool is_dead(const std::string& key) const {
    return std::find(spec_.dead_keys.begin(), spec_.dead_keys.end(), key) != spec_.dead_keys.end();
  }

  Json default_of(const std::string& path) const {
    const Json* found = config::find_path(defaults_, path);
    return found == nullptr ? Json() : *found;
  }

  const BenchmarkSpec& spec_;
  Json defaults_;
  Json section_ = Json::object();
  std::map<std::string, std::string> places_;          ///< Of the benchmark's settings.
  std::map<std::string, std::string> section_places_;  ///< Of the sections a run reads.
  Problems problems_;
  std::map<std::string, std::string> ignored_;
  RunConfig out_;
};

}  // namespace

RunConfig resolve_run_config(const BenchmarkSpec& spec, const std::vector<io::Document>& files,
                             const std::vector<config::Override>& overrides) {
  Gatherer gatherer(spec);
  for (const io::Document& file : files) gatherer.add_file(file);
  for (const config::Override& override_ : overrides) gatherer.add_override(override_);
  return gatherer.finish();
}

ConfigReview review_run_config(const BenchmarkSpec& spec, const io::Document& file) {
  Gatherer gatherer(spec);
  gatherer.add_file(file);
  return gatherer.review();
}

bool is_experiment_config(const io::Document& file) {
  return file.value.is_object() && file.value.contains("experiment");
}

}  // namespace sciwright::bench
