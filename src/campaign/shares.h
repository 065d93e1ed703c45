#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "experiment/manifest.h"

namespace sciwright::campaign {

/// Somebody, or a host, who runs a part of a study.
struct Sharer {
  std::string name;
  std::int64_t weight = 1;  ///< Positive: how much compared with the others.

  bool operator==(const Sharer&) const = default;
};

/// Who runs a study together; empty when nobody shares it.
struct Shares {
  std::vector<Sharer> sharers;

  bool operator==(const Shares&) const = default;
};

/// "shares.json", in the study's folder.
extern const char* const kSharesFile;

/// Reads "alice,bob" and "2,1" (empty: all alike). Throws a usage error with all problems: a name
/// that comes twice, a weight that is no whole number from 1 to a million, another number of
/// weights. `option` is the name for messages.
Shares parse_shares(const std::string& names, const std::string& weights,
                    const std::string& option);

/// The shares recorded in a study's folder; empty without the file. Throws a usage error for a file
/// that is not one.
Shares read_shares(const std::filesystem::path& folder);

/// Records them, atomically.
void write_shares(const std::filesystem::path& folder, const Shares& shares);

/// Whose every experiment is: for each entry of the manifest the place among the sharers, of whom
/// there is at least one. It depends on nothing but the manifest, names and weights: people who
/// generated the same study in several places come to the same split. After every experiment
/// everybody has their part to within one. Experiments are mixed (dealt in the order of a hash of
/// their parameters), but those of one call of generate before those of the next, so a study that
/// grows keeps the split of what was there.
std::vector<std::size_t> deal(const experiment::Manifest& manifest, const Shares& shares);

/// The places in the manifest of one sharer's experiments, ascending. Throws a usage error for
/// somebody who is not among the sharers.
std::vector<std::size_t> share_of(const experiment::Manifest& manifest, const Shares& shares,
                                  const std::string& who);

}  // namespace sciwright::campaign
