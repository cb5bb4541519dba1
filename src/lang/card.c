// src/lang/card.c: how much of an optimizer's attention a text takes.
#include "lang/card.h"
#include <stdbool.h>

mw_text_size mw_text_size_of(const char *text) {
    mw_text_size size = {0};
    bool in_word = false;
    for (; text[size.bytes]; size.bytes++) {
        char c = text[size.bytes];
        bool blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
        size.words += !blank && !in_word;
        in_word = !blank;
    }
    size.tokens = (2 * size.bytes + 6) / 7;
    return size;
}
