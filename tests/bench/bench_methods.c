/* How long the methods of a matrix take: bench_methods normalise|aggregate FILE ROWS COLUMNS TIMES
 * FILE holds the doubles row after row. Prints the median of so many calls in seconds, for each method in the order of
 * the header. */
#include <niem.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MOST = 1000 };

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t); /* other programs do not count */
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static niem_status normalise(double *out, const niem_matrix *x, int32_t method, niem_error *err) {
  static const double low = 0, high = 100;
  niem_normalise_options o;
  niem_normalise_options_init(&o);
  o.method = method;
  o.n_columns = 1;
  if (method == NIEM_NORMALISE_SCALED || method == NIEM_NORMALISE_GOALPOSTS) {
    o.low = &low;
    o.high = &high;
  }
  o.targets = method == NIEM_NORMALISE_DISTANCE_TARGET ? &high : NULL;
  o.reference_row = method == NIEM_NORMALISE_DISTANCE_REFERENCE ? 0 : -1;
  return niem_normalise(out, x, &o, err);
}

static niem_status aggregate(double *out, const niem_matrix *x, int32_t method, const double *falling,
                             niem_error *err) {
  niem_aggregate_options o;
  niem_aggregate_options_init(&o);
  o.method = method;
  o.power = method == NIEM_AGGREGATE_POWER ? 2 : 1;
  if (method == NIEM_AGGREGATE_OWA || method == NIEM_AGGREGATE_OGWA) {
    o.order_weights = falling;
    o.n_order_weights = x->n_cols;
  }
  return niem_aggregate(out, x, &o, err);
}

static niem_status time_method(int normalising, const niem_matrix *x, int32_t method, double *out,
                               const double *falling, int times, niem_error *err) {
  double seconds[MOST];
  niem_status status = NIEM_OK;
  for (int k = 0; status == NIEM_OK && k < times; k++) {
    const double began = now();
    status = normalising ? normalise(out, x, method, err) : aggregate(out, x, method, falling, err);
    seconds[k] = now() - began;
  }
  qsort(seconds, (size_t)times, sizeof *seconds, ascending);
  if (status == NIEM_OK) {
    printf("%.9f\n", seconds[times / 2]);
  }
  return status;
}

static int read_doubles(double *x, size_t n, const char *path) {
  FILE *file = fopen(path, "rb");
  const int done = file != NULL && fread(x, sizeof *x, n, file) == n;
  if (file != NULL) {
    fclose(file);
  }
  return done;
}

int main(int argc, char **argv) {
  const int normalising = argc == 6 && strcmp(argv[1], "normalise") == 0;
  const int64_t n_rows = argc == 6 ? atoll(argv[3]) : 0, n_cols = argc == 6 ? atoll(argv[4]) : 0;
  const int times = argc == 6 ? atoi(argv[5]) : 0;
  const int32_t end = normalising ? NIEM_NORMALISE_END : NIEM_AGGREGATE_END;
  niem_error err = {0};
  if (times < 1 || times > MOST || n_rows < 1 || n_cols < 1) {
    fprintf(stderr, "bench_methods normalise|aggregate FILE ROWS COLUMNS TIMES\n");
    return 2;
  }
  const size_t cells = (size_t)(n_rows * n_cols);
  double *x = malloc(cells * sizeof *x), *out = malloc(cells * sizeof *out);
  double *falling = malloc((size_t)n_cols * sizeof *falling);
  int good = x != NULL && out != NULL && falling != NULL && read_doubles(x, cells, argv[2]);
  const niem_matrix view = {x, n_rows, n_cols, n_cols, 1};
  for (int64_t j = 0; good && j < n_cols; j++) {
    falling[j] = (double)(n_cols - j);
  }
  for (int32_t method = 0; good && method < end; method++) {
    good = time_method(normalising, &view, method, out, falling, times, &err) == NIEM_OK;
  }
  if (!good) {
    fprintf(stderr, "%s\n", err.message[0] ? err.message : "the file could not be read");
  }
  free(falling);
  free(out);
  free(x);
  return good ? 0 : 1;
}
