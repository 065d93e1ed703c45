#include "report/run_stamp.h"

#include <algorithm>

#include <sys/stat.h>

namespace sciwright::report {
namespace {

std::int64_t ns_of(const timespec& time) {
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

}  // namespace

std::optional<FoundFile> find_file(const std::string& path) {
  struct stat facts {};
  if (::stat(path.c_str(), &facts) != 0) return std::nullopt;
  return FoundFile{{ns_of(facts.st_mtim), ns_of(facts.st_ctim),
                    static_cast<std::uint64_t>(facts.st_size), facts.st_ino},
                   facts.st_dev};
}

std::int64_t RunStamp::newest_ns() const {
  return std::max({result.modified_ns, result.changed_ns, beside.modified_ns, beside.changed_ns});
}

}  // namespace sciwright::report
