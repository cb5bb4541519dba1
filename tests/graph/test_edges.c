// tests/graph/test_edges.c: which task waits for which. Small cases by hand, then random graphs
// against a rule that looks at every pair of accesses.
#include "base/rng.h"
#include "support/tiny.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define KIND_A "kind a cpu; region x 8; region y 8; "

typedef struct fixture {
    mw_graph *g;
    mw_edges *e;
} fixture;

static fixture make(const char *text) {
    fixture f = {tiny_graph(text), NULL};
    f.e = mw_edges_new(f.g);
    assert_non_null(f.e);
    return f;
}

static void drop(fixture f) {
    mw_edges_free(f.e);
    mw_graph_free(f.g);
}

/** The tasks that a node waits for, joins looked through, as bits. */
static uint64_t waits_for(const mw_edges *e, uint32_t task_count, uint32_t node) {
    uint64_t bits = 0;
    for (uint64_t i = e->first_predecessor[node]; i < e->first_predecessor[node + 1]; i++) {
        uint32_t p = e->predecessors[i];
        bits |= p < task_count ? (uint64_t)1 << p : waits_for(e, task_count, p);
    }
    return bits;
}

static void assert_waits(const fixture *f, uint32_t task, uint64_t expected) {
    assert_int_equal(waits_for(f->e, f->g->task_count, task), expected);
}

static void a_reader_waits_for_the_last_writer(void **state) {
    (void)state;
    fixture f = make(KIND_A "task a w x; task a w x; task a r x");
    assert_waits(&f, 0, 0);
    assert_waits(&f, 1, 1 << 0);
    assert_waits(&f, 2, 1 << 1);
    drop(f);
}

static void readers_do_not_wait_for_each_other_but_the_next_writer_waits_for_all(void **state) {
    (void)state;
    fixture f = make(KIND_A "task a w x; task a r x; task a r x; task a rw x");
    assert_waits(&f, 1, 1 << 0);
    assert_waits(&f, 2, 1 << 0);
    assert_waits(&f, 3, 1 << 1 | 1 << 2); // and so for the first writer
    assert_int_equal(f.e->edge_count, 4);
    assert_int_equal(f.e->node_count, 4); // one before or one after: no join
    drop(f);
}

static void reductions_run_together_and_what_follows_waits_for_all_of_them(void **state) {
    (void)state;
    fixture f = make(KIND_A "task a w x; task a red x; task a red x; task a red x; task a r x");
    for (uint32_t t = 1; t <= 3; t++)
        assert_waits(&f, t, 1 << 0);
    assert_waits(&f, 4, 1 << 1 | 1 << 2 | 1 << 3);
    drop(f);
}

static void commutative_updates_have_no_order_but_reductions_after_them_wait(void **state) {
    (void)state;
    fixture f = make(KIND_A "task a com x; task a com x; task a red x");
    assert_waits(&f, 1, 0);
    assert_waits(&f, 2, 1 << 0 | 1 << 1);
    drop(f);
}

static void many_before_and_many_after_meet_in_a_join(void **state) {
    (void)state;
    // 3 reductions, then 4 readers: 3 + 4 edges instead of 12
    fixture f = make(KIND_A "task a red x; task a red x; task a red x;"
                            "task a r x; task a r x; task a r x; task a r x");
    assert_int_equal(f.e->node_count, 7 + 1);
    assert_int_equal(f.e->edge_count, 3 + 4);
    assert_int_equal(f.e->predecessor_count[7], 3);
    for (uint32_t t = 3; t < 7; t++)
        assert_waits(&f, t, 1 << 0 | 1 << 1 | 1 << 2);
    drop(f);
}

static void a_task_that_touches_a_subregion_twice_does_not_wait_for_itself(void **state) {
    (void)state;
    fixture f = make(KIND_A "task a r x w x; task a r x r x; task a w x");
    assert_waits(&f, 0, 0);
    assert_waits(&f, 1, 1 << 0); // the first was an update
    assert_waits(&f, 2, 1 << 1);
    assert_int_equal(f.e->edge_count, 2); // each once
    drop(f);
}

static void two_shared_subregions_make_one_edge(void **state) {
    (void)state;
    fixture f = make(KIND_A "task a w x w y; task a r x r y");
    assert_int_equal(f.e->edge_count, 1);
    assert_int_equal(f.e->predecessor_count[1], 1);
    drop(f);
}

static void explicit_dependencies_count_and_synchronisation_points_do_not(void **state) {
    (void)state;
    fixture f = make(KIND_A "task a w x; wait; acquire r x; task a w y; task a after 0 1");
    assert_waits(&f, 1, 0);
    assert_waits(&f, 2, 1 << 0 | 1 << 1);
    drop(f);
}

static void successors_are_the_predecessors_turned_round(void **state) {
    (void)state;
    fixture f = make(KIND_A "task a w x; task a r x w y; task a r x r y; task a w x");
    uint64_t seen = 0;
    for (uint32_t a = 0; a < f.e->node_count; a++)
        for (uint64_t i = f.e->first_successor[a]; i < f.e->first_successor[a + 1]; i++) {
            uint32_t b = f.e->successors[i];
            bool found = false;
            for (uint64_t j = f.e->first_predecessor[b]; j < f.e->first_predecessor[b + 1]; j++)
                found = found || f.e->predecessors[j] == a;
            assert_true(found);
            seen++;
        }
    assert_int_equal(seen, f.e->edge_count);
    assert_int_equal(seen, f.e->first_predecessor[f.e->node_count]);
    drop(f);
}

static void a_graph_without_tasks_has_no_edges(void **state) {
    (void)state;
    fixture f = make("kind a cpu");
    assert_int_equal(f.e->node_count, 0);
    assert_int_equal(f.e->edge_count, 0);
    drop(f);
}

// --- the oracle ----------------------------------------------------------------------------------

enum { TASKS = 24, SUBREGIONS = 3 };

/** The access of a task to a subregion, all of its accesses taken together; 0: none. */
static uint32_t mode_of(const mw_graph *g, uint32_t task, uint32_t subregion) {
    const mw_task *t = &g->tasks[task];
    uint32_t mode = 0;
    for (uint32_t i = 0; i < t->access_count; i++) {
        const mw_access *a = &g->accesses[t->first_access + i];
        if (a->subregion == subregion)
            mode = mode == 0 || mode == a->mode ? a->mode : MW_READ_WRITE;
    }
    return mode;
}

/** Does the later of two accesses wait for the earlier, whatever lies between them? */
static bool conflicts(uint32_t earlier, uint32_t later) {
    bool together =
        earlier == later && (earlier == MW_READ || earlier == MW_REDUCE || earlier == MW_COMMUTE);
    return earlier && later && !together;
}

/** must[t]: every task that t waits for, however indirectly, as bits: by looking at all pairs. */
static void closure_by_rule(const mw_graph *g, uint64_t must[]) {
    for (uint32_t t = 0; t < g->task_count; t++) {
        must[t] = 0;
        for (uint32_t s = 0; s < g->subregion_count; s++)
            for (uint32_t p = 0; p < t; p++)
                if (conflicts(mode_of(g, p, s), mode_of(g, t, s)))
                    must[t] |= (uint64_t)1 << p | must[p];
        const mw_task *task = &g->tasks[t];
        for (uint32_t i = 0; i < task->dependency_count; i++) {
            uint32_t p = g->dependencies[task->first_dependency + i];
            must[t] |= (uint64_t)1 << p | must[p];
        }
    }
}

static void closure_by_edges(const mw_graph *g, const mw_edges *e, uint64_t must[]) {
    for (uint32_t t = 0; t < g->task_count; t++) {
        uint64_t direct = waits_for(e, g->task_count, t);
        must[t] = direct;
        for (uint32_t p = 0; p < t; p++)
            if (direct >> p & 1)
                must[t] |= must[p];
    }
}

static mw_graph *random_graph(uint64_t seed) {
    static const mw_mode MODES[] = {MW_READ,   MW_READ,   MW_WRITE,  MW_READ_WRITE,
                                    MW_REDUCE, MW_REDUCE, MW_COMMUTE};
    mw_rng rng = {seed};
    mw_builder *b = mw_builder_new();
    uint32_t kind = mw_builder_kind(b, "a", 1), region = mw_builder_region(b, "x", MW_NO_ID, 8, 1);
    for (int s = 0; s < SUBREGIONS; s++)
        mw_builder_subregion(b, region, 8, 0, NULL);
    for (uint32_t t = 0; t < TASKS; t++) {
        mw_builder_task(b, mw_builder_launch(b, kind, 0), NULL, 0, 0);
        uint32_t n = (uint32_t)mw_rng_below(&rng, 4);
        for (uint32_t i = 0; i < n; i++)
            mw_builder_access(b, (uint32_t)mw_rng_below(&rng, SUBREGIONS), i,
                              MODES[mw_rng_below(&rng, MW_COUNT(MODES))]);
        if (t > 0 && mw_rng_below(&rng, 8) == 0)
            mw_builder_dependency(b, (uint32_t)mw_rng_below(&rng, t));
    }
    mw_graph *g = NULL;
    assert_int_equal(mw_builder_finish(b, &g, NULL), MW_OK);
    mw_builder_free(b);
    return g;
}

static void random_graphs_wait_for_exactly_what_the_rule_says(void **state) {
    (void)state;
    for (uint64_t seed = 0; seed < 400; seed++) {
        mw_graph *g = random_graph(seed);
        mw_edges *e = mw_edges_new(g);
        uint64_t rule[TASKS], edges[TASKS];
        closure_by_rule(g, rule);
        closure_by_edges(g, e, edges);
        assert_memory_equal(rule, edges, sizeof rule);
        mw_edges_free(e);
        mw_graph_free(g);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reader_waits_for_the_last_writer),
        cmocka_unit_test(readers_do_not_wait_for_each_other_but_the_next_writer_waits_for_all),
        cmocka_unit_test(reductions_run_together_and_what_follows_waits_for_all_of_them),
        cmocka_unit_test(commutative_updates_have_no_order_but_reductions_after_them_wait),
        cmocka_unit_test(many_before_and_many_after_meet_in_a_join),
        cmocka_unit_test(a_task_that_touches_a_subregion_twice_does_not_wait_for_itself),
        cmocka_unit_test(two_shared_subregions_make_one_edge),
        cmocka_unit_test(explicit_dependencies_count_and_synchronisation_points_do_not),
        cmocka_unit_test(successors_are_the_predecessors_turned_round),
        cmocka_unit_test(a_graph_without_tasks_has_no_edges),
        cmocka_unit_test(random_graphs_wait_for_exactly_what_the_rule_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
