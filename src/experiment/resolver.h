#pragma once

#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "experiment/configuration.h"
#include "experiment/references.h"

namespace sciwright::experiment {

/// A reference to a name that nothing gives.
struct UnknownName {
  std::string name;
  std::string place;  ///< "config.yaml:3:5: data", or "job.in.sh:7:12".
};

/// Replaces the references between the values of a configuration. A value that is one reference
/// takes the other's value with its type; within a longer text the printed form is put in. A value
/// `eval(...)` is computed after that. What depends on the experiment waits for it.
class Resolver final {
 public:
  /// `later` names what every experiment brings ("experiment.epoch", "ee.identifier"); `hidden` is
  /// looked up, too, but does not become part of the configuration. Throws one usage error for all
  /// cycles and all eval() that cannot be computed.
  Resolver(const Configuration& configuration, Json hidden, std::set<std::string> later);

  /// The configuration with all references resolved that do not wait.
  const Json& settled() const { return settled_; }

  /// The configuration of one experiment: `generated` replaces whole sections or, in `ee`,
  /// `slurm`, `lsf`, `pbs` and `sbatch`, single keys; then what waited is resolved.
  Json resolved(const Json& generated) const;

  /// Looks a name up in a resolved configuration, and in what is hidden. What this experiment does
  /// not have of the later names (a parameter that does not apply) is an empty text.
  const Json* find(const Json& root, const std::string& name) const;

  const std::vector<UnknownName>& unknown_names() const { return unknown_; }
  /// Names that some value refers to.
  const std::set<std::string>& used_names() const { return used_; }

  /// Whether a script may refer to this name.
  bool knows(const std::string& name) const;
  /// Ends a message about an unknown name: what it may have meant.
  std::string hint(const std::string& name) const;

 private:
  friend class Resolution;
  struct Leaf {
    std::string path;
    Json::json_pointer pointer;
  };

  static Leaf of_experiment(const Leaf& leaf);
  void index(const Json& value, const std::string& path, const Json::json_pointer& pointer,
             bool is_addressable);

  config::Locate locate_;
  Json hidden_;
  std::set<std::string> later_;
  Json settled_;
  std::unordered_map<std::string, Json::json_pointer> pointers_;  ///< By dotted path.
  std::vector<Leaf> leaves_;                                      ///< With references or eval().
  std::vector<UnknownName> unknown_;
  std::set<std::string> used_;
};

}  // namespace sciwright::experiment
