// src/base/diag.h: what is wrong with an input, where, and what to do. Uses: arena, str, jansson.
// Invariants: a diagnostic owns all its text (it outlives the source it is about), and all its text
// is UTF-8 without control characters, whatever the source was; at most MW_DIAGS_MAX are kept, the
// rest only counted, and an error takes a warning's room. Every function that takes an mw_diags
// accepts NULL.
#pragma once
#include "base/arena.h"
#include "base/diag_codes.h"
#include "base/str.h"
#include <mapwright/status.h>
#include <jansson.h>
#include <stdio.h>

enum { MW_DIAGS_MAX = 100, MW_EDITS_MAX = 2 };

typedef enum mw_diag_code {
#define MW_DIAG_ENUM(number, name, text) MW_##name = number,
    MW_DIAG_LIST(MW_DIAG_ENUM)
#undef MW_DIAG_ENUM
} mw_diag_code;

typedef enum mw_severity { MW_ERROR, MW_WARNING } mw_severity;

/** A text that is being read. Borrowed: the owner keeps name and text alive while it is used. */
typedef struct mw_source {
    const char *name; ///< for messages: the file's path, or "<stdin>"
    const char *text; ///< need not end with '\0'
    size_t len;
} mw_source;

/** Bytes [start, end) of a source. */
typedef struct mw_span {
    uint32_t start, end;
} mw_span;

/** Part of a hint that a program can apply: the text from one place up to another is replaced. */
typedef struct mw_text_edit {
    uint32_t line, column; ///< from 1; columns in code points
    uint32_t end_line,
        end_column;   ///< just past the last code point that goes; the same: an insertion
    const char *text; ///< what comes instead; "" removes
} mw_text_edit;

typedef struct mw_diag {
    mw_diag_code code;
    mw_severity severity;
    const char *file;              ///< NULL when it is about no file
    uint32_t line;                 ///< from 1; 0 when there is no place in a text
    uint32_t column;               ///< from 1, in code points
    uint32_t end_line, end_column; ///< just past its last code point
    uint32_t width;                ///< code points that the caret range covers, >= 1, all on `line`
    const char *excerpt; ///< the source line, or what is around the place where it is long; NULL
                         ///< without a place
    uint32_t caret;      ///< code points of the excerpt before the place
    const char *path;    ///< JSON path such as "$.links[2].gbps", or NULL
    const char *message; ///< one sentence, no full stop
    const char *hint;    ///< what to do, or NULL
    uint32_t edit_count; ///< 0: the hint is for people; else all of them together apply it
    mw_text_edit edits[MW_EDITS_MAX];
} mw_diag;

/** The line, from 1, of a byte of a source. O(at). */
uint32_t mw_source_line(const mw_source *source, size_t at);

typedef struct mw_diags mw_diags;

mw_diags *mw_diags_new(void); ///< NULL: out of memory. Owned by the caller until mw_diags_free().
void mw_diags_free(mw_diags *d);
void mw_diags_reset(mw_diags *d); ///< forgets everything
size_t mw_diags_count(const mw_diags *d);
size_t mw_diags_errors(const mw_diags *d);  ///< how many are errors, dropped ones included
size_t mw_diags_dropped(const mw_diags *d); ///< how many were counted and not kept
const mw_diag *mw_diags_at(const mw_diags *d, size_t i);
const mw_diag *mw_diags_first_error(const mw_diags *d); ///< NULL if there is none

/** Adds one about a place in a source. `hint` may be NULL; both texts are copied. */
void mw_diag_at(mw_diags *d, mw_severity severity, mw_diag_code code, const mw_source *source,
                mw_span span, const char *hint, const char *format, ...)
    __attribute__((format(printf, 7, 8)));
/** Adds one about a file as a whole, or a JSON path in it. `file`, `path` and `hint` may be NULL.
 */
void mw_diag_in(mw_diags *d, mw_severity severity, mw_diag_code code, const char *file,
                const char *path, const char *hint, const char *format, ...)
    __attribute__((format(printf, 7, 8)));
/** Gives the last one that was added an edit (at most MW_EDITS_MAX); if that one was dropped,
 * nothing happens. */
void mw_diag_edit(mw_diags *d, const mw_source *source, mw_span span, const char *text);
/** Adds a copy of one that another list holds. */
void mw_diag_copy(mw_diags *to, const mw_diag *d);
/** Adds copies of all of another list, and counts what that one dropped. */
void mw_diags_append(mw_diags *to, const mw_diags *from);
/** Into the order of their places; those without one come first, equal places keep their order. For
 * a list about one file. */
void mw_diags_sort(mw_diags *d);

/** file:line:col: error MW1203: message / excerpt / caret / hint. */
void mw_diag_format(mw_str *out, const mw_diag *d);
void mw_diags_print(FILE *out, const mw_diags *d); ///< all of them, then how many were dropped
/** {"code","severity","message","file","line","column","end_line","end_column","width","path","hint",
 * "edits":[{"line","column","end_line","end_column","text"}]}; absent parts are null, "edits" is
 * there only where the hint can be applied. The caller owns it. */
json_t *mw_diag_json(const mw_diag *d);
/** Adds all of them to an array, and at its end {"severity":"note","message":"and N more"} if some
 * were dropped. False: out of memory. */
bool mw_diags_add_json(json_t *array, const mw_diags *d);
/** The row's text in diag_codes.h; NULL for a number that is no code. */
const char *mw_diag_meaning(int code);
