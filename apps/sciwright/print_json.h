#pragma once

#include <fmt/format.h>

namespace sciwright {

/// Prints JSON to stdout for people and programs; bytes that are no UTF-8 as U+FFFD.
template <class Json>
void print_json(const Json& json) {
  fmt::print("{}\n", json.dump(2, ' ', false, Json::error_handler_t::replace));
}

}  // namespace sciwright
