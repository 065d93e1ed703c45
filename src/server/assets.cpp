#include "server/assets.h"

#include <algorithm>

namespace sciwright::server {

const Asset* find_asset(std::string_view path) {
  const auto found = std::ranges::find(assets(), path, &Asset::path);
  return found == assets().end() ? nullptr : &*found;
}

}  // namespace sciwright::server
