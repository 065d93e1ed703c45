#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "report/run_set.h"

namespace sciwright::report {

/// Writes event files of TensorBoard: a folder for each valid run, named as it, with the columns of
/// its history by epoch and its scores at the last one. `tensorboard --logdir DIR` shows them.
/// Files that are there are replaced, others stay.
void export_tensorboard(const RunSet& set, const std::filesystem::path& folder);

/// Writes the folders of MLflow's file store (mlruns): an experiment for each benchmark, a run for
/// each valid run with its parameters, scores, times and history. `mlflow ui --backend-store-uri
/// DIR` shows them, up to MLflow 3.12. Files that are there are replaced, others stay.
void export_mlflow(const RunSet& set, const std::filesystem::path& folder);

/// Writes ro-crate-metadata.json (RO-Crate 1.1) into a folder that holds runs: what each is, its
/// files, software, times and scores. Paths are relative to the folder; runs outside of it are
/// left out, and it is a usage error when none is inside.
void export_ro_crate(const RunSet& set, const std::filesystem::path& folder);

/// A record of a TensorBoard file: length, data, and masked CRC-32C of both.
std::string tfrecord(std::string_view data);

/// A run's name as a path below a folder: no root, no "..", no characters that file systems or
/// MLflow refuse.
std::string export_name(std::string_view name);

}  // namespace sciwright::report
