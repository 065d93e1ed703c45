#include "earthquake/data/training_facts.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "config/fields.h"
#include "earthquake/data/grid.h"
#include "io/npz.h"

namespace sciwright::earthquake {
namespace {

using nlohmann::json;

constexpr int kSchemaVersion = 1;

/// `trained_on`. P pixels, 38 quantities.
struct TrainedOn {
  std::string catalog;
  std::string catalog_hash;
  int num_fortnights = 0;
  std::vector<int> pixels;                  // [P]
  std::vector<int> is_validation;           // [P]
  std::vector<std::vector<int>> faults;     // [4, P]
  std::vector<std::vector<double>> scales;  // [38, 2]
  std::vector<std::vector<double>> means;   // [P, 4]
};

template <class Visitor>
void visit_fields(TrainedOn& t, Visitor& v) {
  v.field("catalog", t.catalog, "Source of the catalogue.");
  v.field("catalog_hash", t.catalog_hash, "Its content hash.");
  v.field("num_fortnights", t.num_fortnights, "Fortnights since 1950-01-04.",
          {config::more_than(kDroppedFortnights)});
  v.field("pixels", t.pixels, "Pixel numbers, ascending.", {config::between(0, kGridPixels - 1)});
  v.field("is_validation", t.is_validation, "1 for validation pixels.");
  v.field("faults", t.faults, "The four fault labels of these pixels.");
  v.field("scales", t.scales, "Minimum and maximum of the 38 quantities.");
  v.field("means", t.means, "Means of the four target windows over the fit period.");
}

/// `rows` lists of `columns` values each.
template <class T>
bool has_shape(const std::vector<std::vector<T>>& lists, std::size_t rows, std::size_t columns) {
  return lists.size() == rows && std::ranges::all_of(lists, [&](const std::vector<T>& list) {
           return list.size() == columns;
         });
}

bool fits_together(const TrainedOn& t) {
  const std::size_t pixels = t.pixels.size();
  return pixels > 0 && std::ranges::is_sorted(t.pixels) && t.is_validation.size() == pixels &&
         has_shape(t.faults, kNumFaultLabels, pixels) &&
         has_shape(t.scales, reference_quantities().size(), 2) &&
         has_shape(t.means, pixels, kTargetsPerStep);
}

TrainedOn to_document(const TrainingFacts& facts) {
  TrainedOn t{.catalog = facts.catalog,
              .catalog_hash = facts.catalog_hash,
              .num_fortnights = facts.num_fortnights,
              .pixels = facts.split.locs,
              .is_validation = {facts.split.is_validation.begin(), facts.split.is_validation.end()},
              .faults = {},
              .scales = {},
              .means = {}};
  for (const std::vector<int>& labels : facts.faults) {
    std::vector<int>& here = t.faults.emplace_back();
    for (const int loc : t.pixels) here.push_back(labels[static_cast<std::size_t>(loc)]);
  }
  for (const QuantityStatistics& scale : facts.scales) t.scales.push_back({scale.min, scale.max});
  for (int p = 0; p < facts.means.num_pixels; ++p) {
    const std::span<const double> row = facts.means.row(p);
    t.means.emplace_back(row.begin(), row.end());
  }
  return t;
}

void take_document(const TrainedOn& t, TrainingFacts& facts) {
  facts.catalog = t.catalog;
  facts.catalog_hash = t.catalog_hash;
  facts.num_fortnights = t.num_fortnights;
  facts.split.locs = t.pixels;
  for (const int value : t.is_validation) facts.split.is_validation.push_back(value != 0 ? 1 : 0);
  for (std::size_t label = 0; label < facts.faults.size(); ++label) {
    facts.faults[label].assign(kGridPixels, 0);
    for (std::size_t p = 0; p < t.pixels.size(); ++p) {
      facts.faults[label][static_cast<std::size_t>(t.pixels[p])] = t.faults[label][p];
    }
  }
  for (const std::vector<double>& scale : t.scales) {
    facts.scales.push_back({.min = scale[0], .max = scale[1]});
  }
  facts.means = {static_cast<int>(t.pixels.size()), kTargetsPerStep};
  for (std::size_t p = 0; p < t.means.size(); ++p) {
    std::ranges::copy(t.means[p], facts.means.row(static_cast<int>(p)).begin());
  }
}

/// Settings a forecast may have of its own.
bool is_free(const std::string& path) {
  static const std::array kFree = {"threads", "device", "plots", "data.catalog", "data.cache"};
  return path.starts_with("synthetic.") || std::ranges::count(kFree, path) > 0;
}

void add_differences(const json& trained, const json& now, const std::string& prefix,
                     Problems& problems) {
  for (const auto& [key, value] : trained.items()) {
    const auto found = now.find(key);
    if (found == now.end()) continue;
    const std::string path = prefix + key;
    if (value.is_object() && found->is_object()) {
      add_differences(value, *found, path + ".", problems);
    } else if (value != *found && !is_free(path)) {
      problems.push_back(
          fmt::format("{} is {}, but the model was trained with {}; a forecast cannot change it",
                      path, found->dump(), value.dump()));
    }
  }
}

}  // namespace

TrainingFacts training_facts(const Settings& settings, const Dataset& d) {
  return {.settings = config::to_json(settings),
          .catalog = d.facts.source,
          .catalog_hash = d.facts.content_hash,
          .num_fortnights = d.fortnights.num(),
          .split = d.split,
          .faults = d.faults,
          .scales = d.scales,
          .means = d.means};
}

json training_facts_json(const TrainingFacts& facts) {
  return {{"schema_version", kSchemaVersion},
          {"model", facts.settings["model"]},
          {"settings", facts.settings},
          {"trained_on", config::to_json(to_document(facts))}};
}

TrainingFacts read_training_facts(const std::filesystem::path& path) {
  const io::NumpyArrays arrays = io::read_npz(path);
  const auto bytes = io::cast_array<std::uint8_t>(io::require_array(arrays, "facts", path)).values;
  const json facts = json::parse(bytes.begin(), bytes.end(), nullptr, false);
  const bool known = facts.is_object() && facts.value("schema_version", json()) == kSchemaVersion &&
                     facts.value("settings", json()).is_object() &&
                     facts.value("trained_on", json()).is_object();
  if (!known) {
    throw usage_error(fmt::format(
        "{}: does not say what the model was trained on (expected facts of schema_version {}); "
        "train it again",
        path.string(), kSchemaVersion));
  }
  TrainedOn t;
  const auto locate = [&](const std::string&) { return path.string() + ": facts.trained_on"; };
  throw_if_any(config::load(facts["trained_on"], locate, t));
  if (!fits_together(t)) {
    throw usage_error(
        fmt::format("{}: facts.trained_on has lists of other lengths than its {} "
                    "pixels need",
                    path.string(), t.pixels.size()));
  }
  TrainingFacts out{.settings = facts["settings"]};
  take_document(t, out);
  return out;
}

Problems setting_problems(const TrainingFacts& facts, const json& settings) {
  Problems problems;
  add_differences(facts.settings, settings, "", problems);
  return problems;
}

}  // namespace sciwright::earthquake
