#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "campaign/metric.h"
#include "config/fields.h"

namespace sciwright::tuning {

using Json = nlohmann::json;

/// The `tune` section of a study: what to look for, and how.
struct TuneSettings {
  std::string metric;
  std::string better;
  std::uint64_t trials = 27;
  std::uint64_t reduction = 3;
  std::string sampler = "tpe";
  std::uint64_t num_random = 10;
  std::uint64_t retries = 10;
  std::uint64_t seed = 1;
  std::string budget;            ///< The parameter that says how much a trial may cost; may be
                                 ///< empty: then all trials cost the same.
  std::vector<Json> budgets;     ///< Its values, ascending: the rungs. One without a budget.
  campaign::RowChoice row = {};  ///< Which row of scores the metric is of.
};

template <class Visitor>
void visit_fields(TuneSettings& s, Visitor& v) {
  v.field("metric", s.metric, "What to make better: accuracy, average.val, times_s.Training.");
  v.field("better", s.better, "higher or lower; empty: as known of the metric.",
          {config::one_of({"", "higher", "lower"})});
  v.field("trials", s.trials, "Combinations to try.",
          {config::at_least(1), config::at_most(1'000'000)});
  v.field("reduction", s.reduction,
          "One of so many goes on to the next budget (eta of successive halving).",
          {config::at_least(2), config::at_most(1000)});
  v.field("sampler", s.sampler,
          "tpe: new combinations are likely good ones, judged by those that have ended (Bergstra "
          "et al. 2011); random.",
          {config::one_of({"tpe", "random"})});
  v.field("num_random", s.num_random, "With tpe: so many are drawn at random first.",
          {config::at_least(1)});
  v.field("retries", s.retries,
          "How often a trial is started again whose worker was lost or stopped.",
          {config::at_most(1000)});
  v.field("seed", s.seed, "Equal seeds, and equal order of ends, draw equal combinations.");
}

/// Reads the section with `budget: {epoch: [1, 3, 9]}` and `row: {subset: land}`. Throws a usage
/// error with all problems. `known` says which way metrics get better.
TuneSettings read_tune_settings(const Json& section, const config::Locate& locate,
                                const std::vector<campaign::KnownMetrics>& known);

/// The section with every setting, for read_tune_settings.
Json tune_section(const TuneSettings& settings);

}  // namespace sciwright::tuning
