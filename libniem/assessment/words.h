/* Words for people: options, conditions and answers as a coder reads them, and what evidence a question asks for. */
#ifndef NI_WORDS_H
#define NI_WORDS_H

#include "base/platform.h"
#include "base/buffer.h"
#include "model/answers.h"
#include "model/framework.h"

/* An answer as it stands in a file, or the state where there is none: "b", "a|c", "12.5", "not_collected". */
void ni_words_answer(niem_buffer *out, const ni_scale *scale, int32_t state, ni_value value);
/* "a = 5 years or more; b = 3 years"; how a checklist is joined; a number's unit and range. */
void ni_words_options(niem_buffer *out, const ni_scale *scale, const char *language);
/* "STA-01 is yes and (RES-03 is at least 0.5 or HOU-05 is b or c)". */
void ni_words_condition(niem_buffer *out, const niem_framework *framework, const ni_condition *condition);
/* The conditions of a group and of an indicator together; nothing where neither has one. `group` may be -1. */
void ni_words_applies(niem_buffer *out, const niem_framework *framework, int32_t group, int32_t indicator);
/* Does a condition hang on an indicator? */
int ni_condition_refers(const ni_condition *condition, int32_t indicator);

/* What the buffer holds beyond `before`, as a text for a table; NULL where that is nothing. Buffers serve as scratch
 * space for many texts. */
const char *ni_words_since(const niem_buffer *buffer, int64_t before);

/* The kinds of evidence that each indicator asks for, "law, ministerial regulation"; NULL where it asks for none. They
 * stand in the framework's document only. Texts live in `arena`. */
niem_status ni_words_evidence(const char ***out, const niem_framework *framework, ni_arena *arena, niem_error *err);

/* A facet by its id; -1. */
int32_t ni_facet_of(const niem_framework *framework, const char *id);
/* The value that an indicator has of a facet (-1: no facet): its id; NULL where it has none. */
const char *ni_facet_value_of(const niem_framework *framework, int32_t facet, int32_t indicator);

#endif
