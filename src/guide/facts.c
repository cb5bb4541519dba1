// src/guide/facts.c: decisions from the plan (from the rules alone where there is none), times from
// the profile.
#include "guide/facts.h"
#include <math.h>
#include <string.h>

static bool parses(const char *text) {
    mw_program *program = NULL;
    bool ok = mw_program_parse("", text, strlen(text), NULL, &program, NULL) == MW_OK;
    mw_program_free(program);
    return ok;
}

static bool can_name_task(const char *name) {
    mw_str text = {0};
    mw_str_printf(&text, "Task %s CPU;", name);
    bool ok = *name && !text.failed && parses(mw_str_text(&text));
    mw_str_clear(&text);
    return ok;
}

static bool can_name_region(const char *name) {
    mw_str text = {0};
    mw_str_printf(&text, "Region * %s CPU SYSMEM;", name);
    bool ok = *name && !text.failed && parses(mw_str_text(&text));
    mw_str_clear(&text);
    return ok;
}

static uint32_t variants_here(const mw_machine *m, uint32_t variants) {
    uint32_t here = 0;
    for (int k = 0; k < MW_PROC_KINDS; k++)
        if (m->procs_of_kind[k] > 0)
            here |= variants & 1u << k;
    return here;
}

/** Kinds of one name are told apart by nobody: the first one stands for all. */
static bool has_earlier(const mw_facts *f, const char *name) {
    for (uint32_t i = 0; i < f->kind_count; i++)
        if (strcmp(f->kinds[i].name, name) == 0)
            return true;
    return false;
}

static void look_at_launches(const mw_graph *g, mw_kind_facts *k) {
    for (uint32_t l = 0; l < g->launch_count; l++) {
        const mw_launch *launch = &g->launches[l];
        if (launch->kind != k->kind)
            continue;
        k->tasks += launch->task_count;
        if (launch->rank == 0)
            k->single = true;
        else if (k->rank == 0 || launch->rank < k->rank)
            k->rank = launch->rank;
    }
}

static mw_status find_kinds(mw_facts *f) {
    const mw_graph *g = f->graph;
    mw_mapping *mapping = NULL;
    mw_status status = mw_mapping_new(mw_lab_program(f->lab), f->machine, &mapping, NULL);
    if (status == MW_ERR_INPUT) // a global that fails here: the default kinds are as good
        status = mw_mapping_new(NULL, f->machine, &mapping, NULL);
    f->kinds = MW_NEW_ARRAY(f->arena, mw_kind_facts, g->kind_count + 1);
    if (status == MW_OK && !f->kinds)
        status = MW_ERR_NOMEM;
    for (uint32_t i = 0; i < g->kind_count && status == MW_OK; i++) {
        const char *name = mw_graph_kind_name(g, i);
        mw_kind_facts k = {.name = name, .kind = i};
        k.variants = variants_here(f->machine, g->kinds[i].variants);
        look_at_launches(g, &k);
        if (k.tasks == 0 || !can_name_task(name) || has_earlier(f, name))
            continue;
        mw_kind_view view = {.name = name, .variants = g->kinds[i].variants};
        const mw_kind_rules *rules = mw_mapping_kind(mapping, &view, NULL);
        if (!rules)
            status = MW_ERR_NOMEM;
        else if (rules->mapped)
            k.proc = rules->proc;
        else
            k.proc = MW_PROC_KINDS; // it has no variant where the mapper wants it
        if (rules) {
            k.replicated = rules->control_replicate;
            k.limit = rules->limit > UINT32_MAX ? UINT32_MAX : (uint32_t)rules->limit;
        }
        f->kinds[f->kind_count++] = k;
    }
    mw_mapping_free(mapping);
    return status;
}

static uint32_t root_region(const mw_graph *g, uint32_t region) {
    while (region != MW_NO_ID && g->regions[region].parent != MW_NO_ID)
        region = g->regions[region].parent;
    return region;
}

/** The most specific name that an argument answers to, since that one comes first. */
static const char *argument_name(mw_facts *f, uint32_t kind, uint32_t position, uint32_t region) {
    const mw_graph *g = f->graph;
    const char *own =
        mw_graph_string(g, g->arguments[g->kinds[kind].first_argument + position].name);
    if (*own)
        return can_name_region(own) ? own : mw_arena_printf(f->arena, "%u", position);
    for (; region != MW_NO_ID; region = g->regions[region].parent) {
        const char *name = mw_graph_string(g, g->regions[region].name);
        if (*name && can_name_region(name))
            return name;
    }
    return mw_arena_printf(f->arena, "%u", position);
}

static void find_choice(const mw_facts *f, mw_argument_facts *a) {
    const mw_kind_facts *k = &f->kinds[a->subject];
    a->mem = MW_MEM_KINDS;
    if (k->proc >= MW_PROC_KINDS)
        return;
    uint32_t proc = mw_machine_proc(f->machine, k->proc, 0, 0);
    for (int mem = 0; mem < MW_MEM_KINDS && proc != MW_NO_ID; mem++)
        a->mems_reached[mem] = mw_machine_best_mem(f->machine, proc, (mw_mem_kind)mem) != MW_NO_ID;
    const mw_plan *plan = mw_lab_plan(f->lab);
    if (!plan || proc == MW_NO_ID)
        return;
    const mw_choice *choice = mw_plan_choice(plan, k->kind, a->position, proc);
    if (!choice || choice->mem_count == 0)
        return;
    a->mem = (int)f->machine->mems[choice->mems[0]].kind;
    a->layout = choice->layout[0] & MW_LAYOUT_ORDER;
}

static mw_status find_arguments(mw_facts *f) {
    const mw_graph *g = f->graph;
    uint32_t *first = MW_NEW_ARRAY(f->arena, uint32_t, g->argument_count + 1);
    uint64_t *bytes = MW_NEW_ARRAY(f->arena, uint64_t, g->argument_count + 1);
    bool *written = MW_NEW_ARRAY(f->arena, bool, g->argument_count + 1);
    f->arguments = MW_NEW_ARRAY(f->arena, mw_argument_facts, g->argument_count + 1);
    if (mw_arena_failed(f->arena))
        return MW_ERR_NOMEM;
    memset(first, 0xFF, sizeof *first * g->argument_count);
    for (uint32_t t = 0; t < g->task_count; t++)
        for (uint32_t i = 0; i < g->tasks[t].access_count; i++) {
            const mw_access *access = &g->accesses[g->tasks[t].first_access + i];
            uint32_t at = g->kinds[g->tasks[t].kind].first_argument + access->argument;
            const mw_subregion *sub = &g->subregions[access->subregion];
            if (first[at] == MW_NO_ID)
                first[at] = sub->region;
            bytes[at] += sub->bytes;
            written[at] = written[at] || access->mode != MW_READ;
        }
    for (uint32_t i = 0; i < f->kind_count; i++) {
        const mw_kind *kind = &g->kinds[f->kinds[i].kind];
        for (uint32_t p = 0; p < kind->argument_count; p++) {
            uint32_t at = kind->first_argument + p;
            if (first[at] == MW_NO_ID)
                continue;
            mw_argument_facts a = {.subject = i, .position = p, .bytes = bytes[at]};
            a.name = argument_name(f, f->kinds[i].kind, p, first[at]);
            a.region = root_region(g, first[at]);
            a.read_only = !written[at];
            find_choice(f, &a);
            f->arguments[f->argument_count++] = a;
        }
    }
    return mw_arena_failed(f->arena) ? MW_ERR_NOMEM : MW_OK;
}

static mw_argument_facts *argument_of(mw_facts *f, uint32_t kind, uint32_t position) {
    for (uint32_t i = 0; i < f->argument_count; i++)
        if (f->kinds[f->arguments[i].subject].kind == kind && f->arguments[i].position == position)
            return &f->arguments[i];
    return NULL;
}

static void share_copies(mw_facts *f, const mw_timeline *line) {
    const mw_graph *g = f->graph;
    double total_us = 0;
    for (uint32_t c = 0; c < line->copy_count; c++) {
        const mw_copy_run *copy = &line->copies[c];
        total_us += copy->end_us - copy->start_us;
        if (copy->task == MW_NO_ID)
            continue;
        const mw_task *task = &g->tasks[copy->task];
        for (uint32_t i = 0; i < task->access_count; i++) {
            const mw_access *access = &g->accesses[task->first_access + i];
            if (access->subregion != copy->subregion)
                continue;
            mw_argument_facts *a = argument_of(f, task->kind, access->argument);
            if (a)
                a->copies += copy->end_us - copy->start_us;
            break;
        }
    }
    for (uint32_t i = 0; i < f->argument_count && total_us > 0; i++)
        f->arguments[i].copies /= total_us;
}

/** Mean upward rank (Topcuoglu, Hariri, Wu 2002) of each kind, with the durations that were
 * simulated and without copies: what a list scheduler orders tasks by. */
static mw_status rank_kinds(mw_facts *f, const mw_timeline *line) {
    const mw_edges *e = mw_lab_edges(f->lab);
    double *rank_us = calloc((size_t)e->node_count + 1, sizeof *rank_us);
    uint32_t *waits = calloc((size_t)e->node_count + 1, sizeof *waits);
    uint32_t *ready = calloc((size_t)e->node_count + 1, sizeof *ready);
    mw_status status = rank_us && waits && ready ? MW_OK : MW_ERR_NOMEM;
    uint32_t count = 0;
    for (uint32_t n = 0; status == MW_OK && n < e->node_count; n++) {
        waits[n] = (uint32_t)(e->first_successor[n + 1] - e->first_successor[n]);
        if (waits[n] == 0)
            ready[count++] = n;
    }
    for (uint32_t i = 0; status == MW_OK && i < count; i++) {
        uint32_t n = ready[i];
        if (n < line->task_count)
            rank_us[n] += line->tasks[n].end_us - line->tasks[n].start_us;
        for (uint64_t p = e->first_predecessor[n]; p < e->first_predecessor[n + 1]; p++) {
            uint32_t before = e->predecessors[p];
            rank_us[before] = fmax(rank_us[before], rank_us[n]);
            if (--waits[before] == 0)
                ready[count++] = before;
        }
    }
    for (uint32_t k = 0; status == MW_OK && k < f->kind_count; k++) {
        double sum_us = 0;
        for (uint32_t t = 0; t < f->graph->task_count; t++)
            sum_us += f->graph->tasks[t].kind == f->kinds[k].kind ? rank_us[t] : 0;
        f->kinds[k].rank_us = f->kinds[k].tasks ? sum_us / f->kinds[k].tasks : 0;
    }
    free(rank_us);
    free(waits);
    free(ready);
    return status;
}

/** Which share of each kind's time is on the processor that has most of it. */
static mw_status find_concentration(mw_facts *f, const mw_timeline *line) {
    double *us = malloc(sizeof *us * ((size_t)f->machine->proc_count + 1));
    if (!us)
        return MW_ERR_NOMEM;
    for (uint32_t k = 0; k < f->kind_count; k++) {
        double sum = 0, most = 0;
        memset(us, 0, sizeof *us * f->machine->proc_count);
        for (uint32_t t = 0; t < line->task_count; t++)
            if (f->graph->tasks[t].kind == f->kinds[k].kind)
                us[line->tasks[t].proc] += line->tasks[t].end_us - line->tasks[t].start_us;
        for (uint32_t p = 0; p < f->machine->proc_count; p++) {
            sum += us[p];
            most = fmax(most, us[p]);
        }
        f->kinds[k].on_one = sum > 0 ? most / sum : 0;
    }
    free(us);
    return MW_OK;
}

static mw_status find_times(mw_facts *f) {
    const mw_profile *p = mw_lab_profile(f->lab);
    const mw_timeline *line = mw_lab_timeline(f->lab);
    double whole_us = p->makespan_us > 0 ? p->makespan_us : 1, busy_us = 0;
    f->makespan_us = p->makespan_us;
    f->copying = p->critical_by_cause[MW_CAUSE_COPY] / whole_us;
    f->limits = p->critical_by_cause[MW_CAUSE_LIMIT] / whole_us;
    f->memory = p->critical_by_cause[MW_CAUSE_MEMORY] / whole_us;
    f->submission = p->critical_by_cause[MW_CAUSE_SUBMISSION] / whole_us;
    f->processor = p->critical_by_cause[MW_CAUSE_PROCESSOR] / whole_us;
    for (uint32_t k = 0; k < f->graph->kind_count; k++)
        busy_us += p->kinds[k].time_us;
    for (uint32_t k = 0; k < f->kind_count; k++) {
        f->kinds[k].critical = p->kinds[f->kinds[k].kind].critical_us / whole_us;
        f->kinds[k].work = busy_us > 0 ? p->kinds[f->kinds[k].kind].time_us / busy_us : 0;
    }
    share_copies(f, line);
    mw_status status = find_concentration(f, line);
    return status == MW_OK ? rank_kinds(f, line) : status;
}

mw_status mw_facts_of(const mw_lab *lab, mw_arena *arena, mw_facts *out) {
    *out = (mw_facts){.lab = lab,
                      .graph = mw_lab_graph(lab),
                      .machine = mw_lab_machine(lab),
                      .arena = arena,
                      .ran = mw_lab_profile(lab) != NULL};
    mw_status status = find_kinds(out);
    if (status == MW_OK)
        status = find_arguments(out);
    return status == MW_OK && out->ran ? find_times(out) : status;
}

const char *mw_facts_region(const mw_facts *f, uint32_t region) {
    const char *name =
        region == MW_NO_ID ? "" : mw_graph_string(f->graph, f->graph->regions[region].name);
    const char *text = *name ? name : mw_arena_printf(f->arena, "region %u", region);
    return text ? text : "a region";
}
