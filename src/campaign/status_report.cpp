#include "campaign/status_report.h"

#include <algorithm>
#include <array>
#include <fstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/duration.h"
#include "base/text_table.h"
#include "jobs/job.h"

namespace sciwright::campaign {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr std::size_t kTailBytes = 4096;
constexpr std::size_t kMostRows = 30;

/// In this order they are told; others after them.
constexpr std::array<std::string_view, 6> kOrder = {"succeeded", "running", "pending",
                                                    "unknown",   "new",     "refused"};

bool is_quiet(const ExperimentState& state) {
  return state.phase == Phase::kNew || state.phase == Phase::kPending ||
         state.phase == Phase::kSucceeded;
}

std::string place_text(const ExperimentState& state) {
  if (state.launcher.empty()) return state.attempt == 0 ? "–" : "by another ledger";
  if (state.scheduler_id.empty() || state.launcher == "local") return state.launcher;
  return state.launcher + " " + state.scheduler_id;
}

std::string note_text(const StatusRow& row) {
  if (row.state->phase == Phase::kFailed) return jobs::describe(*row.state->status.ending);
  if (row.state->phase != Phase::kRunning) return row.state->status.reason;
  std::string text;
  if (row.progress.percent >= 0) text = fmt::format("{} %", row.progress.percent);
  if (!row.progress.message.empty()) text += (text.empty() ? "" : " ") + row.progress.message;
  return text;
}

Json or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

Json row_json(const StatusRow& row) {
  const ExperimentState& state = *row.state;
  Json json = {{"name", row.entry->name},
               {"id", row.entry->id},
               {"state", phase_name(state)},
               {"attempt", state.attempt},
               {"launcher", or_null(state.launcher)},
               {"scheduler_id", or_null(state.scheduler_id)},
               {"host", state.record.start ? Json(state.record.start->host) : Json()},
               {"started_utc", state.record.start ? Json(state.record.start->utc) : Json()},
               {"ended_utc", or_null(state.record.ended_utc)},
               {"elapsed_s", row.elapsed_s},
               {"reason", or_null(state.status.reason)},
               {"exit_code", Json()},
               {"signal", Json()},
               {"progress_percent", row.progress.percent < 0 ? Json() : Json(row.progress.percent)},
               {"progress_message", or_null(row.progress.message)}};
  if (const auto& ending = state.status.ending) {
    if (ending->exit_code) json["exit_code"] = *ending->exit_code;
    if (ending->signal) json["signal"] = *ending->signal;
  }
  return json;
}

}  // namespace

std::string tail_of(const fs::path& file, std::size_t num_bytes) {
  std::ifstream in(file, std::ios::binary | std::ios::ate);
  if (!in) return {};
  const auto size = static_cast<std::size_t>(std::max<std::streamoff>(in.tellg(), 0));
  const std::size_t count = std::min(size, num_bytes);
  std::string text(count, '\0');
  in.seekg(static_cast<std::streamoff>(size - count));
  in.read(text.data(), static_cast<std::streamsize>(count));
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

std::vector<StatusRow> status_rows(const fs::path& folder, const experiment::Manifest& manifest,
                                   const std::vector<ExperimentState>& states,
                                   const std::vector<std::size_t>& chosen, std::int64_t utc_ns) {
  std::vector<StatusRow> rows;
  rows.reserve(chosen.size());
  for (const std::size_t i : chosen) {
    const experiment::ManifestEntry& entry = manifest.entries[i];
    StatusRow row{&entry, &states[i], states[i].record.elapsed_s, {}};
    if (row.state->phase == Phase::kRunning) {
      const fs::path log = job_directory(folder, entry) / jobs::kStdoutFile;
      row.progress = experiment::last_progress(tail_of(log, kTailBytes));
      const auto& start = row.state->record.start;
      if (start && start->utc_s > 0) {
        row.elapsed_s = std::max(0.0, 1e-9 * static_cast<double>(utc_ns) - start->utc_s);
      }
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

std::map<std::string, std::size_t> count_phases(const std::vector<StatusRow>& rows) {
  std::map<std::string, std::size_t> counts;
  for (const StatusRow& row : rows) ++counts[std::string(phase_name(*row.state))];
  return counts;
}

std::string status_line(const std::vector<StatusRow>& rows) {
  std::map<std::string, std::size_t> counts = count_phases(rows);
  std::vector<std::string> parts;
  for (const std::string_view name : kOrder) {
    const auto it = counts.find(std::string(name));
    if (it == counts.end()) continue;
    parts.push_back(fmt::format("{} {}", it->second, name));
    counts.erase(it);
  }
  for (const auto& [name, count] : counts) parts.push_back(fmt::format("{} {}", count, name));
  return fmt::format("{} experiments: {}", rows.size(), fmt::join(parts, ", "));
}

std::string status_table(const std::vector<StatusRow>& rows, bool all) {
  TextTable table;
  table.column("experiment", TextTable::Align::kLeft).column("state", TextTable::Align::kLeft);
  table.column("attempt").column("elapsed").column("where", TextTable::Align::kLeft);
  table.column("note", TextTable::Align::kLeft);
  std::size_t num_shown = 0;
  std::size_t num_hidden = 0;
  for (const StatusRow& row : rows) {
    if (!all && (is_quiet(*row.state) || num_shown == kMostRows)) {
      if (!is_quiet(*row.state)) ++num_hidden;
      continue;
    }
    ++num_shown;
    const bool has_run = row.elapsed_s > 0 || row.state->record.ending;
    table.row({row.entry->name, std::string(phase_name(*row.state)),
               row.state->attempt == 0 ? "–" : std::to_string(row.state->attempt),
               has_run ? format_duration(row.elapsed_s) : "–", place_text(*row.state),
               note_text(row)});
  }
  if (num_shown == 0) return {};
  std::string text = table.text();
  if (num_hidden > 0) text += fmt::format("… and {} more; --all shows them\n", num_hidden);
  return text;
}

Json status_json(const std::vector<StatusRow>& rows) {
  Json experiments = Json::array();
  for (const StatusRow& row : rows) experiments.push_back(row_json(row));
  return {{"schema_version", 1}, {"counts", count_phases(rows)}, {"experiments", experiments}};
}

}  // namespace sciwright::campaign
