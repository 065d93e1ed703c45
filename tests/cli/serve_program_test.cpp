// `sciwright serve` as clients meet it: every route, its codes, and who may use it.

#include <chrono>
#include <csignal>
#include <filesystem>
#include <thread>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "program.h"
#include "running_service.h"

namespace sciwright {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::HasSubstr;

constexpr const char* kChain = R"(workflow:
  nodes:
    a: {exec: "echo hello; echo wrong >&2"}
    b: {exec: "true"}
  dependencies: ["a,b"]
)";
constexpr const char* kLong = "workflow:\n  nodes:\n    s: {exec: \"sleep 60\"}\n";

class Serve : public testing::Test {
 protected:
  json get(const std::string& target) {
    const HttpAnswer answer = service_.ask("GET", target);
    EXPECT_EQ(answer.status, 200) << target << answer.body;
    return json::parse(answer.body, nullptr, false);
  }
  int status(const std::string& method, const std::string& target, const std::string& body = {}) {
    return service_.ask(method, target, body).status;
  }
  void add(const std::string& name, const std::string& text = kChain) {
    const auto answer = service_.ask("POST", "/api/v1/workflows?name=" + name, text);
    ASSERT_EQ(answer.status, 201) << answer.body;
  }
  /// Runs a workflow; its stream of events to the end.
  std::string run_to_end(const std::string& name) {
    EXPECT_EQ(status("POST", "/api/v1/workflows/" + name + "/run"), 202);
    return follow_to_end(name);
  }
  std::string follow_to_end(const std::string& name) {
    RawConnection stream(service_.port());
    stream.send("GET /api/v1/workflows/" + name +
                "/events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n");
    return stream.read_until("event: end\n", 60);
  }

  TemporaryDirectory root_;
  RunningService service_{root_.path().string()};
};

TEST_F(Serve, ListsAddsShowsAndDeletesWorkflows) {
  EXPECT_EQ(get("/api/v1/workflows"), json::parse(R"({"workflows": []})"));
  add("demo");
  const json detail = get("/api/v1/workflows/demo");
  EXPECT_EQ(detail["state"], "ready");
  EXPECT_EQ(detail["edges"], json::parse(R"([["a", "b"]])"));
  EXPECT_EQ(detail["jobs"][1]["parents"], json::parse(R"(["a"])"));
  EXPECT_EQ(get("/api/v1/workflows/demo?layout=true")["layout"]["nodes"].size(), 2U);
  EXPECT_EQ(get("/api/v1/workflows")["workflows"][0]["name"], "demo");
  EXPECT_EQ(status("DELETE", "/api/v1/workflows/demo"), 204);
  EXPECT_EQ(status("GET", "/api/v1/workflows/demo"), 404);
  EXPECT_FALSE(fs::exists(root_.path() / "demo"));
}

TEST_F(Serve, AWorkflowThatIsThereOrWrongIsNotAdded) {
  add("demo");
  EXPECT_EQ(status("POST", "/api/v1/workflows?name=demo", kChain), 409);
  const auto broken = service_.ask("POST", "/api/v1/workflows?name=x",
                                   "workflow:\n  nodes:\n    a: {kind: slurmm, retries: many}\n");
  EXPECT_EQ(broken.status, 422);
  EXPECT_GE(json::parse(broken.body)["problems"].size(), 2U) << broken.body;
  EXPECT_FALSE(fs::exists(root_.path() / "x"));
  EXPECT_EQ(status("POST", "/api/v1/workflows?name=..", kChain), 422);
  EXPECT_EQ(status("POST", "/api/v1/workflows", kChain), 422);
}

TEST_F(Serve, ExamplesAreShipped) {
  const json shipped = get("/api/v1/examples")["examples"];
  EXPECT_GE(shipped.size(), 10U);
  for (const json& example : shipped) {
    const std::string name = example["name"];
    EXPECT_EQ(status("POST", "/api/v1/workflows?example=" + name), 201) << name;
    EXPECT_TRUE(get("/api/v1/workflows/" + name)["problems"].empty()) << name;
  }
  EXPECT_EQ(status("POST", "/api/v1/workflows?example=nosuch"), 422);
}

TEST_F(Serve, ADefinitionIsReplacedOnlyByWhoKnowsIt) {
  add("demo");
  const auto before = service_.ask("GET", "/api/v1/workflows/demo/definition");
  EXPECT_EQ(before.body, kChain);
  const std::string etag = before.header("ETag");
  const std::string path = "/api/v1/workflows/demo/definition";
  EXPECT_EQ(service_.ask("GET", path, "", "If-None-Match: " + etag + "\r\n").status, 304);
  EXPECT_EQ(service_.ask("PUT", path, kLong, "If-Match: \"other\"\r\n").status, 412);
  EXPECT_EQ(service_.ask("PUT", path, "workflow: [", "If-Match: " + etag + "\r\n").status, 422);
  EXPECT_EQ(service_.ask("PUT", path, kLong, "If-Match: " + etag + "\r\n").status, 200);
  EXPECT_EQ(get("/api/v1/workflows/demo")["nodes"], 1);
}

TEST_F(Serve, ADefinitionIsCheckedWithoutBeingStored) {
  add("demo");
  const auto answer = service_.ask("PUT", "/api/v1/workflows/demo/definition?check=true",
                                   "workflow:\n  nodes:\n    a: {exec: x, retries: many}\n");
  EXPECT_EQ(answer.status, 200);
  const json problem = json::parse(answer.body)["problems"][0];
  EXPECT_EQ(problem["line"], 3);
  EXPECT_GT(problem["column"], 1);
  EXPECT_EQ(get("/api/v1/workflows/demo")["nodes"], 2);
}

TEST_F(Serve, RunsToTheEndAndTellsEveryEventOnce) {
  add("demo");
  const auto plan = service_.ask("POST", "/api/v1/workflows/demo/run", R"({"dry_run": true})");
  EXPECT_EQ(json::parse(plan.body)["plan"].size(), 2U);
  const std::string stream = run_to_end("demo");
  const auto next = service_.ask("POST", "/api/v1/workflows/demo/run", R"({"dry_run": true})");
  EXPECT_EQ(next.body, plan.body);  // a new run looks at every node
  EXPECT_THAT(stream, HasSubstr("event: end\n"));
  const json detail = get("/api/v1/workflows/demo");
  EXPECT_EQ(detail["counts"]["done"], 2);
  const json events = get("/api/v1/workflows/demo/events");
  EXPECT_EQ(events["last_id"], detail["event_id"]);
  for (std::size_t i = 0; i < events["events"].size(); ++i) {
    EXPECT_EQ(events["events"][i]["seq"], i + 1);
    EXPECT_THAT(stream, HasSubstr("id: " + std::to_string(i + 1) + "\n"));
  }
  EXPECT_EQ(get("/api/v1/workflows/demo/events?since=2&limit=1")["events"][0]["seq"], 3);
}

TEST_F(Serve, AStreamGoesOnBehindTheLastEventId) {
  add("demo");
  run_to_end("demo");
  RawConnection stream(service_.port());
  stream.send(
      "GET /api/v1/workflows/demo/events HTTP/1.1\r\nHost: localhost\r\n"
      "Accept: text/event-stream\r\nLast-Event-ID: 3\r\n\r\n");
  const std::string text = stream.read_until("event: end\n");
  EXPECT_EQ(text.find("id: 3\n"), std::string::npos);
  EXPECT_THAT(text, HasSubstr("id: 4\n"));
}

TEST_F(Serve, SummariesAreStreamed) {
  RawConnection stream(service_.port());
  stream.send("GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_THAT(stream.read_until("\n\n"), HasSubstr("event: snapshot\ndata: {\"workflows\":[]}"));
  add("demo");
  EXPECT_THAT(stream.read_until("event: workflow\n"), HasSubstr("event: workflow\n"));
  EXPECT_EQ(status("DELETE", "/api/v1/workflows/demo"), 204);
  EXPECT_THAT(stream.read_until("event: deleted\n"), HasSubstr("event: deleted\n"));
}

TEST_F(Serve, LogsAreReadInParts) {
  add("demo");
  run_to_end("demo");
  const auto log = service_.ask("GET", "/api/v1/workflows/demo/jobs/a/log?offset=1&limit=3");
  EXPECT_EQ(log.body, "ell");
  EXPECT_EQ(log.header("X-Next-Offset"), "4");
  EXPECT_EQ(log.header("X-Size"), "6");
  EXPECT_EQ(service_.ask("GET", "/api/v1/workflows/demo/jobs/a/log?offset=-3").body, "lo\n");
  EXPECT_EQ(service_.ask("GET", "/api/v1/workflows/demo/jobs/a/log?stream=err").body, "wrong\n");
  EXPECT_EQ(status("GET", "/api/v1/workflows/demo/jobs/zzz/log"), 404);
}

TEST_F(Serve, CancelsWhatRuns) {
  add("demo", kLong);
  EXPECT_EQ(status("POST", "/api/v1/workflows/demo/run"), 202);
  EXPECT_EQ(get("/api/v1/workflows/demo")["state"], "running");
  EXPECT_EQ(status("POST", "/api/v1/workflows/demo/run"), 409);
  EXPECT_EQ(status("DELETE", "/api/v1/workflows/demo"), 409);
  EXPECT_EQ(status("PUT", "/api/v1/workflows/demo/definition", kChain), 409);
  EXPECT_EQ(status("POST", "/api/v1/workflows/demo/reset"), 409);
  EXPECT_EQ(status("POST", "/api/v1/workflows/demo/cancel"), 202);
  RawConnection stream(service_.port());
  stream.send(
      "GET /api/v1/workflows/demo/events HTTP/1.1\r\nHost: localhost\r\n"
      "Accept: text/event-stream\r\n\r\n");
  EXPECT_THAT(stream.read_until("event: end\n", 60), HasSubstr("cancelled"));
}

/// Kills a process by the number that a job wrote down, so that nothing is left of a test.
void kill_written(const fs::path& file) {
  const int pid = std::atoi(read_file_if_there(file).value_or("0").c_str());
  if (pid > 1) ::kill(pid, SIGKILL);
}

TEST_F(Serve, AJobThatIgnoresItsEndHoldsNoOtherWorkflowUp) {
  add("s",
      "workflow:\n  nodes:\n    s: {exec: \"trap '' TERM; echo $$ > pid; while :; do sleep 1; "
      "done\"}\n");
  add("other");
  EXPECT_EQ(status("POST", "/api/v1/workflows/s/run"), 202);
  const fs::path pid = root_.path() / "s" / "pid";
  for (int i = 0; i < 2000 && !fs::exists(pid); ++i) ::usleep(10'000);
  const auto lock = json::parse(read_file(root_.path() / "s" / "s.state" / "engine.lock"));
  ::kill(lock["pid"].get<int>(), SIGKILL);
  // Its engine is gone from the service's view at once, though nobody took note of its end yet.
  EXPECT_EQ(status("DELETE", "/api/v1/workflows/s"), 409);
  std::thread cancel([&] { status("POST", "/api/v1/workflows/s/cancel"); });
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(status("GET", "/api/v1/workflows/other/graph"), 200);
  EXPECT_EQ(run_to_end("other").empty(), false);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(30));
  cancel.join();
  EXPECT_EQ(service_.end(SIGTERM), 0);
  kill_written(pid);
}

TEST_F(Serve, ADeadEnginesWorkflowIsNotDeletedBeforeItsJobsHaveEnded) {
  add("s", kLong);
  EXPECT_EQ(status("POST", "/api/v1/workflows/s/run"), 202);
  const auto is = [&](const char* state) {
    return get("/api/v1/workflows/s/jobs/s")["status"] == state;
  };
  for (int i = 0; i < 2000 && !is("running"); ++i) ::usleep(10'000);
  const auto lock = json::parse(read_file(root_.path() / "s" / "s.state" / "engine.lock"));
  ::kill(lock["pid"].get<int>(), SIGKILL);
  const auto refused = service_.ask("DELETE", "/api/v1/workflows/s");
  EXPECT_EQ(refused.status, 409);
  EXPECT_THAT(refused.body, HasSubstr("cancel it first"));
  EXPECT_EQ(status("POST", "/api/v1/workflows/s/cancel"), 202);
  for (int i = 0; i < 2000 && is("running"); ++i) ::usleep(10'000);
  EXPECT_TRUE(is("cancelled"));
  EXPECT_EQ(status("DELETE", "/api/v1/workflows/s"), 204);
}

TEST_F(Serve, NodesOfAnotherWorkflowAreChangedInItsFile) {
  add("p");
  write_file_atomic(root_.path() / "p" / "in.yaml", "workflow: {nodes: {x: {exec: \"true\"}}}\n");
  const std::string text =
      "workflow:\n  nodes:\n    prep: {kind: workflow, workflow: in.yaml}\n    z: {exec: date}\n";
  EXPECT_EQ(status("PUT", "/api/v1/workflows/p/definition", text), 200);
  for (const char* method : {"DELETE", "PUT"}) {
    const auto refused = service_.ask(method, "/api/v1/workflows/p/jobs/prep.x",
                                      method[0] == 'P' ? R"({"exec": "x"})" : "");
    EXPECT_EQ(refused.status, 422) << method;
    EXPECT_THAT(refused.body, HasSubstr("'prep' stands for (in.yaml)")) << method;
  }
  EXPECT_EQ(status("PUT", "/api/v1/workflows/p/jobs/z", R"({"name": "y"})"), 422);
  EXPECT_EQ(status("DELETE", "/api/v1/workflows/p/jobs/prep"), 204);
  EXPECT_EQ(get("/api/v1/workflows/p/jobs")["jobs"].size(), 1U);
}

TEST_F(Serve, HoldsReleasesAndResetsWhatDoesNotRun) {
  add("demo");
  run_to_end("demo");
  EXPECT_EQ(status("POST", "/api/v1/workflows/demo/reset"), 202);
  EXPECT_EQ(get("/api/v1/workflows/demo")["counts"]["ready"], 2);
  EXPECT_EQ(status("POST", "/api/v1/workflows/demo/jobs/b/hold"), 202);
  EXPECT_EQ(get("/api/v1/workflows/demo/jobs/b")["status"], "held");
  EXPECT_EQ(status("POST", "/api/v1/workflows/demo/jobs/b/release"), 202);
  EXPECT_EQ(get("/api/v1/workflows/demo/jobs/b")["status"], "ready");
  EXPECT_EQ(status("POST", "/api/v1/workflows/demo/jobs/zzz/hold"), 404);
}

TEST_F(Serve, AddsChangesExplainsAndRemovesJobs) {
  add("demo");
  const auto added =
      service_.ask("PUT", "/api/v1/workflows/demo/jobs/c", R"({"exec": "date", "parents": ["b"]})");
  EXPECT_EQ(added.status, 201) << added.body;
  EXPECT_EQ(json::parse(added.body)["parents"], json::parse(R"(["b"])"));
  EXPECT_EQ(status("PUT", "/api/v1/workflows/demo/jobs/c", R"({"retries": 2})"), 200);
  EXPECT_EQ(get("/api/v1/workflows/demo/jobs/c")["retries"], 2);
  EXPECT_THAT(get("/api/v1/workflows/demo/jobs/c/explanation")["text"].get<std::string>(),
              HasSubstr("b (ready)"));
  EXPECT_EQ(status("PUT", "/api/v1/workflows/demo/jobs/c", R"({"parents": ["c"]})"), 422);
  EXPECT_EQ(status("PUT", "/api/v1/workflows/demo/jobs/c", "[]"), 422);
  EXPECT_EQ(status("DELETE", "/api/v1/workflows/demo/jobs/c"), 204);
  EXPECT_EQ(status("DELETE", "/api/v1/workflows/demo/jobs/c"), 404);
  EXPECT_EQ(get("/api/v1/workflows/demo/jobs")["jobs"].size(), 2U);
}

TEST_F(Serve, DrawsAGraph) {
  add("demo");
  EXPECT_THAT(service_.ask("GET", "/api/v1/workflows/demo/graph").body, HasSubstr("<svg"));
  EXPECT_THAT(service_.ask("GET", "/api/v1/workflows/demo/graph?format=dot").body,
              HasSubstr("digraph"));
  EXPECT_TRUE(get("/api/v1/workflows/demo/graph?format=json").is_object());
  EXPECT_EQ(status("GET", "/api/v1/workflows/demo/graph?format=pdf"), 400);
}

TEST_F(Serve, ShowsStudiesAndRuns) {
  EXPECT_EQ(get("/api/v1/experiments")["experiments"].size(), 0U);
  EXPECT_EQ(get("/api/v1/runs")["runs"].size(), 0U);
  EXPECT_EQ(get("/api/v1/leaderboards")["leaderboards"].size(), 0U);
  EXPECT_EQ(status("GET", "/api/v1/runs/nosuch"), 404);
  EXPECT_EQ(status("GET", "/api/v1/experiments/nosuch"), 404);
  EXPECT_EQ(status("GET", "/api/v1/runs/..~..~etc"), 422);
}

TEST_F(Serve, DescribesItself) {
  EXPECT_EQ(get("/api/v1/openapi.json")["openapi"], "3.1.0");
  EXPECT_EQ(get("/openapi.json"), get("/api/v1/openapi.json"));
  EXPECT_THAT(service_.ask("GET", "/docs").body, HasSubstr("/api/v1/workflows/{workflow}/run"));
  EXPECT_THAT(service_.ask("GET", "/").header("Content-Security-Policy"),
              HasSubstr("default-src 'self'"));
  EXPECT_EQ(get("/api/v1/system")["pid"], service_.pid());
  EXPECT_EQ(get("/api/v1/session")["can_write"], true);
}

TEST_F(Serve, AnswersTheOriginalsEight) {
  EXPECT_EQ(status("POST", "/workflow/demo", kChain), 200);
  EXPECT_EQ(get("/workflows"), json::parse(R"({"workflows": ["demo"]})"));
  EXPECT_TRUE(get("/workflows?output=json")["demo"].contains("dependencies"));
  EXPECT_THAT(service_.ask("GET", "/workflows?output=csv").body, HasSubstr("demo,a,"));
  EXPECT_EQ(get("/workflow/demo")["demo"]["name"], "demo");
  EXPECT_TRUE(get("/workflow/demo?output=json")["dependencies"].contains("a-b"));
  EXPECT_THAT(service_.ask("GET", "/workflow/demo?output=graph").body, HasSubstr("<svg"));
  EXPECT_EQ(status("GET", "/workflow/demo?output=table"), 307);
  EXPECT_EQ(status("POST", "/workflow/demo/job/c?exec=date&parent=b&kind=sh"), 200);
  EXPECT_EQ(get("/workflow/demo/job/c")["c"]["parent"], json::parse(R"(["b"])"));
  EXPECT_EQ(status("DELETE", "/workflow/demo/job/c"), 200);
  EXPECT_EQ(json::parse(service_.ask("GET", "/workflow/demo/job/c").body)["detail"],
            "Job 'c' not in workflow 'demo'");
  EXPECT_EQ(status("GET", "/workflow/run/demo"), 405);
  EXPECT_EQ(status("POST", "/workflow/run/demo?run_type=topo"), 202);
  EXPECT_THAT(follow_to_end("demo"), HasSubstr("event: end\n"));
  EXPECT_EQ(status("DELETE", "/workflow/demo"), 200);
  EXPECT_EQ(json::parse(service_.ask("GET", "/workflow/demo").body)["detail"],
            "Workflow 'demo' not found");
}

TEST_F(Serve, WrongAddressesMethodsAndQueriesAreNamed) {
  EXPECT_EQ(status("GET", "/nosuch"), 404);
  const auto wrong = service_.ask("PATCH", "/api/v1/workflows");
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(wrong.header("Allow"), "GET, POST");
  EXPECT_EQ(status("GET", "/api/v1/workflows?nosuch=1"), 400);
  EXPECT_EQ(status("GET", "/api/v1/workflows/a%2f..%2fb"), 422);
  EXPECT_EQ(status("GET", "/api/v1/workflows/-rf"), 422);
}

TEST_F(Serve, ChangesNeedTheTokenAndOurOwnPage) {
  const auto post = [&](const std::string& headers) {
    return service_.ask_with(headers, "POST", "/api/v1/workflows?name=x", kChain).status;
  };
  EXPECT_EQ(post(""), 401);
  EXPECT_EQ(post("Authorization: Bearer wrong\r\n"), 401);
  const std::string token = "Authorization: Bearer " + service_.token() + "\r\n";
  EXPECT_EQ(post(token + "Origin: https://evil.example\r\n"), 403);
  EXPECT_EQ(post(token + "Host: evil.example\r\n"), 403);
  EXPECT_EQ(service_.ask_with("", "GET", "/api/v1/workflows").status, 200);
  EXPECT_EQ(post(token), 201);
}

TEST_F(Serve, ASecondServiceOfTheRootIsRefused) {
  const Ended second = sciwright_with("serve --port 0 --root " + root_.path().string());
  EXPECT_EQ(second.code, 2);
  EXPECT_THAT(second.text, HasSubstr("another service has these workflows"));
}

TEST_F(Serve, EndsAtASignalAlsoWithListeners) {
  RawConnection stream(service_.port());
  stream.send("GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n");
  stream.read_until("snapshot");
  EXPECT_EQ(service_.end(SIGTERM), 0);
  EXPECT_TRUE(stream.read_until("", 5).ends_with("0\r\n\r\n"));
}

TEST_F(Serve, AKilledServiceStopsNoWorkflow) {
  add("demo", "workflow:\n  nodes:\n    s: {exec: \"sleep 2; echo end > end.txt\"}\n");
  EXPECT_EQ(status("POST", "/api/v1/workflows/demo/run"), 202);
  service_.end(SIGKILL);
  const RunningService again(root_.path().string());
  RawConnection stream(again.port());
  stream.send(
      "GET /api/v1/workflows/demo/events HTTP/1.1\r\nHost: localhost\r\n"
      "Accept: text/event-stream\r\n\r\n");
  EXPECT_THAT(stream.read_until("event: end\n", 60), HasSubstr("\"done\""));
  EXPECT_TRUE(fs::exists(root_.path() / "demo/end.txt"));
}

TEST(ServeOptions, AreCheckedTogether) {
  const TemporaryDirectory root;
  const Ended ended = sciwright_with(
      "serve --port 99999 --no-auth --host 0.0.0.0 --base-url x --root " + root.path().string());
  EXPECT_EQ(ended.code, 2);
  for (const char* option : {"--port 99999", "--no-auth", "--base-url x"}) {
    EXPECT_THAT(ended.text, HasSubstr(option));
  }
}

TEST(ServeOptions, ATokenForReadingMayNotChange) {
  const TemporaryDirectory root;
  const fs::path file = root.path() / "read";
  write_file_atomic(file, "read-read-read-read\n");
  fs::permissions(file, fs::perms::owner_read);
  const RunningService service(root.path().string(), {"--read-token-file", file.string()});
  const std::string reader = "Authorization: Bearer read-read-read-read\r\n";
  EXPECT_EQ(service.ask_with("", "GET", "/api/v1/workflows").status, 401);
  EXPECT_EQ(service.ask_with(reader, "GET", "/api/v1/workflows").status, 200);
  EXPECT_EQ(service.ask_with(reader, "POST", "/api/v1/workflows?name=x", kChain).status, 403);
}

TEST(ServeOptions, CompatHearsTheOriginalsGetAndCounts) {
  const TemporaryDirectory root;
  const RunningService service(root.path().string(), {"--compat"});
  service.ask("POST", "/workflow/demo", kChain);
  RawConnection counts(service.port());
  counts.send("GET /done-count/demo HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_THAT(counts.read_until("data: 0\n\n"), HasSubstr("data: 0\n\n"));
  EXPECT_EQ(service.ask_with("", "GET", "/workflow/run/demo").status, 401);
  EXPECT_EQ(service.ask("GET", "/workflow/run/demo").status, 307);
  EXPECT_THAT(counts.read_until("data: 2\n\n", 60), HasSubstr("data: 2\n\n"));
}

}  // namespace
}  // namespace sciwright
