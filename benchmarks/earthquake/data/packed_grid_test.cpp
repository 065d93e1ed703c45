#include "earthquake/data/packed_grid.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace sciwright::earthquake {
namespace {

using ::testing::ElementsAre;

PackedGrid packed(const std::vector<std::string>& lines) {
  GridPacker packer("0.0");
  for (const std::string& line : lines) packer.add_row(line);
  return packer.finish(false);
}

std::vector<std::string> unpacked(const PackedGrid& grid) {
  std::vector<std::string> lines;
  for_each_row(grid, [&](std::string_view line) { lines.emplace_back(line); });
  return lines;
}

const std::vector<std::string> kLines = {
    ",0,1,2", "0,0.0,3.5,0.0", "1,0.0,0.0,0.0", "2,3.50,0.0,3.5", "", "0.0", ",,", "a\r", "0,0"};

TEST(PackedGrid, GivesEveryLineBackAsItWasWritten) {
  const PackedGrid grid = parse_grid(grid_bytes(packed(kLines)), "grid");
  EXPECT_EQ(unpacked(grid), kLines);
  EXPECT_EQ(grid.num_rows, 9);
  EXPECT_FALSE(grid.ends_open);
}

TEST(PackedGrid, StoresWhatDiffersAndEachTextOnce) {
  const PackedGrid grid = packed({"0,0.0,7,0.0", "1,7,0.0,7"});
  EXPECT_EQ(grid.num_cells, 8);
  EXPECT_EQ(grid.num_stored, 5);
  EXPECT_THAT(grid.texts, ElementsAre("0", "7", "1"));
}

TEST(PackedGrid, LoadsNumbers) {
  const std::vector<float> values = grid_values(packed({"x,1.5", "0.0,-2e3"}));
  EXPECT_TRUE(std::isnan(values[0]));
  EXPECT_THAT(std::vector<float>(values.begin() + 1, values.end()), ElementsAre(1.5F, 0, -2000));
}

TEST(PackedGrid, RefusesWhatIsNone) {
  try {
    parse_grid("a,b\n", "x.grid");
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "x.grid: this is no packed grid; it does not begin with 'sciwright-grid 1'");
  }
}

TEST(PackedGrid, RefusesMoreCellsThanItsHeaderTells) {
  PackedGrid grid = packed({"0.0,0.0"});
  grid.places = std::string("\xff\xff\xff\xff\xff\xff\xff\x7f") + '\0';
  EXPECT_THROW(for_each_row(grid, [](std::string_view) {}), Error);
  EXPECT_THROW(grid_values(grid), Error);
}

/// Every beginning of a file, and every file with one byte changed, is refused or read; none ends
/// the program.
TEST(PackedGrid, SurvivesDamage) {
  const std::string whole = grid_bytes(packed(kLines));
  int num_refused = 0;
  const auto read = [&](const std::string& bytes) {
    try {
      unpacked(parse_grid(bytes, "grid"));
    } catch (const Error&) {
      ++num_refused;
    }
  };
  for (std::size_t i = 0; i < whole.size(); ++i) read(whole.substr(0, i));
  EXPECT_EQ(num_refused, static_cast<int>(whole.size()));
  const std::size_t parts = whole.find("\n", whole.find('\n') + 1);
  for (std::size_t i = parts; i < whole.size(); ++i) {
    std::string changed = whole;
    changed[i] = static_cast<char>(changed[i] ^ 0x41);
    read(changed);
  }
  EXPECT_GT(num_refused, static_cast<int>(whole.size()));
}

}  // namespace
}  // namespace sciwright::earthquake
