#include "earthquake/data/sequence_features.h"

#include <algorithm>
#include <limits>

#include "base/parallel_for.h"

namespace sciwright::earthquake {
namespace {

FeatureTensor make_tensor(std::size_t num_pixels, int num_times, int num_columns) {
  FeatureTensor tensor{.num_pixels = static_cast<int>(num_pixels),
                       .num_times = num_times,
                       .num_columns = num_columns};
  tensor.values.resize(num_pixels * static_cast<std::size_t>(num_times) *
                       static_cast<std::size_t>(num_columns));
  return tensor;
}

int num_data_times(const FeatureSource& source) {
  return source.fortnights.num() - kDroppedFortnights;
}

/// [times][12] over the data's times and the year after them.
std::vector<std::vector<float>> all_time_encodings(const FeatureSource& source) {
  std::vector<std::vector<float>> encodings;
  for (int i = 0; i < num_data_times(source) + kDecoderSteps; ++i) {
    encodings.push_back(time_encodings(i, source.num_time_points));
  }
  return encodings;
}

/// Calls `fill` for every pixel in parallel.
template <class Fill>
void for_each_pixel(const FeatureSource& source, const Fill& fill) {
  parallel_for(source.locs.size(), source.num_threads, [&](std::size_t begin, std::size_t end) {
    for (std::size_t p = begin; p < end; ++p) fill(static_cast<int>(p));
  });
}

/// Writes one normalised quantity into a column of a pixel; times beyond the data become NaN.
void fill_quantity(const FeatureSource& source, const Quantity& quantity,
                   const QuantityStatistics& scale, int pixel, int column, FeatureTensor& tensor) {
  std::vector<double> series(static_cast<std::size_t>(source.fortnights.num()));
  quantity_series(quantity, source.fortnights, source.locs[static_cast<std::size_t>(pixel)],
                  series);
  const double norm = scale.norm();
  for (int i = 0; i < tensor.num_times; ++i) {
    const auto k = static_cast<std::size_t>(kDroppedFortnights + i);
    tensor.at(pixel, i)[static_cast<std::size_t>(column)] =
        k < series.size() ? static_cast<float>((series[k] - scale.min) * norm)
                          : std::numeric_limits<float>::quiet_NaN();
  }
}

/// Writes LinearSpace, the constant and the functions of time to the end of `row`.
void fill_known(const FeatureSource& source, int pixel, const std::vector<float>& encodings,
                std::span<float> row) {
  const std::span<float> known = row.last(kNumKnownFeatures);
  known[0] = static_cast<float>(pixel) / static_cast<float>(source.locs.size());
  known[1] = 0.5F;
  std::copy(encodings.begin(), encodings.end(), known.begin() + 2);
}

}  // namespace

FeatureTensor sequence_features(const FeatureSource& source, FeatureForm form) {
  const FeatureLayout layout = feature_layout(form);
  const std::vector<std::vector<float>> encodings = all_time_encodings(source);
  FeatureTensor tensor =
      make_tensor(source.locs.size(), static_cast<int>(encodings.size()), layout.num_features());
  for_each_pixel(source, [&](int pixel) {
    const auto loc = static_cast<std::size_t>(source.locs[static_cast<std::size_t>(pixel)]);
    for (int i = 0; i < tensor.num_times; ++i) {
      const std::span<float> row = tensor.at(pixel, i);
      if (form == FeatureForm::kReference) {
        row[0] = static_cast<float>(pixel * source.num_time_points + i);
      }
      for (std::size_t q = 0; q < kNumFaultLabels; ++q) {
        row[static_cast<std::size_t>(layout.first_static()) + q] =
            static_cast<float>(source.scales[q].normalised(source.faults[q][loc]));
      }
      fill_known(source, pixel, encodings[static_cast<std::size_t>(i)], row);
    }
    for (int d = kNumFaultLabels; d < kNumFaultLabels + kNumDynamicFeatures; ++d) {
      const auto q = static_cast<std::size_t>(d);
      fill_quantity(source, reference_quantities()[q], source.scales[q], pixel,
                    layout.first_static() + d, tensor);
    }
  });
  return tensor;
}

FeatureTensor ahead_targets(const FeatureSource& source) {
  const std::vector<std::vector<float>> encodings = all_time_encodings(source);
  FeatureTensor tensor = make_tensor(source.locs.size(), num_data_times(source), kNumAheadOutputs);
  for_each_pixel(source, [&](int pixel) {
    for (int i = 0; i < tensor.num_times; ++i) {
      fill_known(source, pixel, encodings[static_cast<std::size_t>(i + 1)], tensor.at(pixel, i));
    }
    for (int column = 0; column < kNumAheadPredictions; ++column) {
      const PredictionParameter& parameter = ahead_parameters()[static_cast<std::size_t>(column)];
      fill_quantity(
          source, {.name = parameter.name, .window = parameter.window, .lead = parameter.step},
          source.scales[static_cast<std::size_t>(parameter.quantity)], pixel, column, tensor);
    }
  });
  return tensor;
}

}  // namespace sciwright::earthquake
