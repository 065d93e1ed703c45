#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace sciwright::server {

/// Whole lines of a journal.
struct JournalPage {
  std::vector<std::string> lines = {};
  std::int64_t last_id = 0;  ///< Number of the last of these lines; `since` where there is none.
};

/// The lines behind number `since` (the first line is 1), at most `limit`. Reads the file in
/// pieces; a torn last line is none. Empty where there is no file.
JournalPage read_journal_page(const std::filesystem::path& file, std::int64_t since,
                              std::int64_t limit);

}  // namespace sciwright::server
