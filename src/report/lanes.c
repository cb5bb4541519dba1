// src/report/lanes.c: a timeline as a bounded number of blocks in lanes.
#include "report/lanes.h"
#include <assert.h>
#include <stdlib.h>

bool mw_palette_init(mw_palette *p, const mw_graph *g, const mw_kind_use *kinds) {
    *p = (mw_palette){.of_kind = malloc(g->kind_count ? g->kind_count : 1)};
    if (!p->of_kind)
        return false;
    for (uint32_t k = 0; k < g->kind_count; k++) {
        p->of_kind[k] = MW_COLOR_OTHER;
        if (kinds[k].tasks == 0)
            continue;
        uint32_t at = p->count; // insertion sort, of which only the head is kept
        while (at > 0 && kinds[k].time_us > kinds[p->kinds[at - 1]].time_us)
            at--;
        if (p->count < MW_PALETTE)
            p->count++;
        else
            p->other = true;
        for (uint32_t i = p->count - 1; i > at; i--)
            p->kinds[i] = p->kinds[i - 1];
        if (at < p->count)
            p->kinds[at] = k;
    }
    for (uint32_t i = 0; i < p->count; i++)
        p->of_kind[p->kinds[i]] = (uint8_t)i;
    return true;
}

void mw_palette_clear(mw_palette *p) {
    free(p->of_kind);
    *p = (mw_palette){0};
}

/** A task or a copy, placed. */
typedef struct item {
    double start_us, end_us;
    uint32_t lane, id;
    uint8_t color;
} item;

typedef struct builder {
    const mw_plan *plan;
    const mw_timeline *timeline;
    const mw_palette *palette;
    const mw_lanes_limits *limits;
    uint32_t *of_proc, *of_mem; ///< lane, or MW_NO_ID
    mw_lanes *out;
} builder;

static item item_at(const builder *b, uint64_t i) {
    const mw_timeline *t = b->timeline;
    if (i < t->task_count) {
        const mw_task_run *run = &t->tasks[i];
        uint8_t color = b->palette->of_kind[b->plan->graph->tasks[i].kind];
        return (item){run->start_us, run->end_us, b->of_proc[run->proc], (uint32_t)i, color};
    }
    const mw_copy_run *run = &t->copies[i - t->task_count];
    return (item){run->start_us, run->end_us, b->of_mem[run->to], (uint32_t)(i - t->task_count),
                  MW_COLOR_COPY};
}

static uint64_t item_count(const builder *b) {
    return (uint64_t)b->timeline->task_count + (b->limits->no_copies ? 0 : b->timeline->copy_count);
}

static void open_lane(builder *b, uint32_t *lane, uint32_t proc, uint32_t mem) {
    mw_lanes *l = b->out;
    if (*lane == MW_NO_ID) // nothing happened there
        return;
    if (l->lane_count == b->limits->lanes) {
        l->hidden++;
        *lane = MW_NO_ID;
        return;
    }
    l->lanes[l->lane_count] = (mw_lane){.proc = proc, .mem = mem};
    *lane = l->lane_count++;
}

/** Lanes in order: processors by id, then memories by id; of_proc and of_mem say which is whose. */
static bool open_lanes(builder *b) {
    const mw_machine *m = b->plan->machine;
    uint64_t items = item_count(b);
    b->of_proc = malloc(sizeof *b->of_proc * (m->proc_count + 1));
    b->of_mem = malloc(sizeof *b->of_mem * (m->mem_count + 1));
    b->out->lanes = calloc(b->limits->lanes, sizeof *b->out->lanes);
    if (!b->of_proc || !b->of_mem || !b->out->lanes)
        return false;
    for (uint32_t i = 0; i < m->proc_count; i++)
        b->of_proc[i] = MW_NO_ID;
    for (uint32_t i = 0; i < m->mem_count; i++)
        b->of_mem[i] = MW_NO_ID;
    for (uint32_t i = 0; i < b->timeline->task_count; i++)
        b->of_proc[b->timeline->tasks[i].proc] = 0;
    for (uint64_t i = b->timeline->task_count; i < items; i++)
        b->of_mem[b->timeline->copies[i - b->timeline->task_count].to] = 0;
    for (uint32_t i = 0; i < m->proc_count; i++) {
        b->out->unused += b->of_proc[i] == MW_NO_ID;
        open_lane(b, &b->of_proc[i], i, MW_NO_ID);
    }
    for (uint32_t i = 0; i < m->mem_count; i++)
        open_lane(b, &b->of_mem[i], MW_NO_ID, i);
    return true;
}

/** What is known of one stretch of a lane. */
typedef struct stretch {
    double time_us[MW_COLORS];
    int32_t whole[MW_COLORS]; ///< items that cover it wholly: the change since the stretch before
    uint32_t count, item;
} stretch;

/** Adds an item to the stretches that it crosses, in constant time. */
static void spread(stretch *lane, uint32_t columns, double width_us, const item *it) {
    uint32_t first = (uint32_t)(it->start_us / width_us), last = (uint32_t)(it->end_us / width_us);
    first = first < columns ? first : columns - 1;
    last = last < columns ? last : columns - 1;
    lane[first].count++;
    lane[first].item = lane[first].count == 1 ? it->id : MW_NO_ID;
    if (first == last) {
        lane[first].time_us[it->color] += it->end_us - it->start_us;
        return;
    }
    lane[first].time_us[it->color] += (first + 1) * width_us - it->start_us;
    lane[last].time_us[it->color] += it->end_us - last * width_us;
    lane[first + 1].whole[it->color]++;
    lane[last].whole[it->color]--;
}

/** The block of a stretch; share 0 when nothing ran in it. */
static mw_block summary(const stretch *s, const int32_t whole[MW_COLORS], double width_us) {
    mw_block block = {.item = MW_NO_ID, .count = s->count};
    double most = 0, sum = 0;
    for (int c = 0; c < MW_COLORS; c++) {
        double time = s->time_us[c] + whole[c] * width_us;
        block.mixed |= time > 0 && sum > 0;
        sum += time;
        if (time > most) {
            most = time;
            block.color = (uint8_t)c;
        }
    }
    block.share = (float)(sum < width_us ? sum / width_us : 1);
    if (s->count == 1)
        block.item = s->item;
    return block;
}

static bool summarise(builder *b, uint32_t columns) {
    mw_lanes *l = b->out;
    double width_us = l->makespan_us / columns;
    size_t cells = (size_t)l->lane_count * columns;
    stretch *stretches = calloc(cells ? cells : 1, sizeof *stretches);
    l->blocks = malloc((cells ? cells : 1) * sizeof *l->blocks);
    if (!stretches || !l->blocks) {
        free(stretches);
        return false;
    }
    uint64_t items = item_count(b);
    for (uint64_t i = 0; i < items && width_us > 0; i++) {
        item it = item_at(b, i);
        if (it.lane != MW_NO_ID)
            spread(&stretches[(size_t)it.lane * columns], columns, width_us, &it);
    }
    for (uint32_t lane = 0; lane < l->lane_count; lane++) {
        int32_t whole[MW_COLORS] = {0};
        l->lanes[lane].first = l->block_count;
        for (uint32_t c = 0; c < columns; c++) {
            const stretch *s = &stretches[(size_t)lane * columns + c];
            for (int color = 0; color < MW_COLORS; color++)
                whole[color] += s->whole[color];
            mw_block block = summary(s, whole, width_us);
            if (block.share <= 0)
                continue;
            block.start_us = c * width_us;
            block.end_us = (c + 1) * width_us;
            l->blocks[l->block_count++] = block;
        }
        l->lanes[lane].count = l->block_count - l->lanes[lane].first;
    }
    l->summarised = true;
    free(stretches);
    return true;
}

static int by_lane_and_start(const void *a, const void *b) {
    const item *x = a, *y = b;
    if (x->lane != y->lane)
        return x->lane < y->lane ? -1 : 1;
    if (x->start_us != y->start_us)
        return x->start_us < y->start_us ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

/** One block an item. */
static bool each(builder *b) {
    mw_lanes *l = b->out;
    uint64_t count = item_count(b);
    item *items = malloc((count ? count : 1) * sizeof *items);
    l->blocks = malloc((count ? count : 1) * sizeof *l->blocks);
    if (!items || !l->blocks) {
        free(items);
        return false;
    }
    for (uint64_t i = 0; i < count; i++)
        items[i] = item_at(b, i);
    qsort(items, count, sizeof *items, by_lane_and_start);
    for (uint64_t i = 0; i < count && items[i].lane != MW_NO_ID; i++) {
        mw_lane *lane = &l->lanes[items[i].lane];
        if (lane->count++ == 0)
            lane->first = l->block_count;
        l->blocks[l->block_count++] = (mw_block){.start_us = items[i].start_us,
                                                 .end_us = items[i].end_us,
                                                 .item = items[i].id,
                                                 .count = 1,
                                                 .share = 1,
                                                 .color = items[i].color};
    }
    free(items);
    return true;
}

static void sum_lanes(builder *b) {
    uint64_t items = item_count(b);
    for (uint64_t i = 0; i < items; i++) {
        item it = item_at(b, i);
        if (it.lane == MW_NO_ID)
            continue;
        b->out->lanes[it.lane].items++;
        b->out->lanes[it.lane].busy_us += it.end_us - it.start_us;
    }
}

mw_lanes *mw_lanes_new(const mw_plan *plan, const mw_timeline *timeline, const mw_palette *palette,
                       const mw_lanes_limits *limits) {
    assert(limits->lanes >= 1 && (limits->columns > 0 || limits->blocks >= limits->lanes));
    builder b = {.plan = plan, .timeline = timeline, .palette = palette, .limits = limits};
    b.out = calloc(1, sizeof *b.out);
    bool ok = b.out != NULL;
    if (ok) {
        b.out->makespan_us = timeline->makespan_us;
        ok = open_lanes(&b);
    }
    if (ok) {
        uint32_t lanes = b.out->lane_count ? b.out->lane_count : 1;
        bool whole = limits->columns == 0 && item_count(&b) <= limits->blocks;
        uint32_t columns = limits->columns ? limits->columns : limits->blocks / lanes;
        sum_lanes(&b);
        ok = whole ? each(&b) : summarise(&b, columns);
    }
    free(b.of_proc);
    free(b.of_mem);
    if (ok)
        return b.out;
    mw_lanes_free(b.out);
    return NULL;
}

void mw_lanes_free(mw_lanes *l) {
    if (!l)
        return;
    free(l->lanes);
    free(l->blocks);
    free(l);
}
