/* Tables: how they are made and read, widened, printed in five formats, and that want of memory leaves nothing behind.
 */
#include "base/platform.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/buffer.h"
#include "base/fail.h"
#include "base/number.h"
#include "base/options.h"
#include "model/table.h"

/* ---- memory that runs out on demand (the linker's --wrap) ---- */

static int64_t fail_at = -1; /* the allocation that fails, counted from 0; -1: none */
static int64_t made = 0;
static int64_t live = 0;

static int refuse(void) {
  return made++ == fail_at;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *old, size_t size);
void __real_free(void *p);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);
void __wrap_free(void *p);

void *__wrap_malloc(size_t size) {
  void *p = refuse() ? NULL : __real_malloc(size);
  live += p != NULL;
  return p;
}

void *__wrap_calloc(size_t n, size_t size) {
  void *p = refuse() ? NULL : __real_calloc(n, size);
  live += p != NULL;
  return p;
}

void *__wrap_realloc(void *old, size_t size) {
  void *p = refuse() ? NULL : __real_realloc(old, size);
  live += p != NULL && old == NULL;
  return p;
}

void __wrap_free(void *p) {
  live -= p != NULL;
  __real_free(p);
}

/* ---- tables to test with ---- */

static niem_status make_scores(niem_table **out, niem_error *err) {
  niem_table *t = NULL;
  niem_status status = ni_table_new(&t, "scores", err);
  if (status != NIEM_OK) {
    return status;
  }
  ni_table_text(t, "unit");
  ni_table_integer(t, "year");
  ni_table_text(t, "node");
  ni_table_real(t, "score");
  ni_table_note(t, "method", "first");
  ni_table_note(t, "method", "equal weights");
  ni_table_note_integer(t, "N", INT64_MIN);
  ni_table_note_real(t, "tolerance", 1e-9);
  ni_table_note_real(t, "spread", ni_nan());
  ni_table_add_level(t, 2, "overall");
  ni_table_add_level(t, 2, "housing");
  ni_table_add_level(t, 2, "health");
  static const struct {
    const char *unit;
    int64_t year;
    int32_t node;
    double score;
  } rows[] = {{"PL", 2019, 1, 66.67}, {"CZ", 2019, 0, 0.1},       {"PL", 2019, 0, 50},    {"PL", 2021, 1, -0.0 / 0.0},
              {NULL, 2021, 0, 3},     {"CZ", 2019, 1, 1.0 / 3.0}, {"PL", 2021, 0, 51.005}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    ni_table_row(t);
    ni_table_set_text(t, 0, rows[i].unit);
    ni_table_set_integer(t, 1, rows[i].year);
    ni_table_set_code(t, 2, rows[i].node);
    ni_table_set_real(t, 3, rows[i].score);
  }
  status = ni_table_finish(&t, err);
  if (status == NIEM_OK) {
    *out = t;
  }
  return status;
}

/* Names, texts and values that every format must escape. */
static niem_status make_nasty(niem_table **out, niem_error *err) {
  niem_table *t = NULL;
  niem_status status = ni_table_new(&t, "a & b <\"'>", err);
  if (status != NIEM_OK) {
    return status;
  }
  ni_table_text(t, "te,xt");
  ni_table_real(t, "re\"al");
  ni_table_integer(t, "in_t");
  static const char *const texts[] = {"plain",       "a,b;c\td", "say \"x\"", "two\nlines", "=1+1",
                                      "&%$#_{}~^\\", "",         "[x] a--b",  "Łódź ☃ 🏠",   "<b>'`|</b>"};
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    ni_table_row(t);
    ni_table_set_text(t, 0, texts[i]);
    ni_table_set_real(t, 1, i == 3 ? ni_nan() : ((double)i - 4.0) / 8.0);
    ni_table_set_integer(t, 2, i == 5 ? NIEM_MISSING_INTEGER : INT64_MIN + 1 + (int64_t)i);
  }
  ni_table_row(t);
  ni_table_note(t, "N_1", "50 % & <more>");
  status = ni_table_finish(&t, err);
  if (status == NIEM_OK) {
    *out = t;
  }
  return status;
}

static niem_table *scores(void) {
  niem_table *t = NULL;
  assert_int_equal(make_scores(&t, NULL), NIEM_OK);
  return t;
}

static niem_table *nasty(void) {
  niem_table *t = NULL;
  assert_int_equal(make_nasty(&t, NULL), NIEM_OK);
  return t;
}

static void assert_bits(double got, double wanted) {
  assert_true(ni_double_bits(got) == ni_double_bits(wanted));
}

static void assert_printed(const niem_table *t, const niem_text_options *options, const char *wanted) {
  niem_buffer *text = NULL;
  niem_error err;
  assert_int_equal(niem_table_print(&text, t, options, &err), NIEM_OK);
  assert_string_equal(niem_buffer_data(text), wanted);
  assert_int_equal(niem_buffer_size(text), strlen(wanted));
  niem_buffer_free(text);
}

/* ---- making and reading ---- */

static void reads_what_was_set(void **state) {
  (void)state;
  niem_table *t = scores();
  assert_string_equal(niem_table_name(t), "scores");
  assert_int_equal(niem_table_rows(t), 7);
  assert_int_equal(niem_table_columns(t), 4);
  assert_int_equal(niem_table_column(t, "node"), 2);
  assert_int_equal(niem_table_column(t, "nod"), -1);
  assert_string_equal(niem_table_column_name(t, 3), "score");
  assert_int_equal(niem_table_column_type(t, 0), NIEM_COLUMN_TEXT);
  assert_int_equal(niem_table_column_type(t, 1), NIEM_COLUMN_INTEGER);
  assert_int_equal(niem_table_column_type(t, 3), NIEM_COLUMN_REAL);
  assert_bits(niem_table_reals(t, 3)[0], 66.67);
  assert_true(ni_double_bits(niem_table_reals(t, 3)[3]) == UINT64_C(0x7ff8000000000000));
  assert_true(niem_table_integers(t, 1)[3] == 2021);
  assert_int_equal(niem_table_codes(t, 0)[1], 1);
  assert_int_equal(niem_table_codes(t, 0)[4], -1);
  assert_int_equal(niem_table_levels(t, 0), 2);
  assert_int_equal(niem_table_levels(t, 2), 3);
  assert_string_equal(niem_table_level(t, 2, 2), "health");
  assert_string_equal(niem_table_text(t, 0, 6), "PL");
  assert_null(niem_table_text(t, 0, 4));
  assert_int_equal(niem_table_notes(t), 4);
  assert_string_equal(niem_table_note_key(t, 0), "method");
  assert_string_equal(niem_table_note(t, 0), "equal weights");
  assert_string_equal(niem_table_note(t, 1), "-9223372036854775808");
  assert_string_equal(niem_table_note(t, 2), "1e-9");
  assert_string_equal(niem_table_note(t, 3), "NaN");
  niem_table_free(t);
}

static void getters_of_nothing(void **state) {
  (void)state;
  niem_table *t = scores();
  for (int k = 0; k < 3; k++) {
    const niem_table *table = k == 0 ? NULL : t;
    int32_t j = k == 1 ? -1 : 4;
    assert_null(niem_table_column_name(table, j));
    assert_int_equal(niem_table_column_type(table, j), -1);
    assert_null(niem_table_reals(table, j));
    assert_null(niem_table_integers(table, j));
    assert_null(niem_table_codes(table, j));
    assert_int_equal(niem_table_levels(table, j), 0);
    assert_null(niem_table_level(table, j, 0));
    assert_null(niem_table_text(table, j, 0));
    assert_null(niem_table_note_key(table, j));
    assert_null(niem_table_note(table, j));
  }
  assert_null(niem_table_name(NULL));
  assert_int_equal(niem_table_rows(NULL), 0);
  assert_int_equal(niem_table_columns(NULL), 0);
  assert_int_equal(niem_table_column(NULL, "unit"), -1);
  assert_int_equal(niem_table_column(t, NULL), -1);
  assert_int_equal(niem_table_notes(NULL), 0);
  assert_null(niem_table_level(t, 0, 2));
  assert_null(niem_table_level(t, 0, -1));
  assert_null(niem_table_text(t, 0, -1));
  assert_null(niem_table_text(t, 0, 7));
  assert_null(niem_table_reals(t, 0));
  assert_null(niem_table_codes(t, 3));
  niem_table_free(t);
  niem_table_free(NULL);
}

static void cells_begin_missing(void **state) {
  (void)state;
  niem_table *t = NULL;
  assert_int_equal(ni_table_new(&t, "", NULL), NIEM_OK);
  ni_table_real(t, "r");
  ni_table_integer(t, "i");
  ni_table_text(t, "t");
  ni_table_reserve(t, 5);
  for (int i = 0; i < 100; i++) {
    ni_table_row(t);
  }
  ni_table_set_code(t, 2, -1);
  assert_int_equal(ni_table_finish(&t, NULL), NIEM_OK);
  for (int i = 0; i < 100; i++) {
    assert_true(ni_is_nan(niem_table_reals(t, 0)[i]));
    assert_true(niem_table_integers(t, 1)[i] == NIEM_MISSING_INTEGER);
    assert_int_equal(niem_table_codes(t, 2)[i], -1);
  }
  niem_table_free(t);
}

static void without_rows(void **state) {
  (void)state;
  niem_table *t = NULL;
  assert_int_equal(ni_table_new(&t, "none", NULL), NIEM_OK);
  ni_table_text(t, "unit");
  ni_table_text(t, "node");
  ni_table_real(t, "score");
  assert_int_equal(ni_table_finish(&t, NULL), NIEM_OK);
  assert_non_null(niem_table_reals(t, 2));
  assert_printed(t, NULL, "unit,node,score\n");
  niem_table *wide = NULL;
  assert_int_equal(niem_table_widen(&wide, t, "unit", "node", "score", NULL), NIEM_OK);
  assert_int_equal(niem_table_rows(wide), 0);
  assert_int_equal(niem_table_columns(wide), 1);
  niem_table_free(wide);
  niem_table_free(t);
}

/* Each mistake of a writer is caught by ni_table_finish, whatever it calls afterwards. */
static void mistakes_stick(void **state) {
  (void)state;
  static const char *const says[] = {"another type", "another type",    "another type", "no level",
                                     "one name",     "after the first", "another type", "no column"};
  for (int mistake = 0; mistake < 8; mistake++) {
    niem_table *t = NULL;
    niem_error err;
    assert_int_equal(ni_table_new(&t, "m", NULL), NIEM_OK);
    if (mistake != 7) {
      ni_table_real(t, "r");
      ni_table_text(t, mistake == 4 ? "r" : "t");
    }
    if (mistake == 0) {
      ni_table_set_real(t, 0, 1);
    }
    ni_table_row(t);
    switch (mistake) {
      case 1:
        ni_table_set_integer(t, 0, 1);
        break;
      case 2:
        ni_table_set_text(t, 2, "x");
        break;
      case 3:
        ni_table_set_code(t, 1, 0);
        break;
      case 5:
        ni_table_integer(t, "late");
        break;
      case 6:
        ni_table_add_level(t, 0, "x");
        break;
      default:
        break;
    }
    if (mistake != 7) {
      ni_table_set_real(t, 0, 1);
    }
    ni_table_note(t, "k", "v");
    ni_table_row(t);
    assert_int_equal(ni_table_finish(&t, &err), NIEM_ERROR_ARGUMENT);
    assert_null(t);
    assert_non_null(strstr(err.message, says[mistake]));
  }
}

/* ---- widening ---- */

static void widens(void **state) {
  (void)state;
  niem_table *t = scores();
  niem_table *wide = NULL;
  niem_error err;
  assert_int_equal(niem_table_widen(&wide, t, " unit , year", "node", "score", &err), NIEM_OK);
  assert_printed(wide, NULL,
                 "unit,year,overall,housing,health\n"
                 "PL,2019,50,66.67,\n"
                 "CZ,2019,0.1,0.3333333333333333,\n"
                 "PL,2021,51.005,,\n"
                 ",2021,3,,\n");
  assert_string_equal(niem_table_name(wide), "scores");
  assert_string_equal(niem_table_note(wide, 0), "equal weights");
  niem_table_free(wide);
  niem_table_free(t);
}

static void assert_not_widened(const niem_table *t, const char *rows, const char *columns, const char *values,
                               niem_status status, const char *message) {
  niem_table *wide = NULL;
  niem_error err;
  assert_int_equal(niem_table_widen(&wide, t, rows, columns, values, &err), status);
  assert_int_equal(err.status, status);
  assert_non_null(strstr(err.message, message));
  assert_null(wide);
}

static void widening_refuses(void **state) {
  (void)state;
  niem_table *t = scores();
  assert_not_widened(t, "unit", "node", "score", NIEM_ERROR_DUPLICATE,
                     "rows 3 and 7 are both for unit PL, column \"overall\"");
  assert_not_widened(t, "year", "node", "score", NIEM_ERROR_DUPLICATE,
                     "rows 2 and 3 are both for year 2019, column \"overall\"");
  assert_not_widened(t, "unit,round", "node", "score", NIEM_ERROR_REFERENCE,
                     "no column is named \"round\"; the columns are unit, year, node, score");
  assert_not_widened(t, "", "node", "score", NIEM_ERROR_REFERENCE, "no column is named \"\"");
  assert_not_widened(t, "unit,", "node", "score", NIEM_ERROR_REFERENCE, "no column is named \"\"");
  assert_not_widened(t, "unit,unit", "node", "score", NIEM_ERROR_DUPLICATE, "named twice");
  assert_not_widened(t, "score", "node", "score", NIEM_ERROR_ARGUMENT, "reals");
  assert_not_widened(t, "node", "node", "score", NIEM_ERROR_ARGUMENT, "cannot name the rows");
  assert_not_widened(t, "unit", "year", "score", NIEM_ERROR_ARGUMENT, "must hold texts");
  assert_not_widened(t, "unit", "node", "year", NIEM_ERROR_ARGUMENT, "must hold reals");
  assert_not_widened(t, "year,node", "unit", "score", NIEM_ERROR_VALUE, "missing");
  assert_not_widened(NULL, "unit", "node", "score", NIEM_ERROR_ARGUMENT, "table must not be NULL");
  assert_not_widened(t, NULL, "node", "score", NIEM_ERROR_ARGUMENT, "rows must not be NULL");
  assert_int_equal(niem_table_widen(NULL, t, "unit", "node", "score", NULL), NIEM_ERROR_ARGUMENT);
  niem_table_free(t);
  assert_int_equal(ni_table_new(&t, "clash", NULL), NIEM_OK);
  ni_table_text(t, "unit");
  ni_table_text(t, "node");
  ni_table_real(t, "score");
  ni_table_add_level(t, 1, "unit");
  assert_int_equal(ni_table_finish(&t, NULL), NIEM_OK);
  assert_not_widened(t, "unit", "node", "score", NIEM_ERROR_DUPLICATE, "two columns of that name");
  niem_table_free(t);
}

/* Against the plainest way: look every cell up in the long table. */
static void widens_as_looked_up(void **state) {
  (void)state;
  enum { UNITS = 23, NODES = 17 };
  niem_table *t = NULL;
  assert_int_equal(ni_table_new(&t, "t", NULL), NIEM_OK);
  ni_table_integer(t, "unit");
  ni_table_text(t, "node");
  ni_table_real(t, "score");
  for (int64_t i = 0; i < UNITS * NODES; i++) {
    int64_t cell = i * 149 % (UNITS * NODES); /* 149 is prime to 23 and 17: each cell once, in no order */
    char node[16];
    snprintf(node, sizeof node, "n%d", (int)(cell % NODES));
    if (cell % 5 == 0) {
      continue;
    }
    ni_table_row(t);
    ni_table_set_integer(t, 0, cell / NODES);
    ni_table_set_text(t, 1, node);
    ni_table_set_real(t, 2, (double)cell);
  }
  assert_int_equal(ni_table_finish(&t, NULL), NIEM_OK);
  niem_table *wide = NULL;
  assert_int_equal(niem_table_widen(&wide, t, "unit", "node", "score", NULL), NIEM_OK);
  assert_int_equal(niem_table_rows(wide), UNITS);
  assert_int_equal(niem_table_columns(wide), 1 + NODES);
  for (int64_t i = 0; i < UNITS; i++) {
    for (int32_t j = 0; j < NODES; j++) {
      int64_t cell = niem_table_integers(wide, 0)[i] * NODES + atoi(niem_table_column_name(wide, j + 1) + 1);
      assert_bits(niem_table_reals(wide, j + 1)[i], cell % 5 == 0 ? ni_nan() : (double)cell);
    }
  }
  niem_table_free(wide);
  niem_table_free(t);
}

/* ---- printing ---- */

static niem_text_options in_format(int32_t format, int32_t digits) {
  niem_text_options options;
  niem_text_options_init(&options);
  options.format = format;
  options.digits = digits;
  return options;
}

static void prints_csv(void **state) {
  (void)state;
  niem_table *t = nasty();
  assert_printed(t, NULL,
                 "\"te,xt\",\"re\"\"al\",in_t\n"
                 "plain,-0.5,-9223372036854775807\n"
                 "\"a,b;c\td\",-0.375,-9223372036854775806\n"
                 "\"say \"\"x\"\"\",-0.25,-9223372036854775805\n"
                 "\"two\nlines\",,-9223372036854775804\n"
                 "=1+1,0,-9223372036854775803\n"
                 "&%$#_{}~^\\,0.125,\n"
                 "\"\",0.25,-9223372036854775801\n"
                 "[x] a--b,0.375,-9223372036854775800\n"
                 "Łódź ☃ 🏠,0.5,-9223372036854775799\n"
                 "<b>'`|</b>,0.625,-9223372036854775798\n"
                 ",,\n");
  niem_text_options options = in_format(NIEM_TEXT_CSV, 2);
  options.separator = ';';
  options.decimal_comma = 1;
  assert_printed(t, &options,
                 "te,xt;\"re\"\"al\";in_t\n"
                 "plain;-0,50;-9223372036854775807\n"
                 "\"a,b;c\td\";-0,38;-9223372036854775806\n"
                 "\"say \"\"x\"\"\";-0,25;-9223372036854775805\n"
                 "\"two\nlines\";;-9223372036854775804\n"
                 "=1+1;0,00;-9223372036854775803\n"
                 "&%$#_{}~^\\;0,13;\n"
                 "\"\";0,25;-9223372036854775801\n"
                 "[x] a--b;0,38;-9223372036854775800\n"
                 "Łódź ☃ 🏠;0,50;-9223372036854775799\n"
                 "<b>'`|</b>;0,63;-9223372036854775798\n"
                 ";;\n");
  niem_table_free(t);
  assert_int_equal(ni_table_new(&t, "one", NULL), NIEM_OK);
  ni_table_real(t, "x");
  ni_table_row(t);
  assert_int_equal(ni_table_finish(&t, NULL), NIEM_OK);
  assert_printed(t, NULL, "x\n\"\"\n");
  niem_table_free(t);
}

static void prints_json(void **state) {
  (void)state;
  niem_table *t = nasty();
  niem_text_options options = in_format(NIEM_TEXT_JSON, -1);
  assert_printed(
      t, &options,
      "{\"name\": \"a & b <\\\"'>\",\n"
      " \"notes\": {\n"
      "  \"N_1\": \"50 % & <more>\"},\n"
      " \"columns\": [\n"
      "  {\"name\": \"te,xt\", \"type\": \"text\", \"values\": [\"plain\", \"a,b;c\\td\", \"say \\\"x\\\"\", "
      "\"two\\nlines\", \"=1+1\", \"&%$#_{}~^\\\\\", \"\", \"[x] a--b\", \"Łódź ☃ 🏠\", \"<b>'`|</b>\", null]},\n"
      "  {\"name\": \"re\\\"al\", \"type\": \"real\", \"values\": [-0.5, -0.375, -0.25, null, 0, 0.125, 0.25, "
      "0.375, 0.5, 0.625, null]},\n"
      "  {\"name\": \"in_t\", \"type\": \"integer\", \"values\": [-9223372036854775807, -9223372036854775806, "
      "-9223372036854775805, -9223372036854775804, -9223372036854775803, null, -9223372036854775801, "
      "-9223372036854775800, -9223372036854775799, -9223372036854775798, null]}]}\n");
  niem_table_free(t);
  assert_int_equal(ni_table_new(&t, "", NULL), NIEM_OK);
  ni_table_real(t, "x");
  ni_table_row(t);
  ni_table_set_real(t, 0, 1e308 * 10);
  assert_int_equal(ni_table_finish(&t, NULL), NIEM_OK);
  assert_printed(t, &options,
                 "{\"name\": \"\",\n \"notes\": {},\n \"columns\": [\n"
                 "  {\"name\": \"x\", \"type\": \"real\", \"values\": [null]}]}\n");
  niem_table_free(t);
}

static void prints_latex(void **state) {
  (void)state;
  niem_table *t = nasty();
  niem_text_options options = in_format(NIEM_TEXT_LATEX, 1);
  options.caption = "Rows_1";
  assert_printed(t, &options,
                 "% needs \\usepackage{booktabs}\n"
                 "\\begin{table}\n"
                 "\\centering\n"
                 "\\caption{Rows\\_1}\n"
                 "\\begin{tabular}{lrr}\n"
                 "\\toprule\n"
                 "{}te,xt & re\"al & in\\_t \\\\\n"
                 "\\midrule\n"
                 "{}plain & $-$0.5 & $-$9223372036854775807 \\\\\n"
                 "{}a,b;c d & $-$0.4 & $-$9223372036854775806 \\\\\n"
                 "{}say \"x\" & $-$0.3 & $-$9223372036854775805 \\\\\n"
                 "{}two lines & -- & $-$9223372036854775804 \\\\\n"
                 "{}=1+1 & 0.0 & $-$9223372036854775803 \\\\\n"
                 "{}\\&\\%\\$\\#\\_\\{\\}\\textasciitilde{}\\textasciicircum{}\\textbackslash{} & 0.1 & -- \\\\\n"
                 "{} & 0.3 & $-$9223372036854775801 \\\\\n"
                 "{}[x] a-{}-b & 0.4 & $-$9223372036854775800 \\\\\n"
                 "{}Łódź ☃ 🏠 & 0.5 & $-$9223372036854775799 \\\\\n"
                 "{}\\textless{}b\\textgreater{}'{}`\\textbar{}\\textless{}/b\\textgreater{} & 0.6 & "
                 "$-$9223372036854775798 \\\\\n"
                 "{}-- & -- & -- \\\\\n"
                 "\\bottomrule\n"
                 "\\end{tabular}\n"
                 "\n"
                 "\\par\\smallskip\n"
                 "{\\footnotesize\n"
                 "N\\_1: 50 \\% \\& \\textless{}more\\textgreater{}\\par}\n"
                 "\\end{table}\n");
  niem_table_free(t);
}

static void prints_html(void **state) {
  (void)state;
  niem_table *t = scores();
  niem_text_options options = in_format(NIEM_TEXT_HTML, 2);
  niem_table *wide = NULL;
  assert_int_equal(niem_table_widen(&wide, t, "unit,year", "node", "score", NULL), NIEM_OK);
  options.caption = "a & b <\"'>";
#define R " class=\"number\" style=\"text-align:right\">"
  assert_printed(wide, &options,
                 "<table class=\"niem\">\n"
                 "<caption>a &amp; b &lt;&quot;&#39;&gt;</caption>\n"
                 "<thead>\n"
                 "<tr><th scope=\"col\">unit</th><th scope=\"col\"" R "year</th><th scope=\"col\"" R
                 "overall</th><th scope=\"col\"" R "housing</th><th scope=\"col\"" R
                 "health</th></tr>\n"
                 "</thead>\n"
                 "<tbody>\n"
                 "<tr><th scope=\"row\">PL</th><td" R "2019</td><td" R "50.00</td><td" R "66.67</td><td" R
                 "</td></tr>\n"
                 "<tr><th scope=\"row\">CZ</th><td" R "2019</td><td" R "0.10</td><td" R "0.33</td><td" R
                 "</td></tr>\n"
                 "<tr><th scope=\"row\">PL</th><td" R "2021</td><td" R "51.01</td><td" R "</td><td" R
                 "</td></tr>\n"
                 "<tr><th scope=\"row\"></th><td" R "2021</td><td" R "3.00</td><td" R "</td><td" R
                 "</td></tr>\n"
                 "</tbody>\n"
                 "<tfoot>\n"
                 "<tr><td colspan=\"5\">method: equal weights</td></tr>\n"
                 "<tr><td colspan=\"5\">N: -9223372036854775808</td></tr>\n"
                 "<tr><td colspan=\"5\">tolerance: 1e-9</td></tr>\n"
                 "<tr><td colspan=\"5\">spread: NaN</td></tr>\n"
                 "</tfoot>\n"
                 "</table>\n");
#undef R
  niem_table_free(wide);
  niem_table_free(t);
}

static void prints_plain(void **state) {
  (void)state;
  niem_table *t = nasty();
  niem_text_options options = in_format(NIEM_TEXT_PLAIN, -1);
  assert_printed(t, &options,
                 "a & b <\"'>\n"
                 "\n"
                 "te,xt        re\"al                  in_t\n"
                 "----------  ------  --------------------\n"
                 "plain         -0.5  -9223372036854775807\n"
                 "a,b;c d     -0.375  -9223372036854775806\n"
                 "say \"x\"      -0.25  -9223372036854775805\n"
                 "two lines       --  -9223372036854775804\n"
                 "=1+1             0  -9223372036854775803\n"
                 "&%$#_{}~^\\   0.125                    --\n"
                 "              0.25  -9223372036854775801\n"
                 "[x] a--b     0.375  -9223372036854775800\n"
                 "Łódź ☃ 🏠       0.5  -9223372036854775799\n"
                 "<b>'`|</b>   0.625  -9223372036854775798\n"
                 "--              --                    --\n"
                 "\n"
                 "N_1: 50 % & <more>\n");
  niem_table_free(t);
}

/* What a CSV reader sees in the first field of each line, and how many fields there are. */
static size_t read_field(const char **at, char separator, char *out) {
  const char *c = *at;
  size_t n = 0;
  if (*c == '"') {
    for (c++; *c != '"' || c[1] == '"'; c++) {
      c += *c == '"';
      out[n++] = *c;
    }
    c++;
  } else {
    while (*c != separator && *c != '\n') {
      out[n++] = *c++;
    }
  }
  out[n] = '\0';
  assert_true(*c == separator || *c == '\n');
  *at = c + 1;
  return n;
}

static void csv_reads_back(void **state) {
  (void)state;
  static const char alphabet[] = "ab,;\t\"\n\r =-'\\";
  enum { ROWS = 500, LONGEST = 8 };
  static char texts[ROWS][LONGEST + 1];
  uint64_t random = 1;
  niem_table *t = NULL;
  assert_int_equal(ni_table_new(&t, "t", NULL), NIEM_OK);
  ni_table_text(t, "a");
  ni_table_real(t, "b");
  for (int i = 0; i < ROWS; i++) {
    for (int k = 0; k < i % (LONGEST + 1); k++) {
      random = random * UINT64_C(6364136223846793005) + 1442695040888963407u;
      texts[i][k] = alphabet[(random >> 40) % (sizeof alphabet - 1)];
    }
    ni_table_row(t);
    ni_table_set_text(t, 0, texts[i]);
    ni_table_set_real(t, 1, (double)random / 1e9);
  }
  assert_int_equal(ni_table_finish(&t, NULL), NIEM_OK);
  for (int k = 0; k < 3; k++) {
    niem_text_options options = in_format(NIEM_TEXT_CSV, -1);
    options.separator = ",;\t"[k];
    options.decimal_comma = k > 0;
    niem_buffer *text = NULL;
    char field[64];
    assert_int_equal(niem_table_print(&text, t, &options, NULL), NIEM_OK);
    const char *at = niem_buffer_data(text);
    read_field(&at, ",;\t"[k], field);
    read_field(&at, ",;\t"[k], field);
    for (int i = 0; i < ROWS; i++) {
      double x;
      read_field(&at, ",;\t"[k], field);
      assert_string_equal(field, texts[i]);
      size_t n = read_field(&at, ",;\t"[k], field);
      assert_int_equal(ni_parse_double(field, n, k > 0 ? ',' : '.', &x), NI_NUMBER_OK);
      assert_bits(x, niem_table_reals(t, 1)[i]);
    }
    assert_int_equal(*at, '\0');
    niem_buffer_free(text);
  }
  niem_table_free(t);
}

/* ---- options ---- */

static void assert_refused(const niem_table *t, const niem_text_options *options, niem_status status,
                           const char *where) {
  niem_buffer *text = NULL;
  niem_error err;
  assert_int_equal(niem_table_print(&text, t, options, &err), status);
  assert_null(text);
  assert_string_equal(err.where, where);
}

static void refuses_options(void **state) {
  (void)state;
  niem_table *t = scores();
  niem_text_options options = in_format(5, -1);
  assert_refused(t, &options, NIEM_ERROR_ARGUMENT, "format");
  options = in_format(-1, -1);
  assert_refused(t, &options, NIEM_ERROR_ARGUMENT, "format");
  options = in_format(NIEM_TEXT_CSV, 16);
  assert_refused(t, &options, NIEM_ERROR_ARGUMENT, "digits");
  options.digits = -2;
  assert_refused(t, &options, NIEM_ERROR_ARGUMENT, "digits");
  options = in_format(NIEM_TEXT_CSV, -1);
  options.decimal_comma = 1;
  assert_refused(t, &options, NIEM_ERROR_ARGUMENT, "decimal_comma");
  options.separator = 0;
  assert_refused(t, &options, NIEM_ERROR_ARGUMENT, "decimal_comma");
  options.separator = '|';
  assert_refused(t, &options, NIEM_ERROR_ARGUMENT, "separator");
  options.separator = ';';
  options.decimal_comma = 2;
  assert_refused(t, &options, NIEM_ERROR_ARGUMENT, "decimal_comma");
  options.decimal_comma = 0;
  options.caption = "\xC3";
  assert_refused(t, &options, NIEM_ERROR_ENCODING, "caption");
  options.struct_size = 0;
  assert_refused(t, &options, NIEM_ERROR_ARGUMENT, "options");
  assert_refused(NULL, NULL, NIEM_ERROR_ARGUMENT, "table");
  assert_int_equal(niem_table_print(NULL, t, NULL, NULL), NIEM_ERROR_ARGUMENT);
  niem_text_options_init(NULL);
  niem_table_free(t);
}

typedef struct later_options {
  niem_text_options known;
  int64_t unknown;
} later_options;

static void options_of_other_versions(void **state) {
  (void)state;
  niem_text_options ours = in_format(NIEM_TEXT_CSV, -1);
  niem_error err;
  int64_t older[2] = {sizeof older, (int64_t)NIEM_TEXT_HTML | ((int64_t)3 << 32)};
  assert_int_equal(ni_options_read(&ours, sizeof ours, older, "options", &err), NIEM_OK);
  int32_t halves[2];
  memcpy(halves, &older[1], sizeof halves);
  assert_int_equal(ours.struct_size, sizeof ours);
  assert_int_equal(ours.format, halves[0]);
  assert_int_equal(ours.digits, halves[1]);
  assert_int_equal(ours.separator, ',');

  later_options later = {in_format(NIEM_TEXT_PLAIN, 4), 0};
  later.known.struct_size = sizeof later;
  assert_int_equal(ni_options_read(&ours, sizeof ours, &later, "options", &err), NIEM_OK);
  assert_int_equal(ours.struct_size, sizeof ours);
  assert_int_equal(ours.format, NIEM_TEXT_PLAIN);
  later.unknown = 1;
  later.known.format = NIEM_TEXT_JSON;
  assert_int_equal(ni_options_read(&ours, sizeof ours, &later, "options", &err), NIEM_ERROR_STRUCT_SIZE);
  assert_string_equal(err.where, "options");
  assert_int_equal(ours.format, NIEM_TEXT_PLAIN);

  static const int64_t nonsense[] = {0, 1, 7, 9, -8, INT64_MIN, INT64_MAX, 1 << 20};
  for (size_t i = 0; i < sizeof nonsense / sizeof nonsense[0]; i++) {
    later.known.struct_size = nonsense[i];
    assert_int_equal(ni_options_read(&ours, sizeof ours, &later, "options", &err), NIEM_ERROR_ARGUMENT);
  }
  assert_int_equal(ours.format, NIEM_TEXT_PLAIN);
  assert_int_equal(ni_options_read(&ours, sizeof ours, NULL, "options", &err), NIEM_OK);
}

static void exec_init(void **state) {
  (void)state;
  niem_exec exec;
  memset(&exec, 0xFF, sizeof exec);
  niem_exec_init(&exec);
  assert_int_equal(exec.struct_size, sizeof exec);
  assert_int_equal(exec.threads, 0);
  assert_true(exec.progress == NULL);
  niem_exec_init(NULL);
}

/* ---- files and problems ---- */

static void writes_a_file(void **state) {
  (void)state;
  char folder[] = "/tmp/niem-test-table-XXXXXX";
  char path[64];
  char text[64] = {0};
  assert_non_null(mkdtemp(folder));
  snprintf(path, sizeof path, "%s/t.csv", folder);
  niem_table *t = scores();
  niem_error err;
  assert_int_equal(niem_table_write(t, path, NULL, &err), NIEM_OK);
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  assert_true(fread(text, 1, 22, file) == 22);
  fclose(file);
  assert_string_equal(text, "unit,year,node,score\nP");
  niem_text_options options = in_format(9, -1);
  assert_int_equal(niem_table_write(t, path, &options, &err), NIEM_ERROR_ARGUMENT);
  assert_int_equal(niem_table_write(t, NULL, NULL, &err), NIEM_ERROR_ARGUMENT);
  assert_int_equal(niem_table_write(NULL, path, NULL, &err), NIEM_ERROR_ARGUMENT);
  assert_int_equal(unlink(path), 0);
  assert_int_equal(rmdir(folder), 0);
  assert_int_equal(niem_table_write(t, path, NULL, &err), NIEM_ERROR_IO);
  niem_table_free(t);
}

static niem_status make_problems(niem_table **out, niem_error *err) {
  niem_problems *problems = NULL;
  niem_status status = ni_problems_new(&problems, err);
  if (status != NIEM_OK) {
    return status;
  }
  ni_problems_report(problems, NIEM_WARNING, NIEM_ERROR_REFERENCE, 17, 2, "answer", "option \"%s\" is not there", "d");
  ni_problems_report(problems, NIEM_ERROR, NIEM_ERROR_TREE, 0, 0, "", "no leaf");
  ni_problems_report(problems, NIEM_NOTE, NIEM_OK, 3, 0, "unit", "an alias");
  status = niem_problems_table(out, problems, err);
  niem_problems_free(problems);
  return status;
}

static void problems_as_a_table(void **state) {
  (void)state;
  niem_table *t = NULL;
  assert_int_equal(make_problems(&t, NULL), NIEM_OK);
  assert_printed(t, NULL,
                 "severity,status,row,column,where,message\n"
                 "warning,reference,17,2,answer,\"option \"\"d\"\" is not there\"\n"
                 "error,tree,,,,no leaf\n"
                 "note,ok,3,,unit,an alias\n");
  assert_string_equal(niem_table_note_key(t, 1), "warnings");
  assert_string_equal(niem_table_note(t, 1), "1");
  niem_table_free(t);
  assert_int_equal(niem_problems_table(&t, NULL, NULL), NIEM_ERROR_ARGUMENT);
}

/* ---- want of memory ---- */

static niem_status widen_scores(niem_table **out, niem_error *err) {
  niem_table *t = NULL;
  niem_status status = make_scores(&t, err);
  if (status == NIEM_OK) {
    status = niem_table_widen(out, t, "unit,year", "node", "score", err);
  }
  niem_table_free(t);
  return status;
}

/* Widening that ends in the two messages which are built in buffers. */
static niem_status widen_in_vain(const char *rows, niem_status wanted, niem_error *err) {
  niem_table *t = NULL;
  niem_table *wide = NULL;
  niem_status status = make_scores(&t, err);
  if (status == NIEM_OK) {
    status = niem_table_widen(&wide, t, rows, "node", "score", err);
    assert_null(wide);
  }
  niem_table_free(t);
  return status == wanted ? NIEM_OK : status;
}

static niem_status print_nasty(int32_t format, niem_error *err) {
  niem_table *t = NULL;
  niem_buffer *text = NULL;
  niem_text_options options = in_format(format, 3);
  niem_status status = make_nasty(&t, err);
  if (status == NIEM_OK) {
    status = niem_table_print(&text, t, &options, err);
    assert_true((status == NIEM_OK) == (text != NULL));
  }
  niem_buffer_free(text);
  niem_table_free(t);
  return status;
}

static niem_status long_table(niem_error *err) {
  niem_table *t = NULL;
  niem_table *wide = NULL;
  niem_status status = ni_table_new(&t, "long", err);
  if (status != NIEM_OK) {
    return status;
  }
  int32_t text = ni_table_text(t, "t");
  ni_table_integer(t, "i");
  ni_table_real(t, "x");
  ni_table_reserve(t, 20);
  for (int i = 0; i < 100; i++) {
    char level[16];
    snprintf(level, sizeof level, "l%d", i);
    ni_table_row(t);
    ni_table_set_text(t, text, level);
    ni_table_set_integer(t, 1, i);
    ni_table_note_integer(t, level, i);
  }
  status = ni_table_finish(&t, err);
  assert_true((status == NIEM_OK) == (t != NULL));
  if (status == NIEM_OK) {
    status = niem_table_widen(&wide, t, "i", "t", "x", err);
  }
  niem_table_free(wide);
  niem_table_free(t);
  return status;
}

static niem_status job(int which, niem_error *err) {
  niem_table *t = NULL;
  niem_status status;
  switch (which) {
    case 0:
      status = widen_scores(&t, err);
      break;
    case 1:
      status = widen_in_vain("unit", NIEM_ERROR_DUPLICATE, err);
      break;
    case 2:
      status = widen_in_vain("round", NIEM_ERROR_REFERENCE, err);
      break;
    case 3:
      status = make_problems(&t, err);
      break;
    case 4:
      status = long_table(err);
      break;
    default:
      status = print_nasty(which - 5, err);
      break;
  }
  assert_true(status == NIEM_OK || t == NULL);
  niem_table_free(t);
  return status;
}

/* Every allocation fails in its turn: either the call says so, or it did not need that one; nothing is left over. */
static void survives_want_of_memory(void **state) {
  (void)state;
  for (int which = 0; which < 10; which++) {
    int64_t failures = 0;
    for (int64_t n = 0;; n++) {
      niem_error err;
      int64_t before = live;
      made = 0;
      fail_at = n;
      niem_status status = job(which, &err);
      int64_t used = made;
      fail_at = -1;
      assert_true(status == NIEM_OK || (status == NIEM_ERROR_MEMORY && err.status == NIEM_ERROR_MEMORY));
      assert_true(live == before);
      failures += status != NIEM_OK;
      if (used <= n) {
        assert_int_equal(status, NIEM_OK);
        break;
      }
    }
    assert_true(failures > 5);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reads_what_was_set),  cmocka_unit_test(getters_of_nothing),
      cmocka_unit_test(cells_begin_missing), cmocka_unit_test(without_rows),
      cmocka_unit_test(mistakes_stick),      cmocka_unit_test(widens),
      cmocka_unit_test(widening_refuses),    cmocka_unit_test(widens_as_looked_up),
      cmocka_unit_test(prints_csv),          cmocka_unit_test(prints_json),
      cmocka_unit_test(prints_latex),        cmocka_unit_test(prints_html),
      cmocka_unit_test(prints_plain),        cmocka_unit_test(csv_reads_back),
      cmocka_unit_test(refuses_options),     cmocka_unit_test(options_of_other_versions),
      cmocka_unit_test(exec_init),           cmocka_unit_test(writes_a_file),
      cmocka_unit_test(problems_as_a_table), cmocka_unit_test(survives_want_of_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
