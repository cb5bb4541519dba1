// src/starpu/preload/launches.c: see launches.h for the rules.
#include "starpu/preload/launches.h"
#include "base/hash.h"
#include "starpu/preload/regions.h"
#include <stdlib.h>
#include <string.h>

/** The points of the open launch: a hash set that is emptied by counting `launch` up. */
typedef struct point_set {
    struct point_slot {
        uint64_t hash;
        uint64_t launch; ///< 0: never used
    } * slots;
    size_t count, capacity;
} point_set;

struct mw_launch_state {
    mw_live_launch open;
    uint64_t count;     ///< launches so far, the open one included
    uint64_t epoch;     ///< of the open one
    bool announced;     ///< the open one was
    uint64_t last_task; ///< the program's count of submissions at its newest task
    point_set points;
};

typedef struct point {
    uint32_t rank; ///< 0: none
    int32_t at[MW_POINT_RANK];
} point;

static uint64_t epoch = 1;
static uint64_t submissions;
static _Thread_local point announced_point;

void mw_launches_point(uint32_t rank, const int at[]) {
    announced_point.rank = rank <= MW_POINT_RANK ? rank : 0;
    for (uint32_t k = 0; k < announced_point.rank; k++) {
        announced_point.at[k] = at[k];
        if (at[k] < -MW_LIVE_COORDINATE_MAX || at[k] > MW_LIVE_COORDINATE_MAX)
            announced_point.rank = 0;
    }
}

void mw_launches_wait(void) {
    epoch++;
}

void mw_launches_announce(mw_live_kind *kind, uint32_t rank, const int extent[], uint32_t tasks) {
    if (rank == 0 || rank > MW_POINT_RANK || tasks == 0)
        return;
    mw_live_announced *a = &kind->announced;
    *a = (mw_live_announced){.rank = rank, .left = tasks, .fresh = true};
    for (uint32_t k = 0; k < rank; k++) {
        if (extent[k] < 1)
            *a = (mw_live_announced){0};
        else
            a->extent[k] = extent[k];
    }
}

static bool set_grow(point_set *s, uint64_t launch) {
    point_set bigger = {.capacity = s->capacity ? 2 * s->capacity : 256};
    bigger.slots = calloc(bigger.capacity, sizeof *bigger.slots);
    if (!bigger.slots)
        return false;
    for (size_t i = 0; i < s->capacity; i++)
        if (s->slots[i].launch == launch) {
            size_t at = s->slots[i].hash & (bigger.capacity - 1);
            while (bigger.slots[at].launch)
                at = (at + 1) & (bigger.capacity - 1);
            bigger.slots[at] = s->slots[i];
        }
    bigger.count = s->count;
    free(s->slots);
    *s = bigger;
    return true;
}

/** Adds a point. False: it was there already. Out of memory counts as "was not there". */
static bool set_add(point_set *s, uint64_t launch, const point *p) {
    if (2 * (s->count + 1) > s->capacity && !set_grow(s, launch))
        return true;
    uint64_t hash = mw_hash(p->at, p->rank * sizeof *p->at, p->rank);
    size_t at = hash & (s->capacity - 1);
    for (; s->slots[at].launch == launch; at = (at + 1) & (s->capacity - 1))
        if (s->slots[at].hash == hash)
            return false;
    s->slots[at] = (struct point_slot){hash, launch};
    s->count++;
    return true;
}

/** The first written handle with a place. */
static const mw_live_data *written_place(const struct starpu_task *task) {
    unsigned count = STARPU_TASK_GET_NBUFFERS(task);
    for (unsigned i = 0; i < count; i++) {
        enum starpu_data_access_mode mode = STARPU_TASK_GET_MODE(task, i);
        if (mode & STARPU_SCRATCH || !(mode & (STARPU_W | STARPU_REDUX)))
            continue;
        const mw_live_data *d = mw_regions_of(STARPU_TASK_GET_HANDLE(task, i));
        if (d && d->rank)
            return d;
    }
    return NULL;
}

static point place_point(const mw_live_data *d) {
    point p = {.rank = d ? d->rank : 0};
    if (d)
        memcpy(p.at, d->point, sizeof p.at);
    return p;
}

static point name_point(const struct starpu_task *task) {
    point p = {0};
    size_t base;
    if (task->name)
        p.rank = mw_live_suffix(task->name, p.at, &base);
    return p;
}

static bool inside(const point *p, uint32_t rank, const int32_t lower[], const int32_t extent[]) {
    if (p->rank != rank || rank == 0)
        return false;
    for (uint32_t k = 0; k < rank; k++)
        if (p->at[k] < lower[k] || (int64_t)p->at[k] - lower[k] >= extent[k])
            return false;
    return true;
}

static void open_launch(struct mw_launch_state *s, uint32_t rank) {
    s->open = (mw_live_launch){.ordinal = (uint32_t)s->count, .rank = rank};
    s->count++;
    s->epoch = epoch;
    s->announced = false;
    s->points.count = 0;
}

static point place_announced(mw_live_kind *kind, const struct starpu_task *task, point said) {
    static const int32_t zero[MW_POINT_RANK];
    struct mw_launch_state *s = kind->launches;
    mw_live_announced *a = &kind->announced;
    if (a->fresh) {
        open_launch(s, a->rank);
        s->announced = true;
        s->open.known = true;
        memcpy(s->open.extent, a->extent, sizeof a->extent);
        a->fresh = false;
    }
    a->left--;
    if (inside(&said, a->rank, zero, a->extent))
        return said;
    point p = name_point(task);
    if (inside(&p, a->rank, zero, a->extent))
        return p;
    p = place_point(written_place(task));
    if (inside(&p, a->rank, zero, a->extent))
        return p;
    p.rank = a->rank;
    uint32_t position = s->open.tasks;
    for (uint32_t k = a->rank; k-- > 0; position /= (uint32_t)a->extent[k])
        p.at[k] = (int32_t)(position % (uint32_t)a->extent[k]);
    return p;
}

/** The domain that a point belongs to by rule 2's handle, as lower and extent. */
static bool known_domain(const mw_live_data *d, const point *p, mw_live_launch *out) {
    if (!d || d->rank != p->rank)
        return false;
    const mw_live_region *r = d->region;
    for (uint32_t k = 0; k < p->rank; k++) {
        int64_t extent = (int64_t)r->upper[k] - r->lower[k] + 1;
        if (p->at[k] < r->lower[k] || p->at[k] > r->upper[k] || extent > INT32_MAX)
            return false;
        out->lower[k] = r->lower[k];
        out->extent[k] = (int32_t)extent;
    }
    return true;
}

static void widen(mw_live_launch *l, const point *p) {
    for (uint32_t k = 0; k < p->rank; k++) {
        int32_t lower = l->lower[k], upper = l->lower[k] + (l->extent[k] - 1);
        if (l->tasks == 0 || p->at[k] < lower)
            lower = p->at[k];
        if (l->tasks == 0 || p->at[k] > upper)
            upper = p->at[k];
        l->lower[k] = lower;
        l->extent[k] = upper - lower + 1;
    }
}

static bool same_domain(const mw_live_launch *a, const mw_live_launch *b) {
    return a->known == b->known &&
           (!a->known || (memcmp(a->lower, b->lower, sizeof a->lower) == 0 &&
                          memcmp(a->extent, b->extent, sizeof a->extent) == 0));
}

static void place_by_point(struct mw_launch_state *s, const mw_live_data *d, const point *p) {
    mw_live_launch domain = {0};
    domain.known = known_domain(d, p, &domain);
    bool goes_on = s->count && !s->announced && !s->open.positional && s->epoch == epoch &&
                   s->open.rank == p->rank && (same_domain(&s->open, &domain));
    if (goes_on && set_add(&s->points, s->count, p)) {
        if (!domain.known)
            widen(&s->open, p);
        return;
    }
    open_launch(s, p->rank);
    set_add(&s->points, s->count, p);
    s->open.known = domain.known;
    if (domain.known) {
        memcpy(s->open.lower, domain.lower, sizeof domain.lower);
        memcpy(s->open.extent, domain.extent, sizeof domain.extent);
    } else {
        widen(&s->open, p);
    }
}

static point place_by_position(struct mw_launch_state *s) {
    bool goes_on =
        s->count && s->open.positional && s->epoch == epoch && s->last_task + 1 == submissions;
    if (!goes_on) {
        open_launch(s, 1);
        s->open.positional = true;
    }
    s->open.extent[0] = (int32_t)s->open.tasks + 1;
    return (point){.rank = 1, .at = {(int32_t)s->open.tasks}};
}

const mw_live_launch *mw_launches_place(mw_live_kind *kind, const struct starpu_task *task,
                                        mw_live_task *t) {
    point p = announced_point;
    announced_point.rank = 0;
    if (!kind->launches && !(kind->launches = calloc(1, sizeof *kind->launches)))
        return NULL;
    struct mw_launch_state *s = kind->launches;
    submissions++;
    if (kind->announced.left) {
        p = place_announced(kind, task, p);
    } else {
        const mw_live_data *d = written_place(task);
        if (!p.rank)
            p = name_point(task);
        if (!p.rank)
            p = place_point(d);
        if (p.rank)
            place_by_point(s, d, &p);
        else
            p = place_by_position(s);
    }
    s->last_task = submissions;
    s->open.tasks++;
    t->launch = s->open.ordinal;
    t->rank = p.rank;
    memcpy(t->point, p.at, sizeof t->point);
    return &s->open;
}
