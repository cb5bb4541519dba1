// src/lang/wrap.h: what surrounds a program, or stands in it, because of the way it came here: chat
// programs, word processors, JSON. Uses: token.
#pragma once
#include "lang/token.h"

/** The part of the text that is the program: without a byte order mark, a markdown fence and what
 * is around it; nothing of a text in JSON or in another encoding. Reports what it leaves out. */
mw_span mw_unwrap(const mw_source *source, mw_diags *diags);

typedef struct mw_look_alike {
    const char *ascii; ///< what it looks like
    uint32_t bytes;    ///< of the character
} mw_look_alike;

/** Is the character here one that looks like an ASCII one? */
bool mw_look_alike_find(const char *text, size_t len, mw_look_alike *out);
