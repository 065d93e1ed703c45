#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"
#include "io/yaml.h"
#include "report/report_tables.h"
#include "report/table.h"
#include "submission/evidence.h"
#include "submission/site_pages.h"

namespace sciwright::submission {
namespace {

constexpr int kDigits = 4;
constexpr const char* kNothing = "–";

/// A page of one submission while it is made.
class SubmissionPage final {
 public:
  SubmissionPage(const SiteContent& content, const Standings& standings, std::size_t submission,
                 std::optional<std::size_t> group)
      : content_(content),
        standings_(standings),
        submission_(content.tree.submissions[submission]),
        verdict_(content.convergences[submission]),
        group_(group) {
    add_state();
    add_facts();
    if (group_) add_scores();
    if (group_) add_runs();
    if (verdict_) {
      heading("Convergence");
      body_ += element("p", html_text(verdict_->sentence));
    }
    add_system();
  }

  std::string text() const {
    const Place& place = submission_.place;
    Html navigation = link("../index.html", html_text("All benchmarks"));
    navigation += html_text(" › ");
    navigation += link("index.html", html_text(place.application));
    return page_html(
        fmt::format("{}, {}", place.org, place.descriptor), "../",
        frame_html(fmt::format("{}: {}", place.org, place.descriptor), navigation, body_));
  }

 private:
  void heading(std::string_view text) { body_ += element("h2", html_text(text)); }

  void add_state() {
    body_ += element("p", mark_html(submission_));
    const std::vector<std::string> reasons = reasons_of(submission_);
    if (reasons.empty()) return;
    Html items;
    for (const std::string& reason : reasons) items += element("li", html_text(reason));
    body_ += element("ul", items);
  }

  void add_facts() {
    HtmlTable table{"Submission", {"Fact", "Value"}};
    const auto add = [&](const char* name, const std::string& value) {
      if (!value.empty()) table.rows.push_back({html_text(name), html_text(value)});
    };
    const Place& place = submission_.place;
    add("Organisation", place.org);
    add("System", place.system);
    add("Benchmark", place.application);
    if (!submission_.logs.empty()) {
      const LogFacts& facts = submission_.logs.front().facts;
      add("Division", facts.text("submission_division"));
      add("Status of the system", facts.text("submission_status"));
      add("Version", facts.text("submission_version"));
      add("Commit", facts.text("submission_github_commit_version"));
    }
    // Code is shown as text, not as a link: an address may be anything.
    for (const auto& [name, value] : code_facts()) add(name.c_str(), value);
    body_ += table_html(table);
  }

  /// What config.yaml says of the code; nothing where it could not be read.
  std::vector<std::pair<std::string, std::string>> code_facts() const {
    std::vector<std::pair<std::string, std::string>> out;
    if (!submission_.passed()) return out;
    const Json config = io::read_yaml(submission_.place.folder / "config.yaml").value;
    const Json code = config.is_object() ? config.value("github", Json()) : Json();
    if (!code.is_object()) return out;
    for (const auto& [key, title] :
         {std::pair{"repo", "Code"}, {"branch", "Branch"}, {"tag", "Tag"}}) {
      const Json value = code.value(key, Json());
      if (value.is_string()) out.emplace_back(title, value.get<std::string>());
    }
    return out;
  }

  void add_scores() {
    const report::Leaderboard& board = standings_.board;
    const report::Sample& score = board.groups.groups[*group_].samples.front();
    heading("Scores");
    HtmlTable table{fmt::format("{} beside simple methods ({} is better)", standings_.metric,
                                standings_.rule.higher_is_better ? "higher" : "lower"),
                    {"Method", standings_.metric}};
    table.rows.push_back({element("strong", html_text("this submission, mean of its runs")),
                          html_text(sample_text(&score))});
    for (const report::BaselineScore& baseline : board.baselines[*group_]) {
      table.rows.push_back(
          {html_text(baseline.name), html_text(report::number_text(baseline.value, kDigits))});
    }
    body_ += table_html(table);
    const report::Standing& standing = board.standings[*group_];
    std::string place =
        fmt::format("Place {} of {}.", report::rank_text(board, *group_), standings_.ranked.size());
    if (standing.holm_p_value) {
      place += fmt::format(" Against the best: p = {:.2g} (Welch, Holm).", *standing.holm_p_value);
    }
    body_ += element("p", html_text(place));
    body_ += element("p", html_text(fmt::format("Energy: {}.", energy_sentence())));
  }

  std::string energy_sentence() const {
    const std::string text = energy_text(standings_, *group_);
    return standings_.sample(*group_, kJoules) == nullptr
               ? text
               : text + " kJ a run; coverage is the share of the time that was measured";
  }

  std::optional<double> number_of(const report::Run& run, const char* path) const {
    const auto name = standings_.set.names.find(path);
    return name ? report::number_of(run.numbers, *name) : std::nullopt;
  }

  void add_runs() {
    HtmlTable table{"Runs", {"Log", "Seed", "Score", "Target", "Total s", "Energy J", "Coverage"}};
    const report::Sample& sample = standings_.board.groups.groups[*group_].samples.front();
    const auto shown = [](const std::optional<double>& value) {
      return html_text(value ? report::number_text(*value, kDigits) : kNothing);
    };
    for (const report::Observation& member : sample.members) {
      const report::Run& run = standings_.set.runs[member.run];
      const auto joules = number_of(run, kJoules);
      table.rows.push_back(
          {html_text(run.name.substr(run.name.rfind('/') + 1)),
           html_text(fmt::format("{}", run.seed)), shown(member.value),
           html_text(standings_.rule.reached_by(member.value) ? "reached" : "missed"),
           shown(number_of(run, kTotalTime)), shown(joules),
           shown(joules ? number_of(run, kCoverage) : std::nullopt)});
    }
    body_ += table_html(table);
  }

  void add_system() {
    if (!submission_.is_packed || !submission_.passed()) return;
    const std::string text = read_file(submission_.place.folder / "system.json");
    const Json system = is_shallow(text) ? Json::parse(text, nullptr, false) : Json();
    if (!system.is_object()) return;
    heading("System");
    HtmlTable table{"What the host record tells", {"Fact", "Value"}};
    for (const auto& [key, value] : system.items()) {
      if (value == "") continue;
      std::string name = key;
      std::ranges::replace(name, '_', ' ');
      const std::string fact = value.is_string()
                                   ? value.get<std::string>()
                                   : value.dump(-1, ' ', false, Json::error_handler_t::replace);
      table.rows.push_back({html_text(name), html_text(fact)});
    }
    body_ += table_html(table);
  }

  const SiteContent& content_;
  const Standings& standings_;
  const CheckedSubmission& submission_;
  const std::optional<ConvergenceVerdict>& verdict_;
  const std::optional<std::size_t> group_;
  Html body_;
};

}  // namespace

std::string submission_page(const SiteContent& content, const Standings& standings,
                            std::size_t submission, std::optional<std::size_t> group) {
  return SubmissionPage(content, standings, submission, group).text();
}

}  // namespace sciwright::submission
