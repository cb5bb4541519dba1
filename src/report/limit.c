// src/report/limit.c: what limits a run: its longest stretches, and one sentence.
#include "report/names.h"
#include "report/profile_text.h"
#include "base/units.h"

/** What a stretch is about: a task's kind, or for copies the region. */
static uint32_t subject(const mw_run_view *v, const mw_segment *s) {
    if (s->why == MW_CAUSE_COPY && s->copy < v->timeline->copy_count)
        return v->plan->graph->subregions[v->timeline->copies[s->copy].subregion].region;
    return s->task < v->timeline->task_count ? v->plan->graph->tasks[s->task].kind : MW_NO_ID;
}

static void offer(mw_stretch stretches[], uint32_t most, uint32_t *count, const mw_stretch *s) {
    uint32_t at = *count;
    while (at > 0 &&
           s->end_us - s->start_us > stretches[at - 1].end_us - stretches[at - 1].start_us)
        at--;
    if (at == most)
        return;
    if (*count < most)
        ++*count;
    for (uint32_t i = *count - 1; i > at; i--)
        stretches[i] = stretches[i - 1];
    stretches[at] = *s;
}

uint32_t mw_profile_stretches(const mw_run_view *v, mw_stretch stretches[], uint32_t most) {
    const mw_profile *p = v->profile;
    uint32_t count = 0;
    for (uint32_t i = 0; i < p->segment_count;) {
        const mw_segment *first = &p->segments[i];
        mw_stretch s = {first->start_us, first->end_us, first->why, first->task, first->copy, 0};
        while (i < p->segment_count && p->segments[i].why == first->why &&
               subject(v, &p->segments[i]) == subject(v, first)) {
            s.end_us = p->segments[i++].end_us;
            s.segments++;
        }
        offer(stretches, most, &count, &s);
    }
    return count;
}

static void copy_name(mw_str *out, const mw_run_view *v, const mw_stretch *s) {
    const mw_copy_run *c = &v->timeline->copies[s->copy];
    if (s->segments == 1) {
        mw_name_subregion(out, v->plan->graph, c->subregion);
        mw_str_add(out, " copied from ");
    } else {
        mw_str_printf(out, "%u copies of ", s->segments);
        mw_name_region(out, v->plan->graph, v->plan->graph->subregions[c->subregion].region);
        mw_str_add(out, ", the first from ");
    }
    mw_name_mem(out, v->plan->machine, c->from);
    mw_str_add(out, " to ");
    mw_name_mem(out, v->plan->machine, c->to);
}

void mw_stretch_name(mw_str *out, const mw_run_view *v, const mw_stretch *s) {
    if (s->why == MW_CAUSE_COPY && s->copy < v->timeline->copy_count) {
        copy_name(out, v, s);
        return;
    }
    if (s->task >= v->timeline->task_count) {
        mw_str_add(out, mw_name_cause(s->why));
        return;
    }
    if (s->segments > 1)
        mw_str_printf(out, "%u x %s", s->segments,
                      mw_graph_kind_name(v->plan->graph, v->plan->graph->tasks[s->task].kind));
    else
        mw_name_task(out, v->plan->graph, s->task);
    if (s->why == MW_CAUSE_DEPENDENCY) {
        mw_str_add(out, s->segments > 1 ? " ran, the first on " : " ran on ");
        mw_name_proc(out, v->plan->machine, v->timeline->tasks[s->task].proc);
    } else {
        mw_str_printf(out, ": %s", mw_name_cause(s->why));
    }
}

static uint32_t slowest_kind(const mw_run_view *v) {
    uint32_t most = 0;
    for (uint32_t k = 1; k < v->plan->graph->kind_count; k++)
        if (v->profile->kinds[k].critical_us > v->profile->kinds[most].critical_us)
            most = k;
    return most;
}

static uint32_t slowest_region(const mw_run_view *v) {
    uint32_t most = 0;
    for (uint32_t r = 1; r < v->plan->graph->region_count; r++)
        if (v->profile->regions[r].critical_us > v->profile->regions[most].critical_us)
            most = r;
    return most;
}

void mw_text_limit(mw_str *out, const mw_run_view *v) {
    char share[MW_UNIT_TEXT], part[MW_UNIT_TEXT];
    const mw_profile *p = v->profile;
    const mw_graph *g = v->plan->graph;
    mw_cause most = MW_CAUSE_SUBMISSION;
    for (int c = 0; c <= MW_CAUSE_SYNC; c++)
        if (p->critical_by_cause[c] > p->critical_by_cause[most])
            most = (mw_cause)c;
    if (!(p->makespan_us > 0) || g->task_count == 0) {
        mw_str_add(out, "Nothing ran, so nothing limits it");
        return;
    }
    mw_unit_percent(share, p->critical_by_cause[most] / p->makespan_us);
    switch (most) {
    case MW_CAUSE_DEPENDENCY: {
        uint32_t kind = slowest_kind(v);
        mw_unit_percent(part, p->kinds[kind].critical_us / p->makespan_us);
        mw_str_printf(out, "Running tasks one after another takes %s of the time; %s alone %s",
                      share, mw_graph_kind_name(g, kind), part);
        return;
    }
    case MW_CAUSE_COPY:
        mw_str_printf(out, "Waiting for copies takes %s of the time", share);
        if (g->region_count > 0) {
            uint32_t region = slowest_region(v);
            mw_unit_percent(part, p->regions[region].critical_us / p->makespan_us);
            mw_str_add(out, "; of ");
            mw_name_region(out, g, region);
            mw_str_printf(out, " alone %s", part);
        }
        return;
    case MW_CAUSE_PROCESSOR:
        mw_str_printf(out,
                      "Ready tasks wait for busy processors %s of the time; the busiest has %.2f "
                      "times the mean load",
                      share, p->imbalance);
        return;
    case MW_CAUSE_SUBMISSION:
        mw_str_printf(out,
                      "Submitting the tasks takes %s of the time: they are too small, or too "
                      "many",
                      share);
        return;
    case MW_CAUSE_LIMIT:
        mw_str_printf(out, "Instance limits hold tasks back %s of the time", share);
        return;
    case MW_CAUSE_MEMORY:
        mw_str_printf(out, "Tasks wait for room in a memory %s of the time", share);
        return;
    case MW_CAUSE_SYNC:
        mw_str_printf(out, "The main thread waits, and submits nothing, %s of the time", share);
        return;
    }
}
