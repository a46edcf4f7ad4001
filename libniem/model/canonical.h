/* Canonical JSON: one text for one content. Keys sorted by their bytes, no white space, numbers in the shortest form
 * that reads back the same, strings escaped where they must be (the idea of RFC 8785). Digests are taken of it. */
#ifndef NI_CANONICAL_H
#define NI_CANONICAL_H

#include "base/platform.h"
#include "base/buffer.h"

#include <cjson/cJSON.h>

niem_status ni_canonical_json(niem_buffer **out, const cJSON *root, niem_error *err);
/* A copy of a handle's canonical bytes for its caller; `json` is NULL where the handle, the argument `where`, was. */
niem_status ni_canonical_copy(niem_buffer **out, const niem_buffer *json, const char *where, niem_error *err);

#endif
