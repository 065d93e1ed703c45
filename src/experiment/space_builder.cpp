#include <algorithm>
#include <limits>
#include <map>
#include <numeric>

#include <fmt/format.h>

#include "base/random.h"
#include "base/suggestion.h"
#include "experiment/parameter_space.h"

namespace sciwright::experiment {
namespace {

constexpr std::uint64_t kMostRepeats = 100'000;

/// How often every combination is repeated.
struct RepeatSettings {
  std::uint64_t num = 1;
  std::int64_t seed = -1;
};

template <class Visitor>
void visit_fields(RepeatSettings& s, Visitor& v) {
  v.field("num", s.num, "experiment.repeat goes from 1 to this.",
          {config::at_least(1), config::at_most(kMostRepeats)});
  v.field("seed", s.seed,
          "Derive experiment.seed of every repeat from this one; -1 leaves the seed alone.",
          {config::at_least(-1)});
}

/// The `sweep` section. `include` and `exclude` are read apart, and stand here for their names.
struct SweepSettings {
  std::vector<std::vector<std::string>> zip;
  std::vector<std::string> where;
  SampleSettings sample;
  RepeatSettings repeat;
  std::vector<std::string> include;
  std::vector<std::string> exclude;
};

template <class Visitor>
void visit_fields(SweepSettings& s, Visitor& v) {
  v.field("zip", s.zip, "Groups of parameters that change together.");
  v.field("where", s.where, "Conditions that every combination must meet.");
  v.section("sample", s.sample, "How drawn parameters are drawn.");
  v.section("repeat", s.repeat, "Repeats of every combination.");
  v.field("include", s.include, "Further combinations.");
  v.field("exclude", s.exclude, "Conditions that no combination may meet.");
}

/// One value or a list of them, as a list.
Json as_list(const Json& value) {
  if (value.is_array()) return value;
  return value.is_null() ? Json::array() : Json::array({value});
}

}  // namespace

/// Builds a space step by step; problems are gathered and told together.
class SpaceBuilder final {
 public:
  explicit SpaceBuilder(const SpaceSource& source) : source_(source) {}

  ParameterSpace build() {
    read_sweep();
    for (const auto& [name, entry] : source_.experiment) {
      add_parameter(read_parameter(name, entry, source_.locate, problems_));
    }
    add_zips();
    add_axes();
    add_repeats();
    throw_if_any(problems_);
    note_clashes();
    add_conditions();
    add_includes();
    count();
    throw_if_any(problems_);
    return std::move(out_);
  }

 private:
  std::string place(const std::string& path) const {
    const std::string at = source_.locate ? source_.locate(path) : "";
    return at.empty() ? path : at + ": " + path;
  }
  void problem(const std::string& path, const std::string& text) {
    problems_.push_back(place(path) + text);
  }

  void read_sweep() {
    Json plain = source_.sweep;
    if (plain.is_null()) plain = Json::object();
    if (!plain.is_object()) return problem("sweep", " must be a section");
    include_ = as_list(plain.value("include", Json()));
    exclude_ = as_list(plain.value("exclude", Json()));
    plain.erase("include");
    plain.erase("exclude");
    if (plain.contains("where")) plain["where"] = as_list(plain["where"]);
    if (const auto repeat = plain.find("repeat"); repeat != plain.end() && repeat->is_number()) {
      *repeat = {{"num", *repeat}};
    }
    const auto locate = [this](const std::string& path) {
      return source_.locate ? source_.locate("sweep." + path) : "";
    };
    for (const std::string& text : config::load(plain, locate, sweep_)) problems_.push_back(text);
    // Those that are too many are told, not made.
    sweep_.repeat.num = std::min(sweep_.repeat.num, kMostRepeats);
    sweep_.sample.num = std::min(sweep_.sample.num, kMostSamples);
  }

  void add_parameter(const Parameter& parameter) {
    out_.names_.push_back(parameter.name);
    out_.distributions_.push_back(parameter.distribution);
    whens_.push_back(parameter.when);
    std::vector<Choice>& choices = out_.choices_.emplace_back();
    for (const Json& value : parameter.values) choices.emplace_back(parameter.name, value);
  }

  std::size_t num_values(std::size_t p) const { return out_.choices_[p].size(); }

  std::size_t index_of(const std::string& name) const {
    return static_cast<std::size_t>(std::find(out_.names_.begin(), out_.names_.end(), name) -
                                    out_.names_.begin());
  }

  void add_zips() {
    for (std::size_t g = 0; g < sweep_.zip.size(); ++g) {
      for (const std::string& name : sweep_.zip[g]) {
        const std::size_t p = index_of(name);
        const std::string path = "sweep.zip." + std::to_string(g);
        if (p == out_.names_.size()) {
          problem(path,
                  fmt::format(": '{}' is no parameter{}", name, did_you_mean(name, out_.names_)));
        } else if (out_.distributions_[p]) {
          problem(path, fmt::format(": {} is drawn and cannot be in a group", name));
        } else if (!group_of_.emplace(p, g).second) {
          problem(path, fmt::format(": {} is in two groups", name));
        }
      }
    }
  }

  /// Axes in the order in which their first parameters are declared.
  void add_axes() {
    std::map<std::size_t, std::size_t> axis_of_group;
    for (std::size_t p = 0; p < out_.names_.size(); ++p) {
      if (out_.distributions_[p]) {
        if (!out_.sampled_axis_) out_.sampled_axis_ = new_axis(sweep_.sample.num);
        put_on_axis(p, *out_.sampled_axis_);
      } else if (const auto group = group_of_.find(p); group != group_of_.end()) {
        const auto [at, is_new] = axis_of_group.try_emplace(group->second, out_.axes_.size());
        if (is_new) new_axis(num_values(p));
        put_on_axis(p, at->second);
        check_zipped(p, group->second, out_.axes_[at->second]);
      } else {
        put_on_axis(p, new_axis(num_values(p)));
      }
    }
    add_sampler();
  }

  std::size_t new_axis(std::uint64_t size) {
    out_.axes_.push_back({{}, size});
    return out_.axes_.size() - 1;
  }

  void put_on_axis(std::size_t p, std::size_t axis) {
    out_.axis_of_.push_back(axis);
    out_.axes_[axis].parameters.push_back(p);
  }

  void check_zipped(std::size_t p, std::size_t group, const ParameterSpace::Axis& axis) {
    if (num_values(p) == axis.size || num_values(p) == 0) return;
    problem("sweep.zip." + std::to_string(group),
            fmt::format(": {} has {} values, but {} has {}; a group needs equally many",
                        out_.names_[axis.parameters.front()], axis.size, out_.names_[p],
                        num_values(p)));
  }

  void add_sampler() {
    if (out_.sampled_axis_) {
      const auto& drawn = out_.axes_[*out_.sampled_axis_].parameters;
      if (sweep_.sample.num == 0) {
        return problem("experiment." + out_.names_[drawn.front()],
                       " is drawn; say how often with sweep: {sample: {num: 20}}");
      }
      out_.sampler_.emplace(sweep_.sample, drawn.size());
    } else if (sweep_.sample.num > 0) {
      problem("sweep.sample",
              ": no parameter is drawn; give one as {uniform: [low, high]}, log_uniform, integer "
              "or choice");
    }
  }

  void add_repeats() {
    if (sweep_.repeat.num == 1 && sweep_.repeat.seed < 0) return;
    const bool has_seed = sweep_.repeat.seed >= 0;
    const std::size_t axis = new_axis(sweep_.repeat.num);
    out_.num_repeats_ = sweep_.repeat.num;
    for (const std::string name : {"repeat", "seed"}) {
      if (name == "seed" && !has_seed) continue;
      if (index_of(name) < out_.names_.size()) {
        problem("experiment." + name, " is also made by sweep.repeat; keep one of them");
      }
      const std::size_t p = out_.names_.size();
      add_parameter({.name = name, .values = {}, .distribution = {}, .when = ""});
      put_on_axis(p, axis);
      for (std::uint64_t i = 0; i < sweep_.repeat.num; ++i) {
        if (name == "repeat") {
          out_.choices_[p].emplace_back(name, i + 1);
        } else {
          // 31 bits: every language and file format takes such a seed.
          const auto seed = static_cast<std::uint64_t>(sweep_.repeat.seed);
          Choice choice(name, derive_seed(seed, "repeat", i) >> 33);
          choice.name_text.clear();
          out_.choices_[p].push_back(std::move(choice));
        }
      }
    }
  }

  void note_clashes() {
    for (std::size_t p = 0; p < out_.names_.size(); ++p) {
      std::map<std::string, const Json*> seen;
      for (const Choice& choice : out_.choices_[p]) {
        if (choice.name_text.empty()) continue;
        const auto [at, is_new] = seen.emplace(choice.name_text, &choice.value);
        if (is_new) continue;
        out_.name_clashes_.push_back(fmt::format(
            "{}: {} and {} are both '{}' in the names of folders; a part of the content's hash is "
            "added to them",
            place("experiment." + out_.names_[p]), at->second->dump(), choice.value.dump(),
            choice.name_text));
      }
    }
  }

  std::optional<ParameterSpace::Condition> condition(const std::string& text,
                                                     const std::string& path, bool keeps) {
    std::string reason;
    auto expression = Expression::parse(text, out_.names_, reason);
    if (!expression) {
      problem(path, ": " + reason);
      return std::nullopt;
    }
    return ParameterSpace::Condition{std::move(*expression), place(path), keeps};
  }

  void add_conditions() {
    for (std::size_t p = 0; p < out_.names_.size(); ++p) {
      out_.whens_.emplace_back();
      if (p >= whens_.size() || whens_[p].empty()) continue;
      const std::string path = "experiment." + out_.names_[p];
      auto when = condition(whens_[p], path + ".when", true);
      if (!when) continue;
      for (const std::size_t used : when->expression.used_variables()) {
        if (used < p) continue;
        problem(path,
                fmt::format(".when may name only parameters above it, not {}", out_.names_[used]));
      }
      out_.whens_.back() = std::move(when);
    }
    for (std::size_t i = 0; i < sweep_.where.size(); ++i) {
      add_condition(sweep_.where[i], "sweep.where", true);
    }
    for (std::size_t i = 0; i < exclude_.size(); ++i) {
      add_condition(condition_text(exclude_[i], "sweep.exclude." + std::to_string(i)),
                    "sweep.exclude", false);
    }
  }

  void add_condition(const std::string& text, const std::string& path, bool keeps) {
    if (text.empty()) return;
    if (auto made = condition(text, path, keeps)) out_.conditions_.push_back(std::move(*made));
  }

  /// A condition as it was written, or made from {gpu: k80, epoch: [30, 60]}.
  std::string condition_text(const Json& given, const std::string& path) {
    if (given.is_string()) return given.get<std::string>();
    if (!given.is_object() || given.empty()) {
      problem(path, ": expected a condition in quotes or values as {gpu: k80}");
      return "";
    }
    std::string text;
    for (const auto& [name, value] : given.items()) {
      std::string list;
      for (const Json& item : as_list(value)) {
        list += (list.empty() ? "" : ", ") + experiment::operand(item).dump();
      }
      text += fmt::format("{}{} in [{}]", text.empty() ? "" : " and ", name, list);
    }
    return text;
  }

  void add_includes() {
    for (std::size_t i = 0; i < include_.size(); ++i) {
      const std::string path = "sweep.include." + std::to_string(i);
      const Json& given = include_[i];
      if (!given.is_object()) {
        problem(path, ": expected values as {gpu: k80, epoch: 30}");
        continue;
      }
      for (const auto& [name, value] : given.items()) {
        if (index_of(name) == out_.names_.size()) {
          problem(path,
                  fmt::format(": '{}' is no parameter{}", name, did_you_mean(name, out_.names_)));
        }
      }
      add_include(given, path);
    }
    out_.num_included_ = out_.includes_.size() * out_.num_repeats_;
  }

  void add_include(const Json& given, const std::string& path) {
    auto& choices = out_.includes_.emplace_back();
    for (std::size_t p = 0; p < out_.names_.size(); ++p) {
      const std::string& name = out_.names_[p];
      choices.emplace_back();
      const bool is_repeat = out_.num_repeats_ > 1 && out_.axis_of_[p] + 1 == out_.axes_.size();
      if (is_repeat) {
        if (given.contains(name)) problem(path, ": sweep.repeat already makes " + name);
      } else if (const auto found = given.find(name); found != given.end()) {
        choices.back().emplace(name, *found);
      } else if (out_.choices_[p].size() == 1) {
        choices.back() = out_.choices_[p].front();
      } else if (!out_.whens_[p]) {
        problem(path, fmt::format(": {} is missing", name));
      }
    }
  }

  void count() {
    std::uint64_t product = 1;
    for (const ParameterSpace::Axis& axis : out_.axes_) {
      if (axis.size != 0 && product > std::numeric_limits<std::int64_t>::max() / axis.size) {
        return problem("experiment", " has more than 9e18 combinations");
      }
      product *= axis.size;
    }
    out_.num_products_ = product;
  }

  const SpaceSource& source_;
  SweepSettings sweep_;
  Json include_;
  Json exclude_;
  std::vector<std::string> whens_;
  std::map<std::size_t, std::size_t> group_of_;  ///< Zip group by parameter.
  Problems problems_;
  ParameterSpace out_;
};

ParameterSpace::ParameterSpace(const SpaceSource& source)
    : ParameterSpace(SpaceBuilder(source).build()) {}

}  // namespace sciwright::experiment
