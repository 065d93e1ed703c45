#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sciwright::plot {

enum class Weight { kNormal, kBold };

/// Width of a UTF-8 text set in DejaVu Sans. From a table of advance widths, not from an installed
/// font, so a figure has the same layout on every machine.
double text_width_px(std::string_view text, double size_px, Weight weight = Weight::kNormal);

/// The text in lines of at most width_px, broken at newlines and blanks. A longer word stays whole.
std::vector<std::string> wrapped_lines(std::string_view text, double width_px, double size_px,
                                       Weight weight = Weight::kNormal);

/// An integer in superscript digits: -3 is "⁻³".
std::string superscript(int value);

/// A number with so many decimals, a true minus sign and no "-0"; independent of the locale.
std::string number_text(double value, int decimals);

}  // namespace sciwright::plot
