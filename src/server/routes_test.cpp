#include "server/routes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sciwright::server {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

const std::vector<Route> kRoutes = {
    {.method = "GET", .path = "/"},
    {.method = "GET", .path = "/w"},
    {.method = "POST", .path = "/w"},
    {.method = "GET",
     .path = "/w/{workflow}",
     .query = {{"layout", "", "boolean"}, {"n", "", "integer"}}},
    {.method = "DELETE", .path = "/w/{workflow}"},
    {.method = "POST", .path = "/w/run/{workflow}"},
    {.method = "POST", .path = "/w/{workflow}/{job}"},
    {.method = "GET", .path = "/s/{study}"},
};

std::string path_of(std::string_view method, std::string_view path) {
  const Match match = find_route(kRoutes, method, path);
  return match.route == nullptr ? "" : match.route->path;
}

TEST(FindRoute, TakesMethodAndPath) {
  EXPECT_EQ(path_of("GET", "/w"), "/w");
  EXPECT_EQ(path_of("DELETE", "/w/a"), "/w/{workflow}");
  EXPECT_EQ(path_of("GET", "/"), "/");
}

TEST(FindRoute, HeadIsGet) { EXPECT_EQ(path_of("HEAD", "/w"), "/w"); }

TEST(FindRoute, WordsWinOverParameters) {
  EXPECT_EQ(path_of("POST", "/w/run/a"), "/w/run/{workflow}");
}

TEST(FindRoute, ParametersAreUnescapedOnce) {
  const Match match = find_route(kRoutes, "GET", "/w/a%2e%2e%252f");
  EXPECT_EQ(match.parameters.at("workflow"), "a..%2f");
}

TEST(FindRoute, NamesTheMethodsOfAPath) {
  EXPECT_THAT(find_route(kRoutes, "PUT", "/w/a").methods, UnorderedElementsAre("GET", "DELETE"));
}

TEST(FindRoute, WhatIsNotThereHasNone) {
  EXPECT_THAT(find_route(kRoutes, "GET", "/x").methods, IsEmpty());
  EXPECT_THAT(find_route(kRoutes, "GET", "/w/").methods, IsEmpty());
  EXPECT_THAT(find_route(kRoutes, "GET", "//w").methods, IsEmpty());
  EXPECT_THAT(find_route(kRoutes, "GET", "/w/a/b/c").methods, IsEmpty());
  EXPECT_THAT(find_route(kRoutes, "GET", "").methods, IsEmpty());
}

TEST(PathParameters, InTheirOrder) {
  EXPECT_THAT(path_parameters(kRoutes[6]), ElementsAre("workflow", "job"));
}

TEST(CheckCall, NamesOfWorkflowsAreStrict) {
  for (const char* name : {"..", ".", "-rf", "a b", "a/b", "", "a;rm", "\xff", "a\n"}) {
    EXPECT_THAT(check_call(kRoutes[3], {{"workflow", name}}, {}), testing::SizeIs(1)) << name;
  }
  EXPECT_THAT(check_call(kRoutes[3], {{"workflow", "a-1_b.c"}}, {}), IsEmpty());
  EXPECT_THAT(check_call(kRoutes[3], {{"workflow", std::string(101, 'a')}}, {}),
              testing::SizeIs(1));
}

TEST(CheckCall, NamesOfStudiesLeadNowhereElse) {
  EXPECT_THAT(check_call(kRoutes[7], {{"study", "a~b c"}}, {}), IsEmpty());
  EXPECT_THAT(check_call(kRoutes[7], {{"study", "..~..~etc"}}, {}), testing::SizeIs(1));
  EXPECT_THAT(check_call(kRoutes[7], {{"study", "a/b"}}, {}), testing::SizeIs(1));
}

TEST(CheckCall, UnknownQueriesAreNamed) {
  EXPECT_THAT(check_call(kRoutes[3], {}, {{"layuot", "true"}}),
              ElementsAre(HasSubstr("did you mean 'layout'")));
}

TEST(CheckCall, ValuesHaveTheirType) {
  EXPECT_THAT(check_call(kRoutes[3], {}, {{"layout", "yes"}, {"n", "1x"}}), testing::SizeIs(2));
  EXPECT_THAT(check_call(kRoutes[3], {}, {{"layout", "true"}, {"n", "-1"}}), IsEmpty());
}

TEST(ParseQuery, UnescapesAndKeepsTheLast) {
  const auto query = parse_query("/w?a=1%202&b&a=x+y&=z&&c=%");
  EXPECT_EQ(query.at("a"), "x y");
  EXPECT_EQ(query.at("b"), "");
  EXPECT_EQ(query.at("c"), "%");
}

}  // namespace
}  // namespace sciwright::server
