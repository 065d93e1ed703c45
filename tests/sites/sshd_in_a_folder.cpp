#include "sshd_in_a_folder.h"

#include <unistd.h>

#include <fmt/format.h>

#include "base/error.h"
#include "base/process.h"

namespace sciwright {

namespace fs = std::filesystem;

std::string SshdInAFolder::obstacle() {
  if (::geteuid() != 0) return "sshd needs root";
  const std::string missing = missing_programs({"sshd", "ssh", "ssh-keygen", "rsync"});
  return missing.empty() ? "" : "not installed: " + missing;
}

SshdInAFolder::SshdInAFolder() {
  for (const char* key : {"host_key", "user_key"}) {
    run_command({.arguments = {"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path(key)}});
  }
  fs::copy(path("user_key.pub"), path("authorized_keys"));
  write_file_atomic(path("sshd_config"),
                    fmt::format("Port {0}\nListenAddress 127.0.0.1\nHostKey {1}/host_key\n"
                                "AuthorizedKeysFile {1}/authorized_keys\nStrictModes no\n"
                                "UsePAM no\nPasswordAuthentication no\nPidFile none\n"
                                "PermitRootLogin yes\nSetEnv SCIWRIGHT_SSHD={1}\n",
                                port_, folder().string()));
  write_file_atomic(path("ssh_config"),
                    fmt::format("Host {0}\n  HostName 127.0.0.1\n  Port {1}\n  User root\n"
                                "  IdentityFile {2}/user_key\n  IdentitiesOnly yes\n"
                                "  UserKnownHostsFile {2}/known_hosts\n"
                                "  StrictHostKeyChecking accept-new\n  LogLevel ERROR\n",
                                kHost, port_, folder().string()));
  fs::create_directories("/run/sshd");  // sshd insists on this one, whatever its configuration
  start();
}

SshdInAFolder::~SshdInAFolder() {
  stop();
  kill_processes_with("SCIWRIGHT_SSHD=" + folder().string());  // jobs that survived their logout
  // Connections that outlive the command that made them, as one that was killed meanwhile left it.
  kill_processes_naming(folder().string());
}

std::vector<std::string> SshdInAFolder::ssh_options() const { return {"-F", path("ssh_config")}; }

void SshdInAFolder::start() {
  sshd_ = Daemon({program_path("sshd"), "-D", "-e", "-f", path("sshd_config")}, path("sshd.out"));
  std::vector<std::string> probe = {"ssh"};
  for (const std::string& option : ssh_options()) probe.push_back(option);
  probe.insert(probe.end(), {kHost, "true"});
  if (wait_until([&] { return run_command({.arguments = probe}).succeeded(); }, 20)) return;
  throw Error(ErrorKind::kFailure, "sshd does not come up\n" + read_file(path("sshd.out")));
}

void SshdInAFolder::stop() { sshd_.stop(); }

}  // namespace sciwright
