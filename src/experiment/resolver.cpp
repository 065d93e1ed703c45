#include "experiment/resolver.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/suggestion.h"
#include "config/overrides.h"
#include "experiment/expression.h"

namespace sciwright::experiment {
namespace {

constexpr std::size_t kMaxChain = 1000;  // references to references; each is a step of recursion

bool is_eval(const std::string& text) { return text.starts_with("eval(") && text.ends_with(')'); }

bool needs_work(const Json& value) {
  if (!value.is_string()) return false;
  const auto& text = value.get_ref<const std::string&>();
  return is_eval(text) || !find_references(text).empty();
}

}  // namespace

/// One pass over the leaves of a tree, which it changes in place.
class Resolution final {
 public:
  /// `is_early`: names of experiments are not there yet; leaves that use them are left alone.
  Resolution(const Resolver& resolver, Json& root, bool is_early)
      : resolver_(resolver), root_(root), is_early_(is_early) {
    for (std::size_t i = 0; i < resolver.leaves_.size(); ++i) {
      leaf_of_[resolver.leaves_[i].path] = i;
    }
    states_.resize(resolver.leaves_.size());
  }

  void run() {
    for (std::size_t i = 0; i < states_.size(); ++i) resolve(i);
  }

  bool waits(std::size_t leaf) const { return states_[leaf] == State::kWaits; }

  Problems problems;
  std::vector<UnknownName> unknown;
  std::set<std::string> used;

 private:
  enum class State { kNew, kBusy, kDone, kWaits };

  std::string place(const std::string& path) const {
    const std::string at = resolver_.locate_(path);
    return at.empty() ? path : at + ": " + path;
  }

  void resolve(std::size_t i) {
    const Resolver::Leaf& leaf = resolver_.leaves_[i];
    if (states_[i] != State::kNew || !root_.contains(leaf.pointer)) return;
    states_[i] = State::kBusy;
    stack_.push_back(leaf.path);
    Json& value = root_.at(leaf.pointer);
    if (value.is_string()) resolve_text(i, value);
    stack_.pop_back();
    if (states_[i] == State::kBusy) states_[i] = State::kDone;
  }

  void resolve_text(std::size_t i, Json& value) {
    const std::string text = value.get<std::string>();
    const std::vector<Reference> references = find_references(text);
    for (const Reference& reference : references) prepare(i, reference.name);
    if (states_[i] == State::kWaits) return;
    const auto find = [this](const std::string& name) { return resolver_.find(root_, name); };
    const bool is_one = references.size() == 1 && references[0].length == text.size();
    if (const Json* whole = is_one ? find(references[0].name) : nullptr;
        whole != nullptr && !whole->is_object()) {
      value = Json(*whole);
    } else {
      value = substituted(text, find);
    }
    if (value.is_string() && is_eval(value.get_ref<const std::string&>())) compute(i, value);
  }

  /// Resolves what a reference refers to, before it is used.
  void prepare(std::size_t i, const std::string& name) {
    used.insert(name);
    if (is_early_ && resolver_.later_.contains(name)) {
      states_[i] = State::kWaits;
      return;
    }
    if (const auto found = leaf_of_.find(name); found != leaf_of_.end()) {
      const std::size_t other = found->second;
      if (states_[other] == State::kBusy) return tell_cycle(name);
      if (stack_.size() >= kMaxChain) {
        problems.push_back(
            fmt::format("{}: a chain of more than {} references", place(name), kMaxChain));
        return;
      }
      resolve(other);
      if (states_[other] == State::kWaits) states_[i] = State::kWaits;
    } else if (is_early_) {
      const Json* target = resolver_.find(root_, name);
      if (target == nullptr || target->is_object()) {
        unknown.push_back({name, place(resolver_.leaves_[i].path)});
      }
    }
  }

  void tell_cycle(const std::string& name) {
    const auto start = std::find(stack_.begin(), stack_.end(), name);
    std::vector<std::string> cycle(start, stack_.end());
    problems.push_back(
        fmt::format("{} refers to itself: {} → {}", place(name), fmt::join(cycle, " → "), name));
  }

  void compute(std::size_t i, Json& value) {
    const std::string text = value.get<std::string>();
    if (!find_references(text).empty()) return;  // its unknown name is told already
    std::string reason;
    const auto expression =
        Expression::parse(std::string_view(text).substr(5, text.size() - 6), {}, reason);
    Evaluation result;
    if (expression) {
      result = expression->evaluate({});
      reason = result.problem;
    }
    if (!reason.empty()) {
      problems.push_back(
          fmt::format("{}: cannot compute {}: {}", place(resolver_.leaves_[i].path), text, reason));
      return;
    }
    value = std::move(result.value);
  }

  const Resolver& resolver_;
  Json& root_;
  bool is_early_;
  std::unordered_map<std::string, std::size_t> leaf_of_;
  std::vector<State> states_;
  std::vector<std::string> stack_;
};

Resolver::Resolver(const Configuration& configuration, Json hidden, std::set<std::string> later)
    : locate_([document = configuration.document](const std::string& path) {
        return document.position(path).text();
      }),
      hidden_(std::move(hidden)),
      later_(std::move(later)),
      settled_(configuration.document.value) {
  index(settled_, "", Json::json_pointer(), true);
  std::sort(leaves_.begin(), leaves_.end(), [&](const Leaf& a, const Leaf& b) {
    const auto place = [&](const std::string& path) {
      const auto found = configuration.order.find(path);
      return found == configuration.order.end() ? -1 : found->second;
    };
    return std::pair(place(a.path), a.path) < std::pair(place(b.path), b.path);
  });
  Resolution pass(*this, settled_, true);
  pass.run();
  throw_if_any(pass.problems);
  unknown_ = std::move(pass.unknown);
  used_ = std::move(pass.used);
  std::vector<Leaf> waiting;
  for (std::size_t i = 0; i < leaves_.size(); ++i) {
    if (!pass.waits(i)) continue;
    const Leaf leaf = of_experiment(leaves_[i]);
    const auto is_same = [&](const Leaf& other) { return other.path == leaf.path; };
    if (std::ranges::none_of(waiting, is_same)) waiting.push_back(leaf);
  }
  leaves_ = std::move(waiting);
}

/// Of the values that a parameter lists an experiment has one, in the place of the list.
Resolver::Leaf Resolver::of_experiment(const Leaf& leaf) {
  constexpr std::string_view kSection = "experiment.";
  if (!leaf.path.starts_with(kSection)) return leaf;
  const std::size_t end = std::min(leaf.path.find('.', kSection.size()), leaf.path.size());
  const std::string name = leaf.path.substr(kSection.size(), end - kSection.size());
  return {leaf.path.substr(0, end), Json::json_pointer() / "experiment" / name};
}

void Resolver::index(const Json& value, const std::string& path, const Json::json_pointer& pointer,
                     bool is_addressable) {
  if (is_addressable && !path.empty()) pointers_.emplace(path, pointer);
  if (needs_work(value)) leaves_.push_back({path, pointer});
  if (!value.is_structured()) return;
  std::size_t i = 0;
  for (const auto& [key, item] : value.items()) {
    const bool is_object = value.is_object();
    index(item, path.empty() ? key : path + "." + key, is_object ? pointer / key : pointer / i,
          is_addressable && is_object);
    ++i;
  }
}

Json Resolver::resolved(const Json& generated) const {
  Json root = settled_;
  for (const auto& [section, value] : generated.items()) {
    if (section == "experiment" || !root[section].is_object()) {
      root[section] = value;
    } else {
      root[section].update(value);
    }
  }
  Resolution pass(*this, root, false);
  pass.run();
  throw_if_any(pass.problems);
  return root;
}

const Json* Resolver::find(const Json& root, const std::string& name) const {
  if (const auto found = pointers_.find(name);
      found != pointers_.end() && root.contains(found->second)) {
    return &root.at(found->second);
  }
  if (const Json* generated = config::find_path(root, name)) return generated;
  if (const Json* hidden = config::find_path(hidden_, name)) return hidden;
  static const Json kNothing("");
  return later_.contains(name) ? &kNothing : nullptr;  // a parameter that does not apply here
}

bool Resolver::knows(const std::string& name) const {
  if (later_.contains(name)) return true;
  const Json* value = find(settled_, name);
  return value != nullptr && !value->is_object();
}

std::string Resolver::hint(const std::string& name) const {
  if (name.starts_with("os.")) return "; ask for it with --os " + name.substr(3);
  std::vector<std::string> known(later_.begin(), later_.end());
  for (const auto& [path, pointer] : pointers_) known.push_back(path);
  std::sort(known.begin(), known.end());
  if (const std::string guess = did_you_mean(name, known); !guess.empty()) return guess;
  const std::string section = name.substr(0, name.rfind('.'));
  const Json* siblings = section == name ? nullptr : find(settled_, section);
  if (siblings == nullptr || !siblings->is_object() || siblings->empty()) return "";
  std::vector<std::string> keys;
  for (const auto& [key, value] : siblings->items()) keys.push_back(key);
  return fmt::format("; {} has {}", section, fmt::join(keys, ", "));
}

}  // namespace sciwright::experiment
