#include "earthquake/data/observations.h"

#include <limits>

namespace sciwright::earthquake {

Forecast observations(const PixelHistory& history, const SequenceAxis& axis,
                      const PredictionParameter& parameter) {
  const PixelSeries<double>& magnitudes = history.magnitude(parameter.window);
  Forecast out(history.num_pixels(), axis.num_sequences(), std::numeric_limits<float>::quiet_NaN());
  for (int s = 0; s < out.num_times; ++s) {
    const int end = axis.target_end(s, parameter);
    if (end >= magnitudes.num_times) break;
    for (int p = 0; p < out.num_pixels; ++p) {
      out.at(p, s) = static_cast<float>(magnitudes.at(p, end));
    }
  }
  return out;
}

}  // namespace sciwright::earthquake
