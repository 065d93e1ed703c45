#include <cstdio>

#include "record/stopwatch.h"
#include "record/timer_table.h"

int main() {
  namespace record = sciwright::record;
  record::Stopwatch watch(sciwright::system_clock());
  { const record::TimedBlock block(watch, "work"); }
  const std::string csv = record::timer_csv_lines(watch.intervals(), {.tag = "from C++"});
  std::printf("%s", csv.c_str());
  return csv.find("# csv,work,ok,") == std::string::npos ? 1 : 0;
}
