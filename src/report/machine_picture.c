// src/report/machine_picture.c: a spanning tree of a node's places, breadth first, printed depth
// first.
#include "report/machine_picture.h"
#include "base/units.h"
#include <stdlib.h>
#include <string.h>

/** Two places joined by one link, or by two for the two directions. */
typedef struct joint {
    uint32_t a, b;        ///< places, both network ends as one; a < b
    uint32_t there, back; ///< links from a to b and from b to a; MW_NO_ID: none
    bool in_tree;
} joint;

typedef struct picture {
    const mw_machine *m;
    mw_str *out;
    bool utf8;
    uint32_t places, network; ///< network: the last place
    joint *joints;
    uint32_t joint_count;
    uint32_t *up;     ///< [places] the joint towards the root; MW_NO_ID: root, or not reached
    bool *drawn;      ///< [places]
    uint32_t *queue;  ///< [places]
    char margin[512]; ///< what begins each line at this depth
} picture;

static uint32_t other_end(const joint *j, uint32_t place) {
    return j->a == place ? j->b : j->a;
}

/** Pairs the ways up: "pcie>" with "pcie<", which follow each other as links. */
static void find_joints(picture *p) {
    uint32_t count;
    const mw_way *ways = mw_machine_ways(p->m, &count);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t from = ways[i].from < p->network ? ways[i].from : p->network;
        uint32_t to = ways[i].to < p->network ? ways[i].to : p->network;
        bool forward = from < to;
        joint *found = NULL;
        for (uint32_t k = 0; k < p->joint_count && !found; k++) {
            joint *j = &p->joints[k];
            uint32_t known = forward ? j->back : j->there, mine = forward ? j->there : j->back;
            bool near =
                known == ways[i].link || known + 1 == ways[i].link || ways[i].link + 1 == known;
            if (j->a + j->b == from + to && other_end(j, from) == to && mine == MW_NO_ID && near)
                found = j;
        }
        if (!found) {
            found = &p->joints[p->joint_count++];
            *found = (joint){forward ? from : to, forward ? to : from, MW_NO_ID, MW_NO_ID, false};
        }
        *(forward ? &found->there : &found->back) = ways[i].link;
    }
}

static uint32_t joints_of(const picture *p, uint32_t place) {
    uint32_t n = 0;
    for (uint32_t k = 0; k < p->joint_count; k++)
        n += p->joints[k].a == place || p->joints[k].b == place;
    return n;
}

/** The switch that main memory is linked to (of several, the one with most links), or it itself. */
static uint32_t find_root(const picture *p) {
    uint32_t home = mw_machine_home(p->m, 0), best = home;
    for (uint32_t k = 0; k < p->joint_count; k++) {
        const joint *j = &p->joints[k];
        uint32_t next = other_end(j, home);
        if ((j->a != home && j->b != home) || next < p->m->mems_per_node || next == p->network)
            continue;
        if (best == home || joints_of(p, next) > joints_of(p, best))
            best = next;
    }
    return best;
}

/** Breadth first; the network is a leaf wherever it is reached. */
static void find_tree(picture *p, uint32_t root) {
    uint32_t head = 0, tail = 0;
    p->drawn[root] = true;
    p->queue[tail++] = root;
    while (head < tail) {
        uint32_t at = p->queue[head++];
        for (uint32_t k = 0; k < p->joint_count; k++) {
            joint *j = &p->joints[k];
            if ((j->a != at && j->b != at) || j->in_tree)
                continue;
            uint32_t next = other_end(j, at);
            if (next == p->network) {
                j->in_tree = true;
            } else if (!p->drawn[next]) {
                p->drawn[next] = true;
                j->in_tree = true;
                p->up[next] = k;
                p->queue[tail++] = next;
            }
        }
    }
    memset(p->drawn, 0, sizeof *p->drawn * p->places);
}

/** The memory that a processor of node 0 is drawn at: the widest; of equally wide ones a socket's,
 * then the first. */
static uint32_t home_of(const mw_machine *m, uint32_t proc) {
    uint32_t count;
    const mw_affinity *a = mw_machine_affinities(m, proc, &count);
    uint32_t home = a[0].mem;
    for (uint32_t i = 0; i < count && a[i].gbps == a[0].gbps; i++)
        if (m->mems[a[i].mem].kind == MW_MEM_SOCKMEM)
            home = a[i].mem;
    return home;
}

/** ", 20 CPU, OMP 0": the processors at a memory; one alone with its number. */
static void add_procs(const picture *p, uint32_t mem) {
    for (int k = 0; k < MW_PROC_KINDS; k++) {
        const char *name = mw_proc_kind_name((mw_proc_kind)k);
        uint32_t n = 0, first = 0;
        for (uint32_t i = 0; i < p->m->procs_of_kind[k]; i++) {
            bool here = home_of(p->m, mw_machine_proc(p->m, (mw_proc_kind)k, 0, i)) == mem;
            first = here && n == 0 ? i : first;
            n += here;
        }
        if (n == 1)
            mw_str_printf(p->out, ", %s %u", name, first);
        else if (n > 1)
            mw_str_printf(p->out, ", %u %s", n, name);
    }
}

static void add_place(const picture *p, uint32_t place) {
    char bytes[MW_UNIT_TEXT];
    mw_str_add(p->out, place == p->network ? "network" : mw_machine_place_name(p->m, place));
    if (place < p->m->mems_per_node) {
        const mw_mem *mem = &p->m->mems[place];
        mw_str_printf(p->out, ": %s, %s", mw_mem_kind_name(mem->kind),
                      mw_unit_bytes(bytes, mem->bytes));
        add_procs(p, place);
    }
    mw_str_add_char(p->out, '\n');
}

/** "nvlink0 75.0 GB/s each way": seen from place `from`. */
static void add_link(const picture *p, const joint *j, uint32_t from) {
    char there[MW_UNIT_TEXT], back[MW_UNIT_TEXT];
    uint32_t to_link = from == j->a ? j->there : j->back;
    uint32_t back_link = from == j->a ? j->back : j->there;
    const mw_link *links = p->m->links;
    const char *name = links[to_link != MW_NO_ID ? to_link : back_link].name;
    const char *dot = p->m->nodes > 1 ? strchr(name, '.') : NULL; // "n0.pcie>"
    name = dot ? dot + 1 : name;
    mw_str_printf(p->out, "%.*s ", (int)strcspn(name, "<>"), name);
    if (to_link == MW_NO_ID || back_link == MW_NO_ID)
        mw_str_printf(p->out, "%s one way",
                      mw_unit_gbps(there, links[to_link == MW_NO_ID ? back_link : to_link].gbps));
    else if (to_link == back_link)
        mw_str_printf(p->out, "%s shared", mw_unit_gbps(there, links[to_link].gbps));
    else if (links[to_link].gbps == links[back_link].gbps)
        mw_str_printf(p->out, "%s each way", mw_unit_gbps(there, links[to_link].gbps));
    else
        mw_str_printf(p->out, "%s there, %s back", mw_unit_gbps(there, links[to_link].gbps),
                      mw_unit_gbps(back, links[back_link].gbps));
}

static void add_branch(const picture *p, const joint *j, uint32_t from, bool last) {
    const char *corner = p->utf8 ? (last ? "╰─ " : "├─ ") : (last ? "`- " : "|- ");
    mw_str_printf(p->out, "%s%s", p->margin, corner);
    add_link(p, j, from);
    mw_str_add(p->out, j->in_tree ? (p->utf8 ? " ─ " : " - ") : " = ");
}

/** Does the joint hang under this place? Rings do where they were met first. */
static bool hangs_here(const picture *p, uint32_t k, uint32_t place) {
    const joint *j = &p->joints[k];
    if ((j->a != place && j->b != place) || p->up[place] == k)
        return false;
    return j->in_tree || !p->drawn[other_end(j, place)];
}

static void draw(picture *p, uint32_t place) {
    uint32_t last = MW_NO_ID;
    add_place(p, place);
    p->drawn[place] = true;
    for (uint32_t k = 0; k < p->joint_count; k++)
        if (hangs_here(p, k, place))
            last = k;
    for (uint32_t k = 0; k < p->joint_count; k++) {
        const joint *j = &p->joints[k];
        if (!hangs_here(p, k, place))
            continue;
        uint32_t next = other_end(j, place);
        add_branch(p, j, place, k == last);
        size_t margin = strlen(p->margin);
        if (!j->in_tree) {
            mw_str_printf(p->out, "%s\n", mw_machine_place_name(p->m, next));
        } else if (next == p->network || margin + 8 >= sizeof p->margin) {
            add_place(p, next);
        } else {
            strcat(p->margin, k == last ? "   " : p->utf8 ? "│  " : "|  ");
            draw(p, next); // as deep as the tree: margin has a bound
            p->margin[margin] = '\0';
        }
    }
}

bool mw_machine_picture(mw_str *out, const mw_machine *m, const mw_look *look) {
    uint32_t ways;
    mw_machine_ways(m, &ways);
    picture p = {.m = m, .out = out, .utf8 = look->utf8, .margin = "  "};
    p.network = m->mems_per_node + mw_machine_switch_count(m);
    p.places = p.network + 1;
    p.joints = calloc(ways + 1, sizeof *p.joints);
    p.up = malloc(sizeof *p.up * p.places);
    p.drawn = calloc(p.places, sizeof *p.drawn);
    p.queue = malloc(sizeof *p.queue * p.places);
    bool ok = p.joints && p.up && p.drawn && p.queue;
    if (ok) {
        memset(p.up, 0xFF, sizeof *p.up * p.places);
        find_joints(&p);
        uint32_t root = find_root(&p);
        find_tree(&p, root);
        mw_str_add(out, "  ");
        draw(&p, root);
    }
    free(p.joints);
    free(p.up);
    free(p.drawn);
    free(p.queue);
    return ok && !out->failed;
}
