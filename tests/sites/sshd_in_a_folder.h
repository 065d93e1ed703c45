#pragma once

#include <string>
#include <vector>

#include "base/files.h"
#include "daemon.h"

namespace sciwright {

/// A real sshd for tests, whole in a temporary folder, on a free port of the loopback interface. It
/// lets the user of the test in by a key made for it. Needs root. Nothing is left behind, neither
/// jobs nor connections whose control socket is in the folder.
class SshdInAFolder final {
 public:
  /// Why there can be none here (packages or rights that are missing); empty when there can.
  static std::string obstacle();

  /// Throws a failure with its log when it does not come up.
  SshdInAFolder();
  ~SshdInAFolder();
  SshdInAFolder(const SshdInAFolder&) = delete;
  SshdInAFolder& operator=(const SshdInAFolder&) = delete;

  /// The name that `ssh_options` make an alias for it.
  static constexpr const char* kHost = "box";
  /// Options of ssh: its own configuration file.
  std::vector<std::string> ssh_options() const;

  /// Takes no more connections.
  void stop();
  /// Answers again, at the same port.
  void start();

  const std::filesystem::path& folder() const { return folder_.path(); }

 private:
  std::string path(const std::string& name) const { return (folder() / name).string(); }

  const TemporaryDirectory folder_;
  const int port_ = free_port();
  Daemon sshd_;
};

}  // namespace sciwright
