#include "report/run_index.h"

#include <algorithm>
#include <array>
#include <fcntl.h>
#include <span>
#include <unistd.h>

#include <fmt/format.h>
#include <sys/mman.h>

#include "base/files.h"
#include "base/hash.h"
#include "record/file_system.h"
#include "report/index_format.h"

namespace sciwright::report {
namespace {

/// Closes a descriptor.
struct Closing {
  int descriptor;
  ~Closing() {
    if (descriptor >= 0) ::close(descriptor);
  }
};

bool is_trusted(const std::string& file_system) {
  constexpr std::array<std::string_view, 13> kTrusted = {
      "ext",     "xfs",      "btrfs",  "zfs",  "f2fs",  "tmpfs", "ramfs",
      "overlay", "squashfs", "lustre", "gpfs", "ocfs2", "gfs2"};
  return std::ranges::find(kTrusted, file_system) != kTrusted.end();
}

/// All of an open file in memory of its own; false when it cannot be read.
bool copy_file(int descriptor, char* to, std::size_t num_bytes) {
  std::size_t done = 0;
  while (done < num_bytes) {
    const ssize_t count =
        ::pread(descriptor, to + done, num_bytes - done, static_cast<off_t>(done));
    if (count <= 0) return false;
    done += static_cast<std::size_t>(count);
  }
  return true;
}

/// The content of a file, mapped; null when there is none, or nothing in it. The file is only ever
/// replaced by another, never cut; on file systems where even that would take mapped pages away
/// (another machine does it, on NFS) it is copied.
const char* map_file(const std::filesystem::path& file, std::size_t& num_bytes) {
  const Closing opened{::open(file.c_str(), O_RDONLY | O_CLOEXEC)};
  const off_t size = opened.descriptor < 0 ? 0 : ::lseek(opened.descriptor, 0, SEEK_END);
  if (size <= 0) return nullptr;
  num_bytes = static_cast<std::size_t>(size);
  const bool is_mapped = is_trusted(record::read_file_system(file).type);
  void* bytes = is_mapped ? ::mmap(nullptr, num_bytes, PROT_READ, MAP_PRIVATE, opened.descriptor, 0)
                          : ::mmap(nullptr, num_bytes, PROT_READ | PROT_WRITE,
                                   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (bytes == MAP_FAILED) return nullptr;
  if (!is_mapped && !copy_file(opened.descriptor, static_cast<char*>(bytes), num_bytes)) {
    num_bytes = 0;  // is no index then; the pages go with the process
  }
  return static_cast<const char*>(bytes);
}

/// Takes a run out of its record.
struct RecordReader {
  ByteReader& in;
  const std::vector<std::string_view>& texts;
  const std::vector<std::vector<std::uint32_t>>& layouts;
  std::vector<Name>& known;  ///< Of the texts; 0: not yet.
  Names& names;
  bool is_good = true;

  Name name_of(std::uint32_t text) {
    if (text >= texts.size()) {
      is_good = false;
      return 0;
    }
    if (known[text] == 0) known[text] = names.add(texts[text]);
    return known[text];
  }

  std::optional<double> take_optional() {
    const bool is_there = in.take<std::uint8_t>() != 0;
    const auto value = in.take<double>();
    return is_there ? std::optional(value) : std::nullopt;
  }

  Labels take_labels(std::size_t count) {
    Labels labels;
    labels.reserve(count);
    for (std::size_t i = 0; i < count && in.is_good(); ++i) {
      const Name key = name_of(in.take<std::uint32_t>());
      labels.push_back({key, name_of(in.take<std::uint32_t>())});
    }
    return labels;
  }

  Numbers take_numbers(std::span<const std::uint32_t> paths) {
    Numbers numbers;
    numbers.reserve(paths.size());
    for (const std::uint32_t path : paths) numbers.push_back({name_of(path), in.take<double>()});
    return numbers;
  }

  /// Rows and numbers of a run, in the order of its layout (index_writer.cpp).
  void take_values(const std::vector<std::uint32_t>& layout, Run& run) {
    const std::span<const std::uint32_t> words(layout);
    const std::size_t num_rows = words[0];
    std::span<const std::uint32_t> paths = words.subspan(2 + 2 * num_rows);
    run.rows.resize(num_rows);
    for (std::size_t i = 0; i < num_rows; ++i) {
      run.rows[i].labels = take_labels(words[2 + 2 * i]);
      const std::size_t count = words[3 + 2 * i];
      run.rows[i].numbers = take_numbers(paths.first(count));
      paths = paths.subspan(count);
    }
    run.numbers = take_numbers(paths);
  }

  std::optional<Run> take_run() {
    Run run;
    run.folder = in.take_text();
    run.valid = in.take<std::uint8_t>() != 0;
    run.reasons.resize(in.take_count(sizeof(std::uint32_t)));
    for (std::string& reason : run.reasons) reason = in.take_text();
    run.seed = in.take<std::uint64_t>();
    run.started_s = take_optional();
    run.finished_s = take_optional();
    run.labels = take_labels(in.take_count(sizeof(Label)));
    const auto layout = in.take<std::uint32_t>();
    if (layout >= layouts.size()) return std::nullopt;
    take_values(layouts[layout], run);
    if (!is_good || !in.is_good()) return std::nullopt;
    return run;
  }
};

}  // namespace

void Unmap::operator()(const char* bytes) const {
  if (num_bytes > 0) ::munmap(const_cast<char*>(bytes), num_bytes);
}

RunIndex::RunIndex(const std::filesystem::path& file, const std::vector<std::string>& roots) {
  for (const std::string& root : roots) {
    if (const auto folder = find_file(root)) devices_.insert(folder->device);
  }
  if (::access(file.c_str(), F_OK) != 0) return;
  const char* bytes = map_file(file, num_bytes_);
  bytes_ = {bytes, Unmap{num_bytes_}};
  parse(roots);
  if (remark_.empty()) return;
  remark_ = fmt::format("{}: {}; it is made anew", file.string(), remark_);
  entries_.clear();
}

void RunIndex::parse(const std::vector<std::string>& roots) {
  const std::string_view all(bytes_.get(), bytes_ ? num_bytes_ : 0);
  ByteReader head(all);
  const auto header = head.take<IndexHeader>();
  if (!head.is_good() || header.magic != IndexHeader::kMagic || header.num_bytes != all.size() ||
      header.table_bytes > all.size() - sizeof header) {
    remark_ = "is no index of runs, or not all of one";
    return;
  }
  const std::string_view table = all.substr(sizeof header, header.table_bytes);
  if (checksum(table) != header.table_checksum) {
    remark_ = "the index is damaged";
    return;
  }
  ByteReader in(table);
  if (in.take<std::uint32_t>() != kIndexSchemaVersion || in.take_text() != index_program()) {
    remark_ = "the index is of another version of this program";
    return;
  }
  if (in.take_text() != index_roots(roots)) {
    remark_ = "the index is of other folders";
    return;
  }
  texts_.resize(in.take_count(sizeof(std::uint32_t)));
  for (std::string_view& text : texts_) text = in.take_text();
  layouts_.resize(in.take_count(sizeof(std::uint32_t)));
  for (auto& layout : layouts_) {
    layout.resize(in.take_count(sizeof(std::uint32_t)));
    for (std::uint32_t& word : layout) word = in.take<std::uint32_t>();
  }
  entries_.resize(in.take_count(2 * sizeof(FileStamp)));
  for (Entry& entry : entries_) {
    entry.stamp.result = in.take<FileStamp>();
    entry.stamp.beside = in.take<FileStamp>();
    entry.stamp.has_host = in.take<std::uint8_t>() != 0;
    entry.offset = in.take<std::uint64_t>();
    entry.num_bytes = in.take<std::uint64_t>();
  }
  if (!in.is_good()) remark_ = "the index is damaged";
}

std::string_view RunIndex::folder_of(const Entry& entry) const {
  if (entry.offset > num_bytes_ || entry.num_bytes > num_bytes_ - entry.offset) return {};
  ByteReader in({bytes_.get() + entry.offset, entry.num_bytes});
  in.take<std::uint64_t>();  // the checksum
  return in.take_text();
}

const RunIndex::Entry* RunIndex::find(const std::string& folder, Reader& reader) const {
  if (reader.next >= entries_.size() || folder_of(entries_[reader.next]) != folder) {
    const auto place =
        std::ranges::lower_bound(entries_, std::string_view(folder), {},
                                 [this](const Entry& entry) { return folder_of(entry); });
    if (place == entries_.end() || folder_of(*place) != folder) return nullptr;
    reader.next = static_cast<std::size_t>(place - entries_.begin());
  }
  return &entries_[reader.next++];
}

std::optional<Run> RunIndex::run_of(const Entry& entry, Reader& reader, Names& names) const {
  const std::string_view record(bytes_.get() + entry.offset, entry.num_bytes);
  ByteReader in(record);
  reader.names.resize(texts_.size());
  if (in.take<std::uint64_t>() == checksum(record.substr(sizeof(std::uint64_t)))) {
    RecordReader fields{in, texts_, layouts_, reader.names, names};
    if (std::optional<Run> run = fields.take_run()) return run;
  }
  ++num_damaged_;
  return std::nullopt;
}

std::filesystem::path index_path(const std::vector<std::string>& roots) {
  std::string key;
  for (const std::string& root : roots) {
    // Both: the same words mean other folders elsewhere, and records have the words in them.
    key += root + '\n' + std::filesystem::weakly_canonical(root).string() + '\n';
  }
  return cache_directory() / "report" / (sha256_hex(key).substr(0, 32) + ".index");
}

std::string index_obstacle(const std::string& root) {
  const std::string type = record::read_file_system(root).type;
  if (is_trusted(type)) return "";
  return fmt::format(
      "{}: no index is kept, since on {} the times of files may show late what other machines "
      "write",
      root, type.empty() ? "an unknown file system" : type);
}

}  // namespace sciwright::report
