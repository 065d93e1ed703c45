#include "plot/svg.h"

#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>

#include <fmt/format.h>
#include <openssl/evp.h>

#include "base/printable_text.h"
#include "base/xml_text.h"
#include "plot/png.h"

namespace sciwright::plot {
namespace {

std::string base64(const std::string& bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                     reinterpret_cast<const unsigned char*>(bytes.data()),
                                     static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(length));
  return out;
}

/// Tenths of a pixel as the shortest decimal: 15 is "1.5", -3 is "-.3".
void append_tenths(std::string& out, std::int64_t tenths) {
  if (tenths < 0) out += '-';
  const std::int64_t size = std::abs(tenths);
  if (size >= 10 || size == 0) fmt::format_to(std::back_inserter(out), "{}", size / 10);
  if (size % 10 != 0) fmt::format_to(std::back_inserter(out), ".{}", size % 10);
}

std::string pixels(double value_px) {
  std::string out;
  append_tenths(out, std::llround(value_px * 10));
  return out;
}

/// Path data: positions rounded to tenths of a pixel, steps between them relative. Rounding comes
/// first, so errors do not add up.
class PathData final {
 public:
  void move_to(const Point& point) {
    out_ += 'M';
    to(point);
    append_pair(x_, y_);
    first_step_ = true;
  }
  void line_to(const Point& point) {
    const std::int64_t from_x = x_;
    const std::int64_t from_y = y_;
    to(point);
    if (x_ == from_x && y_ == from_y) return;
    if (first_step_) {
      out_ += 'l';
    } else if (x_ >= from_x) {
      out_ += ' ';  // a minus sign separates by itself
    }
    first_step_ = false;
    append_pair(x_ - from_x, y_ - from_y);
  }
  /// Makes a subpath of one point a dot (lines have round ends).
  void end_line() {
    if (first_step_) out_ += "h0";
  }
  void close() { out_ += 'z'; }

  const std::string& text() const { return out_; }

 private:
  void to(const Point& point) {
    x_ = std::llround(point.x_px * 10);
    y_ = std::llround(point.y_px * 10);
  }
  void append_pair(std::int64_t x, std::int64_t y) {
    append_tenths(out_, x);
    if (y >= 0) out_ += ' ';
    append_tenths(out_, y);
  }

  std::string out_;
  std::int64_t x_ = 0;
  std::int64_t y_ = 0;
  bool first_step_ = true;
};

/// ` fill="#rrggbb"`, and the opacity where it is not full.
std::string paint(const char* attribute, const std::optional<Color>& color) {
  if (!color) return fmt::format(" {}=\"none\"", attribute);
  std::string out =
      fmt::format(" {}=\"#{:02x}{:02x}{:02x}\"", attribute, color->red, color->green, color->blue);
  if (color->opacity_fraction < 1) {
    out += fmt::format(" {}-opacity=\"{:.2f}\"", attribute, color->opacity_fraction);
  }
  return out;
}

std::string dash_attribute(Dash dash) {
  if (dash == Dash::kSolid) return "";
  return dash == Dash::kDashed ? " stroke-dasharray=\"5 4\"" : " stroke-dasharray=\"1 3\"";
}

struct SvgWriter {
  std::string& out;

  void operator()(const Path& path) const {
    PathData data;
    for (const std::vector<Point>& subpath : path.subpaths) {
      if (subpath.empty()) continue;
      data.move_to(subpath.front());
      for (std::size_t i = 1; i < subpath.size(); ++i) data.line_to(subpath[i]);
      if (path.closed) {
        data.close();
      } else {
        data.end_line();
      }
    }
    if (data.text().empty()) return;
    out += "<path" + paint("fill", path.fill);
    if (path.stroke) {
      out += paint("stroke", path.stroke) + dash_attribute(path.dash) +
             fmt::format(" stroke-width=\"{}\"", pixels(path.stroke_px));
    }
    out += " d=\"" + data.text() + "\"/>\n";
  }

  /// Lines of no length with round ends take fewer bytes than circles.
  void operator()(const Dots& dots) const {
    PathData data;
    for (const Point& center : dots.centers) {
      data.move_to(center);
      data.end_line();
    }
    if (data.text().empty()) return;
    out +=
        "<path fill=\"none\"" + paint("stroke", dots.color) +
        fmt::format(" stroke-width=\"{}\" d=\"{}\"/>\n", pixels(2 * dots.radius_px), data.text());
  }

  void operator()(const Text& text) const {
    if (text.text.empty()) return;
    static constexpr std::array<const char*, 3> kAnchors = {"", " text-anchor=\"middle\"",
                                                            " text-anchor=\"end\""};
    const std::string x = pixels(text.at.x_px);
    const std::string y = pixels(text.at.y_px);
    out += fmt::format("<text x=\"{}\" y=\"{}\" font-size=\"{}\"{}{}", x, y, pixels(text.size_px),
                       kAnchors[static_cast<std::size_t>(text.anchor)], paint("fill", text.color));
    if (text.weight == Weight::kBold) out += " font-weight=\"bold\"";
    if (text.clockwise_deg != 0) {
      out += fmt::format(" transform=\"rotate({:g} {} {})\"", text.clockwise_deg, x, y);
    }
    out += '>' + xml_text(printable_text(text.text)) + "</text>\n";
  }

  void operator()(const Raster& raster) const {
    const bool enlarged = raster.rect.width_px > raster.cols;
    out += fmt::format(
        "<image x=\"{:.2f}\" y=\"{:.2f}\" width=\"{:.2f}\" height=\"{:.2f}\" "
        "preserveAspectRatio=\"none\"{} xlink:href=\"data:image/png;base64,{}\"/>\n",
        raster.rect.x_px, raster.rect.y_px, raster.rect.width_px, raster.rect.height_px,
        enlarged ? " style=\"image-rendering:pixelated\"" : "",
        base64(png_bytes({raster.rows, raster.cols, 4, raster.rgba})));
  }

  /// A nested viewport cuts off like a clip path, without an id.
  void operator()(const ClipStart& clip) const {
    const std::string place =
        fmt::format("{} {} {} {}", pixels(clip.rect.x_px), pixels(clip.rect.y_px),
                    pixels(clip.rect.width_px), pixels(clip.rect.height_px));
    out += fmt::format("<svg x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" viewBox=\"{}\">\n",
                       pixels(clip.rect.x_px), pixels(clip.rect.y_px), pixels(clip.rect.width_px),
                       pixels(clip.rect.height_px), place);
  }
  void operator()(const ClipEnd&) const { out += "</svg>\n"; }
};

}  // namespace

std::string svg_text(const Drawing& drawing) {
  std::string out = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" "
      "width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" role=\"img\" "
      "font-family=\"DejaVu Sans,Verdana,sans-serif\" stroke-linecap=\"round\" "
      "stroke-linejoin=\"round\">\n",
      drawing.width_px, drawing.height_px);
  if (!drawing.title.empty())
    out += "<title>" + xml_text(printable_text(drawing.title)) + "</title>\n";
  if (!drawing.description.empty())
    out += "<desc>" + xml_text(printable_text(drawing.description)) + "</desc>\n";
  out += "<path fill=\"#ffffff\" d=\"M0 0h" + std::to_string(drawing.width_px) + "v" +
         std::to_string(drawing.height_px) + "H0z\"/>\n";
  for (const Shape& shape : drawing.shapes) std::visit(SvgWriter{out}, shape);
  return out + "</svg>\n";
}

}  // namespace sciwright::plot
