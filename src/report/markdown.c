// src/report/markdown.c: text from outside made safe for Markdown.
#include "report/markdown.h"
#include <string.h>

static bool control(char c) {
    return (unsigned char)c < 0x20 || c == 0x7F;
}

void mw_markdown_text(mw_str *out, const char *text) {
    for (; *text; text++) {
        if (control(*text)) {
            mw_str_add_char(out, ' ');
            continue;
        }
        if (strchr("\\`*[]<>|#&~", *text))
            mw_str_add_char(out, '\\');
        mw_str_add_char(out, *text);
    }
}

void mw_markdown_code(mw_str *out, const char *text) {
    mw_str_add_char(out, '`');
    for (; *text; text++) {
        if (*text == '|')
            mw_str_add(out, "\\|"); // a table's cells are split before code is found
        else
            mw_str_add_char(out, control(*text) ? ' ' : *text == '`' ? '\'' : *text);
    }
    mw_str_add_char(out, '`');
}
