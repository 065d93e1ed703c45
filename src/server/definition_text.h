#pragma once

#include <string>

namespace sciwright::server {

/// Where a key of a map in block form, or an item of a list, stands in a YAML text; from 0.
struct EntryPlace {
  int line = 0;
  int column = 0;  ///< Of an item: of its dash.
};

/// The text with another entry (the key and all that is below it) in this place; without it where
/// `entry` is empty. Comments and blank lines before the next entry stay. A text whose entry is not
/// the first of its line comes back as it is.
std::string replace_entry(const std::string& text, EntryPlace place, const std::string& entry);

/// The text with an entry behind the one in this place, and as deep.
std::string insert_behind(const std::string& text, EntryPlace place, const std::string& entry);

}  // namespace sciwright::server
