#include "server/openapi.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/service.h"

namespace sciwright::server {
namespace {

using nlohmann::json;

/// The document of the real table.
json document() {
  const Site site{.root = "/nowhere", .version = "1"};
  Workflows workflows(site);
  EventStreams streams(workflows, {});
  Engines engines(site);
  const Services services{site, workflows, streams, engines, [] { return std::size_t{0}; }};
  return make_openapi(make_routes(services), "1", "");
}

void collect_references(const json& node, std::set<std::string>& out) {
  if (node.is_object() && node.contains("$ref")) out.insert(node["$ref"].get<std::string>());
  for (const json& child : node) {
    if (child.is_structured()) collect_references(child, out);
  }
}

TEST(OpenApi, EveryReferenceIsThere) {
  const json all = document();
  std::set<std::string> references;
  collect_references(all, references);
  EXPECT_GT(references.size(), 15U);
  for (const std::string& reference : references) {
    EXPECT_TRUE(all.contains(json::json_pointer(reference.substr(1)))) << reference;
  }
}

TEST(OpenApi, EverySchemaIsUsed) {
  const json all = document();
  std::set<std::string> references;
  collect_references(all, references);
  for (const auto& [name, schema] : all["components"]["schemas"].items()) {
    EXPECT_TRUE(references.contains("#/components/schemas/" + name)) << name;
  }
}

TEST(OpenApi, OperationsHaveTheirOwnNamesAndAllParameters) {
  std::set<std::string> names;
  const json all = document();
  for (const auto& [path, operations] : all["paths"].items()) {
    for (const auto& [method, operation] : operations.items()) {
      EXPECT_TRUE(names.insert(operation["operationId"].get<std::string>()).second)
          << operation["operationId"];
      std::set<std::string> in_path;
      for (const json& parameter : operation.value("parameters", json::array())) {
        if (parameter["in"] == "path") in_path.insert(parameter["name"].get<std::string>());
      }
      for (const std::string& name : in_path) {
        EXPECT_NE(path.find("{" + name + "}"), std::string::npos) << path;
      }
      EXPECT_EQ(std::ranges::count(path, '{'), static_cast<long>(in_path.size())) << path;
      EXPECT_FALSE(operation["responses"].empty()) << path;
    }
  }
}

TEST(OpenApi, ChangesNeedTheToken) {
  const json all = document();
  for (const auto& [path, operations] : all["paths"].items()) {
    for (const auto& [method, operation] : operations.items()) {
      if (method == "get") continue;
      EXPECT_EQ(operation["security"], json::parse(R"([{"token": []}])")) << method << path;
    }
  }
}

TEST(OpenApi, NoGetChangesAnything) {
  const Site site{.root = "/nowhere"};
  Workflows workflows(site);
  EventStreams streams(workflows, {});
  Engines engines(site);
  const Services services{site, workflows, streams, engines, [] { return std::size_t{0}; }};
  for (const Route& route : make_routes(services)) {
    EXPECT_TRUE(route.method != "GET" || route.needs != Needs::kWrite) << route.path;
    EXPECT_TRUE(route.method == "GET" || route.needs == Needs::kWrite) << route.path;
  }
}

TEST(OpenApi, TheOriginalsEightAreThere) {
  const json paths = document()["paths"];
  EXPECT_TRUE(paths["/workflows"].contains("get"));
  for (const char* method : {"get", "post", "delete"}) {
    EXPECT_TRUE(paths["/workflow/{workflow}"].contains(method));
    EXPECT_TRUE(paths["/workflow/{workflow}/job/{job}"].contains(method));
  }
  EXPECT_TRUE(paths["/workflow/run/{workflow}"].contains("get"));
}

TEST(OpenApi, ThePageNamesEveryPath) {
  const json all = document();
  const std::string page = make_docs_page(all);
  for (const auto& [path, operations] : all["paths"].items()) {
    EXPECT_NE(page.find("<code>" + path + "</code>"), std::string::npos) << path;
  }
  EXPECT_EQ(page.find("<script"), std::string::npos);
}

}  // namespace
}  // namespace sciwright::server
