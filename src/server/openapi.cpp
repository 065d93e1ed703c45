#include "server/openapi.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "base/xml_text.h"

namespace sciwright::server {
namespace {

using Json = nlohmann::json;

Json schema_of(const Body& body) {
  if (!body.schema.empty()) return {{"$ref", "#/components/schemas/" + body.schema}};
  if (body.media == "multipart/form-data") {
    return {{"type", "object"},
            {"required", {"file"}},
            {"properties", {{"file", {{"type", "string"}, {"format", "binary"}}}}}};
  }
  Json schema = {{"type", "string"}};
  if (body.media.starts_with("application/")) schema["format"] = "binary";
  return schema;
}

Json content_of(const std::vector<Body>& bodies) {
  Json content = Json::object();
  for (const Body& body : bodies) {
    Json& schema = content[body.media]["schema"];
    if (schema.is_null()) {
      schema = schema_of(body);
    } else {
      schema = {{"anyOf", {schema, schema_of(body)}}};
    }
  }
  return content;
}

Json parameters_of(const Route& route) {
  Json parameters = Json::array();
  for (const std::string& name : path_parameters(route)) {
    Json schema = {{"type", "string"}};
    if (name == "workflow" || name == "job") {
      schema["pattern"] = "^(?!-)(?!\\.{1,2}$)[A-Za-z0-9._-]{1,100}$";
    }
    parameters.push_back({{"name", name}, {"in", "path"}, {"required", true}, {"schema", schema}});
  }
  for (const QueryParameter& query : route.query) {
    Json schema = {{"type", query.type}};
    if (!query.values.empty()) schema["enum"] = query.values;
    parameters.push_back({{"name", query.name},
                          {"in", "query"},
                          {"description", query.summary},
                          {"required", false},
                          {"schema", schema}});
  }
  return parameters;
}

/// The refusals that any route of its kind may give.
std::vector<int> usual_refusals(const Route& route) {
  std::vector<int> codes = {400, 403};
  if (route.needs != Needs::kNothing) codes.push_back(401);
  const auto names = path_parameters(route);
  if (!names.empty()) codes.push_back(404);
  if (!names.empty() || !route.takes.empty()) codes.push_back(422);
  if (!route.takes.empty()) codes.insert(codes.end(), {413, 415});
  if (route.needs == Needs::kWrite) codes.push_back(409);
  return codes;
}

Json responses_of(const Route& route) {
  Json responses = Json::object();
  for (const int code : usual_refusals(route)) {
    responses[std::to_string(code)] = {
        {"description", std::string(reason_phrase(code))},
        {"content",
         {{"application/json", {{"schema", {{"$ref", "#/components/schemas/Error"}}}}}}}};
  }
  for (const Answer& answer : route.answers) {
    Json& response = responses[std::to_string(answer.status)];
    response = {{"description", answer.summary.empty() ? std::string(reason_phrase(answer.status))
                                                       : answer.summary}};
    if (!answer.bodies.empty()) response["content"] = content_of(answer.bodies);
  }
  return responses;
}

Json operation_of(const Route& route) {
  Json operation = {{"operationId", route.operation},
                    {"summary", route.summary},
                    {"tags", {route.tag}},
                    {"responses", responses_of(route)}};
  const Json parameters = parameters_of(route);
  if (!parameters.empty()) operation["parameters"] = parameters;
  if (!route.takes.empty()) {
    operation["requestBody"] = {{"required", false}, {"content", content_of(route.takes)}};
  }
  const Json with_token = {{"token", Json::array()}};
  if (route.needs == Needs::kNothing) operation["security"] = Json::array();
  if (route.needs == Needs::kRead) operation["security"] = {with_token, Json::object()};
  if (route.needs == Needs::kWrite) operation["security"] = {with_token};
  return operation;
}

constexpr const char* kDocsStyle =
    ":root{color-scheme:light dark}body{max-width:80rem;margin:2rem auto;padding:0 1rem;"
    "font:1rem/1.5 system-ui,sans-serif}h1{font-size:1.5rem}table{width:100%;"
    "border-collapse:collapse}th,td{padding:.4rem .6rem;border-bottom:1px solid #8886;"
    "text-align:left;vertical-align:top}td:nth-child(2){overflow-wrap:anywhere}"
    "dl{display:grid;grid-template-columns:max-content 1fr;gap:0 .8rem;margin:.3rem 0 0;"
    "font-size:.9rem}dd{margin:0}code{font-size:.9em}";

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

/// A text with `code` between backticks as HTML.
std::string prose(const std::string& text) {
  std::string out;
  bool is_code = false;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('`', at), text.size());
    out += xml_text(text.substr(at, end - at));
    if (end == text.size()) break;
    out += is_code ? "</code>" : "<code>";
    is_code = !is_code;
    at = end + 1;
  }
  return is_code ? out + "</code>" : out;
}

std::string docs_row(const std::string& method, const std::string& path, const Json& operation) {
  std::string parameters;
  for (const Json& parameter : operation.value("parameters", Json::array())) {
    if (parameter["in"] != "query") continue;
    parameters += fmt::format("<dt><code>{}</code></dt><dd>{}</dd>",
                              xml_text(parameter["name"].get<std::string>()),
                              prose(parameter["description"].get<std::string>()));
  }
  std::string upper = method;
  std::ranges::transform(upper, upper.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  std::string codes;
  for (const auto& [code, response] : operation["responses"].items()) codes += code + " ";
  return fmt::format(
      "<tr "
      "id=\"{}\"><td><code>{}</code></td><td><code>{}</code></td><td>{}{}</td><td>{}</td></tr>\n",
      operation["operationId"].get<std::string>(), upper, xml_text(path),
      prose(operation["summary"].get<std::string>()),
      parameters.empty() ? "" : "<dl>" + parameters + "</dl>", codes);
}

}  // namespace

nlohmann::json make_openapi(const std::vector<Route>& routes, const std::string& version,
                            const std::string& base_url) {
  Json paths = Json::object();
  for (const Route& route : routes) {
    paths[route.path][lower(route.method)] = operation_of(route);
  }
  return {
      {"openapi", "3.1.0"},
      {"info",
       {{"title", "sciwright"},
        {"version", version},
        {"description", "Workflows, experiments and runs of benchmarks. Changes need the token."},
        {"license", {{"name", "Apache-2.0"}, {"identifier", "Apache-2.0"}}}}},
      {"servers", {{{"url", base_url.empty() ? "/" : base_url}}}},
      {"paths", paths},
      {"components",
       {{"schemas", Json::parse(schemas_text())},
        {"securitySchemes", {{"token", {{"type", "http"}, {"scheme", "bearer"}}}}}}}};
}

std::string make_docs_page(const nlohmann::json& document) {
  std::string rows;
  for (const auto& [path, operations] : document["paths"].items()) {
    for (const auto& [method, operation] : operations.items()) {
      rows += docs_row(method, path, operation);
    }
  }
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta "
      "name=\"viewport\" content=\"width=device-width\"><title>sciwright REST interface</title>"
      "<style>{}</style></head>\n<body><h1>REST interface of sciwright {}</h1>\n<p>The same for "
      "programs: <a href=\"api/v1/openapi.json\">openapi.json</a> (OpenAPI 3.1).</p>\n<table>"
      "<thead><tr><th scope=\"col\">Method</th><th scope=\"col\">Path</th><th scope=\"col\">What"
      "</th><th scope=\"col\">Codes</th></tr></thead>\n<tbody>\n{}</tbody></table></body></html>\n",
      kDocsStyle, xml_text(document["info"]["version"].get<std::string>()), rows);
}

}  // namespace sciwright::server
