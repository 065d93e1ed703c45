#include "sciwright/benchmark_warnings.h"

#include <algorithm>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "bench/run_config.h"

namespace sciwright {
namespace {

constexpr std::uint64_t kMostCombinations = 100'000;  // a tenth of a second
constexpr std::size_t kMostExperiments = 100;

/// The benchmark that a job script runs, or null.
const bench::BenchmarkSpec* benchmark_of(std::string_view script,
                                         const std::vector<bench::BenchmarkSpec>& benchmarks) {
  constexpr std::string_view kRun = "sciwright run ";
  for (auto at = script.find(kRun); at != std::string_view::npos; at = script.find(kRun, at + 1)) {
    const auto line = script.rfind('\n', at) + 1;
    if (script[line] == '#') continue;
    const std::string_view rest = script.substr(at + kRun.size());
    const std::string_view name = rest.substr(0, rest.find_first_of(" \t\n;&|"));
    const auto found = std::ranges::find(benchmarks, name, &bench::BenchmarkSpec::name);
    if (found != benchmarks.end()) return &*found;
  }
  return nullptr;
}

/// Gathers what is wrong with experiments, one after the other.
class Reviewer final {
 public:
  Reviewer(const experiment::Study& study, const std::vector<bench::BenchmarkSpec>& benchmarks)
      : study_(study), benchmarks_(benchmarks) {}

  void look_at(const experiment::Experiment& experiment) {
    const std::string& script = experiment.files.at(1).second;
    const bench::BenchmarkSpec* spec = benchmark_of(script, benchmarks_);
    if (spec == nullptr || script.find("config") == std::string::npos) return;
    const auto review = bench::review_run_config(*spec, study_.located(experiment.configuration));
    for (const std::string& text : review.problems) {
      add(fmt::format("{} (sciwright run {} would refuse it)", text, spec->name));
    }
    for (const std::string& name : study_.space().names()) {
      const auto found = review.ignored.find(name);
      if (found != review.ignored.end() && !study_.uses_parameter(name)) add(found->second);
    }
  }

  const Problems& warnings() const { return warnings_; }

 private:
  void add(const std::string& text) {
    if (std::ranges::find(warnings_, text) == warnings_.end()) warnings_.push_back(text);
  }

  const experiment::Study& study_;
  const std::vector<bench::BenchmarkSpec>& benchmarks_;
  Problems warnings_;
};

}  // namespace

Problems benchmark_warnings(const experiment::Study& study,
                            const std::vector<bench::BenchmarkSpec>& benchmarks) {
  const experiment::ParameterSpace& space = study.space();
  experiment::Point point = space.make_point();
  std::set<const experiment::Choice*> seen;
  Reviewer reviewer(study, benchmarks);
  const std::uint64_t end = std::min(space.num_candidates(), kMostCombinations);
  std::size_t num_looked_at = 0;
  for (std::uint64_t i = 0; i < end && num_looked_at < kMostExperiments; ++i) {
    if (!space.at(i, point)) continue;
    bool is_new = num_looked_at == 0;
    for (const experiment::Choice* choice : point.choices) is_new |= seen.insert(choice).second;
    if (!is_new) continue;
    ++num_looked_at;
    reviewer.look_at(study.experiment(point));
  }
  return reviewer.warnings();
}

}  // namespace sciwright
