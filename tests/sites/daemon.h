#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace sciwright {

/// A program that a test runs beside itself. It is killed with the test, whatever becomes of it,
/// and by the destructor.
class Daemon final {
 public:
  Daemon() = default;
  /// Starts it in the foreground; what it writes goes to `log`.
  Daemon(const std::vector<std::string>& arguments, const std::filesystem::path& log);
  ~Daemon() { stop(); }
  Daemon(Daemon&& other) noexcept : pid_(other.pid_) { other.pid_ = 0; }
  Daemon& operator=(Daemon&& other) noexcept;

  bool is_running() const;
  /// SIGTERM, and SIGKILL where that does not help within 10 s; waits for its end.
  void stop();
  /// SIGKILL; waits for its end.
  void kill();

 private:
  pid_t pid_ = 0;
};

/// Waits until `ready` is true; false after `limit_s`. For programs that do not say when they are
/// up.
bool wait_until(const std::function<bool()>& ready, double limit_s);

/// A TCP port of the loopback interface that nobody uses now.
int free_port();

/// Those of the programs that are not installed, separated by blanks; empty when all are.
std::string missing_programs(const std::vector<std::string>& programs);

/// Where a program is: PATH, and the folders of an administrator's. Empty when it is not.
std::string program_path(const std::string& program);

/// Kills every process that was started with this setting in its environment.
void kill_processes_with(const std::string& setting);

/// The processes whose command line, or what they made of it, has this text in it.
std::vector<pid_t> processes_naming(const std::string& text);

/// Kills them, and what they start meanwhile, and waits until they are gone.
void kill_processes_naming(const std::string& text);

}  // namespace sciwright
