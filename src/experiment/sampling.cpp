#include "experiment/sampling.h"

#include "base/random.h"

namespace sciwright::experiment {

UnitSampler::UnitSampler(const SampleSettings& settings, std::size_t num_dimensions)
    : settings_(settings) {
  if (settings.method == "sobol") sobol_.emplace(num_dimensions);
  if (settings.method == "latin_hypercube") {
    std::vector<std::vector<std::uint32_t>> strata;
    for (std::size_t d = 0; d < num_dimensions; ++d) {
      strata.push_back(random_permutation(static_cast<std::uint32_t>(settings.num),
                                          derive_seed(settings.seed, "strata", d)));
    }
    strata_ = std::make_shared<const std::vector<std::vector<std::uint32_t>>>(std::move(strata));
  }
}

void UnitSampler::point(std::uint64_t index, std::span<double> out) {
  if (sobol_) {
    sobol_->seed(static_cast<std::uint32_t>(index));
    for (std::size_t d = 0; d < out.size(); ++d) {
      // A digital shift: random bits, the same for all points, keep the sequence's evenness.
      const auto shift = static_cast<std::uint32_t>(derive_seed(settings_.seed, "shift", d));
      out[d] = ((*sobol_)() ^ shift) * 0x1p-32;
    }
    return;
  }
  RandomStream stream(derive_seed(settings_.seed, "sample", index));
  for (std::size_t d = 0; d < out.size(); ++d) {
    out[d] = stream.uniform();
    if (strata_) out[d] = ((*strata_)[d][index] + out[d]) / static_cast<double>(settings_.num);
  }
}

}  // namespace sciwright::experiment
