#include "earthquake/data/prediction_parameter.h"

#include <fmt/format.h>

#include "base/error.h"

namespace sciwright::earthquake {
namespace {

struct Target {
  const char* name;
  const char* log_name;
  int quantity;
};

constexpr Target kTargets[kTargetsPerStep] = {{"2 weeks Now", "Magnitude 2 weeks Now", 4},
                                              {"3 Months Back", "Mag 3 Months Back", 10},
                                              {"6 Months Back", "Mag 6 Months Back", 11},
                                              {"Year Back", "Mag Year Back", 12}};
constexpr int kScoredSteps[] = {1, 7, 13, 26};

std::string at_step(const std::string& target, int step) {
  return step == 1 ? "Next " + target : fmt::format("{} 2wk+{}", target, step);
}

std::vector<PredictionParameter> make_decoder_parameters() {
  std::vector<PredictionParameter> all;
  for (int step = 1; step <= kDecoderSteps; ++step) {
    for (int i = 0; i < kTargetsPerStep; ++i) {
      all.push_back({.name = at_step(kTargets[i].name, step),
                     .log_name = at_step(kTargets[i].log_name, step),
                     .window = kTargetWindows[i],
                     .step = step,
                     .quantity = kTargets[i].quantity});
    }
  }
  return all;
}

std::vector<PredictionParameter> make_scored_parameters() {
  std::vector<PredictionParameter> scored;
  for (const int step : kScoredSteps) {
    const auto first = decoder_parameters().begin() + (step - 1) * kTargetsPerStep;
    scored.insert(scored.end(), first, first + kTargetsPerStep);
  }
  return scored;
}

std::vector<PredictionParameter> make_overlap_free_parameters() {
  std::vector<PredictionParameter> free;
  for (const PredictionParameter& parameter : scored_parameters()) {
    if (parameter.shared() == 0) free.push_back(parameter);
  }
  return free;
}

PredictionParameter ahead(const std::string& name, int window, int step, int quantity) {
  return {.name = name,
          .log_name = "Mag " + name,
          .window = window,
          .step = step,
          .quantity = quantity};
}

}  // namespace

const std::vector<PredictionParameter>& decoder_parameters() {
  static const std::vector<PredictionParameter> kParameters = make_decoder_parameters();
  return kParameters;
}

const std::vector<PredictionParameter>& scored_parameters() {
  static const std::vector<PredictionParameter> kParameters = make_scored_parameters();
  return kParameters;
}

const std::vector<PredictionParameter>& overlap_free_parameters() {
  static const std::vector<PredictionParameter> kParameters = make_overlap_free_parameters();
  return kParameters;
}

const std::vector<PredictionParameter>& ahead_parameters() {
  static const std::vector<PredictionParameter> kParameters = {
      {.name = "Next 2 weeks", .log_name = "Next Magnitude 2 weeks Now"},
      ahead("4 Weeks Ahead", 2, 2, 19),
      ahead("2 Months Ahead", 4, 4, 20),
      ahead("3 Months Ahead", 7, 7, 21),
      ahead("6 Months Ahead", 13, 13, 22),
      ahead("Year Ahead", 26, 26, 23),
      ahead("2 Years Ahead", 52, 52, 24),
      ahead("4 years Ahead", 104, 104, 25),
      ahead("Skip 1, Year ahead", 26, 52, 26),
      ahead("2 years 2 ahead", 52, 104, 27)};
  return kParameters;
}

int decoder_index(const std::string& name) {
  const std::vector<PredictionParameter>& all = decoder_parameters();
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].name == name) return static_cast<int>(i);
  }
  std::string scored;
  for (const PredictionParameter& parameter : scored_parameters()) {
    scored += (scored.empty() ? "" : ", ") + parameter.name;
  }
  throw usage_error(
      fmt::format("There is no prediction named \"{}\"; the scored ones are: {}.", name, scored));
}

}  // namespace sciwright::earthquake
