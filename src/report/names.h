#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace sciwright::report {

/// The number of a text in a `Names`; 0 is the empty text.
using Name = std::uint32_t;

/// Texts, each kept once. 10^5 runs have the same few hundred paths and values.
class Names final {
 public:
  Names() { add(""); }
  Names(const Names&) = delete;
  Names& operator=(const Names&) = delete;
  Names(Names&&) = default;
  Names& operator=(Names&&) = default;

  /// Its number; it is kept when it is new.
  Name add(std::string_view text);

  /// Its number, if it is kept.
  std::optional<Name> find(std::string_view text) const;

  /// Stays where it is while this lives.
  const std::string& text(Name name) const { return texts_[name]; }

  std::size_t size() const { return texts_.size(); }

 private:
  std::deque<std::string> texts_;
  std::unordered_map<std::string_view, Name> numbers_;
};

}  // namespace sciwright::report
