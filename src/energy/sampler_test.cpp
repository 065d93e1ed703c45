#include "energy/sampler.h"

#include <future>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "energy/fake.h"

namespace sciwright::energy {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kUtcStart = 1'790'000'000 * kSecond;
const Device kGpu = {"gpu0", "fake", DeviceKind::kGpu, "", Origin::kMeasured};
const Device kNode = {"node", "fake", DeviceKind::kNode, "", Origin::kMeasured};

Reading watts(double power_w) {
  Reading reading;
  reading.power_w = power_w;
  return reading;
}

/// A world whose clock moves only when the sampler waits or a source takes its time.
class Sampling : public testing::Test {
 protected:
  PowerSources one_source(FakePowerSource::Answer answer) {
    PowerSources sources;
    sources.push_back(
        std::make_unique<FakePowerSource>(std::vector<Device>{kGpu}, std::move(answer)));
    return sources;
  }

  /// Samples and gives the times of the samples in seconds since the start.
  std::vector<double> times_s(const PowerSources& sources, const SamplingPlan& plan) {
    std::vector<double> times;
    num_left_out_ = sample_rounds(
        sources, clock_,
        [this](std::int64_t due_ns) {
          now_ns_ = std::max(now_ns_, due_ns);
          return ++num_waits_ < max_waits_;
        },
        plan,
        [&](const std::vector<Sample>& round) {
          for (const Sample& sample : round) {
            times.push_back(static_cast<double>(sample.utc_ns - kUtcStart) / kSecond);
          }
        });
    return times;
  }

  std::int64_t now_ns_ = 0;
  Clock clock_ = fake_clock(&now_ns_, kUtcStart);
  int num_waits_ = 0;
  int max_waits_ = 1000;
  std::int64_t num_left_out_ = 0;
};

TEST_F(Sampling, HonoursTheDelayExactlyAlthoughAnswersTakeTime) {
  const PowerSources sources = one_source([this](std::int64_t) {
    now_ns_ += kSecond / 10;
    return std::vector<Reading>{watts(100)};
  });
  EXPECT_THAT(times_s(sources, {.period_ns = kSecond / 2, .count = 4}),
              ElementsAre(0.05, 0.55, 1.05, 1.55));
  EXPECT_EQ(num_left_out_, 0);
}

TEST_F(Sampling, LeavesOutRoundsThatAreAlreadyPast) {
  const PowerSources sources = one_source([this](std::int64_t) {
    now_ns_ += kSecond * 22 / 10;
    return std::vector<Reading>{watts(100)};
  });
  EXPECT_THAT(times_s(sources, {.period_ns = kSecond, .count = 3}), ElementsAre(1.1, 4.1, 7.1));
  EXPECT_EQ(num_left_out_, 4);
}

TEST_F(Sampling, TakesALastRoundWhenStopped) {
  max_waits_ = 3;
  const PowerSources sources =
      one_source([](std::int64_t) { return std::vector<Reading>{watts(100)}; });
  EXPECT_THAT(times_s(sources, {.period_ns = kSecond}), ElementsAre(0, 1, 2, 3));
}

TEST_F(Sampling, KeepsTheTimesARecordingBrings) {
  const PowerSources sources = one_source([](std::int64_t) {
    Reading reading = watts(100);
    reading.utc_ns = kUtcStart - kSecond;
    return std::vector<Reading>{reading};
  });
  EXPECT_THAT(times_s(sources, {.count = 1}), ElementsAre(-1));
}

TEST_F(Sampling, NumbersTheDevicesOverAllSourcesAndSkipsThoseNotAsked) {
  PowerSources sources = one_source([](std::int64_t) { return std::vector<Reading>(); });
  sources.push_back(std::make_unique<FakePowerSource>(
      std::vector<Device>{kNode}, [](std::int64_t) { return std::vector<Reading>{watts(300)}; }));
  std::vector<Sample> samples;
  sample_rounds(
      sources, clock_, [](std::int64_t) { return true; }, {.count = 1, .session = 4},
      [&](const std::vector<Sample>& round) { samples = round; });
  ASSERT_THAT(samples, SizeIs(1));
  EXPECT_EQ(samples[0].device_index, 1U);
  EXPECT_EQ(samples[0].session, 4);
  EXPECT_THAT(devices_of(sources), ElementsAre(kGpu, kNode));
}

TEST(BackgroundSampler, SamplesUntilStopped) {
  std::promise<void> sampled;
  std::vector<Sample> samples;
  PowerSources sources;
  sources.push_back(std::make_unique<FakePowerSource>(
      std::vector<Device>{kGpu}, [](std::int64_t) { return std::vector<Reading>{watts(100)}; }));
  BackgroundSampler sampler(std::move(sources), system_clock(), {.period_ns = 3600 * kSecond},
                            [&](const std::vector<Sample>& round) {
                              samples.insert(samples.end(), round.begin(), round.end());
                              if (samples.size() == 1) sampled.set_value();
                            });
  sampled.get_future().wait();
  EXPECT_EQ(sampler.stop(), "");
  EXPECT_THAT(samples, SizeIs(2));  // the first round and the last
}

TEST(BackgroundSampler, TellsWhyItEndedBefore) {
  PowerSources sources;
  sources.push_back(std::make_unique<FakePowerSource>(
      std::vector<Device>{kGpu}, [](std::int64_t) { return std::vector<Reading>{watts(100)}; }));
  BackgroundSampler sampler(std::move(sources), system_clock(), {}, [](const std::vector<Sample>&) {
    throw std::runtime_error("energy.csv: no space left");
  });
  EXPECT_EQ(sampler.stop(), "energy.csv: no space left");
}

}  // namespace
}  // namespace sciwright::energy
