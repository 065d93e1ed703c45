#include "server/http.h"

#include <array>
#include <csignal>
#include <fcntl.h>
#include <limits>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <fmt/format.h>

#include "base/error.h"
#include "server/endless_answer.h"

namespace sciwright::server {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using tcp = asio::ip::tcp;
using std::chrono::milliseconds;

/// What is read and thrown away of a refused body, so that the client sees the answer.
constexpr std::size_t kDiscardedBytes = 16 * 1024 * 1024;
constexpr double kFarewell_s = 2;
constexpr milliseconds kStopGrace{5000};

using BodyParser = http::request_parser<http::string_body>;
using TextResponse = http::response<http::span_body<char const>>;

/// Commands that we start do not get it.
void keep_to_ourselves(int descriptor) { ::fcntl(descriptor, F_SETFD, FD_CLOEXEC); }

Request take_request(BodyParser& parser) {
  auto& message = parser.get();
  Request request{.method = std::string(message.method_string()),
                  .target = std::string(message.target()),
                  .body = std::move(message.body())};
  for (const auto& field : message) {
    std::string name(field.name_string());
    for (char& c : name) c = beast::detail::ascii_tolower(c);
    request.headers.emplace_back(std::move(name), std::string(field.value()));
  }
  return request;
}

}  // namespace

/// One connection. It keeps itself alive by what it waits for.
class Session final : public std::enable_shared_from_this<Session> {
 public:
  Session(tcp::socket socket, House& house) : stream_(std::move(socket)), house_(house) {
    house_.sessions.insert(this);
  }
  ~Session() { house_.sessions.erase(this); }

  void begin() {
    beast::error_code ignored;
    stream_.socket().set_option(tcp::no_delay(true), ignored);
    keep_to_ourselves(stream_.socket().native_handle());
    read_head();
  }

  /// Answers with a refusal and nothing else.
  void turn_away() {
    keep_alive_ = false;
    write(refusal(503, "the server has as many connections as it takes; try again later"));
  }

  /// The service ends: nothing more is begun.
  void stop() {
    if (!is_busy_) hang_up();
    keep_alive_ = false;
  }

  void hang_up() {
    beast::error_code ignored;
    stream_.socket().close(ignored);
  }

 private:
  void read_head() {
    if (house_.is_stopping) return hang_up();
    is_busy_ = false;
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(house_.settings.max_head_bytes));
    // Known when the head is; this version takes "none" for nothing at all.
    parser_->body_limit(std::numeric_limits<std::uint64_t>::max());
    stream_.expires_after(in_ms(house_.settings.patience_s));
    http::async_read_header(stream_, buffer_, *parser_,
                            [self = shared_from_this()](beast::error_code error, std::size_t) {
                              self->on_head(error);
                            });
  }

  void on_head(beast::error_code error) {
    if (error) return on_bad_request(error);
    is_busy_ = true;
    keep_alive_ = parser_->get().keep_alive();
    is_head_request_ = parser_->get().method() == http::verb::head;
    Request request = take_request(*parser_);
    Admission admission = house_.application.admit(request);
    const auto length = parser_->content_length();
    if (!admission.refused && length && *length > admission.max_body_bytes) {
      admission.refused = too_large(admission.max_body_bytes);
    }
    if (admission.refused) {
      if (!parser_->is_done()) keep_alive_ = false;
      return write(std::move(*admission.refused));
    }
    parser_->body_limit(admission.max_body_bytes);
    max_body_bytes_ = admission.max_body_bytes;
    const bool waits = request.header("expect") == "100-continue" && !parser_->is_done();
    waits ? say_continue() : read_body();
  }

  static Response too_large(std::size_t limit) {
    return refusal(413, fmt::format("the body is too large; at most {} bytes are taken", limit));
  }

  void say_continue() {
    auto text = std::make_shared<std::string>("HTTP/1.1 100 Continue\r\n\r\n");
    asio::async_write(stream_, asio::buffer(*text),
                      [self = shared_from_this(), text](beast::error_code error, std::size_t) {
                        if (!error) self->read_body();
                      });
  }

  void read_body() {
    const double size = static_cast<double>(parser_->content_length().value_or(max_body_bytes_));
    stream_.expires_after(in_ms(house_.settings.patience_s +
                                size / static_cast<double>(house_.settings.slowest_bytes_per_s)));
    http::async_read(stream_, buffer_, *parser_,
                     [self = shared_from_this()](beast::error_code error, std::size_t) {
                       error ? self->on_bad_request(error) : self->answer();
                     });
  }

  void answer() {
    stream_.expires_never();
    house_.application.answer(
        take_request(*parser_),
        [self = shared_from_this()](Response response) { self->write(std::move(response)); });
  }

  void on_bad_request(beast::error_code error) {
    keep_alive_ = false;
    if (error == http::error::end_of_stream) return say_farewell();
    if (error == beast::error::timeout || error == asio::error::operation_aborted) {
      return hang_up();
    }
    if (error == http::error::header_limit || error == http::error::buffer_overflow) {
      return write(refusal(431, fmt::format("the head of the request is longer than {} bytes",
                                            house_.settings.max_head_bytes)));
    }
    if (error == http::error::body_limit) return write(too_large(max_body_bytes_));
    if (error.category() == http::make_error_code(http::error::bad_method).category() &&
        error != http::error::partial_message) {
      return write(refusal(400, "this is no HTTP/1.1 request: " + error.message()));
    }
    hang_up();
  }

  void set_head(auto& message, const Response& response) const {
    message.version(11);
    message.result(static_cast<unsigned>(response.status));
    message.reason(std::string(reason_phrase(response.status)));
    if (response.body || response.on_stream) {
      message.set(http::field::content_type, response.content_type);
    }
    for (const auto& [name, value] : response.headers) message.set(name, value);
  }

  void write(Response response) {
    if (!stream_.socket().is_open()) return;
    if (response.on_stream && !is_head_request_) return write_endless(std::move(response));
    body_ = response.body;
    const std::size_t size = body_ ? body_->size() : 0;
    auto message = std::make_shared<TextResponse>();
    set_head(*message, response);
    keep_alive_ = keep_alive_ && !house_.is_stopping;
    message->keep_alive(keep_alive_);
    if (response.status != 204 && response.status != 304) message->content_length(size);
    if (body_ && !is_head_request_) message->body() = {body_->data(), size};
    stream_.expires_after(in_ms(house_.settings.patience_s +
                                static_cast<double>(size) /
                                    static_cast<double>(house_.settings.slowest_bytes_per_s)));
    http::async_write(stream_, *message,
                      [self = shared_from_this(), message](beast::error_code error, std::size_t) {
                        self->body_.reset();
                        if (error) return self->hang_up();
                        self->keep_alive_ ? self->read_head() : self->say_farewell();
                      });
  }

  void write_endless(Response response) {
    auto message = std::make_shared<http::response<http::empty_body>>();
    set_head(*message, response);
    message->set(http::field::cache_control, "no-store");
    message->set("X-Accel-Buffering", "no");  // Proxies pass the events on at once.
    message->chunked(true);
    message->keep_alive(false);
    auto serializer = std::make_shared<http::response_serializer<http::empty_body>>(*message);
    stream_.expires_after(in_ms(house_.settings.patience_s));
    auto on_stream = std::move(response.on_stream);
    http::async_write_header(
        stream_, *serializer,
        [self = shared_from_this(), message, serializer, on_stream](beast::error_code error,
                                                                    std::size_t) {
          if (error) return self->hang_up();
          std::make_shared<EndlessAnswer>(std::move(self->stream_), self->house_)->begin(on_stream);
        });
  }

  /// Closes so that the client still gets what was sent: its own words are read until it closes.
  void say_farewell() {
    beast::error_code ignored;
    stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    stream_.expires_after(in_ms(kFarewell_s));
    discard();
  }

  void discard() {
    stream_.async_read_some(asio::buffer(scratch_), [self = shared_from_this()](
                                                        beast::error_code error, std::size_t n) {
      self->num_discarded_ += n;
      error || self->num_discarded_ > kDiscardedBytes ? self->hang_up() : self->discard();
    });
  }

  beast::tcp_stream stream_;
  House& house_;
  beast::flat_buffer buffer_;
  std::optional<BodyParser> parser_;
  std::shared_ptr<const std::string> body_;
  std::array<char, 4096> scratch_ = {};
  std::size_t max_body_bytes_ = 0;
  std::size_t num_discarded_ = 0;
  bool keep_alive_ = false;
  bool is_head_request_ = false;
  bool is_busy_ = false;
};

struct HttpServer::State {
  State(const HttpSettings& settings, HttpApplication application)
      : house{.settings = settings, .application = std::move(application)} {}

  void listen() {
    beast::error_code error;
    const auto address = asio::ip::make_address(house.settings.address, error);
    if (error) {
      throw usage_error(
          fmt::format("--host: '{}' is no address of a machine; use 127.0.0.1, ::1, "
                      "0.0.0.0 or one of this machine's",
                      house.settings.address));
    }
    try {
      acceptor.open(address.is_v6() ? tcp::v6() : tcp::v4());
      keep_to_ourselves(acceptor.native_handle());
      acceptor.set_option(asio::socket_base::reuse_address(true));
      acceptor.bind({address, static_cast<std::uint16_t>(house.settings.port)});
      acceptor.listen();
    } catch (const boost::system::system_error& failure) {
      throw usage_error(fmt::format("cannot listen on {} port {}: {}", house.settings.address,
                                    house.settings.port, failure.code().message()));
    }
  }

  void accept() {
    acceptor.async_accept([this](beast::error_code error, tcp::socket socket) {
      if (house.is_stopping) return;
      if (error) return rest();
      const bool is_full = house.num_connections() >= house.settings.max_connections;
      const auto session = std::make_shared<Session>(std::move(socket), house);
      is_full ? session->turn_away() : session->begin();
      accept();
    });
  }

  /// No descriptors are left; some will be.
  void rest() {
    pause.expires_after(milliseconds(100));
    pause.async_wait([this](beast::error_code error) {
      if (!error) accept();
    });
  }

  void begin_stop() {
    if (house.is_stopping) return io.stop();  // Asked twice.
    house.is_stopping = true;
    beast::error_code ignored;
    acceptor.close(ignored);
    for (const auto& timer : timers) timer->cancel();
    const auto sessions = house.sessions;
    for (Session* session : sessions) {
      if (house.sessions.contains(session)) session->stop();
    }
    const auto endless = house.endless;
    for (EndlessAnswer* answer : endless) answer->finish();
    wait_for_sessions(kStopGrace);
  }

  void wait_for_sessions(milliseconds left) {
    if (house.num_connections() == 0 || left <= milliseconds(0)) return io.stop();
    pause.expires_after(milliseconds(20));
    pause.async_wait(
        [this, left](beast::error_code) { wait_for_sessions(left - milliseconds(20)); });
  }

  void tick(asio::steady_timer& timer, milliseconds period,
            std::shared_ptr<std::function<void()>> work) {
    timer.expires_after(period);
    timer.async_wait([this, &timer, period, work](beast::error_code error) {
      if (error || house.is_stopping) return;
      (*work)();
      tick(timer, period, work);
    });
  }

  House house;  ///< Outlives the sessions, which end with `io`.
  asio::io_context io{1};
  tcp::acceptor acceptor{io};
  asio::steady_timer pause{io};
  asio::signal_set signals{io};
  std::vector<std::unique_ptr<asio::steady_timer>> timers;
};

HttpServer::HttpServer(const HttpSettings& settings, HttpApplication application)
    : state_(std::make_shared<State>(settings, std::move(application))) {
  state_->listen();
}

HttpServer::~HttpServer() = default;

int HttpServer::port() const { return state_->acceptor.local_endpoint().port(); }

void HttpServer::run() {
  state_->signals.add(SIGINT);
  state_->signals.add(SIGTERM);
  state_->signals.async_wait([this](beast::error_code error, int) {
    if (!error) state_->begin_stop();
  });
  state_->accept();
  state_->io.run();
}

void HttpServer::stop() {
  asio::post(state_->io, [state = state_.get()] { state->begin_stop(); });
}

void HttpServer::post(std::function<void()> work) { asio::post(state_->io, std::move(work)); }

void HttpServer::every(milliseconds period, std::function<void()> work) {
  state_->timers.push_back(std::make_unique<asio::steady_timer>(state_->io));
  state_->tick(*state_->timers.back(), period,
               std::make_shared<std::function<void()>>(std::move(work)));
}

std::size_t HttpServer::num_connections() const { return state_->house.num_connections(); }

}  // namespace sciwright::server
