#pragma once

#include <cstddef>
#include <vector>

#include "base/error.h"
#include "campaign/session.h"

namespace sciwright::campaign {

/// What `cancel` did.
struct Cancelled {
  std::size_t num_told = 0;
  Problems messages = {};  ///< Schedulers and hosts that did not answer.
};

/// Asks for the end of the chosen experiments' jobs that wait or run. Throws a usage error while
/// another command works in the folder.
Cancelled cancel(const Session& session, const std::vector<std::size_t>& chosen,
                 const Clock& clock);

}  // namespace sciwright::campaign
