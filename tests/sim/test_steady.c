// tests/sim/test_steady.c: the inner loop of every optimizer: runs allocate nothing once they have
// been made, and simulators that share a graph run in parallel with the same result.
#include "sim/simulated.h"
#include "support/random_case.h"
#include <pthread.h>
#include <stdatomic.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define OWN_MALLOC 0 // the sanitizers have theirs
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define OWN_MALLOC 0
#else
#define OWN_MALLOC 1
#endif
#else
#define OWN_MALLOC 1
#endif

static atomic_ulong allocations;

#if OWN_MALLOC
// glibc's own, under these names for programs that replace malloc
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);

__attribute__((visibility("default"))) void *malloc(size_t size) {
    allocations++;
    return __libc_malloc(size);
}
__attribute__((visibility("default"))) void *calloc(size_t count, size_t size) {
    allocations++;
    return __libc_calloc(count, size);
}
__attribute__((visibility("default"))) void *realloc(void *old, size_t size) {
    allocations++;
    return __libc_realloc(old, size);
}
#endif

enum { CASES = 60 };

static simulated run_case(uint64_t seed) {
    random_case c = random_case_of(seed);
    simulated s =
        simulated_run(mw_str_text(&c.machine), mw_str_text(&c.graph), mw_str_text(&c.mapper));
    random_case_clear(&c);
    return s;
}

static void a_run_after_the_first_allocates_nothing(void **state) {
    (void)state;
    if (!OWN_MALLOC)
        skip();
    unsigned long before_all = allocations;
    for (uint64_t seed = 1; seed <= CASES; seed++) {
        simulated s = run_case(seed);
        unsigned long before = allocations;
        assert_int_equal(mw_sim_run(s.sim, s.plan, NULL, &s.line, NULL), MW_OK);
        assert_int_equal(allocations - before, 0);
        simulated_end(&s);
    }
    assert_true(allocations > before_all); // they are counted
}

static uint64_t allocations_of_planning(uint32_t launches) {
    mw_str text = {0};
    mw_str_add(&text, "kind a cpu=1; region x 8;");
    for (uint32_t l = 0; l < launches; l++)
        mw_str_add(&text, "launch a 2; task a[0] r x; task a[1] r x;");
    simulated s = simulated_run("cpu 2", mw_str_text(&text), "");
    unsigned long before = allocations;
    mw_plan *again = NULL;
    assert_int_equal(mw_plan_new(s.graph, s.machine, s.program, &again, s.diags), MW_OK);
    unsigned long used = allocations - before;
    mw_plan_free(again);
    simulated_end(&s);
    mw_str_clear(&text);
    return used;
}

static void planning_allocates_no_more_often_for_more_tasks(void **state) {
    (void)state;
    if (!OWN_MALLOC)
        skip();
    assert_int_equal(allocations_of_planning(10), allocations_of_planning(200));
}

static bool same_lines(const simulated *s, const mw_timeline *a, const mw_timeline *b) {
    return a->makespan_us == b->makespan_us && a->copy_count == b->copy_count &&
           memcmp(a->tasks, b->tasks, sizeof *a->tasks * a->task_count) == 0 &&
           (a->copy_count == 0 ||
            memcmp(a->copies, b->copies, sizeof *a->copies * a->copy_count) == 0) &&
           memcmp(a->start_order, b->start_order, sizeof(uint32_t) * a->task_count) == 0 &&
           memcmp(a->mem_peak_bytes, b->mem_peak_bytes, sizeof(uint64_t) * s->machine->mem_count) ==
               0;
}

static void a_second_run_gives_the_same_bytes(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= CASES; seed++) {
        simulated s = run_case(seed), t = run_case(seed);
        assert_int_equal(mw_sim_run(t.sim, t.plan, NULL, &t.line, NULL), MW_OK); // once more
        assert_true(same_lines(&s, &s.line, &t.line));
        simulated_end(&s);
        simulated_end(&t);
    }
}

/** One thread's work: its own simulator and plan on a graph that others use, too. */
typedef struct worker {
    simulated *shared;
    mw_sim *sim;
    mw_plan *plan;
    mw_program *program;
    mw_timeline line;
    bool good;
} worker;

static void *evaluate(void *of) {
    worker *w = of;
    simulated *s = w->shared;
    mw_diags *diags = mw_diags_new();
    w->sim = mw_sim_new(s->graph, s->edges, s->machine);
    w->good = w->sim != NULL;
    for (int i = 0; i < 5 && w->good; i++) {
        mw_plan_free(w->plan);
        w->plan = NULL;
        w->good = mw_plan_new(s->graph, s->machine, w->program, &w->plan, diags) == MW_OK &&
                  mw_sim_run(w->sim, w->plan, NULL, &w->line, diags) == MW_OK;
    }
    mw_diags_free(diags);
    return NULL;
}

static void threads_that_share_a_graph_give_the_same_bytes_as_one(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= CASES / 3; seed++) {
        random_case c = random_case_of(seed);
        simulated s = run_case(seed);
        worker w[3] = {{.shared = &s}, {.shared = &s}, {.shared = &s}};
        pthread_t threads[3];
        for (int i = 0; i < 3; i++) {
            const char *text = mw_str_text(&c.mapper);
            assert_int_equal(
                mw_program_parse("test", text, strlen(text), NULL, &w[i].program, NULL), MW_OK);
            assert_int_equal(pthread_create(&threads[i], NULL, evaluate, &w[i]), 0);
        }
        for (int i = 0; i < 3; i++) {
            pthread_join(threads[i], NULL);
            assert_true(w[i].good);
            assert_true(same_lines(&s, &s.line, &w[i].line));
            mw_sim_free(w[i].sim);
            mw_plan_free(w[i].plan);
            mw_program_free(w[i].program);
        }
        simulated_end(&s);
        random_case_clear(&c);
    }
}

int main(void) {
    const struct CMUnitTest steady[] = {
        cmocka_unit_test(a_run_after_the_first_allocates_nothing),
        cmocka_unit_test(planning_allocates_no_more_often_for_more_tasks),
        cmocka_unit_test(a_second_run_gives_the_same_bytes),
        cmocka_unit_test(threads_that_share_a_graph_give_the_same_bytes_as_one),
    };
    return cmocka_run_group_tests(steady, NULL, NULL);
}
