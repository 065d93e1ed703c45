#include "report/run_set.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace sciwright::report {

std::string_view kind_name(RunKind kind) {
  switch (kind) {
    case RunKind::kFolder:
      return "folder";
    case RunKind::kMllog:
      return "mllog";
    case RunKind::kTimers:
      return "timers";
    case RunKind::kTrace:
      return "trace";
    case RunKind::kRecord:
      break;
  }
  return "record";
}

std::optional<double> number_of(const Numbers& numbers, Name path) {
  const auto found = std::ranges::find(numbers, path, &Number::path);
  if (found == numbers.end()) return std::nullopt;
  return found->value;
}

Name label_of(const Labels& labels, Name key) {
  const auto found = std::ranges::find(labels, key, &Label::key);
  return found == labels.end() ? 0 : found->value;
}

std::string text_of(const RunSet& set, const Run& run, std::string_view key) {
  if (const std::optional<Name> name = set.names.find(key)) {
    for (const Labels* labels : {&run.labels, &run.parameters}) {
      if (const Name value = label_of(*labels, *name)) return set.names.text(value);
    }
  }
  if (key == "name") return run.name;
  if (key == "seed" && run.kind == RunKind::kFolder) return fmt::to_string(run.seed);
  if (key == "kind") return std::string(kind_name(run.kind));
  // What sites and studies call those who run.
  if (key == "team") {
    for (const char* other : {"user", "submission.org"}) {
      if (std::string text = text_of(set, run, other); !text.empty()) return text;
    }
  }
  return "";
}

bool is_of_repeat(std::string_view parameter) {
  constexpr std::array<std::string_view, 4> kRepeats = {"repeat", "seed", "run", "date"};
  return std::ranges::find(kRepeats, parameter) != kRepeats.end();
}

}  // namespace sciwright::report
