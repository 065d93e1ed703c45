#include "earthquake/data/packed_grid.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/hash.h"

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
                 "x.grid: this is no packed grid; it does not begin with 'sciwright-grid 2'");
  }
}

TEST(PackedGrid, RefusesMoreCellsThanItsHeaderTells) {
  PackedGrid grid = packed({"0.0,0.0"});
  grid.places = std::string("\xff\xff\xff\xff\xff\xff\xff\x7f") + '\0';
  EXPECT_THROW(for_each_row(grid, [](std::string_view) {}), Error);
  EXPECT_THROW(grid_values(grid), Error);
}

/// Reads a grid and counts refusals.
int is_refused(const std::string& bytes) {
  try {
    unpacked(parse_grid(bytes, "grid"));
  } catch (const Error&) {
    return 1;
  }
  return 0;
}

TEST(PackedGrid, RefusesEveryBeginningAndEveryChangedByte) {
  const std::string whole = grid_bytes(packed(kLines));
  int num_refused = 0;
  for (std::size_t i = 0; i < whole.size(); ++i) {
    num_refused += is_refused(whole.substr(0, i));
    std::string changed = whole;
    changed[i] = static_cast<char>(changed[i] ^ 0x01);
    num_refused += is_refused(changed);
  }
  EXPECT_EQ(num_refused, 2 * static_cast<int>(whole.size()));
}

/// A file that was written wrongly, its checksum right, is refused or read; none ends the program.
TEST(PackedGrid, SurvivesWrongNumbersUnderARightChecksum) {
  const std::string whole = grid_bytes(packed(kLines));
  const std::size_t body = whole.find('\n', whole.find('\n') + 1) + 1;
  const std::size_t parts = whole.find('\n', body);
  int num_refused = 0;
  for (std::size_t i = parts; i < whole.size(); ++i) {
    std::string changed = whole.substr(body);
    changed[i - body] = static_cast<char>(changed[i - body] ^ 0x41);
    num_refused += is_refused("sciwright-grid 2\n" + sha256_hex(changed) + '\n' + changed);
  }
  EXPECT_GT(num_refused, 0);
}

}  // namespace
}  // namespace sciwright::earthquake
