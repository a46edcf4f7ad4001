/* The framework's handle: reading it whole, keeping and freeing it, finding things in it. */
#include "base/platform.h"

#include "base/buffer.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/fpenv.h"
#include "frameworks/shipped.h"
#include "model/canonical.h"
#include "model/framework_read.h"

#include <stdio.h>
#include <string.h>

/* --- reading --- */

/* "niem-framework/1": an earlier format does not exist, a later one is not known here. */
static void check_format(ni_reader *reader, const cJSON *root) {
  static const char prefix[] = "niem-framework/";
  const char *format = ni_reader_text(reader, root, "format", 1);
  if (format == NULL || strcmp(format, "niem-framework/1") == 0) {
    return;
  }
  const cJSON *item = ni_reader_get(root, "format");
  if (strncmp(format, prefix, sizeof prefix - 1) == 0) {
    ni_reader_error(reader, item, NIEM_ERROR_VERSION,
                    "format \"%.40s\" is not known to libniem %s, which reads niem-framework/1; a newer libniem may",
                    format, niem_version());
  } else {
    ni_reader_error(reader, item, NIEM_ERROR_FORMAT, "\"format\" must be \"niem-framework/1\", not \"%.40s\"", format);
  }
}

static void read_defaults(ni_reader *reader, const cJSON *root, niem_framework *framework) {
  const char *index = ni_reader_text(reader, root, "default_index", 0);
  const char *group = ni_reader_text(reader, root, "default_group", 0);
  framework->default_index = index == NULL ? -1 : ni_find_index(framework, index);
  framework->default_group = group == NULL ? -1 : ni_find_group(framework, group, NULL);
  if (index != NULL && framework->default_index < 0) {
    ni_reader_error(reader, ni_reader_get(root, "default_index"), NIEM_ERROR_REFERENCE,
                    "\"%.60s\" is no index of this framework", index);
  }
  if (group != NULL && framework->default_group < 0) {
    ni_reader_error(reader, ni_reader_get(root, "default_group"), NIEM_ERROR_REFERENCE,
                    "\"%.60s\" is no group of this framework", group);
  }
}

static void read_whole(ni_reader *reader, const cJSON *root, niem_framework *framework) {
  if (!cJSON_IsObject(root)) {
    ni_reader_error(reader, root, NIEM_ERROR_FORMAT,
                    "a framework is a JSON object {\"format\": \"niem-framework/1\", ...}");
    return;
  }
  check_format(reader, root);
  if (niem_problems_total(reader->problems, NIEM_ERROR) > 0) {
    return; /* what follows means nothing in another format */
  }
  ni_reader_keys(
      reader, root,
      "format id version title titles description facets groups units rounds closed peers instruments indicators "
      "indexes default_index default_group meta",
      NULL, 0);
  framework->id = ni_reader_id(reader, root);
  framework->version = ni_reader_text(reader, root, "version", 1);
  ni_reader_label(reader, root, "title", "titles", &framework->title);
  (void)ni_reader_text(reader, root, "description", 0);
  framework->closed = ni_reader_flag(reader, root, "closed", 0);
  ni_read_facets(reader, root, framework);
  ni_read_groups(reader, root, framework);
  ni_read_units(reader, root, framework);
  ni_read_rounds(reader, root, framework);
  ni_read_peers(reader, root, framework);
  ni_read_instruments(reader, root, framework);
  ni_read_indicators(reader, root, framework);
  ni_read_indexes(reader, root, framework);
  if (!ni_reader_failed(reader)) {
    read_defaults(reader, root, framework);
  }
}

static niem_status parse(niem_framework *framework, niem_problems *problems, const char *bytes, size_t n,
                         niem_error *err) {
  niem_status status = NIEM_OK;
  niem_error first;
  ni_reader reader = {.arena = &framework->arena, .problems = problems};
  if (ni_json_read(&reader.json, bytes, n, &first) != NIEM_OK) {
    return ni_reader_refuse(problems, &first, err);
  }
  read_whole(&reader, ni_json_root(reader.json), framework);
  NIEM_TRY(ni_reader_status(&reader, err));
  NIEM_TRY(ni_canonical_json(&framework->json, ni_json_root(reader.json), err));
  ni_digest_hex(niem_buffer_data(framework->json), (size_t)niem_buffer_size(framework->json), framework->digest);
cleanup:
  ni_json_free(reader.json);
  return status;
}

static niem_status parse_framework(niem_framework **out, niem_problems **problems, const char *bytes, int64_t n_bytes,
                                   niem_error *err) {
  niem_status status = NIEM_OK;
  niem_framework *framework = NULL;
  niem_problems *found = NULL;
  if (problems != NULL) {
    *problems = NULL;
  }
  if (out == NULL || bytes == NULL || n_bytes < 0) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, out == NULL ? "out" : "bytes",
                   "must not be NULL, and n_bytes not negative");
  }
  *out = NULL;
  NIEM_TRY(ni_problems_new(&found, err));
  framework = ni_alloc_zero(1, sizeof *framework);
  if (framework == NULL) {
    status = ni_fail_memory(err);
    goto cleanup;
  }
  atomic_init(&framework->uses, 1);
  framework->default_index = framework->default_group = -1;
  NIEM_TRY(parse(framework, found, bytes, (size_t)n_bytes, err));
  *out = framework;
  framework = NULL;
cleanup:
  ni_problems_hand_over(problems, found);
  niem_framework_free(framework);
  return status;
}

niem_status niem_framework_parse(niem_framework **out, niem_problems **problems, const char *bytes, int64_t n_bytes,
                                 niem_error *err) {
  ni_fpenv saved;
  ni_fpenv_enter(&saved);
  niem_status status = parse_framework(out, problems, bytes, n_bytes, err);
  ni_fpenv_leave(&saved);
  return status;
}

niem_status niem_framework_read(niem_framework **out, niem_problems **problems, const char *path, niem_error *err) {
  niem_status status = NIEM_OK;
  char *bytes = NULL;
  size_t n = 0;
  if (problems != NULL) {
    *problems = NULL;
  }
  if (out == NULL || path == NULL) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, out == NULL ? "out" : "path", "must not be NULL");
  }
  *out = NULL;
  NIEM_TRY(ni_file_read(path, NI_JSON_TEXT, &bytes, &n, err));
  NIEM_TRY(niem_framework_parse(out, problems, bytes, (int64_t)n, err));
cleanup:
  ni_free(bytes);
  return status;
}

const char *niem_framework_shipped_name(int32_t i) {
  const ni_shipped *shipped = ni_shipped_frameworks();
  for (int32_t k = 0; shipped[k].name != NULL; k++) {
    if (k == i) {
      return shipped[k].name;
    }
  }
  return NULL;
}

niem_status niem_framework_shipped(niem_framework **out, const char *name, niem_error *err) {
  if (out == NULL || name == NULL) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, out == NULL ? "out" : "name", "must not be NULL");
  }
  *out = NULL;
  char names[256] = "";
  for (const ni_shipped *shipped = ni_shipped_frameworks(); shipped->name != NULL; shipped++) {
    if (strcmp(shipped->name, name) == 0) {
      return niem_framework_parse(out, NULL, (const char *)shipped->bytes, shipped->size, err);
    }
    size_t used = strlen(names);
    (void)snprintf(names + used, sizeof names - used, "%s%s", used == 0 ? "" : ", ", shipped->name);
  }
  return ni_fail(err, NIEM_ERROR_REFERENCE, "name", "no framework \"%.60s\" ships with libniem; there are: %s", name,
                 names);
}

/* --- the handle --- */

niem_framework *ni_framework_keep(const niem_framework *framework) {
  niem_framework *kept = (niem_framework *)framework; /* only the count of owners ever changes */
  atomic_fetch_add_explicit(&kept->uses, 1, memory_order_relaxed);
  return kept;
}

void niem_framework_free(niem_framework *framework) {
  if (framework == NULL || atomic_fetch_sub_explicit(&framework->uses, 1, memory_order_acq_rel) != 1) {
    return;
  }
  ni_names *names[] = {&framework->group_names, &framework->unit_names, &framework->round_names,
                       &framework->instrument_names, &framework->indicator_names};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    ni_dictionary_free(&names[i]->texts);
  }
  for (int32_t f = 0; f < framework->n_facets; f++) {
    ni_dictionary_free(&framework->facets[f].names.texts);
  }
  niem_buffer_free(framework->json);
  ni_arena_free(&framework->arena);
  ni_free(framework);
}

const char *niem_framework_id(const niem_framework *framework) {
  return framework == NULL ? "" : framework->id;
}

const char *niem_framework_version(const niem_framework *framework) {
  return framework == NULL ? "" : framework->version;
}

const char *niem_framework_title(const niem_framework *framework) {
  const char *title = framework == NULL ? NULL : ni_label_text(&framework->title, "en");
  return title == NULL ? "" : title;
}

const char *niem_framework_digest(const niem_framework *framework) {
  return framework == NULL ? "" : framework->digest;
}

const char *niem_framework_default_index(const niem_framework *framework) {
  return framework == NULL || framework->default_index < 0 ? NULL : framework->indexes[framework->default_index].id;
}

const char *niem_framework_default_group(const niem_framework *framework) {
  return framework == NULL || framework->default_group < 0 ? NULL : framework->groups[framework->default_group].id;
}

niem_status niem_framework_json(niem_buffer **out, const niem_framework *framework, niem_error *err) {
  return ni_canonical_copy(out, framework == NULL ? NULL : framework->json, "framework", err);
}

niem_status niem_framework_write(const niem_framework *framework, const char *path, niem_error *err) {
  if (framework == NULL || path == NULL) {
    return ni_fail(err, NIEM_ERROR_ARGUMENT, framework == NULL ? "framework" : "path", "must not be NULL");
  }
  return ni_file_write(path, niem_buffer_data(framework->json), (size_t)niem_buffer_size(framework->json), err);
}

/* --- finding --- */

/* Of a label without English the first language by its tag: the order of keys is no part of a framework. */
const char *ni_label_text(const ni_label *label, const char *language) {
  int32_t first = 0;
  for (int pass = 0; pass < 2; pass++) {
    const char *wanted = pass == 0 && language != NULL ? language : "en";
    for (int32_t i = 0; i < label->n; i++) {
      if (strcmp(label->languages[i], wanted) == 0) {
        return label->texts[i];
      }
      first = strcmp(label->languages[i], label->languages[first]) < 0 ? i : first;
    }
  }
  return label->n > 0 ? label->texts[first] : NULL;
}

int32_t ni_names_find(const ni_names *names, const char *text, int32_t *alias) {
  int32_t found = ni_dictionary_find(&names->texts, text, strlen(text));
  if (found >= names->n_ids && alias != NULL) {
    *alias = 1;
  }
  return found < 0 ? -1 : names->places[found];
}

int32_t ni_names_find_id(const ni_names *names, const char *text, size_t length) {
  int32_t found = ni_dictionary_find(&names->texts, text, length);
  return found < 0 || found >= names->n_ids ? -1 : names->places[found];
}

int32_t ni_find_group(const niem_framework *framework, const char *id, int32_t *alias) {
  return ni_names_find(&framework->group_names, id, alias);
}

int32_t ni_find_unit(const niem_framework *framework, const char *id, int32_t *alias) {
  return ni_names_find(&framework->unit_names, id, alias);
}

int32_t ni_find_round(const niem_framework *framework, const char *id, int32_t *alias) {
  return ni_names_find(&framework->round_names, id, alias);
}

int32_t ni_find_indicator(const niem_framework *framework, const char *id, int32_t *alias) {
  return ni_names_find(&framework->indicator_names, id, alias);
}

int32_t ni_find_peers(const niem_framework *framework, const char *id) {
  for (int32_t i = 0; i < framework->n_peers; i++) {
    if (strcmp(framework->peers[i].id, id) == 0) {
      return i;
    }
  }
  return -1;
}

int32_t ni_find_index(const niem_framework *framework, const char *id) {
  for (int32_t i = 0; i < framework->n_indexes; i++) {
    if (strcmp(framework->indexes[i].id, id) == 0) {
      return i;
    }
  }
  return -1;
}

int32_t ni_unnamed_index(const niem_framework *framework) {
  return framework->n_indexes == 1 ? 0 : framework->default_index;
}

/* The id that an alias of a facet's value stands for (an old name of a dimension); NULL. */
static const char *resolve_value_alias(const niem_framework *framework, const char *name) {
  for (int32_t f = 0; f < framework->n_facets; f++) {
    int32_t alias = 0;
    int32_t value = ni_names_find(&framework->facets[f].names, name, &alias);
    if (alias) {
      return framework->facets[f].values[value].id;
    }
  }
  return NULL;
}

static int32_t count_short(const ni_index *index, const char *name, int32_t *found, char *choices, size_t size) {
  int32_t n = 0;
  choices[0] = '\0';
  for (int32_t i = 0; i < index->n_nodes; i++) {
    if (strcmp(index->nodes[i].alone, name) == 0) {
      *found = i;
      size_t used = strlen(choices);
      if (n++ < 6) {
        (void)snprintf(choices + used, size - used, "%s%s", used == 0 ? "" : ", ", index->nodes[i].name);
      }
    }
  }
  return n;
}

niem_status ni_find_node(int32_t *out, const niem_framework *framework, const ni_index *index, const char *name,
                         niem_error *err) {
  char choices[512];
  for (int32_t i = 0; i < index->n_nodes; i++) {
    if (strcmp(index->nodes[i].name, name) == 0) {
      *out = i;
      return NIEM_OK;
    }
  }
  int32_t n = count_short(index, name, out, choices, sizeof choices);
  const char *renamed = n == 0 ? resolve_value_alias(framework, name) : NULL;
  if (renamed != NULL) {
    n = count_short(index, renamed, out, choices, sizeof choices);
  }
  if (n == 1) {
    return NIEM_OK;
  }
  if (n > 1) {
    return ni_fail(err, NIEM_ERROR_AMBIGUOUS, "node", "\"%.60s\" means several nodes of index \"%s\": %s", name,
                   index->id, choices);
  }
  return ni_fail(err, NIEM_ERROR_REFERENCE, "node",
                 "\"%.60s\" is no node of index \"%s\"; its nodes are listed by the framework's table \"nodes\"", name,
                 index->id);
}
