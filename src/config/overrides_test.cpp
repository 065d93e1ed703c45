#include "config/overrides.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace sciwright::config {
namespace {

TEST(Overrides, ReadsAKeyAndATypedValue) {
  const Override o = parse_override("training.epochs=3");
  EXPECT_EQ(o.path, "training.epochs");
  EXPECT_EQ(o.value, Json(3));
  EXPECT_EQ(parse_override("name=a=b").value, Json("a=b"));
}

TEST(Overrides, RefusesWhatIsNoAssignment) {
  EXPECT_THROW(parse_override("epochs"), Error);
  EXPECT_THROW(parse_override("=3"), Error);
}

TEST(Overrides, NameAllThatCannotBeRead) {
  try {
    parse_overrides({"epochs", "seed=1", "=3"});
    FAIL() << "expected an error";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "--set epochs: expected key=value, for example --set training.epochs=3\n"
                 "--set =3: expected key=value, for example --set training.epochs=3");
  }
}

TEST(Overrides, MergesObjectsAndReplacesTheRest) {
  Json base = Json::parse(R"({"a":{"x":1,"y":[1,2]},"b":1})");
  merge(base, Json::parse(R"({"a":{"y":[3]},"c":true})"));
  EXPECT_EQ(base, Json::parse(R"({"a":{"x":1,"y":[3]},"b":1,"c":true})"));
}

TEST(Overrides, SetsAndFindsDottedPaths) {
  Json root = Json::object();
  set_path(root, "a.b.c", 1);
  EXPECT_EQ(root, Json::parse(R"({"a":{"b":{"c":1}}})"));
  EXPECT_EQ(*find_path(root, "a.b"), Json::parse(R"({"c":1})"));
  EXPECT_EQ(find_path(root, "a.x"), nullptr);
}

TEST(Overrides, RefusesAPathThroughAValue) {
  Json root = Json::parse(R"({"a":1})");
  EXPECT_THROW(set_path(root, "a.b", 2), Error);
}

}  // namespace
}  // namespace sciwright::config
