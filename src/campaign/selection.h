#pragma once

#include <string>
#include <vector>

#include "experiment/manifest.h"

namespace sciwright::campaign {

/// Which experiments of a study a command means. Everything empty: all of them.
struct Selection {
  /// Any of: a name, an id or at least four of its first digits, a pattern with `*` and `?`, a
  /// place in the manifest from 1 ("3", "-1" for the last), places "1-10" or "1-10:2".
  std::vector<std::string> which = {};
  /// A condition on the parameters: "epoch > 30 and gpu == 'a100'".
  std::string where = {};
};

/// Places in the manifest, ascending. Throws a usage error with every word that means nothing.
std::vector<std::size_t> select(const experiment::Manifest& manifest, const Selection& selection);

}  // namespace sciwright::campaign
