#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "record/compliance.h"
#include "record/compliance_logs.h"

// For every rule of every rule set: a log that passes, and for each thing the rule asks a twin of
// it that fails in exactly this, found in the right line.
namespace sciwright::record {
namespace {

using Log = std::vector<Json>;

/// A log in which one rule is broken, and what must be found.
struct Twin {
  Log log;
  int line = 0;
  std::string says;  ///< Part of Finding::rule.
};

Log block_log() {
  Log log = minimal_hpc_log("cosmoflow", "open", "eval_error", 0.1);
  const Json block = {{"first_epoch_num", 1}, {"epoch_count", 2}};
  log.insert(log.begin() + 11, start("block_start", block));
  log.insert(log.end() - 2, end("block_stop", block));
  log.insert(log.begin() + 6, {start("staging_start"), end("staging_stop")});
  return log;
}

Log closed(const std::string& benchmark, const std::string& measure, double value, Json extra) {
  extra["number_of_nodes"] = 1;
  extra["accelerators_per_node"] = 0;
  extra["gradient_accumulation_steps"] = 1;
  return with_points(minimal_hpc_log(benchmark, "closed", measure, value), extra);
}

Log closed_deepcam(const Json& schedule) {
  Json extra = Json::parse(R"({
    "gradient_accumulation_frequency": 1, "seed": 333, "global_batch_size": 128,
    "batchnorm_group_size": 1, "opt_name": "LAMB", "opt_lr": 0.001, "opt_betas": [0.9, 0.999],
    "opt_eps": 1e-6, "scheduler_lr_warmup_steps": 0, "scheduler_lr_warmup_factor": 1,
    "train_samples": 121266, "eval_samples": 15158})");
  extra.update(schedule);
  return closed("deepcam", "eval_accuracy", 0.83, extra);
}

Log closed_openfold() {
  return closed("openfold", "eval_accuracy", 0.81, Json::parse(R"({
    "global_batch_size": 128, "target_avg_lddt_ca_value": 0.8,
    "train_max_pdb_release_date": "2021-09-16", "val_min_cameo_submission_date": "2021-09-17",
    "val_max_cameo_submission_date": "2021-12-11", "val_max_sequence_length": 700,
    "val_every_iters": 40, "train_samples": 594595, "eval_samples": 180,
    "model_parameters_count": 93229082,
    "init_checkpoint_md5_hash": "98691e238e652b56041b615a135712ea",
    "train_sequence_crop_size": 256, "num_recycling_iters": 3, "max_msa_clusters": 124,
    "max_extra_msa": 1024, "templates_enabled": true, "max_templates": 4, "fape_loss_weight": 1.0,
    "fape_loss_backbone_weight": 0.5, "fape_loss_sidechain_weight": 0.5,
    "supervised_chi_loss_weight": 1.0, "distogram_loss_weight": 0.3, "masked_msa_loss_weight": 2.0,
    "plddt_loss_weight": 0.01, "opt_name": "Adam", "opt_adam_beta_1": 0.9, "opt_adam_beta_2": 0.999,
    "opt_adam_epsilon": 1e-6, "opt_weight_decay": 0.0, "opt_amsgrad": false,
    "opt_gradient_clipping": true, "opt_gradient_clip_norm": 0.1, "swa_enabled": true,
    "swa_decay_rate": 0.9, "opt_base_learning_rate": 0.001, "opt_learning_rate_warmup_init": 1e-5,
    "opt_learning_rate_warmup_steps": 1000,
    "initial_training_dataloader_type": "InitialTrainingDataloaderPT"})"));
}

/// Logs that pass and together touch every rule set.
std::vector<Log> passing_logs() {
  return {
      block_log(),
      minimal_hpc_log("cosmoflow", "open", "eval_error", 0.1),
      minimal_hpc_log("deepcam", "open", "eval_accuracy", 0.83),
      minimal_hpc_log("oc20", "open", "eval_error", 0.03),
      minimal_hpc_log("openfold", "open", "eval_accuracy", 0.81),
      closed("cosmoflow", "eval_error", 0.1, Json::parse(R"({
        "global_batch_size": 64, "opt_name": "sgd", "opt_base_learning_rate": 0.001,
        "opt_learning_rate_warmup_epochs": 4, "opt_learning_rate_warmup_factor": 1,
        "opt_learning_rate_decay_boundary_epochs": [32, 64],
        "opt_learning_rate_decay_factor": [0.25, 0.125], "dropout": 0.5, "opt_weight_decay": 0,
        "gradient_accumulation_frequency": 1})")),
      closed("oc20", "eval_error", 0.03, Json::parse(R"({
        "global_batch_size": 256, "opt_name": "AdamW", "opt_base_learning_rate": 0.001,
        "opt_learning_rate_warmup_steps": 100, "opt_learning_rate_warmup_factor": 0.2,
        "opt_learning_rate_decay_boundary_steps": [5000], "opt_learning_rate_decay_factor": 0.1})")),
      closed_deepcam({{"scheduler_type", "multistep"},
                      {"scheduler_milestones", {100, 200}},
                      {"scheduler_decay_rate", 0.1}}),
      closed_deepcam({{"scheduler_type", "cosine_annealing"},
                      {"scheduler_t_max", 9000},
                      {"scheduler_eta_min", 0}}),
      closed_openfold(),
      minimal_hpc_log("resnet", "open", "eval_accuracy", 0.7),
      with_points(minimal_hpc_log("resnet", "closed", "eval_accuracy", 0.7),
                  {{"gradient_accumulation_steps", 1}}),
      science_log("cloudmask", {{"inference", {{"avg_accuracy", 0.93}}}}),
      science_log("earthquake", {{"nnse", 0.9}}),
      science_log("stemdl", {{"top1_accuracy", 0.6}, {"f1", 0.5}}),
      science_log("uno", {{"score", 0.005}}),
      science_log("hello", {{"mse", 0.02}}),
  };
}

/// The training rules also need blocks in one log; they have no block benchmark of their own.
Log training_block_log() {
  Log log = block_log();
  for (Json& line : log) {
    if (line["key"] == "submission_benchmark") line["value"] = "resnet";
    if (line["key"] == "eval_error") line["key"] = "eval_accuracy";
  }
  return log;
}

std::size_t index_of(const Log& log, const std::string& key) {
  for (std::size_t i = 0; i < log.size(); ++i) {
    if (log[i]["key"] == key) return i;
  }
  return log.size();
}

/// Removes or sets what a check looks at in a record.
void put(Json& record, const RuleCheck& check, const Json& value) {
  if (check.subject == Subject::kValue) {
    record["value"] = value;
  } else if (check.subject == Subject::kMetadata) {
    record["metadata"] = Json::object();
    if (!value.is_discarded()) record["metadata"][check.names[0]] = value;
  } else {
    record["value"] = {{"other", 1}};
    const std::string path = "/" + check.names[0];
    std::string pointer = path;
    std::replace(pointer.begin(), pointer.end(), '.', '/');
    if (!value.is_discarded()) record["value"][Json::json_pointer(pointer)] = value;
  }
}

/// A value that a predicate on values must reject, and how the finding calls it.
std::pair<Json, std::string> bad_value(const std::string& name, const Json& argument) {
  const double number = argument.is_number() ? argument.get<double>() : 0;
  if (name == "above") return {argument, "above"};
  if (name == "at_least") return {number - 0.001, "at least"};
  if (name == "below") return {argument, "below"};
  if (name == "at_most") return {number + 0.001, "at most"};
  if (name == "not_empty") return {"", "not empty"};
  if (name == "one_of") return {"no such thing", "one of"};
  if (name == "length") return {Json::array({1, 2, 3, 4, 5}), "a list of"};
  if (name == "type") return {argument == "text" ? Json(5) : Json("x"), "of the type"};
  if (name == "earlier_in" || name == "later_in") return {99, "must also be that of"};
  if (argument.is_number()) return {number + 1, "must be"};
  if (argument.is_boolean()) return {!argument.get<bool>(), "must be"};
  return {"no such thing", "must be"};
}

std::vector<Twin> place_twins(const Log& log, const Rule& rule, const std::string& name,
                              const Json& argument) {
  Twin twin{log, 0, ""};
  const std::size_t at = index_of(log, rule.key);
  const Json record = log[at];
  if (name == "event_type") {
    twin.log[at]["event_type"] = "OTHER";
    return {{twin.log, static_cast<int>(at) + 1, "logged as"}};
  }
  if (name == "within_minutes") {
    for (std::size_t i = at; i < log.size(); ++i) {
      twin.log[i]["time_ms"] = log[i]["time_ms"].get<double>() + argument.get<double>() * 60'000;
    }
    return {{twin.log, static_cast<int>(at) + 1, "less than"}};
  }
  twin.log.erase(twin.log.begin() + static_cast<std::ptrdiff_t>(at));
  if (name == "after") {
    twin.log.insert(twin.log.begin(), record);
    return {{twin.log, 1, "come after"}};
  }
  twin.log.push_back(record);
  return {{twin.log, static_cast<int>(log.size()), "come before"}};
}

std::vector<Twin> check_twins(const Log& log, const Rule& rule, const RuleCheck& check) {
  const std::size_t at = index_of(log, rule.key);
  const int line = static_cast<int>(at) + 1;
  std::vector<Twin> twins;
  if (check.subject != Subject::kValue) {
    Twin twin{log, line, "must be there"};
    put(twin.log[at], check, Json(Json::value_t::discarded));
    twins.push_back(std::move(twin));
  }
  for (const auto& [name, argument] : check.predicates) {
    if (name == "event_type" || name == "after" || name == "before" || name == "within_minutes") {
      const auto more = place_twins(log, rule, name, argument);
      twins.insert(twins.end(), more.begin(), more.end());
      continue;
    }
    const bool is_object = name == "not_empty" && check.predicates.size() == 2;
    const auto [value, says] = bad_value(name, argument);
    Twin twin{log, line, says};
    put(twin.log[at], check, is_object ? Json::object() : value);
    twins.push_back(std::move(twin));
  }
  return twins;
}

std::vector<Twin> occurrence_twins(const Log& log, const Rule& rule) {
  std::vector<Twin> twins;
  if (rule.occurs == Occurs::kAnyNumber) return twins;
  std::set<std::string> removed(rule.alternatives.begin(), rule.alternatives.end());
  removed.insert(rule.key);
  Twin without{{}, 0, "must occur"};
  for (const Json& line : log) {
    if (!removed.contains(line["key"])) without.log.push_back(line);
  }
  without.line = static_cast<int>(without.log.size());
  twins.push_back(std::move(without));
  if (rule.occurs != Occurs::kExactlyOnce) return twins;
  Twin twice{log, static_cast<int>(log.size()) + 1, "exactly once"};
  twice.log.push_back(log[index_of(log, rule.key)]);
  twice.log.back()["value"] = "another";
  twins.push_back(std::move(twice));
  return twins;
}

bool is_found(const Twin& twin, const Rule& rule, const std::string& rule_set) {
  for (const Finding& f : check_mllog(text_of(twin.log), {.rule_set = rule_set}).findings) {
    if (f.key == rule.key && f.line == twin.line && f.rule_set == rule.rule_set &&
        f.rule.find(twin.says) != std::string::npos) {
      return true;
    }
  }
  return false;
}

TEST(ComplianceTwins, EveryRuleOfEveryRuleSetCatchesItsFailingTwinInItsLine) {
  std::vector<Log> logs = passing_logs();
  logs.push_back(training_block_log());
  std::set<std::pair<std::string, std::string>> covered;
  for (const Log& log : logs) {
    const ComplianceReport passing = check_mllog(text_of(log));
    ASSERT_EQ(compliance_text(passing, "log"), "");
    for (const Rule& rule : passing.rules) {
      if (index_of(log, rule.key) == log.size()) continue;  // an optional key; another log has it
      if (!covered.insert({rule.rule_set, rule.key}).second) continue;
      std::vector<Twin> twins = occurrence_twins(log, rule);
      for (const RuleCheck& check : rule.checks) {
        const auto more = check_twins(log, rule, check);
        twins.insert(twins.end(), more.begin(), more.end());
      }
      for (const Twin& twin : twins) {
        EXPECT_TRUE(is_found(twin, rule, passing.rule_sets[0]))
            << rule.rule_set << ' ' << rule.key << ": " << twin.says << "\n"
            << text_of(twin.log);
      }
    }
  }
  for (const std::string& name : embedded_rule_sets()) {
    for (const Rule& rule : embedded_rule_set(name).rules) {
      const bool is_replaced = name == "science/common" && rule.key == "result";
      EXPECT_TRUE(is_replaced || covered.contains({name, rule.key})) << name << ' ' << rule.key;
    }
  }
}

}  // namespace
}  // namespace sciwright::record
