/* Indexes: trees by levels and by nodes, weights and rules by name, what is no tree, names of nodes. */
#include "base/platform.h"

#include "made.h"

#include "model/framework.h"

/* Six indicators in two facets; the index comes in the place of @. */
static const char SHAPE[] =
    "{\"format\":\"niem-framework/1\",\"id\":\"shape\",\"version\":\"1\",\"facets\":["
    "{\"id\":\"area\",\"values\":[{\"id\":\"x\"},{\"id\":\"y\"}]},"
    "{\"id\":\"dim\",\"within\":\"area\",\"values\":[{\"id\":\"p\",\"within\":\"x\"},{\"id\":\"q\",\"within\":\"y\"},"
    "{\"id\":\"r\",\"within\":\"y\",\"aliases\":[\"old r\"]}]},"
    "{\"id\":\"step\",\"values\":[{\"id\":\"law\"},{\"id\":\"deed\"}]}],"
    "\"indicators\":["
    "{\"id\":\"A\",\"dim\":\"p\",\"step\":\"law\",\"scale\":{\"kind\":\"binary\"}},"
    "{\"id\":\"B\",\"dim\":\"p\",\"step\":\"deed\",\"scale\":{\"kind\":\"binary\"}},"
    "{\"id\":\"C\",\"dim\":\"q\",\"step\":\"law\",\"scale\":{\"kind\":\"binary\"}},"
    "{\"id\":\"D\",\"dim\":\"r\",\"step\":\"law\",\"scale\":{\"kind\":\"binary\"}},"
    "{\"id\":\"E\",\"dim\":\"r\",\"step\":\"deed\",\"scale\":{\"kind\":\"binary\"}},"
    "{\"id\":\"N\",\"scored\":false,\"scale\":{\"kind\":\"binary\"}},"
    "{\"id\":\"K\",\"dim\":\"q\",\"step\":\"deed\",\"scale\":{\"kind\":\"composite\",\"of\":[\"K1\",\"K2\"],"
    "\"weights\":{\"K2\":2},\"missing\":\"strict\"}},"
    "{\"id\":\"K1\",\"scale\":{\"kind\":\"binary\"}},{\"id\":\"K2\",\"scale\":{\"kind\":\"binary\"}}],"
    "\"indexes\":[@]}";

static niem_table *nodes_of(const char *index) {
  char *text = edited(SHAPE, "@", index);
  niem_framework *framework = framework_of(text);
  niem_table *table = NULL;
  assert_int_equal(niem_framework_table(&table, framework, "nodes", NULL, NULL), NIEM_OK);
  niem_framework_free(framework);
  free(text);
  return table;
}

static void refuse_index(const char *index, niem_status status, const char *where, const char *part) {
  refuse_edit(SHAPE, "@", index, status, where, part);
}

static double weight_of(const niem_table *nodes, const char *node) {
  return real_at(nodes, "weight", row_with(nodes, "node", node));
}

/* --- by levels --- */

static void test_levels(void **state) {
  (void)state;
  niem_table *t = nodes_of("{\"id\":\"i\",\"levels\":[\"area\",\"dim\",\"step\"]}");
  static const char *const names[] = {"i",
                                      "area=x",
                                      "dim=p",
                                      "dim=p/step=law",
                                      "A",
                                      "dim=p/step=deed",
                                      "B",
                                      "area=y",
                                      "dim=q",
                                      "dim=q/step=law",
                                      "C",
                                      "dim=q/step=deed",
                                      "K",
                                      "K1",
                                      "K2",
                                      "dim=r",
                                      "dim=r/step=law",
                                      "D",
                                      "dim=r/step=deed",
                                      "E"};
  assert_int_equal(niem_table_rows(t), sizeof names / sizeof names[0]);
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    assert_string_equal(text_at(t, "node", (int64_t)i), names[i]);
  }
  assert_string_equal(text_at(t, "level", 3), "step");
  assert_string_equal(text_at(t, "level", 4), "indicator");
  assert_string_equal(text_at(t, "level", 12), "indicator");
  assert_string_equal(text_at(t, "level", 13), "part");
  assert_string_equal(text_at(t, "parent", 13), "K");
  assert_string_equal(text_at(t, "missing", 12), "strict");
  assert_string_equal(text_at(t, "missing", 8), "available");
  assert_string_equal(text_at(t, "aggregation", 4), "");
  assert_true(weight_of(t, "K2") == 2 && weight_of(t, "K1") == 1);
  niem_table_free(t);
  t = nodes_of("{\"id\":\"i\"}");
  assert_int_equal(niem_table_rows(t), 9);
  niem_table_free(t);
}

static void test_filters(void **state) {
  (void)state;
  static const struct {
    const char *filter;
    const char *leaves;
  } cases[] = {{"\"only\":{\"dim\":[\"p\",\"r\"]}", "ABDE"},
               {"\"only\":{\"dim\":[\"p\",\"r\"],\"step\":[\"law\"]}", "AD"},
               {"\"except\":{\"dim\":[\"q\"],\"step\":[\"law\"]}", "BE"},
               {"\"only\":{\"area\":[\"y\"]},\"except\":{\"dim\":[\"q\"]}", "DE"},
               {"\"only\":{}", "ABCDEK"}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char index[200];
    char leaves[16] = "";
    (void)snprintf(index, sizeof index, "{\"id\":\"i\",%s}", cases[i].filter);
    niem_table *t = nodes_of(index);
    for (int64_t r = 0; r < niem_table_rows(t); r++) {
      if (strcmp(text_at(t, "level", r), "indicator") == 0) {
        strcat(leaves, text_at(t, "indicator", r));
      }
    }
    assert_string_equal(leaves, cases[i].leaves);
    niem_table_free(t);
  }
  refuse_index("{\"id\":\"i\",\"only\":{\"dim\":[]}}", NIEM_ERROR_TREE, "/indexes/0", "no scored indicator");
  refuse_index("{\"id\":\"i\",\"only\":{\"dim\":[\"z\"]}}", NIEM_ERROR_REFERENCE, "/indexes/0/only/dim", "\"z\"");
  refuse_index("{\"id\":\"i\",\"only\":{\"dims\":[\"p\"]}}", NIEM_ERROR_REFERENCE, "/indexes/0/only/dims", "no facet");
  refuse_index("{\"id\":\"i\",\"only\":[\"p\"]}", NIEM_ERROR_FORMAT, "/indexes/0/only", "object");
  refuse_index("{\"id\":\"i\",\"only\":{\"dim\":\"p\"}}", NIEM_ERROR_FORMAT, "/indexes/0/only/dim", "list of texts");
}

/* A weight goes to the fullest name that fits: the whole one, the last part, the value alone. */
static void test_weights_by_name(void **state) {
  (void)state;
  niem_table *t = nodes_of(
      "{\"id\":\"i\",\"levels\":[\"dim\",\"step\"],\"weights\":{\"dim=p/"
      "step=law\":5,\"step=law\":3,\"deed\":2,\"D\":0.5,"
      "\"dim=q\":0}}");
  assert_true(weight_of(t, "dim=p/step=law") == 5);
  assert_true(weight_of(t, "dim=q/step=law") == 3);
  assert_true(weight_of(t, "dim=r/step=deed") == 2);
  assert_true(weight_of(t, "D") == 0.5 && weight_of(t, "E") == 1);
  assert_true(weight_of(t, "dim=q") == 0 && weight_of(t, "dim=p") == 1);
  niem_table_free(t);
  refuse_index("{\"id\":\"i\",\"levels\":[\"dim\"],\"weights\":{\"law\":2}}", NIEM_ERROR_REFERENCE,
               "/indexes/0/weights/law", "no node of index");
  refuse_index("{\"id\":\"i\",\"levels\":[\"dim\"],\"weights\":{\"K1\":2}}", NIEM_ERROR_REFERENCE,
               "/indexes/0/weights/K1", "no node of index");
  refuse_index("{\"id\":\"i\",\"levels\":[\"dim\"],\"weights\":[2]}", NIEM_ERROR_FORMAT, "/indexes/0/weights",
               "object");
  refuse_index("{\"id\":\"i\",\"levels\":[\"dim\"],\"weights\":{\"p\":0,\"q\":0,\"r\":0}}", NIEM_ERROR_VALUE,
               "/indexes/0", "are all 0");
  static const char *const wrong[] = {"-1", "-0.5", "1e10", "1e-10", "\"2\"", "null", "[1]"};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    char index[100];
    (void)snprintf(index, sizeof index, "{\"id\":\"i\",\"weights\":{\"A\":%s}}", wrong[i]);
    refuse_index(index, i < 4 ? NIEM_ERROR_VALUE : NIEM_ERROR_FORMAT, "/indexes/0/weights/A", "weight");
  }
}

static void test_override_rules(void **state) {
  (void)state;
  niem_table *t = nodes_of(
      "{\"id\":\"i\",\"levels\":[\"dim\"],\"missing\":{\"rule\":\"zero\",\"min_coverage\":0.25},"
      "\"overrides\":{\"i\":{\"missing\":\"available\"},\"r\":{\"missing\":{\"rule\":\"strict\"}}}}");
  assert_string_equal(text_at(t, "missing", row_with(t, "node", "i")), "available");
  assert_true(real_at(t, "min_coverage", row_with(t, "node", "i")) == 0);
  assert_string_equal(text_at(t, "missing", row_with(t, "node", "dim=p")), "zero");
  assert_true(real_at(t, "min_coverage", row_with(t, "node", "dim=p")) == 0.25);
  assert_string_equal(text_at(t, "missing", row_with(t, "node", "dim=r")), "strict");
  niem_table_free(t);
  refuse_index("{\"id\":\"i\",\"levels\":[\"dim\"],\"overrides\":{\"z\":{\"missing\":\"strict\"}}}",
               NIEM_ERROR_REFERENCE, "/indexes/0/overrides/z", "no node of index");
  refuse_index("{\"id\":\"i\",\"levels\":[\"dim\"],\"overrides\":{\"A\":{\"missing\":\"strict\"}}}",
               NIEM_ERROR_REFERENCE, "/indexes/0/overrides/A", "no node of index");
  refuse_index("{\"id\":\"i\",\"overrides\":{\"i\":{\"missing\":\"lenient\"}}}", NIEM_ERROR_VALUE,
               "/indexes/0/overrides/i/missing", "available strict zero");
  refuse_index("{\"id\":\"i\",\"overrides\":{\"i\":\"strict\"}}", NIEM_ERROR_FORMAT, "/indexes/0/overrides/i",
               "object");
  refuse_index("{\"id\":\"i\",\"missing\":{\"rule\":\"zero\",\"min_coverage\":1.5}}", NIEM_ERROR_VALUE,
               "/indexes/0/missing/min_coverage", "between 0 and 1");
  refuse_index("{\"id\":\"i\",\"aggregation\":\"mean\"}", NIEM_ERROR_VALUE, "/indexes/0/aggregation", "arithmetic");
  refuse_index("{\"id\":\"i\",\"aggregation\":{\"method\":\"power\",\"power\":1001}}", NIEM_ERROR_VALUE,
               "/indexes/0/aggregation/power", "between");
  refuse_index("{\"id\":\"i\",\"aggregation\":{\"method\":\"power\",\"ties\":\"max\"}}", NIEM_ERROR_ARGUMENT,
               "/indexes/0/aggregation", "no part");
}

static void test_levels_refused(void **state) {
  (void)state;
  refuse_index("{\"id\":\"i\",\"levels\":[\"dim\",\"area\"]}", NIEM_ERROR_TREE, "/indexes/0/levels",
               "may not stand below");
  refuse_index("{\"id\":\"i\",\"levels\":[\"dim\",\"dim\"]}", NIEM_ERROR_TREE, "/indexes/0/levels",
               "may not stand below");
  refuse_index("{\"id\":\"i\",\"levels\":[\"dims\"]}", NIEM_ERROR_REFERENCE, "/indexes/0/levels", "no facet");
  refuse_edit(SHAPE, "@", "{\"id\":\"i\"},{\"id\":\"i\"}", NIEM_ERROR_DUPLICATE, "/indexes/1", "given twice");
  refuse_index("{\"id\":\"A\",\"levels\":[\"dim\"]}", NIEM_ERROR_DUPLICATE, "/indexes/0", "index and an indicator");
  char *index = edited(SHAPE, "@", "{\"id\":\"i\",\"levels\":[\"dim\"]}");
  refuse_edit(index, "\"dim\":\"p\",", "", NIEM_ERROR_TREE, "/indexes/0", "indicator \"A\" has no dim");
  free(index);
}

/* --- by nodes --- */

static void test_nodes(void **state) {
  (void)state;
  niem_table *t = nodes_of(
      "{\"id\":\"i\",\"label\":\"The index\",\"nodes\":[{\"id\":\"low\",\"label\":\"Low\",\"children\":[\"B\",\"K\"],"
      "\"missing\":\"zero\"},{\"id\":\"high\",\"children\":[\"A\",\"low\"],\"weights\":{\"low\":0.25}}]}");
  assert_int_equal(niem_table_rows(t), 7);
  assert_string_equal(text_at(t, "node", 0), "i");
  assert_string_equal(text_at(t, "label", 0), "The index"); /* the top has no label of its own */
  assert_string_equal(text_at(t, "node", 2), "low");
  assert_string_equal(text_at(t, "label", 2), "Low");
  assert_string_equal(text_at(t, "missing", 2), "zero");
  assert_true(weight_of(t, "low") == 0.25);
  niem_table_free(t);
}

static void test_nodes_refused(void **state) {
  (void)state;
  static const struct {
    const char *nodes;
    niem_status status;
    const char *where, *part;
  } cases[] = {
      {"{\"id\":\"a\",\"children\":[\"b\"]},{\"id\":\"b\",\"children\":[\"a\"]}", NIEM_ERROR_TREE, "/indexes/0",
       "cycle"},
      {"{\"id\":\"a\",\"children\":[\"a\"]}", NIEM_ERROR_TREE, "/indexes/0", "cycle"},
      {"{\"id\":\"t\",\"children\":[\"A\"]},{\"id\":\"a\",\"children\":[\"b\"]},{\"id\":\"b\",\"children\":[\"a\"]}",
       NIEM_ERROR_TREE, "/indexes/0/nodes/1", "never reaches the top"},
      {"{\"id\":\"t\",\"children\":[\"a\",\"b\"]},{\"id\":\"a\",\"children\":[\"c\"]},{\"id\":\"b\",\"children\":["
       "\"c\"]},"
       "{\"id\":\"c\",\"children\":[\"A\"]}",
       NIEM_ERROR_TREE, "/indexes/0/nodes/2", "two parents, \"a\" and \"b\""},
      {"{\"id\":\"t\",\"children\":[\"A\",\"a\"]},{\"id\":\"a\",\"children\":[\"A\"]}", NIEM_ERROR_TREE, "/indexes/0",
       "stands twice"},
      {"{\"id\":\"t\",\"children\":[\"A\",\"A\"]}", NIEM_ERROR_TREE, "/indexes/0", "stands twice"},
      {"{\"id\":\"t\",\"children\":[\"K\",\"K1\"]}", NIEM_ERROR_TREE, "/indexes/0/nodes/0", "part of composite \"K\""},
      {"{\"id\":\"t\",\"children\":[\"N\"]}", NIEM_ERROR_TREE, "/indexes/0/nodes/0", "not scored"},
      {"{\"id\":\"t\",\"children\":[\"A\"]},{\"id\":\"u\",\"children\":[\"B\"]}", NIEM_ERROR_TREE, "/indexes/0/nodes/1",
       "two tops"},
      {"{\"id\":\"t\",\"children\":[]}", NIEM_ERROR_TREE, "/indexes/0/nodes/0", "\"children\""},
      {"{\"id\":\"t\",\"children\":[\"Z\"]}", NIEM_ERROR_REFERENCE, "/indexes/0/nodes/0", "neither a node"},
      {"{\"id\":\"t\",\"children\":[\"A\"]},{\"id\":\"t\",\"children\":[\"B\"]}", NIEM_ERROR_DUPLICATE,
       "/indexes/0/nodes/1", "given twice"},
      {"{\"id\":\"t\",\"children\":[\"A\",\"B\"]},{\"id\":\"A\",\"children\":[\"C\"]}", NIEM_ERROR_AMBIGUOUS,
       "/indexes/0/nodes/0", "rename the node"},
      {"{\"id\":\"t\",\"children\":[\"i\"]},{\"id\":\"i\",\"children\":[\"A\"]}", NIEM_ERROR_DUPLICATE,
       "/indexes/0/nodes/1", "index's own name"},
      {"{\"id\":\"t\",\"children\":[\"A\",\"B\"],\"weights\":{\"C\":1}}", NIEM_ERROR_REFERENCE,
       "/indexes/0/nodes/0/weights/C", "no child of"},
      {"{\"id\":\"t\",\"children\":[\"A\",\"B\"],\"weights\":{\"A\":0,\"B\":0}}", NIEM_ERROR_VALUE, "/indexes/0",
       "are all 0"},
      {"{\"id\":\"t\",\"children\":[\"A\"],\"weights\":3}", NIEM_ERROR_FORMAT, "/indexes/0/nodes/0/weights", "object"},
      {"", NIEM_ERROR_TREE, "/indexes/0", "at least one node"}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char index[400];
    (void)snprintf(index, sizeof index, "{\"id\":\"i\",\"nodes\":[%s]}", cases[i].nodes);
    refuse_index(index, cases[i].status, cases[i].where, cases[i].part);
  }
  refuse_index("{\"id\":\"i\",\"nodes\":[{\"id\":\"t\",\"children\":[\"A\"]}],\"levels\":[\"dim\"]}", NIEM_ERROR_FORMAT,
               "/indexes/0/levels", "unknown");
}

static void deep_index(char *out, size_t size, int depth) {
  size_t used = (size_t)snprintf(out, size, "{\"id\":\"i\",\"nodes\":[");
  for (int k = 0; k < depth; k++) {
    char child[16] = "A";
    if (k + 1 < depth) {
      (void)snprintf(child, sizeof child, "n%d", k + 1);
    }
    used += (size_t)snprintf(out + used, size - used, "%s{\"id\":\"n%d\",\"children\":[\"%s\"]}", k == 0 ? "" : ",", k,
                             child);
  }
  (void)snprintf(out + used, size - used, "]}");
}

static void test_depth(void **state) {
  (void)state;
  static char index[100000];
  deep_index(index, sizeof index, NIEM_MAX_TREE_DEPTH);
  niem_table_free(nodes_of(index));
  deep_index(index, sizeof index, NIEM_MAX_TREE_DEPTH + 1);
  refuse_index(index, NIEM_ERROR_LIMIT, "/indexes/0", "32 deep");
  deep_index(index, sizeof index, 1000);
  refuse_index(index, NIEM_ERROR_LIMIT, "/indexes/0", "32 deep");
}

/* Many indexes over many indicators are a small file and a large house: the nodes of all are counted together. */
static void test_many_nodes(void **state) {
  (void)state;
  enum { INDICATORS = 8000, INDEXES = 130, ROOM = 64 * INDICATORS + 32 * INDEXES + 200 };
  char *text = malloc(ROOM);
  assert_non_null(text);
  size_t used =
      (size_t)snprintf(text, ROOM, "{\"format\":\"niem-framework/1\",\"id\":\"m\",\"version\":\"1\",\"indicators\":[");
  for (int k = 0; k < INDICATORS; k++) {
    used += (size_t)snprintf(text + used, ROOM - used, "%s{\"id\":\"I%d\",\"scale\":{\"kind\":\"binary\"}}",
                             k == 0 ? "" : ",", k);
  }
  used += (size_t)snprintf(text + used, ROOM - used, "],\"indexes\":[");
  for (int k = 0; k < INDEXES; k++) {
    used += (size_t)snprintf(text + used, ROOM - used, "%s{\"id\":\"x%d\"}", k == 0 ? "" : ",", k);
  }
  (void)snprintf(text + used, ROOM - used, "]}");
  assert_true(INDEXES * (INDICATORS + 1) > NIEM_MAX_NODES && 124 * (INDICATORS + 1) < NIEM_MAX_NODES);
  refuse_framework(text, NIEM_ERROR_LIMIT, "/indexes/124", "together");
  free(text);
}

/* --- composites --- */

static void refuse_composite(const char *old, const char *new_text, niem_status status, const char *where,
                             const char *part) {
  char *text = edited(SHAPE, "@", "{\"id\":\"i\"}");
  refuse_edit(text, old, new_text, status, where, part);
  free(text);
}

static void test_composites_refused(void **state) {
  (void)state;
  refuse_composite("[\"K1\",\"K2\"]", "[\"K1\",\"K3\"]", NIEM_ERROR_REFERENCE, "/indicators/6/scale/of", "\"K3\"");
  refuse_composite("[\"K1\",\"K2\"]", "[\"K1\",\"K1\"]", NIEM_ERROR_TREE, "/indicators/6/scale/of", "two parents");
  refuse_composite("[\"K1\",\"K2\"]", "[]", NIEM_ERROR_FORMAT, "/indicators/6/scale", "1 to 62");
  refuse_composite("[\"K1\",\"K2\"]", "[\"K2\",\"K\"]", NIEM_ERROR_TREE, "/indicators/6", "a cycle");
  refuse_composite("{\"K2\":2}", "{\"K1\":0,\"K2\":0}", NIEM_ERROR_VALUE, "/indicators/6/scale/weights",
                   "not all be 0");
  refuse_composite("{\"K2\":2}", "{\"A\":2}", NIEM_ERROR_REFERENCE, "/indicators/6/scale/weights/A",
                   "none of the parts");
  /* neither its own name nor another name of a part is silently left unused */
  refuse_composite("{\"K2\":2}", "{\"K\":2}", NIEM_ERROR_REFERENCE, "/indicators/6/scale/weights/K",
                   "none of the parts");
  refuse_composite("\"scale\":{\"kind\":\"composite\"", "\"groups\":[\"all\"],\"scale\":{\"kind\":\"composite\"",
                   NIEM_ERROR_FORMAT, "/indicators/6", "belong to its parts");
  refuse_composite("\"scale\":{\"kind\":\"composite\"",
                   "\"applies_if\":{\"indicator\":\"A\",\"in\":[\"yes\"]},\"scale\":{\"kind\":\"composite\"",
                   NIEM_ERROR_FORMAT, "/indicators/6", "belong to its parts");
}

/* --- names --- */

static void test_find_node(void **state) {
  (void)state;
  char *text = edited(SHAPE, "@", "{\"id\":\"i\",\"levels\":[\"area\",\"dim\",\"step\"]}");
  niem_framework *framework = framework_of(text);
  const ni_index *index = &framework->indexes[0];
  niem_error err;
  int32_t node = -1;
  static const struct {
    const char *name;
    const char *found;
  } cases[] = {{"i", "i"},
               {"dim=p", "dim=p"},
               {"p", "dim=p"},
               {"old r", "dim=r"},
               {"A", "A"},
               {"K2", "K2"},
               {"dim=r/step=law", "dim=r/step=law"},
               {"x", "area=x"}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    assert_int_equal(ni_find_node(&node, framework, index, cases[i].name, &err), NIEM_OK);
    assert_string_equal(index->nodes[node].name, cases[i].found);
  }
  assert_int_equal(ni_find_node(&node, framework, index, "law", &err), NIEM_ERROR_AMBIGUOUS);
  check_error(&err, NIEM_ERROR_AMBIGUOUS, 0, "node", "dim=p/step=law, dim=q/step=law, dim=r/step=law");
  assert_int_equal(ni_find_node(&node, framework, index, "N", &err), NIEM_ERROR_REFERENCE);
  assert_int_equal(ni_find_node(&node, framework, index, "", &err), NIEM_ERROR_REFERENCE);
  niem_framework_free(framework);
  free(text);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_levels),          cmocka_unit_test(test_filters),
                                     cmocka_unit_test(test_weights_by_name), cmocka_unit_test(test_override_rules),
                                     cmocka_unit_test(test_levels_refused),  cmocka_unit_test(test_nodes),
                                     cmocka_unit_test(test_nodes_refused),   cmocka_unit_test(test_depth),
                                     cmocka_unit_test(test_many_nodes),      cmocka_unit_test(test_composites_refused),
                                     cmocka_unit_test(test_find_node)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
