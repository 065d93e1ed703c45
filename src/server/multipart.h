#pragma once

#include <string>
#include <string_view>

namespace sciwright::server {

/// A file of a form.
struct FormFile {
  std::string name = {};  ///< As the client calls it, without folders; may be empty.
  std::string content = {};
};

/// The part called `file` of a multipart/form-data body (RFC 7578). Throws a usage error for a body
/// that is none, without such a part, or with several.
FormFile read_form_file(std::string_view content_type, std::string_view body);

}  // namespace sciwright::server
