#include "report_page/page.h"

#include <cstdint>
#include <filesystem>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/evp.h>

#include "assets/files.h"
#include "base/build_facts.h"
#include "campaign/metric.h"
#include "io/compressed_stream.h"
#include "report/paper_tables.h"
#include "report/report_tables.h"
#include "report_page/run_details.h"
#include "report_page/run_lines.h"
#include "report_page/tables.h"
#include "report_page/workflows.h"

namespace sciwright::report_page {
namespace {

constexpr int kSchemaVersion = 1;
constexpr std::string_view kPlace = "<!-- the data of the report -->";

Json direction_json(const std::optional<campaign::Direction>& direction) {
  return direction ? Json(campaign::direction_name(*direction)) : Json();
}

Json board_json(const report::Leaderboard& board, const report::Table& table, Columns& columns) {
  Json directions = Json::array();
  for (const auto& direction : board.directions) directions.push_back(direction_json(direction));
  return {{"metrics", board.groups.metrics},
          {"keys", board.groups.keys},
          {"directions", std::move(directions)},
          {"tables", Json::array({table_json(table, columns)})}};
}

/// The document's tables: each leaderboard with those that follow it, and what stands for itself.
void add_tables(const PageRequest& request, Json& out, Columns& columns) {
  Json boards = Json::array();
  Json others = Json::array();
  for (const report::Table& table : request.document.tables) {
    if (table.key == "leaderboard") {
      boards.push_back(board_json(request.boards[boards.size()], table, columns));
    } else if (table.key == "parts" && !boards.empty()) {
      boards.back()["tables"].push_back(table_json(table, columns));
    } else {
      others.push_back(table_json(table, columns));
    }
  }
  out["boards"] = std::move(boards);
  out["tables"] = std::move(others);
}

/// The papers' tables, those that the runs tell of.
void add_paper_tables(const report::RunSet& set, Json& tables, Columns& columns) {
  for (const report::Table& table :
       {report::systems_table(set), report::phases_table(set),
        report::top_table(set, "average", 20), report::top_table(set, "summed", 20)}) {
    if (!table.rows.empty()) tables.push_back(table_json(table, columns));
  }
}

Json trade_offs_json(const report::RunSet& set, const PageRequest& request, Columns& columns) {
  Json out = Json::array();
  for (const report::Leaderboard& board : report::make_trade_offs(set, request.report)) {
    out.push_back(board_json(board, report::leaderboard_table(board), columns));
  }
  return out;
}

/// What a report of these paths is called: as they were named, but "." by the folder's own name.
std::string title_of(const std::vector<std::string>& paths) {
  std::vector<std::string> names;
  for (const std::string& path : paths) {
    std::filesystem::path name = std::filesystem::path(path).lexically_normal();
    if (!name.has_filename()) name = name.parent_path();
    const bool is_relative = name.empty() || name == "." || name.filename() == "..";
    names.push_back(is_relative ? std::filesystem::canonical(path).filename() : name);
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

/// The number of a run's first line, for each run.
std::vector<std::size_t> first_lines(const std::vector<RunLine>& lines, std::size_t num_runs) {
  std::vector<std::size_t> out(num_runs);
  for (std::size_t i = lines.size(); i-- > 0;) out[lines[i].run] = i;
  return out;
}

Json details_of(const report::RunSet& set, const PageRequest& request,
                const std::vector<RunLine>& lines, Columns& columns, Problems& problems) {
  const auto chosen = choose_runs(set, request.boards, request.most_details);
  Json details = details_json(set, chosen, request.readers, columns, problems);
  const std::vector<std::size_t> first = first_lines(lines, set.runs.size());
  for (Json& one : details) one["line"] = first[one["run"].get<std::size_t>()];
  return details;
}

std::string with_length(std::string header, std::string_view columns) {
  while ((header.size() + 4) % 8 != 0) header += ' ';
  std::string out;
  const auto length = static_cast<std::uint32_t>(header.size());
  for (int byte = 0; byte < 4; ++byte) out += static_cast<char>(length >> (8 * byte) & 0xFFU);
  return out.append(header).append(columns);
}

std::string base64(std::string_view bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                     reinterpret_cast<const unsigned char*>(bytes.data()),
                                     static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(length));
  return out;
}

}  // namespace

std::string page_data(const report::RunSet& set, const PageRequest& request, const Clock& clock) {
  Columns columns;
  Problems problems;
  Json out = request.document.facts;
  out["schema_version"] = kSchemaVersion;
  out["program"] = std::string("sciwright ") + kVersion;
  out["created_utc"] = utc_iso8601(clock.utc_ns());
  out["title"] = title_of(request.paths);
  out["paths"] = request.paths;
  out["notes"] = request.document.notes;
  add_tables(request, out, columns);
  add_paper_tables(set, out["tables"], columns);
  out["trade_offs"] = trade_offs_json(set, request, columns);
  const std::vector<RunLine> lines = lines_of(set, request.boards);
  out["runs"] = runs_json(set, request.boards, lines, columns);
  out["details"] = details_of(set, request, lines, columns, problems);
  out["workflows"] = workflows_json(request.paths, clock, problems);
  out["page_problems"] = problems;
  return with_length(out.dump(-1, ' ', false, Json::error_handler_t::replace), columns.block());
}

std::string page_html(std::string_view data) {
  const assets::Asset* page = assets::find_asset(assets::report_page(), "/report.html");
  if (page == nullptr) {
    throw Error(
        ErrorKind::kFailure,
        "This program was built without pages: build it with -DSCIWRIGHT_WITH_WEB=ON, which "
        "needs node and npm.");
  }
  const std::string_view html = page->content;
  const std::size_t place = html.find(kPlace);
  if (place == std::string_view::npos) {
    throw Error(ErrorKind::kFailure, "The page of reports has no place for its data: a bug.");
  }
  std::string out(html.substr(0, place));
  out += "<script type=\"application/octet-stream\" id=\"data\">";
  out += base64(io::compressed(data, io::Compression::kGzip));
  out += "</script>";
  return out.append(html.substr(place + kPlace.size()));
}

}  // namespace sciwright::report_page
