#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "submission/finding.h"

namespace sciwright::submission {

/// The folder of a submission is laid out so: ORG/APPLICATION/SYSTEM/DESCRIPTOR (submit.adoc of the
/// MLCommons Science working group).
struct Place {
  std::string org;
  std::string application;
  std::string system;
  std::string descriptor;
  std::filesystem::path folder;

  /// "ORG/APPLICATION/SYSTEM/DESCRIPTOR".
  std::string name() const;
};

/// Logs are smaller: a run of thousands of epochs writes a megabyte.
inline constexpr std::uintmax_t kLargestLog = 64 << 20;
/// GitHub, where submissions are kept, takes no larger files.
inline constexpr std::uintmax_t kLargestFile = 100'000'000;
/// A submission holds a handful of files for each run.
inline constexpr std::size_t kMostFiles = 10'000;

/// "cloudmask", "earthquake", "stemdl" or "uno".
bool is_application(const std::string& name);

/// The submissions below a folder that is an ORG or holds some, in the order of their names. Hidden
/// folders are passed over; links are not followed, they are findings, as is a folder that does not
/// fit the layout. Throws a usage error when it is no readable folder.
std::vector<Place> find_places(const std::filesystem::path& root, Findings& findings);

/// The files of a submission and their sizes, by their paths below its folder. What is no file of
/// its own (a link, a pipe, a device), is too large, has a name that is no text or cannot be looked
/// at is a finding and is left out, so that the files listed can be read without fear.
std::map<std::string, std::uintmax_t> list_files(const std::filesystem::path& folder,
                                                 Findings& findings);

}  // namespace sciwright::submission
