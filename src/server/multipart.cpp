#include "server/multipart.h"

#include <algorithm>
#include <cctype>
#include <optional>

#include <fmt/format.h>

#include "base/error.h"

namespace sciwright::server {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

/// The value of `; name=value` or `; name="value"` in a header.
std::optional<std::string> header_parameter(std::string_view header, std::string_view name) {
  const std::string wanted = fmt::format("{}=", name);
  const std::string low = lower(header);
  for (std::size_t at = low.find(wanted); at != std::string::npos; at = low.find(wanted, at + 1)) {
    if (at == 0 || (low[at - 1] != ' ' && low[at - 1] != ';')) continue;
    std::string_view value = header.substr(at + wanted.size());
    if (value.starts_with('"')) {
      value.remove_prefix(1);
      const std::size_t end = value.find('"');
      if (end == std::string_view::npos) return std::nullopt;
      return std::string(value.substr(0, end));
    }
    return std::string(value.substr(0, value.find_first_of("; \t")));
  }
  return std::nullopt;
}

/// "scripts\a.zip" and "/home/me/a.zip" are a.zip.
std::string base_name(const std::string& path) { return path.substr(path.find_last_of("/\\") + 1); }

/// The `Content-Disposition` among a part's headers.
std::string disposition_of(std::string_view headers) {
  while (!headers.empty()) {
    const std::string_view line = headers.substr(0, headers.find("\r\n"));
    headers.remove_prefix(std::min(headers.size(), line.size() + 2));
    if (lower(line.substr(0, 20)) == "content-disposition:") return std::string(line.substr(20));
  }
  return {};
}

}  // namespace

FormFile read_form_file(std::string_view content_type, std::string_view body) {
  const auto boundary = header_parameter(content_type, "boundary");
  if (!boundary || boundary->empty() || boundary->size() > 70) {
    throw usage_error("multipart/form-data: expected a boundary of 1 to 70 characters");
  }
  const std::string delimiter = "\r\n--" + *boundary;
  const std::string first = delimiter.substr(2);
  const Error broken = usage_error("multipart/form-data: the body does not keep to its boundary");
  if (!body.starts_with(first)) throw broken;
  std::optional<FormFile> found;
  body.remove_prefix(first.size());
  while (!body.starts_with("--")) {
    if (!body.starts_with("\r\n")) throw broken;
    const std::size_t head_end = body.find("\r\n\r\n");
    const std::size_t end = body.find(delimiter);
    if (head_end == std::string_view::npos || end == std::string_view::npos) throw broken;
    const std::size_t begin = std::min(head_end + 4, end);
    const std::string disposition = disposition_of(body.substr(2, std::min(head_end, end) - 2));
    if (header_parameter(disposition, "name") == "file") {
      if (found) throw usage_error("multipart/form-data: expected one part 'file', found several");
      found = FormFile{.name = base_name(header_parameter(disposition, "filename").value_or("")),
                       .content = std::string(body.substr(begin, end - begin))};
    }
    body.remove_prefix(end + delimiter.size());
  }
  if (!found) throw usage_error("multipart/form-data: expected a part called 'file'");
  return *found;
}

}  // namespace sciwright::server
