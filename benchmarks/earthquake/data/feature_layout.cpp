#include "earthquake/data/feature_layout.h"

#include <cmath>
#include <numbers>
#include <numeric>

#include <fmt/format.h>

#include "base/error.h"
#include "earthquake/data/fortnights.h"
#include "earthquake/data/quantities.h"

namespace sciwright::earthquake {
namespace {

constexpr int kPeriods[] = {8, 16, 32, 64};

std::vector<int> columns(int first, int count) {
  std::vector<int> all(static_cast<std::size_t>(count));
  std::iota(all.begin(), all.end(), first);
  return all;
}

std::vector<std::string> feature_names() {
  std::vector<std::string> names;
  for (int q = 0; q < kNumFaultLabels + kNumDynamicFeatures; ++q) {
    names.push_back(reference_quantities()[static_cast<std::size_t>(q)].name);
  }
  names.insert(names.end(), {"LinearSpace", "Constant", "LinearTime", "P2", "P3", "P4"});
  for (const int period : kPeriods) {
    names.push_back(fmt::format("Cos {}", period));
    names.push_back(fmt::format("Sin {}", period));
  }
  return names;
}

}  // namespace

std::string feature_form_name(FeatureForm form) {
  switch (form) {
    case FeatureForm::kReference:
      return "reference";
    case FeatureForm::kNoRow:
      return "no_row";
    case FeatureForm::kPaper:
      return "paper";
  }
  return "";
}

FeatureForm parse_feature_form(const std::string& name) {
  for (const FeatureForm form :
       {FeatureForm::kReference, FeatureForm::kNoRow, FeatureForm::kPaper}) {
    if (feature_form_name(form) == name) return form;
  }
  throw usage_error(fmt::format("inputs: is \"{}\", must be paper, no_row or reference.", name));
}

FeatureLayout feature_layout(FeatureForm form) {
  FeatureLayout layout;
  layout.names = feature_names();
  const int first = form == FeatureForm::kReference ? 1 : 0;
  const int dynamic = first + kNumFaultLabels;
  layout.statics = columns(first, kNumFaultLabels);
  layout.targets = {dynamic, dynamic + 6, dynamic + 7, dynamic + 8};
  layout.unknown = columns(dynamic + 1, 5);
  layout.known = columns(dynamic + kNumDynamicFeatures, kNumKnownFeatures);
  if (form == FeatureForm::kReference) {
    layout.names.insert(layout.names.begin(), "RawLabel");
    layout.unknown.insert(layout.unknown.begin(), 0);
  }
  if (form == FeatureForm::kPaper) {
    layout.statics.push_back(layout.known.front());
    layout.known.erase(layout.known.begin());
  }
  return layout;
}

std::vector<float> time_encodings(int i, int num_points) {
  const double last = num_points - 1;
  const double x = -1 + 2 * i / last;
  const double x2 = x * x;
  std::vector<double> values = {kDaysPerFortnight * i / (kDaysPerFortnight * last + 1),
                                (3 * x2 - 1) / 2, (5 * x2 * x - 3 * x) / 2,
                                (35 * x2 * x2 - 30 * x2 + 3) / 8};
  for (const int period : kPeriods) {
    const double angle = 2 * std::numbers::pi * (i % period) / period;
    values.push_back(std::cos(angle));
    values.push_back(std::sin(angle));
  }
  return {values.begin(), values.end()};
}

}  // namespace sciwright::earthquake
