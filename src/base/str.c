// src/base/str.c: text that grows by doubling.
#include "base/str.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool reserve(mw_str *s, size_t more) {
    if (s->failed || more > SIZE_MAX / 2 - s->len - 1) {
        s->failed = true;
        return false;
    }
    size_t need = s->len + more + 1;
    if (need <= s->capacity)
        return true;
    size_t capacity = s->capacity ? s->capacity : 64;
    while (capacity < need)
        capacity *= 2;
    char *text = realloc(s->text, capacity);
    if (!text) {
        s->failed = true;
        return false;
    }
    s->text = text;
    s->capacity = capacity;
    return true;
}

void mw_str_add_bytes(mw_str *s, const char *bytes, size_t len) {
    if (!reserve(s, len))
        return;
    memcpy(s->text + s->len, bytes, len);
    s->len += len;
    s->text[s->len] = '\0';
}

void mw_str_add(mw_str *s, const char *text) {
    mw_str_add_bytes(s, text, strlen(text));
}
void mw_str_add_char(mw_str *s, char c) {
    mw_str_add_bytes(s, &c, 1);
}

void mw_str_vprintf(mw_str *s, const char *format, va_list args) {
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    if (len >= 0 && reserve(s, (size_t)len)) {
        vsnprintf(s->text + s->len, (size_t)len + 1, format, again);
        s->len += (size_t)len;
    }
    va_end(again);
}

void mw_str_printf(mw_str *s, const char *format, ...) {
    va_list args;
    va_start(args, format);
    mw_str_vprintf(s, format, args);
    va_end(args);
}

const char *mw_str_text(const mw_str *s) {
    return s->text ? s->text : "";
}

char *mw_str_detach(mw_str *s) {
    if (!s->text && !reserve(s, 0))
        return NULL;
    char *text = s->failed ? NULL : s->text;
    if (!text)
        free(s->text);
    else
        text[s->len] = '\0';
    *s = (mw_str){0};
    return text;
}

void mw_str_clear(mw_str *s) {
    free(s->text);
    *s = (mw_str){0};
}

char *mw_str_made(const char *format, ...) {
    mw_str s = {0};
    va_list args;
    va_start(args, format);
    mw_str_vprintf(&s, format, args);
    va_end(args);
    return mw_str_detach(&s);
}
