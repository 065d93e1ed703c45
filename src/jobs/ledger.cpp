#include "jobs/ledger.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"

namespace sciwright::jobs {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

fs::path file_of(const fs::path& directory) { return directory / "jobs.jsonl"; }

/// Below the ledger's directory: relative to it.
std::string portable(const fs::path& path, const fs::path& directory) {
  const fs::path relative = path.lexically_relative(directory);
  const bool below = !relative.empty() && *relative.begin() != "..";
  return (below ? relative : path).generic_string();
}

/// One event with what all have.
Json event(const char* name, const Clock& clock) {
  return {{"event", name}, {"utc_ns", clock.utc_ns()}};
}

}  // namespace

Ledger::Ledger(fs::path directory, Clock clock, bool synced)
    : directory_(fs::absolute(directory).lexically_normal()),
      prefix_((directory_ / "").string()),
      clock_(std::move(clock)),
      synced_(synced) {
  auto text = read_file_if_there(file_of(directory_));
  if (!text) return;
  text->reserve(text->size() + LedgerEventReader::kPadding);
  LedgerEventReader reader;
  for (std::string_view rest = *text; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    ++num_lines_;
    auto event = end > 0 ? reader.read(rest.substr(0, end)) : LedgerEvent{};
    if (event || end < rest.size()) fold(std::move(event));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
}

const LedgerEntry* Ledger::find(const std::string& id) const {
  const auto it = entries_.find(id);
  return it == entries_.end() ? nullptr : &it->second;
}

std::vector<Handle> Ledger::handles(const std::vector<std::string>& ids) const {
  std::vector<Handle> handles;
  handles.reserve(ids.size());
  for (const std::string& id : ids) handles.push_back(find(id)->handle);
  return handles;
}

void Ledger::intend(const std::string& parcel, std::string_view launcher,
                    std::span<const Job> jobs) {
  Json line = event("intent", clock_);
  line["schema_version"] = 1;
  line["parcel"] = parcel;
  line["launcher"] = launcher;
  Json& rows = line["jobs"] = Json::array();
  for (const Job& job : jobs) {
    rows.push_back({{"id", job.id},
                    {"attempt", job.attempt},
                    {"directory", portable(job.directory, directory_)}});
  }
  append(line.dump(), true);
}

void Ledger::submitted(const std::string& parcel, const std::vector<std::string>& scheduler_ids) {
  Json line = event("submitted", clock_);
  line["parcel"] = parcel;
  line["scheduler_ids"] = scheduler_ids;
  append(line.dump(), true);
}

void Ledger::voided(const std::string& parcel, const std::string& reason) {
  Json line = event("void", clock_);
  line["parcel"] = parcel;
  line["message"] = reason;
  append(line.dump(), true);
}

void Ledger::refused(const std::string& parcel, const std::string& message) {
  Json line = event("refused", clock_);
  line["parcel"] = parcel;
  line["message"] = message;
  append(line.dump(), true);
}

void Ledger::cancelling(const std::vector<std::string>& ids) { note("cancel", ids, true); }

void Ledger::dropped(const std::vector<std::string>& ids) { note("dropped", ids, true); }

void Ledger::drop_refused(std::span<const Job> jobs) {
  std::vector<std::string> ids;
  for (const Job& job : jobs) {
    const LedgerEntry* entry = find(job.id);
    if (entry != nullptr && entry->state == LedgerEntry::State::kRefused) ids.push_back(job.id);
  }
  if (!ids.empty()) dropped(ids);
}

void Ledger::missing(const std::vector<std::string>& ids) { note("missing", ids, false); }

void Ledger::found_again(const std::vector<std::string>& ids) { note("found", ids, false); }

void Ledger::ended(EndingKind kind, const std::vector<std::string>& ids) {
  Json line = event("ended", clock_);
  line["kind"] = ending_name(kind);
  line["jobs"] = ids;
  append(line.dump(), true);
}

void Ledger::scanned() { append(event("scan", clock_).dump(), true); }

void Ledger::note(const char* name, const std::vector<std::string>& ids, bool matters) {
  Json line = event(name, clock_);
  line["jobs"] = ids;
  append(line.dump(), matters);
}

void Ledger::append(std::string line, bool matters) {
  if (!file_) file_ = std::make_unique<AppendFile>(file_of(directory_));
  file_->append_line(line);
  if (synced_ && matters) file_->sync();
  line.reserve(line.size() + LedgerEventReader::kPadding);
  ++num_lines_;
  fold(LedgerEventReader().read(line));
}

/// Of the line that is read: "DIR/jobs.jsonl:3".
std::string Ledger::place() const {
  return fmt::format("{}:{}", file_of(directory_).string(), num_lines_);
}

void Ledger::fold(std::optional<LedgerEvent> event) {
  if (!event) {
    torn_lines_.push_back(place() + ": this line cannot be read and does not count");
  } else if (event->name == "scan") {
    torn_lines_.clear();
    lost_intents_.clear();
  } else if (event->name == "intent") {
    fold_intent(std::move(*event));
  } else if (event->name == "submitted") {
    fold_submission(std::move(*event));
  } else if (event->name == "void") {
    close_parcel(event->parcel, LedgerEntry::State::kVoid, event->message);
  } else if (event->name == "refused") {
    close_parcel(event->parcel, LedgerEntry::State::kRefused, event->message);
  } else {
    fold_note(*event);
  }
}

void Ledger::fold_intent(LedgerEvent event) {
  auto& ids = open_[event.parcel];
  for (LedgerEvent::Intended& job : event.intended) {
    const bool is_absolute = job.directory.starts_with('/');
    LedgerEntry entry{.id = job.id, .launcher = event.launcher};
    entry.handle = {.parcel = event.parcel,
                    .index = ids.size(),
                    .directory = is_absolute ? std::move(job.directory) : prefix_ + job.directory,
                    .attempt = job.attempt};
    ids.push_back(job.id);
    entries_[std::move(job.id)] = std::move(entry);
  }
}

/// A line with too few ids is none: the intent stays open, and its scheduler is asked.
void Ledger::fold_submission(LedgerEvent event) {
  const auto jobs = open_.find(event.parcel);
  const std::size_t num_jobs = jobs == open_.end() ? 0 : jobs->second.size();
  if (event.scheduler_ids.size() < num_jobs) {
    torn_lines_.push_back(place() + ": fewer ids than jobs; this line does not count");
    return;
  }
  for (std::size_t i = 0; i < num_jobs; ++i) {
    entries_[jobs->second[i]].handle.scheduler_id = std::move(event.scheduler_ids[i]);
  }
  close_parcel(event.parcel, LedgerEntry::State::kSubmitted, "");
}

void Ledger::fold_note(const LedgerEvent& event) {
  for (const std::string& id : event.ids) {
    const auto entry = entries_.find(id);
    if (entry == entries_.end()) continue;
    if (event.name == "cancel" && entry->second.cancelled_utc_ns == 0) {
      entry->second.cancelled_utc_ns = event.utc_ns;
    }
    if (event.name == "dropped") entry->second.state = LedgerEntry::State::kVoid;
    if (event.name == "missing") entry->second.missing_ns = event.utc_ns;
    if (event.name == "found") entry->second.missing_ns = 0;
    if (event.name == "ended") entry->second.ending = ending_named(event.kind);
  }
}

void Ledger::close_parcel(const std::string& parcel, LedgerEntry::State state,
                          const std::string& text) {
  const auto jobs = open_.find(parcel);
  if (jobs == open_.end()) {
    lost_intents_.push_back(
        fmt::format("{}: which jobs parcel {} had is not known any more", place(), parcel));
    return;
  }
  for (const std::string& id : jobs->second) {
    LedgerEntry& entry = entries_[id];
    entry.state = state;
    entry.message = text;
  }
  open_.erase(jobs);
}

}  // namespace sciwright::jobs
