#pragma once

#include <string>
#include <utility>
#include <vector>

#include "experiment/directives.h"
#include "experiment/parameter_space.h"
#include "experiment/resolver.h"
#include "experiment/template.h"

namespace sciwright::experiment {

/// What a study is made from.
struct StudyRequest {
  ConfigurationRequest configuration;
  std::vector<Template> templates;  ///< The first is the job script.
  std::string script_name = {};     ///< Name of the first one's copies; empty: the template's.
  bool with_cloudmesh = false;      ///< Look {cloudmesh.X} and {cm.X} up in ~/.cloudmesh.
};

/// One experiment, ready to be written.
struct Experiment {
  std::string name;        ///< Of its folder, 255 bytes at most.
  std::string assignment;  ///< "epoch=30 gpu=a100".
  std::string hash;        ///< SHA-256 of the resolved configuration but for its own name.
  Json parameters;         ///< Values by name.
  Json configuration;      ///< What config.yaml holds.
  std::vector<std::pair<std::string, std::string>> files;  ///< Name and content: config.yaml, then
                                                           ///< one for each template.

  /// The first 16 digits of the hash: what tells experiments apart.
  std::string id() const { return hash.substr(0, 16); }
};

/// A study: configuration, parameter space and templates, checked together. Everything const is
/// safe to use from several threads.
class Study final {
 public:
  /// Throws a usage error with all problems of the configuration, or of the space.
  Study(const StudyRequest& request, const Environment& environment);

  const ParameterSpace& space() const { return *space_; }

  /// The experiment of a combination. `with_hash_in_name` puts a part of the hash behind its name,
  /// for names that are taken. Throws a usage error when its directive is in no table, or an eval()
  /// cannot be computed.
  Experiment experiment(const Point& point, bool with_hash_in_name = false) const;

  /// Unknown and unused names, values that look alike, each a sentence with its place.
  const Problems& warnings() const { return warnings_; }

  /// The merged configuration as it was given, to repeat the study from.
  const Json& given() const { return configuration_.document.value; }
  /// The configuration of one of its experiments, with the places of what was given.
  io::Document located(const Json& configuration) const {
    return {configuration, configuration_.document.positions};
  }
  /// Whether a template or a value refers to a parameter, or it is a repeat or a directive, which
  /// have their use without.
  bool uses_parameter(const std::string& name) const;

  std::string script_name() const { return output_names_.front(); }
  /// Names of an experiment's own files, and of its run's folder.
  std::vector<std::string> own_names() const;
  /// SHA-256 of all templates and their names.
  const std::string& template_hash() const { return template_hash_; }

 private:
  SpaceSource space_source();
  std::set<std::string> later_names() const;
  Json hidden_values(const StudyRequest& request, const Environment& environment) const;
  void name_outputs(const StudyRequest& request);
  void warn(const StudyRequest& request);
  void warn_of_unused(const StudyRequest& request);
  void warn_of_unused_attributes(const std::string& attributes);
  bool asks_for_directives() const;
  Json generated(const Json& values) const;

  Configuration configuration_;
  std::vector<Template> templates_;
  std::vector<std::string> output_names_;
  std::string template_hash_;
  std::optional<DirectiveTable> directives_;
  std::optional<Resolver> resolver_;
  std::optional<ParameterSpace> space_;
  std::set<std::string> used_;  ///< Names that templates or values refer to.
  std::string host_;
  Problems warnings_;
};

/// `name` if it is a legal file name of 255 bytes, else its beginning; with a part of `hash` behind
/// it when it was cut or `with_hash` asks for it.
std::string bounded_name(const std::string& name, const std::string& hash, bool with_hash);

}  // namespace sciwright::experiment
