#include "cloudmask/data/labelled_image.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.h"
#include "base/files.h"
#include "cloudmask/data/scene_writer.h"
#include "cloudmask/data/tiling.h"
#include "io/npz.h"

namespace sciwright::cloudmask {
namespace {

/// A part of an image as a scene of its own.
Scene part_of(const Scene& image, const Window& window) {
  Scene part{.name = fmt::format("{}_{:04}_{:04}", image.name, window.top_px, window.left_px),
             .num_reflectances = image.num_reflectances,
             .image = Planes(image.image.num_channels, window.size),
             .valid = Mask(window.size, 1),
             .label = Mask(window.size)};
  copy_window(image.image, window, part.image.values);
  copy_window(image.label, window, 0, part.label.values);
  return part;
}

void write_part(const Scene& image, const Window& window, const std::filesystem::path& directory) {
  make_directories(directory);
  const Scene part = part_of(image, window);
  write_scene(directory / (part.name + ".hdf"), part);
}

/// The quadrant of an image a tile begins in.
int quadrant_of(const Window& window, ImageSize image) {
  return (window.top_px >= image.height_px / 2 ? 2 : 0) +
         (window.left_px >= image.width_px / 2 ? 1 : 0);
}

}  // namespace

Scene read_labelled_image(const std::filesystem::path& path) {
  constexpr std::uint8_t kCloudClass = 4;
  const io::NumpyArrays arrays = io::read_npz(path);
  const auto image = io::cast_array<float>(io::require_array(arrays, "img", path));
  const auto classes = io::cast_array<std::uint8_t>(io::require_array(arrays, "msk", path));
  const bool is_image = image.shape.size() == 3 && !image.values.empty();
  if (!is_image || classes.shape.size() < 2 || classes.shape[0] != image.shape[0] ||
      classes.values.size() != image.shape[0] * image.shape[1]) {
    throw usage_error(fmt::format(
        "{}: 'img' has the shape [{}] and 'msk' [{}], expected [rows, columns, channels] and "
        "[rows, columns] or [rows, columns, 1]",
        path.string(), fmt::join(image.shape, ", "), fmt::join(classes.shape, ", ")));
  }
  const ImageSize size{static_cast<int>(image.shape[0]), static_cast<int>(image.shape[1])};
  const std::size_t channels = image.shape[2];
  Scene scene{.name = path.stem().string(),
              .path = path,
              .num_reflectances = static_cast<int>(channels),
              .image = Planes(static_cast<int>(channels), size),
              .valid = Mask(size, 1),
              .label = Mask(size)};
  for (std::size_t i = 0; i < size.num_pixels(); ++i) {
    for (std::size_t c = 0; c < channels; ++c) {
      scene.image.plane(static_cast<int>(c))[i] = image.values[i * channels + c];
    }
    scene.label.values[i] = classes.values[i] == kCloudClass;
  }
  return scene;
}

void write_labelled_set(const Scene& image, const LabelledSet& set,
                        const std::filesystem::path& directory) {
  const ImageSize size = image.image.size;
  const ImageSize half{size.height_px / 2, size.width_px / 2};
  const ImageSize tile = set.tile_px > 0 ? ImageSize{set.tile_px, set.tile_px}
                         : set.held_out  ? half
                                         : size;
  const ImageSize room = set.held_out ? half : size;
  if (tile.height_px > room.height_px || tile.width_px > room.width_px ||
      (set.held_out &&
       (room.height_px % tile.height_px != 0 || room.width_px % tile.width_px != 0))) {
    throw usage_error(fmt::format(
        "{}: tiles of {} px do not {} of {} x {} pixels", image.path.string(), set.tile_px,
        set.held_out ? "divide a quadrant" : "fit in an image", room.height_px, room.width_px));
  }
  for (int top = 0; top + tile.height_px <= size.height_px; top += tile.height_px) {
    for (int left = 0; left + tile.width_px <= size.width_px; left += tile.width_px) {
      const Window window{top, left, tile};
      if (set.held_out && quadrant_of(window, size) == *set.held_out) continue;
      write_part(image, window, set.held_out ? directory / "training" : directory);
    }
  }
  if (!set.held_out) return;
  const Window test{*set.held_out / 2 * half.height_px, *set.held_out % 2 * half.width_px, half};
  write_part(image, test, directory / "inference");
}

}  // namespace sciwright::cloudmask
