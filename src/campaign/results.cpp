#include "campaign/results.h"

#include <algorithm>
#include <map>
#include <set>
#include <span>
#include <tuple>

#include <fmt/format.h>

#include "base/error.h"
#include "base/suggestion.h"
#include "campaign/condition.h"

namespace sciwright::campaign {
namespace {

constexpr const char* kTrainingTime = "times_s.Training";
constexpr const char* kJoules = "energy.joules";

bool is_of_repeat(const std::string& parameter) {
  return parameter == "repeat" || parameter == "seed";
}

/// What was measured in one group, so far.
struct Cell {
  std::vector<std::string> experiments;
  std::vector<double> values;
  std::vector<std::uint64_t> seeds;
};

/// Experiments that are repeats of one another, and what they gave, by metric and system.
struct Repeats {
  Json parameters;
  std::string benchmark;
  std::string model;
  std::map<std::pair<std::string, std::string>, Cell> cells;
};

std::optional<Seeds> kind_of(const std::vector<std::uint64_t>& seeds) {
  if (seeds.size() < 2) return std::nullopt;
  const std::set<std::uint64_t> different(seeds.begin(), seeds.end());
  if (different.size() == 1) return Seeds::kSame;
  return different.size() == seeds.size() ? Seeds::kOwn : Seeds::kMixed;
}

/// Takes outcomes one after the other.
class Gatherer final {
 public:
  Gatherer(const Collection& collection, const ResultsRequest& request)
      : request_(request), condition_(request.where, collection.parameters, request.row) {
    for (const std::string& name : collection.parameters) {
      if (request.each || !is_of_repeat(name)) results_.parameters.push_back(name);
    }
  }

  void add(const CollectedExperiment& experiment, const Outcome& outcome) {
    if (outcome.kind == Outcome::Kind::kGone || !condition_.holds(experiment, outcome)) return;
    if (count_outcome(experiment.entry.name, outcome, results_)) measure(experiment, outcome);
  }

  Results finish() {
    condition_.check_names();
    check_metrics();
    for (const std::string& path : metrics_) {
      const auto direction =
          request_.direction ? request_.direction : direction_of(path, request_.known);
      results_.metrics.push_back({path, direction, depends_on_system(path)});
      add_groups(path);
    }
    return std::move(results_);
  }

 private:
  /// The metrics of a result, when none was asked for.
  std::vector<std::string> usual_metrics(const record::RunResult& result) const {
    std::vector<std::string> paths;
    for (const KnownMetrics& known : request_.known) {
      if (known.benchmark != result.benchmark || known.metrics.empty()) continue;
      paths.push_back(known.metrics.front().first);
    }
    if (paths.empty()) {
      const std::vector<std::string> all = number_paths(result, request_.row);
      if (!all.empty()) paths.push_back(all.front());
    }
    paths.insert(paths.end(), {kTrainingTime, kJoules});
    return paths;
  }

  Repeats& repeats_of(const CollectedExperiment& experiment, const record::RunResult& result) {
    Json parameters = experiment::parameters_of(experiment.entry);
    if (!request_.each) {
      parameters.erase("repeat");
      parameters.erase("seed");
    }
    const std::tuple key(experiment.base_hash, result.benchmark, result.model,
                         parameters.dump(-1, ' ', false, Json::error_handler_t::replace));
    const auto [place, is_new] = places_.emplace(key, repeats_.size());
    if (is_new) repeats_.push_back({std::move(parameters), result.benchmark, result.model, {}});
    return repeats_[place->second];
  }

  void measure(const CollectedExperiment& experiment, const Outcome& outcome) {
    const record::RunResult& result = outcome.result;
    Repeats& repeats = repeats_of(experiment, result);
    const bool is_usual = request_.metrics.empty();
    const std::vector<std::string> paths = is_usual ? usual_metrics(result) : request_.metrics;
    note_lacking(experiment.entry.name, result, is_usual ? std::span(paths).first(1) : paths);
    for (const std::string& path : paths) {
      const std::optional<double> value = number_at(result, path, request_.row);
      if (!value) continue;
      if (std::ranges::find(metrics_, path) == metrics_.end()) metrics_.push_back(path);
      Cell& cell = repeats.cells[{path, system_of(path, experiment, outcome)}];
      cell.experiments.push_back(experiment.entry.name);
      cell.values.push_back(*value);
      cell.seeds.push_back(result.seed);
    }
    if (example_.empty()) example_ = number_paths(result, request_.row);
  }

  /// Names a valid run that a table has no number of. Of the usual metrics only the main score is
  /// one that all runs have.
  void note_lacking(const std::string& name, const record::RunResult& result,
                    std::span<const std::string> paths) {
    std::vector<std::string> reasons;
    for (const std::string& path : paths) {
      if (!number_at(result, path, request_.row)) reasons.push_back("no number at " + path);
    }
    if (!reasons.empty()) results_.lacking.push_back({name, std::move(reasons)});
  }

  /// Machines that nobody described may all be different.
  static std::string system_of(const std::string& path, const CollectedExperiment& experiment,
                               const Outcome& outcome) {
    if (!depends_on_system(path)) return "";
    return outcome.system == "unknown" ? "unknown (" + experiment.entry.name + ")" : outcome.system;
  }

  void check_metrics() {
    Problems problems;
    for (const std::string& path : request_.metrics) {
      if (results_.num_valid == 0 || std::ranges::find(metrics_, path) != metrics_.end()) continue;
      problems.push_back(fmt::format("--by {}: no valid result has it{}{}", path,
                                     request_.row.empty() ? "" : " in the row asked for",
                                     did_you_mean(path, example_)));
    }
    throw_if_any(problems);
    if (!request_.metrics.empty()) metrics_ = request_.metrics;
  }

  void add_groups(const std::string& path) {
    const auto first = static_cast<std::ptrdiff_t>(results_.groups.size());
    for (const Repeats& repeats : repeats_) {
      for (const auto& [key, cell] : repeats.cells) {
        if (key.first != path) continue;
        ResultGroup group{path, repeats.parameters, repeats.benchmark, repeats.model, key.second};
        group.experiments = cell.experiments;
        group.values = cell.values;
        group.summary = stats::summarize(cell.values);
        group.seeds = kind_of(cell.seeds);
        results_.groups.push_back(std::move(group));
      }
    }
    if (request_.best > 0) rank(first);
  }

  /// Equal means share a place and the next one is left free: 1, 1, 3.
  void rank(std::ptrdiff_t first) {
    std::vector<ResultGroup>& groups = results_.groups;
    const auto direction = results_.metrics.back().direction;
    const double sign = direction == Direction::kLower ? 1 : -1;
    std::stable_sort(groups.begin() + first, groups.end(),
                     [&](const ResultGroup& a, const ResultGroup& b) {
                       return sign * a.summary.mean < sign * b.summary.mean;
                     });
    for (auto at = static_cast<std::size_t>(first); at < groups.size(); ++at) {
      const std::size_t place = at - static_cast<std::size_t>(first);
      const bool is_tie = place > 0 && groups[at].summary.mean == groups[at - 1].summary.mean;
      groups[at].rank = is_tie ? groups[at - 1].rank : place + 1;
    }
    std::erase_if(groups, [&](const ResultGroup& group) { return group.rank > request_.best; });
  }

  const ResultsRequest& request_;
  Condition condition_;
  Results results_;
  std::vector<std::string> metrics_;  ///< In the order in which they came.
  std::vector<std::string> example_;  ///< The numbers of the first valid result.
  std::vector<Repeats> repeats_;
  std::map<std::tuple<std::string, std::string, std::string, std::string>, std::size_t> places_;
};

void check_ranking(const ResultsRequest& request) {
  if (request.best == 0) return;
  if (request.metrics.size() != 1) {
    throw usage_error(fmt::format("--best: a ranking needs one metric, --by METRIC; {} are given",
                                  request.metrics.size()));
  }
  const std::string& path = request.metrics.front();
  if (request.direction || direction_of(path, request.known)) return;
  throw usage_error(
      fmt::format("--by {}: whether more is better is not known; say --highest or --lowest", path));
}

}  // namespace

Results summarize_results(const Collection& collection, const ResultsRequest& request) {
  check_ranking(request);
  Gatherer gatherer(collection, request);
  for_each_outcome(collection, [&](const CollectedExperiment& experiment, Outcome&& outcome) {
    gatherer.add(experiment, outcome);
  });
  return gatherer.finish();
}

std::vector<std::string> select_experiments(const Collection& collection,
                                            const ResultsRequest& request) {
  Condition condition(request.where, collection.parameters, request.row);
  std::vector<std::string> names;
  for_each_outcome(collection, [&](const CollectedExperiment& experiment, Outcome&& outcome) {
    const bool is_there = outcome.kind != Outcome::Kind::kGone;
    if (is_there && condition.holds(experiment, outcome)) names.push_back(experiment.entry.name);
  });
  condition.check_names();
  return names;
}

bool count_outcome(const std::string& name, const Outcome& outcome, Results& results) {
  ++results.num_experiments;
  if (outcome.num_results > 1) results.duplicates.push_back(name);
  switch (outcome.kind) {
    case Outcome::Kind::kValid:
      ++results.num_valid;
      return true;
    case Outcome::Kind::kInvalid:
      results.invalid.push_back({name, outcome.result.reasons});
      return false;
    case Outcome::Kind::kUnreadable:
      results.unreadable.push_back({name, {outcome.problem}});
      return false;
    default:
      results.missing.push_back(name);
      return false;
  }
}

std::string_view seeds_name(Seeds seeds) {
  switch (seeds) {
    case Seeds::kSame:
      return "same";
    case Seeds::kOwn:
      return "own";
    case Seeds::kMixed:
      break;
  }
  return "mixed";
}

}  // namespace sciwright::campaign
