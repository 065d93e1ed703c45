#include "record/file_system.h"

#include <utility>

#include <fmt/format.h>
#include <sys/statfs.h>

namespace sciwright::record {
namespace {

/// From statfs(2), linux/magic.h and the sources of the parallel file systems.
constexpr std::pair<std::uint64_t, const char*> kNames[] = {
    {0xEF53, "ext"},          {0x58465342, "xfs"},   {0x9123683E, "btrfs"},    {0x2FC12FC1, "zfs"},
    {0x01021994, "tmpfs"},    {0x858458F6, "ramfs"}, {0x794C7630, "overlay"},  {0x65735546, "fuse"},
    {0x73717368, "squashfs"}, {0x6969, "nfs"},       {0xFF534D42, "cifs"},     {0xFE534D42, "smb2"},
    {0x0BD00BD0, "lustre"},   {0x47504653, "gpfs"},  {0x19830326, "beegfs"},   {0x00C36400, "ceph"},
    {0xAAD7AAEA, "panfs"},    {0x5346414F, "afs"},   {0x7461636F, "ocfs2"},    {0x01161970, "gfs2"},
    {0xF2F52010, "f2fs"},     {0x01021997, "9p"},    {0x6A656A63, "virtiofs"},
};

}  // namespace

std::string file_system_name(std::uint64_t magic) {
  for (const auto& [number, name] : kNames) {
    if (number == magic) return name;
  }
  return fmt::format("0x{:x}", magic);
}

FileSystemFacts read_file_system(const std::filesystem::path& path) {
  FileSystemFacts facts;
  facts.path = path.string();
  std::error_code error;
  std::filesystem::path existing = std::filesystem::absolute(path, error);
  while (!std::filesystem::exists(existing, error) && existing.has_relative_path()) {
    existing = existing.parent_path();
  }
  struct statfs answer {};
  if (::statfs(existing.c_str(), &answer) != 0) return facts;
  facts.type = file_system_name(static_cast<std::uint32_t>(answer.f_type));
  const auto block_bytes = static_cast<std::int64_t>(answer.f_bsize);
  facts.size_bytes = static_cast<std::int64_t>(answer.f_blocks) * block_bytes;
  facts.free_bytes = static_cast<std::int64_t>(answer.f_bavail) * block_bytes;
  return facts;
}

}  // namespace sciwright::record
