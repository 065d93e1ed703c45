#include "earthquake/data/spec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sciwright::earthquake {
namespace {

Problems problems_of(const bench::Json& section) {
  bench::Json resolved;
  return spec().check(section, {}, resolved);
}

TEST(EarthquakeSettings, CountMissingObservationsAsTheReferenceOnlyInItsProtocol) {
  EXPECT_TRUE(problems_of({{"missing", "zero_error"}}).empty());
  EXPECT_THAT(problems_of({{"missing", "zero_error"}, {"protocol", "honest"}}),
              testing::ElementsAre("missing is \"zero_error\", the reference's way, which only "
                                   "protocol compat has (protocol is \"honest\"); must be drop"));
}

}  // namespace
}  // namespace sciwright::earthquake
