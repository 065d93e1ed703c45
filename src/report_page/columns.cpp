#include "report_page/columns.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <unordered_map>

namespace sciwright::report_page {
namespace {

static_assert(std::endian::native == std::endian::little, "the block is in little-endian order");

/// Readers look at the block in place, where their numbers must be aligned.
constexpr std::size_t kAlignment = 8;

/// The highest whole number, or nothing where some value is none.
std::optional<double> highest_whole(std::span<const double> values) {
  double highest = 0;
  for (const double value : values) {
    if (std::isnan(value)) continue;
    if (!(value >= 0) || value != std::floor(value) || std::signbit(value)) return std::nullopt;
    highest = std::max(highest, value);
  }
  return highest;
}

bool fit_float(std::span<const double> values) {
  return std::ranges::all_of(values, [](double value) {
    if (!std::isfinite(value)) return true;
    return std::abs(value) <= std::numeric_limits<float>::max() &&
           static_cast<double>(static_cast<float>(value)) == value;
  });
}

template <class T>
std::vector<T> converted(std::span<const double> values, T nothing) {
  std::vector<T> out;
  out.reserve(values.size());
  for (const double value : values) {
    out.push_back(std::isnan(value) ? nothing : static_cast<T>(value));
  }
  return out;
}

}  // namespace

std::size_t Columns::place_of(std::string_view bytes) {
  const std::size_t hash = std::hash<std::string_view>()(bytes);
  const auto [first, end] = places_.equal_range(hash);
  for (auto known = first; known != end; ++known) {
    if (block_.compare(known->second, bytes.size(), bytes) == 0) return known->second;
  }
  block_.resize((block_.size() + kAlignment - 1) / kAlignment * kAlignment);
  const std::size_t place = block_.size();
  block_.append(bytes);
  places_.emplace(hash, place);
  return place;
}

template <class T>
Json Columns::append(const char* type, const std::vector<T>& values) {
  const std::size_t place =
      place_of({reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)});
  return {{"type", type}, {"at", place}, {"count", values.size()}};
}

Json Columns::append_planes(std::span<const double> values) {
  std::vector<char> planes(values.size() * sizeof(double));
  for (std::size_t i = 0; i < values.size(); ++i) {
    char bytes[sizeof(double)];
    std::memcpy(bytes, &values[i], sizeof(double));
    for (std::size_t b = 0; b < sizeof(double); ++b) planes[b * values.size() + i] = bytes[b];
  }
  Json out = append("f8", planes);
  out["count"] = values.size();
  return out;
}

Json Columns::numbers(std::span<const double> values) {
  if (const auto highest = highest_whole(values)) {
    constexpr auto kNone1 = std::numeric_limits<std::uint8_t>::max();
    constexpr auto kNone2 = std::numeric_limits<std::uint16_t>::max();
    constexpr auto kNone4 = std::numeric_limits<std::uint32_t>::max();
    if (*highest < kNone1) return append("u1", converted(values, kNone1));
    if (*highest < kNone2) return append("u2", converted(values, kNone2));
    if (*highest < kNone4) return append("u4", converted(values, kNone4));
  }
  if (!fit_float(values)) return append_planes(values);
  return append("f4", std::vector<float>(values.begin(), values.end()));
}

Json Columns::bytes(std::span<const std::uint8_t> values) {
  return append("u1", std::vector<std::uint8_t>(values.begin(), values.end()));
}

Json Columns::texts(std::span<const std::uint32_t> values,
                    const std::function<const std::string&(std::uint32_t)>& text_of) {
  std::unordered_map<std::uint32_t, std::size_t> places;
  Json texts = Json::array();
  std::vector<double> codes;
  codes.reserve(values.size());
  for (const std::uint32_t value : values) {
    const auto [place, is_new] = places.emplace(value, places.size());
    if (is_new) texts.push_back(text_of(value));
    codes.push_back(static_cast<double>(place->second));
  }
  return {{"texts", std::move(texts)}, {"codes", numbers(codes)}};
}

Json Columns::texts(std::span<const std::string> values) {
  std::unordered_map<std::string_view, std::uint32_t> places;
  std::vector<const std::string*> known;
  std::vector<std::uint32_t> codes;
  for (const std::string& value : values) {
    const auto [place, is_new] = places.emplace(value, static_cast<std::uint32_t>(places.size()));
    if (is_new) known.push_back(&value);
    codes.push_back(place->second);
  }
  return texts(codes, [&](std::uint32_t code) -> const std::string& { return *known[code]; });
}

}  // namespace sciwright::report_page
