// tests/support/golden.c: taking expectations out of a mapper, and putting diagnostics into one.
#include "support/golden.h"
#include <ctype.h>
#include <string.h>

static const char *line_end(const char *at, const char *end) {
    const char *newline = memchr(at, '\n', (size_t)(end - at));
    return newline ? newline + 1 : end;
}

/** `#   ^~~ MW1203 …`, `#< warning MW1501 …`, `# MW1106 …` */
static bool is_expectation(const char *at, const char *end) {
    if (*at != '#')
        return false;
    for (at++; at < end && *at == ' '; at++)
        ;
    if (at < end && (*at == '^' || *at == '<'))
        for (at++; at < end && *at == '~'; at++)
            ;
    for (; at < end && *at == ' '; at++)
        ;
    if ((size_t)(end - at) > 8 && memcmp(at, "warning ", 8) == 0)
        at += 8;
    return end - at > 6 && memcmp(at, "MW", 2) == 0 && isdigit((unsigned char)at[2]) &&
           isdigit((unsigned char)at[5]);
}

static bool is_more(const char *at, const char *end) {
    if (*at != '#')
        return false;
    for (at++; at < end && *at == ' '; at++)
        ;
    return end - at > 5 && (memcmp(at, "hint:", 5) == 0 || memcmp(at, "edit:", 5) == 0);
}

bool golden_strip(const char *text, size_t len, mw_str *out) {
    bool expectation = false;
    for (const char *at = text, *end = text + len; at < end;) {
        const char *next = line_end(at, end);
        expectation = is_expectation(at, next) || (expectation && is_more(at, next));
        if (!expectation)
            mw_str_add_bytes(out, at, (size_t)(next - at));
        at = next;
    }
    return !out->failed;
}

static void add_edit(mw_str *out, const char *indent, const mw_text_edit *e) {
    mw_str_printf(out, "#%sedit: %u:%u", indent, e->line, e->column);
    if (e->end_line != e->line || e->end_column != e->column)
        mw_str_printf(out, " to %u:%u", e->end_line, e->end_column);
    mw_str_add(out, " \"");
    for (const char *c = e->text; *c; c++)
        if (*c == '\n')
            mw_str_add(out, "\\n");
        else
            mw_str_add_char(out, *c);
    mw_str_add(out, "\"\n");
}

static void annotate_one(mw_str *out, const mw_diag *d) {
    char indent[201];
    size_t blanks = d->column > 2 ? d->column - 2 : 0;
    blanks = blanks < sizeof indent - 1 ? blanks : sizeof indent - 1;
    memset(indent, ' ', blanks);
    indent[blanks] = '\0';
    mw_str_printf(out, "#%s%s", indent, !d->line ? " " : d->column > 1 ? "^" : "<");
    for (uint32_t i = 1; d->line && i < d->width; i++)
        mw_str_add_char(out, '~');
    mw_str_printf(out, "%s%sMW%d %s\n", d->line ? " " : "",
                  d->severity == MW_WARNING ? "warning " : "", d->code, d->message);
    const char *more = blanks ? indent : " ";
    if (d->hint)
        mw_str_printf(out, "#%shint: %s\n", more, d->hint);
    for (uint32_t i = 0; i < d->edit_count; i++)
        add_edit(out, more, &d->edits[i]);
}

void golden_annotate(const char *text, size_t len, const mw_diags *diags, mw_str *out) {
    uint32_t line = 1;
    size_t next = 0;
    for (; next < mw_diags_count(diags) && !mw_diags_at(diags, next)->line; next++)
        annotate_one(out, mw_diags_at(diags, next));
    for (const char *at = text, *end = text + len; at < end; line++) {
        const char *after = line_end(at, end);
        mw_str_add_bytes(out, at, (size_t)(after - at));
        for (; next < mw_diags_count(diags) && mw_diags_at(diags, next)->line <= line; next++)
            annotate_one(out, mw_diags_at(diags, next));
        at = after;
    }
    for (; next < mw_diags_count(diags); next++) // at the end of the text
        annotate_one(out, mw_diags_at(diags, next));
    if (mw_diags_dropped(diags))
        mw_str_printf(out, "# MW0000 and %zu more\n", mw_diags_dropped(diags));
}

/** The byte of a line and column, in code points from 1. */
static bool find_place(const char *text, size_t len, uint32_t line, uint32_t column, size_t *out) {
    size_t at = 0;
    for (; line > 1; line--) {
        const char *newline = memchr(text + at, '\n', len - at);
        if (!newline)
            return false;
        at = (size_t)(newline - text) + 1;
    }
    for (; column > 1; column--) {
        if (at >= len)
            return false;
        for (at++; at < len && ((unsigned char)text[at] & 0xC0) == 0x80; at++)
            ;
    }
    *out = at;
    return true;
}

bool golden_apply(const char *text, size_t len, const mw_diag *d, mw_str *out) {
    size_t done = 0;
    for (uint32_t i = 0; i < d->edit_count; i++) { // they are in the order of the text
        const mw_text_edit *e = &d->edits[i];
        size_t from, to;
        if (!find_place(text, len, e->line, e->column, &from) ||
            !find_place(text, len, e->end_line, e->end_column, &to) || from < done || to < from)
            return false;
        mw_str_add_bytes(out, text + done, from - done);
        mw_str_add(out, e->text);
        done = to;
    }
    mw_str_add_bytes(out, text + done, len - done);
    return !out->failed;
}
