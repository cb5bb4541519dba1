// src/search/moves.c: each finding has its remedies; a remedy weighs what its finding costs times
// how often such remedies help.
#include "search/moves.h"
#include <string.h>

/** What a remedy is for. */
typedef enum cause { IDLE, COPIES, RUNNING, PRESSURE, CAUSES } cause;

/** Everything a remedy needs to know, and where it puts its moves. */
typedef struct finder {
    const mw_space *s;
    const mw_space_point *from;
    const mw_findings *f;
    mw_moves *out;
    const char *cause[CAUSES]; ///< in words
} finder;

/** How much a family usually does about idle processors; the order in which families are tried. */
static const double PROMISE[MW_MAP_FAMILIES] = {
    [MW_MAP_DEFAULT] = 0.3,    [MW_MAP_ANY] = 1.0,          [MW_MAP_BLOCK] = 0.6,
    [MW_MAP_CYCLIC] = 0.9,     [MW_MAP_BLOCK_CYCLIC] = 0.5, [MW_MAP_FOLDED] = 0.7,
    [MW_MAP_DIAGONAL] = 0.65,  [MW_MAP_LINEAR_BLOCK] = 0.4, [MW_MAP_LINEAR_CYCLIC] = 0.75,
    [MW_MAP_GRID_BLOCK] = 0.7, [MW_MAP_GRID_CYCLIC] = 0.8,  [MW_MAP_NODE_BLOCK] = 0.6,
    [MW_MAP_ONE] = 0.1,
};
/** What every move weighs at least, so that a search that finds nothing better gets to it. */
static const double LEAST = 0.01;
/** What a remedy weighs of the one before it for the same cause. */
static const double VARIETY = 0.95;
/** A share below this is not given as a cause. */
static const double NOTEWORTHY = 0.005;

// --- making moves
// ----------------------------------------------------------------------------------

static void begin(finder *d, double weight, cause why, const char *what) {
    mw_move move = {.first_edit = (uint32_t)d->out->edits.count,
                    .weight = weight,
                    .group = (uint8_t)why,
                    .cause = d->cause[why],
                    .what = what};
    if (!what || !move.cause || !MW_PUSH(&d->out->list, move))
        d->out->failed = true;
}

static void add(finder *d, mw_edit edit) {
    if (d->out->failed || !MW_PUSH(&d->out->edits, edit))
        d->out->failed = true;
    else
        d->out->list.items[d->out->list.count - 1].edit_count++;
}

/** Forgets a move that turned out to change nothing. */
static void end(finder *d) {
    if (!d->out->failed && d->out->list.items[d->out->list.count - 1].edit_count == 0)
        d->out->list.count--;
}

static double weigh(double share, double promise) {
    return LEAST * promise + share * promise;
}

// --- idle processors: other index maps
// --------------------------------------------------------------

static const char *map_text(finder *d, const char *who, mw_map_choice map, mw_proc_kind proc) {
    mw_str words = {0};
    mw_map_words(map, proc, &words);
    const char *text = mw_arena_printf(d->out->arena, "%s: %s", who, mw_str_text(&words));
    mw_str_clear(&words);
    return text;
}

/** Single tasks spread by fewer families than index launches. */
static void add_single(finder *d, uint32_t i, mw_map_choice map) {
    const mw_subject_choice *choice = &d->from->subjects[i];
    uint64_t procs = (uint64_t)d->s->machine->nodes * d->s->machine->procs_of_kind[choice->proc];
    bool fits = map.family == MW_MAP_DEFAULT || map.family == MW_MAP_ANY ||
                (map.family == MW_MAP_ONE && map.size < procs);
    if (d->s->subjects[i].single && procs > 1 && fits && !mw_map_same(choice->single, map))
        add(d, (mw_edit){.type = MW_EDIT_SINGLE, .subject = i, .map = map});
}

static void add_map(finder *d, uint32_t i, mw_map_choice map) {
    const mw_subject_choice *choice = &d->from->subjects[i];
    if (!mw_map_same(choice->map, map) &&
        mw_subject_has_map(&d->s->subjects[i], (mw_proc_kind)choice->proc, map))
        add(d, (mw_edit){.type = MW_EDIT_MAP, .subject = i, .map = map});
    add_single(d, i, map);
}

/** Whatever is ready goes to whichever processor is free, on every kind of processor. */
static void free_all(finder *d) {
    begin(d, weigh(d->f->idle, PROMISE[MW_MAP_ANY]), IDLE,
          "all: whichever processor is free first");
    for (uint32_t i = 0; i < d->s->subject_count; i++)
        add_map(d, i, (mw_map_choice){.family = MW_MAP_ANY});
    end(d);
}

/** The same map for every task kind that has it: producers and consumers stay together. */
static void spread_all_alike(finder *d, mw_map_choice map, uint8_t proc) {
    double share = d->f->idle > d->f->copies ? d->f->idle : d->f->copies;
    begin(d, weigh(share, PROMISE[map.family]), d->f->idle > d->f->copies ? IDLE : COPIES,
          map_text(d, "all", map, (mw_proc_kind)proc));
    for (uint32_t i = 0; i < d->s->subject_count; i++)
        if (d->from->subjects[i].proc == proc)
            add_map(d, i, map);
    end(d);
}

/** Each map that some task kind has, for all at once. It is tried at the first kind that has it. */
static void spread_alike(finder *d) {
    for (uint32_t i = 0; i < d->s->subject_count; i++) {
        const mw_subject *subject = &d->s->subjects[i];
        uint8_t proc = d->from->subjects[i].proc;
        for (uint32_t c = 0; c < subject->map_count[proc]; c++) {
            mw_map_choice map = subject->maps[proc][c];
            bool earlier = false;
            for (uint32_t k = 0; k < i; k++)
                earlier =
                    earlier || (d->from->subjects[k].proc == proc &&
                                mw_subject_has_map(&d->s->subjects[k], (mw_proc_kind)proc, map));
            if (!earlier)
                spread_all_alike(d, map, proc);
        }
    }
}

static void spread_one(finder *d, uint32_t i) {
    const mw_subject *subject = &d->s->subjects[i];
    const mw_subject_choice *choice = &d->from->subjects[i];
    double share = d->f->idle * (0.3 + 0.7 * d->f->running[i]);
    for (uint32_t c = 0; c < subject->map_count[choice->proc]; c++) {
        mw_map_choice map = subject->maps[choice->proc][c];
        if (mw_map_same(map, choice->map))
            continue;
        begin(d, weigh(share, 0.9 * PROMISE[map.family]), IDLE,
              map_text(d, subject->name, map, (mw_proc_kind)choice->proc));
        add(d, (mw_edit){.type = MW_EDIT_MAP, .subject = i, .map = map});
    }
    for (uint32_t c = 0; c < 2; c++) {
        mw_map_choice single = {.family = c ? MW_MAP_ONE : MW_MAP_ANY};
        begin(d, weigh(share, PROMISE[single.family]), IDLE,
              map_text(d, subject->name, single, (mw_proc_kind)choice->proc));
        add_single(d, i, single);
        end(d);
    }
}

// --- idle processors: another order
// -----------------------------------------------------------------

static void add_priorities(finder *d, const mw_priority_choice *priorities) {
    for (uint32_t i = 0; i < d->s->subject_count; i++)
        if (!mw_priority_same(&priorities[i], &d->from->subjects[i].priority))
            add(d, (mw_edit){.type = MW_EDIT_PRIORITY, .subject = i, .priority = priorities[i]});
}

/** By distance to the end, alone and together with processors that take what is ready. */
static mw_status reorder_by_rank(finder *d, bool linear) {
    mw_priority_choice *fitted =
        MW_NEW_ARRAY(d->out->arena, mw_priority_choice, d->s->subject_count + 1);
    mw_status status =
        fitted ? mw_priorities_fit(d->s, d->f->rank_us, linear, fitted) : MW_ERR_NOMEM;
    if (status != MW_OK)
        return status;
    const char *what = linear ? "all: priority by distance to the end, point by point"
                              : "all: priority by distance to the end, kind by kind";
    begin(d, weigh(d->f->idle, linear ? 0.95 : 0.94), IDLE, what);
    add_priorities(d, fitted);
    end(d);
    begin(d, weigh(d->f->idle, linear ? 0.99 : 0.98), IDLE,
          mw_arena_printf(d->out->arena, "%s; and any free processor", what));
    for (uint32_t i = 0; i < d->s->subject_count; i++)
        add_map(d, i, (mw_map_choice){.family = MW_MAP_ANY});
    if (!d->out->failed && d->out->list.items[d->out->list.count - 1].edit_count > 0)
        add_priorities(d, fitted); // where all are free already, the move before says it all
    end(d);
    return MW_OK;
}

static void reorder_one(finder *d, uint32_t i) {
    const mw_priority_choice *now = &d->from->subjects[i].priority;
    mw_priority_choice first = {.given = true, .constant = MW_PRIORITY_MAX}, own = {0};
    double share = d->f->idle * (0.2 + 0.8 * d->f->running[i]);
    if (!mw_priority_same(now, &first)) {
        begin(d, weigh(share, 0.6), IDLE,
              mw_arena_printf(d->out->arena, "%s: goes first", d->s->subjects[i].name));
        add(d, (mw_edit){.type = MW_EDIT_PRIORITY, .subject = i, .priority = first});
    }
    if (now->given) {
        begin(d, weigh(share, 0.3), IDLE,
              mw_arena_printf(d->out->arena, "%s: the program's own priority",
                              d->s->subjects[i].name));
        add(d, (mw_edit){.type = MW_EDIT_PRIORITY, .subject = i, .priority = own});
    }
}

// --- slow kernels: another kind of processor
// --------------------------------------------------------

static void move_all(finder *d) {
    for (int k = 0; k < MW_PROC_KINDS; k++) {
        double share = d->f->ran ? 0.3 + d->f->copies : 1;
        begin(d, weigh(share, 0.5), d->f->ran ? RUNNING : PRESSURE,
              mw_arena_printf(d->out->arena, "all that can: on %s",
                              mw_proc_kind_name((mw_proc_kind)k)));
        for (uint32_t i = 0; i < d->s->subject_count; i++)
            for (uint32_t c = 0; c < d->s->subjects[i].proc_count; c++)
                if (d->s->subjects[i].procs[c] == k && d->from->subjects[i].proc != k)
                    add(d, (mw_edit){.type = MW_EDIT_PROC, .subject = i, .value = (uint8_t)k});
        end(d);
    }
}

/** One task kind on another kind of processor, and all data in a memory that both kinds reach:
 * alone, either would only add copies. */
static void move_with_data(finder *d, uint32_t i, uint8_t proc) {
    const mw_space *s = d->s;
    uint8_t now = d->from->subjects[i].proc;
    for (uint32_t m = 0; m < s->mem_count[proc]; m++) {
        uint8_t mem = s->mems[proc][m];
        bool shared = false;
        for (uint32_t k = 0; k < s->mem_count[now]; k++)
            shared = shared || s->mems[now][k] == mem;
        if (!shared)
            continue;
        begin(d, weigh(d->f->running[i] + 0.3 * d->f->idle, 0.7), RUNNING,
              mw_arena_printf(d->out->arena, "%s: on %s, and all data in %s", s->subjects[i].name,
                              mw_proc_kind_name((mw_proc_kind)proc),
                              mw_mem_kind_name((mw_mem_kind)mem)));
        add(d, (mw_edit){.type = MW_EDIT_PROC, .subject = i, .value = proc});
        for (uint32_t k = 0; k < s->subject_count; k++)
            for (uint32_t a = 0; a < s->subjects[k].argument_count; a++)
                add(d,
                    (mw_edit){.type = MW_EDIT_MEMORY, .subject = k, .argument = a, .value = mem});
    }
}

static void move_one(finder *d, uint32_t i) {
    const mw_subject *subject = &d->s->subjects[i];
    double share = d->f->ran ? d->f->running[i] + 0.3 * d->f->idle : 0.8;
    for (uint32_t c = 0; c < subject->proc_count; c++) {
        if (subject->procs[c] == d->from->subjects[i].proc)
            continue;
        begin(d, weigh(share, 0.8), d->f->ran ? RUNNING : PRESSURE,
              mw_arena_printf(d->out->arena, "%s: on %s", subject->name,
                              mw_proc_kind_name((mw_proc_kind)subject->procs[c])));
        add(d, (mw_edit){.type = MW_EDIT_PROC, .subject = i, .value = subject->procs[c]});
        if (d->f->ran)
            move_with_data(d, i, subject->procs[c]);
    }
}

// --- copies, and memories that are full: other memories
// -----------------------------------------------

/** MW_MEM_KINDS stands for what the default takes. */
static const char *memory_name(int mem) {
    return mem == MW_MEM_KINDS ? "the default's memory" : mw_mem_kind_name((mw_mem_kind)mem);
}

/** Puts one argument elsewhere; nothing if it cannot go there or is there already. */
static void add_memory(finder *d, uint32_t i, uint32_t a, int mem) {
    const mw_subject *subject = &d->s->subjects[i];
    uint8_t proc = d->from->subjects[i].proc;
    uint8_t now = d->from->arguments[subject->first_argument + a].mem;
    int now_mem = now ? now - 1 : d->s->mem_count[proc] ? d->s->mems[proc][0] : MW_MEM_KINDS;
    bool there = mem == MW_MEM_KINDS && now != 0;
    for (uint32_t m = 0; m < d->s->mem_count[proc]; m++)
        there = there || (d->s->mems[proc][m] == mem && mem != now_mem);
    if (there)
        add(d,
            (mw_edit){.type = MW_EDIT_MEMORY, .subject = i, .argument = a, .value = (uint8_t)mem});
}

static void place_argument(finder *d, uint32_t i, uint32_t a) {
    const mw_subject *subject = &d->s->subjects[i];
    mw_arena *arena = d->out->arena;
    double share = 0.6;
    if (d->f->ran)
        share = d->f->copies * d->f->copying[subject->first_argument + a] + d->f->memory;
    const char *name = subject->argument_names[a];
    if (!name)
        name = mw_arena_printf(arena, "argument %u", a);
    for (int mem = 0; mem <= MW_MEM_KINDS; mem++) {
        begin(d, weigh(share, 1), d->f->ran ? COPIES : PRESSURE,
              mw_arena_printf(arena, "%s %s: in %s", subject->name, name, memory_name(mem)));
        add_memory(d, i, a, mem);
        end(d);
    }
}

/** All arguments of one task kind, or of all (MW_NO_ID). */
static void place_together(finder *d, uint32_t only) {
    const mw_space *s = d->s;
    double share = only == MW_NO_ID ? 1 : 0.7;
    if (d->f->ran)
        share = d->f->copies * (only == MW_NO_ID ? 1 : d->f->running[only]) + d->f->memory;
    const char *who = only == MW_NO_ID ? "all" : s->subjects[only].name;
    for (int mem = 0; mem <= MW_MEM_KINDS; mem++) {
        begin(d, weigh(share, 0.5), d->f->ran ? COPIES : PRESSURE,
              mw_arena_printf(d->out->arena, "%s: data in %s", who, memory_name(mem)));
        for (uint32_t i = 0; i < s->subject_count; i++)
            for (uint32_t a = 0; a < s->subjects[i].argument_count; a++)
                if (only == MW_NO_ID || only == i)
                    add_memory(d, i, a, mem);
        end(d);
    }
}

/** One region wherever it is used: producer and consumer then agree, on whatever processors. Tried
 * at the first argument that touches it. */
static void place_region(finder *d, uint32_t argument) {
    const mw_space *s = d->s;
    uint32_t region = s->argument_region[argument];
    for (uint32_t a = 0; a < argument; a++)
        if (s->argument_region[a] == region)
            return;
    if (region == MW_NO_ID)
        return;
    const char *name = mw_graph_string(s->graph, s->graph->regions[region].name);
    for (int mem = 0; mem <= MW_MEM_KINDS; mem++) {
        begin(d, weigh(d->f->ran ? d->f->copies + d->f->memory : 0.7, 0.8),
              d->f->ran ? COPIES : PRESSURE,
              mw_arena_printf(d->out->arena, "region %s: in %s", name, memory_name(mem)));
        for (uint32_t i = 0; i < s->subject_count; i++)
            for (uint32_t a = 0; a < s->subjects[i].argument_count; a++)
                if (s->argument_region[s->subjects[i].first_argument + a] == region)
                    add_memory(d, i, a, mem);
        end(d);
    }
}

static void relay(finder *d, uint32_t i) {
    const mw_subject *subject = &d->s->subjects[i];
    for (uint8_t layout = 0; layout < 4 && subject->layouts; layout++) {
        begin(d, weigh(d->f->ran ? d->f->running[i] : 0.9, 0.6), RUNNING,
              mw_arena_printf(d->out->arena, "%s: data as %s in %s", subject->name,
                              layout & 2 ? "AOS" : "SOA", layout & 1 ? "C_order" : "F_order"));
        for (uint32_t a = 0; a < subject->argument_count; a++)
            if (d->from->arguments[subject->first_argument + a].layout != layout)
                add(d, (mw_edit){
                           .type = MW_EDIT_LAYOUT, .subject = i, .argument = a, .value = layout});
        end(d);
    }
}

static void limit_one(finder *d, uint32_t i) {
    uint32_t now = d->from->subjects[i].limit;
    for (uint32_t c = 0; c < d->s->limit_count; c++) {
        uint32_t limit = d->s->limits[c];
        double share = !d->f->ran ? 0.4 : limit > now || limit == 0 ? d->f->limits : d->f->memory;
        if (limit == now)
            continue;
        begin(d, weigh(share, 0.5), PRESSURE,
              limit ? mw_arena_printf(d->out->arena, "%s: at most %u at once",
                                      d->s->subjects[i].name, limit)
                    : mw_arena_printf(d->out->arena, "%s: no limit", d->s->subjects[i].name));
        add(d, (mw_edit){.type = MW_EDIT_LIMIT, .subject = i, .limit = limit});
    }
}

// --- all of them
// -----------------------------------------------------------------------------------

/** Heavier first; equal weights in the order they were found. */
static void sort_moves(mw_moves *m, uint32_t *order, uint32_t *other) {
    size_t n = m->list.count; // a merge sort: qsort does not keep the order of equals
    for (size_t width = 1; width < n; width *= 2) {
        for (size_t lo = 0; lo < n; lo += 2 * width) {
            size_t mid = lo + width < n ? lo + width : n, hi = mid + width < n ? mid + width : n;
            size_t a = lo, b = mid;
            for (size_t k = lo; k < hi; k++) {
                bool left = b >= hi || (a < mid && m->list.items[order[a]].weight >=
                                                       m->list.items[order[b]].weight);
                other[k] = left ? order[a++] : order[b++];
            }
        }
        memcpy(order, other, n * sizeof *order);
    }
}

/** The next remedy for the same cause weighs less than the one before: what one family of remedies
 * cannot do, another may. Needs the moves sorted. */
static void vary(mw_moves *m) {
    double left[CAUSES];
    for (int c = 0; c < CAUSES; c++)
        left[c] = 1;
    for (size_t i = 0; i < m->list.count; i++) {
        mw_move *move = &m->list.items[i];
        move->weight *= left[move->group];
        left[move->group] *= VARIETY;
    }
}

static bool sort(mw_moves *m) {
    size_t n = m->list.count;
    uint32_t *order = malloc(sizeof *order * (2 * n + 1));
    mw_move *sorted = malloc(sizeof *sorted * (n + 1));
    bool there = order && sorted;
    for (uint32_t i = 0; there && i < n; i++)
        order[i] = i;
    if (there && n > 0) {
        sort_moves(m, order, order + n);
        for (size_t i = 0; i < n; i++)
            sorted[i] = m->list.items[order[i]];
        memcpy(m->list.items, sorted, n * sizeof *sorted);
    }
    free(order);
    free(sorted);
    return there;
}

static void word_causes(finder *d) {
    mw_arena *a = d->out->arena;
    const mw_findings *f = d->f;
    uint32_t longest = 0;
    for (uint32_t i = 1; i < d->s->subject_count; i++)
        longest = f->running[i] > f->running[longest] ? i : longest;
    for (int c = 0; c < CAUSES; c++)
        d->cause[c] = "";
    if (!f->ran)
        d->cause[PRESSURE] = "the mapper does not fit the machine";
    if (f->idle >= NOTEWORTHY && f->imbalance > 1.05)
        d->cause[IDLE] =
            mw_arena_printf(a,
                            "processors idle %.0f%% of the time, the busiest has %.1f times "
                            "the mean",
                            100 * f->idle, f->imbalance);
    else if (f->idle >= NOTEWORTHY)
        d->cause[IDLE] = mw_arena_printf(a, "processors idle %.0f%% of the time", 100 * f->idle);
    if (f->copies >= NOTEWORTHY)
        d->cause[COPIES] = mw_arena_printf(a, "copies cost %.0f%%", 100 * f->copies);
    if (d->s->subject_count > 0 && f->running[longest] >= NOTEWORTHY)
        d->cause[RUNNING] =
            mw_arena_printf(a, "%s runs for %.0f%% of the critical path",
                            d->s->subjects[longest].name, 100 * f->running[longest]);
    if (f->limits + f->memory >= NOTEWORTHY)
        d->cause[PRESSURE] = mw_arena_printf(a, "limits and full memories cost %.0f%%",
                                             100 * (f->limits + f->memory));
}

mw_status mw_moves_find(const mw_space *s, const mw_space_point *from, const mw_findings *findings,
                        mw_moves *out) {
    *out = (mw_moves){.arena = mw_arena_new()};
    if (!out->arena)
        return MW_ERR_NOMEM;
    finder d = {.s = s, .from = from, .f = findings, .out = out};
    word_causes(&d);
    free_all(&d);
    spread_alike(&d);
    mw_status status = findings->ran ? reorder_by_rank(&d, true) : MW_OK;
    if (status == MW_OK && findings->ran)
        status = reorder_by_rank(&d, false);
    move_all(&d);
    place_together(&d, MW_NO_ID);
    for (uint32_t a = 0; a < s->argument_count; a++)
        place_region(&d, a);
    for (uint32_t i = 0; i < s->subject_count; i++) {
        spread_one(&d, i);
        reorder_one(&d, i);
        move_one(&d, i);
        place_together(&d, i);
        for (uint32_t a = 0; a < s->subjects[i].argument_count; a++)
            place_argument(&d, i, a);
        relay(&d, i);
        limit_one(&d, i);
    }
    if (status == MW_OK && (out->failed || mw_arena_failed(out->arena) || !sort(out)))
        status = MW_ERR_NOMEM;
    if (status == MW_OK) {
        vary(out);
        status = sort(out) ? MW_OK : MW_ERR_NOMEM;
    }
    if (status != MW_OK)
        mw_moves_clear(out);
    return status;
}

void mw_moves_clear(mw_moves *m) {
    MW_VEC_CLEAR(&m->list);
    MW_VEC_CLEAR(&m->edits);
    mw_arena_free(m->arena);
    m->arena = NULL;
}

void mw_edit_apply(const mw_space *s, const mw_edit *edit, mw_space_point *p) {
    mw_subject_choice *choice = &p->subjects[edit->subject];
    mw_argument_choice *argument =
        &p->arguments[s->subjects[edit->subject].first_argument + edit->argument];
    switch ((mw_edit_type)edit->type) {
    case MW_EDIT_PROC: mw_space_set_proc(s, p, edit->subject, (mw_proc_kind)edit->value); return;
    case MW_EDIT_MAP: mw_space_set_map(s, p, edit->subject, edit->map); return;
    case MW_EDIT_SINGLE: choice->single = edit->map; return;
    case MW_EDIT_MEMORY:
        mw_space_set_memory(s, p, edit->subject, edit->argument, (mw_mem_kind)edit->value);
        return;
    case MW_EDIT_LAYOUT: argument->layout = edit->value; return;
    case MW_EDIT_LIMIT: choice->limit = edit->limit; return;
    case MW_EDIT_PRIORITY: choice->priority = edit->priority; return;
    }
}
