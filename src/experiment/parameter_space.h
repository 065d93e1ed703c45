#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "experiment/expression.h"
#include "experiment/parameter.h"
#include "experiment/sampling.h"

namespace sciwright::experiment {

/// One value of a parameter, ready for use.
struct Choice {
  Json value;             ///< As it goes into config.yaml.
  Json operand;           ///< As conditions see it.
  std::string name_text;  ///< "epoch_30", its part of the experiment's name; empty: none.

  Choice(const std::string& parameter, Json value);
};

/// One combination of values. It belongs to the space that made it, which outlives it.
struct Point {
  std::vector<const Choice*> choices;  ///< By parameter; null where the parameter does not apply.

  // What at() works with.
  std::vector<const Json*> operands;
  std::vector<std::uint64_t> digits;
  std::vector<double> units;
  std::vector<std::optional<Choice>> drawn;
  std::optional<UnitSampler> sampler;
};

/// What a study varies: the `experiment` section in the order of the file, and `sweep`.
struct SpaceSource {
  std::vector<std::pair<std::string, Json>> experiment;
  Json sweep = Json::object();
  config::Locate locate;  ///< The place of "experiment.epoch", "sweep.where", …
};

/// All combinations of a study. Nothing but the lists themselves is in memory: any combination is
/// computed from its number, and the last parameter varies fastest. const and safe to share between
/// threads, each with points of its own.
class ParameterSpace final {
 public:
  /// Reads and checks a study; throws one usage error with all problems.
  explicit ParameterSpace(const SpaceSource& source);

  const std::vector<std::string>& names() const { return names_; }

  /// How many numbers at() takes; conditions may leave out some of them.
  std::uint64_t num_candidates() const { return num_products_ + num_included_; }

  Point make_point() const;

  /// Puts combination `index` into `point`; false when a condition leaves it out. Throws a usage
  /// error for a condition that cannot be computed (a text compared with a number).
  bool at(std::uint64_t index, Point& point) const;

  /// The drawn parameters, in order.
  std::vector<std::string> drawn_names() const;
  /// Where a parameter's values are drawn from; nullptr when it is not drawn.
  const Distribution* distribution(const std::string& name) const;

  /// As at(), but each drawn parameter has the value at its coordinate in `units` (each in [0, 1),
  /// in the order of drawn_names) instead of the one the study draws.
  bool at_units(std::uint64_t index, std::span<const double> units, Point& point) const;

  /// "epoch_30_gpu_a100", the original's identifier, for file names. Not yet cut to their length.
  std::string name(const Point& point) const;
  /// "epoch=30 gpu=a100".
  std::string assignment(const Point& point) const;
  /// The values by name, types kept.
  Json values(const Point& point) const;

  /// Values of one parameter that give the same part of a name ("a b" and "a/b").
  const Problems& name_clashes() const { return name_clashes_; }

 private:
  friend class SpaceBuilder;
  ParameterSpace() = default;

  /// Parameters that change together: one, a zip group, the drawn ones, or the repeats.
  struct Axis {
    std::vector<std::size_t> parameters;
    std::uint64_t size = 1;
  };
  struct Condition {
    Expression expression;
    std::string place;  ///< "study.yaml:7:3: sweep.where", for messages.
    bool keeps = true;  ///< What the result must be for a combination to stay.
  };

  bool holds(const Condition& condition, const Point& point) const;
  bool combine(std::uint64_t index, Point& point) const;
  void choose_digits(std::uint64_t index, Point& point) const;
  bool settle(Point& point) const;
  void include(std::uint64_t index, Point& point) const;
  const Choice* choice_of(std::size_t parameter, Point& point) const;

  std::vector<std::string> names_;
  std::vector<std::vector<Choice>> choices_;  ///< By parameter; empty when drawn.
  std::vector<std::optional<Distribution>> distributions_;
  std::vector<std::optional<Condition>> whens_;
  std::vector<std::size_t> axis_of_;
  std::vector<Axis> axes_;
  std::optional<std::size_t> sampled_axis_;
  std::optional<UnitSampler> sampler_;
  std::vector<Condition> conditions_;
  std::vector<std::vector<std::optional<Choice>>> includes_;
  std::uint64_t num_repeats_ = 1;
  std::uint64_t num_products_ = 1;
  std::uint64_t num_included_ = 0;
  Problems name_clashes_;
};

}  // namespace sciwright::experiment
