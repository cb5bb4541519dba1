// src/report/markup.c: text and numbers made safe for HTML and SVG.
#include "report/markup.h"
#include "base/arena.h"
#include "report/text.h"
#include "base/units.h"
#include <string.h>

static void add_point(mw_str *out, const char *text, size_t bytes, unsigned point) {
    switch (point) {
    case '&': mw_str_add(out, "&amp;"); return;
    case '<': mw_str_add(out, "&lt;"); return;
    case '>': mw_str_add(out, "&gt;"); return;
    case '"': mw_str_add(out, "&quot;"); return;
    case '\'': mw_str_add(out, "&#39;"); return;
    case '\n':
    case '\t': mw_str_add_char(out, (char)point); return;
    default: break;
    }
    // 0xFFFE and 0xFFFF are no characters; 0x202A… would reorder what surrounds them
    if (point < 0x20 || (point >= 0x7F && point < 0xA0) || point == 0xFFFD || point == 0xFFFE ||
        point == 0xFFFF || (point >= 0x202A && point <= 0x202E) ||
        (point >= 0x2066 && point <= 0x2069))
        mw_str_add(out, "\xEF\xBF\xBD");
    else
        mw_str_add_bytes(out, text, bytes);
}

static void add_text(mw_str *out, const char *text, const char *end) {
    while (text < end && *text) {
        unsigned point;
        size_t bytes = mw_text_next(text, &point);
        add_point(out, text, bytes, point);
        text += bytes;
    }
}

void mw_markup_text(mw_str *out, const char *text) {
    if (text)
        add_text(out, text, text + strlen(text));
}

/** A text of units.h for print: no line break before the unit, the real micro and times signs. */
static void add_unit(mw_str *out, const char *text) {
    for (; *text; text++) {
        if (strcmp(text, "us") == 0)
            mw_str_add(out, "µ");
        else if (*text == ' ')
            mw_str_add(out, "\xC2\xA0");
        else if (strcmp(text, "x") == 0)
            mw_str_add(out, "×");
        else if (*text == '<')
            mw_str_add(out, "&lt;");
        else
            mw_str_add_char(out, *text);
    }
}

void mw_markup_us(mw_str *out, double us) {
    char text[MW_UNIT_TEXT];
    add_unit(out, us < 0 ? "–" : mw_unit_us(text, us));
}

void mw_markup_tick_us(mw_str *out, double us) {
    char text[MW_UNIT_TEXT];
    add_unit(out, mw_unit_us_round(text, us));
}

void mw_markup_bytes(mw_str *out, uint64_t bytes) {
    char text[MW_UNIT_TEXT];
    add_unit(out, mw_unit_bytes(text, bytes));
}

void mw_markup_percent(mw_str *out, double part) {
    char text[MW_UNIT_TEXT];
    add_unit(out, mw_unit_percent(text, part));
}

void mw_markup_speedup(mw_str *out, double times) {
    char text[MW_UNIT_TEXT];
    add_unit(out, times > 0 ? mw_unit_speedup(text, times) : "–");
}

void mw_markup_count(mw_str *out, uint64_t n) {
    char text[MW_UNIT_TEXT];
    add_unit(out, mw_unit_count(text, n));
}

static bool letter(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}

static bool digit(char c) {
    return c >= '0' && c <= '9';
}

/** The class of a word of the language: k a statement or operator word, w a kind, else NULL. */
static const char *word_class(const char *word, size_t length) {
    static const char *const KEYWORDS[] = {"Task",
                                           "Region",
                                           "Layout",
                                           "InstanceLimit",
                                           "CollectMemory",
                                           "IndexTaskMap",
                                           "SingleTaskMap",
                                           "ControlReplicate",
                                           "Priority",
                                           "def",
                                           "return",
                                           "print",
                                           "tuple",
                                           "for",
                                           "in",
                                           "int",
                                           "bool",
                                           "IPoint",
                                           "ISpace",
                                           "MSpace",
                                           "True",
                                           "False",
                                           "Machine"};
    static const char *const KINDS[] = {"CPU",     "GPU",     "OMP",   "IO",    "PY",
                                        "PROC",    "SYSMEM",  "FBMEM", "ZCMEM", "RDMEM",
                                        "SOCKMEM", "VIRTUAL", "SOA",   "AOS",   "C_order",
                                        "F_order", "Compact", "Exact", "Align"};
    for (size_t i = 0; i < MW_COUNT(KEYWORDS); i++)
        if (strlen(KEYWORDS[i]) == length && memcmp(KEYWORDS[i], word, length) == 0)
            return "k";
    for (size_t i = 0; i < MW_COUNT(KINDS); i++)
        if (strlen(KINDS[i]) == length && memcmp(KINDS[i], word, length) == 0)
            return "w";
    return NULL;
}

/** Where the token ends that starts here, and its class (NULL: plain). */
static const char *token(const char *at, const char **class) {
    const char *end = at + 1;
    *class = NULL;
    if (*at == '#' || (at[0] == '/' && at[1] == '/')) {
        *class = "c";
        return at + strcspn(at, "\n");
    }
    if (*at == '"') {
        *class = "s";
        end += strcspn(end, "\"\n");
        return *end == '"' ? end + 1 : end;
    }
    if (letter(*at)) {
        while (letter(*end) || digit(*end))
            end++;
        *class = word_class(at, (size_t)(end - at));
    } else if (digit(*at)) {
        while (digit(*end))
            end++;
        *class = "n";
    } else { // all that is plain in one go
        while (*end && !letter(*end) && !digit(*end) && !strchr("#/\"", *end))
            end++;
    }
    return end;
}

void mw_markup_mapper(mw_str *out, const char *text) {
    while (*text) {
        const char *class, *end = token(text, &class);
        if (class)
            mw_str_printf(out, "<span class=\"%s\">", class);
        add_text(out, text, end);
        if (class)
            mw_str_add(out, "</span>");
        text = end;
    }
}
