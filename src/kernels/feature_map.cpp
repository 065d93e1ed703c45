#include "kernels/feature_map.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include <ATen/Parallel.h>
#include <oneapi/dnnl/dnnl.hpp>

// What works on lanes is compiled for the instructions that has_fast_maps() asks for.
#if defined(__x86_64__) && defined(__GNUC__)
#define SCIWRIGHT_WIDE __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl")))
#else
#define SCIWRIGHT_WIDE
#endif
#define SCIWRIGHT_LANES SCIWRIGHT_WIDE __attribute__((always_inline)) inline

namespace sciwright::kernels {
namespace {

constexpr std::int64_t kBlock = MapSize::kBlock;

/// The upper half of a float32.
struct Bfloat16 {
  std::uint16_t bits;
};

// One value of each channel of a block.
using Lanes = float __attribute__((vector_size(64)));
using Bits = std::uint32_t __attribute__((vector_size(64)));
using Halves = std::uint16_t __attribute__((vector_size(32)));

SCIWRIGHT_LANES Lanes load(const float* from) {
  Lanes x;
  std::memcpy(&x, from, sizeof x);
  return x;
}

SCIWRIGHT_LANES Lanes load(const Bfloat16* from) {
  Halves upper;
  std::memcpy(&upper, from, sizeof upper);
  return reinterpret_cast<Lanes>(__builtin_convertvector(upper, Bits) << 16);
}

SCIWRIGHT_LANES void store(const Lanes& x, float* to) { std::memcpy(to, &x, sizeof x); }

/// Rounds to the nearest, ties to even; NaN stays NaN.
SCIWRIGHT_LANES void store(const Lanes& x, Bfloat16* to) {
  const Bits bits = reinterpret_cast<Bits>(x);
  const Bits nearest = bits + 0x7fffU + ((bits >> 16) & 1U);
  const Bits rounded = x == x ? nearest : bits | 0x400000U;
  const Halves upper = __builtin_convertvector(rounded >> 16, Halves);
  std::memcpy(to, &upper, sizeof upper);
}

/// The gradient where relu lets it through, from what relu gave: positive, or NaN.
SCIWRIGHT_LANES Lanes through_relu(const Lanes& y, const Lanes& gradient) {
  return y <= 0 ? Lanes{} : gradient;
}

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
    Lanes pixel = {};
    for (std::int64_t c = 0; c < channels; ++c) pixel[c] = in[c * plane + x];
    store(pixel, out + x * kBlock);
  }
}

template <class T>
SCIWRIGHT_WIDE void relu_row(T* x, std::int64_t count) {
  for (std::int64_t i = 0; i < count * kBlock; i += kBlock) {
    const Lanes value = load(x + i);
    store(through_relu(value, value), x + i);
  }
}

template <class T>
SCIWRIGHT_WIDE void relu_backward_row(const T* y, T* gradient, std::int64_t count) {
  for (std::int64_t i = 0; i < count * kBlock; i += kBlock) {
    store(through_relu(load(y + i), load(gradient + i)), gradient + i);
  }
}

/// Where the k-th of the four pixels under one of a halved map lies; two are a row further.
SCIWRIGHT_LANES std::int64_t under(std::int64_t k, std::int64_t row) {
  return k / 2 * row + k % 2 * kBlock;
}

template <class T>
SCIWRIGHT_WIDE void halve_row(const T* in, T* out, std::int64_t count, std::int64_t row) {
  for (std::int64_t x = 0; x < count; ++x, in += 2 * kBlock) {
    Lanes best = load(in);
    for (std::int64_t k = 1; k < 4; ++k) {
      const Lanes value = load(in + under(k, row));
      best = (value > best) | (value != value) ? value : best;
    }
    store(best, out + x * kBlock);
  }
}

template <class T>
SCIWRIGHT_WIDE void halve_backward_row(const T* y, const T* halved, T* gradient, std::int64_t count,
                                       std::int64_t row) {
  for (std::int64_t x = 0; x < count; ++x, y += 2 * kBlock, gradient += 2 * kBlock) {
    Lanes value[4];
    Lanes best = value[0] = load(y);
    Bits best_k = {};
    for (std::uint32_t k = 1; k < 4; ++k) {
      value[k] = load(y + under(k, row));
      const auto wins = (value[k] > best) | (value[k] != value[k]);
      best = wins ? value[k] : best;
      best_k = wins ? Bits{} + k : best_k;
    }
    const Lanes passed = load(halved + x * kBlock);
    for (std::uint32_t k = 0; k < 4; ++k) {
      T* const at = gradient + under(k, row);
      const Lanes sum = load(at) + (best_k == k ? passed : Lanes{});
      store(through_relu(value[k], sum), at);
    }
  }
}

/// out += weights · in of one block of channels.
template <class T>
SCIWRIGHT_WIDE void head_row(const T* in, const float* weights, float* out, std::int64_t count) {
  const Lanes factors = load(weights);
  for (std::int64_t x = 0; x < count; ++x) {
    const Lanes products = factors * load(in + x * kBlock);
    float sum = 0;
    for (std::int64_t c = 0; c < kBlock / 4; ++c) {
      sum += (products[c] + products[c + 4]) + (products[c + 8] + products[c + 12]);
    }
    out[x] += sum;
  }
}

template <class T>
SCIWRIGHT_WIDE void head_backward_row(const T* y, const float* weights, const float* out_gradient,
                                      T* gradient, float* weight_gradient, std::int64_t count) {
  const Lanes factors = load(weights);
  Lanes sum = load(weight_gradient);
  for (std::int64_t x = 0; x < count; ++x) {
    const Lanes value = load(y + x * kBlock);
    sum += out_gradient[x] * value;
    store(through_relu(value, out_gradient[x] * factors), gradient + x * kBlock);
  }
  store(sum, weight_gradient);
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
             [&](std::int64_t r) { relu_row(values<T>(map) + r * length, map.size.width); });
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
      relu_backward_row(values<const T>(y) + r * length, values<T>(gradient) + r * length,
                        y.size.width);
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
