#pragma once

#include <span>
#include <string_view>

namespace sciwright::assets {

/// A file of web/, built into the program.
struct Asset {
  std::string_view path;  ///< "/index.html", "/assets/main-1a2b.js"
  std::string_view type;
  std::string_view content;
  std::string_view etag;  ///< With its quotes.
};

/// The page that the service shows: its files, sorted by path; empty where the program was built
/// without pages.
std::span<const Asset> service_page();

/// The page of a report: one file, "/report.html", which holds its script and style and lacks its
/// data; empty where the program was built without pages.
std::span<const Asset> report_page();

/// Null where there is none.
const Asset* find_asset(std::span<const Asset> assets, std::string_view path);

}  // namespace sciwright::assets
