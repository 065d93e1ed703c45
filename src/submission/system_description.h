#pragma once

#include <string>

#include "record/python_json.h"

namespace sciwright::submission {

/// Who submits what, where. Names are those of the folders and of the records in the logs.
struct Identity {
  std::string org;
  std::string system;
  std::string division = "open";
  std::string status = "research";  ///< cloud, onprem, preview or research.
};

/// The system's description with the field names of MLPerf's systems/SYSTEM.json, filled from a
/// run's host.json. What the host record does not tell is an empty text, to be filled in by hand;
/// names of users, nodes and paths are left out.
record::Json system_description(const Identity& identity, const record::Json& host);

/// What must be equal for runs to be of one system: the description without its names, operating
/// system and libraries.
record::Json hardware_of(const record::Json& description);

}  // namespace sciwright::submission
