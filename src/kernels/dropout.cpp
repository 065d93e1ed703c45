#include "kernels/dropout.h"

#include <algorithm>
#include <cmath>

#include <ATen/Parallel.h>
#include <Random123/philox.h>
#include <torch/autograd.h>

// Compiled once per instruction set; the loader picks the best one the processor has.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define SCIWRIGHT_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define SCIWRIGHT_CLONES
#endif

namespace sciwright::kernels {
namespace {

using torch::Tensor;

constexpr std::int64_t kLanes = 32;          // Counters worked on side by side.
constexpr std::int64_t kBlock = kLanes * 8;  // Elements they serve: 16 bits of 128 for each.
constexpr std::int64_t kBlocksPerTask = 64;
constexpr double kSteps = 65536;

struct Threshold {
  std::uint32_t drop_below;  ///< Of 65536 equally likely draws, these are dropped.
  float scale;
};

Threshold threshold_of(double rate) {
  TORCH_CHECK(rate >= 0 && rate < 1, "a dropout rate must be at least 0 and below 1, is ", rate);
  const double steps = std::min(std::round(rate * kSteps), kSteps - 1);
  return {static_cast<std::uint32_t>(steps), static_cast<float>(kSteps / (kSteps - steps))};
}

/// The mask of elements [block * kBlock, (block + 1) * kBlock). Philox4x32-7 with counter (block *
/// kLanes + lane, 0) and key `seed`, its four words split into halves, lane fastest.
SCIWRIGHT_CLONES void fill_mask(float* mask, std::int64_t block, std::uint64_t seed,
                                Threshold threshold) {
  std::uint32_t word[4][kLanes];
  for (std::int64_t lane = 0; lane < kLanes; ++lane) {
    const auto counter = static_cast<std::uint64_t>(block * kLanes + lane);
    word[0][lane] = static_cast<std::uint32_t>(counter);
    word[1][lane] = static_cast<std::uint32_t>(counter >> 32);
    word[2][lane] = 0;
    word[3][lane] = 0;
  }
  auto key0 = static_cast<std::uint32_t>(seed);
  auto key1 = static_cast<std::uint32_t>(seed >> 32);
  for (int round = 0; round < 7; ++round) {
    for (std::int64_t lane = 0; lane < kLanes; ++lane) {
      const std::uint64_t product0 = std::uint64_t{PHILOX_M4x32_0} * word[0][lane];
      const std::uint64_t product1 = std::uint64_t{PHILOX_M4x32_1} * word[2][lane];
      word[0][lane] = static_cast<std::uint32_t>(product1 >> 32) ^ word[1][lane] ^ key0;
      word[1][lane] = static_cast<std::uint32_t>(product1);
      word[2][lane] = static_cast<std::uint32_t>(product0 >> 32) ^ word[3][lane] ^ key1;
      word[3][lane] = static_cast<std::uint32_t>(product0);
    }
    key0 += PHILOX_W32_0;
    key1 += PHILOX_W32_1;
  }
  for (std::int64_t half = 0; half < 8; ++half) {
    for (std::int64_t lane = 0; lane < kLanes; ++lane) {
      const std::uint32_t draw = (word[half / 2][lane] >> (16 * (half % 2))) & 0xffffU;
      mask[half * kLanes + lane] = draw < threshold.drop_below ? 0.0F : threshold.scale;
    }
  }
}

/// out[i] = x[i] * mask[i], or the mask itself where `x` is null.
void apply_mask(float* out, const float* x, std::int64_t count, double rate, std::uint64_t seed) {
  const Threshold threshold = threshold_of(rate);
  const std::int64_t blocks = (count + kBlock - 1) / kBlock;
  at::parallel_for(0, blocks, kBlocksPerTask, [&](std::int64_t begin, std::int64_t end) {
    float mask[kBlock];
    for (std::int64_t block = begin; block < end; ++block) {
      fill_mask(mask, block, seed, threshold);
      const std::int64_t first = block * kBlock;
      const std::int64_t length = std::min(kBlock, count - first);
      for (std::int64_t i = 0; i < length; ++i) {
        out[first + i] = x == nullptr ? mask[i] : x[first + i] * mask[i];
      }
    }
  });
}

Tensor masked(const Tensor& x, double rate, std::uint64_t seed) {
  if (!x.is_cpu() || x.scalar_type() != torch::kFloat32) {
    return x * dropout_mask(x.sizes(), rate, seed).to(x.device(), x.scalar_type());
  }
  const Tensor rows = x.contiguous();
  Tensor out = torch::empty_like(rows);
  apply_mask(out.data_ptr<float>(), rows.data_ptr<float>(), rows.numel(), rate, seed);
  return out;
}

class Dropout final : public torch::autograd::Function<Dropout> {
 public:
  static Tensor forward(torch::autograd::AutogradContext* context, const Tensor& x, double rate,
                        std::int64_t seed) {
    context->saved_data["rate"] = rate;
    context->saved_data["seed"] = seed;
    return masked(x, rate, static_cast<std::uint64_t>(seed));
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const auto seed = static_cast<std::uint64_t>(context->saved_data["seed"].toInt());
    return {masked(gradients[0], context->saved_data["rate"].toDouble(), seed), {}, {}};
  }
};

}  // namespace

torch::Tensor drop_elements(const torch::Tensor& x, double rate, std::uint64_t seed) {
  return Dropout::apply(x, rate, static_cast<std::int64_t>(seed));
}

torch::Tensor dropout_mask(torch::IntArrayRef shape, double rate, std::uint64_t seed) {
  Tensor out = torch::empty(shape, torch::kFloat32);
  apply_mask(out.data_ptr<float>(), nullptr, out.numel(), rate, seed);
  return out;
}

}  // namespace sciwright::kernels
