#include "coordinator/engine_core.h"

#include <algorithm>
#include <cmath>
#include <poll.h>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "coordinator/place.h"
#include "jobs/ledger.h"

namespace sciwright::coordinator {
namespace {

namespace fs = std::filesystem;
using jobs::LedgerEntry;
using workflow::Event;
using workflow::NodeStatus;

constexpr double kLongestWaitS = 0.2;  // requests are looked for as often

std::int64_t nanoseconds(double seconds) { return static_cast<std::int64_t>(1e9 * seconds); }

fs::path own_program() {
  std::error_code error;
  return fs::read_symlink("/proc/self/exe", error);
}

/// A number for each site that some node runs at, from 1; 0 for none.
std::vector<std::uint16_t> queues_of(const workflow::Definition& definition,
                                     std::vector<std::string>& sites) {
  std::vector<std::uint16_t> queues;
  std::unordered_map<std::string, std::uint16_t> known = {{"", 0}};
  queues.reserve(definition.nodes.size());
  for (const workflow::Node& node : definition.nodes) {
    const auto [found, is_new] =
        known.try_emplace(site_of(node), static_cast<std::uint16_t>(sites.size() + 1));
    if (is_new) sites.push_back(found->first);
    queues.push_back(found->second);
  }
  return queues;
}

std::unordered_map<std::size_t, workflow::Condition> conditions_of(
    const workflow::Definition& definition) {
  std::unordered_map<std::size_t, workflow::Condition> conditions;
  workflow::NodeIndex index;
  for (std::size_t i = 0; i < definition.nodes.size(); ++i) {
    if (definition.nodes[i].when.empty()) continue;
    if (index.empty()) {
      for (std::size_t k = 0; k < definition.nodes.size(); ++k) {
        index.emplace(definition.nodes[k].name, k);
      }
    }
    std::string problem;
    auto condition = workflow::Condition::parse(definition.nodes[i].when, index, problem);
    if (!condition)
      throw usage_error(fmt::format("{}: when: {}", definition.nodes[i].name, problem));
    conditions.emplace(i, std::move(*condition));
  }
  return conditions;
}

bool is_flying(NodeStatus status) {
  return status == NodeStatus::kSubmitted || status == NodeStatus::kRunning;
}

}  // namespace

EngineCore::EngineCore(Subject subject, Book& book, const EngineOptions& options,
                       const Clock& clock)
    : subject_(std::move(subject)),
      book_(book),
      options_(options),
      clock_(clock),
      conditions_(conditions_of(subject_.definition)),
      program_(own_program()),
      path_(path_with(program_)),
      is_cancelling_(book.state().is_cancelling()) {
  open_sites();
  adopt();
}

void EngineCore::open_sites() {
  std::vector<std::string> names;
  std::vector<std::uint16_t> queues = queues_of(subject_.definition, names);
  for (const std::string& name : names) {
    SiteRequest request{.folder = subject_.folder,
                        .definition = subject_.definition,
                        .name = name,
                        .num_local_jobs = options_.num_local_jobs,
                        .make_launcher = options_.make_launcher};
    if (fs::exists(subject_.folder.site(name) / "jobs.jsonl")) {
      for (std::size_t i = 0; i < subject_.definition.nodes.size(); ++i) {
        if (!is_flying(state_of(i).status))
          request.settled.emplace(node_at(i).name, state_of(i).attempt);
      }
    }
    sites_.push_back(open_site(request, clock_));
  }
  plan_ = std::make_unique<Plan>(Plan::Request{.definition = subject_.definition,
                                               .graph = subject_.graph,
                                               .queues = std::move(queues),
                                               .num_queues = sites_.size() + 1,
                                               .selected = subject_.selected},
                                 book_.state());
}

/// Takes over what an engine before this one had under way; those that choose among others last.
void EngineCore::adopt() {
  std::vector<std::size_t> patterns;
  for (std::size_t i = 0; i < subject_.definition.nodes.size(); ++i) {
    const workflow::NodeState& state = state_of(i);
    if (is_pattern(node_at(i))) patterns.push_back(i);
    if (is_lost(i)) announce(i, ledger_attempt(i), plan_->queue_of(i) - 1);
    if (state.status == NodeStatus::kReady && state.retry_utc_ns > 0) {
      retries_.emplace(retry_steady_ns(i), i);
      retrying_.insert(i);
    }
    if (is_flying(state.status) && !is_pattern(node_at(i))) adopt_node(i);
  }
  for (const std::size_t i : patterns) {
    if (is_flying(state_of(i).status)) adopt_node(i);
    if (state_of(i).status == NodeStatus::kDone) cancel_losers(i);
  }
}

/// The last attempt that its site's ledger knows.
int EngineCore::ledger_attempt(std::size_t node) const {
  const std::size_t queue = plan_->queue_of(node);
  if (queue == 0) return 0;
  const LedgerEntry* entry = sites_[queue - 1].tracker->ledger().find(node_at(node).name);
  return entry == nullptr ? 0 : entry->handle.attempt;
}

/// Whether it was handed over, and the journal lost its last lines, as with the machine, but the
/// ledger did not. With no journal at all somebody took it away to begin anew.
bool EngineCore::is_lost(std::size_t node) const {
  const NodeStatus status = state_of(node).status;
  if (!subject_.has_journal || (status != NodeStatus::kReady && status != NodeStatus::kHeld)) {
    return false;
  }
  if (ledger_attempt(node) <= state_of(node).attempt) return false;
  const auto& ledger = sites_[plan_->queue_of(node) - 1].tracker->ledger();
  return ledger.find(node_at(node).name)->state == LedgerEntry::State::kSubmitted;
}

/// When it is tried again. Never longer from now than it is to wait: clocks are set back at times.
std::int64_t EngineCore::retry_steady_ns(std::size_t node) const {
  const std::int64_t left_ns = state_of(node).retry_utc_ns - clock_.utc_ns();
  const std::int64_t most_ns = nanoseconds(backoff_s(node));
  return clock_.steady_ns() + std::clamp<std::int64_t>(left_ns, 0, most_ns);
}

/// Whether it was handed over, its site's ledger says.
void EngineCore::adopt_node(std::size_t node) {
  const std::size_t queue = plan_->queue_of(node);
  if (queue == 0) {  // it has no process any more
    end_simply(node, NodeStatus::kFailed, "the definition has no process for it any more");
    return;
  }
  Site& site = site_of_queue(queue);
  Flight flight{.site = queue - 1};
  const int attempt = state_of(node).attempt;
  const AttemptFacts facts = remembered_attempt(subject_.folder.job(node_at(node).name), attempt);
  flight.inputs = facts.inputs;
  flight.output_offset = facts.output_offset;
  const LedgerEntry* entry = site.tracker->ledger().find(node_at(node).name);
  const bool is_there = entry != nullptr && entry->handle.attempt == attempt &&
                        entry->state == LedgerEntry::State::kSubmitted;
  if (is_pattern(node_at(node)) && !decide_among_parents(node, flight.said)) return;
  if (!is_there) {
    try {
      site.handing.push_back(job_of(node, attempt, flight.said));
    } catch (const Error& error) {  // the engine's launch of a step
      end_simply(node, NodeStatus::kFailed, error.what());
      return;
    }
  }
  ++site.num_flying;
  if (state_of(node).status == NodeStatus::kRunning) ++site.num_begun;
  flights_.emplace(node, std::move(flight));
  if (is_cancelling_ || state_of(node).is_cancelling) site.to_cancel.push_back(node_at(node).name);
}

std::optional<NodeStatus> EngineCore::run() {
  while (true) {
    const std::int64_t before = book_.state().last_seq();
    if (turn()) break;
    book_.sync_if_due();
    if (book_.state().last_seq() == before) wait();
  }
  if (has_left_) return std::nullopt;
  return end_status();
}

/// True when there is no going on.
bool EngineCore::turn() {
  take_requests();
  heed_signals();
  settle_errands();
  for (Site& site : sites_) look_at(site);
  read_outputs();
  release_retries();
  if (!has_left_) start_ready();
  return has_left_ || is_finished();
}

std::optional<NodeStatus> EngineCore::meet_requests() {
  starts_nothing_ = is_offline_ = true;
  next_requests_ns_ = 0;
  take_requests();
  const auto is_to_end = [this](const auto& item) { return is_ending(item.first); };
  while (std::ranges::any_of(flights_, is_to_end)) {
    if (options_.stop && options_.stop()) return std::nullopt;
    const std::int64_t before = book_.state().last_seq();
    settle_errands();
    for (Site& site : sites_) {
      look_at(site);
      hand_over(site);
    }
    if (book_.state().last_seq() == before) wait();
  }
  if (is_cancelling_) return NodeStatus::kCancelled;
  return std::nullopt;
}

bool EngineCore::is_finished() const {
  if (!flights_.empty()) return false;
  if (starts_nothing_ || is_cancelling_) return true;
  return !plan_->has_ready() && retries_.empty() && !waits_for_release();
}

/// Whether something would start if it was not held.
bool EngineCore::waits_for_release() const {
  if (book_.state().count(NodeStatus::kHeld) == 0) return false;
  for (std::size_t i = 0; i < subject_.definition.nodes.size(); ++i) {
    const bool is_held = state_of(i).status == NodeStatus::kHeld;
    if (is_held && plan_->is_selected(i) && !plan_->is_blocked(i)) return true;
  }
  return false;
}

NodeStatus EngineCore::end_status() const {
  if (is_cancelling_) return NodeStatus::kCancelled;
  bool is_any_cancelled = false;
  for (std::size_t i = 0; i < subject_.definition.nodes.size(); ++i) {
    if (!plan_->is_selected(i)) continue;
    if (state_of(i).status == NodeStatus::kFailed) return NodeStatus::kFailed;
    is_any_cancelled |= state_of(i).status == NodeStatus::kCancelled && !is_loser(i);
  }
  return is_any_cancelled ? NodeStatus::kCancelled : NodeStatus::kDone;
}

/// Until something may have happened. News of local jobs are gathered for as long as their launcher
/// asks for.
void EngineCore::wait() {
  const std::int64_t now_ns = clock_.steady_ns();
  double longest_s = kLongestWaitS;
  double pause_s = 0;
  std::vector<pollfd> changes;
  const auto until = [&](std::int64_t time_ns) {
    longest_s = std::min(longest_s, std::max(0.0, 1e-9 * static_cast<double>(time_ns - now_ns)));
  };
  if (!retries_.empty()) until(retries_.begin()->first);
  for (const Site& site : sites_) {
    if (site.is_busy()) changes.push_back({site.errand->descriptor(), POLLIN, 0});
    if (site.num_flying == 0 || site.is_busy()) continue;
    const int descriptor = site.launcher->change_descriptor();
    if (descriptor < 0) {
      until(site.next_look_ns);
    } else {
      changes.push_back({descriptor, POLLIN, 0});
      pause_s = std::max(pause_s, site.tracker->seconds_to_next_poll());
    }
  }
  if (options_.wait) return options_.wait(longest_s);
  pause_s = std::min(pause_s, longest_s);
  ::poll(nullptr, 0, static_cast<int>(std::ceil(1e3 * pause_s)));
  ::poll(changes.data(), changes.size(), static_cast<int>(std::ceil(1e3 * (longest_s - pause_s))));
}

void EngineCore::heed_signals() {
  if (options_.leave && options_.leave()) has_left_ = true;
  if (!options_.stop || !options_.stop()) return;
  if (options_.keep_running) {
    has_left_ = true;
  } else if (!is_cancelling_) {
    cancel_all();
  }
}

}  // namespace sciwright::coordinator
