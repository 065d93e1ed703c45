#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sciwright::submission {

/// A piece of HTML, told from text so that no text gets onto a page unescaped: the only way from a
/// text to Html is html_text().
struct Html {
  std::string code;

  Html& operator+=(const Html& other) {
    code += other.code;
    return *this;
  }
};

/// A text as HTML: escaped, control characters as blanks.
Html html_text(std::string_view text);

/// <TAG>content</TAG>. `attributes` is written as it is: " class=\"mark\"".
Html element(const char* tag, const Html& content, std::string_view attributes = "");

/// <a href="…">content</a> for an address of this site.
Html link(std::string_view address, const Html& content);

/// A name as part of an address or of a file's name: letters, digits, `-`, `_` and `.` stay, other
/// bytes become `_`; where anything had to be replaced, digits that tell it from others follow.
std::string address_name(std::string_view name);

/// A table with a header for each column; the first cell of a row is its header. Rows have as many
/// cells as there are columns.
struct HtmlTable {
  std::string caption = {};
  std::vector<std::string> columns = {};
  std::vector<std::vector<Html>> rows = {};
};

Html table_html(const HtmlTable& table);

/// A whole page. `root` leads from it to the site's folder: "" or "../".
std::string page_html(std::string_view title, std::string_view root, const Html& body);

}  // namespace sciwright::submission
