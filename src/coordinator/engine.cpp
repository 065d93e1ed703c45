#include "coordinator/engine.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.h"
#include "base/files.h"
#include "base/hash.h"
#include "base/process.h"
#include "base/suggestion.h"
#include "coordinator/book.h"
#include "coordinator/continuation.h"
#include "coordinator/engine_core.h"
#include "coordinator/expectations.h"
#include "coordinator/fingerprint.h"
#include "coordinator/given_run.h"
#include "coordinator/snapshot.h"
#include "record/run_lock.h"
#include "workflow/journal.h"

namespace sciwright::coordinator {
namespace {

namespace fs = std::filesystem;
using workflow::Event;
using workflow::NodeStatus;
using workflow::RunStatus;
using workflow::State;

/// A definition that can be run, and what it was made from.
struct Opened {
  GivenRun given = {};
  workflow::Definition definition = {};
  workflow::Graph graph = {};
  std::vector<std::string> fingerprints = {};
  std::vector<bool> selected = {};
  std::string change = {};  ///< What the last run was not given.
};

GivenRun given_now(const WorkflowFolder& folder, const EngineOptions& options) {
  GivenRun last = last_given(folder);
  if (options.as_before) {
    if (last.text.empty()) {
      throw usage_error(fmt::format("{}: has never run", folder.definition.string()));
    }
    return last;
  }
  return {read_file(folder.definition), options.parameters};
}

/// What the last run was not given, as the beginning of a sentence; empty where it was the same.
std::string change_of(const GivenRun& last, const GivenRun& now) {
  if (last == now || last.text.empty()) return {};
  if (last.text != now.text) return "the file has changed since the last run";
  std::vector<std::string> before;
  for (const auto& [name, value] : last.parameters) before.push_back(name + "=" + value);
  if (before.empty()) return "the last run had the file's own parameters";
  return fmt::format("the last run had {}, which `workflow resume` keeps", fmt::join(before, " "));
}

/// With each node all that it needs.
std::vector<bool> selection_of(const Opened& opened, const std::vector<std::string>& only) {
  if (only.empty()) return {};
  const std::vector<std::string> names = names_of(opened.definition);
  std::vector<bool> selected(names.size(), false);
  std::vector<std::size_t> open;
  Problems problems;
  for (const std::string& name : only) {
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) {
      problems.push_back(
          fmt::format("--only: there is no node {}{}", name, did_you_mean(name, names)));
    } else {
      open.push_back(static_cast<std::size_t>(found - names.begin()));
    }
  }
  throw_if_any(problems);
  while (!open.empty()) {
    const std::size_t node = open.back();
    open.pop_back();
    if (selected[node]) continue;
    selected[node] = true;
    open.insert(open.end(), opened.graph.parents[node].begin(), opened.graph.parents[node].end());
  }
  return selected;
}

Opened open_workflow(const WorkflowFolder& folder, const EngineOptions& options) {
  Opened opened;
  opened.given = given_now(folder, options);
  workflow::Reading reading =
      workflow::parse_definition(opened.given.text, folder.definition, opened.given.parameters);
  for (const workflow::Node& node : reading.definition.nodes) {
    if (node.is_defined || !reading.problems.empty()) continue;
    reading.problems.push_back(fmt::format("{}: {} is named in dependencies, but it is no node",
                                           node.position.text(), node.name));
  }
  throw_if_any(reading.problems);
  for (const Problems& texts : {reading.warnings, bad_signs(reading.definition)}) {
    for (const std::string& text : texts) {
      if (options.on_warning) options.on_warning(text);
    }
  }
  opened.definition = std::move(reading.definition);
  opened.graph = workflow::make_graph(opened.definition.nodes.size(), opened.definition.edges);
  opened.fingerprints = fingerprints(opened.definition, opened.graph);
  opened.selected = selection_of(opened, options.only);
  opened.change = change_of(last_given(folder), opened.given);
  return opened;
}

/// Names of nodes whose jobs a dead engine left behind, whatever the definition is now.
std::vector<std::string> left_running(const WorkflowFolder& folder) {
  State state;
  workflow::JournalReader reader(folder.journal());
  for (const auto& line : reader.read_new()) state.apply(line.event);
  std::vector<std::string> names;
  for (std::size_t i = 0; i < state.size(); ++i) {
    const NodeStatus status = state[i].status;
    const bool is_flying = status == NodeStatus::kSubmitted || status == NodeStatus::kRunning;
    if (is_flying) names.push_back(state.names()[i]);
  }
  return names;
}

void refuse_while_jobs_run(const WorkflowFolder& folder, const std::string& why) {
  const std::vector<std::string> names = left_running(folder);
  if (names.empty()) return;
  throw usage_error(
      fmt::format("{}: {}, and jobs of its last run may still run ({}): `workflow resume` goes on "
                  "with that run, "
                  "`workflow cancel` ends it",
                  folder.definition.string(), why, fmt::join(names, ", ")));
}

ContinuationRequest request_of(const Opened& opened, const State& state,
                               const EngineOptions& options) {
  return {.situation = {opened.definition, opened.graph, state},
          .fingerprints = opened.fingerprints,
          .selected = opened.selected,
          .is_new = options.everything || !options.resume,
          .is_everything = options.everything,
          .change = opened.change};
}

/// "goes on with run 1: 2 done, 1 running"; whether what runs still does is seen later.
std::string where_it_is(const State& state) {
  std::vector<std::string> counts;
  for (int i = 0; i < workflow::kNumNodeStatuses; ++i) {
    const auto status = static_cast<NodeStatus>(i);
    if (state.count(status) == 0) continue;
    counts.push_back(fmt::format("{} {}", state.count(status), workflow::status_name(status)));
  }
  return fmt::format("goes on with run {}: {}", state.run(), fmt::join(counts, ", "));
}

Event engine_event(Event::Kind kind) {
  Event event;
  event.kind = kind;
  event.host = host_name();
  event.pid = ::getpid();
  return event;
}

/// What failed runs again; but a cancellation that a kill interrupted goes on.
void attach(const Opened& opened, Book& book) {
  book.emit(engine_event(Event::Kind::kAttach));
  if (book.state().is_cancelling()) return;
  for (const std::string& name : to_repeat({opened.definition, opened.graph, book.state()})) {
    Event event;
    event.kind = Event::Kind::kReset;
    event.node = name;
    book.emit(std::move(event));
  }
}

void begin(const WorkflowFolder& folder, const Opened& opened, const std::vector<std::string>& kept,
           Book& book) {
  keep_given(folder, opened.given);
  Event event = engine_event(Event::Kind::kBegin);
  event.workflow = opened.definition.name;
  event.run = book.state().run() + 1;
  event.nodes = names_of(opened.definition);
  event.kept = kept;
  event.definition = sha256_hex(opened.given.text);
  book.emit(std::move(event));
}

/// Goes on with the last run, or begins one.
void start_run(const WorkflowFolder& folder, const Opened& opened, const EngineOptions& options,
               Book& book) {
  const Continuation next = continuation_of(request_of(opened, book.state(), options));
  const auto tell = [&](const std::string& text) {
    if (options.on_news && !text.empty()) options.on_news(text);
  };
  if (next.goes_on) {
    tell(where_it_is(book.state()));
    return attach(opened, book);
  }
  refuse_while_jobs_run(folder, "a new run was asked for");
  tell(next.news);
  begin(folder, opened, next.kept, book);
}

/// The lock says the same, but knows no workflows.
void refuse_a_second(const WorkflowFolder& folder) {
  const auto holder = record::holder_of(folder.lock());
  if (!holder) return;
  throw usage_error(fmt::format(
      "{}: process {} on {} works in this folder and runs this workflow: `workflow status --watch` "
      "shows it, `workflow cancel` ends it",
      folder.definition.string(), holder->pid, holder->host));
}

/// Requests to an engine before this one.
void drop_stale_requests(const WorkflowFolder& folder, std::int64_t before_utc_ns) {
  for (const WaitingRequest& waiting : waiting_requests(folder)) {
    std::error_code ignored;
    if (waiting.utc_ns < before_utc_ns) fs::remove(waiting.file, ignored);
  }
}

void finish(Book& book, std::optional<NodeStatus> status) {
  if (status) {
    Event event;
    event.kind = Event::Kind::kEnd;
    event.status = *status;
    book.emit(std::move(event));
  }
  book.sync();
}

}  // namespace

State run_workflow(const WorkflowFolder& folder, const EngineOptions& options, const Clock& clock) {
  const Opened opened = open_workflow(folder, options);
  make_directories(folder.state);
  const std::int64_t locked_utc_ns = clock.utc_ns();
  refuse_a_second(folder);
  const record::RunLock lock(folder.lock(), clock);
  if (!opened.change.empty()) refuse_while_jobs_run(folder, opened.change);
  Book book(folder, names_of(opened.definition), clock, options.on_event);
  if (book.num_cut_bytes() > 0 && options.on_warning) {
    options.on_warning(fmt::format("{}: its last line was torn; {} bytes of it were cut off",
                                   folder.journal().string(), book.num_cut_bytes()));
  }
  drop_stale_requests(folder, locked_utc_ns);
  const bool has_journal = book.state().run() > 0;
  start_run(folder, opened, options, book);
  EngineCore core({.folder = folder,
                   .definition = opened.definition,
                   .graph = opened.graph,
                   .fingerprints = opened.fingerprints,
                   .selected = opened.selected,
                   .has_journal = has_journal},
                  book, options, clock);
  finish(book, core.run());
  return book.state();
}

std::vector<std::string> meet_requests(const WorkflowFolder& folder, const EngineOptions& options,
                                       const Clock& clock) {
  EngineOptions as_before = options;
  // Before the first run nodes may be held.
  as_before.as_before = !last_given(folder).text.empty();
  make_directories(folder.state);
  const Opened opened = open_workflow(folder, as_before);
  const record::RunLock lock(folder.lock(), clock);
  Book book(folder, names_of(opened.definition), clock, options.on_event);
  EngineCore core({.folder = folder,
                   .definition = opened.definition,
                   .graph = opened.graph,
                   .fingerprints = opened.fingerprints},
                  book, options, clock);
  finish(book, core.meet_requests());
  return core.refusals();
}

std::vector<std::string> plan_workflow(const WorkflowFolder& folder, const EngineOptions& options) {
  const Opened opened = open_workflow(folder, options);
  State state(names_of(opened.definition));
  workflow::JournalReader reader(folder.journal());
  for (auto& line : reader.read_new()) {
    if (line.event.kind == Event::Kind::kBegin) line.event.nodes = state.names();
    state.apply(line.event);
  }
  return forecast(request_of(opened, state, options));
}

}  // namespace sciwright::coordinator
