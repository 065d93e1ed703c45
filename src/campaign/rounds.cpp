#include "campaign/rounds.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>

#include <fmt/format.h>

#include "base/error.h"
#include "base/random.h"
#include "campaign/metric.h"
#include "campaign/outcomes.h"
#include "record/result.h"
#include "stats/comparison.h"

namespace sciwright::campaign {
namespace {

/// What repeats of the same have in common.
std::string combination_text(const experiment::ManifestEntry& entry) {
  experiment::Json parameters = experiment::parameters_of(entry);
  for (const char* key : {"repeat", "seed"}) parameters.erase(key);
  return parameters.dump();
}

/// Numbers of combinations, in the order in which they first come.
class Combinations final {
 public:
  std::size_t number_of(const experiment::ManifestEntry& entry) {
    return numbers_.try_emplace(combination_text(entry), numbers_.size()).first->second;
  }

 private:
  std::map<std::string, std::size_t> numbers_;
};

std::vector<std::size_t> shuffled(const std::vector<std::size_t>& list, std::uint64_t seed) {
  std::vector<std::size_t> out;
  for (const std::uint32_t i : random_permutation(static_cast<std::uint32_t>(list.size()), seed)) {
    out.push_back(list[i]);
  }
  return out;
}

}  // namespace

bool is_precise(std::span<const double> values, const StopRule& rule) {
  if (values.size() < std::max<std::size_t>(rule.least_repeats, 2)) return false;
  const stats::Moments moments = stats::moments_of(values);
  const auto interval = stats::mean_interval(moments);
  return interval &&
         (interval->high - interval->low) / 2 <= rule.precision_fraction * std::abs(moments.mean);
}

std::vector<std::vector<std::size_t>> rounds_of(const experiment::Manifest& manifest,
                                                std::span<const std::size_t> places,
                                                std::uint64_t seed) {
  Combinations combinations;
  std::vector<std::size_t> repeats;  // so far, by combination
  std::vector<std::vector<std::size_t>> rounds;
  for (std::size_t i = 0; i < places.size(); ++i) {
    const std::size_t number = combinations.number_of(manifest.entries[places[i]]);
    if (number == repeats.size()) repeats.push_back(0);
    const std::size_t round = repeats[number]++;
    if (round == rounds.size()) rounds.emplace_back();
    rounds[round].push_back(i);
  }
  for (std::size_t round = 0; round < rounds.size(); ++round) {
    rounds[round] = shuffled(rounds[round], derive_seed(seed, "round", round));
  }
  return rounds;
}

RepeatWatch::RepeatWatch(std::filesystem::path study, const experiment::Manifest& manifest,
                         StopRule rule)
    : study_(std::move(study)), manifest_(manifest), rule_(std::move(rule)) {
  Combinations combinations;
  for (std::size_t place = 0; place < manifest.entries.size(); ++place) {
    const std::size_t number = combinations.number_of(manifest.entries[place]);
    if (number == combinations_.size()) combinations_.emplace_back();
    combinations_[number].waiting.push_back(place);
    combination_of_.push_back(number);
  }
}

bool RepeatWatch::is_settled(std::size_t place) {
  Combination& combination = combinations_[combination_of_[place]];
  std::erase_if(combination.waiting, [&](std::size_t other) {
    const auto value = value_of(other);
    if (value) combination.values.push_back(*value);
    return value.has_value();
  });
  return is_precise(combination.values, rule_);
}

std::optional<double> RepeatWatch::value_of(std::size_t place) const {
  const auto path = run_folder(study_, manifest_.entries[place]) / "result.json";
  if (!std::filesystem::exists(path)) return std::nullopt;
  try {
    const record::RunResult result = record::read_result(path);
    return result.valid ? number_at(result, rule_.metric, {}) : std::nullopt;
  } catch (const Error&) {  // caught here: a bad file is a repeat without a value
    return std::nullopt;
  }
}

double parse_precision(const std::string& text) {
  const bool is_percent = text.ends_with('%');
  const std::string digits = is_percent ? text.substr(0, text.size() - 1) : text;
  char* end = nullptr;
  const double number = std::strtod(digits.c_str(), &end) / (is_percent ? 100 : 1);
  if (digits.empty() || *end != '\0' || !(number > 0) || number >= 1) {
    throw usage_error(
        fmt::format("--until: found '{}', expected a share such as 1% or 0.01", text));
  }
  return number;
}

}  // namespace sciwright::campaign
