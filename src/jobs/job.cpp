#include "jobs/job.h"

#include <sstream>

#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"

namespace sciwright::jobs {

std::vector<std::string> command_line(const Job& job) {
  if (job.command.empty() == job.script.empty()) {
    throw usage_error(
        fmt::format("job {}: found {}, expected a command or a script", job.id,
                    job.command.empty() ? "neither command nor script" : "command and script"));
  }
  if (job.script.empty()) return job.command;
  const auto& folder = job.working_directory.empty() ? job.directory : job.working_directory;
  const std::string text = read_file(folder / job.script);
  std::vector<std::string> line;
  if (text.starts_with("#!")) {
    std::istringstream words(text.substr(2, text.find('\n') - 2));
    for (std::string word; words >> word;) line.push_back(word);
  }
  if (line.empty()) line.push_back("/bin/sh");
  line.push_back(job.script.starts_with('/') ? job.script : "./" + job.script);
  return line;
}

std::filesystem::path record_path(const std::filesystem::path& directory, int attempt) {
  return directory / fmt::format("job.{}.jsonl", attempt);
}

}  // namespace sciwright::jobs
