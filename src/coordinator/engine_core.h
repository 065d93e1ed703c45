#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "coordinator/book.h"
#include "coordinator/engine.h"
#include "coordinator/job_output.h"
#include "coordinator/node_job.h"
#include "coordinator/patterns.h"
#include "coordinator/plan.h"
#include "coordinator/requests.h"
#include "coordinator/site.h"
#include "coordinator/up_to_date.h"
#include "workflow/condition.h"
#include "workflow/definition.h"
#include "workflow/graph.h"

namespace sciwright::coordinator {

/// One run of a workflow: what runs, what may start, and what is asked. Every change goes through
/// the book; the rest can be made anew from it.
class EngineCore final {
 public:
  /// What it works on; all outlive it.
  struct Subject {
    const WorkflowFolder& folder;
    const workflow::Definition& definition;
    const workflow::Graph& graph;
    const std::vector<std::string>& fingerprints;  ///< By node.
    std::vector<bool> selected = {};               ///< By node; empty: all.
    bool has_journal = false;                      ///< There was one before this engine.
  };
  EngineCore(Subject subject, Book& book, const EngineOptions& options, const Clock& clock);

  /// Goes on until nothing more can be done; the workflow's status then, or nothing when it left
  /// jobs alone.
  std::optional<workflow::NodeStatus> run();
  /// Meets the requests that wait and ends what is to be ended; starts nothing. As `run`, but
  /// nothing unless the whole workflow was cancelled.
  std::optional<workflow::NodeStatus> meet_requests();
  /// Why requests were refused.
  const std::vector<std::string>& refusals() const { return refusals_; }

 private:
  /// A node whose job was announced to a site and is not over.
  struct Flight {
    std::size_t site = 0;
    std::int64_t output_offset = 0;
    SaidProgress said = {};
    std::string inputs = {};     ///< Hash, for the next run; empty for a node without outputs.
    bool is_taken_back = false;  ///< It is not to begin any more.
  };

  // engine_core.cpp: the loop, and what an engine before this one left.
  void open_sites();
  void adopt();
  void adopt_node(std::size_t node);
  int ledger_attempt(std::size_t node) const;
  bool is_lost(std::size_t node) const;
  std::int64_t retry_steady_ns(std::size_t node) const;
  bool turn();
  bool is_finished() const;
  bool waits_for_release() const;
  workflow::NodeStatus end_status() const;
  void wait();
  void heed_signals();

  // engine_sites.cpp: what is handed over to sites and asked of them.
  void settle_errands();
  void do_at(Site& site, std::function<void()> work, std::function<void()> done);
  void look_at(Site& site);
  void take_poll(Site& site, const jobs::PollReport& report, std::int64_t begun_ns);
  void note_reachable(Site& site, bool reachable, const std::string& message);
  void hand_over(Site& site);
  void take_submission(Site& site, const jobs::SubmitReport& report);
  void note_queued(const Site& site, std::size_t node, const jobs::Handle& handle);
  bool is_ending(std::size_t node) const { return is_cancelling_ || state_of(node).is_cancelling; }
  void settle_handing(Site& site);
  void fail_handing(Site& site, const std::string& why);
  void hand_over_again(Site& site, const std::vector<std::string>& dropped);

  // engine_starts.cpp: nodes that start.
  void start_ready();
  void start_at(std::size_t queue);
  std::optional<jobs::Job> prepare(std::size_t node);
  std::optional<jobs::Job> launch(std::size_t node, Flight flight);
  jobs::Job job_of(std::size_t node, int attempt, const SaidProgress& said) const;
  bool is_startable(std::size_t node) const;
  bool is_held_back(std::size_t node);
  bool is_condition_false(std::size_t node);
  void conclude_here(std::size_t node);
  bool decide_among_parents(std::size_t node, SaidProgress& said);
  void cancel_losers(std::size_t node);
  JobRequest job_request(std::size_t node, int attempt) const;
  int next_attempt(std::size_t node) const;
  void announce(std::size_t node, int attempt, std::size_t site);

  // engine_ends.cpp: progress and ends of nodes.
  void read_outputs();
  void tell_progress(std::size_t node, const SaidProgress& said);
  void take_report(const jobs::JobReport& report);
  void note_running(std::size_t node, const jobs::JobReport& report);
  std::int64_t earlier(double utc_s, std::int64_t least_ns) const;
  void take_ending(std::size_t node, const jobs::JobReport& report);
  std::string problem_of_good_end(std::size_t node) const;
  void close_flight(std::size_t node);
  void end(std::size_t node, workflow::Event event);
  void stop_the_rest();
  void take_back(std::size_t node);
  void end_simply(std::size_t node, workflow::NodeStatus status, const std::string& message);
  bool retry(std::size_t node);
  double backoff_s(std::size_t node) const;
  void release_retries();
  bool is_loser(std::size_t node) const;

  // engine_requests.cpp: what people ask.
  void take_requests();
  void meet(const Request& request);
  void refuse(const Request& request, const std::string& why);
  void cancel_all();
  void cancel_node(std::size_t node, const std::string& why);
  void hold(const Request& request, std::optional<std::size_t> node);
  void reset(const Request& request, std::optional<std::size_t> node);
  void retry_failed(const Request& request, std::optional<std::size_t> node);
  std::vector<std::size_t> with_dependants(std::size_t node) const;

  const workflow::Node& node_at(std::size_t node) const { return subject_.definition.nodes[node]; }
  Situation situation() const { return {subject_.definition, subject_.graph, book_.state()}; }
  const workflow::NodeState& state_of(std::size_t node) const { return book_.state()[node]; }
  workflow::Event event_of(workflow::Event::Kind kind, std::size_t node) const;
  Site& site_of_queue(std::size_t queue) { return sites_[queue - 1]; }

  const Subject subject_;
  Book& book_;
  const EngineOptions& options_;
  const Clock clock_;
  std::vector<Site> sites_;  ///< Of queue i + 1; queue 0 is for nodes without a process.
  std::unique_ptr<Plan> plan_;
  std::unordered_map<std::size_t, Flight> flights_;
  std::multimap<std::int64_t, std::size_t> retries_;  ///< By steady time.
  std::unordered_set<std::size_t> retrying_;          ///< The same nodes.
  std::unordered_map<std::size_t, workflow::Condition> conditions_;
  mutable ContentHashes hashes_;
  std::filesystem::path program_;
  std::string path_;
  std::vector<std::string> refusals_;
  std::int64_t next_requests_ns_ = 0;
  std::int64_t next_outputs_ns_ = 0;
  bool starts_nothing_ = false;  ///< A node failed that stops the rest, or requests only.
  bool is_offline_ = false;      ///< Meets requests only.
  bool is_cancelling_ = false;
  bool has_left_ = false;
};

}  // namespace sciwright::coordinator
