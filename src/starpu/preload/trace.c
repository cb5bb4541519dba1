// src/starpu/preload/trace.c: kept in memory, written at the end.
#include "starpu/preload/trace.h"
#include "base/file.h"
#include "base/vec.h"
#include "starpu/preload/kinds.h"
#include "starpu/preload/real.h"
#include <pthread.h>
#include <string.h>

typedef struct line {
    uint64_t sequence;
    const mw_live_kind *kind;
    uint32_t rank;
    int32_t point[MW_POINT_RANK];
    int worker;
    unsigned node;
    int64_t start_ns, end_ns;
} line;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static MW_VEC(line) lines;

void mw_trace_add(const mw_live_task *t, int worker, int64_t end_ns) {
    line l = {.sequence = t->sequence,
              .kind = t->kind,
              .rank = t->rank,
              .worker = worker,
              .node = mw_real()->starpu_worker_get_memory_node((unsigned)worker),
              .start_ns = t->start_ns,
              .end_ns = end_ns};
    memcpy(l.point, t->point, sizeof l.point);
    pthread_mutex_lock(&lock);
    bool kept = MW_PUSH(&lines, l);
    pthread_mutex_unlock(&lock);
    if (!kept)
        mw_live_complain("out of memory: the trace is not complete");
}

void mw_trace_write(const char *path) {
    mw_str text = {0};
    for (size_t i = 0; i < lines.count; i++) {
        const line *l = &lines.items[i];
        mw_str_printf(&text, "%llu %s ", (unsigned long long)l->sequence, l->kind->name);
        for (uint32_t k = 0; k < l->rank; k++)
            mw_str_printf(&text, "%c%d", k ? ',' : '[', l->point[k]);
        mw_str_printf(&text, "%s %d %u %.3f %.3f\n", l->rank ? "]" : "-", l->worker, l->node,
                      (double)(l->start_ns - mw_live.first_submit_ns) / 1e3,
                      (double)(l->end_ns - mw_live.first_submit_ns) / 1e3);
    }
    if (text.failed || mw_file_write(path, mw_str_text(&text), text.len, NULL) != MW_OK)
        mw_live_complain("cannot write %s", path);
    mw_str_clear(&text);
}
