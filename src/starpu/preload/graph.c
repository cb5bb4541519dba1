// src/starpu/preload/graph.c: the records as a graph file. Runs once, when StarPU ends: kinds,
// regions and launches first, then tasks and waits in program order.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "graph/builder.h"
#include "starpu/preload/order.h"
#include "starpu/preload/recorder.h"

typedef struct writer {
    mw_builder *b;
    mw_records records;
    mw_order order;
    uint32_t *kinds;      ///< by mw_live_kind.index: the graph's, or MW_NO_ID
    uint32_t *regions;    ///< by mw_live_region.index: likewise
    uint32_t *subregions; ///< by the recorder's index
    uint32_t *launches;   ///< likewise
    uint32_t *tasks;      ///< by stored task: the graph's, or MW_NO_ID for an empty one
    uint32_t next_sync;
    uint32_t written_tasks, real_tasks; ///< not counting empty ones
} writer;

static bool arrays_new(writer *w) {
    size_t tasks = mw_tasks_count();
    w->kinds = calloc(mw_kinds_count() + 1, sizeof *w->kinds);
    w->regions = calloc(mw_regions_count() + 1, sizeof *w->regions);
    w->subregions = calloc(w->records.subregion_count + 1, sizeof *w->subregions);
    w->launches = calloc(w->records.launch_count + 1, sizeof *w->launches);
    w->tasks = calloc(tasks + 1, sizeof *w->tasks);
    if (!w->kinds || !w->regions || !w->subregions || !w->launches || !w->tasks)
        return false;
    memset(w->kinds, 0xFF, mw_kinds_count() * sizeof *w->kinds);
    memset(w->regions, 0xFF, mw_regions_count() * sizeof *w->regions);
    memset(w->tasks, 0xFF, tasks * sizeof *w->tasks);
    return true;
}

static void arrays_free(writer *w) {
    free(w->kinds);
    free(w->regions);
    free(w->subregions);
    free(w->launches);
    free(w->tasks);
}

static uint32_t write_kind(writer *w, const mw_live_kind *kind) {
    uint32_t *id = &w->kinds[kind->index];
    if (*id != MW_NO_ID)
        return *id;
    uint32_t variants = kind->variants;
    if (kind->parallel && variants >> MW_PROC_CPU & 1)
        variants |= 1u << MW_PROC_OMP;
    *id = mw_builder_kind(w->b, kind->name, variants);
    for (uint32_t a = 0; a < kind->named_count; a++)
        if (*kind->argument_names[a])
            mw_builder_argument(w->b, *id, a, kind->argument_names[a], 0);
    return *id;
}

static uint32_t write_region(writer *w, const mw_live_region *r, uint32_t element_bytes) {
    uint32_t *id = &w->regions[r->index];
    if (*id == MW_NO_ID) {
        uint32_t parent = r->parent ? write_region(w, r->parent, element_bytes) : MW_NO_ID;
        *id = mw_builder_region(w->b, r->name, parent, element_bytes, 1);
    }
    return *id;
}

static void write_subregions(writer *w) {
    for (uint32_t i = 0; i < w->records.subregion_count; i++) {
        const mw_record_subregion *s = &w->records.subregions[i];
        w->subregions[i] = mw_builder_subregion(w->b, write_region(w, s->region, s->element_bytes),
                                                s->bytes, s->rank, s->point);
    }
}

static void write_launches(writer *w) {
    for (uint32_t i = 0; i < w->records.launch_count; i++) {
        const mw_record_launch *l = &w->records.launches[i];
        bool single = l->at.positional && l->at.tasks == 1;
        uint32_t rank = single ? 0 : l->at.rank;
        w->launches[i] = mw_builder_launch(w->b, write_kind(w, l->kind), rank);
        if (rank)
            mw_builder_launch_domain(w->b, w->launches[i], l->at.lower, l->at.extent);
    }
}

static void write_wait_task(writer *w, uint32_t stored) {
    if (stored == MW_NO_ID)
        return;
    if (w->tasks[stored] != MW_NO_ID) {
        mw_builder_sync(w->b, MW_SYNC_TASK, w->tasks[stored], 0);
        return;
    }
    mw_order_list behind = mw_order_behind(&w->order, stored);
    for (uint32_t i = 0; i < behind.count; i++)
        if (w->tasks[behind.items[i]] != MW_NO_ID)
            mw_builder_sync(w->b, MW_SYNC_TASK, w->tasks[behind.items[i]], 0);
}

/** The waits that came before the task at `position` in the order. */
static void write_waits(writer *w, uint32_t position) {
    const mw_records *r = &w->records;
    for (; w->next_sync < r->sync_count && r->syncs[w->next_sync].before <= position;
         w->next_sync++) {
        const mw_record_sync *s = &r->syncs[w->next_sync];
        switch (s->type) {
        case MW_SYNC_ALL: mw_builder_sync(w->b, MW_SYNC_ALL, 0, 0); break;
        case MW_SYNC_TASK: write_wait_task(w, s->what); break;
        case MW_SYNC_ACQUIRE:
            // After the last task it delays nothing that we measure (handles being unregistered).
            if (w->written_tasks < w->real_tasks)
                mw_builder_sync(w->b, MW_SYNC_ACQUIRE, w->subregions[s->what], s->mode);
            break;
        }
    }
}

static void write_accesses(writer *w, const mw_live_task *t) {
    uint32_t count = t->access_count;
    if (count > MW_MAX_ARGUMENTS) {
        mw_live_complain("a task of kind '%s' has %u arguments; the graph keeps the first %d",
                         t->kind->name, count, MW_MAX_ARGUMENTS);
        count = MW_MAX_ARGUMENTS;
    }
    for (uint32_t i = 0; i < count; i++) {
        const mw_record_access *a = &w->records.accesses[t->first_access + i];
        mw_builder_access(w->b, w->subregions[a->subregion], a->argument, (mw_mode)a->mode);
    }
}

static void write_measured(writer *w, uint32_t id, const mw_live_task *t) {
    int64_t start = t->start_ns, end = t->end_ns;
    if (mw_live.mode != MW_LIVE_RECORD || start == 0 || end < start)
        return;
    mw_builder_measured(w->b, id, mw_live_worker_kind(t->worker), t->worker,
                        (double)(start - mw_live.first_submit_ns) / 1e3,
                        (double)(end - start) / 1e3);
}

static void write_task(writer *w, uint32_t stored) {
    const mw_live_task *t = mw_tasks_at(stored);
    mw_order_list earlier = mw_order_step(&w->order, stored);
    if (!t->kind || t->launch_record == MW_NO_ID)
        return;
    const mw_record_launch *l = &w->records.launches[t->launch_record];
    bool single = l->at.positional && l->at.tasks == 1;
    uint32_t id = mw_builder_task(w->b, w->launches[t->launch_record], single ? NULL : t->point,
                                  t->priority, t->flops);
    w->tasks[stored] = id;
    w->written_tasks++;
    write_accesses(w, t);
    for (uint32_t i = 0; i < earlier.count; i++)
        if (w->tasks[earlier.items[i]] != MW_NO_ID)
            mw_builder_dependency(w->b, w->tasks[earlier.items[i]]);
    write_measured(w, id, t);
}

static char *command_line(void) {
    mw_str text = {0};
    FILE *f = fopen("/proc/self/cmdline", "r");
    for (int c; f && (c = fgetc(f)) != EOF && text.len < 64 * 1024;)
        mw_str_add_char(&text, c == '\0' ? ' ' : (char)c);
    if (f)
        fclose(f);
    if (text.len && text.text[text.len - 1] == ' ')
        text.text[text.len - 1] = '\0';
    return mw_str_detach(&text);
}

static mw_status write_all(writer *w, const char *path, mw_diags *diags) {
    for (uint32_t i = 0; i < w->order.count; i++)
        w->real_tasks += mw_tasks_at(i)->kind != NULL;
    write_subregions(w);
    write_launches(w);
    for (uint32_t i = 0; i < w->order.count; i++) {
        write_waits(w, i);
        write_task(w, w->order.tasks[i]);
    }
    write_waits(w, w->order.count);
    char *program = command_line();
    mw_builder_program(w->b, program ? program : "",
                       mw_live.mode == MW_LIVE_RECORD ? mw_live_makespan_us() : -1,
                       mw_live.cpu_workers, mw_live.gpu_workers);
    free(program);
    mw_graph *graph = NULL;
    mw_status status = mw_builder_finish(w->b, &graph, diags);
    if (status == MW_OK)
        status = mw_graph_save(graph, path, diags);
    mw_graph_free(graph);
    return status;
}

bool mw_recorder_write(const char *path) {
    writer w = {.records = mw_recorder_records()};
    mw_diags *diags = mw_diags_new();
    mw_status status = MW_ERR_NOMEM;
    if (!w.records.out_of_memory && diags && arrays_new(&w) &&
        mw_order_init(&w.order, &w.records) && (w.b = mw_builder_new()))
        status = write_all(&w, path, diags);
    const mw_diag *first = mw_diags_first_error(diags);
    if (status == MW_ERR_NOMEM)
        mw_live_complain("out of memory: no graph was written");
    else if (status != MW_OK)
        mw_live_complain("no graph was written: %s", first ? first->message : "internal error");
    mw_builder_free(w.b);
    mw_order_clear(&w.order);
    arrays_free(&w);
    mw_diags_free(diags);
    return status == MW_OK;
}
