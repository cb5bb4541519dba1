// tests/support/random_case.c: see random_case.h.
#include "support/random_case.h"
#include "base/rng.h"

/** What the three texts must agree on. */
typedef struct shape {
    mw_rng rng;
    uint32_t nodes, cpus, gpus, omps;
    bool zc, sock;
    uint32_t kinds, extent[4]; ///< of each kind's launches
    uint32_t regions, count[4];
    uint32_t bytes[4];
    uint32_t on[4]; ///< bit per variant: cpu, gpu, omp
} shape;

static uint32_t below(shape *s, uint32_t n) {
    return (uint32_t)mw_rng_below(&s->rng, n);
}

static bool chance(shape *s, uint32_t percent) {
    return below(s, 100) < percent;
}

// --- the machine
// -----------------------------------------------------------------------------------

static void add_links(shape *s, mw_str *m) {
    if (s->nodes == 1 && chance(s, 40))
        return; // tiny.h's bus
    bool root = chance(s, 50);
    if (root)
        mw_str_printf(m, "link ram> SYSMEM0 root %u %u; link ram< root SYSMEM0 %u; ",
                      1 + below(s, 4), below(s, 3), 1 + below(s, 4));
    for (uint32_t g = 0; g < s->gpus; g++) {
        const char *hub = root ? "root" : "SYSMEM0";
        mw_str_printf(m, "link to%u %s FBMEM%u %u %u; link from%u FBMEM%u %s %u; ", g, hub, g,
                      1 + below(s, 8), below(s, 3), g, g, hub, 1 + below(s, 8));
    }
    if (s->gpus == 2 && chance(s, 60))
        mw_str_printf(m, "link peer> FBMEM0 FBMEM1 %u; link peer< FBMEM1 FBMEM0 %u 1; ",
                      2 + below(s, 20), 2 + below(s, 20));
    if (s->zc)
        mw_str_printf(m, "link zc> SYSMEM0 ZCMEM0 %u; link zc< ZCMEM0 SYSMEM0 %u; ",
                      1 + below(s, 9), 1 + below(s, 9));
    if (s->sock)
        mw_str_printf(m, "link sock> SYSMEM0 SOCKMEM0 5; link sock< SOCKMEM0 SYSMEM0 5; ");
    if (s->nodes > 1)
        mw_str_printf(m, "net SYSMEM0 %u %u; ", 1 + below(s, 4), below(s, 4));
    if (s->nodes == 1 && s->gpus == 0 && !s->zc && !s->sock && !root)
        return; // nothing to join
    if (s->zc && s->gpus > 0 && chance(s, 70)) {
        for (uint32_t g = 0; g < s->gpus; g++)
            mw_str_printf(m, "reach gpu%u FBMEM%u %u; reach gpu%u ZCMEM0 2 1 over zc>; ", g, g,
                          2 + below(s, 60), g);
    }
}

static void make_machine(shape *s, mw_str *m) {
    s->nodes = chance(s, 70) ? 1 : 2 + below(s, 2);
    s->cpus = 1 + below(s, 4);
    s->gpus = below(s, 3);
    s->omps = s->cpus % 2 == 0 && chance(s, 40) ? 1 + below(s, 2) : 0;
    s->zc = s->gpus > 0 && chance(s, 50);
    s->sock = s->omps > 0 && chance(s, 50);
    if (s->nodes > 1)
        mw_str_printf(m, "nodes %u; ", s->nodes);
    mw_str_printf(m, "submit %u; complete %u; cpu %u %u %u; ", below(s, 3), below(s, 2), s->cpus,
                  1 + below(s, 4), below(s, 2));
    if (s->gpus > 0)
        mw_str_printf(m, "gpu %u %u %u; ", s->gpus, 1 + below(s, 40), below(s, 5));
    if (s->omps > 0)
        mw_str_printf(m, "omp %u %u; ", s->omps, 1 + below(s, 9));
    for (uint32_t g = 0; g < s->gpus && chance(s, 60); g++) // small enough to evict
        mw_str_printf(m, "mem FBMEM %u; ", 260000 + below(s, 400000));
    if (s->zc)
        mw_str_printf(m, "mem ZCMEM %u; ", 100000 + below(s, 400000));
    if (s->sock)
        mw_str_printf(m, "mem SOCKMEM %u; ", 100000 + below(s, 400000));
    add_links(s, m);
}

// --- the program
// -----------------------------------------------------------------------------------

static void add_task(shape *s, mw_str *g, uint32_t at, uint32_t k, int32_t point) {
    static const char *const modes[] = {"r", "w", "rw", "r", "rw", "red", "com"};
    mw_str_printf(g, "task k%u", k);
    if (point >= 0)
        mw_str_printf(g, "[%d]", point);
    uint32_t accesses = 1 + below(s, 3);
    for (uint32_t a = 0; a < accesses; a++) {
        uint32_t r = below(s, s->regions);
        mw_str_printf(g, " %s x%u[%u]", modes[below(s, 7)], r, below(s, s->count[r]));
    }
    if (chance(s, 30))
        mw_str_printf(g, " prio %d", (int)below(s, 7) - 3);
    mw_str_printf(g, " flops %u", 1000 * below(s, 90));
    if (at > 0 && chance(s, 15))
        mw_str_printf(g, " after %u", below(s, at));
    mw_str_add(g, "; ");
}

static void add_sync(shape *s, mw_str *g, uint32_t at) {
    static const char *const modes[] = {"r", "w", "rw"};
    uint32_t r = below(s, s->regions);
    switch (below(s, 3)) {
    case 0: mw_str_add(g, "wait; "); return;
    case 1: mw_str_printf(g, "wait %u; ", below(s, at)); return;
    default:
        mw_str_printf(g, "acquire %s x%u[%u]; ", modes[below(s, 3)], r, below(s, s->count[r]));
        return;
    }
}

static void add_kinds(shape *s, mw_str *g) {
    static const char *const variants[] = {"cpu", "gpu", "omp"};
    s->kinds = 1 + below(s, 4);
    for (uint32_t k = 0; k < s->kinds; k++) {
        uint32_t there = 1 | (s->gpus > 0 ? 2 : 0) | (s->omps > 0 ? 4 : 0);
        s->on[k] = (1 + below(s, 7)) & there;
        s->on[k] = s->on[k] ? s->on[k] : 1;
        bool measured = chance(s, 60);
        mw_str_printf(g, "kind k%u ", k);
        for (int v = 0, first = 1; v < 3; v++) {
            if (!(s->on[k] >> v & 1))
                continue;
            mw_str_printf(g, first ? "%s" : ",%s", variants[v]);
            if (measured)
                mw_str_printf(g, "=%u", 1 + below(s, 50));
            first = 0;
        }
        mw_str_add(g, "; ");
    }
}

static void make_graph(shape *s, mw_str *g) {
    add_kinds(s, g);
    s->regions = 1 + below(s, 4);
    for (uint32_t r = 0; r < s->regions; r++) {
        s->count[r] = 1 + below(s, 4);
        s->bytes[r] = chance(s, 50) ? 4096 * (1 + below(s, 15)) : 1 + below(s, 64000);
        mw_str_printf(g, "region x%u %u %u; ", r, s->bytes[r], s->count[r]);
    }
    uint32_t tasks = 1 + below(s, 60);
    for (uint32_t t = 0; t < tasks;) {
        uint32_t k = below(s, s->kinds);
        if (chance(s, 40)) {
            add_task(s, g, t++, k, -1);
        } else {
            uint32_t extent = 1 + below(s, 6);
            mw_str_printf(g, "launch k%u %u; ", k, extent);
            for (uint32_t i = 0; i < extent; i++)
                add_task(s, g, t++, k, (int32_t)i);
        }
        if (chance(s, 6))
            add_sync(s, g, t);
    }
}

// --- the mapper
// ------------------------------------------------------------------------------------

static void add_places(shape *s, mw_str *p, uint32_t k) {
    static const char *const names[] = {"CPU", "GPU", "OMP"};
    uint32_t v = below(s, 3);
    while (!(s->on[k] >> v & 1))
        v = below(s, 3);
    mw_str_printf(p, "Task k%u %s;\n", k, names[v]);
    switch (below(s, 4)) {
    case 0: return; // the default
    case 1:
        mw_str_printf(p,
                      "m%u = Machine(%s);\ndef f%u(Task t) { return m%u[t.ipoint[0] %% "
                      "m%u.size[0], t.ipoint[0] %% m%u.size[1]]; }\nIndexTaskMap k%u f%u;\n",
                      k, names[v], k, k, k, k, k, k);
        return;
    case 2:
        mw_str_printf(p,
                      "m%u = Machine(%s);\ndef f%u(Task t) { return m%u[t.ipoint[0] %% "
                      "m%u.size[0], *]; }\nIndexTaskMap k%u f%u;\n",
                      k, names[v], k, k, k, k, k);
        return;
    default:
        mw_str_printf(p,
                      "m%u = Machine(%s);\ndef f%u(Task t) { return m%u[%u, *]; }\n"
                      "SingleTaskMap k%u f%u;\nIndexTaskMap k%u f%u;\n",
                      k, names[v], k, k, below(s, s->nodes), k, k, k, k);
        return;
    }
}

static void make_mapper(shape *s, mw_str *p) {
    static const char *const mems[] = {"SYSMEM",       "FBMEM",        "ZCMEM",          "SOCKMEM",
                                       "FBMEM, ZCMEM", "ZCMEM, FBMEM", "SOCKMEM, SYSMEM"};
    static const char *const layouts[] = {"SOA C_order",
                                          "AOS",
                                          "AOS C_order",
                                          "F_order",
                                          "Align == 64",
                                          "AOS Align == 4096",
                                          "SOA C_order Align >= 128"};
    for (uint32_t k = 0; k < s->kinds; k++) {
        add_places(s, p, k);
        if (chance(s, 50))
            mw_str_printf(p, "Region k%u x%u * %s;\n", k, below(s, s->regions), mems[below(s, 7)]);
        if (chance(s, 30))
            mw_str_printf(p, "Layout k%u * * %s;\n", k, layouts[below(s, 7)]);
        if (chance(s, 25))
            mw_str_printf(p, "InstanceLimit k%u %u;\n", k, 1 + below(s, 4));
        if (chance(s, 20))
            mw_str_printf(p, "CollectMemory k%u *;\n", k);
        if (chance(s, 20))
            mw_str_printf(p, "Priority k%u %u;\n", k, below(s, 5));
    }
}

random_case random_case_of(uint64_t seed) {
    shape s = {.rng = {seed}};
    random_case c = {0};
    make_machine(&s, &c.machine);
    make_graph(&s, &c.graph);
    make_mapper(&s, &c.mapper);
    return c;
}

void random_case_clear(random_case *c) {
    mw_str_clear(&c->machine);
    mw_str_clear(&c->graph);
    mw_str_clear(&c->mapper);
}
