#include "earthquake/data/linear_model_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "earthquake/data/nowcast_features.h"
#include "earthquake/data/test_dataset.h"
#include "io/npz.h"

namespace sciwright::earthquake {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

class LinearModelFile : public testing::Test {
 protected:
  std::filesystem::path path() const { return folder_.path() / "model.npz"; }
  NowcastTask nowcast_task() const { return {task_, features_, dataset_.means}; }
  std::vector<NowcastModel> nowcast_models() const {
    std::vector<NowcastModel> out;
    for (const PredictionParameter& parameter : dataset_.protocol.parameters) {
      out.push_back(fit_nowcast(nowcast_task(), parameter));
    }
    return out;
  }

  TemporaryDirectory folder_;
  Dataset dataset_ = test_dataset();
  BaselineTask task_ = dataset_.baseline_task(1);
  FeatureTensor features_ = nowcast_features(dataset_.fortnights, dataset_.split.locs, 1);
};

TEST_F(LinearModelFile, ReadsBackANowcastThatForecastsTheSame) {
  const std::vector<NowcastModel> written = nowcast_models();
  write_nowcast(path(), written, json::object());
  const std::vector<NowcastModel> read = read_nowcast(path(), dataset_.protocol);
  ASSERT_EQ(read.size(), 16U);
  EXPECT_EQ(read[7].parameter.name, written[7].parameter.name);
  EXPECT_EQ(nowcast_forecast(nowcast_task(), read[7]).values,
            nowcast_forecast(nowcast_task(), written[7]).values);
}

TEST_F(LinearModelFile, ReadsBackAnAutoregressionThatForecastsTheSame) {
  const PredictionParameter parameter = scored_parameters()[7];
  const Autoregression written = fit_autoregression(task_, parameter);
  write_autoregressions(path(), {written}, json::object());
  const std::vector<Autoregression> read = read_autoregressions(path(), {parameter}, 3);
  EXPECT_EQ(autoregression_forecast(task_, read[0]).values,
            linear_autoregression(task_, parameter).values);
}

TEST_F(LinearModelFile, IsWrittenForPython) {
  const NowcastModel model = fit_nowcast(nowcast_task(), scored_parameters()[0]);
  write_nowcast(path(), {model}, {{"model", "nowcast"}});
  const io::NumpyArrays arrays = io::read_npz(path());
  const auto values = io::cast_array<double>(io::require_array(arrays, "Next 2 weeks Now", path()));
  EXPECT_EQ(values.shape, io::Shape{48});
  EXPECT_EQ(values.values[0], model.linear.intercept);
  EXPECT_EQ(values.values[3], model.linear.coefficients(2));
  const auto bytes = io::cast_array<char>(io::require_array(arrays, "facts", path())).values;
  const auto facts = json::parse(bytes.begin(), bytes.end());
  EXPECT_EQ(facts["model"], "nowcast");
  EXPECT_EQ(facts["parameters"][0]["columns"].size(), 47U);
}

TEST_F(LinearModelFile, NamesArraysThatDoNotFitTheModel) {
  write_nowcast(path(), nowcast_models(), json::object());
  dataset_.protocol.kind = ProtocolKind::kHonest;
  try {
    read_nowcast(path(), dataset_.protocol);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUsage);
    EXPECT_THAT(error.what(), AllOf(HasSubstr("model.npz: array 'Next 2 weeks Now'"),
                                    HasSubstr("has 48 numbers, this model needs 38")));
  }
}

}  // namespace
}  // namespace sciwright::earthquake
