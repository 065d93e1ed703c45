#pragma once

#include <cstdlib>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

#include <netinet/in.h>
#include <sys/socket.h>

namespace sciwright::io {

/// What a client asked a FakeServer for; header names in lower case.
struct FakeRequest {
  std::string target;  ///< "/path?query".
  std::map<std::string, std::string> headers;
};

/// An HTTP server for tests on 127.0.0.1, any port. Each request is answered with exactly the bytes
/// that a function returns, then the connection is closed: too few bytes are a broken connection,
/// none a server that died.
class FakeServer final {
 public:
  using Answer = std::function<std::string(const FakeRequest&)>;

  explicit FakeServer(Answer answer) : answer_(std::move(answer)) {
    ::setenv("no_proxy", "127.0.0.1", 1);
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    ::bind(listener_, reinterpret_cast<sockaddr*>(&address), length);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length);
    port_ = ntohs(address.sin_port);
    ::listen(listener_, 16);
    thread_ = std::thread([this] { serve(); });
  }

  ~FakeServer() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }
  FakeServer(const FakeServer&) = delete;
  FakeServer& operator=(const FakeServer&) = delete;

  /// "http://127.0.0.1:PORT" and `target`.
  std::string url(const std::string& target) const {
    return "http://127.0.0.1:" + std::to_string(port_) + target;
  }

  /// The requests so far, in order.
  std::vector<FakeRequest> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  void serve() {
    while (true) {
      const int client = ::accept(listener_, nullptr, nullptr);
      if (client < 0) return;
      const FakeRequest request = read_request(client);
      {
        const std::lock_guard lock(mutex_);
        requests_.push_back(request);
      }
      std::string bytes = answer_(request);
      for (ssize_t sent = 0; !bytes.empty() && sent >= 0;) {
        sent = ::send(client, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent > 0) bytes.erase(0, static_cast<std::size_t>(sent));
      }
      ::close(client);
    }
  }

  static FakeRequest read_request(int client) {
    std::string head;
    char c = 0;
    while (head.find("\r\n\r\n") == std::string::npos && ::recv(client, &c, 1, 0) == 1) head += c;
    FakeRequest request;
    std::size_t start = 0;
    for (std::size_t end; (end = head.find("\r\n", start)) != std::string::npos; start = end + 2) {
      const std::string line = head.substr(start, end - start);
      if (start == 0) {
        const std::size_t blank = line.find(' ');
        request.target = line.substr(blank + 1, line.rfind(' ') - blank - 1);
      } else if (const std::size_t colon = line.find(": "); colon != std::string::npos) {
        std::string name = line.substr(0, colon);
        for (char& letter : name) letter = static_cast<char>(std::tolower(letter));
        request.headers[name] = line.substr(colon + 2);
      }
    }
    return request;
  }

  Answer answer_;
  int listener_ = -1;
  int port_ = 0;
  mutable std::mutex mutex_;
  std::vector<FakeRequest> requests_;
  std::thread thread_;
};

/// A whole answer: status line, Content-Length, `headers` ("Name: value\r\n" each) and the body.
inline std::string fake_answer(const std::string& status, const std::string& body,
                               const std::string& headers = "") {
  return "HTTP/1.1 " + status + "\r\nConnection: close\r\n" + headers +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

/// Cuts `count` bytes off the end: the connection breaks there.
inline std::string broken(std::string answer, std::size_t count) {
  answer.resize(answer.size() - count);
  return answer;
}

}  // namespace sciwright::io
