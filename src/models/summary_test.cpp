#include "models/summary.h"

#include <gtest/gtest.h>

#include "models/lstm.h"
#include "models/tft.h"
#include "models/tiny_training.h"

namespace sciwright::models {
namespace {

TEST(Summary, CountsWeightsAndProductsOfEachPart) {
  const Lstm model({}, 1);
  const auto parts = summarize(model, [&] { model.forward(random_tensor({2, 26, 27}, 1)); });
  // Products per sample: 26 steps of 27·128, of (128 + 48)·192 and of (48 + 48)·192; then 48·128
  // and 128·24.
  EXPECT_EQ(summary_table(parts, 2),
            "part          weights   MMAC  MFLOP\n"
            "------------  -------  -----  -----\n"
            "initial          3584  0.090  0.180\n"
            "lstm            52608  1.358  2.716\n"
            "final_hidden     6272  0.006  0.012\n"
            "output           3096  0.003  0.006\n"
            "total           65560  1.457  2.914\n");
}

TEST(Summary, AssignsEveryWeightOfTheTft) {
  const Tft model({}, 1);
  const auto parts = summarize(model, [&] { model.forward(random_tensor({1, 52, 28}, 1)); });
  std::int64_t weights = 0;
  std::int64_t products = 0;
  std::vector<std::string> names;
  for (const PartSummary& part : parts) {
    weights += part.num_weights;
    products += part.num_products;
    names.push_back(part.name);
  }
  EXPECT_EQ(weights, 8'005'334);
  EXPECT_EQ(names,
            (std::vector<std::string>{"static_selection", "static_contexts", "history_selection",
                                      "future_selection", "encoder", "decoder", "lstm_gate",
                                      "enrichment", "attention", "final", "embedding"}));
  // About 0.2 GMAC as specified, 0.13 with the forecast steps only and the embeddings folded
  // (folding itself is done once per batch; a batch of one bears all of it).
  EXPECT_NEAR(static_cast<double>(products), 0.135e9, 0.01e9);
}

}  // namespace
}  // namespace sciwright::models
