#include "plot/text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

namespace sciwright::plot {
namespace {

constexpr double kUnitsPerEm = 2048;
constexpr double kOtherAdvance = 1255;   // for what is not ASCII: that of "a"
constexpr double kBoldWidening = 1.104;  // mean of DejaVu Sans Bold over DejaVu Sans

/// Advance widths of DejaVu Sans 2.37 for U+0020 to U+007E.
constexpr std::array<std::uint16_t, 95> kAdvances = {
    651,  821,  942,  1716, 1303, 1946, 1597, 563,  799,  799,  1024, 1716, 651,  739,  651,  690,
    1303, 1303, 1303, 1303, 1303, 1303, 1303, 1303, 1303, 1303, 690,  690,  1716, 1716, 1716, 1087,
    2048, 1401, 1405, 1430, 1577, 1294, 1178, 1587, 1540, 604,  604,  1343, 1141, 1767, 1532, 1612,
    1235, 1612, 1423, 1300, 1251, 1499, 1401, 2025, 1403, 1251, 1403, 799,  690,  799,  1716, 1024,
    1024, 1255, 1300, 1126, 1300, 1260, 721,  1300, 1298, 569,  569,  1186, 569,  1995, 1298, 1253,
    1300, 1300, 842,  1067, 803,  1298, 1212, 1675, 1212, 1212, 1075, 1303, 690,  1303, 1716};

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

double advance(char lead) {
  const auto code = static_cast<unsigned char>(lead);
  return code >= 0x20 && code <= 0x7E ? kAdvances[code - 0x20U] : kOtherAdvance;
}

}  // namespace

double text_width_px(std::string_view text, double size_px, Weight weight) {
  double units = 0;
  for (const char c : text) {
    if (!is_continuation(c)) units += advance(c);
  }
  return units / kUnitsPerEm * size_px * (weight == Weight::kBold ? kBoldWidening : 1.0);
}

std::vector<std::string> wrapped_lines(std::string_view text, double width_px, double size_px,
                                       Weight weight) {
  std::vector<std::string> lines;
  std::string line;
  std::string word;
  const auto end_word = [&] {
    const std::string longer = line.empty() ? word : line + ' ' + word;
    if (!line.empty() && text_width_px(longer, size_px, weight) > width_px) {
      lines.push_back(line);
      line = word;
    } else {
      line = longer;
    }
    word.clear();
  };
  for (const char c : text) {
    if (c != ' ' && c != '\n') {
      word += c;
      continue;
    }
    end_word();
    if (c == '\n') lines.push_back(std::exchange(line, {}));
  }
  end_word();
  if (!line.empty()) lines.push_back(line);
  return lines;
}

std::string superscript(int value) {
  static constexpr std::array<const char*, 10> kDigits = {"⁰", "¹", "²", "³", "⁴",
                                                          "⁵", "⁶", "⁷", "⁸", "⁹"};
  std::string out;
  for (const char c : std::to_string(value)) {
    out += c == '-' ? "⁻" : kDigits[static_cast<std::size_t>(c - '0')];
  }
  return out;
}

std::string number_text(double value, int decimals) {
  const std::string digits = fmt::format("{:.{}f}", std::abs(value), decimals);
  const bool is_zero = digits.find_first_not_of("0.") == std::string::npos;
  return value < 0 && !is_zero ? "−" + digits : digits;
}

}  // namespace sciwright::plot
