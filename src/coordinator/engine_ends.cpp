#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/process.h"
#include "coordinator/engine_core.h"
#include "coordinator/place.h"
#include "jobs/job.h"

namespace sciwright::coordinator {
namespace {

namespace fs = std::filesystem;
using jobs::EndingKind;
using workflow::Event;
using workflow::NodeStatus;

constexpr double kOutputsS = 0.5;    // between two looks at what running jobs wrote
constexpr double kRestPerLook = 20;  // looks take a twentieth of the time at most
constexpr double kLongestBackoffS = 600;
constexpr double kAboutNowS = 0.05;

std::int64_t nanoseconds(double seconds) { return static_cast<std::int64_t>(1e9 * seconds); }

/// What was said later wins.
void add(const SaidProgress& more, SaidProgress& said) {
  if (more.percent) said.percent = more.percent;
  if (more.exit_code) said.exit_code = more.exit_code;
  if (!more.message.empty()) said.message = more.message;
  for (const auto& [key, value] : more.values) said.values[key] = value;
}

std::string why_it_failed(const jobs::JobReport& report, const SaidProgress& said) {
  std::string text = jobs::describe(*report.status.ending);
  if (!report.status.reason.empty()) text += fmt::format(" ({})", report.status.reason);
  if (said.exit_code && !said.message.empty()) text += ": " + said.message;
  return text;
}

}  // namespace

Event EngineCore::event_of(Event::Kind kind, std::size_t node) const {
  Event event;
  event.kind = kind;
  event.node = node_at(node).name;
  event.attempt = state_of(node).attempt;
  return event;
}

/// Progress lines of jobs whose output can be read here while they run.
void EngineCore::read_outputs() {
  const std::int64_t begun_ns = clock_.steady_ns();
  if (begun_ns < next_outputs_ns_) return;
  for (auto& [node, flight] : flights_) {
    if (state_of(node).status != NodeStatus::kRunning) continue;
    if (!ssh_host_of(sites_[flight.site].name).empty()) continue;
    const fs::path file = subject_.folder.job(node_at(node).name) / jobs::kStdoutFile;
    const auto said = read_progress(file, flight.output_offset, /*is_over=*/false);
    if (!said) continue;
    add(*said, flight.said);
    tell_progress(node, *said);
  }
  const double took_s = 1e-9 * static_cast<double>(clock_.steady_ns() - begun_ns);
  next_outputs_ns_ = begun_ns + nanoseconds(std::max(kOutputsS, kRestPerLook * took_s));
}

void EngineCore::tell_progress(std::size_t node, const SaidProgress& said) {
  Event event = event_of(Event::Kind::kProgress, node);
  event.progress = said.percent ? *said.percent : state_of(node).progress;
  event.message = said.message;
  event.values = said.values;
  book_.emit(std::move(event));
}

void EngineCore::take_report(const jobs::JobReport& report) {
  const auto node = book_.state().index_of(report.id);
  if (!node || !flights_.contains(*node)) return;
  if (report.handle.attempt != state_of(*node).attempt) return;
  if (report.refused) {
    Event event = event_of(Event::Kind::kEnded, *node);
    event.status = NodeStatus::kFailed;
    event.message = report.status.reason;
    end(*node, std::move(event));
    return;
  }
  const bool has_started = report.status.state == jobs::JobState::kRunning || report.record.start;
  if (has_started) note_running(*node, report);
  if (report.status.ending) take_ending(*node, report);
}

/// The time that a record tells, where it is not about now; not before `least_ns`, since the clock
/// of another host need not be ours. 0 for now.
std::int64_t EngineCore::earlier(double utc_s, std::int64_t least_ns) const {
  if (utc_s <= 0) return 0;
  const std::int64_t now_ns = clock_.utc_ns();
  const std::int64_t then_ns = std::max(nanoseconds(utc_s), least_ns);
  return then_ns + nanoseconds(kAboutNowS) < now_ns ? then_ns : 0;
}

void EngineCore::note_running(std::size_t node, const jobs::JobReport& report) {
  if (state_of(node).status != NodeStatus::kSubmitted) return;
  static const std::string here = host_name();
  const std::string& site = sites_[flights_.at(node).site].name;
  const std::string there = ssh_host_of(site).empty() ? site : ssh_host_of(site);
  Event event = event_of(Event::Kind::kRunning, node);
  event.host = report.record.start ? report.record.start->host : site == "local" ? here : there;
  if (report.record.start) {
    event.at_utc_ns = earlier(report.record.start->utc_s, state_of(node).submitted_utc_ns);
  }
  ++sites_[flights_.at(node).site].num_begun;
  book_.emit(std::move(event));
}

void EngineCore::take_ending(std::size_t node, const jobs::JobReport& report) {
  Flight& flight = flights_.at(node);
  const fs::path file = subject_.folder.job(node_at(node).name) / jobs::kStdoutFile;
  if (const auto said = read_progress(file, flight.output_offset, /*is_over=*/true)) {
    add(*said, flight.said);
  }
  const jobs::Ending& ending = *report.status.ending;
  Event event = event_of(Event::Kind::kEnded, node);
  event.exit_code = ending.exit_code ? ending.exit_code : flight.said.exit_code;
  event.signal = ending.signal;
  event.values = flight.said.values;
  event.at_utc_ns = earlier(report.record.ended_utc_s, state_of(node).started_utc_ns);
  if (flight.is_taken_back && ending.kind == EndingKind::kCancelled && !report.record.start) {
    return take_back(node);
  }
  if (ending.kind == EndingKind::kSuccess) {
    event.exit_code = 0;
    event.message = problem_of_good_end(node);
    event.status = event.message.empty() ? NodeStatus::kDone : NodeStatus::kFailed;
    if (event.message.empty()) {
      event.message = flight.said.message;
      event.inputs = flight.inputs;
    }
  } else if (ending.kind == EndingKind::kCancelled) {
    event.status = NodeStatus::kCancelled;
    event.message = is_loser(node) ? kAnotherWon : "cancelled";
  } else {
    event.status = NodeStatus::kFailed;
    event.message = why_it_failed(report, flight.said);
  }
  end(node, std::move(event));
}

/// What keeps a job that ended with 0 from being done.
std::string EngineCore::problem_of_good_end(std::size_t node) const {
  try {
    bring_back_outputs(node_at(node), job_request(node, state_of(node).attempt));
  } catch (const Error& error) {  // the engine's launch of a step
    return error.what();
  } catch (const fs::filesystem_error& error) {
    return error.what();
  }
  const std::string missing = missing_output(subject_.definition, node_at(node));
  return missing.empty() ? "" : fmt::format("it ended well, but its output {} is missing", missing);
}

void EngineCore::close_flight(std::size_t node) {
  const auto flight = flights_.find(node);
  if (flight == flights_.end()) return;
  Site& site = sites_[flight->second.site];
  --site.num_flying;
  if (state_of(node).status == NodeStatus::kRunning) --site.num_begun;
  // One that was found to be there after a kill, and over, before it was handed over again.
  const auto is_it = [&](const jobs::Job& job) { return job.id == node_at(node).name; };
  if (!site.is_busy()) {
    std::erase_if(site.handing, is_it);
    site.tracker->forget(node_at(node).name);
  }
  flights_.erase(flight);
}

/// The end of an attempt, and of the node unless it is tried again.
void EngineCore::end(std::size_t node, Event event) {
  close_flight(node);
  const bool has_failed = event.status == NodeStatus::kFailed;
  if (event.status == NodeStatus::kDone || event.status == NodeStatus::kSkipped) {
    event.definition = subject_.fingerprints[node];
  }
  book_.emit(std::move(event));
  if (has_failed && retry(node)) return;
  const auto policy = node_at(node).on_failure.value_or(subject_.definition.on_failure);
  if (has_failed && policy == workflow::OnFailure::kStop) stop_the_rest();
  plan_->end(node, book_.state());
}

/// Nothing more begins: what waits at a scheduler is taken back; what runs goes on to its end.
void EngineCore::stop_the_rest() {
  starts_nothing_ = true;
  for (auto& [node, flight] : flights_) {
    Site& site = sites_[flight.site];
    const bool waits = site.is_scheduler() && state_of(node).status == NodeStatus::kSubmitted;
    if (!waits || flight.is_taken_back) continue;
    flight.is_taken_back = true;
    site.to_take_back.push_back(node_at(node).name);
    site.next_look_ns = 0;
  }
  for (Site& site : sites_) std::ranges::sort(site.to_take_back);
}

/// As if it had not been handed over.
void EngineCore::take_back(std::size_t node) {
  close_flight(node);
  book_.emit(event_of(Event::Kind::kReset, node));
}

void EngineCore::end_simply(std::size_t node, NodeStatus status, const std::string& message) {
  Event event = event_of(Event::Kind::kEnded, node);
  event.status = status;
  event.message = message;
  end(node, std::move(event));
}

bool EngineCore::retry(std::size_t node) {
  const int num_failures = state_of(node).num_failures;
  const bool is_ending = is_cancelling_ || starts_nothing_ || state_of(node).is_cancelling;
  if (is_ending || num_failures > node_at(node).num_retries) return false;
  const double wait_s = backoff_s(node);
  Event event = event_of(Event::Kind::kRetry, node);
  event.attempt = state_of(node).attempt + 1;
  event.at_utc_ns = clock_.utc_ns() + nanoseconds(wait_s);
  book_.emit(std::move(event));
  retries_.emplace(clock_.steady_ns() + nanoseconds(wait_s), node);
  retrying_.insert(node);
  return true;
}

double EngineCore::backoff_s(std::size_t node) const {
  const int num_failures = state_of(node).num_failures;
  return std::min(kLongestBackoffS, node_at(node).backoff_s * std::pow(2.0, num_failures - 1));
}

void EngineCore::release_retries() {
  while (!retries_.empty() && retries_.begin()->first <= clock_.steady_ns()) {
    const std::size_t node = retries_.begin()->second;
    retries_.erase(retries_.begin());
    if (retrying_.erase(node) > 0) plan_->enqueue(node);
  }
}

/// Cancelled since another one of a `compete` was better.
bool EngineCore::is_loser(std::size_t node) const {
  return std::ranges::any_of(subject_.graph.children[node], [&](std::size_t child) {
    const NodeStatus status = state_of(child).status;
    const bool has_decided = status != NodeStatus::kReady && status != NodeStatus::kHeld;
    return node_at(child).kind == workflow::NodeKind::kCompete && has_decided;
  });
}

}  // namespace sciwright::coordinator
