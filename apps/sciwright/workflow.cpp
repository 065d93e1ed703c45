#include <filesystem>
#include <memory>

#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"
#include "base/suggestion.h"
#include "base/text_table.h"
#include "coordinator/expectations.h"
#include "coordinator/requests.h"
#include "coordinator/root.h"
#include "sciwright/workflow_commands.h"
#include "workflow/listing.h"
#include "workflow/reader.h"

namespace sciwright {
namespace {

namespace fs = std::filesystem;
using coordinator::Request;
using coordinator::Snapshot;

fs::path root_of(const std::string& given) {
  return given.empty() ? coordinator::default_root() : fs::path(given);
}

/// All problems and warnings; exit code 2 when there is a problem.
int check(const WorkflowChoice& choice) {
  const coordinator::WorkflowFolder folder = folder_of(choice);
  const workflow::Reading reading = workflow::read_definition(folder.definition);
  Problems warnings = reading.warnings;
  if (reading.problems.empty()) {
    for (const Problems& more : {coordinator::bad_signs(reading.definition),
                                 coordinator::unknown_hosts(reading.definition)}) {
      warnings.insert(warnings.end(), more.begin(), more.end());
    }
  }
  for (const std::string& text : warnings) fmt::print(stderr, "warning: {}\n", text);
  throw_if_any(reading.problems);
  const std::string found = warnings.empty()       ? "no problems"
                            : warnings.size() == 1 ? "1 warning"
                                                   : fmt::format("{} warnings", warnings.size());
  fmt::print("{}: {} nodes, {} dependencies, {}\n", folder.definition.string(),
             reading.definition.nodes.size(), reading.definition.edges.size(), found);
  return 0;
}

int list(const std::string& root) {
  TextTable table;
  table.column("name", TextTable::Align::kLeft).column("status", TextTable::Align::kLeft);
  table.column("nodes").column("done").column("failed");
  table.column("description", TextTable::Align::kLeft);
  for (const std::string& name : coordinator::list_workflows(root_of(root))) {
    Snapshot snapshot(coordinator::named_workflow(root_of(root), name));
    snapshot.refresh();
    const workflow::State& state = snapshot.state();
    const std::size_t done =
        state.count(workflow::NodeStatus::kDone) + state.count(workflow::NodeStatus::kSkipped);
    table.row({name, snapshot.problems().empty() ? snapshot.status() : "invalid",
               std::to_string(state.size()), std::to_string(done),
               std::to_string(state.count(workflow::NodeStatus::kFailed)),
               snapshot.definition().description});
  }
  fmt::print("{}", table.text());
  return 0;
}

/// Takes a file's folder with it: its scripts are there.
int add(const std::string& file, std::string name, const std::string& root, bool alone) {
  const fs::path path = fs::absolute(file).lexically_normal();
  if (name.empty()) name = path.stem().string();
  coordinator::add_workflow(root_of(root), name, read_file(path),
                            alone ? fs::path() : path.parent_path());
  fmt::print("{}\n", coordinator::named_workflow(root_of(root), name).definition.string());
  return 0;
}

void add_check_command(CLI::App& parent, Programs& programs) {
  CLI::App* verb = parent.add_subcommand(
      "check", "Look for all mistakes in a workflow file; exit code 2 when there are some.");
  auto choice = std::make_shared<WorkflowChoice>();
  add_workflow_choice(*verb, *choice);
  verb->callback([&programs, choice] { programs.action = [choice] { return check(*choice); }; });
}

void add_root_commands(CLI::App& parent, Programs& programs) {
  auto root = std::make_shared<std::string>();
  const char* about_root = "Folder of the workflows ($SCIWRIGHT_WORKFLOWS, ~/.sciwright/workflows)";
  CLI::App* verb = parent.add_subcommand("list", "The workflows of a root, and how each is.");
  verb->add_option("--root", *root, about_root)->type_name("DIR");
  verb->callback([&programs, root] { programs.action = [root] { return list(*root); }; });

  verb = parent.add_subcommand("add", "Copy a workflow, with the files beside it, to a root.");
  auto file = std::make_shared<std::string>();
  auto name = std::make_shared<std::string>();
  auto alone = std::make_shared<bool>(false);
  verb->add_option("file,--filename", *file, "The workflow")->required()->type_name("FILE");
  verb->add_option("--name", *name, "What to call it (as the file)");
  verb->add_flag("--alone", *alone, "Without the files beside it");
  verb->add_option("--root", *root, about_root)->type_name("DIR");
  verb->callback(
      [=, &programs] { programs.action = [=] { return add(*file, *name, *root, *alone); }; });

  verb = parent.add_subcommand("delete", "Remove a workflow of a root, with all of its state.");
  auto which = std::make_shared<std::string>();
  verb->add_option("name,--name", *which, "Which")->required()->type_name("NAME");
  verb->add_option("--root", *root, about_root)->type_name("DIR");
  verb->callback([=, &programs] {
    programs.action = [=] {
      coordinator::delete_workflow(root_of(*root), *which);
      return 0;
    };
  });
}

int make_request(const WorkflowChoice& choice, Request::Kind kind,
                 const std::vector<std::string>& nodes) {
  const coordinator::WorkflowFolder folder = folder_of(choice);
  const Clock clock = system_clock();
  bool is_alive = true;
  for (const std::string& node : nodes.empty() ? std::vector<std::string>{""} : nodes) {
    is_alive = coordinator::make_request(folder, {kind, node}, clock);
  }
  const bool waits = kind == Request::Kind::kRetry || kind == Request::Kind::kReset ||
                     kind == Request::Kind::kRelease;
  if (waits && !is_alive) {
    fmt::print(stderr, "no engine runs; `sciwright workflow run {}` goes on\n", choice.which);
  }
  return 0;
}

void add_request(CLI::App& parent, Programs& programs, Request::Kind kind, const char* about) {
  CLI::App* verb = parent.add_subcommand(std::string(coordinator::request_name(kind)), about);
  auto choice = std::make_shared<WorkflowChoice>();
  auto nodes = std::make_shared<std::vector<std::string>>();
  add_workflow_choice(*verb, *choice);
  verb->add_option("node,--job", *nodes, "Nodes (the whole workflow)")->type_name("NODE");
  verb->callback(
      [=, &programs] { programs.action = [=] { return make_request(*choice, kind, *nodes); }; });
}

void add_verbs(CLI::App& parent, Programs& programs) {
  parent.require_subcommand(1);
  parent.footer(
      "Examples:\n"
      "  sciwright workflow check study.yaml\n"
      "  sciwright workflow run study.yaml -j 4 --set epochs=10\n"
      "  sciwright workflow status study.yaml --watch\n"
      "  sciwright workflow explain study.yaml\n"
      "  sciwright workflow reset study.yaml train && sciwright workflow run study.yaml\n"
      "  sciwright workflow graph study.yaml --format svg > study.svg\n");
  add_check_command(parent, programs);
  add_workflow_run_commands(parent, programs);
  add_root_commands(parent, programs);
  add_workflow_look_commands(parent, programs);
  add_workflow_trouble_commands(parent, programs);
  add_workflow_request_commands(parent, programs);
}

}  // namespace

void add_workflow_choice(CLI::App& verb, WorkflowChoice& choice) {
  // Not `required`: the help would say it of the place and of the names.
  verb.add_option("workflow,--name,--filename", choice.which,
                  "A workflow file, or the name of one of the root; one of these is needed")
      ->type_name("FILE|NAME");
  verb.add_option("--root", choice.root,
                  "Folder of the workflows ($SCIWRIGHT_WORKFLOWS, ~/.sciwright/workflows)")
      ->type_name("DIR");
}

coordinator::WorkflowFolder folder_of(const WorkflowChoice& choice) {
  if (choice.which.empty()) throw usage_error("which workflow? expected FILE|NAME");
  if (fs::is_regular_file(choice.which)) return coordinator::folder_of(choice.which);
  const fs::path root = root_of(choice.root);
  const auto names = coordinator::list_workflows(root);
  if (std::ranges::find(names, choice.which) != names.end()) {
    return coordinator::named_workflow(root, choice.which);
  }
  throw usage_error(fmt::format("{}: there is no such file, and no workflow of this name in {}{}",
                                choice.which, root.string(), did_you_mean(choice.which, names)));
}

Snapshot snapshot_of(const WorkflowChoice& choice) {
  Snapshot snapshot(folder_of(choice));
  snapshot.refresh();
  throw_if_any(snapshot.problems());
  return snapshot;
}

std::vector<std::size_t> nodes_of(const Snapshot& snapshot, const std::vector<std::string>& names) {
  std::vector<std::size_t> nodes;
  Problems problems;
  for (const std::string& name : names) {
    if (const auto node = snapshot.state().index_of(name)) {
      nodes.push_back(*node);
    } else {
      problems.push_back(
          fmt::format("there is no node {}{}", name, did_you_mean(name, snapshot.state().names())));
    }
  }
  throw_if_any(problems);
  return nodes;
}

void add_workflow_request_commands(CLI::App& parent, Programs& programs) {
  add_request(parent, programs, Request::Kind::kCancel,
              "End what runs; also after its engine was killed.");
  add_request(parent, programs, Request::Kind::kHold, "Do not start nodes before a release.");
  add_request(parent, programs, Request::Kind::kRelease, "Let held nodes start.");
  add_request(parent, programs, Request::Kind::kReset,
              "As if nodes, and what depends on them, had not run.");
  add_request(parent, programs, Request::Kind::kRetry,
              "Let what failed or was cancelled run again.");
}

void add_workflow_command(CLI::App& app, Programs& programs) {
  add_verbs(*app.add_subcommand("workflow", "Jobs that depend on each other, over machines."),
            programs);
}

void add_cc_command(CLI::App& app, Programs& programs) {
  CLI::App* verb = app.add_subcommand("cc", "Workflows, with the words of cms cc.");
  verb->require_subcommand(1);
  add_verbs(*verb->add_subcommand("workflow", "Jobs that depend on each other, over machines."),
            programs);
}

}  // namespace sciwright
