#pragma once

#include <cstddef>
#include <cstdint>

/// Feature maps of one image in the layout that oneDNN's convolutions like best on AVX-512, and the
/// passes over them that are not convolutions. Every pass goes through memory once. All of them
/// need has_fast_maps(); what they do in plain libtorch stands beside each.
namespace sciwright::kernels {

/// Number type that maps are kept in. Sums are float32 in either.
enum class Number { kFloat32, kBfloat16 };

/// Whether this processor has what the passes and convolutions of this type need: AVX-512, for
/// bfloat16 with products of it.
bool has_fast_maps(Number number);

struct MapSize {
  static constexpr std::int64_t kBlock = 16;  ///< Channels that lie side by side.

  std::int64_t channels = 0;
  std::int64_t height = 0;
  std::int64_t width = 0;

  std::int64_t num_blocks() const { return (channels + kBlock - 1) / kBlock; }
  std::int64_t num_values() const { return num_blocks() * kBlock * height * width; }
};

/// A map somewhere in memory: [channels / 16][height][width][16]. Channels that fill up the last
/// block are 0. Owns nothing; `data` is aligned to 64 bytes.
struct Map {
  MapSize size;
  Number number = Number::kFloat32;
  void* data = nullptr;

  std::size_t num_bytes() const {
    return static_cast<std::size_t>(size.num_values()) * (number == Number::kFloat32 ? 4 : 2);
  }
};

/// An image [channels, height, width] of float32 into a map.
void load_image(const float* image, const Map& out);

/// map = relu(map). NaN stays.
void apply_relu(const Map& map);

/// out = max_pool2d(in, 2); NaN wins.
void halve(const Map& in, const Map& out);

/// Backwards through y = relu(x), told from y: gradient = y > 0 ? gradient : 0.
void relu_backward(const Map& y, const Map& gradient);

/// Backwards through y = relu(x) and both of its uses: `gradient` (of y by another way) gets that
/// of x when `halved_gradient` is that of halve(y). The first of equal pixels takes it, as in
/// libtorch.
void halve_backward(const Map& y, const Map& halved_gradient, const Map& gradient);

/// A 1×1 convolution to one channel: weights [channels] and one bias.
struct Head {
  const float* weights;
  const float* bias;
};

/// out [height, width] = head of the map.
void apply_head(const Map& in, const Head& head, float* out);

/// Where head_backward() adds what it finds.
struct HeadGradients {
  float* weights;  ///< [channels]
  float* bias;     ///< [1]
};

/// Backwards through the head of y = relu(x): `gradient` becomes that of x. Bit-identical for any
/// number of threads.
void head_backward(const Map& y, const Head& head, const float* out_gradient, const Map& gradient,
                   const HeadGradients& found);

}  // namespace sciwright::kernels
