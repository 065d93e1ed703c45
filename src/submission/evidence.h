#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "submission/finding.h"
#include "submission/log_facts.h"
#include "submission/score_rule.h"

namespace sciwright::submission {

/// The folder of the N-th run in a packed submission: "run-N" beside "result-N.txt".
std::string run_folder_name(int number);

/// Whether a JSON text nests less than 100 levels, so that it can be read and walked through
/// without fear for the stack. Brackets in strings count, too.
bool is_shallow(std::string_view json);

/// Where a score stands in a result.json.
struct ScorePlace {
  std::size_t row = 0;
  std::string path;  ///< In the row: "average.all".
};

/// Finds a number, to the last bit, in the rows of `scores`, baselines left out; nothing where it
/// is not there.
std::optional<ScorePlace> find_score(const record::Json& scores, double score);

/// Holds a log against the result.json of its run: benchmark, seed and score must be the same, and
/// the run valid.
void check_evidence(const std::filesystem::path& log, const LogFacts& facts, const ScoreRule& rule,
                    const std::filesystem::path& result_json, Findings& findings);

}  // namespace sciwright::submission
