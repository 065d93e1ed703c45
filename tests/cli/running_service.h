#pragma once

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>

extern char** environ;

namespace sciwright {

/// A connection that sends any bytes at all.
class RawConnection final {
 public:
  explicit RawConnection(int port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    is_open_ = ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  ~RawConnection() { ::close(socket_); }
  RawConnection(const RawConnection&) = delete;
  RawConnection& operator=(const RawConnection&) = delete;

  bool is_open() const { return is_open_; }

  /// False once the other side has gone.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }

  /// No more will be sent.
  void end() { ::shutdown(socket_, SHUT_WR); }

  /// What comes until `text` is in it, the connection ends, or the time is over.
  std::string read_until(std::string_view text, double limit_s = 20) {
    while (text.empty() || received_.find(text) == std::string::npos) {
      pollfd end = {socket_, POLLIN, 0};
      if (::poll(&end, 1, static_cast<int>(limit_s * 1000)) <= 0) {
        timed_out_ = true;
        break;
      }
      char buffer[65536];
      const ssize_t count = ::recv(socket_, buffer, sizeof buffer, 0);
      if (count <= 0) break;
      received_.append(buffer, static_cast<std::size_t>(count));
    }
    return received_;
  }
  /// Whether the last read ended because nothing came.
  bool timed_out() const { return timed_out_; }

 private:
  int socket_;
  bool is_open_ = false;
  bool timed_out_ = false;
  std::string received_;
};

/// An answer taken apart.
struct HttpAnswer {
  int status = 0;
  std::string head;
  std::string body;

  /// A header's value; empty without one.
  std::string header(const std::string& name) const {
    const std::size_t at = head.find("\r\n" + name + ": ");
    if (at == std::string::npos) return {};
    const std::size_t begin = at + name.size() + 4;
    return head.substr(begin, head.find("\r\n", begin) - begin);
  }
};

inline HttpAnswer take_apart(const std::string& text) {
  const std::size_t end = text.find("\r\n\r\n");
  if (!text.starts_with("HTTP/1.1 ") || end == std::string::npos) return {};
  return {std::atoi(text.c_str() + 9), text.substr(0, end + 2), text.substr(end + 4)};
}

/// `sciwright serve --port 0 ARGUMENTS`, killed at the end of its scope.
class RunningService final {
 public:
  explicit RunningService(const std::string& root, std::vector<std::string> arguments = {}) {
    arguments.insert(arguments.begin(),
                     {SCIWRIGHT_PROGRAM, "serve", "--port", "0", "--root", root});
    std::vector<char*> argv;
    for (std::string& word : arguments) argv.push_back(word.data());
    argv.push_back(nullptr);
    int ends[2] = {-1, -1};
    if (::pipe2(ends, O_CLOEXEC) != 0) std::abort();
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn(&pid_, argv[0], &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    FILE* lines = ::fdopen(ends[0], "r");
    char line[4096] = {};
    if (std::fgets(line, sizeof line, lines) != nullptr) address_ = line;
    std::fclose(lines);
    if (const auto at = address_.rfind(':'); at != std::string::npos) {
      port_ = std::atoi(address_.c_str() + at + 1);
    }
    const auto at = address_.find("#token=");
    if (at != std::string::npos) token_ = address_.substr(at + 7, address_.find('\n') - at - 7);
  }
  ~RunningService() {
    if (pid_ > 0) end(SIGKILL);
  }
  RunningService(const RunningService&) = delete;
  RunningService& operator=(const RunningService&) = delete;

  int port() const { return port_; }
  pid_t pid() const { return pid_; }
  const std::string& token() const { return token_; }

  /// Its exit code; -1 after a signal.
  int end(int signal) {
    ::kill(pid_, signal);
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  /// So long an answer is waited for; 20 s unless told.
  void set_patience(double seconds) { patience_s_ = seconds; }
  bool is_alive() const { return pid_ > 0 && ::waitpid(pid_, nullptr, WNOHANG) == 0; }

  /// Sends one request, with the token, and reads the answer.
  HttpAnswer ask(const std::string& method, const std::string& target, const std::string& body = {},
                 const std::string& headers = {}) const {
    return ask_with("Authorization: Bearer " + token_ + "\r\n" + headers, method, target, body);
  }

  /// The same with nothing but these headers and a `Host`.
  HttpAnswer ask_with(const std::string& headers, const std::string& method,
                      const std::string& target, const std::string& body = {}) const {
    RawConnection connection(port_);
    const bool has_host = headers.find("Host:") != std::string::npos;
    connection.send(method + " " + target + " HTTP/1.1\r\nConnection: close\r\n" +
                    (has_host ? "" : "Host: localhost\r\n") + headers +
                    "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    return take_apart(connection.read_until("", patience_s_));
  }

 private:
  pid_t pid_ = 0;
  double patience_s_ = 20;
  int port_ = 0;
  std::string address_;
  std::string token_;
};

}  // namespace sciwright
