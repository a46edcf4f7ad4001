/* The conformance vectors through the C interface: a test for each file of bindings/conformance, or of the folder that
 * the environment variable NIEM_CONFORMANCE names. A file without a case, a folder without a file, a function or an
 * expectation that is not known: each of them fails. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "conformance.h"

enum { MOST_FILES = 4096 };

static const char *folder_of_vectors(void) {
  const char *folder = getenv("NIEM_CONFORMANCE");
  return folder != NULL ? folder : NIEM_SOURCE_DIR "/bindings/conformance";
}

static int check_vector(const vector_case *c, const char *file) {
  char name[512];
  const char *title = case_text(c->own, "name");
  const char *function = cJSON_GetStringValue(case_item(c, "function"));
  outcome out;
  memset(&out, 0, sizeof out);
  snprintf(name, sizeof name, "%s case %lld (%s: %s)", file, (long long)c->number, function == NULL ? "" : function,
           title == NULL ? "" : title);
  if (cJSON_GetStringValue(case_item(c, "source")) == NULL) {
    find_fault(&out, "no source is named");
  }
  if (!run_case(c, &out)) {
    find_fault(&out, "the function is not known to this runner");
  }
  const int failures = check_case(c, &out, name);
  outcome_free(&out);
  return failures;
}

static int check_document(const cJSON *document, const char *file) {
  const cJSON *cases = cJSON_GetObjectItemCaseSensitive(document, "cases");
  vector_case c = {.file = document, .folder = folder_of_vectors()};
  int failures = 0;
  if (cases == NULL) { /* a case of its own */
    c.own = document;
    c.number = 1;
    return check_vector(&c, file);
  }
  for (const cJSON *item = cases->child; item != NULL; item = item->next) {
    c.own = item;
    c.number++;
    failures += check_vector(&c, file);
  }
  if (c.number == 0) {
    print_error("%s has no case\n", file);
  }
  return failures + (c.number == 0);
}

static void check_file(void **state) {
  const char *file = *state;
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", folder_of_vectors(), file);
  text_bytes text = read_whole_file(path);
  cJSON *document = text.data == NULL ? NULL : cJSON_Parse(text.data);
  if (document == NULL) {
    free(text.data);
    fail_msg("%s cannot be read as JSON", path);
  }
  const int failures = check_document(document, file);
  cJSON_Delete(document);
  free(text.data);
  assert_int_equal(failures, 0);
}

static int is_vector(const struct dirent *entry) {
  const size_t n = strlen(entry->d_name);
  return n > 5 && strcmp(entry->d_name + n - 5, ".json") == 0;
}

int main(void) {
  static struct CMUnitTest tests[MOST_FILES];
  struct dirent **entries = NULL;
  const int n = scandir(folder_of_vectors(), &entries, is_vector, alphasort);
  if (n <= 0 || n > MOST_FILES) {
    fprintf(stderr, "%s has no vectors, or too many\n", folder_of_vectors());
    return 1;
  }
  for (int i = 0; i < n; i++) {
    tests[i].name = entries[i]->d_name;
    tests[i].test_func = check_file;
    tests[i].initial_state = entries[i]->d_name;
  }
  const int failed = _cmocka_run_group_tests("conformance", tests, (size_t)n, NULL, NULL);
  for (int i = 0; i < n; i++) {
    free(entries[i]);
  }
  free(entries);
  return failed;
}
