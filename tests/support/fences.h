// tests/support/fences.h: the fenced programs of a Markdown text, so that examples are tested. For
// tests only.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/** The next block that starts with a line of "```LANGUAGE" (nothing more on it) at or after *at,
 * which moves behind it. False: there is none. */
static inline bool next_fence(const char **at, const char *language, const char **block,
                              size_t *len) {
    size_t named = strlen(language);
    for (const char *p = *at; (p = strstr(p, "```")) != NULL; p += 3) {
        if (strncmp(p + 3, language, named) != 0 || p[3 + named] != '\n' ||
            (p != *at && p[-1] != '\n'))
            continue;
        *block = p + 3 + named + 1;
        const char *end = strstr(*block, "\n```");
        if (!end)
            return false;
        *len = (size_t)(end + 1 - *block);
        *at = end + 4;
        return true;
    }
    return false;
}
