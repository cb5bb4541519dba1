// bench/sim.c: how fast the simulator is: a 64-wide stencil wavefront over the four GPUs of p100x4,
// from 32,768 to 1,048,576 tasks, one over the 4,096 GPUs of lassen:1024, and Circuit at its
// published size; with all that an evaluation is: planning a compiled mapper and simulating the
// plan. Each size runs in a process of its own, which loads its graph from a file, so that peak
// memory is that of evaluating.
#include "bench.h"
#include "sim/sim.h"
#include "sim_graphs.h"
#include <pthread.h>
#include <sys/resource.h>
#include <sys/wait.h>

/** One graph on p100x4, ready to be evaluated. */
typedef struct subject {
    mw_machine *machine;
    mw_graph *graph;
    mw_edges *edges;
    mw_program *program;
    mw_plan *plan;
    mw_sim *sim;
    mw_timeline line;
    mw_diags *diags;
} subject;

static const char BLOCKS[] = "m = Machine(GPU);\n"
                             "def blocks(Task task) {\n"
                             "  return m[0, task.ipoint[0] * m.size[1] / task.ispace[0]];\n"
                             "}\n"
                             "Task * GPU;\n"
                             "Region * * GPU FBMEM;\n"
                             "IndexTaskMap * blocks;\n";
static const char ZERO_COPY[] = "m = Machine(GPU);\n"
                                "def mine(Task task) { return m[0, task.ipoint[0]]; }\n"
                                "Task * GPU;\n"
                                "Region * rp_shared GPU ZCMEM;\n"
                                "Region * * GPU FBMEM;\n"
                                "IndexTaskMap * mine;\n";

static void must(bool ok, const subject *s, const char *what) {
    if (ok)
        return;
    const mw_diag *first = s->diags ? mw_diags_first_error(s->diags) : NULL;
    fprintf(stderr, "bench/sim: %s failed: %s\n", what, first ? first->message : "out of memory");
    exit(1);
}

static void load(subject *s, const char *machine, const char *path, const char *mapper) {
    s->diags = mw_diags_new();
    must(mw_machine_load(machine, &s->machine, s->diags) == MW_OK, s, "loading the machine");
    must(mw_graph_load(path, &s->graph, s->diags) == MW_OK, s, "loading the graph");
    must(mw_program_parse("bench", mapper, strlen(mapper), NULL, &s->program, s->diags) == MW_OK, s,
         "parsing the mapper");
    s->edges = mw_edges_new(s->graph);
    must(s->edges != NULL, s, "finding dependencies");
    s->sim = mw_sim_new(s->graph, s->edges, s->machine);
    must(s->sim != NULL, s, "making the simulator");
}

static void unload(subject *s) {
    mw_sim_free(s->sim);
    mw_plan_free(s->plan);
    mw_program_free(s->program);
    mw_edges_free(s->edges);
    mw_graph_free(s->graph);
    mw_machine_free(s->machine);
    mw_diags_free(s->diags);
}

static void plan(void *of) {
    subject *s = of;
    mw_plan_free(s->plan);
    s->plan = NULL;
    must(mw_plan_new(s->graph, s->machine, s->program, &s->plan, s->diags) == MW_OK, s, "planning");
}

static void simulate(void *of) {
    subject *s = of;
    must(mw_sim_run(s->sim, s->plan, NULL, &s->line, s->diags) == MW_OK, s, "simulating");
}

static void evaluate(void *of) {
    plan(of);
    simulate(of);
}

static void graph_to_file(mw_graph *g, const char *path) {
    if (mw_graph_save(g, path, NULL) != MW_OK) {
        fprintf(stderr, "bench/sim: cannot write %s\n", path);
        exit(1);
    }
    mw_graph_free(g);
}

/** Runs `job` in a process of its own. @return the most memory that it had, in MB */
static double apart(void (*job)(const void *), const void *of) {
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        job(of);
        fflush(stdout);
        _exit(0);
    }
    int status = 1;
    struct rusage used = {0};
    if (child < 0 || wait4(child, &status, 0, &used) < 0 || status != 0)
        exit(1);
    return (double)used.ru_maxrss / 1024;
}

// --- the wavefront
// ---------------------------------------------------------------------------------

typedef struct wavefront {
    const char *path;
    int32_t steps;
} wavefront;

enum { WIDTH = 64, NODES = 1024, GPUS = 4 * NODES, CLUSTER_STEPS = 64 };

static void make_wavefront(const void *of) {
    const wavefront *w = of;
    graph_to_file(graphs_wavefront(WIDTH, w->steps), w->path);
}

static void time_wavefront(const void *of) {
    const wavefront *w = of;
    subject s = {0};
    double start = bench_now();
    load(&s, "p100x4", w->path, BLOCKS);
    double loaded = bench_now() - start;
    mw_stats planning = bench_repeat(plan, &s, 1), simulating = bench_repeat(simulate, &s, 2);
    mw_stats both = bench_repeat(evaluate, &s, 1);
    mw_stats cpu = bench_repeat_by(bench_cpu_now, simulate, &s, 1);
    printf("wavefront of %u tasks, %u copies, makespan %.1f ms; once per graph: %.1f ms\n",
           s.graph->task_count, s.line.copy_count, 1e-3 * s.line.makespan_us, 1e3 * loaded);
    bench_print(stdout, "  plan", &planning);
    bench_print(stdout, "  simulate", &simulating);
    bench_print(stdout, "  simulate, processor time", &cpu);
    bench_print(stdout, "  evaluate (plan + simulate)", &both);
    printf("  simulated tasks per second %.2f million; %.0f ns a task\n",
           1e-6 * s.graph->task_count / simulating.median,
           1e9 * simulating.median / s.graph->task_count);
    unload(&s);
}

// --- many nodes
// ------------------------------------------------------------------------------------

static void make_cluster(const void *of) {
    graph_to_file(graphs_wavefront(GPUS, CLUSTER_STEPS), of);
}

static void time_cluster(const void *of) {
    subject s = {0};
    double start = bench_now();
    load(&s, "lassen:1024", of, ""); // by default: blocks over nodes, then over their GPUs
    double loaded = bench_now() - start;
    mw_stats both = bench_repeat(evaluate, &s, 1);
    mw_stats cpu = bench_repeat_by(bench_cpu_now, evaluate, &s, 1);
    printf("wavefront of %u tasks, a tile for each of %d GPUs of lassen:%d, %u copies, makespan "
           "%.1f ms; once: %.1f ms\n",
           s.graph->task_count, GPUS, NODES, s.line.copy_count, 1e-3 * s.line.makespan_us,
           1e3 * loaded);
    bench_print(stdout, "  evaluate (plan + simulate)", &both);
    bench_print(stdout, "  evaluate, processor time", &cpu);
    unload(&s);
}

// --- circuit, and two threads
// ----------------------------------------------------------------------

static void make_circuit(const void *of) {
    graph_to_file(graphs_circuit(50 + 2 * 30), of);
}

static void time_circuit(const void *of) {
    subject s = {0};
    load(&s, "p100x4", of, ZERO_COPY);
    mw_stats both = bench_repeat(evaluate, &s, 1);
    printf("circuit of %u tasks, makespan %.1f ms\n", s.graph->task_count,
           1e-3 * s.line.makespan_us);
    bench_print(stdout, "  evaluate (plan + simulate)", &both);
    printf("  evaluations per minute and core %.0f\n", 60 / both.median);
    unload(&s);
}

enum { EVALUATIONS = 40 };

static void *many(void *of) {
    for (int i = 0; i < EVALUATIONS; i++)
        evaluate(of);
    return NULL;
}

static void time_threads(const void *of) {
    subject s[2] = {0};
    for (int i = 0; i < 2; i++)
        load(&s[i], "p100x4", of, BLOCKS);
    many(&s[0]);
    many(&s[1]);
    double taken[2][5];
    for (int repeat = 0; repeat < 5; repeat++) {
        double start = bench_now();
        many(&s[0]);
        many(&s[1]);
        taken[0][repeat] = bench_now() - start;
        pthread_t other;
        start = bench_now();
        must(pthread_create(&other, NULL, many, &s[1]) == 0, &s[0], "starting a thread");
        many(&s[0]);
        pthread_join(other, NULL);
        taken[1][repeat] = bench_now() - start;
    }
    mw_stats one = mw_stats_of(taken[0], 5), two = mw_stats_of(taken[1], 5);
    printf("%d evaluations of the wavefront\n", 2 * EVALUATIONS);
    bench_print(stdout, "  in one thread", &one);
    bench_print(stdout, "  in two threads", &two);
    printf("  two threads are %.2f times as fast\n", one.median / two.median);
    for (int i = 0; i < 2; i++)
        unload(&s[i]);
}

int main(void) {
    char path[] = "/tmp/mapwright-bench-XXXXXX";
    int fd = mkstemp(path);
    if (fd < 0) {
        perror("bench/sim: no temporary file");
        return 1;
    }
    close(fd);
    bench_print_machine(stdout);
    for (int32_t steps = 512; steps <= 16384; steps = steps < 4096 ? steps * 8 : steps * 4) {
        wavefront w = {path, steps};
        apart(make_wavefront, &w);
        double mb = apart(time_wavefront, &w);
        printf("  peak memory %.0f MB, the graph's file included\n", mb);
    }
    wavefront w = {path, 512};
    apart(make_wavefront, &w);
    apart(time_threads, path);
    apart(make_cluster, path);
    printf("  peak memory %.0f MB\n", apart(time_cluster, path));
    apart(make_circuit, path);
    apart(time_circuit, path);
    unlink(path);
    return 0;
}
