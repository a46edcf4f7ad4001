/* A program of somebody who installed libniem: its version, its self test, an exact sum and a table's life. */
#include <niem.h>

#include <stdio.h>
#include <string.h>

static int exact_sum_is_exact(void) {
  const double x[] = {1e100, 1.0, -1e100, 0x1p-1074};
  double sum = 0;
  niem_error err;
  return niem_exact_sum(&sum, x, 4, 1, &err) == NIEM_OK && sum == 1.0;
}

static int errors_speak(void) {
  niem_framework *framework = NULL;
  niem_error err;
  niem_status status = niem_framework_parse(&framework, NULL, "[", 1, &err);
  niem_framework_free(framework);
  return status != NIEM_OK && err.status == status && strlen(err.message) > 0;
}

int main(void) {
  niem_error err;
  if (strcmp(niem_version(), NIEM_EXPECTED_VERSION) != 0) {
    printf("version %s, expected %s\n", niem_version(), NIEM_EXPECTED_VERSION);
    return 1;
  }
  if (niem_self_test(&err) != NIEM_OK) {
    printf("self test: %s\n", err.message);
    return 1;
  }
  if (!exact_sum_is_exact() || !errors_speak()) {
    printf("the library does not compute or does not report errors\n");
    return 1;
  }
  return 0;
}
