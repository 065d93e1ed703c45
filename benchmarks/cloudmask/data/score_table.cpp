#include "cloudmask/data/score_table.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text_table.h"

namespace sciwright::cloudmask {
namespace {

using Json = nlohmann::json;

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(); }

Json metrics_json(const Metrics& metrics) {
  Json out = Json::object();
  visit_metrics(metrics, [&](const char* name, double value) { out[name] = number(value); });
  return out;
}

Json intervals_json(const MetricIntervals& intervals) {
  const Json low = metrics_json(intervals.low);
  const Json high = metrics_json(intervals.high);
  Json out = Json::object();
  for (const auto& [name, value] : low.items()) out[name] = {value, high[name]};
  return out;
}

Json row_json(const ScoreRow& row) {
  Json out = metrics_json(row.metrics);
  out["subset"] = row.subset;
  out["num_scenes"] = row.num_scenes;
  out["num_pixels"] = row.num_pixels;
  out["intervals"] = intervals_json(row.intervals);
  out["reliability"] = Json::array();
  for (const ReliabilityBin& bin : row.reliability) {
    out["reliability"].push_back({{"num_pixels", bin.num_pixels},
                                  {"mean_probability", number(bin.mean_probability)},
                                  {"cloud_frequency", number(bin.cloud_frequency)}});
  }
  out["threshold_sweep"] = Json::array();
  for (const ThresholdScores& scores : row.sweep) {
    out["threshold_sweep"].push_back({{"threshold", scores.threshold},
                                      {"pooled_accuracy", number(scores.pooled_accuracy)},
                                      {"precision", number(scores.precision)},
                                      {"recall", number(scores.recall)},
                                      {"f1", number(scores.f1)},
                                      {"true_skill_score", number(scores.true_skill_score)}});
  }
  return out;
}

const ScoreRow* find_subset(const std::vector<ScoreRow>& rows, const std::string& subset) {
  const auto found = std::find_if(rows.begin(), rows.end(),
                                  [&](const ScoreRow& row) { return row.subset == subset; });
  return found == rows.end() ? nullptr : &*found;
}

std::string cell(double value) { return std::isfinite(value) ? fmt::format("{:.4f}", value) : "–"; }

}  // namespace

Json scores_json(const std::vector<ScoreRow>& rows, const BaselineRows& baselines) {
  Json out = Json::array();
  for (const ScoreRow& row : rows) {
    Json item = row_json(row);
    item["baselines"] = Json::object();
    for (const auto& [name, baseline] : baselines) {
      if (const ScoreRow* same = find_subset(baseline, row.subset)) {
        item["baselines"][name] = metrics_json(same->metrics);
      }
    }
    out.push_back(std::move(item));
  }
  return out;
}

std::string scores_text(const std::vector<ScoreRow>& rows, const BaselineRows& baselines,
                        const std::string& subset) {
  TextTable table;
  table.column(subset, TextTable::Align::kLeft);
  for (const char* header : {"accuracy", "95 %", "majority", "balanced", "F1", "IoU", "MCC", "TSS",
                             "ROC-AUC", "Brier", "ECE", "boundary IoU"}) {
    table.column(header);
  }
  const auto add = [&](const std::string& name, const std::vector<ScoreRow>& of) {
    const ScoreRow* row = find_subset(of, subset);
    if (row == nullptr) return;
    const Metrics& m = row->metrics;
    const double low = row->intervals.low.accuracy;
    const double high = row->intervals.high.accuracy;
    table.row({name, cell(m.accuracy),
               std::isfinite(low) ? fmt::format("{:.3f}–{:.3f}", low, high) : "–",
               cell(m.majority_accuracy), cell(m.balanced_accuracy), cell(m.f1), cell(m.iou),
               cell(m.mcc), cell(m.true_skill_score), cell(m.roc_auc), cell(m.brier), cell(m.ece),
               cell(m.boundary_iou)});
  };
  add("model", rows);
  for (const auto& [name, baseline] : baselines) add(name, baseline);
  return table.text();
}

std::string scene_scores_csv(const std::vector<SceneCounts>& scenes) {
  std::string out = "scene,day_night,pixels";
  Metrics none;
  visit_metrics(none, [&](const char* name, double) { out += fmt::format(",{}", name); });
  out += "\n";
  for (const SceneCounts& scene : scenes) {
    const char* side = scene.day_night == DayNight::kDay     ? "day"
                       : scene.day_night == DayNight::kNight ? "night"
                                                             : "";
    const PixelCounts* const counts[] = {&scene.all};
    Metrics metrics = compute_metrics(counts);
    out += fmt::format("{},{},{}", scene.name, side, scene.all.confusion.num_pixels());
    visit_metrics(metrics, [&](const char*, double value) {
      out += std::isfinite(value) ? fmt::format(",{}", value) : ",";
    });
    out += "\n";
  }
  return out;
}

}  // namespace sciwright::cloudmask
