/* How long reading and validating answers takes, and how much memory: bench_read FRAMEWORK ANSWERS THREADS
 * Prints the seconds, the growth of the peak of resident memory in bytes, and the number of answers. */
#include <niem.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A line of /proc/self/status in bytes; 0 where there is none. */
static int64_t memory(const char *key) {
  FILE *file = fopen("/proc/self/status", "r");
  char line[256];
  int64_t kib = 0;
  while (file != NULL && fgets(line, sizeof line, file) != NULL) {
    if (strncmp(line, key, strlen(key)) == 0) {
      sscanf(line + strlen(key), ": %" SCNd64, &kib);
    }
  }
  if (file != NULL) {
    fclose(file);
  }
  return kib * 1024;
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

int main(int argc, char **argv) {
  niem_framework *framework = NULL;
  niem_answers *answers = NULL;
  niem_error err = {0};
  niem_exec exec;
  if (argc != 4) {
    fprintf(stderr, "bench_read FRAMEWORK ANSWERS THREADS\n");
    return 2;
  }
  niem_exec_init(&exec);
  exec.threads = (int32_t)strtol(argv[3], NULL, 10);
  niem_status status = niem_framework_read(&framework, NULL, argv[1], &err);
  int64_t before = memory("VmRSS");
  double began = now();
  if (status == NIEM_OK) {
    status = niem_answers_read(&answers, NULL, framework, argv[2], NULL, &exec, &err);
  }
  double seconds = now() - began;
  if (status == NIEM_OK) {
    printf("%.9f %" PRId64 " %" PRId64 "\n", seconds, memory("VmHWM") - before, niem_answers_count(answers));
  } else {
    fprintf(stderr, "%s\n", err.message);
  }
  niem_answers_free(answers);
  niem_framework_free(framework);
  return status == NIEM_OK ? 0 : 1;
}
