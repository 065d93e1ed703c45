#include "submission/checksums.h"

#include <algorithm>
#include <set>
#include <sstream>

#include <fmt/format.h>

#include "base/files.h"
#include "base/hash.h"

namespace sciwright::submission {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kDigits = 64;
constexpr std::uintmax_t kLargestList = 4 << 20;

bool is_digest(std::string_view text) {
  return text.size() == kDigits && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

/// One SHA256SUMS while it is held against the files.
struct ChecksumCheck {
  const fs::path& folder;
  const std::map<std::string, std::uintmax_t>& files;
  Findings& findings;
  std::set<std::string> listed = {};

  void take(const std::string& line, int number) {
    const std::string digest = line.substr(0, kDigits);
    const bool is_entry =
        is_digest(digest) && line.size() > kDigits + 2 && line.compare(kDigits, 2, "  ") == 0;
    if (!is_entry) {
      findings.push_back({.path = folder / kChecksums,
                          .line = number,
                          .rule = "must be a SHA-256, two blanks and the name of a file",
                          .found = "another line",
                          .fix = "pack the runs again"});
      return;
    }
    const std::string name = line.substr(kDigits + 2);
    listed.insert(name);
    if (!files.contains(name)) {
      findings.push_back(
          {.path = folder / name,
           .rule = fmt::format("must be there, as {} line {} says", kChecksums, number),
           .found = "no such file of its own",
           .fix = "put it back, or pack the runs again"});
    } else if (sha256_file_hex(folder / name) != digest) {
      findings.push_back(
          {.path = folder / name,
           .rule = fmt::format("must be as it was packed ({} line {})", kChecksums, number),
           .found = "another content",
           .fix = "put the packed file back, or pack the runs again"});
    }
  }

  void name_others() {
    for (const auto& [name, size] : files) {
      if (!is_sealed(name) || listed.contains(name)) continue;
      findings.push_back({.path = folder / name,
                          .rule = fmt::format("must be among the files of {}", kChecksums),
                          .found = "a file that was not packed",
                          .fix = "take it out, or pack the runs again with --script"});
    }
  }
};

}  // namespace

bool is_sealed(const std::string& name) {
  return name != kChecksums && name != "README.md" &&
         !name.starts_with("sientific_contribution.") &&
         !name.starts_with("scientific_contribution.");
}

std::string checksums_text(const fs::path& folder, std::vector<std::string> names) {
  std::ranges::sort(names);
  std::string out;
  for (const std::string& name : names) {
    out += sha256_file_hex(folder / name) + "  " + name + "\n";
  }
  return out;
}

void check_checksums(const fs::path& folder, const std::map<std::string, std::uintmax_t>& files,
                     Findings& findings) {
  const auto found = files.find(kChecksums);
  if (found == files.end() || found->second > kLargestList) {
    findings.push_back({.path = folder / kChecksums,
                        .rule = "must hold the SHA-256 of every packed file",
                        .found = found == files.end() ? "no such file of its own" : "a huge file",
                        .fix = "put it back, or pack the runs again"});
    return;
  }
  ChecksumCheck check{folder, files, findings};
  std::istringstream lines(read_file(folder / kChecksums));
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) check.take(line, number);
  check.name_others();
}

}  // namespace sciwright::submission
