#pragma once

#include <span>
#include <string_view>

namespace sciwright::server {

/// A file of the page, built into the program.
struct Asset {
  std::string_view path;  ///< "/index.html", "/assets/main-1a2b.js"
  std::string_view type;
  std::string_view content;
  std::string_view etag;  ///< With its quotes.
};

/// All of them, sorted by path; empty where the program was built without the page.
std::span<const Asset> assets();

/// Null where there is none.
const Asset* find_asset(std::string_view path);

}  // namespace sciwright::server
