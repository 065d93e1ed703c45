#include "experiment/parameter.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/suggestion.h"
#include "experiment/hostlist.h"

namespace sciwright::experiment {
namespace {

constexpr double kMaxValues = 100'000;
const std::vector<std::string> kForms = {"values",  "range",       "lin",     "log",
                                         "uniform", "log_uniform", "integer", "choice"};

/// Whether it is [low, high], and what lies between can be counted through.
bool is_interval(const Json& value) {
  if (!value.is_array() || value.size() != 2 || !value[0].is_number() || !value[1].is_number()) {
    return false;
  }
  const double low = value[0].get<double>();
  const double high = value[1].get<double>();
  return low <= high && std::isfinite(high - low);
}

/// Whether both are above 0, and not farther apart than numbers go.
bool has_ratio(double low, double high) { return low > 0 && std::isfinite(high / low); }

double rounded(double number, int digits) {
  return operand(fmt::format("{:.{}g}", number, digits)).get<double>();
}

/// Reads one entry; the first problem of it is told.
class ParameterReader final {
 public:
  ParameterReader(std::string name, const config::Locate& locate, Problems& problems)
      : locate_(locate), problems_(problems) {
    out_.name = std::move(name);
  }

  Parameter read(const Json& entry) {
    if (entry.is_object()) {
      read_map(entry);
    } else {
      out_.values = listed(entry);
    }
    return std::move(out_);
  }

 private:
  void problem(const std::string& text) {
    const std::string place = locate_("experiment." + out_.name);
    problems_.push_back(
        fmt::format("{}{}experiment.{}{}", place, place.empty() ? "" : ": ", out_.name, text));
  }

  std::vector<Json> listed(const Json& entry) {
    if (entry.is_array()) {
      if (entry.empty()) problem(" is an empty list, expected values");
      std::vector<Json> values;
      for (const Json& item : entry) {  // repeated values would be the same experiment again
        if (std::find(values.begin(), values.end(), item) == values.end()) values.push_back(item);
      }
      return values;
    }
    if (!entry.is_string()) return {entry};
    const Expansion expansion = expand_hostlist(entry.get<std::string>());
    if (!expansion.problem.empty()) {
      problem(fmt::format(" is {}; to keep a text as it is, write it in a list: [{}]",
                          expansion.problem, entry.dump()));
    } else if (expansion.items.empty()) {
      return {""};
    }
    return {expansion.items.begin(), expansion.items.end()};
  }

  void read_map(const Json& entry) {
    std::string form;
    for (const auto& [key, value] : entry.items()) {
      if (std::find(kForms.begin(), kForms.end(), key) != kForms.end()) {
        if (!form.empty()) return problem(fmt::format(" has both {} and {}", form, key));
        form = key;
      } else if (key != "when" && key != "step" && key != "num") {
        return problem(fmt::format(".{} is not known; expected one of {}, and step, num or when{}",
                                   key, fmt::join(kForms, ", "), did_you_mean(key, kForms)));
      }
    }
    if (form.empty()) {
      return problem(fmt::format(": expected one of {}", fmt::join(kForms, ", ")));
    }
    if (entry.contains("step") && form != "range") return problem(".step belongs to range");
    if (entry.contains("num") && form != "lin" && form != "log") {
      return problem(".num belongs to lin and log");
    }
    if (const auto when = entry.find("when"); when != entry.end()) {
      if (!when->is_string()) return problem(".when must be a condition such as \"lr > 0.1\"");
      out_.when = when->get<std::string>();
    }
    read_form(form, entry);
  }

  void read_form(const std::string& form, const Json& entry) {
    const Json& value = entry.at(form);
    if (form == "values") {
      out_.values = listed(value);
    } else if (form == "choice") {
      out_.distribution = Distribution{Distribution::Kind::kChoice, 0, 0, listed(value)};
    } else if (!is_interval(value)) {
      problem(fmt::format(".{} is {}, expected [low, high]", form, printed_form(value)));
    } else if (form == "range") {
      read_range(value, entry.value("step", Json(1)));
    } else if (form == "lin" || form == "log") {
      read_spaced(form == "log", value, entry.value("num", Json()));
    } else {
      read_distribution(form, value);
    }
  }

  void read_range(const Json& ends, const Json& step) {
    if (!step.is_number() || !(step.get<double>() > 0)) {
      return problem(fmt::format(".step is {}, expected a number above 0", printed_form(step)));
    }
    const double low = ends[0].get<double>();
    const double width = ends[1].get<double>() - low;
    // A billionth of a step makes up for 0.1 not being a binary number.
    const double num = std::floor(width / step.get<double>() + 1e-9) + 1;
    if (num > kMaxValues) return problem(" has more than 100000 values");
    const bool is_whole = ends[0].is_number_integer() && step.is_number_integer();
    for (int i = 0; i < static_cast<int>(num); ++i) {
      const double number = low + i * step.get<double>();
      out_.values.push_back(is_whole ? Json(static_cast<std::int64_t>(number))
                                     : Json(rounded(number, 12)));
    }
  }

  void read_spaced(bool is_log, const Json& ends, const Json& num) {
    if (!num.is_number_integer() || num < 2 || num > kMaxValues) {
      return problem(
          fmt::format(".num is {}, expected a whole number from 2 to 100000", num.dump()));
    }
    const double low = ends[0].get<double>();
    const double high = ends[1].get<double>();
    if (is_log && !has_ratio(low, high)) return problem(".log needs numbers above 0");
    const int count = num.get<int>();
    for (int i = 0; i < count; ++i) {
      const double part = static_cast<double>(i) / (count - 1);
      const double number = is_log ? low * std::pow(high / low, part) : low + (high - low) * part;
      out_.values.emplace_back(rounded(number, 12));
    }
  }

  void read_distribution(const std::string& form, const Json& ends) {
    Distribution d;
    d.low = ends[0].get<double>();
    d.high = ends[1].get<double>();
    if (form == "log_uniform") {
      d.kind = Distribution::Kind::kLogUniform;
      if (!has_ratio(d.low, d.high)) return problem(".log_uniform needs numbers above 0");
    } else if (form == "integer") {
      d.kind = Distribution::Kind::kInteger;
      if (!ends[0].is_number_integer() || !ends[1].is_number_integer()) {
        return problem(".integer needs whole numbers");
      }
    }
    out_.distribution = d;
  }

  const config::Locate& locate_;
  Problems& problems_;
  Parameter out_;
};

}  // namespace

Json drawn_value(const Distribution& d, double unit) {
  switch (d.kind) {
    case Distribution::Kind::kUniform:
      return rounded(d.low + (d.high - d.low) * unit, 6);
    case Distribution::Kind::kLogUniform:
      return rounded(d.low * std::pow(d.high / d.low, unit), 6);
    case Distribution::Kind::kInteger:
      return static_cast<std::int64_t>(d.low + std::floor((d.high - d.low + 1) * unit));
    default:
      return d.choices[static_cast<std::size_t>(unit * static_cast<double>(d.choices.size()))];
  }
}

Parameter read_parameter(const std::string& name, const Json& entry, const config::Locate& locate,
                         Problems& problems) {
  return ParameterReader(name, locate, problems).read(entry);
}

}  // namespace sciwright::experiment
