#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "record/mllog_reader.h"

namespace sciwright::submission {

/// A text of a log and where it stands.
struct LogText {
  std::string value;
  int line = 0;  ///< From 1; 0 where the log does not say it.
};

/// What a log says of the quality reached in an epoch.
struct Evaluation {
  std::string key;   ///< "eval_accuracy", "eval_error".
  double epoch = 0;  ///< `epoch_num` of the metadata, from 1.
  double value = 0;
};

/// What a submission's log says, as far as it is compared with others.
struct LogFacts {
  std::map<std::string, LogText> texts;  ///< The `submission_*` records, by key; the first of each.
  std::optional<std::uint64_t> seed;
  int seed_line = 0;
  std::optional<double> batch_size;     ///< `global_batch_size`.
  std::optional<double> train_samples;  ///< Of an epoch.
  record::Json result;                  ///< Value of the first record `result`; else null.
  int result_line = 0;
  std::vector<Evaluation> evaluations;  ///< In the order of the log, until it stopped.
  bool succeeded = false;               ///< run_stop says "success".

  /// Value of a submission record; empty where there is none.
  const std::string& text(const std::string& key) const;
};

LogFacts log_facts(const record::MllogText& log);

}  // namespace sciwright::submission
