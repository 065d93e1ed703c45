#include "jobs/tracker.h"

namespace sciwright::jobs {

std::string JobTracker::cancel(const std::vector<std::string>& ids) {
  std::vector<std::string> there;
  for (const std::string& id : ids) {
    if (active_.contains(id)) there.push_back(id);
  }
  if (there.empty()) return {};
  ledger_.cancelling(there);
  const Answer answer = launcher_.cancel(ledger_.handles(there));
  next_poll_ns_ = clock_.steady_ns();
  return answer.reachable ? std::string() : answer.message;
}

std::string JobTracker::take_back(const std::vector<std::string>& ids) {
  if (ids.empty()) return {};
  ask_scheduler();
  if (!reachable_) return message_;
  std::vector<std::string> waiting;
  for (const std::string& id : ids) {
    const auto seen = seen_.find(id);
    if (seen != seen_.end() && seen->second.state == JobState::kPending) waiting.push_back(id);
  }
  return cancel(waiting);
}

std::string JobTracker::explain(const std::string& id) {
  const LedgerEntry* entry = ledger_.find(id);
  if (entry == nullptr) return "It was never handed over.";
  if (entry->state == LedgerEntry::State::kRefused) return entry->message;
  const auto report = reports_.find(id);
  if (report != reports_.end() && report->second.status.ending) {
    return describe(*report->second.status.ending) + ".";
  }
  return launcher_.explain(entry->handle);
}

}  // namespace sciwright::jobs
