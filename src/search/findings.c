// src/search/findings.c: asks the model what holds a mapper back.
#include "search/moves.h"
#include <math.h>

/** Saved share of the makespan when something is made faster; 0 where the model cannot say. */
static mw_status saving(const mw_evaluator *model, const mw_what_if *change, double makespan_us,
                        double *out) {
    double faster_us = makespan_us;
    *out = 0;
    mw_status status = model->what_if ? model->what_if(model->self, change, &faster_us) : MW_OK;
    if (status == MW_ERR_INPUT || status == MW_ERR_RANGE)
        status = MW_OK;
    if (status == MW_OK && makespan_us > 0)
        *out = fmax(0, 1 - faster_us / makespan_us);
    return status;
}

/** Mean idle share over the processors of the kinds that ran anything. */
static double idle_share(const mw_machine *m, const mw_profile *p) {
    bool used[MW_PROC_KINDS] = {false};
    for (uint32_t i = 0; i < m->proc_count; i++)
        used[m->procs[i].kind] = used[m->procs[i].kind] || p->procs[i].tasks > 0;
    double busy_us = 0;
    uint32_t count = 0;
    for (uint32_t i = 0; i < m->proc_count; i++) {
        if (!used[m->procs[i].kind])
            continue;
        busy_us += p->procs[i].busy_us;
        count++;
    }
    return count && p->makespan_us > 0 ? fmax(0, 1 - busy_us / (count * p->makespan_us)) : 0;
}

/** Shares of all copy time, by the argument that asked for the copy. */
static void share_copies(const mw_space *s, const mw_timeline *t, double copying[]) {
    const mw_graph *g = s->graph;
    double total_us = 0;
    for (uint32_t i = 0; i < t->copy_count; i++) {
        const mw_copy_run *copy = &t->copies[i];
        total_us += copy->end_us - copy->start_us;
        if (copy->task == MW_NO_ID)
            continue;
        const mw_task *task = &g->tasks[copy->task];
        uint32_t subject = s->kind_subject[task->kind];
        for (uint32_t a = 0; a < task->access_count && subject != MW_NO_ID; a++) {
            const mw_access *access = &g->accesses[task->first_access + a];
            if (access->subregion != copy->subregion)
                continue;
            if (access->argument < s->subjects[subject].argument_count)
                copying[s->subjects[subject].first_argument + access->argument] +=
                    copy->end_us - copy->start_us;
            break;
        }
    }
    for (uint32_t a = 0; a < s->argument_count && total_us > 0; a++)
        copying[a] /= total_us;
}

static mw_status rank_tasks(const mw_space *s, const mw_edges *edges, const mw_timeline *t,
                            double rank_us[]) {
    double *duration_us = calloc((size_t)edges->node_count + 1, sizeof *duration_us);
    if (!duration_us)
        return MW_ERR_NOMEM;
    for (uint32_t i = 0; i < s->graph->task_count; i++)
        duration_us[i] = t->tasks[i].end_us - t->tasks[i].start_us;
    mw_status status = mw_upward_ranks(edges, duration_us, rank_us);
    free(duration_us);
    return status;
}

mw_status mw_findings_of(const mw_space *s, const mw_edges *edges, const mw_evaluator *model,
                         const char *mapper, mw_arena *arena, mw_findings *out) {
    mw_findings f = {.running = MW_NEW_ARRAY(arena, double, s->subject_count + 1),
                     .copying = MW_NEW_ARRAY(arena, double, s->argument_count + 1),
                     .rank_us = MW_NEW_ARRAY(arena, double, (size_t)edges->node_count + 1)};
    if (mw_arena_failed(arena))
        return MW_ERR_NOMEM;
    mw_evaluation got;
    mw_status status = model->evaluate(model->self, "what-if", mapper, &got, NULL);
    if (status != MW_OK)
        return status;
    f.ran = got.outcome == MW_OUTCOME_PERFORMANCE && got.profile && got.timeline;
    if (f.ran) {
        const mw_profile *p = got.profile;
        double whole_us = p->makespan_us > 0 ? p->makespan_us : 1;
        f.makespan_us = got.makespan_us;
        f.idle = idle_share(s->machine, p);
        f.imbalance = p->imbalance;
        f.limits = p->critical_by_cause[MW_CAUSE_LIMIT] / whole_us;
        f.memory = p->critical_by_cause[MW_CAUSE_MEMORY] / whole_us;
        for (uint32_t k = 0; k < s->graph->kind_count; k++)
            if (s->kind_subject[k] != MW_NO_ID)
                f.running[s->kind_subject[k]] += p->kinds[k].critical_us / whole_us;
        share_copies(s, got.timeline, f.copying);
        status = rank_tasks(s, edges, got.timeline, f.rank_us);
        double *fast = MW_NEW_ARRAY(arena, double, s->machine->link_count + 1);
        for (uint32_t l = 0; fast && l < s->machine->link_count; l++)
            fast[l] = INFINITY;
        mw_what_if links = {.link_speed = fast}, submission = {.free_submission = true};
        status = fast ? status : MW_ERR_NOMEM;
        if (status == MW_OK && s->machine->link_count > 0)
            status = saving(model, &links, f.makespan_us, &f.copies);
        if (status == MW_OK)
            status = saving(model, &submission, f.makespan_us, &f.submission);
    }
    if (status == MW_OK)
        *out = f;
    return status;
}
