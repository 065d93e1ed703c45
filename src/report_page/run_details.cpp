#include "report_page/run_details.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include <fmt/format.h>

#include "base/error.h"
#include "campaign/metric.h"
#include "record/run_dir.h"
#include "report/history.h"
#include "report_page/run_timeline.h"

namespace sciwright::report_page {
namespace {

using report::Leaderboard;
using report::Run;
using report::RunSet;

constexpr std::size_t kMostPictureBytes = 16'000'000;

/// Runs of a leaderboard, the best first.
std::vector<std::size_t> ranked_runs(const Leaderboard& board, std::size_t most) {
  std::vector<std::pair<double, std::size_t>> values;
  const bool is_low = board.directions.front() == campaign::Direction::kLower;
  for (const report::Group& group : board.groups.groups) {
    for (const report::Observation& member : group.samples.front().members) {
      values.emplace_back(is_low ? member.value : -member.value, member.run);
    }
  }
  std::ranges::sort(values);
  std::vector<std::size_t> runs;
  std::set<std::size_t> seen;
  for (const auto& [value, run] : values) {
    if (runs.size() == most) break;
    if (seen.insert(run).second) runs.push_back(run);
  }
  return runs;
}

Json epochs_json(const Run& run, Columns& columns, Problems& problems) {
  std::optional<report::History> own;
  const report::History* history = run.history.get();
  if (history == nullptr && run.kind == report::RunKind::kFolder) {
    own = report::read_history(record::RunPaths(run.folder).history, problems);
    history = own ? &*own : nullptr;
  }
  if (history == nullptr || history->num_epochs() == 0) return nullptr;
  Json out = Json::array();
  for (std::size_t i = 0; i < history->columns.size(); ++i) {
    const auto& values = history->values[i];
    if (std::ranges::all_of(values, [](double value) { return std::isnan(value); })) continue;
    out.push_back({{"key", history->columns[i]}, {"numbers", columns.numbers(values)}});
  }
  return out;
}

/// Takes pictures until there are too many bytes of them.
class PictureTaker final {
 public:
  PictureTaker(const RunSet& set, const PictureReaders& readers) : set_(set), readers_(readers) {}

  Json take(const Run& run, Columns& columns, Problems& problems) {
    const auto reader = readers_.find(report::text_of(set_, run, "benchmark"));
    if (reader == readers_.end() || run.kind != report::RunKind::kFolder) return nullptr;
    if (num_bytes_ >= kMostPictureBytes) {
      ++num_left_out_;
      return nullptr;
    }
    try {
      const RunPictures pictures = reader->second(run.folder);
      if (pictures.maps.empty() && pictures.scenes.empty()) return nullptr;
      const std::size_t before = columns.block().size();
      Json out = pictures_json(pictures, columns);
      num_bytes_ += columns.block().size() - before;
      return out;
    } catch (const Error& error) {  // caught here: one bad file must not hide all other runs
      problems.emplace_back(error.what());
      return nullptr;
    }
  }

  std::size_t num_left_out() const { return num_left_out_; }

 private:
  const RunSet& set_;
  const PictureReaders& readers_;
  std::size_t num_bytes_ = 0;
  std::size_t num_left_out_ = 0;
};

}  // namespace

std::vector<std::size_t> choose_runs(const RunSet& set, const std::vector<Leaderboard>& boards,
                                     std::size_t most) {
  std::vector<std::vector<std::size_t>> ranked;
  for (const Leaderboard& board : boards) ranked.push_back(ranked_runs(board, most));
  std::vector<std::size_t> out;
  std::set<std::size_t> seen;
  const auto add = [&](std::size_t run) {
    if (out.size() < most && seen.insert(run).second) out.push_back(run);
  };
  for (std::size_t place = 0; place < most; ++place) {
    for (const auto& runs : ranked) {
      if (place < runs.size()) add(runs[place]);
    }
  }
  for (const bool valid : {true, false}) {
    for (std::size_t i = 0; i < set.runs.size() && out.size() < most; ++i) {
      if (set.runs[i].valid == valid) add(i);
    }
  }
  return out;
}

Json details_json(const RunSet& set, const std::vector<std::size_t>& runs,
                  const PictureReaders& readers, Columns& columns, Problems& problems) {
  Json out = Json::array();
  PictureTaker taker(set, readers);
  for (const std::size_t i : runs) {
    const Run& run = set.runs[i];
    Json one = {{"epochs", epochs_json(run, columns, problems)},
                {"timeline", timeline_json(run, columns, problems)},
                {"pictures", taker.take(run, columns, problems)}};
    if (std::ranges::all_of(one, [](const Json& part) { return part.is_null(); })) continue;
    one["run"] = i;
    one["name"] = run.name;
    out.push_back(std::move(one));
  }
  if (taker.num_left_out() > 0) {
    problems.push_back(
        fmt::format("{} runs are without pictures here, since those of others are {} MB already; "
                    "name fewer runs, or fewer --details.",
                    taker.num_left_out(), kMostPictureBytes / 1'000'000));
  }
  return out;
}

}  // namespace sciwright::report_page
