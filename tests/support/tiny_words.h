// tests/support/tiny_words.h: statements and words of tiny.h's texts. For tests only.
#pragma once
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

enum { TINY_WORDS = 256, TINY_TEXT = 65536 };

typedef struct tiny_words {
    char statement[4096]; ///< as written, for messages
    char *word[TINY_WORDS];
    int count, next;
    char buffer[4096];
} tiny_words;

/** Cuts the next statement off the text; false at its end. */
bool tiny_next(const char **text, tiny_words *w);
/** Fails the test, showing the statement. */
_Noreturn void tiny_fail(const tiny_words *w, const char *what);
const char *tiny_word(tiny_words *w, const char *what);         ///< the next word; fails without
const char *tiny_word_or(tiny_words *w, const char *otherwise); ///< the next word
bool tiny_take(tiny_words *w, const char *word);                ///< is it this one? then it is past
double tiny_number(tiny_words *w, const char *what);            ///< fails if it is none
double tiny_number_or(tiny_words *w, double otherwise);         ///< if the next word is a number
/** "name[3]" -> name is cut off, up to 4 indices; returns how many. */
uint32_t tiny_split(const tiny_words *w, char *word, int32_t index[4]);
