#include <algorithm>
#include <cstdio>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sciwright/print_json.h"
#include "sciwright/submission_verbs.h"
#include "submission/pack.h"
#include "submission/tree_check.h"

namespace sciwright {
namespace {

/// What `submission pack` takes.
struct PackOptions {
  std::vector<std::string> runs;
  std::string out;
  submission::PackRequest request;
  std::vector<std::string> scripts;
  std::string contribution;
  bool json = false;
};

submission::PackRequest request_of(const PackOptions& options, const Programs& programs) {
  submission::PackRequest request = options.request;
  request.scripts = {options.scripts.begin(), options.scripts.end()};
  request.contribution = options.contribution;
  for (const bench::BenchmarkSpec& spec : programs.benchmarks) {
    request.data_settings[spec.name] = spec.data_paths;
  }
  return request;
}

/// What is left to be done by hand.
void print_hints(const submission::PackRequest& request) {
  if (request.repo.empty()) {
    fmt::print(stderr, "config.yaml names the program, not where its code is: give --repo URL\n");
  }
  if (request.contribution.empty()) {
    fmt::print(stderr,
               "the contribution document is a skeleton: write it, and put its PDF in its place, "
               "or give --contribution FILE.pdf\n");
  }
}

int pack(const PackOptions& options, const Programs& programs) {
  const submission::PackRequest request = request_of(options, programs);
  const auto folders =
      submission::pack({options.runs.begin(), options.runs.end()}, request, options.out);
  record::Json names = record::Json::array();
  for (const std::filesystem::path& folder : folders) {
    names.push_back(folder.string());
    if (!options.json) fmt::print("{}\n", folder.string());
  }
  if (options.json) print_json(record::Json{{"schema_version", 1}, {"folders", std::move(names)}});
  print_hints(request);
  const bool passes = submission::check_tree(options.out).passed();
  fmt::print(stderr, "{}: {}\n", options.out,
             passes ? "passes the check"
                    : "does not pass; sciwright submission check " + options.out + " says why");
  return passes ? 0 : static_cast<int>(ErrorKind::kMismatch);
}

void add_names(CLI::App& verb, submission::PackRequest& request) {
  verb.add_option("--org", request.org, "Organisation that submits; else that of the runs")
      ->type_name("NAME");
  verb.add_option("--system", request.system, "Name of the system; else that of the runs")
      ->type_name("NAME");
  verb.add_option("--name", request.descriptor,
                  "Name of the submission (DESCRIPTOR); else model and a hash of the settings")
      ->type_name("NAME");
  verb.add_option("--division", request.division,
                  "open; the science benchmarks take no closed submissions")
      ->check(CLI::IsMember({"open", "closed"}))
      ->capture_default_str();
  verb.add_option("--status", request.status, "Where the system stands; else as the runs say")
      ->check(CLI::IsMember({"cloud", "onprem", "preview", "research"}));
}

void add_code(CLI::App& verb, submission::PackRequest& request) {
  verb.add_option("--repo", request.repo, "Where the code is")->type_name("URL");
  verb.add_option("--branch", request.branch, "Its branch; else that of the runs, or main");
  verb.add_option("--version", request.version, "Its version; else that of the runs");
  verb.add_option("--tag", request.tag, "Its tag; else the commit of the runs");
  verb.add_option("--data", request.data_commands,
                  "Command that fetches the data; may be given several times")
      ->type_name("COMMAND");
}

}  // namespace

void add_pack_command(CLI::App& submission, Programs& programs) {
  CLI::App* verb = submission.add_subcommand(
      "pack", "Make the tree of a submission from finished runs and their repeats.");
  auto options = std::make_shared<PackOptions>();
  verb->add_option("run", options->runs, "Run folders, or folders that hold some")
      ->required()
      ->type_name("RUN");
  verb->add_option("--out", options->out, "Folder of the tree; others' submissions in it stay")
      ->required()
      ->type_name("DIR");
  add_names(*verb, options->request);
  add_code(*verb, options->request);
  verb->add_option("--script", options->scripts, "Script of the runs to pack, too: job.slurm")
      ->type_name("FILE");
  verb->add_option("--contribution", options->contribution,
                   "The contribution document; else a skeleton is made")
      ->type_name("FILE.pdf");
  verb->add_flag("--json", options->json, "Print the folders as JSON");
  verb->footer(
      "Examples:\n"
      "  sciwright submission pack runs/* --out submissions --org UVA --system rivanna-a100\n"
      "  sciwright submission pack study --out submissions --org UVA --name tft-small \\\n"
      "    --repo https://example.org/code --contribution paper.pdf\n"
      "  sciwright submission check submissions\n");
  verb->callback([&programs, options] {
    programs.action = [&programs, options] { return pack(*options, programs); };
  });
}

}  // namespace sciwright
