#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "coordinator/engine_core.h"
#include "coordinator/place.h"
#include "jobs/ledger.h"

namespace sciwright::coordinator {
namespace {

using jobs::LedgerEntry;
using workflow::Event;
using workflow::NodeStatus;

constexpr double kLongestLookS = 1;  // what records say, schedulers need not be asked for
constexpr double kRestPerLook = 20;  // looks take a twentieth of the time at most
constexpr double kNextTryS = 1;

std::int64_t nanoseconds(double seconds) { return static_cast<std::int64_t>(1e9 * seconds); }

}  // namespace

/// Does something with the site's tracker that may take long: aside where the site has an errand,
/// else at once.
void EngineCore::do_at(Site& site, std::function<void()> work, std::function<void()> done) {
  if (site.errand) return site.errand->begin(std::move(work), std::move(done));
  work();
  done();
}

void EngineCore::settle_errands() {
  for (Site& site : sites_) {
    if (site.errand) site.errand->settle();
  }
}

/// Asks for the end of what is to be ended, and what became of the others.
void EngineCore::look_at(Site& site) {
  const bool is_asked = !site.to_cancel.empty() || !site.to_take_back.empty();
  if (site.is_busy() || (site.num_flying == 0 && !is_asked)) return;
  const std::int64_t begun_ns = clock_.steady_ns();
  const bool is_told = site.launcher->change_descriptor() >= 0;
  const bool is_early =
      is_told ? site.tracker->seconds_to_next_poll() > 0 : begun_ns < site.next_look_ns;
  if (is_early && !(site.next_look_ns == 0 && is_asked)) return;
  struct Look {
    std::vector<std::string> to_cancel = {};
    std::vector<std::string> to_take_back = {};
    jobs::PollReport report = {};
  };
  const auto look = std::make_shared<Look>();
  look->to_cancel = std::exchange(site.to_cancel, {});
  look->to_take_back = std::exchange(site.to_take_back, {});
  do_at(
      site,
      [&site, look] {
        // What could be asked for need not be asked again.
        if (site.tracker->cancel(look->to_cancel).empty()) look->to_cancel.clear();
        if (site.tracker->take_back(look->to_take_back).empty()) look->to_take_back.clear();
        look->report = site.tracker->poll();
      },
      [this, &site, look, begun_ns] {
        std::ranges::copy(look->to_cancel, std::back_inserter(site.to_cancel));
        std::ranges::copy(look->to_take_back, std::back_inserter(site.to_take_back));
        take_poll(site, look->report, begun_ns);
      });
}

void EngineCore::take_poll(Site& site, const jobs::PollReport& report, std::int64_t begun_ns) {
  if (!report.reachable || report.has_asked) {
    note_reachable(site, report.reachable, report.message);
  }
  for (const std::string& id : report.changed) take_report(site.tracker->reports().at(id));
  hand_over_again(site, report.dropped);
  const double took_s = 1e-9 * static_cast<double>(clock_.steady_ns() - begun_ns);
  const double rest_s = std::min(kLongestLookS, site.launcher->capabilities().poll_interval_s);
  site.next_look_ns = begun_ns + nanoseconds(std::max(rest_s, kRestPerLook * took_s));
}

/// Jobs that had not started when the process that was to start them went away.
void EngineCore::hand_over_again(Site& site, const std::vector<std::string>& dropped) {
  for (const std::string& id : dropped) {
    const auto node = book_.state().index_of(id);
    if (!node || !flights_.contains(*node)) continue;
    try {
      site.handing.push_back(job_of(*node, state_of(*node).attempt, flights_.at(*node).said));
    } catch (const Error& error) {  // the engine's launch of a step
      end_simply(*node, NodeStatus::kFailed, error.what());
    }
  }
}

/// People see it at the nodes that wait for it.
void EngineCore::note_reachable(Site& site, bool reachable, const std::string& message) {
  site.has_answered |= reachable;
  if (site.reachable == reachable) return;
  site.reachable = reachable;
  const std::size_t number = static_cast<std::size_t>(&site - sites_.data());
  const std::string title = title_of_site(site.name);
  const std::string text =
      reachable ? fmt::format("{} answers again", title)
                : fmt::format("{} does not answer, waiting for it: {}", title, message);
  site.silence = reachable ? "" : text;
  for (const auto& [node, flight] : flights_) {
    if (flight.site != number) continue;
    Event event = event_of(Event::Kind::kProgress, node);
    event.progress = state_of(node).progress;
    event.message = text;
    book_.emit(std::move(event));
  }
}

/// Gives the site what was announced to it; what it does not take waits. Of jobs that are to end
/// it is only found out whether they are there.
void EngineCore::hand_over(Site& site) {
  if (site.is_busy() || site.handing.empty() || clock_.steady_ns() < site.next_try_ns) return;
  settle_handing(site);
  if (site.handing.empty()) return;
  if (site.launcher->capabilities().outlives_machine) book_.sync();
  const bool starts_some =
      !starts_nothing_ && std::ranges::none_of(site.handing, [&](const auto& job) {
        return is_ending(*book_.state().index_of(job.id));
      });
  const auto report = std::make_shared<jobs::SubmitReport>();
  do_at(
      site,
      [&site, report, starts_some] {
        if (starts_some) *report = site.tracker->submit(site.handing);
        if (!starts_some) report->reachable = site.tracker->recover();
      },
      [this, &site, report] { take_submission(site, *report); });
}

void EngineCore::take_submission(Site& site, const jobs::SubmitReport& report) {
  settle_handing(site);
  const bool is_hopeless = report.is_hopeless && !site.has_answered;
  if (is_hopeless) fail_handing(site, report.wait_reason);
  if (!report.reachable && !is_hopeless) note_reachable(site, false, report.wait_reason);
  if (report.num_submitted > 0) note_reachable(site, true, "");
  if (!site.handing.empty()) site.next_try_ns = clock_.steady_ns() + nanoseconds(kNextTryS);
  site.next_look_ns = std::min(site.next_look_ns, clock_.steady_ns());
}

/// Lets go of what the ledger says is there or refused, and of what was cancelled before.
void EngineCore::settle_handing(Site& site) {
  if (site.is_busy()) return;
  std::vector<jobs::Job> handing = std::exchange(site.handing, {});
  for (jobs::Job& job : handing) {
    const std::size_t node = *book_.state().index_of(job.id);
    const LedgerEntry* entry = site.tracker->ledger().find(job.id);
    const bool is_known = entry != nullptr && entry->handle.attempt == job.attempt;
    const auto state = is_known ? entry->state : LedgerEntry::State::kVoid;
    if (state == LedgerEntry::State::kSubmitted || state == LedgerEntry::State::kRefused) {
      note_queued(site, node, entry->handle);
      if (is_ending(node)) site.to_cancel.push_back(job.id);
    } else if (is_ending(node) && state == LedgerEntry::State::kVoid) {
      const std::string why = site.silence.empty() ? "" : ": " + site.silence;
      end_simply(node, NodeStatus::kCancelled, "cancelled before it was handed over" + why);
    } else if (starts_nothing_ && !is_offline_ && state == LedgerEntry::State::kVoid) {
      take_back(node);
    } else {
      site.handing.push_back(std::move(job));
    }
  }
}

/// There is nobody who could ever take them: no such program, no such host.
void EngineCore::fail_handing(Site& site, const std::string& why) {
  for (const jobs::Job& job : std::exchange(site.handing, {})) {
    const LedgerEntry* entry = site.tracker->ledger().find(job.id);
    const bool may_be_there = entry != nullptr && entry->handle.attempt == job.attempt &&
                              entry->state != LedgerEntry::State::kVoid;
    if (may_be_there) {
      site.handing.push_back(job);
    } else {
      end_simply(*book_.state().index_of(job.id), NodeStatus::kFailed, why);
    }
  }
}

/// The scheduler's number of it, for people.
void EngineCore::note_queued(const Site& site, std::size_t node, const jobs::Handle& handle) {
  const bool is_told = *state_of(node).scheduler_id == handle.scheduler_id;
  if (!site.is_scheduler() || handle.scheduler_id.empty() || is_told) return;
  Event event = event_of(Event::Kind::kQueued, node);
  event.scheduler_id = handle.scheduler_id;
  book_.emit(std::move(event));
}

}  // namespace sciwright::coordinator
