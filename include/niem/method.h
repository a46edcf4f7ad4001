/* libniem, room "method": every choice that is not data, as data.
 *
 * {"format": "niem-method/1", "id": "...", "consensus": {"rule": "majority"}, "missing": {"rule": "strict"},
 *  "tolerance": 1e-9, "bands": "mipex", "steps": [{"step": "normalise", "method": "zscore"}]}. Every key but format is
 * optional; NULL for a method means all defaults. docs/reference/method-format.md describes the whole format.
 *   consensus  how several coders of one cell are settled: "refuse" (default: NIEM_ERROR_CONSENSUS), "unanimous",
 *              "majority", "median", {"rule": "adjudicator", "coder": "..."}
 *   missing    a missing rule that replaces the one of every inner node of every index
 *   tolerance  neighbours that differ by at most this tie, changes of at most this are unchanged; default 1e-9
 *   bands      the bands that tables of scores show: a preset ("mipex", "thirds", "quintiles") or an object
 *   steps      from answers to scores, in the order in which they stand:
 *                screen      units with too little data have no value
 *                denominate  numbers over others: per head, per area
 *                impute      gaps are filled, and stay gaps in coverage and bounds
 *                treat       outliers are winsorised or transformed
 *                normalise   numbers without goalposts become scores
 *                weigh       weights of the children of nodes: given, from the data, from experts
 *                aggregate   how the children of nodes make one value
 *              Their words and parameters are those of niem/methods.h; what is an array there is an object by names
 *              here. Names are looked up when scores are made: what is wrong then is told with where "method/steps/2".
 */
#ifndef NIEM_METHOD_H
#define NIEM_METHOD_H

#include "niem/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A method, loaded. Immutable. */
typedef struct niem_method niem_method;

/* Read a method from a file or from `n_bytes` of UTF-8 JSON. All problems found are listed in `*problems` (may be NULL;
 * the list is made, and must be freed, on success and on failure alike); `err` carries the first. */
NIEM_API niem_status niem_method_read(niem_method **out, niem_problems **problems, const char *path, niem_error *err);
NIEM_API niem_status niem_method_parse(niem_method **out, niem_problems **problems, const char *bytes, int64_t n_bytes,
                                       niem_error *err);
/* The canonical JSON, and its SHA-256 as 64 hexadecimal characters. */
NIEM_API niem_status niem_method_json(niem_buffer **out, const niem_method *method, niem_error *err);
NIEM_API const char *niem_method_digest(const niem_method *method);
/* Let the method go; scores that were made with it keep what they need. */
NIEM_API void niem_method_free(niem_method *method);

#ifdef __cplusplus
}
#endif

#endif
