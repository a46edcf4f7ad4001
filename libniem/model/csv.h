/* Reading CSV row by row in bounded memory: RFC 4180, and what European spreadsheets write. Writing a field.
 *
 * Accepted: UTF-8 with or without a byte order mark; line ends LF, CRLF or CR; separators comma, semicolon and tab; a
 * first line `sep=;`; quoted fields with doubled quotes and line breaks inside; a last line without its line end. Lines
 * without a byte are skipped. A quote inside a field that does not begin with one is an ordinary character. Spaces are
 * kept.
 *
 * Detection of the separator: the comma, semicolon or tab that is most frequent in the header line outside quotes; of
 * equals, the tab, then the semicolon (a comma is likelier to be part of a name); a comma when there is none of them.
 */
#ifndef NI_CSV_H
#define NI_CSV_H

#include "base/fail.h"
#include "base/file.h"

/* Limits, each with its NIEM_ERROR_LIMIT. */
enum { NI_CSV_FIELD = 16 << 20, NI_CSV_ROW = 64 << 20, NI_CSV_COLUMNS = 65536, NI_CSV_WINDOW = 1 << 18 };

typedef struct ni_csv ni_csv;

/* A field without its quotes. Not NUL-terminated. `quoted` tells "" from nothing at all. */
typedef struct ni_csv_slice {
  const char *text;
  size_t length;
  int32_t quoted;
} ni_csv_slice;

/* Open and read the header line. `separator` is ',', ';', '\t', or 0 to detect it; one that is given wins over a `sep=`
 * line. The bytes of a memory range are borrowed until the reader is closed. Names in the header are not compared with
 * each other: that is for who knows what they mean. */
niem_status ni_csv_open_file(ni_csv **out, const char *path, char separator, niem_error *err);
niem_status ni_csv_open_memory(ni_csv **out, const char *bytes, size_t n, char separator, niem_error *err);
/* The same with a window of `window` bytes to begin with (it grows for longer rows). The source is closed by the
 * reader, also when opening fails. */
niem_status ni_csv_open(ni_csv **out, ni_source *source, char separator, size_t window, niem_error *err);
void ni_csv_close(ni_csv *csv);

char ni_csv_separator(const ni_csv *csv);
/* Columns of the header; their names stay valid until the reader is closed, and are NUL-terminated. */
size_t ni_csv_columns(const ni_csv *csv);
const ni_csv_slice *ni_csv_header(const ni_csv *csv);

/* The next row: `*has_row` is 1 and ni_csv_fields gives as many fields as the header has, or 0 at the end.
 * NIEM_ERROR_FORMAT (too few or too many fields) and NIEM_ERROR_SYNTAX with ni_csv_can_continue (text after a closing
 * quote) concern this row only: call again for the next one. After any other error (an unterminated quote, encoding,
 * limit, memory, reading) the reader stays at its end and gives the same status again. In errors `row` is the data row
 * (0 in the header), `column` the field, `where` its name in the header. */
niem_status ni_csv_next(ni_csv *csv, int *has_row, niem_error *err);
/* Whether the last error of ni_csv_next concerned its row only. */
int ni_csv_can_continue(const ni_csv *csv);

/* The current row's fields, valid until the next call. */
const ni_csv_slice *ni_csv_fields(const ni_csv *csv);
/* The current row: its number (1-based, header and blank lines not counted), and the line of the file on which it
 * begins. */
int64_t ni_csv_row(const ni_csv *csv);
int64_t ni_csv_line(const ni_csv *csv);

/* --- reading by parts: what is in the window, by several threads --- */

/* Have as much of the source as the window holds. 0 where that cannot be had; ni_csv_next says why, behind the last
 * whole row. */
int ni_csv_fill(ni_csv *csv);
/* How much of the source has been read, in bytes, and its size; 0 where that is not known. */
int64_t ni_csv_position(const ni_csv *csv);
int64_t ni_csv_size(const ni_csv *csv);
/* The bytes of the window that are not read yet, and whether the source has more. */
size_t ni_csv_unread(const ni_csv *csv);
int ni_csv_has_more(const ni_csv *csv);
/* The first place from `from` on, among the unread bytes, where a row seems to begin; ni_csv_unread where there is
 * none. A line break inside quotes may deceive it: whether a part begins with a row is known when all before it was
 * read. */
size_t ni_csv_cut(const ni_csv *csv, size_t from);

/* A reader for a part of what another one, `whole`, has in its window. It is made once and may begin many parts; its
 * rows and lines are counted from the part's beginning. `whole` must not be used for reading meanwhile. */
niem_status ni_csv_part_new(ni_csv **out, const ni_csv *whole, niem_error *err);
/* The rows that begin in [from, to) of the unread bytes. A row that is not whole in the window is an error. */
void ni_csv_part_begin(ni_csv *part, const ni_csv *whole, size_t from, size_t to);
/* What was read by parts: a number of bytes, with so many rows and lines. */
typedef struct ni_csv_extent {
  size_t bytes;
  int64_t rows;
  int64_t lines;
} ni_csv_extent;
ni_csv_extent ni_csv_part_extent(const ni_csv *part);
/* Go on behind it. */
void ni_csv_skip(ni_csv *csv, const ni_csv_extent *extent);

/* Append a field, in quotes where it needs them: separator, quote, CR, LF, or a space at an end. Writers put the
 * separators and line ends between fields themselves. */
void ni_csv_field(niem_buffer *buffer, const char *text, size_t n, char separator);

#endif
