#pragma once

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <fcntl.h>
#include <functional>
#include <string>
#include <string_view>
#include <unistd.h>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace sciwright {

/// One server-sent event.
struct StreamEvent {
  std::int64_t id = 0;  ///< 0: it has none.
  std::string name = {};
  std::string data = {};
};

/// Follows a stream of server-sent events without waiting for it, as a browser does: it may go
/// away at any time and come back with the last number that it saw.
class EventClient final {
 public:
  EventClient(int port, std::string path) : port_(port), path_(std::move(path)) {}
  ~EventClient() { disconnect(); }
  EventClient(const EventClient&) = delete;
  EventClient& operator=(const EventClient&) = delete;

  /// Comes back, or comes. False when nobody listens.
  bool connect() {
    disconnect();
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port_));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
      return false;
    std::string request = "GET " + path_ + " HTTP/1.1\r\nHost: localhost\r\n";
    if (last_id_ > 0) request += "Last-Event-ID: " + std::to_string(last_id_) + "\r\n";
    request += "Accept: text/event-stream\r\n\r\n";
    const ssize_t sent = ::send(socket_, request.data(), request.size(), MSG_NOSIGNAL);
    ::fcntl(socket_, F_SETFL, O_NONBLOCK);
    return sent == static_cast<ssize_t>(request.size());
  }

  /// Goes; half an event is forgotten.
  void disconnect() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
    bytes_.clear();
    text_.clear();
    has_head_ = false;
  }

  int descriptor() const { return socket_; }
  bool is_connected() const { return socket_ >= 0; }
  /// Whether the last answer was no stream.
  bool was_refused() const { return was_refused_; }

  /// Hands over the events that are there; stops when `take` says so (it may have disconnected)
  /// or the other side has ended the stream, which disconnects.
  void receive(const std::function<bool(const StreamEvent&)>& take) {
    char buffer[65536];
    while (is_connected()) {
      const ssize_t count = ::recv(socket_, buffer, sizeof buffer, 0);
      if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
      if (count <= 0) return disconnect();
      bytes_.append(buffer, static_cast<std::size_t>(count));
      const bool is_over = unwrap();
      if (!hand_over(take)) return;
      if (is_over) return disconnect();
    }
  }

 private:
  /// Takes the head and the frames of chunks off; true at the last chunk.
  bool unwrap() {
    if (!has_head_) {
      const std::size_t end = bytes_.find("\r\n\r\n");
      if (end == std::string::npos) return false;
      was_refused_ = !bytes_.starts_with("HTTP/1.1 200");
      if (was_refused_) return true;
      has_head_ = true;
      bytes_.erase(0, end + 4);
    }
    while (true) {
      const std::size_t line = bytes_.find("\r\n");
      if (line == std::string::npos) return false;
      const std::size_t size = std::strtoul(bytes_.c_str(), nullptr, 16);
      if (size == 0) return true;
      if (bytes_.size() < line + 2 + size + 2) return false;
      text_.append(bytes_, line + 2, size);
      bytes_.erase(0, line + 2 + size + 2);
    }
  }

  bool hand_over(const std::function<bool(const StreamEvent&)>& take) {
    std::size_t end = 0;
    while (is_connected() && (end = text_.find("\n\n")) != std::string::npos) {
      const StreamEvent event = read(std::string_view(text_).substr(0, end + 1));
      text_.erase(0, end + 2);
      if (event.name.empty()) continue;  // a comment
      if (event.id > 0) last_id_ = event.id;
      if (!take(event)) return false;
    }
    return is_connected();
  }

  static StreamEvent read(std::string_view lines) {
    StreamEvent event;
    while (!lines.empty()) {
      const std::string_view line = lines.substr(0, lines.find('\n'));
      lines.remove_prefix(line.size() + 1);
      if (line.starts_with("id: ")) event.id = std::atoll(std::string(line.substr(4)).c_str());
      if (line.starts_with("event: ")) event.name = line.substr(7);
      if (line.starts_with("data: ")) event.data = line.substr(6);
    }
    return event;
  }

  int port_;
  std::string path_;
  int socket_ = -1;
  bool has_head_ = false;
  bool was_refused_ = false;
  std::string bytes_;
  std::string text_;
  std::int64_t last_id_ = 0;
};

}  // namespace sciwright
