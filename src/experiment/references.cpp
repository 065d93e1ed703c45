#include "experiment/references.h"

#include <cctype>

namespace sciwright::experiment {
namespace {

bool is_first_char(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_'; }

bool is_name_char(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.';
}

}  // namespace

std::vector<Reference> find_references(std::string_view text) {
  std::vector<Reference> out;
  for (auto at = text.find('{'); at != std::string_view::npos; at = text.find('{', at + 1)) {
    if (at + 1 >= text.size() || !is_first_char(text[at + 1])) continue;
    const char before = at > 0 ? text[at - 1] : ' ';
    std::size_t end = at + 1;
    while (end < text.size() && is_name_char(text[end])) ++end;
    if (end >= text.size() || text[end] != '}' || before == '$') continue;
    if (before == '{' && end + 1 < text.size() && text[end + 1] == '}') continue;
    out.push_back({std::string(text.substr(at + 1, end - at - 1)), at, end + 1 - at});
  }
  return out;
}

std::string substituted(std::string_view text, const FindValue& find) {
  std::string out;
  std::size_t done = 0;
  for (const Reference& reference : find_references(text)) {
    const Json* value = find(reference.name);
    if (value == nullptr || value->is_object()) continue;
    out += text.substr(done, reference.offset - done);
    out += printed_form(*value);
    done = reference.offset + reference.length;
  }
  out += text.substr(done);
  return out;
}

}  // namespace sciwright::experiment
