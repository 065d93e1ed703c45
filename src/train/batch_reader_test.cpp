#include "train/batch_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include "base/error.h"

namespace sciwright::train {
namespace {

using ::testing::ElementsAre;

/// Samples that are their own numbers; cannot read number `broken`.
class Numbers final : public BatchSource {
 public:
  explicit Numbers(std::uint32_t broken = 1000) : broken_(broken) {}
  std::int64_t num_samples() const override { return 100; }
  Batch batch(std::span<const std::uint32_t> samples) const override {
    torch::Tensor x = torch::empty({static_cast<std::int64_t>(samples.size())});
    for (std::size_t i = 0; i < samples.size(); ++i) {
      if (samples[i] == broken_) throw usage_error("sample is broken");
      x.data_ptr<float>()[i] = static_cast<float>(samples[i]);
    }
    return {x, {}, {}};
  }

 private:
  std::uint32_t broken_;
};

std::vector<std::vector<float>> all_batches(BatchReader& reader) {
  std::vector<std::vector<float>> all;
  while (const auto batch = reader.next()) {
    const float* begin = batch->input.data_ptr<float>();
    all.emplace_back(begin, begin + batch->input.numel());
  }
  return all;
}

TEST(BatchReader, KeepsTheOrderAndTheRemainderWhenReadingAhead) {
  const Numbers numbers;
  BatchReader reader(numbers, {{5, 3, 9, 1, 7}, 2, 0, 3});
  EXPECT_THAT(all_batches(reader),
              ElementsAre(ElementsAre(5, 3), ElementsAre(9, 1), ElementsAre(7)));
}

TEST(BatchReader, GivesTheSameBatchesWithoutReadingAhead) {
  const Numbers numbers;
  BatchReader reader(numbers, {{5, 3, 9, 1, 7}, 2, 0, 0});
  EXPECT_THAT(all_batches(reader),
              ElementsAre(ElementsAre(5, 3), ElementsAre(9, 1), ElementsAre(7)));
}

TEST(BatchReader, BeginsWhereAnEarlierOneStopped) {
  const Numbers numbers;
  BatchReader reader(numbers, {{5, 3, 9, 1, 7}, 2, 1, 3});
  EXPECT_THAT(all_batches(reader), ElementsAre(ElementsAre(9, 1), ElementsAre(7)));
}

TEST(BatchReader, MayBeLeftBeforeItsEnd) {
  const Numbers numbers;
  BatchReader reader(numbers, {{5, 3, 9, 1, 7}, 1, 0, 2});
  EXPECT_TRUE(reader.next().has_value());
}

TEST(BatchReader, HandsOnTheErrorAfterTheGoodBatches) {
  const Numbers numbers(/*broken=*/9);
  BatchReader reader(numbers, {{5, 3, 9, 1, 7}, 2, 0, 3});
  EXPECT_TRUE(reader.next().has_value());
  EXPECT_THROW(reader.next(), Error);
}

}  // namespace
}  // namespace sciwright::train
