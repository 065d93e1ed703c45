#pragma once

#include "plot/figure.h"

namespace sciwright::plot {

/// Data units onto 0..1 along an axis or a colour bar.
struct Scale {
  bool logarithmic = false;
  double low = 0;
  double high = 1;

  /// 0 at low, 1 at high, beyond outside; NaN for what the axis cannot show (not finite, or <= 0 on
  /// a logarithmic one).
  double fraction(double value) const;
};

enum class Direction { kX, kY };

/// The scale of a panel's axis: the limits given, the others from the layers' data with a little
/// air. Rasters fit without air, bars and histograms stand on zero. No data gives 0..1 (1..10 on a
/// logarithmic axis), one value a range around it, so low and high always differ.
Scale axis_scale(const Panel& panel, Direction direction);

/// The scale of a heatmap's colours, likewise.
Scale color_scale(const Heatmap& heatmap);

/// True when a layer has a value its panel can show, or a picture.
bool has_data(const Panel& panel);

/// Throws a failure that names the layer when the sizes of its data do not fit each other.
void check_sizes(const Layer& layer);

}  // namespace sciwright::plot
