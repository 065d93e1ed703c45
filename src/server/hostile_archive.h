#pragma once

#include <archive.h>
#include <archive_entry.h>
#include <string>
#include <vector>

namespace sciwright::server {

/// An entry as an attacker would have it.
struct HostileEntry {
  std::string path = {};
  std::string content = {};
  unsigned type = AE_IFREG;
  std::string link = {};
  std::string hard_link = {};
};

/// An archive for tests; `format`: "tar", "tar.gz", "tar.xz" or "zip".
inline std::string make_archive(const std::vector<HostileEntry>& entries,
                                const std::string& format = "tar") {
  archive* writer = archive_write_new();
  format == "zip" ? archive_write_set_format_zip(writer) : archive_write_set_format_pax(writer);
  if (format == "tar.gz") archive_write_add_filter_gzip(writer);
  if (format == "tar.xz") archive_write_add_filter_xz(writer);
  std::size_t capacity = 1 << 20;
  for (const HostileEntry& entry : entries) capacity += 4096 + 2 * entry.content.size();
  std::string out(capacity, '\0');
  std::size_t used = 0;
  archive_write_open_memory(writer, out.data(), out.size(), &used);
  for (const HostileEntry& item : entries) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, item.path.c_str());
    archive_entry_set_filetype(entry, item.type);
    archive_entry_set_perm(entry, 0755);
    archive_entry_set_size(entry, static_cast<la_int64_t>(item.content.size()));
    if (!item.link.empty()) archive_entry_set_symlink(entry, item.link.c_str());
    if (!item.hard_link.empty()) archive_entry_set_hardlink(entry, item.hard_link.c_str());
    archive_write_header(writer, entry);
    archive_write_data(writer, item.content.data(), item.content.size());
    archive_entry_free(entry);
  }
  archive_write_close(writer);
  archive_write_free(writer);
  out.resize(used);
  return out;
}

}  // namespace sciwright::server
