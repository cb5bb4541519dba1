// tests/report/sample.h: a small machine, graph, plan, timeline and profile, written out by hand,
// so that reports are tested without the layers that make such things. Two CPUs and a GPU with a
// memory of its own; kind "potrf" (4 tasks on the GPU) and kind "gemm" (rest, on the CPUs).
#pragma once
#include "profile/profile.h"
#include <stdlib.h>
#include <string.h>

enum { SAMPLE_KINDS = 14 };

typedef struct sample {
    mw_machine machine;
    mw_graph graph;
    mw_plan plan;
    mw_timeline timeline;
    mw_profile profile;
    mw_bound bound;
    mw_task *tasks;
    mw_task_run *runs;
    char strings[2048];
    mw_kind kinds[SAMPLE_KINDS];
    mw_kind_use uses[SAMPLE_KINDS];
} sample;

static const mw_proc SAMPLE_PROCS[] = {
    {.kind = MW_PROC_CPU, .index = 0}, {.kind = MW_PROC_CPU, .index = 1}, {.kind = MW_PROC_GPU}};
static const mw_mem SAMPLE_MEMS[] = {{.kind = MW_MEM_SYSMEM, .bytes = 1 << 30},
                                     {.kind = MW_MEM_FBMEM, .bytes = 1 << 20}};
static const mw_region SAMPLE_REGIONS[] = {{.name = 1, .parent = MW_NO_ID}};
static const mw_subregion SAMPLE_SUBREGIONS[] = {
    {.region = 0, .rank = 2, .bytes = 4096, .point = {0, 1}}};
static const mw_launch SAMPLE_LAUNCHES[] = {{.rank = 1}};
static const mw_copy_run SAMPLE_COPIES[] = {
    {.start_us = 0, .end_us = 40, .bytes = 4096, .from = 0, .to = 1, .task = 0}};
static const uint64_t SAMPLE_PEAKS[] = {8192, 4096};
static mw_traffic sample_traffic[] = {
    {.from = 0, .to = 1, .bytes = 4096, .copies = 1, .time_us = 40}};
static mw_region_use sample_regions[] = {{.bytes = 4096, .copies = 1, .critical_us = 40}};
static mw_proc_use sample_uses[] = {{.busy_us = 60, .idle_us = 40, .tasks = 1},
                                    {.idle_us = 100},
                                    {.busy_us = 60, .waiting_us = 40, .tasks = 1}};
static mw_segment sample_segments[] = {{0, 40, MW_CAUSE_COPY, 0, 0},
                                       {40, 100, MW_CAUSE_DEPENDENCY, 0, MW_NO_ID}};

/** Strings: "A" at 1, then the names of the kinds. */
static void sample_names(sample *s, const char *first_kind) {
    size_t at = 1;
    memcpy(s->strings + at, "A", 2);
    at += 2;
    for (int k = 0; k < SAMPLE_KINDS; k++) {
        s->kinds[k] = (mw_kind){.name = (uint32_t)at, .variants = 1u << MW_PROC_CPU};
        if (k == 0)
            at += (size_t)snprintf(s->strings + at, sizeof s->strings - at, "%s", first_kind) + 1;
        else
            at += (size_t)snprintf(s->strings + at, sizeof s->strings - at, "kind%d", k) + 1;
    }
}

/** A run of 100 us: task i of `count` runs on processor 2 (even) or 0 (odd), of kind i % kinds. */
static void sample_init(sample *s, const char *first_kind, uint32_t count, uint32_t kinds) {
    *s = (sample){0};
    sample_names(s, first_kind);
    s->machine = (mw_machine){.name = "box",
                              .description = "a box",
                              .nodes = 1,
                              .proc_count = 3,
                              .mem_count = 2,
                              .procs_per_node = 3,
                              .mems_per_node = 2,
                              .procs = SAMPLE_PROCS,
                              .mems = SAMPLE_MEMS};
    s->tasks = calloc(count, sizeof *s->tasks);
    s->runs = calloc(count, sizeof *s->runs);
    uint32_t slots = (count + 1) / 2;
    for (uint32_t i = 0; i < count; i++) {
        s->tasks[i] = (mw_task){.kind = i % kinds, .point = {(int32_t)i}};
        double start = 40 + 60.0 * (i / 2) / slots;
        s->runs[i] =
            (mw_task_run){.start_us = start, .end_us = start + 60.0 / slots, .proc = i % 2 ? 0 : 2};
        s->uses[i % kinds].tasks++;
        s->uses[i % kinds].on[i % 2 ? MW_PROC_CPU : MW_PROC_GPU]++;
        s->uses[i % kinds].time_us += 60.0 / slots;
    }
    s->graph = (mw_graph){.kind_count = kinds,
                          .region_count = 1,
                          .subregion_count = 1,
                          .launch_count = 1,
                          .task_count = count,
                          .kinds = s->kinds,
                          .regions = SAMPLE_REGIONS,
                          .subregions = SAMPLE_SUBREGIONS,
                          .launches = SAMPLE_LAUNCHES,
                          .tasks = s->tasks,
                          .strings = s->strings,
                          .program = "./sample"};
    s->plan = (mw_plan){.graph = &s->graph, .machine = &s->machine};
    s->timeline = (mw_timeline){.makespan_us = 100,
                                .task_count = count,
                                .tasks = s->runs,
                                .copy_count = 1,
                                .copies = SAMPLE_COPIES,
                                .mem_peak_bytes = SAMPLE_PEAKS};
    s->profile = (mw_profile){.makespan_us = 100,
                              .procs = sample_uses,
                              .kinds = s->uses,
                              .regions = sample_regions,
                              .traffic_count = 1,
                              .traffic = sample_traffic,
                              .segment_count = 2,
                              .segments = sample_segments,
                              .imbalance = 1};
    s->profile.critical_by_cause[MW_CAUSE_COPY] = 40;
    s->profile.critical_by_cause[MW_CAUSE_DEPENDENCY] = 60;
    s->bound = (mw_bound){60, 50, 1, 0, 60};
}

static void sample_clear(sample *s) {
    free(s->tasks);
    free(s->runs);
}
