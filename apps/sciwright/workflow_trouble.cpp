#include <algorithm>
#include <chrono>
#include <memory>
#include <thread>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "bench/stop_signal.h"
#include "coordinator/explanation.h"
#include "jobs/job.h"
#include "sciwright/print_json.h"
#include "sciwright/workflow_commands.h"

namespace sciwright {
namespace {

namespace fs = std::filesystem;
using coordinator::Snapshot;
using workflow::NodeStatus;

/// What `logs` takes.
struct LogsOptions {
  WorkflowChoice which;
  std::vector<std::string> nodes;
  bool errors = false;
  bool follow = false;
  std::size_t tail = 0;
};

/// What `explain` takes.
struct ExplainOptions {
  WorkflowChoice which;
  std::vector<std::string> nodes;
  bool json = false;
};

std::vector<std::size_t> all_nodes(const Snapshot& snapshot) {
  std::vector<std::size_t> nodes(snapshot.state().size());
  for (std::size_t i = 0; i < nodes.size(); ++i) nodes[i] = i;
  return nodes;
}

/// The last lines of a text.
std::string_view last_lines(std::string_view text, std::size_t count) {
  std::size_t at = text.ends_with('\n') ? text.size() - 1 : text.size();
  while (count-- > 0 && at != std::string_view::npos && at > 0) at = text.rfind('\n', at - 1);
  return at == std::string_view::npos || at == 0 ? text : text.substr(at + 1);
}

int print_logs(const Snapshot& snapshot, const std::vector<std::size_t>& nodes,
               const LogsOptions& options, std::vector<std::size_t>& done_bytes) {
  int num_found = 0;
  for (std::size_t k = 0; k < nodes.size(); ++k) {
    const std::string& name = snapshot.state().names()[nodes[k]];
    for (const bool is_error : {false, true}) {
      if (options.errors && !is_error) continue;
      const auto text = read_file_if_there(snapshot.folder().job(name) /
                                           (is_error ? jobs::kStderrFile : jobs::kStdoutFile));
      if (!text) continue;
      ++num_found;
      std::size_t& done = done_bytes[2 * k + (is_error ? 1 : 0)];
      std::string_view part = std::string_view(*text).substr(std::min(done, text->size()));
      if (done == 0 && options.tail > 0) part = last_lines(part, options.tail);
      done = text->size();
      if (part.empty()) continue;
      if (nodes.size() > 1) fmt::print("==> {} <==\n", name);
      // Each where the job wrote it, unless that was asked for alone.
      fmt::print(is_error && !options.errors ? stderr : stdout, "{}", part);
      std::fflush(stdout);
    }
  }
  return num_found;
}

int logs(const LogsOptions& options) {
  Snapshot snapshot = snapshot_of(options.which);
  const bench::StopSignal signal;
  const auto nodes =
      options.nodes.empty() ? all_nodes(snapshot) : nodes_of(snapshot, options.nodes);
  std::vector<std::size_t> done_bytes(2 * nodes.size());
  int num_found = print_logs(snapshot, nodes, options, done_bytes);
  while (options.follow && snapshot.is_alive() && !signal.requested()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    snapshot.refresh();
    num_found = print_logs(snapshot, nodes, options, done_bytes);
    const bool over = std::ranges::all_of(
        nodes, [&](std::size_t i) { return workflow::is_over(snapshot.state()[i].status); });
    if (over) break;
  }
  if (num_found == 0) fmt::print(stderr, "none of these nodes has written anything yet\n");
  return num_found == 0 ? 1 : 0;
}

/// Without names: those that did not come to a good end.
std::vector<std::size_t> troubled(const Snapshot& snapshot) {
  std::vector<std::size_t> nodes = all_nodes(snapshot);
  std::erase_if(nodes, [&](std::size_t i) {
    const NodeStatus status = snapshot.state()[i].status;
    return status == NodeStatus::kDone || status == NodeStatus::kSkipped;
  });
  return nodes;
}

int explain(const ExplainOptions& options) {
  const Snapshot snapshot = snapshot_of(options.which);
  const auto nodes = options.nodes.empty() ? troubled(snapshot) : nodes_of(snapshot, options.nodes);
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (const std::size_t node : nodes) {
    const auto out = coordinator::explain(snapshot, node, options.which.which, system_clock());
    rows.push_back(
        {{"node", out.node},
         {"status", out.status},
         {"why", out.why},
         {"fix", out.fix.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(out.fix)},
         {"tail", out.tail}});
    if (options.json) continue;
    fmt::print("{}: {}\n", out.node, out.status);
    if (!out.why.empty()) fmt::print("  {}\n", out.why);
    if (!out.tail.empty()) fmt::print("{}{}", out.tail, out.tail.ends_with('\n') ? "" : "\n");
    if (!out.fix.empty()) fmt::print("  {}\n", out.fix);
  }
  if (options.json) {
    print_json(rows);
  } else if (nodes.empty()) {
    fmt::print("all nodes are done\n");
  }
  return 0;
}

}  // namespace

void add_workflow_trouble_commands(CLI::App& parent, Programs& programs) {
  CLI::App* verb = parent.add_subcommand("logs", "What the jobs of nodes have written.");
  auto options = std::make_shared<LogsOptions>();
  add_workflow_choice(*verb, options->which);
  verb->add_option("node,--job", options->nodes, "Nodes (all)")->type_name("NODE");
  verb->add_flag("-e,--errors", options->errors,
                 "Only what they wrote to stderr, to standard output");
  verb->add_flag("-f,--follow", options->follow, "And what they write until they end");
  verb->add_option("--tail", options->tail, "Only the last lines")->type_name("N");
  verb->callback([&programs, options] { programs.action = [options] { return logs(*options); }; });

  verb = parent.add_subcommand("explain", "Why nodes wait or failed, and the command that helps.");
  auto asked = std::make_shared<ExplainOptions>();
  add_workflow_choice(*verb, asked->which);
  verb->add_option("node,--job", asked->nodes, "Nodes (all that are not done)")->type_name("NODE");
  verb->add_flag("--json", asked->json, "Print JSON");
  verb->callback([&programs, asked] { programs.action = [asked] { return explain(*asked); }; });
}

}  // namespace sciwright
