#include "workflow/seldom.h"

#include <string>

#include <gtest/gtest.h>

namespace sciwright::workflow {
namespace {

struct Settings {
  int number = 7;
  std::string text = "usual";
};

TEST(Seldom, IsTheUsualValueWithoutRoomOfItsOwn) {
  const Seldom<Settings> value;
  EXPECT_EQ(value->number, 7);
  const Settings& same = value;
  EXPECT_EQ(same.text, "usual");
  EXPECT_EQ(sizeof value, sizeof(void*));
}

TEST(Seldom, CopiesAreValuesOfTheirOwn) {
  Seldom<Settings> first;
  first.edit().number = 1;
  Seldom<Settings> second = first;
  second.edit().number = 2;
  EXPECT_EQ(first->number, 1);
  EXPECT_EQ(second->number, 2);
  first = second;
  second.edit().number = 3;
  EXPECT_EQ(first->number, 2);
}

TEST(Seldom, AnEditOfOneLeavesTheUsualValueAlone) {
  Seldom<Settings> edited;
  edited.edit().text = "other";
  EXPECT_EQ(Seldom<Settings>()->text, "usual");
}

}  // namespace
}  // namespace sciwright::workflow
