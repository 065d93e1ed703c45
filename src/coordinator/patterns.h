#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "workflow/definition.h"

namespace sciwright::coordinator {

/// A parent that ended well, for the three patterns of the papers: selection, competition and
/// cooperation.
struct Candidate {
  std::string name = {};
  std::int64_t ended_utc_ns = 0;
  std::map<std::string, std::string> values = {};
};

/// What a `select`, `compete` or `cooperate` made of its parents.
struct Decision {
  std::string problem = {};              ///< Why there is none, in plain words.
  std::vector<std::string> chosen = {};  ///< Names; empty for cooperate.
  /// `winner`, `selected`, `num_parents`, and the winner's values or the means of all.
  std::map<std::string, std::string> values = {};
  std::string file = {};  ///< Name of the file for `content`: "winner.json", …
  nlohmann::ordered_json content = {};
};

/// Whether it is one of the three.
bool is_pattern(const workflow::Node& node);

/// Chooses or joins; equal ones by their order. Without `by` the first that ended wins.
Decision decide(const workflow::Node& node, const std::vector<Candidate>& candidates);

}  // namespace sciwright::coordinator
