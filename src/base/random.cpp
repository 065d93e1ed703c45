#include "base/random.h"

#include <cmath>
#include <numbers>
#include <numeric>
#include <random>
#include <utility>

#include <Random123/philox.h>

namespace sciwright {
namespace {

/// The finaliser of SplitMix64 (Steele et al. 2014): every input bit reaches every output bit.
std::uint64_t mix(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

}  // namespace

std::uint64_t derive_seed(std::uint64_t seed, std::string_view purpose, std::uint64_t index) {
  std::uint64_t state = mix(seed);
  for (const char c : purpose) state = mix(state ^ static_cast<unsigned char>(c));
  return mix(mix(state ^ purpose.size()) ^ index);
}

RandomStream::result_type RandomStream::operator()() {
  if (has_spare_) {
    has_spare_ = false;
    return spare_;
  }
  const r123::Philox4x32 philox;
  const r123::Philox4x32::key_type key = {
      {static_cast<std::uint32_t>(key_), static_cast<std::uint32_t>(key_ >> 32)}};
  const r123::Philox4x32::ctr_type counter = {
      {static_cast<std::uint32_t>(counter_), static_cast<std::uint32_t>(counter_ >> 32), 0, 0}};
  ++counter_;
  const auto out = philox(counter, key);
  spare_ = (std::uint64_t{out[3]} << 32) | out[2];
  has_spare_ = true;
  return (std::uint64_t{out[1]} << 32) | out[0];
}

double RandomStream::uniform() { return static_cast<double>((*this)() >> 11) * 0x1.0p-53; }

std::uint64_t RandomStream::below(std::uint64_t bound) {
  const std::uint64_t reject_below = (0 - bound) % bound;
  while (true) {
    const std::uint64_t draw = (*this)();
    if (draw >= reject_below) return draw % bound;
  }
}

double RandomStream::normal() {
  const double radius = std::sqrt(-2.0 * std::log1p(-uniform()));
  return radius * std::cos(2.0 * std::numbers::pi * uniform());
}

double RandomStream::exponential() { return -std::log1p(-uniform()); }

std::uint64_t RandomStream::poisson(double mean) {
  if (mean <= 0) return 0;
  std::poisson_distribution<std::uint64_t> distribution(mean);
  return distribution(*this);
}

std::vector<std::uint32_t> random_permutation(std::uint32_t count, std::uint64_t seed) {
  std::vector<std::uint32_t> order(count);
  std::iota(order.begin(), order.end(), 0U);
  RandomStream random(seed);
  for (std::uint32_t i = count; i > 1; --i) {
    std::swap(order[i - 1], order[random.below(i)]);
  }
  return order;
}

}  // namespace sciwright
