#include "campaign/merge_view.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text_table.h"
#include "campaign/name_list.h"

namespace sciwright::campaign {
namespace {

using Json = nlohmann::json;

constexpr int kSchemaVersion = 1;
constexpr std::size_t kNumNamed = 10;

std::string copies_table(const MergeReport& report) {
  TextTable table;
  table.column("copy", TextTable::Align::kLeft)
      .column("experiments")
      .column("new")
      .column("brought");
  table.column("kept aside").column("conflicts");
  for (const MergedCopy& copy : report.copies) {
    const auto count = [&](auto&& predicate) {
      return fmt::to_string(std::ranges::count_if(report.kept_aside, [&](const KeptAside& item) {
        return item.label == copy.label && predicate(item);
      }));
    };
    table.row({copy.folder.string(), fmt::to_string(copy.num_experiments),
               fmt::to_string(copy.num_new), fmt::to_string(copy.num_brought),
               count([](const KeptAside&) { return true; }),
               count([](const KeptAside& item) { return is_conflict(item.kind); })});
  }
  return table.text();
}

std::string sentence(const KeptAside& item) {
  const std::string what = item.experiment.empty() ? "" : item.experiment + " ";
  const auto line = [&](const char* word, const std::string& why) {
    return fmt::format("{}: {}of {}: {}; see {}\n", word, what, item.label, why, item.place);
  };
  switch (item.kind) {
    case KeptAside::Kind::kEqualResult:
      return line("run twice", "with equal scores");
    case KeptAside::Kind::kUnfinished:
      return line("run twice", "the better result counts, " + item.reason);
    case KeptAside::Kind::kOwnPaths:
      return line("own paths", item.reason);
    case KeptAside::Kind::kOtherResult:
      return line("conflict", "another result of the same experiment");
    default:
      return line("conflict", item.reason);
  }
}

/// At most ten of each kind.
std::string kept_aside_text(const MergeReport& report) {
  std::string text;
  for (const auto kind :
       {KeptAside::Kind::kOtherResult, KeptAside::Kind::kFiles, KeptAside::Kind::kConfiguration,
        KeptAside::Kind::kEqualResult, KeptAside::Kind::kUnfinished, KeptAside::Kind::kOwnPaths}) {
    std::size_t count = 0;
    for (const KeptAside& item : report.kept_aside) {
      if (item.kind == kind && ++count <= kNumNamed) text += sentence(item);
    }
    if (count > kNumNamed) text += fmt::format("and {} more such\n", count - kNumNamed);
  }
  return text;
}

std::string owed_text(const MergeReport& report) {
  std::vector<std::string> parts;
  for (const auto& [name, num] : report.owed) {
    if (num > 0) parts.push_back(fmt::format("{} still owes {}", name, num));
  }
  return parts.empty() ? "" : fmt::format("{}\n", fmt::join(parts, ", "));
}

}  // namespace

std::string merge_text(const MergeReport& report) {
  std::string text = copies_table(report) + "\n" + kept_aside_text(report);
  if (!report.renamed.empty()) {
    text += "the name was taken: " + name_list(report.renamed) + "\n";
  }
  text += fmt::format("{} of {} experiments have a result",
                      report.num_experiments - report.gaps.size(), report.num_experiments);
  text += report.gaps.empty() ? "\n" : "; without one: " + name_list(report.gaps) + "\n";
  return text + owed_text(report);
}

Json merge_json(const MergeReport& report) {
  Json copies = Json::array();
  for (const MergedCopy& copy : report.copies) {
    copies.push_back({{"label", copy.label},
                      {"folder", copy.folder.string()},
                      {"num_experiments", copy.num_experiments},
                      {"num_new", copy.num_new},
                      {"num_brought", copy.num_brought}});
  }
  Json kept = Json::array();
  for (const KeptAside& item : report.kept_aside) {
    kept.push_back({{"kind", kind_name(item.kind)},
                    {"is_conflict", is_conflict(item.kind)},
                    {"experiment", item.experiment.empty() ? Json() : Json(item.experiment)},
                    {"copy", item.label},
                    {"reason", item.reason},
                    {"place", item.place}});
  }
  Json owed = Json::object();
  for (const auto& [name, num] : report.owed) owed[name] = num;
  return {{"schema_version", kSchemaVersion},
          {"num_experiments", report.num_experiments},
          {"num_conflicts", report.num_conflicts()},
          {"copies", std::move(copies)},
          {"kept_aside", std::move(kept)},
          {"renamed", report.renamed},
          {"gaps", report.gaps},
          {"owed", std::move(owed)}};
}

}  // namespace sciwright::campaign
