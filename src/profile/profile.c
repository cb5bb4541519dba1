// src/profile/profile.c: sums over a timeline.
#include "profile/path.h"
#include "profile/profile.h"
#include <stdlib.h>

void mw_profile_free(mw_profile *p) {
    if (!p)
        return;
    free(p->procs);
    free(p->kinds);
    free(p->regions);
    free(p->traffic);
    free(p->segments);
    free(p);
}

/** Busy while tasks run; before a task whose data came last, waiting since it was ready; else idle.
 */
static mw_status sum_tasks(mw_profile *p, const mw_plan *plan, const mw_timeline *line) {
    const mw_machine *m = plan->machine;
    double *free_us = calloc((size_t)m->proc_count + 1, sizeof *free_us);
    if (!free_us)
        return MW_ERR_NOMEM;
    for (uint32_t i = 0; i < line->task_count; i++) {
        uint32_t task = line->start_order[i];
        const mw_task_run *run = &line->tasks[task];
        mw_proc_use *use = &p->procs[run->proc];
        double since = run->ready_us > free_us[run->proc] ? run->ready_us : free_us[run->proc];
        if (run->cause == MW_CAUSE_COPY && run->start_us > since)
            use->waiting_us += run->start_us - since;
        use->busy_us += run->end_us - run->start_us;
        use->tasks++;
        free_us[run->proc] = run->end_us;
        mw_kind_use *kind = &p->kinds[plan->graph->tasks[task].kind];
        kind->time_us += run->end_us - run->start_us;
        kind->tasks++;
        kind->on[m->procs[run->proc].kind]++;
    }
    for (uint32_t i = 0; i < m->proc_count; i++)
        p->procs[i].idle_us = p->makespan_us - p->procs[i].busy_us - p->procs[i].waiting_us;
    free(free_us);
    return MW_OK;
}

static int by_pair(const void *a, const void *b) {
    const mw_traffic *x = a, *y = b;
    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    return (x->to > y->to) - (x->to < y->to);
}

static int by_bytes(const void *a, const void *b) {
    const mw_traffic *x = a, *y = b;
    return x->bytes != y->bytes ? (x->bytes < y->bytes ? 1 : -1) : by_pair(a, b);
}

static mw_status sum_copies(mw_profile *p, const mw_plan *plan, const mw_timeline *line) {
    p->traffic = calloc((size_t)line->copy_count + 1, sizeof *p->traffic);
    if (!p->traffic)
        return MW_ERR_NOMEM;
    for (uint32_t i = 0; i < line->copy_count; i++) {
        const mw_copy_run *c = &line->copies[i];
        mw_region_use *region = &p->regions[plan->graph->subregions[c->subregion].region];
        region->bytes += c->bytes;
        region->copies++;
        p->traffic[i] = (mw_traffic){c->from, c->to, c->bytes, 1, c->end_us - c->start_us};
    }
    qsort(p->traffic, line->copy_count, sizeof *p->traffic, by_pair);
    for (uint32_t i = 0; i < line->copy_count; i++) {
        mw_traffic *last = p->traffic_count ? &p->traffic[p->traffic_count - 1] : NULL;
        const mw_traffic *one = &p->traffic[i];
        if (last && by_pair(last, one) == 0) {
            last->bytes += one->bytes;
            last->copies++;
            last->time_us += one->time_us;
        } else {
            p->traffic[p->traffic_count++] = *one;
        }
    }
    qsort(p->traffic, p->traffic_count, sizeof *p->traffic, by_bytes);
    return MW_OK;
}

static void sum_path(mw_profile *p, const mw_plan *plan, const mw_timeline *line) {
    for (uint32_t i = 0; i < p->segment_count; i++) {
        const mw_segment *s = &p->segments[i];
        double us = s->end_us - s->start_us;
        p->critical_by_cause[s->why] += us;
        if (s->why == MW_CAUSE_DEPENDENCY)
            p->kinds[plan->graph->tasks[s->task].kind].critical_us += us;
        if (s->why == MW_CAUSE_COPY && s->copy != MW_NO_ID)
            p->regions[plan->graph->subregions[line->copies[s->copy].subregion].region]
                .critical_us += us;
    }
}

static void find_imbalance(mw_profile *p, const mw_machine *m) {
    double sum[MW_PROC_KINDS] = {0}, most[MW_PROC_KINDS] = {0};
    for (uint32_t i = 0; i < m->proc_count; i++) {
        mw_proc_kind kind = m->procs[i].kind;
        sum[kind] += p->procs[i].busy_us;
        most[kind] = p->procs[i].busy_us > most[kind] ? p->procs[i].busy_us : most[kind];
    }
    int kind = 0;
    for (int k = 1; k < MW_PROC_KINDS; k++)
        kind = sum[k] > sum[kind] ? k : kind;
    double count = (double)m->procs_of_kind[kind] * m->nodes;
    p->imbalance = sum[kind] > 0 ? most[kind] * count / sum[kind] : 1;
}

mw_status mw_profile_new(const mw_plan *plan, const mw_timeline *timeline, mw_profile **out) {
    const mw_graph *g = plan->graph;
    mw_profile *p = calloc(1, sizeof *p);
    if (!p)
        return MW_ERR_NOMEM;
    p->makespan_us = timeline->makespan_us;
    p->procs = calloc((size_t)plan->machine->proc_count + 1, sizeof *p->procs);
    p->kinds = calloc((size_t)g->kind_count + 1, sizeof *p->kinds);
    p->regions = calloc((size_t)g->region_count + 1, sizeof *p->regions);
    mw_status status = p->procs && p->kinds && p->regions ? MW_OK : MW_ERR_NOMEM;
    if (status == MW_OK)
        status = sum_tasks(p, plan, timeline);
    if (status == MW_OK)
        status = sum_copies(p, plan, timeline);
    if (status == MW_OK)
        status = mw_path_find(plan, timeline, &p->segments, &p->segment_count);
    if (status != MW_OK) {
        mw_profile_free(p);
        return status;
    }
    sum_path(p, plan, timeline);
    find_imbalance(p, plan->machine);
    *out = p;
    return MW_OK;
}
