// src/guide/performance.c: where the time of a run went, in sentences, each with its share;
// what-ifs tell what a cause really costs, since what hides behind something else costs nothing.
#include "guide/parts.h"
#include <math.h>

/** A share below this is not worth a sentence. */
static const double NOTEWORTHY = 0.02;

static const char *cause_words(mw_cause cause) {
    switch (cause) {
    case MW_CAUSE_SUBMISSION: return "waiting for tasks to be submitted";
    case MW_CAUSE_DEPENDENCY: return "running tasks one after another";
    case MW_CAUSE_COPY: return "waiting for copies";
    case MW_CAUSE_PROCESSOR: return "waiting for a processor that is busy with other tasks";
    case MW_CAUSE_LIMIT: return "waiting for an instance limit";
    case MW_CAUSE_MEMORY: return "waiting for room in a memory";
    case MW_CAUSE_SYNC: return "the main thread waiting and submitting nothing";
    }
    return "";
}

/** The critical path by cause, largest share first. */
static void explain_path(const mw_profile *p, mw_feedback_parts *out) {
    bool told[MW_CAUSE_SYNC + 1] = {false};
    for (int n = 0; n <= MW_CAUSE_SYNC; n++) {
        int most = -1;
        for (int c = 0; c <= MW_CAUSE_SYNC; c++)
            if (!told[c] && (most < 0 || p->critical_by_cause[c] > p->critical_by_cause[most]))
                most = c;
        told[most] = true;
        double share = p->critical_by_cause[most] / p->makespan_us;
        if (share >= NOTEWORTHY)
            mw_reason_add(out, 0, share, "%.0f%% of the critical path: %s", 100 * share,
                          cause_words((mw_cause)most));
    }
}

static void explain_kinds(const mw_plan *plan, const mw_profile *p, mw_feedback_parts *out) {
    uint32_t most = MW_NO_ID;
    for (uint32_t k = 0; k < plan->graph->kind_count; k++)
        if (most == MW_NO_ID || p->kinds[k].critical_us > p->kinds[most].critical_us)
            most = k;
    if (most == MW_NO_ID || p->kinds[most].critical_us < NOTEWORTHY * p->makespan_us)
        return;
    const mw_kind_use *use = &p->kinds[most];
    mw_str where = {0};
    for (int k = 0; k < MW_PROC_KINDS; k++)
        if (use->on[k] > 0)
            mw_str_printf(&where, "%s%u on %s", where.len ? ", " : "", use->on[k],
                          mw_proc_kind_name((mw_proc_kind)k));
    double share = use->critical_us / p->makespan_us;
    mw_reason_add(out, 0, share,
                  "%s is the heaviest task kind: %.0f%% of the critical path (%u "
                  "tasks: %s)",
                  mw_graph_kind_name(plan->graph, most), 100 * share, use->tasks,
                  mw_str_text(&where));
    out->failed = out->failed || where.failed;
    mw_str_clear(&where);
}

static void explain_load(const mw_machine *m, const mw_profile *p, mw_feedback_parts *out) {
    for (int k = 0; k < MW_PROC_KINDS; k++) {
        double busy_us = 0;
        uint32_t count = m->procs_of_kind[k] * m->nodes, idle = 0;
        for (uint32_t i = 0; i < m->proc_count; i++)
            if ((int)m->procs[i].kind == k) {
                busy_us += p->procs[i].busy_us;
                idle += p->procs[i].tasks == 0;
            }
        if (count == 0 || busy_us <= 0)
            continue;
        mw_reason_add(out, 0, fmax(0, 1 - busy_us / (count * p->makespan_us)),
                      "%ss are busy %.0f%% of the time on average; %u of %u run nothing at all",
                      mw_proc_kind_name((mw_proc_kind)k), 100 * busy_us / (count * p->makespan_us),
                      idle, count);
    }
    if (p->imbalance > 1.05)
        mw_reason_add(out, 0, 1 - 1 / p->imbalance,
                      "the busiest processor has %.2f times the mean "
                      "load",
                      p->imbalance);
}

static void explain_traffic(const mw_lab *lab, mw_feedback_parts *out) {
    const mw_profile *p = mw_lab_profile(lab);
    const mw_machine *m = mw_lab_machine(lab);
    mw_lab_run now = mw_lab_now(lab);
    if (p->traffic_count > 0)
        mw_reason_add(out, 0, -1,
                      "%.3g MB are copied, most of it from %s to %s (%.3g MB in %u "
                      "copies)",
                      (double)now.copied_bytes / 1e6,
                      mw_mem_kind_name(m->mems[p->traffic[0].from].kind),
                      mw_mem_kind_name(m->mems[p->traffic[0].to].kind),
                      (double)p->traffic[0].bytes / 1e6, p->traffic[0].copies);
    if (now.evictions > 0)
        mw_reason_add(out, 0, -1,
                      "%u copies were written back to make room in a memory that was "
                      "full",
                      now.evictions);
}

static double saved(double before_us, double after_us) {
    return before_us > 0 ? fmax(0, 1 - after_us / before_us) : 0;
}

static mw_status explain_what_ifs(mw_lab *lab, mw_feedback_parts *out) {
    const mw_profile *p = mw_lab_profile(lab);
    uint32_t most = MW_NO_ID;
    double us = p->makespan_us;
    mw_status status = MW_OK;
    if (p->traffic_count > 0) {
        status = mw_lab_fast_link(lab, MW_NO_ID, &us);
        if (status == MW_OK && saved(p->makespan_us, us) >= NOTEWORTHY)
            mw_reason_add(out, 0, saved(p->makespan_us, us),
                          "with infinitely fast links it would take %.0f%% less time",
                          100 * saved(p->makespan_us, us));
    }
    if (status == MW_OK)
        status = mw_lab_free_submission(lab, &us);
    if (status == MW_OK && saved(p->makespan_us, us) >= NOTEWORTHY)
        mw_reason_add(out, 0, saved(p->makespan_us, us),
                      "if submitting tasks cost nothing it would take %.0f%% less time: a mapper "
                      "cannot change that, fewer and larger tasks can",
                      100 * saved(p->makespan_us, us));
    for (uint32_t k = 0; k < mw_lab_graph(lab)->kind_count; k++)
        if (p->kinds[k].critical_us > 0 &&
            (most == MW_NO_ID || p->kinds[k].critical_us > p->kinds[most].critical_us))
            most = k;
    if (status == MW_OK && most != MW_NO_ID) {
        status = mw_lab_fast_kernel(lab, most, &us);
        if (status == MW_OK && saved(p->makespan_us, us) >= NOTEWORTHY)
            mw_reason_add(out, 0, saved(p->makespan_us, us),
                          "if %s took no time at all it would take %.0f%% less time",
                          mw_graph_kind_name(mw_lab_graph(lab), most),
                          100 * saved(p->makespan_us, us));
    }
    return status == MW_ERR_INPUT || status == MW_ERR_RANGE ? MW_OK : status;
}

mw_status mw_explain_performance(mw_lab *lab, const mw_bound *bound, mw_feedback_parts *p) {
    const mw_profile *profile = mw_lab_profile(lab);
    if (!(profile->makespan_us > 0)) {
        mw_reason_add(p, 0, -1, "nothing ran, so nothing limits it");
        return p->failed ? MW_ERR_NOMEM : MW_OK;
    }
    explain_path(profile, p);
    explain_kinds(mw_lab_plan(lab), profile, p);
    explain_load(mw_lab_machine(lab), profile, p);
    explain_traffic(lab, p);
    mw_status status = explain_what_ifs(lab, p);
    if (bound->bound_us > 0)
        mw_reason_add(p, 0, -1, "no mapper can take less than %.0f%% of this time",
                      100 * bound->bound_us / profile->makespan_us);
    return p->failed ? MW_ERR_NOMEM : status;
}
