// tests/profile/test_bound.c: the lower bound: its parts by hand, and no mapper of all there are
// for small programs goes below it.
#include "base/rng.h"
#include "base/str.h"
#include "profile/profile.h"
#include "sim/simulated.h"
#include <math.h>

static mw_bound bound_of(const simulated *s) {
    mw_bound b;
    assert_int_equal(mw_bound_of(s->graph, s->edges, s->machine, &b), MW_OK);
    return b;
}

static void a_chain_is_bounded_by_its_tasks_at_their_fastest(void **state) {
    (void)state;
    simulated s = simulated_run("cpu 2; gpu 1 1 3; complete 1",
                                "kind a cpu=10,gpu=4; kind b cpu=5,gpu=9; region x 8; task a rw x;"
                                "task b rw x; task a rw x",
                                "");
    mw_bound b = bound_of(&s);
    assert_us(b.critical_path_us, 22); // 3 + 4 + 1 on the GPU, 5 + 1 on a CPU, 8 again
    assert_us(b.bound_us, 22);
    simulated_end(&s);
}

static void independent_tasks_are_bounded_by_all_processors_together(void **state) {
    (void)state;
    simulated s = simulated_run("cpu 2; gpu 1",
                                "kind a cpu=10,gpu=10; kind b gpu=20; region x 8 5; task a w x[0];"
                                "task a w x[1]; task a w x[2]; task b w x[3]; task b w x[4]",
                                "");
    mw_bound b = bound_of(&s);
    assert_us(b.critical_path_us, 20);
    assert_us(b.work_us, 40); // only the GPU runs b; all together 70 / 3
    assert_us(b.bound_us, 40);
    simulated_end(&s);
}

static void submission_bounds_programs_of_tiny_tasks(void **state) {
    (void)state;
    simulated s = simulated_run("cpu 8; submit 5",
                                "kind a cpu=1; region x 8 3; task a w x[0]; task a w x[1];"
                                "task a w x[2]",
                                "");
    assert_us(bound_of(&s).submission_us, 15);
    assert_us(bound_of(&s).bound_us, 16); // and the last one's own time
    simulated_end(&s);
}

// --- all mappers of small programs
// -----------------------------------------------------------------

enum { PROGRAMS = 40, MOST_TASKS = 4, PLACES = 3 };

/** Each task is of a kind of its own, so that a mapper can place it on its own. */
static uint32_t small_program(mw_rng *r, mw_str *text) {
    static const char *const modes[] = {"r", "w", "rw", "red", "com", "rw"};
    uint32_t tasks = 2 + (uint32_t)mw_rng_below(r, MOST_TASKS - 1);
    for (uint32_t t = 0; t < tasks; t++) {
        if (mw_rng_below(r, 3) > 0)
            mw_str_printf(text, "kind k%u cpu=%u,gpu=%u; ", t, 2 + (unsigned)mw_rng_below(r, 30),
                          1 + (unsigned)mw_rng_below(r, 20));
        else
            mw_str_printf(text, "kind k%u cpu,gpu; ", t);
    }
    mw_str_printf(text, "region x %u 2; ", 100 + (unsigned)mw_rng_below(r, 9000));
    for (uint32_t t = 0; t < tasks; t++) {
        mw_str_printf(text, "task k%u %s x[0] %s x[1] flops %u; ", t, modes[mw_rng_below(r, 6)],
                      modes[mw_rng_below(r, 6)], 100 * (unsigned)mw_rng_below(r, 300));
        if (mw_rng_below(r, 8) == 0)
            mw_str_add(text, "wait; ");
    }
    return tasks;
}

/** Mapper number `which` of PLACES to the power of `tasks`, times two: data of the GPU's tasks in
 * its memory, or nowhere. */
static void mapper_of(uint32_t which, uint32_t tasks, mw_str *text) {
    mw_str_add(text, "c = Machine(CPU); def f0(Task t) { return c[0, 0]; }"
                     "def f1(Task t) { return c[0, 1]; }");
    if (which % 2)
        mw_str_add(text, "Region * * GPU VIRTUAL;");
    which /= 2;
    for (uint32_t t = 0; t < tasks; t++, which /= PLACES)
        if (which % PLACES == 2)
            mw_str_printf(text, "Task k%u GPU;", t);
        else
            mw_str_printf(text, "Task k%u CPU; SingleTaskMap k%u f%u;", t, t, which % PLACES);
}

static void no_mapper_goes_below_the_bound_and_some_reach_it(void **state) {
    (void)state;
    mw_rng rng = {7};
    uint32_t reached = 0;
    for (int p = 0; p < PROGRAMS; p++) {
        mw_str graph = {0};
        uint32_t tasks = small_program(&rng, &graph), mappers = 2;
        for (uint32_t t = 0; t < tasks; t++)
            mappers *= PLACES;
        double best_us = INFINITY, bound_us = 0;
        for (uint32_t which = 0; which < mappers; which++) {
            mw_str mapper = {0};
            mapper_of(which, tasks, &mapper);
            simulated s = simulated_run("cpu 2 2; gpu 1 9 2; submit 1; complete 0.5;"
                                        "reach cpu SYSMEM0 2; reach gpu FBMEM0 20;"
                                        "link in SYSMEM0 FBMEM0 4 1; link out FBMEM0 SYSMEM0 4 1",
                                        mw_str_text(&graph), mw_str_text(&mapper));
            bound_us = bound_of(&s).bound_us;
            best_us = fmin(best_us, s.line.makespan_us);
            if (s.line.makespan_us < bound_us * (1 - 1e-12))
                fail_msg("%g us is below the bound of %g: %s%s", s.line.makespan_us, bound_us,
                         mw_str_text(&graph), mw_str_text(&mapper));
            simulated_end(&s);
            mw_str_clear(&mapper);
        }
        reached += best_us <= bound_us + 2.5 * tasks; // but for submissions and latencies
        mw_str_clear(&graph);
    }
    assert_in_range(reached, PROGRAMS / 4, PROGRAMS);
}

int main(void) {
    const struct CMUnitTest bound[] = {
        cmocka_unit_test(a_chain_is_bounded_by_its_tasks_at_their_fastest),
        cmocka_unit_test(independent_tasks_are_bounded_by_all_processors_together),
        cmocka_unit_test(submission_bounds_programs_of_tiny_tasks),
        cmocka_unit_test(no_mapper_goes_below_the_bound_and_some_reach_it),
    };
    return cmocka_run_group_tests(bound, NULL, NULL);
}
