#include <algorithm>
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
    flight.inputs = inputs_hash(situation(), node, hashes_);
    if (!options_.everything && is_up_to_date(situation(), node, flight.inputs)) {
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

std::optional<jobs::Job> EngineCore::launch(std::size_t node, Flight flight) {
  const int attempt = next_attempt(node);
  const fs::path folder = subject_.folder.job(node_at(node).name);
  jobs::Job job;
  try {
    job = job_of(node, attempt, flight.said);
    std::error_code error;
    const auto size = attempt > 1 ? fs::file_size(folder / jobs::kStdoutFile, error) : 0;
    if (!error) flight.output_offset = static_cast<std::int64_t>(size);
    if (attempt > 1 || !flight.inputs.empty()) {
      remember_attempt(folder, {attempt, flight.output_offset, flight.inputs});
    }
  } catch (const Error& error) {  // the engine's launch of a step
    end_simply(node, NodeStatus::kFailed, error.what());
    return std::nullopt;
  }
  announce(node, attempt, flight.site);
  ++sites_[flight.site].num_flying;
  flights_.emplace(node, std::move(flight));
  return job;
}

/// One that no job had, also where the journal was lost and the ledger and records were not.
int EngineCore::next_attempt(std::size_t node) const {
  const std::string& name = node_at(node).name;
  const jobs::LedgerEntry* entry = sites_[plan_->queue_of(node) - 1].tracker->ledger().find(name);
  const int known = entry == nullptr ? 0 : entry->handle.attempt;
  int attempt = std::max(state_of(node).attempt, known) + 1;
  while (fs::exists(jobs::record_path(subject_.folder.job(name), attempt))) ++attempt;
  return attempt;
}

void EngineCore::announce(std::size_t node, int attempt, std::size_t site) {
  Event event = event_of(Event::Kind::kSubmitted, node);
  event.attempt = attempt;
  event.site = sites_[site].name;
  book_.emit(std::move(event));
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
          .environment = parents_values(situation(), node),
          .program = program_,
          .path = path_,
          .remote_root = site.remote_root};
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
    if (is_open) cancel_node(parent, kAnotherWon);
  }
}

}  // namespace sciwright::coordinator
