#include "train/sample_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include "base/error.h"
#include "base/files.h"
#include "io/npz.h"

namespace sciwright::train {
namespace {

/// Five windows of [2, 3]: sample i holds i, i + 1/8, …; its target is -i.
class Windows final : public BatchSource {
 public:
  std::int64_t num_samples() const override { return 5; }
  Batch batch(std::span<const std::uint32_t> samples) const override {
    const auto count = static_cast<std::int64_t>(samples.size());
    Batch batch{torch::empty({count, 2, 3}), torch::empty({count, 1}), {}};
    float* input = batch.input.data_ptr<float>();
    float* target = batch.target.data_ptr<float>();
    for (const std::uint32_t sample : samples) {
      for (int k = 0; k < 6; ++k) *input++ = static_cast<float>(sample + k / 8.0);
      *target++ = -static_cast<float>(sample);
    }
    return batch;
  }
};

struct SampleFilesTest : testing::Test {
  TemporaryDirectory dir;
  Windows windows;
  std::string said;
  std::function<void(const std::string&)> say = [this](const std::string& text) { said += text; };
  std::function<bool()> go_on = [] { return false; };
  std::filesystem::path directory = dir.path() / "windows";
  std::filesystem::path file = directory / "training.npy";
  SampleFileSettings on = {.materialise = true, .directory = directory};
};

TEST_F(SampleFilesTest, GiveTheSourcesBatches) {
  SampleFiles files(on);
  const BatchSource& source = files.add("training", windows);
  files.write(say, go_on);
  const std::uint32_t samples[] = {4, 0, 2};
  EXPECT_EQ(source.num_samples(), 5);
  EXPECT_TRUE(torch::equal(source.batch(samples).input, windows.batch(samples).input));
  EXPECT_TRUE(torch::equal(source.batch(samples).target, windows.batch(samples).target));
}

TEST_F(SampleFilesTest, ReadInputsFromTheFile) {
  SampleFiles files(on);
  const BatchSource& source = files.add("training", windows);
  files.write(say, go_on);
  std::filesystem::resize_file(file, std::filesystem::file_size(file) - 1);
  const std::uint32_t first[] = {0};
  const std::uint32_t last[] = {4};
  EXPECT_NO_THROW(source.batch(first));
  EXPECT_THROW(source.batch(last), Error);
}

TEST_F(SampleFilesTest, AreReadableByNumpy) {
  SampleFiles files(on);
  files.add("training", windows);
  files.write(say, go_on);
  const auto array = std::get<io::Array<float>>(io::read_npy(file));
  EXPECT_EQ(array.shape, (io::Shape{5, 2, 3}));
  EXPECT_EQ(array.values[6 * 4 + 5], 4.625F);
}

TEST_F(SampleFilesTest, CountTheirBytes) {
  SampleFiles files(on);
  const BatchSource& source = files.add("training", windows);
  files.write(say, go_on);
  const std::uint32_t samples[] = {4, 0};
  source.batch(samples);
  const nlohmann::json facts = files.facts();
  EXPECT_EQ(facts["bytes_written"], std::filesystem::file_size(file));
  EXPECT_EQ(facts["bytes_read"], 2 * 6 * 4);
}

TEST_F(SampleFilesTest, GoWithTheObject) {
  {
    SampleFiles files(on);
    files.add("training", windows);
    files.write(say, go_on);
    EXPECT_TRUE(std::filesystem::exists(file));
  }
  EXPECT_FALSE(std::filesystem::exists(directory));
}

TEST_F(SampleFilesTest, StayWhenTheyAreToBeKept) {
  on.keep = true;
  {
    SampleFiles files(on);
    files.add("training", windows);
    files.write(say, go_on);
  }
  EXPECT_TRUE(std::filesystem::exists(file));
}

TEST_F(SampleFilesTest, AreRefusedBeforeTheFirstByteWhereThereIsNoRoom) {
  SampleFiles files(on);
  files.add("training", windows);
  try {
    files.write(say, go_on, [](const std::filesystem::path&) { return 100; });
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.exit_code(), 1);
    EXPECT_EQ(std::string(error.what()),
              "cannot write 2.48e-07 GB of samples into " + directory.string() +
                  ", 1e-07 GB free: choose another directory or fewer samples");
  }
  EXPECT_EQ(said, "");
  EXPECT_FALSE(std::filesystem::exists(file));
}

TEST_F(SampleFilesTest, AreNotFinishedWhenTheRunShouldStop) {
  SampleFiles files(on);
  files.add("training", windows);
  EXPECT_FALSE(files.write(say, [] { return true; }));
  EXPECT_FALSE(std::filesystem::exists(file));
}

TEST_F(SampleFilesTest, AreNoFilesWithoutMaterialise) {
  SampleFiles files({});
  EXPECT_EQ(&files.add("training", windows), &windows);
  files.write(say, go_on);
  EXPECT_TRUE(files.facts().is_null());
  EXPECT_EQ(said, "");
}

}  // namespace
}  // namespace sciwright::train
