#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <latch>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "energy/power_source.h"
#include "energy/trace.h"

namespace sciwright::energy {

/// Waits until a moment of the monotonic clock; false when sampling should end instead.
using WaitUntil = std::function<bool(std::int64_t steady_ns)>;

/// Gets the samples of one round, of all devices that were asked.
using OnRound = std::function<void(const std::vector<Sample>& round)>;

struct SamplingPlan {
  std::int64_t period_ns = 1'000'000'000;
  std::optional<std::int64_t> count = {};  ///< Rounds; without it sampling goes on until stopped.
  int session = 0;
};

/// The devices of all sources, in the order `Sample::device_index` counts them.
std::vector<Device> devices_of(const PowerSources& sources);

/// Asks all sources round by round until `wait` says no or the count is reached. Round k is due at
/// start + k · period, whatever the rounds before took; rounds that are already past are left out.
/// When stopped, a last round closes the trace. A sample's time is the middle of the question.
/// Returns the number of rounds that were left out.
std::int64_t sample_rounds(const PowerSources& sources, const Clock& clock, const WaitUntil& wait,
                           const SamplingPlan& plan, const OnRound& on_round);

/// Samples in a thread of its own from construction to stop(). `on_round` runs in that thread.
class BackgroundSampler final {
 public:
  /// Returns when the first round is taken, so that nothing of what follows is missed.
  BackgroundSampler(PowerSources sources, Clock clock, SamplingPlan plan, OnRound on_round);
  ~BackgroundSampler();
  BackgroundSampler(const BackgroundSampler&) = delete;
  BackgroundSampler& operator=(const BackgroundSampler&) = delete;

  /// Takes a last round and ends. Returns why sampling ended before (a full disk), or an empty
  /// text.
  std::string stop();

 private:
  void run();

  const PowerSources sources_;
  const Clock clock_;
  const SamplingPlan plan_;
  const OnRound on_round_;
  std::mutex mutex_;
  std::condition_variable stopping_;
  bool is_stopping_ = false;  ///< Guarded by mutex_.
  std::string failure_;       ///< Written by the thread, read after it ended.
  std::once_flag has_begun_;
  std::latch begun_{1};
  std::thread thread_;
};

}  // namespace sciwright::energy
