#include "submission/finding.h"

#include <fmt/format.h>

#include "base/printable_text.h"
#include "record/compliance.h"

namespace sciwright::submission {

std::string findings_text(const Findings& findings) {
  std::string out;
  for (const Finding& f : findings) {
    const std::string line = f.line > 0 ? fmt::format(":{}", f.line) : "";
    out += printable_text(fmt::format("{}{}: {}: {}; found {}; to fix: {}", f.path.string(), line,
                                      record::severity_name(f.severity), f.rule, f.found, f.fix)) +
           "\n";
  }
  return out;
}

}  // namespace sciwright::submission
