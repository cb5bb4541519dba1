// src/base/diag.c: keeping diagnostics: a bounded list that owns all its text.
#include "base/diag.h"
#include "base/diag_place.h"
#include "base/vec.h"
#include <string.h>

enum { EDIT_BYTES_MAX = 4096 }; // a longer one is no help to anybody

struct mw_diags {
    mw_arena *arena;
    MW_VEC(mw_diag) list;
    size_t errors, dropped;
    bool last_kept; ///< what mw_diag_edit() is about is the last of the list
};

mw_diags *mw_diags_new(void) {
    mw_diags *d = calloc(1, sizeof *d);
    if (d && !(d->arena = mw_arena_new())) {
        free(d);
        d = NULL;
    }
    return d;
}

void mw_diags_free(mw_diags *d) {
    if (!d)
        return;
    MW_VEC_CLEAR(&d->list);
    mw_arena_free(d->arena);
    free(d);
}

void mw_diags_reset(mw_diags *d) {
    mw_arena *fresh = d ? mw_arena_new() : NULL;
    if (!fresh)
        return;
    mw_arena_free(d->arena);
    d->arena = fresh;
    d->list.count = d->errors = d->dropped = 0;
    d->last_kept = false;
}

size_t mw_diags_count(const mw_diags *d) {
    return d ? d->list.count : 0;
}
size_t mw_diags_errors(const mw_diags *d) {
    return d ? d->errors : 0;
}
size_t mw_diags_dropped(const mw_diags *d) {
    return d ? d->dropped : 0;
}
const mw_diag *mw_diags_at(const mw_diags *d, size_t i) {
    return &d->list.items[i];
}

const mw_diag *mw_diags_first_error(const mw_diags *d) {
    for (size_t i = 0; i < mw_diags_count(d); i++)
        if (d->list.items[i].severity == MW_ERROR)
            return &d->list.items[i];
    return NULL;
}

/** Counts one more. False: there is no room for it, and it is dropped; an error takes the room of
 * the last warning. */
static bool make_room(mw_diags *d, mw_severity severity) {
    d->errors += severity == MW_ERROR;
    d->last_kept = false;
    if (d->list.count < MW_DIAGS_MAX)
        return true;
    d->dropped++;
    for (size_t i = d->list.count; severity == MW_ERROR && i-- > 0;) {
        if (d->list.items[i].severity != MW_WARNING)
            continue;
        memmove(&d->list.items[i], &d->list.items[i + 1],
                (--d->list.count - i) * sizeof *d->list.items);
        return true;
    }
    return false;
}

static void keep(mw_diags *d, mw_diag one) {
    if (!one.message)
        one.message = "out of memory while describing an error";
    d->last_kept = MW_PUSH(&d->list, one);
    d->dropped += !d->last_kept;
}

static const char *copy(mw_arena *arena, const char *text) {
    return text ? mw_diag_clean(mw_arena_strdup(arena, text)) : NULL;
}

void mw_diag_at(mw_diags *d, mw_severity severity, mw_diag_code code, const mw_source *source,
                mw_span span, const char *hint, const char *format, ...) {
    if (!d || !make_room(d, severity))
        return;
    mw_diag one = {.code = code, .severity = severity};
    one.file = copy(d->arena, source->name);
    one.hint = copy(d->arena, hint);
    mw_diag_place(d->arena, source, span, &one);
    va_list args;
    va_start(args, format);
    one.message = mw_diag_clean(mw_arena_vprintf(d->arena, format, args));
    va_end(args);
    keep(d, one);
}

void mw_diag_in(mw_diags *d, mw_severity severity, mw_diag_code code, const char *file,
                const char *path, const char *hint, const char *format, ...) {
    if (!d || !make_room(d, severity))
        return;
    mw_diag one = {.code = code, .severity = severity};
    one.file = copy(d->arena, file);
    one.path = copy(d->arena, path);
    one.hint = copy(d->arena, hint);
    va_list args;
    va_start(args, format);
    one.message = mw_diag_clean(mw_arena_vprintf(d->arena, format, args));
    va_end(args);
    keep(d, one);
}

void mw_diag_edit(mw_diags *d, const mw_source *source, mw_span span, const char *text) {
    mw_diag *last = d && d->last_kept ? &d->list.items[d->list.count - 1] : NULL;
    if (!last || last->edit_count == MW_EDITS_MAX || !text || strlen(text) > EDIT_BYTES_MAX)
        return;
    mw_text_edit *edit = &last->edits[last->edit_count];
    mw_diag_place_edit(d->arena, source, span, text, edit);
    last->edit_count += edit->text != NULL;
}

void mw_diag_copy(mw_diags *to, const mw_diag *d) {
    if (!to || !make_room(to, d->severity))
        return;
    mw_diag one = *d;
    one.file = copy(to->arena, d->file);
    one.excerpt = copy(to->arena, d->excerpt);
    one.path = copy(to->arena, d->path);
    one.message = copy(to->arena, d->message);
    one.hint = copy(to->arena, d->hint);
    for (uint32_t i = 0; i < one.edit_count; i++) {
        one.edits[i].text = copy(to->arena, d->edits[i].text);
        if (!one.edits[i].text)
            one.edit_count = i;
    }
    keep(to, one);
}

void mw_diags_append(mw_diags *to, const mw_diags *from) {
    size_t errors = 0;
    for (size_t i = 0; i < mw_diags_count(from); i++) {
        errors += mw_diags_at(from, i)->severity == MW_ERROR;
        mw_diag_copy(to, mw_diags_at(from, i));
    }
    if (!to)
        return;
    to->dropped += mw_diags_dropped(from);
    to->errors += mw_diags_errors(from) - errors;
}

static bool comes_before(const mw_diag *a, const mw_diag *b) {
    return a->line != b->line ? a->line < b->line : a->column < b->column;
}

void mw_diags_sort(mw_diags *d) {
    for (size_t i = 1; i < mw_diags_count(d); i++) { // few of them, and nearly in order
        mw_diag one = d->list.items[i];
        size_t at = i;
        for (; at > 0 && comes_before(&one, &d->list.items[at - 1]); at--)
            d->list.items[at] = d->list.items[at - 1];
        d->list.items[at] = one;
    }
    if (d)
        d->last_kept = false;
}

const char *mw_diag_meaning(int code) {
    switch (code) {
#define MW_DIAG_CASE(number, name, text)                                                           \
    case number: return text;
        MW_DIAG_LIST(MW_DIAG_CASE)
#undef MW_DIAG_CASE
    default: return NULL;
    }
}
