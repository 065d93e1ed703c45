#include "earthquake/data/predictions_file.h"

#include <cmath>

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"
#include "earthquake/data/test_dataset.h"
#include "io/hdf5.h"

namespace sciwright::earthquake {
namespace {

const std::vector<PredictionParameter>& two_parameters() {
  static const std::vector<PredictionParameter> kTwo = {scored_parameters()[7],
                                                        scored_parameters()[0]};
  return kTwo;
}

Predictions test_predictions(const Dataset& d) {
  Predictions p = predictions_of(d, two_parameters());
  p.model = "persistence";
  p.seed = 0xFFFF'FFFF'FFFF'FFFFU;
  for (const PredictionParameter& parameter : p.parameters) {
    p.forecasts.push_back(persistence(d.baseline_task(1), parameter));
  }
  return p;
}

std::string error_of(const std::filesystem::path& path) {
  try {
    read_predictions(path);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

/// Equal values, NaN equal to NaN.
void expect_same(const Forecast& a, const Forecast& b) {
  ASSERT_EQ(a.num_pixels, b.num_pixels);
  ASSERT_EQ(a.num_times, b.num_times);
  for (std::size_t i = 0; i < a.values.size(); ++i) {
    if (!std::isnan(a.values[i]) || !std::isnan(b.values[i])) {
      ASSERT_EQ(a.values[i], b.values[i]);
    }
  }
}

TEST(PredictionsFile, ReadsBackWhatItWrote) {
  const TemporaryDirectory folder;
  const Predictions written = test_predictions(test_dataset());
  write_predictions(folder.path() / "predictions.h5", written);
  const Predictions read = read_predictions(folder.path() / "predictions.h5");

  EXPECT_EQ(read.model, "persistence");
  EXPECT_EQ(read.protocol, "compat");
  EXPECT_EQ(read.seed, written.seed);
  EXPECT_EQ(read.locs, written.locs);
  EXPECT_EQ(read.is_validation, written.is_validation);
  EXPECT_EQ(read.last_input_days, written.last_input_days);
  ASSERT_EQ(read.parameters.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(read.parameters[i].name, written.parameters[i].name);
    EXPECT_EQ(read.parameters[i].log_name, written.parameters[i].log_name);
    EXPECT_EQ(read.parameters[i].window, written.parameters[i].window);
    EXPECT_EQ(read.parameters[i].step, written.parameters[i].step);
    EXPECT_EQ(read.parameters[i].quantity, written.parameters[i].quantity);
    expect_same(read.forecasts[i], written.forecasts[i]);
    expect_same(read.observations[i], written.observations[i]);
  }
}

TEST(PredictionsFile, HasTheObservationOfTheTargetsLastFortnight) {
  const Dataset d = test_dataset();
  const Predictions p = predictions_of(d, two_parameters());
  // Sequence 2 reads up to fortnight 52; Year Back 2wk+7 ends seven later.
  EXPECT_EQ(p.last_input_days[2], fortnight_start(52));
  EXPECT_FLOAT_EQ(p.observations[0].at(1, 2),
                  static_cast<float>(d.history.magnitude(26).at(1, 59)));
  // 120 fortnights: 69 sequences; the last six aim beyond the end.
  ASSERT_EQ(p.observations[0].num_times, 69);
  EXPECT_FALSE(std::isnan(p.observations[0].at(0, 62)));
  EXPECT_TRUE(std::isnan(p.observations[0].at(0, 63)));
}

TEST(PredictionsFile, NamesUnitsAndPlaces) {
  const TemporaryDirectory folder;
  const std::filesystem::path path = folder.path() / "predictions.h5";
  write_predictions(path, test_predictions(test_dataset()));
  const io::Hdf5Reader file(path);
  EXPECT_EQ(file.names("/"),
            (std::vector<std::string>{"date", "forecast", "is_validation", "latitude", "loc",
                                      "longitude", "observation"}));
  EXPECT_EQ(file.text_attribute("date", "units"), "days since 1970-01-01");
  EXPECT_EQ(file.text_attribute("forecast/Year Back 2wk+7", "units"), "magnitude");
  EXPECT_EQ(file.number_attribute("forecast/Year Back 2wk+7", "step"), 7);
  EXPECT_EQ(file.number_attribute("/", "schema_version"), 1);
  EXPECT_DOUBLE_EQ(file.read<double>("latitude").values[0], pixel_latitude_deg(0));
}

TEST(PredictionsFile, RejectsAFileOfAnotherKind) {
  const TemporaryDirectory folder;
  const std::filesystem::path path = folder.path() / "other.h5";
  io::Hdf5Writer file(path);
  file.create_group("forecast");
  file.commit();
  EXPECT_EQ(error_of(path),
            path.string() + ": predictions of schema_version 1 were expected, found 0.");
}

TEST(PredictionsFile, RejectsSeriesThatDoNotFit) {
  const TemporaryDirectory folder;
  Predictions p = test_predictions(test_dataset());
  p.forecasts[1] = Forecast(2, 5);
  EXPECT_THROW(write_predictions(folder.path() / "predictions.h5", p), Error);
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "predictions.h5"));
}

}  // namespace
}  // namespace sciwright::earthquake
