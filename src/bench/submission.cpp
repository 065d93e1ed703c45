#include "bench/submission.h"

#include <initializer_list>

#include "base/build_facts.h"
#include "config/overrides.h"

namespace sciwright::bench {
namespace {

using Json = nlohmann::json;

constexpr const char* kSection = "submission";

/// The first of some texts that is there and not empty.
std::string first_text(const std::string& own, const Json& sections,
                       std::initializer_list<const char*> paths, const std::string& otherwise) {
  if (!own.empty()) return own;
  for (const char* path : paths) {
    const Json* found = config::find_path(sections, path);
    if (found != nullptr && found->is_string() && *found != "") return *found;
  }
  return otherwise;
}

}  // namespace

Problems check_submission(const Json& sections, const config::Locate& locate) {
  const auto found = sections.find(kSection);
  if (found == sections.end() || found->is_null()) return {};
  if (!found->is_object()) {
    const std::string place = locate(kSection);
    return {place + (place.empty() ? "" : ": ") + "submission must be a section with settings"};
  }
  config::Loader loader(*found, locate, kSection);
  SubmissionSettings settings;
  visit_fields(settings, loader);
  return loader.problems();
}

record::MllogSubmission submission_of(const std::string& benchmark, const Json& sections,
                                      const record::HostFacts& host) {
  SubmissionSettings settings;
  if (const auto found = sections.find(kSection); found != sections.end() && found->is_object()) {
    config::load(*found, {}, settings);
  }
  record::MllogSubmission s;
  s.benchmark = benchmark;
  s.org =
      first_text(settings.org, sections, {"benchmark.org", "benchmark.organisation"}, "unknown");
  s.platform = first_text(settings.platform, sections, {"benchmark.platform"}, host.hostname);
  s.division = "open";  // the science working group knows no other
  s.status = settings.status;
  s.poc_name =
      first_text(settings.submitter, sections, {"benchmark.submitter", "benchmark.user"}, "");
  s.poc_email = first_text(settings.email, sections, {"benchmark.email", "benchmark.e-mail"}, "");
  s.version = kVersion;
  s.commit = kCommit;
  return s;
}

}  // namespace sciwright::bench
