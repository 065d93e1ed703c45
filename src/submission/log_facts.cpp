#include "submission/log_facts.h"

namespace sciwright::submission {
namespace {

using record::Json;
using record::MllogRecord;

void take_evaluation(const MllogRecord& record, LogFacts& facts) {
  const Json epoch = record.metadata.value("epoch_num", Json());
  if (!record.value.is_number() || !epoch.is_number()) return;
  facts.evaluations.push_back({record.key, epoch.get<double>(), record.value.get<double>()});
}

void take(const MllogRecord& record, LogFacts& facts) {
  const std::string& key = record.key;
  if (key.starts_with("submission_") && record.value.is_string()) {
    facts.texts.emplace(key, LogText{record.value.get<std::string>(), record.line});
  } else if (key == "seed" && record.value.is_number_unsigned() && !facts.seed) {
    facts.seed = record.value.get<std::uint64_t>();
    facts.seed_line = record.line;
  } else if (key == "global_batch_size" && record.value.is_number()) {
    facts.batch_size = record.value.get<double>();
  } else if (key == "train_samples" && record.value.is_number()) {
    facts.train_samples = record.value.get<double>();
  } else if (key == "eval_accuracy" || key == "eval_error") {
    take_evaluation(record, facts);
  } else if (key == "result" && facts.result.is_null()) {
    facts.result = record.value;
    facts.result_line = record.line;
  } else if (key == "run_stop") {
    facts.succeeded = record.metadata.value("status", Json()) == "success";
  }
}

}  // namespace

const std::string& LogFacts::text(const std::string& key) const {
  static const std::string kNone;
  const auto found = texts.find(key);
  return found == texts.end() ? kNone : found->second.value;
}

LogFacts log_facts(const record::MllogText& log) {
  LogFacts facts;
  for (const MllogRecord& record : log.records) take(record, facts);
  return facts;
}

}  // namespace sciwright::submission
