// tests/search/test_space.c: what may be chosen, how much of it there is, and priorities that say
// how far a task is from the end.
#include "search/planted.h"
#include "search/rank.h"
#include <math.h>

static mw_graph *finish(mw_builder *b) {
    mw_graph *g = NULL;
    assert_int_equal(mw_builder_finish(b, &g, NULL), MW_OK);
    mw_builder_free(b);
    return g;
}

// --- the space
// ---------------------------------------------------------------------------------------

static void on_one_processor_there_is_one_index_map(void **state) {
    (void)state;
    mw_graph *g = finish(planted_ramp(8));
    mw_machine *m = mw_machine_bare(1, 1, 0, 0);
    mw_space *s = NULL;
    assert_int_equal(mw_space_new(g, m, 0, &s), MW_OK);
    assert_int_equal(s->subject_count, 1);
    assert_int_equal(s->subjects[0].map_count[MW_PROC_CPU], 1);
    mw_space_free(s);
    mw_graph_free(g);
    mw_machine_free(m);
}

static void the_size_is_the_product_of_what_may_be_chosen(void **state) {
    (void)state;
    mw_graph *g = finish(planted_ramp(8));
    mw_machine *m = mw_machine_bare(1, 2, 0, 0);
    mw_space *s = NULL;
    assert_int_equal(mw_space_new(g, m, 0, &s), MW_OK);
    const mw_subject *ramp = &s->subjects[0];
    // default, any, block, cyclic, folded, block-cyclic by 2 and 4 (8 is all there is), two "all on
    // one"
    assert_int_equal(ramp->map_count[MW_PROC_CPU], 9);
    double placements = 9.0 * s->mem_count[MW_PROC_CPU]; // one argument, no layouts
    double priorities = 1 + 1001.0 * 2001;               // none, or a constant and one slope
    assert_true(fabs(mw_space_log10_size(s) - log10(placements * s->limit_count * priorities)) <
                1e-9);
    mw_str text = {0};
    mw_space_describe(s, &text);
    assert_non_null(strstr(mw_str_text(&text), "ramp: CPU with 9 index maps"));
    mw_str_clear(&text);
    mw_space_free(s);
    mw_graph_free(g);
    mw_machine_free(m);
}

static void only_processors_with_a_variant_on_the_machine_can_be_chosen(void **state) {
    (void)state;
    mw_builder *b = mw_builder_new();
    uint32_t kind = mw_builder_kind(b, "work", 1u << MW_PROC_CPU | 1u << MW_PROC_GPU);
    uint32_t cpu = mw_builder_kind(b, "cpu_only", 1u << MW_PROC_CPU);
    uint32_t gpu = mw_builder_kind(b, "gpu_only", 1u << MW_PROC_GPU);
    for (uint32_t k = 0; k < 3; k++)
        mw_builder_task(b, mw_builder_launch(b, (uint32_t[]){kind, cpu, gpu}[k], 1), (int32_t[]){0},
                        0, 1);
    mw_graph *g = finish(b);
    mw_machine *cpus = mw_machine_bare(1, 2, 0, 0), *both = mw_machine_bare(1, 2, 1, 0);
    mw_space *s = NULL;
    assert_int_equal(mw_space_new(g, cpus, 0, &s), MW_OK);
    assert_int_equal(s->subject_count, 2); // gpu_only cannot run there at all
    assert_int_equal(s->subjects[0].proc_count, 1);
    mw_space_free(s);
    assert_int_equal(mw_space_new(g, both, 0, &s), MW_OK);
    assert_int_equal(s->subject_count, 3);
    assert_int_equal(s->subjects[0].proc_count, 2);
    assert_int_equal(s->subjects[0].procs[0], MW_PROC_GPU); // as the default mapper has it
    assert_int_equal(s->subjects[1].proc_count, 1);
    mw_space_free(s);
    mw_graph_free(g);
    mw_machine_free(cpus);
    mw_machine_free(both);
}

// --- priorities
// --------------------------------------------------------------------------------------

/** a -> b -> d, a -> c -> d over one region each way; durations 1, 2, 5, 10. */
static void the_upward_rank_is_the_longest_way_to_the_end(void **state) {
    (void)state;
    mw_builder *b = mw_builder_new();
    uint32_t launch = mw_builder_launch(b, mw_builder_kind(b, "work", 1u << MW_PROC_CPU), 1);
    for (int32_t i = 0; i < 4; i++) {
        mw_builder_task(b, launch, &i, 0, 1);
        if (i == 1 || i == 2)
            mw_builder_dependency(b, 0);
        if (i == 3) {
            mw_builder_dependency(b, 1);
            mw_builder_dependency(b, 2);
        }
    }
    mw_graph *g = finish(b);
    mw_edges *e = mw_edges_new(g);
    double *duration = calloc(e->node_count, sizeof *duration);
    double *rank = calloc(e->node_count, sizeof *rank);
    for (uint32_t i = 0; i < 4; i++)
        duration[i] = (const double[]){1, 2, 5, 10}[i];
    assert_int_equal(mw_upward_ranks(e, duration, rank), MW_OK);
    assert_true(rank[3] == 10 && rank[2] == 15 && rank[1] == 12 && rank[0] == 16);
    free(duration);
    free(rank);
    mw_edges_free(e);
    mw_graph_free(g);
}

static void a_rank_that_is_linear_in_the_point_is_fitted_exactly(void **state) {
    (void)state;
    mw_builder *b = mw_builder_new();
    uint32_t launch = mw_builder_launch(b, mw_builder_kind(b, "work", 1u << MW_PROC_CPU), 2);
    double rank[20];
    for (int32_t t = 0; t < 20; t++) {
        int32_t i = t / 4 + 7, j = t % 4; // the lower corner is (7, 0): points count from there
        mw_builder_task(b, launch, (const int32_t[]){i, j}, 0, 1);
        rank[t] = 1000 - 100 * (i - 7) - 5 * j;
    }
    mw_builder_launch_domain(b, launch, (const int32_t[]){7, 0}, (const int32_t[]){5, 4});
    mw_graph *g = finish(b);
    mw_machine *m = mw_machine_bare(1, 2, 0, 0);
    mw_space *s = NULL;
    assert_int_equal(mw_space_new(g, m, 0, &s), MW_OK);
    mw_priority_choice got;
    assert_int_equal(mw_priorities_fit(s, rank, true, &got), MW_OK);
    assert_int_equal(got.constant, 1000);
    assert_int_equal(got.slope[0], -100);
    assert_int_equal(got.slope[1], -5);
    assert_int_equal(mw_priorities_fit(s, rank, false, &got), MW_OK);
    assert_int_equal(got.constant, 793); // the mean: 1000 - 200 - 7.5, rounded away from zero
    assert_int_equal(got.slope[0], 0);
    mw_space_free(s);
    mw_graph_free(g);
    mw_machine_free(m);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(on_one_processor_there_is_one_index_map),
        cmocka_unit_test(the_size_is_the_product_of_what_may_be_chosen),
        cmocka_unit_test(only_processors_with_a_variant_on_the_machine_can_be_chosen),
        cmocka_unit_test(the_upward_rank_is_the_longest_way_to_the_end),
        cmocka_unit_test(a_rank_that_is_linear_in_the_point_is_fitted_exactly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
