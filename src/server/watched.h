#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "coordinator/snapshot.h"
#include "server/journal_page.h"
#include "server/site.h"

namespace sciwright::server {

/// A workflow that the service looks at: its snapshot, its newest events as clients get them, and
/// answers that were made already. Belongs to the thread of the connections.
class Watched final {
 public:
  using Text = std::shared_ptr<const std::string>;

  Watched(std::string name, const coordinator::WorkflowFolder& folder, const Clock& clock);

  /// Reads what changed; true when something did. An unreadable journal is a problem of the
  /// workflow's, not of the service.
  bool refresh();
  /// The same, but only if a look at the journal's size and time says that it grew.
  bool refresh_if_grown();

  const std::string& name() const { return name_; }
  /// Whether it still is where it was; what was read of one that is being deleted counts nothing.
  bool is_there() const;
  const coordinator::Snapshot& snapshot() const { return *snapshot_; }
  /// Counts changes, from 1.
  std::int64_t generation() const { return generation_; }
  std::int64_t last_id() const { return snapshot_->state().last_seq(); }
  /// Counts how often the journal began anew; events are numbered from 1 again then.
  std::int64_t num_beginnings() const { return num_beginnings_; }

  /// The events behind `since` as server-sent events, at most about 256 kB together, from memory
  /// where they are new, and the number of the last one.
  std::pair<std::vector<Text>, std::int64_t> events_behind(std::int64_t since) const;

  Text summary();
  Text detail();

 private:
  void keep(const std::vector<workflow::JournalReader::Line>& lines);
  /// Answers with running times are good for a second.
  std::int64_t freshness() const;

  std::string name_;
  Clock clock_;
  std::unique_ptr<coordinator::Snapshot> snapshot_;
  std::string seen_files_;
  std::string seen_journal_;
  std::int64_t generation_ = 0;
  std::int64_t num_beginnings_ = 0;
  std::int64_t first_kept_ = 0;  ///< Number of the first of `recent_`.
  std::deque<Text> recent_;
  Text summary_;
  std::int64_t summary_generation_ = -1;
  Text detail_;
  std::pair<std::int64_t, std::int64_t> detail_freshness_ = {-1, -1};
};

/// One event as a client of a stream gets it.
std::string event_text(std::int64_t id, std::string_view name, std::string_view data);

/// All workflows below a root. Belongs to the thread of the connections.
class Workflows final {
 public:
  explicit Workflows(const Site& site) : site_(site) {}

  /// The newest of a workflow; null when there is none of this name.
  Watched* find(const std::string& name);
  /// All of them, sorted by name, as they were at the last `find_all`.
  const std::map<std::string, std::unique_ptr<Watched>>& all() const { return watched_; }
  /// Looks which there are. Returns the names that are gone.
  std::vector<std::string> find_all();

 private:
  const Site& site_;
  std::map<std::string, std::unique_ptr<Watched>> watched_;
};

}  // namespace sciwright::server
