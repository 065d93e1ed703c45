#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/xml_text.h"
#include "report/comparison.h"

namespace sciwright::report {
namespace {

std::string case_text(const ComparisonRow& row) {
  std::vector<std::string> labels;
  std::ranges::copy_if(row.labels, std::back_inserter(labels),
                       [](const std::string& label) { return !label.empty(); });
  const std::string name =
      labels.empty() ? row.metric : fmt::format("{} [{}]", row.metric, fmt::join(labels, ", "));
  const std::string head =
      fmt::format("  <testcase classname=\"sciwright.compare\" name=\"{}\"", xml_text(name));
  if (!row.fails) return head + "/>\n";
  const std::string message =
      fmt::format("B ({:.6g}, n = {}) is worse than A ({:.6g}, n = {}) by {:.2f} %{}", row.b.mean,
                  row.b.num, row.a.mean, row.a.num, 100 * std::abs(row.change_fraction.value_or(0)),
                  row.p_value ? fmt::format(", p = {:.2g}", *row.p_value) : "");
  return fmt::format("{}>\n    <failure message=\"{}\"/>\n  </testcase>\n", head,
                     xml_text(message));
}

}  // namespace

std::string comparison_junit(const Comparison& comparison) {
  std::string cases;
  for (const ComparisonRow& row : comparison.rows) cases += case_text(row);
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"sciwright compare\" "
      "tests=\"{}\" failures=\"{}\" errors=\"0\">\n{}</testsuite>\n",
      comparison.rows.size(), std::ranges::count_if(comparison.rows, &ComparisonRow::fails), cases);
}

}  // namespace sciwright::report
