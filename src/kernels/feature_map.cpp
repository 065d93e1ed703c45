#include "kernels/feature_map.h"

#include <algorithm>
#include <bit>
#include <vector>

#include <ATen/Parallel.h>
#include <oneapi/dnnl/dnnl.hpp>

// The loops below are compiled for the instructions that has_fast_maps() asks for.
#if defined(__x86_64__) && defined(__GNUC__)
#define SCIWRIGHT_WIDE __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl")))
#define SCIWRIGHT_INLINE __attribute__((always_inline)) inline
#else
#define SCIWRIGHT_WIDE
#define SCIWRIGHT_INLINE inline
#endif

namespace sciwright::kernels {
namespace {

constexpr std::int64_t kBlock = MapSize::kBlock;

/// The upper half of a float32.
struct Bfloat16 {
  std::uint16_t bits;
};

SCIWRIGHT_INLINE float to_float(float x) { return x; }

SCIWRIGHT_INLINE float to_float(Bfloat16 x) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(x.bits) << 16);
}

template <class T>
SCIWRIGHT_INLINE T rounded(float x);

template <>
SCIWRIGHT_INLINE float rounded(float x) {
  return x;
}

/// To the nearest, ties to even; NaN stays NaN.
template <>
SCIWRIGHT_INLINE Bfloat16 rounded(float x) {
  const auto bits = std::bit_cast<std::uint32_t>(x);
  const std::uint32_t nearest = (bits + 0x7fffU + ((bits >> 16) & 1U)) >> 16;
  const std::uint32_t quiet = (bits >> 16) | 0x40U;
  const bool is_nan = (bits & 0x7fffffffU) > 0x7f800000U;
  return {static_cast<std::uint16_t>(is_nan ? quiet : nearest)};
}

/// Whether relu lets a gradient through: positive, or NaN.
SCIWRIGHT_INLINE bool is_open(float y) { return !(y <= 0); }

template <class T>
T* values(const Map& map) {
  return static_cast<T*>(map.data);
}

/// Calls `body` with a value of the type of the map's numbers.
template <class Body>
void with_number(const Map& map, const Body& body) {
  if (map.number == Number::kFloat32) {
    body(float());
  } else {
    body(Bfloat16());
  }
}

/// Calls `row(r)` for rows [0, num_rows), shared among the threads.
template <class Row>
void for_rows(std::int64_t num_rows, std::int64_t values_in_row, const Row& row) {
  const std::int64_t rows_of_task = std::max<std::int64_t>(1, 16384 / values_in_row);
  at::parallel_for(0, num_rows, rows_of_task, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t r = begin; r < end; ++r) row(r);
  });
}

template <class T>
SCIWRIGHT_WIDE void load_row(const float* in, T* out, std::int64_t count, std::int64_t plane,
                             std::int64_t channels) {
  for (std::int64_t x = 0; x < count; ++x) {
    for (std::int64_t c = 0; c < kBlock; ++c) {
      out[x * kBlock + c] = c < channels ? rounded<T>(in[c * plane + x]) : T();
    }
  }
}

template <class T>
SCIWRIGHT_WIDE void relu_row(T* x, std::int64_t count) {
  for (std::int64_t i = 0; i < count; ++i) x[i] = is_open(to_float(x[i])) ? x[i] : T();
}

template <class T>
SCIWRIGHT_WIDE void relu_backward_row(const T* y, T* gradient, std::int64_t count) {
  for (std::int64_t i = 0; i < count; ++i) {
    gradient[i] = is_open(to_float(y[i])) ? gradient[i] : T();
  }
}

/// The four pixels under one of the halved map; the lower two lie `row` values further.
template <class T>
struct Window {
  SCIWRIGHT_INLINE Window(T* first, std::int64_t row)
      : pixel{first, first + kBlock, first + row, first + row + kBlock} {}
  T* pixel[4];
};

template <class T>
SCIWRIGHT_WIDE void halve_row(const T* in, T* out, std::int64_t count, std::int64_t row) {
  for (std::int64_t x = 0; x < count; ++x) {
    const Window<const T> window(in + 2 * x * kBlock, row);
    for (std::int64_t c = 0; c < kBlock; ++c) {
      float best = to_float(window.pixel[0][c]);
      for (int k = 1; k < 4; ++k) {
        const float value = to_float(window.pixel[k][c]);
        best = value <= best ? best : (best != best && value == value ? best : value);
      }
      out[x * kBlock + c] = rounded<T>(best);
    }
  }
}

template <class T>
SCIWRIGHT_WIDE void halve_backward_row(const T* y, const T* halved, T* gradient, std::int64_t count,
                                       std::int64_t row) {
  for (std::int64_t x = 0; x < count; ++x) {
    const Window<const T> from(y + 2 * x * kBlock, row);
    const Window<T> to(gradient + 2 * x * kBlock, row);
    for (std::int64_t c = 0; c < kBlock; ++c) {
      float best = to_float(from.pixel[0][c]);
      int at = 0;
      for (int k = 1; k < 4; ++k) {
        const float value = to_float(from.pixel[k][c]);
        const bool wins = value > best || value != value;
        best = wins ? value : best;
        at = wins ? k : at;
      }
      const float passed = to_float(halved[x * kBlock + c]);
      for (int k = 0; k < 4; ++k) {
        const float sum = to_float(to.pixel[k][c]) + (at == k ? passed : 0.0F);
        to.pixel[k][c] = rounded<T>(is_open(to_float(from.pixel[k][c])) ? sum : 0.0F);
      }
    }
  }
}

/// out += weights · in of one block of channels.
template <class T>
SCIWRIGHT_WIDE void head_row(const T* in, const float* weights, float* out, std::int64_t count) {
  for (std::int64_t x = 0; x < count; ++x) {
    float sum[kBlock];
    for (std::int64_t c = 0; c < kBlock; ++c) sum[c] = weights[c] * to_float(in[x * kBlock + c]);
    for (std::int64_t half = kBlock / 2; half > 0; half /= 2) {
      for (std::int64_t c = 0; c < half; ++c) sum[c] += sum[c + half];
    }
    out[x] += sum[0];
  }
}

template <class T>
SCIWRIGHT_WIDE void head_backward_row(const T* y, const float* weights, const float* out_gradient,
                                      T* gradient, float* weight_gradient, std::int64_t count) {
  for (std::int64_t x = 0; x < count; ++x) {
    for (std::int64_t c = 0; c < kBlock; ++c) {
      const float value = to_float(y[x * kBlock + c]);
      weight_gradient[c] += out_gradient[x] * value;
      gradient[x * kBlock + c] = rounded<T>(is_open(value) ? out_gradient[x] * weights[c] : 0.0F);
    }
  }
}

/// Weights of a head filled up to whole blocks.
std::vector<float> padded(const float* weights, const MapSize& size) {
  std::vector<float> out(static_cast<std::size_t>(size.num_blocks() * kBlock));
  std::copy_n(weights, size.channels, out.begin());
  return out;
}

}  // namespace

bool has_fast_maps(Number number) {
#if defined(__x86_64__)
  // Every set of instructions is the bits of those it includes.
  const auto needed = static_cast<unsigned>(
      number == Number::kFloat32 ? dnnl::cpu_isa::avx512_core : dnnl::cpu_isa::avx512_core_bf16);
  return (static_cast<unsigned>(dnnl::get_effective_cpu_isa()) & needed) == needed;
#else
  (void)number;
  return false;
#endif
}

void load_image(const float* image, const Map& out) {
  const auto [channels, height, width] = out.size;
  const std::int64_t plane = height * width;
  with_number(out, [&]<class T>(T) {
    for_rows(out.size.num_blocks() * height, width * kBlock, [&](std::int64_t r) {
      const std::int64_t block = r / height;
      load_row(image + block * kBlock * plane + r % height * width,
               values<T>(out) + r * width * kBlock, width, plane,
               std::min(kBlock, channels - block * kBlock));
    });
  });
}

void apply_relu(const Map& map) {
  const std::int64_t length = map.size.width * kBlock;
  with_number(map, [&]<class T>(T) {
    for_rows(map.size.num_blocks() * map.size.height, length,
             [&](std::int64_t r) { relu_row(values<T>(map) + r * length, length); });
  });
}

void halve(const Map& in, const Map& out) {
  const std::int64_t row = in.size.width * kBlock;
  with_number(in, [&]<class T>(T) {
    for_rows(out.size.num_blocks() * out.size.height, 2 * row, [&](std::int64_t r) {
      halve_row(values<const T>(in) + 2 * r * row, values<T>(out) + r * row / 2, out.size.width,
                row);
    });
  });
}

void relu_backward(const Map& y, const Map& gradient) {
  const std::int64_t length = y.size.width * kBlock;
  with_number(y, [&]<class T>(T) {
    for_rows(y.size.num_blocks() * y.size.height, length, [&](std::int64_t r) {
      relu_backward_row(values<const T>(y) + r * length, values<T>(gradient) + r * length, length);
    });
  });
}

void halve_backward(const Map& y, const Map& halved_gradient, const Map& gradient) {
  const MapSize& half = halved_gradient.size;
  const std::int64_t row = y.size.width * kBlock;
  with_number(y, [&]<class T>(T) {
    for_rows(half.num_blocks() * half.height, 2 * row, [&](std::int64_t r) {
      halve_backward_row(values<const T>(y) + 2 * r * row,
                         values<const T>(halved_gradient) + r * row / 2,
                         values<T>(gradient) + 2 * r * row, half.width, row);
    });
  });
}

void apply_head(const Map& in, const Head& head, float* out) {
  const auto [channels, height, width] = in.size;
  const std::vector<float> weights = padded(head.weights, in.size);
  with_number(in, [&]<class T>(T) {
    for_rows(height, width * kBlock, [&](std::int64_t r) {
      std::fill_n(out + r * width, width, *head.bias);
      for (std::int64_t block = 0; block < in.size.num_blocks(); ++block) {
        head_row(values<const T>(in) + (block * height + r) * width * kBlock,
                 weights.data() + block * kBlock, out + r * width, width);
      }
    });
  });
}

void head_backward(const Map& y, const Head& head, const float* out_gradient, const Map& gradient,
                   const HeadGradients& found) {
  const auto [channels, height, width] = y.size;
  const std::int64_t all = y.size.num_blocks() * kBlock;
  const std::vector<float> weights = padded(head.weights, y.size);
  // Sums of rows apart, so that they do not depend on who computes which.
  std::vector<float> sums(static_cast<std::size_t>(height * (all + 1)));
  with_number(y, [&]<class T>(T) {
    for_rows(height, width * kBlock, [&](std::int64_t r) {
      float* sum = sums.data() + r * (all + 1);
      for (std::int64_t block = 0; block < y.size.num_blocks(); ++block) {
        const std::int64_t at = (block * height + r) * width * kBlock;
        head_backward_row(values<const T>(y) + at, weights.data() + block * kBlock,
                          out_gradient + r * width, values<T>(gradient) + at, sum + block * kBlock,
                          width);
      }
      for (std::int64_t x = 0; x < width; ++x) sum[all] += out_gradient[r * width + x];
    });
  });
  for (std::int64_t r = 0; r < height; ++r) {
    const float* sum = sums.data() + r * (all + 1);
    for (std::int64_t c = 0; c < channels; ++c) found.weights[c] += sum[c];
    *found.bias += sum[all];
  }
}

}  // namespace sciwright::kernels
