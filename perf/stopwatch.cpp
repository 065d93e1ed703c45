// What the stopwatch and the MLCommons log cost: prints one JSON object of nanoseconds.

#include "record/stopwatch.h"

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "base/files.h"
#include "record/mllog.h"

namespace {

using namespace sciwright;

constexpr int kNumNames = 1000;
constexpr int kNumRounds = 500;
constexpr int kNumLines = 100'000;

template <class Work>
double ns_per(int count, const Work& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - start)
             .count() /
         count;
}

std::vector<std::string> names() {
  std::vector<std::string> out;
  for (int i = 0; i < kNumNames; ++i) out.push_back(fmt::format("timer of phase {}", i));
  return out;
}

void measure(record::Stopwatch& watch, const std::vector<std::string>& timers) {
  for (int round = 0; round < kNumRounds; ++round) {
    for (const std::string& timer : timers) {
      watch.start(timer);
      watch.stop(timer);
    }
  }
}

}  // namespace

int main() {
  const std::vector<std::string> timers = names();
  constexpr int kNumPairs = kNumNames * kNumRounds;
  record::Stopwatch alone(system_clock());
  const double one_ns = ns_per(kNumPairs, [&] { measure(alone, timers); });
  record::Stopwatch shared(system_clock());
  const double two_ns = ns_per(kNumPairs, [&] {
    std::jthread other([&] { measure(shared, timers); });
    measure(shared, timers);
  });
  const TemporaryDirectory dir;
  record::MllogWriter log(system_clock(), {.file = dir.path() / "mllog.log", .name_space = {}});
  const double line_ns = ns_per(kNumLines, [&] {
    for (int i = 0; i < kNumLines; ++i) log.point("eval_error", 0.124, {{"epoch_num", i}});
  });
  const std::size_t kept = alone.intervals().size() + shared.intervals().size();
  fmt::print(R"({{"one_thread_ns": {}, "two_threads_ns": {}, "mllog_line_ns": {}, "kept": {}}})"
             "\n",
             one_ns, two_ns, line_ns, kept);
  return kept == std::size_t{3} * kNumPairs ? 0 : 1;
}
