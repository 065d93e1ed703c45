#include "cloudmask/data/channel_statistics.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/parallel_for.h"
#include "base/text_table.h"

namespace sciwright::cloudmask {

double ChannelStatistics::standard_deviation() const {
  return count == 0 ? 0 : std::sqrt(squared_deviation / static_cast<double>(count));
}

void ChannelStatistics::merge(const ChannelStatistics& other) {
  if (other.count == 0) return;
  if (count == 0) {
    *this = other;
    return;
  }
  const auto n = static_cast<double>(count);
  const auto m = static_cast<double>(other.count);
  const double difference = other.mean - mean;
  mean += difference * m / (n + m);
  squared_deviation += other.squared_deviation + difference * difference * n * m / (n + m);
  count += other.count;
  min = std::min(min, other.min);
  max = std::max(max, other.max);
}

ChannelStatistics plane_statistics(std::span<const float> plane,
                                   std::span<const std::uint8_t> valid) {
  ChannelStatistics s;
  const auto first = std::find_if(valid.begin(), valid.end(), [](auto v) { return v != 0; });
  if (first == valid.end()) return s;
  // Sums about one of the values lose no digits.
  const float shift = plane[static_cast<std::size_t>(first - valid.begin())];
  float min = shift;
  float max = shift;
  double sum = 0;
  double squares = 0;
  for (std::size_t i = 0; i < plane.size(); ++i) {
    if (valid[i] == 0) continue;
    const double x = static_cast<double>(plane[i]) - shift;
    ++s.count;
    sum += x;
    squares += x * x;
    min = std::min(min, plane[i]);
    max = std::max(max, plane[i]);
  }
  const auto n = static_cast<double>(s.count);
  s.min = min;
  s.max = max;
  s.mean = shift + sum / n;
  s.squared_deviation = std::max(0.0, squares - sum * sum / n);
  return s;
}

std::vector<ChannelStatistics> channel_statistics(const Scene& scene, int num_threads) {
  std::vector<ChannelStatistics> all(static_cast<std::size_t>(scene.image.num_channels));
  parallel_for(all.size(), num_threads, [&](std::size_t begin, std::size_t end) {
    for (std::size_t c = begin; c < end; ++c) {
      all[c] = plane_statistics(scene.image.plane(static_cast<int>(c)), scene.valid.values);
    }
  });
  return all;
}

void merge(std::vector<ChannelStatistics>& total, const std::vector<ChannelStatistics>& scene) {
  total.resize(std::max(total.size(), scene.size()));
  for (std::size_t c = 0; c < scene.size(); ++c) total[c].merge(scene[c]);
}

bool look_like_radiances(std::span<const ChannelStatistics> reflectances) {
  constexpr double kLargestMeanReflectance = 1.5;
  return std::any_of(reflectances.begin(), reflectances.end(),
                     [](const ChannelStatistics& s) { return s.mean > kLargestMeanReflectance; });
}

std::string statistics_text(const std::vector<ChannelStatistics>& statistics,
                            int num_reflectances) {
  TextTable table;
  table.column("channel", TextTable::Align::kLeft);
  for (const char* header : {"min", "mean", "max", "std"}) table.column(header);
  for (std::size_t c = 0; c < statistics.size(); ++c) {
    const ChannelStatistics& s = statistics[c];
    const int index = static_cast<int>(c);
    const std::string name = index < num_reflectances
                                 ? fmt::format("refs {}", index + 1)
                                 : fmt::format("bts {}", index - num_reflectances + 1);
    table.row({name, fmt::format("{:.4f}", s.min), fmt::format("{:.4f}", s.mean),
               fmt::format("{:.4f}", s.max), fmt::format("{:.4f}", s.standard_deviation())});
  }
  std::string text = table.text();
  if (look_like_radiances(
          std::span(statistics).first(static_cast<std::size_t>(num_reflectances)))) {
    text += "The reflectances look like radiances: their means are above 1.5.\n";
  }
  return text;
}

}  // namespace sciwright::cloudmask
