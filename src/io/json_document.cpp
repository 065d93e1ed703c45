#include "io/json_document.h"

#include <algorithm>
#include <set>
#include <sstream>
#include <vector>

#include <fmt/format.h>

#include "base/error.h"

namespace sciwright::io {
namespace {

constexpr int kMaxDepth = 100;

/// Follows nlohmann's parser through a text and notes where the keys are.
class Reader final {
 public:
  Reader(const std::string& text, const std::string& name)
      : text_(text), name_(name), stream_(text) {}

  Document read() {
    const auto note = [this](int depth, Json::parse_event_t event, const Json& value) {
      take(depth, event, value);
      return true;
    };
    try {
      document_.value = Json::parse(stream_, note);
    } catch (const Json::exception& error) {
      const std::string_view what = error.what();  // "[json.exception.parse_error.101] parse …"
      fail(fmt::format("this is not valid JSON: {}", what.substr(what.find("] ") + 2)));
    }
    return std::move(document_);
  }

 private:
  /// An object or a list that is not closed yet.
  struct Level {
    std::string path;
    std::set<std::string> keys = {};
    std::string key = {};       ///< Of the value that comes.
    std::size_t num_items = 0;  ///< Of a list, so far.
    bool is_list = false;
  };

  void take(int depth, Json::parse_event_t event, const Json& value) {
    using Event = Json::parse_event_t;
    if (depth > kMaxDepth) fail(fmt::format("more than {} levels", kMaxDepth));
    if (event == Event::key) {
      take_key(value.get<std::string>());
    } else if (event == Event::object_start || event == Event::array_start) {
      levels_.push_back({.path = next_path(), .is_list = event == Event::array_start});
    } else {
      if (event != Event::value) levels_.pop_back();
      if (!levels_.empty()) ++levels_.back().num_items;
    }
  }

  void take_key(const std::string& key) {
    Level& level = levels_.back();
    const Position at = position(opening_quote());
    if (!level.keys.insert(key).second) {
      throw usage_error(fmt::format("{}: the key '{}' is given twice", at.text(), key));
    }
    level.key = key;
    document_.positions[next_path()] = at;
  }

  /// The path of the value that comes.
  std::string next_path() const {
    if (levels_.empty()) return "";
    const Level& level = levels_.back();
    const std::string last = level.is_list ? std::to_string(level.num_items) : level.key;
    return level.path.empty() ? last : level.path + "." + last;
  }

  /// How many bytes the parser has taken.
  std::size_t offset() {
    const auto at = stream_.rdbuf()->pubseekoff(0, std::ios::cur, std::ios::in);
    return std::min(static_cast<std::size_t>(std::max<std::streamoff>(at, 0)), text_.size());
  }

  /// Where the text that has just ended begins.
  std::size_t opening_quote() {
    std::size_t at = text_.rfind('"', offset() - 1);
    const auto is_escaped = [this](std::size_t quote) {
      const std::size_t before = text_.find_last_not_of('\\', quote - 1);
      return (quote - before) % 2 == 0;
    };
    do {
      at = text_.rfind('"', at - 1);
    } while (is_escaped(at));
    return at;
  }

  Position position(std::size_t at) const {
    const auto begin = text_.begin();
    const auto here = begin + static_cast<std::ptrdiff_t>(at);
    const std::size_t line_end = at == 0 ? std::string::npos : text_.rfind('\n', at - 1);
    const std::size_t line_begin = line_end == std::string::npos ? 0 : line_end + 1;
    return {name_, static_cast<int>(std::count(begin, here, '\n')) + 1,
            static_cast<int>(at - line_begin) + 1};
  }

  [[noreturn]] void fail(const std::string& what) {
    const std::size_t end = offset();
    throw usage_error(position(end > 0 ? end - 1 : 0).text() + ": " + what);
  }

  const std::string& text_;
  const std::string& name_;
  std::istringstream stream_;
  std::vector<Level> levels_;
  Document document_;
};

}  // namespace

Document parse_json(const std::string& text, const std::string& name) {
  return Reader(text, name).read();
}

}  // namespace sciwright::io
