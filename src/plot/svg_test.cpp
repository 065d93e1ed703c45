#include "plot/svg.h"

#include <cmath>

#include <gtest/gtest.h>

namespace sciwright::plot {
namespace {

const std::string kHead =
    "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" "
    "width=\"200\" height=\"100\" viewBox=\"0 0 200 100\" role=\"img\" "
    "font-family=\"DejaVu Sans,Verdana,sans-serif\" stroke-linecap=\"round\" "
    "stroke-linejoin=\"round\">\n";
const std::string kPaper = "<path fill=\"#ffffff\" d=\"M0 0h200v100H0z\"/>\n";

/// The document's part behind the white paper.
std::string body(std::vector<Shape> shapes) {
  const std::string text =
      svg_text({.width_px = 200, .height_px = 100, .shapes = std::move(shapes)});
  const std::string before = kHead + kPaper;
  EXPECT_EQ(text.substr(0, before.size()), before);
  return text.substr(before.size(), text.size() - before.size() - std::string("</svg>\n").size());
}

TEST(Svg, HasATitleAndADescription) {
  EXPECT_EQ(svg_text({.width_px = 200,
                      .height_px = 100,
                      .title = "Loss <1 & \"falling\"",
                      .description = "d"}),
            kHead + "<title>Loss &lt;1 &amp; &quot;falling&quot;</title>\n<desc>d</desc>\n" +
                kPaper + "</svg>\n");
}

TEST(Svg, WritesPathsInRelativeTenthsOfAPixel) {
  EXPECT_EQ(
      body({Path{.subpaths = {{{10, 20.04}, {10.5, 19.54}, {10.51, 19.51}, {9.9, 30}}, {{1, 2}}},
                 .stroke = Color{0, 114, 178},
                 .stroke_px = 1.5,
                 .dash = Dash::kDashed}}),
      "<path fill=\"none\" stroke=\"#0072b2\" stroke-dasharray=\"5 4\" stroke-width=\"1.5\" "
      "d=\"M10 20l.5-.5-.6 10.5M1 2h0\"/>\n");
}

TEST(Svg, ClosesFilledPaths) {
  EXPECT_EQ(
      body({Path{
          .subpaths = {corners({1, 2, 3, 4})}, .closed = true, .fill = Color{255, 0, 0, 0.25}}}),
      "<path fill=\"#ff0000\" fill-opacity=\"0.25\" d=\"M1 2l3 0 0 4-3 0z\"/>\n");
}

TEST(Svg, WritesDotsAsLinesWithoutLength) {
  EXPECT_EQ(body({Dots{.centers = {{1, 2}, {3, 4}}, .radius_px = 2.5, .color = kBlack}}),
            "<path fill=\"none\" stroke=\"#000000\" stroke-width=\"5\" d=\"M1 2h0M3 4h0\"/>\n");
}

TEST(Svg, KeepsTextAsText) {
  EXPECT_EQ(body({Text{.at = {5, 6.5},
                       .text = "a<b",
                       .size_px = 12.5,
                       .anchor = Anchor::kEnd,
                       .weight = Weight::kBold,
                       .clockwise_deg = -90}}),
            "<text x=\"5\" y=\"6.5\" font-size=\"12.5\" text-anchor=\"end\" fill=\"#222222\" "
            "font-weight=\"bold\" transform=\"rotate(-90 5 6.5)\">a&lt;b</text>\n");
}

TEST(Svg, ClipsWithANestedViewport) {
  EXPECT_EQ(body({ClipStart{{10, 20, 30, 40}}, ClipEnd{}}),
            "<svg x=\"10\" y=\"20\" width=\"30\" height=\"40\" viewBox=\"10 20 30 40\">\n</svg>\n");
}

TEST(Svg, EmbedsRastersAsPng) {
  const std::string text =
      body({Raster{.rect = {1, 2, 30, 40}, .rows = 1, .cols = 1, .rgba = {255, 0, 0, 255}}});
  EXPECT_EQ(text.substr(0, text.find("base64,") + 18),
            "<image x=\"1.00\" y=\"2.00\" width=\"30.00\" height=\"40.00\" "
            "preserveAspectRatio=\"none\" style=\"image-rendering:pixelated\" "
            "xlink:href=\"data:image/png;base64,iVBORw0KGgo");
}

TEST(Svg, LeavesOutWhatHasNothingToDraw) {
  EXPECT_EQ(body({Path{.stroke = kBlack}, Dots{}, Text{}}), "");
}

}  // namespace
}  // namespace sciwright::plot
