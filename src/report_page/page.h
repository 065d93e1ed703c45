#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "report/leaderboard.h"
#include "report/make_report.h"
#include "report_page/pictures.h"

namespace sciwright::report_page {

/// What a page is made of, beside its runs. The references must outlive the call.
struct PageRequest {
  const report::ReportRequest& report;
  const std::vector<report::Leaderboard>& boards;  ///< What `report` asks for.
  const report::Document& document;                ///< What is printed of them.
  std::vector<std::string> paths = {};             ///< What the runs were read from.
  std::size_t most_details = 200;  ///< Runs with curves, phases, power and pictures, at most.
  PictureReaders readers = {};
};

/// What stands in the page's data: all tables of the document and more of the papers', the runs,
/// details of the chosen ones, and workflows. First a JSON header (its length before it, 4 bytes,
/// little-endian; blanks fill it up to 8), then the columns it tells of.
std::string page_data(const report::RunSet& set, const PageRequest& request, const Clock& clock);

/// The whole page: what web/ made, and the data in it, packed by gzip and as base64. Throws a
/// failure where the program was built without pages.
std::string page_html(std::string_view data);

}  // namespace sciwright::report_page
