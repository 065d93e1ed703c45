#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/text_table.h"

/// Typed settings. A feature has one struct with its defaults inline and one function
///
///     template <class Visitor> void visit_fields(MySettings& s, Visitor& v) {
///       v.field("epochs", s.epochs, "Passes over the training data.", {at_least(1)});
///       v.section("adam", s.adam, "The optimiser.");
///     }
///
/// found by argument-dependent lookup. That one list gives loading, checking, writing and the
/// reference page.
namespace sciwright::config {

using Json = nlohmann::json;

/// A rule on one value: what it asks, in words, and whether a value of the right type meets it.
struct Rule {
  std::string text;
  std::function<bool(const Json&)> holds;
};

Rule at_least(double low);
Rule more_than(double low);
Rule at_most(double high);
Rule between(double low, double high);
Rule one_of(std::vector<std::string> words);

/// Says in words where the value of a dotted path was given ("config.yaml:3:5", "--set").
using Locate = std::function<std::string(const std::string& path)>;

/// A field's type in words for people.
template <class T>
std::string type_name() {
  if constexpr (std::is_same_v<T, bool>)
    return "true or false";
  else if constexpr (std::is_integral_v<T>)
    return "a whole number";
  else if constexpr (std::is_floating_point_v<T>)
    return "a number";
  else if constexpr (std::is_same_v<T, std::string>)
    return "a text";
  else
    return "a list";
}

/// A value as people write it; JSON itself has no infinity and no NaN.
std::string value_text(const Json& value);

/// True when a JSON value may be taken as a T without loss.
template <class T>
bool fits(const Json& value) {
  if constexpr (std::is_same_v<T, bool>) {
    return value.is_boolean();
  } else if constexpr (std::is_unsigned_v<T>) {
    if (value.is_number_unsigned()) {
      return value.get<std::uint64_t>() <= std::numeric_limits<T>::max();
    }
    return value.is_number_integer() && value.get<std::int64_t>() >= 0;
  } else if constexpr (std::is_integral_v<T>) {
    if (value.is_number_unsigned()) {
      return value.get<std::uint64_t>() <=
             static_cast<std::uint64_t>(std::numeric_limits<T>::max());
    }
    return value.is_number_integer() &&
           value.get<std::int64_t>() >= std::numeric_limits<T>::min() &&
           value.get<std::int64_t>() <= std::numeric_limits<T>::max();
  } else if constexpr (std::is_floating_point_v<T>) {
    return value.is_number() && std::isfinite(value.get<double>());
  } else if constexpr (std::is_same_v<T, std::string>) {
    return value.is_string();
  } else {
    return value.is_array() &&
           std::all_of(value.begin(), value.end(), fits<typename T::value_type>);
  }
}

/// Reads a settings struct from JSON. Collects every problem instead of stopping at the first:
/// wrong types, broken rules, keys that no field claimed.
class Loader final {
 public:
  /// `source` must outlive the loader.
  Loader(const Json& source, Locate locate, std::string path = "");

  /// Reads one value; a missing one keeps its default.
  template <class T>
  void field(const char* key, T& value, const char* /*help*/, const std::vector<Rule>& rules = {}) {
    const Json* found = claim(key);
    if (found == nullptr) return;
    if (!fits<T>(*found)) {
      problem(key, "is " + value_text(*found) + ", must be " + type_name<T>());
      return;
    }
    for (const Rule& rule : rules) {
      if (!rule.holds(*found)) problem(key, "is " + found->dump() + ", must be " + rule.text);
    }
    value = found->template get<T>();
  }

  /// Reads a nested struct.
  template <class T>
  void section(const char* key, T& nested, const char* /*help*/) {
    const Json* found = claim(key);
    if (found == nullptr || found->is_null()) return;
    if (!found->is_object()) {
      problem(key, "is " + found->dump() + ", must be a section with settings of its own");
      return;
    }
    Loader loader(*found, locate_, path_of(key));
    visit_fields(nested, loader);
    for (std::string& text : loader.problems()) problems_.push_back(std::move(text));
  }

  /// Empty if the settings are good. Each entry is one sentence for a person.
  Problems problems() const;

 private:
  const Json* claim(const char* key);
  std::string path_of(const std::string& key) const;
  void problem(const std::string& key, const std::string& text);

  const Json& source_;
  Locate locate_;
  std::string path_;
  std::vector<std::string> known_;
  Problems problems_;
};

/// Writes a settings struct as JSON, every field.
class Writer final {
 public:
  template <class T>
  void field(const char* key, const T& value, const char* /*help*/,
             const std::vector<Rule>& /*rules*/ = {}) {
    out_[key] = value;
  }
  template <class T>
  void section(const char* key, T& nested, const char* /*help*/) {
    Writer writer;
    visit_fields(nested, writer);
    out_[key] = std::move(writer.out_);
  }
  const Json& json() const { return out_; }

 private:
  Json out_ = Json::object();
};

/// One setting of the reference page.
struct FieldDescription {
  std::string path;
  std::string default_text;
  std::string help;
};

/// Lists all settings of a struct with defaults, help and rules, for --help, docs and completion.
class Describer final {
 public:
  template <class T>
  void field(const char* key, const T& value, const char* help,
             const std::vector<Rule>& rules = {}) {
    add(key, Json(value), help, rules);
  }
  template <class T>
  void section(const char* key, T& nested, const char* /*help*/) {
    Describer describer;
    describer.prefix_ = prefix_ + key + ".";
    visit_fields(nested, describer);
    fields_.insert(fields_.end(), describer.fields_.begin(), describer.fields_.end());
  }
  const std::vector<FieldDescription>& fields() const { return fields_; }

 private:
  void add(const std::string& key, const Json& value, const char* help,
           const std::vector<Rule>& rules);

  std::string prefix_;
  std::vector<FieldDescription> fields_;
};

/// Loads settings over the defaults of `T`; returns the problems, all of them.
template <class T>
Problems load(const Json& source, const Locate& locate, T& settings) {
  Loader loader(source, locate);
  visit_fields(settings, loader);
  return loader.problems();
}

template <class T>
Json to_json(T settings) {
  Writer writer;
  visit_fields(settings, writer);
  return writer.json();
}

template <class T>
std::vector<FieldDescription> describe() {
  T settings;
  Describer describer;
  visit_fields(settings, describer);
  return describer.fields();
}

/// The reference table as Markdown: key, default, meaning.
std::string reference_markdown(const std::vector<FieldDescription>& fields);

}  // namespace sciwright::config
