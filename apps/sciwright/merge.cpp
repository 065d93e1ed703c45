#include "campaign/merge.h"

#include <fmt/format.h>

#include "base/clock.h"
#include "base/error.h"
#include "campaign/merge_view.h"
#include "sciwright/collect_commands.h"
#include "sciwright/print_json.h"

namespace sciwright {
namespace {

/// What `experiment merge` takes.
struct MergeOptions {
  std::vector<std::string> copies;
  std::string into;
  bool takes_others = false;
  bool json = false;
};

int merge(const MergeOptions& options) {
  const campaign::MergeReport report =
      campaign::merge({options.copies.begin(), options.copies.end()}, options.into, system_clock(),
                      options.takes_others);
  if (options.json) {
    print_json(campaign::merge_json(report));
  } else {
    fmt::print("{}", campaign::merge_text(report));
  }
  return report.num_conflicts() > 0 ? static_cast<int>(ErrorKind::kFailure) : 0;
}

}  // namespace

void add_merge_command(CLI::App& parent, Programs& programs) {
  CLI::App* verb = parent.add_subcommand(
      "merge", "Join copies of a study that several people ran; exit code 1 for conflicts.");
  auto options = std::make_shared<MergeOptions>();
  verb->add_option("copy", options->copies, "Copies of the study, which are only read")
      ->required()
      ->type_name("DIR");
  verb->add_option("--into", options->into, "Folder of the study; it may be new")
      ->required()
      ->type_name("DIR");
  verb->add_flag("--other-studies", options->takes_others,
                 "Also copies that have nothing in common with the study");
  verb->add_flag("--json", options->json, "Print JSON");
  verb->callback([&programs, options] { programs.action = [options] { return merge(*options); }; });
}

}  // namespace sciwright
