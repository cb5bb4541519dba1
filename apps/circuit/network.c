// apps/circuit/network.c: who owns what, and the generator.
#include "network.h"
#include <assert.h>
#include <stddef.h>

static int64_t shared_total(const network *n) {
    return (int64_t)n->pieces * network_shared_per_piece(n);
}

span network_shared(const network *n, int super) {
    int64_t count = (int64_t)n->per_super * network_shared_per_piece(n);
    return (span){super * count, count};
}

span network_private(const network *n, int super) {
    int64_t count = (int64_t)n->per_super * (n->nodes - network_shared_per_piece(n));
    return (span){shared_total(n) + super * count, count};
}

span network_wires(const network *n, int super) {
    int64_t count = (int64_t)n->per_super * n->wires;
    return (span){super * count, count};
}

// --- the generator -----------------------------------------------------------------------------

uint64_t network_random_start(uint64_t seed, int super) {
    // SplitMix64 (Steele, Lea, Flood 2014), so that neighbouring seeds have nothing in common.
    uint64_t z = (seed << 32) + (uint64_t)super + 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return (z ^ z >> 31) >> 16;
}

double network_random(uint64_t *state) {
    const uint64_t mask = ((uint64_t)1 << 48) - 1;
    *state = (0x5DEECE66Du * *state + 0xBu) & mask;
    return (double)*state * 0x1p-48;
}

/** Pieces that one piece's wires lead to, in the order found, and how many of each one's shared
 * nodes are in use: a new one is always the next, so that ghosts stay together. */
typedef struct targets {
    int count;
    int piece[NEIGHBOURS], used[NEIGHBOURS];
} targets;

static targets draw_targets(const network *n, int piece, uint64_t *state) {
    targets t = {0};
    int wanted = n->pieces - 1 < NEIGHBOURS ? n->pieces - 1 : NEIGHBOURS;
    int lo = piece - WINDOW, hi = piece + WINDOW;
    if (lo < 0) {
        lo = 0;
        hi = wanted;
    }
    if (hi >= n->pieces) {
        lo = n->pieces - 1 - wanted;
        hi = n->pieces - 1;
    }
    while (t.count < wanted) {
        int candidate = (int)(network_random(state) * (hi - lo + 1) + lo), i = 0;
        while (i < t.count && t.piece[i] != candidate)
            i++;
        if (i == t.count && candidate != piece)
            t.piece[t.count++] = candidate;
    }
    return t;
}

static int64_t draw_own_node(const network *n, int piece, uint64_t *state) {
    int64_t shared = network_shared_per_piece(n);
    int64_t a = (int64_t)(network_random(state) * n->nodes);
    return a < shared ? piece * shared + a
                      : shared_total(n) + piece * (n->nodes - shared) + (a - shared);
}

static int64_t draw_far_node(const network *n, targets *t, uint64_t *state) {
    int q = (int)(network_random(state) * t->count);
    int shared = network_shared_per_piece(n);
    int x = (int)(network_random(state) * shared);
    if (x >= t->used[q]) {
        x = t->used[q];
        if (t->used[q] < shared)
            t->used[q]++;
    }
    return (int64_t)t->piece[q] * shared + x;
}

static void draw_nodes(span nodes, const network_sink *sink, uint64_t *state) {
    for (int64_t i = nodes.first; i < nodes.first + nodes.count; i++) {
        float capacitance = (float)(network_random(state) + 1);
        float leakage = (float)(0.1 * network_random(state));
        float voltage = (float)(2 * network_random(state) - 1);
        if (sink)
            sink->node(sink->context, i, capacitance, leakage, voltage);
    }
}

static void draw_wires(const network *n, int piece, const network_sink *sink, uint64_t *state,
                       ghost_range *ghosts) {
    targets t = draw_targets(n, piece, state);
    for (int64_t i = 0; i < n->wires; i++) {
        wire w;
        w.resistance = (float)(10 * network_random(state) + 1);
        w.inductance = (float)((network_random(state) + 0.1) * 1e-6 * 1e-3);
        double capacitance = 0.1 * network_random(state);
        // Smaller ones make the inner iteration diverge (its factor is about 4 dt / (R C)).
        w.capacitance = (float)(capacitance < 1e-5 ? 1e-5 : capacitance);
        w.in = draw_own_node(n, piece, state);
        if (100 * network_random(state) < n->percent || n->pieces == 1) {
            w.out = draw_own_node(n, piece, state);
        } else {
            w.out = draw_far_node(n, &t, state);
            ghosts->lo = w.out < ghosts->lo ? w.out : ghosts->lo;
            ghosts->hi = w.out > ghosts->hi ? w.out : ghosts->hi;
        }
        if (sink)
            sink->wire(sink->context, (int64_t)piece * n->wires + i, &w);
    }
}

ghost_range network_draw(const network *n, int super, const network_sink *sink) {
    uint64_t state = network_random_start(n->seed, super);
    ghost_range ghosts = {shared_total(n), -1};
    draw_nodes(network_private(n, super), sink, &state);
    draw_nodes(network_shared(n, super), sink, &state);
    for (int k = 0; k < n->per_super; k++)
        draw_wires(n, super * n->per_super + k, sink, &state, &ghosts);
    return ghosts;
}

// --- places ------------------------------------------------------------------------------------

place network_place(const network *n, int super, ghost_range ghosts) {
    place p = {
        super, network_private(n, super), network_shared(n, super), network_wires(n, super), 0, -1};
    if (ghosts.lo <= ghosts.hi) {
        p.ghost_first = (int)(ghosts.lo / p.shared.count);
        p.ghost_last = (int)(ghosts.hi / p.shared.count);
    }
    assert(place_ghosts(&p) <= MAX_GHOSTS);
    return p;
}

static bool own_between(const place *p) {
    return p->ghost_first <= p->super && p->super <= p->ghost_last;
}

int place_ghosts(const place *p) {
    return p->ghost_last - p->ghost_first + 1 - own_between(p);
}

int place_ghost_owner(const place *p, int ghost) {
    int owner = p->ghost_first + ghost;
    return own_between(p) && owner >= p->super ? owner + 1 : owner;
}

static bool within(span s, int64_t at) {
    return at >= s.first && at < s.first + s.count;
}

node_side place_side(const place *p, int64_t node) {
    if (within(p->private, node))
        return NODE_PRIVATE;
    if (within(p->shared, node))
        return NODE_SHARED;
    span ghosts = {p->ghost_first * p->shared.count,
                   (p->ghost_last - p->ghost_first + 1) * p->shared.count};
    return within(ghosts, node) ? NODE_GHOST : NODE_NOWHERE;
}
