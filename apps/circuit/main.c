// apps/circuit/main.c: options, the program's course, the result.
#include "program.h"
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

enum { CHECKED_BY_DEFAULT = 1 << 20 }; // wires times loops; larger runs on request only

static options options_read(int argc, char *argv[]) {
    long loops = 5, pieces = 4, per_super = 1, nodes = 4, wires = 8, percent = 80, seed = 12345,
         steps = 10000, prune = 0, layout = 0;
    options o = {0};
    bool no_verify = false;
    const app_option table[] = {
        {"l", APP_INT, &loops, 1, 1000000, NULL, "timed loops"},
        {"p", APP_INT, &pieces, 1, 1 << 24, NULL, "pieces"},
        {"pps", APP_INT, &per_super, 1, 1 << 24, NULL, "pieces in a super-piece, a launch's point"},
        {"npp", APP_INT, &nodes, 2, 1 << 24, NULL, "nodes in a piece"},
        {"wpp", APP_INT, &wires, 1, 1 << 24, NULL, "wires in a piece"},
        {"pct", APP_INT, &percent, 0, 100, NULL, "percent of the wires that stay in their piece"},
        {"s", APP_INT, &seed, 0, INT_MAX, NULL, "seed of the network"},
        {"i", APP_INT, &steps, 1, 100000000, NULL, "sweeps of the inner iteration"},
        {"prune", APP_INT, &prune, 0, 1000000, NULL, "loops before and after the timed ones"},
        {"layout", APP_CHOICE, &layout, 0, 0, "soa|aos", "of tables: a column or a row together"},
        {"sync", APP_FLAG, &o.sync, 0, 0, NULL, "wait after each launch"},
        {"checks", APP_FLAG, &o.checks, 0, 0, NULL, "verify, and print each loop's sums"},
        {"dump", APP_FLAG, &o.dump, 0, 0, NULL, "verify; write circuit.init.csv, .final.csv"},
        {"verify", APP_FLAG, &o.verify, 0, 0, NULL, "compare with a serial program"},
        {"no-verify", APP_FLAG, &no_verify, 0, 0, NULL, "do not"},
    };
    app_options_read(argc, argv,
                     "An electrical network of nodes and wires, simulated (Bauer et al., SC "
                     "2012).\nChecks itself up to 2^20 wires times loops; exit status 1 when a "
                     "value is wrong.",
                     table, APP_COUNT(table));
    if (pieces % per_super != 0)
        app_fail("%ld pieces do not make super-pieces of %ld", pieces, per_super);
    if (per_super * nodes > INT_MAX || per_super * wires > INT_MAX)
        app_fail("a super-piece has more than %d nodes or wires", INT_MAX);
    o.network = (network){(int)pieces, (int)per_super, (int)nodes,
                          (int)wires,  (int)percent,   (uint64_t)seed};
    o.loops = (int)loops;
    o.prune = (int)prune;
    o.steps = (int)steps;
    o.aos = layout == 1;
    bool small = (double)pieces * (double)wires * (double)(loops + 2 * prune) <= CHECKED_BY_DEFAULT;
    o.verify = o.verify || o.checks || o.dump || (!no_verify && small);
    return o;
}

static void run(program *p) {
    clocks_compare(p);
    launch_init(p);
    data_find_ghosts(p);
    codelets_new(p);
    launch_pointers(p);
    if (p->o.dump && program_ran(p))
        dump_network(p, "circuit.init.csv");
    for (int loop = 0; loop < program_loops(&p->o); loop++)
        launch_loop(p, loop);
    launch_elapsed(p);
    app_wait_all();
    launch_summary(p);
    app_wait_all();
    verify_share(p);
}

static void say(const char *text) {
    if (app_rank() == 0)
        puts(text);
}

/** The exit status, the same on all ranks. */
static int result(program *p) {
    if (!program_ran(p)) { // a dry recording: every task passed, no kernel ran
        say("nothing was computed: the kernels were disabled");
        return 0;
    }
    if (p->o.checks && app_rank() == 0)
        verify_print_sums(p);
    if (p->o.dump)
        dump_result(p, "circuit.final.csv");
    if (p->o.verify)
        return verify(p) ? 0 : 1;
    say("not verified (--verify does)");
    return 0;
}

int main(int argc, char *argv[]) {
    program p = {.o = options_read(argc, argv)};
    const network *n = &p.o.network;
    p.supers = network_supers(n);
    app_ranks_begin(&argc, &argv);
    if (app_ranks() > 1 && p.o.dump)
        app_fail("-dump is for one process");
    if (app_rank() == 0)
        printf("circuit %d pieces of %d nodes and %d wires in %d super-pieces, %d loops of %d "
               "sweeps, %d rank%s\n",
               n->pieces, n->nodes, n->wires, p.supers, program_loops(&p.o), p.o.steps, app_ranks(),
               app_ranks() == 1 ? "" : "s");
#ifdef STARPU_USE_OPENCL
    app_opencl_load("circuit.cl", &circuit_opencl_program);
#endif
    data_new(&p);
    run(&p);
    int status = result(&p);
    data_free(&p);
    codelets_free();
    free(p.clock_us);
#ifdef STARPU_USE_OPENCL
    app_opencl_unload(&circuit_opencl_program);
#endif
    app_ranks_end();
    app_names_free();
    return status;
}
