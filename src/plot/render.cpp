#include "plot/render.h"

#include "base/files.h"
#include "plot/cairo_canvas.h"
#include "plot/layout.h"
#include "plot/svg.h"

namespace sciwright::plot {

std::string svg_text(const Figure& figure) { return svg_text(lay_out(figure)); }

std::string png_bytes(const Figure& figure, double scale) {
  return png_bytes(lay_out(figure), scale);
}

std::string pdf_bytes(const Figure& figure) { return pdf_bytes(lay_out(figure)); }

void write_svg(const Figure& figure, const std::filesystem::path& path) {
  write_file_atomic(path, svg_text(figure));
}

void write_png(const Figure& figure, const std::filesystem::path& path, double scale) {
  write_file_atomic(path, png_bytes(figure, scale));
}

void write_pdf(const Figure& figure, const std::filesystem::path& path) {
  write_file_atomic(path, pdf_bytes(figure));
}

void write_figure(const Figure& figure, const std::filesystem::path& stem, double scale) {
  const Drawing drawing = lay_out(figure);
  write_file_atomic(stem.string() + ".svg", svg_text(drawing));
  write_file_atomic(stem.string() + ".png", png_bytes(drawing, scale));
}

}  // namespace sciwright::plot
