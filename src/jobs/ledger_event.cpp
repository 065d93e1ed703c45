#include "jobs/ledger_event.h"

#include <simdjson.h>

namespace sciwright::jobs {
namespace {

namespace dom = simdjson::dom;

LedgerEvent::Intended read_intended(dom::object row) {
  LedgerEvent::Intended job;
  for (const auto& [key, value] : row) {
    if (key == "id") job.id = std::string_view(value);
    if (key == "directory") job.directory = std::string_view(value);
    if (key == "attempt") job.attempt = static_cast<int>(std::int64_t(value));
  }
  return job;
}

void read_jobs(dom::array rows, LedgerEvent& event) {
  for (const dom::element row : rows) {
    if (row.is_object()) {
      event.intended.push_back(read_intended(row));
    } else {
      event.ids.emplace_back(std::string_view(row));
    }
  }
}

void read_field(std::string_view key, dom::element value, LedgerEvent& event) {
  if (key == "event") event.name = std::string_view(value);
  if (key == "parcel") event.parcel = std::string_view(value);
  if (key == "launcher") event.launcher = std::string_view(value);
  if (key == "message") event.message = std::string_view(value);
  if (key == "kind") event.kind = std::string_view(value);
  if (key == "utc_ns") event.utc_ns = std::int64_t(value);
  if (key == "jobs") read_jobs(value, event);
  if (key == "scheduler_ids") {
    for (const dom::element id : dom::array(value)) {
      event.scheduler_ids.emplace_back(std::string_view(id));
    }
  }
}

}  // namespace

struct LedgerEventReader::Parser {
  dom::parser parser;
};

const std::size_t LedgerEventReader::kPadding = simdjson::SIMDJSON_PADDING;

LedgerEventReader::LedgerEventReader() : parser_(std::make_unique<Parser>()) {}
LedgerEventReader::~LedgerEventReader() = default;

std::optional<LedgerEvent> LedgerEventReader::read(std::string_view line) {
  LedgerEvent event;
  try {
    const bool copies = false;
    const dom::object object = parser_->parser.parse(line.data(), line.size(), copies);
    for (const auto& [key, value] : object) read_field(key, value, event);
  } catch (const simdjson::simdjson_error&) {  // the parser's own way to say that a line is torn
    return std::nullopt;
  }
  return event;
}

}  // namespace sciwright::jobs
