#pragma once

#include <string>
#include <vector>

#include "bench/run_settings.h"
#include "config/fields.h"
#include "earthquake/data/etas.h"

namespace sciwright::earthquake {

/// Where the data come from. Empty paths mean: simulate, or compute by the spec's rules.
struct DataSettings {
  std::string catalog;
  std::string reference;
  std::string faults;
  std::string top_earthquakes;
  bool cache = true;
  int max_pixels = -1;
};

template <class Visitor>
void visit_fields(DataSettings& s, Visitor& v) {
  v.field("catalog", s.catalog,
          "Catalogue file or folder; empty simulates one (see synthetic). Also .xz, .gz, .zst.");
  v.field("reference", s.reference,
          "Folder with the reference's exact lists (reference_active_500.txt, faults/, …); empty "
          "computes pixels, split, fault labels and largest events from the catalogue.");
  v.field("faults", s.faults, "Fault sections as GeoJSON; empty clusters the epicentres.");
  v.field("top_earthquakes", s.top_earthquakes,
          "CSV of the events marked in plots; empty takes the 20 largest of the catalogue.");
  v.field("cache", s.cache, "Keep binned catalogues in the cache folder, by content hash.");
  v.field("max_pixels", s.max_pixels,
          "Use only this many of the active pixels, evenly thinned; 0 = all; -1 = all of a real "
          "catalogue, 60 of a simulated one.",
          {config::at_least(-1)});
}

template <class Visitor>
void visit_fields(EtasSettings& s, Visitor& v) {
  v.field("start_date", s.start_date, "First day of the simulated catalogue.");
  v.field("end_date", s.end_date, "Its last day.");
  v.field("min_magnitude", s.min_magnitude, "Smaller events neither happen nor trigger.",
          {config::between(0, 5)});
  v.field("max_magnitude", s.max_magnitude, "No event is larger.", {config::between(5, 9.5)});
  v.field("background_per_year", s.background_per_year, "Untriggered events of m >= 2.5 a year.",
          {config::between(1, 10'000)});
  v.field("branching_ratio", s.branching_ratio, "Mean number of direct aftershocks of an event.",
          {config::between(0, 0.99)});
  v.field("productivity", s.productivity, "Growth of the number of aftershocks with magnitude.",
          {config::between(0.5, 4)});
  v.field("num_faults", s.num_faults, "Straight synthetic faults.", {config::between(1, 10'000)});
}

/// What the networks are fed and asked.
struct FeatureSettings {
  std::string inputs = "paper";
  int encoder_steps = 26;
  int window_stride = 1;
};

template <class Visitor>
void visit_fields(FeatureSettings& s, Visitor& v) {
  v.field("inputs", s.inputs,
          "TFT inputs: paper (5 static, 13 known, 9 unknown), no_row (the code's 27), reference "
          "(the code's 28, with the row number it feeds by accident).",
          {config::one_of({"paper", "no_row", "reference"})});
  v.field("encoder_steps", s.encoder_steps, "Fortnights the networks look back.",
          {config::between(2, 260)});
  v.field("window_stride", s.window_stride, "Train on every n-th window only.",
          {config::at_least(1)});
}

/// Temporal fusion transformer (spec 3.1).
struct TftSettings {
  std::string form = "standard";
  int hidden = 16;
  int heads = 4;
  double dropout = 0.1;
  std::string residual = "overlap_mean";
  std::vector<double> quantiles;
};

template <class Visitor>
void visit_fields(TftSettings& s, Visitor& v) {
  v.field("form", s.form,
          "standard: one final block; reference: four chained ones, as the reference's code.",
          {config::one_of({"standard", "reference"})});
  v.field("hidden", s.hidden, "Width of every layer (d_model; the reference has 160).",
          {config::between(4, 1024)});
  v.field("heads", s.heads, "Attention heads; must divide the width.", {config::between(1, 64)});
  v.field("dropout", s.dropout, "Share of units dropped in training.", {config::between(0, 0.9)});
  v.field("residual", s.residual,
          "What the network corrects: none (it forecasts all by itself, as the reference), "
          "overlap_floor or overlap_mean (what the inputs already know of the target).",
          {config::one_of({"none", "overlap_floor", "overlap_mean"})});
  v.field(
      "quantiles", s.quantiles,
      "Quantiles to forecast, with the quantile loss; the one nearest 0.5 is scored. Empty: one "
      "value per target.",
      {config::between(0.001, 0.999)});
}

/// LSTM baseline (spec 3.2).
struct LstmSettings {
  int initial = 128;
  int units = 48;
  int final = 128;
  double dropout = 0.2;
  double recurrent_dropout = 0.2;
};

template <class Visitor>
void visit_fields(LstmSettings& s, Visitor& v) {
  v.field("initial", s.initial, "Units of the first dense layer.", {config::between(1, 4096)});
  v.field("units", s.units, "Units of each of the two LSTM layers.", {config::between(1, 4096)});
  v.field("final", s.final, "Units of the last hidden layer.", {config::between(1, 4096)});
  v.field("dropout", s.dropout, "Share of inputs dropped in training.", {config::between(0, 0.9)});
  v.field("recurrent_dropout", s.recurrent_dropout, "Share of the state dropped in training.",
          {config::between(0, 0.9)});
}

/// Hybrid space–time transformer (spec 3.3).
struct HybridSettings {
  int width = 128;
  int heads = 4;
  int layers = 4;
  int decoder_units = 64;
  double dropout = 0.2;
};

template <class Visitor>
void visit_fields(HybridSettings& s, Visitor& v) {
  v.field("width", s.width, "Width of the embedded input; must be a multiple of the heads.",
          {config::between(4, 1024)});
  v.field("heads", s.heads, "Attention heads over time and over pixels.", {config::between(1, 64)});
  v.field("layers", s.layers, "Encoder layers.", {config::between(1, 32)});
  v.field("decoder_units", s.decoder_units, "Units of the two LSTM layers of the decoder.",
          {config::between(1, 4096)});
  v.field("dropout", s.dropout, "Share of units dropped in training.", {config::between(0, 0.9)});
}

/// How networks are fitted. 0 (or empty) takes the default of the chosen model, see
/// docs/earthquake.md.
struct TrainingSettings {
  double epochs = 0;
  int batch_size = 0;
  double learning_rate = 0;
  std::string loss;
  std::string optimizer = "adam";
  std::string schedule;
  double warmup_fraction = 0.05;
  double decay_factor = 0.1;
  double decay_epochs = 1;
  double weight_decay = 0;
  double clip_norm = 0;
  int patience = 0;
  double min_delta = 0;
  bool restore_best = true;
  bool training_monitor = false;
  double checkpoint_minutes = 10;
  bool materialise = false;
  std::string materialise_dir;
  bool keep_materialised = false;
};

template <class Visitor>
void visit_fields(TrainingSettings& s, Visitor& v) {
  v.field("epochs", s.epochs, "Passes over the training windows; 0.5 uses half of them.",
          {config::between(0, 1e6)});
  v.field("batch_size", s.batch_size, "Windows in a step (hybrid: times).", {config::at_least(0)});
  v.field("learning_rate", s.learning_rate, "Step size (its peak, with a schedule).",
          {config::at_least(0)});
  v.field("loss", s.loss,
          "mae (the reference's), mse, huber (δ = 0.01); nse (tft only): squared errors over the "
          "variance of the pixel's target, so that pixels count alike as they do in the average "
          "NNSE.",
          {config::one_of({"", "mae", "mse", "huber", "nse"})});
  v.field("optimizer", s.optimizer, "adam (ε = 1e-7) or adamw.",
          {config::one_of({"adam", "adamw"})});
  v.field("schedule", s.schedule,
          "Step size over time: constant; cosine (warm-up, then to 0); step (times decay_factor "
          "every decay_epochs, PyTorch's StepLR); exponential (the same fall, but a little with "
          "every step, Keras's ExponentialDecay).",
          {config::one_of({"", "constant", "cosine", "step", "exponential"})});
  v.field("warmup_fraction", s.warmup_fraction, "Share of the steps the cosine schedule rises for.",
          {config::between(0, 0.9)});
  v.field("decay_factor", s.decay_factor, "What step and exponential multiply the step size by.",
          {config::more_than(0), config::at_most(1)});
  v.field("decay_epochs", s.decay_epochs, "In how many epochs they do so once.",
          {config::more_than(0)});
  v.field("weight_decay", s.weight_decay, "Decay of adamw.", {config::at_least(0)});
  v.field("clip_norm", s.clip_norm, "Largest norm of the gradient; 0 does not clip.",
          {config::at_least(0)});
  v.field("patience", s.patience,
          "Stop after this many epochs without a lower validation loss; 0 never stops early.",
          {config::at_least(0)});
  v.field("min_delta", s.min_delta, "Smallest fall of the validation loss that counts.",
          {config::at_least(0)});
  v.field("restore_best", s.restore_best,
          "Forecast with the weights of the lowest validation loss, not the last.");
  v.field(
      "training_monitor", s.training_monitor,
      "The reference's TrainingMonitor: go back to the best weights when the training loss jumps.");
  v.field("checkpoint_minutes", s.checkpoint_minutes,
          "Also save within an epoch, at most this often; every epoch is saved anyway.",
          {config::more_than(0)});
  v.field("materialise", s.materialise,
          "Write the windows of all samples into files and read batches back from there, as the "
          "reference's loader does; for tests of storage (10 GB with all of the reference's). The "
          "results are the same.");
  v.field(
      "materialise_dir", s.materialise_dir,
      "Where these files go, in a folder of their own; empty: materialised/ in the run folder.");
  v.field("keep_materialised", s.keep_materialised, "Leave these files after the run.");
}

/// Settings of the earthquake benchmark.
struct Settings {
  bench::RunSettings run;
  std::string model = "tft";
  std::string protocol = "compat";
  std::string missing = "drop";
  bool plots = true;
  bool predictions = true;
  DataSettings data;
  EtasSettings synthetic;
  FeatureSettings features;
  TrainingSettings training;
  TftSettings tft;
  LstmSettings lstm;
  HybridSettings hybrid;
};

template <class Visitor>
void visit_fields(Settings& s, Visitor& v) {
  visit_fields(s.run, v);
  v.field("model", s.model,
          "tft, lstm, hybrid (space–time transformer), nowcast (our own), or baselines (trains "
          "nothing).",
          {config::one_of({"tft", "lstm", "hybrid", "nowcast", "baselines"})});
  v.field(
      "protocol", s.protocol,
      "compat: the reference's, split by pixels; split1989: fit before 1989, test after; honest: "
      "fit to 2004, validation 2005–2014, test 2015–2019, fresh test from 2020, no overlap.",
      {config::one_of({"compat", "split1989", "honest"})});
  v.field("missing", s.missing,
          "Sequences whose target lies beyond the data: drop them, or zero_error as the reference "
          "(protocol compat only): the forecast stands for the observation, in V and in D.",
          {config::one_of({"drop", "zero_error"})});
  v.field("plots", s.plots, "Write plots/ (SVG and PNG).");
  v.field("predictions", s.predictions, "Write predictions.h5.");
  v.section("data", s.data, "Where the data come from.");
  v.section("synthetic", s.synthetic, "The simulated catalogue (ETAS).");
  v.section("features", s.features, "What the networks are fed.");
  v.section("training", s.training, "How networks are fitted.");
  v.section("tft", s.tft, "Temporal fusion transformer.");
  v.section("lstm", s.lstm, "LSTM baseline.");
  v.section("hybrid", s.hybrid, "Space-time transformer.");
}

}  // namespace sciwright::earthquake
