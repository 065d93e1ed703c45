#pragma once

#include <string>
#include <vector>

namespace sciwright::earthquake {

/// Which inputs a network gets, and as what (spec 2.2).
enum class FeatureForm {
  kReference,  ///< As the reference's code: 27 features and the row number by accident.
  kNoRow,      ///< Without the row number: 4 static, 9 dynamic, 14 known.
  kPaper,      ///< The same 27 columns, LinearSpace counted as static: 5 / 13 / 9.
};

/// "reference", "no_row", "paper".
std::string feature_form_name(FeatureForm form);
/// The reverse; throws a usage error that lists the names.
FeatureForm parse_feature_form(const std::string& name);

inline constexpr int kNumDynamicFeatures = 9;
inline constexpr int kNumKnownFeatures = 14;  ///< LinearSpace, 0.5, 12 functions of time.

/// The columns of a feature tensor by their role.
struct FeatureLayout {
  std::vector<std::string> names;  ///< One per column.
  std::vector<int> statics;        ///< The same at all times.
  std::vector<int> known;          ///< Known for the future too.
  std::vector<int> unknown;        ///< Observed only up to the present, no targets.
  std::vector<int> targets;        ///< Observed, and forecast: 2 weeks, 3 and 6 months, year.

  int num_features() const { return static_cast<int>(names.size()); }
  /// Column of the first static feature: 1 behind a row number, else 0.
  int first_static() const { return statics.front(); }
};

FeatureLayout feature_layout(FeatureForm form);

/// The 12 functions of time at point i of `num_points` (spec 2.2): LinearTime, P2, P3, P4, then cos
/// and sin for periods of 8, 16, 32, 64 fortnights. Points beyond the last go on alike: LinearTime
/// exceeds 1, the polynomials grow, cos and sin repeat.
std::vector<float> time_encodings(int i, int num_points);

}  // namespace sciwright::earthquake
