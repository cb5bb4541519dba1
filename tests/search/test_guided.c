// tests/search/test_guided.c: `guided` on programs whose best mapper is known: it finds it, or
// comes near the bound, within ten iterations; and from equal seeds it does equal things.
#include "search/optimizer.h"
#include "search/planted.h"
#include "search/space.h"
#include "support/tiny.h"

enum { ITERATIONS = 10 };

/** What came of a search. */
typedef struct found {
    double default_us, best_us;
    uint32_t iterations;
    mw_str texts; ///< every proposal and its reason, one after the other
} found;

static double evaluate(const planted *p, const char *mapper) {
    const mw_evaluator *engine = mw_sim_evaluator_interface(p->simulator);
    mw_evaluation got;
    assert_int_equal(engine->evaluate(engine->self, "test", mapper, &got, NULL), MW_OK);
    return got.outcome == MW_OUTCOME_PERFORMANCE ? got.makespan_us : -1;
}

static found search(const planted *p, const char *name, uint64_t seed, uint32_t iterations) {
    const mw_optimizer *optimizer = mw_optimizer_find(name);
    const mw_evaluator *engine = mw_sim_evaluator_interface(p->simulator);
    mw_problem problem = {
        .graph = p->graph, .edges = p->edges, .machine = p->machine, .model = engine, .seed = seed};
    found f = {.default_us = evaluate(p, "")};
    f.best_us = f.default_us;
    void *self = NULL;
    assert_int_equal(optimizer->create(&problem, &self), MW_OK);
    for (; f.iterations < iterations; f.iterations++) {
        mw_proposal proposal;
        mw_status status = optimizer->propose(self, &proposal);
        if (status == MW_ERR_RANGE)
            break;
        assert_int_equal(status, MW_OK);
        mw_str_printf(&f.texts, "%s\n%s\n", proposal.why, proposal.mapper);
        mw_evaluation got;
        assert_int_equal(engine->evaluate(engine->self, "proposal", proposal.mapper, &got, NULL),
                         MW_OK);
        if (got.outcome == MW_OUTCOME_PERFORMANCE) {
            if (proposal.predicted_us >= 0) // model and engine are the same here
                assert_true(proposal.predicted_us == got.makespan_us);
            if (f.best_us < 0 || got.makespan_us < f.best_us)
                f.best_us = got.makespan_us;
        }
        assert_int_equal(optimizer->observe(self, &got, NULL), MW_OK);
    }
    optimizer->destroy(self);
    return f;
}

static double bound_us(const planted *p) {
    mw_bound bound;
    assert_int_equal(mw_bound_of(p->graph, p->edges, p->machine, &bound), MW_OK);
    return bound.bound_us;
}

// --- planted problems
// --------------------------------------------------------------------------------

static void work_that_grows_along_the_domain_is_balanced(void **state) {
    (void)state;
    for (uint32_t cpus = 2; cpus <= 4; cpus++) {
        planted p = planted_on(mw_machine_bare(1, cpus, 0, 0), planted_ramp(48));
        found f = search(&p, "guided", 1, ITERATIONS);
        // a block of the last 48 / cpus tasks holds far more than its share
        assert_true(f.best_us < 0.8 * f.default_us);
        assert_true(f.best_us <= 1.03 * bound_us(&p));
        mw_str_clear(&f.texts);
        planted_free(&p);
    }
}

static void a_triangle_of_tasks_comes_near_its_bound(void **state) {
    (void)state;
    for (uint32_t cpus = 2; cpus <= 4; cpus++) {
        planted p = planted_on(mw_machine_bare(1, cpus, 0, 0), planted_cholesky(10));
        found f = search(&p, "guided", 1, ITERATIONS);
        assert_true(f.best_us < f.default_us);
        assert_true(f.best_us <= 1.10 * bound_us(&p));
        mw_str_clear(&f.texts);
        planted_free(&p);
    }
}

/** One chain of `length` tasks, with `fillers` independent tasks submitted before each link: run in
 * order of submission, the chain comes last. */
static mw_builder *planted_chain(int32_t length, int32_t fillers) {
    mw_builder *b = mw_builder_new();
    uint32_t filler = mw_builder_kind(b, "filler", 1u << MW_PROC_CPU);
    uint32_t link = mw_builder_kind(b, "chain", 1u << MW_PROC_CPU);
    uint32_t fill = mw_builder_launch(b, filler, 1), chain = mw_builder_launch(b, link, 1);
    uint32_t region = mw_builder_region(b, "data", MW_NO_ID, 8, 1);
    uint32_t carried = mw_builder_subregion(b, region, 8, 0, NULL);
    for (int32_t i = 0; i < fillers * length; i++)
        planted_task(b, fill, i, 0, 0, 10);
    for (int32_t i = 0; i < length; i++) {
        planted_task(b, chain, i, 0, 0, 10);
        mw_builder_access(b, carried, 0, MW_READ_WRITE);
    }
    return b;
}

static void the_chain_that_everything_waits_for_goes_first(void **state) {
    (void)state;
    // 20 links and 20 fillers on 2 processors: 200 us is the best, 300 us if the chain is left for
    // last
    planted p = planted_on(mw_machine_bare(1, 2, 0, 0), planted_chain(20, 1));
    found f = search(&p, "guided", 1, ITERATIONS);
    assert_true(f.default_us >= 1.4 * bound_us(&p));
    assert_true(f.best_us <= 1.01 * bound_us(&p));
    mw_str_clear(&f.texts);
    planted_free(&p);
}

/** `rounds` times over x[0] … x[3] of 100 kB: a task of kind `first`, then one of kind `second`. */
static mw_graph *planted_ping_pong(const char *first, const char *second, int rounds) {
    mw_str text = {0};
    mw_str_printf(&text, "kind first %s; kind second %s; region x 100000 4", first, second);
    for (int r = 0; r < rounds; r++)
        for (int k = 0; k < 2; k++) {
            mw_str_printf(&text, "; launch %s 4", k ? "second" : "first");
            for (int i = 0; i < 4; i++)
                mw_str_printf(&text, "; task %s[%d] rw x[%d]", k ? "second" : "first", i, i);
        }
    mw_graph *g = tiny_graph(mw_str_text(&text));
    mw_str_clear(&text);
    return g;
}

/** Two CPUs and two GPUs. 100 kB take 100 us to or from FBMEM; all reach ZCMEM, and what is there
 * need not be copied. */
static const char CPUS_AND_GPUS[] = "cpu 2; gpu 2; mem ZCMEM 1e9; reach gpu ZCMEM0 1000; "
                                    "reach gpu0 FBMEM0 1000; reach gpu1 FBMEM1 1000; "
                                    "reach cpu SYSMEM0 1000; reach cpu ZCMEM0 1000";

static void data_that_two_kinds_of_processors_share_moves_to_where_both_reach_it(void **state) {
    (void)state;
    planted p = planted_from(tiny_machine(CPUS_AND_GPUS), planted_ping_pong("cpu=10", "gpu=10", 5));
    found f = search(&p, "guided", 1, ITERATIONS);
    assert_true(f.default_us > 1000);
    assert_true(f.best_us < 0.5 * f.default_us);
    assert_non_null(strstr(mw_str_text(&f.texts), "ZCMEM"));
    mw_str_clear(&f.texts);
    planted_free(&p);
}

static void a_kernel_that_is_slow_on_the_default_processor_moves(void **state) {
    (void)state;
    mw_machine *m = tiny_machine("cpu 2; gpu 1; reach gpu0 FBMEM0 100");
    planted p =
        planted_from(m, tiny_graph("kind slow cpu=10,gpu=1000; launch slow 4; task slow[0]; "
                                   "task slow[1]; task slow[2]; task slow[3]"));
    found f = search(&p, "guided", 1, ITERATIONS);
    assert_true(f.default_us >= 4000);
    assert_true(f.best_us <= 25); // two each on two CPUs
    mw_str_clear(&f.texts);
    planted_free(&p);
}

static void a_kernel_moves_together_with_its_data(void **state) {
    (void)state;
    // moving `second` alone adds two copies of 100 us to save 140; moving the data alone saves
    // nothing; both together leave the first copies of the 4 tiles and 10 rounds of 2 tasks of 20
    // us
    planted p = planted_from(tiny_machine(CPUS_AND_GPUS),
                             planted_ping_pong("gpu=10", "cpu=10,gpu=150", 10));
    found f = search(&p, "guided", 1, 1);
    assert_true(f.default_us >= 10 * 2 * 160);
    assert_true(f.best_us <= 4 * 100 + 10 * 2 * 20 + 20);
    mw_str_clear(&f.texts);
    planted_free(&p);
}

static void a_default_that_does_not_fit_is_replaced_by_a_mapper_that_does(void **state) {
    (void)state;
    // the GPU has room for a quarter of the region, and nothing else that it reaches has any
    mw_machine *m = tiny_machine("cpu 2; gpu 1; mem FBMEM 1000; reach gpu0 FBMEM0 100");
    planted p = planted_from(m, tiny_graph("kind big cpu=10,gpu=1; region x 4000; "
                                           "launch big 1; task big[0] rw x"));
    found f = search(&p, "guided", 1, ITERATIONS);
    assert_true(f.default_us < 0);
    assert_true(f.best_us >= 10 && f.best_us < 15);
    mw_str_clear(&f.texts);
    planted_free(&p);
}

static void every_statement_of_an_improvement_makes_a_difference(void **state) {
    (void)state;
    planted p = planted_on(mw_machine_bare(1, 3, 0, 0), planted_cholesky(8));
    const mw_optimizer *guided = mw_optimizer_find("guided");
    mw_problem problem = {.graph = p.graph,
                          .edges = p.edges,
                          .machine = p.machine,
                          .model = mw_sim_evaluator_interface(p.simulator),
                          .seed = 1};
    void *self = NULL;
    mw_proposal proposal;
    assert_int_equal(guided->create(&problem, &self), MW_OK);
    assert_int_equal(guided->propose(self, &proposal), MW_OK);
    double whole_us = evaluate(&p, proposal.mapper);
    uint32_t statements = 0;
    for (const char *line = proposal.mapper; *line; line = strchr(line, '\n') + 1) {
        if (strncmp(line, "IndexTaskMap ", 13) != 0 && strncmp(line, "Priority ", 9) != 0)
            continue;
        mw_str without = {0};
        mw_str_add_bytes(&without, proposal.mapper, (size_t)(line - proposal.mapper));
        mw_str_add(&without, strchr(line, '\n') + 1);
        assert_true(evaluate(&p, mw_str_text(&without)) > whole_us);
        mw_str_clear(&without);
        statements++;
    }
    assert_true(statements > 0);
    guided->destroy(self);
    planted_free(&p);
}

// --- small spaces, whole
// -----------------------------------------------------------------------------

static void no_index_map_of_a_small_space_beats_what_is_found(void **state) {
    (void)state;
    planted p = planted_on(mw_machine_bare(1, 3, 0, 0), planted_ramp(20));
    mw_space *space = NULL;
    mw_space_point point;
    assert_int_equal(mw_space_new(p.graph, p.machine, 0, &space), MW_OK);
    assert_true(mw_space_point_init(space, &point));
    double least_us = evaluate(&p, "");
    for (uint32_t i = 0; i < space->subjects[0].map_count[MW_PROC_CPU]; i++) {
        mw_space_set_map(space, &point, 0, space->subjects[0].maps[MW_PROC_CPU][i]);
        mw_str text = {0};
        mw_space_render(space, &point, &text);
        double us = evaluate(&p, mw_str_text(&text));
        least_us = us < least_us ? us : least_us;
        mw_str_clear(&text);
    }
    mw_space_point_clear(&point);
    mw_space_free(space);
    found f = search(&p, "guided", 1, ITERATIONS);
    assert_true(f.best_us <= least_us);
    mw_str_clear(&f.texts);
    planted_free(&p);
}

static void equal_seeds_give_equal_bytes(void **state) {
    (void)state;
    const char *const names[] = {"guided", "random"};
    for (size_t i = 0; i < MW_COUNT(names); i++) {
        planted p = planted_on(mw_machine_bare(1, 3, 0, 0), planted_cholesky(6));
        found a = search(&p, names[i], 7, ITERATIONS);
        planted_free(&p);
        p = planted_on(mw_machine_bare(1, 3, 0, 0), planted_cholesky(6));
        found b = search(&p, names[i], 7, ITERATIONS);
        assert_int_equal(a.iterations, ITERATIONS);
        assert_string_equal(mw_str_text(&a.texts), mw_str_text(&b.texts));
        mw_str_clear(&a.texts);
        mw_str_clear(&b.texts);
        planted_free(&p);
    }
}

static void no_mapper_is_proposed_twice_nor_is_the_default(void **state) {
    (void)state;
    planted p = planted_on(mw_machine_bare(1, 2, 0, 0), planted_ramp(6));
    const mw_optimizer *guided = mw_optimizer_find("guided");
    const mw_evaluator *engine = mw_sim_evaluator_interface(p.simulator);
    mw_problem problem = {
        .graph = p.graph, .edges = p.edges, .machine = p.machine, .model = engine, .seed = 1};
    void *self = NULL;
    char *seen[40] = {NULL};
    size_t count = 0;
    assert_int_equal(guided->create(&problem, &self), MW_OK);
    for (mw_proposal next; count < 40 && guided->propose(self, &next) == MW_OK; count++) {
        assert_true(strstr(next.mapper, "Map ") || strstr(next.mapper, "Priority ") ||
                    strstr(next.mapper, "Limit ") || strstr(next.mapper, "Region "));
        for (size_t i = 0; i < count; i++)
            assert_string_not_equal(seen[i], next.mapper);
        seen[count] = strdup(next.mapper);
        mw_evaluation got;
        assert_int_equal(engine->evaluate(engine->self, "x", next.mapper, &got, NULL), MW_OK);
        assert_int_equal(guided->observe(self, &got, NULL), MW_OK);
    }
    for (size_t i = 0; i < count; i++)
        free(seen[i]);
    guided->destroy(self);
    planted_free(&p);
}

static void a_space_of_one_mapper_leaves_nothing_to_propose(void **state) {
    (void)state;
    mw_builder *b = mw_builder_new();
    uint32_t launch = mw_builder_launch(b, mw_builder_kind(b, "no name", 1u << MW_PROC_CPU), 1);
    planted_task(b, launch, 0, 0, 0, 5);
    planted p = planted_on(mw_machine_bare(1, 2, 0, 0), b);
    found f = search(&p, "guided", 1, ITERATIONS);
    assert_int_equal(f.iterations, 0);
    mw_str_clear(&f.texts);
    f = search(&p, "random", 1, ITERATIONS);
    assert_int_equal(f.iterations, 1); // that one
    mw_str_clear(&f.texts);
    planted_free(&p);
}

// --- an engine that disagrees with the model
// ----------------------------------------------------------

static void what_failed_for_real_is_not_tried_again(void **state) {
    (void)state;
    planted p = planted_on(mw_machine_bare(1, 4, 0, 0), planted_ramp(48));
    const mw_optimizer *guided = mw_optimizer_find("guided");
    mw_problem problem = {.graph = p.graph,
                          .edges = p.edges,
                          .machine = p.machine,
                          .model = mw_sim_evaluator_interface(p.simulator),
                          .seed = 1};
    void *self = NULL;
    mw_proposal first, next;
    assert_int_equal(guided->create(&problem, &self), MW_OK);
    assert_int_equal(guided->propose(self, &first), MW_OK);
    char *statement = strdup(strstr(first.mapper, "IndexTaskMap"));
    mw_evaluation failed = {.outcome = MW_OUTCOME_EXECUTION_ERROR};
    for (int i = 0; i < 3; i++) {
        assert_int_equal(guided->observe(self, &failed, NULL), MW_OK);
        assert_int_equal(guided->propose(self, &next), MW_OK);
        assert_null(strstr(next.mapper, statement));
    }
    free(statement);
    guided->destroy(self);
    planted_free(&p);
}

static void predictions_are_scaled_to_what_was_observed(void **state) {
    (void)state;
    planted p = planted_on(mw_machine_bare(1, 4, 0, 0), planted_ramp(48));
    const mw_optimizer *guided = mw_optimizer_find("guided");
    mw_problem problem = {.graph = p.graph,
                          .edges = p.edges,
                          .machine = p.machine,
                          .model = mw_sim_evaluator_interface(p.simulator),
                          .seed = 1};
    void *self = NULL;
    mw_proposal next;
    assert_int_equal(guided->create(&problem, &self), MW_OK);
    // the real machine takes three times as long as the model says
    mw_evaluation real = {.outcome = MW_OUTCOME_PERFORMANCE, .makespan_us = 3 * evaluate(&p, "")};
    assert_int_equal(guided->observe(self, &real, NULL), MW_OK);
    assert_int_equal(guided->propose(self, &next), MW_OK);
    double model_us = evaluate(&p, next.mapper);
    assert_true(next.predicted_us > 2.99 * model_us && next.predicted_us < 3.01 * model_us);
    guided->destroy(self);
    planted_free(&p);
}

static bool always(void) {
    return true;
}

static void a_search_stops_between_simulations_when_it_is_cancelled(void **state) {
    (void)state;
    planted p = planted_on(mw_machine_bare(1, 4, 0, 0), planted_ramp(48));
    const mw_optimizer *guided = mw_optimizer_find("guided");
    mw_problem problem = {.graph = p.graph,
                          .edges = p.edges,
                          .machine = p.machine,
                          .model = mw_sim_evaluator_interface(p.simulator),
                          .cancelled = always};
    void *self = NULL;
    assert_int_equal(guided->create(&problem, &self), MW_ERR_CANCEL);
    assert_null(self);
    planted_free(&p);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(work_that_grows_along_the_domain_is_balanced),
        cmocka_unit_test(a_triangle_of_tasks_comes_near_its_bound),
        cmocka_unit_test(the_chain_that_everything_waits_for_goes_first),
        cmocka_unit_test(data_that_two_kinds_of_processors_share_moves_to_where_both_reach_it),
        cmocka_unit_test(a_kernel_that_is_slow_on_the_default_processor_moves),
        cmocka_unit_test(a_kernel_moves_together_with_its_data),
        cmocka_unit_test(a_default_that_does_not_fit_is_replaced_by_a_mapper_that_does),
        cmocka_unit_test(every_statement_of_an_improvement_makes_a_difference),
        cmocka_unit_test(no_index_map_of_a_small_space_beats_what_is_found),
        cmocka_unit_test(equal_seeds_give_equal_bytes),
        cmocka_unit_test(no_mapper_is_proposed_twice_nor_is_the_default),
        cmocka_unit_test(a_space_of_one_mapper_leaves_nothing_to_propose),
        cmocka_unit_test(what_failed_for_real_is_not_tried_again),
        cmocka_unit_test(a_search_stops_between_simulations_when_it_is_cancelled),
        cmocka_unit_test(predictions_are_scaled_to_what_was_observed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
