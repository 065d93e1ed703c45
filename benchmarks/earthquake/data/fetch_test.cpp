#include "earthquake/data/fetch.h"

#include <csignal>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/files.h"
#include "base/hash.h"
#include "earthquake/data/catalogue_reader.h"
#include "earthquake/data/catalogue_rows.h"
#include "io/fake_server.h"
#include "record/run_lock.h"

namespace sciwright::earthquake {
namespace {

using io::fake_answer;
using io::FakeRequest;
using io::FakeServer;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string kGeoJson =
    R"({"features": [{"geometry": {"type": "LineString", "coordinates": [[-117, 33], [-116, 34]]}}]})";

/// Two earthquakes of a year in the form of the SCEDC.
std::string scedc_year(const std::string& year) {
  return "# The following is an SCEDC-format listing for " + year + "\n" + year +
         "/01/01 00:03:49.20 eq  l 1.33 c    33.789 -116.166   7.6 A    " + year + "1   12   14\n" +
         year + "/06/01 00:03:49.20 eq  l 5.25 c    33.789 -116.166   7.6 A    " + year +
         "2   12   14\n";
}

/// A good SCEDC server that also has a fault file.
std::string serve_scedc(const FakeRequest& request) {
  const std::string& target = request.target;
  if (target == "/faults") return fake_answer("200 OK", kGeoJson);
  const std::string year = target.substr(target.rfind('/') + 1, 4);
  return fake_answer("200 OK", scedc_year(year), "ETag: \"" + year + "\"\r\n");
}

/// The value of a parameter of an address.
std::string parameter(const std::string& target, const std::string& name) {
  const std::size_t start = target.find(name + "=") + name.size() + 1;
  return target.substr(start, target.find('&', start) - start);
}

/// An FDSN event service with an event each 3 days of 1992 and none before, that refuses to give
/// more than `limit` at once.
std::string serve_usgs(const FakeRequest& request, int limit) {
  const std::int64_t start = parse_time_ms(parameter(request.target, "starttime")).value();
  const std::int64_t end = parse_time_ms(parameter(request.target, "endtime")).value();
  constexpr std::int64_t kStepMs = 3 * 86'400'000LL;
  std::string rows = "time,latitude,longitude,depth,mag,magType,id,place,type\n";
  int count = 0;
  const std::int64_t first = days_from_civil(1992, 1, 1) * 86'400'000;
  for (std::int64_t ms = first; ms < first + 120 * kStepMs; ms += kStepMs) {
    if (ms < start || ms > end) continue;
    ++count;
    rows += fmt::format("{},33.5,-116.5,7.1,{:.2f},ml,ci{},\"3 km N of Anza, CA\",earthquake\n",
                        utc_iso8601(ms * 1'000'000, 3), 2 + count * 0.01, ms);
  }
  if (request.target.starts_with("/count"))
    return fake_answer("200 OK", fmt::format("{}\n", count));
  if (count > limit) return fake_answer("400 Bad Request", "exceeds search limit");
  return fake_answer("200 OK", rows);
}

class FetchEarthquake : public ::testing::Test {
 protected:
  FetchReport fetch(const FakeServer& server, FetchSettings settings) {
    settings.scedc_url = server.url("/SCEC_DC");
    settings.usgs_url = server.url("/");
    if (!settings.faults_url.empty()) settings.faults_url = server.url("/faults");
    return fetch_earthquake_data(settings, folder_.path(), options_);
  }

  std::string file(const std::string& name) const { return read_file(folder_.path() / name); }

  TemporaryDirectory folder_;
  io::DownloadOptions options_ = {.pause = [](double) {}};
};

std::vector<std::string> targets(const FakeServer& server) {
  std::vector<std::string> all;
  for (const FakeRequest& request : server.requests()) all.push_back(request.target);
  return all;
}

TEST_F(FetchEarthquake, FetchesScedcYearsFaultsAndDerivesTheLargest) {
  FakeServer server(serve_scedc);
  const FetchReport report = fetch(server, {.first_year = 1951, .last_year = 1953});
  EXPECT_EQ(report.num_fetched, 4);
  EXPECT_EQ(report.num_earthquakes, 6);
  EXPECT_THAT(targets(server), ElementsAre("/SCEC_DC/1951.catalog", "/SCEC_DC/1952.catalog",
                                           "/SCEC_DC/1953.catalog", "/faults"));
  EXPECT_EQ(file("catalogue_scedc/1952.catalog"), scedc_year("1952"));
  EXPECT_EQ(file("faults.geojson"), kGeoJson);
  EXPECT_THAT(file("topearthquakes_20.csv"), HasSubstr("date,longitude,latitude,mag,depth,name\n"
                                                       "1951-06-01,-116.166,33.789,5.25,7.6,"));
  EXPECT_EQ(read_catalogue(report.catalogue).events.size(), 6U);
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / ".fetching"));
}

TEST_F(FetchEarthquake, NotesChecksumsAsSha256sumDoes) {
  FakeServer server(serve_scedc);
  fetch(server, {.first_year = 1952, .last_year = 1952});
  EXPECT_THAT(file("SHA256SUMS"),
              HasSubstr(sha256_hex(scedc_year("1952")) + "  catalogue_scedc/1952.catalog\n"));
}

TEST_F(FetchEarthquake, KeepsWhatIsThereButForTheLastYear) {
  FakeServer server(serve_scedc);
  fetch(server, {.first_year = 1951, .last_year = 1953});
  const FetchReport again = fetch(server, {.first_year = 1951, .last_year = 1953});
  EXPECT_EQ(again.num_kept, 3);
  EXPECT_EQ(again.num_fetched, 1);
  EXPECT_EQ(targets(server).back(), "/SCEC_DC/1953.catalog");
}

TEST_F(FetchEarthquake, FetchesAFileAgainThatWasDamaged) {
  FakeServer server(serve_scedc);
  fetch(server, {.first_year = 1951, .last_year = 1953});
  write_file_atomic(folder_.path() / "catalogue_scedc/1952.catalog", "damaged\n");
  EXPECT_EQ(fetch(server, {.first_year = 1951, .last_year = 1953}).num_fetched, 2);
  EXPECT_EQ(file("catalogue_scedc/1952.catalog"), scedc_year("1952"));
}

TEST_F(FetchEarthquake, SurvivesBrokenConnectionsAndABusyServer) {
  int calls = 0;
  FakeServer server([&](const FakeRequest& request) {
    ++calls;
    if (calls % 3 == 1) return fake_answer("503 Service Unavailable", "busy");
    if (calls % 3 == 2) return io::broken(serve_scedc(request), 9);
    return serve_scedc(request);
  });
  EXPECT_EQ(fetch(server, {.first_year = 1951, .last_year = 1952}).num_earthquakes, 4);
}

TEST_F(FetchEarthquake, LetsOneProgramAtATimeIntoAFolder) {
  FakeServer server(serve_scedc);
  const record::RunLock other(folder_.path() / "fetch.lock", system_clock(),
                              {"another", 1, "2", ""});
  EXPECT_THROW(fetch(server, {.first_year = 1951, .last_year = 1951}), Error);
  EXPECT_TRUE(server.requests().empty());
}

TEST_F(FetchEarthquake, GoesOnAfterTheProgramWasKilled) {
  FakeServer server(serve_scedc);
  io::DownloadOptions lethal = options_;
  // The death test's child fetches 1951 and is killed when the first bytes of 1952 are there.
  int num_files = 0;
  lethal.on_progress = [&](std::int64_t done_bytes, std::optional<std::int64_t>) {
    if (num_files == 2 && done_bytes > 0) std::raise(SIGKILL);
  };
  const FetchProgress count_files = [&](const std::string&, int, int) { ++num_files; };
  const FetchSettings settings = {
      .scedc_url = server.url("/SCEC_DC"), .faults_url = "", .first_year = 1951, .last_year = 1953};
  EXPECT_EXIT(fetch_earthquake_data(settings, folder_.path(), lethal, count_files),
              ::testing::KilledBySignal(SIGKILL), "");
  EXPECT_TRUE(std::filesystem::exists(folder_.path() / "catalogue_scedc/1951.catalog"));
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "catalogue_scedc/1952.catalog"));

  const std::size_t num_before = server.requests().size();
  const FetchReport report = fetch_earthquake_data(settings, folder_.path(), options_);
  EXPECT_EQ(report.num_kept, 1);
  EXPECT_EQ(report.num_earthquakes, 6);
  EXPECT_EQ(server.requests().at(num_before).target, "/SCEC_DC/1952.catalog");
  EXPECT_EQ(server.requests().at(num_before).headers.count("if-range"), 1U);
}

TEST_F(FetchEarthquake, KeepsAnEmptyYearOutOfTheCatalogue) {
  FakeServer server([](const FakeRequest&) { return fake_answer("200 OK", ""); });
  try {
    fetch(server, {.first_year = 1951, .last_year = 1952});
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("1951.catalog: the server sent an empty file"));
  }
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "catalogue_scedc/1951.catalog"));
}

TEST_F(FetchEarthquake, KeepsAnErrorPageOutOfTheCatalogue) {
  FakeServer server([](const auto&) { return fake_answer("200 OK", "<html>maintenance</html>"); });
  try {
    fetch(server, {.first_year = 1951, .last_year = 1952});
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr(server.url("/SCEC_DC/1951.catalog")));
    EXPECT_THAT(error.what(), HasSubstr("<html>maintenance</html>"));
  }
  EXPECT_TRUE(sorted_entries(folder_.path() / "catalogue_scedc").empty());
}

TEST_F(FetchEarthquake, NamesAYearThatTheServerDoesNotHave) {
  FakeServer server([](const auto&) { return fake_answer("404 Not Found", ""); });
  try {
    fetch(server, {.first_year = 1951, .last_year = 1952});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kFailure);
    EXPECT_EQ(error.what(),
              server.url("/SCEC_DC/1951.catalog") + ": the server answers with status 404");
  }
}

TEST_F(FetchEarthquake, HalvesSpansUntilTheEventServiceGivesThem) {
  FakeServer server([](const FakeRequest& request) { return serve_usgs(request, 40); });
  const FetchReport report = fetch(server, {.source = "usgs",
                                            .faults_url = "",
                                            .first_year = 1991,
                                            .last_year = 1992,
                                            .usgs_limit = 40});
  EXPECT_EQ(report.num_earthquakes, 120);
  EXPECT_EQ(file("catalogue_usgs/1991.csv"), "");
  const Catalogue catalogue = read_catalogue(report.catalogue);
  EXPECT_EQ(catalogue.events.size(), 120U);
  EXPECT_EQ(catalogue.num_repeated, 0);
  EXPECT_EQ(catalogue.num_rows, 120);
  EXPECT_THAT(targets(server).at(0), HasSubstr("/count?format=text&starttime=1991-01-01T00:00:00"));
  EXPECT_THAT(targets(server).back(), HasSubstr("endtime=1992-12-31T23:59:59.999Z&minlatitude=32&"
                                                "maxlatitude=36&minlongitude=-120&"
                                                "maxlongitude=-114&orderby=time-asc"));
}

TEST_F(FetchEarthquake, UsesThePagesOfAnInterruptedFetch) {
  int num_queries = 0;
  bool fails = true;
  FakeServer server([&](const FakeRequest& request) {
    const bool is_query = request.target.starts_with("/query");
    if (is_query && ++num_queries == 3 && fails) return fake_answer("404 Not Found", "");
    return serve_usgs(request, 40);
  });
  const FetchSettings settings = {
      .source = "usgs", .faults_url = "", .first_year = 1992, .last_year = 1992, .usgs_limit = 40};
  EXPECT_THROW(fetch(server, settings), Error);
  fails = false;
  num_queries = 0;
  EXPECT_EQ(fetch(server, settings).num_earthquakes, 120);
  EXPECT_EQ(num_queries, 2);  // four pages, two of them were there
}

TEST_F(FetchEarthquake, QuotesAnEventServiceThatDoesNotCount) {
  FakeServer server([](const auto&) { return fake_answer("200 OK", "no idea\n"); });
  try {
    fetch(server, {.source = "usgs", .faults_url = "", .first_year = 1992, .last_year = 1992});
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("the server answers 'no idea', expected a number"));
  }
}

TEST_F(FetchEarthquake, TellsWhichFileComesNext) {
  FakeServer server(serve_scedc);
  std::vector<std::string> seen;
  fetch_earthquake_data({.scedc_url = server.url("/S/"),
                         .faults_url = server.url("/faults"),
                         .first_year = 1951,
                         .last_year = 1952},
                        folder_.path(), options_,
                        [&](const std::string& name, int done, int total) {
                          seen.push_back(fmt::format("{} {}/{}", name, done, total));
                        });
  EXPECT_THAT(seen, ElementsAre("catalogue_scedc/1951.catalog 0/3",
                                "catalogue_scedc/1952.catalog 1/3", "faults.geojson 2/3"));
}

TEST_F(FetchEarthquake, ReportsAllBadSettingsAtOnce) {
  FetchSettings settings;
  settings.source = "isc";
  settings.last_year = 1940;
  try {
    fetch_earthquake_data(settings, folder_.path());
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUsage);
    EXPECT_STREQ(error.what(),
                 "fetch: source is 'isc', must be scedc or usgs\n"
                 "fetch: last_year is 1940, must be 1950 (first_year) or later");
  }
}

}  // namespace
}  // namespace sciwright::earthquake
