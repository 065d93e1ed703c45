#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "record/result.h"
#include "submission/log_facts.h"
#include "submission/system_description.h"

namespace sciwright::submission {

/// What `submission pack` is told. Empty texts: what the runs say themselves.
struct PackRequest {
  std::string org = {};
  std::string system = {};
  std::string division = "open";  ///< The working group takes no other.
  std::string status = {};
  std::string descriptor = {};  ///< Name of the submission's folder.
  std::string repo = {};        ///< Where the code is.
  std::string branch = {};
  std::string version = {};
  std::string tag = {};
  std::vector<std::string> data_commands = {};  ///< That fetch the data.
  std::vector<std::filesystem::path> scripts = {};
  std::filesystem::path contribution = {};  ///< A PDF; empty: a skeleton is made.
  /// Settings that name files of data, by benchmark: their folders are left out.
  std::map<std::string, std::vector<std::string>> data_settings = {};
};

/// A finished run that is to be packed.
struct RunToPack {
  std::filesystem::path folder;
  record::RunResult result;
  record::Json host;
  record::Json config;  ///< All of its config.yaml.
  std::string log;      ///< The text of its mllog.log.
  LogFacts facts;
};

/// Repeats of one experiment on one system: what becomes a submission.
struct Batch {
  Identity identity;
  std::string application;
  std::string descriptor;
  record::Json system;                   ///< Its description.
  std::vector<std::string> new_records;  ///< Keys that the packed logs say otherwise.
  std::vector<RunToPack> runs;           ///< By seed.

  /// The batch's folder below the tree's.
  std::filesystem::path folder() const;
};

/// Reads the runs at and below the paths (report::load) and puts repeats together: runs alike in
/// everything but the seed. Throws a usage error that lists all that stands in the way: runs that
/// are unfinished, invalid, of no MLCommons Science benchmark or not on record, seeds that occur
/// twice, one system name for different hardware, names that make no folder, logs that break the
/// rules.
std::vector<Batch> read_batches(const std::vector<std::filesystem::path>& paths,
                                const PackRequest& request);

}  // namespace sciwright::submission
