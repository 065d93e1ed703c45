#pragma once

#include <optional>
#include <string>

#include "record/mllog_reader.h"
#include "record/rules.h"

namespace sciwright::record {

/// Why a record does not pass a check.
struct Violation {
  std::string rule;   ///< "the value must be at least 0.8".
  std::string found;  ///< "0.5".
  std::string fix;
};

/// The first predicate of the check that the record, which stands in `log`, does not meet; nothing
/// when it meets all.
std::optional<Violation> find_violation(const RuleCheck& check, const MllogRecord& record,
                                        const MllogText& log);

}  // namespace sciwright::record
