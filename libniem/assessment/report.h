/* The report on a unit: what it is made of (report.c), and its page (report_page.c). */
#ifndef NI_REPORT_H
#define NI_REPORT_H

#include "base/platform.h"
#include "niem/assessment.h"
#include "niem/comparison.h"
#include "scoring/scores.h"

/* A place among units: 1 is best; NaN without a value. */
typedef struct ni_standing {
  double rank;
  int64_t tied, n;
} ni_standing;

/* A node that the page shows: up to two levels below the top. */
typedef struct ni_report_node {
  int32_t node;  /* place in the index */
  int32_t depth; /* 0: the top */
  int64_t row;   /* in `values`, `differences` and `changes` */
  ni_standing standing;
} ni_report_node;

typedef struct ni_report {
  const niem_scores *scores;
  const niem_framework *framework;
  const ni_index *index;
  niem_report_options options;
  ni_selection s;
  int32_t unit, round, group; /* places in the answers and the framework */
  int32_t previous;           /* -1: none */
  int64_t row;
  int64_t n_reference; /* units behind the average, as asked for */
  int32_t n_nodes;
  ni_report_node *nodes;
  niem_table *values;      /* of all inner nodes */
  niem_table *differences; /* of the same from the average */
  niem_table *leaves;      /* differences of the indicators */
  niem_table *members;     /* states of the indicators, for each group of its own */
  niem_table *groups;      /* the top in every group */
  ni_standing *standings;  /* of the unit in each row of `groups` */
  niem_table *changes;     /* of all inner nodes; NULL without an earlier round */
  niem_table *causes;      /* of the top's change; NULL where the top is no weighted mean, or without a round */
  int32_t additive;        /* 0: the causes cannot be told, since the top does not add up */
  ni_arena arena;
} ni_report;

/* Cells of a table by its column's name. */
double ni_report_real(const niem_table *table, const char *column, int64_t row);
int64_t ni_report_integer(const niem_table *table, const char *column, int64_t row);
const char *ni_report_text(const niem_table *table, const char *column, int64_t row);

/* The page. */
niem_status ni_report_write(niem_buffer **out, const ni_report *report, niem_error *err);

#endif
