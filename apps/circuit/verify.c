// apps/circuit/verify.c: a serial program that computes the same, and what must hold of any result.
#include "program.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// --- the serial program ------------------------------------------------------------------------

typedef struct node {
    float capacitance, leakage, voltage, charge;
    float last_charge; ///< before the last update
} node;

typedef struct chain {
    wire wire;
    float current[SEGMENTS], voltage[INNER];
} chain;

typedef struct reference {
    size_t node_count, wire_count;
    node *nodes;
    chain *wires;
} reference;

static void keep_node(void *context, int64_t index, float capacitance, float leakage,
                      float voltage) {
    reference *r = context;
    r->nodes[index] = (node){capacitance, leakage, voltage, 0, 0};
}

static void keep_wire(void *context, int64_t index, const wire *w) {
    reference *r = context;
    r->wires[index].wire = *w;
}

/** One implicit step by `steps` sweeps. A sweep is a function of the currents and voltages alone,
 * so one that changes nothing is the last that matters. */
static void step(chain *c, float v_in, float v_out, int steps) {
    const float dt = TIME_STEP, rdt = (float)(1.0 / TIME_STEP);
    const float rR = (float)(1.0 / c->wire.resistance), rC = (float)(1.0 / c->wire.capacitance);
    const chain old = *c;
    for (int k = 0; k < steps; k++) {
        const chain before = *c;
        for (int s = 0; s < SEGMENTS; s++) {
            float left = s == 0 ? v_in : c->voltage[s - 1];
            float right = s == INNER ? v_out : c->voltage[s];
            float induced = c->wire.inductance * (c->current[s] - old.current[s]) * rdt;
            c->current[s] = ((right - left) - induced) * rR;
        }
        for (int s = 0; s < INNER; s++)
            c->voltage[s] = old.voltage[s] + dt * (c->current[s] - c->current[s + 1]) * rC;
        if (memcmp(before.current, c->current, sizeof c->current) == 0 &&
            memcmp(before.voltage, c->voltage, sizeof c->voltage) == 0)
            return;
    }
}

static void loop(reference *r, int steps) {
    for (size_t i = 0; i < r->wire_count; i++) {
        chain *c = &r->wires[i];
        step(c, r->nodes[c->wire.in].voltage, r->nodes[c->wire.out].voltage, steps);
    }
    for (size_t i = 0; i < r->wire_count; i++) {
        const chain *c = &r->wires[i];
        r->nodes[c->wire.in].charge += (float)(-1e-6 * c->current[0]);
        r->nodes[c->wire.out].charge += (float)(1e-6 * c->current[SEGMENTS - 1]);
    }
    for (size_t i = 0; i < r->node_count; i++) {
        node *n = &r->nodes[i];
        float v = n->voltage + n->charge / n->capacitance;
        n->voltage = (float)(v * (1.0 - n->leakage));
        n->last_charge = n->charge;
        n->charge = 0;
    }
}

static reference reference_run(const options *o) {
    const network *n = &o->network;
    reference r = {(size_t)n->pieces * (size_t)n->nodes, (size_t)n->pieces * (size_t)n->wires, NULL,
                   NULL};
    r.nodes = calloc(r.node_count, sizeof *r.nodes);
    r.wires = calloc(r.wire_count, sizeof *r.wires);
    if (!r.nodes || !r.wires)
        app_fail("out of memory for the serial program that results are compared with");
    const network_sink sink = {&r, keep_node, keep_wire};
    for (int i = 0; i < network_supers(n); i++)
        network_draw(n, i, &sink);
    for (int k = 0; k < program_loops(o); k++)
        loop(&r, o->steps);
    return r;
}

// --- comparing with it -------------------------------------------------------------------------

/** One kind of value. The first wrong one is said. */
typedef struct comparison {
    const char *what;
    double tolerance;
    long compared, wrong;
    double worst;
} comparison;

static void compare(comparison *c, int64_t index, double got, double expected) {
    double difference = fabs(got - expected);
    c->compared++;
    if (difference <= c->tolerance) { // false for a NaN
        c->worst = fmax(c->worst, difference);
        return;
    }
    if (c->wrong++ == 0)
        fprintf(stderr, "circuit: %s %lld is %.9g, expected %.9g (tolerance %.3g)\n", c->what,
                (long long)index, got, expected, c->tolerance);
}

static void compare_nodes(const program *p, const piece *at, const reference *r,
                          comparison *charges, comparison *voltages) {
    for (int shared = 0; shared < 2; shared++) {
        data_id id = (shared ? DATA_SHARED : DATA_PRIVATE) + NODES_VOLTAGE;
        span nodes = shared ? at->place.shared : at->place.private;
        const float *kept = at->charges + (shared ? at->place.private.count : 0);
        table t = table_acquire(at, id, p->o.aos);
        for (int64_t i = 0; i < nodes.count; i++) {
            const node *expected = &r->nodes[nodes.first + i];
            compare(voltages, nodes.first + i, ((float *)t.base)[i], expected->voltage);
            compare(charges, nodes.first + i, kept[i], expected->last_charge);
        }
        table_release(at, id);
    }
}

static void compare_wires(const program *p, const piece *at, const reference *r,
                          comparison *currents, comparison *voltages) {
    table t = table_acquire(at, DATA_STATE, p->o.aos);
    for (size_t i = 0; i < t.rows; i++) {
        int64_t index = at->place.wires.first + (int64_t)i;
        const chain *expected = &r->wires[index];
        for (int s = 0; s < SEGMENTS; s++)
            compare(currents, index, *table_float(&t, state_current(s), i), expected->current[s]);
        for (int s = 0; s < INNER; s++)
            compare(voltages, index, *table_float(&t, state_voltage(s), i), expected->voltage[s]);
    }
    table_release(at, DATA_STATE);
}

/** The tolerances are those of the float arithmetic: 1e-5 of the largest value of its kind, and
 * 1e-6 for node voltages, which are of order 1. Sums in another order differ a thousand times less.
 */
static bool agrees(program *p) {
    reference r = reference_run(&p->o);
    double charge = 0, current = 0, voltage = 0;
    for (size_t i = 0; i < r.node_count; i++)
        charge = fmax(charge, fabs(r.nodes[i].last_charge));
    for (size_t i = 0; i < r.wire_count; i++) {
        for (int s = 0; s < SEGMENTS; s++)
            current = fmax(current, fabs(r.wires[i].current[s]));
        for (int s = 0; s < INNER; s++)
            voltage = fmax(voltage, fabs(r.wires[i].voltage[s]));
    }
    comparison all[] = {{"the charge of node", 1e-5 * charge, 0, 0, 0},
                        {"the voltage of node", 1e-6, 0, 0, 0},
                        {"a current of wire", 1e-5 * current, 0, 0, 0},
                        {"a voltage of wire", 1e-5 * voltage, 0, 0, 0}};
    for (int i = 0; i < p->supers; i++) {
        if (!piece_is_here(&p->pieces[i]))
            continue;
        compare_nodes(p, &p->pieces[i], &r, &all[0], &all[1]);
        compare_wires(p, &p->pieces[i], &r, &all[2], &all[3]);
    }
    double wrong = 0, compared = 0;
    for (size_t i = 0; i < APP_COUNT(all); i++) {
        wrong += (double)all[i].wrong;
        compared += (double)all[i].compared;
    }
    app_sum_ranks(&wrong, 1);
    app_sum_ranks(&compared, 1);
    double expected = 2.0 * (double)r.node_count + (SEGMENTS + INNER) * (double)r.wire_count;
    bool right = wrong == 0 && compared == expected;
    if (!right && app_rank() == 0)
        fprintf(stderr, "circuit: error: %.0f of %.0f values are wrong, %.0f were not compared\n",
                wrong, expected, expected - compared);
    else if (app_rank() == 0)
        printf("verified: all %.0f values agree with a serial program\n", compared);
    free(r.nodes);
    free(r.wires);
    return right;
}

// --- what holds of any result ------------------------------------------------------------------

void verify_share(program *p) {
    double found[] = {(double)p->findings.drawn, (double)p->findings.lost_ends};
    app_sum_ranks(found, 2);
    p->findings.drawn = (long)found[0];
    p->findings.lost_ends = (long)found[1];
    size_t count = p->sums ? (size_t)program_loops(&p->o) * (size_t)p->supers : 0;
    for (size_t i = 0; i < count; i++) {
        sums *s = &p->sums[i];
        double all[] = {s->charge,  s->charge_abs,    s->voltage_abs,   s->wire_charge,
                        s->squares, (double)s->nodes, (double)s->wires, (double)s->not_finite};
        app_sum_ranks(all, APP_COUNT(all)); // each was added up on one rank, and is 0 on the others
        *s = (sums){.charge = all[0],
                    .charge_abs = all[1],
                    .voltage_abs = all[2],
                    .wire_charge = all[3],
                    .squares = all[4],
                    .nodes = (long)all[5],
                    .wires = (long)all[6],
                    .not_finite = (long)all[7]};
    }
}

static sums loop_sums(const program *p, int loop) {
    sums all = {0};
    for (int i = 0; i < p->supers; i++) {
        const sums *s = &p->sums[(size_t)loop * (size_t)p->supers + (size_t)i];
        all.charge += s->charge;
        all.charge_abs += s->charge_abs;
        all.voltage_abs += s->voltage_abs;
        all.wire_charge += s->wire_charge;
        all.squares += s->squares;
        all.nodes += s->nodes;
        all.wires += s->wires;
        all.not_finite += s->not_finite;
    }
    return all;
}

/** What the nodes gained in a loop, less what the wires lost: charge + sum of C (V - V before),
 * which is 0 but for rounding. */
static double appeared(const program *p, int loop, const sums *s) {
    return s->charge + s->wire_charge - (loop ? loop_sums(p, loop - 1).wire_charge : 0);
}

/** How much rounding may make appear. Each term of the sum is a float, wrong by up to 2^-24 of
 * itself; a node's charge is so once for each wire that ends there. Such errors add up like a
 * random walk, and this is eight of its standard deviations. A wire's end that is lost or counted
 * twice in a million wires is more. */
static double rounding(const program *p, const sums *s) {
    const network *n = &p->o.network;
    double ends_per_node = 2.0 * n->wires / n->nodes;
    return 8 * 0x1p-24 * sqrt(s->squares * (1 + ends_per_node));
}

/** Said by rank 0, as all have the same sums. */
static bool conserves(const program *p) {
    const network *n = &p->o.network;
    for (int k = 0; k < program_loops(&p->o); k++) {
        const sums s = loop_sums(p, k);
        double gained = appeared(p, k, &s);
        if (s.nodes != (long)n->pieces * n->nodes || s.wires != (long)n->pieces * n->wires) {
            if (app_rank() == 0)
                fprintf(stderr, "circuit: error: loop %d worked on %ld nodes and %ld wires\n", k,
                        s.nodes, s.wires);
            return false;
        }
        if (s.not_finite || !(fabs(gained) <= rounding(p, &s))) {
            if (app_rank() == 0)
                fprintf(
                    stderr,
                    "circuit: error: loop %d: %ld values are not finite; a charge of %.3g appeared "
                    "(rounding: %.3g)\n",
                    k, s.not_finite, gained, rounding(p, &s));
            return false;
        }
    }
    if (app_rank() == 0)
        printf("verified: charge is conserved in each of %d loops\n", program_loops(&p->o));
    return true;
}

bool verify(program *p) {
    if (p->findings.lost_ends) {
        if (app_rank() == 0)
            fprintf(stderr, "circuit: error: %ld wires' ends are outside their ghost range\n",
                    p->findings.lost_ends);
        return false;
    }
    bool conserved = conserves(p);
    return agrees(p) && conserved;
}

void verify_print_sums(const program *p) {
    for (int k = 0; k < program_loops(&p->o); k++) {
        const sums s = loop_sums(p, k);
        printf(
            "loop %d: charge %.6e, absolute %.6e; voltage, absolute %.6e; charge appeared %.3e\n",
            k, s.charge, s.charge_abs, s.voltage_abs, appeared(p, k, &s));
    }
}
