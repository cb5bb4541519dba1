// src/base/near.c: edit distance with insertion, removal, replacement and the swap of two
// neighbours.
#include "base/near.h"
#include <ctype.h>
#include <limits.h>
#include <stddef.h>
#include <string.h>

enum { LONGEST = 63 }; // longer names are not compared: nobody mistypes a name into one that long

static int least(int a, int b) {
    return a < b ? a : b;
}
static int lower(char c) {
    return tolower((unsigned char)c);
}

static int distance(const char *a, size_t la, const char *b, size_t lb) {
    int row[3][LONGEST + 1];
    for (size_t j = 0; j <= lb; j++)
        row[0][j] = (int)j;
    for (size_t i = 1; i <= la; i++) {
        int *now = row[i % 3], *before = row[(i + 2) % 3], *earlier = row[(i + 1) % 3];
        now[0] = (int)i;
        for (size_t j = 1; j <= lb; j++) {
            int same = lower(a[i - 1]) == lower(b[j - 1]);
            now[j] = least(before[j - 1] + !same, least(before[j], now[j - 1]) + 1);
            if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
                lower(a[i - 2]) == lower(b[j - 1]))
                now[j] = least(now[j], earlier[j - 2] + 1);
        }
    }
    return row[la % 3][lb];
}

mw_near mw_near_to(const char *wanted) {
    return (mw_near){wanted, NULL, INT_MAX};
}

void mw_near_offer(mw_near *n, const char *name) {
    size_t la = strlen(n->wanted), lb = strlen(name);
    if (la > LONGEST || lb > LONGEST || la == 0 || lb == 0)
        return;
    int enough = (int)((la > lb ? la : lb) + 2) / 3;
    if ((la > lb ? la - lb : lb - la) > (size_t)enough)
        return;
    int d = distance(n->wanted, la, name, lb);
    if (d <= enough && d < n->distance && d < (int)(la > lb ? la : lb)) {
        n->best = name;
        n->distance = d;
    }
}
