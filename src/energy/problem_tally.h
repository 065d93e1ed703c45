#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/error.h"

namespace sciwright::energy {

/// What is wrong with the samples of a file, told once for each kind of problem: a sensor that
/// fails all day would otherwise fill the report.
class ProblemTally final {
 public:
  /// `kind` tells problems apart and names the device where it is known; `text` says of the first
  /// where and when it was.
  void note(const std::string& kind, const std::string& text);

  /// The texts in the order they came, each with the number of its kind.
  void add_to(Problems& problems) const;

 private:
  struct Entry {
    std::string text;
    std::int64_t count = 0;
  };
  std::vector<Entry> entries_;
  std::map<std::string, std::size_t> index_of_;
};

}  // namespace sciwright::energy
