#include "workflow/journal.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>
#include <sys/stat.h>

#include "base/error.h"

namespace sciwright::workflow {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kLongestUnsyncedNs = 100'000'000;
constexpr std::size_t kHeadBytes = 128;  // enough for the number and time of the first line

struct Descriptor {
  int value = -1;
  ~Descriptor() {
    if (value >= 0) ::close(value);
  }
};

Error failure(const fs::path& file, const char* verb) {
  return Error(ErrorKind::kFailure,
               fmt::format("{}: cannot {}: {}", file.string(), verb, std::strerror(errno)));
}

/// What stands from `offset` on, with room for the parser behind it.
std::string read_from(int descriptor, std::int64_t offset, std::size_t most, const fs::path& file) {
  struct stat facts {};
  if (::fstat(descriptor, &facts) != 0) throw failure(file, "read");
  std::string text;
  const auto left = static_cast<std::size_t>(std::max<std::int64_t>(0, facts.st_size - offset));
  text.reserve(std::min(left, most) + EventReader::kPadding);
  text.resize(std::min(left, most));
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t count = ::pread(descriptor, text.data() + done, text.size() - done,
                                  static_cast<off_t>(offset) + static_cast<off_t>(done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw failure(file, "read");
    if (count == 0) break;
    done += static_cast<std::size_t>(count);
  }
  text.resize(done);
  return text;
}

bool write_whole(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(descriptor, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

void sync_folder_of(const fs::path& file) {
  const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
  const Descriptor d{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (d.value >= 0) ::fsync(d.value);  // some file systems refuse it; nothing is lost by that
}

}  // namespace

JournalReader::JournalReader(fs::path file)
    : file_(std::move(file)), parser_(std::make_unique<EventReader>()) {}

JournalReader::~JournalReader() = default;

std::vector<JournalReader::Line> JournalReader::read_new() {
  const Descriptor d{::open(file_.c_str(), O_RDONLY | O_CLOEXEC)};
  if (d.value < 0 && errno == ENOENT) return {};
  if (d.value < 0) throw failure(file_, "read");
  if (offset_ == 0) note_identity(d.value);
  const std::string text = read_from(d.value, offset_, std::string::npos, file_);
  std::vector<Line> lines;
  std::string_view rest = text;
  for (auto end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    std::optional<Event> event = parser_->read(line);
    if (!event || event->seq != num_lines_ + 1) {
      refuse_if_something_follows(rest);
      break;
    }
    lines.push_back({std::move(*event), std::string(line)});
    ++num_lines_;
    offset_ += static_cast<std::int64_t>(end) + 1;
  }
  if (head_.size() < kHeadBytes) note_identity(d.value);
  return lines;
}

/// A crash of the machine may leave a broken last line with its end; anything before is damage.
void JournalReader::refuse_if_something_follows(std::string_view rest) const {
  if (rest.find('\n') == std::string_view::npos) return;
  throw usage_error(fmt::format(
      "{}:{}: this is not event {} of a journal of version {}; the file is damaged or not a "
      "workflow's journal; move it away to begin anew",
      file_.string(), num_lines_ + 1, num_lines_ + 1, kJournalVersion));
}

void JournalReader::note_identity(int descriptor) {
  struct stat facts {};
  if (::fstat(descriptor, &facts) != 0) throw failure(file_, "read");
  inode_ = facts.st_ino;
  const auto known = std::min<std::size_t>(kHeadBytes, static_cast<std::size_t>(offset_));
  head_ = read_from(descriptor, 0, known, file_);
}

bool JournalReader::was_replaced() const {
  if (offset_ == 0) return false;
  const Descriptor d{::open(file_.c_str(), O_RDONLY | O_CLOEXEC)};
  struct stat facts {};
  if (d.value < 0 || ::fstat(d.value, &facts) != 0) return true;
  if (facts.st_ino != inode_ || facts.st_size < offset_) return true;
  // Numbers of files are used again, so the first bytes are compared as well.
  return read_from(d.value, 0, head_.size(), file_) != head_;
}

Journal::Journal(fs::path file, Clock clock) : file_(std::move(file)), clock_(std::move(clock)) {
  JournalReader reader(file_);
  for (JournalReader::Line& line : reader.read_new()) past_.push_back(std::move(line.event));
  seq_ = static_cast<std::int64_t>(past_.size());
  size_ = reader.num_bytes();
  Descriptor opened{::open(file_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644)};
  struct stat facts {};
  if (opened.value < 0 || ::fstat(opened.value, &facts) != 0) throw failure(file_, "open");
  num_cut_bytes_ = static_cast<std::size_t>(facts.st_size - size_);
  if (num_cut_bytes_ > 0 && ::ftruncate(opened.value, size_) != 0) throw failure(file_, "repair");
  if (seq_ == 0) sync_folder_of(file_);
  descriptor_ = std::exchange(opened.value, -1);
}

Journal::~Journal() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Event Journal::append(Event event) {
  event.seq = seq_ + 1;
  event.utc_ns = clock_.utc_ns();
  const std::string line = write_event(event) + '\n';
  if (!write_whole(descriptor_, line)) {
    const Error error = failure(file_, "write");
    // Where even this fails, the part of a line is torn, and the next writer cuts it off.
    [[maybe_unused]] const int ignored = ::ftruncate(descriptor_, size_);
    throw error;
  }
  ++seq_;
  size_ += static_cast<std::int64_t>(line.size());
  if (unsynced_since_ns_ == 0) unsynced_since_ns_ = std::max<std::int64_t>(1, clock_.steady_ns());
  return event;
}

void Journal::sync() {
  if (unsynced_since_ns_ == 0) return;
  if (::fdatasync(descriptor_) != 0) throw failure(file_, "write");
  unsynced_since_ns_ = 0;
}

void Journal::sync_if_due() {
  if (unsynced_since_ns_ == 0) return;
  if (clock_.steady_ns() - unsynced_since_ns_ >= kLongestUnsyncedNs) sync();
}

}  // namespace sciwright::workflow
