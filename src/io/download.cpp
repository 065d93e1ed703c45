#include "io/download.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <map>
#include <memory>
#include <mutex>
#include <string_view>
#include <thread>
#include <unistd.h>
#include <utility>

#include <curl/curl.h>
#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"
#include "base/hash.h"
#include "io/csv.h"
#include "io/curl_library.h"

namespace sciwright::io {
namespace {

namespace fs = std::filesystem;

constexpr long kOk = 200;
constexpr long kNoContent = 204;
constexpr long kPartialContent = 206;
constexpr long kRangeNotSatisfiable = 416;

/// One request and what came back.
struct Exchange {
  std::string url;
  std::map<std::string, std::string> request_headers;
  std::int64_t offset_bytes = 0;  ///< What is there already, for the progress only.
  /// Called once when the first byte of the body or the end of an empty one is there.
  std::function<void(const Exchange&)> on_answer;
  std::function<void(std::string_view)> on_body;  ///< Gets the body of the answers 200 and 206.

  long status = 0;
  std::map<std::string, std::string> headers;  ///< Of the last answer, names in lower case.
  CURLcode code = CURLE_OK;
  std::string reason;  ///< curl's words for `code`.
  std::exception_ptr exception;
  bool answered = false;
};

void take_answer(Exchange& x) {
  if (std::exchange(x.answered, true)) return;
  if (x.on_answer) x.on_answer(x);
}

/// curl is C: an exception waits in the exchange until curl has returned.
template <class Work>
bool guarded(Exchange& x, Work work) {
  try {
    work();
    return true;
  } catch (...) {
    x.exception = std::current_exception();
    return false;
  }
}

std::size_t on_header_line(char* data, std::size_t, std::size_t size, void* exchange) {
  Exchange& x = *static_cast<Exchange*>(exchange);
  std::string_view line(data, size);
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
  if (line.starts_with("HTTP/")) {  // of a redirection, then of the answer proper
    x.headers.clear();
    const std::size_t blank = std::min(line.find(' '), line.size());
    x.status = static_cast<long>(parse_int64(line.substr(blank).substr(0, 4)).value_or(0));
    return size;
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return size;
  std::string name(line.substr(0, colon));
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  x.headers[name] = trim(line.substr(colon + 1));
  return size;
}

std::size_t on_body_bytes(char* data, std::size_t, std::size_t size, void* exchange) {
  Exchange& x = *static_cast<Exchange*>(exchange);
  const bool good = guarded(x, [&] {
    take_answer(x);
    if (x.status == kOk || x.status == kPartialContent) x.on_body({data, size});
  });
  return good ? size : 0;
}

struct Progress {
  const DownloadOptions* options;
  Exchange* exchange;
};

int on_curl_progress(void* progress, curl_off_t total, curl_off_t now, curl_off_t, curl_off_t) {
  const auto& p = *static_cast<Progress*>(progress);
  Exchange& x = *p.exchange;
  if (!p.options->on_progress || !x.answered || x.status >= 300) return 0;
  const std::int64_t before = x.status == kPartialContent ? x.offset_bytes : 0;
  const bool good = guarded(x, [&] {
    p.options->on_progress(before + now,
                           total > 0 ? std::optional<std::int64_t>(before + total) : std::nullopt);
  });
  return good ? 0 : 1;
}

long milliseconds(double seconds) { return static_cast<long>(seconds * 1000); }

using CurlHandle = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;
using CurlList = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

CurlList header_list(const std::map<std::string, std::string>& headers) {
  const CurlLibrary& library = curl_library();
  curl_slist* list = nullptr;
  for (const auto& [name, value] : headers) {
    list = library.slist_append(list, fmt::format("{}: {}", name, value).c_str());
  }
  return {list, library.slist_free_all};
}

void perform(Exchange& x, const DownloadOptions& options) {
  const CurlLibrary& library = curl_library();
  const CurlHandle curl(library.easy_init(), library.easy_cleanup);
  const CurlList headers = header_list(x.request_headers);
  char reason[CURL_ERROR_SIZE] = "";
  Progress progress{&options, &x};
  CURL* const c = curl.get();
  const auto set = library.easy_setopt;
  set(c, CURLOPT_URL, x.url.c_str());
  set(c, CURLOPT_HTTPHEADER, headers.get());
  set(c, CURLOPT_USERAGENT, options.user_agent.c_str());
  set(c, CURLOPT_PROTOCOLS_STR, "http,https");
  set(c, CURLOPT_FOLLOWLOCATION, 1L);
  set(c, CURLOPT_MAXREDIRS, 10L);
  set(c, CURLOPT_NOSIGNAL, 1L);
  set(c, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(options.connect_timeout_s));
  set(c, CURLOPT_LOW_SPEED_LIMIT, 10L);
  set(c, CURLOPT_LOW_SPEED_TIME, std::max(1L, static_cast<long>(options.stall_timeout_s)));
  set(c, CURLOPT_ERRORBUFFER, reason);
  set(c, CURLOPT_HEADERFUNCTION, on_header_line);
  set(c, CURLOPT_HEADERDATA, &x);
  set(c, CURLOPT_WRITEFUNCTION, on_body_bytes);
  set(c, CURLOPT_WRITEDATA, &x);
  set(c, CURLOPT_XFERINFOFUNCTION, on_curl_progress);
  set(c, CURLOPT_XFERINFODATA, &progress);
  set(c, CURLOPT_NOPROGRESS, 0L);
  x.code = library.easy_perform(c);
  x.reason = *reason != 0 ? reason : library.easy_strerror(x.code);
  if (x.exception) std::rethrow_exception(x.exception);
  if (x.code == CURLE_OK) take_answer(x);
}

bool is_good(const Exchange& x) {
  return x.code == CURLE_OK &&
         (x.status == kOk || x.status == kNoContent || x.status == kPartialContent);
}

bool may_pass(const Exchange& x) {
  if (x.code == CURLE_OK) {
    return x.status == 408 || x.status == 429 || x.status == kRangeNotSatisfiable ||
           x.status >= 500;
  }
  // A name that cannot be resolved means no network far oftener than a passing fault.
  constexpr CURLcode kPassing[] = {
      CURLE_COULDNT_CONNECT,   CURLE_PARTIAL_FILE, CURLE_OPERATION_TIMEDOUT,
      CURLE_GOT_NOTHING,       CURLE_SEND_ERROR,   CURLE_RECV_ERROR,
      CURLE_SSL_CONNECT_ERROR, CURLE_HTTP2,        CURLE_HTTP2_STREAM};
  return std::find(std::begin(kPassing), std::end(kPassing), x.code) != std::end(kPassing);
}

Error failure_of(const Exchange& x, int attempts) {
  const std::string tries = attempts > 1 ? fmt::format(" ({} tries)", attempts) : "";
  if (x.code == CURLE_OK) {
    return Error(x.status >= 500 ? ErrorKind::kUnreachable : ErrorKind::kFailure,
                 fmt::format("{}: the server answers with status {}{}", x.url, x.status, tries));
  }
  const bool is_host =
      may_pass(x) || x.code == CURLE_COULDNT_RESOLVE_HOST || x.code == CURLE_COULDNT_RESOLVE_PROXY;
  return Error(is_host ? ErrorKind::kUnreachable : ErrorKind::kFailure,
               fmt::format("{}: cannot fetch: {}{}", x.url, x.reason, tries));
}

double pause_before_next_s(const Exchange& x, int attempt, const DownloadOptions& options) {
  const auto asked = x.headers.find("retry-after");
  const double doubled = options.first_pause_s * static_cast<double>(1LL << std::min(attempt, 30));
  const double seconds =
      asked == x.headers.end() ? doubled : parse_double(asked->second).value_or(doubled);
  return std::clamp(seconds, 0.0, options.longest_pause_s);
}

/// Tries until an exchange is good; `prepare` makes the request of each try.
Exchange exchange_patiently(const std::function<Exchange()>& prepare,
                            const DownloadOptions& options) {
  for (int attempt = 0;; ++attempt) {
    Exchange x = prepare();
    perform(x, options);
    if (is_good(x)) return x;
    if (!may_pass(x) || attempt + 1 >= options.max_attempts) throw failure_of(x, attempt + 1);
    const double seconds = pause_before_next_s(x, attempt, options);
    if (options.pause) {
      options.pause(seconds);
    } else {
      std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
    }
  }
}

/// `path`.part and, beside it, what it is a part of.
class PartialFile final {
 public:
  PartialFile(std::string url, fs::path path)
      : url_(std::move(url)),
        path_(std::move(path)),
        part_(path_.string() + ".part"),
        note_(part_.string() + ".of") {}
  ~PartialFile() { close(); }
  PartialFile(const PartialFile&) = delete;
  PartialFile& operator=(const PartialFile&) = delete;

  const fs::path& part() const { return part_; }

  /// Bytes that may be kept; 0 when the part is of another address or has no version.
  std::int64_t usable_bytes() const {
    std::error_code error;
    const auto size = fs::file_size(part_, error);
    return error || validator().empty() ? 0 : static_cast<std::int64_t>(size);
  }

  /// The ETag or date of the version this is a part of; empty when unknown.
  std::string validator() const {
    if (!fs::exists(note_)) return "";
    const std::string note = read_file(note_);
    return note.starts_with(url_ + "\n") ? note.substr(url_.size() + 1) : "";
  }

  /// Goes on behind the kept bytes, or starts anew with another version.
  void open(bool keep, const std::string& validator) {
    close();
    if (!keep) write_file_atomic(note_, url_ + "\n" + validator);
    descriptor_ =
        ::open(part_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | (keep ? O_APPEND : O_TRUNC), 0644);
    if (descriptor_ < 0) throw failure("create");
  }

  void append(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t count = ::write(descriptor_, bytes.data(), bytes.size());
      if (count < 0 && errno != EINTR) throw failure("write");
      if (count > 0) bytes.remove_prefix(static_cast<std::size_t>(count));
    }
  }

  void discard() {
    close();
    std::error_code ignored;
    fs::remove(part_, ignored);
    fs::remove(note_, ignored);
  }

  void put_in_place() {
    if (::fsync(descriptor_) != 0) throw failure("write");
    close();
    if (::rename(part_.c_str(), path_.c_str()) != 0) throw failure("replace");
    discard();
  }

 private:
  void close() {
    if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
  }
  Error failure(const char* verb) const {
    return Error(ErrorKind::kFailure,
                 fmt::format("{}: cannot {}: {}", path_.string(), verb, std::strerror(errno)));
  }

  std::string url_;
  fs::path path_;
  fs::path part_;
  fs::path note_;
  int descriptor_ = -1;
};

/// What If-Range compares: a strong ETag, else the date of change.
std::string validator_of(const Exchange& x) {
  const auto etag = x.headers.find("etag");
  if (etag != x.headers.end() && !etag->second.starts_with("W/")) return etag->second;
  const auto date = x.headers.find("last-modified");
  return date != x.headers.end() ? date->second : "";
}

/// Makes a request for what is missing of `file`.
Exchange request_rest(const std::string& url, PartialFile& file) {
  Exchange x;
  x.url = url;
  x.offset_bytes = file.usable_bytes();
  if (x.offset_bytes > 0) {
    x.request_headers["Range"] = fmt::format("bytes={}-", x.offset_bytes);
    x.request_headers["If-Range"] = file.validator();
  }
  x.on_answer = [&file](const Exchange& answer) {
    if (answer.status == kRangeNotSatisfiable) return file.discard();
    if (answer.status != kOk && answer.status != kPartialContent) return;
    const bool keep = answer.status == kPartialContent;
    if (keep) {
      const auto range = answer.headers.find("content-range");
      const std::string expected = fmt::format("bytes {}-", answer.offset_bytes);
      if (range == answer.headers.end() || !range->second.starts_with(expected)) {
        file.discard();
        throw Error(ErrorKind::kFailure,
                    fmt::format("{}: the server sent another part than asked for; the part is "
                                "discarded, start again",
                                answer.url));
      }
    }
    file.open(keep, validator_of(answer));
  };
  x.on_body = [&file](std::string_view bytes) { file.append(bytes); };
  return x;
}

}  // namespace

Downloaded download(const std::string& url, const fs::path& path, const DownloadOptions& options) {
  PartialFile file(url, path);
  const Exchange x = exchange_patiently([&] { return request_rest(url, file); }, options);
  if (x.status == kNoContent) throw failure_of(x, 1);
  Downloaded result{sha256_file_hex(file.part()),
                    static_cast<std::int64_t>(fs::file_size(file.part())),
                    x.status == kPartialContent};
  if (!options.sha256.empty() && options.sha256 != result.sha256) {
    file.discard();
    throw Error(ErrorKind::kMismatch, fmt::format("{}: the SHA-256 is {}, expected {}", url,
                                                  result.sha256, options.sha256));
  }
  file.put_in_place();
  return result;
}

std::string fetch_text(const std::string& url, const DownloadOptions& options) {
  std::string text;
  exchange_patiently(
      [&] {
        text.clear();
        Exchange x;
        x.url = url;
        x.on_body = [&text](std::string_view bytes) { text += bytes; };
        return x;
      },
      options);
  return text;
}

std::string url_encoded(const std::string& text) {
  std::string result;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    if (plain) {
      result += c;
    } else {
      result += fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    }
  }
  return result;
}

}  // namespace sciwright::io
