#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"
#include "submission/reference_points.h"

namespace sciwright::submission {
namespace {

using record::Json;

constexpr int kSchemaVersion = 1;

Json point_json(const ReferencePoint& point, const Reference& reference) {
  const stats::Moments moments = point.moments();
  const auto num = static_cast<double>(reference.least_runs - 2);
  return {{"batch_size", point.batch_size},
          {"lengths", point.lengths},
          {"num_not_converged", point.num_not_converged},
          {"olympic_mean", moments.mean},
          {"standard_deviation", moments.standard_deviation},
          {"least_mean", stats::least_mean_by_chance(moments, num)},
          {"seeds", point.seeds},
          {"log_sha256", point.log_sha256}};
}

/// Why a document is no reference; empty when it is one.
std::string fault_of(const Reference& reference) {
  if (reference.benchmark.empty()) return "benchmark is empty";
  if (reference.least_runs < 3 || reference.least_runs > 1000) return "least_runs is not 3 to 1000";
  if (reference.points.empty()) return "points is empty";
  double last = 0;
  for (const ReferencePoint& point : reference.points) {
    if (!(point.batch_size > last)) return "the batch sizes of points do not ascend from above 0";
    last = point.batch_size;
    if (point.num_not_converged > 1 || point.lengths.size() + point.num_not_converged < 4) {
      return fmt::format("the point of batch size {} has too few runs that converged", last);
    }
    const bool is_sorted = std::ranges::is_sorted(point.lengths);
    if (!is_sorted || point.lengths.front() < 0) {
      return fmt::format("the lengths of batch size {} do not ascend from 0", last);
    }
  }
  return "";
}

}  // namespace

std::string reference_text(const Reference& reference) {
  Json points = Json::array();
  for (const ReferencePoint& point : reference.points) {
    points.push_back(point_json(point, reference));
  }
  const Json quality = reference.quality ? Json(reference.quality->text()) : Json(nullptr);
  return Json{{"schema_version", kSchemaVersion},
              {"benchmark", reference.benchmark},
              {"quality", quality},
              {"unit", unit_name(reference.unit)},
              {"least_runs", reference.least_runs},
              {"points", std::move(points)}}
             .dump(2) +
         "\n";
}

Reference read_reference(const std::filesystem::path& path) {
  const Json document = Json::parse(read_file(path), nullptr, false);
  const auto refuse = [&](const std::string& why) {
    return usage_error(
        fmt::format("{}: is no file of reference points (sciwright submission rcp make): {}",
                    path.string(), why));
  };
  Reference out;
  try {
    if (document.at("schema_version") != kSchemaVersion) throw refuse("another schema_version");
    out.benchmark = document.at("benchmark").get<std::string>();
    if (const Json& quality = document.at("quality"); !quality.is_null()) {
      out.quality = parse_quality(quality.get<std::string>());
    }
    const std::string unit = document.at("unit").get<std::string>();
    if (unit != "epochs" && unit != "samples") throw refuse("unit must be epochs or samples");
    out.unit = unit == "epochs" ? Unit::kEpochs : Unit::kSamples;
    out.least_runs = document.at("least_runs").get<std::size_t>();
    for (const Json& item : document.at("points")) {
      ReferencePoint& point = out.points.emplace_back();
      item.at("batch_size").get_to(point.batch_size);
      item.at("lengths").get_to(point.lengths);
      item.at("num_not_converged").get_to(point.num_not_converged);
      item.at("seeds").get_to(point.seeds);
      item.at("log_sha256").get_to(point.log_sha256);
    }
  } catch (const Json::exception& error) {
    throw refuse(document.is_discarded() ? "no JSON" : error.what());
  }
  if (const std::string fault = fault_of(out); !fault.empty()) throw refuse(fault);
  return out;
}

}  // namespace sciwright::submission
