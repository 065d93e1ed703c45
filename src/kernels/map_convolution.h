#pragma once

#include <memory>

#include <torch/types.h>

#include "kernels/feature_map.h"

namespace sciwright::kernels {

/// What a convolution is of.
struct ConvolutionShape {
  MapSize in;
  std::int64_t out_channels = 0;
  bool doubles = false;  ///< Each pixel is taken twice along rows and columns first.
  bool adds = false;     ///< Adds to what is in the output. Not with `doubles`.
  bool relu = false;     ///< Ends in relu. Not with `doubles`.
  Number number = Number::kFloat32;

  MapSize out() const {
    const std::int64_t factor = doubles ? 2 : 1;
    return {out_channels, factor * in.height, factor * in.width};
  }
};

/// A 3×3 convolution of the map of one image, zeros around it, with its gradients. Products are of
/// the maps' type, sums, weights and their gradients float32. In float32 it is Winograd's F(4×4,
/// 3×3) (Lavin and Gray 2016) where oneDNN has that: equal up to rounding, and what is not finite
/// spreads over 6×6 pixels instead of 3×3.
///
/// A convolution of the doubled map is computed from the small one: of the nine weights those that
/// meet the same small pixel are summed first, which leaves 4 products of 9 and needs no large
/// copy.
///
/// Needs has_fast_maps(). Not for use by two threads at once; it uses the threads of libtorch.
class MapConvolution final {
 public:
  explicit MapConvolution(const ConvolutionShape& shape);
  ~MapConvolution();
  MapConvolution(MapConvolution&&) noexcept;
  MapConvolution& operator=(MapConvolution&&) noexcept;

  const ConvolutionShape& shape() const { return shape_; }

  /// Takes the weights [out_channels, in.channels, 3, 3] (may be a part of a larger tensor) and the
  /// bias [out_channels], float32; with `doubles` there is no bias. What backward_data() needs of
  /// them only where `with_backward`.
  void set_weights(const torch::Tensor& kernel, const torch::Tensor& bias, bool with_backward);

  /// out = relu(convolution + bias + out), the parts as the shape says.
  void forward(const Map& in, const Map& out);

  /// The gradient of `in` from that of the convolution (before relu).
  void backward_data(const Map& out_gradient, const Map& in_gradient);

  /// The gradients of weights and bias of an image; is_first: replacing those of the images before,
  /// else adding to them.
  void backward_weights(const Map& in, const Map& out_gradient, bool is_first);

  /// Copies the sums of backward_weights() to [out_channels, in.channels, 3, 3] (may be a part of a
  /// larger tensor), and [out_channels] where the shape has a bias.
  void copy_gradients(const torch::Tensor& kernel, const torch::Tensor& bias) const;

 private:
  struct Primitives;

  ConvolutionShape shape_;
  std::unique_ptr<Primitives> primitives_;
};

}  // namespace sciwright::kernels
