#include "base/error.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace sciwright {

Error usage_error(const std::string& message) { return Error(ErrorKind::kUsage, message); }

void throw_if_any(const Problems& problems) {
  if (!problems.empty()) throw usage_error(fmt::format("{}", fmt::join(problems, "\n")));
}

}  // namespace sciwright
