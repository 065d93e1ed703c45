#include "record/utc_stamp.h"

#include <cctype>
#include <string_view>

#include "base/clock.h"

namespace sciwright::record {
namespace {

using namespace std::string_view_literals;

/// The whole years that 64 bits of nanoseconds since 1970 hold.
constexpr int kFirstYear = 1678;
constexpr int kLastYear = 2261;

/// Whether `text` has the form of `pattern`, where '0' stands for a digit and 'T' for 'T' or ' '.
bool has_form(std::string_view text, std::string_view pattern) {
  if (text.size() != pattern.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool good = pattern[i] == '0'   ? std::isdigit(static_cast<unsigned char>(text[i])) != 0
                      : pattern[i] == 'T' ? text[i] == 'T' || text[i] == ' '
                                          : text[i] == pattern[i];
    if (!good) return false;
  }
  return true;
}

}  // namespace

std::optional<std::int64_t> parse_utc_stamp(const std::string& text) {
  std::string_view rest = text;
  if (rest.ends_with('Z')) rest.remove_suffix(1);
  constexpr std::string_view kForm = "0000-00-00T00:00:00";
  if (!has_form(rest.substr(0, kForm.size()), kForm)) return {};
  std::string fraction(rest.substr(kForm.size()));
  if (!fraction.empty() &&
      (fraction.size() > 10 || !has_form(fraction, ".000000000000"sv.substr(0, fraction.size())) ||
       fraction.size() == 1)) {
    return {};
  }
  const auto number = [&](int begin, int size) {
    return std::stoi(text.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(size)));
  };
  const int month = number(5, 2);
  const int day = number(8, 2);
  const int year = number(0, 4);
  if (year < kFirstYear || year > kLastYear) return {};
  const std::int64_t days = days_from_civil(year, month, day);
  const CivilDate date = civil_from_days(days);
  const int hour = number(11, 2);
  const int minute = number(14, 2);
  const int second = number(17, 2);
  if (date.month != month || date.day != day || hour > 23 || minute > 59 || second > 59) return {};
  fraction.erase(0, 1);
  fraction.resize(9, '0');
  return (days * 86'400 + hour * 3600 + minute * 60 + second) * kNsPerSecond + std::stoll(fraction);
}

}  // namespace sciwright::record
