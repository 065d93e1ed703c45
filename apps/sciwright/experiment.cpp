#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/files.h"
#include "experiment/generate.h"
#include "experiment/lint.h"
#include "experiment/listing.h"
#include "experiment/ready_files.h"
#include "experiment/schema_files.h"
#include "sciwright/campaign_commands.h"
#include "sciwright/collect_commands.h"
#include "sciwright/command.h"
#include "sciwright/print_json.h"
#include "sciwright/study_commands.h"
#include "sciwright/study_options.h"

namespace sciwright {
namespace {

namespace fs = std::filesystem;

/// What `experiment list` takes.
struct ListOptions {
  std::string folder = "project";
  bool summary = false;
  bool json = false;
  bool verbose = false;
};

/// What became of the jobs wins over what their logs said last: one that was killed left "running".
void take_endings(const campaign::Session& session, experiment::Listing& listing) {
  for (std::size_t i = 0; i < listing.experiments.size(); ++i) {
    const campaign::ExperimentState& state = session.states[i];
    experiment::ProgressLine& progress = listing.experiments[i].progress;
    if (state.phase == campaign::Phase::kSucceeded) {
      progress.status = "done";
      progress.percent = 100;
    } else if (state.phase == campaign::Phase::kFailed) {
      progress.status = campaign::phase_name(state);
      progress.percent = -1;
    }
  }
}

int list(const ListOptions& options) {
  experiment::Listing listing = experiment::list_experiments(options.folder);
  if (fs::exists(fs::path(options.folder) / experiment::kManifestFile) &&
      !listing.experiments.empty()) {
    take_endings(campaign::open_session(options.folder, system_clock()), listing);
  }
  if (options.json) {
    print_json(experiment::listing_json(listing));
  } else {
    fmt::print("{}", options.summary ? experiment::listing_summary(listing)
                                     : experiment::listing_text(listing));
  }
  return 0;
}

/// What `experiment lint` takes: files, and perhaps the study they are templates of.
struct LintOptions {
  std::vector<std::string> files;
  StudyOptions study;
};

int lint(LintOptions options, const Programs& programs) {
  Problems findings;
  for (const std::string& file : options.files) {
    if (options.study.config.empty()) {
      for (const auto& finding : experiment::lint_script(read_file(file), file)) {
        findings.push_back(finding.message());
      }
    } else {
      options.study.source = file;
      study_of(options.study, programs, findings);
    }
  }
  for (const std::string& text : findings) fmt::print("{}\n", text);
  return findings.empty() ? 0 : 1;
}

/// Writes the ready templates, sites and studies; files that are there stay.
int initialise(const std::string& folder) {
  for (const auto& [name, content] : experiment::kReadyFiles) {
    const fs::path path = fs::path(folder) / name;
    if (fs::exists(path)) {
      fmt::print("{} is there already\n", path.string());
      continue;
    }
    make_directories(path.parent_path());
    write_file_atomic(path, content);
    fmt::print("{}\n", path.string());
  }
  return 0;
}

int unpack(const std::string& folder, const std::vector<std::string>& names) {
  const experiment::Manifest manifest = experiment::read_manifest(folder);
  Problems problems;
  for (const std::string& name : names) {
    const auto found = std::ranges::find_if(manifest.entries, [&](const auto& entry) {
      return entry.name == name || entry.id == name;
    });
    if (found == manifest.entries.end()) {
      problems.push_back(fmt::format("{}: has no experiment {}", folder, name));
    } else {
      fmt::print("{}\n", experiment::unpack(folder, *found).string());
    }
  }
  throw_if_any(problems);
  return 0;
}

void add_lint_command(CLI::App& parent, Programs& programs) {
  CLI::App* verb = parent.add_subcommand(
      "lint", "Look for mistakes in job scripts and templates; exit code 1 when there are some.");
  auto options = std::make_shared<LintOptions>();
  verb->add_option("file", options->files, "Job script or template")->required()->type_name("FILE");
  verb->add_option("--config", options->study.config,
                   "Configuration of the study: names in braces are looked up, too")
      ->type_name("F[,F]");
  verb->add_option("--site", options->study.site, "Profile of the machine")->type_name("FILE");
  verb->add_option("--os", options->study.os, "Names of the environment")->type_name("NAMES");
  verb->callback([&programs, options] {
    programs.action = [&programs, options] { return lint(*options, programs); };
  });
}

void add_init_command(CLI::App& parent, Programs& programs) {
  CLI::App* verb = parent.add_subcommand(
      "init", "Write the ready templates, site profiles and studies into a folder.");
  auto folder = std::make_shared<std::string>("templates");
  verb->add_option("folder", *folder, "Where to")->type_name("DIR");
  verb->callback(
      [&programs, folder] { programs.action = [folder] { return initialise(*folder); }; });
}

void add_unpack_command(CLI::App& parent, Programs& programs) {
  CLI::App* verb = parent.add_subcommand("unpack", "Make the folders of packed experiments.");
  auto folder = std::make_shared<std::string>();
  auto names = std::make_shared<std::vector<std::string>>();
  verb->add_option("folder", *folder, "Folder of the study")->required()->type_name("DIR");
  verb->add_option("name", *names, "Names or ids of experiments")->required()->type_name("NAME");
  verb->callback([&programs, folder, names] {
    programs.action = [folder, names] { return unpack(*folder, *names); };
  });
}

void add_schema_command(CLI::App& parent, Programs& programs) {
  CLI::App* verb = parent.add_subcommand(
      "schema", "Print the JSON Schema of studies, for editors that check YAML.");
  verb->callback([&programs] {
    programs.action = [] {
      fmt::print("{}", experiment::kSchemaFiles.front().second);
      return 0;
    };
  });
}

void add_list_command(CLI::App& parent, Programs& programs) {
  CLI::App* verb = parent.add_subcommand("list", "List the experiments of a folder.");
  auto options = std::make_shared<ListOptions>();
  verb->add_option("folder", options->folder, "Folder of the study")->type_name("DIR");
  verb->add_flag("--summary", options->summary, "Only how many there are, pending and done");
  verb->add_flag("--json", options->json, "Print JSON");
  verb->add_flag("--verbose", options->verbose, "Accepted for compatibility; all is shown");
  verb->callback([&programs, options] { programs.action = [options] { return list(*options); }; });
}

/// What each verb's help shows, and all of them that of the command itself.
constexpr std::array<std::pair<const char*, const char*>, 16> kExamples = {{
    {"init", "templates"},
    {"generate",
     "--config templates/studies/nyu_cloudmask.yaml --source slurm --out nyu --dry-run"},
    {"lint", "slurm.in.sh"},
    {"list", "nyu --summary"},
    {"unpack", "nyu epoch_1_repeat_1"},
    {"submit", "nyu --launcher slurm --throttle 20"},
    {"status", "nyu --watch"},
    {"explain", "nyu"},
    {"logs", "nyu 'epoch_1*' --errors --tail 20"},
    {"cancel", "nyu --where \"epoch > 100\""},
    {"resume", "nyu --more-time 1.5"},
    {"scan", "nyu"},
    {"share", "nyu --with alice,bob"},
    {"merge", "alice/nyu bob/nyu --into nyu"},
    {"results", "nyu --best 3 --by accuracy"},
    {"tune", "t --config study.yaml --source shell -j 2"},
}};

void add_examples(CLI::App& experiment) {
  std::string all = "Examples:\n";
  for (const auto& [verb, arguments] : kExamples) {
    const std::string line = fmt::format("  sciwright experiment {} {}\n", verb, arguments);
    experiment.get_subcommand(verb)->footer("Example:\n" + line);
    all += line;
  }
  experiment.footer(all);
}

}  // namespace

void add_experiment_command(CLI::App& app, Programs& programs) {
  CLI::App* verb = app.add_subcommand(
      "experiment", "Studies: make, share, merge and evaluate the folders of many experiments.");
  verb->require_subcommand(1);
  add_generate_command(*verb, programs);
  add_list_command(*verb, programs);
  add_lint_command(*verb, programs);
  add_init_command(*verb, programs);
  add_unpack_command(*verb, programs);
  add_results_command(*verb, programs);
  add_share_command(*verb, programs);
  add_merge_command(*verb, programs);
  add_tune_command(*verb, programs);
  add_schema_command(*verb, programs);
  add_submit_commands(*verb, programs);
  add_follow_commands(*verb, programs);
  add_cancel_commands(*verb, programs);
  add_examples(*verb);
}

void add_ee_command(CLI::App& app, Programs& programs) {
  CLI::App* verb = app.add_subcommand("ee", "Studies, with the options of cms ee.");
  verb->require_subcommand(1);
  verb->footer(
      "Examples:\n"
      "  sciwright ee generate --source=slurm.in.sh --config=config.yaml --name=p "
      "--output_dir=project\n"
      "  sciwright ee generate submit --name=p.json > jobs.sh; sh jobs.sh\n");
  add_ee_generate_command(*verb, programs);
  add_list_command(*verb, programs);
  add_lint_command(*verb, programs);
}

}  // namespace sciwright
