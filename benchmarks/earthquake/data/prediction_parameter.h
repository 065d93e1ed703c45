#pragma once

#include <algorithm>
#include <string>
#include <vector>

namespace sciwright::earthquake {

/// What one forecast is of: the magnitude of all energy in `window` fortnights, the last of them
/// `step` fortnights after the last input. Back and Ahead quantities are the same thing here:
/// "Year Ahead" is window 26, step 26.
struct PredictionParameter {
  std::string name = {};      ///< The paper's, "Next Year Back".
  std::string log_name = {};  ///< The reference log's, "Next Mag Year Back".
  int window = 1;             ///< Fortnights, 1 … 104.
  int step = 1;               ///< Fortnights, 1 … 104.
  int quantity = 4;           ///< Index into reference_quantities(): its normalisation.

  /// Fortnights of the target that the inputs already hold.
  int shared() const { return std::max(0, window - step); }
  /// Fortnights of the target that are still to come.
  int unknown() const { return std::min(window, step); }
};

/// Steps of the decoder: one year.
inline constexpr int kDecoderSteps = 26;
/// Targets per step: 2 weeks, 3 months, 6 months, year.
inline constexpr int kTargetsPerStep = 4;
/// Windows of the four targets, in the reference's order.
inline constexpr int kTargetWindows[kTargetsPerStep] = {1, 7, 13, 26};

/// All 104 predictions of the reference, at index (step - 1) * 4 + target.
const std::vector<PredictionParameter>& decoder_parameters();

/// The 16 of them (steps 1, 7, 13, 26; indices 0–3, 24–27, 48–51, 100–103) that are scored and
/// plotted, in the order of the reference's NNSE events 0 … 15.
const std::vector<PredictionParameter>& scored_parameters();

/// The ten of the 16 whose windows share nothing with the inputs. The overlap-free part of any
/// other, its last min(window, step) fortnights, is one of these.
const std::vector<PredictionParameter>& overlap_free_parameters();

/// The ten predictions of the LSTM and the hybrid transformer: "Next 2 weeks" and the nine windows
/// Ahead.
const std::vector<PredictionParameter>& ahead_parameters();

/// The index of a scored parameter among the 104, by its name. Throws a usage error that lists the
/// names for any other.
int decoder_index(const std::string& name);

}  // namespace sciwright::earthquake
