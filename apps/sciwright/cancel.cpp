#include <memory>

#include <fmt/format.h>

#include "campaign/cancellation.h"
#include "campaign/scan.h"
#include "sciwright/campaign_commands.h"
#include "sciwright/print_json.h"

namespace sciwright {
namespace {

/// What `cancel` takes.
struct CancelOptions {
  StudySelection which;
  bool all = false;
  bool json = false;
};

int cancel(const CancelOptions& options) {
  if (options.which.selection.which.empty() && options.which.selection.where.empty() &&
      options.which.share.empty() && !options.all) {
    throw usage_error("say which experiments to cancel, or --all");
  }
  const Clock clock = system_clock();
  const campaign::Session session = open_study(options.which.folder);
  const auto chosen = chosen_of(options.which, session);
  const campaign::Cancelled cancelled = campaign::cancel(session, chosen, clock);
  for (const std::string& text : cancelled.messages) fmt::print(stderr, "sciwright: {}\n", text);
  if (options.json) {
    const experiment::Json out = {{"num_told", cancelled.num_told},
                                  {"messages", cancelled.messages}};
    print_json(out);
  } else {
    fmt::print("{} jobs are told to end\n", cancelled.num_told);
  }
  return cancelled.messages.empty() ? 0 : static_cast<int>(ErrorKind::kUnreachable);
}

int scan(const std::string& folder) {
  const campaign::ScanReport report = campaign::scan(folder, system_clock());
  fmt::print("{} experiments, {} with a record of a job", report.num_experiments,
             report.num_recorded);
  fmt::print(", {} written to the ledger anew\n", report.num_added);
  for (const std::string& text : report.problems) fmt::print(stderr, "{}\n", text);
  return report.problems.empty() ? 0 : 1;
}

}  // namespace

void add_cancel_commands(CLI::App& parent, Programs& programs) {
  CLI::App* verb = parent.add_subcommand("cancel", "End jobs that wait or run.");
  auto options = std::make_shared<CancelOptions>();
  add_selection(*verb, options->which);
  verb->add_flag("--all", options->all, "All of them");
  verb->add_flag("--json", options->json, "Print JSON");
  verb->callback(
      [&programs, options] { programs.action = [options] { return cancel(*options); }; });

  verb = parent.add_subcommand(
      "scan", "Rebuild the ledger of jobs from the folders, and look for what is missing there.");
  auto folder = std::make_shared<std::string>("project");
  verb->add_option("folder", *folder, "Folder of the study (project)")->type_name("DIR");
  verb->callback([&programs, folder] { programs.action = [folder] { return scan(*folder); }; });
}

}  // namespace sciwright
