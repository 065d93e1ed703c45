#include "plot/scale.h"

#include <cmath>

#include <gtest/gtest.h>

#include "base/error.h"

namespace sciwright::plot {
namespace {

const double kNan = std::nan("");

Scale y_scale(Panel panel) { return axis_scale(panel, Direction::kY); }

TEST(Scale, MapsLinearly) {
  const Scale scale{.low = -10, .high = 30};
  EXPECT_DOUBLE_EQ(scale.fraction(0), 0.25);
  EXPECT_TRUE(std::isnan(scale.fraction(kNan)));
}

TEST(Scale, MapsLogarithmsAndCannotShowZero) {
  const Scale scale{.logarithmic = true, .low = 0.1, .high = 1000};
  EXPECT_DOUBLE_EQ(scale.fraction(1), 0.25);
  EXPECT_TRUE(std::isnan(scale.fraction(0)));
  EXPECT_TRUE(std::isnan(scale.fraction(-1)));
}

TEST(Scale, TurnsRoundWhenLowIsAboveHigh) {
  EXPECT_DOUBLE_EQ((Scale{.low = 20, .high = 0}).fraction(5), 0.75);
}

TEST(Scale, DoesNotOverflow) {
  EXPECT_DOUBLE_EQ((Scale{.low = -1.6e308, .high = 1.6e308}).fraction(0), 0.5);
}

TEST(AxisScale, HasAirAroundALine) {
  const Scale scale = y_scale({.layers = {Line{.x = {0, 1, 2}, .y = {10, kNan, 20}}}});
  EXPECT_DOUBLE_EQ(scale.low, 9.4);
  EXPECT_DOUBLE_EQ(scale.high, 20.6);
}

TEST(AxisScale, LeavesOutWhatALogarithmicAxisCannotShow) {
  const Scale scale = y_scale(
      {.y = {.kind = AxisKind::kLog}, .layers = {Line{.x = {0, 1, 2, 3}, .y = {0, 1, 100, -5}}}});
  EXPECT_TRUE(scale.logarithmic);
  EXPECT_NEAR(scale.low, std::pow(100, -0.06), 1e-12);
  EXPECT_NEAR(scale.high, 100 * std::pow(100, 0.06), 1e-9);
}

TEST(AxisScale, StandsBarsOnZero) {
  const Scale scale = y_scale({.layers = {Bars{.series = {{.heights = {5, 10}}}}}});
  EXPECT_EQ(scale.low, 0);
  EXPECT_DOUBLE_EQ(scale.high, 10.6);
}

TEST(AxisScale, MakesRoomForErrorBars) {
  const Scale scale = y_scale(
      {.layers = {Bars{.series = {{.heights = {5}, .error_low = {4}, .error_high = {20}}}}}});
  EXPECT_GT(scale.high, 20);
}

TEST(AxisScale, FitsRastersWithoutAir) {
  const Panel panel{
      .layers = {Heatmap{.rows = 1, .cols = 1, .values = {1}, .extent = {-120, -114, 36, 32}}}};
  EXPECT_EQ(axis_scale(panel, Direction::kX).low, -120);
  EXPECT_EQ(axis_scale(panel, Direction::kX).high, -114);
  EXPECT_EQ(axis_scale(panel, Direction::kY).low, 32);
  EXPECT_EQ(axis_scale(panel, Direction::kY).high, 36);
}

TEST(AxisScale, GoesFromZeroToOneWithoutData) {
  EXPECT_EQ(y_scale({.layers = {Line{.x = {1}, .y = {kNan}}}}).high, 1);
  EXPECT_EQ(y_scale({.y = {.kind = AxisKind::kLog}}).high, 10);
}

TEST(AxisScale, WidensAConstantSeries) {
  const Scale seven = y_scale({.layers = {Line{.x = {0, 1}, .y = {7, 7}}}});
  EXPECT_LT(seven.low, 7);
  EXPECT_GT(seven.high, 7);
  const Scale zero = y_scale({.layers = {Line{.x = {0, 1}, .y = {0, 0}}}});
  EXPECT_LT(zero.low, 0);
  EXPECT_GT(zero.high, 0);
}

TEST(AxisScale, StaysFiniteAtBothEndsOfDouble) {
  const Scale huge = y_scale({.layers = {Line{.x = {0, 1}, .y = {-1.7e308, 1.7e308}}}});
  EXPECT_TRUE(std::isfinite(huge.low) && std::isfinite(huge.high));
  const Scale tiny = y_scale({.layers = {Line{.x = {0, 1}, .y = {5e-324, 1e-323}}}});
  EXPECT_LT(tiny.low, tiny.high);
  EXPECT_DOUBLE_EQ(tiny.fraction(tiny.high), 1);
  const Scale log = y_scale(
      {.y = {.kind = AxisKind::kLog}, .layers = {Line{.x = {0, 1}, .y = {5e-324, 1.7e308}}}});
  EXPECT_TRUE(std::isfinite(log.high));
  EXPECT_GT(log.low, 0);
}

TEST(AxisScale, TakesTheLimitsGiven) {
  const Scale scale = y_scale({.y = {.low = 0}, .layers = {Line{.x = {0, 1}, .y = {10, 20}}}});
  EXPECT_EQ(scale.low, 0);
  EXPECT_DOUBLE_EQ(scale.high, 20.6);
  const Scale turned = y_scale({.y = {.low = 20, .high = 0}});
  EXPECT_EQ(turned.low, 20);
  EXPECT_EQ(turned.high, 0);
}

TEST(AxisScale, IgnoresLimitsThatCannotBe) {
  const Layer line = Line{.x = {0, 1}, .y = {10, 20}};
  EXPECT_GT(y_scale({.y = {.kind = AxisKind::kLog, .low = 0}, .layers = {line}}).low, 0);
  EXPECT_DOUBLE_EQ(y_scale({.y = {.low = kNan}, .layers = {line}}).low, 9.4);
  const Scale beyond = y_scale({.y = {.low = 50}, .layers = {line}});
  EXPECT_LT(beyond.low, beyond.high);
}

TEST(AxisScale, CentersCategories) {
  const Panel panel{.x = {.kind = AxisKind::kCategory, .categories = {"a", "b", "c"}}};
  EXPECT_EQ(axis_scale(panel, Direction::kX).low, -0.5);
  EXPECT_EQ(axis_scale(panel, Direction::kX).high, 2.5);
}

TEST(HasData, AsksForValuesTheAxisCanShow) {
  EXPECT_FALSE(has_data({.layers = {Bars{}, HorizontalLine{.y = 3}, TextBox{.text = "x"}}}));
  EXPECT_FALSE(has_data({.y = {.kind = AxisKind::kLog}, .layers = {Line{.x = {1}, .y = {0}}}}));
  EXPECT_TRUE(has_data({.layers = {Line{.x = {1}, .y = {0}}}}));
}

TEST(CheckSizes, NamesTheLayerThatDoesNotFit) {
  try {
    check_sizes(Line{.name = "truth", .x = {1, 2}, .y = {1}});
    FAIL() << "accepted 2 x with 1 y";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "plot: line 'truth' has data of different sizes: 2 and 1");
  }
  EXPECT_THROW(check_sizes(Histogram{.edges = {0, 1}, .counts = {1, 2}}), Error);
  EXPECT_THROW(check_sizes(Heatmap{.rows = 2, .cols = 2, .values = {1}}), Error);
  EXPECT_THROW(check_sizes(RgbImage{.rows = 1, .cols = 1, .rgb = {1, 2}}), Error);
  EXPECT_NO_THROW(check_sizes(Histogram{}));
}

}  // namespace
}  // namespace sciwright::plot
