#pragma once

#include <stdexcept>
#include <string>
#include <vector>

namespace sciwright {

/// What went wrong, as the exit code of the programs tells it.
enum class ErrorKind {
  kFailure = 1,      ///< Something failed: a call, a job, a check, a bug.
  kUsage = 2,        ///< The user's command, configuration or input is wrong.
  kUnreachable = 3,  ///< A scheduler or host does not answer.
  kTimeLimit = 4,    ///< Stopped by a time limit or a signal; the run can be resumed.
  kMismatch = 5,     ///< A verification found other values than it should.
  kInterrupted = 130,
};

/// Sentences for a person, each with file, key or host, what was found and what was expected.
using Problems = std::vector<std::string>;

/// The one exception type of sciwright. Catch it in main, in server routes and in the engine only.
class Error final : public std::runtime_error {
 public:
  Error(ErrorKind kind, const std::string& message) : std::runtime_error(message), kind_(kind) {}

  ErrorKind kind() const { return kind_; }
  int exit_code() const { return static_cast<int>(kind_); }

 private:
  ErrorKind kind_;
};

/// Shorthand for the commonest kind: the user's input is wrong (exit code 2).
Error usage_error(const std::string& message);

/// Throws one usage error that lists every problem, a line each; returns when there is none.
void throw_if_any(const Problems& problems);

}  // namespace sciwright
