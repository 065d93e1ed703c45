#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace sciwright::io {

/// How patiently a file is fetched.
struct DownloadOptions {
  int max_attempts = 5;         ///< Tries in all, at least 1.
  double first_pause_s = 1;     ///< Before the second try; doubled before each further one.
  double longest_pause_s = 60;  ///< Bound of the pauses, also of a server's Retry-After.
  double connect_timeout_s = 20;
  double stall_timeout_s = 60;  ///< A try ends when hardly a byte came for so long.
  std::string user_agent = "sciwright";
  std::string sha256 = {};  ///< 64 hexadecimal digits the content must have; empty: any.
  /// Called on the way with the bytes there are and, where the server told, the bytes in all.
  std::function<void(std::int64_t done_bytes, std::optional<std::int64_t> total_bytes)>
      on_progress = {};
  /// Waits between tries; empty: sleeps. Tests put their own here.
  std::function<void(double seconds)> pause = {};
};

/// What download() fetched.
struct Downloaded {
  std::string sha256;
  std::int64_t num_bytes = 0;
  bool was_resumed = false;  ///< A part of an earlier try or run was kept.
};

/// Fetches an http or https address into a file. The bytes go to `path`.part, which is kept when
/// the connection breaks or the program is killed; the next try or run continues it (Range with
/// If-Range, so never a mixture of two versions; servers without ranges start anew). The file
/// appears under its name only when it is complete. Broken connections, stalls and the answers 408,
/// 429 and 5xx are tried again.
/// Throws an Error that names the address: kUnreachable when the host cannot be reached or keeps
/// failing, kFailure for other answers (404) and for a full disk, kMismatch for a wrong checksum.
Downloaded download(const std::string& url, const std::filesystem::path& path,
                    const DownloadOptions& options = {});

/// The text at an address, tried and failing as download(); empty for the answer 204 (no content).
std::string fetch_text(const std::string& url, const DownloadOptions& options = {});

/// `text` with everything but letters, digits and -._~ written as %XX.
std::string url_encoded(const std::string& text);

}  // namespace sciwright::io
