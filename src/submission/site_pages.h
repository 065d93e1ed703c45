#pragma once

#include <optional>
#include <string>

#include "submission/html.h"
#include "submission/site.h"
#include "submission/standings.h"

namespace sciwright::submission {

/// All that pages are made of.
struct SiteContent {
  const SubmissionTree& tree;
  const SiteRequest& request;
  std::vector<Standings> standings;
  std::vector<std::optional<ConvergenceVerdict>> convergences;  ///< Of the tree's submissions.
};

/// The address of a submission's page, from the site's folder.
std::string submission_address(const CheckedSubmission& submission);
/// The address of a benchmark's page.
std::string benchmark_address(const std::string& application);

/// "verified" or "unverified", in words and colour, so that neither is needed alone.
Html mark_html(const CheckedSubmission& submission);

/// A mean, with its interval where there are repeats: "0.984 (0.981 to 0.987)"; "–" without values.
std::string sample_text(const report::Sample* sample);

/// Mean joules in kilojoules, where they come from and the least coverage of a run: "12.3
/// (measured, coverage 0.98)"; "not
/// measured" where no run has any.
std::string energy_text(const Standings& standings, std::size_t group);

/// A heading with the way back above it and what marks mean below it.
Html frame_html(std::string_view heading, const Html& navigation, const Html& content);

/// Why a submission is not verified or does not pass, a sentence each.
std::vector<std::string> reasons_of(const CheckedSubmission& submission);

/// The pages.
std::string index_page(const SiteContent& content);
std::string benchmark_page(const SiteContent& content, const Standings& standings);
/// `group`: its place on the board; nothing where it is not ranked.
std::string submission_page(const SiteContent& content, const Standings& standings,
                            std::size_t submission, std::optional<std::size_t> group);

}  // namespace sciwright::submission
