// src/guide/mend.c: a mapper's text with a diagnostic's remedy applied.
#include "guide/parts.h"
#include <string.h>

/** The byte at a line and column (code points, from 1); at most the line's end. SIZE_MAX: there is
 * no such line. */
static size_t byte_at(const char *text, uint32_t line, uint32_t column) {
    const char *at = text;
    for (uint32_t l = 1; l < line; l++) {
        at = strchr(at, '\n');
        if (!at)
            return SIZE_MAX;
        at++;
    }
    for (uint32_t c = 1; c < column && *at && *at != '\n'; c++)
        do
            at++;
        while (((unsigned char)*at & 0xC0) == 0x80);
    return (size_t)(at - text);
}

typedef struct change {
    size_t from, to;
    const char *text;
} change;

/** False: the text has no such place. */
static bool locate(const char *text, const mw_text_edit *e, change *out) {
    out->from = byte_at(text, e->line, e->column);
    out->to = byte_at(text, e->end_line, e->end_column);
    out->text = e->text;
    return out->from != SIZE_MAX && out->to != SIZE_MAX && out->to >= out->from;
}

char *mw_apply_edits(const char *text, const mw_diag *d) {
    change changes[MW_EDITS_MAX];
    uint32_t count = 0;
    for (; count < d->edit_count; count++) { // into the order of their places
        change new;
        if (!locate(text, &d->edits[count], &new))
            return NULL;
        uint32_t at = count;
        for (; at > 0 && changes[at - 1].from > new.from; at--)
            changes[at] = changes[at - 1];
        changes[at] = new;
    }
    mw_str out = {0};
    size_t done = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (changes[i].from < done) { // they overlap
            mw_str_clear(&out);
            return NULL;
        }
        mw_str_add_bytes(&out, text + done, changes[i].from - done);
        mw_str_add(&out, changes[i].text);
        done = changes[i].to;
    }
    if (count == 0)
        return NULL;
    mw_str_add(&out, text + done);
    return mw_str_detach(&out);
}

/** One index of a place, without the blanks around it; a literal, an unpacked tuple and `*` stay as
 * they are. */
static void add_index(mw_str *out, const char *text, size_t len, const char *space,
                      size_t space_len, unsigned dim) {
    while (len > 0 && (*text == ' ' || *text == '\n' || *text == '\t')) {
        text++;
        len--;
    }
    while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == '\n' || text[len - 1] == '\t'))
        len--;
    bool literal = strspn(text, "0123456789") >= len;
    bool plain = true; // a name, its member or element: needs no parentheses
    for (size_t i = 0; i < len; i++)
        plain = plain && !strchr("+-*/%?:<>=&| ", text[i]);
    mw_str_add(out, dim ? ", " : "");
    mw_str_add(out, plain || literal ? "" : "(");
    mw_str_add_bytes(out, text, len);
    mw_str_add(out, plain || literal ? "" : ")");
    if (literal && len > 0)
        return;
    mw_str_add(out, " % ");
    mw_str_add_bytes(out, space, space_len);
    mw_str_printf(out, ".size[%u]", dim);
}

/** "m[a, b]" -> "m[a % m.size[0], b % m.size[1]]". False: it is nothing so plain. */
static bool rewrite(mw_str *out, const char *place, size_t len) {
    const char *open = memchr(place, '[', len);
    if (!open || open == place || place[len - 1] != ']')
        return false;
    size_t space_len = (size_t)(open - place), from = space_len + 1;
    for (size_t i = 0; i < space_len; i++)
        if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789", place[i]))
            return false;
    mw_str_add_bytes(out, place, from);
    unsigned depth = 0, dim = 0;
    for (size_t i = from; i < len; i++) {
        char c = place[i];
        bool ends = depth == 0 && (c == ',' || (c == ']' && i + 1 == len));
        if (ends) {
            size_t first = from + strspn(place + from, " \t\n");
            if (place[first] == '*') // an unpacked tuple, or any processor
                return false;
            add_index(out, place + from, i - from, place, space_len, dim++);
            from = i + 1;
        } else if (c == '(' || c == '[') {
            depth++;
        } else if (c == ')' || c == ']') {
            if (depth == 0)
                return false;
            depth--;
        }
    }
    mw_str_add_char(out, ']');
    return from == len;
}

char *mw_keep_inside(const char *text, const mw_diag *d) {
    if (d->line == 0)
        return NULL;
    size_t from = byte_at(text, d->line, d->column), to = byte_at(text, d->end_line, d->end_column);
    mw_str out = {0};
    if (from == SIZE_MAX || to == SIZE_MAX || to <= from)
        return NULL;
    mw_str_add_bytes(&out, text, from);
    if (!rewrite(&out, text + from, to - from)) {
        mw_str_clear(&out);
        return NULL;
    }
    mw_str_add(&out, text + to);
    return mw_str_detach(&out);
}
