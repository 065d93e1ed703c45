#include "server/access.h"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"

namespace sciwright::server {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr const char* kToken = "0123456789abcdef0123456789abcdef";
constexpr const char* kReadToken = "read-read-read-read-read";

Request request(const std::string& method,
                std::vector<std::pair<std::string, std::string>> headers) {
  return {.method = method, .target = "/", .headers = std::move(headers)};
}

Request with_token(const std::string& token) {
  return request("GET", {{"host", "localhost"}, {"authorization", "Bearer " + token}});
}

std::string origin_problem(const AccessSettings& settings, const Request& request) {
  return foreign_origin(settings, request).value_or("");
}

TEST(Rights, LoopbackReadsWithoutATokenAndChangesNothing) {
  const Rights rights = rights_of({.token = kToken}, request("GET", {}));
  EXPECT_FALSE(rights.is_authenticated);
  EXPECT_TRUE(rights.can_read);
  EXPECT_FALSE(rights.can_write);
}

TEST(Rights, OffLoopbackNothingIsOpen) {
  const Rights rights = rights_of({.token = kToken, .is_loopback = false}, request("GET", {}));
  EXPECT_FALSE(rights.can_read);
}

TEST(Rights, ATokenForReadingClosesLoopbackToo) {
  const AccessSettings settings = {.token = kToken, .read_token = kReadToken};
  EXPECT_FALSE(rights_of(settings, request("GET", {})).can_read);
  EXPECT_TRUE(rights_of(settings, with_token(kReadToken)).can_read);
  EXPECT_FALSE(rights_of(settings, with_token(kReadToken)).can_write);
}

TEST(Rights, TheTokenMayDoAll) {
  const Rights rights = rights_of({.token = kToken, .is_loopback = false}, with_token(kToken));
  EXPECT_TRUE(rights.is_authenticated && rights.can_read && rights.can_write);
}

TEST(Rights, APrefixOrAnEmptyTokenIsNone) {
  const AccessSettings settings = {.token = kToken};
  EXPECT_FALSE(rights_of(settings, with_token(std::string(kToken).substr(1))).can_write);
  EXPECT_FALSE(rights_of(settings, with_token("")).can_write);
  EXPECT_FALSE(rights_of({.token = ""}, with_token("")).can_write);
}

TEST(Rights, NoAuthAllowsAll) {
  EXPECT_TRUE(rights_of({.needs_token = false}, request("POST", {})).can_write);
}

TEST(Origin, AForeignHostIsRefused) {
  EXPECT_THAT(origin_problem({}, request("GET", {{"host", "evil.example:8000"}})),
              HasSubstr("evil.example"));
}

TEST(Origin, OurOwnNamesAreNot) {
  for (const char* host : {"localhost:8000", "127.0.0.1", "[::1]:9", "LOCALHOST"}) {
    EXPECT_EQ(origin_problem({}, request("GET", {{"host", host}})), "") << host;
  }
}

TEST(Origin, AnAllowedHostIsOurs) {
  const AccessSettings settings = {.hosts = {"node7"}};
  EXPECT_EQ(origin_problem(settings, request("GET", {{"host", "node7:8000"}})), "");
  EXPECT_NE(origin_problem(settings, request("GET", {{"host", "node7.evil.example"}})), "");
}

TEST(Origin, ExactlyOneHostIsNeeded) {
  EXPECT_NE(origin_problem({}, request("GET", {})), "");
  EXPECT_NE(origin_problem({}, request("GET", {{"host", "localhost"}, {"host", "evil.example"}})),
            "");
}

TEST(Origin, APageOfAnotherPortOrSiteIsForeign) {
  const auto from = [](const std::string& origin) {
    return request("POST", {{"host", "localhost:8000"}, {"origin", origin}});
  };
  EXPECT_EQ(origin_problem({}, from("http://localhost:8000")), "");
  EXPECT_NE(origin_problem({}, from("http://localhost:9000")), "");
  EXPECT_NE(origin_problem({}, from("https://evil.example")), "");
  EXPECT_NE(origin_problem({}, from("null")), "");
}

TEST(Origin, TheProxysPageIsOurs) {
  const AccessSettings settings = {.base_url = "https://hub.example/node/1"};
  EXPECT_EQ(origin_problem(settings, request("POST", {{"host", "localhost:8000"},
                                                      {"origin", "https://hub.example"}})),
            "");
}

TEST(Origin, ACrossSiteChangeIsRefused) {
  EXPECT_NE(origin_problem(
                {}, request("POST", {{"host", "localhost"}, {"sec-fetch-site", "cross-site"}})),
            "");
  EXPECT_EQ(
      origin_problem({}, request("GET", {{"host", "localhost"}, {"sec-fetch-site", "cross-site"}})),
      "");
}

TEST(Tokens, TheOwnOneIsPrivateAndKept) {
  const TemporaryDirectory root;
  const std::string token = own_token(root.path().string());
  EXPECT_EQ(token.size(), 64U);
  EXPECT_EQ(own_token(root.path().string()), token);
  EXPECT_EQ(fs::status(root.path() / ".token").permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
}

TEST(Tokens, AFileThatOthersMayReadIsRefused) {
  const TemporaryDirectory root;
  const fs::path file = root.path() / "token";
  write_file_atomic(file, std::string(kToken) + "\n");
  fs::permissions(file, fs::perms::owner_read | fs::perms::group_read);
  EXPECT_THROW(read_token_file(file.string()), Error);
}

TEST(Tokens, AShortOneIsRefused) {
  const TemporaryDirectory root;
  const fs::path file = root.path() / "token";
  write_file_atomic(file, "short\n");
  fs::permissions(file, fs::perms::owner_read);
  EXPECT_THROW(read_token_file(file.string()), Error);
}

TEST(Tokens, AreEqualOnlyWhole) {
  EXPECT_TRUE(equal_secrets("abc", "abc"));
  EXPECT_FALSE(equal_secrets("abc", "abcd"));
  EXPECT_FALSE(equal_secrets("abc", ""));
}

}  // namespace
}  // namespace sciwright::server
