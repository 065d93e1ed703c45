#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <unordered_set>
#include <utility>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <fmt/format.h>

#include "server/http.h"

// A part of http.cpp, which alone includes it.

namespace sciwright::server {

class Session;
class EndlessAnswer;

/// What connections share.
struct House {
  HttpSettings settings;
  HttpApplication application;
  std::unordered_set<Session*> sessions = {};
  std::unordered_set<EndlessAnswer*> endless = {};
  bool is_stopping = false;

  std::size_t num_connections() const { return sessions.size() + endless.size(); }
};

inline std::chrono::milliseconds in_ms(double seconds) {
  return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1e3));
}

/// Sends what its stream holds in chunks, until the stream is finished, the client goes, or it has
/// not taken a chunk for the time of patience. The head was sent before.
class EndlessAnswer final : public std::enable_shared_from_this<EndlessAnswer> {
 public:
  EndlessAnswer(boost::beast::tcp_stream connection, House& house)
      : connection_(std::move(connection)),
        timer_(connection_.get_executor()),
        house_(house),
        stream_(std::make_shared<Stream>()) {
    house_.endless.insert(this);
  }
  ~EndlessAnswer() {
    house_.endless.erase(this);
    stream_->close();
  }
  EndlessAnswer(const EndlessAnswer&) = delete;
  EndlessAnswer& operator=(const EndlessAnswer&) = delete;

  void begin(const std::function<void(const std::shared_ptr<Stream>&)>& on_stream) {
    connection_.expires_never();
    stream_->set_wake([weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->write();
    });
    watch();
    on_stream(stream_);
    if (house_.is_stopping) finish();
  }

  void finish() { stream_->finish(); }

 private:
  using Failure = boost::beast::error_code;
  static constexpr std::size_t kChunkBytes = 64 * 1024;

  /// The client has nothing more to say; what is read is its end.
  void watch() {
    connection_.socket().async_read_some(boost::asio::buffer(scratch_),
                                         [self = shared_from_this()](Failure error, std::size_t) {
                                           error ? self->end() : self->watch();
                                         });
  }

  void end() {
    stream_->close();
    Failure ignored;
    connection_.socket().close(ignored);
    timer_.cancel();
  }

  void write() {
    if (is_writing_ || is_ended_) return;
    const std::string text = stream_->take(kChunkBytes);
    if (text.empty() && !stream_->is_finished()) return;
    is_ended_ = text.empty();
    chunk_ = is_ended_ ? "0\r\n\r\n" : fmt::format("{:x}\r\n{}\r\n", text.size(), text);
    is_writing_ = true;
    timer_.expires_after(in_ms(house_.settings.patience_s));
    timer_.async_wait([weak = weak_from_this()](Failure error) {
      const auto self = weak.lock();
      if (!error && self) self->end();
    });
    boost::asio::async_write(
        connection_.socket(), boost::asio::buffer(chunk_),
        [self = shared_from_this()](Failure error, std::size_t) { self->on_written(error); });
  }

  void on_written(Failure error) {
    is_writing_ = false;
    timer_.cancel();
    if (error || is_ended_) return end();
    if (stream_->waiting_bytes() == 0) stream_->drained();
    write();
  }

  boost::beast::tcp_stream connection_;
  boost::asio::steady_timer timer_;  ///< Of a chunk.
  House& house_;
  std::shared_ptr<Stream> stream_;
  std::array<char, 1024> scratch_ = {};
  std::string chunk_;
  bool is_writing_ = false;
  bool is_ended_ = false;
};

}  // namespace sciwright::server
