#include "plot/cairo_canvas.h"

#include <algorithm>
#include <array>
#include <cairo-pdf.h>
#include <cairo.h>
#include <cmath>
#include <memory>
#include <numbers>

#include <fmt/format.h>

#include "base/error.h"
#include "base/printable_text.h"
#include "plot/png.h"

namespace sciwright::plot {
namespace {

constexpr double kPointsPerCssPixel = 72.0 / 96.0;
constexpr double kMostPixels = 1e8;

using Surface = std::unique_ptr<cairo_surface_t, decltype(&cairo_surface_destroy)>;
using Context = std::unique_ptr<cairo_t, decltype(&cairo_destroy)>;
using FontOptions = std::unique_ptr<cairo_font_options_t, decltype(&cairo_font_options_destroy)>;

void check(cairo_status_t status) {
  if (status == CAIRO_STATUS_SUCCESS) return;
  throw Error(ErrorKind::kFailure,
              fmt::format("plot: cairo cannot draw: {}", cairo_status_to_string(status)));
}

void set_color(cairo_t* cr, const Color& color) {
  cairo_set_source_rgba(cr, color.red / 255.0, color.green / 255.0, color.blue / 255.0,
                        color.opacity_fraction);
}

void set_dash(cairo_t* cr, Dash dash) {
  static constexpr std::array<double, 2> kDashed = {5, 4};
  static constexpr std::array<double, 2> kDotted = {1, 3};
  const double* lengths = dash == Dash::kDashed ? kDashed.data() : kDotted.data();
  cairo_set_dash(cr, lengths, dash == Dash::kSolid ? 0 : 2, 0);
}

/// cairo keeps pixels as premultiplied 0xAARRGGBB.
std::uint32_t premultiplied(const std::uint8_t* rgba) {
  const auto level = [&](int channel) {
    return static_cast<std::uint32_t>((rgba[channel] * rgba[3] + 127) / 255);
  };
  return std::uint32_t{rgba[3]} << 24 | level(0) << 16 | level(1) << 8 | level(2);
}

Surface surface_of(const Raster& raster) {
  Surface surface(cairo_image_surface_create(CAIRO_FORMAT_ARGB32, raster.cols, raster.rows),
                  cairo_surface_destroy);
  check(cairo_surface_status(surface.get()));
  auto* data = cairo_image_surface_get_data(surface.get());
  const int stride = cairo_image_surface_get_stride(surface.get());
  for (int row = 0; row < raster.rows; ++row) {
    auto* out = reinterpret_cast<std::uint32_t*>(data + static_cast<std::ptrdiff_t>(row) * stride);
    const std::uint8_t* in =
        raster.rgba.data() + static_cast<std::ptrdiff_t>(row) * raster.cols * 4;
    for (int col = 0; col < raster.cols; ++col) out[col] = premultiplied(in + 4 * col);
  }
  cairo_surface_mark_dirty(surface.get());
  return surface;
}

struct CairoPainter {
  cairo_t* cr;

  void operator()(const Path& path) const {
    cairo_new_path(cr);
    for (const std::vector<Point>& subpath : path.subpaths) {
      if (subpath.empty()) continue;
      cairo_move_to(cr, subpath.front().x_px, subpath.front().y_px);
      for (const Point& point : subpath) cairo_line_to(cr, point.x_px, point.y_px);
      if (path.closed) cairo_close_path(cr);
    }
    if (path.fill) {
      set_color(cr, *path.fill);
      cairo_fill_preserve(cr);
    }
    if (path.stroke) {
      set_color(cr, *path.stroke);
      cairo_set_line_width(cr, path.stroke_px);
      set_dash(cr, path.dash);
      cairo_stroke_preserve(cr);
    }
    cairo_new_path(cr);
  }

  void operator()(const Dots& dots) const {
    cairo_new_path(cr);
    for (const Point& center : dots.centers) {
      cairo_move_to(cr, center.x_px, center.y_px);
      cairo_line_to(cr, center.x_px, center.y_px);
    }
    set_color(cr, dots.color);
    set_dash(cr, Dash::kSolid);
    cairo_set_line_width(cr, 2 * dots.radius_px);
    cairo_stroke(cr);
  }

  void operator()(const Text& text) const {
    const std::string shown = printable_text(text.text);
    cairo_select_font_face(
        cr, "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL,
        text.weight == Weight::kBold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(cr, text.size_px);
    cairo_text_extents_t extents;
    cairo_text_extents(cr, shown.c_str(), &extents);
    static constexpr std::array<double, 3> kShares = {0, 0.5, 1};
    cairo_save(cr);
    cairo_translate(cr, text.at.x_px, text.at.y_px);
    cairo_rotate(cr, text.clockwise_deg * std::numbers::pi / 180);
    cairo_move_to(cr, -extents.x_advance * kShares[static_cast<std::size_t>(text.anchor)], 0);
    set_color(cr, text.color);
    cairo_show_text(cr, shown.c_str());
    cairo_restore(cr);
  }

  void operator()(const Raster& raster) const {
    const Surface surface = surface_of(raster);
    cairo_save(cr);
    cairo_translate(cr, raster.rect.x_px, raster.rect.y_px);
    cairo_scale(cr, raster.rect.width_px / raster.cols, raster.rect.height_px / raster.rows);
    cairo_set_source_surface(cr, surface.get(), 0, 0);
    const bool enlarged = raster.rect.width_px > raster.cols;
    cairo_pattern_set_filter(cairo_get_source(cr),
                             enlarged ? CAIRO_FILTER_NEAREST : CAIRO_FILTER_GOOD);
    cairo_rectangle(cr, 0, 0, raster.cols, raster.rows);
    cairo_fill(cr);
    cairo_restore(cr);
  }

  void operator()(const ClipStart& clip) const {
    cairo_save(cr);
    cairo_rectangle(cr, clip.rect.x_px, clip.rect.y_px, clip.rect.width_px, clip.rect.height_px);
    cairo_clip(cr);
  }
  void operator()(const ClipEnd&) const { cairo_restore(cr); }
};

void paint(cairo_surface_t* surface, const Drawing& drawing, double scale) {
  const Context context(cairo_create(surface), cairo_destroy);
  cairo_t* cr = context.get();
  const FontOptions options(cairo_font_options_create(), cairo_font_options_destroy);
  // Not fitted to the pixel grid, nor smoothed for one kind of screen: the same in every size.
  cairo_font_options_set_hint_style(options.get(), CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options.get(), CAIRO_HINT_METRICS_OFF);
  cairo_font_options_set_antialias(options.get(), CAIRO_ANTIALIAS_GRAY);
  cairo_set_font_options(cr, options.get());
  cairo_scale(cr, scale, scale);
  // Four by four samples for each pixel: three times as fast as the default on long noisy lines.
  cairo_set_antialias(cr, CAIRO_ANTIALIAS_FAST);
  cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
  set_color(cr, kWhite);
  cairo_paint(cr);
  for (const Shape& shape : drawing.shapes) std::visit(CairoPainter{cr}, shape);
  check(cairo_status(cr));
}

/// Red, green, blue of an opaque surface.
std::vector<std::uint8_t> rgb_of(cairo_surface_t* surface, int rows, int cols) {
  cairo_surface_flush(surface);
  const auto* data = cairo_image_surface_get_data(surface);
  const int stride = cairo_image_surface_get_stride(surface);
  std::vector<std::uint8_t> rgb(static_cast<std::size_t>(rows) * static_cast<std::size_t>(cols) *
                                3);
  std::uint8_t* out = rgb.data();
  for (int row = 0; row < rows; ++row) {
    const auto* in =
        reinterpret_cast<const std::uint32_t*>(data + static_cast<std::ptrdiff_t>(row) * stride);
    for (int col = 0; col < cols; ++col, out += 3) {
      out[0] = static_cast<std::uint8_t>(in[col] >> 16);
      out[1] = static_cast<std::uint8_t>(in[col] >> 8);
      out[2] = static_cast<std::uint8_t>(in[col]);
    }
  }
  return rgb;
}

cairo_status_t append_bytes(void* closure, const unsigned char* data, unsigned int length) {
  static_cast<std::string*>(closure)->append(reinterpret_cast<const char*>(data), length);
  return CAIRO_STATUS_SUCCESS;
}

}  // namespace

std::string png_bytes(const Drawing& drawing, double scale) {
  const double width = std::round(drawing.width_px * scale);
  const double height = std::round(drawing.height_px * scale);
  if (!(width >= 1 && height >= 1 && width * height <= kMostPixels)) {
    throw Error(ErrorKind::kFailure,
                fmt::format("plot: a picture of {} x {} pixels at scale {} is out of range",
                            drawing.width_px, drawing.height_px, scale));
  }
  const int cols = static_cast<int>(width);
  const int rows = static_cast<int>(height);
  const Surface surface(cairo_image_surface_create(CAIRO_FORMAT_RGB24, cols, rows),
                        cairo_surface_destroy);
  check(cairo_surface_status(surface.get()));
  paint(surface.get(), drawing, scale);
  return png_bytes({rows, cols, 3, rgb_of(surface.get(), rows, cols)});
}

std::string pdf_bytes(const Drawing& drawing) {
  std::string out;
  {
    const Surface surface(cairo_pdf_surface_create_for_stream(
                              append_bytes, &out, drawing.width_px * kPointsPerCssPixel,
                              drawing.height_px * kPointsPerCssPixel),
                          cairo_surface_destroy);
    check(cairo_surface_status(surface.get()));
    cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_TITLE,
                                   printable_text(drawing.title).c_str());
    // cairo would write the time of day.
    cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_CREATE_DATE,
                                   "1970-01-01T00:00:00Z");
    paint(surface.get(), drawing, kPointsPerCssPixel);
    cairo_surface_finish(surface.get());
    check(cairo_surface_status(surface.get()));
  }
  return out;
}

}  // namespace sciwright::plot
