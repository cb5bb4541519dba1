// bench/bench.h: what the benchmark programs share: a clock, the machine's name, and a line per
// figure with repeats, median and spread. Uses: base/stats.
#pragma once
#include "base/stats.h"
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { BENCH_MOST_REPEATS = 256 };

/** Seconds on a clock that only goes forward. */
static inline double bench_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/** "model name" of the first processor, number of cores, load average (-1: unknown), compiler. */
static inline void bench_print_machine(FILE *out) {
    char model[256] = "unknown processor", line[512];
    FILE *info = fopen("/proc/cpuinfo", "r");
    while (info && fgets(line, sizeof line, info)) {
        const char *colon = strchr(line, ':');
        if (colon && strncmp(line, "model name", 10) == 0) {
            snprintf(model, sizeof model, "%.*s", (int)strcspn(colon + 2, "\n"), colon + 2);
            break;
        }
    }
    if (info)
        fclose(info);
    double load[1] = {0};
    bool known = getloadavg(load, 1) == 1; // others' work spoils figures: the reader should see it
    fprintf(out, "machine: %s, %ld cores, load %.1f; compiler: %s\n", model,
            sysconf(_SC_NPROCESSORS_ONLN), known ? load[0] : -1, __VERSION__);
}

/** Seconds that this thread had a core: what others do meanwhile counts for less. */
static inline double bench_cpu_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/** Repeats `run` until it has taken `seconds` in all (at least 5 times), after one that does not
 * count. Seconds of each run. */
static inline mw_stats bench_repeat_by(double (*clock)(void), void (*run)(void *), void *of,
                                       double seconds) {
    double taken[BENCH_MOST_REPEATS], total = 0;
    size_t count = 0;
    run(of);
    while (count < BENCH_MOST_REPEATS && (count < 5 || total < seconds)) {
        double start = clock();
        run(of);
        taken[count] = clock() - start;
        total += taken[count++];
    }
    return mw_stats_of(taken, count);
}

static inline mw_stats bench_repeat(void (*run)(void *), void *of, double seconds) {
    return bench_repeat_by(bench_now, run, of, seconds);
}

/** "name   median ms   (min .. max, quartiles, repeats)". */
static inline void bench_print(FILE *out, const char *name, const mw_stats *s) {
    fprintf(out, "%-44s %10.3f ms  min %.3f, quartiles %.3f .. %.3f, max %.3f, %zu repeats\n", name,
            1e3 * s->median, 1e3 * s->min, 1e3 * s->q1, 1e3 * s->q3, 1e3 * s->max, s->count);
}
