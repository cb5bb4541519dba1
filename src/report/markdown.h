// src/report/markdown.h: text from outside made safe for Markdown. Uses: base.
#pragma once
#include "base/str.h"

/** Adds text good for a paragraph or a table cell: what Markdown or HTML would take for markup is
 * escaped by a backslash; control characters, line ends included, become blanks. */
void mw_markdown_text(mw_str *out, const char *text);
/** The same as code (`…`), where only backquotes, bars and control characters are replaced. */
void mw_markdown_code(mw_str *out, const char *text);
