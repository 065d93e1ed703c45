#include "report/leaderboard.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <boost/math/distributions/normal.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.h"
#include "report/baselines.h"
#include "stats/comparison.h"

namespace sciwright::report {
namespace {

using campaign::Direction;

constexpr double kSignificance = 0.05;

double sign_of(const std::optional<Direction>& direction) {
  return direction == Direction::kLower ? -1 : 1;
}

/// Best mean first; groups without the metric are left out.
void sort_groups(Leaderboard& board) {
  std::vector<Group>& groups = board.groups.groups;
  std::erase_if(groups, [](const Group& group) { return group.samples.front().members.empty(); });
  const double sign = sign_of(board.directions.front());
  std::ranges::stable_sort(groups, [&](const Group& a, const Group& b) {
    return sign * a.samples.front().summary.mean > sign * b.samples.front().summary.mean;
  });
}

/// The one that all others are tested against: the best mean of several runs, or of all when none
/// has several.
std::size_t best_of(const std::vector<Group>& groups) {
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (groups[i].samples.front().members.size() > 1) return i;
  }
  return 0;
}

void test_against_best(Leaderboard& board, std::size_t best) {
  const std::vector<Group>& groups = board.groups.groups;
  const double sign = sign_of(board.directions.front());
  const std::vector<double> best_values = groups[best].samples.front().values();
  const stats::Moments best_moments = stats::moments_of(best_values);
  for (std::size_t i = 0; i < groups.size(); ++i) {
    Standing& standing = board.standings[i];
    if (i == best) continue;
    const std::vector<double> values = groups[i].samples.front().values();
    const stats::Moments moments = stats::moments_of(values);
    if (const auto test = stats::welch_test(moments, best_moments)) {
      standing.p_value = test->p_value;
      if (const auto g = stats::hedges_g(moments, best_moments)) standing.effect = sign * *g;
    }
    if (values.size() < 2 || best_values.size() < 2) continue;
    if (const auto ranks = stats::mann_whitney_test(values, best_values)) {
      standing.rank_p_value = ranks->p_value;
    }
    const double chance = stats::probability_of_superiority(values, best_values);
    standing.chance_to_beat_best = sign > 0 ? chance : 1 - chance;
  }
}

void correct(Leaderboard& board) {
  std::vector<double> p_values;
  for (const Standing& standing : board.standings) {
    if (standing.p_value) p_values.push_back(*standing.p_value);
  }
  const std::vector<double> corrected = stats::holm_correction(p_values);
  std::size_t next = 0;
  for (Standing& standing : board.standings) {
    if (!standing.p_value) continue;
    standing.holm_p_value = corrected[next++];
    standing.differs = *standing.holm_p_value < kSignificance;
  }
}

/// Equal means share a place; so do all that may be as good as the best.
void give_ranks(Leaderboard& board, std::size_t best) {
  const std::vector<Group>& groups = board.groups.groups;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    Standing& standing = board.standings[i];
    const bool is_equal = i > 0 && groups[i].samples.front().summary.mean ==
                                       groups[i - 1].samples.front().summary.mean;
    standing.rank = is_equal ? board.standings[i - 1].rank : i + 1;
    standing.is_best = i == best;
    if (i == best || standing.differs == false) standing.rank = 1;
  }
}

bool dominates(const Group& a, const Group& b, const Leaderboard& board) {
  bool better = false;
  for (std::size_t m = 0; m < board.directions.size(); ++m) {
    if (a.samples[m].members.empty() || b.samples[m].members.empty()) return false;
    const double sign = sign_of(board.directions[m]);
    const double difference = sign * (a.samples[m].summary.mean - b.samples[m].summary.mean);
    if (difference < 0) return false;
    better = better || difference > 0;
  }
  return better;
}

/// Groups are sorted by the first metric, so only earlier or equal ones can dominate.
void find_front(Leaderboard& board) {
  const std::vector<Group>& groups = board.groups.groups;
  std::vector<std::size_t> front;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const bool has_all = std::ranges::all_of(
        groups[i].samples, [](const Sample& sample) { return !sample.members.empty(); });
    const bool is_beaten = std::ranges::any_of(
        front, [&](std::size_t other) { return dominates(groups[other], groups[i], board); });
    if (!has_all || is_beaten) continue;
    std::erase_if(front, [&](std::size_t o) { return dominates(groups[i], groups[o], board); });
    front.push_back(i);
  }
  for (const std::size_t i : front) board.standings[i].is_on_front = true;
}

/// Standard error of a mean, from all groups with several runs.
double pooled_error(const std::vector<Group>& groups) {
  double squares = 0;
  double freedom = 0;
  double num = 0;
  double num_groups = 0;
  for (const Group& group : groups) {
    const stats::Summary& s = group.samples.front().summary;
    num += static_cast<double>(s.num);
    ++num_groups;
    if (!s.standard_deviation) continue;
    squares += *s.standard_deviation * *s.standard_deviation * static_cast<double>(s.num - 1);
    freedom += static_cast<double>(s.num - 1);
  }
  return freedom > 0 ? std::sqrt(squares / freedom / (num / num_groups)) : 0;
}

void warn(Leaderboard& board) {
  const std::vector<Group>& groups = board.groups.groups;
  if (groups.size() < 2) return;
  const double error = pooled_error(groups);
  const double luck = expected_luck(groups.size());
  if (error > 0) {
    board.warnings.push_back(fmt::format(
        "The best of {} was picked after the fact: of {} equally good ones it would look better "
        "than they are by {:.2g} (luck of {:.1f} standard errors).",
        groups.size(), groups.size(), luck * error, luck));
  }
  const auto single = std::ranges::count_if(
      groups, [](const Group& group) { return group.samples.front().members.size() == 1; });
  if (single > 0) {
    board.warnings.push_back(
        fmt::format("{} of {} have a single run: nobody can say whether they differ from the best.",
                    single, groups.size()));
  }
}

/// "3 (1, 4)": how many values lie far out, and of what runs.
void name_outliers(const RunSet& set, Leaderboard& board) {
  std::vector<std::string> texts;
  std::size_t num = 0;
  for (const Group& group : board.groups.groups) {
    const Sample& sample = group.samples.front();
    num += sample.outliers.size();
    for (const std::size_t place : sample.outliers) {
      const Observation& member = sample.members[place];
      if (texts.size() < 5) {
        texts.push_back(fmt::format("{} ({:.4g})", set.runs[member.run].name, member.value));
      }
    }
  }
  if (num == 0) return;
  board.warnings.push_back(
      fmt::format("{} {} far outside of the group's quartiles, and {} counted: {}{}.", num,
                  num == 1 ? "value lies" : "values lie", num == 1 ? "is" : "are",
                  fmt::join(texts, ", "), num > texts.size() ? ", …" : ""));
}

}  // namespace

double expected_luck(std::size_t num) {
  if (num < 2) return 0;
  const auto n = static_cast<double>(num);
  return boost::math::quantile(boost::math::normal(), (n - 0.375) / (n + 0.25));
}

Leaderboard rank_groups(const RunSet& set, Groups groups, const Directions& directions) {
  Leaderboard board;
  for (const std::string& metric : groups.metrics) {
    board.directions.push_back(campaign::direction_of(metric, directions.known));
  }
  if (directions.first) board.directions.front() = directions.first;
  if (!board.directions.front()) {
    throw usage_error(
        fmt::format("--by {}: whether more is better is not known; say --highest or --lowest",
                    groups.metrics.front()));
  }
  board.groups = std::move(groups);
  sort_groups(board);
  add_intervals(board.groups, 0);
  board.standings.resize(board.groups.groups.size());
  if (!board.standings.empty()) {
    const std::size_t best = best_of(board.groups.groups);
    test_against_best(board, best);
    correct(board);
    give_ranks(board, best);
    find_front(board);
  }
  board.baselines = baselines_of(set, board.groups, board.directions.front());
  warn(board);
  name_outliers(set, board);
  return board;
}

}  // namespace sciwright::report
