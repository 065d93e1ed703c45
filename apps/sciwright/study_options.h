#pragma once

#include <optional>
#include <string>

#include "experiment/generate.h"
#include "sciwright/command.h"

namespace sciwright {

/// What both forms of `generate` take.
struct StudyOptions {
  std::string config;      ///< Files, separated by commas.
  std::string site;        ///< A site's profile; read before the others.
  std::string source;      ///< Templates, separated by commas; the first is the job script.
  std::string source_dir;  ///< Where relative ones of both are.
  std::string out;         ///< The study's folder.
  std::string script_name;
  std::string name;
  std::string experiment;
  std::string attributes;
  std::string os;
  std::string mode = "hierarchical";
  std::string copycode;
  std::string copy_method = "copy";
  bool replaces_sections = false;
  bool with_cloudmesh = false;
  bool packed = false;
  bool refresh = false;
  bool strict = false;
  bool dry_run = false;
  bool yes = false;
  bool quiet = false;
  bool progress = true;
  bool json = false;
};

/// A variable of the environment.
std::optional<std::string> environment_value(const std::string& name);

/// What the options say a study is made from.
experiment::StudyRequest study_request_of(const StudyOptions& options);

/// The study the options describe. `--source NAME` may be one of the ready templates (slurm, lsf,
/// pbs, shell) where there is no such file. Appends all warnings: of the script's lint, of the
/// study, and of what the benchmark that it runs does not take.
experiment::Study study_of(const StudyOptions& options, const Programs& programs,
                           Problems& warnings);

/// How the options want it written.
experiment::GenerateRequest generate_request_of(const StudyOptions& options);

/// Makes a study's folder and tells on stderr what to look at. Returns the exit code.
int generate_study(
    const StudyOptions& options, const Programs& programs,
    std::function<void(const experiment::Experiment&, const experiment::ManifestEntry&)>
        on_experiment = {});

}  // namespace sciwright
