// src/report/owner_map.c: owners gathered, named and coloured.
#include "report/owner_map.h"
#include "base/hash.h"
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static bool grow(mw_owner_map *m) {
    size_t count = m->buckets.count ? 2 * m->buckets.count : 64;
    MW_VEC_CLEAR(&m->buckets);
    if (!MW_RESERVE(&m->buckets, count))
        return false;
    memset(m->buckets.items, 0, count * sizeof *m->buckets.items);
    m->buckets.count = count;
    for (size_t i = 0; i < m->owners.count; i++) {
        size_t at = m->owners.items[i].key & (count - 1);
        while (m->buckets.items[at])
            at = (at + 1) & (count - 1);
        m->buckets.items[at] = (uint32_t)i + 1;
    }
    return true;
}

bool mw_owner_map_add(mw_owner_map *m, const struct mw_pair *pairs, uint32_t count) {
    uint64_t key = mw_hash(pairs, sizeof *pairs * count, count);
    if (2 * m->owners.count >= m->buckets.count && !grow(m))
        return false;
    size_t mask = m->buckets.count - 1, at = key & mask;
    while (m->buckets.items[at] && m->owners.items[m->buckets.items[at] - 1].key != key)
        at = (at + 1) & mask;
    if (!m->buckets.items[at]) {
        mw_owner fresh = {pairs[0].node, pairs[0].index, count, 0, key};
        if (!MW_PUSH(&m->owners, fresh))
            return false;
        m->buckets.items[at] = (uint32_t)m->owners.count;
    }
    uint32_t owner = m->buckets.items[at] - 1;
    m->owners.items[owner].points++;
    return m->counts_only || MW_PUSH(&m->point, owner);
}

static int by_place(const void *x, const void *y) {
    const mw_owner *a = x, *b = y;
    if ((a->count > 1) != (b->count > 1))
        return a->count > 1 ? 1 : -1;
    if (a->node != b->node)
        return a->node < b->node ? -1 : 1;
    if (a->index != b->index)
        return a->index < b->index ? -1 : 1;
    return (a->count > b->count) - (a->count < b->count);
}

bool mw_owner_map_finish(mw_owner_map *m) {
    uint64_t *old = malloc(sizeof *old * (m->owners.count + 1));
    uint32_t *now = malloc(sizeof *now * (m->owners.count + 1));
    bool ok = old && now && m->owners.count > 0;
    for (size_t i = 0; ok && i < m->owners.count; i++)
        old[i] = m->owners.items[i].key;
    if (ok) {
        qsort(m->owners.items, m->owners.count, sizeof *m->owners.items, by_place);
        ok = grow(m); // the buckets follow
    }
    for (size_t i = 0; ok && i < m->owners.count; i++) {
        size_t mask = m->buckets.count - 1, at = old[i] & mask;
        while (m->owners.items[m->buckets.items[at] - 1].key != old[i])
            at = (at + 1) & mask;
        now[i] = m->buckets.items[at] - 1;
    }
    for (size_t i = 0; ok && i < m->point.count; i++)
        m->point.items[i] = now[m->point.items[i]];
    free(old);
    free(now);
    return ok;
}

void mw_owner_map_clear(mw_owner_map *m) {
    MW_VEC_CLEAR(&m->point);
    MW_VEC_CLEAR(&m->owners);
    MW_VEC_CLEAR(&m->buckets);
}

// --- names
// ----------------------------------------------------------------------------------------

/** How many sets come before it, and how many there are. */
static uint32_t set_number(const mw_owner_map *m, uint32_t owner, uint32_t *sets) {
    uint32_t first = (uint32_t)m->owners.count;
    while (first > 0 && m->owners.items[first - 1].count > 1)
        first--;
    *sets = (uint32_t)m->owners.count - first;
    return owner - first;
}

void mw_owner_label(const mw_owner_map *m, uint32_t owner, char out[MW_OWNER_LABEL]) {
    const mw_owner *o = &m->owners.items[owner];
    uint32_t sets;
    if (o->count > 1) {
        uint32_t number = set_number(m, owner, &sets);
        if (sets == 1)
            snprintf(out, MW_OWNER_LABEL, "*");
        else
            snprintf(out, MW_OWNER_LABEL, "*%" PRIu32, number + 1);
    } else if (m->nodes == 1) {
        snprintf(out, MW_OWNER_LABEL, "%" PRIu32, o->index);
    } else if (m->nodes <= 26) {
        snprintf(out, MW_OWNER_LABEL, "%c%" PRIu32, (char)('a' + o->node), o->index);
    } else {
        snprintf(out, MW_OWNER_LABEL, "%" PRIu32 ".%" PRIu32, o->node, o->index);
    }
}

void mw_owner_name(const mw_owner_map *m, uint32_t owner, mw_str *out) {
    const mw_owner *o = &m->owners.items[owner];
    const char *kind = mw_proc_kind_name(m->kind);
    if (o->count > 1)
        mw_str_printf(out, "any of %" PRIu32 " %ss, the first: ", o->count, kind);
    if (m->nodes > 1)
        mw_str_printf(out, "node %" PRIu32 " ", o->node);
    mw_str_printf(out, "%s %" PRIu32, kind, o->index);
}

void mw_owner_balance(const mw_owner_map *m, mw_str *out) {
    uint64_t least = UINT64_MAX, most = 0, singles = 0;
    for (size_t i = 0; i < m->owners.count; i++) {
        const mw_owner *o = &m->owners.items[i];
        singles += o->count == 1;
        least = o->points < least ? o->points : least;
        most = o->points > most ? o->points : most;
    }
    if (singles)
        mw_str_printf(out, "%" PRIu64 " of %" PRIu64 " %ss", singles,
                      (uint64_t)m->nodes * m->per_node, mw_proc_kind_name(m->kind));
    if (singles < m->owners.count)
        mw_str_printf(out, "%s%" PRIu64 " set%s of them", singles ? " and " : "",
                      m->owners.count - singles, m->owners.count - singles == 1 ? "" : "s");
    if (least == most)
        mw_str_printf(out, ", %" PRIu64 " point%s%s", least, least == 1 ? "" : "s",
                      m->owners.count == 1 ? "" : " each");
    else
        mw_str_printf(out, ", %" PRIu64 " to %" PRIu64 " points each", least, most);
}

// --- colours
// --------------------------------------------------------------------------------------

/** hue in turns, saturation and lightness 0 … 1 (Smith, "Color gamut transform pairs", 1978). */
static uint32_t rgb(double hue, double saturation, double lightness) {
    double chroma = saturation * (lightness < 0.5 ? lightness : 1 - lightness);
    uint32_t color = 0;
    for (int channel = 0; channel < 3; channel++) {
        double k = fmod((channel == 0 ? 0 : channel == 1 ? 8 : 4) + 12 * hue, 12);
        double low = k - 3 < 9 - k ? k - 3 : 9 - k;
        low = low > 1 ? 1 : low < -1 ? -1 : low;
        color = color << 8 | (uint32_t)(255 * (lightness - chroma * low) + 0.5);
    }
    return color;
}

/** Hue i of n, in turns: evenly spread while they can be told apart, else by the golden section, so
 * that neighbours differ. */
static double hue(uint32_t i, uint32_t n) {
    enum { DISTINCT = 12 };
    return fmod(0.58 + (n <= DISTINCT ? (double)i / n : i * 0.6180339887), 1);
}

uint32_t mw_owner_color(const mw_owner_map *m, uint32_t owner) {
    const mw_owner *o = &m->owners.items[owner];
    uint32_t sets;
    if (o->count > 1) {
        uint32_t number = set_number(m, owner, &sets);
        return rgb(0, 0, 0.8 - 0.25 * number / sets);
    }
    if (m->nodes == 1)
        return rgb(hue(o->index, m->per_node), 0.62, 0.66);
    double part = m->per_node > 1 ? (double)o->index / (m->per_node - 1) : 0;
    return rgb(hue(o->node, m->nodes), 0.62, 0.82 - 0.27 * part);
}
