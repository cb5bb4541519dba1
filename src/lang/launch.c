// src/lang/launch.c: a map function over a whole launch: by a batch where there is one, else, and
// for blocks in which a point fails, point by point.
#include "lang/eval.h"
#include "lang/batch.h"
#include <assert.h>
#include <stdlib.h>

enum {
    LANES = MW_BATCH_LANES,
    POINTS_MIN = 4, // fewer are done before a batch is made
    MISSES_MAX = 4, // blocks in a row that the batch could not do: it is of no use
};
_Static_assert((int)MW_LAUNCH_BLOCK == (int)MW_BATCH_LANES, "a block is a run of a batch");

struct mw_launch_map {
    const mw_binding *binding;
    int function;
    mw_task_view view; ///< point: `point`
    int64_t point[MW_TUPLE_MAX];
    uint64_t volume;
    mw_made_space *owned; ///< spaces that the batch refers to
    mw_batch batch;       ///< without nodes: there is none
    mw_batch_lanes lanes;
    uint32_t misses;
    mw_places one; ///< of the interpreter
    uint8_t kind[LANES];
    bool is_set[LANES];
    uint32_t end[LANES];
    uint32_t plain; ///< so many entries of end are i + 1, and those of kind and is_set as they were
    MW_VEC(struct mw_pair) pairs;
};

static mw_status make_batch(mw_launch_map *m) {
    if (m->volume < POINTS_MIN)
        return MW_OK;
    mw_batch *k = &m->batch;
    mw_status status = mw_batch_trace(m->binding, m->function, &m->view, k, &m->owned);
    if (status != MW_OK || k->nodes.count == 0)
        return status;
    m->lanes.column = malloc(k->ranges.count * LANES * sizeof *m->lanes.column);
    m->lanes.mask = malloc((size_t)MW_BATCH_DEPTH_MAX * 2 * LANES);
    return m->lanes.column && m->lanes.mask ? MW_OK : MW_ERR_NOMEM;
}

mw_status mw_launch_map_new(const mw_binding *b, int function, const mw_task_view *launch,
                            mw_launch_map **out) {
    assert(launch->index_launch && launch->rank >= 1 && launch->rank <= MW_TUPLE_MAX);
    mw_launch_map *m = calloc(1, sizeof *m);
    if (!m)
        return MW_ERR_NOMEM;
    m->binding = b;
    m->function = function;
    m->view = *launch;
    m->view.point = m->point;
    m->volume = 1;
    for (uint32_t d = 0; d < launch->rank; d++)
        if (__builtin_mul_overflow(m->volume, (uint64_t)launch->extent[d], &m->volume))
            m->volume = UINT64_MAX;
    mw_status status = make_batch(m);
    if (status == MW_OK)
        *out = m;
    else
        mw_launch_map_free(m);
    return status;
}

void mw_launch_map_free(mw_launch_map *m) {
    if (!m)
        return;
    mw_batch_clear(&m->batch);
    mw_made_spaces_free(m->owned);
    free(m->lanes.column);
    free(m->lanes.mask);
    free(m->one.pairs);
    MW_VEC_CLEAR(&m->pairs);
    free(m);
}

// --- points
// ---------------------------------------------------------------------------------------

static void go_to(mw_launch_map *m, uint64_t position) {
    for (uint32_t d = m->view.rank; d-- > 0;) {
        uint64_t extent = (uint64_t)m->view.extent[d];
        m->point[d] = (int64_t)(position % extent);
        position /= extent;
    }
}

static void advance(mw_launch_map *m) {
    for (uint32_t d = m->view.rank; d-- > 0 && ++m->point[d] == m->view.extent[d];)
        m->point[d] = 0;
}

/** The columns of the index point, from `first` on: runs along the last dimension that varies. */
static void fill_points(mw_launch_map *m, uint64_t first, uint32_t count) {
    uint32_t rank = m->view.rank;
    while (rank > 1 && m->view.extent[rank - 1] == 1)
        rank--;
    go_to(m, first);
    for (uint32_t lane = 0; lane < count;) {
        int64_t left = m->view.extent[rank - 1] - m->point[rank - 1];
        uint32_t run = left < (int64_t)(count - lane) ? (uint32_t)left : count - lane;
        for (uint32_t d = 0; d < rank; d++) {
            if (!m->batch.point[d])
                continue;
            int64_t *column = m->lanes.column + (size_t)m->batch.point[d] * LANES + lane;
            int64_t from = m->point[d], step = d == rank - 1;
            for (uint32_t i = 0; i < run; i++)
                column[i] = from + step * i;
        }
        lane += run;
        m->point[rank - 1] += run - 1;
        advance(m);
    }
}

// --- by the batch
// --------------------------------------------------------------------------------

static int64_t lane_of(const mw_batch_lanes *l, mw_lane_value v, uint32_t lane) {
    return v.column ? mw_batch_column(l, v.column)[lane] : v.value;
}

/** The places of one lane. */
static void put_places(const mw_batch_lanes *l, const mw_batch_leaf *leaf, uint32_t lane,
                       struct mw_pair *out) {
    if (leaf->kind == MW_LEAF_TABLE) {
        int64_t linear = lane_of(l, leaf->linear, lane);
        for (uint32_t k = 0; k < leaf->count; k++)
            out[k] = leaf->table[linear + leaf->offset[k]];
        return;
    }
    const mw_space *s = leaf->space;
    int64_t at[MW_SPACE_RANK_MAX];
    for (uint32_t d = 0; d < s->rank; d++)
        at[d] = lane_of(l, leaf->coordinate[d], lane);
    for (uint32_t k = 0; k < leaf->count; k++) {
        mw_space_pick(s, at, &out[k].node, &out[k].index);
        for (uint32_t d = s->rank; d-- > 0;) {
            if (!(leaf->wildcard >> d & 1))
                continue;
            if (++at[d] < s->extent[d])
                break;
            at[d] = 0;
        }
    }
}

/** One leaf for all, one processor for each lane, out of a table: the usual case. */
static void put_plain(mw_launch_map *m, const mw_batch_leaf *leaf, uint32_t count) {
    for (uint32_t i = m->plain; i < count; i++) {
        m->end[i] = i + 1;
        m->kind[i] = (uint8_t)leaf->space->kind;
        m->is_set[i] = false;
    }
    if (count > m->plain)
        m->plain = count;
    struct mw_pair *out = m->pairs.items;
    if (!leaf->linear.column) {
        for (uint32_t i = 0; i < count; i++)
            out[i] = leaf->table[leaf->linear.value];
        return;
    }
    const int64_t *linear = mw_batch_column(&m->lanes, leaf->linear.column);
    for (uint32_t i = 0; i < count; i++)
        out[i] = leaf->table[linear[i]];
}

/** How many lanes' places are kept at once, and how many pairs they are. */
static uint32_t measure(mw_launch_map *m, uint32_t count, size_t *pairs) {
    *pairs = 0;
    for (uint32_t i = 0; i < count; i++) {
        *pairs += m->batch.leaves.items[m->lanes.leaf[i]].count;
        if (*pairs >= MW_LAUNCH_PAIRS)
            return i + 1;
    }
    return count;
}

/** False: out of memory. */
static bool collect(mw_launch_map *m, uint32_t count, mw_point_places *out) {
    const mw_batch_leaf *leaves = m->batch.leaves.items;
    bool plain = m->batch.leaves.count == 1 && !leaves->is_set && leaves->kind == MW_LEAF_TABLE;
    size_t pairs = count;
    out->count = plain ? count : measure(m, count, &pairs);
    if (!MW_RESERVE(&m->pairs, pairs))
        return false;
    if (plain) {
        put_plain(m, leaves, count);
        return true;
    }
    m->plain = 0;
    uint32_t end = 0;
    for (uint32_t i = 0; i < out->count; i++) {
        const mw_batch_leaf *leaf = &leaves[m->lanes.leaf[i]];
        put_places(&m->lanes, leaf, i, m->pairs.items + end);
        m->kind[i] = (uint8_t)leaf->space->kind;
        m->is_set[i] = leaf->is_set;
        m->end[i] = end += leaf->count;
    }
    return true;
}

// --- point by point
// -------------------------------------------------------------------------------

static mw_status interpret(mw_launch_map *m, uint64_t first, uint32_t count, mw_point_places *out,
                           mw_diags *diags) {
    go_to(m, first);
    m->plain = 0;
    uint32_t end = 0;
    for (out->count = 0; out->count < count && end < MW_LAUNCH_PAIRS; out->count++) {
        mw_status status = mw_binding_place(m->binding, m->function, &m->view, &m->one, diags);
        if (status != MW_OK)
            return status;
        if (!MW_RESERVE(&m->pairs, (size_t)end + m->one.count))
            return MW_ERR_NOMEM;
        memcpy(m->pairs.items + end, m->one.pairs, m->one.count * sizeof *m->one.pairs);
        m->kind[out->count] = (uint8_t)m->one.kind;
        m->is_set[out->count] = m->one.is_set;
        m->end[out->count] = end += m->one.count;
        advance(m);
    }
    return MW_OK;
}

mw_status mw_launch_map_next(mw_launch_map *m, uint64_t first, uint64_t count, mw_point_places *out,
                             mw_diags *diags) {
    assert(count > 0 && first < m->volume);
    uint32_t lanes = count < LANES ? (uint32_t)count : LANES;
    mw_status status = MW_OK;
    bool done = false;
    if (m->batch.nodes.count && m->misses < MISSES_MAX) {
        fill_points(m, first, lanes);
        done = mw_batch_run(&m->batch, &m->lanes, lanes);
        m->misses = done ? 0 : m->misses + 1;
    }
    if (!done)
        status = interpret(m, first, lanes, out, diags);
    else if (!collect(m, lanes, out))
        status = MW_ERR_NOMEM;
    out->kind = m->kind;
    out->is_set = m->is_set;
    out->end = m->end;
    out->pairs = m->pairs.items;
    return status;
}
