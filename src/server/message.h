#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/stream.h"

namespace sciwright::server {

/// A request as it came over the wire, its body as far as it was read.
struct Request {
  std::string method = {};  ///< "GET"
  std::string target = {};  ///< Path and query, still escaped.
  std::vector<std::pair<std::string, std::string>> headers = {};  ///< Names in lower case.
  std::string body = {};

  /// The first header of this (lower-case) name; empty without one.
  std::string_view header(std::string_view name) const;
  std::size_t num_headers(std::string_view name) const;
  /// The target up to the query.
  std::string_view path() const;
};

/// What is sent back. Bodies are shared, so that one text may go to many clients at once.
struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::shared_ptr<const std::string> body = {};  ///< Null: none.
  std::vector<std::pair<std::string, std::string>> headers = {};
  /// Where this is set, the body is a stream without an end: it is called once, when the head is on
  /// its way.
  std::function<void(const std::shared_ptr<Stream>&)> on_stream = {};
};

/// Takes the answer to a request; once, on the thread of the connections.
using Reply = std::function<void(Response)>;

/// A JSON answer.
Response json_response(std::string text, int status = 200);
/// An answer of any type.
Response text_response(std::string text, std::string content_type, int status = 200);
/// {"detail": sentence}, with `problems` where there are any.
Response refusal(int status, std::string_view detail,
                 const std::vector<std::string>& problems = {});
/// "Not Found" of 404.
std::string_view reason_phrase(int status);

/// "%41" to "A". Nothing else is changed; a '%' without two digits stays.
std::string unescape(std::string_view text);
/// What stands behind '?', by name; '+' is a blank. Of a name given twice the last counts.
std::map<std::string, std::string> parse_query(std::string_view target);

}  // namespace sciwright::server
