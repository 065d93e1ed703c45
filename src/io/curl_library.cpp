#include "io/curl_library.h"

#include <dlfcn.h>

#include <fmt/format.h>

#include "base/error.h"

namespace sciwright::io {
namespace {

constexpr const char* kName = "libcurl.so.4";  // its binary interface since 2006

Error failure() {
  return Error(ErrorKind::kFailure,
               fmt::format("{}: cannot be opened, and downloads need it: {}", kName, ::dlerror()));
}

template <class Function>
void find(void* library, const char* symbol, Function& function) {
  function = reinterpret_cast<Function>(::dlsym(library, symbol));
  if (function == nullptr) throw failure();
}

CurlLibrary open_library() {
  void* const library = ::dlopen(kName, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) throw failure();
  decltype(&curl_global_init) global_init = nullptr;
  find(library, "curl_global_init", global_init);
  global_init(CURL_GLOBAL_DEFAULT);

  CurlLibrary curl{};
  find(library, "curl_easy_init", curl.easy_init);
  find(library, "curl_easy_setopt", curl.easy_setopt);
  find(library, "curl_easy_perform", curl.easy_perform);
  find(library, "curl_easy_strerror", curl.easy_strerror);
  find(library, "curl_easy_cleanup", curl.easy_cleanup);
  find(library, "curl_slist_append", curl.slist_append);
  find(library, "curl_slist_free_all", curl.slist_free_all);
  return curl;
}

}  // namespace

const CurlLibrary& curl_library() {
  static const CurlLibrary library = open_library();
  return library;
}

}  // namespace sciwright::io
