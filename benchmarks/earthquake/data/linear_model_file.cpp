#include "earthquake/data/linear_model_file.h"

#include <fmt/format.h>

#include "base/error.h"
#include "io/npz.h"

namespace sciwright::earthquake {
namespace {

io::Array<double> to_array(const LinearModel& model) {
  io::Array<double> out{{static_cast<std::size_t>(model.coefficients.size()) + 1},
                        {model.intercept}};
  out.values.insert(out.values.end(), model.coefficients.begin(), model.coefficients.end());
  return out;
}

std::vector<double> numbers(const io::NumpyArrays& arrays, const std::string& name,
                            std::size_t count, const std::filesystem::path& path) {
  std::vector<double> out = io::cast_array<double>(io::require_array(arrays, name, path)).values;
  if (out.size() == count) return out;
  throw usage_error(fmt::format("{}: array '{}' has {} numbers, this model needs {}", path.string(),
                                name, out.size(), count));
}

LinearModel linear_model(const io::NumpyArrays& arrays, const std::string& name,
                         std::size_t num_columns, const std::filesystem::path& path) {
  const std::vector<double> values = numbers(arrays, name, num_columns + 1, path);
  LinearModel out{.intercept = values[0], .coefficients = {}};
  out.coefficients = Eigen::Map<const Eigen::VectorXd>(values.data() + 1, std::ssize(values) - 1);
  return out;
}

void write(const std::filesystem::path& path, io::NumpyArrays arrays, const nlohmann::json& facts) {
  const std::string text = facts.dump();
  arrays["facts"] = io::Array<std::uint8_t>{{text.size()}, {text.begin(), text.end()}};
  io::write_npz(path, arrays);
}

}  // namespace

void write_nowcast(const std::filesystem::path& path, const std::vector<NowcastModel>& models,
                   nlohmann::json facts) {
  io::NumpyArrays arrays;
  for (const NowcastModel& model : models) {
    arrays[model.parameter.name] = to_array(model.linear);
    facts["parameters"].push_back({{"name", model.parameter.name},
                                   {"window", model.parameter.window},
                                   {"step", model.parameter.step},
                                   {"penalty", model.penalty},
                                   {"columns", model.columns}});
  }
  write(path, std::move(arrays), facts);
}

std::vector<NowcastModel> read_nowcast(const std::filesystem::path& path,
                                       const Protocol& protocol) {
  const io::NumpyArrays arrays = io::read_npz(path);
  std::vector<NowcastModel> out;
  for (const PredictionParameter& parameter : protocol.parameters) {
    NowcastModel model{
        .parameter = parameter, .columns = nowcast_columns(protocol.kind, parameter), .linear = {}};
    model.linear = linear_model(arrays, parameter.name, model.columns.size(), path);
    out.push_back(std::move(model));
  }
  return out;
}

void write_autoregressions(const std::filesystem::path& path,
                           const std::vector<Autoregression>& models, nlohmann::json facts) {
  io::NumpyArrays arrays;
  for (const Autoregression& model : models) {
    arrays[model.parameter.name] = to_array(model.linear);
    arrays["means/" + model.parameter.name] = io::Array<double>{
        {static_cast<std::size_t>(model.means.num_pixels), kTargetsPerStep}, model.means.values};
    facts["parameters"].push_back({{"name", model.parameter.name},
                                   {"window", model.parameter.window},
                                   {"step", model.parameter.step}});
  }
  write(path, std::move(arrays), facts);
}

std::vector<Autoregression> read_autoregressions(const std::filesystem::path& path,
                                                 const std::vector<PredictionParameter>& parameters,
                                                 int num_pixels) {
  const io::NumpyArrays arrays = io::read_npz(path);
  std::vector<Autoregression> out;
  for (const PredictionParameter& parameter : parameters) {
    Autoregression model{
        .parameter = parameter, .means = {num_pixels, kTargetsPerStep}, .linear = {}};
    model.means.values =
        numbers(arrays, "means/" + parameter.name, model.means.values.size(), path);
    model.linear = linear_model(arrays, parameter.name, kAutoregressionColumns, path);
    out.push_back(std::move(model));
  }
  return out;
}

}  // namespace sciwright::earthquake
