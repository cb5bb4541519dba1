// src/plan/mapping.c: resolves kinds once, places tasks by function or by the default.
#include "plan/mapping.h"
#include "base/near.h"
#include "base/vec.h"
#include "plan/rules.h"
#include <string.h>

typedef struct resolved {
    const char *name;
    uint32_t variants;
    mw_kind_rules rules;
} resolved;

struct mw_mapping {
    mw_arena *arena;
    const mw_program *program; ///< NULL: the default mapper
    const mw_machine *machine;
    mw_binding *binding; ///< NULL for the default mapper
    mw_rule_set set;
    MW_VEC(resolved *) kinds;
    mw_places scratch;
};

mw_status mw_mapping_new(const mw_program *program, const mw_machine *machine, mw_mapping **out,
                         mw_diags *diags) {
    mw_mapping *m = calloc(1, sizeof *m);
    if (!m || !(m->arena = mw_arena_new())) {
        free(m);
        return MW_ERR_NOMEM;
    }
    m->program = program;
    m->machine = machine;
    mw_status status = MW_OK;
    if (program) {
        m->set.rules = mw_program_rules(program, &m->set.count);
        m->set.matched = MW_NEW_ARRAY(m->arena, bool, m->set.count + 1);
        status = m->set.matched ? mw_binding_new_lazy(program, machine, &m->binding, diags)
                                : MW_ERR_NOMEM;
    }
    if (status != MW_OK) {
        mw_mapping_free(m);
        return status;
    }
    *out = m;
    return MW_OK;
}

void mw_mapping_free(mw_mapping *m) {
    if (!m)
        return;
    mw_binding_free(m->binding);
    MW_VEC_CLEAR(&m->kinds);
    free(m->scratch.pairs);
    mw_arena_free(m->arena);
    free(m);
}

const mw_machine *mw_mapping_machine(const mw_mapping *m) {
    return m->machine;
}

static void list_kinds(mw_str *out, const uint8_t *kinds, uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        mw_str_printf(out, "%s%s", i ? ", " : "", mw_proc_kind_name((mw_proc_kind)kinds[i]));
}

static void no_variant(const mw_mapping *m, const mw_kind_view *kind, uint32_t rule,
                       const uint8_t *wanted, uint32_t wanted_count, mw_diags *diags) {
    mw_str wants = {0}, has = {0};
    uint8_t variants[MW_PROC_KINDS];
    uint32_t n = 0;
    for (int k = 0; k < MW_PROC_KINDS; k++)
        if (kind->variants >> k & 1 && m->machine->procs_of_kind[k] > 0)
            variants[n++] = (uint8_t)k;
    list_kinds(&wants, wanted, wanted_count);
    list_kinds(&has, variants, n);
    char hint[160];
    snprintf(hint, sizeof hint, n ? "it can run on: %s" : "this machine has no processor for it%s",
             mw_str_text(&has));
    if (rule == MW_NO_ID)
        mw_diag_in(diags, MW_ERROR, MW_NO_VARIANT, NULL, NULL, hint,
                   "task kind '%s' has no variant for any processor of this machine", kind->name);
    else
        mw_diag_at(diags, MW_ERROR, MW_NO_VARIANT, mw_program_source(m->program),
                   m->set.rules[rule].span, hint,
                   "task kind '%s' cannot run on %s here: no variant, or no such processor",
                   kind->name, mw_str_text(&wants));
    mw_str_clear(&wants);
    mw_str_clear(&has);
}

static void resolve(mw_mapping *m, const mw_kind_view *kind, mw_kind_rules *out, mw_diags *diags) {
    uint8_t wanted[MW_PROC_KINDS];
    uint32_t rule;
    uint32_t count = mw_rules_procs(&m->set, kind->name, wanted, &rule);
    for (uint32_t i = 0; i < count && !out->mapped; i++) {
        out->proc = (mw_proc_kind)wanted[i];
        out->mapped = kind->variants >> wanted[i] & 1 && m->machine->procs_of_kind[wanted[i]] > 0;
    }
    if (!out->mapped)
        no_variant(m, kind, rule, wanted, count, diags);
    out->index_function = mw_rules_map(&m->set, MW_RULE_INDEX_MAP, kind->name, out->proc);
    out->single_function = mw_rules_map(&m->set, MW_RULE_SINGLE_MAP, kind->name, out->proc);
    out->priority_function = mw_rules_priority(&m->set, kind->name);
    out->limit = mw_rules_limit(&m->set, kind->name);
    out->control_replicate = mw_rules_control_replicate(&m->set, kind->name);
    for (uint32_t a = 0; a < out->argument_count; a++)
        mw_rules_argument(&m->set, kind->name, out->proc,
                          kind->argument_names ? kind->argument_names[a] : NULL, a,
                          &out->arguments[a]);
}

const mw_kind_rules *mw_mapping_kind(mw_mapping *m, const mw_kind_view *kind, mw_diags *diags) {
    for (size_t i = 0; i < m->kinds.count; i++) {
        resolved *known = m->kinds.items[i];
        if (known->variants == kind->variants && strcmp(known->name, kind->name) == 0 &&
            known->rules.argument_count >= kind->argument_count)
            return &known->rules;
    }
    resolved *fresh = MW_NEW(m->arena, resolved);
    if (!fresh)
        return NULL;
    fresh->name = mw_arena_strdup(m->arena, kind->name);
    fresh->variants = kind->variants;
    fresh->rules.argument_count = kind->argument_count;
    fresh->rules.arguments = MW_NEW_ARRAY(m->arena, mw_argument_rule, kind->argument_count + 1);
    if (!fresh->name || !fresh->rules.arguments || !MW_PUSH(&m->kinds, fresh))
        return NULL;
    resolve(m, kind, &fresh->rules, diags);
    return &fresh->rules;
}

static bool push(uint32_t proc, uint32_t **procs, uint32_t *capacity, uint32_t *count) {
    size_t room = *capacity;
    if (!mw_vec_reserve((void **)procs, &room, (size_t)*count + 1, sizeof **procs))
        return false;
    *capacity = (uint32_t)room;
    (*procs)[(*count)++] = proc;
    return true;
}

/** Block over nodes, then over the node's processors, of the row-major position in the launch
 * domain. */
static uint32_t default_index_place(const mw_machine *machine, mw_proc_kind kind,
                                    const mw_task_view *task) {
    uint64_t volume = 1, at = 0;
    for (uint32_t d = 0; d < task->rank; d++) {
        volume *= (uint64_t)task->extent[d];
        at = at * (uint64_t)task->extent[d] + (uint64_t)task->point[d];
    }
    uint64_t nodes = machine->nodes, procs = machine->procs_of_kind[kind];
    uint64_t node = at * nodes / volume;
    uint64_t from = (node * volume + nodes - 1) / nodes;
    uint64_t to = ((node + 1) * volume + nodes - 1) / nodes;
    uint64_t index = (at - from) * procs / (to - from);
    return mw_machine_proc(machine, kind, (uint32_t)node, (uint32_t)index);
}

static mw_status place_by_function(mw_mapping *m, const mw_kind_rules *rules, int function,
                                   const mw_task_view *task, uint32_t **procs, uint32_t *capacity,
                                   uint32_t *count, mw_diags *diags) {
    mw_status status = mw_binding_place(m->binding, function, task, &m->scratch, diags);
    if (status != MW_OK)
        return status;
    const mw_places *got = &m->scratch;
    if (got->kind != rules->proc) {
        char hint[160];
        snprintf(
            hint, sizeof hint,
            "return a processor of Machine(%s), or write `Task %s %s;` where '%s' has that variant",
            mw_proc_kind_name(rules->proc), task->name, mw_proc_kind_name(got->kind), task->name);
        mw_diag_in(diags, MW_ERROR, MW_WRONG_PROCESSOR_KIND, mw_program_source(m->program)->name,
                   NULL, hint, "task '%s' runs on %s, but '%s' maps it to a %s", task->name,
                   mw_proc_kind_name(rules->proc), mw_program_function_name(m->program, function),
                   mw_proc_kind_name(got->kind));
        return MW_ERR_INPUT;
    }
    for (uint32_t i = 0; i < got->count; i++) {
        uint32_t proc =
            mw_machine_proc(m->machine, got->kind, got->pairs[i].node, got->pairs[i].index);
        if (!push(proc, procs, capacity, count))
            return MW_ERR_NOMEM;
    }
    return MW_OK;
}

mw_status mw_mapping_place(mw_mapping *m, const mw_kind_rules *rules, const mw_task_view *task,
                           uint32_t turn, uint32_t **procs, uint32_t *capacity, uint32_t *count,
                           mw_diags *diags) {
    int function = task->index_launch ? rules->index_function : rules->single_function;
    *count = 0;
    if (function != MW_NO_FUNCTION)
        return place_by_function(m, rules, function, task, procs, capacity, count, diags);
    uint32_t proc;
    if (task->index_launch) {
        proc = default_index_place(m->machine, rules->proc, task);
    } else {
        uint32_t node = 0;
        if (task->parent && task->parent->proc != MW_NO_ID)
            node = m->machine->procs[task->parent->proc].node;
        proc = mw_machine_proc(m->machine, rules->proc, node,
                               turn % m->machine->procs_of_kind[rules->proc]);
    }
    return push(proc, procs, capacity, count) ? MW_OK : MW_ERR_NOMEM;
}

static uint64_t launch_volume(const mw_task_view *launch) {
    uint64_t volume = 1;
    for (uint32_t d = 0; d < launch->rank; d++)
        if (__builtin_mul_overflow(volume, (uint64_t)launch->extent[d], &volume))
            return UINT64_MAX;
    return volume;
}

mw_status mw_mapping_launch(mw_mapping *m, const mw_kind_rules *rules, const mw_task_view *launch,
                            bool (*each)(void *context, uint64_t point, const uint32_t *procs,
                                         uint32_t count),
                            void *context) {
    mw_launch_map *map = NULL;
    if (rules->index_function == MW_NO_FUNCTION)
        return MW_OK;
    mw_status status = mw_launch_map_new(m->binding, rules->index_function, launch, &map);
    MW_VEC(uint32_t) procs = {0};
    bool more = status == MW_OK;
    for (uint64_t at = 0, volume = launch_volume(launch); more && at < volume;) {
        mw_point_places block;
        mw_status failed = mw_launch_map_next(map, at, volume - at, &block, NULL);
        for (uint32_t i = 0, k = 0; more && i < block.count; i++) {
            procs.count = 0;
            more = block.kind[i] == rules->proc;
            for (; more && k < block.end[i]; k++)
                more = MW_PUSH(&procs, mw_machine_proc(m->machine, rules->proc, block.pairs[k].node,
                                                       block.pairs[k].index));
            more = more && each(context, at + i, procs.items, (uint32_t)procs.count);
        }
        at += block.count;
        more = more && failed == MW_OK;
    }
    MW_VEC_CLEAR(&procs);
    mw_launch_map_free(map);
    return status;
}

mw_status mw_mapping_priority(mw_mapping *m, const mw_kind_rules *rules, const mw_task_view *task,
                              int32_t own, int32_t *out, mw_diags *diags) {
    *out = own;
    if (rules->priority_function == MW_NO_FUNCTION)
        return MW_OK;
    int64_t value;
    mw_status status =
        mw_binding_integer(m->binding, rules->priority_function, task, &value, diags);
    if (status == MW_OK)
        *out = value < INT32_MIN ? INT32_MIN : value > INT32_MAX ? INT32_MAX : (int32_t)value;
    return status;
}

static bool knows(const mw_mapping *m, const char *name) {
    for (size_t i = 0; i < m->kinds.count; i++)
        if (strcmp(m->kinds.items[i]->name, name) == 0)
            return true;
    return false;
}

/** "task_5" and "task_7" are different tasks, not a slip of the pen. */
static bool same_but_number(const char *a, const char *b) {
    size_t n = strlen(a), k = strlen(b);
    while (n > 0 && a[n - 1] >= '0' && a[n - 1] <= '9')
        n--;
    while (k > 0 && b[k - 1] >= '0' && b[k - 1] <= '9')
        k--;
    return n == k && memcmp(a, b, n) == 0 && a[n] && b[k];
}

/** A task name that the program has not. */
static void unknown_task(const mw_mapping *m, const mw_rule *r, const char *name, mw_diags *diags) {
    mw_near nearest = mw_near_to(name);
    for (size_t i = 0; i < m->kinds.count; i++)
        if (!same_but_number(name, m->kinds.items[i]->name))
            mw_near_offer(&nearest, m->kinds.items[i]->name);
    mw_span at = mw_rules_place(m->program, r, name);
    char hint[128];
    snprintf(hint, sizeof hint, "did you mean '%.100s'?", nearest.best ? nearest.best : "");
    mw_diag_at(diags, MW_WARNING, MW_RULE_NEVER_APPLIES, mw_program_source(m->program), at,
               nearest.best ? hint : NULL, "this never applies: the program has no task '%.60s'",
               name);
    if (nearest.best)
        mw_diag_edit(diags, mw_program_source(m->program), at, nearest.best);
}

/** Its tasks are there, but none of them has such an argument. */
static void unknown_region(const mw_mapping *m, const mw_rule *r, mw_diags *diags) {
    const mw_source *source = mw_program_source(m->program);
    if (r->region)
        mw_diag_at(diags, MW_WARNING, MW_RULE_NEVER_APPLIES, source,
                   mw_rules_place(m->program, r, r->region),
                   "`mapwright graph stats` names regions; an argument's position works too",
                   "this never applies: %s has a region '%.60s'",
                   r->name_count ? "no such task" : "no task", r->region);
    else if (r->position != MW_ANY)
        mw_diag_at(diags, MW_WARNING, MW_RULE_NEVER_APPLIES, source, r->span,
                   "positions count from 0", "this never applies: %s has an argument %lld",
                   r->name_count ? "no such task" : "no task", (long long)r->position);
    else
        mw_diag_at(diags, MW_WARNING, MW_RULE_NEVER_APPLIES, source, r->span, NULL,
                   "this never applies: the program has no such task or region");
}

void mw_mapping_warn_unused(const mw_mapping *m, mw_diags *diags) {
    for (uint32_t i = 0; i < m->set.count; i++) {
        const mw_rule *r = &m->set.rules[i];
        uint32_t unknown = 0;
        for (uint32_t n = 0; n < r->name_count; n++)
            if (!knows(m, r->names[n])) {
                unknown++;
                unknown_task(m, r, r->names[n], diags);
            }
        // shadowed ones are told by the language's checks, which see them without a graph
        if (!m->set.matched[i] && unknown == 0)
            unknown_region(m, r, diags);
    }
}
