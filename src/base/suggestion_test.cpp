#include "base/suggestion.h"

#include <gtest/gtest.h>

namespace sciwright {
namespace {

const std::vector<std::string> kKnown = {"batch_size", "epochs", "learning_rate", "patience"};

TEST(Suggestion, FindsTheWordMeant) {
  EXPECT_EQ(closest_word("epoch", kKnown), "epochs");
  EXPECT_EQ(closest_word("learnign_rate", kKnown), "learning_rate");
}

TEST(Suggestion, IsSilentWhenNothingIsNear) {
  EXPECT_EQ(closest_word("colour", kKnown), std::nullopt);
  EXPECT_EQ(did_you_mean("colour", kKnown), "");
}

TEST(Suggestion, IsNoWordThatHasNothingInCommon) {
  EXPECT_EQ(closest_word("C", {":", "x"}), std::nullopt);
  EXPECT_EQ(closest_word("C", {"CC"}), "CC");
}

TEST(Suggestion, EndsAMessage) {
  EXPECT_EQ(did_you_mean("patiance", kKnown), "; did you mean 'patience'?");
}

}  // namespace
}  // namespace sciwright
