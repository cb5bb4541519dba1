// src/report/app_facts.c: a recorded graph, summed up per kind, argument, domain and region.
#include "report/describe.h"
#include <stdlib.h>
#include <string.h>

enum { MOST_DOMAINS = 256 };

static void see_region(mw_argument_fact *a, uint32_t region) {
    for (uint32_t i = 0; i < a->region_count; i++)
        if (a->regions[i] == region)
            return;
    if (a->region_count < MW_FACT_REGIONS)
        a->regions[a->region_count++] = region;
    else
        a->more_regions = true;
}

static void see_access(mw_app_facts *f, const mw_graph *g, const mw_task *t, const mw_access *x) {
    const mw_kind *kind = &g->kinds[t->kind];
    const mw_subregion *s = &g->subregions[x->subregion];
    if (x->argument >= kind->argument_count)
        return;
    mw_argument_fact *a = &f->arguments[kind->first_argument + x->argument];
    if (a->accesses++ == 0) {
        a->mode = x->mode;
        a->bytes_min = a->bytes_max = s->bytes;
    }
    if (a->mode != x->mode)
        a->mode = 0;
    a->bytes_min = s->bytes < a->bytes_min ? s->bytes : a->bytes_min;
    a->bytes_max = s->bytes > a->bytes_max ? s->bytes : a->bytes_max;
    see_region(a, s->region);
}

static void see_launch(mw_app_facts *f, const mw_launch *l) {
    f->kinds[l->kind].launches++;
    for (uint32_t i = f->domain_count; i-- > 0;) { // the newest first: launches repeat
        mw_domain_fact *d = &f->domains[i];
        if (d->kind == l->kind && d->rank == l->rank &&
            memcmp(d->extent, l->extent, sizeof *d->extent * l->rank) == 0) {
            d->launches++;
            return;
        }
    }
    if (f->domain_count == MOST_DOMAINS) {
        f->more_domains = true;
        return;
    }
    mw_domain_fact *d = &f->domains[f->domain_count++];
    *d = (mw_domain_fact){.kind = l->kind, .rank = l->rank, .launches = 1};
    memcpy(d->extent, l->extent, sizeof *d->extent * l->rank);
}

static void find_medians(mw_app_facts *f, const mw_graph *g) {
    for (uint32_t k = 0; k < g->kind_count; k++)
        f->kinds[k].median_us = -1;
    for (uint32_t c = 0; c < g->class_count; c++) {
        const mw_cost_class *class = &g->classes[c];
        for (int p = 0; p < MW_PROC_KINDS; p++)
            if (class->samples[p] > 0 && class->us[p] > f->kinds[class->kind].median_us)
                f->kinds[class->kind].median_us = class->us[p];
    }
}

static void find_shares(mw_app_facts *f, const mw_graph *g, const mw_profile *simulated) {
    double sum = 0;
    uint64_t measured = 0;
    for (uint32_t i = 0; i < g->task_count; i++) {
        if (g->tasks[i].measured_us < 0)
            continue;
        measured++;
        f->kinds[g->tasks[i].kind].time_us += g->tasks[i].measured_us;
    }
    f->share_source = g->task_count > 0 && measured == g->task_count ? MW_SHARE_MEASURED
                      : simulated                                    ? MW_SHARE_SIMULATED
                                                                     : MW_SHARE_UNKNOWN;
    for (uint32_t k = 0; k < g->kind_count; k++) {
        mw_kind_fact *kind = &f->kinds[k];
        if (f->share_source == MW_SHARE_SIMULATED)
            kind->time_us = simulated->kinds[k].time_us;
        if (f->share_source == MW_SHARE_UNKNOWN)
            kind->time_us = -1;
        sum += kind->time_us;
    }
    for (uint32_t k = 0; k < g->kind_count; k++)
        f->kinds[k].share = sum > 0 ? f->kinds[k].time_us / sum : -1;
}

mw_app_facts *mw_app_facts_new(const mw_graph *g, const mw_profile *simulated) {
    mw_app_facts *f = calloc(1, sizeof *f);
    if (!f)
        return NULL;
    f->kinds = calloc(g->kind_count + 1u, sizeof *f->kinds);
    f->arguments = calloc(g->argument_count + 1u, sizeof *f->arguments);
    f->domains = calloc(MOST_DOMAINS, sizeof *f->domains);
    f->region_bytes = calloc(g->region_count + 1u, sizeof *f->region_bytes);
    if (!f->kinds || !f->arguments || !f->domains || !f->region_bytes) {
        mw_app_facts_free(f);
        return NULL;
    }
    for (uint32_t i = 0; i < g->task_count; i++) {
        const mw_task *t = &g->tasks[i];
        f->kinds[t->kind].tasks++;
        for (uint32_t a = 0; a < t->access_count; a++)
            see_access(f, g, t, &g->accesses[t->first_access + a]);
    }
    for (uint32_t i = 0; i < g->launch_count; i++)
        see_launch(f, &g->launches[i]);
    for (uint32_t i = 0; i < g->subregion_count; i++)
        f->region_bytes[g->subregions[i].region] += g->subregions[i].bytes;
    // Only what tasks touch is recorded: of a region that they touch in parts, its partitions.
    // These come after it.
    for (uint32_t r = g->region_count; r-- > 0;) {
        uint32_t parent = g->regions[r].parent;
        if (parent != MW_NO_ID && f->region_bytes[parent] < f->region_bytes[r])
            f->region_bytes[parent] = f->region_bytes[r];
    }
    find_medians(f, g);
    find_shares(f, g, simulated);
    return f;
}

void mw_app_facts_free(mw_app_facts *f) {
    if (!f)
        return;
    free(f->kinds);
    free(f->arguments);
    free(f->domains);
    free(f->region_bytes);
    free(f);
}
