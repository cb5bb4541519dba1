// src/report/line_diff.c: Myers' greedy algorithm, its steps kept to walk back, and hunks.
#include "report/line_diff.h"
#include "base/vec.h"
#include <stdint.h>
#include <string.h>

enum { EDITS_MAX = 1000, CONTEXT = 3 };

typedef struct line {
    const char *text;
    size_t len; ///< without the newline
    bool ended; ///< by a newline
} line;
typedef MW_VEC(line) lines;

/** What becomes of a line: ' ' it stays, '-' it is only in a, '+' only in b. */
typedef struct edit {
    char what;
    uint32_t a, b; ///< lines before it in each text
} edit;
typedef MW_VEC(edit) edits;

static bool cut(const char *text, size_t len, lines *out) {
    while (len > 0) {
        const char *newline = memchr(text, '\n', len);
        size_t n = newline ? (size_t)(newline - text) : len;
        if (!MW_PUSH(out, (line){text, n, newline != NULL}))
            return false;
        n += newline != NULL;
        text += n;
        len -= n;
    }
    return true;
}

static bool same(const line *a, const line *b) {
    return a->len == b->len && a->ended == b->ended && memcmp(a->text, b->text, a->len) == 0;
}

/** The furthest-reaching paths: steps[d * (d + 1) / 2 … ] of round d hold x for k = -d, -d + 2 … d.
 */
typedef struct search {
    const line *a, *b;
    int32_t n, m;
    int32_t *steps;
} search;

static int32_t *round_of(const search *s, int32_t d) {
    return s->steps + (size_t)d * ((size_t)d + 1) / 2;
}

/** Does the best path of round d on diagonal k come from k + 1, by a line of b? */
static bool comes_down(const int32_t *last, int32_t d, int32_t k) {
    return k == -d || (k != d && last[(k - 1 + d - 1) / 2] < last[(k + 1 + d - 1) / 2]);
}

/** x where round d starts on diagonal k, before its run of equal lines. */
static int32_t start_of(const search *s, int32_t d, int32_t k) {
    if (d == 0)
        return 0;
    const int32_t *last = round_of(s, d - 1);
    return comes_down(last, d, k) ? last[(k + 1 + d - 1) / 2] : last[(k - 1 + d - 1) / 2] + 1;
}

/** @return how many edits are needed; -1: more than EDITS_MAX */
static int32_t find(search *s) {
    for (int32_t d = 0; d <= EDITS_MAX; d++)
        for (int32_t k = -d; k <= d; k += 2) {
            int32_t x = start_of(s, d, k);
            while (x < s->n && x - k < s->m && x - k >= 0 && same(&s->a[x], &s->b[x - k]))
                x++;
            round_of(s, d)[(k + d) / 2] = x;
            if (x >= s->n && x - k >= s->m)
                return d;
        }
    return -1;
}

/** The edits from the last one back. */
static bool walk_back(const search *s, int32_t d, uint32_t skipped, edits *out) {
    bool ok = true;
    int32_t k = s->n - s->m, x = s->n;
    for (; d >= 0; d--) {
        int32_t start = start_of(s, d, k);
        for (; x > start; x--)
            ok = ok && MW_PUSH(out, (edit){' ', skipped + (uint32_t)(x - 1),
                                           skipped + (uint32_t)(x - 1 - k)});
        if (d == 0)
            break;
        bool down = comes_down(round_of(s, d - 1), d, k);
        x -= !down;
        k += down ? 1 : -1;
        ok = ok && MW_PUSH(out, (edit){down ? '+' : '-', skipped + (uint32_t)x,
                                       skipped + (uint32_t)(x - k)});
    }
    return ok;
}

static bool replace_all(const search *s, uint32_t skipped, edits *out) {
    bool ok = true; // from the last one back, like walk_back()
    for (int32_t i = s->m; i-- > 0;)
        ok = ok && MW_PUSH(out, (edit){'+', skipped + (uint32_t)s->n, skipped + (uint32_t)i});
    for (int32_t i = s->n; i-- > 0;)
        ok = ok && MW_PUSH(out, (edit){'-', skipped + (uint32_t)i, skipped});
    return ok;
}

/** All edits in order. */
static bool compare(const lines *a, const lines *b, edits *out) {
    size_t first = 0, last = 0, least = a->count < b->count ? a->count : b->count;
    while (first < least && same(&a->items[first], &b->items[first]))
        first++;
    while (last < least - first &&
           same(&a->items[a->count - 1 - last], &b->items[b->count - 1 - last]))
        last++;
    search s = {a->items + first, b->items + first, (int32_t)(a->count - first - last),
                (int32_t)(b->count - first - last), NULL};
    s.steps = malloc(sizeof *s.steps * ((size_t)EDITS_MAX + 1) * (EDITS_MAX + 2) / 2);
    bool ok = s.steps != NULL;
    for (size_t i = last; i-- > 0;)
        ok = ok && MW_PUSH(out, (edit){' ', (uint32_t)(a->count - last + i),
                                       (uint32_t)(b->count - last + i)});
    int32_t needed = ok ? find(&s) : 0;
    if (ok)
        ok = needed < 0 ? replace_all(&s, (uint32_t)first, out)
                        : walk_back(&s, needed, (uint32_t)first, out);
    for (size_t i = first; i-- > 0;)
        ok = ok && MW_PUSH(out, (edit){' ', (uint32_t)i, (uint32_t)i});
    free(s.steps);
    for (size_t i = 0, j = out->count; ok && i + 1 < j; i++) {
        edit swap = out->items[i];
        out->items[i] = out->items[--j];
        out->items[j] = swap;
    }
    return ok;
}

static void put_range(mw_str *out, char sign, uint32_t before, uint32_t count) {
    mw_str_printf(out, " %c%u", sign, count ? before + 1 : before);
    if (count != 1)
        mw_str_printf(out, ",%u", count);
}

static void put_hunk(mw_str *out, const lines *a, const lines *b, const edit *e, size_t count) {
    uint32_t in_a = 0, in_b = 0;
    for (size_t i = 0; i < count; i++) {
        in_a += e[i].what != '+';
        in_b += e[i].what != '-';
    }
    mw_str_add(out, "@@");
    put_range(out, '-', e[0].a, in_a);
    put_range(out, '+', e[0].b, in_b);
    mw_str_add(out, " @@\n");
    for (size_t i = 0; i < count; i++) {
        const line *l = e[i].what == '+' ? &b->items[e[i].b] : &a->items[e[i].a];
        mw_str_add_char(out, e[i].what);
        mw_str_add_bytes(out, l->text, l->len);
        mw_str_add(out, l->ended ? "\n" : "\n\\ No newline at end of file\n");
    }
}

static void put_hunks(mw_str *out, const lines *a, const lines *b, const edits *e) {
    size_t shown = 0; // edits before it are in hunks, or too far from a change
    for (size_t i = 0; i < e->count; i++) {
        if (e->items[i].what == ' ')
            continue;
        size_t from = i - shown < CONTEXT ? shown : i - CONTEXT, end = i + 1;
        for (size_t j = end; j < e->count && j - end <= 2 * CONTEXT; j++)
            if (e->items[j].what != ' ')
                end = j + 1;
        size_t to = e->count - end < CONTEXT ? e->count : end + CONTEXT;
        put_hunk(out, a, b, e->items + from, to - from);
        shown = to;
        i = to - 1;
    }
}

bool mw_line_diff(mw_str *out, const char *name, const char *a, size_t a_len, const char *b,
                  size_t b_len) {
    if (a_len == b_len && memcmp(a, b, a_len) == 0)
        return true;
    lines in_a = {0}, in_b = {0};
    edits all = {0};
    bool ok = cut(a, a_len, &in_a) && cut(b, b_len, &in_b) && compare(&in_a, &in_b, &all);
    if (ok) {
        mw_str_printf(out, "--- a/%s\n+++ b/%s\n", name, name);
        put_hunks(out, &in_a, &in_b, &all);
    }
    MW_VEC_CLEAR(&in_a);
    MW_VEC_CLEAR(&in_b);
    MW_VEC_CLEAR(&all);
    return ok && !out->failed;
}
