#include "tuning/event.h"

#include <fmt/format.h>

#include "base/error.h"

namespace sciwright::tuning {
namespace {

const char* kind_name(Event::Kind kind) {
  switch (kind) {
    case Event::Kind::kStart:
      return "start";
    case Event::Kind::kEnd:
      return "end";
    case Event::Kind::kReleased:
      break;
  }
  return "released";
}

Event::Kind kind_named(const std::string& name) {
  if (name == "start") return Event::Kind::kStart;
  if (name == "end") return Event::Kind::kEnd;
  if (name == "released") return Event::Kind::kReleased;
  throw usage_error(fmt::format("'{}' is no event", name));
}

Json worker_json(const Worker& worker) {
  return {{"host", worker.host},
          {"pid", worker.pid},
          {"pid_start", worker.pid_start},
          {"boot", worker.boot},
          {"slurm_job_id", worker.slurm_job_id}};
}

}  // namespace

std::string Worker::name() const { return fmt::format("{}-{}-{}", host, pid, pid_start); }

std::string event_line(const Event& event) {
  Json line = {{"event", kind_name(event.kind)},
               {"trial", event.trial},
               {"rung", event.rung},
               {"attempt", event.attempt},
               {"utc", event.utc},
               {"worker", worker_json(event.worker)}};
  if (event.kind == Event::Kind::kStart) {
    line["experiment"] = event.experiment;
    line["parameters"] = event.parameters;
    line["units"] = event.units;
    line["origin"] = event.origin;
  } else {
    if (event.kind == Event::Kind::kEnd) line["value"] = event.value ? Json(*event.value) : Json();
    line["reason"] = event.reason;
  }
  return line.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Event parse_event(const std::string& line, const std::string& where) {
  Event event;
  try {
    const Json json = Json::parse(line);
    event.kind = kind_named(json.at("event").get<std::string>());
    json.at("trial").get_to(event.trial);
    json.at("rung").get_to(event.rung);
    json.at("attempt").get_to(event.attempt);
    json.at("utc").get_to(event.utc);
    const Json& worker = json.at("worker");
    event.worker = {worker.at("host"), worker.at("pid"), worker.at("pid_start"), worker.at("boot"),
                    worker.at("slurm_job_id")};
    if (event.kind == Event::Kind::kStart) {
      json.at("experiment").get_to(event.experiment);
      event.parameters = json.at("parameters");
      json.at("units").get_to(event.units);
      json.at("origin").get_to(event.origin);
      return event;
    }
    json.at("reason").get_to(event.reason);
    if (event.kind == Event::Kind::kEnd && !json.at("value").is_null()) {
      event.value = json.at("value").get<double>();
    }
  } catch (const Json::exception& error) {
    throw usage_error(
        fmt::format("{}: this is no event of a tuned study: {}", where, error.what()));
  }
  return event;
}

}  // namespace sciwright::tuning
