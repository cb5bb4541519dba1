// src/base/text.c: UTF-8 (RFC 3629) without control characters.
#include "base/text.h"

/** Continuation byte? */
static bool more(unsigned char c) {
    return (c & 0xC0) == 0x80;
}

size_t mw_text_clean_char(const char *text, size_t len) {
    const unsigned char *p = (const unsigned char *)text;
    if (p[0] < 0x80)
        return p[0] >= 0x20 && p[0] != 0x7F ? 1 : 0;
    if (len >= 2 && p[0] >= 0xC2 && p[0] <= 0xDF && more(p[1]))
        return p[0] == 0xC2 && p[1] < 0xA0 ? 0 : 2; // U+0080 … U+009F are controls
    if (len >= 3 && (p[0] & 0xF0) == 0xE0 && more(p[1]) && more(p[2])) {
        bool overlong = p[0] == 0xE0 && p[1] < 0xA0, surrogate = p[0] == 0xED && p[1] >= 0xA0;
        return overlong || surrogate ? 0 : 3;
    }
    if (len >= 4 && p[0] >= 0xF0 && p[0] <= 0xF4 && more(p[1]) && more(p[2]) && more(p[3])) {
        bool overlong = p[0] == 0xF0 && p[1] < 0x90, beyond = p[0] == 0xF4 && p[1] >= 0x90;
        return overlong || beyond ? 0 : 4;
    }
    return 0;
}

bool mw_text_is_clean(const char *text, size_t len) {
    for (size_t at = 0; at < len;) {
        size_t n = text[at] ? mw_text_clean_char(text + at, len - at) : 1;
        if (n == 0)
            return false;
        at += n;
    }
    return true;
}
