#include "campaign/shares.h"

#include <algorithm>
#include <charconv>
#include <numeric>

#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"
#include "base/hash.h"
#include "base/suggestion.h"

namespace sciwright::campaign {
namespace {

namespace fs = std::filesystem;
using experiment::Json;
using experiment::Manifest;

constexpr int kSchemaVersion = 1;
constexpr std::int64_t kMostWeight = 1'000'000;

std::vector<std::string> split_at_commas(const std::string& text) {
  std::vector<std::string> out;
  for (std::size_t start = 0; start <= text.size() && !text.empty();) {
    const std::size_t end = std::min(text.find(',', start), text.size());
    out.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return out;
}

std::int64_t parse_weight(const std::string& text, Problems& problems) {
  std::int64_t weight = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), weight);
  const bool is_whole = error == std::errc{} && end == text.data() + text.size();
  if (!is_whole || weight < 1 || weight > kMostWeight) {
    problems.push_back(
        fmt::format("--weights: '{}' is no weight, expected a whole number from 1 "
                    "to {}",
                    text, kMostWeight));
  }
  return weight;
}

Problems problems_of_names(const Shares& shares, const std::string& where) {
  Problems problems;
  std::vector<std::string> seen;
  for (const Sharer& sharer : shares.sharers) {
    if (sharer.name.empty()) {
      problems.push_back(where + ": a name is empty");
    } else if (std::ranges::find(seen, sharer.name) != seen.end()) {
      problems.push_back(fmt::format("{}: {} comes twice", where, sharer.name));
    }
    seen.push_back(sharer.name);
  }
  return problems;
}

/// The next experiment goes to who lacks most of their part. Whole numbers, so that every machine
/// comes to the same.
class Dealer final {
 public:
  explicit Dealer(const Shares& shares) : shares_(shares), counts_(shares.sharers.size(), 0) {
    for (const Sharer& sharer : shares.sharers) sum_ += sharer.weight;
  }

  std::size_t next() {
    ++num_dealt_;
    std::size_t poorest = 0;
    for (std::size_t i = 1; i < counts_.size(); ++i) {
      if (lack(i) > lack(poorest)) poorest = i;
    }
    ++counts_[poorest];
    return poorest;
  }

 private:
  std::int64_t lack(std::size_t i) const {
    return shares_.sharers[i].weight * num_dealt_ - counts_[i] * sum_;
  }

  const Shares& shares_;
  std::vector<std::int64_t> counts_;
  std::int64_t sum_ = 0;
  std::int64_t num_dealt_ = 0;
};

/// The order of dealing: calls of generate one after the other, and within each the experiments
/// mixed. Parameters, not the id, are hashed: the id also depends on paths that differ between
/// people.
std::vector<std::size_t> mixed_order(const Manifest& manifest) {
  std::vector<std::string> keys(manifest.entries.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    keys[i] = sha256_hex(manifest.entries[i].parameters_json);
  }
  std::vector<std::size_t> order(keys.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const std::size_t call_a = manifest.entries[a].call;
    const std::size_t call_b = manifest.entries[b].call;
    return call_a != call_b ? call_a < call_b : keys[a] < keys[b];
  });
  return order;
}

}  // namespace

const char* const kSharesFile = "shares.json";

Shares parse_shares(const std::string& names, const std::string& weights,
                    const std::string& option) {
  Shares shares;
  for (const std::string& name : split_at_commas(names)) shares.sharers.push_back({name, 1});
  Problems problems = problems_of_names(shares, option);
  if (shares.sharers.empty()) problems.push_back(option + ": expected names, as alice,bob");
  const std::vector<std::string> texts = split_at_commas(weights);
  if (!texts.empty() && texts.size() != shares.sharers.size()) {
    problems.push_back(
        fmt::format("--weights: {} weights for {} names", texts.size(), shares.sharers.size()));
  }
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::int64_t weight = parse_weight(texts[i], problems);
    if (i < shares.sharers.size()) shares.sharers[i].weight = weight;
  }
  throw_if_any(problems);
  return shares;
}

Shares read_shares(const fs::path& folder) {
  const fs::path path = folder / kSharesFile;
  Shares shares;
  if (!fs::exists(path)) return shares;
  const Json document = Json::parse(read_file(path), nullptr, false);
  const Json version = document.is_object() ? document.value("schema_version", Json()) : Json();
  if (version != kSchemaVersion) {
    throw usage_error(fmt::format("{}: schema_version is {}, expected {}", path.string(),
                                  version.dump(), kSchemaVersion));
  }
  try {
    for (const Json& sharer : document.at("shares")) {
      shares.sharers.push_back(
          {sharer.at("name").get<std::string>(), sharer.at("weight").get<std::int64_t>()});
    }
  } catch (const Json::exception& error) {
    throw usage_error(
        fmt::format("{}: these are no shares of a study: {}", path.string(), error.what()));
  }
  Problems problems = problems_of_names(shares, path.string());
  for (const Sharer& sharer : shares.sharers) {
    if (sharer.weight >= 1 && sharer.weight <= kMostWeight) continue;
    problems.push_back(fmt::format("{}: the weight of {} is {}, expected 1 to {}", path.string(),
                                   sharer.name, sharer.weight, kMostWeight));
  }
  throw_if_any(problems);
  return shares;
}

void write_shares(const fs::path& folder, const Shares& shares) {
  Json rows = Json::array();
  for (const Sharer& sharer : shares.sharers) {
    rows.push_back({{"name", sharer.name}, {"weight", sharer.weight}});
  }
  const Json document = {{"schema_version", kSchemaVersion}, {"shares", std::move(rows)}};
  write_file_atomic(folder / kSharesFile,
                    document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

std::vector<std::size_t> deal(const Manifest& manifest, const Shares& shares) {
  Dealer dealer(shares);
  std::vector<std::size_t> owners(manifest.entries.size());
  for (const std::size_t i : mixed_order(manifest)) owners[i] = dealer.next();
  return owners;
}

std::vector<std::size_t> share_of(const Manifest& manifest, const Shares& shares,
                                  const std::string& who) {
  std::vector<std::string> names;
  for (const Sharer& sharer : shares.sharers) names.push_back(sharer.name);
  const auto found = std::ranges::find(names, who);
  if (found == names.end()) {
    throw usage_error(fmt::format(
        "{} has no share of this study{}", who,
        names.empty() ? "; 'sciwright experiment share' makes shares" : did_you_mean(who, names)));
  }
  const auto place = static_cast<std::size_t>(found - names.begin());
  const std::vector<std::size_t> owners = deal(manifest, shares);
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < owners.size(); ++i) {
    if (owners[i] == place) out.push_back(i);
  }
  return out;
}

}  // namespace sciwright::campaign
