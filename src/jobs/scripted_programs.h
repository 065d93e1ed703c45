#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/files.h"
#include "base/process.h"
#include "jobs/launcher.h"

/// For tests: a scheduler's programs that answer as they are told to.
namespace sciwright::jobs {

class ScriptedProgramsTest : public testing::Test {
 protected:
  /// What a launcher runs its commands by; they are kept, and answered by the program's name.
  std::function<CommandResult(const Command&)> runner() {
    return [this](const Command& command) {
      commands.push_back(command);
      return answers[command.arguments.front()];
    };
  }

  static CommandResult says(int exit_code, const std::string& output, const std::string& error) {
    CommandResult result;
    result.found = true;
    result.exit_code = exit_code;
    result.output = output;
    result.error = error;
    return result;
  }

  std::vector<Job> make_jobs(int count) {
    std::vector<Job> jobs;
    for (int i = 0; i < count; ++i) {
      jobs.push_back({.id = std::to_string(i),
                      .directory = folder.path() / std::to_string(i),
                      .command = {"true"}});
    }
    return jobs;
  }

  TemporaryDirectory folder;
  std::vector<Command> commands;
  std::map<std::string, CommandResult> answers;
};

}  // namespace sciwright::jobs
