/* Canonical JSON: one text for one content. Keys sorted by their bytes, no white space, numbers in the shortest form
 * that reads back the same, strings escaped where they must be (the idea of RFC 8785). Digests are taken of it. */
#ifndef NI_CANONICAL_H
#define NI_CANONICAL_H

#include "base/platform.h"
#include "base/buffer.h"

#include <cjson/cJSON.h>

niem_status ni_canonical_json(niem_buffer **out, const cJSON *root, niem_error *err);

#endif
