#pragma once

#include <cstddef>
#include <string>

#include "coordinator/snapshot.h"

namespace sciwright::server {

/// Why a job is where it is, and a command that helps.
struct JobExplanation {
  std::string text;
  std::string command;
};

JobExplanation explain_job(const coordinator::Snapshot& snapshot, std::size_t node);

}  // namespace sciwright::server
