#include "submission/standings.h"

#include <algorithm>
#include <set>

#include "campaign/metric.h"
#include "record/result.h"
#include "report/load.h"
#include "submission/evidence.h"

namespace sciwright::submission {
namespace {

namespace fs = std::filesystem;

/// The label that tells submissions apart.
constexpr const char* kKey = "submission";

bool has_scores(const CheckedSubmission& submission, const ScoreRule& rule) {
  return !submission.logs.empty() &&
         std::ranges::all_of(submission.logs, [&](const CheckedLog& log) {
           return rule.score_of(log.facts.result).has_value();
         });
}

/// What a log's run is read from.
fs::path source_of(const CheckedSubmission& submission, const CheckedLog& log) {
  const fs::path path =
      submission.has_evidence ? submission.place.folder / run_folder_name(log.number) : log.path;
  return path.lexically_normal();
}

/// A log, and where it belongs.
struct Source {
  std::size_t submission = 0;
  const CheckedLog* log = nullptr;
};

/// Puts the runs of one benchmark's ranked submissions together.
class Gatherer final {
 public:
  Gatherer(const SubmissionTree& tree, Standings& out) : tree_(tree), out_(out) {}

  void gather(const std::vector<std::size_t>& ranked) {
    std::map<std::string, Source> sources;
    std::vector<fs::path> paths;
    for (const std::size_t i : ranked) {
      for (const CheckedLog& log : tree_.submissions[i].logs) {
        paths.push_back(source_of(tree_.submissions[i], log));
        sources[paths.back().string()] = {i, &log};
      }
    }
    out_.metric = metric_of(ranked);
    out_.set = report::load(paths, {.most_configurations = 0, .most_histories = 0});
    std::vector<report::Run> runs;
    for (report::Run& run : out_.set.runs) {
      const auto source = sources.find(run.folder.empty() ? run.name : run.folder);
      if (source == sources.end()) continue;
      label(run, source->second);
      runs.push_back(std::move(run));
    }
    out_.set.runs = std::move(runs);
  }

 private:
  /// Where the first evidence has the score; without any, the name of its field in the logs.
  std::string metric_of(const std::vector<std::size_t>& ranked) {
    for (const std::size_t i : ranked) {
      const CheckedSubmission& submission = tree_.submissions[i];
      if (!submission.has_evidence) continue;
      const CheckedLog& log = submission.logs.front();
      if (const auto place = place_of(source_of(submission, log), *log_score(log))) {
        return place->path;
      }
    }
    return out_.rule.fields.front();
  }

  std::optional<double> log_score(const CheckedLog& log) const {
    return out_.rule.score_of(log.facts.result);
  }

  static std::optional<ScorePlace> place_of(const fs::path& folder, double score) {
    return find_score(record::read_result(folder / "result.json").scores, score);
  }

  /// The row of the score becomes the only one, with the score under the benchmark's metric.
  void label(report::Run& run, const Source& source) {
    const CheckedSubmission& submission = tree_.submissions[source.submission];
    report::Names& names = out_.set.names;
    run.name = submission.place.name() + "/" + source.log->path.filename().string();
    for (const auto& [key, value] :
         {std::pair<std::string, std::string>{kKey, submission.place.name()},
          {"system", submission.place.system}}) {
      const report::Name name = names.add(key);
      std::erase_if(run.labels, [&](const report::Label& one) { return one.key == name; });
      run.labels.push_back({name, names.add(value)});
    }
    const double score = *log_score(*source.log);
    if (submission.has_evidence) {
      const record::RunResult result = record::read_result(fs::path(run.folder) / "result.json");
      const auto place = find_score(result.scores, score);
      if (place && place->row < run.rows.size()) run.rows = {run.rows[place->row]};
      const Json origin =
          result.energy.is_object() ? result.energy.value("origin", Json()) : Json();
      if (origin.is_string()) {
        run.labels.push_back({names.add(kEnergyOrigin), names.add(origin.get<std::string>())});
      }
    }
    run.rows.resize(1);
    const report::Name metric = names.add(out_.metric);
    std::erase_if(run.rows[0].numbers, [&](const report::Number& n) { return n.path == metric; });
    run.rows[0].numbers.push_back({metric, score});
    // Every ranked log was checked already; only its check says whether the run counts.
    run.valid = true;
  }

  const SubmissionTree& tree_;
  Standings& out_;
};

bool any_has(const report::RunSet& set, const char* path) {
  const auto name = set.names.find(path);
  return name && std::ranges::any_of(set.runs, [&](const report::Run& run) {
           return report::number_of(run.numbers, *name).has_value();
         });
}

void rank(const SubmissionTree& tree, Standings& out) {
  report::GroupRequest request{.metrics = {out.metric}, .keys = {kKey}};
  for (const char* path : {kTotalTime, kJoules, kCoverage}) {
    if (!any_has(out.set, path)) continue;
    out.metrics[path] = request.metrics.size();
    request.metrics.emplace_back(path);
  }
  report::Directions directions;
  directions.first =
      out.rule.higher_is_better ? campaign::Direction::kHigher : campaign::Direction::kLower;
  out.board = report::rank_groups(out.set, report::group_runs(out.set, request), directions);
  for (const auto& [path, metric] : out.metrics) report::add_intervals(out.board.groups, metric);
  for (const report::Group& group : out.board.groups.groups) {
    const auto found = std::ranges::find_if(tree.submissions, [&](const CheckedSubmission& s) {
      return s.place.name() == group.labels.front();
    });
    out.ranked.push_back(static_cast<std::size_t>(found - tree.submissions.begin()));
  }
}

}  // namespace

const report::Sample* Standings::sample(std::size_t group, const char* path) const {
  const auto place = metrics.find(path);
  if (place == metrics.end()) return nullptr;
  const report::Sample& found = board.groups.groups[group].samples[place->second];
  return found.members.empty() ? nullptr : &found;
}

std::vector<Standings> rank_submissions(const SubmissionTree& tree) {
  std::set<std::string> applications;
  for (const CheckedSubmission& s : tree.submissions) applications.insert(s.place.application);
  std::vector<Standings> out;
  for (const std::string& application : applications) {
    Standings& standings = out.emplace_back();
    standings.application = application;
    standings.rule = score_rule(application);
    std::vector<std::size_t> ranked;
    for (std::size_t i = 0; i < tree.submissions.size(); ++i) {
      const CheckedSubmission& submission = tree.submissions[i];
      if (submission.place.application != application) continue;
      const bool counts = submission.passed() && has_scores(submission, standings.rule);
      (counts ? ranked : standings.unranked).push_back(i);
    }
    if (ranked.empty()) continue;
    Gatherer(tree, standings).gather(ranked);
    rank(tree, standings);
  }
  return out;
}

std::optional<ConvergenceVerdict> convergence_of(const CheckedSubmission& submission,
                                                 const std::vector<Reference>& references) {
  const auto found =
      std::ranges::find(references, submission.place.application, &Reference::benchmark);
  if (found == references.end()) return std::nullopt;
  std::vector<fs::path> logs;
  for (const CheckedLog& log : submission.logs) logs.push_back(log.path);
  try {
    return judge_convergence(*found, read_convergences(logs, found->quality, found->unit));
  } catch (const Error& error) {  // caught here: a log without a batch size is a failed comparison
    return ConvergenceVerdict{false, std::string("fails: ") + error.what()};
  }
}

}  // namespace sciwright::submission
