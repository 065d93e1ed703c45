#include "jobs/tracker.h"

#include <algorithm>
#include <cmath>
#include <poll.h>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "base/hash.h"

namespace sciwright::jobs {
namespace {

namespace fs = std::filesystem;

fs::path made(const fs::path& directory) {
  make_directories(directory);
  return directory;
}

/// Nothing that comes later can change what is known: the job itself wrote its end, or the
/// scheduler stopped it.
bool is_final(const JobStatus& status, const JobRecord& record) {
  if (status.state != JobState::kEnded) return false;
  const EndingKind kind = status.ending->kind;
  return record.ending || (kind != EndingKind::kSuccess && kind != EndingKind::kFailure);
}

}  // namespace

bool is_over(const JobReport& report) { return report.refused || report.status.ending.has_value(); }

JobTracker::JobTracker(const fs::path& directory, Launcher& launcher, Clock clock,
                       TrackerOptions options)
    : launcher_(launcher),
      clock_(clock),
      options_(std::move(options)),
      lock_(made(directory) / "jobs.lock", clock),
      ledger_(directory, clock, launcher.capabilities().outlives_machine),
      base_interval_s_(options_.poll_interval_s >= 0 ? options_.poll_interval_s
                                                     : launcher.capabilities().poll_interval_s),
      interval_s_(base_interval_s_),
      next_poll_ns_(clock.steady_ns()) {
  for (const auto& [id, entry] : ledger_.entries()) {
    const auto settled = options_.settled.find(id);
    if (settled != options_.settled.end() && entry.handle.attempt <= settled->second) continue;
    if (entry.state == LedgerEntry::State::kSubmitted) active_.insert(id);
    if (entry.state == LedgerEntry::State::kRefused) refused_.push_back(id);
  }
}

bool JobTracker::recover() {
  if (!reachable_ && clock_.steady_ns() < next_poll_ns_) return false;
  const auto open = ledger_.open_parcels();
  for (const auto& [parcel, ids] : open) {
    if (ledger_.find(ids.front())->launcher != launcher_.capabilities().name) continue;
    const Found found = launcher_.find(parcel, ledger_.handles(ids));
    note_answer(found.outcome != Found::Outcome::kUnreachable, found.message);
    if (!reachable_) return false;
    if (found.outcome == Found::Outcome::kPresent) {
      ledger_.submitted(parcel, found.scheduler_ids);
      active_.insert(ids.begin(), ids.end());
    } else {
      ledger_.voided(parcel, "the scheduler does not know it");
    }
  }
  return true;
}

bool JobTracker::is_new(const Job& job) const {
  const LedgerEntry* entry = ledger_.find(job.id);
  if (entry == nullptr || job.attempt > entry->handle.attempt) return true;
  return job.attempt == entry->handle.attempt && (entry->state == LedgerEntry::State::kVoid ||
                                                  entry->state == LedgerEntry::State::kRefused);
}

/// Replaces the ids in `after` by those of the scheduler and drops what has succeeded.
JobTracker::Readiness JobTracker::resolve_dependencies(Job& job) const {
  std::vector<std::string> left;
  for (const std::string& id : job.after) {
    const auto report = reports_.find(id);
    if (report != reports_.end() && report->second.status.ending) {
      if (report->second.status.ending->kind != EndingKind::kSuccess) return Readiness::kNever;
      continue;
    }
    const LedgerEntry* entry = ledger_.find(id);
    const bool submitted = entry != nullptr && entry->state == LedgerEntry::State::kSubmitted;
    if (!submitted || !launcher_.capabilities().dependencies) return Readiness::kWaiting;
    left.push_back(entry->handle.scheduler_id);
  }
  job.after = std::move(left);
  return Readiness::kReady;
}

/// Those that may be handed over, one more than there is room for at most, so that the launcher can
/// say why that one waits.
std::vector<Job> JobTracker::ready_jobs(std::span<const Job> jobs, SubmitReport& report) const {
  const std::size_t room = launcher_.free_places();
  std::vector<Job> ready;
  for (const Job& job : jobs) {
    if (!is_new(job)) continue;
    if (ready.size() > room) {
      ++report.num_waiting;
      continue;
    }
    Job resolved = job;
    const Readiness readiness = resolve_dependencies(resolved);
    if (readiness == Readiness::kReady) {
      ready.push_back(std::move(resolved));
      continue;
    }
    if (readiness == Readiness::kNever) {
      report.blocked.push_back(job.id);
    } else {
      ++report.num_waiting;
      report.wait_reason = fmt::format("job {} depends on one that has not ended", job.id);
    }
  }
  return ready;
}

SubmitReport JobTracker::submit(std::span<const Job> jobs, const std::function<bool()>& stop) {
  SubmitReport report;
  report.reachable = recover();
  if (!report.reachable) report.wait_reason = message_;
  if (report.reachable) ledger_.drop_refused(jobs);
  // A job may depend on one of the same call: each round resolves what the last one handed over.
  for (bool moved = report.reachable; moved;) {
    moved = false;
    report.num_waiting = 0;
    report.blocked.clear();
    std::vector<Job> waiting = ready_jobs(jobs, report);
    const bool some_wait = report.num_waiting > 0;
    if (!report.refused.empty()) break;
    while (!waiting.empty() && !(stop && stop())) {
      const Parcel parcel = launcher_.next_parcel(waiting);
      if (parcel.jobs.empty()) report.wait_reason = parcel.wait_reason;
      if (parcel.jobs.empty() || !submit_parcel(waiting, parcel, report)) break;
      moved = some_wait;
    }
    report.num_waiting += waiting.size();
    if (!waiting.empty()) break;
  }
  return report;
}

/// Hands over one parcel and takes its jobs out of `waiting`. False when there is no going on now.
bool JobTracker::submit_parcel(std::vector<Job>& waiting, const Parcel& parcel,
                               SubmitReport& report) {
  std::vector<Job> taken;
  std::vector<Job> left;
  for (std::size_t i = 0, next = 0; i < waiting.size(); ++i) {
    const bool take = next < parcel.jobs.size() && parcel.jobs[next] == i;
    if (take) ++next;
    (take ? taken : left).push_back(std::move(waiting[i]));
  }
  const std::string name = new_parcel_name();
  ledger_.intend(name, launcher_.capabilities().name, taken);
  const Submission submission = launcher_.submit(name, taken);
  switch (submission.outcome) {
    case Submission::Outcome::kAccepted:
      ledger_.submitted(name, submission.scheduler_ids);
      for (const Job& job : taken) active_.insert(job.id);
      report.num_submitted += taken.size();
      break;
    case Submission::Outcome::kRefused:
      ledger_.refused(name, submission.message);
      report.refused.push_back(submission.message);
      for (const Job& job : taken) refused_.push_back(job.id);
      break;
    case Submission::Outcome::kLater:
      ledger_.voided(name, submission.message);
      report.wait_reason = submission.message;
      return false;
    case Submission::Outcome::kNotSent:
      ledger_.voided(name, submission.message);
      [[fallthrough]];
    case Submission::Outcome::kUnreachable:
      note_answer(false, submission.message);
      report.reachable = false;
      report.is_hopeless = submission.is_hopeless;
      report.wait_reason = submission.message;
      return false;
  }
  for (const Job& job : taken) seen_.erase(job.id);
  waiting = std::move(left);
  return true;
}

std::string JobTracker::new_parcel_name() {
  const std::string unique = fmt::format("{} {} {} {}", fs::current_path().string(), ::getpid(),
                                         clock_.utc_ns(), num_parcels_++);
  return fmt::format("{}-{}", options_.name, sha256_hex(unique).substr(0, 12));
}

/// Asks more seldom each time there is no answer.
void JobTracker::note_answer(bool reachable, const std::string& message) {
  reachable_ = reachable;
  message_ = message;
  interval_s_ = reachable ? base_interval_s_
                          : std::min(std::max(2 * interval_s_, 1.0), options_.slowest_poll_s);
  if (!reachable) {
    next_poll_ns_ = clock_.steady_ns() + static_cast<std::int64_t>(1e9 * interval_s_);
  }
}

void JobTracker::ask_scheduler() {
  std::vector<std::string> ids;
  for (const std::string& id : active_) {
    if (ledger_.find(id)->launcher == launcher_.capabilities().name) ids.push_back(id);
  }
  read_.clear();
  if (ids.empty()) {
    reachable_ = true;  // nobody to ask about: the next submission finds out
    return;
  }
  const Answer answer = launcher_.poll(ledger_.handles(ids));
  has_asked_ = true;
  note_answer(answer.reachable, answer.message);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    JobStatus& seen = seen_[ids[i]];
    seen = reachable_ ? answer.statuses[i] : JobStatus{JobState::kUnknown, {}, message_};
    // What ran has a record. Without one the record is late (NFS), or the scheduler lost the job
    // and gave its number to another.
    const bool needs_record = !launcher_.capabilities().knows_endings;
    if (seen.ending && seen.ending->kind == EndingKind::kSuccess && needs_record) {
      const JobRecord& record = read_[ids[i]] = launcher_.record(ledger_.find(ids[i])->handle);
      if (!record.ending) seen = {};
    }
  }
  if (reachable_) {
    note_missing(ids);
    forget_dropped(ids, answer.dropped);
  }
}

/// Jobs that were dropped before they started are as if never handed over.
void JobTracker::forget_dropped(const std::vector<std::string>& ids,
                                const std::vector<std::size_t>& indices) {
  std::vector<std::string> dropped;
  for (const std::size_t i : indices) dropped.push_back(ids[i]);
  if (!dropped.empty()) ledger_.dropped(dropped);
  for (const std::string& id : dropped) {
    active_.erase(id);
    seen_.erase(id);
    reports_.erase(id);
  }
  dropped_.insert(dropped_.end(), dropped.begin(), dropped.end());
}

/// Writes down since when nobody knows a job, and that one is known again.
void JobTracker::note_missing(const std::vector<std::string>& ids) {
  std::vector<std::string> lost;
  std::vector<std::string> found;
  for (const std::string& id : ids) {
    const bool is_missing = seen_[id].state == JobState::kUnknown && seen_[id].reason.empty();
    const bool was_missing = ledger_.find(id)->missing_ns != 0;
    if (is_missing && !was_missing) lost.push_back(id);
    if (!is_missing && was_missing) found.push_back(id);
  }
  if (!lost.empty()) ledger_.missing(lost);
  if (!found.empty()) ledger_.found_again(found);
}

JobStatus JobTracker::status_of(const LedgerEntry& entry, const JobRecord& record) {
  const auto it = seen_.find(entry.id);
  const JobStatus seen = it == seen_.end() ? JobStatus{} : it->second;
  if (entry.ending && !record.ending) return ended(*entry.ending);
  JobStatus status = fold_status(record, seen, entry.cancelled_utc_ns);
  const bool was_cancelled = entry.cancelled_utc_ns != 0;
  const double missing_s = 1e-9 * static_cast<double>(clock_.utc_ns() - entry.missing_ns);
  if (status.state == JobState::kUnknown && reachable_ && entry.missing_ns != 0 &&
      (missing_s >= options_.missing_grace_s || (was_cancelled && !record.claimed))) {
    return ended(was_cancelled ? EndingKind::kCancelled : EndingKind::kLost);
  }
  return status;
}

/// Reads a job's record, unless this poll has done so.
JobRecord JobTracker::take_record(const LedgerEntry& entry) {
  auto read = read_.extract(entry.id);
  return read ? std::move(read.mapped()) : launcher_.record(entry.handle);
}

/// Reads what records and the scheduler's last word say of every active job.
void JobTracker::update_reports(std::set<std::string>& changed) {
  std::map<EndingKind, std::vector<std::string>> ends;
  for (auto it = active_.begin(); it != active_.end();) {
    const LedgerEntry& entry = *ledger_.find(*it);
    const auto seen = seen_.find(*it);
    const bool waits = seen != seen_.end() && seen->second.state == JobState::kPending;
    JobReport& known = reports_[*it];
    if (waits && known.status == seen->second && known.handle.attempt == entry.handle.attempt &&
        !known.refused) {
      ++it;
      continue;
    }
    JobReport report;
    report.id = *it;
    report.handle = entry.handle;
    if (!waits) report.record = take_record(entry);
    report.status = status_of(entry, report.record);
    const bool final = is_final(report.status, report.record);
    const bool same = known.id == report.id && known.status == report.status &&
                      known.handle.attempt == report.handle.attempt && !known.refused;
    if (!same) changed.insert(*it);
    const bool is_told = final && !report.record.ending && !entry.ending;
    if (is_told && report.status.ending->kind != EndingKind::kLost) {
      ends[report.status.ending->kind].push_back(*it);
    }
    known = std::move(report);
    if (final) seen_.erase(*it);
    it = final ? active_.erase(it) : std::next(it);
  }
  for (const auto& [kind, ids] : ends) ledger_.ended(kind, ids);
}

void JobTracker::report_refusals(std::set<std::string>& changed) {
  for (const std::string& id : refused_) {
    const LedgerEntry& entry = *ledger_.find(id);
    if (entry.state != LedgerEntry::State::kRefused) continue;
    if (launcher_.record(entry.handle).claimed) continue;  // it ran nevertheless
    JobReport report;
    report.id = id;
    report.status.reason = entry.message;
    report.refused = true;
    report.handle = entry.handle;
    reports_[id] = std::move(report);
    changed.insert(id);
  }
  refused_.clear();
}

PollReport JobTracker::poll() {
  std::set<std::string> changed;
  recover();
  report_refusals(changed);
  // What records say already, the scheduler need not be asked for.
  if (!scanned_) update_reports(changed);
  scanned_ = true;
  const std::int64_t now_ns = clock_.steady_ns();
  if (now_ns >= next_poll_ns_) {
    ask_scheduler();
    next_poll_ns_ = now_ns + static_cast<std::int64_t>(1e9 * interval_s_);
  }
  update_reports(changed);
  // What was dropped has no report any more, though one was made of it just before.
  std::erase_if(changed, [this](const std::string& id) { return !reports_.contains(id); });
  return {.reachable = reachable_,
          .has_asked = std::exchange(has_asked_, false),
          .message = message_,
          .changed = {changed.begin(), changed.end()},
          .dropped = std::exchange(dropped_, {})};
}

double JobTracker::seconds_to_next_poll() const {
  return std::max(0.0, 1e-9 * static_cast<double>(next_poll_ns_ - clock_.steady_ns()));
}

void JobTracker::forget(const std::string& id) {
  const auto report = reports_.find(id);
  if (report == reports_.end() || !is_over(report->second)) return;
  reports_.erase(report);
  active_.erase(id);
  seen_.erase(id);
  ledger_.forget(id);
}

void JobTracker::wait(double longest_s) const {
  const double pause_s = std::min(seconds_to_next_poll(), longest_s);
  ::poll(nullptr, 0, static_cast<int>(std::ceil(1e3 * pause_s)));
  pollfd change{launcher_.change_descriptor(), POLLIN, 0};
  if (change.fd < 0) return;
  ::poll(&change, 1, static_cast<int>(std::ceil(1e3 * (longest_s - pause_s))));
}

}  // namespace sciwright::jobs
