#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "config/fields.h"
#include "record/host.h"
#include "record/mllog.h"

namespace sciwright::bench {

/// Who submits a run to MLCommons: the section `submission` of the configuration. An empty text is
/// not told.
struct SubmissionSettings {
  std::string org;
  std::string platform;
  std::string status = "research";
  std::string submitter;
  std::string email;
};

template <class Visitor>
void visit_fields(SubmissionSettings& s, Visitor& v) {
  v.field("org", s.org, "Organisation that submits; empty: unknown.");
  v.field("platform", s.platform, "Name of the system; empty: the host's name.");
  v.field("status", s.status, "Where the system stands.",
          {config::one_of({"cloud", "onprem", "preview", "research"})});
  v.field("submitter", s.submitter, "Name of the person to ask.");
  v.field("email", s.email, "Address of that person.");
}

/// What is wrong with the section `submission` of a configuration, where there is one.
Problems check_submission(const nlohmann::json& sections, const config::Locate& locate);

/// The submission records of a run, from the section `submission`, else (organisation, platform and
/// person) from the reference's section `benchmark`. Expects checked sections.
record::MllogSubmission submission_of(const std::string& benchmark, const nlohmann::json& sections,
                                      const record::HostFacts& host);

}  // namespace sciwright::bench
