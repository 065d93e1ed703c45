#include "submission/evidence.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.h"
#include "base/files.h"
#include "record/result.h"

namespace sciwright::submission {
namespace {

using record::Json;

std::optional<std::string> path_of(const Json& value, double score, const std::string& path) {
  if (value.is_number()) {
    return value.get<double>() == score ? std::optional(path) : std::nullopt;
  }
  if (!value.is_object()) return std::nullopt;
  for (const auto& [key, member] : value.items()) {
    if (key == "baselines") continue;
    if (auto found = path_of(member, score, path.empty() ? key : path + "." + key)) return found;
  }
  return std::nullopt;
}

}  // namespace

std::string run_folder_name(int number) { return fmt::format("run-{}", number); }

bool is_shallow(std::string_view json) {
  constexpr int kDeepest = 100;
  int depth = 0;
  for (const char c : json) {
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
    if (depth >= kDeepest) return false;
  }
  return true;
}

std::optional<ScorePlace> find_score(const Json& scores, double score) {
  if (!scores.is_array()) return std::nullopt;
  for (std::size_t row = 0; row < scores.size(); ++row) {
    if (auto path = path_of(scores[row], score, "")) return ScorePlace{row, std::move(*path)};
  }
  return std::nullopt;
}

void check_evidence(const std::filesystem::path& log, const LogFacts& facts, const ScoreRule& rule,
                    const std::filesystem::path& result_json, Findings& findings) {
  const auto differ = [&](int line, std::string asked, std::string found) {
    findings.push_back({.path = log,
                        .line = line,
                        .rule = std::move(asked),
                        .found = std::move(found),
                        .fix = "pack the runs again; a log and its result are never edited"});
  };
  record::RunResult result;
  try {
    if (!is_shallow(read_file(result_json))) throw usage_error("JSON of 100 levels or more");
    result = record::read_result(result_json);
  } catch (const Error& error) {  // caught here: everything else is still checked
    findings.push_back({.path = result_json,
                        .rule = "must be the result of the run",
                        .found = error.what(),
                        .fix = "pack the runs again"});
    return;
  }
  if (!result.valid) {
    findings.push_back({.path = result_json,
                        .rule = "must be of a valid run",
                        .found = fmt::format("an invalid one: {}", fmt::join(result.reasons, "; ")),
                        .fix = "leave the run out"});
  }
  const std::string& benchmark = facts.text("submission_benchmark");
  if (benchmark != result.benchmark) {
    differ(0, fmt::format("must be of the benchmark of its result.json, {}", result.benchmark),
           fmt::format("\"{}\"", benchmark));
  }
  if (facts.seed && *facts.seed != result.seed) {
    differ(facts.seed_line, fmt::format("must have the seed of its result.json, {}", result.seed),
           fmt::format("{}", *facts.seed));
  }
  const std::optional<double> score = rule.score_of(facts.result);
  if (score && !find_score(result.scores, *score)) {
    differ(facts.result_line, "must have a score that its result.json has, too",
           fmt::format("{}, which is not in it", *score));
  }
}

}  // namespace sciwright::submission
