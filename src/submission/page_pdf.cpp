#include "submission/page_pdf.h"

#include <cairo-pdf.h>
#include <cairo.h>
#include <memory>
#include <sstream>

#include <fmt/format.h>

#include "base/error.h"
#include "base/printable_text.h"

namespace sciwright::submission {
namespace {

using Surface = std::unique_ptr<cairo_surface_t, decltype(&cairo_surface_destroy)>;
using Context = std::unique_ptr<cairo_t, decltype(&cairo_destroy)>;

// Points of an A4 page.
constexpr double kWidth = 595;
constexpr double kHeight = 842;
constexpr double kMargin = 64;
constexpr double kTextSize = 10;

cairo_status_t append_bytes(void* closure, const unsigned char* data, unsigned int length) {
  static_cast<std::string*>(closure)->append(reinterpret_cast<const char*>(data), length);
  return CAIRO_STATUS_SUCCESS;
}

/// Sets lines of text below each other, on as many pages as they need.
class Typesetter final {
 public:
  explicit Typesetter(cairo_t* cr) : cr_(cr) {}

  void paragraph(const std::string& text, double size, bool bold) {
    cairo_select_font_face(cr_, "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL,
                           bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(cr_, size);
    std::istringstream words(printable_text(text));
    std::string line;
    for (std::string word; words >> word;) {
      const std::string longer = line.empty() ? word : line + " " + word;
      if (!line.empty() && width_of(longer) > kWidth - 2 * kMargin) {
        show(line, size);
        line = word;
      } else {
        line = longer;
      }
    }
    if (!line.empty()) show(line, size);
  }

  void space(double points) { y_ += points; }

 private:
  double width_of(const std::string& text) const {
    cairo_text_extents_t extents;
    cairo_text_extents(cr_, text.c_str(), &extents);
    return extents.x_advance;
  }

  void show(const std::string& line, double size) {
    y_ += size * 1.4;
    if (y_ > kHeight - kMargin) {
      cairo_show_page(cr_);
      y_ = kMargin + size;
    }
    cairo_move_to(cr_, kMargin, y_);
    cairo_show_text(cr_, line.c_str());
  }

  cairo_t* cr_;
  double y_ = kMargin;
};

void set_line(Typesetter& page, const std::string& line) {
  if (line.starts_with("## ")) {
    page.space(6);
    page.paragraph(line.substr(3), 13, true);
  } else if (line.starts_with("# ")) {
    page.paragraph(line.substr(2), 18, true);
  } else if (line.empty()) {
    page.space(6);
  } else {
    page.paragraph(line, kTextSize, false);
  }
}

}  // namespace

std::string document_pdf(const DocumentLines& lines, const std::string& title,
                         const std::string& utc) {
  std::string bytes;
  const Surface surface(cairo_pdf_surface_create_for_stream(append_bytes, &bytes, kWidth, kHeight),
                        cairo_surface_destroy);
  cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_TITLE,
                                 printable_text(title).c_str());
  cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_CREATE_DATE, utc.c_str());
  const Context context(cairo_create(surface.get()), cairo_destroy);
  Typesetter page(context.get());
  for (const std::string& line : lines) set_line(page, line);
  cairo_show_page(context.get());
  const cairo_status_t status = cairo_status(context.get());
  cairo_surface_finish(surface.get());
  if (status != CAIRO_STATUS_SUCCESS) {
    throw Error(ErrorKind::kFailure,
                fmt::format("the contribution document cannot be drawn: cairo says {}",
                            cairo_status_to_string(status)));
  }
  return bytes;
}

}  // namespace sciwright::submission
