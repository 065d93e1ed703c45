#include "submission/site_pages.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/clock.h"
#include "base/printable_text.h"
#include "report/report_tables.h"
#include "report/table.h"

namespace sciwright::submission {
namespace {

constexpr int kDigits = 4;
constexpr const char* kNothing = "–";

constexpr const char* kVerifiedMeans =
    "Verified: the logs keep the rules, every packed file has its checksum, and each score is that "
    "of the run's own result. Unverified: the logs keep the rules, but nothing proves the rest. "
    "Neither says that somebody else repeated the runs.";
constexpr const char* kTiesMean =
    "Place =1: may be as good as the best (Welch's test, 5 % after Holm's correction). Place with "
    "a question mark: a single run, nobody can say. Intervals are 95 % intervals of the mean over "
    "repeats.";

Html paragraph(std::string_view text, std::string_view attributes = "") {
  return element("p", html_text(text), attributes);
}

Html list_html(const std::vector<std::string>& texts) {
  Html items;
  for (const std::string& text : texts) items += element("li", html_text(text));
  return element("ul", items);
}

std::string baseline_text(const report::Leaderboard& board, std::size_t group) {
  const auto& baselines = board.baselines[group];
  if (baselines.empty()) return kNothing;
  return fmt::format("{} ({})", report::number_text(baselines.front().value, kDigits),
                     baselines.front().name);
}

/// Where the joules come from, as the runs say: "measured", "estimated".
std::string origins_text(const Standings& standings, const report::Sample& joules) {
  const auto key = standings.set.names.find(kEnergyOrigin);
  std::set<std::string> origins;
  for (const report::Observation& member : joules.members) {
    if (!key) break;
    origins.insert(
        standings.set.names.text(report::label_of(standings.set.runs[member.run].labels, *key)));
  }
  origins.erase("");
  return fmt::format("{}", fmt::join(origins, " and "));
}

std::string target_text(const Standings& standings, std::size_t group) {
  const report::Sample& sample = standings.board.groups.groups[group].samples.front();
  const auto num = std::ranges::count_if(sample.members, [&](const report::Observation& member) {
    return standings.rule.reached_by(member.value);
  });
  return fmt::format("{} of {}", num, sample.members.size());
}

/// What the score was taken for: "Next Year Back" of the earthquake benchmark.
std::string row_text(const Standings& standings, std::size_t group) {
  const report::Sample& sample = standings.board.groups.groups[group].samples.front();
  const report::Run& run = standings.set.runs[sample.members.front().run];
  const auto key = standings.set.names.find("parameter");
  const report::Name value = key ? report::label_of(run.rows.front().labels, *key) : 0;
  return value == 0 ? "" : standings.set.names.text(value);
}

bool has_rows(const Standings& standings) {
  for (std::size_t i = 0; i < standings.ranked.size(); ++i) {
    if (!row_text(standings, i).empty()) return true;
  }
  return false;
}

Html convergence_html(const SiteContent& content, std::size_t submission) {
  const auto& verdict = content.convergences[submission];
  return html_text(!verdict ? kNothing : verdict->passes ? "passes" : "fails");
}

Html board_html(const SiteContent& content, const Standings& standings) {
  const bool with_rows = has_rows(standings);
  const bool with_reference = std::ranges::any_of(
      standings.ranked, [&](std::size_t i) { return content.convergences[i].has_value(); });
  HtmlTable table{fmt::format("{} by {} ({} is better)", standings.application, standings.metric,
                              standings.rule.higher_is_better ? "higher" : "lower"),
                  {"Submission", "Place", "Mark", "Runs", "Score, 95 % interval"}};
  if (with_rows) table.columns.emplace_back("Score of");
  for (const char* title : {"Best baseline", "Target reached", "Total s", "Energy kJ"}) {
    table.columns.emplace_back(title);
  }
  if (with_reference) table.columns.emplace_back("Convergence");
  for (std::size_t g = 0; g < standings.ranked.size(); ++g) {
    const CheckedSubmission& submission = content.tree.submissions[standings.ranked[g]];
    const report::Sample& score = standings.board.groups.groups[g].samples.front();
    std::vector<Html>& row = table.rows.emplace_back();
    row = {link("../" + submission_address(submission),
                html_text(fmt::format("{}, {}, {}", submission.place.org, submission.place.system,
                                      submission.place.descriptor))),
           html_text(report::rank_text(standings.board, g)), mark_html(submission),
           html_text(fmt::format("{}", score.members.size())), html_text(sample_text(&score))};
    if (with_rows) row.push_back(html_text(row_text(standings, g)));
    row.push_back(html_text(baseline_text(standings.board, g)));
    row.push_back(html_text(target_text(standings, g)));
    row.push_back(html_text(sample_text(standings.sample(g, kTotalTime))));
    row.push_back(html_text(energy_text(standings, g)));
    if (with_reference) row.push_back(convergence_html(content, standings.ranked[g]));
  }
  return table_html(table);
}

Html unranked_html(const SiteContent& content, const Standings& standings) {
  HtmlTable table{"Not ranked", {"Submission", "Why"}};
  for (const std::size_t i : standings.unranked) {
    const CheckedSubmission& submission = content.tree.submissions[i];
    const std::vector<std::string> reasons = reasons_of(submission);
    table.rows.push_back(
        {link("../" + submission_address(submission),
              html_text(fmt::format("{}, {}, {}", submission.place.org, submission.place.system,
                                    submission.place.descriptor))),
         html_text(reasons.size() == 1
                       ? reasons.front()
                       : fmt::format("{} (and {} more)", reasons.front(), reasons.size() - 1))});
  }
  return table.rows.empty() ? Html() : table_html(table);
}

/// The day of the newest run; empty where no log tells one.
std::string newest_run(const Standings& standings) {
  double newest = 0;
  for (const report::Run& run : standings.set.runs) {
    newest = std::max(newest, run.finished_s.value_or(0));
  }
  if (newest <= 0) return "";
  return utc_iso8601(static_cast<std::int64_t>(newest * 1e9)).substr(0, 10);
}

std::string leader_text(const SiteContent& content, const Standings& standings) {
  std::string text;
  for (std::size_t g = 0; g < standings.ranked.size(); ++g) {
    const report::Standing& standing = standings.board.standings[g];
    if (standing.rank != 1 || (!standing.is_best && !standing.differs)) continue;
    const Place& place = content.tree.submissions[standings.ranked[g]].place;
    text +=
        fmt::format("{}{}, {}", text.empty() ? "" : "; tied with ", place.org, place.descriptor);
  }
  return text.empty() ? kNothing : text;
}

}  // namespace

std::string energy_text(const Standings& standings, std::size_t group) {
  const report::Sample* joules = standings.sample(group, kJoules);
  if (joules == nullptr) return "not measured";
  std::string text = report::number_text(joules->summary.mean / 1e3, kDigits);
  std::string how = origins_text(standings, *joules);
  if (const report::Sample* coverage = standings.sample(group, kCoverage)) {
    how += fmt::format("{}coverage {}", how.empty() ? "" : ", ",
                       report::number_text(coverage->summary.min, 3));
  }
  if (!how.empty()) text += " (" + how + ")";
  const std::size_t num = standings.board.groups.groups[group].samples.front().members.size();
  if (joules->members.size() < num) {
    text += fmt::format(", {} of {} runs", joules->members.size(), num);
  }
  return text;
}

Html frame_html(std::string_view heading, const Html& navigation, const Html& content) {
  Html body = element("a", html_text("Skip to the content"), " class=\"skip\" href=\"#content\"");
  body += navigation.code.empty() ? Html() : element("nav", navigation, " aria-label=\"Site\"");
  Html inner = element("h1", html_text(heading));
  inner += content;
  body += element("main", inner, " id=\"content\"");
  body += element("footer", paragraph(kVerifiedMeans));
  return body;
}

std::string submission_address(const CheckedSubmission& submission) {
  const Place& place = submission.place;
  return fmt::format("{}/{}~{}~{}.html", address_name(place.application), address_name(place.org),
                     address_name(place.system), address_name(place.descriptor));
}

std::string benchmark_address(const std::string& application) {
  return address_name(application) + "/index.html";
}

Html mark_html(const CheckedSubmission& submission) {
  if (submission.verified()) {
    return element("span", html_text("✓ verified"), " class=\"mark verified\"");
  }
  return element("span", html_text(submission.passed() ? "✗ unverified" : "✗ fails the check"),
                 " class=\"mark unverified\"");
}

std::string sample_text(const report::Sample* sample) {
  if (sample == nullptr || sample->members.empty()) return kNothing;
  std::string text = report::number_text(sample->summary.mean, kDigits);
  if (sample->interval) {
    text += fmt::format(" ({} to {})", report::number_text(sample->interval->low, kDigits),
                        report::number_text(sample->interval->high, kDigits));
  }
  return text;
}

std::vector<std::string> reasons_of(const CheckedSubmission& submission) {
  std::vector<std::string> reasons;
  const auto add = [&](const std::filesystem::path& path, int line, const std::string& text) {
    const std::string name =
        path.lexically_relative(submission.place.folder.parent_path()).generic_string();
    reasons.push_back(line > 0 ? fmt::format("{}:{}: {}", name, line, text)
                               : fmt::format("{}: {}", name, text));
  };
  for (const Finding& f : submission.findings) {
    if (f.severity != record::Severity::kError) continue;
    add(f.path, f.line, f.rule + "; found " + f.found);
  }
  for (const CheckedLog& log : submission.logs) {
    for (const record::Finding& f : log.report.findings) {
      if (f.severity != record::Severity::kError) continue;
      add(log.path, f.line, fmt::format("{} {}; found {}", f.key, f.rule, f.found));
    }
  }
  if (!submission.is_packed) reasons.emplace_back("It was not packed with checksums.");
  if (!submission.has_evidence) {
    reasons.emplace_back("The results of the runs are not beside their logs.");
  }
  return reasons;
}

std::string index_page(const SiteContent& content) {
  HtmlTable table{"Benchmarks",
                  {"Benchmark", "Submissions", "Verified", "First place", "Newest run"}};
  for (const Standings& standings : content.standings) {
    const auto is_verified = [&](std::size_t i) { return content.tree.submissions[i].verified(); };
    const auto num_verified = std::ranges::count_if(standings.ranked, is_verified);
    table.rows.push_back(
        {link(benchmark_address(standings.application), html_text(standings.application)),
         html_text(fmt::format("{}", standings.ranked.size() + standings.unranked.size())),
         html_text(fmt::format("{}", num_verified)), html_text(leader_text(content, standings)),
         html_text(newest_run(standings))});
  }
  Html body = paragraph(
      "Submissions to the MLCommons Science benchmarks, ranked by the scores of "
      "their logs, beside what simple methods reach.");
  body += table_html(table);
  if (!content.tree.findings.empty()) {
    body += element("h2", html_text("What belongs to no submission"));
    std::vector<std::string> texts;
    for (const Finding& f : content.tree.findings) texts.push_back(f.rule + "; found " + f.found);
    body += list_html(texts);
  }
  return page_html(content.request.title, "", frame_html(content.request.title, {}, body));
}

std::string benchmark_page(const SiteContent& content, const Standings& standings) {
  Html body = paragraph(
      fmt::format("The score is {} of the record result; the working group's target is {}.",
                  fmt::join(standings.rule.fields, " or "), standings.rule.target_text()));
  if (!standings.ranked.empty()) {
    body += board_html(content, standings);
    body += paragraph(kTiesMean);
    body += list_html(standings.board.warnings);
  }
  body += unranked_html(content, standings);
  return page_html(
      fmt::format("{}: {}", content.request.title, standings.application), "../",
      frame_html(standings.application, link("../index.html", html_text("All benchmarks")), body));
}

}  // namespace sciwright::submission
