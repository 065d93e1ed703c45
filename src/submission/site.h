#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "submission/reference_points.h"
#include "submission/tree_check.h"

namespace sciwright::submission {

/// What a site is made of.
struct SiteRequest {
  std::string title = "Leaderboard";
  std::vector<Reference> references = {};  ///< At most one for each benchmark.
};

/// The files of a static leaderboard, by their paths: index.html, a page for each benchmark, a page
/// for each submission, style.css and leaderboard.json. No script; works from disk. The same tree
/// gives the same bytes: times are those of the logs. Names and texts of submissions are escaped.
std::map<std::string, std::string> site_files(const SubmissionTree& tree,
                                              const SiteRequest& request);

/// Writes them as a folder, which appears whole: what it replaces must be such a site, or empty.
/// Throws a usage error for other folders, and where `folder` lies within `tree_folder`, which it
/// would become a part of.
void write_site(const std::map<std::string, std::string>& files,
                const std::filesystem::path& folder, const std::filesystem::path& tree_folder);

}  // namespace sciwright::submission
