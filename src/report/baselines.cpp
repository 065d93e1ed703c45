#include "report/baselines.h"

#include <algorithm>
#include <map>
#include <set>

namespace sciwright::report {
namespace {

constexpr std::string_view kPrefix = "baselines.";

/// "average.val" is also written average_val, and "average.all" average.
std::vector<std::string> spellings(const std::string& metric) {
  std::vector<std::string> out = {metric};
  std::string flat = metric;
  std::ranges::replace(flat, '.', '_');
  out.push_back(flat);
  if (metric.ends_with(".all")) out.push_back(metric.substr(0, metric.size() - 4));
  return out;
}

/// Baselines by their names, and where their score in this metric stands.
std::map<std::string, Name> baseline_paths(const RunSet& set, const std::string& metric) {
  std::map<std::string, Name> out;
  const std::vector<std::string> wanted = spellings(metric);
  for (Name name = 0; name < set.names.size(); ++name) {
    const std::string& path = set.names.text(name);
    if (!path.starts_with(kPrefix)) continue;
    const std::size_t end = path.find('.', kPrefix.size());
    if (end == std::string::npos) continue;
    const std::string score = path.substr(end + 1);
    if (std::ranges::find(wanted, score) == wanted.end()) continue;
    out.emplace(path.substr(kPrefix.size(), end - kPrefix.size()), name);
  }
  return out;
}

std::vector<BaselineScore> scores_of(const RunSet& set, const Sample& sample,
                                     const std::map<std::string, Name>& paths) {
  std::vector<BaselineScore> out;
  for (const auto& [name, path] : paths) {
    double sum = 0;
    std::size_t num = 0;
    for (const Observation& member : sample.members) {
      const auto value = value_of(set.runs[member.run], member.row, path);
      if (!value) continue;
      sum += *value;
      ++num;
    }
    if (num > 0) out.push_back({name, sum / static_cast<double>(num)});
  }
  return out;
}

}  // namespace

std::vector<std::vector<BaselineScore>> baselines_of(
    const RunSet& set, const Groups& groups, const std::optional<campaign::Direction>& direction) {
  const std::string& metric = groups.metrics.front();
  const std::map<std::string, Name> paths = baseline_paths(set, metric);
  std::vector<std::vector<BaselineScore>> out;
  for (const Group& group : groups.groups) {
    const Sample& sample = group.samples.front();
    std::vector<BaselineScore>& scores = out.emplace_back(scores_of(set, sample, paths));
    const bool is_record =
        !sample.members.empty() && set.runs[sample.members.front().run].kind == RunKind::kRecord;
    for (const Baseline& baseline : set.baselines) {
      if (is_record && baseline.metric == metric) scores.push_back({baseline.name, baseline.value});
    }
    std::ranges::stable_sort(scores, [&](const BaselineScore& a, const BaselineScore& b) {
      return direction == campaign::Direction::kLower ? a.value < b.value : a.value > b.value;
    });
  }
  return out;
}

std::vector<std::string> other_parts(const RunSet& set, const std::string& metric) {
  std::vector<std::string> candidates = {"train_" + metric, "validation_" + metric};
  if (const std::size_t dot = metric.rfind('.'); dot != std::string::npos) {
    for (const char* part : {"train", "val", "test", "all"}) {
      candidates.push_back(metric.substr(0, dot + 1) + part);
    }
  }
  std::vector<std::string> out;
  for (const std::string& candidate : candidates) {
    if (candidate != metric && set.names.find(candidate)) out.push_back(candidate);
  }
  return out;
}

}  // namespace sciwright::report
