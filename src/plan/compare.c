// src/plan/compare.c: task kinds one by one, then tasks grouped by kind and size of launch.
#include "plan/compare.h"
#include "base/vec.h"
#include <string.h>

/** Launches of one kind and size. */
typedef struct group {
    uint32_t kind, launch; ///< launch: the first of them
    uint32_t tasks;
    mw_difference place, priority;
} group;

typedef struct comparer {
    const mw_plan *a, *b;
    const mw_graph *graph;
    mw_arena *arena;
    uint32_t *class_a, *class_b; ///< [place_count] equal sets of processors have equal numbers
    uint32_t *tasks_of_kind;     ///< [kind_count]
    uint32_t *group_of;          ///< [launch_count]
    uint8_t *counted;            ///< [launch_count] bit: an mw_decision in which a task differs
    MW_VEC(group) groups;
    MW_VEC(mw_difference) found;
    bool nomem;
} comparer;

static void add(comparer *c, mw_difference d) {
    if (!MW_PUSH(&c->found, d))
        c->nomem = true;
}

// --- sets of processors
// ---------------------------------------------------------------------------

/** A place of either plan; its processors sorted. */
typedef struct set {
    uint32_t count;
    uint32_t *procs;
    uint32_t *number; ///< where its class goes
} set;

static int by_id(const void *x, const void *y) {
    uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
    return (a > b) - (a < b);
}

static int by_members(const void *x, const void *y) {
    const set *a = x, *b = y;
    if (a->count != b->count)
        return a->count < b->count ? -1 : 1;
    for (uint32_t i = 0; i < a->count; i++)
        if (a->procs[i] != b->procs[i])
            return a->procs[i] < b->procs[i] ? -1 : 1;
    return 0;
}

static bool collect(comparer *c, const mw_plan *p, uint32_t *numbers, set *out) {
    for (uint32_t i = 0; i < p->place_count; i++) {
        const mw_place *place = &p->places[i];
        out[i] = (set){place->count, MW_NEW_ARRAY(c->arena, uint32_t, place->count), &numbers[i]};
        if (!out[i].procs)
            return false;
        memcpy(out[i].procs, p->place_procs + place->first, sizeof(uint32_t) * place->count);
        qsort(out[i].procs, place->count, sizeof(uint32_t), by_id);
    }
    return true;
}

/** Numbers the sets of both plans; the order within a set decides nothing. */
static bool classify(comparer *c) {
    uint32_t n = c->a->place_count, m = c->b->place_count;
    c->class_a = MW_NEW_ARRAY(c->arena, uint32_t, n + 1);
    c->class_b = MW_NEW_ARRAY(c->arena, uint32_t, m + 1);
    set *sets = MW_NEW_ARRAY(c->arena, set, (size_t)n + m + 1);
    if (!c->class_a || !c->class_b || !sets || !collect(c, c->a, c->class_a, sets) ||
        !collect(c, c->b, c->class_b, sets + n))
        return false;
    qsort(sets, (size_t)n + m, sizeof *sets, by_members);
    uint32_t number = 0;
    for (size_t i = 0; i < (size_t)n + m; i++) {
        if (i > 0 && by_members(&sets[i - 1], &sets[i]) != 0)
            number++;
        *sets[i].number = number;
    }
    return true;
}

// --- launches
// -------------------------------------------------------------------------------------

static bool same_size(const mw_launch *a, const mw_launch *b) {
    return a->kind == b->kind && a->rank == b->rank &&
           memcmp(a->extent, b->extent, sizeof a->extent) == 0;
}

static uint32_t find_group(const comparer *c, const mw_launch *l, uint32_t newest) {
    if (newest < c->groups.count &&
        same_size(&c->graph->launches[c->groups.items[newest].launch], l))
        return newest;
    for (size_t i = c->groups.count; i-- > 0;)
        if (same_size(&c->graph->launches[c->groups.items[i].launch], l))
            return (uint32_t)i;
    return MW_NO_ID;
}

static bool group_launches(comparer *c) {
    const mw_graph *g = c->graph;
    uint32_t *newest = MW_NEW_ARRAY(c->arena, uint32_t, g->kind_count + 1);
    c->group_of = MW_NEW_ARRAY(c->arena, uint32_t, g->launch_count + 1);
    c->counted = MW_NEW_ARRAY(c->arena, uint8_t, g->launch_count + 1);
    if (!newest || !c->group_of || !c->counted)
        return false;
    memset(newest, 0xFF, sizeof *newest * g->kind_count);
    for (uint32_t l = 0; l < g->launch_count; l++) {
        uint32_t kind = g->launches[l].kind;
        uint32_t at = find_group(c, &g->launches[l], newest[kind]);
        if (at == MW_NO_ID) {
            at = (uint32_t)c->groups.count;
            mw_difference none = {.kind = kind, .argument = MW_NO_ID, .launch = MW_NO_ID};
            group fresh = {.kind = kind, .launch = l, .place = none, .priority = none};
            fresh.place.decision = MW_DECISION_PROCESSOR;
            fresh.priority.decision = MW_DECISION_PRIORITY;
            if (!MW_PUSH(&c->groups, fresh))
                return false;
        }
        c->group_of[l] = newest[kind] = at;
    }
    return true;
}

/** One more task differs. */
static void count(comparer *c, mw_difference *d, uint32_t task, uint32_t launch) {
    uint8_t bit = (uint8_t)(1u << d->decision);
    d->differ++;
    if (d->launch == MW_NO_ID)
        d->launch = launch;
    d->launch_count += !(c->counted[launch] & bit);
    c->counted[launch] |= bit;
    if (d->example_count < MW_COMPARISON_EXAMPLES)
        d->examples[d->example_count++] = task;
}

static void compare_tasks(comparer *c, mw_comparison *out) {
    const mw_graph *g = c->graph;
    for (uint32_t t = 0; t < g->task_count; t++) {
        uint32_t launch = g->tasks[t].launch, kind = g->tasks[t].kind;
        group *group = &c->groups.items[c->group_of[launch]];
        group->tasks++;
        c->tasks_of_kind[kind]++;
        if (c->class_a[c->a->task_place[t]] != c->class_b[c->b->task_place[t]]) {
            out->moved++;
            if (c->a->kind_rules[kind]->proc == c->b->kind_rules[kind]->proc)
                count(c, &group->place, t, launch);
        }
        if (c->a->task_priority[t] != c->b->task_priority[t])
            count(c, &group->priority, t, launch);
    }
    for (size_t i = 0; i < c->groups.count; i++)
        c->groups.items[i].place.tasks = c->groups.items[i].priority.tasks =
            c->groups.items[i].tasks;
}

// --- task kinds
// -----------------------------------------------------------------------------------

static mw_difference of_kind(const comparer *c, mw_decision decision, uint32_t kind) {
    return (mw_difference){.decision = decision,
                           .kind = kind,
                           .argument = MW_NO_ID,
                           .launch = MW_NO_ID,
                           .differ = c->tasks_of_kind[kind],
                           .tasks = c->tasks_of_kind[kind]};
}

/** By memory kind where the processors are of different kinds, else by memory. */
static bool same_memories(const mw_machine *m, const mw_choice *a, const mw_choice *b,
                          bool by_kind) {
    if (a->virtual_ != b->virtual_ || a->mem_count != b->mem_count)
        return false;
    for (uint32_t i = 0; i < a->mem_count; i++) {
        bool same = by_kind ? m->mems[a->mems[i]].kind == m->mems[b->mems[i]].kind
                            : a->mems[i] == b->mems[i];
        if (!same)
            return false;
    }
    return true;
}

static void compare_memories(comparer *c, uint32_t kind, uint32_t argument) {
    const mw_machine *m = c->a->machine;
    mw_proc_kind of_a = c->a->kind_rules[kind]->proc, of_b = c->b->kind_rules[kind]->proc;
    bool same_kind = of_a == of_b;
    uint32_t nodes = same_kind ? m->nodes : 1, per_node = same_kind ? m->procs_of_kind[of_a] : 1;
    for (uint32_t i = 0; i < nodes * per_node; i++) {
        uint32_t proc_a = mw_machine_proc(m, of_a, i / per_node, i % per_node);
        uint32_t proc_b = mw_machine_proc(m, of_b, i / per_node, i % per_node);
        if (same_memories(m, mw_plan_choice(c->a, kind, argument, proc_a),
                          mw_plan_choice(c->b, kind, argument, proc_b), !same_kind))
            continue;
        mw_difference d = of_kind(c, MW_DECISION_MEMORY, kind);
        d.argument = argument;
        d.example_count = 2;
        d.examples[0] = proc_a;
        d.examples[1] = proc_b;
        add(c, d);
        return;
    }
}

static bool same_layout(const mw_layout *a, const mw_layout *b) {
    bool aligned =
        a->align_op == b->align_op && (a->align_op == MW_ALIGN_NONE || a->align == b->align);
    return a->aos == b->aos && a->c_order == b->c_order && a->compact == b->compact &&
           a->exact == b->exact && aligned;
}

/** Kinds of the memories that the first processor of the task's kind would use. */
static const mw_choice *first_choice(const mw_plan *p, uint32_t kind, uint32_t argument) {
    uint32_t proc = mw_machine_proc(p->machine, p->kind_rules[kind]->proc, 0, 0);
    return mw_plan_choice(p, kind, argument, proc);
}

static void compare_layout_in(comparer *c, uint32_t kind, uint32_t argument, mw_mem_kind in_a,
                              mw_mem_kind in_b) {
    if (same_layout(&c->a->kind_rules[kind]->arguments[argument].layout[in_a],
                    &c->b->kind_rules[kind]->arguments[argument].layout[in_b]))
        return;
    mw_difference d = of_kind(c, MW_DECISION_LAYOUT, kind);
    d.argument = argument;
    d.example_count = 2;
    d.examples[0] = in_a;
    d.examples[1] = in_b;
    add(c, d);
}

static void compare_layouts(comparer *c, uint32_t kind, uint32_t argument) {
    const mw_mem *mems = c->a->machine->mems;
    const mw_choice *a = first_choice(c->a, kind, argument),
                    *b = first_choice(c->b, kind, argument);
    bool common = false;
    for (uint32_t i = 0; i < a->mem_count; i++)
        for (uint32_t j = 0; j < b->mem_count; j++)
            if (mems[a->mems[i]].kind == mems[b->mems[j]].kind) {
                common = true;
                compare_layout_in(c, kind, argument, mems[a->mems[i]].kind, mems[b->mems[j]].kind);
            }
    if (!common && a->mem_count > 0 && b->mem_count > 0)
        compare_layout_in(c, kind, argument, mems[a->mems[0]].kind, mems[b->mems[0]].kind);
}

static void compare_arguments(comparer *c, uint32_t kind) {
    uint32_t arguments = c->graph->kinds[kind].argument_count;
    for (uint32_t i = 0; i < arguments; i++)
        compare_memories(c, kind, i);
    for (uint32_t i = 0; i < arguments; i++)
        compare_layouts(c, kind, i);
    for (uint32_t i = 0; i < arguments; i++) {
        if (first_choice(c->a, kind, i)->collect == first_choice(c->b, kind, i)->collect)
            continue;
        mw_difference d = of_kind(c, MW_DECISION_COLLECT, kind);
        d.argument = i;
        add(c, d);
    }
}

static void add_groups(comparer *c, uint32_t kind, mw_decision decision) {
    for (size_t i = 0; i < c->groups.count; i++) {
        const group *g = &c->groups.items[i];
        const mw_difference *d = decision == MW_DECISION_PROCESSOR ? &g->place : &g->priority;
        if (g->kind == kind && d->differ > 0)
            add(c, *d);
    }
}

static void compare_kind(comparer *c, uint32_t kind) {
    const mw_kind_rules *a = c->a->kind_rules[kind], *b = c->b->kind_rules[kind];
    if (a->proc != b->proc)
        add(c, of_kind(c, MW_DECISION_PROC_KIND, kind));
    add_groups(c, kind, MW_DECISION_PROCESSOR);
    add_groups(c, kind, MW_DECISION_PRIORITY);
    if (c->a->kind_limit[kind] != c->b->kind_limit[kind])
        add(c, of_kind(c, MW_DECISION_LIMIT, kind));
    if (a->control_replicate != b->control_replicate)
        add(c, of_kind(c, MW_DECISION_REPLICATE, kind));
    compare_arguments(c, kind);
}

mw_status mw_plan_compare(const mw_plan *a, const mw_plan *b, mw_comparison *out) {
    comparer c = {.a = a, .b = b, .graph = a->graph, .arena = mw_arena_new()};
    mw_comparison result = {.a = a, .b = b};
    c.tasks_of_kind = c.arena ? MW_NEW_ARRAY(c.arena, uint32_t, a->graph->kind_count + 1) : NULL;
    bool ok = c.tasks_of_kind && classify(&c) && group_launches(&c);
    if (ok) {
        compare_tasks(&c, &result);
        for (uint32_t k = 0; k < c.graph->kind_count; k++)
            if (c.tasks_of_kind[k] > 0)
                compare_kind(&c, k);
        ok = !c.nomem;
    }
    MW_VEC_CLEAR(&c.groups);
    mw_arena_free(c.arena);
    if (!ok) {
        MW_VEC_CLEAR(&c.found);
        return MW_ERR_NOMEM;
    }
    result.items = c.found.items;
    result.count = (uint32_t)c.found.count;
    for (uint32_t i = 0; i < result.count; i++)
        result.by_decision[result.items[i].decision]++;
    *out = result;
    return MW_OK;
}

void mw_comparison_clear(mw_comparison *c) {
    free((void *)c->items);
    *c = (mw_comparison){0};
}
