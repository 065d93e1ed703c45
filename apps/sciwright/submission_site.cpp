#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "sciwright/submission_verbs.h"
#include "submission/site.h"

namespace sciwright {
namespace {

/// What `submission site` takes.
struct SiteOptions {
  std::string folder;
  std::string out;
  std::string title = "Leaderboard";
  std::vector<std::string> references;
};

std::vector<submission::Reference> read_references(const std::vector<std::string>& files) {
  std::vector<submission::Reference> out;
  Problems problems;
  for (const std::string& file : files) {
    submission::Reference reference = submission::read_reference(file);
    const bool is_known = std::ranges::any_of(out, [&](const submission::Reference& other) {
      return other.benchmark == reference.benchmark;
    });
    if (is_known) {
      problems.push_back(
          fmt::format("--rcp {}: {} has reference points already", file, reference.benchmark));
    }
    out.push_back(std::move(reference));
  }
  throw_if_any(problems);
  return out;
}

int make_site(const SiteOptions& options) {
  submission::SiteRequest request{options.title, read_references(options.references)};
  const submission::SubmissionTree tree = submission::check_tree(options.folder);
  submission::write_site(submission::site_files(tree, request), options.out, options.folder);
  const auto num_verified = std::ranges::count_if(
      tree.submissions, [](const submission::CheckedSubmission& one) { return one.verified(); });
  fmt::print("{}/index.html: {} submissions, {} verified\n", options.out, tree.submissions.size(),
             num_verified);
  return 0;
}

}  // namespace

void add_site_command(CLI::App& submission, Programs& programs) {
  CLI::App* verb =
      submission.add_subcommand("site", "Make a static leaderboard from a folder of submissions.");
  auto options = std::make_shared<SiteOptions>();
  verb->add_option("dir", options->folder, "Folder ORG/APPLICATION/SYSTEM/DESCRIPTOR/…")
      ->required()
      ->type_name("DIR");
  verb->add_option("--out", options->out, "Folder of the site; an earlier site in it is replaced")
      ->required()
      ->type_name("SITE");
  verb->add_option("--title", options->title, "Title of the first page")->type_name("TEXT");
  verb->add_option("--rcp", options->references,
                   "Reference points of a benchmark (rcp make), to judge convergence by")
      ->type_name("FILE.json");
  verb->footer("Example:\n  sciwright submission site submissions --out site\n");
  verb->callback(
      [&programs, options] { programs.action = [options] { return make_site(*options); }; });
}

}  // namespace sciwright
