// tests/support/tiny_machine.c: see tiny.h.
#include "machine/node_spec.h"
#include "support/tiny.h"
#include "support/tiny_words.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 512 };

typedef struct scratch {
    mw_node_spec spec;
    mw_proc procs[MOST];
    mw_mem mems[MOST];
    mw_link links[MOST];
    mw_spec_affinity affinities[MOST * 8];
    mw_spec_edge edges[MOST * 4];
    char names[MOST][32];       ///< of links
    char switches[MOST][32];    ///< names
    char ends[MOST * 2][2][32]; ///< of edges, as written
    uint32_t count[MW_PROC_KINDS], mem_count[MW_MEM_KINDS];
} scratch;

static mw_proc_kind proc_kind(tiny_words *w, const char *word, int *index) {
    char upper[8] = {0};
    size_t n = strcspn(word, "0123456789");
    for (size_t i = 0; i < n && i < sizeof upper - 1; i++)
        upper[i] = (char)(word[i] - 'a' + 'A');
    mw_proc_kind kind;
    if (!mw_proc_kind_parse(upper, &kind))
        tiny_fail(w, "an unknown word");
    *index = word[n] ? atoi(word + n) : -1;
    return kind;
}

static int proc_order(const void *a, const void *b) {
    const mw_proc *x = a, *y = b;
    return x->kind != y->kind ? (int)x->kind - (int)y->kind : (int)x->index - (int)y->index;
}

static int mem_order(const void *a, const void *b) {
    const mw_mem *x = a, *y = b;
    return x->kind != y->kind ? (int)x->kind - (int)y->kind : (int)x->index - (int)y->index;
}

static void add_procs(scratch *s, tiny_words *w, const char *word) {
    int ignored;
    mw_proc_kind kind = proc_kind(w, word, &ignored);
    uint32_t n = (uint32_t)tiny_number(w, "how many?");
    double gflops = tiny_number_or(w, 1), launch_us = tiny_number_or(w, 0);
    uint32_t cores = kind == MW_PROC_OMP && n ? s->count[MW_PROC_CPU] / n : 0;
    for (uint32_t i = 0; i < n && s->spec.proc_count < MOST; i++)
        s->procs[s->spec.proc_count++] = (mw_proc){.kind = kind,
                                                   .index = s->count[kind]++,
                                                   .first_core = i * cores,
                                                   .cores = cores,
                                                   .gflops_f64 = gflops,
                                                   .gflops_f32 = gflops,
                                                   .launch_us = launch_us};
}

static void add_mem(scratch *s, mw_mem_kind kind, uint64_t bytes) {
    s->mems[s->spec.mem_count++] =
        (mw_mem){.kind = kind, .index = s->mem_count[kind]++, .bytes = bytes};
}

static uint32_t add_link(scratch *s, const char *name, const char *from, const char *to,
                         double gbps, double us) {
    uint32_t id = s->spec.link_count++;
    snprintf(s->names[id], sizeof s->names[id], "%s", name);
    s->links[id] = (mw_link){s->names[id], gbps, us};
    uint32_t e = s->spec.edge_count++;
    s->edges[e].link = id;
    snprintf(s->ends[e][0], 32, "%s", from);
    snprintf(s->ends[e][1], 32, "%s", to);
    return id;
}

static uint32_t find_mem(const scratch *s, const char *name) {
    for (uint32_t i = 0; i < s->spec.mem_count; i++) {
        char own[32];
        snprintf(own, sizeof own, "%s%u", mw_mem_kind_name(s->mems[i].kind), s->mems[i].index);
        if (strcmp(own, name) == 0)
            return i;
    }
    return MW_NO_ID;
}

/** A memory, or a switch, which is made when new. */
static uint32_t place(scratch *s, const char name[32]) {
    uint32_t mem = find_mem(s, name);
    if (mem != MW_NO_ID)
        return mem;
    for (uint32_t i = 0; i < s->spec.switch_count; i++)
        if (strcmp(s->switches[i], name) == 0)
            return s->spec.mem_count + i;
    memcpy(s->switches[s->spec.switch_count], name, 32);
    return s->spec.mem_count + s->spec.switch_count++;
}

static void resolve_edges(scratch *s) {
    for (uint32_t e = 0; e < s->spec.edge_count; e++) { // switches first: they number the network
        if (strcmp(s->ends[e][0], "<net>") != 0)
            s->edges[e].from = place(s, s->ends[e][0]);
        if (strcmp(s->ends[e][1], "<net>") != 0)
            s->edges[e].to = place(s, s->ends[e][1]);
    }
    uint32_t network = s->spec.mem_count + s->spec.switch_count;
    for (uint32_t e = 0; e < s->spec.edge_count; e++) {
        if (strcmp(s->ends[e][0], "<net>") == 0)
            s->edges[e].from = network + 1;
        if (strcmp(s->ends[e][1], "<net>") == 0)
            s->edges[e].to = network;
    }
}

static void add_reach(scratch *s, tiny_words *w) {
    int index;
    mw_proc_kind kind = proc_kind(w, tiny_word(w, "which processor?"), &index);
    uint32_t mem = find_mem(s, tiny_word(w, "which memory?"));
    if (mem == MW_NO_ID)
        tiny_fail(w, "no such memory");
    mw_affinity a = {.mem = mem, .gbps = tiny_number(w, "how fast?")};
    a.latency_us = tiny_number_or(w, 0);
    if (tiny_take(w, "over"))
        for (const char *name = tiny_word_or(w, NULL); name; name = tiny_word_or(w, NULL)) {
            uint32_t link = 0;
            while (link < s->spec.link_count && strcmp(s->names[link], name) != 0)
                link++;
            if (link == s->spec.link_count || a.link_count == MW_ROUTE_MAX_LINKS)
                tiny_fail(w, "no such link");
            a.links[a.link_count++] = link;
        }
    for (uint32_t p = 0; p < s->spec.proc_count; p++)
        if (s->procs[p].kind == kind && (index < 0 || s->procs[p].index == (uint32_t)index))
            s->affinities[s->spec.affinity_count++] = (mw_spec_affinity){.proc = p, .affinity = a};
}

static void add_default_reaches(scratch *s) {
    uint32_t given = s->spec.affinity_count;
    for (uint32_t p = 0; p < s->spec.proc_count; p++) {
        bool has = false;
        for (uint32_t i = 0; i < given; i++)
            has = has || s->affinities[i].proc == p;
        for (uint32_t m = 0; m < s->spec.mem_count && !has; m++) {
            bool fb = s->mems[m].kind == MW_MEM_FBMEM, zc = s->mems[m].kind == MW_MEM_ZCMEM;
            bool gpu = s->procs[p].kind == MW_PROC_GPU;
            if (gpu ? zc || (fb && s->mems[m].index == s->procs[p].index) : !fb)
                s->affinities[s->spec.affinity_count++] =
                    (mw_spec_affinity){.proc = p, .affinity = {.mem = m, .gbps = 1}};
        }
    }
}

/** Processors and memories, which get their ids by sorting; the rest refers to them. */
static void read_parts(scratch *s, const char *text) {
    static tiny_words w;
    while (tiny_next(&text, &w)) {
        const char *word = tiny_word(&w, "what?");
        if (strcmp(word, "mem") == 0) {
            mw_mem_kind kind;
            if (!mw_mem_kind_parse(tiny_word(&w, "which kind?"), &kind))
                tiny_fail(&w, "an unknown memory kind");
            add_mem(s, kind, (uint64_t)tiny_number(&w, "how large?"));
        } else if (strcmp(word, "nodes") == 0) {
            s->spec.nodes = (uint32_t)tiny_number(&w, "how many?");
        } else if (strcmp(word, "submit") == 0) {
            s->spec.submit_us = tiny_number(&w, "how long?");
        } else if (strcmp(word, "complete") == 0) {
            s->spec.complete_us = tiny_number(&w, "how long?");
        } else if (strcmp(word, "link") != 0 && strcmp(word, "net") != 0 &&
                   strcmp(word, "reach") != 0) {
            add_procs(s, &w, word);
        }
    }
    if (s->mem_count[MW_MEM_SYSMEM] == 0)
        add_mem(s, MW_MEM_SYSMEM, (uint64_t)1e12);
    while (s->mem_count[MW_MEM_FBMEM] < s->count[MW_PROC_GPU])
        add_mem(s, MW_MEM_FBMEM, (uint64_t)1e12);
    qsort(s->procs, s->spec.proc_count, sizeof *s->procs, proc_order);
    qsort(s->mems, s->spec.mem_count, sizeof *s->mems, mem_order);
}

static void read_connections(scratch *s, const char *text) {
    static tiny_words w;
    while (tiny_next(&text, &w)) {
        const char *word = tiny_word(&w, "what?");
        if (strcmp(word, "link") == 0) {
            const char *name = tiny_word(&w, "which name?"), *from = tiny_word(&w, "from where?");
            const char *to = tiny_word(&w, "to where?");
            double gbps = tiny_number(&w, "how fast?");
            add_link(s, name, from, to, gbps, tiny_number_or(&w, 0));
        } else if (strcmp(word, "net") == 0) {
            const char *at = tiny_word(&w, "where?");
            double gbps = tiny_number(&w, "how fast?");
            add_link(s, "net>", at, "<net>", gbps, tiny_number_or(&w, 0));
            add_link(s, "net<", "<net>", at, gbps, 0);
        } else if (strcmp(word, "reach") == 0) {
            add_reach(s, &w);
        }
    }
}

static void add_default_links(scratch *s) {
    if (s->spec.link_count > 0)
        return;
    s->names[0][0] = '\0';
    uint32_t up = add_link(s, "bus>", "SYSMEM0", "bus", 1, 0);
    uint32_t down = add_link(s, "bus<", "bus", "SYSMEM0", 1, 0);
    for (uint32_t m = 1; m < s->spec.mem_count; m++) {
        char name[32];
        snprintf(name, sizeof name, "%s%u", mw_mem_kind_name(s->mems[m].kind), s->mems[m].index);
        for (int way = 0; way < 2; way++) {
            uint32_t e = s->spec.edge_count++;
            s->edges[e].link = way ? down : up;
            snprintf(s->ends[e][way], 32, "%s", name);
            snprintf(s->ends[e][!way], 32, "bus");
        }
    }
}

mw_machine *tiny_machine(const char *text) {
    scratch *s = calloc(1, sizeof *s);
    assert_non_null(s);
    s->spec = (mw_node_spec){.name = "tiny",
                             .description = text,
                             .nodes = 1,
                             .procs = s->procs,
                             .mems = s->mems,
                             .links = s->links,
                             .affinities = s->affinities,
                             .edges = s->edges};
    read_parts(s, text);
    read_connections(s, text);
    add_default_links(s);
    add_default_reaches(s);
    resolve_edges(s);
    mw_machine *m = NULL;
    mw_spec_verdict v = mw_node_spec_assemble(&s->spec, &m);
    free(s);
    if (v.flaw != MW_SPEC_GOOD)
        fail_msg("tiny: no machine (flaw %d, %u, %u) in '%s'", (int)v.flaw, v.a, v.b, text);
    return m;
}
