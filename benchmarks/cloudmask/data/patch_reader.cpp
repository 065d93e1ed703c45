#include "cloudmask/data/patch_reader.h"

#include <numeric>

#include <fmt/format.h>

#include "base/random.h"

namespace sciwright::cloudmask {
namespace {

/// plane[row, column] of a square, read in one of eight ways: the lowest bit mirrors columns, the
/// next rows, the last swaps the two.
template <class T>
void turn_plane(std::span<T> plane, int side, std::uint32_t way) {
  const std::vector<T> from(plane.begin(), plane.end());
  for (int row = 0; row < side; ++row) {
    for (int column = 0; column < side; ++column) {
      int y = (way & 2U) != 0 ? side - 1 - row : row;
      int x = (way & 1U) != 0 ? side - 1 - column : column;
      if ((way & 4U) != 0) std::swap(x, y);
      plane[static_cast<std::size_t>(row * side + column)] =
          from[static_cast<std::size_t>(y * side + x)];
    }
  }
}

std::int64_t bytes_of(const Patch& patch) {
  return static_cast<std::int64_t>(patch.image.values.size() * sizeof(float) +
                                   patch.label.values.size());
}

}  // namespace

void turn(Patch& patch, std::uint32_t way) {
  if (way == 0) return;
  const int side = patch.label.size.height_px;
  for (int c = 0; c < patch.image.num_channels; ++c) turn_plane(patch.image.plane(c), side, way);
  turn_plane(std::span(patch.label.values), side, way);
}

PatchReader::PatchReader(const SurveyedScenes& scenes, std::vector<ChannelStatistics> training,
                         PatchSettings settings)
    : settings_(settings), paths_(scenes.paths), absent_reflectances_(scenes.absent_reflectances) {
  Problems problems;
  SceneReadOptions read = settings_.read;
  for (std::size_t i = 0; i < paths_.size(); ++i) {
    const SceneFile file(paths_[i], read);
    num_reflectances_ = file.num_reflectances();
    num_channels_ = read.num_channels = file.num_channels();
    const ImageSize size = file.size();
    if (std::min(size.height_px, size.width_px) < settings_.patch_px) {
      problems.push_back(
          fmt::format("{}: has {} x {} pixels, smaller than a training patch of {} (data.patch_px)",
                      paths_[i].string(), size.height_px, size.width_px, settings_.patch_px));
      continue;
    }
    const std::vector<Window> windows = training_patches(size, settings_.patch_px);
    for (const Window& window : windows) patches_.push_back({i, window});
    counts_.push_back(windows.size());
  }
  throw_if_any(problems);
  if (settings_.normalisation == Normalisation::kImage) {
    for (const auto& image : scenes.statistics) {
      scales_.push_back(image_scales(image, num_reflectances_));
    }
  } else {
    scales_.push_back(settings_.normalisation == Normalisation::kFixed
                          ? fixed_scales(num_reflectances_, num_channels_)
                          : channel_scales(training));
  }
}

Patch PatchReader::read(std::uint32_t number) {
  const auto count = static_cast<std::uint32_t>(num_patches());
  const std::uint32_t index = number % count;
  const std::uint32_t variant = number / count;
  const auto found = memory_.find(index);
  Patch patch = found != memory_.end() ? found->second : read_from_file(patches_[index]);
  if (found == memory_.end() && bytes_in_memory_ + bytes_of(patch) <= settings_.memory_bytes) {
    bytes_in_memory_ += bytes_of(patch);
    memory_.emplace(index, patch);
  }
  turn(patch, variant % kNumTurns);
  if (settings_.jitter > 0 && variant >= kNumTurns) change_brightness(patch, number);
  return patch;
}

Patch PatchReader::read_from_file(const Place& place) const {
  Scene scene = SceneFile(paths_[place.scene], settings_.read)
                    .read(place.window, absent_reflectances_.at(place.scene));
  normalise(scene.image, scales_[scales_.size() == 1 ? 0 : place.scene],
            settings_.valid_only ? &scene.valid : nullptr);
  for (std::size_t i = 0; settings_.valid_only && i < scene.label.values.size(); ++i) {
    if (scene.valid.values[i] == 0) scene.label.values[i] = kUncounted;
  }
  return {std::move(scene.image), std::move(scene.label)};
}

/// One gain for all reflectances, a smaller one for each: another sensor, another sun.
void PatchReader::change_brightness(Patch& patch, std::uint32_t number) const {
  RandomStream random(derive_seed(settings_.seed, "jitter", number));
  const double all = random.uniform(-settings_.jitter, settings_.jitter);
  const double shift = random.uniform(-settings_.jitter, settings_.jitter);
  for (int c = 0; c < num_reflectances_; ++c) {
    const double own = random.uniform(-settings_.jitter, settings_.jitter) / 2;
    const auto gain = static_cast<float>(1 + all + own);
    for (float& value : patch.image.plane(c)) value = gain * value + static_cast<float>(shift);
  }
}

std::vector<std::uint32_t> full_order(std::size_t num_patches, std::uint32_t variants,
                                      std::uint64_t seed, int epoch) {
  const auto count = static_cast<std::uint32_t>(num_patches);
  const auto index = static_cast<std::uint64_t>(epoch);
  std::vector<std::uint32_t> order = random_permutation(count, derive_seed(seed, "shuffle", index));
  if (variants > 1) {
    RandomStream random(derive_seed(seed, "augment", index));
    for (std::uint32_t& number : order) {
      number += count * static_cast<std::uint32_t>(random.below(variants));
    }
  }
  return order;
}

std::vector<std::uint32_t> reference_order(const std::vector<std::size_t>& patches_of_scenes,
                                           std::size_t buffer_size, std::uint64_t seed, int epoch) {
  std::vector<std::uint32_t> first_of_scene;
  std::uint32_t total = 0;
  for (const std::size_t count : patches_of_scenes) {
    first_of_scene.push_back(total);
    total += static_cast<std::uint32_t>(count);
  }
  std::vector<std::uint32_t> stream;
  const auto num_scenes = static_cast<std::uint32_t>(patches_of_scenes.size());
  for (const std::uint32_t scene : random_permutation(num_scenes, derive_seed(seed, "files"))) {
    for (std::uint32_t i = 0; i < patches_of_scenes[scene]; ++i) {
      stream.push_back(first_of_scene[scene] + i);
    }
  }
  RandomStream random(derive_seed(seed, "shuffle", static_cast<std::uint64_t>(epoch)));
  std::vector<std::uint32_t> order;
  std::vector<std::uint32_t> buffer;
  for (std::size_t next = 0; order.size() < stream.size();) {
    while (buffer.size() < buffer_size && next < stream.size()) buffer.push_back(stream[next++]);
    const std::size_t drawn = random.below(buffer.size());
    order.push_back(buffer[drawn]);
    buffer[drawn] = buffer.back();
    buffer.pop_back();
  }
  return order;
}

}  // namespace sciwright::cloudmask
