#include "earthquake/data/pixel_split.h"

#include <algorithm>
#include <cmath>
#include <sstream>

#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"
#include "base/random.h"
#include "earthquake/data/grid.h"

namespace sciwright::earthquake {
namespace {

std::vector<int> read_locs(const std::filesystem::path& path) {
  std::istringstream text(read_file(path));
  std::vector<int> locs;
  std::string word;
  while (text >> word) {
    const bool digits = word.size() <= 4 && std::all_of(word.begin(), word.end(), [](char c) {
                          return c >= '0' && c <= '9';
                        });
    if (!digits || std::stoi(word) >= kGridPixels) {
      throw usage_error(fmt::format("{}: found \"{}\", expected pixel numbers 0 to {}.",
                                    path.string(), word, kGridPixels - 1));
    }
    locs.push_back(std::stoi(word));
  }
  std::sort(locs.begin(), locs.end());
  if (std::adjacent_find(locs.begin(), locs.end()) != locs.end()) {
    throw usage_error(fmt::format("{}: holds a pixel number twice.", path.string()));
  }
  return locs;
}

}  // namespace

int PixelSplit::num_validation() const {
  return static_cast<int>(std::count(is_validation.begin(), is_validation.end(), 1));
}

std::vector<int> PixelSplit::training_rows() const {
  std::vector<int> rows;
  for (std::size_t i = 0; i < locs.size(); ++i) {
    if (is_validation[i] == 0) rows.push_back(static_cast<int>(i));
  }
  return rows;
}

PixelSplit unsplit(const std::vector<int>& locs) {
  return {.locs = locs, .is_validation = std::vector<std::uint8_t>(locs.size(), 0)};
}

PixelSplit random_split(const std::vector<int>& locs, std::uint64_t seed) {
  PixelSplit split = unsplit(locs);
  const auto count = static_cast<std::uint32_t>(locs.size());
  const std::vector<std::uint32_t> order =
      random_permutation(count, derive_seed(seed, "pixel split"));
  const auto num_validation = static_cast<std::size_t>(std::lround(kValidationFraction * count));
  for (std::size_t i = 0; i < num_validation; ++i) split.is_validation[order[i]] = 1;
  return split;
}

PixelSplit reference_split(const std::filesystem::path& directory) {
  PixelSplit split = unsplit(read_locs(directory / "reference_active_500.txt"));
  const std::vector<int> training = read_locs(directory / "reference_training_400.txt");
  const std::vector<int> validation = read_locs(directory / "reference_validation_100.txt");
  std::vector<int> together;
  std::merge(training.begin(), training.end(), validation.begin(), validation.end(),
             std::back_inserter(together));
  if (together != split.locs) {
    throw usage_error(fmt::format(
        "{}: the training and validation lists do not make up the list of active pixels.",
        directory.string()));
  }
  for (std::size_t i = 0; i < split.locs.size(); ++i) {
    const bool held_out = std::binary_search(validation.begin(), validation.end(), split.locs[i]);
    split.is_validation[i] = held_out ? 1 : 0;
  }
  return split;
}

}  // namespace sciwright::earthquake
