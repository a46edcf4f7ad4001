/* Growable bytes for writers. Running out of memory is remembered, so that a writer appends without checking each call
 * and asks once at the end (`ni_buffer_status`). The public side (niem_buffer_data, _size, _free) is in niem/base.h. */
#ifndef NI_BUFFER_H
#define NI_BUFFER_H

#include "base/fail.h"

niem_status ni_buffer_new(niem_buffer **out, niem_error *err);

void ni_buffer_append(niem_buffer *buffer, const void *bytes, size_t n);
void ni_buffer_text(niem_buffer *buffer, const char *text);
void ni_buffer_char(niem_buffer *buffer, char c);
void ni_buffer_int(niem_buffer *buffer, int64_t x);

/* The shortest decimal that reads back as the same bits. The JSON variant writes `null` for NaN and the infinities,
 * which JSON has no words for. */
void ni_buffer_double(niem_buffer *buffer, double x);
void ni_buffer_json_double(niem_buffer *buffer, double x);

/* A JSON string with its quotes. Escaped are only the quote, the backslash and control characters; UTF-8 stays as it
 * is. The text must be valid UTF-8. */
void ni_buffer_json_string(niem_buffer *buffer, const char *text);
void ni_buffer_json_string_n(niem_buffer *buffer, const char *text, size_t n);

/* NIEM_OK, or NIEM_ERROR_MEMORY when any append since the buffer was made found no memory. */
niem_status ni_buffer_status(const niem_buffer *buffer, niem_error *err);

#endif
