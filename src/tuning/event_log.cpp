#include "tuning/event_log.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/files.h"
#include "base/process.h"

namespace sciwright::tuning {
namespace {

namespace fs = std::filesystem;

Error failure(const fs::path& path) {
  return Error(ErrorKind::kFailure,
               fmt::format("{}: cannot write: {}", path.string(), std::strerror(errno)));
}

/// Durable, since nobody could read on behind an event that a power cut left empty.
void write_durably(const fs::path& path, const std::string& text) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) throw failure(path);
  const bool is_written =
      ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
      ::fsync(file) == 0;
  const Error problem = failure(path);
  ::close(file);
  if (is_written) return;
  ::unlink(path.c_str());
  throw problem;
}

}  // namespace

EventLog::EventLog(fs::path folder) : folder_(std::move(folder)) {}

fs::path EventLog::place(std::size_t number) const {
  return folder_ / fmt::format("{:08}.json", number);
}

std::vector<Event> EventLog::read_new() {
  std::vector<Event> events;
  for (;; ++num_read_) {
    const fs::path path = place(num_read_ + 1);
    if (::access(path.c_str(), F_OK) != 0) return events;
    events.push_back(parse_event(read_file(path), path.string()));
  }
}

bool EventLog::append(const Event& event) {
  const fs::path path = place(num_read_ + 1);
  // Of this object alone: others of this process have another address.
  const fs::path beside =
      folder_ / fmt::format(".{}.{}.{}.tmp", host_name(), ::getpid(), fmt::ptr(this));
  write_durably(beside, event_line(event) + "\n");
  const int linked = ::link(beside.c_str(), path.c_str());
  const int link_error = errno;
  // Over NFS the reply to a link that was made may be lost, so the count of links has the last
  // word.
  struct stat facts {};
  const bool is_ours = linked == 0 || (::stat(beside.c_str(), &facts) == 0 && facts.st_nlink == 2);
  ::unlink(beside.c_str());
  if (is_ours || link_error == EEXIST) return is_ours;
  throw Error(ErrorKind::kFailure,
              fmt::format("{}: cannot create: {}", path.string(), std::strerror(link_error)));
}

}  // namespace sciwright::tuning
