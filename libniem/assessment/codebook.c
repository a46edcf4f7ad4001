/* The codebook: a framework as one HTML page that opens from disk without a network, is searched by a few lines of its
 * own script, and prints. All text of the framework is escaped; only addresses of http and https become links. */
#include "base/platform.h"

#include "assessment/html.h"
#include "assessment/words.h"
#include "base/fail.h"
#include "base/number.h"
#include "niem/assessment.h"

#include <string.h>

typedef struct page {
  const niem_framework *framework;
  const char *language;
  niem_buffer *out;
  niem_buffer *words;    /* scratch space for the printers of words.h */
  const char **evidence; /* by indicator */
  int32_t outer, inner;  /* facets that make the sections; -1 */
  ni_arena arena;
} page;

static const char STYLE[] =
    ":root{--ink:#1c2733;--soft:#5b6875;--line:#d5dce3;--paper:#fff;--tint:#f3f6f9;--accent:#0b5394}"
    "*{box-sizing:border-box}"
    "body{margin:0;color:var(--ink);background:var(--paper);font:16px/1.5 system-ui,-apple-system,'Segoe "
    "UI',sans-serif}"
    "a{color:var(--accent)}"
    "header{padding:1.5rem 2rem 1rem;border-bottom:1px solid var(--line)}"
    "h1{margin:0 0 .25rem;font-size:1.7rem}h2{margin:2.5rem 0 .5rem;font-size:1.4rem;border-bottom:2px solid "
    "var(--accent)}"
    "h3{margin:1.75rem 0 .5rem;font-size:1.1rem;color:var(--soft)}h4{margin:0 0 .4rem;font-size:1.05rem}"
    ".meta,.area{color:var(--soft);font-size:.9rem;margin:0;overflow-wrap:anywhere}.area{font-weight:normal}"
    ".find{position:sticky;top:0;z-index:1;padding:.6rem 2rem;background:var(--paper);border-bottom:1px solid "
    "var(--line)}"
    ".find input{width:min(30rem,100%);padding:.45rem .6rem;font:inherit;border:1px solid "
    "var(--soft);border-radius:4px}"
    ".find output{margin-left:.75rem;color:var(--soft)}"
    ".columns{display:grid;grid-template-columns:20rem minmax(0,1fr);align-items:start}"
    "nav{position:sticky;top:3.6rem;max-height:calc(100vh - 3.6rem);overflow:auto;padding:1rem 1rem 2rem "
    "2rem;font-size:.9rem}"
    "nav ul{list-style:none;margin:0;padding-left:.9rem}nav>ul{padding-left:0}nav summary{cursor:pointer}"
    "main{padding:0 2rem 4rem;max-width:60rem}"
    "article{margin:0 0 1rem;padding:.9rem 1rem;border:1px solid "
    "var(--line);border-radius:6px;scroll-margin-top:4.5rem}"
    "article p{margin:.3rem 0}.guidance{color:var(--soft);white-space:pre-line}.question{white-space:pre-line}"
    ".tags{display:flex;flex-wrap:wrap;gap:.3rem;margin:.4rem 0;padding:0;list-style:none}"
    ".tags li{padding:0 .5rem;background:var(--tint);border:1px solid var(--line);border-radius:1rem;font-size:.8rem}"
    ".id{font-family:ui-monospace,monospace;color:var(--accent);margin-right:.5rem}"
    "table{border-collapse:collapse;margin:.5rem 0;width:100%;font-size:.92rem}"
    "th,td{padding:.25rem .5rem;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}"
    "td.id{width:4.5rem}td.number,th.number{text-align:right;white-space:nowrap}"
    "dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem .75rem;margin:.5rem 0;font-size:.92rem}"
    "dt{color:var(--soft)}dd{margin:0}"
    "[hidden]{display:none!important}"
    "@media(max-width:55rem){.columns{display:block}nav{position:static;max-height:none}}"
    "@media "
    "print{:root{font-size:11px}.find{display:none}main{max-width:none;padding:0}.columns{display:block}nav{position:"
    "static;max-height:none;overflow:visible;"
    "break-after:page}article{break-inside:avoid}h2{break-before:page}h2,h3,h4{break-after:avoid}"
    "body{font-size:11px}a{color:inherit;text-decoration:none}}";

static const char SCRIPT[] =
    "(function(){'use strict';"
    "var box=document.getElementById('search'),told=document.getElementById('told'),"
    "items=[].slice.call(document.querySelectorAll('article')),"
    "texts=items.map(function(a){var t=a.textContent,s=a.closest('section');" /* with the headings above it */
    "for(;s;s=s.parentNode.closest('section'))t+=' '+s.firstElementChild.textContent;return t.toLowerCase();});"
    "function find(){var words=box.value.toLowerCase().split(/\\s+/).filter(Boolean),n=0;"
    "items.forEach(function(a,i){var fits=words.every(function(w){return texts[i].indexOf(w)>=0;});"
    "a.hidden=!fits;n+=fits;var link=document.querySelector('nav a[href=\"#'+a.id+'\"]');"
    "if(link)link.parentNode.hidden=!fits;});"
    "document.querySelectorAll('section').forEach(function(s){s.hidden=words.length>0&&"
    "!s.querySelector('article:not([hidden])');});"
    "document.querySelectorAll('nav details').forEach(function(d){var any=d.querySelector('li.q:not([hidden])');"
    "d.hidden=!any;d.open=words.length>0&&!!any;});"
    "document.querySelectorAll('nav li:not(.q)').forEach(function(l){"
    "if(!l.querySelector('details')&&l.closest('details'))l.hidden=words.length>0;});"
    "told.textContent=words.length?n+' of '+items.length+' indicators':'';}"
    "box.addEventListener('input',find);"
    "function go(){var at=location.hash.slice(1);" /* page.html#HOU-06 finds an indicator */
    "items.forEach(function(a){var id=a.querySelector('.id').textContent;"
    "if(id===at||encodeURIComponent(id)===at)a.scrollIntoView();});}"
    "window.addEventListener('hashchange',go);go();"
    "window.addEventListener('beforeprint',function(){"
    "document.querySelectorAll('details').forEach(function(d){d.open=true;});});})();";

/* --- text --- */

static void raw(page *p, const char *html) {
  ni_buffer_text(p->out, html);
}

static void text(page *p, const char *words) {
  ni_html_text(p->out, words);
}

/* <tag attributes>words</tag>; nothing where there are no words. */
static void element(page *p, const char *open, const char *words, const char *close) {
  ni_html_element(p->out, open, words, close);
}

static const char *label(const page *p, const ni_label *of) {
  return ni_label_text(of, p->language);
}

/* A label, or in its want the id. */
static const char *named(const page *p, const ni_label *of, const char *id) {
  const char *words = label(p, of);
  return words == NULL ? id : words;
}

static void link_or_text(page *p, const char *address, const char *words) {
  const int is_link = address != NULL && (strncmp(address, "https://", 8) == 0 || strncmp(address, "http://", 7) == 0);
  if (is_link) {
    raw(p, "<a href=\"");
    text(p, address);
    raw(p, "\">");
  }
  text(p, words);
  raw(p, is_link ? "</a>" : "");
}

static void number(page *p, double x) {
  ni_buffer_double(p->out, x);
}

static void condition_words(page *p, const ni_condition *condition) {
  const int64_t before = niem_buffer_size(p->words);
  ni_words_condition(p->words, p->framework, condition);
  text(p, ni_words_since(p->words, before));
}

/* --- one indicator --- */

static void write_tags(page *p, const ni_indicator *indicator) {
  const niem_framework *framework = p->framework;
  raw(p, "<ul class=\"tags\">");
  for (int32_t f = 0; f < framework->n_facets; f++) {
    const int32_t value = indicator->facets[f];
    const int is_heading = f == p->outer || f == p->inner || (p->outer >= 0 && f == framework->facets[p->outer].within);
    if (value >= 0 && !is_heading) {
      const ni_facet_value *own = &framework->facets[f].values[value];
      element(p, "<li>", named(p, &own->label, own->id), "</li>");
    }
  }
  raw(p, indicator->scored ? "" : "<li>not scored</li>");
  if (indicator->part_of >= 0) {
    raw(p, "<li>part of ");
    text(p, framework->indicators[indicator->part_of].id);
    raw(p, "</li>");
  }
  raw(p, "</ul>");
}

static void write_options(page *p, const ni_indicator *indicator) {
  const ni_scale *scale = &indicator->scale;
  const int points = indicator->scored && scale->kind != NI_CHECKLIST;
  raw(p, "<table><thead><tr><th>Answer</th><th>Meaning</th>");
  raw(p, points ? "<th class=\"number\">Points</th>" : "");
  raw(p, "</tr></thead><tbody>");
  for (int32_t k = 0; k < scale->n_options; k++) {
    raw(p, "<tr><td class=\"id\">");
    text(p, scale->options[k].id);
    raw(p, "</td><td>");
    text(p, label(p, &scale->options[k].label));
    raw(p, "</td>");
    if (points) {
      raw(p, "<td class=\"number\">");
      number(p, scale->options[k].points);
      raw(p, "</td>");
    }
    raw(p, "</tr>");
  }
  raw(p, "</tbody></table>");
}

static void write_checklist_rule(page *p, const ni_scale *scale) {
  raw(p, "<p>All that apply, joined by | (or none). ");
  if (scale->count_points == NULL) {
    raw(p, "Points: the share of items, times 100.</p>");
    return;
  }
  raw(p, "Points by the number of items, from none on: ");
  for (int32_t k = 0; k <= scale->n_options; k++) {
    raw(p, k == 0 ? "" : ", ");
    number(p, scale->count_points[k]);
  }
  raw(p, ".</p>");
}

static void write_number(page *p, const ni_scale *scale) {
  const int64_t before = niem_buffer_size(p->words);
  ni_words_options(p->words, scale, p->language);
  raw(p, "<p>Answer: ");
  text(p, ni_words_since(p->words, before));
  if (!ni_is_nan(scale->worst)) {
    raw(p, ". ");
    number(p, scale->worst);
    raw(p, " has 0 points, ");
    number(p, scale->best);
    raw(p, " has 100; between them they follow ");
    raw(p, scale->logarithmic ? "the logarithm" : "a straight line");
    raw(p, scale->clamp ? ", beyond them they stay" : ", beyond them no number is allowed");
  }
  raw(p, ".</p>");
}

static void write_parts(page *p, const ni_indicator *indicator) {
  raw(p, "<table><thead><tr><th>Made of</th><th class=\"number\">Weight</th></tr></thead><tbody>");
  for (int32_t k = 0; k < indicator->n_parts; k++) {
    raw(p, "<tr><td><a href=\"#q");
    ni_buffer_int(p->out, indicator->parts[k] + 1);
    raw(p, "\">");
    text(p, p->framework->indicators[indicator->parts[k]].id);
    raw(p, "</a></td><td class=\"number\">");
    number(p, indicator->part_weights[k]);
    raw(p, "</td></tr>");
  }
  raw(p, "</tbody></table>");
}

static void write_scale(page *p, const ni_indicator *indicator) {
  switch (indicator->scale.kind) {
    case NI_NUMERIC:
      write_number(p, &indicator->scale);
      break;
    case NI_COMPOSITE:
      write_parts(p, indicator);
      break;
    case NI_CHECKLIST:
      write_options(p, indicator);
      write_checklist_rule(p, &indicator->scale);
      break;
    default:
      write_options(p, indicator);
  }
}

static void write_groups_of(page *p, const ni_indicator *indicator) {
  int first = 1;
  raw(p, "<dt>Groups</dt><dd>");
  for (int32_t g = 0; g < p->framework->n_own_groups; g++) {
    if (indicator->asked[g]) {
      raw(p, first ? "" : ", ");
      text(p, named(p, &p->framework->groups[g].label, p->framework->groups[g].id));
      first = 0;
    }
  }
  raw(p, "</dd>");
}

static void write_standards_of(page *p, const ni_indicator *indicator) {
  if (indicator->n_standards == 0) {
    return;
  }
  raw(p, "<dt>Standards</dt><dd>");
  for (int32_t k = 0; k < indicator->n_standards; k++) {
    const ni_standard *own = &indicator->standards[k];
    raw(p, k == 0 ? "" : "; ");
    link_or_text(p, own->instrument < 0 ? NULL : p->framework->instruments[own->instrument].source, own->ref);
    raw(p, own->checked == 0 ? " (not checked)" : "");
  }
  raw(p, "</dd>");
}

static void write_indicator(page *p, int32_t i) {
  const ni_indicator *indicator = &p->framework->indicators[i];
  raw(p, "<article id=\"q");
  ni_buffer_int(p->out, i + 1);
  raw(p, "\"><h4><span class=\"id\">");
  text(p, indicator->id);
  raw(p, "</span>");
  text(p, label(p, &indicator->label));
  raw(p, "</h4>");
  write_tags(p, indicator);
  element(p, "<p class=\"question\">", label(p, &indicator->question), "</p>");
  element(p, "<p class=\"guidance\">", label(p, &indicator->guidance), "</p>");
  write_scale(p, indicator);
  raw(p, "<dl>");
  if (indicator->applies_if != NULL) {
    raw(p, "<dt>Only where</dt><dd>");
    condition_words(p, indicator->applies_if);
    raw(p, "</dd>");
  }
  write_groups_of(p, indicator);
  write_standards_of(p, indicator);
  element(p, "<dt>Evidence</dt><dd>", p->evidence[i], "</dd>");
  raw(p, "</dl></article>\n");
}

/* --- sections: by dimension and step --- */

/* Does an indicator stand in a section? -1 for what has no value. */
static int belongs(const page *p, int32_t i, int32_t outer, int32_t inner) {
  const int32_t *facets = p->framework->indicators[i].facets;
  return (p->outer < 0 || facets[p->outer] == outer) && (p->inner < 0 || facets[p->inner] == inner);
}

static int has_any(const page *p, int32_t outer, int32_t inner) {
  for (int32_t i = 0; i < p->framework->n_indicators; i++) {
    if (belongs(p, i, outer, inner)) {
      return 1;
    }
  }
  return 0;
}

static int has_outer(const page *p, int32_t outer) {
  for (int32_t i = 0; i < p->framework->n_indicators; i++) {
    if (p->outer < 0 || p->framework->indicators[i].facets[p->outer] == outer) {
      return 1;
    }
  }
  return 0;
}

static int32_t values_of(const page *p, int32_t facet) {
  return facet < 0 ? 0 : p->framework->facets[facet].n_values;
}

/* A section's heading; what has no value of the facet comes last. */
static const char *heading(const page *p, int32_t facet, int32_t value) {
  if (facet < 0) {
    return "Indicators";
  }
  const ni_facet *own = &p->framework->facets[facet];
  return value < 0 ? "Other" : named(p, &own->values[value].label, own->values[value].id);
}

/* The value of the facet that a section's facet is within: the area of a dimension. */
static void write_area(page *p, int32_t value) {
  const ni_facet *own = p->outer < 0 ? NULL : &p->framework->facets[p->outer];
  if (own == NULL || value < 0 || own->within < 0 || own->values[value].within < 0) {
    return;
  }
  const ni_facet_value *area = &p->framework->facets[own->within].values[own->values[value].within];
  element(p, " <span class=\"area\">", named(p, &area->label, area->id), "</span>");
}

/* The places of a facet's values in the order of the page: 0, 1, ..., and -1 at the end. */
static int32_t value_at(const page *p, int32_t facet, int32_t k) {
  return k < values_of(p, facet) ? k : -1;
}

static void write_contents_of(page *p, int32_t outer, int32_t inner) {
  for (int32_t i = 0; i < p->framework->n_indicators; i++) {
    if (belongs(p, i, outer, inner)) {
      raw(p, "<li class=\"q\"><a href=\"#q");
      ni_buffer_int(p->out, i + 1);
      raw(p, "\">");
      text(p, p->framework->indicators[i].id);
      raw(p, " ");
      text(p, label(p, &p->framework->indicators[i].label));
      raw(p, "</a></li>");
    }
  }
}

static void write_contents(page *p) {
  raw(p, "<nav aria-label=\"Contents\"><ul>\n");
  for (int32_t k = 0; k <= values_of(p, p->outer); k++) {
    const int32_t outer = value_at(p, p->outer, k);
    if (!has_outer(p, outer)) {
      continue;
    }
    raw(p, "<li><details><summary>");
    text(p, heading(p, p->outer, outer));
    raw(p, "</summary><ul>");
    for (int32_t j = 0; j <= values_of(p, p->inner); j++) {
      const int32_t inner = value_at(p, p->inner, j);
      if (has_any(p, outer, inner)) {
        element(p, "<li class=\"area\">", p->inner < 0 ? NULL : heading(p, p->inner, inner), "</li>");
        write_contents_of(p, outer, inner);
      }
    }
    raw(p, "</ul></details></li>\n");
  }
  raw(p, "<li><a href=\"#groups\">Groups</a></li><li><a href=\"#instruments\">Instruments</a></li></ul></nav>\n");
}

static void write_sections(page *p) {
  for (int32_t k = 0; k <= values_of(p, p->outer); k++) {
    const int32_t outer = value_at(p, p->outer, k);
    if (!has_outer(p, outer)) {
      continue;
    }
    raw(p, "<section><h2>");
    text(p, heading(p, p->outer, outer));
    write_area(p, outer);
    raw(p, "</h2>\n");
    for (int32_t j = 0; j <= values_of(p, p->inner); j++) {
      const int32_t inner = value_at(p, p->inner, j);
      if (!has_any(p, outer, inner)) {
        continue;
      }
      raw(p, "<section>");
      element(p, "<h3>", p->inner < 0 ? NULL : heading(p, p->inner, inner), "</h3>\n");
      for (int32_t i = 0; i < p->framework->n_indicators; i++) {
        if (belongs(p, i, outer, inner)) {
          write_indicator(p, i);
        }
      }
      raw(p, "</section>");
    }
    raw(p, "</section>\n");
  }
}

/* --- groups and instruments --- */

static void write_members(page *p, const ni_group *group) {
  for (int32_t k = 0; k < group->n_members; k++) {
    raw(p, k == 0 ? "" : ", ");
    text(p, p->framework->groups[group->members[k]].id);
  }
}

static void write_groups(page *p) {
  raw(p,
      "<h2 id=\"groups\">Groups</h2><table><thead><tr><th>Group</th><th>Label</th><th>Merge of</th>"
      "<th>Only where</th></tr></thead><tbody>\n");
  for (int32_t g = 0; g < p->framework->n_groups; g++) {
    const ni_group *own = &p->framework->groups[g];
    raw(p, "<tr><td class=\"id\">");
    text(p, own->id);
    raw(p, "</td><td>");
    text(p, label(p, &own->label));
    raw(p, "</td><td>");
    write_members(p, own);
    raw(p, "</td><td>");
    if (own->applies_if != NULL) {
      condition_words(p, own->applies_if);
    }
    raw(p, "</td></tr>\n");
  }
  raw(p, "</tbody></table>\n");
}

static void write_instruments(page *p) {
  raw(p,
      "<h2 id=\"instruments\">Instruments</h2><table><thead><tr><th>Instrument</th><th>Title</th><th>In force</th>"
      "</tr></thead><tbody>\n");
  for (int32_t k = 0; k < p->framework->n_instruments; k++) {
    const ni_instrument *own = &p->framework->instruments[k];
    raw(p, "<tr><td>");
    link_or_text(p, own->source, own->id);
    raw(p, "</td><td>");
    text(p, label(p, &own->label));
    raw(p, "</td><td>");
    element(p, "from ", own->valid_from, " ");
    element(p, "to ", own->valid_to, "");
    raw(p, "</td></tr>\n");
  }
  raw(p, "</tbody></table>\n");
}

/* --- the page --- */

static void write_head(page *p) {
  const niem_framework *framework = p->framework;
  const char *title = named(p, &framework->title, framework->id);
  raw(p, "<!DOCTYPE html>\n<html lang=\"");
  text(p, p->language == NULL ? "en" : p->language);
  raw(p,
      "\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
      "script-src 'unsafe-inline'\">\n");
  element(p, "<title>Codebook: ", title, "</title>\n");
  raw(p, "<style>");
  raw(p, STYLE);
  raw(p, "</style>\n</head>\n<body>\n");
  element(p, "<header><h1>", title, "</h1>");
  element(p, "<p class=\"meta\">Codebook of framework ", framework->id, "");
  element(p, ", version ", framework->version, "");
  raw(p, ": ");
  ni_buffer_int(p->out, framework->n_indicators);
  raw(p, " indicators. Digest ");
  text(p, framework->digest);
  raw(p,
      "</p></header>\n<div class=\"find\"><input id=\"search\" type=\"search\" placeholder=\"Search the indicators\" "
      "aria-label=\"Search the indicators\"><output id=\"told\" for=\"search\"></output></div>\n");
}

static void choose_facets(page *p) {
  const niem_framework *framework = p->framework;
  p->outer = ni_facet_of(framework, "dimension");
  p->inner = ni_facet_of(framework, "step");
  if (p->outer < 0 && p->inner < 0) {
    p->outer = framework->n_facets > 0 ? 0 : -1;
    p->inner = framework->n_facets > 1 ? 1 : -1;
  } else if (p->outer < 0) {
    p->outer = p->inner;
    p->inner = -1;
  }
}

niem_status niem_codebook(niem_buffer **out, const niem_framework *framework, const char *language, niem_error *err) {
  niem_status status = NIEM_OK;
  page p = {.framework = framework, .language = language};
  if (out == NULL || framework == NULL) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, out == NULL ? "out" : "framework", "must not be NULL");
  }
  *out = NULL;
  choose_facets(&p);
  NIEM_TRY(ni_buffer_new(&p.out, err));
  NIEM_TRY(ni_buffer_new(&p.words, err));
  NIEM_TRY(ni_words_evidence(&p.evidence, framework, &p.arena, err));
  write_head(&p);
  raw(&p, "<div class=\"columns\">\n");
  write_contents(&p);
  raw(&p, "<main>\n");
  write_sections(&p);
  write_groups(&p);
  write_instruments(&p);
  raw(&p, "</main></div>\n<script>");
  raw(&p, SCRIPT);
  raw(&p, "</script>\n</body>\n</html>\n");
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
