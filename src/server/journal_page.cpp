#include "server/journal_page.h"

#include <algorithm>
#include <fstream>

namespace sciwright::server {
namespace {

constexpr std::size_t kPieceBytes = 256 * 1024;

}  // namespace

JournalPage read_journal_page(const std::filesystem::path& file, std::int64_t since,
                              std::int64_t limit) {
  JournalPage page{.last_id = since};
  std::ifstream in(file, std::ios::binary);
  std::string piece(kPieceBytes, '\0');
  std::string line;
  std::int64_t number = 0;
  while (in && static_cast<std::int64_t>(page.lines.size()) < limit) {
    in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    std::string_view rest(piece.data(), static_cast<std::size_t>(in.gcount()));
    while (!rest.empty() && static_cast<std::int64_t>(page.lines.size()) < limit) {
      const std::size_t end = rest.find('\n');
      const bool is_wanted = number >= since;
      if (is_wanted) line += rest.substr(0, end);
      if (end == std::string_view::npos) break;
      rest.remove_prefix(end + 1);
      ++number;
      if (!is_wanted) continue;
      page.lines.push_back(std::move(line));
      line.clear();
      page.last_id = number;
    }
  }
  return page;
}

}  // namespace sciwright::server
