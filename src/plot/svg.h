#pragma once

#include <string>

#include "plot/drawing.h"

namespace sciwright::plot {

/// The drawing as an SVG 1.1 document with texts as text, a title and a description. It holds no
/// ids, so several may stand in one HTML page, and the same drawing gives the same bytes.
std::string svg_text(const Drawing& drawing);

}  // namespace sciwright::plot
