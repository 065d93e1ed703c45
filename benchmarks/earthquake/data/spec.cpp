#include "earthquake/data/spec.h"

#include <fmt/format.h>

#include "earthquake/data/settings.h"

namespace sciwright::earthquake {
namespace {

/// Rules that need more than one setting.
Problems check(const bench::Json& section, const config::Locate& locate, bench::Json& resolved) {
  Settings s;
  Problems problems = config::load(section, locate, s);
  if (s.tft.heads > 0 && s.tft.hidden % s.tft.heads != 0) {
    problems.push_back(
        fmt::format("tft.heads is {}, must divide tft.hidden ({})", s.tft.heads, s.tft.hidden));
  }
  if (s.hybrid.heads > 0 && s.hybrid.width % s.hybrid.heads != 0) {
    problems.push_back(fmt::format("hybrid.heads is {}, must divide hybrid.width ({})",
                                   s.hybrid.heads, s.hybrid.width));
  }
  if (s.missing == "zero_error" && s.protocol != "compat") {
    problems.push_back(fmt::format(
        "missing is \"zero_error\", the reference's way, which only protocol compat has (protocol "
        "is \"{}\"); must be drop",
        s.protocol));
  }
  resolved = config::to_json(s);
  return problems;
}

}  // namespace

bench::BenchmarkSpec spec() {
  bench::BenchmarkSpec spec;
  spec.name = "earthquake";
  spec.summary = "Forecast Southern California seismicity: TFT, LSTM, space-time transformer.";
  spec.flags = {
      {"--catalog", "data.catalog", "PATH",
       "Catalogue file or folder; without it one is simulated"},
      {"--reference", "data.reference", "DIR", "The reference's exact pixels, split and labels"},
      {"--faults", "data.faults", "FILE", "Fault sections as GeoJSON"},
      {"--model", "model", "NAME", "tft, lstm, hybrid, nowcast or baselines"},
      {"--protocol", "protocol", "NAME", "compat, split1989 or honest"},
      {"--epochs", "training.epochs", "N", "Passes over the training windows"},
      {"--materialise", "training.materialise", "", "Read the windows from files (storage tests)"},
  };
  spec.examples = {"--predict-only runs/second --catalog newest.csv.xz",
                   "--predict-only runs/second --from 2019-07-01 --out runs/july"};
  spec.aliases = {
      {"TFTTransformerepochs", "training.epochs"},
      {"epoch", "training.epochs"},
      {"epochs", "training.epochs"},
      {"learning_rate", "training.learning_rate"},
      {"lr", "training.learning_rate"},
      {"patience", "training.patience"},
      {"batch_size", "training.batch_size"},
      {"TFTTransformerbatch_size", "training.batch_size"},
      {"TFTd_model", "tft.hidden"},
      {"TFTdropout_rate", "tft.dropout"},
      {"TFTnum_heads", "tft.heads"},
      {"Tseq", "features.encoder_steps"},
      {"seed", "seed"},
      {"protocol", "protocol"},
  };
  spec.dead_keys = {"max_gradient_norm", "early_stopping_patience", "TFTnum_AttentionLayers",
                    "DLAnalysisOnly",    "DLRestorefromcheckpoint", "DLinputCheckpointpostfix"};
  spec.data_paths = {"data.catalog", "data.reference", "data.faults"};
  spec.timers = {"Initialize",        "Run",     "Training",    "Epoch",  "Evaluation",
                 "Sampling location", "Bestfit", "Final plots", "Scores", "Visualize",
                 "Forecast"};
  spec.metrics = {{"average.val", true}, {"average", true},     {"average_train", true},
                  {"average_val", true}, {"average_nse", true}, {"summed", true},
                  {"mse", false},        {"mae", false}};
  spec.fields = config::describe<Settings>();
  spec.check = check;
  return spec;
}

}  // namespace sciwright::earthquake
