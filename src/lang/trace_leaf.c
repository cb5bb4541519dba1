// src/lang/trace_leaf.c: the end of a path: how lanes that come there find their processors.
#include "lang/trace.h"
#include <stdlib.h>

/** Row-major position; wildcards count as 0. */
static mw_lane_value linear(mw_batch_builder *b, const mw_open_value *place) {
    const mw_space *s = place->v.space;
    mw_lane_value sum = mw_lane_constant(0);
    b->unchecked = true; // lanes that come to the leaf are inside: below the volume
    for (uint32_t i = 0; i < s->rank; i++) {
        bool wildcard = place->v.wildcard >> i & 1;
        mw_lane_value e = wildcard ? mw_lane_constant(0) : mw_open_element(place, i);
        mw_batch_build_binary(b, MW_BATCH_MULTIPLY, sum, mw_lane_constant(s->extent[i]), &sum);
        mw_batch_build_binary(b, MW_BATCH_ADD, sum, e, &sum);
    }
    b->unchecked = false;
    return sum;
}

/** What each combination of the wildcards adds to the position, the last varying fastest. */
static uint32_t *offsets(const mw_open_value *place, uint32_t count) {
    const mw_space *s = place->v.space;
    uint32_t *offset = malloc(count * sizeof *offset);
    int64_t at[MW_SPACE_RANK_MAX] = {0};
    for (uint32_t k = 0; offset && k < count; k++) {
        int64_t sum = 0;
        for (uint32_t d = 0; d < s->rank; d++)
            sum = sum * s->extent[d] + at[d];
        offset[k] = (uint32_t)sum;
        for (uint32_t d = s->rank; d-- > 0;) {
            if (!(place->v.wildcard >> d & 1))
                continue;
            if (++at[d] < s->extent[d])
                break;
            at[d] = 0;
        }
    }
    return offset;
}

static struct mw_pair *tabulate(const mw_space *s) {
    struct mw_pair *table = malloc((size_t)s->volume * sizeof *table);
    int64_t point[MW_SPACE_RANK_MAX] = {0};
    for (int64_t i = 0; table && i < s->volume; i++) {
        mw_space_pick(s, point, &table[i].node, &table[i].index);
        for (uint32_t d = s->rank; d-- > 0 && ++point[d] == s->extent[d];)
            point[d] = 0;
    }
    return table;
}

bool mw_trace_leaf(mw_batch_builder *b, uint64_t domain, const mw_open_value *place,
                   mw_batch_leaf *leaf) {
    const mw_space *s = place->v.space;
    if (place->v.kind != MW_VALUE_PLACE)
        return false;
    leaf->space = s;
    leaf->is_set = place->v.wildcard != 0;
    leaf->wildcard = place->v.wildcard;
    uint64_t count = 1;
    for (uint32_t i = 0; i < s->rank; i++) {
        bool wildcard = place->v.wildcard >> i & 1;
        count *= wildcard ? (uint64_t)s->extent[i] : 1; // at most the machine's processors
        leaf->coordinate[i] = wildcard ? mw_lane_constant(0) : mw_open_element(place, i);
    }
    if (count > MW_PLACES_MAX)
        return false;
    leaf->count = (uint32_t)count;
    leaf->kind = MW_LEAF_PICK;
    if (s->volume > MW_BATCH_TABLE_MAX || (uint64_t)s->volume / 4 > domain)
        return true; // a table costs more than it saves
    leaf->kind = MW_LEAF_TABLE;
    leaf->linear = linear(b, place);
    leaf->table = tabulate(s);
    leaf->offset = offsets(place, leaf->count);
    b->nomem = b->nomem || !leaf->table || !leaf->offset;
    return true;
}
