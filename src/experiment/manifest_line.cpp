#include "experiment/manifest_line.h"

#include <array>
#include <simdjson.h>

namespace sciwright::experiment {
namespace {

namespace dom = simdjson::dom;

/// Texts of a line that are kept as they are; all of them must be there. The hashes are last.
constexpr std::array<std::pair<const char*, std::string ManifestEntry::*>, 8> kTexts = {{
    {"id", &ManifestEntry::id},
    {"name", &ManifestEntry::name},
    {"directory", &ManifestEntry::directory},
    {"script", &ManifestEntry::script},
    {"config", &ManifestEntry::config},
    {"hash", &ManifestEntry::hash},
    {"template_hash", &ManifestEntry::template_hash},
    {"assignment", &ManifestEntry::assignment},
}};
constexpr std::size_t kNumTextsWithoutHashes = 5;
constexpr unsigned kKindFound = 1U << kTexts.size();
constexpr unsigned kParametersFound = kKindFound << 1;
constexpr unsigned kAllFound = (kParametersFound << 1) - 1;

PackedPlace place_of(dom::object object) {
  PackedPlace place;
  for (const auto& [key, value] : object) {
    if (key == "offset_bytes") place.offset_bytes = std::uint64_t(value);
    if (key == "size_bytes") place.size_bytes = std::uint64_t(value);
  }
  return place;
}

/// Reads a field; returns the bit of what was found.
unsigned read_field(std::string_view key, dom::element value, std::size_t num_texts,
                    ManifestEntry& entry) {
  for (std::size_t i = 0; i < kTexts.size(); ++i) {
    if (key != kTexts[i].first) continue;
    const std::string_view text = value;
    if (i < num_texts) entry.*kTexts[i].second = text;
    return 1U << i;
  }
  if (key == "kind") return std::string_view(value) == "experiment" ? kKindFound : 0;
  if (key == "parameters") {
    entry.parameters_json = parameters_text(Json::parse(simdjson::minify(value)));
    return kParametersFound;
  }
  if (key == "packed") entry.packed = place_of(value);
  return 0;
}

std::size_t num_texts_of(ManifestDetail detail) {
  return detail == ManifestDetail::kAll ? kTexts.size() : kNumTextsWithoutHashes;
}

}  // namespace

struct ManifestLineReader::Parser {
  dom::parser parser;
};

const std::size_t ManifestLineReader::kPadding = simdjson::SIMDJSON_PADDING;

ManifestLineReader::ManifestLineReader(ManifestDetail detail)
    : detail_(detail), parser_(std::make_unique<Parser>()) {}
ManifestLineReader::~ManifestLineReader() = default;

bool ManifestLineReader::read(std::string_view line, ManifestEntry& entry) {
  const std::size_t num_texts = num_texts_of(detail_);
  unsigned found = 0;
  try {
    const bool copies = false;
    const dom::object object = parser_->parser.parse(line.data(), line.size(), copies);
    for (const auto& [key, value] : object) found |= read_field(key, value, num_texts, entry);
    return found == kAllFound;
  } catch (const simdjson::simdjson_error&) {  // the parser's own way to say so
  } catch (const Json::exception&) {
  }
  return false;
}

ManifestEntry entry_of(const Json& line, ManifestDetail detail) {
  const std::size_t num_texts = num_texts_of(detail);
  ManifestEntry entry;
  for (std::size_t i = 0; i < kTexts.size(); ++i) {
    auto text = line.at(kTexts[i].first).get<std::string>();
    if (i < num_texts) entry.*kTexts[i].second = std::move(text);
  }
  entry.parameters_json = parameters_text(line.at("parameters"));
  if (const auto packed = line.find("packed"); packed != line.end()) {
    entry.packed = {packed->at("offset_bytes").get<std::uint64_t>(),
                    packed->at("size_bytes").get<std::uint64_t>()};
  }
  return entry;
}

}  // namespace sciwright::experiment
