#include "campaign/selection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace sciwright::campaign {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

/// epoch 1, 30, 60 on two cards.
experiment::Manifest six() {
  experiment::Manifest manifest;
  manifest.parameters = {"epoch", "gpu"};
  int number = 0;
  for (const char* epoch : {"1", "30", "60"}) {
    for (const char* gpu : {"a100", "v100"}) {
      experiment::ManifestEntry entry;
      entry.id = "abcd00000000000" + std::to_string(number++);
      entry.name = std::string("epoch_") + epoch + "_gpu_" + gpu;
      entry.parameters_json = experiment::parameters_text({{"epoch", epoch}, {"gpu", gpu}});
      manifest.entries.push_back(entry);
    }
  }
  return manifest;
}

std::vector<std::size_t> chosen(std::vector<std::string> which, const std::string& where = "") {
  return select(six(), {.which = std::move(which), .where = where});
}

TEST(Selection, NothingSaidMeansAll) { EXPECT_THAT(chosen({}), ElementsAre(0, 1, 2, 3, 4, 5)); }

TEST(Selection, TakesNamesIdsPatternsAndPlacesInAnyOrder) {
  EXPECT_THAT(chosen({"epoch_30_gpu_v100"}), ElementsAre(3));
  EXPECT_THAT(chosen({"abcd000000000004"}), ElementsAre(4));
  EXPECT_THAT(chosen({"abcd"}), ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_THAT(chosen({"epoch_*_gpu_a100"}), ElementsAre(0, 2, 4));
  EXPECT_THAT(chosen({"-1", "1"}), ElementsAre(0, 5));
  EXPECT_THAT(chosen({"2-6:2"}), ElementsAre(1, 3, 5));
}

TEST(Selection, KeepsWhatTheConditionSays) {
  EXPECT_THAT(chosen({}, "epoch > 1 and gpu == 'a100'"), ElementsAre(2, 4));
  EXPECT_THAT(chosen({"1-3"}, "epoch >= 30"), ElementsAre(2));
}

TEST(Selection, NamesEveryWordThatMeansNothing) {
  EXPECT_THAT(
      [] {
        chosen({"epoch_30_gpu_v10", "7", "0", "x*"});
      },
      ThrowsMessage<Error>(
          AllOf(HasSubstr("no experiment is called epoch_30_gpu_v10, has that id or place (1 to "
                          "6); did you mean 'epoch_30_gpu_v100'?"),
                HasSubstr("called 7,"), HasSubstr("called 0,"), HasSubstr("called x*,"))));
}

TEST(Selection, RefusesConditionsOnUnknownNames) {
  EXPECT_THAT([] { chosen({}, "epochs > 1"); },
              ThrowsMessage<Error>(AllOf(HasSubstr("--where epochs > 1: "), HasSubstr("epoch"))));
}

}  // namespace
}  // namespace sciwright::campaign
