// tests/guide/test_random.c: on random programs, machines and mappers: whatever is suggested runs
// in the time that was predicted. A failing case is run by hand from the texts of random_case.h.
#include "guide/asked.h"
#include "support/random_case.h"

enum { CASES = 150 };

static void check(const asked *a, const mw_suggestion *s, unsigned seed) {
    mw_str with = {0};
    mw_lab_compose(&with, s->statements, a->mapper);
    double us = asked_time(a, mw_str_text(&with));
    mw_str_clear(&with);
    if (us != s->predicted_us || s->gain < 0.005 ||
        s->gain != 1 - s->predicted_us / a->said->makespan_us) {
        asked_show(a);
        fail_msg("seed %u: '%s' takes %.17g us, not %.17g", seed, s->what, us, s->predicted_us);
    }
}

static void every_prediction_comes_true(void **state) {
    (void)state;
    unsigned suggestions = 0, helped = 0, situations = 0;
    for (unsigned seed = 1; seed <= CASES; seed++) {
        random_case r = random_case_of(seed);
        asked a = asked_on(mw_str_text(&r.machine), mw_str_text(&r.graph), NULL);
        const mw_feedback *f = asked_about(&a, mw_str_text(&r.mapper), MW_FEEDBACK_SUGGEST);
        for (uint32_t i = 0; i < f->suggestion_count; i++) {
            check(&a, &f->suggestions[i], seed);
            situations |= 1u << f->suggestions[i].situation;
        }
        suggestions += f->suggestion_count;
        helped += f->suggestion_count > 0;
        asked_end(&a);
        random_case_clear(&r);
    }
    // random mappers are bad ones: there is much to suggest, of most kinds
    assert_true(helped > CASES / 2);
    assert_true(suggestions > CASES);
    assert_true(__builtin_popcount(situations) >= 5);
}

int main(void) {
    const struct CMUnitTest random[] = {
        cmocka_unit_test(every_prediction_comes_true),
    };
    return cmocka_run_group_tests(random, NULL, NULL);
}
