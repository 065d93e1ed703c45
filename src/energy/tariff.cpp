#include "energy/tariff.h"

#include <cmath>

#include <fmt/format.h>

#include "base/suggestion.h"
#include "io/yaml.h"

namespace sciwright::energy {
namespace {

constexpr std::int64_t kNsPerMinute = 60'000'000'000;
constexpr std::int64_t kMinutesPerDay = 24 * 60;

/// Minutes of "06:00"; nothing for other texts.
std::optional<int> minute_of_day(const std::string& text) {
  const bool has_form = text.size() == 5 && text[2] == ':' &&
                        text.find_first_not_of("0123456789:") == std::string::npos;
  if (!has_form || text.rfind(':') != 2) return {};
  const int hour = std::stoi(text.substr(0, 2));
  const int minute = std::stoi(text.substr(3));
  if (hour > 23 || minute > 59) return {};
  return hour * 60 + minute;
}

/// Reads the keys of a price table and gathers what is wrong with them.
class TariffReader final {
 public:
  TariffReader(const io::Document& document, double pue) : document_(document) {
    tariff_.pue = pue;
  }

  Tariff read() {
    if (!document_.value.is_object()) {
      problem("", "expected currency, prices and so on as key: value");
      throw_if_any(problems_);
    }
    for (const auto& [key, value] : document_.value.items()) take(key, value);
    if (tariff_.price_per_kwh.empty() && problems_.empty()) {
      problem("", "lacks 'prices', a number or times and numbers");
    }
    throw_if_any(problems_);
    return tariff_;
  }

 private:
  void take(const std::string& key, const io::Json& value) {
    if (key == "currency" || key == "source") {
      if (!value.is_string()) return problem(key, "is " + value.dump() + ", expected a text");
      (key == "currency" ? tariff_.currency : tariff_.source) = value.get<std::string>();
    } else if (key == "pue") {
      take_number(key, value, 1, 10, tariff_.pue);
    } else if (key == "utc_offset_hours") {
      take_number(key, value, -14, 14, tariff_.utc_offset_h);
    } else if (key == "prices") {
      take_prices(value);
    } else {
      problem(key, "is not known" + did_you_mean(key, {"currency", "pue", "utc_offset_hours",
                                                       "source", "prices"}));
    }
  }

  void take_prices(const io::Json& value) {
    if (!value.is_object()) {
      take_number("prices", value, 0, 1e6, tariff_.price_per_kwh[0]);
      return;
    }
    for (const auto& [time, price] : value.items()) {
      const auto minute = minute_of_day(time);
      if (!minute) problem("prices." + time, "is no time of day like \"06:00\"");
      if (minute) take_number("prices." + time, price, 0, 1e6, tariff_.price_per_kwh[*minute]);
    }
  }

  void take_number(const std::string& key, const io::Json& value, double low, double high,
                   double& number) {
    if (value.is_number() && value.get<double>() >= low && value.get<double>() <= high) {
      number = value.get<double>();
    } else {
      problem(key,
              fmt::format("is {}, expected a number from {:g} to {:g}", value.dump(), low, high));
    }
  }

  void problem(const std::string& key, const std::string& text) {
    problems_.push_back(fmt::format("{}: {}{}", document_.position(key).text(),
                                    key.empty() ? "" : key + " ", text));
  }

  const io::Document& document_;
  Tariff tariff_;
  Problems problems_;
};

/// The price of a minute of the day: that of the last time before it, perhaps of the day before.
double price_at(const Tariff& tariff, int minute) {
  const auto next = tariff.price_per_kwh.upper_bound(minute);
  return next == tariff.price_per_kwh.begin() ? tariff.price_per_kwh.rbegin()->second
                                              : std::prev(next)->second;
}

/// The first moment after `utc_ns` at which the price may change.
std::int64_t next_change_ns(const Tariff& tariff, std::int64_t local_ns) {
  const std::int64_t day_ns = kMinutesPerDay * kNsPerMinute;
  const std::int64_t midnight_ns = local_ns - local_ns % day_ns;
  const auto minute = static_cast<int>(local_ns % day_ns / kNsPerMinute);
  const auto next = tariff.price_per_kwh.upper_bound(minute);
  return next == tariff.price_per_kwh.end() ? midnight_ns + day_ns
                                            : midnight_ns + next->first * kNsPerMinute;
}

}  // namespace

Tariff read_tariff(const std::filesystem::path& path, double pue) {
  const io::Document document = io::read_yaml(path);
  return TariffReader(document, pue).read();
}

double mean_price_per_kwh(const Tariff& tariff) {
  double sum = 0;
  for (int minute = 0; minute < kMinutesPerDay; ++minute) sum += price_at(tariff, minute);
  return sum / static_cast<double>(kMinutesPerDay);
}

std::optional<double> cost(const Accounting& accounting, const std::vector<Window>& windows,
                           const Tariff& tariff) {
  const std::int64_t offset_ns = std::llround(tariff.utc_offset_h * 3600e9);
  const std::int64_t day_ns = kMinutesPerDay * kNsPerMinute;
  std::map<double, std::vector<Window>> by_price;
  for (const Window& window : windows) {
    for (std::int64_t begin_ns = window.begin_ns; begin_ns < window.end_ns;) {
      const std::int64_t local_ns = begin_ns + offset_ns;
      const auto minute = static_cast<int>(local_ns % day_ns / kNsPerMinute);
      const std::int64_t end_ns =
          std::min(window.end_ns, next_change_ns(tariff, local_ns) - offset_ns);
      by_price[price_at(tariff, minute)].push_back({begin_ns, end_ns});
      begin_ns = end_ns;
    }
  }
  std::optional<double> sum;
  for (auto& [price, parts] : by_price) {
    const TotalEnergy total = accounting.total(merged(std::move(parts)));
    if (!total.joules) continue;
    sum = sum.value_or(0) + *total.joules / kJoulesPerKwh * tariff.pue * price;
  }
  return sum;
}

}  // namespace sciwright::energy
