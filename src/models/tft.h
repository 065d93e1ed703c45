#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/error.h"
#include "models/tft_blocks.h"

namespace sciwright::models {

/// Which column of the input is what. Static columns are read at the first step; target (observed)
/// and unknown columns at the encoder's steps only; known columns at all steps.
struct TftLayout {
  std::vector<std::int64_t> static_columns;
  std::vector<std::int64_t> target_columns;
  std::vector<std::int64_t> unknown_columns;
  std::vector<std::int64_t> known_columns;
};

/// The reference code's 28 columns: row number, 4 fault labels, magnitude now, 5 unknown,
/// magnitudes of 3 months, 6 months and a year, 14 known.
TftLayout tft_reference_layout();

/// The same without the row number, which the reference feeds by accident: 27 columns.
TftLayout tft_features27_layout();

/// The paper's count on those 27 columns: 5 static (the pixel's linear label among them), 13 known,
/// 9 unknown (4 of them targets).
TftLayout tft_paper_layout();

enum class TftHead {
  kChained,  ///< The reference: a final block for each target, each fed by the one before.
  kStandard  ///< Lim et al.: one final block for all.
};

/// Defaults: the reference's earthquake TFT, 8,005,334 weights.
struct TftSettings {
  TftLayout layout = tft_reference_layout();
  std::int64_t num_encoder_steps = 26;
  std::int64_t num_decoder_steps = 26;
  std::int64_t hidden = 160;
  std::int64_t num_heads = 4;
  std::int64_t num_lstm_layers = 2;
  double dropout = 0.1;
  std::int64_t num_quantiles = 1;  ///< 1: a point forecast.
  TftHead head = TftHead::kChained;
  /// The output layer starts at zero: for a network that corrects another forecast.
  bool zero_output = false;
};

/// What is wrong with the settings; empty if nothing.
Problems problems(const TftSettings& settings);

/// Temporal fusion transformer (Lim et al. 2021) as the earthquake benchmark has it.
struct Tft final : torch::nn::Module {
  /// Throws a usage error that lists all problems() of the settings.
  Tft(const TftSettings& settings, std::uint64_t seed);

  /// input [B, encoder + decoder steps, columns] -> forecasts [B, decoder steps, targets], with
  /// several quantiles [B, decoder steps, targets, quantiles]. In training, `dropout_seed` chooses
  /// the masks.
  torch::Tensor forward(const torch::Tensor& input, std::uint64_t dropout_seed = 0) const;

  TftSettings settings;
  torch::Tensor embedding_kernel;  ///< [embedded inputs, 1, H]: static, unknown, known, targets.
  torch::Tensor embedding_bias;    ///< [embedded inputs, 1, H]
  std::shared_ptr<VariableSelection> static_selection;
  std::shared_ptr<GatedResidual> static_contexts;  ///< 4: selection, enrichment, hidden, cell.
  std::shared_ptr<VariableSelection> history_selection;
  std::shared_ptr<VariableSelection> future_selection;
  std::vector<std::shared_ptr<LstmLayer>> encoder;
  std::vector<std::shared_ptr<LstmLayer>> decoder;
  std::shared_ptr<GateAddNorm> lstm_gate;
  std::shared_ptr<GatedResidual> enrichment;
  std::shared_ptr<InterpretableAttention> attention;
  std::vector<std::shared_ptr<FinalBlock>> final_blocks;
  std::vector<std::shared_ptr<Dense>> outputs;

 private:
  struct Contexts {
    torch::Tensor selection, enrichment;
    kernels::LstmState state;
  };
  void register_parts(Initializer& weights);
  Contexts static_encoding(const torch::Tensor& steps, const torch::Tensor& embedding,
                           DropoutPass& dropout) const;
  torch::Tensor selected_steps(const torch::Tensor& steps, const torch::Tensor& embedding,
                               const torch::Tensor& context, DropoutPass& dropout) const;
  torch::Tensor locality(const torch::Tensor& selected, const kernels::LstmState& state) const;
  torch::Tensor decode(const torch::Tensor& temporal, const torch::Tensor& context,
                       DropoutPass& dropout) const;
};

}  // namespace sciwright::models
