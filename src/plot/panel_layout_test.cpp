#include "plot/panel_layout.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sciwright::plot {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

Panel line_panel(Values y) {
  Values x;
  for (std::size_t i = 0; i < y.size(); ++i) x.push_back(static_cast<double>(i));
  return {.x = {.label = "x"}, .y = {.label = "y"}, .layers = {Line{.x = x, .y = std::move(y)}}};
}

PanelLayout only_layout(const Figure& figure) {
  std::vector<PanelLayout> layouts = panel_layouts(figure, 0);
  EXPECT_EQ(layouts.size(), 1U);
  return layouts.at(0);
}

/// The labels of the x axis that are not empty.
std::vector<std::string> x_labels(const PanelLayout& layout) {
  std::vector<std::string> out;
  for (const Tick& tick : layout.x_ticks.major) {
    if (!tick.label.empty()) out.push_back(tick.label);
  }
  return out;
}

TEST(PanelLayouts, PutPlotsOfAColumnAndARowInLine) {
  const Figure figure{.columns = 2,
                      .panels = {line_panel({0, 1}), line_panel({0, 1}), line_panel({0, 123456}),
                                 line_panel({0, 1})}};
  const auto layouts = panel_layouts(figure, 30);
  EXPECT_EQ(layouts[0].frame.plot.x_px, layouts[2].frame.plot.x_px);
  EXPECT_EQ(layouts[0].frame.plot.right_px(), layouts[2].frame.plot.right_px());
  EXPECT_EQ(layouts[0].frame.plot.y_px, layouts[1].frame.plot.y_px);
  EXPECT_EQ(layouts[2].frame.plot.bottom_px(), layouts[3].frame.plot.bottom_px());
  EXPECT_GT(layouts[0].frame.plot.y_px, 30);
}

TEST(PanelLayouts, KeepPlotsInsideTheFigure) {
  const Figure figure{.width_px = 400, .height_px = 300, .panels = {line_panel({0, 1e5})}};
  const Rect plot = only_layout(figure).frame.plot;
  EXPECT_GT(plot.x_px, text_width_px("100000", kTickSizePx));
  EXPECT_LT(plot.right_px(), 400);
  EXPECT_LT(plot.bottom_px(), 300 - kTickSizePx - kLabelSizePx);
}

TEST(PanelLayouts, ShowAsManyTicksAsFit) {
  Figure figure{.width_px = 900, .panels = {line_panel({0, 1})}};
  figure.panels[0].x = {.kind = AxisKind::kDate, .low = 0, .high = 60};
  EXPECT_THAT(x_labels(only_layout(figure)), SizeIs(9));
  figure.width_px = 260;
  EXPECT_THAT(x_labels(only_layout(figure)), ElementsAre("1970-01", "1970-02", "1970-03"));
}

TEST(PanelLayouts, SlantLongNamesAndMakeRoomForThem) {
  Figure figure{.width_px = 400, .panels = {line_panel({0, 1})}};
  figure.panels[0].x = {.kind = AxisKind::kCategory, .categories = {"a", "b", "c"}};
  const PanelLayout level = only_layout(figure);
  EXPECT_FALSE(level.slanted_x_labels);
  figure.panels[0].x.categories = {"a linear autoregression", "an overlap floor",
                                   "climatology of the box"};
  const PanelLayout slanted = only_layout(figure);
  EXPECT_TRUE(slanted.slanted_x_labels);
  EXPECT_GT(slanted.margins.bottom_px, level.margins.bottom_px + 50);
  const Tick& first = slanted.x_ticks.major.front();
  const double tick_px =
      slanted.frame.plot.x_px + slanted.frame.x.fraction(first.value) * slanted.frame.plot.width_px;
  EXPECT_LE(0.8 * text_width_px(first.label, kTickSizePx), tick_px);
}

TEST(PanelLayouts, ThinNamesThatWouldCoverEachOther) {
  Figure figure{.width_px = 300, .panels = {line_panel({0, 1})}};
  figure.panels[0].x = {.kind = AxisKind::kCategory};
  for (int i = 0; i < 60; ++i) figure.panels[0].x.categories.push_back("name" + std::to_string(i));
  const PanelLayout layout = only_layout(figure);
  EXPECT_THAT(layout.x_ticks.major, SizeIs(60));
  const auto labels = x_labels(layout);
  EXPECT_EQ(labels[0], "name0");
  EXPECT_EQ(labels[1], "name4");
}

TEST(PanelLayouts, WrapTheLegend) {
  Figure figure{.width_px = 200, .panels = {{}}};
  for (const char* name : {"persistence", "climatology", "linear autoregression"}) {
    figure.panels[0].layers.emplace_back(Line{.name = name});
  }
  EXPECT_THAT(only_layout(figure).legend_rows, SizeIs(3));
  figure.width_px = 900;
  EXPECT_THAT(only_layout(figure).legend_rows, SizeIs(1));
  figure.panels[0].legend = false;
  EXPECT_THAT(only_layout(figure).legend_rows, SizeIs(0));
}

TEST(PanelLayouts, KeepTheAspectRatioOfAMap) {
  const Heatmap map{.rows = 1, .cols = 1, .values = {1}, .extent = {-120, -114, 36, 32}};
  const Figure figure{.width_px = 900, .panels = {{.layers = {map}, .aspect_ratio = 1.2}}};
  const Rect plot = only_layout(figure).frame.plot;
  EXPECT_NEAR((plot.height_px / 4) / (plot.width_px / 6), 1.2, 0.01);
}

TEST(PanelLayouts, GiveMapsBesideEachOtherTheSameSize) {
  Heatmap map{.rows = 1, .cols = 1, .values = {1}};
  Panel with_bar{.layers = {map}, .aspect_ratio = 1};
  map.color_bar = false;
  Panel without{.layers = {map}, .aspect_ratio = 1};
  const auto layouts = panel_layouts({.columns = 2, .panels = {with_bar, without}}, 0);
  EXPECT_EQ(layouts[0].frame.plot.width_px, layouts[1].frame.plot.width_px);
}

TEST(PanelLayouts, MakeRoomForTheColorBarOfContinuousMapsOnly) {
  Heatmap map{.rows = 1, .cols = 2, .values = {0, 1}};
  const Figure continuous{.panels = {{.layers = {map}}}};
  EXPECT_TRUE(only_layout(continuous).color_bar);
  EXPECT_GT(only_layout(continuous).margins.right_px, 40);
  map.map = ColorMap::kCategorical;
  const Figure categories{.panels = {{.layers = {map}}}};
  EXPECT_FALSE(only_layout(categories).color_bar);
}

TEST(PanelLayouts, SurviveAFigureTooSmallForItsTexts) {
  const Figure figure{.width_px = 10, .height_px = 10, .panels = {line_panel({0, 1})}};
  EXPECT_GT(only_layout(figure).frame.plot.width_px, 0);
}

TEST(AxisLabel, CarriesThePowerOfTenOfTheTicks) {
  EXPECT_EQ(axis_label("energy (J)", {.major = {}, .exponent = 9}), "energy (J) (×10⁹)");
  EXPECT_EQ(axis_label("", {.major = {}, .exponent = -7}), "×10⁻⁷");
  EXPECT_EQ(axis_label("loss", {}), "loss");
}

}  // namespace
}  // namespace sciwright::plot
