#include "submission/reference_points.h"

#include <algorithm>
#include <numeric>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.h"
#include "report/table.h"
#include "stats/mean.h"

namespace sciwright::submission {
namespace {

constexpr std::size_t kLeastReferenceRuns = 4;
constexpr double kSignificance = 0.05;
constexpr int kDigits = 4;

std::string number(double value) { return report::number_text(value, kDigits); }

/// Mean without the shortest and the longest; of at least three runs.
double olympic_mean(const std::vector<double>& lengths, std::size_t num_not_converged) {
  const std::size_t end = lengths.size() - (num_not_converged == 0 ? 1 : 0);
  return stats::mean_of(std::span(lengths).subspan(1, end - 1));
}

ReferencePoint point_of(double batch_size, const std::vector<const Convergence*>& runs) {
  ReferencePoint point;
  point.batch_size = batch_size;
  for (const Convergence* run : runs) {
    if (run->length) {
      point.lengths.push_back(*run->length);
    } else {
      ++point.num_not_converged;
    }
    point.log_sha256.push_back(run->log_sha256);
    if (run->seed) point.seeds.push_back(*run->seed);
  }
  std::ranges::sort(point.lengths);
  return point;
}

void check_point(const ReferencePoint& point, Problems& problems) {
  const std::size_t num = point.lengths.size() + point.num_not_converged;
  if (num < kLeastReferenceRuns) {
    problems.push_back(fmt::format("batch size {}: has {} of the {} runs that a reference needs",
                                   point.batch_size, num, kLeastReferenceRuns));
  }
  if (point.num_not_converged > 1) {
    problems.push_back(fmt::format("batch size {}: {} of {} runs did not converge, at most one may",
                                   point.batch_size, point.num_not_converged, num));
  }
}

void check_repeats(const std::vector<Convergence>& runs, Problems& problems) {
  std::map<std::pair<double, std::uint64_t>, std::string> seeds;
  std::map<std::string, std::string> logs;
  for (const Convergence& run : runs) {
    const auto [log, is_new_log] = logs.emplace(run.log_sha256, run.name);
    if (!is_new_log) {
      problems.push_back(fmt::format("{}: is the same log as {}", run.name, log->second));
      continue;
    }
    if (!run.seed) continue;
    const auto [seed, is_new] = seeds.emplace(std::pair(*run.batch_size, *run.seed), run.name);
    if (is_new) continue;
    problems.push_back(fmt::format("{}: has the seed {} of {}; repeats have seeds of their own",
                                   run.name, *run.seed, seed->second));
  }
}

/// A point at any batch size, from the reference's points.
struct PointAt {
  stats::Moments moments;
  bool is_interpolated = false;
};

/// Twice the area left of a → b → c; positive where b lies below the line from a to c.
double turn(const ReferencePoint& a, const ReferencePoint& b, const ReferencePoint& c) {
  const double ab = b.moments().mean - a.moments().mean;
  const double ac = c.moments().mean - a.moments().mean;
  return ac * (b.batch_size - a.batch_size) - ab * (c.batch_size - a.batch_size);
}

/// The points from the fastest on that lie on or below the lines between the others: larger batches
/// never converge faster than these.
std::vector<ReferencePoint> fastest_points(const std::vector<ReferencePoint>& points) {
  const auto fastest = std::ranges::min_element(
      points, {}, [](const ReferencePoint& point) { return point.moments().mean; });
  std::vector<ReferencePoint> hull;
  for (auto point = fastest; point != points.end(); ++point) {
    while (hull.size() > 1 && turn(hull[hull.size() - 2], hull.back(), *point) < 0) hull.pop_back();
    hull.push_back(*point);
  }
  return hull;
}

std::optional<PointAt> point_at(const Reference& reference, double batch_size) {
  const auto& points = reference.points;
  const auto exact = std::ranges::find(points, batch_size, &ReferencePoint::batch_size);
  if (exact != points.end()) return PointAt{exact->moments()};
  if (points.empty() || batch_size < points.front().batch_size ||
      batch_size > points.back().batch_size) {
    return std::nullopt;
  }
  const std::vector<ReferencePoint> hull = fastest_points(points);
  const auto high = std::ranges::find_if(
      hull, [&](const ReferencePoint& point) { return point.batch_size > batch_size; });
  if (high == hull.begin()) return PointAt{hull.front().moments(), true};
  const stats::Moments a = (high - 1)->moments();
  const stats::Moments b = high->moments();
  const double share =
      (batch_size - (high - 1)->batch_size) / (high->batch_size - (high - 1)->batch_size);
  return PointAt{{std::min(a.num, b.num), std::lerp(a.mean, b.mean, share),
                  std::lerp(a.standard_deviation, b.standard_deviation, share)},
                 true};
}

ConvergenceVerdict fail(std::string sentence) { return {false, "fails: " + std::move(sentence)}; }

/// What hinders a comparison; empty when nothing does.
std::string obstacle(const Reference& reference, const std::vector<Convergence>& runs) {
  const auto num_lost =
      std::ranges::count_if(runs, [](const Convergence& run) { return !run.length; });
  for (const Convergence& run : runs) {
    if (run.benchmark != reference.benchmark) {
      return fmt::format("{} is of {}, the reference of {}", run.name, run.benchmark,
                         reference.benchmark);
    }
    if (run.batch_size != runs.front().batch_size) {
      return fmt::format("{} has the batch size {}, {} has {}; a submission has one", run.name,
                         *run.batch_size, runs.front().name, *runs.front().batch_size);
    }
  }
  Problems repeats;
  check_repeats(runs, repeats);
  if (!repeats.empty()) return repeats.front();
  if (runs.size() < reference.least_runs) {
    return fmt::format("it has {} of the {} runs that are needed", runs.size(),
                       reference.least_runs);
  }
  if (num_lost > 1) {
    return fmt::format("{} of {} runs did not converge, at most one may", num_lost, runs.size());
  }
  return "";
}

std::string reached_text(const Reference& reference) {
  return reference.quality ? "reach " + reference.quality->text() : "ended with success";
}

}  // namespace

stats::Moments ReferencePoint::moments() const {
  const double deviation = stats::moments_of(lengths).standard_deviation;
  return {static_cast<double>(lengths.size() + num_not_converged - 2),
          olympic_mean(lengths, num_not_converged), deviation};
}

Reference make_reference(const std::vector<Convergence>& runs, const ReferenceRequest& request) {
  Problems problems;
  std::set<std::string> benchmarks;
  std::map<double, std::vector<const Convergence*>> by_batch;
  for (const Convergence& run : runs) {
    benchmarks.insert(run.benchmark);
    by_batch[*run.batch_size].push_back(&run);
  }
  if (benchmarks.size() > 1) {
    problems.push_back(fmt::format("the runs are of {}; a reference is of one benchmark",
                                   fmt::join(benchmarks, " and ")));
  }
  check_repeats(runs, problems);
  Reference out{runs.empty() ? "" : runs.front().benchmark, request.quality, request.unit,
                request.least_runs};
  for (const auto& [batch_size, members] : by_batch) {
    out.points.push_back(point_of(batch_size, members));
    check_point(out.points.back(), problems);
  }
  throw_if_any(problems);
  return out;
}

ConvergenceVerdict judge_convergence(const Reference& reference,
                                     const std::vector<Convergence>& runs) {
  if (runs.empty()) return fail("it has no run");
  if (const std::string why = obstacle(reference, runs); !why.empty()) return fail(why);
  const double batch_size = *runs.front().batch_size;
  const auto point = point_at(reference, batch_size);
  if (!point) {
    return fail(fmt::format(
        "the batch size {} lies outside of the reference's {} to {}; make a reference there",
        batch_size, reference.points.front().batch_size, reference.points.back().batch_size));
  }
  std::vector<const Convergence*> members;
  for (const Convergence& run : runs) members.push_back(&run);
  const stats::Moments own = point_of(batch_size, members).moments();
  const double least = stats::least_mean_by_chance(point->moments, own.num, kSignificance);
  const double chance = stats::chance_of_mean(point->moments, own.num, own.mean);
  const bool passes = own.mean >= least;
  const std::string unit = unit_name(reference.unit);
  const std::string by_chance = least > 0
                                    ? fmt::format("from {} on chance may explain it", number(least))
                                    : "of so few runs chance may explain any length";
  return {passes,
          fmt::format(
              "{}: {} runs {} after {} {} (olympic mean), the reference after {} ± {}{} at "
              "batch size {}; {} (one-sided t-test at {} %, p = {:.2g}){}",
              passes ? "passes" : "fails", runs.size(), reached_text(reference), number(own.mean),
              unit, number(point->moments.mean), number(point->moments.standard_deviation),
              point->is_interpolated ? " (between its batch sizes)" : "", batch_size, by_chance,
              100 * kSignificance, chance, passes ? "" : ", so the task was made easier")};
}

}  // namespace sciwright::submission
