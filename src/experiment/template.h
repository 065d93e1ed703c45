#pragma once

#include <string>
#include <vector>

#include "experiment/resolver.h"

namespace sciwright::experiment {

/// A file of which every experiment gets a copy filled in: a job script, any other text, or a
/// notebook, whose cell of parameters is set.
class Template final {
 public:
  /// `path` gives the kind (.ipynb: a notebook) and stands in messages. Throws a usage error when a
  /// notebook is none.
  Template(std::string path, std::string text);

  const std::string& path() const { return path_; }
  const std::string& text() const { return text_; }

  /// The name of the copies: that of the file without ".in", "slurm.in.sh" → "slurm.sh".
  std::string output_name() const;

  /// References to names the configuration does not have, with line and column.
  std::vector<UnknownName> unknown_names(const Resolver& resolver) const;
  /// The names it refers to.
  std::vector<std::string> used_names() const;

  /// Whether its copies get all values of `experiment` as assignments: a notebook, or a Python file
  /// with a cell "# %% parameters".
  bool takes_parameters() const;

  /// The copy for an experiment's resolved configuration. Unknown references stay as they are. A
  /// notebook gets the values of `experiment` as a cell behind the one tagged `parameters`; a
  /// Python file behind its cell "# %% parameters" (or `tags=["parameters"]`).
  std::string render(const Resolver& resolver, const Json& root) const;

 private:
  bool is_notebook() const { return path_.ends_with(".ipynb"); }

  std::string path_;
  std::string text_;
};

}  // namespace sciwright::experiment
