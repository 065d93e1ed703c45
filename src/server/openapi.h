#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "server/routes.h"

namespace sciwright::server {

/// The OpenAPI 3.1 document of a table of routes. `base_url` is where clients find the service;
/// empty: where they found the document.
nlohmann::json make_openapi(const std::vector<Route>& routes, const std::string& version,
                            const std::string& base_url);

/// Descriptions of all JSON that the service speaks, by name (JSON Schema 2020-12).
const char* schemas_text();

/// A page of the document for people, without scripts.
std::string make_docs_page(const nlohmann::json& document);

}  // namespace sciwright::server
