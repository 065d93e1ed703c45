// What a service is after many hours: as many clients, workflows that come, run, end and go, and
// clients that go and come back. Whole with `./dev test --long`, else for a minute.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <deque>
#include <filesystem>
#include <map>
#include <random>
#include <span>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/epoll.h>

#include "base/files.h"
#include "event_client.h"
#include "program.h"
#include "running_service.h"
#include "stats/line_fit.h"

namespace sciwright {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using Time = std::chrono::steady_clock::time_point;

constexpr int kGroups = 4;
constexpr int kFollowersPerGroup = 50;  ///< Of one workflow's events: 200 together.
constexpr int kListeners = 100;         ///< Of all summaries: 300 streams with the others.
constexpr int kEventsPerConnection = 200;
constexpr int kRuns = 2;               ///< Of a workflow before it is deleted.
constexpr double kShortestPhaseS = 1;  ///< The machine is not ours alone.
constexpr double kPatienceS = 300;

Time now() { return std::chrono::steady_clock::now(); }
double seconds_since(Time start) { return std::chrono::duration<double>(now() - start).count(); }

/// Layers of ten nodes that say how far they are.
std::string definition(int num_nodes) {
  std::string text = "workflow:\n  nodes:\n";
  for (int i = 0; i < num_nodes; ++i) {
    text +=
        fmt::format("    n{}: {{exec: \"echo '# cloudmesh status=running progress=50'\"}}\n", i);
  }
  text += "  dependencies:\n";
  for (int i = 10; i < num_nodes; ++i) text += fmt::format("    - n{},n{}\n", i - 10, i);
  return text;
}

/// A client that goes now and then. What it got must be the journal, whole, each line once.
struct Follower {
  Follower(int port, const std::string& path) : client(port, path) {}
  EventClient client;
  std::string text = {};
  std::int64_t num_events = 0;
  int num_ends = 0;
  bool has_heard_of_deletion = false;
  std::string fault = {};
  Time back_at = {};
};

/// What a client of the summaries knows.
struct Listener {
  explicit Listener(int port) : client(port, "/api/v1/events") {}
  EventClient client;
  std::map<std::string, std::pair<std::int64_t, std::string>> known = {};
  std::string fault = {};
};

/// One workflow at a time, and those who follow it.
struct Group {
  int num_nodes = 0;
  std::string name = {};
  int num_runs = 0;
  bool is_deleted = false;
  Time phase_began = {};
  std::deque<Follower> followers = {};
};

class Soak : public testing::Test {
 protected:
  void SetUp() override {
    service_.set_patience(kPatienceS);
    for (int i = 0; i < kListeners; ++i) {
      Listener& listener = listeners_.emplace_back(service_.port());
      ASSERT_TRUE(listener.client.connect());
      watch(listener.client, [this, &listener] { hear(listener); });
    }
  }

  void watch(const EventClient& client, std::function<void()> on_news) {
    on_news_[client.descriptor()] = std::move(on_news);
    epoll_event event = {.events = EPOLLIN, .data = {.fd = client.descriptor()}};
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, client.descriptor(), &event);
  }

  int status(const std::string& method, const std::string& target, const std::string& body = {}) {
    return service_.ask(method, target, body).status;
  }

  void connect(Follower& follower) {
    ASSERT_TRUE(follower.client.connect());
    ++num_connections_;
    watch(follower.client, [this, &follower] { follow(follower); });
  }

  void follow(Follower& follower) {
    follower.client.receive([&](const StreamEvent& event) {
      if (event.name == "deleted") return follower.has_heard_of_deletion = true;
      if (event.id != ++follower.num_events) {
        follower.fault = fmt::format("event {} came as number {}", event.id, follower.num_events);
      }
      follower.text += event.data + '\n';
      follower.num_ends += event.name == "end" ? 1 : 0;
      ++num_events_;
      if (random_() % kEventsPerConnection != 0) return true;
      follower.client.disconnect();
      return false;
    });
    if (follower.client.is_connected()) return;
    follower.back_at = now() + std::chrono::milliseconds(random_() % 300);
  }

  void hear(Listener& listener) {
    listener.client.receive([&](const StreamEvent& event) {
      const json told = json::parse(event.data);
      if (event.name == "snapshot") {
        for (const json& one : told["workflows"]) learn(listener, one);
      } else if (event.name == "deleted") {
        listener.known.erase(told["name"]);
      } else {
        learn(listener, told);
      }
      return true;
    });
    if (!listener.client.is_connected()) listener.fault = "a stream of summaries was ended";
  }

  static void learn(Listener& listener, const json& summary) {
    auto& [id, state] = listener.known[summary["name"]];
    const std::int64_t newer = summary["event_id"];
    if (newer < id) listener.fault = fmt::format("summary of event {} after {}", newer, id);
    id = newer;
    state = summary["state"];
  }

  /// A new workflow in the group's place.
  void begin(Group& group) {
    group.name = fmt::format("soak-{}", ++num_workflows_);
    ASSERT_EQ(status("POST", "/api/v1/workflows?name=" + group.name, definition(group.num_nodes)),
              201);
    group.num_runs = 0;
    group.is_deleted = false;
    group.followers.clear();
    for (int i = 0; i < kFollowersPerGroup; ++i) {
      const std::string path = "/api/v1/workflows/" + group.name + "/events";
      connect(group.followers.emplace_back(service_.port(), path));
    }
    run(group);
  }

  void run(Group& group) {
    const HttpAnswer answer = service_.ask("POST", "/api/v1/workflows/" + group.name + "/run");
    if (answer.status == 409) return;  // The last engine is about to go.
    ASSERT_EQ(answer.status, 202) << answer.body;
    ++group.num_runs;
    group.phase_began = now();
  }

  bool is_told(const Group& group) const {
    const bool all_have_ended = std::ranges::all_of(
        group.followers, [&](const Follower& one) { return one.num_ends == group.num_runs; });
    return all_have_ended && std::ranges::all_of(listeners_, [&](const Listener& one) {
             const auto known = one.known.find(group.name);
             return known != one.known.end() && known->second.second == "done" &&
                    known->second.first == group.followers.front().num_events;
           });
  }

  void expect_whole(const Group& group) {
    const std::string journal =
        read_file(root_.path() / group.name / (group.name + ".state") / "journal.jsonl");
    for (const Follower& follower : group.followers) {
      ASSERT_EQ(follower.fault, "") << group.name;
      ASSERT_TRUE(follower.text == journal)
          << group.name << ": a client got " << follower.text.size() << " bytes of "
          << journal.size();
    }
    for (const Listener& listener : listeners_) ASSERT_EQ(listener.fault, "");
  }

  void advance(Group& group) {
    const double phase_s = seconds_since(group.phase_began);
    if (phase_s < kShortestPhaseS) return;
    ASSERT_LT(phase_s, kPatienceS)
        << group.name << ", run " << group.num_runs << (group.is_deleted ? ", deleted" : "")
        << "; events " << group.followers.front().num_events << ", last told by "
        << std::ranges::count(group.followers, group.num_runs, &Follower::num_ends) << " clients";
    if (group.is_deleted) {
      const bool all_know = std::ranges::all_of(group.followers, [](const Follower& one) {
        return one.has_heard_of_deletion || one.client.was_refused();
      });
      if (all_know && !is_over_) begin(group);
      if (all_know && is_over_) group.followers.clear();
      return;
    }
    if (!is_told(group)) return;
    expect_whole(group);
    if (group.num_runs < kRuns && !is_over_) return run(group);
    group.is_deleted = status("DELETE", "/api/v1/workflows/" + group.name) == 204;
    group.phase_began = now();
  }

  void turn() {
    epoll_event events[64];
    const int count = ::epoll_wait(epoll_, events, 64, 20);
    for (int i = 0; i < count; ++i) on_news_.at(events[i].data.fd)();
    for (Group& group : groups_) {
      for (Follower& follower : group.followers) {
        const bool stays_away = follower.has_heard_of_deletion || follower.client.was_refused();
        if (follower.client.is_connected() || stays_away || now() < follower.back_at) continue;
        connect(follower);
      }
      if (!group.followers.empty()) advance(group);
    }
  }

  double resident_mb() const {
    const std::string text = read_file(fmt::format("/proc/{}/status", service_.pid()));
    return std::atof(text.c_str() + text.find("VmRSS:") + 6) / 1024;
  }

  TemporaryDirectory root_;
  RunningService service_{root_.path().string(), {"--patience", std::to_string(kPatienceS)}};
  int epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
  std::map<int, std::function<void()>> on_news_;
  std::deque<Listener> listeners_;
  std::deque<Group> groups_;
  std::minstd_rand random_{11};
  int num_workflows_ = 0;
  std::int64_t num_events_ = 0;
  int num_connections_ = 0;
  bool is_over_ = false;
};

/// Its growth in megabytes per minute, from a third of the time on: until then what is kept of each
/// workflow and connection fills.
double slope(const std::vector<double>& times_min, const std::vector<double>& sizes_mb) {
  const std::size_t warm = times_min.size() / 3;
  const auto fit =
      stats::fit_line(std::span(times_min).subspan(warm), std::span(sizes_mb).subspan(warm));
  return fit ? fit->slope : NAN;
}

TEST_F(Soak, NoEventIsLostOrDoubledAndMemoryStaysFlat) {
  const double length_s = is_long() ? 1200 : 60;
  for (const int num_nodes : {1000, 30, 30, 30}) groups_.push_back({.num_nodes = num_nodes});
  for (Group& group : groups_) ASSERT_NO_FATAL_FAILURE(begin(group));
  const Time start = now();
  std::vector<double> times_min, sizes_mb;
  while (std::ranges::any_of(groups_, [](const Group& one) { return !one.followers.empty(); })) {
    ASSERT_NO_FATAL_FAILURE(turn());
    is_over_ = seconds_since(start) > length_s;
    if (is_over_ || seconds_since(start) < 0.5 * static_cast<double>(times_min.size())) continue;
    times_min.push_back(seconds_since(start) / 60);
    sizes_mb.push_back(resident_mb());
    for (const Group& group : groups_) service_.ask("GET", "/api/v1/workflows/" + group.name);
  }
  const std::string told = fmt::format(
      "{} streams, {} workflows, {} events in {} connections, resident {:.1f} MB at the end, "
      "{:.3f} "
      "MB more a minute",
      kGroups * kFollowersPerGroup + kListeners, num_workflows_, num_events_, num_connections_,
      sizes_mb.back(), slope(times_min, sizes_mb));
  fmt::print("{}\n", told);
  EXPECT_LT(slope(times_min, sizes_mb), is_long() ? 0.1 : 20.0) << told;
}

}  // namespace
}  // namespace sciwright
