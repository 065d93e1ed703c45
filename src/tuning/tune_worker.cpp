#include "tuning/tune_worker.h"

#include <algorithm>
#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/files.h"
#include "base/process.h"
#include "jobs/job.h"
#include "tuning/trial_end.h"

namespace sciwright::tuning {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr std::int64_t kSignEveryNs = 20 * kSecondNs;
constexpr std::int64_t kLookEveryNs = 15 * kSecondNs;
constexpr std::int64_t kListEveryNs = 10 * kSecondNs;

/// Sets the time of change to now, by the clock of the file system's server.
void touch(const fs::path& path) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0) return;
  ::futimens(descriptor, nullptr);
  ::close(descriptor);
}

std::optional<double> changed_s(const fs::path& path) {
  struct stat facts {};
  if (::stat(path.c_str(), &facts) != 0) return std::nullopt;
  return static_cast<double>(facts.st_mtim.tv_sec) +
         static_cast<double>(facts.st_mtim.tv_nsec) * 1e-9;
}

jobs::RecordedStart as_start(const Worker& worker) {
  jobs::RecordedStart start;
  start.host = worker.host;
  start.pid = worker.pid;
  start.pid_start = worker.pid_start;
  start.boot = worker.boot;
  return start;
}

/// Takes an attempt that nobody has started, so that nobody can. False when it was started.
bool claim_as_lost(const fs::path& record) {
  const int file = ::open(record.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
  if (file < 0) return false;
  constexpr std::string_view kLine = "{\"event\":\"ended\",\"kind\":\"lost\"}\n";
  [[maybe_unused]] const ssize_t written = ::write(file, kLine.data(), kLine.size());
  ::close(file);
  return true;
}

/// The lock of a run that nobody writes any more, left on another host: the log says that the trial
/// is ours alone now. One of this host is judged by its process.
void remove_foreign_lock(const fs::path& run) {
  const fs::path lock = run / "run.lock";
  if (!fs::exists(lock)) return;
  const Json owner = Json::parse(read_file(lock), nullptr, false);
  if (owner.is_object() && owner.value("host", "") != host_name()) fs::remove(lock);
}

}  // namespace

TuneWorker::TuneWorker(const TunedStudy& study, WorkerEnvironment& environment,
                       WorkerOptions options)
    : study_(study),
      environment_(environment),
      options_(options),
      started_ns_(environment.clock.steady_ns()),
      log_(study.events_folder()),
      state_(study.num_rungs()) {
  looked_ns_ = signed_ns_ = listed_ns_ = started_ns_;
  touch(sign_of_life(environment_.self));
}

TuneWorker::~TuneWorker() {
  std::error_code ignored;
  fs::remove(sign_of_life(environment_.self), ignored);
}

fs::path TuneWorker::sign_of_life(const Worker& worker) const {
  return study_.workers_folder() / worker.name();
}

fs::path TuneWorker::folder_of(const RungState& state) const {
  return fs::absolute(study_.folder()).lexically_normal() / state.experiment;
}

void TuneWorker::tell(const std::string& text) const {
  if (environment_.tell) environment_.tell(text);
}

Event TuneWorker::event_of(Event::Kind kind, const Place& place, int attempt) const {
  Event event;
  event.kind = kind;
  event.trial = place.first;
  event.rung = place.second;
  event.attempt = attempt;
  event.utc = utc_iso8601(environment_.clock.utc_ns());
  event.worker = environment_.self;
  return event;
}

void TuneWorker::catch_up() {
  for (const Event& event : log_.read_new()) state_.apply(event);
}

bool TuneWorker::turn() {
  const std::int64_t now_ns = environment_.clock.steady_ns();
  if (now_ns - signed_ns_ >= kSignEveryNs) {
    touch(sign_of_life(environment_.self));
    signed_ns_ = now_ns;
  }
  catch_up();
  if (!is_stopping_ && environment_.stop && environment_.stop()) stop_own();
  settle_own();
  if (!is_stopping_) fill_places();
  if (own_.empty() || now_ns - looked_ns_ >= kLookEveryNs) {
    settle_others();
    looked_ns_ = now_ns;
  }
  if (now_ns - listed_ns_ >= kListEveryNs) {
    study_.write_manifest(state_, environment_.clock);
    listed_ns_ = now_ns;
  }
  if (!own_.empty()) return true;
  return !is_stopping_ && may_start() && step_.kind != Step::Kind::kDone;
}

bool TuneWorker::may_start() const {
  if (options_.most_starts > 0 && report_.num_started >= options_.most_starts) return false;
  if (options_.last_start_s <= 0) return true;
  const double passed_s = static_cast<double>(environment_.clock.steady_ns() - started_ns_) * 1e-9;
  return passed_s < options_.last_start_s;
}

void TuneWorker::fill_places() {
  while (own_.size() < options_.num_places && may_start()) {
    step_ = next_step(state_, study_.settings(), !is_exhausted_);
    if (step_.kind == Step::Kind::kWait || step_.kind == Step::Kind::kDone) return;
    const std::optional<Event> start = start_event(step_);
    if (!start) {
      is_exhausted_ = true;
      tell("no other combination is left");
      continue;
    }
    const bool is_ours = log_.append(*start);
    catch_up();
    if (is_ours) launch(*start);
  }
}

std::optional<Event> TuneWorker::start_event(const Step& step) {
  Event event = event_of(Event::Kind::kStart, {step.trial, step.rung}, 1);
  if (step.kind == Step::Kind::kNew) {
    std::optional<Draw> draw = study_.draw(state_);
    if (!draw) return std::nullopt;
    event.units = std::move(draw->units);
    event.origin = draw->origin;
  } else {
    event.units = state_.trials()[step.trial].units;
    event.origin = step.kind == Step::Kind::kPromote ? "promotion" : "retry";
  }
  if (const RungState* known = state_.find(step.trial, step.rung)) {
    event.attempt = known->attempt + 1;
    event.experiment = known->experiment;
    event.parameters = known->parameters;
    return event;
  }
  const experiment::Experiment experiment = study_.experiment(event.units, step.rung, state_);
  event.experiment = experiment.name;
  event.parameters = experiment.parameters;
  return event;
}

void TuneWorker::launch(const Event& start) {
  const Place place(start.trial, start.rung);
  const experiment::Experiment experiment = study_.experiment(start.units, start.rung, state_);
  study_.make_folder(experiment);
  jobs::Job job;
  job.id = start.experiment;
  job.directory = folder_of(*state_.find(start.trial, start.rung));
  job.script = study_.study().script_name();
  job.attempt = start.attempt;
  job.environment = {{"SCIWRIGHT_EXPERIMENT", start.experiment},
                     {"SCIWRIGHT_ATTEMPT", fmt::to_string(start.attempt)}};
  if (start.attempt > 1) remove_foreign_lock(job.directory / "run");
  const std::string parcel =
      fmt::format("tune-{}-{}", environment_.self.name(), ++report_.num_started);
  const jobs::Submission submission = environment_.launcher.submit(parcel, {&job, 1});
  if (submission.outcome != jobs::Submission::Outcome::kAccepted) {
    Event released = event_of(Event::Kind::kReleased, place, start.attempt);
    released.reason = submission.message;
    return write_down(released);
  }
  own_[place] = {.parcel = parcel,
                 .index = 0,
                 .scheduler_id = submission.scheduler_ids.front(),
                 .directory = job.directory,
                 .attempt = start.attempt};
  tell(fmt::format("start {} ({})", start.experiment, start.origin));
}

void TuneWorker::settle_own() {
  std::vector<jobs::Handle> handles;
  std::vector<Place> places;
  for (const auto& [place, handle] : own_) {
    places.push_back(place);
    handles.push_back(handle);
  }
  if (handles.empty()) return;
  const jobs::Answer answer = environment_.launcher.poll(handles);
  for (std::size_t i = 0; i < answer.statuses.size(); ++i) {
    const bool is_dropped = std::ranges::find(answer.dropped, i) != answer.dropped.end();
    if (answer.statuses[i].state != jobs::JobState::kEnded && !is_dropped) continue;
    jobs::JobRecord record = environment_.launcher.record(handles[i]);
    if (!record.ending && !is_dropped) record.ending = answer.statuses[i].ending;
    if (is_stopping_ && record.ending && record.ending->kind != jobs::EndingKind::kSuccess) {
      record.was_terminated = true;
    }
    settle(places[i], handles[i].attempt, record);
    own_.erase(places[i]);
    ++report_.num_ended;
  }
}

/// Writes down how a job ended, or that it is to be started again.
void TuneWorker::settle(const Place& place, int attempt, const jobs::JobRecord& record) {
  const RungState* known = state_.find(place.first, place.second);
  if (known == nullptr) return;
  const TrialEnd end = judge(record, folder_of(*known) / "run", study_.settings());
  const bool is_last = static_cast<std::uint64_t>(attempt) > study_.settings().retries;
  Event event = event_of(end.is_release && !is_last ? Event::Kind::kReleased : Event::Kind::kEnd,
                         place, attempt);
  event.value = end.value;
  event.reason = end.reason;
  write_down(event);
}

/// Until it is in the log, or too late.
void TuneWorker::write_down(const Event& event) {
  while (true) {
    const RungState* known = state_.find(event.trial, event.rung);
    const bool is_too_late = known == nullptr || known->phase != RungState::Phase::kRunning ||
                             known->attempt != event.attempt;
    if (is_too_late) return;
    const std::string name = known->experiment;
    const bool is_ours = log_.append(event);
    catch_up();
    if (!is_ours) continue;
    return tell(event.kind == Event::Kind::kReleased
                    ? fmt::format("released {}: {}", name, event.reason)
                : event.value ? fmt::format("end {}: {}", name, *event.value)
                              : fmt::format("end {}: {}", name, event.reason));
  }
}

double TuneWorker::age_s(const fs::path& path) const {
  const auto changed = changed_s(path);
  const auto now = changed_s(sign_of_life(environment_.self));
  return changed && now ? *now - *changed : options_.lease_s + 1;
}

/// Whether what another worker runs is gone for certain, or as good as certain.
bool TuneWorker::is_lost(const RungState& state, const jobs::JobRecord& record) const {
  const jobs::RecordedStart start = record.start ? *record.start : as_start(state.worker);
  switch (jobs::presence_of(start)) {
    case jobs::Presence::kAlive:
      return false;
    case jobs::Presence::kGone:
      return true;
    case jobs::Presence::kElsewhere:
      break;
  }
  if (age_s(sign_of_life(state.worker)) < options_.lease_s) return false;
  // The worker is silent, but what it runs may go on: that would write files.
  const fs::path folder = folder_of(state);
  if (!fs::exists(folder)) return true;
  for (const auto& item : fs::recursive_directory_iterator(folder)) {
    if (item.is_regular_file() && age_s(item.path()) < options_.lease_s) return false;
  }
  return true;
}

void TuneWorker::settle_others() {
  touch(sign_of_life(environment_.self));
  for (std::size_t trial = 0; trial < state_.trials().size(); ++trial) {
    for (std::size_t rung = 0; rung < state_.trials()[trial].rungs.size(); ++rung) {
      const RungState known = state_.trials()[trial].rungs[rung];
      if (known.phase != RungState::Phase::kRunning || own_.contains({trial, rung})) continue;
      const fs::path path = jobs::record_path(folder_of(known), known.attempt);
      jobs::JobRecord record = jobs::read_job_record(path);
      if (!record.ending) {
        if (!is_lost(known, record)) continue;
        study_.make_folder(study_.experiment(state_.trials()[trial].units, rung, state_));
        // The end is written before the process vanishes: what was not there may be there now.
        record = jobs::read_job_record(path);
        if (!record.claimed && !claim_as_lost(path)) continue;
        if (!record.ending) record.ending = jobs::Ending{jobs::EndingKind::kLost, {}, {}};
      }
      settle({trial, rung}, known.attempt, record);
    }
  }
}

void TuneWorker::stop_own() {
  is_stopping_ = true;
  std::vector<jobs::Handle> handles;
  for (const auto& [place, handle] : own_) handles.push_back(handle);
  if (!handles.empty()) environment_.launcher.cancel(handles);
}

WorkerReport TuneWorker::finish() {
  catch_up();
  report_.is_done = next_step(state_, study_.settings(), !is_exhausted_).kind == Step::Kind::kDone;
  report_.has_whole_manifest = study_.write_manifest(state_, environment_.clock);
  return report_;
}

}  // namespace sciwright::tuning
