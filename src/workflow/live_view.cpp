#include "workflow/live_view.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <numeric>
#include <string_view>
#include <unordered_map>

#include <fmt/format.h>

#include "base/duration.h"

namespace sciwright::workflow {
namespace {

constexpr std::size_t kBarWidth = 20;
constexpr std::size_t kWidestName = 32;

std::string bar(double fraction) {
  const auto filled = static_cast<std::size_t>(fraction * kBarWidth);
  return "[" + std::string(filled, '=') + std::string(kBarWidth - filled, ' ') + "]";
}

/// Cut at the end of a letter of UTF-8.
std::string fitting(std::string_view text, std::size_t width) {
  std::string out;
  std::size_t num_letters = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool begins = (byte & 0xC0) != 0x80;
    if (begins && ++num_letters > width) break;
    out += byte < 0x20 || byte == 0x7F ? ' ' : c;
  }
  return out;
}

std::string counts_text(const std::array<std::size_t, kNumNodeStatuses>& counts) {
  constexpr std::array kOrder = {NodeStatus::kRunning, NodeStatus::kSubmitted,
                                 NodeStatus::kFailed,  NodeStatus::kCancelled,
                                 NodeStatus::kSkipped, NodeStatus::kHeld};
  std::string text;
  for (const NodeStatus status : kOrder) {
    const std::size_t count = counts[static_cast<std::size_t>(status)];
    if (count > 0) text += fmt::format("  {} {}", count, status_name(status));
  }
  return text;
}

/// What runs comes before what waits for its place.
std::vector<std::size_t> under_way(const State& state) {
  std::vector<std::size_t> nodes;
  for (const NodeStatus status : {NodeStatus::kRunning, NodeStatus::kSubmitted}) {
    if (state.count(status) == 0) continue;
    for (std::size_t i = 0; i < state.size(); ++i) {
      if (state[i].status == status) nodes.push_back(i);
    }
  }
  return nodes;
}

std::string job_line(const State& state, std::size_t node, std::int64_t now_utc_ns) {
  const NodeState& facts = state[node];
  const std::int64_t from =
      facts.started_utc_ns > 0 ? facts.started_utc_ns : facts.submitted_utc_ns;
  const double seconds = std::max(0.0, static_cast<double>(now_utc_ns - from) / 1e9);
  const std::string_view where = facts.host.empty() ? facts.site : facts.host;
  return fmt::format("  {:<{}}  {:<9}  {:>3.0f} %  {:>8}  {}  {}",
                     fitting(state.names()[node], kWidestName), kWidestName,
                     status_name(facts.status), facts.progress, format_duration(seconds), where,
                     facts.message.substr(0, facts.message.find('\n')));
}

std::string head_line(const State& state, std::int64_t now_utc_ns) {
  const double seconds = static_cast<double>(now_utc_ns - state.started_utc_ns()) / 1e9;
  return fmt::format("{} {:3.0f} %  {} nodes  {} done{}  {}", bar(state.progress() / 100),
                     state.progress(), state.size(), state.count(NodeStatus::kDone),
                     state.is_cancelling() ? "  cancelling" : "",
                     format_duration(std::max(0.0, seconds)));
}

std::string more_line(std::size_t count, std::string_view of_what) {
  return fmt::format("  … and {} {} more", count, of_what);
}

}  // namespace

/// Where the nodes of a group are.
struct LiveView::Tally {
  std::array<std::size_t, kNumNodeStatuses> counts = {};

  std::size_t count(NodeStatus status) const { return counts[static_cast<std::size_t>(status)]; }
  std::size_t num_over() const {
    return count(NodeStatus::kDone) + count(NodeStatus::kSkipped) + count(NodeStatus::kFailed) +
           count(NodeStatus::kCancelled);
  }
  /// What is shown where there is no room for all: 0 first.
  int rank(std::size_t num_nodes) const {
    if (count(NodeStatus::kRunning) + count(NodeStatus::kSubmitted) > 0) return 0;
    if (count(NodeStatus::kFailed) > 0) return 1;
    return num_over() < num_nodes ? 2 : 3;
  }
};

std::string group_of_name(const std::string& name) {
  const std::size_t dot = name.find('.');
  if (dot != std::string::npos && dot > 0) return name.substr(0, dot) + ".*";
  const std::size_t end = name.find_last_not_of("0123456789") + 1;
  return end == 0 || end == name.size() ? name : name.substr(0, end) + "*";
}

LiveView::LiveView(const std::vector<std::string>& names) {
  std::unordered_map<std::string, std::size_t> known;
  for (const std::string& name : names) {
    const auto [found, is_new] = known.try_emplace(group_of_name(name), groups_.size());
    if (is_new) {
      groups_.push_back(name);
      num_of_.push_back(0);
    } else if (num_of_[found->second] == 1) {
      groups_[found->second] = found->first;
    }
    ++num_of_[found->second];
    group_of_.push_back(found->second);
  }
  for (const std::string& group : groups_) name_width_ = std::max(name_width_, group.size());
  name_width_ = std::min(name_width_, kWidestName);
}

std::vector<LiveView::Tally> LiveView::tallies(const State& state) const {
  std::vector<Tally> tallies(groups_.size());
  for (std::size_t i = 0; i < std::min(state.size(), group_of_.size()); ++i) {
    ++tallies[group_of_[i]].counts[static_cast<std::size_t>(state[i].status)];
  }
  return tallies;
}

std::vector<std::string> LiveView::group_lines(const State& state, std::size_t room) const {
  const std::vector<Tally> all = tallies(state);
  std::vector<std::size_t> shown(groups_.size());
  std::iota(shown.begin(), shown.end(), 0);
  const std::size_t num_shown =
      groups_.size() <= room ? groups_.size() : std::max<std::size_t>(room, 1) - 1;
  if (num_shown < groups_.size()) {
    std::ranges::stable_sort(shown, {}, [&](std::size_t i) { return all[i].rank(num_of_[i]); });
    shown.resize(num_shown);
    std::ranges::sort(shown);
  }
  std::vector<std::string> lines;
  for (const std::size_t i : shown) {
    const double fraction =
        static_cast<double>(all[i].num_over()) / static_cast<double>(num_of_[i]);
    lines.push_back(fmt::format("{:<{}}  {} {:>6} of {}{}", fitting(groups_[i], kWidestName),
                                name_width_, bar(fraction), all[i].num_over(), num_of_[i],
                                counts_text(all[i].counts)));
  }
  if (num_shown < groups_.size()) {
    lines.push_back(more_line(groups_.size() - num_shown, "groups"));
  }
  return lines;
}

std::vector<std::string> LiveView::lines(const State& state, std::int64_t now_utc_ns,
                                         TerminalSize size) const {
  const std::size_t room = std::max<std::size_t>(size.num_lines, 5) - 2;  // the head, the cursor
  const std::vector<std::size_t> jobs = under_way(state);
  // Groups take what the jobs leave, but half of it at least.
  const std::size_t for_jobs =
      std::min(jobs.size(), room - std::min(groups_.size(), (room + 1) / 2));
  std::vector<std::string> lines = {head_line(state, now_utc_ns)};
  std::ranges::copy(group_lines(state, room - for_jobs), std::back_inserter(lines));
  const std::size_t num_told = for_jobs < jobs.size() && for_jobs > 0 ? for_jobs - 1 : for_jobs;
  for (std::size_t i = 0; i < num_told; ++i) {
    lines.push_back(job_line(state, jobs[i], now_utc_ns));
  }
  if (num_told < for_jobs) lines.push_back(more_line(jobs.size() - num_told, "jobs"));
  for (std::string& line : lines) {
    line = fitting(line, std::max<std::size_t>(size.num_columns, 20) - 1);
    line.erase(line.find_last_not_of(' ') + 1);
  }
  return lines;
}

}  // namespace sciwright::workflow
