#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>

#include <sys/wait.h>

namespace sciwright {

/// Whether `./dev test --long` runs: the long checks whole.
inline bool is_long() {
  const char* value = std::getenv("SCIWRIGHT_LONG");
  return value != nullptr && std::string(value) == "1";
}

/// How a run of the program ended.
struct Ended {
  int code = 0;
  std::string text;  ///< stdout and stderr, as on a terminal.
};

/// Runs a command by the shell.
inline Ended run_shell(const std::string& command, const std::string& redirect = "2>&1") {
  FILE* pipe = ::popen((command + " " + redirect).c_str(), "r");
  Ended ended;
  char buffer[4096];
  while (const std::size_t count = std::fread(buffer, 1, sizeof buffer, pipe)) {
    ended.text.append(buffer, count);
  }
  const int status = ::pclose(pipe);
  ended.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return ended;
}

/// Runs `sciwright ARGUMENTS` by the shell.
inline Ended sciwright_with(const std::string& arguments, const std::string& redirect = "2>&1") {
  return run_shell(std::string(SCIWRIGHT_PROGRAM) + " " + arguments, redirect);
}

}  // namespace sciwright
