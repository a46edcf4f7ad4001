/* How long niem_score takes: bench_score FRAMEWORK ANSWERS INDEX TIMES
 * Prints the median of so many calls in seconds; freeing the scores is part of a call. */
#include <niem.h>

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { MOST = 1000 };

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static niem_status time_score(double *seconds, const niem_framework *framework, const niem_answers *answers,
                              const niem_score_options *options, niem_error *err) {
  niem_scores *scores = NULL;
  double began = now();
  niem_status status = niem_score(&scores, framework, answers, NULL, options, NULL, err);
  niem_scores_free(scores);
  *seconds = now() - began;
  return status;
}

int main(int argc, char **argv) {
  niem_framework *framework = NULL;
  niem_answers *answers = NULL;
  niem_error err = {0};
  niem_score_options options;
  double seconds[MOST];
  int times = argc == 5 ? atoi(argv[4]) : 0;
  if (times < 1 || times > MOST) {
    fprintf(stderr, "bench_score FRAMEWORK ANSWERS INDEX TIMES\n");
    return 2;
  }
  niem_score_options_init(&options);
  options.index = argv[3];
  niem_status status = niem_framework_read(&framework, NULL, argv[1], &err);
  if (status == NIEM_OK) {
    status = niem_answers_read(&answers, NULL, framework, argv[2], NULL, NULL, &err);
  }
  for (int k = 0; status == NIEM_OK && k < times; k++) {
    status = time_score(&seconds[k], framework, answers, &options, &err);
  }
  if (status == NIEM_OK) {
    qsort(seconds, (size_t)times, sizeof *seconds, ascending);
    printf("%.9f\n", seconds[times / 2]);
  } else {
    fprintf(stderr, "%s\n", err.message);
  }
  niem_answers_free(answers);
  niem_framework_free(framework);
  return status == NIEM_OK ? 0 : 1;
}
