// src/base/diag_place.c: places and excerpts. Every byte that is part of no UTF-8 sequence counts
// as a character of its own, so that columns exist in any text.
#include "base/diag_place.h"
#include <string.h>

enum {
    EXCERPT_COLUMNS =
        120,             // of a line that is shown; a longer one is cut to what is around the place
    EXCERPT_BEFORE = 60, // of them, how many stand before the place
    TAB = '\t',
};

/** Reads one character of at least one byte. @return its length; *code is its code point, or
 * UINT32_MAX for a byte that is no UTF-8 (RFC 3629: no overlong forms, no surrogates). */
static size_t read_character(const unsigned char *text, size_t len, uint32_t *code) {
    static const uint32_t SMALLEST[] = {0, 0, 0x80, 0x800, 0x10000};
    unsigned char c = text[0];
    size_t size = c < 0x80 ? 1 : (c & 0xE0) == 0xC0 ? 2 : (c & 0xF0) == 0xE0 ? 3 : 4;
    *code = UINT32_MAX;
    if (size == 1) {
        *code = c;
        return 1;
    }
    if ((size == 4 && (c & 0xF8) != 0xF0) || size > len)
        return 1;
    uint32_t value = c & (0xFFu >> (size + 1));
    for (size_t i = 1; i < size; i++) {
        if ((text[i] & 0xC0) != 0x80)
            return 1;
        value = value << 6 | (text[i] & 0x3F);
    }
    if (value < SMALLEST[size] || value > 0x10FFFF || (value >= 0xD800 && value < 0xE000))
        return 1;
    *code = value;
    return size;
}

/** Not a control character, and nothing that reorders or hides the text around it. */
static bool is_shown(uint32_t code) {
    if (code < ' ' || (code >= 0x7F && code < 0xA0) || code == UINT32_MAX)
        return false;
    return !(code >= 0x200B && code <= 0x200F) && !(code >= 0x2028 && code <= 0x202E) &&
           !(code >= 0x2060 && code <= 0x206F) && code != 0xFEFF;
}

static uint32_t count_characters(const char *text, size_t len) {
    uint32_t n = 0, code;
    for (size_t i = 0; i < len; n++)
        i += read_character((const unsigned char *)text + i, len - i, &code);
    return n;
}

/** Adds characters as they may be shown; one each. */
static void add_shown(mw_str *out, const char *text, size_t len) {
    for (size_t i = 0; i < len;) {
        uint32_t code;
        size_t size = read_character((const unsigned char *)text + i, len - i, &code);
        if (is_shown(code) || code == TAB)
            mw_str_add_bytes(out, text + i, size);
        else
            mw_str_add_char(out, '?');
        i += size;
    }
}

char *mw_diag_clean(char *text) {
    size_t len = text ? strlen(text) : 0, to = 0;
    for (size_t i = 0; i < len;) {
        uint32_t code;
        size_t size = read_character((unsigned char *)text + i, len - i, &code);
        if (is_shown(code) || code == TAB || code == '\n') {
            memmove(text + to, text + i, size);
            to += size;
        } else {
            text[to++] = '?';
        }
        i += size;
    }
    if (text)
        text[to] = '\0';
    return text;
}

/** The line that holds byte `at`: [*start, *end). */
static void find_line(const mw_source *source, size_t at, size_t *start, size_t *end) {
    const char *text = source->text;
    const char *before = at > 0 ? memrchr(text, '\n', at) : NULL;
    const char *after = at < source->len ? memchr(text + at, '\n', source->len - at) : NULL;
    *start = before ? (size_t)(before - text) + 1 : 0;
    *end = after ? (size_t)(after - text) : source->len;
}

uint32_t mw_source_line(const mw_source *source, size_t at) {
    uint32_t line = 1;
    for (const char *c = source->text, *end = c + at; (c = memchr(c, '\n', (size_t)(end - c))); c++)
        line++;
    return line;
}

static void locate(const mw_source *source, size_t at, uint32_t *line, uint32_t *column) {
    size_t start, end;
    at = at < source->len ? at : source->len;
    find_line(source, at, &start, &end);
    *line = mw_source_line(source, start);
    *column = count_characters(source->text + start, at - start) + 1;
}

/** Steps back over at most `most` bytes of [start, at) to where a character begins. */
static size_t step_back(const char *text, size_t start, size_t at, size_t most) {
    size_t to = at - start > most ? at - most : start;
    for (int i = 0; i < 3 && to > start && to < at && ((unsigned char)text[to] & 0xC0) == 0x80; i++)
        to++;
    return to;
}

/** The part of a line around a place, with "…" where something was left out. */
static void make_excerpt(mw_arena *arena, const mw_source *source, size_t line_start,
                         size_t line_end, size_t at, mw_diag *out) {
    const char *text = source->text;
    size_t from = line_start, to = line_end;
    if (to > from && text[to - 1] == '\r' && to - 1 >= at)
        to--;
    bool long_line = to - from > EXCERPT_COLUMNS;
    if (long_line)
        from = step_back(text, from, at, EXCERPT_BEFORE);
    if (long_line && to - from > EXCERPT_COLUMNS) {
        to = from + EXCERPT_COLUMNS;
        for (int i = 0; i < 3 && to > at && ((unsigned char)text[to] & 0xC0) == 0x80; i++)
            to--;
    }
    mw_str shown = {0};
    if (from > line_start)
        mw_str_add(&shown, "\xE2\x80\xA6");
    add_shown(&shown, text + from, at - from);
    out->caret = count_characters(mw_str_text(&shown), shown.len);
    add_shown(&shown, text + at, to > at ? to - at : 0);
    if (to < line_end && text[to] != '\r')
        mw_str_add(&shown, "\xE2\x80\xA6");
    uint32_t room = count_characters(mw_str_text(&shown), shown.len) - out->caret;
    out->width = out->width <= room ? out->width : room ? room : 1;
    out->excerpt = shown.failed ? NULL : mw_arena_strdup(arena, mw_str_text(&shown));
    mw_str_clear(&shown);
}

void mw_diag_place(mw_arena *arena, const mw_source *source, mw_span span, mw_diag *out) {
    size_t at = span.start < source->len ? span.start : source->len;
    size_t end = span.end < source->len ? span.end : source->len, line_start, line_end;
    end = end < at ? at : end;
    find_line(source, at, &line_start, &line_end);
    out->line = mw_source_line(source, line_start);
    out->column = count_characters(source->text + line_start, at - line_start) + 1;
    size_t shown_end = end < line_end ? end : line_end;
    out->width = shown_end > at ? count_characters(source->text + at, shown_end - at) : 1;
    if (end <= line_end) {
        out->end_line = out->line;
        out->end_column = out->column + count_characters(source->text + at, end - at);
    } else {
        locate(source, end, &out->end_line, &out->end_column);
    }
    make_excerpt(arena, source, line_start, line_end, at, out);
}

void mw_diag_place_edit(mw_arena *arena, const mw_source *source, mw_span span, const char *text,
                        mw_text_edit *out) {
    locate(source, span.start, &out->line, &out->column);
    locate(source, span.end > span.start ? span.end : span.start, &out->end_line, &out->end_column);
    out->text = mw_diag_clean(mw_arena_strdup(arena, text));
}
