#pragma once

#include "plot/layers.h"

namespace sciwright::plot {

/// Draws what the layers write: values over bars, texts along marks, boxes, labels of places; or
/// "no data" where the panel shows nothing.
void draw_layer_texts(Drawing& drawing, const Frame& frame, const Panel& panel);

}  // namespace sciwright::plot
