// src/report/text.c: text for a terminal: widths, cuts, bars, colours.
#include "report/text.h"
#include "base/arena.h"
#include <string.h>

enum { NOT_UTF8 = 0xFFFD };

size_t mw_text_next(const char *text, unsigned *point) {
    const unsigned char *s = (const unsigned char *)text;
    static const unsigned LOWEST[] = {0, 0x80, 0x800, 0x10000};
    size_t more = s[0] < 0x80             ? 0
                  : (s[0] & 0xE0) == 0xC0 ? 1
                  : (s[0] & 0xF0) == 0xE0 ? 2
                  : (s[0] & 0xF8) == 0xF0 ? 3
                                          : SIZE_MAX;
    *point = NOT_UTF8;
    if (more == SIZE_MAX)
        return 1;
    unsigned value = more == 0 ? s[0] : s[0] & (0x3Fu >> more);
    for (size_t i = 1; i <= more; i++) {
        if ((s[i] & 0xC0) != 0x80) // the ending '\0' too: never read beyond it
            return 1;
        value = value << 6 | (s[i] & 0x3Fu);
    }
    if (value < LOWEST[more] || value > 0x10FFFF || (value >= 0xD800 && value < 0xE000))
        return 1;
    *point = value;
    return more + 1;
}

typedef struct range {
    unsigned first, last;
} range;

static bool within(const range *ranges, size_t count, unsigned point) {
    for (size_t i = 0; i < count; i++)
        if (point >= ranges[i].first && point <= ranges[i].last)
            return true;
    return false;
}

/** The blocks that matter (Unicode Standard Annex 11, "East Asian Width"); not the C library's
 * wcwidth(), because that depends on the locale. */
static int point_width(unsigned point) {
    static const range NONE[] = {{0x300, 0x36F},   {0x483, 0x489},    {0x591, 0x5BD},
                                 {0x610, 0x61A},   {0x64B, 0x65F},    {0x1AB0, 0x1AFF},
                                 {0x1DC0, 0x1DFF}, {0x20D0, 0x20FF},  {0xFE00, 0xFE0F},
                                 {0xFE20, 0xFE2F}, {0xE0100, 0xE01EF}};
    static const range WIDE[] = {{0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3041, 0xA4CF},
                                 {0xA960, 0xA97F},   {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},
                                 {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},
                                 {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF},
                                 {0x20000, 0x3FFFD}};
    if (point < 0x300)
        return 1;
    if (within(NONE, MW_COUNT(NONE), point))
        return 0;
    return within(WIDE, MW_COUNT(WIDE), point) ? 2 : 1;
}

/** Shown as '?': what would steer the terminal (C0, DEL, C1, bidirectional controls, line
 * separators), and what is not text. */
static bool hostile(unsigned point) {
    return point < 0x20 || (point >= 0x7F && point < 0xA0) || point == NOT_UTF8 ||
           (point >= 0x200B && point <= 0x200F) || (point >= 0x2028 && point <= 0x202E) ||
           (point >= 0x2066 && point <= 0x2069) || point == 0xFEFF;
}

int mw_text_width(const char *text) {
    int width = 0;
    for (unsigned point; *text;) {
        text += mw_text_next(text, &point);
        width += hostile(point) ? 1 : point_width(point);
    }
    return width;
}

/** Width without UTF-8: one '?' a character, marks included. */
static int plain_width(const char *text) {
    int width = 0;
    for (unsigned point; *text; width++)
        text += mw_text_next(text, &point);
    return width;
}

int mw_text_clip(mw_str *out, const char *text, int columns, bool utf8) {
    int whole = utf8 ? mw_text_width(text) : plain_width(text);
    const char *mark = whole <= columns ? "" : utf8 ? "…" : columns >= 2 ? ".." : "";
    int room = columns - (whole <= columns ? 0 : utf8 ? 1 : (int)strlen(mark)), taken = 0;
    if (columns <= 0)
        return 0;
    while (*text) {
        unsigned point;
        size_t bytes = mw_text_next(text, &point);
        bool unsafe = hostile(point) || (!utf8 && point >= 0x80);
        int width = unsafe || !utf8 ? 1 : point_width(point);
        if (taken + width > room)
            break;
        if (unsafe)
            mw_str_add_char(out, '?');
        else
            mw_str_add_bytes(out, text, bytes);
        taken += width;
        text += bytes;
    }
    mw_str_add(out, mark);
    return taken + (*mark ? (utf8 ? 1 : 2) : 0);
}

void mw_text_repeat(mw_str *out, const char *piece, int times) {
    for (int i = 0; i < times; i++)
        mw_str_add(out, piece);
}

void mw_text_pad(mw_str *out, int columns) {
    mw_text_repeat(out, " ", columns);
}

void mw_text_wrap(mw_str *out, const char *text, int at, int indent, int width, bool utf8) {
    char word[256];
    bool first = true;
    while (*text) {
        size_t length = strcspn(text, " \n");
        size_t kept = length < sizeof word ? length : sizeof word - 1;
        memcpy(word, text, kept);
        word[kept] = '\0';
        int columns = utf8 ? mw_text_width(word) : plain_width(word);
        columns = columns < width - indent ? columns : width - indent;
        if (kept > 0) {
            if (!first && at + 1 + columns > width) {
                mw_str_add_char(out, '\n');
                mw_text_pad(out, indent);
                at = indent;
            } else if (!first) {
                mw_str_add_char(out, ' ');
                at++;
            }
            at += mw_text_clip(out, word, columns, utf8);
            first = false;
        }
        text += length;
        text += *text != '\0';
    }
    mw_str_add_char(out, '\n');
}

void mw_text_field(mw_str *out, const char *name, const char *text, const mw_look *look) {
    enum { NAME = 10 };
    mw_str_printf(out, "%-*s", NAME, name);
    mw_text_clip(out, text, look->width > 2 * NAME ? look->width - NAME : NAME, look->utf8);
    mw_str_add_char(out, '\n');
}

void mw_text_bar(mw_str *out, double part, int columns, bool utf8) {
    static const char *const EIGHTHS[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    if (!(part > 0)) // not a number is nothing
        part = 0;
    if (part > 1)
        part = 1;
    int eighths = (int)(part * columns * 8 + 0.5);
    if (!utf8) {
        int marks = (eighths + 4) / 8;
        mw_text_repeat(out, "#", marks);
        mw_text_pad(out, columns - marks);
        return;
    }
    mw_text_repeat(out, "█", eighths / 8);
    mw_str_add(out, EIGHTHS[eighths % 8]);
    mw_text_pad(out, columns - eighths / 8 - (eighths % 8 != 0));
}

void mw_text_color(mw_str *out, int index, bool color) {
    // of the 256-colour cube, readable on black and on white
    static const int CUBE[] = {33, 208, 35, 160, 135, 136, 44, 198, 106, 69, 173, 245};
    if (!color)
        return;
    if (index < 0)
        mw_str_add(out, "\033[0m");
    else
        mw_str_printf(out, "\033[38;5;%dm", CUBE[(size_t)index % MW_COUNT(CUBE)]);
}

void mw_text_bold(mw_str *out, bool on, bool color) {
    if (color)
        mw_str_add(out, on ? "\033[1m" : "\033[0m");
}

void mw_text_dim(mw_str *out, bool on, bool color) {
    if (color)
        mw_str_add(out, on ? "\033[2m" : "\033[0m");
}
