#include "assets/files.h"

#include <algorithm>

namespace sciwright::assets {

const Asset* find_asset(std::span<const Asset> assets, std::string_view path) {
  const auto found = std::ranges::find(assets, path, &Asset::path);
  return found == assets.end() ? nullptr : &*found;
}

}  // namespace sciwright::assets
