// tests/guide/asked.h: a machine, a program and a mapper as texts (tiny.h has their words), and
// what AutoGuide says about them.
#pragma once
#include "graph/kernels.h"
#include "guide/feedback.h"
#include "support/tiny.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

typedef struct asked {
    mw_machine *machine;
    mw_graph *graph;
    mw_edges *edges;
    mw_lab *lab;
    const char *mapper;
    mw_feedback *said; ///< NULL until asked_about()
} asked;

/** @param kernels  kernels.json with ' for ", or NULL */
static inline asked asked_on(const char *machine, const char *graph, const char *kernels) {
    asked a = {.machine = tiny_machine(machine), .graph = tiny_graph(graph)};
    if (kernels) {
        char json[1024];
        mw_graph *plain = a.graph;
        snprintf(json, sizeof json, "%s", kernels);
        for (char *at = json; (at = strchr(at, '\''));)
            *at = '"';
        assert_int_equal(mw_kernels_apply(plain, "k.json", json, strlen(json), &a.graph, NULL),
                         MW_OK);
        mw_graph_free(plain);
    }
    a.edges = mw_edges_new(a.graph);
    assert_non_null(a.edges);
    assert_int_equal(mw_lab_new(a.graph, a.edges, a.machine, &a.lab), MW_OK);
    return a;
}

static inline const mw_feedback *asked_about(asked *a, const char *mapper,
                                             mw_feedback_level level) {
    mw_feedback_question q = {.name = "test", .mapper = mapper, .level = level};
    mw_feedback_free(a->said);
    a->said = NULL;
    a->mapper = mapper;
    assert_int_equal(mw_feedback_new(a->lab, &q, &a->said), MW_OK);
    return a->said;
}

static inline void asked_end(asked *a) {
    mw_feedback_free(a->said);
    mw_lab_free(a->lab);
    mw_edges_free(a->edges);
    mw_graph_free(a->graph);
    mw_machine_free(a->machine);
}

/** All of it, for a test that fails. */
static inline void asked_show(const asked *a) {
    mw_str text = {0};
    mw_feedback_text(a->said, &text);
    print_error("%s\n", mw_str_text(&text));
    mw_str_clear(&text);
}

/** Simulates a mapper apart from the lab that gave the advice. < 0: it does not run. */
static inline double asked_time(const asked *a, const char *mapper) {
    mw_lab *other = NULL;
    assert_int_equal(mw_lab_new(a->graph, a->edges, a->machine, &other), MW_OK);
    double us =
        mw_lab_load(other, "taken", mapper, NULL) == MW_OK ? mw_lab_now(other).makespan_us : -1;
    mw_lab_free(other);
    return us;
}

/** The first suggestion names this situation, its statements hold that word, and putting them on
 * top of the mapper gives the time that was predicted, which is a gain. */
static inline void asked_first_is(asked *a, mw_situation situation, const char *word) {
    const mw_feedback *f = a->said;
    if (f->suggestion_count == 0 || f->suggestions[0].situation != situation ||
        !strstr(f->suggestions[0].statements, word)) {
        asked_show(a);
        fail_msg("the first suggestion is not about '%s' with '%s'", mw_situation_name(situation),
                 word);
    }
    const mw_suggestion *s = &f->suggestions[0];
    mw_str with = {0};
    mw_lab_compose(&with, s->statements, a->mapper);
    assert_true(asked_time(a, mw_str_text(&with)) == s->predicted_us);
    mw_str_clear(&with);
    if (f->outcome != MW_OUTCOME_PERFORMANCE)
        return;
    assert_true(f->makespan_us == asked_time(a, a->mapper));
    assert_true(s->predicted_us < f->makespan_us);
    assert_float_equal(s->gain, 1 - s->predicted_us / f->makespan_us, 1e-12);
    for (uint32_t i = 1; i < f->suggestion_count; i++)
        assert_true(f->suggestions[i].gain <= s->gain * 1.01 + 0.005); // near-ties: the shorter one
}
