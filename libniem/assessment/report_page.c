/* The page of a unit's report: HTML that opens from disk without a network or a script, reads well aloud, and prints.
 * Bars are SVG beside the numbers that they show. All text of framework and answers is escaped. */
#include "base/platform.h"

#include "assessment/html.h"
#include "assessment/report.h"
#include "assessment/words.h"
#include "base/fail.h"
#include "base/number.h"
#include "niem/numbers.h"
#include "scoring/plan.h"

#include <string.h>

enum { FIXED_TEXT = 400 };

typedef struct page {
  const ni_report *r;
  const niem_framework *framework;
  const ni_index *index;
  const char *language;
  niem_buffer *out;
  niem_buffer *words; /* scratch space */
  double low, high;   /* ends of the bars */
  ni_arena arena;
} page;

static const char STYLE[] =
    ":root{--ink:#1c2733;--soft:#5b6875;--line:#d5dce3;--paper:#fff;--tint:#f3f6f9;--accent:#0b5394;--warm:#b4500a}"
    "*{box-sizing:border-box}"
    "body{margin:0 auto;max-width:60rem;padding:1.5rem 2rem 3rem;color:var(--ink);background:var(--paper);"
    "font:16px/1.5 system-ui,-apple-system,'Segoe UI',sans-serif}"
    "h1{margin:0;font-size:1.8rem}h2{margin:2.2rem 0 .4rem;font-size:1.25rem;border-bottom:2px solid var(--accent)}"
    "h3{margin:1.2rem 0 .2rem;font-size:1rem}p{margin:.4rem 0}"
    ".meta,.small{color:var(--soft);font-size:.9rem;overflow-wrap:anywhere}"
    ".facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.75rem;margin:1.2rem 0 .5rem}"
    ".facts div{padding:.6rem .8rem;border:1px solid var(--line);border-radius:6px}"
    ".facts dt{color:var(--soft);font-size:.85rem}.facts dd{margin:0;font-size:1.5rem;line-height:1.25}"
    ".facts .small{display:block;font-size:.8rem}"
    ".wide{overflow-x:auto}"
    "table{border-collapse:collapse;width:100%;margin:.4rem 0;font-size:.92rem}"
    "caption{text-align:left;color:var(--soft);font-size:.85rem;padding:.2rem 0}"
    "th,td{padding:.3rem .5rem;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}"
    "thead th{font-size:.8rem;color:var(--soft);vertical-align:bottom}tbody th{font-weight:normal}"
    ".n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}"
    ".d0{font-weight:600!important}.d2{padding-left:1.6rem}"
    ".bar{width:9rem;min-width:6rem}.bar svg{display:block;width:100%;height:1rem;margin-top:.25rem}"
    ".id{font-family:ui-monospace,monospace;font-size:.85em;color:var(--accent);margin-right:.4rem;white-space:nowrap}"
    ".up{color:var(--accent)}.down{color:var(--warm)}"
    ".manifest{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.15rem .75rem;font-size:.85rem}"
    ".manifest dt{color:var(--soft)}.manifest dd{margin:0;overflow-wrap:anywhere;font-family:ui-monospace,monospace}"
    ".answer{min-width:16rem}"
    "@media(max-width:40rem){body{padding:1rem}.manifest{display:block}.bar{width:5rem;min-width:4rem}}"
    "@media print{:root{font-size:11px}body{font-size:11px;max-width:none;padding:0}"
    "h2,h3{break-after:avoid}tr,.facts{break-inside:avoid}thead{display:table-header-group}.wide{overflow:visible}}";

/* --- words and numbers --- */

static void raw(page *p, const char *html) {
  ni_buffer_text(p->out, html);
}

static void text(page *p, const char *words) {
  ni_html_text(p->out, words);
}

static void integer(page *p, int64_t n) {
  ni_buffer_int(p->out, n);
}

static const char *named(const page *p, const ni_label *of, const char *id) {
  const char *words = ni_label_text(of, p->language);
  return words == NULL || words[0] == '\0' ? id : words;
}

/* A number to print, or a dash that says what it stands for. */
static void fixed(page *p, double x, int digits) {
  char words[FIXED_TEXT];
  if (ni_is_nan(x)) {
    raw(p, "<span title=\"no value\">&ndash;</span>");
  } else if (ni_print_fixed(words, sizeof words, x < 0 ? -x : x, digits) > 0) {
    raw(p, x < 0 && strspn(words, "0.") < strlen(words) ? "&minus;" : "");
    raw(p, words);
  }
}

static void points(page *p, double x) {
  fixed(p, x, 1);
}

/* A difference with its sign; never a colour alone. */
static void signed_number(page *p, double x, int digits) {
  char words[FIXED_TEXT];
  if (ni_is_nan(x) || ni_print_fixed(words, sizeof words, x < 0 ? -x : x, digits) == 0) {
    fixed(p, ni_nan(), digits);
    return;
  }
  const int is_zero = strspn(words, "0.") == strlen(words);
  raw(p, is_zero ? "<span>" : x > 0 ? "<span class=\"up\">+" : "<span class=\"down\">&minus;");
  raw(p, words);
  raw(p, "</span>");
}

static void signed_points(page *p, double x) {
  signed_number(p, x, 1);
}

static void percent(page *p, double share) {
  fixed(p, 100 * share, 0);
  raw(p, ni_is_nan(share) ? "" : "&nbsp;%");
}

static void standing(page *p, const ni_standing *s) {
  if (ni_is_nan(s->rank)) {
    fixed(p, s->rank, 0);
    return;
  }
  fixed(p, s->rank, 0);
  raw(p, s->tied > 1 ? "=" : "");
  raw(p, " of ");
  integer(p, s->n);
}

/* A state or a kind as words: "not collected". */
static void spaced(page *p, const char *word) {
  for (const char *at = word; at != NULL && *at != '\0'; at++) {
    ni_buffer_char(p->out, *at == '_' ? ' ' : *at);
  }
}

static const char *unit_name(const page *p) {
  const niem_answers *answers = p->r->scores->answers;
  const int32_t place = answers->unit_places[p->r->unit];
  const char *id = answers->units[p->r->unit];
  return place < 0 ? id : named(p, &p->framework->units[place].label, id);
}

static const char *round_name(const page *p, int32_t round) {
  const niem_answers *answers = p->r->scores->answers;
  const int32_t place = answers->round_places[round];
  return place < 0 ? answers->rounds[round] : named(p, &p->framework->rounds[place].label, answers->rounds[round]);
}

static const char *group_name(const page *p, int32_t group) {
  return named(p, &p->framework->groups[group].label, p->framework->groups[group].id);
}

static const char *node_name(const page *p, int32_t node) {
  const ni_node *own = &p->index->nodes[node];
  const char *otherwise = own->alone == NULL ? own->name : own->alone;
  return own->label == NULL ? otherwise : named(p, own->label, otherwise);
}

static const char *index_name(const page *p) {
  return named(p, &p->index->label, p->index->id);
}

static void indicator_name(page *p, int32_t i) {
  const ni_indicator *own = &p->framework->indicators[i];
  const char *words = ni_label_text(&own->label, p->language);
  words = words == NULL ? ni_label_text(&own->question, p->language) : words;
  raw(p, "<span class=\"id\">");
  text(p, own->id);
  raw(p, "</span>");
  text(p, words);
}

/* --- bars --- */

static double along(const page *p, double x) {
  return p->high > p->low ? 100 * (x - p->low) / (p->high - p->low) : 0;
}

static void coordinate(page *p, const char *name, double x) {
  char words[FIXED_TEXT];
  raw(p, " ");
  raw(p, name);
  raw(p, "=\"");
  raw(p, ni_print_fixed(words, sizeof words, x, 2) > 0 ? words : "0");
  raw(p, "\"");
}

static void box(page *p, double from, double to, const char *height_and_colour) {
  raw(p, "<rect");
  coordinate(p, "x", along(p, from));
  coordinate(p, "width", along(p, to) - along(p, from));
  raw(p, height_and_colour);
}

/* The value as a bar, the bounds as a line through its end, the average as a tick. The numbers stand beside it. */
static void bar(page *p, double value, double lower, double upper, double average) {
  raw(p,
      "<td class=\"bar\"><svg viewBox=\"0 0 100 12\" preserveAspectRatio=\"none\" aria-hidden=\"true\">"
      "<rect x=\"0\" y=\"3\" width=\"100\" height=\"6\" fill=\"#e4e9ee\"/>");
  if (!ni_is_nan(value)) {
    box(p, p->low, value, " y=\"3\" height=\"6\" fill=\"#5b8fc4\"/>");
  }
  if (!ni_is_nan(value) && lower < upper) { /* false for open bounds */
    box(p, lower, upper, " y=\"5.4\" height=\"1.2\" fill=\"#1c2733\"/>");
  }
  if (!ni_is_nan(average)) {
    raw(p, "<rect");
    coordinate(p, "x", along(p, average) - 0.7);
    raw(p, " y=\"0\" width=\"1.4\" height=\"12\" fill=\"#b4500a\"/>");
  }
  raw(p, "</svg></td>");
}

static void widen(page *p, double x) {
  p->low = x < p->low ? x : p->low;
  p->high = x > p->high ? x : p->high;
}

/* 0-100 where scores are; else as far as the values shown go. */
static void find_scale(page *p) {
  const ni_report *r = p->r;
  const int bounded = r->scores->indexes[r->s.index].plan->bounded;
  p->low = 0;
  p->high = bounded ? 100 : 0;
  for (int32_t k = 0; k < r->n_nodes && !bounded; k++) {
    const int64_t row = r->nodes[k].row;
    widen(p, ni_report_real(r->values, "value", row));
    widen(p, ni_report_real(r->values, "lower", row));
    widen(p, ni_report_real(r->values, "upper", row));
    widen(p, ni_report_real(r->differences, "reference", row));
  }
  for (int64_t i = 0; i < niem_table_rows(r->groups) && !bounded; i++) {
    widen(p, ni_report_real(r->groups, "value", i));
  }
}

/* --- head and summary --- */

static void write_head(page *p) {
  const ni_report *r = p->r;
  raw(p, "<!DOCTYPE html>\n<html lang=\"");
  text(p, p->language == NULL ? "en" : p->language);
  raw(p,
      "\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n");
  ni_html_element(p->out, "<title>", unit_name(p), ", ");
  text(p, round_name(p, r->round));
  ni_html_element(p->out, ": ", named(p, &p->framework->title, p->framework->id), "");
  raw(p, "</title>\n<style>");
  raw(p, STYLE);
  raw(p, "</style>\n</head>\n<body>\n");
  ni_html_element(p->out, "<header><h1>", unit_name(p), "");
  ni_html_element(p->out, ", ", round_name(p, r->round), "</h1>\n<p class=\"meta\">");
  ni_html_element(p->out, "", named(p, &p->framework->title, p->framework->id), ". ");
  ni_html_element(p->out, "Index: ", index_name(p), ". ");
  ni_html_element(p->out, "Target group: ", group_name(p, r->group), ".");
  raw(p, "</p></header>\n<main>\n");
}

static void open_fact(page *p, const char *name) {
  raw(p, "<div><dt>");
  raw(p, name);
  raw(p, "</dt><dd>");
}

static void write_reference(page *p, int64_t n) {
  const niem_report_options *o = &p->r->options;
  if (o->reference_peers != NULL) {
    const int32_t peers = ni_find_peers(p->framework, o->reference_peers);
    raw(p, "of the peers ");
    text(p, peers < 0 ? o->reference_peers : named(p, &p->framework->peers[peers].label, o->reference_peers));
    raw(p, ", ");
  }
  raw(p, "of ");
  integer(p, n);
  raw(p, n == 1 ? " unit" : " units");
}

/* Where a score has no value: why. */
static void write_state(page *p, int64_t row) {
  const char *state = ni_report_text(p->r->values, "state", row);
  if (strcmp(state, "not_applicable") == 0) {
    raw(p, "<p><strong>No score:</strong> none of the questions applies to this group here.</p>\n");
  } else if (strcmp(state, "screened_out") == 0) {
    raw(p, "<p><strong>No score:</strong> the screening of the method left this unit out.</p>\n");
  } else if (strcmp(state, "no_value") == 0) {
    raw(p, "<p><strong>No score:</strong> too little evidence. Questions answered: ");
    integer(p, ni_report_integer(p->r->values, "n_answered", row));
    raw(p, " of ");
    integer(p, ni_report_integer(p->r->values, "n_applicable", row));
    raw(p, " that apply; the data gaps are listed below.</p>\n");
  }
}

static void write_summary(page *p) {
  const ni_report *r = p->r;
  const double lower = ni_report_real(r->values, "lower", 0), upper = ni_report_real(r->values, "upper", 0);
  raw(p, "<section aria-label=\"Summary\"><dl class=\"facts\">\n");
  open_fact(p, "Score");
  points(p, ni_report_real(r->values, "value", 0));
  ni_html_element(p->out, "<span class=\"small\">", ni_report_text(r->values, "band", 0), "</span>");
  raw(p, "</dd></div>\n");
  open_fact(p, "Rank");
  standing(p, &r->nodes[0].standing);
  raw(p,
      r->nodes[0].standing.tied > 1 ? "<span class=\"small\">shared with others</span></dd></div>\n" : "</dd></div>\n");
  open_fact(p, "Difference from the average");
  signed_points(p, ni_report_real(r->differences, "difference", 0));
  raw(p, "<span class=\"small\">");
  points(p, ni_report_real(r->differences, "reference", 0));
  raw(p, ", ");
  write_reference(p, ni_report_integer(r->differences, "n", 0));
  raw(p, "</span></dd></div>\n");
  open_fact(p, "Coverage of the evidence");
  percent(p, ni_report_real(r->values, "coverage", 0));
  raw(p, "</dd></div>\n");
  open_fact(p, "Bounds if every gap were filled");
  points(p, lower);
  raw(p, " to ");
  points(p, upper);
  raw(p, "</dd></div>\n</dl>\n");
  write_state(p, 0);
  raw(p, "</section>\n");
}

/* --- parts --- */

static void write_node(page *p, const ni_report_node *n) {
  const ni_report *r = p->r;
  const double value = ni_report_real(r->values, "value", n->row);
  const double average = ni_report_real(r->differences, "reference", n->row);
  raw(p, n->depth == 0   ? "<tr><th scope=\"row\" class=\"d0\">"
         : n->depth == 1 ? "<tr><th scope=\"row\">"
                         : "<tr><th scope=\"row\" class=\"d2\">");
  text(p, n->depth == 0 ? index_name(p) : node_name(p, n->node));
  raw(p, "</th>");
  bar(p, value, ni_report_real(r->values, "lower", n->row), ni_report_real(r->values, "upper", n->row), average);
  raw(p, "<td class=\"n\">");
  points(p, value);
  raw(p, "</td><td class=\"n\">");
  standing(p, &n->standing);
  raw(p, "</td><td class=\"n\">");
  points(p, average);
  raw(p, "</td><td class=\"n\">");
  signed_points(p, ni_report_real(r->differences, "difference", n->row));
  raw(p, "</td>");
  if (r->changes != NULL) {
    raw(p, "<td class=\"n\">");
    signed_points(p, ni_report_real(r->changes, "change", n->row));
    raw(p, "</td>");
  }
  raw(p, "<td class=\"n\">");
  percent(p, ni_report_real(r->values, "coverage", n->row));
  raw(p, "</td></tr>\n");
}

static void write_parts(page *p) {
  const ni_report *r = p->r;
  raw(p,
      "<section><h2>Scores</h2><div class=\"wide\"><table><caption>Bar: the score; line: its bounds; tick: the "
      "average ");
  write_reference(p, ni_report_integer(r->differences, "n", 0));
  raw(p,
      ". =: the rank is shared.</caption><thead><tr><th scope=\"col\">Part</th><td></td><th scope=\"col\" "
      "class=\"n\">Score</th><th scope=\"col\" class=\"n\">Rank</th><th scope=\"col\" class=\"n\">Average</th>"
      "<th scope=\"col\" class=\"n\">Difference</th>");
  if (r->changes != NULL) {
    raw(p, "<th scope=\"col\" class=\"n\">Since ");
    text(p, round_name(p, r->previous));
    raw(p, "</th>");
  }
  raw(p, "<th scope=\"col\" class=\"n\">Coverage</th></tr></thead><tbody>\n");
  for (int32_t k = 0; k < r->n_nodes; k++) {
    write_node(p, &r->nodes[k]);
  }
  raw(p, "</tbody></table></div></section>\n");
}

/* --- answers --- */

static void option_words(page *p, const ni_scale *scale, int32_t option) {
  const char *words = ni_label_text(&scale->options[option].label, p->language);
  ni_html_element(p->out, "<span class=\"id\">", scale->options[option].id, "</span>");
  text(p, words);
}

static void given_words(page *p, const ni_scale *scale, ni_value value) {
  if (scale->kind == NI_NUMERIC) {
    ni_buffer_double(p->out, value.number);
    ni_html_element(p->out, " ", scale->unit, "");
  } else if (scale->kind != NI_CHECKLIST) {
    option_words(p, scale, (int32_t)value.option);
  } else {
    int n = 0;
    for (int32_t k = 0; k < scale->n_options; k++) {
      if ((value.items >> k) & 1) {
        raw(p, n++ > 0 ? "; " : "");
        option_words(p, scale, k);
      }
    }
    raw(p, n == 0 ? "none" : "");
  }
}

/* What was answered for a group of its own; of a composite, its parts. */
static void answer_words(page *p, int32_t group, int32_t i) {
  const niem_scores *scores = p->r->scores;
  const ni_indicator *own = &p->framework->indicators[i];
  const ni_leaf leaf = ni_scores_leaf(scores, p->r->row, group, i);
  if (own->n_parts > 0) {
    for (int32_t k = 0; k < own->n_parts; k++) {
      raw(p, k == 0 ? "" : "; ");
      text(p, p->framework->indicators[own->parts[k]].id);
      raw(p, " ");
      answer_words(p, group, own->parts[k]);
    }
  } else if (leaf.state == NIEM_ANSWERED && leaf.answer >= 0) {
    given_words(p, &own->scale, ni_scores_answer(scores, p->r->row, group, i));
  } else {
    spaced(p, niem_state_name(leaf.state));
    raw(p, leaf.imputed ? " (filled in by the method)" : "");
  }
}

/* Whether all members of a merge answered the same, as far as the page shows it. */
static int same_answers(page *p, const ni_group *group, int32_t i) {
  niem_buffer *out = p->out;
  const int64_t first = niem_buffer_size(p->words);
  int64_t end = first, length = 0;
  int same = 1;
  p->out = p->words;
  for (int32_t k = 0; k < group->n_members && same; k++) {
    const int64_t from = end;
    answer_words(p, group->members[k], i);
    end = niem_buffer_size(p->words);
    length = k == 0 ? end - from : length;
    const char *all = niem_buffer_data(p->words);
    same = end - from == length && memcmp(all + from, all + first, (size_t)length) == 0;
  }
  p->out = out;
  return same;
}

/* For a merge of groups: of each member, or once where all are the same. */
static void write_answer(page *p, int32_t i) {
  const ni_group *group = &p->framework->groups[p->r->group];
  if (group->n_members == 0 || same_answers(p, group, i)) {
    answer_words(p, group->n_members == 0 ? p->r->group : group->members[0], i);
    return;
  }
  for (int32_t k = 0; k < group->n_members; k++) {
    raw(p, k == 0 ? "" : "<br>");
    text(p, group_name(p, group->members[k]));
    raw(p, ": ");
    answer_words(p, group->members[k], i);
  }
}

/* --- strengths and weaknesses --- */

/* Is row a of the indicators' differences before row b? By value, then by distance from the average, then in order. */
static int precedes(const niem_table *leaves, int64_t a, int64_t b, int best) {
  static const char *const columns[] = {"value", "difference"};
  for (int k = 0; k < 2; k++) {
    const double x = ni_report_real(leaves, columns[k], a), y = ni_report_real(leaves, columns[k], b);
    if (x < y || x > y) {
      return best ? x > y : x < y;
    }
  }
  return a < b;
}

/* The next row that is not taken yet; -1. */
static int64_t next_leaf(const niem_table *leaves, const uint8_t *taken, int best) {
  int64_t found = -1;
  for (int64_t i = 0; i < niem_table_rows(leaves); i++) {
    if (!taken[i] && (found < 0 || precedes(leaves, i, found, best))) {
      found = i;
    }
  }
  return found;
}

static void write_leaf(page *p, int64_t row) {
  const niem_table *leaves = p->r->leaves;
  const int32_t i = ni_find_indicator(p->framework, ni_report_text(leaves, "node", row), NULL);
  raw(p, "<tr><th scope=\"row\">");
  indicator_name(p, i);
  raw(p, "</th><td class=\"answer\">");
  write_answer(p, i);
  raw(p, "</td><td class=\"n\">");
  points(p, ni_report_real(leaves, "value", row));
  raw(p, "</td><td class=\"n\">");
  signed_points(p, ni_report_real(leaves, "difference", row));
  raw(p, "</td></tr>\n");
}

static void write_end(page *p, uint8_t *taken, int64_t most, int best) {
  raw(p, best ? "<h3>Highest</h3>" : "<h3>Lowest</h3>");
  raw(p,
      "<div class=\"wide\"><table><thead><tr><th scope=\"col\">Indicator</th><th scope=\"col\">Answer</th>"
      "<th scope=\"col\" class=\"n\">Score</th><th scope=\"col\" class=\"n\">Difference</th></tr></thead><tbody>\n");
  for (int64_t k = 0; k < most; k++) {
    const int64_t row = next_leaf(p->r->leaves, taken, best);
    if (row >= 0) {
      taken[row] = 1;
      write_leaf(p, row);
    }
  }
  raw(p, "</tbody></table></div>\n");
}

static niem_status write_ends(page *p, niem_error *err) {
  const niem_table *leaves = p->r->leaves;
  const int64_t n = niem_table_rows(leaves);
  int64_t with_value = 0;
  uint8_t *taken = ni_arena_alloc(&p->arena, (size_t)n + 1, 1);
  if (taken == NULL) {
    return ni_fail_memory(err);
  }
  for (int64_t i = 0; i < n; i++) {
    taken[i] = (uint8_t)ni_is_nan(ni_report_real(leaves, "value", i));
    with_value += !taken[i];
  }
  if (with_value > 0) {
    const int64_t most = p->r->options.most, half = (with_value + 1) / 2;
    raw(p,
        "<section><h2>Strengths and weaknesses</h2>\n<p class=\"small\">Indicators with the highest and the lowest "
        "scores; of equal ones those furthest from the average.</p>\n");
    write_end(p, taken, most < half ? most : half, 1);
    if (with_value > 1) {
      write_end(p, taken, most < with_value - half ? most : with_value - half, 0);
    }
    raw(p, "</section>\n");
  }
  return NIEM_OK;
}

/* --- change --- */

static void write_cause(page *p, int64_t row) {
  const niem_table *causes = p->r->causes;
  const char *id = ni_report_text(causes, "indicator", row), *kind = ni_report_text(causes, "kind", row);
  const char *member = ni_report_text(causes, "member", row);
  raw(p, "<tr><th scope=\"row\">");
  if (id == NULL) {
    spaced(p, kind);
  } else {
    indicator_name(p, ni_find_indicator(p->framework, id, NULL));
  }
  raw(p, "</th><td>");
  if (member != NULL && p->framework->groups[p->r->group].n_members > 0) {
    text(p, group_name(p, ni_find_group(p->framework, member, NULL)));
  }
  raw(p, "</td><td>");
  spaced(p, kind);
  raw(p, "</td><td class=\"n\">");
  points(p, ni_report_real(causes, "from", row));
  raw(p, "</td><td class=\"n\">");
  points(p, ni_report_real(causes, "to", row));
  raw(p, "</td><td class=\"n\">");
  signed_number(p, ni_report_real(causes, "contribution", row), 2);
  raw(p, "</td></tr>\n");
}

/* The row with the largest contribution of one sign that is not taken yet; -1. */
static int64_t next_cause(const double *contributions, const uint8_t *taken, int64_t n, int up) {
  int64_t found = -1;
  for (int64_t i = 0; i < n; i++) {
    const double x = up ? contributions[i] : -contributions[i];
    if (!taken[i] && x > 0 && (found < 0 || x > (up ? contributions[found] : -contributions[found]))) {
      found = i;
    }
  }
  return found;
}

/* All that is not listed, as one exact sum. */
static niem_status write_rest(page *p, const double *contributions, const uint8_t *taken, int64_t n, niem_error *err) {
  double rest = 0;
  int64_t n_rest = 0;
  double *others = ni_arena_alloc(&p->arena, (size_t)n + 1, sizeof *others);
  if (others == NULL) {
    return ni_fail_memory(err);
  }
  for (int64_t i = 0; i < n; i++) {
    if (!taken[i] && contributions[i] != 0) {
      others[n_rest++] = contributions[i];
    }
  }
  const niem_status status = niem_exact_sum(&rest, others, n_rest, 1, err);
  if (status == NIEM_OK && n_rest > 0) {
    raw(p, "<tr><th scope=\"row\">All others (");
    integer(p, n_rest);
    raw(p, ")</th><td></td><td></td><td></td><td></td><td class=\"n\">");
    signed_number(p, rest, 2);
    raw(p, "</td></tr>\n");
  }
  return status;
}

static niem_status write_causes(page *p, niem_error *err) {
  const niem_table *causes = p->r->causes;
  const int64_t n = niem_table_rows(causes);
  const double *contributions = niem_table_reals(causes, niem_table_column(causes, "contribution"));
  uint8_t *taken = ni_arena_alloc(&p->arena, (size_t)n + 1, 1);
  if (taken == NULL) {
    return ni_fail_memory(err);
  }
  raw(p,
      "<div class=\"wide\"><table><caption>What caused it: the contributions add up to the change.</caption><thead>"
      "<tr><th scope=\"col\">Indicator</th><th scope=\"col\">Group</th><th scope=\"col\">Kind</th>"
      "<th scope=\"col\" class=\"n\">From</th><th scope=\"col\" class=\"n\">To</th>"
      "<th scope=\"col\" class=\"n\">Contribution</th></tr></thead><tbody>\n");
  for (int up = 1; up >= 0; up--) {
    for (int32_t k = 0; k < p->r->options.most; k++) {
      const int64_t row = next_cause(contributions, taken, n, up);
      if (row >= 0) {
        taken[row] = 1;
        write_cause(p, row);
      }
    }
  }
  const niem_status status = write_rest(p, contributions, taken, n, err);
  raw(p, "</tbody></table></div>\n");
  return status;
}

static niem_status write_change(page *p, niem_error *err) {
  const ni_report *r = p->r;
  niem_status status = NIEM_OK;
  if (r->changes == NULL) {
    return NIEM_OK;
  }
  const double change = ni_report_real(r->changes, "change", 0);
  ni_html_element(p->out, "<section><h2>Change since ", round_name(p, r->previous), "</h2>\n<p>");
  if (ni_is_nan(change)) {
    raw(p, "There is no change to tell: the score has no value in one of the two rounds.</p>\n");
  } else {
    points(p, ni_report_real(r->changes, "from", 0));
    raw(p, " &rarr; ");
    points(p, ni_report_real(r->changes, "to", 0));
    raw(p, ": ");
    signed_points(p, change);
    raw(p, " points, ");
    text(p, ni_report_text(r->changes, "direction", 0));
    raw(p, ".</p>\n");
    if (!r->additive) {
      raw(p, "<p class=\"small\">Its causes are no sum: the index is no weighted mean of its indicators.</p>\n");
    } else if (niem_table_rows(r->causes) > 0) {
      status = write_causes(p, err);
    }
  }
  raw(p, "</section>\n");
  return status;
}

/* --- groups --- */

static void write_group(page *p, int64_t i) {
  const niem_table *groups = p->r->groups;
  const double value = ni_report_real(groups, "value", i);
  const int32_t group = ni_find_group(p->framework, ni_report_text(groups, "group", i), NULL);
  raw(p, group == p->r->group ? "<tr><th scope=\"row\" class=\"d0\">" : "<tr><th scope=\"row\">");
  text(p, group_name(p, group));
  raw(p, p->framework->groups[group].n_members > 0 ? " (merge)</th>" : "</th>");
  bar(p, value, ni_report_real(groups, "lower", i), ni_report_real(groups, "upper", i), ni_nan());
  raw(p, "<td class=\"n\">");
  points(p, value);
  raw(p, "</td><td class=\"n\">");
  standing(p, &p->r->standings[i]);
  raw(p, "</td><td class=\"n\">");
  percent(p, ni_report_real(groups, "coverage", i));
  raw(p, "</td><td>");
  if (ni_is_nan(value)) {
    spaced(p, ni_report_text(groups, "state", i));
  }
  raw(p, "</td></tr>\n");
}

static void write_groups(page *p) {
  if (niem_table_rows(p->r->groups) < 2) {
    return;
  }
  ni_html_element(p->out, "<section><h2>Target groups</h2>\n<div class=\"wide\"><table><caption>", index_name(p),
                  "</caption><thead><tr><th scope=\"col\">Group</th><td></td>");
  raw(p,
      "<th scope=\"col\" class=\"n\">Score</th><th scope=\"col\" class=\"n\">Rank</th>"
      "<th scope=\"col\" class=\"n\">Coverage</th><th scope=\"col\">State</th></tr></thead><tbody>\n");
  for (int64_t i = 0; i < niem_table_rows(p->r->groups); i++) {
    write_group(p, i);
  }
  raw(p, "</tbody></table></div></section>\n");
}

/* --- gaps --- */

static int is_gap(const niem_table *members, int64_t i) {
  const char *state = ni_report_text(members, "state", i);
  return strcmp(state, "answered") != 0 && strcmp(state, "not_applicable") != 0;
}

static void write_gap(page *p, int64_t i) {
  const niem_table *members = p->r->members;
  const int32_t indicator = ni_find_indicator(p->framework, ni_report_text(members, "indicator", i), NULL);
  raw(p, "<tr><th scope=\"row\">");
  indicator_name(p, indicator);
  raw(p, "</th><td>");
  text(p, group_name(p, ni_find_group(p->framework, ni_report_text(members, "group", i), NULL)));
  raw(p, "</td><td>");
  spaced(p, ni_report_text(members, "state", i));
  raw(p, ni_report_integer(members, "imputed", i) == 1 ? " (filled in by the method)" : "");
  raw(p, "</td></tr>\n");
}

static void count_states(page *p, int64_t gaps) {
  static const int32_t states[] = {NIEM_MISSING, NIEM_NOT_COLLECTED, NIEM_NOT_ACCESSIBLE, NIEM_NOT_DISAGGREGATED};
  const niem_table *members = p->r->members;
  int first = 1;
  for (size_t k = 0; k < sizeof states / sizeof *states && gaps > 0; k++) {
    int64_t n = 0;
    for (int64_t i = 0; i < niem_table_rows(members); i++) {
      n += strcmp(ni_report_text(members, "state", i), niem_state_name(states[k])) == 0;
    }
    if (n > 0) {
      raw(p, first ? ": " : ", ");
      integer(p, n);
      raw(p, " ");
      spaced(p, niem_state_name(states[k]));
      first = 0;
    }
  }
  raw(p, ".</p>\n");
}

static void write_gaps(page *p) {
  const niem_table *members = p->r->members;
  int64_t gaps = 0, apply = 0;
  for (int64_t i = 0; i < niem_table_rows(members); i++) {
    gaps += is_gap(members, i);
    apply += strcmp(ni_report_text(members, "state", i), "not_applicable") != 0;
  }
  raw(p, "<section><h2>Data gaps</h2>\n<p>");
  if (apply == 0) {
    raw(p, "No question applies.</p></section>\n");
    return;
  }
  integer(p, gaps);
  raw(p, " of ");
  integer(p, apply);
  raw(p, " answers that the score is made of lack evidence");
  count_states(p, gaps);
  if (gaps > 0) {
    raw(p,
        "<div class=\"wide\"><table><thead><tr><th scope=\"col\">Indicator</th><th scope=\"col\">Group</th>"
        "<th scope=\"col\">State</th></tr></thead><tbody>\n");
    for (int64_t i = 0; i < niem_table_rows(members); i++) {
      if (is_gap(members, i)) {
        write_gap(p, i);
      }
    }
    raw(p, "</tbody></table></div>\n");
  }
  raw(p, "</section>\n");
}

/* --- how to verify it --- */

static void write_fact(page *p, const char *name, const char *words) {
  raw(p, "<dt>");
  raw(p, name);
  ni_html_element(p->out, "</dt><dd>", words, "</dd>\n");
}

static niem_status write_manifest(page *p, niem_error *err) {
  const ni_report *r = p->r;
  niem_buffer *digest = NULL;
  const niem_status status = niem_answers_digest(&digest, r->scores->answers, err);
  if (status != NIEM_OK) {
    return status;
  }
  raw(p,
      "<section><h2>How to verify this page</h2>\n<p class=\"small\">The same framework, answers and method give the "
      "same scores, bit for bit; these are their SHA-256 digests.</p>\n<dl class=\"manifest\">\n");
  write_fact(p, "Framework", p->framework->id);
  write_fact(p, "Version", p->framework->version);
  write_fact(p, "Framework&rsquo;s digest", p->framework->digest);
  write_fact(p, "Answers&rsquo; digest", niem_buffer_data(digest));
  write_fact(p, "Method&rsquo;s digest", niem_method_digest(r->scores->method));
  write_fact(p, "Index", p->index->id);
  write_fact(p, "Group", p->framework->groups[r->group].id);
  write_fact(p, "Unit", r->scores->answers->units[r->unit]);
  write_fact(p, "Round", r->scores->answers->rounds[r->round]);
  write_fact(p, "libniem", niem_version());
  raw(p, "</dl></section>\n");
  niem_buffer_free(digest);
  return NIEM_OK;
}

/* --- the page --- */

niem_status ni_report_write(niem_buffer **out, const ni_report *report, niem_error *err) {
  niem_status status;
  page p = {.r = report, .framework = report->framework, .index = report->index, .language = report->options.language};
  NIEM_TRY(ni_buffer_new(&p.out, err));
  NIEM_TRY(ni_buffer_new(&p.words, err));
  find_scale(&p);
  write_head(&p);
  write_summary(&p);
  write_parts(&p);
  NIEM_TRY(write_ends(&p, err));
  NIEM_TRY(write_change(&p, err));
  write_groups(&p);
  write_gaps(&p);
  NIEM_TRY(write_manifest(&p, err));
  raw(&p, "</main>\n</body>\n</html>\n");
  NIEM_TRY(ni_buffer_status(p.words, err));
  NIEM_TRY(ni_buffer_status(p.out, err));
  *out = p.out;
  p.out = NULL;
cleanup:
  niem_buffer_free(p.out);
  niem_buffer_free(p.words);
  ni_arena_free(&p.arena);
  return status;
}
