#pragma once

#include <curl/curl.h>

namespace sciwright::io {

/// libcurl, opened at the first download: it brings thirty libraries of its own, which would
/// double the start-up time of every command (docs/decisions/0012).
struct CurlLibrary {
  decltype(&curl_easy_init) easy_init;
  decltype(&curl_easy_setopt) easy_setopt;
  decltype(&curl_easy_perform) easy_perform;
  decltype(&curl_easy_strerror) easy_strerror;
  decltype(&curl_easy_cleanup) easy_cleanup;
  decltype(&curl_slist_append) slist_append;
  decltype(&curl_slist_free_all) slist_free_all;
};

/// Opened and initialised once, thread-safe. Throws a failure naming the library when the
/// system has none.
const CurlLibrary& curl_library();

}  // namespace sciwright::io
