// src/starpu/preload/places.c: decisions of the mapper, remembered.
#include "starpu/preload/places.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/vec.h"
#include "plan/mapping.h"
#include "starpu/preload/limits.h"
#include "starpu/preload/map.h"
#include "starpu/preload/real.h"
#include <string.h>

/** What the mapper says for one kind, and the places that its tasks were given. */
typedef struct mw_policy_kind {
    const mw_kind_rules *rules;      ///< NULL: none (out of memory)
    mw_map places;                   ///< hash of (extents, point) -> mw_live_place
    uint32_t singles;                ///< single tasks so far
    MW_VEC(mw_live_launch) recorded; ///< launch domains of the recorded graph, by ordinal
    bool told_position;
} mw_policy_kind;

static char *text;
static mw_program *program; ///< NULL: the default mapper
static mw_machine *machine;
static mw_mapping *mapping;
static mw_graph *graph; ///< NULL: no graph was given, or it cannot be read
static mw_diags *diags;
static int worker_of[MW_LIVE_WORKERS]; ///< by processor id

static void complain_first(const char *about) {
    const mw_diag *d = mw_diags_first_error(diags);
    if (!d)
        mw_live_complain("%s", about);
    else if (d->file && d->line)
        mw_live_complain("%s: %s:%u:%u: %s", about, d->file, d->line, d->column, d->message);
    else
        mw_live_complain("%s: %s", about, d->message);
}

/** True for a memory rule that says what StarPU does anyway. */
static bool holds_anyway(const mw_rule *r) {
    if (r->type != MW_RULE_REGION || r->kind_count == 0)
        return false;
    return (r->proc == MW_PROC_GPU && r->kinds[0] == MW_MEM_FBMEM) ||
           (r->proc == MW_PROC_CPU && r->kinds[0] == MW_MEM_SYSMEM);
}

static void warn_without_effect(void) {
    const mw_source *source = mw_program_source(program);
    mw_str list = {0};
    uint32_t count, found = 0;
    const mw_rule *rules = mw_program_rules(program, &count);
    for (uint32_t i = 0; i < count; i++) {
        const mw_rule *r = &rules[i];
        bool without = r->type == MW_RULE_REGION || r->type == MW_RULE_LAYOUT ||
                       r->type == MW_RULE_COLLECT_MEMORY || r->type == MW_RULE_CONTROL_REPLICATE;
        if (!without || holds_anyway(r))
            continue;
        found++;
        mw_str_add(&list, "\n    ");
        mw_str_add_bytes(&list, source->text + r->span.start, r->span.end - r->span.start);
    }
    if (found)
        mw_live_warn("%s: %u statement%s without effect under StarPU yet:%s", source->name, found,
                     found == 1 ? "" : "s", mw_str_text(&list));
    mw_str_clear(&list);
}

void mw_places_prepare(void) {
    size_t len;
    diags = mw_diags_new();
    if (!mw_live.mapper)
        return;
    mw_status status = mw_file_read(mw_live.mapper, MW_MAPPER_MAX_BYTES, &text, &len, diags);
    if (status == MW_OK)
        status = mw_program_parse(mw_live.mapper, text, len, NULL, &program, diags);
    if (status != MW_OK) {
        complain_first("the mapper cannot be used, the default one runs instead");
        mw_diags_print(stderr, diags);
        program = NULL;
    } else {
        warn_without_effect();
    }
    mw_diags_reset(diags);
}

static void number_workers(void) {
    uint32_t cpu = 0, gpu = 0;
    for (int w = 0; w < (int)(mw_live.cpu_workers + mw_live.gpu_workers); w++) {
        mw_proc_kind kind = mw_live_worker_kind(w);
        uint32_t index = kind == MW_PROC_CPU ? cpu++ : gpu++;
        uint32_t proc = mw_machine_proc(machine, kind, 0, index);
        if (proc < MW_LIVE_WORKERS)
            worker_of[proc] = w;
    }
}

bool mw_places_begin(void) {
    machine = mw_machine_bare(1, mw_live.cpu_workers, mw_live.gpu_workers, 0);
    if (!machine || !diags) {
        mw_live_complain("out of memory: tasks go to the least loaded worker");
        return false;
    }
    number_workers();
    if (mw_live.graph_in && mw_graph_load(mw_live.graph_in, &graph, diags) != MW_OK) {
        complain_first("launch domains are not known");
        mw_diags_reset(diags);
    }
    mw_status status = mw_mapping_new(program, machine, &mapping, diags);
    if (status == MW_ERR_INPUT) { // a global that fails on this machine
        complain_first("the mapper cannot be used here, the default one runs instead");
        mw_diags_reset(diags);
        status = mw_mapping_new(NULL, machine, &mapping, diags);
    }
    return status == MW_OK;
}

static void find_recorded(mw_policy_kind *pk, const char *name) {
    for (uint32_t i = 0; graph && i < graph->launch_count; i++) {
        const mw_launch *l = &graph->launches[i];
        if (strcmp(mw_graph_kind_name(graph, l->kind), name) != 0)
            continue;
        mw_live_launch known = {.rank = l->rank};
        memcpy(known.lower, l->lower, sizeof known.lower);
        memcpy(known.extent, l->extent, sizeof known.extent);
        if (!MW_PUSH(&pk->recorded, known))
            return;
    }
}

static mw_policy_kind *policy_kind(mw_live_kind *kind) {
    if (kind->policy)
        return kind->policy;
    mw_policy_kind *pk = calloc(1, sizeof *pk);
    if (!pk)
        return NULL;
    mw_kind_view view = {.name = kind->name, .variants = kind->live_variants};
    pk->rules = mw_mapping_kind(mapping, &view, diags);
    if (pk->rules && !pk->rules->mapped)
        complain_first("tasks go to the least loaded worker");
    mw_diags_reset(diags);
    find_recorded(pk, kind->name);
    if (pk->rules && pk->rules->limit > 0)
        kind->limit = mw_limits_new(pk->rules->limit);
    return kind->policy = pk;
}

/** The domain as the mapper is to see it: the recorded graph's if the point is inside, else what is
 * known now. False: the task is a single one. */
static bool domain_of(mw_policy_kind *pk, const mw_live_kind *kind, const mw_live_task *t,
                      const mw_live_launch *now, int64_t point[], int64_t extent[]) {
    const mw_live_launch *use = now;
    if (t->launch < pk->recorded.count) {
        const mw_live_launch *l = &pk->recorded.items[t->launch];
        bool inside = l->rank == t->rank;
        for (uint32_t k = 0; inside && k < l->rank; k++)
            inside =
                t->point[k] >= l->lower[k] && (int64_t)t->point[k] - l->lower[k] < l->extent[k];
        if (inside)
            use = l;
        else if (l->rank == 0 && now->positional)
            return false;
    }
    if (use == now && !now->positional && !now->known &&
        pk->rules->index_function != MW_NO_FUNCTION && !pk->told_position) {
        pk->told_position = true;
        mw_live_complain("the launch domain of kind '%s' is not known beforehand: its index map is "
                         "told the box of the points so far; give the recorded graph with -g",
                         kind->name);
    }
    if (use == now && now->positional) {
        if (pk->rules->index_function != MW_NO_FUNCTION && !pk->told_position) {
            pk->told_position = true;
            mw_live_complain(
                "how many tasks of kind '%s' a launch has is known only from a recorded "
                "graph: its index map is not used",
                kind->name);
        }
        return false;
    }
    for (uint32_t k = 0; k < t->rank; k++) {
        point[k] = (int64_t)t->point[k] - use->lower[k];
        extent[k] = use->extent[k];
    }
    return true;
}

static mw_queue *queue_of(const uint32_t procs[], uint32_t count) {
    bool in[MW_LIVE_WORKERS] = {false};
    int workers[MW_LIVE_WORKERS];
    uint32_t n = 0;
    for (uint32_t i = 0; i < count; i++)
        if (procs[i] < MW_LIVE_WORKERS)
            in[worker_of[procs[i]]] = true;
    for (int w = 0; w < MW_LIVE_WORKERS; w++)
        if (in[w])
            workers[n++] = w;
    return n ? mw_queues_of(workers, n) : NULL;
}

/** Asks the mapper. */
static void decide(mw_policy_kind *pk, const mw_task_view *view, uint32_t turn,
                   mw_live_place *place) {
    static uint32_t *procs, capacity;
    uint32_t count;
    *place = (mw_live_place){0};
    mw_status status =
        mw_mapping_place(mapping, pk->rules, view, turn, &procs, &capacity, &count, diags);
    if (status == MW_OK)
        place->queue = queue_of(procs, count);
    if (status != MW_OK || !place->queue)
        complain_first("a task goes to the least loaded worker");
    mw_diags_reset(diags);
    if (pk->rules->priority_function == MW_NO_FUNCTION)
        return;
    status = mw_mapping_priority(mapping, pk->rules, view, 0, &place->priority, diags);
    place->has_priority = status == MW_OK;
    if (status != MW_OK)
        complain_first("a task keeps the program's own priority");
    mw_diags_reset(diags);
}

void mw_places_decide(mw_live_task *t, const mw_live_launch *launch) {
    mw_policy_kind *pk = mapping ? policy_kind(t->kind) : NULL;
    t->mapped_priority = t->priority;
    t->place = NULL;
    if (!pk || !pk->rules || !pk->rules->mapped || !launch)
        return;
    int64_t point[2 * MW_POINT_RANK] = {0}, *extent = point + MW_POINT_RANK;
    mw_task_view view = {.name = t->kind->name, .proc = MW_NO_ID, .point = point, .extent = extent};
    view.index_launch = domain_of(pk, t->kind, t, launch, point, extent);
    view.rank = view.index_launch ? t->rank : 0;
    uint32_t turn = 0;
    if (!view.index_launch) {
        memset(point, 0, sizeof point);
        turn = pk->singles++;
        // By the default a single task's place goes round; a function's answer is the same each
        // time.
        if (pk->rules->single_function == MW_NO_FUNCTION)
            point[0] = turn % machine->procs_of_kind[pk->rules->proc];
    }
    uint64_t key = mw_hash(point, sizeof point, view.rank);
    mw_live_place *place = mw_map_get(&pk->places, key);
    if (!place) {
        if (!(place = calloc(1, sizeof *place)))
            return;
        decide(pk, &view, turn, place);
        if (!mw_map_put(&pk->places, key, place))
            mw_live_complain("out of memory: decisions are not remembered");
    }
    t->place = place->queue ? place : NULL;
    if (place->has_priority)
        t->mapped_priority = place->priority;
}
