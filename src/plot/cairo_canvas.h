#pragma once

#include <string>

#include "plot/drawing.h"

namespace sciwright::plot {

/// The drawing in pixels as a PNG file, `scale` of them for each CSS pixel. The same drawing gives
/// the same bytes with the same cairo, freetype and fonts. Throws a failure when cairo cannot.
std::string png_bytes(const Drawing& drawing, double scale);

/// The drawing as a PDF of one page (1 CSS pixel is 1/96 inch), texts as text. No dates inside.
std::string pdf_bytes(const Drawing& drawing);

}  // namespace sciwright::plot
