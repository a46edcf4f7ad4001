/* What a cell of the column "answer" says, by the scale of its indicator. */
#include "base/platform.h"

#include "base/number.h"
#include "model/answers_build.h"

#include <stdio.h>
#include <string.h>

#define REPORT(builder, column, status, ...) ni_builder_report(builder, column, NIEM_ERROR, status, __VA_ARGS__)

/* The ids of a scale's options, for messages. */
static const char *list_options(const ni_scale *scale, char *out, size_t size) {
  out[0] = '\0';
  for (int32_t i = 0; i < scale->n_options; i++) {
    size_t used = strlen(out);
    (void)snprintf(out + used, size - used, "%s%s", i == 0 ? "" : ", ", scale->options[i].id);
  }
  return out;
}

static int is_word(const ni_cell *cell, const char *word) {
  return strlen(word) == cell->length && memcmp(word, cell->text, cell->length) == 0;
}

static int means_missing(const ni_cell *cell) {
  static const char *const words[] = {"NA", "na",  "n/a", "N/A",  "-",    "--",  "?",
                                      ".",  "NaN", "nan", "NULL", "null", "None"};
  const char first = cell->length == 0 || cell->length > 4 ? 'a' : cell->text[0];
  if (first != 'N' && first != 'n' && first != '-' && first != '?' && first != '.') {
    return 0;
  }
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
    if (is_word(cell, words[i])) {
      return 1;
    }
  }
  return 0;
}

/* The option whose label was written in place of its id; -1. */
static int32_t find_label(const ni_scale *scale, const ni_cell *cell) {
  for (int32_t i = 0; i < scale->n_options; i++) {
    const ni_label *label = &scale->options[i].label;
    for (int32_t k = 0; k < label->n; k++) {
      if (is_word(cell, label->texts[k])) {
        return i;
      }
    }
  }
  return -1;
}

static void report_option(ni_builder *builder, const ni_indicator *indicator) {
  const ni_cell *cell = &builder->cells[NI_ANSWER];
  char options[300];
  int length = cell->length > 60 ? 60 : (int)cell->length;
  double points;
  list_options(&indicator->scale, options, sizeof options);
  const int32_t labelled = find_label(&indicator->scale, cell);
  if (labelled >= 0) {
    REPORT(builder, NI_ANSWER, NIEM_ERROR_REFERENCE,
           "option \"%.*s\" is not one of %s for indicator %s; it is the label of %s", length, cell->text, options,
           indicator->id, indicator->scale.options[labelled].id);
  } else if (ni_parse_double(cell->text, cell->length, '.', &points) == NI_NUMBER_OK) {
    REPORT(builder, NI_ANSWER, NIEM_ERROR_REFERENCE,
           "option \"%.*s\" is not one of %s for indicator %s; answers name an option's id, never its points", length,
           cell->text, options, indicator->id);
  } else {
    REPORT(builder, NI_ANSWER, NIEM_ERROR_REFERENCE, "option \"%.*s\" is not one of %s for indicator %s", length,
           cell->text, options, indicator->id);
  }
}

static int read_option(ni_builder *builder, const ni_indicator *indicator, ni_value *value) {
  const ni_cell *cell = &builder->cells[NI_ANSWER];
  value->option = ni_find_option(&indicator->scale, cell->text, cell->length);
  if (value->option < 0) {
    report_option(builder, indicator);
  }
  return value->option >= 0;
}

static int read_items(ni_builder *builder, const ni_indicator *indicator, ni_value *value) {
  const ni_cell *cell = &builder->cells[NI_ANSWER];
  value->items = 0;
  if (is_word(cell, "none")) {
    return 1;
  }
  const char *end = cell->text + cell->length;
  for (const char *at = cell->text; at <= end;) {
    const char *bar = memchr(at, '|', (size_t)(end - at));
    ni_cell item = {.text = at, .length = (size_t)((bar == NULL ? end : bar) - at)};
    ni_trim(&item);
    int32_t place = ni_find_option(&indicator->scale, item.text, item.length);
    if (place < 0 || ((value->items >> place) & 1) != 0) {
      char items[300];
      int length = item.length > 60 ? 60 : (int)item.length;
      REPORT(builder, NI_ANSWER, place < 0 ? NIEM_ERROR_REFERENCE : NIEM_ERROR_DUPLICATE,
             place < 0 ? "item \"%.*s\" is not one of %s for indicator %s; join items by |, and write none for no item"
                       : "item \"%.*s\" stands twice (items: %s; indicator %s)",
             length, item.text, list_options(&indicator->scale, items, sizeof items), indicator->id);
      return 0;
    }
    value->items |= (uint64_t)1 << place;
    at = bar == NULL ? end + 1 : bar + 1;
  }
  return 1;
}

/* Which decimal point a number has been written with; a file that uses both leaves a guess, which is not made. */
static int check_decimal(ni_builder *builder, char mark) {
  if (builder->decimal == 0) {
    builder->decimal = mark;
    builder->decimal_row = builder->row;
  }
  if (builder->decimal == mark) {
    return 1;
  }
  REPORT(builder, NI_ANSWER, NIEM_ERROR_SYNTAX,
         "number with \"%c\" where row %lld has one with \"%c\"; write all numbers alike, or say decimal_comma", mark,
         (long long)builder->decimal_row, builder->decimal);
  return 0;
}

static int parse_number(ni_builder *builder, const ni_indicator *indicator, double *number) {
  const ni_cell *cell = &builder->cells[NI_ANSWER];
  if (cell->number != NULL) {
    *number = *cell->number;
    return 1;
  }
  int length = cell->length > 60 ? 60 : (int)cell->length;
  int has_comma = memchr(cell->text, ',', cell->length) != NULL;
  int has_point = memchr(cell->text, '.', cell->length) != NULL;
  int comma = builder->options.decimal_comma || (has_comma && builder->separator == ';');
  int result = ni_parse_double(cell->text, cell->length, comma ? ',' : '.', number);
  if (result == NI_NUMBER_RANGE) {
    REPORT(builder, NI_ANSWER, NIEM_ERROR_VALUE, "number \"%.*s\" is too large", length, cell->text);
  } else if (result != NI_NUMBER_OK && has_comma && !comma) {
    REPORT(builder, NI_ANSWER, NIEM_ERROR_SYNTAX,
           "\"%.*s\" has a decimal comma where a point is expected; write 12.5, or say decimal_comma", length,
           cell->text);
  } else if (result != NI_NUMBER_OK && has_point && comma) {
    REPORT(builder, NI_ANSWER, NIEM_ERROR_SYNTAX,
           "\"%.*s\" has a decimal point where a comma is expected; write 12,5 without other marks", length,
           cell->text);
  } else if (result != NI_NUMBER_OK) {
    REPORT(builder, NI_ANSWER, NIEM_ERROR_SYNTAX, "\"%.*s\" is no number, which indicator %s asks for (%s)", length,
           cell->text, indicator->id, indicator->scale.unit == NULL ? "plain digits, as 12.5" : indicator->scale.unit);
  } else {
    return (!has_comma && !has_point) || check_decimal(builder, has_comma ? ',' : '.');
  }
  return 0;
}

#define NO_BOUND 1e100 /* what a scale without a minimum or maximum has for one */

/* The number is outside [low, high], which has to be told. */
static int report_outside(ni_builder *builder, const char *indicator, double number, double low, double high,
                          const char *what) {
  char own[NI_DOUBLE_TEXT], least[NI_DOUBLE_TEXT], most[NI_DOUBLE_TEXT];
  own[ni_print_double(own, number)] = '\0';
  least[ni_print_double(least, low)] = '\0';
  most[ni_print_double(most, high)] = '\0';
  if (high >= NO_BOUND || low <= -NO_BOUND) { /* one side is open */
    REPORT(builder, NI_ANSWER, NIEM_ERROR_VALUE, "%s is %s than %s, the %s that indicator %s allows", own,
           number < low ? "less" : "more", number < low ? least : most, number < low ? "least" : "most", indicator);
    return 0;
  }
  REPORT(builder, NI_ANSWER, NIEM_ERROR_VALUE, "%s is outside %s to %s, which are the %s of indicator %s", own, least,
         most, what, indicator);
  return 0;
}

/* Between two ends, whichever is the greater. */
static inline int is_between(double x, double a, double b) {
  return (a < b ? a : b) <= x && x <= (a < b ? b : a);
}

static int read_number(ni_builder *builder, const ni_indicator *indicator, ni_value *value) {
  const ni_scale *scale = &indicator->scale;
  double number;
  if (!parse_number(builder, indicator, &number)) {
    return 0;
  }
  if (!(number >= scale->minimum && number <= scale->maximum)) {
    return report_outside(builder, indicator->id, number, scale->minimum, scale->maximum, "bounds");
  }
  const double least = scale->worst < scale->best ? scale->worst : scale->best;
  const double most = scale->worst < scale->best ? scale->best : scale->worst;
  if (!scale->clamp && !ni_is_nan(least) && !(number >= least && number <= most)) {
    return report_outside(builder, indicator->id, number, least, most, "goalposts");
  }
  value->number = number + 0.0;
  return 1;
}

/* A number from a data frame, as the text that options are compared with. */
static int number_as_text(ni_builder *builder, char *text) {
  ni_cell *cell = &builder->cells[NI_ANSWER];
  if (cell->number != NULL) {
    cell->length = ni_print_double(text, *cell->number);
    cell->text = text;
    cell->number = NULL;
  }
  return cell->length > 0;
}

/* A word for nothing where an answer is due. A wide table has no column for the state. */
static void report_no_answer(ni_builder *builder) {
  const ni_cell *cell = &builder->cells[NI_ANSWER];
  if (builder->names[NI_ANSWER] != NULL) {
    REPORT(builder, NI_ANSWER, NIEM_ERROR_VALUE, "\"%.*s\" is no answer; leave the cell blank, or write NA",
           (int)cell->length, cell->text);
    return;
  }
  REPORT(builder, NI_ANSWER, NIEM_ERROR_VALUE,
         "\"%.*s\" is no answer; leave the answer blank and say why in the column state: not_applicable, missing, "
         "not_collected, not_accessible or not_disaggregated",
         (int)cell->length, cell->text);
}

int ni_read_answer(ni_builder *builder, const ni_indicator *indicator, ni_value *value) {
  char text[NI_DOUBLE_TEXT];
  ni_cell *cell = &builder->cells[NI_ANSWER];
  int32_t kind = indicator->scale.kind;
  if (kind == NI_COMPOSITE) {
    REPORT(builder, NI_INDICATOR, NIEM_ERROR_VALUE, "indicator %s is made of others; answer those", indicator->id);
    return 0;
  }
  if (kind != NI_NUMERIC && !number_as_text(builder, text)) {
    return 0;
  }
  if (cell->number == NULL && means_missing(cell) && ni_find_option(&indicator->scale, cell->text, cell->length) < 0) {
    report_no_answer(builder);
    return 0;
  }
  return kind == NI_NUMERIC     ? read_number(builder, indicator, value)
         : kind == NI_CHECKLIST ? read_items(builder, indicator, value)
                                : read_option(builder, indicator, value);
}

/* --- what most rows say --- */

/* Items that are letters, as a|c. */
static inline int quick_items(const ni_scale *scale, const ni_cell *answer, ni_value *value) {
  uint64_t items = 0;
  for (size_t i = 0; i < answer->length; i += 2) {
    const int32_t place = ni_find_letter(scale, answer->text[i]);
    const int is_joined = i + 1 == answer->length || (answer->text[i + 1] == '|' && i + 2 < answer->length);
    if (place < 0 || !is_joined || (items >> place & 1) != 0) {
      return 0;
    }
    items |= (uint64_t)1 << place;
  }
  value->items = items;
  return 1;
}

/* Digits, with a point where the file is known to use one: up to 15 digits are exact, and so is the power of ten, so
 * that one division rounds once. */
static inline int quick_number(const ni_builder *builder, const ni_scale *scale, const ni_cell *answer,
                               ni_value *value) {
  static const double powers[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
  const char *text = answer->text;
  const size_t n = answer->length;
  size_t point = n - 1; /* as if behind the last digit */
  int64_t digits = 0;
  const int may_have_point = builder->decimal == '.' && !builder->options.decimal_comma;
  if (n > 15 || text[0] == '.' || text[n - 1] == '.') {
    return 0;
  }
  for (size_t i = 0; i < n; i++) {
    if (text[i] >= '0' && text[i] <= '9') {
      digits = digits * 10 + (text[i] - '0');
    } else if (text[i] == '.' && point == n - 1 && may_have_point) {
      point = i;
    } else {
      return 0;
    }
  }
  if (text[0] == '0' && n > 1 && text[1] != '.') {
    return 0; /* what that is is not said here */
  }
  value->number = (double)digits / powers[n - 1 - point];
  return value->number >= scale->minimum && value->number <= scale->maximum &&
         (scale->clamp || ni_is_nan(scale->worst) || is_between(value->number, scale->worst, scale->best));
}

int ni_read_usual_answer(const ni_builder *builder, const ni_indicator *indicator, ni_value *value) {
  const ni_cell *answer = &builder->cells[NI_ANSWER];
  const ni_scale *scale = &indicator->scale;
  if (scale->kind == NI_NUMERIC) {
    return quick_number(builder, scale, answer, value);
  }
  if (scale->kind == NI_CHECKLIST) {
    return quick_items(scale, answer, value);
  }
  value->option = answer->length == 1 ? ni_find_letter(scale, answer->text[0]) : -1;
  return value->option >= 0;
}
