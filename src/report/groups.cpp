#include "report/groups.h"

#include <algorithm>
#include <set>
#include <thread>
#include <unordered_map>

#include <fmt/format.h>

#include "base/error.h"
#include "base/parallel_for.h"
#include "base/suggestion.h"
#include "stats/comparison.h"

namespace sciwright::report {
namespace {

/// Values times resamples that are drawn at most: some tenths of a second.
constexpr std::size_t kMostDraws = 100'000'000;
/// Means of more values than this are as good as normal.
constexpr std::size_t kMostResampled = 200;
constexpr const char* kUnknown = "unknown";

/// One key, looked up quickly.
class KeyReader final {
 public:
  KeyReader(const RunSet& set, const std::string& key)
      : set_(set), key_(key), name_(set.names.find(key)) {}

  const std::string& key() const { return key_; }

  std::string text(const Run& run, std::size_t row) const {
    if (name_ && row < run.rows.size()) {
      if (const Name value = label_of(run.rows[row].labels, *name_)) return set_.names.text(value);
    }
    return text_of(set_, run, key_);
  }

  bool is_of_rows() const {
    if (!name_) return false;
    return std::ranges::any_of(set_.runs, [&](const Run& run) {
      return std::ranges::any_of(run.rows,
                                 [&](const ScoreRow& row) { return label_of(row.labels, *name_); });
    });
  }

 private:
  const RunSet& set_;
  std::string key_;
  std::optional<Name> name_;
};

bool matches(const RunSet& set, const Run& run, std::size_t row,
             const campaign::RowChoice& choice) {
  return std::ranges::all_of(choice, [&](const auto& pair) {
    return KeyReader(set, pair.first).text(run, row) == pair.second;
  });
}

/// Whether runs differ in it.
bool varies(const RunSet& set, const char* key) {
  std::set<std::string> texts;
  for (const Run& run : set.runs) {
    if (run.valid) texts.insert(text_of(set, run, key));
    if (texts.size() > 1) return true;
  }
  return false;
}

void add_key(std::vector<std::string>& keys, const std::string& key) {
  if (std::ranges::find(keys, key) == keys.end()) keys.push_back(key);
}

std::vector<std::string> keys_of(const RunSet& set, const GroupRequest& request) {
  std::vector<std::string> keys = request.keys;
  if (keys.empty()) {
    if (varies(set, "study")) keys.emplace_back("study");
    for (const std::string& parameter : set.parameters) add_key(keys, parameter);
  }
  for (const char* key : {"benchmark", "model", "source"}) {
    if (varies(set, key)) add_key(keys, key);
  }
  const bool per_system = std::ranges::any_of(request.metrics, campaign::depends_on_system);
  if (per_system && varies(set, "system")) add_key(keys, "system");
  if (request.each) add_key(keys, "name");
  return keys;
}

/// Puts runs into their groups.
class Gatherer final {
 public:
  Gatherer(const RunSet& set, const GroupRequest& request) : set_(set), request_(request) {
    out_.keys = keys_of(set, request);
    out_.metrics = request.metrics;
    for (const std::string& key : out_.keys) readers_.emplace_back(set, key);
    for (const std::string& metric : request.metrics) paths_.push_back(set.names.find(metric));
    all_rows_ = std::ranges::any_of(readers_, &KeyReader::is_of_rows);
  }

  void add(std::size_t run_index) {
    const Run& run = set_.runs[run_index];
    if (!matches(set_, run, run.rows.size(), request_.where)) return;
    if (!run.valid) {
      out_.invalid.push_back(run_index);
      return;
    }
    ++out_.num_valid;
    const std::size_t num_rows = std::max<std::size_t>(run.rows.size(), 1);
    for (std::size_t row = 0; row < num_rows; ++row) {
      if (!request_.row.empty() && !matches(set_, run, row, request_.row)) continue;
      measure(run_index, row);
      if (!all_rows_) break;
    }
  }

  Groups finish() {
    for (Group& group : out_.groups) {
      for (Sample& sample : group.samples) summarize(sample);
    }
    return std::move(out_);
  }

 private:
  void measure(std::size_t run_index, std::size_t row) {
    const Run& run = set_.runs[run_index];
    Group* group = nullptr;
    for (std::size_t m = 0; m < paths_.size(); ++m) {
      const auto value = paths_[m] ? value_of(run, row, *paths_[m]) : std::nullopt;
      if (!value) continue;
      if (group == nullptr) group = &group_of(run, row);
      group->samples[m].members.push_back({run_index, row, *value});
    }
  }

  Group& group_of(const Run& run, std::size_t row) {
    std::string key;
    std::vector<std::string> labels;
    for (const KeyReader& reader : readers_) {
      labels.push_back(reader.text(run, row));
      if (reader.key() == "system" && labels.back().empty()) labels.back() = kUnknown;
      key += labels.back();
      key += '\0';
    }
    const auto [place, is_new] = places_.emplace(std::move(key), out_.groups.size());
    if (is_new) {
      out_.groups.push_back({std::move(labels), std::vector<Sample>(paths_.size())});
    }
    return out_.groups[place->second];
  }

  static void summarize(Sample& sample) {
    if (sample.members.empty()) return;
    const std::vector<double> values = sample.values();
    sample.summary = stats::summarize(values);
    sample.quartiles = stats::quartiles(values);
    sample.outliers = stats::outliers(values);
  }

  const RunSet& set_;
  const GroupRequest& request_;
  Groups out_;
  std::vector<KeyReader> readers_;
  std::vector<std::optional<Name>> paths_;
  std::unordered_map<std::string, std::size_t> places_;
  bool all_rows_ = false;
};

std::vector<std::string> known_paths(const RunSet& set) {
  std::set<Name> names;
  for (std::size_t i = 0; i < std::min<std::size_t>(set.runs.size(), 100); ++i) {
    for (const Number& number : set.runs[i].numbers) names.insert(number.path);
    for (const ScoreRow& row : set.runs[i].rows) {
      for (const Number& number : row.numbers) names.insert(number.path);
    }
  }
  std::vector<std::string> out;
  for (const Name name : names) out.push_back(set.names.text(name));
  return out;
}

void check(const RunSet& set, const GroupRequest& request, const Groups& groups) {
  Problems problems;
  if (groups.num_valid == 0) return;
  for (std::size_t m = 0; m < request.metrics.size(); ++m) {
    const bool any = std::ranges::any_of(
        groups.groups, [&](const Group& group) { return !group.samples[m].members.empty(); });
    if (any) continue;
    problems.push_back(fmt::format("--by {}: no valid run has it{}", request.metrics[m],
                                   did_you_mean(request.metrics[m], known_paths(set))));
  }
  for (const std::string& key : request.keys) {
    const auto place =
        static_cast<std::size_t>(std::ranges::find(groups.keys, key) - groups.keys.begin());
    const bool any = std::ranges::any_of(
        groups.groups, [&](const Group& group) { return !group.labels[place].empty(); });
    if (any || groups.groups.empty()) continue;
    problems.push_back(fmt::format("--group {}: no run has such a parameter or word{}", key,
                                   did_you_mean(key, set.parameters)));
  }
  throw_if_any(problems);
}

}  // namespace

std::vector<double> Sample::values() const {
  std::vector<double> out;
  out.reserve(members.size());
  for (const Observation& member : members) out.push_back(member.value);
  return out;
}

std::optional<double> value_of(const Run& run, std::size_t row, Name path) {
  if (row < run.rows.size()) {
    if (const auto value = number_of(run.rows[row].numbers, path)) return value;
  }
  return number_of(run.numbers, path);
}

void keep_only(RunSet& set, const campaign::RowChoice& where) {
  if (where.empty()) return;
  std::erase_if(set.runs,
                [&](const Run& run) { return !matches(set, run, run.rows.size(), where); });
}

Groups group_runs(const RunSet& set, const GroupRequest& request) {
  Gatherer gatherer(set, request);
  for (std::size_t i = 0; i < set.runs.size(); ++i) gatherer.add(i);
  Groups groups = gatherer.finish();
  check(set, request, groups);
  const auto system = std::ranges::find(groups.keys, "system");
  if (system == groups.keys.end()) return groups;
  const auto place = static_cast<std::size_t>(system - groups.keys.begin());
  const bool some_unknown = std::ranges::any_of(
      groups.groups, [&](const Group& group) { return group.labels[place] == kUnknown; });
  if (some_unknown) {
    groups.notes.emplace_back(
        "Runs without host.json stand together as system 'unknown': their times and energies may "
        "be "
        "of different machines.");
  }
  return groups;
}

void add_intervals(Groups& groups, std::size_t metric) {
  std::vector<Sample*> samples;
  std::size_t num_draws = 0;
  std::size_t num_student = 0;
  const stats::BootstrapOptions options;
  for (Group& group : groups.groups) {
    Sample& sample = group.samples[metric];
    const std::size_t num = sample.members.size();
    if (num < 2) continue;
    const std::size_t draws = num * static_cast<std::size_t>(options.num_resamples);
    if (num > kMostResampled || num_draws + draws > kMostDraws) {
      sample.interval = stats::mean_interval(stats::moments_of(sample.values()));
      ++num_student;
      continue;
    }
    num_draws += draws;
    samples.push_back(&sample);
  }
  const auto num_threads = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  parallel_for(samples.size(), num_threads, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      samples[i]->interval = stats::bootstrap_mean_interval(samples[i]->values(), options);
    }
  });
  if (num_student > 0) {
    groups.notes.push_back(fmt::format(
        "The intervals of {} large or late groups are Student's, those of {} by bootstrap.",
        num_student, samples.size()));
  }
}

}  // namespace sciwright::report
