#pragma once

#include <string>
#include <vector>

namespace sciwright::submission {

/// A line of a document: a heading ("# …", "## …") or text, as in Markdown; empty lines part
/// paragraphs.
using DocumentLines = std::vector<std::string>;

/// A document of headings and paragraphs as PDF on A4 pages. `utc` ("2026-11-01T10:00:00Z") is the
/// date it bears: the same lines and date give the same bytes with the same cairo and fonts.
std::string document_pdf(const DocumentLines& lines, const std::string& title,
                         const std::string& utc);

}  // namespace sciwright::submission
