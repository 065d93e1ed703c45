#include "experiment/study.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/hash.h"
#include "base/suggestion.h"
#include "config/overrides.h"

namespace sciwright::experiment {
namespace {

constexpr std::size_t kMaxNameBytes = 255;
constexpr const char* kConfigFile = "config.yaml";

/// Sections that make a study and mean nothing to a single experiment.
constexpr const char* kStudySections[] = {"sweep", "directives", "tune"};

/// Whether the run of an experiment, or the record or output of its job, has this name.
bool is_of_job(std::string_view name) {
  return name == "run" || name == "job.out" || name == "job.err" ||
         (name.starts_with("job.") && name.ends_with(".jsonl"));
}

/// A UUID (RFC 9562, version 8) from a hash: equal experiments have equal ones.
std::string uuid_of(const std::string& hash) {
  return fmt::format("{}-{}-8{}-8{}-{}", hash.substr(0, 8), hash.substr(8, 4), hash.substr(12, 3),
                     hash.substr(15, 3), hash.substr(18, 12));
}

std::string text_at(const Json& root, const std::string& path) {
  const Json* value = config::find_path(root, path);
  return value == nullptr ? "" : printed_form(*value);
}

}  // namespace

std::string bounded_name(const std::string& name, const std::string& hash, bool with_hash) {
  if (name.size() <= kMaxNameBytes && !with_hash) return name;
  const std::string end = "-" + hash.substr(0, 12);
  return name.substr(0, kMaxNameBytes - end.size()) + end;
}

Study::Study(const StudyRequest& request, const Environment& environment)
    : configuration_(read_configuration(request.configuration, environment)),
      templates_(request.templates) {
  name_outputs(request);
  resolver_.emplace(configuration_, hidden_values(request, environment), later_names());
  directives_.emplace(configuration_, resolver_->settled());
  space_.emplace(space_source());
  host_ = text_at(resolver_->settled(), "system.host");
  warn(request);
}

void Study::name_outputs(const StudyRequest& request) {
  std::string texts;
  for (const Template& t : templates_) {
    output_names_.push_back(t.output_name());
    texts += t.output_name() + '\0' + t.text() + '\0';
  }
  if (!request.script_name.empty()) output_names_.front() = request.script_name;
  template_hash_ = sha256_hex(texts);
  std::vector<std::string> names = output_names_;
  names.emplace_back(kConfigFile);
  std::sort(names.begin(), names.end());
  const auto same = std::adjacent_find(names.begin(), names.end());
  if (same != names.end()) {
    throw usage_error(fmt::format("two files of an experiment would be called {}", *same));
  }
  const auto taken = std::ranges::find_if(names, is_of_job);
  if (taken != names.end()) {
    throw usage_error(fmt::format("a template would be called {}, as what a job writes", *taken));
  }
}

std::vector<std::string> Study::own_names() const {
  std::vector<std::string> names = output_names_;
  names.insert(names.end(), {kConfigFile, "run"});
  return names;
}

SpaceSource Study::space_source() {
  SpaceSource source;
  const Json& settled = resolver_->settled();
  if (const auto section = settled.find("experiment"); section != settled.end()) {
    if (!section->is_object()) {
      throw usage_error(fmt::format("{}: experiment: expected parameters as epoch: \"1,30\"",
                                    configuration_.locate()("experiment")));
    }
    for (const std::string& name : configuration_.ordered_keys("experiment")) {
      source.experiment.emplace_back(name, (*section)[name]);
    }
  }
  if (source.experiment.empty()) {
    throw usage_error(
        "no parameters: expected a section 'experiment:' in the configuration, or --experiment");
  }
  source.sweep = settled.value("sweep", Json::object());
  source.locate = configuration_.locate();
  return source;
}

std::set<std::string> Study::later_names() const {
  std::set<std::string> names = {"ee.identifier", "ee.uuid",  "sbatch.identifier",
                                 "slurm.sbatch",  "lsf.bsub", "pbs.qsub"};
  for (const std::string& key : configuration_.ordered_keys("experiment")) {
    names.insert("experiment." + key);
  }
  if (config::find_path(given(), "sweep.repeat") != nullptr) {
    names.insert({"experiment.repeat", "experiment.seed"});
  }
  if (given().contains("directives") && names.contains("experiment.directive")) {
    names.insert("experiment.card_name");
  }
  return names;
}

Json Study::hidden_values(const StudyRequest& request, const Environment& environment) const {
  Json hidden = {{"site", {{"setup", module_lines(given().value("site", Json()))}}}};
  ContainerSettings container;
  const auto locate = [&](const std::string& path) {
    return configuration_.locate()("container." + path);
  };
  throw_if_any(config::load(given().value("container", Json::object()), locate, container));
  hidden["container"]["run"] = container_command(container);
  if (request.with_cloudmesh) {
    hidden["cloudmesh"] = read_cloudmesh_variables(environment);
    hidden["cm"] = hidden["cloudmesh"];
  }
  return hidden;
}

void Study::warn(const StudyRequest& request) {
  warnings_ = configuration_.warnings;
  used_ = resolver_->used_names();
  std::vector<UnknownName> unknown = resolver_->unknown_names();
  for (const Template& t : templates_) {
    const std::vector<UnknownName> more = t.unknown_names(*resolver_);
    unknown.insert(unknown.end(), more.begin(), more.end());
    for (const std::string& name : t.used_names()) used_.insert(name);
  }
  for (const UnknownName& u : unknown) {
    warnings_.push_back(fmt::format("{}: {{{}}} is not known and stays as it is{}", u.place, u.name,
                                    resolver_->hint(u.name)));
  }
  const Problems& clashes = space_->name_clashes();
  warnings_.insert(warnings_.end(), clashes.begin(), clashes.end());
  warn_of_unused(request);
}

bool Study::asks_for_directives() const {
  return used_.contains("slurm.sbatch") || used_.contains("lsf.bsub") || used_.contains("pbs.qsub");
}

bool Study::uses_parameter(const std::string& name) const {
  return used_.contains("experiment." + name) || name == "repeat" ||
         (name == "directive" && asks_for_directives());
}

void Study::warn_of_unused_attributes(const std::string& attributes) {
  for (const std::string& text : split_outside_brackets(attributes, ',')) {
    const std::string name = text.substr(0, text.find('='));
    const std::string section = name.substr(0, name.find('.'));
    // These are read without a name in braces.
    constexpr std::string_view kRead[] = {"experiment", "sweep",     "directives",
                                          "tune",       "container", "system"};
    const bool is_read = name == "site.modules" || std::ranges::count(kRead, section) > 0;
    if (is_read || used_.contains(name)) continue;
    warnings_.push_back(fmt::format("--attributes: {{{}}} is used nowhere", name));
  }
}

void Study::warn_of_unused(const StudyRequest& request) {
  for (const std::string& name : request.configuration.os_names) {
    if (!used_.contains("os." + name)) {
      warnings_.push_back(fmt::format("--os: {{os.{}}} is used nowhere", name));
    }
  }
  if (asks_for_directives() && directives_->is_empty() &&
      std::ranges::count(space_->names(), "directive") > 0) {
    warnings_.push_back(
        fmt::format("{}: experiment.directive asks for nothing: there is no section 'directives'; "
                    "--site FILE may have one",
                    configuration_.locate()("experiment.directive")));
  }
  const auto reads_all = [](const Template& t) {
    return t.takes_parameters() || t.text().find("config") != std::string::npos;
  };
  if (std::ranges::any_of(templates_, reads_all)) return;
  warn_of_unused_attributes(request.configuration.attributes);
  for (const std::string& name : space_->names()) {
    if (uses_parameter(name)) continue;
    const std::string place = configuration_.locate()("experiment." + name);
    warnings_.push_back(fmt::format(
        "{}: experiment.{} is used nowhere: no template or value refers to it, and none reads "
        "config.yaml",
        place, name));
  }
}

Json Study::generated(const Json& values) const {
  Json out = {{"experiment", values}, {"ee", Json::object()}};
  const std::string directive = text_at(values, "directive");
  if (directive.empty() || directives_->is_empty()) return out;
  const Json blocks = directives_->blocks(host_, directive);
  for (const auto& [section, block] : blocks.items()) {
    const std::string name = section + "." + block.begin().key();
    if (section == "slurm" || used_.contains(name)) out[section] = block;
  }
  if (!blocks.empty() && !values.contains("card_name")) {
    out["experiment"]["card_name"] = directive.substr(0, directive.find('-'));
  }
  if (blocks.empty() && asks_for_directives()) {
    throw usage_error(
        fmt::format("{}: experiment.directive: the directives of host '{}' have no '{}'{}",
                    configuration_.locate()("experiment.directive"), host_, directive,
                    did_you_mean(directive, directives_->names(host_))));
  }
  return out;
}

Experiment Study::experiment(const Point& point, bool with_hash_in_name) const {
  Experiment out;
  out.parameters = space_->values(point);
  out.assignment = space_->assignment(point);
  const std::string name = space_->name(point);
  Json generated_values = generated(out.parameters);
  const auto resolve = [&](const std::string& own_name) {
    generated_values["ee"] = {{"identifier", own_name}, {"uuid", uuid_of(out.hash)}};
    if (used_.contains("sbatch.identifier")) generated_values["sbatch"]["identifier"] = own_name;
    out.configuration = resolver_->resolved(generated_values);
    for (const char* section : kStudySections) out.configuration.erase(section);
  };
  out.hash.assign(64, '0');
  resolve("");
  out.hash = sha256_hex(out.configuration.dump(-1, ' ', false, Json::error_handler_t::replace));
  out.name = bounded_name(name, out.hash, with_hash_in_name);
  resolve(out.name);
  out.files.emplace_back(kConfigFile, io::write_yaml(out.configuration));
  for (std::size_t i = 0; i < templates_.size(); ++i) {
    out.files.emplace_back(output_names_[i], templates_[i].render(*resolver_, out.configuration));
  }
  return out;
}

}  // namespace sciwright::experiment
