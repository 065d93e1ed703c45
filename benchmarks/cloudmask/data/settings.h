#pragma once

#include <string>
#include <vector>

#include "bench/run_settings.h"
#include "cloudmask/data/synthetic_scene.h"

namespace sciwright::cloudmask {

/// Which scenes, and what is made of them. Empty texts take the protocol's choice.
struct DataSettings {
  std::string train;
  std::string test;
  std::vector<std::string> patterns = {"S3A*.hdf", "S3B*.hdf"};
  int num_channels = 0;
  int image_height_px = 0;
  int image_width_px = 0;
  int label_bits = 0xFFFF;
  int max_scenes = 0;
  std::string normalisation;
  std::string pixels;
  int patch_px = 0;
  int memory_mb = 4096;
  std::string split;
  double train_fraction = 0.8;
  int split_seed = 42;
};

template <class Visitor>
void visit_fields(DataSettings& s, Visitor& v) {
  v.field("train", s.train, "Folder of training scenes (HDF5); empty simulates some.");
  v.field("test", s.test, "Folder of test scenes; empty with train empty simulates some.");
  v.field("patterns", s.patterns, "Names of scene files, at any depth of the folders.");
  v.field("num_channels", s.num_channels, "Channels every scene must have; 0 takes the first's.",
          {config::at_least(0)});
  v.field("image_height_px", s.image_height_px, "Rows every scene file must have; 0 takes any.",
          {config::at_least(0)});
  v.field("image_width_px", s.image_width_px, "Columns every scene file must have; 0 takes any.",
          {config::at_least(0)});
  v.field(
      "label_bits", s.label_bits,
      "Bits of bayes that mean cloud, added: 1 single low, 2 single moderate, 4 dual low, 8 dual "
      "moderate; the reference takes any.",
      {config::between(1, 0xFFFF)});
  v.field("max_scenes", s.max_scenes, "Use only the first scenes of each folder; 0 = all.",
          {config::at_least(0)});
  v.field("normalisation", s.normalisation,
          "fixed (the paper), image (one mean and spread of an image's reflectances, one of its "
          "temperatures) or channel (each channel's over the training scenes); empty: fixed with "
          "compat, else channel.",
          {config::one_of({"", "fixed", "image", "channel"})});
  v.field("pixels", s.pixels,
          "Which pixels train and count: valid (those with data) or all (as the reference); empty: "
          "by protocol.",
          {config::one_of({"", "valid", "all"})});
  v.field("patch_px", s.patch_px,
          "Side of a training patch, a multiple of 8; 0: 256 (the reference's), 128 for simulated "
          "scenes.",
          {config::between(0, 4096)});
  v.field("memory_mb", s.memory_mb,
          "Training patches kept in memory, in MB; the others are read again in each epoch.",
          {config::at_least(0)});
  v.field("split", s.split,
          "What validates: reference (files of a shuffled list), orbit (whole orbit passes) or day "
          "(whole days); empty: reference with compat, else orbit.",
          {config::one_of({"", "reference", "orbit", "day"})});
  v.field("train_fraction", s.train_fraction, "Share of the training scenes that train.",
          {config::between(0.01, 0.99)});
  v.field("split_seed", s.split_seed, "Seed of the split; the reference's is 42.",
          {config::at_least(0)});
}

/// The U-Net.
struct NetworkSettings {
  int width = 32;
  std::string kernels = "auto";
};

template <class Visitor>
void visit_fields(NetworkSettings& s, Visitor& v) {
  v.field("width", s.width,
          "Channels of the first level, twice as many in each below; the reference's is 32 "
          "(1,948,609 weights for nine channels).",
          {config::between(1, 256)});
  v.field("kernels", s.kernels,
          "What computes: plain (libtorch's operations), fast (this program's, for processors with "
          "AVX-512; the same up to rounding), or auto, fast where it can be.",
          {config::one_of({"auto", "plain", "fast"})});
}

/// How the network is fitted.
struct TrainingSettings {
  int epochs = 0;
  int batch_size = 0;
  double learning_rate = 1e-3;
  int patience = 0;
  bool early_stopping = true;
  std::string weights;
  std::string shuffle;
  std::string precision;
  std::string loss = "binary_crossentropy";
  double positive_weight = 0.5;
  int clip_offset_px = 15;
  bool augment = false;
  double jitter = 0;
  std::string initial_weights;
  std::vector<int> patience_study;
};

template <class Visitor>
void visit_fields(TrainingSettings& s, Visitor& v) {
  v.field("epochs", s.epochs,
          "Passes over the training patches, at most; 0: 30, or 20 on simulated scenes.",
          {config::at_least(0)});
  v.field("batch_size", s.batch_size,
          "Patches in a step; 0: 32 (the reference's), 4 for simulated scenes.",
          {config::at_least(0)});
  v.field("learning_rate", s.learning_rate, "Adam's step size.", {config::more_than(0)});
  v.field("patience", s.patience,
          "Epochs without a lower validation loss before stopping; 0: 25 (the paper's), or 8 on "
          "simulated scenes.",
          {config::at_least(0)});
  v.field("early_stopping", s.early_stopping, "Stop when the patience is used up.");
  v.field("weights", s.weights,
          "Which weights are scored: best (lowest validation loss) or last (as the reference); "
          "empty: by protocol.",
          {config::one_of({"", "best", "last"})});
  v.field(
      "shuffle", s.shuffle,
      "Order of the patches: full (all of them anew each epoch) or reference (files once, then a "
      "buffer of one batch); empty: by protocol.",
      {config::one_of({"", "full", "reference"})});
  v.field("precision", s.precision,
          "Of activations and products while training (weights are float32): float32, bfloat16, or "
          "auto, bfloat16 where the processor multiplies it, about twice as fast; empty: float32 "
          "with compat, else auto.",
          {config::one_of({"", "float32", "bfloat16", "auto"})});
  v.field("loss", s.loss, "binary_crossentropy, or weighted_binary_crossentropy (older reference).",
          {config::one_of({"binary_crossentropy", "weighted_binary_crossentropy"})});
  v.field("positive_weight", s.positive_weight, "Weight of cloud in the weighted loss.",
          {config::more_than(0)});
  v.field("clip_offset_px", s.clip_offset_px, "Edge of a patch that the weighted loss leaves out.",
          {config::at_least(0)});
  v.field("augment", s.augment, "Flip and turn training patches at random.");
  v.field("jitter", s.jitter,
          "Change the brightness of the normalised reflectances of training patches at random, up "
          "to this.",
          {config::between(0, 1)});
  v.field("initial_weights", s.initial_weights,
          "Start from the weights of a Keras HDF5 file of the reference instead of random ones.");
  v.field("patience_study", s.patience_study,
          "Run all epochs, keep the weights of each, and tell what early stopping with each of "
          "these patiences would have given: [3, 5, 7, 15, 25].");
}

/// How whole scenes go through the network.
struct InferenceSettings {
  std::string tiling;
  int crop_px = 80;
  int tile_px = 512;
  int margin_px = 56;
  int overlap_px = 128;
  std::string precision = "float32";
};

template <class Visitor>
void visit_fields(InferenceSettings& s, Visitor& v) {
  v.field("tiling", s.tiling,
          "compat (the reference's patches), exact (equal to the whole image at once), blended "
          "(overlapping tiles mixed) or whole; empty: by protocol.",
          {config::one_of({"", "compat", "exact", "blended", "whole"})});
  v.field("crop_px", s.crop_px, "compat: pixels of a patch thrown away, half on each side.",
          {config::at_least(0)});
  v.field("tile_px", s.tile_px, "exact, blended: side of a tile, a multiple of 8.",
          {config::between(16, 8192)});
  v.field("margin_px", s.margin_px, "exact: pixels a tile drops on each side, a multiple of 8.",
          {config::at_least(56)});
  v.field("overlap_px", s.overlap_px, "blended: pixels two tiles share, a multiple of 8.",
          {config::at_least(8)});
  v.field("precision", s.precision,
          "Of activations and products: float32, or bfloat16, faster; tiles then differ from the "
          "whole image by its rounding.",
          {config::one_of({"float32", "bfloat16"})});
}

/// How masks are scored.
struct ScoringSettings {
  double threshold = 0.5;
  std::string against = "label";
  int boundary_px = 3;
  int num_bootstrap = 1000;
  int baseline_pixels = 500'000;
};

template <class Visitor>
void visit_fields(ScoringSettings& s, Visitor& v) {
  v.field("threshold", s.threshold, "Cloud where the probability is above.",
          {config::between(0, 1)});
  v.field("against", s.against, "label, or truth where scenes have it (simulated ones).",
          {config::one_of({"label", "truth"})});
  v.field("boundary_px", s.boundary_px, "Width of the contour of Boundary IoU.",
          {config::at_least(1)});
  v.field("num_bootstrap", s.num_bootstrap, "Draws of scenes for the 95 % intervals; 0: none.",
          {config::at_least(0)});
  v.field("baseline_pixels", s.baseline_pixels, "Training pixels the baselines are fitted on.",
          {config::at_least(100)});
}

template <class Visitor>
void visit_fields(SyntheticSettings& s, Visitor& v) {
  v.field("num_training", s.num_training, "Simulated scenes to train and validate on.",
          {config::at_least(1)});
  v.field("num_test", s.num_test, "Simulated scenes to test on.", {config::at_least(1)});
  v.field("height_px", s.height_px, "Their rows; whole SLSTR frames have 1200.",
          {config::between(16, 10'000)});
  v.field("width_px", s.width_px, "Their columns; whole SLSTR frames have 1500.",
          {config::between(16, 10'000)});
  v.field("night_fraction", s.night_fraction, "Share of the scenes that are at night.",
          {config::between(0, 1)});
  v.field("cloud_fraction", s.cloud_fraction, "Mean share of cloud.",
          {config::between(0.05, 0.95)});
  v.field("label_noise", s.label_noise, "Share of pixels whose label is wrong.",
          {config::between(0, 0.5)});
  v.field("borders", s.borders, "Dead columns at both sides, as the real scenes have.");
}

/// What is written of each test scene, into masks/ of the run folder.
struct OutputSettings {
  bool masks = true;
  bool netcdf = true;
  bool pictures = true;
  bool sst = false;
  bool lst = false;
};

template <class Visitor>
void visit_fields(OutputSettings& s, Visitor& v) {
  v.field("masks", s.masks, "Probabilities as the reference writes them (HDF5, dataset mask).");
  v.field("netcdf", s.netcdf, "Probability and mask as netCDF with CF attributes.");
  v.field("pictures", s.pictures, "A quick-look: the scene and its mask side by side (PNG).");
  v.field(
      "sst", s.sst,
      "Compare the sea surface temperature on pixels clear by the labels and by the prediction.");
  v.field("lst", s.lst, "The same of the land surface temperature.");
}

/// Settings of the cloud-masking benchmark.
struct Settings {
  bench::RunSettings run;
  std::string protocol = "honest";
  DataSettings data;
  SyntheticSettings synthetic;
  NetworkSettings network;
  TrainingSettings training;
  InferenceSettings inference;
  ScoringSettings scoring;
  OutputSettings output;
};

template <class Visitor>
void visit_fields(Settings& s, Visitor& v) {
  visit_fields(s.run, v);
  v.field(
      "protocol", s.protocol,
      "compat: as the reference (fixed normalisation, all pixels, split by files, last weights, "
      "compat tiling); honest: channel statistics, pixels with data, split by orbits, best "
      "weights, exact tiling. Single choices below override it.",
      {config::one_of({"compat", "honest"})});
  v.section("data", s.data, "Which scenes, and what is made of them.");
  v.section("synthetic", s.synthetic, "Simulated scenes.");
  v.section("network", s.network, "The U-Net.");
  v.section("training", s.training, "How the network is fitted.");
  v.section("inference", s.inference, "How whole scenes go through the network.");
  v.section("scoring", s.scoring, "How masks are scored.");
  v.section("output", s.output, "What is written of each test scene.");
}

/// Fills the choices that were left to the protocol or to the kind of scenes.
void apply_protocol(Settings& settings);

}  // namespace sciwright::cloudmask
