// bench/graph.c: graph files: bytes a task, and how long making, saving, loading (with every check)
// and finding the dependencies take, for 10,000 to 1,000,000 tasks of a stencil wavefront of 4
// accesses a task. The file lies in the page cache: what is measured is the checking, not the disk.
#include "bench.h"
#include "graph/edges.h"
#include "sim_graphs.h"

typedef struct subject {
    char path[64];
    int32_t steps;
    mw_graph *graph;
} subject;

enum { WIDTH = 64 };

static void must(bool ok, const char *what) {
    if (ok)
        return;
    fprintf(stderr, "bench/graph: %s failed\n", what);
    exit(1);
}

static void make(void *of) {
    const subject *s = of;
    mw_graph_free(graphs_wavefront(WIDTH, s->steps));
}

static void save(void *of) {
    const subject *s = of;
    must(mw_graph_save(s->graph, s->path, NULL) == MW_OK, "saving");
}

static void load(void *of) {
    const subject *s = of;
    mw_graph *g = NULL;
    must(mw_graph_load(s->path, &g, NULL) == MW_OK, "loading");
    must(g->task_count == s->graph->task_count, "loading all of it");
    mw_graph_free(g);
}

static void find_edges(void *of) {
    const subject *s = of;
    mw_edges *e = mw_edges_new(s->graph);
    must(e != NULL, "finding dependencies");
    mw_edges_free(e);
}

static void measure(subject *s, const char *what, void (*run)(void *)) {
    char name[64];
    snprintf(name, sizeof name, "%s %u tasks", what, s->graph->task_count);
    mw_stats stats = bench_repeat(run, s, 1);
    bench_print(stdout, name, &stats);
}

int main(void) {
    static const int32_t STEPS[] = {157, 1563, 15625}; // 15,625 x 64 = 1,000,000
    bench_print_machine(stdout);
    for (size_t i = 0; i < sizeof STEPS / sizeof *STEPS; i++) {
        subject s = {.steps = STEPS[i], .graph = graphs_wavefront(WIDTH, STEPS[i])};
        snprintf(s.path, sizeof s.path, "/tmp/bench-graph-%ld.mwg", (long)getpid());
        measure(&s, "make", make);
        measure(&s, "save", save);
        measure(&s, "load", load);
        measure(&s, "dependencies of", find_edges);
        printf("%-44s %10.1f bytes, %.1f accesses a task\n", "size of a task",
               (double)mw_graph_bytes(s.graph) / s.graph->task_count,
               (double)s.graph->access_count / s.graph->task_count);
        remove(s.path);
        mw_graph_free(s.graph);
    }
    return 0;
}
