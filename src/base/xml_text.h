#pragma once

#include <string>
#include <string_view>

namespace sciwright {

/// A text for an XML element or an attribute in double quotes: & < > " as entities, control
/// characters that XML does not have as U+FFFD.
std::string xml_text(std::string_view text);

}  // namespace sciwright
