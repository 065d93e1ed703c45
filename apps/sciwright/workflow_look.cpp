#include <chrono>
#include <memory>
#include <thread>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/duration.h"
#include "base/error.h"
#include "base/files.h"
#include "bench/stop_signal.h"
#include "coordinator/explanation.h"
#include "sciwright/print_json.h"
#include "sciwright/workflow_commands.h"
#include "workflow/drawing.h"
#include "workflow/layout.h"
#include "workflow/listing.h"

namespace sciwright {
namespace {

using coordinator::Snapshot;
using Json = nlohmann::ordered_json;
using workflow::NodeStatus;

/// What `status` takes.
struct StatusOptions {
  WorkflowChoice which;
  bool json = false;
  bool watch = false;
  std::string interval = "2s";
};

/// What `graph` takes.
struct GraphOptions {
  WorkflowChoice which;
  std::string format = "svg";
  std::string output;
};

std::string drawing(const Snapshot& snapshot, const std::string& format) {
  const workflow::Picture picture{snapshot.definition(), snapshot.state(),
                                  coordinator::labels_of(snapshot, system_clock())};
  if (format == "dot") return workflow::write_dot(picture);
  const workflow::Layout layout =
      workflow::lay_out(snapshot.graph(), snapshot.definition().edges, picture.labels);
  return format == "json" ? workflow::write_graph_json(picture, layout)
                          : workflow::write_svg(picture, layout);
}

Json time_of(std::int64_t utc_ns) { return utc_ns == 0 ? Json() : Json(utc_iso8601(utc_ns, 3)); }

Json status_json(const Snapshot& snapshot) {
  const workflow::State& state = snapshot.state();
  Json rows = Json::array();
  for (std::size_t i = 0; i < state.size(); ++i) {
    const workflow::NodeState& node = state[i];
    rows.push_back({{"name", state.names()[i]},
                    {"status", workflow::status_name(node.status)},
                    {"progress", node.progress},
                    {"attempt", node.attempt},
                    {"site", node.site},
                    {"host", node.host},
                    {"started", time_of(node.started_utc_ns)},
                    {"ended", time_of(node.ended_utc_ns)},
                    {"exit_code", node.exit_code ? Json(*node.exit_code) : Json()},
                    {"message", node.message},
                    {"values", *node.values}});
  }
  return {{"schema_version", 1},          {"workflow", snapshot.definition().name},
          {"status", snapshot.status()},  {"run", state.run()},
          {"progress", state.progress()}, {"nodes", std::move(rows)}};
}

int print_status(const Snapshot& snapshot, bool json) {
  if (json) {
    print_json(status_json(snapshot));
  } else {
    fmt::print(
        "{}: {}\n{}", snapshot.status(),
        workflow::listing_summary(snapshot.definition(), snapshot.state()),
        workflow::listing_text(snapshot.definition(), snapshot.state(), system_clock().utc_ns()));
    fmt::print("\n");
  }
  std::fflush(stdout);
  return snapshot.state().count(NodeStatus::kFailed) > 0 ? 1 : 0;
}

bool pause(double seconds, const bench::StopSignal& signal) {
  const Clock clock = system_clock();
  const std::int64_t end_ns = clock.steady_ns() + static_cast<std::int64_t>(1e9 * seconds);
  while (clock.steady_ns() < end_ns && !signal.requested()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return !signal.requested();
}

int status(const StatusOptions& options) {
  const double interval_s = parse_duration_s(options.interval);
  Snapshot snapshot = snapshot_of(options.which);
  if (!options.watch) return print_status(snapshot, options.json);
  const bench::StopSignal signal;
  while (true) {
    const int code = print_status(snapshot, options.json);
    if (!snapshot.is_alive()) return code;
    if (!pause(interval_s, signal)) return static_cast<int>(*signal.requested());
    snapshot.refresh();
  }
}

int graph(const GraphOptions& options) {
  std::string text = drawing(snapshot_of(options.which), options.format);
  if (!text.ends_with('\n')) text += '\n';
  if (options.output.empty()) {
    fmt::print("{}", text);
  } else {
    write_file_atomic(options.output, text);
  }
  return 0;
}

}  // namespace

void add_workflow_look_commands(CLI::App& parent, Programs& programs) {
  CLI::App* verb = parent.add_subcommand(
      "status", "Where the nodes of a workflow are; exit code 1 when some failed.");
  auto options = std::make_shared<StatusOptions>();
  add_workflow_choice(*verb, options->which);
  verb->add_flag("-w,--watch", options->watch, "Again and again until no engine runs");
  verb->add_option("--interval", options->interval, "Time between two looks (2s)")
      ->type_name("TIME");
  verb->add_flag("--json", options->json, "Print JSON");
  verb->callback(
      [&programs, options] { programs.action = [options] { return status(*options); }; });

  verb = parent.add_subcommand("graph", "Draw a workflow with the states of its nodes.");
  auto drawn = std::make_shared<GraphOptions>();
  add_workflow_choice(*verb, drawn->which);
  verb->add_option("--format", drawn->format, "svg, dot or json (svg)")
      ->check(CLI::IsMember({"svg", "dot", "json"}));
  verb->add_option("-o,--output", drawn->output, "Where to write it (standard output)")
      ->type_name("FILE");
  verb->callback([&programs, drawn] { programs.action = [drawn] { return graph(*drawn); }; });
}

}  // namespace sciwright
