#pragma once

#include <string>

namespace sciwright {

/// Seconds of a duration as users write it: "90", "90s", "1h30m", "2.5m", "01:30:00", "2-12:00:00"
/// (Slurm's D-HH:MM:SS). Throws a usage error that quotes the text otherwise.
double parse_duration_s(const std::string& text);

/// Short text for people: "0.42 s", "12.3 s", "3m 05s", "2h 07m", "3d 04h".
std::string format_duration(double seconds);

}  // namespace sciwright
