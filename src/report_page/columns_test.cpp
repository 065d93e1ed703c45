#include "report_page/columns.h"

#include <cstring>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sciwright::report_page {
namespace {

using ::testing::ElementsAre;

constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();

template <class T>
std::vector<T> read(const Columns& columns, const Json& spec) {
  std::vector<T> out(spec.at("count").get<std::size_t>());
  std::memcpy(out.data(), columns.block().data() + spec.at("at").get<std::size_t>(),
              out.size() * sizeof(T));
  return out;
}

std::string type_of(std::vector<double> values) {
  Columns columns;
  return columns.numbers(values).at("type").get<std::string>();
}

TEST(Columns, TakeTheSmallestTypeThatLosesNothing) {
  EXPECT_EQ(type_of({0, 254}), "u1");
  EXPECT_EQ(type_of({0, 255}), "u2");
  EXPECT_EQ(type_of({0, 65535}), "u4");
  EXPECT_EQ(type_of({0, 4294967295.0}), "f8");
  EXPECT_EQ(type_of({0.5, 1024.25}), "f4");
  EXPECT_EQ(type_of({0.1}), "f8");
  EXPECT_EQ(type_of({-1, 2}), "f4");
  EXPECT_EQ(type_of({-0.0}), "f4");
  EXPECT_EQ(type_of({1e300}), "f8");
  EXPECT_EQ(type_of({std::numeric_limits<double>::infinity()}), "f4");
}

TEST(Columns, MarkNothingByTheHighestNumber) {
  Columns columns;
  const Json spec = columns.numbers(std::vector{3.0, kNothing});
  EXPECT_EQ(spec.at("type"), "u1");
  EXPECT_THAT(read<std::uint8_t>(columns, spec), ElementsAre(3, 255));
}

TEST(Columns, PutTheBytesOfDoublesByTheirPlace) {
  Columns columns;
  const std::vector<double> values = {0.1, -1e300};
  const Json spec = columns.numbers(values);
  ASSERT_EQ(spec.at("type"), "f8");
  ASSERT_EQ(spec.at("count"), 2);
  const char* planes = columns.block().data() + spec.at("at").get<std::size_t>();
  for (std::size_t i = 0; i < 2; ++i) {
    char bytes[8];
    for (std::size_t b = 0; b < 8; ++b) bytes[b] = planes[2 * b + i];
    double value = 0;
    std::memcpy(&value, bytes, 8);
    EXPECT_EQ(value, values[i]);
  }
}

TEST(Columns, BeginWhereReadersCanLookAtThemInPlace) {
  Columns columns;
  columns.numbers(std::vector<double>{1, 2, 3});
  EXPECT_EQ(columns.numbers(std::vector{0.5}).at("at"), 8);
}

TEST(Columns, HoldEqualBytesOnce) {
  Columns columns;
  const std::vector<std::uint8_t> scene = {7, 8, 9};
  EXPECT_EQ(columns.bytes(scene), columns.bytes(scene));
  EXPECT_EQ(columns.block().size(), 3U);
  EXPECT_EQ(columns.bytes(std::vector<std::uint8_t>{7, 8}).at("at"), 8);
}

TEST(Columns, HoldEachTextOnce) {
  Columns columns;
  const Json spec = columns.texts(std::vector<std::string>{"adam", "sgd", "adam", ""});
  EXPECT_EQ(spec.at("texts"), Json({"adam", "sgd", ""}));
  EXPECT_THAT(read<std::uint8_t>(columns, spec.at("codes")), ElementsAre(0, 1, 0, 2));
}

}  // namespace
}  // namespace sciwright::report_page
