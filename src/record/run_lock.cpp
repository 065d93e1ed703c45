#include "record/run_lock.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <unistd.h>

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/files.h"
#include "base/process.h"
#include "record/python_json.h"

namespace sciwright::record {
namespace {

namespace fs = std::filesystem;

std::string to_text(const LockOwner& owner, const Clock& clock) {
  return Json({{"host", owner.host},
               {"pid", owner.pid},
               {"process_start", owner.process_start},
               {"slurm_job_id", owner.slurm_job_id},
               {"since_utc", utc_iso8601(clock.utc_ns())}})
             .dump() +
         '\n';
}

/// Nothing for a text that is no lock of ours.
std::optional<LockOwner> parse_owner(const std::string& text) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return {};
  try {
    return LockOwner{json.at("host"), json.at("pid"), json.at("process_start"),
                     json.at("slurm_job_id")};
  } catch (const Json::exception&) {
    return {};
  }
}

/// Whether the holder is gone for certain.
bool is_stale(const LockOwner& holder, const LockOwner& self) {
  if (holder.host == self.host) {
    const bool is_ours = ::kill(holder.pid, 0) == 0;
    if (!is_ours && errno == ESRCH) return true;
    if (holder.process_start.empty()) return false;
    // One of ours that /proc does not have has ended, and an idle init has not reaped it yet.
    const std::string start = process_start(holder.pid);
    return start.empty() ? is_ours : start != holder.process_start;
  }
  return !holder.slurm_job_id.empty() && holder.slurm_job_id == self.slurm_job_id;
}

std::optional<std::string> read_if_there(const fs::path& file) {
  try {
    return read_file(file);
  } catch (const Error&) {
    return {};
  }
}

/// Moves a stale lock away. Between reading and moving someone else may have done the same and
/// locked anew; then what was moved is not what was read, and goes back.
void remove_stale(const fs::path& file, const std::string& stale, const fs::path& aside) {
  if (::rename(file.c_str(), aside.c_str()) != 0) return;
  if (read_if_there(aside) != stale) (void)::link(aside.c_str(), file.c_str());
  ::unlink(aside.c_str());
}

Error held_error(const fs::path& file, const std::string& text) {
  const auto holder = parse_owner(text);
  const std::string who =
      holder ? fmt::format("process {} on {}", holder->pid, holder->host) : "an unknown process";
  return usage_error(fmt::format(
      "{}: {} works in this folder; if that process is gone, delete the file", file.string(), who));
}

/// Puts the lock in place; says whether it was free. Over NFS the reply to a link that was made may
/// be lost, so the count of links has the last word.
bool try_lock(const fs::path& file, const fs::path& complete) {
  if (::link(complete.c_str(), file.c_str()) == 0) return true;
  const int link_error = errno;
  struct stat facts {};
  if (::stat(complete.c_str(), &facts) == 0 && facts.st_nlink == 2) return true;
  errno = link_error;
  if (errno == EEXIST) return false;
  throw Error(ErrorKind::kFailure,
              fmt::format("{}: cannot lock: {}", file.string(), std::strerror(errno)));
}

}  // namespace

LockOwner this_process() {
  const char* job = std::getenv("SLURM_JOB_ID");
  const int pid = ::getpid();
  return {host_name(), pid, process_start(pid), job == nullptr ? "" : job};
}

std::optional<LockOwner> holder_of(const fs::path& file) {
  const auto text = read_if_there(file);
  const auto holder = text ? parse_owner(*text) : std::nullopt;
  return holder && is_stale(*holder, this_process()) ? std::nullopt : holder;
}

RunLock::RunLock(fs::path file, const Clock& clock, LockOwner owner)
    : file_(std::move(file)), content_(to_text(owner, clock)) {
  const fs::path beside = file_.parent_path() / fmt::format(".{}.{}.{}", file_.filename().string(),
                                                            owner.host, owner.pid);
  write_file_atomic(beside, content_);
  const fs::path aside = beside.string() + ".stale";
  constexpr int kMostAttempts = 5;
  std::string held;
  for (int attempt = 0; attempt < kMostAttempts; ++attempt) {
    if (try_lock(file_, beside)) {
      ::unlink(beside.c_str());
      return;
    }
    held = read_if_there(file_).value_or("");
    const auto holder = parse_owner(held);
    if (!holder || !is_stale(*holder, owner)) break;
    remove_stale(file_, held, aside);
  }
  ::unlink(beside.c_str());
  throw held_error(file_, held);
}

RunLock::~RunLock() {
  if (read_if_there(file_) == content_) ::unlink(file_.c_str());
}

}  // namespace sciwright::record
