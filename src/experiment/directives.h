#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "experiment/configuration.h"

namespace sciwright::experiment {

/// Options of batch jobs by a short name of what they ask for ("a100-dgx"), from the `directives`
/// section: `host: {name: {gres: "gpu:a100:1", partition: gpu}}`, or without hosts.
class DirectiveTable final {
 public:
  /// Options in the order of the file, values from `settled`, where references are resolved. Throws
  /// a usage error for a section of another form.
  DirectiveTable(const Configuration& configuration, const Json& settled);

  /// `slurm.sbatch`, `lsf.bsub` and `pbs.qsub` for a directive on a host, as sections of a
  /// configuration; empty when the table has no line for it. An option without a value (null) is a
  /// flag.
  Json blocks(const std::string& host, const std::string& directive) const;

  bool is_empty() const { return table_.empty(); }
  /// The directives of a host, for messages.
  std::vector<std::string> names(const std::string& host) const;

 private:
  using Options = std::vector<std::pair<std::string, std::string>>;
  void read_options(const std::vector<std::string>& names, const Json& section,
                    const std::pair<std::string, std::string>& key);
  const Options* find(const std::string& host, const std::string& directive) const;

  std::map<std::pair<std::string, std::string>, Options> table_;  ///< By host ("" for all), name.
};

/// "module purge" and "module load …" for the list `site.modules`; empty without modules.
std::string module_lines(const Json& site);

/// How jobs run inside of a container.
struct ContainerSettings {
  std::string engine = "apptainer";
  std::string image;
  bool gpu = false;
  std::vector<std::string> bind;
  std::vector<std::string> options;
};

template <class Visitor>
void visit_fields(ContainerSettings& s, Visitor& v) {
  v.field("engine", s.engine, "The program that runs the container.",
          {config::one_of({"apptainer", "singularity", "podman", "docker"})});
  v.field("image", s.image, "File or name of the image.");
  v.field("gpu", s.gpu, "Give the container the GPUs.");
  v.field("bind", s.bind, "Folders it sees, as DIR or DIR:PLACE.");
  v.field("options", s.options, "Further options of the engine.");
}

/// The beginning of a command line that runs the rest in the container, in the current folder:
/// "apptainer exec --nv --bind /scratch image.sif". Empty without an image.
std::string container_command(const ContainerSettings& settings);

}  // namespace sciwright::experiment
