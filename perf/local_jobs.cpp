// What the local launcher adds to a job: runs COUNT times `true`, SLOTS at a time, and prints the
// time of each in one JSON line. The jobs' directories are made before.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/files.h"
#include "jobs/local_launcher.h"
#include "jobs/run_jobs.h"

int main(int argc, char** argv) {
  using namespace sciwright;
  const int count = argc > 1 ? std::atoi(argv[1]) : 2000;
  const int num_slots = argc > 2 ? std::atoi(argv[2]) : 2;
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
  std::printf("{\"jobs_s\": %.6f, \"job_ms\": %.6f}\n", wall.count(), 1e3 * wall.count() / count);
  return summary.num_succeeded == all.size() ? 0 : 1;
}
