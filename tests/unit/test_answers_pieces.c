/* Answers from CSV in pieces, by any number of threads: the same rows, numbers, messages and order as from one piece,
 * wherever the cuts fall; and the quick way of reading a row beside the general one. */
#include "base/platform.h"

#include "fail_allocation.h"
#include "made.h"

#include "base/buffer.h"
#include "base/rng.h"
#include "model/answers_build.h"

#include <unistd.h>

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);

#define HEAD "unit,round,group,indicator,answer,state,evidence,note,coder\n"

static niem_framework *base;

static int open_base(void **state) {
  (void)state;
  base = framework_of(BASE);
  return 0;
}

static int close_base(void **state) {
  (void)state;
  niem_framework_free(base);
  return 0;
}

/* What a reading came to. */
typedef struct reading {
  niem_status status;
  niem_error err;
  niem_answers *answers;
  niem_problems *problems;
} reading;

static int32_t go_on(double done, void *context) {
  (void)context;
  assert_true(done >= 0 && done <= 1);
  return 0;
}

/* In pieces of so many bytes; 0: as one. With 1 thread a progress callback is there, so that pieces are made too. */
static reading read_pieces(const char *bytes, size_t n, const niem_read_options *given, size_t piece_bytes,
                           int32_t threads) {
  reading r;
  ni_builder builder;
  niem_read_options options;
  memset(&r, 0, sizeof r);
  niem_read_options_init(&options);
  if (ni_problems_new(&r.problems, &r.err) != NIEM_OK) {
    r.status = NIEM_ERROR_MEMORY;
    return r;
  }
  r.status = ni_builder_open(&builder, base, given == NULL ? &options : given, r.problems, &r.err);
  builder.exec.threads = piece_bytes == 0 ? 0 : threads;
  builder.exec.progress = piece_bytes == 0 ? NULL : go_on;
  ni_stages_begin(&builder.stages, &builder.exec);
  builder.piece_bytes = piece_bytes == 0 ? builder.piece_bytes : piece_bytes;
  if (r.status == NIEM_OK) {
    r.status = ni_read_answers_csv(&builder, bytes, n, &r.err);
  }
  if (r.status == NIEM_OK) {
    r.status = ni_builder_finish(&r.answers, &builder, &r.err);
  }
  ni_builder_close(&builder);
  return r;
}

static void free_reading(reading *r) {
  niem_answers_free(r->answers);
  niem_problems_free(r->problems);
}

static void same_problem(const niem_error *a, const niem_error *b) {
  assert_string_equal(a->message, b->message);
  assert_string_equal(a->where, b->where);
  assert_int_equal(a->status, b->status);
  assert_int_equal(a->row, b->row);
  assert_int_equal(a->column, b->column);
}

static void same_problems(const niem_problems *a, const niem_problems *b) {
  assert_int_equal(niem_problems_count(a), niem_problems_count(b));
  for (int32_t severity = NIEM_NOTE; severity <= NIEM_ERROR; severity++) {
    assert_int_equal(niem_problems_total(a, severity), niem_problems_total(b, severity));
  }
  for (int64_t i = 0; i < niem_problems_count(a); i++) {
    assert_int_equal(niem_problems_severity(a, i), niem_problems_severity(b, i));
    same_problem(niem_problems_get(a, i), niem_problems_get(b, i));
  }
}

static void same_column(const int32_t *a, const int32_t *b, int64_t n) {
  assert_int_equal(a == NULL, b == NULL);
  if (a != NULL) {
    assert_memory_equal(a, b, (size_t)n * sizeof *a);
  }
}

static void same_texts(const ni_dictionary *a, const ni_dictionary *b) {
  assert_int_equal(ni_dictionary_count(a), ni_dictionary_count(b));
  for (int32_t i = 0; i < ni_dictionary_count(a); i++) {
    assert_string_equal(ni_dictionary_text(a, i), ni_dictionary_text(b, i));
  }
}

/* The same inside too: numbers of texts and coders, not only what is printed. */
static void same_answers(const niem_answers *a, const niem_answers *b) {
  const int64_t n = a->rows.n;
  assert_int_equal(n, b->rows.n);
  assert_int_equal(a->n_pairs, b->n_pairs);
  same_column(a->rows.unit, b->rows.unit, n);
  same_column(a->rows.round, b->rows.round, n);
  same_column(a->rows.group, b->rows.group, n);
  same_column(a->rows.indicator, b->rows.indicator, n);
  same_column(a->rows.coder, b->rows.coder, n);
  same_column(a->rows.evidence, b->rows.evidence, n);
  same_column(a->rows.source, b->rows.source, n);
  same_column(a->rows.note, b->rows.note, n);
  assert_memory_equal(a->rows.state, b->rows.state, (size_t)n);
  assert_memory_equal(a->rows.value, b->rows.value, (size_t)n * sizeof *a->rows.value);
  same_texts(&a->unit_ids, &b->unit_ids);
  same_texts(&a->coders, &b->coders);
  same_texts(&a->texts, &b->texts);
  char *x = answers_text(a);
  char *y = answers_text(b);
  assert_string_equal(x, y);
  free(x);
  free(y);
}

static void same_reading(const reading *a, const reading *b) {
  assert_int_equal(a->status, b->status);
  if (a->status != NIEM_OK) {
    same_problem(&a->err, &b->err);
  }
  same_problems(a->problems, b->problems);
  assert_int_equal(a->answers == NULL, b->answers == NULL);
  if (a->answers != NULL) {
    same_answers(a->answers, b->answers);
  }
}

/* However it is cut, and by however many threads. */
static void same_in_pieces(const char *bytes, size_t n, const niem_read_options *options) {
  static const struct {
    size_t bytes;
    int32_t threads;
  } ways[] = {{1, 1}, {7, 2}, {40, 1}, {40, 2}, {40, 3}, {40, 7}, {150, 7}, {1000, 3}};
  reading whole = read_pieces(bytes, n, options, 0, 0);
  for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
    reading cut = read_pieces(bytes, n, options, ways[i].bytes, ways[i].threads);
    same_reading(&whole, &cut);
    free_reading(&cut);
  }
  free_reading(&whole);
}

static void same_text(const char *text) {
  same_in_pieces(text, strlen(text), NULL);
}

/* --- made files --- */

static uint32_t draw(ni_rng *rng, uint32_t n) {
  return ni_rng_below(rng, n);
}

static const char *one_of(ni_rng *rng, const char *const *texts, uint32_t n) {
  return texts[draw(rng, n)];
}

#define ONE_OF(rng, texts) one_of(rng, texts, sizeof texts / sizeof texts[0])

/* Whole rows that are unlike the others. */
static const char *const ODD[] = {
    "PL,r2,ref\n",                     /* too few fields */
    "PL,r2,ref,RES-1,a,,,,,,\n",       /* too many */
    "XX,r9,ref,RES-1,a,,,,\n",         /* ids that are new, and are taken */
    "Polska,first,refugee,R1,a,,,,\n", /* aliases */
    "PL,r2,refs,RES-1,a,,,,\n",        /* ids that are none */
    "PL,r2,ref,RES-9,a,,,,\n",
    "PL,r2,ref,RES-1,d,,,,\n", /* an option that is none */
    "PL,r2,ref,HOU-1,12.5,,,,\n",
    "PL,r2,ref,HOU-1,\"7,25\",,,,\n", /* marks of decimals */
    "PL,r2,ref,HOU-1,99,,,,\n",
    "PL,r2,ref,HOU-1,1e1,,,,\n",      /* beyond; another spelling */
    "PL,r2,ref,RES-1,a,missing,,,\n", /* an answer and a state */
    "PL,r2,ref,RES-1,NA,,,,\n",
    "PL,r2,ref,RES-1,,,,,\n", /* no answer */
    ",,,,,,,,\n",
    "\n",
    "\r\n",                                                          /* blank */
    "PL,r2,ref,RES-1,a,,\"two\nlines, \"\"quoted\"\"\",,\n",         /* line breaks and quotes inside */
    "PL,r2,ref,RES-1,a,,\"\nPL,r2,ref,RES-1,a,,,,\n\",,\n",          /* what looks like a row, inside quotes */
    "\"PL\",\"r2\",\"ref\",\"RES-1\",\"b\",\"\",\"\",\"\",\"\"\r\n", /* all quoted */
    "PL,r2,ref,RES-1,\"a\"x,,,,\n",                                  /* text after a quote */
    " PL ,r2, ref,RES-1,a ,,,,\n",                                   /* spaces */
    "Łódź,r2,ref,RES-1,a,,é,ł,ó\n",                                  /* beyond ASCII */
};

static void append_row(niem_buffer *out, ni_rng *rng, const char *pad) {
  static const char *const units[] = {"PL", "EL", "HU", "U1", "U2", "POL"};
  static const char *const rounds[] = {"r1", "r2", "r3"};
  static const char *const groups[] = {"ref", "sub"};
  static const char *const rows[] = {"RES-1,a,",        "RES-1,b,",   "RES-2,no,",           "HOU-1,3,",
                                     "HOU-1,0.25,",     "HOU-2,p|r,", "HOU-2,none,",         "HOU-3,yes,",
                                     "STAT,12.75,",     "STAT,-1,",   "STAT,,not_collected", "RES-1,,not_applicable",
                                     "RES-1,a,answered"};
  static const char *const texts[] = {"", "", "law", "law, too", "press"};
  static const char *const coders[] = {"", "ann", "bob", "zoe"};
  const char *fields[] = {ONE_OF(rng, units), ONE_OF(rng, rounds), ONE_OF(rng, groups), ONE_OF(rng, rows)};
  for (size_t i = 0; i < 4; i++) {
    ni_buffer_text(out, i == 0 ? "" : ",");
    for (const char *c = fields[i]; *c != '\0'; c++) { /* a row is three fields */
      ni_buffer_text(out, *c == ',' ? pad : "");
      ni_buffer_char(out, *c);
    }
    ni_buffer_text(out, pad);
  }
  const char *text = ONE_OF(rng, texts);
  ni_buffer_text(out, strchr(text, ',') == NULL ? "," : ",\"");
  ni_buffer_text(out, text);
  ni_buffer_text(out, strchr(text, ',') == NULL ? "," : "\",");
  ni_buffer_text(out, ONE_OF(rng, texts)[0] == 'p' ? "seen" : "");
  ni_buffer_text(out, ",");
  ni_buffer_text(out, ONE_OF(rng, coders));
  ni_buffer_text(out, draw(rng, 8) == 0 ? "\r\n" : "\n");
}

/* A file of n rows, one in `odd` of which is unlike the others; 0: none. */
static niem_buffer *made_file(uint64_t seed, int32_t n, uint32_t odd, const char *pad) {
  niem_buffer *out = NULL;
  ni_rng rng;
  ni_rng_init(&rng, seed, 0, 0);
  assert_int_equal(ni_buffer_new(&out, NULL), NIEM_OK);
  ni_buffer_text(out, HEAD);
  for (int32_t i = 0; i < n; i++) {
    if (odd > 0 && draw(&rng, odd) == 0) {
      ni_buffer_text(out, ONE_OF(&rng, ODD));
    } else {
      append_row(out, &rng, pad);
    }
  }
  return out;
}

static void test_made(void **state) {
  (void)state;
  int64_t right = 0;
  for (uint64_t seed = 0; seed < 60; seed++) {
    niem_buffer *file = made_file(seed, seed % 3 == 0 ? 60 : 9, seed % 2 == 0 ? 0 : 6, "");
    const char *bytes = niem_buffer_data(file);
    const size_t n = (size_t)niem_buffer_size(file);
    reading whole = read_pieces(bytes, n, NULL, 0, 0);
    right += whole.status == NIEM_OK;
    free_reading(&whole);
    same_in_pieces(bytes, n, NULL);
    same_in_pieces(bytes, n - draw(&(ni_rng){.seed = seed}, 40), NULL); /* cut off in the middle of something */
    niem_buffer_free(file);
  }
  assert_in_range(right, 5, 55);
}

/* Spaces around a field send its row the general way. */
static void test_quick_way(void **state) {
  (void)state;
  for (uint64_t seed = 100; seed < 200; seed++) {
    niem_buffer *plain = made_file(seed, 30, 0, "");
    niem_buffer *padded = made_file(seed, 30, 0, " ");
    reading a = read_pieces(niem_buffer_data(plain), (size_t)niem_buffer_size(plain), NULL, 0, 0);
    reading b = read_pieces(niem_buffer_data(padded), (size_t)niem_buffer_size(padded), NULL, 0, 0);
    same_reading(&a, &b);
    free_reading(&a);
    free_reading(&b);
    niem_buffer_free(plain);
    niem_buffer_free(padded);
  }
}

/* Numbers that the quick way reads, and those that it leaves, beside the general way; each behind one that shows the
 * decimal mark. */
static void test_quick_numbers(void **state) {
  (void)state;
  static const char *const numbers[] = {"0",
                                        "7",
                                        "007",
                                        "0.5",
                                        ".5",
                                        "5.",
                                        "0.1",
                                        "-0.1",
                                        "1e3",
                                        "123456",
                                        "0.00001",
                                        "1.1.1",
                                        "12,5",
                                        "1 000",
                                        "+5",
                                        "-0",
                                        "00.5",
                                        "9.999999999999",
                                        "123456789012.25",
                                        "1234567890123456",
                                        "0.30000000000004",
                                        "1234567890.12345",
                                        "4.35",
                                        "2.675",
                                        "1.005",
                                        "n/a",
                                        "inf",
                                        "0x10"};
  for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
    char quick[200], general[200];
    const char *rows = HEAD "PL,r1,ref,STAT,1.5,,,,\nPL,r1,sub,STAT,2.5,,,,\nPL,r2,ref,STAT,";
    (void)snprintf(quick, sizeof quick, "%s%s,,,,\nPL,r2,ref,STAT,3,,,,zoe\n", rows, numbers[i]);
    (void)snprintf(general, sizeof general, "%s %s,,,,\nPL,r2,ref,STAT,3,,,,zoe\n", rows, numbers[i]);
    reading a = read_pieces(quick, strlen(quick), NULL, 0, 0);
    reading b = read_pieces(general, strlen(general), NULL, 0, 0);
    same_reading(&a, &b);
    free_reading(&a);
    free_reading(&b);
  }
}

/* --- edges --- */

/* A quoted line break at every distance from a cut. */
static void test_break_at_edge(void **state) {
  (void)state;
  char text[600];
  char blanks[64];
  for (int before = 0; before < 60; before++) {
    memset(blanks, 'x', sizeof blanks);
    blanks[before] = '\0';
    (void)snprintf(text, sizeof text,
                   HEAD
                   "PL,r1,ref,RES-1,a,,%s,,\nPL,r1,ref,HOU-1,2,,\"a\n\nPL,r1,ref,RES-1,a,,,,\n\r\n\",,\n"
                   "PL,r1,sub,RES-1,b,,\"\n\",,\n\n\nEL,r1,ref,RES-1,c,,,,",
                   blanks);
    same_text(text);
  }
}

static void test_beginnings_and_ends(void **state) {
  (void)state;
  same_text(HEAD);
  same_text(HEAD "\n\n");
  same_text("");
  same_text("unit,indicator\nPL,RES-1\n");
  same_text(
      "\xEF\xBB\xBFsep=;\nunit;round;group;indicator;answer\r\nPL;r1;ref;HOU-1;2,5\r\nPL;r2;ref;HOU-1;3,5\r\n"
      "PL;r1;sub;HOU-1;4.5\r\nEL;r1;sub;HOU-1;4,25\r\nHU;r1;sub;HOU-1;1.25");
  same_text(HEAD "PL,r1,ref,RES-1,a,,,,\rPL,r2,ref,RES-1,a,,,,\rEL,r2,ref,RES-1,a,,,,\r"); /* no LF at all */
  same_text(HEAD "PL,r1,ref,RES-1,a,,\"never closed,,\nPL,r2,ref,RES-1,a,,,,\nPL,r2,sub,RES-1,a,,,,\n");
  static const char nul[] = HEAD "PL,r1,ref,RES-1,a,,,,\nPL,r2,ref,RES-1,\0,,,,\nEL,r2,ref,RES-1,q,,,,\n";
  same_in_pieces(nul, sizeof nul - 1, NULL);
  static const char cut[] = HEAD "PL,r1,ref,RES-1,a,,,,\nPL,r2,ref,RES-1,z,,,,\nEL,r2,ref,RES-1,q,,,,\xC5";
  same_in_pieces(cut, sizeof cut - 1, NULL);
}

/* What is counted or kept from row to row. */
static void test_between_pieces(void **state) {
  (void)state;
  same_text(HEAD "PL,r1,ref,RES-1,,,,,\nPL,r2,ref,RES-1,,,,,\nEL,r2,ref,RES-1,a,,,,\nHU,r2,ref,RES-1,,,,,\n");
  same_text(
      "unit;round;group;indicator;answer\nPL;r1;ref;RES-1;a\nPL;r1;ref;HOU-2;none\nPL;r1;ref;HOU-1;2,5\n"
      "PL;r2;ref;HOU-2;none\nPL;r2;ref;HOU-1;1.5\nEL;r2;ref;HOU-1;2.5\n");
}

static void test_options(void **state) {
  (void)state;
  niem_read_options options;
  niem_read_options_init(&options);
  options.round = "first";
  options.group = "refugee";
  options.coder = "ann";
  options.decimal_comma = 1;
  static const char text[] =
      "unit;indicator;answer;coder\nPL;HOU-1;2,5;\nPL;STAT;4.5;\nPL;RES-1;a;\nEL;RES-1;b;bob\n"
      "EL;HOU-2;p|q;\nEL;HOU-1;7;\nHU;HOU-2;p|p;\n";
  same_in_pieces(text, sizeof text - 1, &options);
  same_in_pieces(text, sizeof text - 1, NULL);
}

/* --- problems --- */

/* Errors and notes in many pieces: in the order of the file, and counted beyond what is kept. */
static void test_many_problems(void **state) {
  (void)state;
  niem_buffer *text = NULL;
  assert_int_equal(ni_buffer_new(&text, NULL), NIEM_OK);
  ni_buffer_text(text, HEAD);
  for (int i = 0; i < 1500; i++) {
    ni_buffer_text(text, "U");
    ni_buffer_int(text, i);
    ni_buffer_text(text, i % 3 == 2 && i > 1100 ? ",r1,ref,RES-1,wrong,,,,\n" : ",r1,ref,RES-1,a,,,,\n");
  }
  const char *bytes = niem_buffer_data(text);
  const size_t n = (size_t)niem_buffer_size(text);
  reading whole = read_pieces(bytes, n, NULL, 0, 0);
  assert_int_equal(whole.status, NIEM_ERROR_REFERENCE);
  assert_int_equal(whole.err.row, 1104);
  assert_int_equal(niem_problems_count(whole.problems), NIEM_PROBLEMS_KEPT);
  assert_int_equal(niem_problems_total(whole.problems, NIEM_ERROR), 133);
  for (int32_t threads = 1; threads < 4; threads++) {
    reading cut = read_pieces(bytes, n, NULL, 500, threads);
    same_reading(&whole, &cut);
    free_reading(&cut);
  }
  free_reading(&whole);
  niem_buffer_free(text);
}

/* --- a file of the usual size of pieces --- */

/* Units x rounds x groups x indicators, each once, in an order that sorting has to mend; or shuffled. */
static niem_buffer *large_file(int32_t n_units, int shuffled) {
  static const char *const rows[] = {"HOU-3,yes", "RES-1,a", "HOU-1,3.25", "RES-1,b", "HOU-2,p|r"};
  static const int32_t of_group[] = {0, 1, 2};
  niem_buffer *out = NULL;
  assert_int_equal(ni_buffer_new(&out, NULL), NIEM_OK);
  ni_buffer_text(out, HEAD);
  for (int32_t i = 0; i < n_units * 12; i++) {
    const int32_t cell = shuffled ? (int32_t)((int64_t)i * 7919 % (n_units * 12)) : i;
    char row[120];
    const int32_t k = cell % 12;
    (void)snprintf(row, sizeof row, "U%05d,r%d,%s,%s,,%s,,\n", (int)(cell / 12), 1 + k / 6, k % 2 == 0 ? "sub" : "ref",
                   rows[of_group[k % 6 / 2]], i % 100 == 0 ? "evidence" : "");
    ni_buffer_text(out, row);
  }
  return out;
}

static void test_large(void **state) {
  (void)state;
  char *digest = NULL;
  for (int shuffled = 0; shuffled < 2; shuffled++) {
    niem_buffer *file = large_file(5000, shuffled); /* 7919 has no common divisor with 60 000 */
    for (int32_t threads = 0; threads < 4; threads++) {
      niem_answers *answers = NULL;
      niem_exec exec;
      niem_exec_init(&exec);
      exec.threads = threads;
      assert_int_equal(
          niem_answers_parse(&answers, NULL, base, niem_buffer_data(file), niem_buffer_size(file), NULL, &exec, NULL),
          NIEM_OK);
      assert_int_equal(niem_answers_count(answers), 60000);
      char *own = answers_digest(answers);
      if (digest != NULL) {
        assert_string_equal(own, digest);
      }
      free(digest);
      digest = own;
      niem_answers_free(answers);
    }
    niem_buffer_free(file);
  }
  free(digest);
}

static void test_file(void **state) {
  (void)state;
  niem_buffer *file = large_file(3000, 0);
  char path[] = "/tmp/niem-pieces-XXXXXX";
  const int opened = mkstemp(path);
  assert_true(opened >= 0);
  assert_int_equal(write(opened, niem_buffer_data(file), (size_t)niem_buffer_size(file)), niem_buffer_size(file));
  close(opened);
  niem_answers *one = NULL;
  niem_answers *many = NULL;
  niem_exec exec;
  niem_exec_init(&exec);
  exec.threads = 3;
  assert_int_equal(niem_answers_read(&one, NULL, base, path, NULL, NULL, NULL), NIEM_OK);
  assert_int_equal(niem_answers_read(&many, NULL, base, path, NULL, &exec, NULL), NIEM_OK);
  same_answers(one, many);
  niem_answers_free(one);
  niem_answers_free(many);
  niem_buffer_free(file);
  unlink(path);
}

/* --- exec --- */

typedef struct watch {
  int calls;
  int stop_at; /* the call that cancels; 0: none does */
  double last;
} watch;

static int32_t watch_progress(double done, void *context) {
  watch *w = context;
  assert_true(done >= w->last && done <= 1);
  w->last = done;
  return ++w->calls == w->stop_at;
}

static void test_progress(void **state) {
  (void)state;
  static const char *const texts[] = {HEAD "PL,r1,ref,RES-1,a,,,,\n",
                                      "[{\"unit\":\"PL\",\"round\":\"r1\",\"group\":\"ref\",\"indicator\":\"RES-1\","
                                      "\"answer\":\"a\"}]"};
  for (size_t i = 0; i < 2; i++) {
    for (int stop_at = 0; stop_at < 2; stop_at++) {
      niem_answers *answers = NULL;
      niem_problems *problems = NULL;
      niem_error err;
      watch w = {.stop_at = stop_at};
      niem_exec exec;
      niem_exec_init(&exec);
      exec.progress = watch_progress;
      exec.context = &w;
      const niem_status status =
          niem_answers_parse(&answers, &problems, base, texts[i], (int64_t)strlen(texts[i]), NULL, &exec, &err);
      assert_int_equal(status, stop_at == 0 ? NIEM_OK : NIEM_ERROR_CANCELLED);
      assert_int_equal(answers == NULL, stop_at);
      assert_non_null(problems);
      assert_int_equal(w.calls, 1);
      assert_true(w.last == 1);
      niem_answers_free(answers);
      niem_problems_free(problems);
    }
  }
}

static void test_exec(void **state) {
  (void)state;
  static const char text[] = HEAD "PL,r1,ref,RES-1,a,,,,\n";
  niem_answers *answers = NULL;
  niem_error err;
  niem_exec exec;
  niem_exec_init(&exec);
  exec.threads = -1;
  assert_int_equal(niem_answers_parse(&answers, NULL, base, text, sizeof text - 1, NULL, &exec, &err),
                   NIEM_ERROR_ARGUMENT);
  assert_string_equal(err.where, "exec.threads");
  assert_null(answers);
  exec.threads = 1000;
  assert_int_equal(niem_answers_parse(&answers, NULL, base, text, sizeof text - 1, NULL, &exec, &err), NIEM_OK);
  niem_answers_free(answers);
}

/* --- memory --- */

static int fails_in_pieces(const niem_buffer *file) {
  reading r = read_pieces(niem_buffer_data(file), (size_t)niem_buffer_size(file), NULL, 100, 1);
  const int failed = r.status == NIEM_ERROR_MEMORY;
  assert_true(failed || r.status == NIEM_OK);
  free_reading(&r);
  return failed;
}

static void test_memory(void **state) {
  (void)state;
  niem_buffer *file = large_file(3, 0);
  ni_buffer_text(file, "POL,first,refugee,R1,a,,\"with \"\"quotes\"\"\",note,ann\n");
  EACH_ALLOCATION_FAILS(fails_in_pieces(file));
  niem_buffer_free(file);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_made),
      cmocka_unit_test(test_quick_way),
      cmocka_unit_test(test_quick_numbers),
      cmocka_unit_test(test_break_at_edge),
      cmocka_unit_test(test_beginnings_and_ends),
      cmocka_unit_test(test_options),
      cmocka_unit_test(test_between_pieces),
      cmocka_unit_test(test_many_problems),
      cmocka_unit_test(test_large),
      cmocka_unit_test(test_file),
      cmocka_unit_test(test_progress),
      cmocka_unit_test(test_exec),
      cmocka_unit_test(test_memory),
  };
  return cmocka_run_group_tests(tests, open_base, close_base);
}
