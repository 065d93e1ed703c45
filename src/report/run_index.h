#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "report/run_set.h"
#include "report/run_stamp.h"

namespace sciwright::report {

/// A run that was found, for the next index.
struct IndexedRun {
  std::size_t run = 0;  ///< Place in its block or set.
  RunStamp stamp = {};
  std::size_t num_labels = 0;  ///< That its own files tell; what the study adds comes after them.
  bool is_known = false;       ///< It came from the index.
};

/// Gives the bytes of a mapped file back.
struct Unmap {
  std::size_t num_bytes = 0;
  void operator()(const char* bytes) const;
};

/// Runs as they were read earlier: a file that only saves time and can be deleted whenever. A run
/// in it counts as long as its files are the ones that were read (RunStamp). Docs: formats.md.
class RunIndex final {
 public:
  /// Reads an index of these folders. One that is not there is empty; so is one that is broken, of
  /// another program or of other folders, which `remark()` then says.
  RunIndex(const std::filesystem::path& file, const std::vector<std::string>& roots);

  const std::string& remark() const { return remark_; }
  std::size_t size() const { return entries_.size(); }

  /// Whether a file is where its time can be trusted: on the file system of one of the folders.
  bool covers(const FoundFile& file) const { return devices_.contains(file.device); }

  /// One record.
  struct Entry {
    RunStamp stamp = {};
    std::uint64_t offset = 0;
    std::uint64_t num_bytes = 0;
  };

  /// Where one thread looks next, and its names of the index's texts. Runs are mostly asked for in
  /// the order in which they stand here.
  struct Reader {
    std::size_t next = 0;
    std::vector<Name> names = {};  ///< 0: not asked for yet.
  };

  /// The record of a folder; null when it has none. Any thread.
  const Entry* find(const std::string& folder, Reader& reader) const;

  /// Its run; nothing when the record is damaged, which num_damaged() counts. Any thread.
  std::optional<Run> run_of(const Entry& entry, Reader& reader, Names& names) const;

  std::size_t num_damaged() const { return num_damaged_; }

 private:
  void parse(const std::vector<std::string>& roots);
  std::string_view folder_of(const Entry& entry) const;

  std::unique_ptr<const char, Unmap> bytes_;  ///< Of the whole file.
  std::size_t num_bytes_ = 0;
  std::vector<std::string_view> texts_;
  /// Shapes of runs: numbers of rows, of their labels and numbers, and the paths of the numbers.
  std::vector<std::vector<std::uint32_t>> layouts_;
  std::vector<Entry> entries_;  ///< By folder.
  std::set<std::uint64_t> devices_;
  std::string remark_;
  mutable std::atomic<std::size_t> num_damaged_ = 0;
};

/// The text of an index: what was found of the set's runs, but for files that are so new that a
/// change right after reading would not show in their times (`now_ns`: UTC, of the begin of
/// reading).
std::string index_text(const RunSet& set, const std::vector<std::string>& roots,
                       const std::vector<IndexedRun>& found, std::int64_t now_ns);

/// Where the index of these folders is kept: in the cache folder, by a hash of their names.
std::filesystem::path index_path(const std::vector<std::string>& roots);

/// Why the times of a folder's files cannot be trusted (file systems that other machines write to
/// without telling at once); empty where they can.
std::string index_obstacle(const std::string& root);

}  // namespace sciwright::report
