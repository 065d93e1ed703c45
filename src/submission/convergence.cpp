#include "submission/convergence.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"
#include "base/hash.h"
#include "submission/tree_files.h"

namespace sciwright::submission {
namespace {

namespace fs = std::filesystem;

bool is_log_name(const std::string& name) {
  return name == "mllog.log" || (name.starts_with("result-") && name.ends_with(".txt"));
}

void find_below(const fs::path& folder, std::vector<fs::path>& logs) {
  for (const fs::path& entry : sorted_entries(folder)) {
    const fs::file_status status = fs::symlink_status(entry);
    const std::string name = entry.filename().string();
    if (name.starts_with('.')) continue;
    if (fs::is_directory(status)) {
      find_below(entry, logs);
    } else if (fs::is_regular_file(status) && is_log_name(name)) {
      logs.push_back(entry);
    }
  }
}

Convergence read_convergence(const fs::path& path, const std::optional<QualityTarget>& target,
                             Unit unit, Problems& problems) {
  const std::string text = read_file(path);
  const LogFacts facts = log_facts(record::parse_mllog(text));
  Convergence run{path.string(),    facts.text("submission_benchmark"),     facts.seed,
                  facts.batch_size, length_to_quality(facts, target, unit), sha256_hex(text)};
  if (run.benchmark.empty()) problems.push_back(run.name + ": has no record submission_benchmark");
  if (!run.batch_size) problems.push_back(run.name + ": has no record global_batch_size");
  if (unit == Unit::kSamples && !facts.train_samples) {
    problems.push_back(run.name + ": has no record train_samples");
  }
  return run;
}

}  // namespace

std::string QualityTarget::text() const {
  return fmt::format("{}{}{}", key, at_least ? ">=" : "<=", bound);
}

QualityTarget parse_quality(const std::string& text) {
  const std::size_t at = text.find_first_of("<>");
  QualityTarget target;
  target.key = text.substr(0, at);
  const bool is_form = at != std::string::npos && at + 2 < text.size() && text[at + 1] == '=';
  const bool is_key = target.key == "eval_accuracy" || target.key == "eval_error";
  bool is_number = false;
  if (is_form) {
    const char* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data() + at + 2, end, target.bound);
    is_number = error == std::errc() && rest == end;
    target.at_least = text[at] == '>';
  }
  if (!is_form || !is_key || !is_number) {
    throw usage_error(
        fmt::format("--quality {}: expected eval_accuracy>=NUMBER or eval_error<=NUMBER", text));
  }
  return target;
}

std::string unit_name(Unit unit) { return unit == Unit::kEpochs ? "epochs" : "samples"; }

std::optional<double> length_to_quality(const LogFacts& facts,
                                        const std::optional<QualityTarget>& target, Unit unit) {
  std::optional<double> epoch;
  if (target) {
    const auto found = std::ranges::find_if(facts.evaluations, [&](const Evaluation& e) {
      return e.key == target->key && target->reached_by(e.value);
    });
    if (found != facts.evaluations.end()) epoch = found->epoch;
  } else if (facts.succeeded && !facts.evaluations.empty()) {
    epoch = facts.evaluations.back().epoch;
  }
  if (!epoch || unit == Unit::kEpochs) return epoch;
  if (!facts.train_samples) return std::nullopt;
  return *epoch * *facts.train_samples;
}

std::vector<fs::path> find_logs(const std::vector<fs::path>& paths) {
  std::vector<fs::path> logs;
  Problems problems;
  for (const fs::path& path : paths) {
    const std::size_t before = logs.size();
    if (fs::is_directory(path)) {
      find_below(path, logs);
    } else if (fs::is_regular_file(path)) {
      logs.push_back(path);
    }
    if (logs.size() > before) continue;
    problems.push_back(path.string() + (fs::exists(path)
                                            ? ": holds no mllog.log and no result-N.txt"
                                            : ": there is no such file or folder"));
  }
  throw_if_any(problems);
  return logs;
}

std::vector<Convergence> read_convergences(const std::vector<fs::path>& logs,
                                           const std::optional<QualityTarget>& target, Unit unit) {
  std::vector<Convergence> out;
  Problems problems;
  for (const fs::path& log : logs) {
    if (fs::file_size(log) > kLargestLog) {
      problems.push_back(log.string() + ": is too large for the log of a run");
      continue;
    }
    out.push_back(read_convergence(log, target, unit, problems));
  }
  throw_if_any(problems);
  return out;
}

}  // namespace sciwright::submission
