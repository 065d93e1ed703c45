#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "earthquake/data/pixel_series.h"
#include "earthquake/data/quantities.h"
#include "earthquake/data/sequence_axis.h"

namespace sciwright::earthquake {

/// What to do with a sequence whose observation lies beyond the end of the data.
enum class MissingObservation {
  kDropped,    ///< Leave it out.
  kZeroError,  ///< As the reference: the observation is replaced by the forecast.
};

/// How a forecast is to be scored.
struct ScoreTask {
  /// m(B:w) of the parameter's window, [pixels, fortnights], in magnitudes.
  const PixelSeries<double>& magnitudes;
  SequenceAxis axis;
  /// Scored ones, sequences_for() of a period as a rule; for kZeroError all, although the last have
  /// no observation.
  SequenceRange sequences;
  /// 1 for validation pixels, 0 for training pixels; empty: there is only one group.
  std::vector<std::uint8_t> is_validation = {};
  QuantityStatistics scale = {};  ///< Normalisation of the parameter's quantity.
  MissingObservation missing = MissingObservation::kDropped;
};

/// Scores of one group of pixels. What cannot be computed is NaN. e = observation − forecast.
struct GroupScore {
  int num_pixels = 0;
  int num_constant_pixels = 0;  ///< V = 0: left out of the averages.
  double average_nnse = 0;      ///< Mean over pixels of V / (V + D).
  double summed_nnse = 0;       ///< The same formula on the sums over the pixels.
  double average_nse = 0;       ///< Mean over pixels of 1 − D / V.
  double summed_nse = 0;
  double mse = 0;  ///< In magnitudes².
  double mae = 0;  ///< In magnitudes.
  /// The reference's columns F, S, E: mean square error of normalised values over all sequences,
  /// those before 1989, and the others.
  double normalised_mse = 0;
  double normalised_mse_start = 0;
  double normalised_mse_end = 0;
  double relative_rms_error = 0;     ///< √(Σe² / Σo²), normalised: IndE^2/IndObs^2 / 100.
  double relative_error = 0;         ///< Σ|e| / Σ|o|, normalised: IndE/IndObs / 100.
  double relative_summed_error = 0;  ///< Σ_t |Σ_q e| / Σ_t Σ_q o: summedErr/SummedObs / 100.
};

/// Scores of one parameter.
struct ForecastScore {
  int num_sequences = 0;  ///< Sequences that count, the same for all pixels.
  GroupScore all;
  GroupScore training;  ///< Equals `all` when there is only one group.
  GroupScore validation;
};

/// V / (V + D) = 1 / (2 − NSE): 0.5 is the skill of the mean, 1 a perfect forecast. NaN for V = 0.
double nnse(double variance_sum, double squared_error_sum);

/// NSE, NNSE (Nash and Sutcliffe 1970; spec 4.2) and the errors of spec 4.3 in one pass.
/// `forecast` is [pixels, axis.num_sequences()] in magnitudes, a pixel's sequences side by side;
/// another shape is a failure. A NaN in it makes the scores NaN. V = Σo² − (Σo)²/n and D = Σe² run
/// over the sequences that count.
template <class T>
ForecastScore score_forecast(const ScoreTask& task, const PredictionParameter& parameter,
                             std::span<const T> forecast);

extern template ForecastScore score_forecast(const ScoreTask&, const PredictionParameter&,
                                             std::span<const float>);
extern template ForecastScore score_forecast(const ScoreTask&, const PredictionParameter&,
                                             std::span<const double>);

}  // namespace sciwright::earthquake
