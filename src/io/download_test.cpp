#include "io/download.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"
#include "base/hash.h"
#include "io/fake_server.h"

namespace sciwright::io {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

const std::string kBody = "0123456789abcdefghij";

/// Answers like a good file server: whole, or the rest where the version fits.
std::string serve_file(const FakeRequest& request, const std::string& body,
                       const std::string& etag) {
  const auto range = request.headers.find("range");
  const std::string header = "ETag: " + etag + "\r\n";
  if (range == request.headers.end() || request.headers.at("if-range") != etag) {
    return fake_answer("200 OK", body, header);
  }
  const std::size_t first = std::stoul(range->second.substr(6));
  return fake_answer("206 Partial Content", body.substr(first),
                     header + "Content-Range: bytes " + std::to_string(first) + "-" +
                         std::to_string(body.size() - 1) + "/" + std::to_string(body.size()) +
                         "\r\n");
}

class Download : public ::testing::Test {
 protected:
  std::filesystem::path path() const { return folder_.path() / "f.dat"; }

  /// Never sleeps, and notes how long it should have.
  DownloadOptions options(int max_attempts = 5) {
    return {.max_attempts = max_attempts, .pause = [this](double s) { pauses_s_.push_back(s); }};
  }

  Error failure(const std::string& url, const DownloadOptions& with) {
    try {
      download(url, path(), with);
    } catch (const Error& error) {
      return error;
    }
    return {ErrorKind::kInterrupted, "no error"};
  }

  TemporaryDirectory folder_;
  std::vector<double> pauses_s_;
};

TEST_F(Download, WritesTheFileAndTellsItsChecksum) {
  FakeServer server([](const auto&) { return fake_answer("200 OK", kBody); });
  const Downloaded result = download(server.url("/f"), path(), options());
  EXPECT_EQ(read_file(path()), kBody);
  EXPECT_EQ(result.sha256, sha256_hex(kBody));
  EXPECT_EQ(result.num_bytes, 20);
  EXPECT_FALSE(result.was_resumed);
  EXPECT_THAT(sorted_entries(folder_.path()), ElementsAre(path()));
}

TEST_F(Download, SendsItsUserAgent) {
  FakeServer server([](const auto&) { return fake_answer("200 OK", kBody); });
  DownloadOptions with = options();
  with.user_agent = "sciwright/1.2";
  download(server.url("/f"), path(), with);
  EXPECT_EQ(server.requests().at(0).headers.at("user-agent"), "sciwright/1.2");
}

TEST_F(Download, FollowsRedirections) {
  FakeServer server([](const FakeRequest& request) {
    return request.target == "/old" ? fake_answer("302 Found", "moved", "Location: /new\r\n")
                                    : fake_answer("200 OK", kBody);
  });
  download(server.url("/old"), path(), options());
  EXPECT_EQ(read_file(path()), kBody);
}

TEST_F(Download, GoesOnWhereTheConnectionBroke) {
  int calls = 0;
  FakeServer server([&](const FakeRequest& request) {
    return broken(serve_file(request, kBody, "\"v1\""), ++calls < 3 ? 4 : 0);
  });
  const Downloaded result = download(server.url("/f"), path(), options());
  EXPECT_EQ(read_file(path()), kBody);
  EXPECT_TRUE(result.was_resumed);
  EXPECT_EQ(server.requests().at(1).headers.at("range"), "bytes=16-");
  EXPECT_EQ(server.requests().at(2).headers.at("range"), "bytes=16-");
  EXPECT_THAT(pauses_s_, ElementsAre(1, 2));
}

TEST_F(Download, GoesOnInALaterRun) {
  bool is_broken = true;
  FakeServer server([&](const FakeRequest& request) {
    return broken(serve_file(request, kBody, "\"v1\""), is_broken ? 7 : 0);
  });
  EXPECT_EQ(failure(server.url("/f"), options(1)).kind(), ErrorKind::kUnreachable);
  EXPECT_FALSE(std::filesystem::exists(path()));
  is_broken = false;
  EXPECT_TRUE(download(server.url("/f"), path(), options(1)).was_resumed);
  EXPECT_EQ(server.requests().back().headers.at("range"), "bytes=13-");
  EXPECT_EQ(read_file(path()), kBody);
}

TEST_F(Download, NeverMixesTwoVersions) {
  int calls = 0;
  const std::string newer = "a newer and longer version of it";
  FakeServer server([&](const FakeRequest& request) {
    return ++calls == 1 ? broken(serve_file(request, kBody, "\"v1\""), 5)
                        : serve_file(request, newer, "\"v2\"");
  });
  download(server.url("/f"), path(), options());
  EXPECT_EQ(read_file(path()), newer);
}

TEST_F(Download, StartsAnewWhenTheServerKnowsNoRanges) {
  int calls = 0;
  FakeServer server([&](const FakeRequest&) {
    return broken(fake_answer("200 OK", kBody, "ETag: \"v1\"\r\n"), ++calls == 1 ? 5 : 0);
  });
  download(server.url("/f"), path(), options());
  EXPECT_EQ(read_file(path()), kBody);
}

TEST_F(Download, StartsAnewWithoutAVersionToCompare) {
  int calls = 0;
  FakeServer server([&](const FakeRequest&) {
    return broken(fake_answer("200 OK", kBody), ++calls == 1 ? 5 : 0);
  });
  download(server.url("/f"), path(), options());
  EXPECT_EQ(server.requests().at(1).headers.count("range"), 0U);
  EXPECT_EQ(read_file(path()), kBody);
}

TEST_F(Download, DoesNotContinueThePartOfAnotherAddress) {
  FakeServer server([&](const FakeRequest& request) {
    return request.target == "/a" ? broken(serve_file(request, kBody, "\"v\""), 5)
                                  : serve_file(request, "something else altogether", "\"v\"");
  });
  failure(server.url("/a"), options(1));
  download(server.url("/b"), path(), options());
  EXPECT_EQ(read_file(path()), "something else altogether");
}

TEST_F(Download, DiscardsAPartThatIsLongerThanTheFile) {
  int calls = 0;
  FakeServer server([&](const FakeRequest& request) {
    ++calls;
    if (calls == 1) return broken(serve_file(request, kBody, "\"v1\""), 1);
    if (calls == 2) return fake_answer("416 Range Not Satisfiable", "");
    return serve_file(request, "short", "\"v1\"");
  });
  download(server.url("/f"), path(), options());
  EXPECT_EQ(read_file(path()), "short");
}

TEST_F(Download, WaitsAsLongAsABusyServerAsksButNotForever) {
  int calls = 0;
  FakeServer server([&](const FakeRequest&) {
    ++calls;
    if (calls == 1) return fake_answer("503 Service Unavailable", "busy", "Retry-After: 7\r\n");
    if (calls == 2) return fake_answer("429 Too Many", "busy", "Retry-After: 9999\r\n");
    return fake_answer("200 OK", kBody);
  });
  download(server.url("/f"), path(), options());
  EXPECT_EQ(read_file(path()), kBody);
  EXPECT_THAT(pauses_s_, ElementsAre(7, 60));
}

TEST_F(Download, SurvivesAServerThatDiesWithoutAnAnswer) {
  int calls = 0;
  FakeServer server([&](const auto&) { return ++calls == 1 ? "" : fake_answer("200 OK", kBody); });
  download(server.url("/f"), path(), options());
  EXPECT_EQ(read_file(path()), kBody);
}

TEST_F(Download, GivesUpAfterTheTriesAllowed) {
  FakeServer server([](const auto&) { return fake_answer("503 Service Unavailable", "busy"); });
  const Error error = failure(server.url("/f"), options(3));
  EXPECT_EQ(error.kind(), ErrorKind::kUnreachable);
  EXPECT_EQ(error.what(), server.url("/f") + ": the server answers with status 503 (3 tries)");
  EXPECT_THAT(server.requests(), SizeIs(3));
}

TEST_F(Download, DoesNotAskAgainForWhatIsNotThere) {
  FakeServer server([](const auto&) { return fake_answer("404 Not Found", "no such page"); });
  const Error error = failure(server.url("/f"), options());
  EXPECT_EQ(error.kind(), ErrorKind::kFailure);
  EXPECT_EQ(error.what(), server.url("/f") + ": the server answers with status 404");
  EXPECT_THAT(server.requests(), SizeIs(1));
  EXPECT_TRUE(sorted_entries(folder_.path()).empty());
}

TEST_F(Download, NamesAHostThatDoesNotAnswer) {
  std::string url;
  {
    FakeServer server([](const auto&) { return ""; });
    url = server.url("/f");
  }
  const Error error = failure(url, options(2));
  EXPECT_EQ(error.kind(), ErrorKind::kUnreachable);
  EXPECT_THAT(error.what(), AllOf(HasSubstr(url), HasSubstr("cannot fetch"), HasSubstr("127.0.0.1"),
                                  HasSubstr("(2 tries)")));
}

TEST_F(Download, RefusesAWrongChecksumAndLeavesNothing) {
  FakeServer server([](const auto&) { return fake_answer("200 OK", kBody); });
  DownloadOptions with = options();
  with.sha256 = std::string(64, '0');
  const Error error = failure(server.url("/f"), with);
  EXPECT_EQ(error.kind(), ErrorKind::kMismatch);
  EXPECT_THAT(error.what(), HasSubstr(sha256_hex(kBody)));
  EXPECT_TRUE(sorted_entries(folder_.path()).empty());
}

TEST_F(Download, TellsProgressOverAResumption) {
  int calls = 0;
  FakeServer server([&](const FakeRequest& request) {
    return broken(serve_file(request, kBody, "\"v1\""), ++calls == 1 ? 5 : 0);
  });
  std::int64_t last_done = 0;
  std::optional<std::int64_t> last_total;
  DownloadOptions with = options();
  with.on_progress = [&](std::int64_t done, std::optional<std::int64_t> total) {
    last_done = done;
    last_total = total;
  };
  download(server.url("/f"), path(), with);
  EXPECT_EQ(last_done, 20);
  EXPECT_EQ(last_total, 20);
}

TEST_F(Download, NamesAFolderThatIsMissing) {
  FakeServer server([](const auto&) { return fake_answer("200 OK", kBody); });
  try {
    download(server.url("/f"), folder_.path() / "no" / "f", options());
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr((folder_.path() / "no" / "f").string()));
  }
}

TEST(FetchText, GivesTheBody) {
  FakeServer server([](const auto&) { return fake_answer("200 OK", "42\n"); });
  EXPECT_EQ(fetch_text(server.url("/count")), "42\n");
}

TEST(FetchText, GivesNothingForNoContent) {
  FakeServer server([](const auto&) { return "HTTP/1.1 204 No Content\r\n\r\n"; });
  EXPECT_EQ(fetch_text(server.url("/query")), "");
}

TEST(FetchText, ForgetsTheBodyOfABrokenTry) {
  int calls = 0;
  FakeServer server(
      [&](const auto&) { return broken(fake_answer("200 OK", "abcdef"), ++calls == 1 ? 3 : 0); });
  EXPECT_EQ(fetch_text(server.url("/"), {.pause = [](double) {}}), "abcdef");
}

TEST(FetchText, TakesOnlyWebAddresses) {
  EXPECT_THROW(fetch_text("file:///etc/hostname", {.pause = [](double) {}}), Error);
}

TEST(UrlEncoded, EscapesWhatAQueryMayNotHold) {
  EXPECT_EQ(url_encoded("2019-07-06T03:19:53.04 +"), "2019-07-06T03%3A19%3A53.04%20%2B");
}

}  // namespace
}  // namespace sciwright::io
