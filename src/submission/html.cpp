#include "submission/html.h"

#include <fmt/format.h>

#include "base/hash.h"
#include "base/printable_text.h"
#include "base/xml_text.h"

namespace sciwright::submission {
namespace {

bool stays_in_address(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.';
}

}  // namespace

Html html_text(std::string_view text) { return {xml_text(printable_text(text))}; }

Html element(const char* tag, const Html& content, std::string_view attributes) {
  return {fmt::format("<{0}{1}>{2}</{0}>", tag, attributes, content.code)};
}

Html link(std::string_view address, const Html& content) {
  return {fmt::format("<a href=\"{}\">{}</a>", xml_text(address), content.code)};
}

std::string address_name(std::string_view name) {
  constexpr std::size_t kLongest = 80;
  std::string out;
  for (const char c : name.substr(0, kLongest)) out += stays_in_address(c) ? c : '_';
  const bool is_same = out == name && !out.starts_with('.') && !out.empty();
  return is_same ? out : "x" + out + "-" + sha256_hex(name).substr(0, 8);
}

Html table_html(const HtmlTable& table) {
  Html head;
  for (const std::string& column : table.columns) {
    head += element("th", html_text(column), " scope=\"col\"");
  }
  Html body;
  for (const std::vector<Html>& row : table.rows) {
    Html cells;
    for (std::size_t i = 0; i < row.size(); ++i) {
      cells += i == 0 ? element("th", row[i], " scope=\"row\"") : element("td", row[i]);
    }
    body += element("tr", cells);
    body.code += "\n";
  }
  Html out = element("caption", html_text(table.caption));
  out += element("thead", element("tr", head));
  out.code += "\n";
  out += element("tbody", body);
  // A wide table scrolls by itself, and by keyboard.
  return element("div", element("table", out),
                 fmt::format(" class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{}\"",
                             html_text(table.caption).code));
}

std::string page_html(std::string_view title, std::string_view root, const Html& body) {
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'self' file:\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n<title>{}</title>\n"
      "<link rel=\"stylesheet\" href=\"{}style.css\">\n</head>\n<body>\n{}\n</body>\n</html>\n",
      html_text(title).code, root, body.code);
}

}  // namespace sciwright::submission
