#include "io/hdf5.h"

#include <csignal>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "base/error.h"
#include "base/files.h"

namespace sciwright::io {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class Hdf5 : public ::testing::Test {
 protected:
  std::filesystem::path path() const { return folder_.path() / "f.h5"; }

  /// Writes /grid/mag [2, 3] and /count [4].
  void write_example() const {
    Hdf5Writer writer(path());
    writer.write<float>("grid/mag", {{2, 3}, {0.5F, 1.5F, 2.5F, 3.5F, 4.5F, 5.5F}});
    writer.write<std::int32_t>("count", {{4}, {-1, 0, 300, 70000}});
    writer.text_attribute("grid/mag", "unit", "magnitude");
    writer.number_attribute("/", "schema_version", 3);
    writer.commit();
  }

  TemporaryDirectory folder_;
};

template <class Call>
std::string message_of(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST_F(Hdf5, GivesBackShapeAndValues) {
  write_example();
  const Hdf5Reader reader(path());
  EXPECT_EQ(reader.read<float>("grid/mag"),
            (Array<float>{{2, 3}, {0.5F, 1.5F, 2.5F, 3.5F, 4.5F, 5.5F}}));
  EXPECT_EQ(reader.shape("grid/mag"), (Shape{2, 3}));
}

TEST_F(Hdf5, ConvertsNumbersOnReadingAndClipsWhatDoesNotFit) {
  write_example();
  const Hdf5Reader reader(path());
  EXPECT_THAT(reader.read<double>("count").values, ElementsAre(-1, 0, 300, 70000));
  EXPECT_THAT(reader.read<std::uint8_t>("count").values, ElementsAre(0, 0, 255, 255));
  EXPECT_THAT(reader.read<std::int64_t>("grid/mag").values, ElementsAre(0, 1, 2, 3, 4, 5));
}

TEST_F(Hdf5, KnowsWhetherNumbersAreWhole) {
  write_example();
  const Hdf5Reader reader(path());
  EXPECT_TRUE(reader.holds_integers("count"));
  EXPECT_FALSE(reader.holds_integers("grid/mag"));
}

TEST_F(Hdf5, KeepsEveryElementTypeExactly) {
  {
    Hdf5Writer writer(path());
    writer.write<double>("f64", {{1}, {0.1}});
    writer.write<std::int8_t>("i8", {{1}, {-128}});
    writer.write<std::int64_t>("i64", {{1}, {std::numeric_limits<std::int64_t>::min()}});
    writer.write<std::uint16_t>("u16", {{1}, {65535}});
    writer.write<std::uint64_t>("u64", {{1}, {std::numeric_limits<std::uint64_t>::max()}});
    writer.commit();
  }
  const Hdf5Reader reader(path());
  EXPECT_EQ(reader.read<double>("f64").values[0], 0.1);
  EXPECT_EQ(reader.read<std::int8_t>("i8").values[0], -128);
  EXPECT_EQ(reader.read<std::int64_t>("i64").values[0], std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(reader.read<std::uint16_t>("u16").values[0], 65535);
  EXPECT_EQ(reader.read<std::uint64_t>("u64").values[0], std::numeric_limits<std::uint64_t>::max());
}

TEST_F(Hdf5, KeepsSingleValuesAndEmptyArrays) {
  {
    Hdf5Writer writer(path());
    writer.write<double>("one", {{}, {7}});
    writer.write<double>("none", {{0, 3}, {}});
    writer.commit();
  }
  const Hdf5Reader reader(path());
  EXPECT_EQ(reader.read<double>("one"), (Array<double>{{}, {7}}));
  EXPECT_EQ(reader.read<double>("none"), (Array<double>{{0, 3}, {}}));
}

TEST_F(Hdf5, PacksLargeArraysInChunks) {
  const Array<float> zeros{{1000, 700}, std::vector<float>(700000, 1.25F)};
  {
    Hdf5Writer writer(path());
    writer.write("zeros", zeros);
    writer.commit();
  }
  EXPECT_LT(std::filesystem::file_size(path()), 100000U);
  EXPECT_EQ(Hdf5Reader(path()).read<float>("zeros"), zeros);
}

TEST_F(Hdf5, ReadsABlock) {
  write_example();
  EXPECT_EQ(Hdf5Reader(path()).read_block<float>("grid/mag", {0, 1}, {2, 2}),
            (Array<float>{{2, 2}, {1.5F, 2.5F, 4.5F, 5.5F}}));
}

TEST_F(Hdf5, RefusesABlockBeyondTheDataset) {
  write_example();
  const Hdf5Reader reader(path());
  EXPECT_EQ(message_of([&] {
              reader.read_block<float>("grid/mag", {1, 1}, {1, 3});
            }),
            path().string() +
                ": dataset 'grid/mag' has the shape [2, 3]; [1, 3] elements from "
                "[1, 1] are not inside it");
  EXPECT_THAT(message_of([&] { reader.read_block<float>("grid/mag", {1}, {1}); }),
              HasSubstr("not inside it"));
}

TEST_F(Hdf5, ListsNamesSorted) {
  write_example();
  const Hdf5Reader reader(path());
  EXPECT_THAT(reader.names(), ElementsAre("count", "grid"));
  EXPECT_THAT(reader.names("grid"), ElementsAre("mag"));
  EXPECT_TRUE(reader.contains("grid/mag"));
  EXPECT_TRUE(reader.contains("/grid"));
  EXPECT_FALSE(reader.contains("grid/depth"));
  EXPECT_FALSE(reader.contains("count/mag"));
}

TEST_F(Hdf5, SaysWhatExistsWhenADatasetIsMissing) {
  write_example();
  const Hdf5Reader reader(path());
  EXPECT_EQ(message_of([&] { reader.read<float>("grid/magn"); }),
            path().string() + ": has no dataset 'grid/magn' (grid has: mag); did you mean 'mag'?");
  EXPECT_EQ(message_of([&] { reader.names("grids"); }),
            path().string() + ": has no group 'grids' (it has: count, grid); did you mean 'grid'?");
  EXPECT_EQ(message_of([&] { reader.read<float>("grid"); }),
            path().string() + ": 'grid' is no dataset");
}

TEST_F(Hdf5, SaysBothShapesWhenTheyDiffer) {
  write_example();
  EXPECT_EQ(message_of([&] {
              Hdf5Reader(path()).read<float>("grid/mag", {3, 2});
            }),
            path().string() + ": dataset 'grid/mag' has the shape [2, 3], expected [3, 2]");
}

TEST_F(Hdf5, KeepsAttributes) {
  write_example();
  const Hdf5Reader reader(path());
  EXPECT_EQ(reader.text_attribute("grid/mag", "unit"), "magnitude");
  EXPECT_EQ(reader.number_attribute("/", "schema_version"), 3);
  EXPECT_EQ(reader.number_attribute("grid/mag", "scale_factor"), std::nullopt);
  EXPECT_THAT(message_of([&] { reader.number_attribute("grid/mag", "unit"); }),
              HasSubstr("attribute 'unit' of 'grid/mag' is no number"));
  EXPECT_THAT(message_of([&] { reader.text_attribute("nothing", "unit"); }),
              HasSubstr("has no group or dataset 'nothing'"));
}

TEST_F(Hdf5, NamesAFileThatIsMissingOrOfAnotherKind) {
  EXPECT_EQ(message_of([&] { Hdf5Reader reader(path()); }),
            path().string() + ": there is no such file");
  write_file_atomic(path(), "time,lat,lon\n");
  EXPECT_THAT(message_of([&] { Hdf5Reader reader(path()); }),
              StartsWith(path().string() + ": cannot read as HDF5: "));
}

TEST_F(Hdf5, NamesATruncatedFile) {
  write_example();
  const std::string bytes = read_file(path());
  write_file_atomic(path(), bytes.substr(0, bytes.size() / 2));
  EXPECT_THAT(message_of([&] { Hdf5Reader(path()).read<float>("grid/mag"); }),
              HasSubstr("truncated file"));
}

TEST_F(Hdf5, LeavesTheOldFileWhenNotCommitted) {
  write_example();
  {
    Hdf5Writer writer(path());
    writer.write<float>("other", {{1}, {1}});
  }
  EXPECT_TRUE(Hdf5Reader(path()).contains("grid/mag"));
  EXPECT_THAT(sorted_entries(folder_.path()), ElementsAre(path()));
}

TEST_F(Hdf5, WritesEqualBytesForEqualContent) {
  write_example();
  const std::string first = read_file(path());
  write_example();
  EXPECT_EQ(read_file(path()), first);
}

TEST_F(Hdf5, RefusesToWriteANameTwiceOrTheWrongNumberOfValues) {
  Hdf5Writer writer(path());
  writer.write<float>("a", {{1}, {1}});
  EXPECT_THAT(message_of([&] {
                writer.write<float>("a", {{1}, {1}});
              }),
              HasSubstr("cannot write dataset 'a'"));
  EXPECT_THAT(message_of([&] {
                writer.write<float>("b", {{3}, {1}});
              }),
              HasSubstr("dataset 'b' got 1 values for 3 places"));
}

TEST_F(Hdf5, FailsCleanlyWhenTheDiskIsFull) {
  rlimit old_limit{};
  getrlimit(RLIMIT_FSIZE, &old_limit);
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{100000, old_limit.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  const std::string message = message_of([&] {
    Hdf5Writer writer(path());
    writer.write<float>("big", {{100000}, std::vector<float>(100000)}, 0);
    writer.commit();
  });
  setrlimit(RLIMIT_FSIZE, &old_limit);
  std::signal(SIGXFSZ, old_handler);
  EXPECT_THAT(message, HasSubstr("cannot write"));
  EXPECT_TRUE(sorted_entries(folder_.path()).empty());
}

}  // namespace
}  // namespace sciwright::io
