#include <stdio.h>
#include <string.h>

#include "record/stopwatch_c.h"

int main(void) {
  sciwright_stopwatch* watch = sciwright_stopwatch_create();
  if (watch == NULL || sciwright_stopwatch_start(watch, "work") != 0) return 1;
  if (sciwright_stopwatch_stop(watch, "work", "ok") != 0) return 2;
  if (sciwright_stopwatch_stop(watch, "rest", NULL) != 1) return 3;
  char* csv = sciwright_stopwatch_report(watch, "csv", "from C");
  if (csv == NULL || strstr(csv, "# csv,work,ok,") == NULL) return 4;
  printf("%s", csv);
  sciwright_text_free(csv);
  sciwright_stopwatch_destroy(watch);
  return 0;
}
