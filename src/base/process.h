#pragma once

#include <string>
#include <vector>

namespace sciwright {

/// What to run, and how.
struct Command {
  std::vector<std::string> arguments =
      {};                    ///< Program first; one without `/` is looked up in PATH.
  std::string input = {};    ///< Its standard input.
  double time_limit_s = 0;   ///< Killed after that; 0 for never.
  bool interactive = false;  ///< Stays in our session, so that it may ask the terminal.
};

/// How a command ended.
struct CommandResult {
  bool found = false;      ///< False when the program is not there or not executable.
  bool timed_out = false;  ///< Killed at the time limit.
  int exit_code = -1;      ///< -1 when it was not found or ended by a signal.
  int signal = 0;          ///< The signal that ended it, or 0.
  std::string output;      ///< All of stdout.
  std::string error;       ///< All of stderr.

  bool succeeded() const { return exit_code == 0; }
};

/// Runs a program, without a shell and (unless interactive) in a session of its own, and waits for
/// its end. Throws a failure only when the system has no pipes or processes left.
CommandResult run_command(const Command& command);

/// This machine's name.
std::string host_name();

/// The kernel's id of this boot; empty where there is none. Process numbers begin anew with it.
std::string boot_id();

/// Start of a process in clock ticks since boot, which tells it from a later one with the same
/// number; empty when there is no such process. One that has ended is there until it is reaped (but
/// not when that is left to an init that does not do it).
std::string process_start(int pid);

}  // namespace sciwright
