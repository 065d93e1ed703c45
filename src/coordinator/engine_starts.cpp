#include <algorithm>
#include <cctype>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"
#include "coordinator/engine_core.h"
#include "coordinator/place.h"
#include "jobs/job.h"

namespace sciwright::coordinator {
namespace {

namespace fs = std::filesystem;
using workflow::Event;
using workflow::NodeKind;
using workflow::NodeStatus;

/// As a name of the environment: SCIWRIGHT_TRAIN_A_SCORE.
std::string variable_of(const std::string& node, const std::string& value) {
  std::string name = "SCIWRIGHT_" + node + "_" + value;
  for (char& c : name) {
    const auto byte = static_cast<unsigned char>(c);
    c = std::isalnum(byte) == 0 ? '_' : static_cast<char>(std::toupper(byte));
  }
  return name;
}

void add_values(const std::string& node, const std::map<std::string, std::string>& values,
                std::map<std::string, std::string>& environment) {
  for (const auto& [key, value] : values) environment[variable_of(node, key)] = value;
}

}  // namespace

void EngineCore::start_ready() {
  if (is_cancelling_) {
    for (Site& site : sites_) {
      settle_handing(site);
      hand_over(site);
    }
    return;
  }
  while (!starts_nothing_) {
    const auto node = plan_->take(0);
    if (!node) break;
    conclude_here(*node);
  }
  for (std::size_t queue = 1; queue < plan_->num_queues(); ++queue) start_at(queue);
}

void EngineCore::start_at(std::size_t queue) {
  Site& site = site_of_queue(queue);
  hand_over(site);
  if (site.is_busy() || !site.handing.empty()) return;
  std::size_t room = plan_->has_ready() ? free_places(site) : 0;
  while (room > 0 && !starts_nothing_) {
    const auto node = plan_->take(queue);
    if (!node) break;
    if (auto job = prepare(*node)) {
      site.handing.push_back(std::move(*job));
      --room;
    }
  }
  hand_over(site);
}

/// A node in a queue may have been held, ended or set back since.
bool EngineCore::is_startable(std::size_t node) const {
  return state_of(node).status == NodeStatus::kReady && !retrying_.contains(node) &&
         !plan_->is_blocked(node);
}

/// Its end at once where its condition does not hold or an input is missing.
bool EngineCore::is_held_back(std::size_t node) {
  if (node_at(node).starts_done) {
    end_simply(node, NodeStatus::kSkipped, "done already, as the file says");
    return true;
  }
  if (is_condition_false(node)) return true;
  const std::string missing = missing_input(subject_.definition, node_at(node));
  if (missing.empty()) return false;
  end_simply(node, NodeStatus::kFailed, fmt::format("its input {} is missing", missing));
  return true;
}

bool EngineCore::is_condition_false(std::size_t node) {
  const auto condition = conditions_.find(node);
  if (condition == conditions_.end()) return false;
  const auto result = condition->second.evaluate(book_.state());
  if (!result.problem.empty()) {
    end_simply(node, NodeStatus::kFailed, "when: " + result.problem);
    return true;
  }
  if (result.holds) return false;
  end_simply(node, NodeStatus::kSkipped, fmt::format("when: {}: not so", node_at(node).when));
  return true;
}

/// The job of a node that is to start; nothing for one that is over at once.
std::optional<jobs::Job> EngineCore::prepare(std::size_t node) {
  if (!is_startable(node) || is_held_back(node)) return std::nullopt;
  Flight flight{.site = plan_->queue_of(node) - 1};
  if (!node_at(node).outputs.empty()) {
    flight.inputs = inputs_hash(subject_.definition, node_at(node), parents_values(node), hashes_);
    if (is_up_to_date(node, flight.inputs)) {
      Event event = event_of(Event::Kind::kEnded, node);
      event.status = NodeStatus::kSkipped;
      event.exit_code = 0;
      event.message = "up to date";
      event.inputs = flight.inputs;
      event.values = state_of(node).values;
      end(node, std::move(event));
      return std::nullopt;
    }
  }
  if (is_pattern(node_at(node)) && !decide_among_parents(node, flight.said)) return std::nullopt;
  return launch(node, std::move(flight));
}

/// Without inputs of its own its results are those of what it depends on.
bool EngineCore::is_up_to_date(std::size_t node, const std::string& inputs) const {
  if (options_.everything || state_of(node).inputs != inputs) return false;
  if (!missing_output(subject_.definition, node_at(node)).empty()) return false;
  if (!node_at(node).inputs.empty()) return true;
  return std::ranges::none_of(subject_.graph.parents[node], [this](std::size_t parent) {
    return state_of(parent).status == NodeStatus::kDone && state_of(parent).submitted_utc_ns > 0;
  });
}

std::optional<jobs::Job> EngineCore::launch(std::size_t node, Flight flight) {
  const int attempt = state_of(node).attempt + 1;
  const fs::path folder = subject_.folder.job(node_at(node).name);
  jobs::Job job;
  try {
    job = job_of(node, attempt, flight.said);
    if (!flight.inputs.empty()) remember_inputs(folder, flight.inputs);
  } catch (const Error& error) {  // the engine's launch of a step
    end_simply(node, NodeStatus::kFailed, error.what());
    return std::nullopt;
  }
  if (attempt > 1) {
    std::error_code error;
    const auto size = fs::file_size(folder / jobs::kStdoutFile, error);
    if (!error) flight.output_offset = static_cast<std::int64_t>(size);
  }
  Event event = event_of(Event::Kind::kSubmitted, node);
  event.attempt = attempt;
  event.site = sites_[flight.site].name;
  ++sites_[flight.site].num_flying;
  flights_.emplace(node, std::move(flight));
  book_.emit(std::move(event));
  return job;
}

jobs::Job EngineCore::job_of(std::size_t node, int attempt, const SaidProgress& said) const {
  JobRequest request = job_request(node, attempt);
  add_values(node_at(node).name, said.values, request.environment);
  return make_job(node_at(node), request);
}

JobRequest EngineCore::job_request(std::size_t node, int attempt) const {
  const Site& site = sites_[plan_->queue_of(node) - 1];
  return {.folder = subject_.folder,
          .definition = subject_.definition,
          .site = site.name,
          .attempt = attempt,
          .environment = parents_values(node),
          .program = program_,
          .path = path_,
          .remote_root = site.remote_root};
}

std::map<std::string, std::string> EngineCore::parents_values(std::size_t node) const {
  std::map<std::string, std::string> environment;
  for (const std::size_t parent : subject_.graph.parents[node]) {
    add_values(node_at(parent).name, state_of(parent).values, environment);
  }
  return environment;
}

/// A node without a process.
void EngineCore::conclude_here(std::size_t node) {
  if (!is_startable(node) || is_held_back(node)) return;
  SaidProgress said;
  if (is_pattern(node_at(node)) && !decide_among_parents(node, said)) return;
  Event event = event_of(Event::Kind::kEnded, node);
  event.status = NodeStatus::kDone;
  event.exit_code = 0;
  event.values = said.values;
  end(node, std::move(event));
}

/// Chooses or joins, writes it down, ends what lost. False when that is not possible and the node
/// has failed. The same again after a kill: who ended first stays first.
bool EngineCore::decide_among_parents(std::size_t node, SaidProgress& said) {
  std::vector<Candidate> candidates;
  for (const std::size_t parent : subject_.graph.parents[node]) {
    if (!workflow::is_over(state_of(parent).status)) continue;
    if (outcome_of(state_of(parent)) != Outcome::kGood) continue;
    candidates.push_back(
        {node_at(parent).name, state_of(parent).ended_utc_ns, state_of(parent).values});
  }
  Decision decision = decide(node_at(node), candidates);
  if (!decision.problem.empty()) {
    end_simply(node, NodeStatus::kFailed, decision.problem);
    return false;
  }
  const fs::path folder = subject_.folder.job(node_at(node).name);
  make_directories(folder);
  write_file_atomic(folder / decision.file, decision.content.dump(2) + "\n");
  said.values = std::move(decision.values);
  cancel_losers(node);
  return true;
}

void EngineCore::cancel_losers(std::size_t node) {
  if (node_at(node).kind != NodeKind::kCompete) return;
  for (const std::size_t parent : subject_.graph.parents[node]) {
    const bool is_open = !workflow::is_over(state_of(parent).status) && !plan_->is_blocked(parent);
    if (is_open) cancel_node(parent, "another one won");
  }
}

}  // namespace sciwright::coordinator
