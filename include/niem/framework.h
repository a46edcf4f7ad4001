/* libniem, room "framework": the indicator model - facets, groups, units, rounds, scales, indicators and indexes.
 *
 * The format "niem-framework/1" is described in docs/reference/framework-format.md, with a JSON Schema beside it. A
 * framework is versioned and immutable; its digest is the SHA-256 of its canonical JSON, so two frameworks with one
 * digest score alike.
 */
#ifndef NIEM_FRAMEWORK_H
#define NIEM_FRAMEWORK_H

#include "niem/base.h"
#include "niem/table.h"

#ifdef __cplusplus
extern "C" {
#endif

/* An indicator model, loaded. Immutable, and shared by threads. */
typedef struct niem_framework niem_framework;

/* Limits, each enforced with NIEM_ERROR_LIMIT. */
enum {
  NIEM_MAX_JSON_DEPTH = 64,
  NIEM_MAX_FIELD = 16777216, /* bytes of one text in JSON or CSV */
  NIEM_MAX_FACETS = 64,
  NIEM_MAX_INDICATORS = 100000,
  NIEM_MAX_OPTIONS = 62, /* options of a scale, items of a checklist, parts of a composite */
  NIEM_MAX_GROUPS = 256,
  NIEM_MAX_INDEXES = 256,
  NIEM_MAX_TREE_DEPTH = 32,
  NIEM_MAX_NODES = 1000000 /* nodes of all indexes together */
};

/* Read a framework from a file or from `n_bytes` of UTF-8 JSON. All problems found are listed in `*problems` (may be
 * NULL; the list is made, and must be freed, on success and on failure alike); `err` carries the first. */
NIEM_API niem_status niem_framework_read(niem_framework **out, niem_problems **problems, const char *path,
                                         niem_error *err);
NIEM_API niem_status niem_framework_parse(niem_framework **out, niem_problems **problems, const char *bytes,
                                          int64_t n_bytes, niem_error *err);

/* How two flat tables are read as a framework. */
typedef struct niem_framework_tables_options {
  int64_t struct_size;
  int32_t separator;         /* ',' ';' '\t'; 0 (default): found from each header line */
  int32_t decimal_comma;     /* 1: numbers are written 12,5; 0 (default): only where the separator is ';' */
  const char *id;            /* the framework's id; NULL: the code of the index */
  const char *version;       /* NULL: "1" */
  const char *title;         /* NULL: the name of the index */
  const char *round;         /* the round of rows that name none */
  const char *const *ignore; /* columns of either table that are passed over */
  int64_t n_ignore;
} niem_framework_tables_options;
/* Fill with the defaults; call it first, then change what should differ. */
NIEM_API void niem_framework_tables_options_init(niem_framework_tables_options *options);

/* A framework from two flat tables in CSV, as the makers of composite indices keep them (those of the R package COINr
 * are taken as they are).
 *
 * The table of indicators has a row for each indicator and aggregate. Its columns, in letters of either case: iCode (or
 * indicator, id, code), iName (label, name), Level, Parent, Direction, Weight, Unit, Target, Denominator, Type, Worst,
 * Best; iCode and Parent are needed. Type is Indicator, Aggregate, Group (a column of the data that divides units into
 * peer groups, one set), Denominator or Other (both become numeric indicators that are not scored); where it is not
 * said it follows from the tree. The aggregate without a Parent is the index, and the default one. Where every
 * indicator is the same number of steps below it, levels become facets, "level2" right above the indicators, "level3"
 * above these, ...; any other tree becomes an index of explicit nodes.
 *
 * The table of data, which may be NULL, has a row for each unit and round: uCode (or unit), uName (label), Time
 * (round), and a column for each indicator, denominator and group. It gives the units, rounds and peer groups
 * ("GDP_group:S" of the set "GDP_group"); without a column of time there is one round, "all" unless the options name
 * it. The values are read by niem_answers_read_table.
 *
 * Blank cells, NA and NaN are missing. All problems are told together, as `problems` of niem_framework_read; a message
 * begins with the table that it is about. */
NIEM_API niem_status niem_framework_read_tables(niem_framework **out, niem_problems **problems, const char *indicators,
                                                const char *data, const niem_framework_tables_options *options,
                                                niem_error *err);
NIEM_API niem_status niem_framework_parse_tables(niem_framework **out, niem_problems **problems, const char *indicators,
                                                 int64_t n_indicators, const char *data, int64_t n_data,
                                                 const niem_framework_tables_options *options, niem_error *err);
/* A framework that ships with the library, by name; NIEM_ERROR_REFERENCE lists the names. */
NIEM_API niem_status niem_framework_shipped(niem_framework **out, const char *name, niem_error *err);
/* Name of shipped framework i (0-based); NULL past the last. */
NIEM_API const char *niem_framework_shipped_name(int32_t i);
NIEM_API void niem_framework_free(niem_framework *framework);

/* What the framework says of itself: its id, its version, its title. */
NIEM_API const char *niem_framework_id(const niem_framework *framework);
NIEM_API const char *niem_framework_version(const niem_framework *framework);
NIEM_API const char *niem_framework_title(
    const niem_framework *framework); /* in English, else in the first language; "" if none */
NIEM_API const char *niem_framework_digest(const niem_framework *framework);        /* 64 hexadecimal characters */
NIEM_API const char *niem_framework_default_index(const niem_framework *framework); /* NULL where there is none */
NIEM_API const char *niem_framework_default_group(const niem_framework *framework); /* NULL where there is none */

/* The canonical JSON, and the same into a file. Reading it back gives the same digest. */
NIEM_API niem_status niem_framework_json(niem_buffer **out, const niem_framework *framework, niem_error *err);
NIEM_API niem_status niem_framework_write(const niem_framework *framework, const char *path, niem_error *err);

/* A part of the framework as a table; labels in `language` ("en" when NULL; English where a label lacks the language).
 * `part`:
 * - "facets": facet, value, label, within, order
 * - "groups": group, label, members (comma-separated for a merge), over
 * - "units": unit, label, iso2, iso3, aliases
 * - "rounds": round, label, date
 * - "peers": peers, label, unit, set
 * - "indicators": indicator, label, question, guidance, kind, unit_of_measure, worst, best, direction (1: more is
 *   better, -1: less is), target, denominator, scored, conditional (1: hangs on another answer), part_of (its
 *   composite), groups, and a column for each facet
 * - "options": indicator, option, label, points (options, items, binary answers; numeric scales have no rows)
 * - "standards": indicator, ref, instrument, article, checked
 * - "instruments": instrument, label, source, valid_from, valid_to
 * - "indexes": index, label, nodes, leaves, default (1 or 0)
 * - "nodes": index, node, label, level, parent, weight, aggregation, missing, min_coverage, indicator */
NIEM_API niem_status niem_framework_table(niem_table **out, const niem_framework *framework, const char *part,
                                          const char *language, niem_error *err);

/* Any table with a column "unit", for export: the same table with the columns label, iso2 and iso3 (ISO 3166; missing
 * where the framework gives none, or does not list the unit) right after it. A column that the table has already is not
 * added. NIEM_ERROR_REFERENCE: the table has no text column "unit". */
NIEM_API niem_status niem_with_codes(niem_table **out, const niem_table *table, const niem_framework *framework,
                                     const char *language, niem_error *err);

#ifdef __cplusplus
}
#endif

#endif
