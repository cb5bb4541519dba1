// src/base/diag.c: keeping, placing and printing diagnostics.
#include "base/diag.h"
#include "base/vec.h"
#include <string.h>

enum { EXCERPT_MAX_BYTES = 400 }; // a longer source line is cut: a diagnostic is for reading

struct mw_diags {
    mw_arena *arena;
    MW_VEC(mw_diag) list;
    size_t errors, dropped;
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
}

size_t mw_diags_count(const mw_diags *d) {
    return d ? d->list.count : 0;
}
size_t mw_diags_errors(const mw_diags *d) {
    return d ? d->errors : 0;
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

static bool starts_code_point(char c) {
    return ((unsigned char)c & 0xC0) != 0x80;
}

static uint32_t code_points(const char *text, size_t len) {
    uint32_t n = 0;
    for (size_t i = 0; i < len; i++)
        n += starts_code_point(text[i]);
    return n;
}

/** Line, column, excerpt and width of a span; a span over several lines is cut at the first one's
 * end. */
static void place(mw_arena *arena, const mw_source *source, mw_span span, mw_diag *out) {
    size_t start = span.start < source->len ? span.start : source->len;
    size_t line_start = start;
    while (line_start > 0 && source->text[line_start - 1] != '\n')
        line_start--;
    size_t line_end = start;
    while (line_end < source->len && source->text[line_end] != '\n' &&
           line_end - line_start < EXCERPT_MAX_BYTES)
        line_end++;
    while (line_end > line_start && line_end < source->len &&
           !starts_code_point(source->text[line_end])) // never cut inside a code point
        line_end--;
    size_t end = span.end < line_end ? span.end : line_end;
    out->line = 1;
    for (size_t i = 0; i < line_start; i++)
        out->line += source->text[i] == '\n';
    out->column = code_points(source->text + line_start, start - line_start) + 1;
    out->width = end > start ? code_points(source->text + start, end - start) : 1;
    if (line_end < start)
        return; // the place is beyond what an excerpt shows
    char *excerpt = mw_arena_strndup(arena, source->text + line_start, line_end - line_start);
    for (char *c = excerpt; c && c < excerpt + (line_end - line_start); c++)
        if (((unsigned char)*c < ' ' && *c != '\t') ||
            *c == 0x7F) // hostile bytes never reach a terminal
            *c = '?';
    out->excerpt = excerpt;
}

static void add(mw_diags *d, mw_diag one, const char *hint, const char *format, va_list args) {
    d->errors += one.severity == MW_ERROR;
    if (d->list.count >= MW_DIAGS_MAX) {
        d->dropped++;
        return;
    }
    one.message = mw_arena_vprintf(d->arena, format, args);
    one.hint = hint ? mw_arena_strdup(d->arena, hint) : NULL;
    if (!one.message)
        one.message = "out of memory while describing an error";
    if (!MW_PUSH(&d->list, one))
        d->dropped++;
}

void mw_diag_at(mw_diags *d, mw_severity severity, mw_diag_code code, const mw_source *source,
                mw_span span, const char *hint, const char *format, ...) {
    if (!d)
        return;
    mw_diag one = {.code = code, .severity = severity};
    if (d->list.count < MW_DIAGS_MAX) {
        one.file = mw_arena_strdup(d->arena, source->name);
        place(d->arena, source, span, &one);
    }
    va_list args;
    va_start(args, format);
    add(d, one, hint, format, args);
    va_end(args);
}

void mw_diag_in(mw_diags *d, mw_severity severity, mw_diag_code code, const char *file,
                const char *path, const char *hint, const char *format, ...) {
    if (!d)
        return;
    mw_diag one = {.code = code, .severity = severity};
    one.file = file ? mw_arena_strdup(d->arena, file) : NULL;
    one.path = path ? mw_arena_strdup(d->arena, path) : NULL;
    va_list args;
    va_start(args, format);
    add(d, one, hint, format, args);
    va_end(args);
}

static const char *copy(mw_arena *arena, const char *text) {
    return text ? mw_arena_strdup(arena, text) : NULL;
}

void mw_diag_copy(mw_diags *to, const mw_diag *d) {
    if (!to)
        return;
    to->errors += d->severity == MW_ERROR;
    mw_diag one = *d;
    if (to->list.count >= MW_DIAGS_MAX) {
        to->dropped++;
        return;
    }
    one.file = copy(to->arena, d->file);
    one.excerpt = copy(to->arena, d->excerpt);
    one.path = copy(to->arena, d->path);
    one.message = copy(to->arena, d->message);
    one.hint = copy(to->arena, d->hint);
    if (!one.message || !MW_PUSH(&to->list, one))
        to->dropped++;
}

static void format_caret(mw_str *out, const mw_diag *d) {
    mw_str_printf(out, "    %s\n    ", d->excerpt);
    uint32_t column = 1;
    for (const char *c = d->excerpt; *c && column < d->column; c++) { // tabs stay tabs
        if (starts_code_point(*c)) {
            mw_str_add_char(out, *c == '\t' ? '\t' : ' ');
            column++;
        }
    }
    mw_str_add_char(out, '^');
    for (uint32_t i = 1; i < d->width; i++)
        mw_str_add_char(out, '~');
    mw_str_add_char(out, '\n');
}

void mw_diag_format(mw_str *out, const mw_diag *d) {
    if (d->file)
        mw_str_printf(out, "%s:", d->file);
    if (d->line)
        mw_str_printf(out, "%u:%u:", d->line, d->column);
    if (d->path)
        mw_str_printf(out, "%s%s:", d->file ? " " : "", d->path);
    mw_str_printf(out, "%s%s MW%d: %s\n", out->len && (d->file || d->path) ? " " : "",
                  d->severity == MW_ERROR ? "error" : "warning", d->code, d->message);
    if (d->excerpt)
        format_caret(out, d);
    if (d->hint)
        mw_str_printf(out, "  hint: %s\n", d->hint);
}

void mw_diags_print(FILE *out, const mw_diags *d) {
    for (size_t i = 0; i < mw_diags_count(d); i++) {
        mw_str text = {0};
        mw_diag_format(&text, mw_diags_at(d, i));
        fputs(mw_str_text(&text), out);
        mw_str_clear(&text);
    }
    if (d && d->dropped)
        fprintf(out, "and %zu more\n", d->dropped);
}

json_t *mw_diag_json(const mw_diag *d) {
    char code[16];
    snprintf(code, sizeof code, "MW%d", d->code);
    json_t *j = json_pack("{s:s, s:s, s:s}", "code", code, "severity",
                          d->severity == MW_ERROR ? "error" : "warning", "message", d->message);
    if (!j) // a message that is not UTF-8: say the rest
        j = json_pack("{s:s, s:s, s:s}", "code", code, "severity",
                      d->severity == MW_ERROR ? "error" : "warning", "message",
                      mw_diag_meaning((int)d->code));
    json_object_set_new(j, "file", d->file ? json_string(d->file) : json_null());
    json_object_set_new(j, "line", d->line ? json_integer(d->line) : json_null());
    json_object_set_new(j, "column", d->line ? json_integer(d->column) : json_null());
    json_object_set_new(j, "width", d->line ? json_integer(d->width) : json_null());
    json_object_set_new(j, "path", d->path ? json_string(d->path) : json_null());
    json_object_set_new(j, "hint", d->hint ? json_string(d->hint) : json_null());
    return j;
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
