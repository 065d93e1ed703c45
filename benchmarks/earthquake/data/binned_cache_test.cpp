#include "earthquake/data/binned_cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"

namespace sciwright::earthquake {
namespace {

BinnedCatalogue small_catalogue() {
  BinnedCatalogue binned;
  binned.days = {
      .bins = {{.day = 3, .loc = 7, .energy = 1.5, .energy_depth_km = 9, .num_events = 2},
               {.day = 4, .loc = 0, .energy = 1e11, .num_events = 9, .num_large = 4}},
      .num_days = 20};
  binned.facts.events = {
      {.time_ms = -5, .latitude_deg = 33, .longitude_deg = -117, .magnitude = 7}};
  binned.facts.num_rows = 12;
  binned.facts.num_quarry_blasts = 3;
  binned.facts.num_outside_box = 1;
  binned.facts.bad_lines = {"a.csv:7: no time", "a.csv:9: no magnitude"};
  binned.facts.source = "a.csv";
  binned.facts.content_hash = "c0ffee";
  return binned;
}

TEST(BinnedCache, GivesBackWhatWasStored) {
  const TemporaryDirectory directory;
  store_binned_cache(directory.path(), small_catalogue());
  const std::optional<BinnedCatalogue> loaded = load_binned_cache(directory.path(), "c0ffee");
  ASSERT_TRUE(loaded.has_value());
  EXPECT_EQ(loaded->days.num_days, 20);
  ASSERT_EQ(loaded->days.bins.size(), 2U);
  EXPECT_EQ(loaded->days.bins[0].energy_depth_km, 9);
  EXPECT_EQ(loaded->days.bins[1].energy, 1e11);
  EXPECT_EQ(loaded->days.bins[1].num_large, 4);
  ASSERT_EQ(loaded->facts.events.size(), 1U);
  EXPECT_EQ(loaded->facts.events[0].time_ms, -5);
  EXPECT_EQ(loaded->facts.num_quarry_blasts, 3);
  EXPECT_EQ(loaded->facts.bad_lines, small_catalogue().facts.bad_lines);
  EXPECT_EQ(loaded->facts.source, "a.csv");
  EXPECT_EQ(loaded->facts.content_hash, "c0ffee");
}

TEST(BinnedCache, HasNothingForAnotherCatalogue) {
  const TemporaryDirectory directory;
  store_binned_cache(directory.path(), small_catalogue());
  EXPECT_FALSE(load_binned_cache(directory.path(), "beef").has_value());
}

TEST(BinnedCache, IgnoresAFileOfAnotherCatalogueUnderItsName) {
  const TemporaryDirectory directory;
  store_binned_cache(directory.path(), small_catalogue());
  std::filesystem::rename(binned_cache_path(directory.path(), "c0ffee"),
                          binned_cache_path(directory.path(), "beef"));
  EXPECT_FALSE(load_binned_cache(directory.path(), "beef").has_value());
}

TEST(BinnedCache, IgnoresAFileThatIsNotItsOwn) {
  const TemporaryDirectory directory;
  const std::filesystem::path path = binned_cache_path(directory.path(), "c0ffee");
  std::filesystem::create_directories(path.parent_path());
  write_file_atomic(path, "not HDF5");
  EXPECT_FALSE(load_binned_cache(directory.path(), "c0ffee").has_value());
}

TEST(BinnedCache, IgnoresAFileWithAChangedValue) {
  const TemporaryDirectory directory;
  store_binned_cache(directory.path(), small_catalogue());
  const std::filesystem::path path = binned_cache_path(directory.path(), "c0ffee");
  std::string bytes = read_file(path);
  const double energy = 1e11;
  const std::string stored(reinterpret_cast<const char*>(&energy), sizeof energy);
  const std::size_t position = bytes.find(stored);
  ASSERT_NE(position, std::string::npos);
  bytes[position] ^= 1;
  write_file_atomic(path, bytes);
  EXPECT_FALSE(load_binned_cache(directory.path(), "c0ffee").has_value());
}

TEST(BinnedCache, ReplacesADamagedFile) {
  const TemporaryDirectory directory;
  const std::filesystem::path path = binned_cache_path(directory.path(), "c0ffee");
  std::filesystem::create_directories(path.parent_path());
  write_file_atomic(path, "");
  store_binned_cache(directory.path(), small_catalogue());
  EXPECT_TRUE(load_binned_cache(directory.path(), "c0ffee").has_value());
}

}  // namespace
}  // namespace sciwright::earthquake
