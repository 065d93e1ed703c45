#include <filesystem>

#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"
#include "base/printable_text.h"
#include "jobs/job_script.h"
#include "sciwright/study_commands.h"
#include "sciwright/study_options.h"

namespace sciwright {
namespace {

namespace fs = std::filesystem;
using OrderedJson = nlohmann::ordered_json;

void add_common_options(CLI::App& verb, StudyOptions& options) {
  verb.add_option("--config", options.config,
                  "Configuration: .yaml, .json, .py, .ipynb; later ones of a list win")
      ->type_name("F[,F]");
  verb.add_option("--source", options.source,
                  "Template of the job script, and others; or slurm, lsf, pbs, shell")
      ->required()
      ->type_name("F[,F]");
  verb.add_option("--source_dir,--source-dir", options.source_dir,
                  "Folder of templates and configurations")
      ->type_name("DIR");
  verb.add_option("--experiment", options.experiment,
                  "Parameters instead of the configuration's: \"epoch=[1-3] x=1,4\"")
      ->type_name("TEXT");
  verb.add_option("--attributes", options.attributes, "Settings that win: a=1,data.dir=/tmp")
      ->type_name("LIST");
  verb.add_option("--os", options.os, "Names of the environment to have as {os.NAME}")
      ->type_name("NAMES");
  verb.add_option("--mode", options.mode,
                  "h: a folder each, f: all files in one folder, d: only show what would be made")
      ->check(CLI::IsMember({"h", "hierarchical", "f", "flat", "d", "debug"}));
  verb.add_option("--copycode", options.copycode, "Files and folders to copy to every experiment")
      ->type_name("LIST");
  verb.add_flag("--strict", options.strict, "Warnings are errors");
  verb.add_flag("-y,--yes", options.yes, "More than 10000 experiments are meant");
}

/// The original's manifest: NAME.json in the current folder.
class OriginalManifest final {
 public:
  explicit OriginalManifest(const StudyOptions& options) : options_(options) {
    path_ = options.name.ends_with(".json") ? options.name : options.name + ".json";
  }

  void add(const experiment::Experiment& e, const experiment::ManifestEntry& entry) {
    const fs::path folder = (fs::path(options_.out) / entry.directory).lexically_normal();
    OrderedJson code = nullptr;
    if (!options_.copycode.empty()) {
      code = experiment::split_outside_brackets(options_.copycode, ',');
    }
    document_[e.name] = {{"id", e.name},
                         {"directory", folder.string()},
                         {"experiment", entry.assignment},
                         {"script", (folder / entry.script).string()},
                         {"config", (folder / entry.config).string()},
                         {"variables", e.configuration},
                         {"copycode", code}};
  }

  void write() const {
    write_file_atomic(path_,
                      document_.dump(2, ' ', false, OrderedJson::error_handler_t::replace) + "\n");
  }

 private:
  const StudyOptions& options_;
  std::string path_;
  OrderedJson document_ = OrderedJson::object();
};

int generate_as_original(const StudyOptions& options, const Programs& programs) {
  if (options.name.empty()) throw usage_error("--name: the name of the study is missing");
  if (options.out.empty()) throw usage_error("--output_dir: the folder for experiments is missing");
  OriginalManifest manifest(options);
  const int code =
      generate_study(options, programs,
                     [&](const experiment::Experiment& e, const experiment::ManifestEntry& entry) {
                       manifest.add(e, entry);
                     });
  if (!options.dry_run && !options.mode.starts_with('d')) manifest.write();
  return code;
}

/// The command that submits a script.
std::string submit_command(const std::string& job_type) {
  if (job_type == "slurm") return "sbatch";
  return job_type == "lsf" ? "bsub" : job_type;
}

int print_submit_lines(std::string name, const std::string& job_type) {
  if (!name.ends_with(".json")) name += ".json";
  const OrderedJson document = OrderedJson::parse(read_file(name), nullptr, false);
  if (!document.is_object()) throw usage_error(name + ": expected a manifest, made by ee generate");
  if (job_type == "ssh") {
    throw usage_error(
        "--job_type=ssh: a script needs a host to run on; 'sciwright experiment submit --launcher "
        "ssh' has them");
  }
  for (const auto& [id, entry] : document.items()) {
    const auto text = [&, entry = &entry](const char* key) {
      const OrderedJson value =
          entry->is_object() ? entry->value(key, OrderedJson()) : OrderedJson();
      if (!value.is_string()) throw usage_error(fmt::format("{}: {} has no {}", name, id, key));
      return value.get<std::string>();
    };
    // A line end in a value would end the comment, and the shell would run what follows.
    fmt::print("(cd {} && {} {})  # {}\n", jobs::shell_quote(text("directory")),
               submit_command(job_type),
               jobs::shell_quote(fs::path(text("script")).filename().string()),
               printable_text(text("experiment")));
  }
  return 0;
}

}  // namespace

void add_generate_command(CLI::App& parent, Programs& programs) {
  CLI::App* verb = parent.add_subcommand(
      "generate", "Make one folder for every experiment of a study, and only those not there yet.");
  auto options = std::make_shared<StudyOptions>();
  add_common_options(*verb, *options);
  verb->add_option("--out", options->out, "Folder of the study")->required()->type_name("DIR");
  verb->add_option("--site", options->site, "Profile of the machine; read before --config")
      ->type_name("FILE");
  verb->add_option("--name", options->name, "Name of the study")->type_name("NAME");
  verb->add_option("--script", options->script_name, "Name of the job script in every folder")
      ->type_name("NAME");
  verb->add_option("--copy", options->copy_method,
                   "copy: blocks are shared where the file system can; link: hard links")
      ->check(CLI::IsMember({"copy", "link"}));
  verb->add_flag("--packed", options->packed, "All in two files, for thousands of experiments");
  verb->add_flag("--refresh", options->refresh, "Rewrite experiments made from another version");
  verb->add_flag("--replace-sections", options->replaces_sections,
                 "Later configurations replace whole sections instead of keys");
  verb->add_flag("-n,--dry-run", options->dry_run, "Show the tree and the first files only");
  verb->add_flag("-q,--quiet", options->quiet, "Print errors only");
  verb->add_flag("!--no-progress", options->progress, "No progress line");
  verb->add_flag("--json", options->json, "Print the numbers as JSON");
  verb->callback([&programs, options] {
    programs.action = [&programs, options] { return generate_study(*options, programs); };
  });
}

void add_ee_generate_command(CLI::App& parent, Programs& programs) {
  CLI::App* verb = parent.add_subcommand("generate", "Make folders of experiments, as cms ee.");
  auto options = std::make_shared<StudyOptions>();
  auto without_cloudmesh = std::make_shared<bool>(false);
  options->replaces_sections = true;
  add_common_options(*verb, *options);
  verb->get_option("--source")->required(false);
  verb->add_option("--name", options->name, "Name of the manifest, NAME.json")->type_name("NAME");
  verb->add_option("--out", options->script_name, "Name of the job script in every folder")
      ->type_name("NAME");
  verb->add_option("--output_dir", options->out, "Folder of the experiments")->type_name("DIR");
  verb->add_flag("--dryrun", options->dry_run, "Show the tree and the first files only");
  verb->add_flag("--nocm", *without_cloudmesh, "Do not look up cloudmesh's variables");
  auto ignored = std::make_shared<bool>(false);
  verb->add_flag("--noos", *ignored, "The default: only --os takes from the environment");
  verb->add_flag("--flat", *ignored, "Accepted for compatibility");
  verb->add_flag("--verbose", *ignored, "Accepted for compatibility");
  CLI::App* submit = verb->add_subcommand("submit", "Print the lines that submit the experiments.");
  auto job_type = std::make_shared<std::string>("slurm");
  submit->add_option("--name", options->name, "The manifest")->required()->type_name("NAME");
  submit->add_option("--job_type", *job_type, "slurm, lsf, or a command such as sh");
  submit->add_flag("--verbose", *ignored, "Accepted for compatibility");
  submit->callback([&programs, options, job_type] {
    programs.action = [options, job_type] { return print_submit_lines(options->name, *job_type); };
  });
  verb->callback([&programs, submit, options, without_cloudmesh, ignored] {
    if (submit->parsed()) return;
    programs.action = [&programs, options, without_cloudmesh, ignored] {
      if (options->source.empty()) throw usage_error("--source: the template is missing");
      options->script_name = std::filesystem::path(options->script_name).filename().string();
      options->with_cloudmesh = !*without_cloudmesh;
      return generate_as_original(*options, programs);
    };
  });
}

}  // namespace sciwright
