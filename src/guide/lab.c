// src/guide/lab.c: two simulations of one graph and machine: one keeps the timeline of the mapper
// that is asked about, the other one is for everything that is tried.
#include "guide/lab.h"
#include "base/str.h"
#include <math.h>
#include <string.h>

struct mw_lab {
    const mw_graph *graph;
    const mw_edges *edges;
    const mw_machine *machine;
    mw_sim *base_sim, *trial_sim;
    char *text; ///< of the mapper that is loaded
    mw_program *program;
    mw_plan *plan;
    bool ran;
    mw_timeline timeline; ///< of base_sim
    mw_profile *profile;
    uint64_t simulations;
};

mw_status mw_lab_new(const mw_graph *g, const mw_edges *e, const mw_machine *m, mw_lab **out) {
    mw_lab *lab = calloc(1, sizeof *lab);
    if (!lab)
        return MW_ERR_NOMEM;
    lab->graph = g;
    lab->edges = e;
    lab->machine = m;
    lab->base_sim = mw_sim_new(g, e, m);
    lab->trial_sim = mw_sim_new(g, e, m);
    if (!lab->base_sim || !lab->trial_sim) {
        mw_lab_free(lab);
        return MW_ERR_NOMEM;
    }
    *out = lab;
    return MW_OK;
}

static void unload(mw_lab *lab) {
    mw_profile_free(lab->profile);
    mw_plan_free(lab->plan);
    mw_program_free(lab->program);
    free(lab->text);
    lab->profile = NULL;
    lab->plan = NULL;
    lab->program = NULL;
    lab->text = NULL;
    lab->ran = false;
}

void mw_lab_free(mw_lab *lab) {
    if (!lab)
        return;
    unload(lab);
    mw_sim_free(lab->base_sim);
    mw_sim_free(lab->trial_sim);
    free(lab);
}

const mw_graph *mw_lab_graph(const mw_lab *lab) {
    return lab->graph;
}
const mw_edges *mw_lab_edges(const mw_lab *lab) {
    return lab->edges;
}
const mw_machine *mw_lab_machine(const mw_lab *lab) {
    return lab->machine;
}
const char *mw_lab_mapper(const mw_lab *lab) {
    return lab->text;
}
const mw_program *mw_lab_program(const mw_lab *lab) {
    return lab->program;
}
const mw_plan *mw_lab_plan(const mw_lab *lab) {
    return lab->plan;
}
const mw_timeline *mw_lab_timeline(const mw_lab *lab) {
    return lab->ran ? &lab->timeline : NULL;
}
const mw_profile *mw_lab_profile(const mw_lab *lab) {
    return lab->profile;
}
uint64_t mw_lab_simulations(const mw_lab *lab) {
    return lab->simulations;
}

mw_status mw_lab_load(mw_lab *lab, const char *name, const char *mapper, mw_diags *diags) {
    char *text = strdup(mapper); // before unload(): it may be the text that is loaded
    unload(lab);
    lab->text = text;
    if (!text)
        return MW_ERR_NOMEM;
    mw_status status =
        mw_program_parse(name, text, strlen(text), &(mw_lang_options){0}, &lab->program, diags);
    if (status == MW_OK)
        status = mw_plan_new(lab->graph, lab->machine, lab->program, &lab->plan, diags);
    if (status == MW_OK) {
        lab->simulations++;
        status = mw_sim_run(lab->base_sim, lab->plan, NULL, &lab->timeline, diags);
    }
    lab->ran = status == MW_OK;
    if (status == MW_OK)
        status = mw_profile_new(lab->plan, &lab->timeline, &lab->profile);
    return status;
}

/** As mw_profile has it: the busiest processor of the kind with the most work, over the mean. */
static double imbalance(const mw_machine *m, const mw_timeline *line, double *busy_us) {
    memset(busy_us, 0, sizeof *busy_us * m->proc_count);
    for (uint32_t t = 0; t < line->task_count; t++)
        busy_us[line->tasks[t].proc] += line->tasks[t].end_us - line->tasks[t].start_us;
    double sum[MW_PROC_KINDS] = {0}, most[MW_PROC_KINDS] = {0};
    int busiest = 0;
    for (uint32_t p = 0; p < m->proc_count; p++) {
        mw_proc_kind kind = m->procs[p].kind;
        sum[kind] += busy_us[p];
        most[kind] = fmax(most[kind], busy_us[p]);
    }
    for (int k = 1; k < MW_PROC_KINDS; k++)
        busiest = sum[k] > sum[busiest] ? k : busiest;
    double count = (double)m->procs_of_kind[busiest] * m->nodes;
    return sum[busiest] > 0 ? most[busiest] * count / sum[busiest] : 1;
}

static mw_lab_run look_at(const mw_machine *m, const mw_timeline *line, double *busy_us) {
    mw_lab_run run = {.makespan_us = line->makespan_us, .imbalance = imbalance(m, line, busy_us)};
    for (uint32_t c = 0; c < line->copy_count; c++) {
        run.copied_bytes += line->copies[c].bytes;
        run.evictions += line->copies[c].eviction;
    }
    return run;
}

mw_lab_run mw_lab_now(const mw_lab *lab) {
    if (!lab->ran || !lab->profile)
        return (mw_lab_run){0};
    mw_lab_run run = {.makespan_us = lab->timeline.makespan_us,
                      .imbalance = lab->profile->imbalance};
    for (uint32_t c = 0; c < lab->timeline.copy_count; c++) {
        run.copied_bytes += lab->timeline.copies[c].bytes;
        run.evictions += lab->timeline.copies[c].eviction;
    }
    return run;
}

mw_status mw_lab_instead(mw_lab *lab, const char *mapper, mw_lab_run *out) {
    mw_program *program = NULL;
    mw_plan *plan = NULL;
    mw_timeline line;
    double *busy_us = malloc(sizeof *busy_us * (lab->machine->proc_count + 1));
    mw_status status = busy_us ? MW_OK : MW_ERR_NOMEM;
    if (status == MW_OK)
        status = mw_program_parse("what-if", mapper, strlen(mapper), &(mw_lang_options){0},
                                  &program, NULL);
    if (status == MW_OK)
        status = mw_plan_new(lab->graph, lab->machine, program, &plan, NULL);
    if (status == MW_OK) {
        lab->simulations++;
        status = mw_sim_run(lab->trial_sim, plan, NULL, &line, NULL);
    }
    if (status == MW_OK)
        *out = look_at(lab->machine, &line, busy_us);
    mw_plan_free(plan);
    mw_program_free(program);
    free(busy_us);
    return status;
}

void mw_lab_compose(mw_str *out, const char *statements, const char *mapper) {
    size_t len = strlen(statements);
    mw_str_add(out, statements);
    if (len > 0 && statements[len - 1] != '\n')
        mw_str_add_char(out, '\n');
    mw_str_printf(out, "\n%s", mapper);
}

mw_status mw_lab_with(mw_lab *lab, const char *statements, mw_lab_run *out) {
    if (!lab->text)
        return MW_ERR_RANGE;
    mw_str all = {0};
    mw_lab_compose(&all, statements, lab->text);
    mw_status status = all.failed ? MW_ERR_NOMEM : mw_lab_instead(lab, mw_str_text(&all), out);
    mw_str_clear(&all);
    return status;
}

static mw_status faster(mw_lab *lab, const mw_what_if *change, double *makespan_us) {
    if (!lab->ran)
        return MW_ERR_RANGE;
    mw_timeline line;
    lab->simulations++;
    mw_status status = mw_sim_run(lab->trial_sim, lab->plan, change, &line, NULL);
    if (status == MW_OK)
        *makespan_us = line.makespan_us;
    return status;
}

/** [count] of 1, with INFINITY at `one`, or everywhere for MW_NO_ID. NULL: out of memory. */
static double *speeds(uint32_t count, uint32_t one) {
    double *speed = malloc(sizeof *speed * ((size_t)count + 1));
    for (uint32_t i = 0; speed && i < count; i++)
        speed[i] = one == MW_NO_ID || one == i ? INFINITY : 1;
    return speed;
}

mw_status mw_lab_fast_link(mw_lab *lab, uint32_t link, double *makespan_us) {
    if (link != MW_NO_ID && link >= lab->machine->link_count)
        return MW_ERR_RANGE;
    double *speed = speeds(lab->machine->link_count, link);
    mw_status status =
        speed ? faster(lab, &(mw_what_if){.link_speed = speed}, makespan_us) : MW_ERR_NOMEM;
    free(speed);
    return status;
}

mw_status mw_lab_fast_kernel(mw_lab *lab, uint32_t kind, double *makespan_us) {
    if (kind >= lab->graph->kind_count)
        return MW_ERR_RANGE;
    double *speed = speeds(lab->graph->kind_count, kind);
    mw_status status =
        speed ? faster(lab, &(mw_what_if){.kind_speed = speed}, makespan_us) : MW_ERR_NOMEM;
    free(speed);
    return status;
}

mw_status mw_lab_free_submission(mw_lab *lab, double *makespan_us) {
    return faster(lab, &(mw_what_if){.free_submission = true}, makespan_us);
}
