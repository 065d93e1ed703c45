#include "server/watched.h"

#include <algorithm>
#include <malloc.h>

#include <fmt/format.h>
#include <sys/stat.h>

#include "base/error.h"
#include "coordinator/root.h"
#include "server/views.h"
#include "workflow/event.h"

namespace sciwright::server {
namespace {

constexpr std::size_t kRecentEvents = 2000;
constexpr std::size_t kPieceBytes = 256 * 1024;
constexpr std::int64_t kPageLines = 1000;
constexpr std::size_t kLargeNodes = 10'000;
/// Larger answers are made again each time instead of being kept.
constexpr std::size_t kKeptBytes = 4 * 1024 * 1024;

std::string mark_of(const std::filesystem::path& file) {
  struct stat facts = {};
  if (::stat(file.c_str(), &facts) != 0) return "none";
  return fmt::format("{} {} {}.{}", facts.st_ino, facts.st_size, facts.st_mtim.tv_sec,
                     facts.st_mtim.tv_nsec);
}

std::string event_of_line(std::int64_t id, const std::string& line) {
  const auto event = workflow::read_event(line);
  return event_text(id, event ? workflow::event_name(event->kind) : "unknown", line);
}

}  // namespace

std::string event_text(std::int64_t id, std::string_view name, std::string_view data) {
  const std::string number = id > 0 ? fmt::format("id: {}\n", id) : "";
  return fmt::format("{}event: {}\ndata: {}\n\n", number, name, data);
}

Watched::Watched(std::string name, const coordinator::WorkflowFolder& folder, const Clock& clock)
    : name_(std::move(name)),
      clock_(clock),
      snapshot_(std::make_unique<coordinator::Snapshot>(folder)) {}

bool Watched::is_there() const {
  std::error_code ignored;
  return std::filesystem::exists(snapshot_->folder().definition, ignored);
}

bool Watched::refresh_if_grown() {
  return mark_of(snapshot_->folder().journal()) != seen_journal_ && refresh();
}

bool Watched::refresh() {
  const coordinator::WorkflowFolder folder = snapshot_->folder();
  seen_journal_ = mark_of(folder.journal());
  std::string problem;
  std::vector<workflow::JournalReader::Line> lines;
  try {
    lines = snapshot_->refresh();
  } catch (const Error& error) {
    problem = error.what();
  }
  keep(lines);
  std::string files = fmt::format("{}|{}|{}|{}", mark_of(folder.definition), mark_of(folder.copy()),
                                  snapshot_->is_alive(), problem);
  const bool is_read_anew = files != seen_files_;
  const bool changed = !lines.empty() || is_read_anew;
  seen_files_ = std::move(files);
  // Reading a large file takes several times what is kept of it; the rest goes back at once.
  if (is_read_anew && snapshot_->state().size() > kLargeNodes) ::malloc_trim(0);
  if (changed) ++generation_;
  return changed;
}

void Watched::keep(const std::vector<workflow::JournalReader::Line>& lines) {
  for (const auto& line : lines) {
    const std::int64_t id = line.event.seq;
    const bool follows = first_kept_ + static_cast<std::int64_t>(recent_.size()) == id;
    if (id == 1) ++num_beginnings_;
    if (!follows) {
      recent_.clear();
      first_kept_ = id;
    }
    recent_.push_back(std::make_shared<const std::string>(
        event_text(id, workflow::event_name(line.event.kind), line.text)));
    if (recent_.size() <= kRecentEvents) continue;
    recent_.pop_front();
    ++first_kept_;
  }
}

std::pair<std::vector<Watched::Text>, std::int64_t> Watched::events_behind(
    std::int64_t since) const {
  std::vector<Text> texts;
  const std::int64_t end = first_kept_ + static_cast<std::int64_t>(recent_.size());
  if (!recent_.empty() && since + 1 >= first_kept_) {
    std::size_t num_bytes = 0;
    for (; since + 1 < end && num_bytes < kPieceBytes; ++since) {
      texts.push_back(recent_[static_cast<std::size_t>(since + 1 - first_kept_)]);
      num_bytes += texts.back()->size();
    }
    return {std::move(texts), since};
  }
  const JournalPage page = read_journal_page(snapshot_->folder().journal(), since,
                                             std::min(kPageLines, last_id() - since));
  for (const std::string& line : page.lines) {
    texts.push_back(std::make_shared<const std::string>(event_of_line(++since, line)));
  }
  return {std::move(texts), since};
}

std::int64_t Watched::freshness() const {
  return snapshot_->is_alive() ? clock_.steady_ns() / 1'000'000'000 : 0;
}

Watched::Text Watched::summary() {
  if (summary_generation_ != generation_) {
    summary_ = std::make_shared<const std::string>(
        summary_json({.name = name_, .snapshot = *snapshot_, .now_utc_ns = clock_.utc_ns()}));
    summary_generation_ = generation_;
  }
  return summary_;
}

Watched::Text Watched::detail() {
  const std::pair now = {generation_, freshness()};
  if (detail_ && detail_freshness_ == now) return detail_;
  auto text = std::make_shared<const std::string>(
      detail_json({.name = name_, .snapshot = *snapshot_, .now_utc_ns = clock_.utc_ns()}, nullptr));
  detail_freshness_ = now;
  detail_ = text->size() <= kKeptBytes ? text : nullptr;
  return text;
}

Watched* Workflows::find(const std::string& name) {
  if (name.starts_with('.')) return nullptr;  // Folders of the service's own.
  const auto folder = coordinator::named_workflow(site_.root, name);
  std::error_code ignored;
  const bool is_there = std::filesystem::exists(folder.definition, ignored);
  const auto found = watched_.find(name);
  if (!is_there) {
    if (found != watched_.end()) watched_.erase(found);
    return nullptr;
  }
  auto& watched = watched_[name];
  if (!watched) watched = std::make_unique<Watched>(name, folder, site_.clock);
  watched->refresh();
  return watched.get();
}

std::vector<std::string> Workflows::find_all() {
  const auto names = coordinator::list_workflows(site_.root);
  std::vector<std::string> gone;
  for (const auto& [name, watched] : watched_) {
    if (!std::ranges::binary_search(names, name)) gone.push_back(name);
  }
  for (const std::string& name : gone) watched_.erase(name);
  for (const std::string& name : names) find(name);
  return gone;
}

}  // namespace sciwright::server
