#include "server/access.h"

#include <algorithm>
#include <cctype>
#include <fcntl.h>
#include <filesystem>
#include <unistd.h>

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <sys/random.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/files.h"
#include "base/hash.h"

namespace sciwright::server {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kShortestToken = 16;

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

bool is_our_host(const AccessSettings& settings, const std::string& host) {
  static const std::vector<std::string> kLoopback = {"localhost", "127.0.0.1", "[::1]"};
  return std::ranges::find(kLoopback, host) != kLoopback.end() ||
         std::ranges::find(settings.hosts, host) != settings.hosts.end();
}

/// "http://host:1" and "https://host:1" are pages of the host that the request went to, whatever a
/// proxy in between speaks.
bool is_our_origin(const AccessSettings& settings, const std::string& origin,
                   std::string_view host) {
  if (!settings.base_url.empty() && origin == lower(origin_of_url(settings.base_url))) return true;
  const std::string own = lower(host);
  return origin == "http://" + own || origin == "https://" + own;
}

std::string_view bearer(std::string_view authorization) {
  constexpr std::string_view kScheme = "bearer ";
  if (lower(authorization.substr(0, kScheme.size())) != kScheme) return {};
  return authorization.substr(kScheme.size());
}

void write_private(const fs::path& file, const std::string& text) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  const bool is_written = descriptor >= 0 && ::write(descriptor, text.data(), text.size()) ==
                                                 static_cast<ssize_t>(text.size());
  if (descriptor >= 0) ::close(descriptor);
  if (is_written) return;
  if (descriptor >= 0) fs::remove(file);
  throw Error(ErrorKind::kFailure, fmt::format("{}: cannot be written", file.string()));
}

}  // namespace

bool equal_secrets(std::string_view a, std::string_view b) {
  const std::string x = sha256_hex(a);
  const std::string y = sha256_hex(b);
  return CRYPTO_memcmp(x.data(), y.data(), x.size()) == 0;
}

Rights rights_of(const AccessSettings& settings, const Request& request) {
  if (!settings.needs_token) return {true, true, true};
  const std::string_view token = bearer(request.header("authorization"));
  const bool may_write =
      !token.empty() && !settings.token.empty() && equal_secrets(token, settings.token);
  const bool may_read =
      !token.empty() && !settings.read_token.empty() && equal_secrets(token, settings.read_token);
  const bool is_open = settings.is_loopback && settings.read_token.empty();
  return {.is_authenticated = may_write || may_read,
          .can_read = may_write || may_read || is_open,
          .can_write = may_write};
}

std::optional<std::string> foreign_origin(const AccessSettings& settings, const Request& request) {
  if (request.num_headers("host") != 1) return "a request needs exactly one Host";
  const std::string_view host = request.header("host");
  if (!is_our_host(settings, host_without_port(host))) {
    return fmt::format("the host '{}' is none of this service; --allow-host adds one", host);
  }
  const std::string origin = lower(request.header("origin"));
  if (!origin.empty() && !is_our_origin(settings, origin, host)) {
    return fmt::format("a page of '{}' may not ask this service", origin);
  }
  const bool changes = request.method != "GET" && request.method != "HEAD";
  if (changes && request.header("sec-fetch-site") == "cross-site") {
    return "a page of another site may not change anything here";
  }
  return std::nullopt;
}

std::string make_token() {
  unsigned char bytes[32];
  if (::getrandom(bytes, sizeof bytes, 0) != static_cast<ssize_t>(sizeof bytes)) {
    throw Error(ErrorKind::kFailure, "the kernel gives no random numbers for a token");
  }
  std::string out;
  for (const unsigned char byte : bytes) out += fmt::format("{:02x}", byte);
  return out;
}

std::string read_token_file(const std::string& file) {
  struct stat facts = {};
  if (::stat(file.c_str(), &facts) != 0) {
    throw usage_error(fmt::format("{}: there is no such file; expected a token in it", file));
  }
  if ((facts.st_mode & 077) != 0) {
    throw usage_error(
        fmt::format("{}: others may read this token; `chmod 600 {}` first", file, file));
  }
  std::string token = read_file(file);
  token = token.substr(0, token.find('\n'));
  if (token.ends_with('\r')) token.pop_back();
  const bool is_plain = std::ranges::all_of(token, [](char c) { return c > ' ' && c < '\x7f'; });
  if (token.size() < kShortestToken || !is_plain) {
    throw usage_error(fmt::format(
        "{}: its first line is no token; expected at least {} letters, digits or signs, no blanks",
        file, kShortestToken));
  }
  return token;
}

std::string own_token(const std::string& root) {
  const fs::path file = fs::path(root) / ".token";
  std::error_code ignored;
  if (!fs::exists(file, ignored)) write_private(file, make_token() + "\n");
  return read_token_file(file.string());
}

std::string host_without_port(std::string_view host) {
  if (host.starts_with('[')) return lower(host.substr(0, host.find(']') + 1));
  return lower(host.substr(0, host.find(':')));
}

std::string origin_of_url(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return std::string(url);
  return std::string(url.substr(0, url.find('/', scheme + 3)));
}

}  // namespace sciwright::server
