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
#include "coordinator/engine_core.h"
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
  std::vector<bool> selected = {};
};

GivenRun given_now(const WorkflowFolder& folder, const EngineOptions& options) {
  GivenRun last = last_given(folder);
  if (options.as_before) {
    if (last.text.empty()) {
      throw usage_error(fmt::format("{}: has never run", folder.definition.string()));
    }
    return last;
  }
  GivenRun now{read_file(folder.definition), options.parameters};
  // Whoever goes on with a run need not say its parameters again.
  if (now.parameters.empty() && !options.everything && now.text == last.text) return last;
  return now;
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
  for (const std::string& text : reading.warnings) {
    if (options.on_warning) options.on_warning(text);
  }
  opened.definition = std::move(reading.definition);
  opened.graph = workflow::make_graph(opened.definition.nodes.size(), opened.definition.edges);
  opened.selected = selection_of(opened, options.only);
  return opened;
}

bool is_flying(NodeStatus status) {
  return status == NodeStatus::kSubmitted || status == NodeStatus::kRunning;
}

/// Names of nodes whose jobs a dead engine left behind, whatever the definition is now.
std::vector<std::string> left_running(const WorkflowFolder& folder) {
  State state;
  workflow::JournalReader reader(folder.journal());
  for (const auto& line : reader.read_new()) state.apply(line.event);
  std::vector<std::string> names;
  for (std::size_t i = 0; i < state.size(); ++i) {
    if (is_flying(state[i].status)) names.push_back(state.names()[i]);
  }
  return names;
}

void refuse_while_jobs_run(const WorkflowFolder& folder, const char* why) {
  const std::vector<std::string> names = left_running(folder);
  if (names.empty()) return;
  throw usage_error(
      fmt::format("{}: {}, and jobs of its last run may still run ({}): `workflow resume` goes on "
                  "with that run, "
                  "`workflow cancel` ends it",
                  folder.definition.string(), why, fmt::join(names, ", ")));
}

/// What a run that ended badly tries again; not those that lost a competition.
std::vector<std::string> to_repeat(const Opened& opened, const State& state) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < opened.definition.nodes.size(); ++i) {
    const NodeStatus status = state[i].status;
    const bool has_lost = std::ranges::any_of(opened.graph.children[i], [&](std::size_t child) {
      return opened.definition.nodes[child].kind == workflow::NodeKind::kCompete &&
             state[child].status == NodeStatus::kDone;
    });
    if (status == NodeStatus::kFailed || (status == NodeStatus::kCancelled && !has_lost)) {
      names.push_back(opened.definition.nodes[i].name);
    }
  }
  return names;
}

/// Whether the run of a state is gone on with.
bool goes_on(const Opened& opened, const State& state, const EngineOptions& options) {
  if (state.run() == 0 || !options.resume || options.everything) return false;
  if (state.status() == RunStatus::kReady) return false;
  if (state.status() != RunStatus::kDone) return true;
  std::vector<std::uint16_t> queues(opened.definition.nodes.size(), 0);
  return Plan({.definition = opened.definition,
               .graph = opened.graph,
               .queues = std::move(queues),
               .selected = opened.selected},
              state)
      .has_ready();
}

Event engine_event(Event::Kind kind) {
  Event event;
  event.kind = kind;
  event.host = host_name();
  event.pid = ::getpid();
  return event;
}

void attach(const Opened& opened, Book& book) {
  const bool had_ended = book.state().status() != RunStatus::kRunning;
  book.emit(engine_event(Event::Kind::kAttach));
  if (!had_ended) return;
  for (const std::string& name : to_repeat(opened, book.state())) {
    Event event;
    event.kind = Event::Kind::kReset;
    event.node = name;
    book.emit(std::move(event));
  }
}

void begin(const WorkflowFolder& folder, const Opened& opened, Book& book) {
  keep_given(folder, opened.given);
  Event event = engine_event(Event::Kind::kBegin);
  event.workflow = opened.definition.name;
  event.run = book.state().run() + 1;
  event.nodes = names_of(opened.definition);
  event.definition = sha256_hex(opened.given.text);
  book.emit(std::move(event));
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
  const record::RunLock lock(folder.lock(), clock);
  if (opened.given != last_given(folder)) refuse_while_jobs_run(folder, "the file has changed");
  Book book(folder, names_of(opened.definition), clock, options.on_event);
  if (book.num_cut_bytes() > 0 && options.on_warning) {
    options.on_warning(fmt::format("{}: its last line was torn; {} bytes of it were cut off",
                                   folder.journal().string(), book.num_cut_bytes()));
  }
  drop_stale_requests(folder, locked_utc_ns);
  if (opened.given == last_given(folder) && goes_on(opened, book.state(), options)) {
    attach(opened, book);
  } else {
    refuse_while_jobs_run(folder, "a new run was asked for");
    begin(folder, opened, book);
  }
  EngineCore core({folder, opened.definition, opened.graph, opened.selected}, book, options, clock);
  finish(book, core.run());
  return book.state();
}

std::vector<std::string> meet_requests(const WorkflowFolder& folder, const EngineOptions& options,
                                       const Clock& clock) {
  EngineOptions as_before = options;
  as_before.as_before = true;
  const Opened opened = open_workflow(folder, as_before);
  const record::RunLock lock(folder.lock(), clock);
  Book book(folder, names_of(opened.definition), clock, options.on_event);
  EngineCore core({folder, opened.definition, opened.graph, {}}, book, options, clock);
  finish(book, core.meet_requests());
  return core.refusals();
}

std::vector<std::string> plan_workflow(const WorkflowFolder& folder, const EngineOptions& options) {
  const Opened opened = open_workflow(folder, options);
  State state(names_of(opened.definition));
  const bool is_same = opened.given == last_given(folder);
  workflow::JournalReader reader(folder.journal());
  for (auto& line : reader.read_new()) {
    if (line.event.kind == Event::Kind::kBegin) line.event.nodes = state.names();
    state.apply(line.event);
  }
  const bool is_continued = is_same && goes_on(opened, state, options);
  const bool repeats = state.status() != RunStatus::kRunning;
  const std::vector<std::string> again = to_repeat(opened, state);
  std::vector<std::string> names;
  for (const std::size_t node : workflow::topological_order(opened.graph)) {
    if (!opened.selected.empty() && !opened.selected[node]) continue;
    const std::string& name = opened.definition.nodes[node].name;
    const bool is_again = repeats && std::ranges::find(again, name) != again.end();
    if (is_continued && workflow::is_over(state[node].status) && !is_again) continue;
    names.push_back(name);
  }
  return names;
}

}  // namespace sciwright::coordinator
