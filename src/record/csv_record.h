#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sciwright::record {

/// One CSV record after RFC 4180, without a line end: fields with a comma, a quote or a line break
/// are quoted.
std::string csv_record(const std::vector<std::string>& fields);

/// Takes the next record from the front of `text` (quoted fields may span lines) and removes it
/// with its line end. A quote that is never closed runs to the end of the text. Call it while
/// `text` is not empty.
std::vector<std::string> take_csv_record(std::string_view& text);

}  // namespace sciwright::record
