#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>

#include "server/stream.h"
#include "server/watched.h"

namespace sciwright::server {

/// Passes on what journals say to clients that listen. Belongs to the thread of the connections;
/// outlives the server that gives it streams. No event is lost or doubled for a client that gives
/// the last number it saw: what it has not got yet is taken from the journal when it can take it.
class EventStreams final {
 public:
  EventStreams(Workflows& workflows, const Clock& clock) : workflows_(workflows), clock_(clock) {}

  /// The events of one workflow behind number `since`.
  void follow(const std::string& name, std::int64_t since, const std::shared_ptr<Stream>& stream);
  /// Summaries: all of them, then those that change.
  void follow_all(const std::shared_ptr<Stream>& stream);
  /// A text whenever it is another than before (the original's counts and pictures).
  void follow_text(std::function<std::string()> make, const std::shared_ptr<Stream>& stream);

  /// Looks for news; to be called every 20 ms. Without listeners it does nothing.
  void look();
  /// Lets proxies and clients know that the stream lives; every 15 s.
  void keep_alive();

 private:
  struct Follower {
    std::shared_ptr<Stream> stream;
    std::string name = {};
    std::int64_t since = 0;
    std::int64_t num_beginnings = 0;
  };
  struct Listener {
    std::shared_ptr<Stream> stream;
    bool has_missed = false;  ///< Was too slow for a summary; gets all of them when it can.
  };
  struct Reader {
    std::shared_ptr<Stream> stream;
    std::function<std::string()> make;
    std::string seen = {};
  };
  struct Sent {
    std::int64_t generation = 0;
    std::int64_t steady_ns = 0;
  };

  void forget_closed();
  void pump(Follower& follower);
  void tell_summaries();
  void tell_texts();
  void broadcast(const Watched::Text& text);
  Watched::Text snapshot() const;

  Workflows& workflows_;
  Clock clock_;
  std::list<Follower> followers_;
  std::list<Listener> listeners_;
  std::list<Reader> readers_;
  std::map<std::string, Sent> sent_;
  int num_looks_ = 0;
};

}  // namespace sciwright::server
