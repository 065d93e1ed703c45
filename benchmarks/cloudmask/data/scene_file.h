#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cloudmask/data/scene.h"
#include "cloudmask/data/tiling.h"
#include "io/hdf5.h"

namespace sciwright::cloudmask {

/// How scenes are read.
struct SceneReadOptions {
  /// Bits of `bayes` that mean cloud; the reference takes any. 1 single low, 2 single moderate, 4
  /// dual low, 8 dual moderate confidence.
  unsigned label_bits = 0xFFFF;
  bool needs_label = true;  ///< Without `bayes` the label is empty instead of an error.
  int num_channels = 0;     ///< Reflectances and temperatures there must be; 0 takes any.
  int height_px = 0;        ///< Rows there must be; 0 takes any.
  int width_px = 0;         ///< Columns there must be; 0 takes any.
  bool extras = true;  ///< Also read what training does not need: truth, land, summary, places.
};

/// A scene in the benchmark's HDF5 layout (spec 1.2), open for reading: `refs` [H, W, R], `bts` [H,
/// W, T] (optional), `bayes` [H, W, 1] or [H, W], `summary` (optional), of any float or integer
/// type; and what our own writer adds: `truth`, `land`, `latitude` and `longitude`, and the
/// attribute `solar_zenith_deg` of the middle. One thread. All errors are usage errors that name
/// file, dataset, what was found and what was expected.
class SceneFile final {
 public:
  /// Checks the shapes.
  explicit SceneFile(std::filesystem::path path, SceneReadOptions options = {});

  ImageSize size() const { return size_; }
  int num_reflectances() const { return num_reflectances_; }
  int num_channels() const { return num_reflectances_ + num_temperatures_; }

  /// The whole scene. Throws when no pixel is valid.
  Scene read() const;
  /// A part that lies inside the image (a training patch); reads only the chunks it touches.
  /// `absent_reflectances` are those of the whole scene, without which the part cannot tell a hole
  /// from a channel that is nowhere.
  Scene read(const Window& window, std::vector<int> absent_reflectances) const;

 private:
  /// All but what depends on which pixels are valid.
  Scene read_image(const Window& window) const;
  Scene with_masks(Scene scene, const Window& window) const;
  void read_channels(const Window& window, Scene& scene) const;
  Mask read_label(const Window& window, Mask& valid) const;
  std::optional<Mask> read_extra(const std::string& dataset, const Window& window) const;
  /// The [rows, columns] of a dataset with one channel or none.
  template <class T>
  std::vector<T> read_plane(const std::string& dataset, const Window& window) const;

  std::filesystem::path path_;
  SceneReadOptions options_;
  io::Hdf5Reader file_;
  ImageSize size_;
  int num_reflectances_ = 0;
  int num_temperatures_ = 0;
};

/// SceneFile(path, options).read().
Scene read_scene(const std::filesystem::path& path, SceneReadOptions options = {});

/// The reflectances without any finite value.
std::vector<int> find_absent(const Planes& image, int num_reflectances);

/// Marks the pixels that have data, and puts 0 for values that are not finite. With brightness
/// temperatures a pixel is valid when they are finite and above 0 K (borders are 0); without, when
/// a reflectance is not 0. Reflectances must be finite too, but for the absent ones.
Mask mark_valid(Planes& image, int num_reflectances, const std::vector<int>& absent_reflectances);

}  // namespace sciwright::cloudmask
