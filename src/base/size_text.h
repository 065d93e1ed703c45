#pragma once

#include <string>

namespace sciwright {

/// Bytes for people, in three digits and powers of a thousand: "999 B", "1.5 kB", "12.3 GB".
std::string size_text(double bytes);

}  // namespace sciwright
