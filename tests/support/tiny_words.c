// tests/support/tiny_words.c: see tiny_words.h.
#include "support/tiny_words.h"
#include <stdlib.h>
#include <string.h>

_Noreturn void tiny_fail(const tiny_words *w, const char *what) {
    fail_msg("tiny: %s in '%s'", what, w->statement);
    abort(); // fail_msg does not return, which older headers do not say
}

bool tiny_next(const char **text, tiny_words *w) {
    *text += strspn(*text, "; \n");
    size_t len = strcspn(*text, ";");
    if (len == 0)
        return false;
    memset(w, 0, sizeof *w);
    if (len >= sizeof w->buffer)
        fail_msg("tiny: a statement longer than %zu bytes", sizeof w->buffer);
    memcpy(w->statement, *text, len);
    memcpy(w->buffer, *text, len);
    *text += len;
    char *rest = NULL;
    for (char *word = strtok_r(w->buffer, " \n", &rest); word;
         word = strtok_r(NULL, " \n", &rest)) {
        if (w->count == TINY_WORDS)
            tiny_fail(w, "too many words");
        w->word[w->count++] = word;
    }
    return true;
}

const char *tiny_word_or(tiny_words *w, const char *otherwise) {
    return w->next < w->count ? w->word[w->next++] : otherwise;
}

const char *tiny_word(tiny_words *w, const char *what) {
    const char *word = tiny_word_or(w, NULL);
    if (!word)
        tiny_fail(w, what);
    return word;
}

bool tiny_take(tiny_words *w, const char *word) {
    if (w->next >= w->count || strcmp(w->word[w->next], word) != 0)
        return false;
    w->next++;
    return true;
}

double tiny_number(tiny_words *w, const char *what) {
    const char *word = tiny_word(w, what);
    char *end = NULL;
    double value = strtod(word, &end);
    if (end == word || *end)
        tiny_fail(w, what);
    return value;
}

double tiny_number_or(tiny_words *w, double otherwise) {
    if (w->next >= w->count)
        return otherwise;
    char *end = NULL;
    double value = strtod(w->word[w->next], &end);
    if (end == w->word[w->next] || *end)
        return otherwise;
    w->next++;
    return value;
}

uint32_t tiny_split(const tiny_words *w, char *word, int32_t index[4]) {
    char *at = strchr(word, '[');
    uint32_t n = 0;
    if (!at)
        return 0;
    for (*at++ = '\0'; *at && *at != ']'; n++) {
        char *end = NULL;
        long value = strtol(at, &end, 10);
        if (end == at || n == 4 || (*end != ',' && *end != ']'))
            tiny_fail(w, "not an index");
        index[n] = (int32_t)value;
        at = *end == ',' ? end + 1 : end;
    }
    return n;
}
