#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "server/message.h"

namespace sciwright::server {

/// Where it listens, and how long and how much it bears of a client.
struct HttpSettings {
  std::string address = "127.0.0.1";  ///< IPv4 or IPv6.
  int port = 0;                       ///< 0: any that is free.
  std::size_t max_head_bytes = 32 * 1024;
  std::size_t max_connections = 2000;        ///< More get 503.
  double patience_s = 15;                    ///< For the whole head of a request; also between two.
  std::size_t slowest_bytes_per_s = 20'000;  ///< A body may take patience_s and its size at this.
};

/// What is thought of a request before its body is read.
struct Admission {
  std::optional<Response> refused = {};
  std::size_t max_body_bytes = 0;
};

/// Who answers. All of it runs on the thread of the connections.
struct HttpApplication {
  std::function<Admission(const Request&)> admit;
  std::function<void(Request, Reply)> answer;
};

/// The edge of HTTP/1.1: one thread for all connections. Heads and bodies are limited, slow clients
/// are cut off, connections are kept, pipelined requests are answered in turn. What is not HTTP
/// gets 400 and the connection ends. The only file with Boost.Beast is http.cpp.
class HttpServer final {
 public:
  /// Listens. Throws a usage error where the address is none or taken.
  HttpServer(const HttpSettings& settings, HttpApplication application);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  int port() const;
  /// Serves until SIGINT, SIGTERM or stop(); then no request is begun, streams end, and what is
  /// being answered has five seconds.
  void run();
  /// From any thread.
  void stop();
  /// Runs it on the thread of the connections; from any thread.
  void post(std::function<void()> work);
  /// Runs it again and again on that thread. Before run().
  void every(std::chrono::milliseconds period, std::function<void()> work);

  std::size_t num_connections() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace sciwright::server
