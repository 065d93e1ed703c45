#include "jobs/ledger.h"

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
      clock_(std::move(clock)),
      synced_(synced) {
  if (!fs::exists(file_of(directory_))) return;
  const std::string text = read_file(file_of(directory_));
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    if (end > at) fold(text.substr(at, end - at));
    at = end + 1;
  }
}

const LedgerEntry* Ledger::find(const std::string& id) const {
  const auto it = entries_.find(id);
  return it == entries_.end() ? nullptr : &it->second;
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

void Ledger::missing(const std::vector<std::string>& ids) { note("missing", ids, false); }

void Ledger::found_again(const std::vector<std::string>& ids) { note("found", ids, false); }

void Ledger::note(const char* name, const std::vector<std::string>& ids, bool matters) {
  Json line = event(name, clock_);
  line["jobs"] = ids;
  append(line.dump(), matters);
}

void Ledger::append(const std::string& line, bool matters) {
  if (!file_) file_ = std::make_unique<AppendFile>(file_of(directory_));
  file_->append_line(line);
  if (synced_ && matters) file_->sync();
  fold(line);
}

void Ledger::close_parcel(const std::string& parcel, LedgerEntry::State state,
                          const std::string& text) {
  const auto jobs = open_.find(parcel);
  if (jobs == open_.end()) return;
  for (const std::string& id : jobs->second) {
    LedgerEntry& entry = entries_[id];
    entry.state = state;
    entry.message = text;
  }
  open_.erase(jobs);
}

void Ledger::fold(const std::string& text) {
  const Json line = Json::parse(text, nullptr, false);
  if (!line.is_object()) {
    ++num_torn_lines_;
    return;
  }
  const std::string name = line.value("event", "");
  const std::string parcel = line.value("parcel", "");
  if (name == "intent") {
    auto& ids = open_[parcel];
    for (const Json& row : line.at("jobs")) {
      const std::string id = row.at("id");
      const fs::path directory = row.at("directory").get<std::string>();
      entries_[id] = {.id = id,
                      .launcher = line.at("launcher"),
                      .handle = {.parcel = parcel,
                                 .index = ids.size(),
                                 .directory = directory_ / directory,
                                 .attempt = row.at("attempt")}};
      ids.push_back(id);
    }
  } else if (name == "submitted") {
    const auto jobs = open_.find(parcel);
    if (jobs == open_.end()) return;
    const Json& ids = line.at("scheduler_ids");
    for (std::size_t i = 0; i < jobs->second.size(); ++i) {
      entries_[jobs->second[i]].handle.scheduler_id = ids.at(i);
    }
    close_parcel(parcel, LedgerEntry::State::kSubmitted, "");
  } else if (name == "void") {
    close_parcel(parcel, LedgerEntry::State::kVoid, line.value("message", ""));
  } else if (name == "refused") {
    close_parcel(parcel, LedgerEntry::State::kRefused, line.value("message", ""));
  } else {
    for (const Json& id : line.at("jobs")) {
      const auto entry = entries_.find(id.get<std::string>());
      if (entry == entries_.end()) continue;
      if (name == "cancel") entry->second.was_cancelled = true;
      if (name == "dropped") entry->second.state = LedgerEntry::State::kVoid;
      if (name == "missing") entry->second.missing_ns = line.at("utc_ns");
      if (name == "found") entry->second.missing_ns = 0;
    }
  }
}

}  // namespace sciwright::jobs
