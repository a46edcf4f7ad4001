/* R values as the core's arguments and options. The fields are read from the headers (options_generated.h); here is
 * what fills them. */
#include "glue.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "options_generated.h"

const char *utf8_of(SEXP string) {
  if (string == NA_STRING) {
    return NULL;
  }
  return Rf_getCharCE(string) == CE_BYTES ? CHAR(string) : Rf_translateCharUTF8(string);
}

const char *bytes_of(SEXP x, int64_t *n, const char *argument) {
  if (TYPEOF(x) == RAWSXP) {
    *n = XLENGTH(x);
    return (const char *)RAW(x);
  }
  const char *text = text_of(x, argument);
  *n = (int64_t)strlen(text);
  return text;
}

/* The digits of a whole number, as in round = 2021. */
static const char *digits_of(SEXP x) {
  double value = Rf_asReal(x);
  if (!R_FINITE(value) || value != floor(value) || fabs(value) > 1e15) {
    return NULL;
  }
  char *text = R_alloc(24, 1);
  snprintf(text, 24, "%lld", (long long)value);
  return text;
}

const char *text_of(SEXP x, const char *argument) {
  const char *text = NULL;
  if (Rf_isFactor(x) && Rf_xlength(x) == 1) {
    text = utf8_of(STRING_ELT(Rf_asCharacterFactor(x), 0));
  } else if (TYPEOF(x) == STRSXP && XLENGTH(x) == 1) {
    text = utf8_of(STRING_ELT(x, 0));
  } else if ((TYPEOF(x) == REALSXP || TYPEOF(x) == INTSXP) && XLENGTH(x) == 1) {
    text = digits_of(x);
  }
  if (text == NULL) {
    fail_argument(argument, "must be one string, not NA");
  }
  return text;
}

const char *path_of(SEXP x, const char *argument) {
  if (TYPEOF(x) != STRSXP || XLENGTH(x) != 1 || STRING_ELT(x, 0) == NA_STRING) {
    fail_argument(argument, "must be one string, not NA");
  }
#ifdef _WIN32
  return utf8_of(STRING_ELT(x, 0));
#else
  return Rf_translateChar(STRING_ELT(x, 0));
#endif
}

const char *optional_text(SEXP x, const char *argument) {
  return x == R_NilValue ? NULL : text_of(x, argument);
}

const char *const *texts_of(SEXP x, const char *argument) {
  if (TYPEOF(x) != STRSXP) {
    fail_argument(argument, "must be a character vector");
  }
  R_xlen_t n = XLENGTH(x);
  const char **texts = (const char **)R_alloc((size_t)n + 1, sizeof *texts);
  for (R_xlen_t i = 0; i < n; i++) {
    texts[i] = utf8_of(STRING_ELT(x, i));
    if (texts[i] == NULL) {
      fail_argument(argument, "element %lld is NA", (long long)i + 1);
    }
  }
  return texts;
}

static double whole_of(SEXP x, const char *argument, double most) {
  int number = (TYPEOF(x) == REALSXP || TYPEOF(x) == INTSXP || TYPEOF(x) == LGLSXP) && XLENGTH(x) == 1;
  double value = number ? Rf_asReal(x) : NA_REAL;
  if (!R_FINITE(value) || value != floor(value) || fabs(value) > most) {
    fail_argument(argument, "must be one whole number, TRUE or FALSE, not NA");
  }
  return value;
}

int64_t long_of(SEXP x, const char *argument) {
  return (int64_t)whole_of(x, argument, 9007199254740992.0);
}

int32_t integer_of(SEXP x, const char *argument) {
  return (int32_t)whole_of(x, argument, INT_MAX);
}

/* The code of a character, as in separator = ";". */
static int32_t character_of(SEXP x, const char *argument) {
  const char *text = text_of(x, argument);
  if (strlen(text) != 1) {
    fail_argument(argument, "must be one character: \",\", \";\" or a tab");
  }
  return (int32_t)(unsigned char)text[0];
}

const double *reals_of(SEXP x, const char *argument) {
  if (TYPEOF(x) != REALSXP) {
    fail_argument(argument, "must be a vector of numbers");
  }
  return REAL(x);
}

static double real_of(SEXP x, const char *argument) {
  if ((TYPEOF(x) != REALSXP && TYPEOF(x) != INTSXP) || XLENGTH(x) != 1) {
    fail_argument(argument, "must be one number");
  }
  return Rf_asReal(x);
}

/* Append to a list of choices; what does not fit is left out. */
static void append(char *list, size_t size, const char *word) {
  size_t used = strlen(list);
  snprintf(list + used, size - used, "%s%s", used == 0 ? "" : ", ", word);
}

int32_t word_of(SEXP x, const char *const *words, const char *argument) {
  if (TYPEOF(x) != STRSXP) {
    return integer_of(x, argument);
  }
  char list[256] = "";
  const char *word = text_of(x, argument);
  for (int32_t i = 0; words[i] != NULL; i++) {
    if (strcmp(words[i], word) == 0) {
      return i;
    }
    append(list, sizeof list, words[i]);
  }
  fail_argument(argument, "\"%.60s\" is not one of %s", word, list);
}

/* Numbers, whole ones included. */
static const double *numbers_of(SEXP x, const char *argument) {
  if (TYPEOF(x) != INTSXP) {
    return reals_of(x, argument);
  }
  double *reals = (double *)R_alloc((size_t)XLENGTH(x) + 1, sizeof *reals);
  for (R_xlen_t i = 0; i < XLENGTH(x); i++) {
    reals[i] = INTEGER(x)[i] == NA_INTEGER ? NA_REAL : INTEGER(x)[i];
  }
  return reals;
}

const int32_t *integers_of(SEXP x, const char *argument) {
  const double *reals = TYPEOF(x) == REALSXP ? REAL(x) : NULL;
  if (reals == NULL && TYPEOF(x) != INTSXP && TYPEOF(x) != LGLSXP) {
    fail_argument(argument, "must be whole numbers, TRUE or FALSE");
  }
  const int *integers = reals != NULL ? NULL : TYPEOF(x) == INTSXP ? INTEGER(x) : LOGICAL(x);
  int32_t *out = (int32_t *)R_alloc((size_t)XLENGTH(x) + 1, sizeof *out);
  for (R_xlen_t i = 0; i < XLENGTH(x); i++) {
    int good = reals != NULL ? fabs(reals[i]) <= INT_MAX && reals[i] == floor(reals[i]) : integers[i] != NA_INTEGER;
    if (!good) {
      fail_argument(argument, "element %lld is not a whole number, TRUE or FALSE", (long long)i + 1);
    }
    out[i] = reals != NULL ? (int32_t)reals[i] : integers[i];
  }
  return out;
}

/* The count of an array. Arrays that share a count are of one length. */
static void fill_count(SEXP value, const option_field *field, char *options) {
  int64_t n = XLENGTH(value);
  int64_t other;
  memcpy(&other, options + field->count_at, sizeof other);
  if (n == 0) {
    fail_argument(field->name, "has no elements");
  }
  if (other != 0 && other != n) {
    fail_argument(field->name, "has %lld elements, and an option that goes with it has %lld", (long long)n,
                  (long long)other);
  }
  memcpy(options + field->count_at, &n, sizeof n);
}

static void fill_integers(SEXP value, const option_field *field, char *options) {
  const int32_t *integers = integers_of(value, field->name);
  memcpy(options + field->at, &integers, sizeof integers);
  fill_count(value, field, options);
}

/* A named vector of numbers: the numbers, their count and their names. */
static void fill_reals(SEXP value, const option_field *field, char *options) {
  SEXP names = Rf_getAttrib(value, R_NamesSymbol);
  if (field->names_at != NO_FIELD && names == R_NilValue) {
    fail_argument(field->name, "must be a named vector of numbers, such as c(PL = 38, CZ = 10)");
  }
  const double *reals = numbers_of(value, field->name);
  memcpy(options + field->at, &reals, sizeof reals);
  fill_count(value, field, options);
  if (field->names_at != NO_FIELD) {
    const char *const *texts = texts_of(names, field->name);
    memcpy(options + field->names_at, &texts, sizeof texts);
  }
}

static void fill_texts(SEXP value, const option_field *field, char *options) {
  const char *const *texts = texts_of(value, field->name);
  int64_t n = XLENGTH(value);
  memcpy(options + field->at, &texts, sizeof texts);
  memcpy(options + field->count_at, &n, sizeof n);
}

static int32_t small_number_of(SEXP value, const option_field *field) {
  if (field->words != NULL) {
    return word_of(value, field->words, field->name);
  }
  int character = strcmp(field->name, "separator") == 0 && TYPEOF(value) == STRSXP;
  return character ? character_of(value, field->name) : integer_of(value, field->name);
}

static void fill_number(SEXP value, const option_field *field, char *options) {
  if (field->kind == OPTION_INTEGER) {
    int32_t number = small_number_of(value, field);
    memcpy(options + field->at, &number, sizeof number);
  } else if (field->kind == OPTION_LONG) {
    int64_t number = long_of(value, field->name);
    memcpy(options + field->at, &number, sizeof number);
  } else {
    double number = real_of(value, field->name);
    memcpy(options + field->at, &number, sizeof number);
  }
}

static void fill_field(SEXP value, const option_field *field, char *options) {
  if (field->kind == OPTION_TEXT) {
    const char *text = text_of(value, field->name);
    memcpy(options + field->at, &text, sizeof text);
  } else if (field->kind == OPTION_TEXTS) {
    fill_texts(value, field, options);
  } else if (field->kind == OPTION_REALS) {
    fill_reals(value, field, options);
  } else if (field->kind == OPTION_INTEGERS) {
    fill_integers(value, field, options);
  } else {
    fill_number(value, field, options);
  }
}

static void fail_unknown(const char *name, const option_target *targets, int n_targets) {
  char list[512] = "";
  for (int t = 0; t < n_targets; t++) {
    for (const option_field *field = targets[t].fields; field->name != NULL; field++) {
      append(list, sizeof list, field->name);
    }
  }
  fail_argument(name, "there is no option \"%.60s\" here; there are: %s", name, list);
}

static void fill_named(SEXP value, const char *name, const option_target *targets, int n_targets) {
  for (int t = 0; t < n_targets; t++) {
    for (const option_field *field = targets[t].fields; field->name != NULL; field++) {
      if (strcmp(field->name, name) == 0) {
        if (value != R_NilValue) {
          fill_field(value, field, targets[t].options);
        }
        return;
      }
    }
  }
  fail_unknown(name, targets, n_targets);
}

void fill_options(SEXP list, const option_target *targets, int n_targets) {
  SEXP names = Rf_getAttrib(list, R_NamesSymbol);
  for (R_xlen_t i = 0; i < Rf_xlength(list); i++) {
    const char *name = names == R_NilValue ? "" : utf8_of(STRING_ELT(names, i));
    if (name == NULL || name[0] == '\0') {
      fail_argument("...", "options are given by name");
    }
    for (R_xlen_t j = 0; j < i; j++) {
      if (strcmp(name, CHAR(STRING_ELT(names, j))) == 0) {
        fail_argument(name, "the option is given twice");
      }
    }
    fill_named(VECTOR_ELT(list, i), name, targets, n_targets);
  }
}

void fill_query(SEXP list, niem_query *query) {
  niem_query_init(query);
  option_target target = {OPTIONS_NIEM_QUERY, query};
  fill_options(list, &target, 1);
}

void fill_query_and_compare(SEXP list, niem_query *query, niem_compare_options *compare) {
  niem_query_init(query);
  niem_compare_options_init(compare);
  option_target targets[] = {{OPTIONS_NIEM_QUERY, query}, {OPTIONS_NIEM_COMPARE_OPTIONS, compare}};
  fill_options(list, targets, 2);
}
