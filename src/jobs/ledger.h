#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/files.h"
#include "jobs/job.h"
#include "jobs/launcher.h"
#include "jobs/ledger_event.h"

namespace sciwright::jobs {

/// What the ledger knows of a job: its latest attempt.
struct LedgerEntry {
  enum class State {
    kIntended,   ///< About to be handed over; a crash may have come between.
    kSubmitted,  ///< Has an id of the scheduler.
    kVoid,       ///< Was not handed over after all, or dropped before it started.
    kRefused,    ///< The scheduler will never take it; `message` says why.
  };
  std::string id = {};
  State state = State::kIntended;
  std::string launcher = {};
  Handle handle = {};
  std::int64_t cancelled_utc_ns = 0;  ///< When somebody first asked for its end; 0: nobody did.
  std::string message = {};
  std::int64_t missing_ns = 0;  ///< Since when (UTC) nobody knows it; 0 when it is known.
  /// How it ended by the scheduler, which may forget; its own record wins.
  std::optional<EndingKind> ending = {};
};

/// The book of what was handed to schedulers: `jobs.jsonl`, only ever appended to, one event a
/// line. An intent is written and synced before a job is handed over and its scheduler's id after,
/// so that a crash between leaves a question that can be asked, not a job that runs twice. State is
/// a fold over the lines. Job directories below the ledger's own are kept relative to it, so the
/// tree may move. One process writes at a time (the tracker holds a lock).
class Ledger final {
 public:
  /// Reads the ledger in this directory; creates nothing before the first event. A line that cannot
  /// be read, as a kill in the middle of a write leaves it, counts as not written. `synced`: what
  /// matters is durable before its call returns, also when the machine stops.
  Ledger(std::filesystem::path directory, Clock clock, bool synced = true);

  /// By job, in no order.
  const std::unordered_map<std::string, LedgerEntry>& entries() const { return entries_; }
  /// The entry of a job; nullptr for one that was never handed over.
  const LedgerEntry* find(const std::string& id) const;
  /// Of jobs that are all in it.
  std::vector<Handle> handles(const std::vector<std::string>& ids) const;
  /// Drops what is kept of a job; its lines stay in the file.
  void forget(const std::string& id) { entries_.erase(id); }
  /// Parcels with an open intent, and the ids of their jobs in order, by name.
  const std::map<std::string, std::vector<std::string>>& open_parcels() const { return open_; }
  /// Lines that cannot be read since the last scan, a sentence each with its place; not a last one
  /// that somebody may still be writing.
  const Problems& torn_lines() const { return torn_lines_; }
  /// Lines since the last scan that settle a parcel of which no line is left that names its jobs.
  const Problems& lost_intents() const { return lost_intents_; }

  void intend(const std::string& parcel, std::string_view launcher, std::span<const Job> jobs);
  void submitted(const std::string& parcel, const std::vector<std::string>& scheduler_ids);
  void voided(const std::string& parcel, const std::string& reason);
  void refused(const std::string& parcel, const std::string& message);
  void cancelling(const std::vector<std::string>& ids);
  void dropped(const std::vector<std::string>& ids);
  /// What was refused is as if never handed over, once it is to be handed over again.
  void drop_refused(std::span<const Job> jobs);
  void missing(const std::vector<std::string>& ids);
  void found_again(const std::vector<std::string>& ids);
  void ended(EndingKind kind, const std::vector<std::string>& ids);
  /// All jobs with a record are in the ledger: what is wrong with lines before need not be told.
  void scanned();

 private:
  void note(const char* name, const std::vector<std::string>& ids, bool matters);
  void append(std::string line, bool matters);
  std::string place() const;
  void fold(std::optional<LedgerEvent> event);
  void fold_intent(LedgerEvent event);
  void fold_submission(LedgerEvent event);
  void fold_note(const LedgerEvent& event);
  void close_parcel(const std::string& parcel, LedgerEntry::State state, const std::string& text);

  const std::filesystem::path directory_;
  const std::string prefix_;  ///< The same, to put before relative paths.
  const Clock clock_;
  const bool synced_;
  std::unique_ptr<AppendFile> file_;
  std::unordered_map<std::string, LedgerEntry> entries_;
  std::map<std::string, std::vector<std::string>> open_;
  std::size_t num_lines_ = 0;
  Problems torn_lines_;
  Problems lost_intents_;
};

}  // namespace sciwright::jobs
