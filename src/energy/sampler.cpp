#include "energy/sampler.h"

#include <algorithm>
#include <exception>

namespace sciwright::energy {
namespace {

/// Monotonic time labelled with the wall clock of the beginning, as the stopwatch's stamps are.
class Stamps final {
 public:
  explicit Stamps(const Clock& clock)
      : steady_start_ns_(clock.steady_ns()), utc_start_ns_(clock.utc_ns()) {}

  std::int64_t steady_start_ns() const { return steady_start_ns_; }
  std::int64_t utc_ns(std::int64_t steady_ns) const {
    return utc_start_ns_ + steady_ns - steady_start_ns_;
  }

 private:
  std::int64_t steady_start_ns_;
  std::int64_t utc_start_ns_;
};

std::vector<Sample> sample_round(const PowerSources& sources, const Clock& clock,
                                 const Stamps& stamps, int session) {
  std::vector<Sample> round;
  std::size_t first_device = 0;
  for (const auto& source : sources) {
    const std::int64_t begin_ns = clock.steady_ns();
    const std::vector<Reading> readings = source->read(begin_ns);
    const std::int64_t middle_ns = begin_ns + (clock.steady_ns() - begin_ns) / 2;
    for (std::size_t i = 0; i < readings.size(); ++i) {
      round.push_back({readings[i].utc_ns.value_or(stamps.utc_ns(middle_ns)), session,
                       first_device + i, readings[i]});
    }
    first_device += source->devices().size();
  }
  return round;
}

}  // namespace

std::vector<Device> devices_of(const PowerSources& sources) {
  std::vector<Device> devices;
  for (const auto& source : sources) {
    devices.insert(devices.end(), source->devices().begin(), source->devices().end());
  }
  return devices;
}

std::int64_t sample_rounds(const PowerSources& sources, const Clock& clock, const WaitUntil& wait,
                           const SamplingPlan& plan, const OnRound& on_round) {
  const Stamps stamps(clock);
  std::int64_t tick = 0;
  std::int64_t num_left_out = 0;
  for (std::int64_t round = 1;; ++round) {
    on_round(sample_round(sources, clock, stamps, plan.session));
    if (plan.count && round >= *plan.count) return num_left_out;
    const std::int64_t elapsed_ns = clock.steady_ns() - stamps.steady_start_ns();
    const std::int64_t next = std::max(tick + 1, elapsed_ns / plan.period_ns + 1);
    num_left_out += next - tick - 1;
    tick = next;
    if (!wait(stamps.steady_start_ns() + tick * plan.period_ns)) break;
  }
  on_round(sample_round(sources, clock, stamps, plan.session));
  return num_left_out;
}

BackgroundSampler::BackgroundSampler(PowerSources sources, Clock clock, SamplingPlan plan,
                                     OnRound on_round)
    : sources_(std::move(sources)),
      clock_(std::move(clock)),
      plan_(std::move(plan)),
      on_round_(std::move(on_round)),
      thread_([this] { run(); }) {
  begun_.wait();
}

BackgroundSampler::~BackgroundSampler() { stop(); }

std::string BackgroundSampler::stop() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  stopping_.notify_all();
  if (thread_.joinable()) thread_.join();
  return failure_;
}

void BackgroundSampler::run() {
  const auto begin = [this] { std::call_once(has_begun_, [this] { begun_.count_down(); }); };
  const WaitUntil wait = [&](std::int64_t steady_ns) {
    begin();
    const std::chrono::steady_clock::time_point due{std::chrono::nanoseconds(steady_ns)};
    std::unique_lock lock(mutex_);
    return !stopping_.wait_until(lock, due, [this] { return is_stopping_; });
  };
  // Nothing may leave a thread; and a full disk must not end the run that is being measured.
  try {
    sample_rounds(sources_, clock_, wait, plan_, on_round_);
  } catch (const std::exception& error) {
    failure_ = error.what();
  }
  begin();
}

}  // namespace sciwright::energy
