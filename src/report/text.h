// src/report/text.h: text for a terminal: its width in columns, cut to fit, and bars. Uses: base.
// Names come from outside: control characters and bytes that are not UTF-8 are shown as '?', so
// that no program's task name can move the cursor or change a colour.
#pragma once
#include "base/str.h"
#include <stddef.h>

/** What the reader's terminal can show. */
typedef struct mw_look {
    int width;  ///< columns
    bool color; ///< ANSI colours are welcome
    bool utf8;  ///< else ASCII only
} mw_look;

/** Columns that a UTF-8 text takes: 0 for combining marks, 2 for East Asian wide characters. */
int mw_text_width(const char *text);
/** Adds the text, cut to at most `columns`; what was cut is marked by "…" (".." without UTF-8).
 * Without UTF-8 every other character than ASCII becomes '?'.
 * @return the columns taken */
int mw_text_clip(mw_str *out, const char *text, int columns, bool utf8);
void mw_text_pad(mw_str *out, int columns); ///< that many blanks; none if negative
void mw_text_repeat(mw_str *out, const char *piece, int times);
/** Adds a text as paragraphs broken at blanks to fit `width`; later lines start with `indent`
 * blanks. A word longer than a line is cut. Ends with a newline. `at` is the column where the first
 * line stands already. */
void mw_text_wrap(mw_str *out, const char *text, int at, int indent, int width, bool utf8);

/** Adds one line "name      text", the text cut to fit. */
void mw_text_field(mw_str *out, const char *name, const char *text, const mw_look *look);

/** Adds a bar of `part` (0 … 1; beyond is cut) of `columns` columns, in eighths of a column with
 * UTF-8 and in '#' without, then blanks up to `columns`. */
void mw_text_bar(mw_str *out, double part, int columns, bool utf8);

/** Colour pairs by index, cycling; -1 ends a colour. Nothing is added when `color` is false. */
void mw_text_color(mw_str *out, int index, bool color);
void mw_text_bold(mw_str *out, bool on, bool color);
void mw_text_dim(mw_str *out, bool on, bool color);

/** Reads one code point: its value in *point (0xFFFD when it is not UTF-8), and the bytes it took,
 * at least 1. `text` must not be at its end. */
size_t mw_text_next(const char *text, unsigned *point);
