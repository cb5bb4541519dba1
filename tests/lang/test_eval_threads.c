// tests/lang/test_eval_threads.c: many threads on one binding decide what one alone decides, while
// the spaces that they share are being made. Built with -fsanitize=thread, also that nothing races.
#include "lang/eval_case.h"
#include <pthread.h>
#include <stdlib.h>

enum { THREADS = 6, DOMAINS = 60 };

static const char TEXT[] = "m = Machine(GPU);\n"
                           "def f(Task t) {\n"
                           "    g = m.auto_split(0, t.ispace).auto_split(2, t.ispace);\n"
                           "    p = t.ipoint;\n"
                           "    return g[*(p * g[:2] / t.ispace), *(p % g[2:])];\n"
                           "}\n";

typedef struct worker {
    const eval_case *c;
    uint32_t first; ///< domain that it starts with
    uint64_t sum[DOMAINS];
} worker;

static uint64_t mix(uint64_t sum, struct mw_pair p) {
    return sum * 31 + p.node * 16 + p.index;
}

/** By whole launches, or point by point. */
static uint64_t sum_of(const eval_case *c, uint32_t domain, bool whole) {
    const int64_t extent[] = {4 + domain % 8, 4 + domain / 8};
    int64_t point[2] = {0};
    mw_task_view view = eval_view(2, extent, point);
    uint64_t sum = 0, volume = eval_volume(2, extent);
    mw_launch_map *map = NULL;
    mw_places one = {0};
    if (mw_launch_map_new(c->binding, 0, &view, &map) != MW_OK)
        return 0;
    for (uint64_t at = 0; at < volume;) {
        mw_point_places block = {.count = 1};
        eval_point(at, 2, extent, point);
        mw_status status = whole ? mw_launch_map_next(map, at, volume - at, &block, NULL)
                                 : mw_binding_place(c->binding, 0, &view, &one, NULL);
        if (status != MW_OK)
            return 0;
        for (uint32_t i = 0; i < block.count; i++)
            sum = mix(sum, whole ? block.pairs[i] : one.pairs[0]);
        at += block.count;
    }
    free(one.pairs);
    mw_launch_map_free(map);
    return sum;
}

static void *work(void *of) {
    worker *w = of;
    for (uint32_t i = 0; i < DOMAINS; i++) {
        uint32_t domain = (w->first + i) % DOMAINS;
        w->sum[domain] = sum_of(w->c, domain, i % 2);
    }
    return NULL;
}

static void threads_on_one_binding_agree(void **state) {
    (void)state;
    eval_case alone, shared;
    assert_true(eval_open(&alone, TEXT, (eval_shape){12, 0, 6, 0}));
    assert_true(eval_open(&shared, TEXT, (eval_shape){12, 0, 6, 0}));
    static worker workers[THREADS];
    pthread_t threads[THREADS];
    for (uint32_t t = 0; t < THREADS; t++) {
        workers[t] = (worker){.c = &shared, .first = t % 2 ? t * DOMAINS / THREADS : 0};
        assert_int_equal(pthread_create(&threads[t], NULL, work, &workers[t]), 0);
    }
    for (uint32_t t = 0; t < THREADS; t++)
        assert_int_equal(pthread_join(threads[t], NULL), 0);
    for (uint32_t d = 0; d < DOMAINS; d++) {
        uint64_t expected = sum_of(&alone, d, false);
        assert_true(expected != 0);
        for (uint32_t t = 0; t < THREADS; t++)
            assert_int_equal(workers[t].sum[d], expected);
    }
    eval_close(&alone);
    eval_close(&shared);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(threads_on_one_binding_agree)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
