#include "plot/layers.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace sciwright::plot {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const double kNan = std::nan("");

/// 200 x 100 pixels for x 0..10 and y 0..1, its upper left corner at (100, 50).
const Frame kFrame{{100, 50, 200, 100}, {.low = 0, .high = 10}, {.low = 0, .high = 1}};

template <class T>
std::vector<T> shapes_of(const Panel& panel, const Frame& frame = kFrame) {
  Drawing drawing;
  draw_layers(drawing, frame, panel);
  std::vector<T> out;
  for (const Shape& shape : drawing.shapes) {
    if (const T* wanted = std::get_if<T>(&shape)) out.push_back(*wanted);
  }
  return out;
}

std::vector<std::string> texts_of(const Panel& panel) {
  std::vector<std::string> out;
  for (const Text& text : shapes_of<Text>(panel)) out.push_back(text.text);
  return out;
}

std::vector<std::pair<double, double>> pairs(const std::vector<Point>& points) {
  std::vector<std::pair<double, double>> out;
  for (const Point& point : points) out.emplace_back(point.x_px, point.y_px);
  return out;
}

using Pairs = std::vector<std::pair<double, double>>;

TEST(Frame, MapsDataToPixelsUpwards) {
  EXPECT_EQ(pairs({kFrame.at(0, 0), kFrame.at(5, 0.25), kFrame.at(10, 1)}),
            (Pairs{{100, 150}, {200, 125}, {300, 50}}));
}

TEST(Frame, DrawsInWhatIsFarOutside) {
  EXPECT_EQ(kFrame.at(1e300, -1e300).x_px, 100 + 11 * 200);
  EXPECT_EQ(kFrame.at(1e300, -1e300).y_px, 150 + 10 * 100);
  EXPECT_TRUE(std::isnan(kFrame.at(1, kNan).y_px));
}

TEST(Layers, BreakALineAtGaps) {
  const auto paths =
      shapes_of<Path>({.layers = {Line{.x = {0, 1, 2, 3, 4}, .y = {0, 1, kNan, 0.5, 0.5}}}});
  ASSERT_THAT(paths, SizeIs(1));
  ASSERT_THAT(paths[0].subpaths, SizeIs(2));
  EXPECT_EQ(pairs(paths[0].subpaths[0]), (Pairs{{100, 150}, {120, 50}}));
  EXPECT_EQ(pairs(paths[0].subpaths[1]), (Pairs{{160, 100}, {180, 100}}));
}

TEST(Layers, LeaveOutZerosOnALogarithmicAxis) {
  Frame frame = kFrame;
  frame.y = {.logarithmic = true, .low = 0.01, .high = 1};
  const Panel panel{.y = {.kind = AxisKind::kLog},
                    .layers = {Line{.x = {0, 1, 2}, .y = {1, 0, 0.1}}}};
  const auto paths = shapes_of<Path>(panel, frame);
  ASSERT_THAT(paths[0].subpaths, SizeIs(2));
  EXPECT_EQ(pairs(paths[0].subpaths[0]), (Pairs{{100, 50}}));
  EXPECT_EQ(pairs(paths[0].subpaths[1]), (Pairs{{140, 100}}));
}

TEST(Layers, StepToEachValueWhereItBegins) {
  const auto paths =
      shapes_of<Path>({.layers = {Line{.x = {0, 5, 10}, .y = {0, 1, 0.5}, .stepped = true}}});
  EXPECT_EQ(pairs(paths[0].subpaths[0]),
            (Pairs{{100, 150}, {200, 150}, {200, 50}, {300, 50}, {300, 100}}));
}

TEST(Layers, CloseABandAndSplitItAtGapsOfEitherBorder) {
  const auto paths = shapes_of<Path>(
      {.layers = {
           Band{.x = {0, 5, 6, 7, 10}, .low = {0, 0, kNan, 0, 0.5}, .high = {1, 1, 1, 1, 1}}}});
  ASSERT_THAT(paths[0].subpaths, SizeIs(2));
  EXPECT_TRUE(paths[0].closed);
  EXPECT_EQ(pairs(paths[0].subpaths[0]), (Pairs{{100, 50}, {200, 50}, {200, 150}, {100, 150}}));
  EXPECT_EQ(pairs(paths[0].subpaths[1]), (Pairs{{240, 50}, {300, 50}, {300, 100}, {240, 150}}));
}

TEST(Layers, PutBarsOfAGroupSideBySideAndSkipMissingOnes) {
  const Frame frame{{0, 0, 100, 100}, {.low = -0.5, .high = 1.5}, {.low = 0, .high = 1}};
  const Panel panel{.layers = {Bars{.series = {{.heights = {0.5, kNan}}, {.heights = {1, 0.25}}}}}};
  const auto paths = shapes_of<Path>(panel, frame);
  ASSERT_THAT(paths, SizeIs(2));
  ASSERT_THAT(paths[0].subpaths, SizeIs(1));
  const auto first = pairs(paths[0].subpaths[0]);
  EXPECT_NEAR(first[0].first, 5, 1e-9);
  EXPECT_NEAR(first[2].first, 25, 1e-9);
  EXPECT_NEAR(first[0].second, 50, 1e-9);
  EXPECT_NEAR(first[2].second, 100, 1e-9);
  EXPECT_THAT(paths[1].subpaths, SizeIs(2));
  EXPECT_NEAR(paths[1].subpaths[0][0].x_px, 25, 1e-9);
}

TEST(Layers, WriteValuesOverBarsAndTheirErrorBars) {
  const Panel panel{
      .layers = {Bars{.series = {{.heights = {0.5}, .error_low = {0.4}, .error_high = {0.9}}},
                      .label_decimals = 2}}};
  const auto texts = shapes_of<Text>(panel);
  ASSERT_THAT(texts, SizeIs(1));
  EXPECT_EQ(texts[0].text, "0.50");
  EXPECT_LT(texts[0].at.y_px, kFrame.at(0, 0.9).y_px);
}

TEST(Layers, DrawMarksInsideTheAxisAndTheMostImportantTexts) {
  const Panel panel{
      .layers = {
          Line{.x = {0}, .y = {0}},
          VerticalMarks{
              .marks = {{5, "M7.3 Landers"}, {5.1, "covered"}, {11, "outside"}, {kNan, "nowhere"}}},
          VerticalMarks{.marks = {{4.9, "covered too"}, {8, "M7.1"}}, .color = kPurple}}};
  EXPECT_THAT(texts_of(panel), ElementsAre("M7.3 Landers", "M7.1"));
}

TEST(Layers, GivePaletteColorsToLayersWithoutOne) {
  const Panel panel{.layers = {Line{.name = "a"}, Line{.name = "b", .color = kBlack},
                               Bars{.series = {{.name = "c"}, {.name = "d"}}}, Scatter{.name = "e"},
                               Line{}}};
  std::vector<Color> colors;
  std::vector<std::string> names;
  for (const LegendEntry& entry : legend_entries(panel)) {
    colors.push_back(entry.color);
    names.push_back(entry.name);
  }
  EXPECT_THAT(names, ElementsAre("a", "b", "c", "d", "e"));
  EXPECT_THAT(colors, ElementsAre(palette_color(0), kBlack, palette_color(1), palette_color(2),
                                  palette_color(3)));
}

TEST(Layers, ListEachPhaseOnce) {
  const Panel panel{.layers = {Spans{{{0, 1, "train"}, {1, 2, "predict"}, {2, 3, "train"}}}}};
  EXPECT_THAT(legend_entries(panel), SizeIs(2));
  const auto paths = shapes_of<Path>(panel);
  ASSERT_THAT(paths, SizeIs(3));
  EXPECT_EQ(paths[0].fill, paths[2].fill);
  EXPECT_NE(paths[0].fill, paths[1].fill);
}

TEST(Layers, PlaceARasterByItsOuterEdges) {
  const Heatmap map{.rows = 1, .cols = 2, .values = {0, 1}, .extent = {0, 5, 1, 0.5}};
  const auto rasters = shapes_of<Raster>({.layers = {map}});
  ASSERT_THAT(rasters, SizeIs(1));
  EXPECT_EQ(rasters[0].rect.x_px, 100);
  EXPECT_EQ(rasters[0].rect.y_px, 50);
  EXPECT_EQ(rasters[0].rect.width_px, 100);
  EXPECT_EQ(rasters[0].rect.height_px, 50);
}

TEST(Layers, SayThatThereIsNoData) {
  EXPECT_THAT(texts_of({.layers = {Line{.x = {1}, .y = {kNan}}}}), ElementsAre("no data"));
  EXPECT_THAT(texts_of({.layers = {Line{.x = {1}, .y = {1}}}}), IsEmpty());
}

TEST(Layers, RefuseDataThatDoNotFit) {
  EXPECT_THROW(shapes_of<Path>({.layers = {Line{.x = {1, 2}, .y = {1}}}}), Error);
}

}  // namespace
}  // namespace sciwright::plot
