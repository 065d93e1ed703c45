#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/message.h"

namespace sciwright::server {

/// Who may do what.
struct AccessSettings {
  std::string token = {};       ///< Needed for changes; empty only with `needs_token` false.
  std::string read_token = {};  ///< May read and nothing else; empty: there is none.
  bool needs_token = true;      ///< False: --no-auth.
  bool is_loopback = true;      ///< Only this machine can connect.
  std::string base_url = {};    ///< Where a proxy shows the service: "https://host/path"; or empty.
  std::vector<std::string> hosts = {};  ///< Further names in `Host`, in lower case, without port.
};

/// What the sender of a request may do.
struct Rights {
  bool is_authenticated = false;  ///< Came with one of the tokens.
  bool can_read = false;
  bool can_write = false;
};

/// By the header `Authorization: Bearer TOKEN`. On loopback, reading needs no token unless there is
/// a token for reading.
Rights rights_of(const AccessSettings& settings, const Request& request);

/// Why a request must not be heard at all: a `Host` that is not ours (a foreign page whose name was
/// pointed at this machine), or an `Origin` of another page. Nothing where it is all right.
std::optional<std::string> foreign_origin(const AccessSettings& settings, const Request& request);

/// Whether two secrets are equal, in a time that says nothing about where they differ.
bool equal_secrets(std::string_view a, std::string_view b);

/// 64 hexadecimal digits from the kernel. Throws a failure where it gives none.
std::string make_token();

/// The first line of a token file. Throws a usage error for one that is not there, that others may
/// read, or whose token is shorter than 16 characters or has blanks.
std::string read_token_file(const std::string& file);

/// ROOT/.token, made (mode 600) where it is not there.
std::string own_token(const std::string& root);

/// "host" of "host:8000" and of "[::1]:8000" ("[::1]"), in lower case.
std::string host_without_port(std::string_view host);
/// "https://host:1" of "https://host:1/path".
std::string origin_of_url(std::string_view url);

}  // namespace sciwright::server
