#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sciwright::server {

/// Writes JSON as text, key by key: a workflow of 100,000 nodes is never a tree of JSON values.
/// Bytes that are no UTF-8 become U+FFFD, numbers that JSON does not have become null. Whoever
/// writes keeps the brackets even. An empty key stands for an item of a list.
class JsonText final {
 public:
  /// '{' or '[', of a key where it has one.
  JsonText& open(char bracket, std::string_view key = {});
  JsonText& close(char bracket);
  JsonText& text(std::string_view key, std::string_view value);
  JsonText& integer(std::string_view key, std::int64_t value);
  JsonText& number(std::string_view key, double value);
  JsonText& boolean(std::string_view key, bool value);
  JsonText& null(std::string_view key);
  /// A number, or null where there is none.
  JsonText& integer_or_null(std::string_view key, std::optional<std::int64_t> value);
  JsonText& number_or_null(std::string_view key, std::optional<double> value);
  /// "2026-11-22T04:27:00.000Z"; null for 0, which means not yet.
  JsonText& time(std::string_view key, std::int64_t utc_ns);
  JsonText& texts(std::string_view key, const std::vector<std::string>& values);
  /// What is JSON already.
  JsonText& raw(std::string_view key, std::string_view json);

  const std::string& str() const { return out_; }
  std::string take() { return std::move(out_); }

 private:
  void begin(std::string_view key);

  std::string out_;
};

}  // namespace sciwright::server
