// src/base/diag_place.h: where in a text something is, and what of its line is worth showing. Uses:
// diag. Internal to diag.c.
#pragma once
#include "base/diag.h"

/** Line, column, end, width, excerpt and caret of a span. A span over several lines is underlined
 * to the end of its first one. */
void mw_diag_place(mw_arena *arena, const mw_source *source, mw_span span, mw_diag *out);
/** The same for an edit; `text` is copied. */
void mw_diag_place_edit(mw_arena *arena, const mw_source *source, mw_span span, const char *text,
                        mw_text_edit *out);
/** Bytes that are no UTF-8, and characters that would change what a terminal shows, become '?'.
 *  @param text  changed in place; NULL is allowed. @return text */
char *mw_diag_clean(char *text);
