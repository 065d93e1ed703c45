#include "energy/smi_document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "energy/smi_fixtures.h"

namespace sciwright::energy {
namespace {

using ::testing::HasSubstr;

std::string message_for(const std::string& xml) {
  try {
    parse_smi_xml(xml, "smi.xml");
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUsage);
    return error.what();
  }
  return "no error";
}

TEST(SmiDocument, ReadsAGpuOfAnOldDriver) {
  const std::vector<Json> gpus = smi_gpus(parse_smi_xml(kOldSmiXml, "smi.xml"));
  ASSERT_EQ(gpus.size(), 2U);
  EXPECT_EQ(gpus[0]["@id"], "00000000:07:00.0");
  const Reading reading = smi_reading(gpus[0]);
  EXPECT_EQ(reading.power_w, 316.64);
  EXPECT_EQ(reading.temperature_c, 62.0);
  EXPECT_EQ(reading.utilization_fraction, 1.0);
  EXPECT_EQ(reading.memory_utilization_fraction, 0.75);
  EXPECT_EQ(reading.encoder_fraction, 0.0);
  EXPECT_EQ(reading.memory_used_bytes, 19161LL << 20);
}

TEST(SmiDocument, ReadsNothingWhereTheDriverSaysNotAvailable) {
  const Reading reading = smi_reading(smi_gpus(parse_smi_xml(kOldSmiXml, "smi.xml"))[1]);
  EXPECT_EQ(reading.power_w, std::nullopt);
  EXPECT_EQ(reading.encoder_fraction, std::nullopt);
  EXPECT_EQ(reading.memory_used_bytes, 0);
}

TEST(SmiDocument, ReadsTheNewNamesOfPower) {
  const Json document = parse_smi_xml(kNewSmiXml, "smi.xml");
  EXPECT_EQ(smi_reading(smi_gpus(document).at(0)).power_w, 120.5);
  EXPECT_EQ(smi_device(smi_gpus(document)[0], 3).name, "gpu3");
}

TEST(SmiDocument, TellsTheTimeOfADocument) {
  EXPECT_EQ(smi_time_ns(parse_smi_xml(kOldSmiXml, "smi.xml")), 1'795'305'868'000'000'000);
}

TEST(SmiDocument, BecomesXmlAgain) {
  const Json document = parse_smi_xml(kOldSmiXml, "smi.xml");
  EXPECT_EQ(parse_smi_xml(smi_xml(document), "again.xml"), document);
}

TEST(SmiDocument, SaysWhereTheXmlBreaksOff) {
  EXPECT_THAT(message_for(kOldSmiXml.substr(0, 600)), HasSubstr("smi.xml:"));
  EXPECT_THAT(message_for(kOldSmiXml.substr(0, 600)), HasSubstr("is no complete XML"));
}

TEST(SmiDocument, ReadsTheDocumentsOfALoop) {
  std::vector<std::size_t> num_gpus;
  const auto count = [&](const Json& document) { num_gpus.push_back(smi_gpus(document).size()); };
  const Problems problems =
      visit_smi_documents(kOldSmiXml + kNewSmiXml + kNewSmiXml.substr(0, 200), "smi.xml", count);
  EXPECT_EQ(num_gpus, (std::vector<std::size_t>{2, 1}));
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_THAT(problems[0], HasSubstr("is no complete XML"));
  EXPECT_THAT(problems[0], HasSubstr("; the document is left out"));
  EXPECT_THROW(visit_smi_documents("<?xml?><a>", "smi.xml", count), Error);
}

TEST(SmiDocument, ReplacesBytesThatAreNotUtf8AndSaysSo) {
  const std::string xml =
      "<nvidia_smi_log><gpu><product_name>A\xff</product_name></gpu></nvidia_smi_log>";
  Json seen;
  const Problems problems =
      visit_smi_documents(xml, "smi.xml", [&](const Json& document) { seen = document; });
  EXPECT_EQ(seen["nvidia_smi_log"]["gpu"]["product_name"], "A\uFFFD");
  EXPECT_EQ(problems,
            Problems{"smi.xml:1: bytes of the document are not UTF-8 and read as U+FFFD"});
}

TEST(SmiDocument, SaysThatOtherXmlIsNotIt) {
  EXPECT_EQ(message_for("<a>1</a>"),
            "smi.xml: is no output of nvidia-smi -q -x: it has no <nvidia_smi_log>");
}

TEST(SmiDocument, HasNoGpuWhereTheDriverFoundNone) {
  EXPECT_TRUE(smi_gpus(parse_smi_xml("<nvidia_smi_log/>", "smi.xml")).empty());
}

TEST(SmiDocument, RefusesElementsThatAreNestedWithoutEnd) {
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<a b='</x>'><!--</x>--><![CDATA[</x>]]>";
  EXPECT_EQ(message_for(deep), "smi.xml: its elements are nested more than 100 deep");
  std::string wide = "<nvidia_smi_log>";
  for (int i = 0; i < 1000; ++i) wide += "<a b='/'><c/></a>";
  EXPECT_NO_THROW(parse_smi_xml(wide + "</nvidia_smi_log>", "smi.xml"));
}

TEST(SmiDocument, ReadsNoPowerThatIsNotFinite) {
  EXPECT_FALSE(number_with_unit("inf W"));
  EXPECT_FALSE(number_with_unit("nan W"));
  EXPECT_EQ(number_with_unit("12.5 W"), 12.5);
}

}  // namespace
}  // namespace sciwright::energy
