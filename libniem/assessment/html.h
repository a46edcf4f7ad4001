/* Text on pages of HTML. */
#ifndef NI_HTML_H
#define NI_HTML_H

#include "base/platform.h"
#include "base/buffer.h"

/* Text, or an attribute's value in quotes, escaped. Control characters but the line's end and the tab have no place in
 * HTML and are left out. NULL: nothing. */
void ni_html_text(niem_buffer *out, const char *words);
/* open words close; nothing where there are no words. */
void ni_html_element(niem_buffer *out, const char *open, const char *words, const char *close);

#endif
