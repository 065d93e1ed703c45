#include "earthquake/data/grid_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"
#include "base/random.h"

namespace sciwright::earthquake {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

/// A grid as the reference writes it: days × pixels, nearly all 0.0.
std::string grid_text(int num_days, int num_pixels) {
  RandomStream random(derive_seed(1, "grid"));
  std::string text;
  for (int p = 0; p < num_pixels; ++p) text += ',' + std::to_string(p);
  text += '\n';
  for (int d = 0; d < num_days; ++d) {
    text += std::to_string(d);
    for (int p = 0; p < num_pixels; ++p) {
      text += random.uniform() < 0.003 ? ',' + std::to_string(random.uniform(1, 7)) : ",0.0";
    }
    text += '\n';
  }
  return text;
}

struct GridFiles : ::testing::Test {
  std::filesystem::path file(const std::string& name) const { return dir.path() / name; }
  TemporaryDirectory dir;
};

TEST_F(GridFiles, ComeBackByteForByteFromEveryCompressor) {
  const std::string text = grid_text(100, 400);
  write_file_atomic(file("grid.csv"), text);
  for (const char* name : {"grid", "grid.xz", "grid.zst", "grid.gz", "grid.bz2"}) {
    const GridReport report = pack_grid(file("grid.csv"), file(name));
    EXPECT_EQ(report.text_bytes, std::ssize(text));
    EXPECT_EQ(report.num_rows, 101);
    EXPECT_LT(report.packed_bytes * 20, report.text_bytes) << name;
    unpack_grid(file(name), file("back.csv"));
    EXPECT_EQ(read_file(file("back.csv")), text) << name;
  }
}

TEST_F(GridFiles, ComeBackFromAnyText) {
  for (const std::string text :
       {"", "\n", "no grid at all", "a,b\r\n1,2\r\n", "x\n\n\ny,,", "1,2\n3,4", "caf\xe9,\xff\n"}) {
    write_file_atomic(file("text"), text);
    pack_grid(file("text"), file("grid"));
    unpack_grid(file("grid"), file("back"));
    EXPECT_EQ(read_file(file("back")), text);
  }
}

TEST_F(GridFiles, ComeBackFromBytesThatAreNoText) {
  RandomStream random(derive_seed(1, "bytes"));
  std::string bytes = "x\n\xff,\xff,\xff\n";
  for (int i = 0; i < 20'000; ++i) bytes += static_cast<char>(random() & 0xFF);
  write_file_atomic(file("bytes"), bytes);
  pack_grid(file("bytes"), file("grid.zst"));
  unpack_grid(file("grid.zst"), file("back"));
  EXPECT_EQ(read_file(file("back")), bytes);
}

TEST_F(GridFiles, DoNotReplaceWhatTheyAreMadeOf) {
  write_file_atomic(file("text"), "1,2\n");
  std::filesystem::create_hard_link(file("text"), file("link"));
  EXPECT_THROW(pack_grid(file("text"), file("link")), Error);
  pack_grid(file("text"), file("grid"));
  EXPECT_THROW(unpack_grid(file("grid"), file("grid")), Error);
  EXPECT_EQ(read_file(file("text")), "1,2\n");
}

TEST_F(GridFiles, RefuseWhatIsNoGrid) {
  write_file_atomic(file("x"), "1,2\n");
  try {
    unpack_grid(file("x"), file("y"));
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("x: this is no packed grid"));
  }
  EXPECT_FALSE(std::filesystem::exists(file("y")));
}

TEST_F(GridFiles, DoNotOverwriteTheirSource) {
  write_file_atomic(file("g.csv"), "1,2\n");
  EXPECT_THROW(pack_grid(file("g.csv"), file("g.csv")), Error);
  EXPECT_EQ(read_file(file("g.csv")), "1,2\n");
}

TEST_F(GridFiles, AreComparedInAllFormats) {
  const std::string text = grid_text(200, 400);
  write_file_atomic(file("grid.csv"), text);
  std::int64_t now_ns = 0;
  const auto look = [&] { return now_ns += 1'000'000; };
  const auto formats = compare_grid_formats(file("grid.csv"), {look, look});
  ASSERT_EQ(formats.size(), 10U);
  EXPECT_EQ(formats[0].bytes, std::ssize(text));
  EXPECT_LT(formats[9].bytes, formats[4].bytes);  // xz packs the grid better than the text
  EXPECT_DOUBLE_EQ(formats[9].load_s, 0.001);
  EXPECT_THAT(grid_format_table(formats),
              StartsWith("format  packed by     MB  of the text  pack s  unpack s  load s\n"));
}

}  // namespace
}  // namespace sciwright::earthquake
