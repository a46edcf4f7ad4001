/* Text on pages of HTML: whatever a framework says is text, never markup. */
#include "base/platform.h"

#include "assessment/html.h"

static void character(niem_buffer *out, char c) {
  switch (c) {
    case '&':
      ni_buffer_text(out, "&amp;");
      break;
    case '<':
      ni_buffer_text(out, "&lt;");
      break;
    case '>':
      ni_buffer_text(out, "&gt;");
      break;
    case '"':
      ni_buffer_text(out, "&quot;");
      break;
    case '\'':
      ni_buffer_text(out, "&#39;");
      break;
    default:
      if ((unsigned char)c >= 0x20 || c == '\n' || c == '\t') {
        ni_buffer_char(out, c);
      }
  }
}

void ni_html_text(niem_buffer *out, const char *words) {
  for (const char *at = words; at != NULL && *at != '\0'; at++) {
    character(out, *at);
  }
}

void ni_html_element(niem_buffer *out, const char *open, const char *words, const char *close) {
  if (words != NULL && words[0] != '\0') {
    ni_buffer_text(out, open);
    ni_html_text(out, words);
    ni_buffer_text(out, close);
  }
}
