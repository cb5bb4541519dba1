// tests/profile/replay.h: follows the contents of every subregion through a timeline: nobody reads,
// and no copy carries, what is out of date. Only for subregions whose memories the plan leaves no
// choice of and that are not reduced: of others the timeline does not say enough.
#pragma once
#include "profile/checked.h"

typedef enum replay_type {
    REPLAY_TASK_END,
    REPLAY_COPY_END,
    REPLAY_SYNC,
    REPLAY_START
} replay_type;

/** At equal times: tasks end, then copies arrive, then the main thread goes on, then what starts.
 */
typedef struct replay_event {
    double at_us;
    replay_type type;
    uint32_t id;
    bool copy; ///< START: of a copy
} replay_event;

typedef struct replay_state {
    const checked *c;
    uint32_t *version; ///< [subregion] times written
    uint32_t *held;    ///< [subregion][memory] the version there; MW_NO_ID: none
    uint32_t *carried; ///< [copy] the version that it took with it
    bool *lost;        ///< [subregion] it cannot be followed
} replay_state;

static inline int replay_before(const void *a, const void *b) {
    const replay_event *x = a, *y = b;
    if (x->at_us != y->at_us)
        return x->at_us < y->at_us ? -1 : 1;
    if (x->type != y->type)
        return (int)x->type - (int)y->type;
    return x->id < y->id ? -1 : x->id > y->id;
}

static inline uint32_t *replay_held(const replay_state *s, uint32_t subregion, uint32_t mem) {
    return &s->held[(size_t)subregion * s->c->machine->mem_count + mem];
}

static inline void replay_write(const replay_state *s, uint32_t subregion, uint32_t mem) {
    *replay_held(s, subregion, mem) = ++s->version[subregion];
}

static inline void replay_task_end(const replay_state *s, uint32_t task) {
    uint32_t count;
    const mw_access *a = checked_accesses(s->c, task, &count);
    uint8_t layout;
    for (uint32_t i = 0; i < count; i++)
        if (a[i].mode & MW_WRITE && !s->lost[a[i].subregion])
            replay_write(s, a[i].subregion, checked_mem(s->c, task, &a[i], &layout));
}

static inline void replay_task_start(const replay_state *s, uint32_t task) {
    uint32_t count;
    const mw_access *a = checked_accesses(s->c, task, &count);
    uint8_t layout;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t mem = checked_mem(s->c, task, &a[i], &layout);
        if (s->lost[a[i].subregion])
            continue;
        CHECK(s->c, !(a[i].mode & MW_READ) ||
                        *replay_held(s, a[i].subregion, mem) == s->version[a[i].subregion]);
    }
}

static inline void replay_event_at(const replay_state *s, const replay_event *e) {
    const mw_copy_run *copy = &s->c->line->copies[e->id];
    bool of_copy = e->type == REPLAY_COPY_END || (e->type == REPLAY_START && e->copy);
    if (of_copy && s->lost[copy->subregion])
        return;
    switch (e->type) {
    case REPLAY_TASK_END: replay_task_end(s, e->id); return;
    case REPLAY_SYNC: {
        const mw_sync *sync = &s->c->graph->syncs[e->id];
        if (sync->mode != MW_READ && !s->lost[sync->what])
            replay_write(s, sync->what, s->c->plan->home[sync->what]);
        return;
    }
    case REPLAY_COPY_END: *replay_held(s, copy->subregion, copy->to) = s->carried[e->id]; return;
    case REPLAY_START:
        if (!e->copy) {
            replay_task_start(s, e->id);
            return;
        }
        s->carried[e->id] = *replay_held(s, copy->subregion, copy->from);
        CHECK(s->c, s->carried[e->id] == s->version[copy->subregion]);
        return;
    }
}

/** Marks what cannot be followed. @return how many subregions can */
static inline uint32_t replay_mark(const replay_state *s) {
    const checked *c = s->c;
    uint32_t followed = 0;
    uint8_t layout;
    for (uint32_t t = 0; t < c->graph->task_count; t++) {
        uint32_t count;
        const mw_access *a = checked_accesses(c, t, &count);
        for (uint32_t i = 0; i < count; i++) {
            bool lost = a[i].mode == MW_REDUCE || checked_mem(c, t, &a[i], &layout) == MW_NO_ID;
            for (uint32_t j = 0; j < i; j++) // one subregion twice: which is the result?
                lost |= a[j].subregion == a[i].subregion;
            s->lost[a[i].subregion] |= lost;
        }
    }
    for (uint32_t i = 0; i < c->graph->subregion_count; i++)
        followed += !s->lost[i];
    return followed;
}

static inline size_t replay_list(const checked *c, replay_event *e) {
    size_t n = 0;
    for (uint32_t t = 0; t < c->line->task_count; t++) {
        e[n++] = (replay_event){c->line->tasks[t].start_us, REPLAY_START, t, false};
        e[n++] = (replay_event){c->line->tasks[t].end_us, REPLAY_TASK_END, t, false};
    }
    for (uint32_t i = 0; i < c->line->copy_count; i++) {
        e[n++] = (replay_event){c->line->copies[i].start_us, REPLAY_START, i, true};
        e[n++] = (replay_event){c->line->copies[i].end_us, REPLAY_COPY_END, i, true};
    }
    for (uint32_t i = 0; i < c->graph->sync_count; i++)
        if (c->graph->syncs[i].type == MW_SYNC_ACQUIRE)
            e[n++] = (replay_event){c->line->syncs[i].end_us, REPLAY_SYNC, i, false};
    qsort(e, n, sizeof *e, replay_before);
    return n;
}

/** @return how many subregions could be followed */
static inline uint32_t replay(const checked *c) {
    size_t subregions = c->graph->subregion_count + 1, mems = c->machine->mem_count;
    replay_state s = {
        c, calloc(subregions, sizeof(uint32_t)), malloc(subregions * mems * sizeof(uint32_t)),
        calloc(c->line->copy_count + 1, sizeof(uint32_t)), calloc(subregions, sizeof(bool))};
    for (size_t i = 0; i < subregions * mems; i++)
        s.held[i] = MW_NO_ID;
    for (uint32_t i = 0; i < c->graph->subregion_count; i++)
        *replay_held(&s, i, c->plan->home[i]) = 0;
    uint32_t followed = replay_mark(&s);
    replay_event *events =
        malloc(sizeof *events * (2 * (size_t)c->line->task_count + 2 * (size_t)c->line->copy_count +
                                 c->graph->sync_count + 1));
    size_t count = replay_list(c, events);
    for (size_t i = 0; i < count; i++)
        replay_event_at(&s, &events[i]);
    free(events);
    free(s.version);
    free(s.held);
    free(s.carried);
    free(s.lost);
    return followed;
}
