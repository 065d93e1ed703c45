#include "earthquake/data/pixel_split.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"

namespace sciwright::earthquake {
namespace {

std::vector<int> first_locs(int count) {
  std::vector<int> locs;
  for (int i = 0; i < count; ++i) locs.push_back(3 * i);
  return locs;
}

void write_lists(const std::filesystem::path& directory, const char* active, const char* training,
                 const char* validation) {
  write_file_atomic(directory / "reference_active_500.txt", active);
  write_file_atomic(directory / "reference_training_400.txt", training);
  write_file_atomic(directory / "reference_validation_100.txt", validation);
}

TEST(PixelSplit, KeepsAFifthForValidation) {
  const PixelSplit split = random_split(first_locs(499), 1);
  EXPECT_EQ(split.num_validation(), 100);
  EXPECT_EQ(split.training_rows().size(), 399U);
}

TEST(PixelSplit, IsTheSameForTheSameSeedOnly) {
  EXPECT_EQ(random_split(first_locs(60), 5).is_validation,
            random_split(first_locs(60), 5).is_validation);
  EXPECT_NE(random_split(first_locs(60), 5).is_validation,
            random_split(first_locs(60), 6).is_validation);
}

TEST(PixelSplit, ReadsTheReferencesLists) {
  const TemporaryDirectory directory;
  write_lists(directory.path(), "7\n9\n2399\n", "9 7", "2399\n");
  const PixelSplit split = reference_split(directory.path());
  EXPECT_THAT(split.locs, testing::ElementsAre(7, 9, 2399));
  EXPECT_THAT(split.is_validation, testing::ElementsAre(0, 0, 1));
  EXPECT_THAT(split.training_rows(), testing::ElementsAre(0, 1));
}

TEST(PixelSplit, RejectsListsThatDoNotFitTogether) {
  const TemporaryDirectory directory;
  write_lists(directory.path(), "7 9 12", "7", "12");
  EXPECT_THROW(reference_split(directory.path()), Error);
}

TEST(PixelSplit, RejectsWhatIsNoPixelNumber) {
  const TemporaryDirectory directory;
  write_lists(directory.path(), "7 2400", "7", "2400");
  try {
    reference_split(directory.path());
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("reference_active_500.txt: found \"2400\""));
    EXPECT_EQ(error.kind(), ErrorKind::kUsage);
  }
}

TEST(PixelSplit, RejectsADirectoryWithoutLists) {
  const TemporaryDirectory directory;
  EXPECT_THROW(reference_split(directory.path()), Error);
}

}  // namespace
}  // namespace sciwright::earthquake
