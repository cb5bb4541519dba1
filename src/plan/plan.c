// src/plan/plan.c: plans a graph. Tasks of equal kind, launch extents and point share one decision,
// so the mapper's functions run once per distinct point, not once per task.
#include "plan/plan.h"
#include "base/hash.h"
#include "base/vec.h"
#include "plan/choose.h"
#include <string.h>

enum {
    ARGUMENT_NAMES = 3,
    FILL_MIN = 64, // points of a launch that is mapped as a whole
};

/** Decisions for one kind over one domain size, filled as points come up. */
typedef struct table {
    uint32_t kind, rank;
    int32_t extent[MW_POINT_RANK];
    uint64_t volume;
    uint32_t *place;   ///< [volume] index into places, MW_NO_ID: not yet
    int32_t *priority; ///< [volume]; NULL where the mapper sets none
    bool asked;        ///< for all points at once
} table;

struct mw_plan_inner {
    mw_arena *arena; ///< tables, names, kind rules
    mw_mapping *mapping;
    MW_VEC(mw_place) places;
    MW_VEC(uint32_t) place_procs;
    MW_VEC(table) tables;
    uint32_t *launch_table; ///< [launch_count]
    uint32_t *single_turn;  ///< [kind_count] single tasks placed so far
    uint32_t *proc_place;   ///< [proc_count] the place that is just that processor, or MW_NO_ID
    uint32_t *first_choice; ///< [kind_count] into choices: [argument][processor of the kind]
    mw_choice *choices;
    uint32_t *scratch; ///< of mw_mapping_place
    uint32_t scratch_capacity;
};

void mw_plan_free(mw_plan *p) {
    if (!p)
        return;
    struct mw_plan_inner *in = p->inner;
    if (in) {
        mw_mapping_free(in->mapping);
        MW_VEC_CLEAR(&in->places);
        MW_VEC_CLEAR(&in->place_procs);
        for (size_t i = 0; i < in->tables.count; i++) {
            free(in->tables.items[i].place);
            free(in->tables.items[i].priority);
        }
        MW_VEC_CLEAR(&in->tables);
        free(in->choices);
        free(in->scratch);
        mw_arena_free(in->arena);
        free(in);
    }
    free((void *)p->task_place);
    free((void *)p->task_priority);
    free(p);
}

// --- kinds
// -----------------------------------------------------------------------------------------

/** The region that each argument of each kind touches in its first task; MW_NO_ID: no task has that
 * argument. `several` marks arguments that touch more than one. Both are indexed like
 * graph->arguments. */
typedef struct argument_regions {
    uint32_t *region;
    bool *several;
} argument_regions;

static bool find_regions(const mw_graph *g, mw_arena *arena, argument_regions *out) {
    out->region = MW_NEW_ARRAY(arena, uint32_t, g->argument_count + 1);
    out->several = MW_NEW_ARRAY(arena, bool, g->argument_count + 1);
    if (!out->region || !out->several)
        return false;
    memset(out->region, 0xFF, sizeof(uint32_t) * g->argument_count);
    for (uint32_t t = 0; t < g->task_count; t++) {
        const mw_task *task = &g->tasks[t];
        const mw_kind *kind = &g->kinds[task->kind];
        for (uint32_t i = 0; i < task->access_count; i++) {
            const mw_access *a = &g->accesses[task->first_access + i];
            uint32_t *region = &out->region[kind->first_argument + a->argument];
            uint32_t own = g->subregions[a->subregion].region;
            if (*region == MW_NO_ID)
                *region = own;
            else if (*region != own)
                out->several[kind->first_argument + a->argument] = true;
        }
    }
    return true;
}

/** The names that argument `at` (index into graph->arguments) answers to, most specific first. */
static void name_argument(const mw_graph *g, uint32_t at, uint32_t region,
                          const char *names[ARGUMENT_NAMES]) {
    uint32_t n = 0;
    const char *own = mw_graph_string(g, g->arguments[at].name);
    if (*own)
        names[n++] = own;
    for (; region != MW_NO_ID && n < ARGUMENT_NAMES; region = g->regions[region].parent) {
        const char *name = mw_graph_string(g, g->regions[region].name);
        if (*name && (n == 0 || strcmp(names[n - 1], name) != 0))
            names[n++] = name;
    }
}

/** A rule that names a region decides for a whole argument; where the argument touches several
 * regions that is worth saying. */
static void warn_several(const mw_graph *g, const mw_program *program,
                         const argument_regions *regions, mw_diags *diags) {
    uint32_t rule_count = 0;
    const mw_rule *rules = program ? mw_program_rules(program, &rule_count) : NULL;
    for (uint32_t r = 0; r < rule_count; r++) {
        for (uint32_t a = 0; rules[r].region && a < g->argument_count; a++) {
            if (!regions->several[a] || regions->region[a] == MW_NO_ID ||
                *mw_graph_string(g, g->arguments[a].name))
                continue;
            const char *names[ARGUMENT_NAMES] = {0};
            name_argument(g, a, regions->region[a], names);
            bool decides = false;
            for (uint32_t i = 0; i < ARGUMENT_NAMES && names[i]; i++)
                decides = decides || strcmp(names[i], rules[r].region) == 0;
            if (!decides)
                continue;
            mw_diag_at(diags, MW_WARNING, MW_NO_EFFECT_YET, mw_program_source(program),
                       rules[r].span, "use the argument's position instead of a region's name",
                       "an argument that touches region '%s' touches others too: the rule is "
                       "applied to all of them",
                       rules[r].region);
            break;
        }
    }
}

static mw_status resolve_kinds(mw_plan *p, const mw_program *program, mw_diags *diags) {
    const mw_graph *g = p->graph;
    struct mw_plan_inner *in = p->inner;
    const mw_kind_rules **rules = MW_NEW_ARRAY(in->arena, const mw_kind_rules *, g->kind_count + 1);
    uint32_t *limit = MW_NEW_ARRAY(in->arena, uint32_t, g->kind_count + 1);
    const char *(*names)[ARGUMENT_NAMES] =
        mw_arena_alloc(in->arena, sizeof *names * (g->argument_count + 1), _Alignof(char *));
    argument_regions regions;
    if (!rules || !limit || !names || !find_regions(g, in->arena, &regions))
        return MW_ERR_NOMEM;
    for (uint32_t a = 0; a < g->argument_count; a++)
        name_argument(g, a, regions.region[a], names[a]);
    bool mapped = true;
    for (uint32_t k = 0; k < g->kind_count; k++) {
        mw_kind_view view = {
            mw_graph_kind_name(g, k), g->kinds[k].variants, g->kinds[k].argument_count,
            (const char *const(*)[ARGUMENT_NAMES])(names + g->kinds[k].first_argument)};
        rules[k] = mw_mapping_kind(in->mapping, &view, diags);
        if (!rules[k])
            return MW_ERR_NOMEM;
        mapped = mapped && rules[k]->mapped;
        limit[k] = rules[k]->limit > UINT32_MAX ? UINT32_MAX : (uint32_t)rules[k]->limit;
    }
    p->kind_rules = rules;
    p->kind_limit = limit;
    mw_mapping_warn_unused(in->mapping, diags);
    warn_several(g, program, &regions, diags);
    return mapped ? MW_OK : MW_ERR_INPUT;
}

// --- memories
// --------------------------------------------------------------------------------------

static uint32_t procs_of(const mw_plan *p, uint32_t kind) {
    return p->machine->nodes * p->machine->procs_of_kind[p->kind_rules[kind]->proc];
}

static mw_status choose_all(mw_plan *p) {
    const mw_graph *g = p->graph;
    struct mw_plan_inner *in = p->inner;
    in->first_choice = MW_NEW_ARRAY(in->arena, uint32_t, g->kind_count + 1);
    if (!in->first_choice)
        return MW_ERR_NOMEM;
    uint64_t total = 0;
    for (uint32_t k = 0; k < g->kind_count; k++) {
        in->first_choice[k] = (uint32_t)total;
        total += (uint64_t)g->kinds[k].argument_count * procs_of(p, k);
        if (total > UINT32_MAX)
            return MW_ERR_NOMEM;
    }
    in->choices = malloc(sizeof(mw_choice) * (size_t)(total + 1));
    if (!in->choices)
        return MW_ERR_NOMEM;
    for (uint32_t k = 0; k < g->kind_count; k++) {
        const mw_kind_rules *rules = p->kind_rules[k];
        uint32_t per_node = p->machine->procs_of_kind[rules->proc], n = procs_of(p, k);
        for (uint32_t a = 0; a < g->kinds[k].argument_count; a++)
            for (uint32_t i = 0; i < n; i++)
                mw_choose(p->machine, &rules->arguments[a], mw_graph_walk(g, k, a, rules->proc),
                          mw_machine_proc(p->machine, rules->proc, i / per_node, i % per_node),
                          &in->choices[in->first_choice[k] + a * n + i]);
    }
    return MW_OK;
}

const mw_choice *mw_plan_choice(const mw_plan *p, uint32_t kind, uint32_t argument, uint32_t proc) {
    const mw_proc *at = &p->machine->procs[proc];
    uint32_t ordinal = at->node * p->machine->procs_of_kind[at->kind] + at->index;
    return &p->inner
                ->choices[p->inner->first_choice[kind] + argument * procs_of(p, kind) + ordinal];
}

// --- places
// ----------------------------------------------------------------------------------------

/** An entry for these processors; single processors share one. MW_NO_ID: out of memory. */
static uint32_t place_of(struct mw_plan_inner *in, const uint32_t *procs, uint32_t count) {
    if (count == 1 && in->proc_place[procs[0]] != MW_NO_ID)
        return in->proc_place[procs[0]];
    for (size_t i = 0; count > 1 && i < in->places.count; i++) { // sets are few
        const mw_place *p = &in->places.items[i];
        if (p->count == count &&
            memcmp(in->place_procs.items + p->first, procs, count * sizeof *procs) == 0)
            return (uint32_t)i;
    }
    mw_place fresh = {(uint32_t)in->place_procs.count, count, count > 1};
    for (uint32_t i = 0; i < count; i++)
        if (!MW_PUSH(&in->place_procs, procs[i]))
            return MW_NO_ID;
    if (!MW_PUSH(&in->places, fresh))
        return MW_NO_ID;
    uint32_t index = (uint32_t)(in->places.count - 1);
    if (count == 1)
        in->proc_place[procs[0]] = index;
    return index;
}

static mw_status decide(mw_plan *p, const mw_kind_rules *rules, const mw_task_view *view,
                        uint32_t turn, uint32_t *place, mw_diags *diags) {
    struct mw_plan_inner *in = p->inner;
    uint32_t count;
    mw_status status = mw_mapping_place(in->mapping, rules, view, turn, &in->scratch,
                                        &in->scratch_capacity, &count, diags);
    if (status != MW_OK)
        return status;
    *place = place_of(in, in->scratch, count);
    return *place == MW_NO_ID ? MW_ERR_NOMEM : MW_OK;
}

static bool same_table(const table *t, const mw_launch *l) {
    return t->kind == l->kind && t->rank == l->rank &&
           memcmp(t->extent, l->extent, sizeof(int32_t) * l->rank) == 0;
}

static mw_status add_table(mw_plan *p, const mw_launch *l, uint32_t *index) {
    struct mw_plan_inner *in = p->inner;
    table t = {.kind = l->kind, .rank = l->rank, .volume = 1};
    for (uint32_t d = 0; d < l->rank; d++) {
        t.extent[d] = l->extent[d];
        t.volume *= (uint64_t)l->extent[d];
        if (t.volume > MW_MAX_TASKS) { // sparse: points are decided one by one, without a table
            t.volume = 0;
            break;
        }
    }
    if (t.volume > 0) {
        t.place = malloc(sizeof *t.place * t.volume);
        if (!t.place)
            return MW_ERR_NOMEM;
        memset(t.place, 0xFF, sizeof *t.place * t.volume);
        if (p->kind_rules[l->kind]->priority_function != MW_NO_FUNCTION &&
            !(t.priority = malloc(sizeof *t.priority * t.volume))) {
            free(t.place);
            return MW_ERR_NOMEM;
        }
    }
    if (!MW_PUSH(&in->tables, t)) {
        free(t.place);
        free(t.priority);
        return MW_ERR_NOMEM;
    }
    *index = (uint32_t)(in->tables.count - 1);
    return MW_OK;
}

static mw_status make_tables(mw_plan *p) {
    const mw_graph *g = p->graph;
    struct mw_plan_inner *in = p->inner;
    uint32_t *newest = MW_NEW_ARRAY(in->arena, uint32_t, g->kind_count + 1); // + 1; 0: none
    in->launch_table = MW_NEW_ARRAY(in->arena, uint32_t, g->launch_count + 1);
    if (!newest || !in->launch_table)
        return MW_ERR_NOMEM;
    for (uint32_t l = 0; l < g->launch_count; l++) {
        const mw_launch *launch = &g->launches[l];
        if (launch->rank == 0)
            continue;
        uint32_t found = newest[launch->kind];
        if (!found || !same_table(&in->tables.items[found - 1], launch)) {
            found = 0;
            for (size_t i = in->tables.count; i > 0 && !found; i--)
                found = same_table(&in->tables.items[i - 1], launch) ? (uint32_t)i : 0;
            if (!found) {
                mw_status status = add_table(p, launch, &found);
                if (status != MW_OK)
                    return status;
                found++;
            }
        }
        newest[launch->kind] = found;
        in->launch_table[l] = found - 1;
    }
    return MW_OK;
}

typedef struct filling {
    struct mw_plan_inner *in;
    table *t;
} filling;

static bool fill_point(void *context, uint64_t at, const uint32_t *procs, uint32_t count) {
    filling *f = context;
    f->t->place[at] = place_of(f->in, procs, count);
    return f->t->place[at] != MW_NO_ID;
}

/** A whole table at once, when its first point comes up; points that fail are left for when they
 * come up themselves, if ever. */
static mw_status fill_table(mw_plan *p, table *t, const mw_kind_rules *rules,
                            const mw_task_view *view) {
    bool worth_it = t->volume >= FILL_MIN && t->volume <= p->graph->task_count && !t->priority;
    if (t->asked || !worth_it)
        return MW_OK;
    t->asked = true;
    filling f = {p->inner, t};
    return mw_mapping_launch(p->inner->mapping, rules, view, fill_point, &f);
}

/** The task's decision through its launch's table. */
static mw_status place_point(mw_plan *p, const mw_task *task, uint32_t *place, int32_t *priority,
                             mw_diags *diags) {
    struct mw_plan_inner *in = p->inner;
    const mw_launch *l = &p->graph->launches[task->launch];
    const mw_kind_rules *rules = p->kind_rules[task->kind];
    table *t = &in->tables.items[in->launch_table[task->launch]];
    int64_t point[MW_POINT_RANK], extent[MW_POINT_RANK];
    uint64_t at = 0;
    for (uint32_t d = 0; d < l->rank; d++) {
        point[d] = (int64_t)task->point[d] - l->lower[d];
        extent[d] = l->extent[d];
        at = at * (uint64_t)extent[d] + (uint64_t)point[d];
    }
    bool known = t->volume > 0 && t->place[at] != MW_NO_ID;
    if (known) {
        *place = t->place[at];
        *priority = t->priority ? t->priority[at] : task->priority;
        return MW_OK;
    }
    mw_task_view view = {.name = mw_graph_kind_name(p->graph, task->kind),
                         .index_launch = true,
                         .rank = l->rank,
                         .point = point,
                         .extent = extent,
                         .proc = MW_NO_ID};
    mw_status status = fill_table(p, t, rules, &view);
    if (status != MW_OK)
        return status;
    if (t->volume > 0 && t->place[at] != MW_NO_ID) {
        *place = t->place[at];
        *priority = task->priority;
        return MW_OK;
    }
    status = decide(p, rules, &view, 0, place, diags);
    if (status == MW_OK)
        status = mw_mapping_priority(in->mapping, rules, &view, task->priority, priority, diags);
    if (status == MW_OK && t->volume > 0) {
        t->place[at] = *place;
        if (t->priority)
            t->priority[at] = *priority;
    }
    return status;
}

static mw_status place_single(mw_plan *p, const mw_task *task, uint32_t *place, int32_t *priority,
                              mw_diags *diags) {
    struct mw_plan_inner *in = p->inner;
    const mw_kind_rules *rules = p->kind_rules[task->kind];
    mw_task_view view = {.name = mw_graph_kind_name(p->graph, task->kind), .proc = MW_NO_ID};
    mw_status status = decide(p, rules, &view, in->single_turn[task->kind]++, place, diags);
    if (status != MW_OK)
        return status;
    view.proc = p->inner->place_procs.items[in->places.items[*place].first];
    return mw_mapping_priority(in->mapping, rules, &view, task->priority, priority, diags);
}

static mw_status place_all(mw_plan *p, mw_diags *diags) {
    const mw_graph *g = p->graph;
    struct mw_plan_inner *in = p->inner;
    uint32_t *task_place = malloc(sizeof *task_place * ((size_t)g->task_count + 1));
    int32_t *task_priority = malloc(sizeof *task_priority * ((size_t)g->task_count + 1));
    p->task_place = task_place;
    p->task_priority = task_priority;
    in->single_turn = MW_NEW_ARRAY(in->arena, uint32_t, g->kind_count + 1);
    in->proc_place = MW_NEW_ARRAY(in->arena, uint32_t, p->machine->proc_count + 1);
    if (!task_place || !task_priority || !in->single_turn || !in->proc_place)
        return MW_ERR_NOMEM;
    memset(in->proc_place, 0xFF, sizeof *in->proc_place * p->machine->proc_count);
    mw_status status = make_tables(p);
    for (uint32_t t = 0; t < g->task_count && status == MW_OK; t++) {
        const mw_task *task = &g->tasks[t];
        bool single = g->launches[task->launch].rank == 0;
        status = (single ? place_single : place_point)(p, task, &task_place[t], &task_priority[t],
                                                       diags);
    }
    p->places = in->places.items;
    p->place_count = (uint32_t)in->places.count;
    p->place_procs = in->place_procs.items;
    return status;
}

/** Where the program keeps its data: see mw_plan.home. */
static mw_status find_homes(mw_plan *p) {
    enum { READ_ONLY = 1, WRITTEN = 2 };
    const mw_graph *g = p->graph;
    uint32_t *home = MW_NEW_ARRAY(p->inner->arena, uint32_t, g->subregion_count + 1);
    uint8_t *seen = MW_NEW_ARRAY(p->inner->arena, uint8_t, g->subregion_count + 1);
    if (!home || !seen)
        return MW_ERR_NOMEM;
    for (uint32_t i = 0; i < g->subregion_count; i++)
        home[i] = mw_machine_home(p->machine, 0);
    p->home = home;
    for (uint32_t t = 0; t < g->task_count && p->machine->nodes > 1; t++) {
        const mw_place *place = &p->places[p->task_place[t]];
        uint32_t node = p->machine->procs[p->place_procs[place->first]].node;
        const mw_access *a = g->accesses + g->tasks[t].first_access;
        for (uint32_t i = 0; i < g->tasks[t].access_count; i++) {
            uint8_t now = a[i].mode == MW_READ ? READ_ONLY : WRITTEN;
            if (seen[a[i].subregion] >= now)
                continue;
            seen[a[i].subregion] = now;
            home[a[i].subregion] = mw_machine_home(p->machine, node);
        }
    }
    return MW_OK;
}

mw_status mw_plan_new(const mw_graph *g, const mw_machine *m, const mw_program *program,
                      mw_plan **out, mw_diags *diags) {
    mw_plan *p = calloc(1, sizeof *p);
    if (!p)
        return MW_ERR_NOMEM;
    p->graph = g;
    p->machine = m;
    p->inner = calloc(1, sizeof *p->inner);
    mw_status status = MW_ERR_NOMEM;
    if (p->inner && (p->inner->arena = mw_arena_new()))
        status = mw_mapping_new(program, m, &p->inner->mapping, diags);
    if (status == MW_OK)
        status = resolve_kinds(p, program, diags);
    if (status == MW_OK)
        status = choose_all(p);
    if (status == MW_OK)
        status = place_all(p, diags);
    if (status == MW_OK)
        status = find_homes(p);
    if (status != MW_OK) {
        mw_plan_free(p);
        return status;
    }
    *out = p;
    return MW_OK;
}
