#include "cloudmask/data/fetch.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"
#include "cloudmask/data/bucket.h"
#include "io/fake_server.h"

namespace sciwright::cloudmask {
namespace {

namespace fs = std::filesystem;
using io::fake_answer;
using io::FakeRequest;
using io::FakeServer;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// A bucket that answers like S3, two keys a page. The listing says `listed_bytes` more than there
/// are.
class FakeBucket {
 public:
  explicit FakeBucket(std::map<std::string, std::string> objects, int extra_bytes = 0)
      : objects_(std::move(objects)),
        extra_bytes_(extra_bytes),
        server_([this](const FakeRequest& request) { return answer(request); }) {}

  std::string url() const { return server_.url("/sets"); }
  /// What was asked for, without listings.
  std::vector<std::string> fetched() const {
    std::vector<std::string> targets;
    for (const FakeRequest& request : server_.requests()) {
      if (request.target.find("list-type=2") == std::string::npos)
        targets.push_back(request.target);
    }
    return targets;
  }

  /// The connection breaks this many times in the middle of a file; then it holds.
  int num_breaks = 0;

 private:
  static std::string parameter(const std::string& target, const std::string& name) {
    const std::size_t start = target.find(name + "=");
    if (start == std::string::npos) return "";
    std::string value = target.substr(start + name.size() + 1);
    value = value.substr(0, value.find('&'));
    for (std::size_t at; (at = value.find("%2F")) != std::string::npos;) value.replace(at, 3, "/");
    return value;
  }

  std::string list(const std::string& target) const {
    const std::string prefix = parameter(target, "prefix");
    const std::string token = parameter(target, "continuation-token");
    std::string items;
    int count = 0;
    for (const auto& [key, content] : objects_) {
      if (!key.starts_with(prefix) || key < token) continue;
      if (count++ == 2) {
        return fmt::format(
            "<?xml version=\"1.0\"?><ListBucketResult xmlns=\"http://s3/\">{}"
            "<IsTruncated>true</IsTruncated><NextContinuationToken>{}"
            "</NextContinuationToken></ListBucketResult>",
            items, key);
      }
      items += fmt::format("<Contents><Key>{}</Key><Size>{}</Size></Contents>", key,
                           content.size() + static_cast<std::size_t>(extra_bytes_));
    }
    return "<ListBucketResult>" + items + "<IsTruncated>false</IsTruncated></ListBucketResult>";
  }

  std::string answer(const FakeRequest& request) {
    if (request.target.find("list-type=2") != std::string::npos) {
      return fake_answer("200 OK", list(request.target));
    }
    const auto found = objects_.find(request.target.substr(std::string("/sets/").size()));
    if (found == objects_.end()) return fake_answer("404 Not Found", "");
    const std::string& content = found->second;
    const auto range = request.headers.find("range");
    if (range != request.headers.end()) {
      const auto start = std::stoul(range->second.substr(std::string("bytes=").size()));
      return fake_answer("206 Partial Content", content.substr(start),
                         fmt::format("ETag: \"1\"\r\nContent-Range: bytes {}-{}/{}\r\n", start,
                                     content.size() - 1, content.size()));
    }
    const std::string whole = fake_answer("200 OK", content, "ETag: \"1\"\r\n");
    return num_breaks-- > 0 ? io::broken(whole, content.size() / 2) : whole;
  }

  std::map<std::string, std::string> objects_;
  int extra_bytes_;
  FakeServer server_;
};

const std::map<std::string, std::string> kSet = {
    {"es/set/training/", ""},
    {"es/set/training/S3A_1.hdf", "first scene"},
    {"es/set/training/S3A_2.hdf", "second scene"},
    {"es/set/training/deep/S3A_3.hdf", "third"},
    {"es/set/inference/day/S3A_4.hdf", "fourth"},
    {"es/other/training/S3A_5.hdf", "of another set"},
};

class FetchScenes : public ::testing::Test {
 protected:
  FetchSettings settings(const FakeBucket& bucket, const std::string& part = "", int limit = 0) {
    return {.base_url = bucket.url(), .prefix = "es/set", .part = part, .limit = limit};
  }
  std::vector<RemoteScene> plan(const FakeBucket& bucket, const std::string& part = "",
                                int limit = 0) {
    return plan_fetch(settings(bucket, part, limit), folder_.path(), options_);
  }
  std::string content(const std::string& name) const { return read_file(folder_.path() / name); }

  TemporaryDirectory folder_;
  io::DownloadOptions options_ = {.max_attempts = 3, .pause = [](double) {}};
};

TEST_F(FetchScenes, ListsAllPagesAndTellsTheTotalFirst) {
  FakeBucket bucket(kSet);
  const auto scenes = plan(bucket);
  ASSERT_THAT(scenes, SizeIs(4));
  EXPECT_EQ(scenes[0].path, folder_.path() / "training/S3A_1.hdf");
  EXPECT_EQ(scenes[3].url, bucket.url() + "/es/set/inference/day/S3A_4.hdf");
  EXPECT_EQ(plan_text(scenes), "4 files, 0.0 GB; 0 files, 0.0 GB of them are there");
  EXPECT_THAT(bucket.fetched(), IsEmpty());
}

TEST_F(FetchScenes, FetchesIntoTheSetsFolders) {
  FakeBucket bucket(kSet);
  std::vector<std::size_t> told;
  fetch_scenes(plan(bucket), options_, [&](std::size_t index) { told.push_back(index); });
  EXPECT_EQ(content("training/S3A_2.hdf"), "second scene");
  EXPECT_EQ(content("training/deep/S3A_3.hdf"), "third");
  EXPECT_EQ(content("inference/day/S3A_4.hdf"), "fourth");
  EXPECT_THAT(told, ElementsAre(0, 1, 2, 3));
}

TEST_F(FetchScenes, KeepsWhatIsThere) {
  FakeBucket bucket(kSet);
  fetch_scenes(plan(bucket), options_);
  fs::resize_file(folder_.path() / "training/S3A_2.hdf", 3);
  const auto scenes = plan(bucket);
  EXPECT_EQ(plan_text(scenes), "4 files, 0.0 GB; 3 files, 0.0 GB of them are there");
  const std::size_t before = bucket.fetched().size();
  fetch_scenes(scenes, options_);
  ASSERT_EQ(bucket.fetched().size(), before + 1);
  EXPECT_EQ(content("training/S3A_2.hdf"), "second scene");
}

TEST_F(FetchScenes, ContinuesAFileWhenTheConnectionBreaks) {
  FakeBucket bucket(kSet);
  bucket.num_breaks = 1;
  fetch_scenes(plan(bucket, "training", 1), options_);
  EXPECT_EQ(content("training/S3A_1.hdf"), "first scene");
  EXPECT_THAT(bucket.fetched(), SizeIs(2));
}

TEST_F(FetchScenes, TakesAddressesWithASlashAtTheEnd) {
  FakeBucket bucket(kSet);
  FetchSettings s = settings(bucket, "inference");
  s.base_url += "/";
  s.prefix += "/";
  fetch_scenes(plan_fetch(s, folder_.path(), options_), options_);
  EXPECT_THAT(bucket.fetched(), ElementsAre("/sets/es/set/inference/day/S3A_4.hdf"));
}

TEST_F(FetchScenes, TakesOnePartAndTheFirstFilesOnly) {
  FakeBucket bucket(kSet);
  const auto scenes = plan(bucket, "training", 2);
  ASSERT_THAT(scenes, SizeIs(2));
  EXPECT_EQ(scenes[1].path.filename(), "S3A_2.hdf");
}

TEST_F(FetchScenes, KnowsTheOlderFolders) {
  FakeBucket bucket(
      {{"es/set/one-day/S3A_1.hdf", "old"}, {"es/set/ssts/night/S3A_2.hdf", "older"}});
  fetch_scenes(plan(bucket), options_);
  EXPECT_EQ(content("training/S3A_1.hdf"), "old");
  EXPECT_EQ(content("inference/night/S3A_2.hdf"), "older");
}

TEST_F(FetchScenes, RefusesAFileOfAnotherSize) {
  FakeBucket bucket(kSet, 5);
  try {
    fetch_scenes(plan(bucket, "inference"), options_);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kMismatch);
    EXPECT_THAT(error.what(), HasSubstr("S3A_4.hdf: 6 bytes came, but 11 are listed"));
  }
  EXPECT_FALSE(fs::exists(folder_.path() / "inference/day/S3A_4.hdf"));
}

TEST_F(FetchScenes, RefusesADiskThatIsTooSmall) {
  const std::vector<RemoteScene> huge = {
      {.url = "http://127.0.0.1:1/a", .path = folder_.path() / "a.hdf", .num_bytes = 1LL << 60}};
  try {
    fetch_scenes(huge, options_);
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("1152921504.6 GB are still to be fetched, but "));
  }
}

TEST_F(FetchScenes, WritesNothingOutsideItsFolder) {
  FakeBucket bucket(
      {{"es/set/training/../../../evil.hdf", "x"}, {"es/set/training/good.hdf", "y"}});
  const auto scenes = plan(bucket, "training");
  ASSERT_THAT(scenes, SizeIs(1));
  EXPECT_EQ(scenes[0].path.filename(), "good.hdf");
}

TEST_F(FetchScenes, SaysWhenTheBucketIsEmptyOrThePartUnknown) {
  FakeBucket bucket({});
  EXPECT_THROW(plan(bucket), Error);
  try {
    plan(bucket, "test");
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "fetch: the part is 'test', must be training or inference");
  }
}

TEST(BucketPage, NamesWhatIsNoListing) {
  for (const auto& [xml, quoted] : std::map<std::string, std::string>{
           {"<html>", "'<html>'"},
           {"<Error><Code>NoSuchBucket</Code></Error>", "'NoSuchBucket'"},
           {"<ListBucketResult><Contents><Key>a</Key></Contents></ListBucketResult>",
            "'Contents without Key or Size'"}}) {
    try {
      parse_bucket_page(xml, "http://s3/x");
      FAIL();
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr("http://s3/x: the server answers " + quoted));
    }
  }
}

TEST(ObjectUrl, EncodesAllButSlashes) {
  EXPECT_EQ(object_url("http://h/b", "a b/c+d.hdf"), "http://h/b/a%20b/c%2Bd.hdf");
}

}  // namespace
}  // namespace sciwright::cloudmask
