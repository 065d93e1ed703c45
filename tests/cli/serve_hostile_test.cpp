// What a service bears of clients that are no friends.

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include "base/files.h"
#include "running_service.h"
#include "server/hostile_archive.h"

namespace sciwright {
namespace {

namespace fs = std::filesystem;
using server::HostileEntry;
using server::make_archive;
using testing::HasSubstr;

constexpr const char* kChain = "workflow:\n  nodes:\n    a: {exec: \"true\"}\n";

class HostileClients : public testing::Test {
 protected:
  HostileClients() { fs::create_directory(root()); }

  fs::path root() const { return around_.path() / "root"; }
  /// The status of raw bytes' answer; 0 when there is none.
  int raw(const std::string& bytes) {
    RawConnection connection(service_->port());
    connection.send(bytes);
    connection.end();
    return take_apart(connection.read_until("")).status;
  }
  int upload(const std::string& name, const std::string& bytes) {
    return service_->ask("POST", "/api/v1/workflows?name=" + name, bytes).status;
  }
  void expect_well() {
    EXPECT_TRUE(service_->is_alive());
    EXPECT_EQ(service_->ask("GET", "/api/v1/workflows").status, 200);
  }

  TemporaryDirectory around_;
  std::unique_ptr<RunningService> service_ = [this] {
    fs::create_directories(root());
    return std::make_unique<RunningService>(root().string(),
                                            std::vector<std::string>{"--patience", "1"});
  }();
};

TEST_F(HostileClients, ASlowHeadIsCutOff) {
  RawConnection connection(service_->port());
  connection.send("GET / HTTP/1.1\r\nHost: loc");
  const std::string text = connection.read_until("", 10);
  EXPECT_FALSE(connection.timed_out());
  EXPECT_EQ(take_apart(text).status, 0);
  expect_well();
}

TEST_F(HostileClients, ADrippingHeadIsCutOffAllTheSame) {
  RawConnection connection(service_->port());
  connection.send("GET / HTTP/1.1\r\n");
  const auto start = std::chrono::steady_clock::now();
  while (connection.send("X: y\r\n") &&
         std::chrono::steady_clock::now() - start < std::chrono::seconds(15)) {
    connection.read_until("", 0.2);
    if (!connection.timed_out()) break;
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
  expect_well();
}

TEST_F(HostileClients, ASlowBodyIsCutOff) {
  RawConnection connection(service_->port());
  connection.send(
      "POST /api/v1/workflows?name=x HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " +
      service_->token() + "\r\nContent-Length: 1000\r\n\r\nworkflow:");
  connection.read_until("", 10);
  EXPECT_FALSE(connection.timed_out());
  EXPECT_FALSE(fs::exists(root() / "x"));
}

TEST_F(HostileClients, AHugeHeadGets431) {
  EXPECT_EQ(
      raw("GET / HTTP/1.1\r\nHost: localhost\r\nX: " + std::string(100'000, 'x') + "\r\n\r\n"),
      431);
  EXPECT_EQ(raw("GET /" + std::string(100'000, 'x') + " HTTP/1.1\r\nHost: localhost\r\n\r\n"), 431);
}

TEST_F(HostileClients, WhatIsNoHttpGets400) {
  EXPECT_EQ(raw("hello\r\n\r\n"), 400);
  EXPECT_EQ(raw("GET / HTTP/9.9\r\nHost: localhost\r\n\r\n"), 400);
  EXPECT_EQ(raw("GET / HTTP/1.1\r\nHost localhost\r\n\r\n"), 400);
  EXPECT_EQ(raw("GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n"), 400);
  EXPECT_EQ(raw("GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1x\r\n\r\n"), 400);
  expect_well();
}

TEST_F(HostileClients, TwoWordsAboutTheLengthAreRefused) {
  const std::string head =
      "POST /api/v1/workflows?name=x HTTP/1.1\r\nHost: localhost\r\n"
      "Authorization: Bearer " +
      service_->token() + "\r\n";
  EXPECT_EQ(raw(head + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400);
  EXPECT_EQ(raw(head + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!"), 400);
}

TEST_F(HostileClients, NoHostOrTwoAreRefused) {
  EXPECT_EQ(raw("GET / HTTP/1.1\r\n\r\n"), 403);
  EXPECT_EQ(raw("GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n"), 403);
}

TEST_F(HostileClients, AHugeBodyIsRefusedBeforeItIsRead) {
  RawConnection connection(service_->port());
  connection.send(
      "POST /api/v1/workflows?name=x HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " +
      service_->token() + "\r\nContent-Length: 99999999999\r\n\r\n");
  EXPECT_EQ(take_apart(connection.read_until("\r\n\r\n")).status, 413);
}

TEST_F(HostileClients, AChunkedBodyIsLimitedToo) {
  RawConnection connection(service_->port());
  connection.send(
      "PUT /api/v1/workflows/x/jobs/a HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " +
      service_->token() + "\r\nTransfer-Encoding: chunked\r\n\r\n");
  const std::string chunk = "10000\r\n" + std::string(0x10000, 'x') + "\r\n";
  for (int i = 0; i < 40 && connection.send(chunk); ++i) {
  }
  EXPECT_EQ(take_apart(connection.read_until("\r\n\r\n")).status, 413);
}

TEST_F(HostileClients, WithoutTheTokenNoBodyIsRead) {
  RawConnection connection(service_->port());
  connection.send(
      "POST /api/v1/workflows?name=x HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
      "1000000\r\n\r\n");
  EXPECT_EQ(take_apart(connection.read_until("\r\n\r\n")).status, 401);
}

TEST_F(HostileClients, PipelinedRequestsAreAnsweredInTurn) {
  std::string bytes;
  for (int i = 0; i < 20; ++i) bytes += "GET /api/v1/workflows HTTP/1.1\r\nHost: localhost\r\n\r\n";
  bytes += "GET /nosuch HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  RawConnection connection(service_->port());
  connection.send(bytes);
  const std::string text = connection.read_until("");
  std::size_t num_good = 0;
  for (std::size_t at = 0; (at = text.find("HTTP/1.1 200", at)) != std::string::npos; ++at)
    ++num_good;
  EXPECT_EQ(num_good, 20U);
  EXPECT_GT(text.find("HTTP/1.1 404"), text.rfind("HTTP/1.1 200"));
}

TEST_F(HostileClients, AStreamThatIsNotReadHoldsNothingUp) {
  ASSERT_EQ(upload("demo", kChain), 201);
  std::vector<std::unique_ptr<RawConnection>> listeners;
  for (int i = 0; i < 100; ++i) {
    listeners.push_back(std::make_unique<RawConnection>(service_->port()));
    listeners.back()->send("GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n");
  }
  ASSERT_EQ(upload("other", kChain), 201);
  EXPECT_THAT(listeners.back()->read_until("other"), HasSubstr("other"));
  expect_well();
}

TEST_F(HostileClients, HostileArchivesLeaveNothing) {
  const HostileEntry good = {.path = "x.yaml", .content = kChain};
  EXPECT_EQ(upload("x", make_archive({good, {.path = "../evil", .content = "x"}})), 422);
  EXPECT_EQ(upload("x", make_archive({good, {.path = "/tmp/evil", .content = "x"}})), 422);
  EXPECT_EQ(upload("x", make_archive({good, {.path = "l", .type = AE_IFLNK, .link = "/etc"}})),
            422);
  EXPECT_EQ(upload("x", make_archive({good, {.path = "z", .content = std::string(32 << 20, '\0')}},
                                     "tar.gz")),
            422);
  EXPECT_EQ(upload("x", make_archive({{.path = "a.txt", .content = "no workflow"}}, "zip")), 422);
  EXPECT_EQ(upload("x", make_archive({good, {.path = "run.sh", .content = "true"}}, "tar.xz")),
            201);
  EXPECT_TRUE(fs::exists(root() / "x/run.sh"));
  for (const fs::path& path : sorted_entries(root())) {
    EXPECT_FALSE(path.filename().string().starts_with(".aside")) << path;
  }
  EXPECT_EQ(sorted_entries(around_.path()).size(), 1U);
}

TEST_F(HostileClients, DeepJsonIsRefusedWhereverItStands) {
  ASSERT_EQ(upload("x", kChain), 201);
  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  EXPECT_EQ(service_->ask("PUT", "/api/v1/workflows/x/jobs/b", "{\"exec\":" + deep + "}").status,
            422);
  EXPECT_EQ(
      service_->ask("POST", "/api/v1/workflows/x/run", "{\"jobs\":1" + deep.substr(0, 9000)).status,
      422);
  fs::create_directories(root() / "t/deep");
  write_file_atomic(root() / "t/deep/result.json",
                    R"({"schema_version":1,"benchmark":"x","details":)" + deep + "}");
  write_file_atomic(root() / "t/deep/experiments.jsonl", "{\"kind\":" + deep + "}\n");
  EXPECT_EQ(service_->ask("GET", "/api/v1/runs/t~deep").status, 422);
  EXPECT_THAT(service_->ask("GET", "/api/v1/runs").body, HasSubstr("unreadable"));
  EXPECT_THAT(service_->ask("GET", "/api/v1/experiments").body, HasSubstr("levels"));
  expect_well();
}

TEST_F(HostileClients, AFewBytesMakeNoThousandsOfFolders) {
  std::vector<HostileEntry> entries = {{.path = "x.yaml", .content = kChain}};
  for (int i = 0; i < 300; ++i) {
    std::string path;
    for (int k = 0; k < 30; ++k) path += std::to_string(i) + "_" + std::to_string(k) + "/";
    entries.push_back({.path = path + "f"});
  }
  const HttpAnswer answer =
      service_->ask("POST", "/api/v1/workflows?name=x", make_archive(entries, "zip"));
  EXPECT_EQ(answer.status, 422);
  EXPECT_THAT(answer.body, HasSubstr("more than 2000 folders"));
  EXPECT_EQ(upload("x", make_archive({{.path = "x.yaml/f"}}, "zip")), 422);
  EXPECT_EQ(upload("x", kChain), 201);
}

TEST_F(HostileClients, LinksAndPipesBelowTheRootLeadNowhere) {
  ASSERT_EQ(upload("x", kChain), 201);
  write_file_atomic(around_.path() / "secret", "workflow: {nodes: {s: {exec: secret}}}\n");
  fs::create_directories(root() / "link");
  fs::create_symlink(around_.path() / "secret", root() / "link/link.yaml");
  fs::create_directories(root() / "pipe");
  ASSERT_EQ(::mkfifo((root() / "pipe/pipe.yaml").c_str(), 0600), 0);
  fs::create_directories(root() / "run");
  ASSERT_EQ(::mkfifo((root() / "run/result.json").c_str(), 0600), 0);
  fs::create_directories(root() / "x/x.state/jobs/a");
  fs::create_symlink(around_.path() / "secret", root() / "x/x.state/jobs/a/job.out");
  EXPECT_EQ(service_->ask("GET", "/api/v1/workflows/link/definition").status, 404);
  EXPECT_EQ(service_->ask("GET", "/api/v1/workflows/pipe").status, 404);
  EXPECT_EQ(service_->ask("GET", "/api/v1/workflows/pipe/graph").status, 404);
  EXPECT_EQ(service_->ask("GET", "/api/v1/workflows/x/jobs/a/log").body, "");
  EXPECT_THAT(service_->ask("GET", "/api/v1/runs").body, HasSubstr("unreadable"));
  EXPECT_EQ(service_->ask("GET", "/api/v1/runs/run").status, 422);
  expect_well();
}

TEST_F(HostileClients, ABrokenStudyHidesNoOther) {
  fs::create_directories(root() / "broken");
  write_file_atomic(root() / "broken/experiments.jsonl", "garbage\n");
  const std::string config = (around_.path() / "study.yaml").string();
  write_file_atomic(config, "experiment:\n  epoch: \"1,2\"\n");
  const std::string command = std::string(SCIWRIGHT_PROGRAM) + " experiment generate --config " +
                              config + " --source shell --out " + (root() / "good").string() +
                              " >/dev/null 2>&1";
  ASSERT_EQ(std::system(command.c_str()), 0);
  const auto answer = service_->ask("GET", "/api/v1/experiments");
  ASSERT_EQ(answer.status, 200);
  const auto list = nlohmann::json::parse(answer.body)["experiments"];
  ASSERT_EQ(list.size(), 2U);
  EXPECT_THAT(list[0]["problem"].get<std::string>(), HasSubstr("broken/experiments.jsonl:1"));
  EXPECT_TRUE(list[1]["problem"].is_null());
  EXPECT_EQ(list[1]["total"], 2);
}

TEST_F(HostileClients, WhatAKilledServiceLeftIsRemovedBesideTheServing) {
  service_->end(SIGKILL);
  for (int i = 0; i < 50; ++i) {
    fs::create_directories(root() / (".aside-" + std::to_string(i)) / "deleted" / "deep");
  }
  service_ = std::make_unique<RunningService>(root().string());
  expect_well();
  for (int i = 0; i < 2000 && fs::exists(root() / ".aside-9"); ++i) ::usleep(10'000);
  EXPECT_FALSE(fs::exists(root() / ".aside-9"));
}

TEST_F(HostileClients, AFormIsAnUploadToo) {
  const std::string body =
      "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"from-form.zip\"\r\n\r\n" +
      make_archive({{.path = "from-form.yaml", .content = kChain}}, "zip") + "\r\n--B--\r\n";
  EXPECT_EQ(service_
                ->ask("POST", "/api/v1/workflows", body,
                      "Content-Type: multipart/form-data; boundary=B\r\n")
                .status,
            201);
  EXPECT_TRUE(fs::exists(root() / "from-form/from-form.yaml"));
}

/// Requests that are nearly right, their bytes changed: no crash, and no file outside the root.
TEST_F(HostileClients, ThousandsOfMutatedRequestsHarmNothing) {
  std::minstd_rand random(7);
  const std::string token =
      "Host: localhost\r\nAuthorization: Bearer " + service_->token() + "\r\n";
  const auto with_body = [&](const std::string& line, const std::string& body) {
    return line + " HTTP/1.1\r\n" + token + "Content-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
  };
  const std::vector<std::string> seeds = {
      "GET /api/v1/workflows/demo/jobs/a/log?offset=-1&limit=10 HTTP/1.1\r\n" + token + "\r\n",
      "GET /api/v1/runs/a~b HTTP/1.1\r\n" + token + "\r\n",
      "GET /workflow/demo?output=csv HTTP/1.1\r\n" + token + "Range: bytes=0-\r\n\r\n",
      with_body("PUT /api/v1/workflows/demo/jobs/b", R"({"exec": "true", "parents": ["a"]})"),
      with_body("PUT /api/v1/workflows/demo/definition?check=true", kChain),
      with_body(
          "POST /api/v1/workflows?name=fuzz",
          make_archive({{.path = "fuzz.yaml", .content = kChain}, {.path = "d/e", .content = "x"}},
                       "zip")),
      with_body("POST /api/v1/workflows?name=fuzz", kChain),
      "POST /workflow/demo/job/c?exec=true&parent=a HTTP/1.1\r\n" + token +
          "Content-Length: 0\r\n\r\n",
  };
  ASSERT_EQ(upload("demo", kChain), 201);
  for (int i = 0; i < 3000; ++i) {
    std::string bytes = seeds[static_cast<std::size_t>(i) % seeds.size()];
    for (unsigned k = 0; k < 1 + random() % 4; ++k) {
      const std::size_t at = random() % bytes.size();
      switch (random() % 3) {
        case 0:
          bytes[at] = static_cast<char>(random());
          break;
        case 1:
          bytes.insert(at, bytes.substr(random() % bytes.size(), random() % 20));
          break;
        default:
          bytes.erase(at, random() % 20);
          break;
      }
      if (bytes.empty()) bytes = "x";
    }
    RawConnection connection(service_->port());
    ASSERT_TRUE(connection.is_open()) << "after " << i << " requests";
    connection.send(bytes);
    connection.end();
    connection.read_until("", 10);
  }
  expect_well();
  EXPECT_EQ(sorted_entries(around_.path()).size(), 1U) << "something was written outside the root";
}

}  // namespace
}  // namespace sciwright
