#pragma once

#include "plot/drawing.h"

namespace sciwright::plot {

/// Lays a figure out: a pure function, the same on every machine. Throws a failure when a layer's
/// data do not fit each other.
Drawing lay_out(const Figure& figure);

}  // namespace sciwright::plot
