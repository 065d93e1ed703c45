#include "plot/render.h"

#include <cmath>

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"
#include "base/parallel_for.h"
#include "plot/panel_layout.h"
#include "plot/test_picture.h"

namespace sciwright::plot {
namespace {

const double kNan = std::nan("");

/// Two panels of three noisy lines of 1,800 points with marks and a gap.
Figure forecast_figure() {
  Figure figure{.title = "Next Year Back", .width_px = 1200, .height_px = 460, .columns = 2};
  for (const char* title : {"training", "validation"}) {
    Panel panel{.title = title, .x = {.label = "date", .kind = AxisKind::kDate}};
    for (const char* name : {"truth", "forecast", "error"}) {
      Line line{.name = name};
      for (int i = 0; i < 1800; ++i) {
        line.x.push_back(-7305 + 14 * i);
        line.y.push_back(i == 900 ? kNan : std::sin(i * 0.01) + i * 7919 % 997 / 1000.0);
      }
      panel.layers.emplace_back(std::move(line));
    }
    panel.layers.emplace_back(
        VerticalMarks{.name = "largest", .marks = {{8214, "M7.3 Landers 1992"}}});
    figure.panels.push_back(std::move(panel));
  }
  return figure;
}

/// A grey picture without axes whose first pixel row is white, black, missing.
Figure map_figure() {
  const Heatmap map{.rows = 2,
                    .cols = 3,
                    .values = {1, 0, kNan, 0.5, 0.5, 0.5},
                    .extent = {0, 3, 2, 0},
                    .map = ColorMap::kGreys,
                    .color_bar = false};
  return {.width_px = 324, .height_px = 220, .panels = {{.layers = {map}, .show_axes = false}}};
}

TEST(Render, GivesTheSameBytesForTheSameFigure) {
  const Figure figure = forecast_figure();
  const std::string svg = svg_text(figure);
  const std::string png = png_bytes(figure, 1);
  const std::string pdf = pdf_bytes(figure);
  svg_text(map_figure());  // other figures in between change nothing
  png_bytes(map_figure());
  EXPECT_EQ(svg_text(figure), svg);
  EXPECT_EQ(png_bytes(figure, 1), png);
  EXPECT_EQ(pdf_bytes(figure), pdf);
}

TEST(Render, GivesTheSameBytesOnEveryThread) {
  const Figure figure = forecast_figure();
  std::vector<std::string> files(8);
  parallel_for(files.size(), 4, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) files[i] = png_bytes(figure, 0.5) + svg_text(figure);
  });
  for (const std::string& file : files) EXPECT_EQ(file, files[0]);
}

TEST(Render, HoldsNoIdsAndNoTimes) {
  EXPECT_EQ(svg_text(forecast_figure()).find(" id="), std::string::npos);
  EXPECT_NE(pdf_bytes(forecast_figure()).find("/CreationDate (19700101000000Z)"),
            std::string::npos);
}

TEST(Render, KeepsAnSvgOfManyPointsSmall) {
  EXPECT_LT(svg_text(forecast_figure()).size(), 100000U);
  Figure figure{.panels = {{}}};
  Line line;
  for (int i = 0; i < 1000000; ++i) {
    line.x.push_back(i);
    line.y.push_back(i % 1000 * 7919 % 997);
  }
  figure.panels[0].layers = {line};
  EXPECT_LT(svg_text(figure).size(), 30000U);
}

TEST(Render, PutsTheColorsWhereTheDataAre) {
  const TestPicture picture(png_bytes(map_figure(), 2));
  EXPECT_EQ(picture.cols, 648);
  EXPECT_EQ(picture.rows, 440);
  const Figure figure = map_figure();
  const Frame frame = panel_layouts(figure, 0).at(0).frame;
  const auto color_at = [&](double x, double y) {
    const Point place = frame.at(x, y);
    return picture.at(2 * place.x_px, 2 * place.y_px);
  };
  EXPECT_EQ(color_at(0.1, 1.9), "ffffff");
  EXPECT_EQ(color_at(1.1, 1.9), "000000");
  EXPECT_EQ(color_at(1.9, 1.1), "000000");
  EXPECT_EQ(color_at(2.5, 1.5), "ffffff");
  EXPECT_EQ(color_at(2.9, 0.1), "808080");
}

TEST(Render, DrawsALineThroughItsPointsAndNotThroughItsGap) {
  const Figure figure{.panels = {{.layers = {Line{.x = {0, 1, 2, 3},
                                                  .y = {5, 5, kNan, 5},
                                                  .color = Color{255, 0, 0},
                                                  .width_px = 4}}}}};
  const TestPicture picture(png_bytes(figure, 1));
  const Frame frame = panel_layouts(figure, 0).at(0).frame;
  const auto color_at = [&](double x) {
    return picture.at(frame.at(x, 5).x_px, frame.at(x, 5).y_px);
  };
  EXPECT_EQ(color_at(0.53), "ff0000");
  EXPECT_NE(color_at(1.53), "ff0000");
  EXPECT_EQ(color_at(3), "ff0000") << "a single point is a dot";
}

TEST(Render, DrawsTheUnusual) {
  for (const Values& y : {Values{}, Values{3}, Values{7, 7, 7}, Values{kNan, kNan},
                          Values{1e300, -1e300}, Values{1e-300, 3e-300}, Values{0, INFINITY}}) {
    for (const AxisKind kind :
         {AxisKind::kLinear, AxisKind::kLog, AxisKind::kDate, AxisKind::kCategory}) {
      const Panel panel{.x = {.kind = kind},
                        .y = {.kind = kind},
                        .layers = {Line{.x = y, .y = y}, Scatter{.x = y, .y = y}}};
      const std::string svg = svg_text(Figure{.panels = {panel}});
      EXPECT_EQ(svg.find("nan"), std::string::npos);
      EXPECT_EQ(svg.find("inf"), std::string::npos);
    }
  }
  EXPECT_NO_THROW(png_bytes(Figure{}));
}

TEST(Render, SurvivesTextThatIsNone) {
  const Figure figure{.title = "bad \xFF bytes \x01", .panels = {{}}};
  EXPECT_NE(svg_text(figure).find("bad \uFFFD bytes"), std::string::npos);
  EXPECT_NO_THROW(png_bytes(figure));
  EXPECT_NO_THROW(pdf_bytes(figure));
}

TEST(Render, DescribesTheFigureForThoseWhoCannotSeeIt) {
  const std::string svg = svg_text(forecast_figure());
  EXPECT_NE(svg.find("<title>Next Year Back</title>"), std::string::npos);
  EXPECT_NE(svg.find("<desc>training: y over date (truth, forecast, error, largest). validation: "),
            std::string::npos);
}

TEST(Render, RefusesPicturesOutOfRange) {
  EXPECT_THROW(png_bytes(Figure{}, 0), Error);
  EXPECT_THROW(png_bytes(Figure{}, 1e6), Error);
  EXPECT_THROW(png_bytes(Figure{}, kNan), Error);
}

TEST(WriteFigure, WritesBothFilesOrAFailure) {
  const TemporaryDirectory directory;
  write_figure(map_figure(), directory.path() / "map");
  write_pdf(map_figure(), directory.path() / "map.pdf");
  EXPECT_EQ(read_file(directory.path() / "map.svg"), svg_text(map_figure()));
  EXPECT_EQ(read_file(directory.path() / "map.png"), png_bytes(map_figure()));
  EXPECT_EQ(read_file(directory.path() / "map.pdf").substr(0, 5), "%PDF-");
  EXPECT_THROW(write_figure(map_figure(), directory.path() / "missing" / "map"), Error);
}

}  // namespace
}  // namespace sciwright::plot
