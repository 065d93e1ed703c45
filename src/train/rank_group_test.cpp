#include "train/rank_group.h"

#include <cmath>
#include <exception>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <thread>
#include <unistd.h>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <torch/nn/modules/activation.h>
#include <torch/nn/modules/container/sequential.h>
#include <torch/nn/modules/linear.h>
#include <torch/utils.h>

#include "base/error.h"
#include "base/files.h"
#include "train/fit.h"
#include "train/gradient_sum.h"
#include "train/loss.h"

namespace sciwright::train {
namespace {

using testing::Each;
using testing::HasSubstr;

/// A port nobody listens at.
int free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  ::bind(socket, reinterpret_cast<sockaddr*>(&address), size);
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
  ::close(socket);
  return ntohs(address.sin_port);
}

/// Ranks as threads of this process; returns what each threw.
std::vector<std::exception_ptr> with_ranks(int count, const std::function<void(RankGroup&)>& work) {
  const int port = free_port();
  std::vector<std::exception_ptr> errors(static_cast<std::size_t>(count));
  std::vector<std::thread> threads;
  for (int rank = 0; rank < count; ++rank) {
    threads.emplace_back([&, rank] {
      torch::set_num_threads(1);  // threads of many ranks would only wait for each other
      try {
        RankGroup group({.rank = rank, .size = count, .master_port = port}, 20);
        work(group);
      } catch (...) {
        errors[static_cast<std::size_t>(rank)] = std::current_exception();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  return errors;
}

/// 50 points of y = x₀² - x₁, every seventh not observed.
class Points final : public BatchSource {
 public:
  std::int64_t num_samples() const override { return 50; }
  Batch batch(std::span<const std::uint32_t> samples) const override {
    const auto count = static_cast<std::int64_t>(samples.size());
    Batch batch{torch::empty({count, 2}), torch::empty({count, 1}), {}};
    for (std::int64_t i = 0; i < count; ++i) {
      const auto sample = static_cast<float>(samples[static_cast<std::size_t>(i)]);
      const float x = std::sin(sample);
      const float y = std::cos(1.7F * sample);
      batch.input[i][0] = x;
      batch.input[i][1] = y;
      batch.target[i][0] = samples[static_cast<std::size_t>(i)] % 7 == 0
                               ? std::numeric_limits<float>::quiet_NaN()
                               : x * x - y;
    }
    return batch;
  }
};

/// One rank's fit of a small network. Ranks share a folder, of which only the first may know.
struct PointsFit {
  torch::nn::Sequential layers;
  Points data;
  FitSettings settings;
  FitHooks hooks;
  FitResult result = {};
  int throw_at_step = -1;
  int num_steps = 0;

  explicit PointsFit(const std::filesystem::path& folder, RankGroup* ranks = nullptr) {
    static std::mutex one_at_a_time;  // torch's generator is one for all threads
    const std::lock_guard lock(one_at_a_time);
    torch::manual_seed(3);
    layers->push_back(torch::nn::Linear(2, 16));
    layers->push_back(torch::nn::Tanh());
    layers->push_back(torch::nn::Linear(16, 1));
    settings.epochs = 3;
    settings.batch_size = 8;
    settings.evaluation_batch_size = 8;
    settings.optimizer.learning_rate = 0.02;
    settings.ranks = ranks;
    std::filesystem::create_directories(folder);
    settings.folder = ranks == nullptr || ranks->is_first() ? folder : folder / "not_here";
  }

  Network network() {
    return {.module = *layers,
            .loss =
                [this](const Batch& b, std::uint64_t) {
                  if (layers->is_training() && num_steps++ == throw_at_step) {
                    throw Error(ErrorKind::kFailure, "fell over");
                  }
                  return squared_loss(layers->forward(b.input), b.target);
                },
            .loss_weight = [](const Batch& b) { return num_observed(b.target); }};
  }

  void run() { result = fit(network(), data, &data, settings, hooks); }

  std::vector<float> weights() const {
    std::vector<torch::Tensor> all;
    for (const torch::Tensor& p : layers->parameters()) all.push_back(p.detach().flatten());
    const torch::Tensor flat = torch::cat(all);
    return {flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel()};
  }
};

double largest_difference(const std::vector<float>& a, const std::vector<float>& b) {
  double most = a.size() == b.size() ? 0 : 1;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    most = std::max(most, std::abs(static_cast<double>(a[i]) - b[i]));
  }
  return most;
}

std::vector<PointsFit> fit_with_ranks(int count, const std::filesystem::path& folder,
                                      const std::function<void(PointsFit&, int)>& adjust = {}) {
  std::vector<PointsFit> fits;
  for (int i = 0; i < count; ++i) fits.emplace_back(folder);
  const auto errors = with_ranks(count, [&](RankGroup& group) {
    PointsFit fit(folder, &group);
    if (adjust) adjust(fit, group.rank());
    fit.run();
    fits[static_cast<std::size_t>(group.rank())] = std::move(fit);
  });
  for (const auto& error : errors) {
    if (error) std::rethrow_exception(error);
  }
  return fits;
}

TEST(RankGroup, SumsAndBroadcasts) {
  std::vector<double> sums(3);
  std::vector<std::string> texts(3);
  const auto errors = with_ranks(3, [&](RankGroup& group) {
    const auto rank = static_cast<std::size_t>(group.rank());
    const torch::Tensor value = torch::full({2}, 1 + group.rank(), torch::kDouble);
    group.sum(value);
    sums[rank] = value[1].item<double>();
    texts[rank] = group.is_first() ? "from the first" : "other";
    group.broadcast(texts[rank]);
  });
  EXPECT_THAT(errors, Each(nullptr));
  EXPECT_THAT(sums, Each(6.0));
  EXPECT_THAT(texts, Each("from the first"));
}

TEST(RankGroup, SaysWhoDidNotCome) {
  const RankPlace place = {.rank = 0, .size = 2, .master_port = free_port()};
  EXPECT_THAT([&] { RankGroup(place, 0.5); },
              testing::ThrowsMessage<Error>(HasSubstr("rank 0 of 2: not all ranks came to")));
}

TEST(GradientSum, DoesNotDependOnThePieces) {
  std::vector<torch::Tensor> sums(4);
  const auto errors = with_ranks(2, [&](RankGroup& group) {
    for (const std::size_t piece_bytes : {std::size_t{1}, std::size_t{1} << 20}) {
      const TemporaryDirectory folder;
      PointsFit one(folder.path());
      FlatParameters flat(one.layers->parameters());
      GradientSum sum(group, one.layers->parameters(), flat, piece_bytes);
      for (int step = 0; step < 2; ++step) {
        flat.zero_gradient();
        const auto sample = static_cast<std::uint32_t>(1 + group.rank());
        const torch::Tensor loss =
            one.layers->forward(one.data.batch(std::vector{sample}).input).sum();
        sum.begin();
        // In the second step a rank has nothing to add.
        if (step == 0 || group.is_first()) loss.backward();
        sum.finish();
      }
      const std::size_t place = (piece_bytes == 1 ? 0 : 1) + (group.is_first() ? 0 : 2);
      sums[place] = flat.gradient.clone();
    }
  });
  for (const auto& error : errors) ASSERT_EQ(error, nullptr);
  EXPECT_GT(sums[0].abs().sum().item<double>(), 0);
  for (const torch::Tensor& sum : sums) EXPECT_TRUE(sum.equal(sums[0]));
}

TEST(Ranks, FitAsOneAloneWould) {
  const TemporaryDirectory folder;
  PointsFit alone(folder.path() / "alone");
  alone.run();
  for (const int count : {2, 3, 4}) {  // of the last batch's two samples some get none
    const auto fits = fit_with_ranks(count, folder.path() / std::to_string(count));
    EXPECT_LT(largest_difference(fits[0].weights(), alone.weights()), 1e-5) << count;
    for (std::size_t epoch = 0; epoch < 3; ++epoch) {
      const EpochRecord& expected = alone.result.history[epoch];
      const EpochRecord& found = fits[0].result.history[epoch];
      EXPECT_NEAR(found.train_loss, expected.train_loss, 1e-6);
      EXPECT_NEAR(*found.validation_loss, *expected.validation_loss, 1e-6);
      EXPECT_EQ(found.num_samples, expected.num_samples);
    }
    for (const PointsFit& fit : fits) EXPECT_EQ(fit.weights(), fits[0].weights());
    EXPECT_FALSE(std::filesystem::exists(folder.path() / std::to_string(count) / "not_here"));
  }
}

TEST(Ranks, RepeatThemselvesBitForBit) {
  const TemporaryDirectory folder;
  EXPECT_EQ(fit_with_ranks(3, folder.path() / "a")[0].weights(),
            fit_with_ranks(3, folder.path() / "b")[0].weights());
}

TEST(Ranks, AllStopWhenOneIsAskedToAndAnotherNumberContinues) {
  const TemporaryDirectory folder;
  PointsFit alone(folder.path() / "alone");
  alone.run();
  const int num_polls = 3 * (7 + 3);
  for (const int stop_at : {1, 5, 8, 9, 17, num_polls / 2}) {
    const std::filesystem::path path = folder.path() / std::to_string(stop_at);
    int polls = 0;
    const auto stopped = fit_with_ranks(2, path, [&](PointsFit& fit, int rank) {
      if (rank == 1) fit.hooks.stop_requested = [&] { return ++polls == stop_at; };
    });
    for (const PointsFit& fit : stopped) EXPECT_EQ(fit.result.status, FitStatus::kStopped);
    const auto fits =
        fit_with_ranks(3, path, [](PointsFit& fit, int) { fit.settings.resume = true; });
    EXPECT_LT(largest_difference(fits[2].weights(), alone.weights()), 1e-5) << stop_at;
    EXPECT_EQ(fits[0].result.history.size(), 3U);
  }
}

TEST(Ranks, ALostOneEndsAllAndTheFitCanBeResumed) {
  const TemporaryDirectory folder;
  PointsFit alone(folder.path() / "alone");
  alone.run();
  for (const int lost_at : {0, 4, 9}) {
    const std::filesystem::path path = folder.path() / std::to_string(lost_at);
    const auto errors = with_ranks(3, [&](RankGroup& group) {
      PointsFit fit(path, &group);
      if (group.rank() == 1) fit.throw_at_step = lost_at;
      fit.run();
    });
    for (const int rank : {0, 2}) {
      EXPECT_THAT(
          [&] { std::rethrow_exception(errors.at(static_cast<std::size_t>(rank))); },
          testing::ThrowsMessage<Error>(HasSubstr("another rank has ended or does not answer")));
    }
    PointsFit rest(path);
    rest.settings.resume = true;
    rest.run();
    EXPECT_EQ(rest.result.num_steps, alone.result.num_steps);
    EXPECT_LT(largest_difference(rest.weights(), alone.weights()), 1e-5) << lost_at;
  }
}

}  // namespace
}  // namespace sciwright::train
