#include "report/published_times.h"

#include <vector>

#include <fmt/format.h>

#include "io/csv.h"
#include "stats/comparison.h"

namespace sciwright::report {
namespace {

/// Times per epoch of one run.
struct EpochTimes {
  Run* run = nullptr;
  double requested = 0;
  double done = 0;
  double printed_s = 0;

  double true_s() const { return printed_s * requested / done; }
};

std::vector<EpochTimes> times_of(std::size_t first, RunSet& set) {
  const Name requested = set.names.add("epochs_requested");
  const Name done = set.names.add("epochs_run");
  const Name printed = set.names.add("printed_epoch_s");
  std::vector<EpochTimes> out;
  for (std::size_t i = first; i < set.runs.size(); ++i) {
    Run& run = set.runs[i];
    const auto asked = io::parse_double(set.names.text(label_of(run.parameters, requested)));
    const auto epochs = number_of(run.numbers, done);
    const auto time = number_of(run.rows.front().numbers, printed);
    if (asked && epochs && time && *epochs > 0) out.push_back({&run, *asked, *epochs, *time});
  }
  return out;
}

/// Standard deviation over mean.
double relative_deviation(const std::vector<double>& values) {
  const stats::Moments moments = stats::moments_of(values);
  return moments.standard_deviation / moments.mean;
}

}  // namespace

void check_printed_times(const std::string& path, std::size_t first, RunSet& set) {
  const std::vector<EpochTimes> times = times_of(first, set);
  if (times.size() < 3) return;
  std::vector<double> printed;
  std::vector<double> corrected;
  for (const EpochTimes& one : times) {
    printed.push_back(one.printed_s);
    corrected.push_back(one.true_s());
  }
  const double before = relative_deviation(printed);
  const double after = relative_deviation(corrected);
  if (after > before / 2) return;
  for (const EpochTimes& one : times) {
    one.run->rows.front().numbers.push_back({set.names.add("epoch_s"), one.true_s()});
    if (one.done >= one.requested) continue;
    set.findings.push_back(fmt::format(
        "{}: {:.2f} s per epoch is the whole time over the {} epochs asked for, but {} were run: "
        "true {:.1f} s per epoch",
        one.run->name, one.printed_s, one.requested, one.done, one.true_s()));
  }
  set.findings.push_back(fmt::format(
      "{}: divided by the epochs run, the times per epoch of {} runs spread by {:.1f} % instead of "
      "{:.1f} %",
      path, times.size(), 100 * after, 100 * before));
}

}  // namespace sciwright::report
