// What the local launcher adds to a job: runs COUNT times `true`, SLOTS at a time, and prints the
// time of each in one JSON line. The jobs' directories are made before, below TMPDIR. `bare`: the
// same processes with nothing around them, which no launcher can undercut.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <spawn.h>
#include <string>
#include <string_view>
#include <vector>

#include <sys/wait.h>

#include "base/files.h"
#include "jobs/local_launcher.h"
#include "jobs/run_jobs.h"

extern char** environ;

namespace {

using namespace sciwright;

/// Seconds, and whether all jobs succeeded.
struct Timed {
  double seconds = 0;
  bool good = true;
};

Timed run_launched(int count, int num_slots) {
  const TemporaryDirectory folder;
  std::vector<jobs::Job> all;
  for (int i = 0; i < count; ++i) {
    all.push_back({.id = std::to_string(i),
                   .directory = folder.path() / std::to_string(i),
                   .command = {"true"}});
    make_directories(all.back().directory);
  }
  jobs::LocalLauncher launcher(num_slots);
  jobs::JobTracker tracker(folder.path(), launcher, system_clock());
  const auto start = std::chrono::steady_clock::now();
  const jobs::RunSummary summary = jobs::run_jobs(tracker, all);
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
  return {wall.count(), summary.num_succeeded == all.size()};
}

Timed run_bare(int count, int num_slots) {
  char program[] = "true";
  char* arguments[] = {program, nullptr};
  Timed out;
  const auto start = std::chrono::steady_clock::now();
  for (int num_started = 0, num_running = 0; num_started < count || num_running > 0;) {
    if (num_started < count && num_running < num_slots) {
      pid_t pid = 0;
      out.good =
          ::posix_spawnp(&pid, program, nullptr, nullptr, arguments, environ) == 0 && out.good;
      ++num_started;
      ++num_running;
      continue;
    }
    int status = 0;
    out.good = ::wait(&status) > 0 && status == 0 && out.good;
    --num_running;
  }
  out.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  const int count = argc > 1 ? std::atoi(argv[1]) : 2000;
  const int num_slots = argc > 2 ? std::atoi(argv[2]) : 2;
  const bool is_bare = argc > 3 && std::string_view(argv[3]) == "bare";
  const Timed timed = is_bare ? run_bare(count, num_slots) : run_launched(count, num_slots);
  std::printf("{\"jobs_s\": %.6f, \"job_ms\": %.6f}\n", timed.seconds, 1e3 * timed.seconds / count);
  return timed.good ? 0 : 1;
}
