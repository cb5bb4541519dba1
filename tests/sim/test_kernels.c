// tests/sim/test_kernels.c: kernel data in the simulator: each time follows from the roofline.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "graph/kernels.h"
#include "sim/sim.h"
#include "support/tiny.h"

typedef struct simulated {
    mw_status status;
    double makespan_us;
    mw_diags *diags;
} simulated;

/** One task of 1e6 bytes and 1e6 flops on a GPU of 1 GFLOP/s that reaches its memory at 1 GB/s:
 * 1000 us each way at full efficiency. The data are in that memory to begin with: the only one. */
static simulated simulate(const char *kernels, const char *mapper) {
    char json[1024];
    mw_machine *m = tiny_machine("cpu 1; mem FBMEM 1e9; gpu 1 1; reach gpu0 FBMEM0 1");
    mw_graph *plain = tiny_graph("kind k gpu; region r 1e6; task k w r flops 1e6"), *g = NULL;
    snprintf(json, sizeof json, "{\"kinds\": {\"k\": {\"on\": {\"GPU\": {%s, \"why\": \"x\"}}}}}",
             kernels);
    for (char *at = json; (at = strchr(at, '\''));)
        *at = '"';
    simulated s = {.diags = mw_diags_new()};
    assert_int_equal(mw_kernels_apply(plain, "k.json", json, strlen(json), &g, s.diags), MW_OK);
    mw_program *program = NULL;
    mw_lang_options options = {0};
    assert_int_equal(
        mw_program_parse("t.mapper", mapper, strlen(mapper), &options, &program, s.diags), MW_OK);
    mw_plan *plan = NULL;
    assert_int_equal(mw_plan_new(g, m, program, &plan, s.diags), MW_OK);
    mw_edges *edges = mw_edges_new(g);
    mw_sim *sim = mw_sim_new(g, edges, m);
    mw_timeline timeline;
    s.status = mw_sim_run(sim, plan, NULL, &timeline, s.diags);
    s.makespan_us = s.status == MW_OK ? timeline.makespan_us : -1;
    mw_sim_free(sim);
    mw_edges_free(edges);
    mw_plan_free(plan);
    mw_program_free(program);
    mw_graph_free(g);
    mw_graph_free(plain);
    mw_machine_free(m);
    return s;
}

static void takes(const char *kernels, const char *mapper, double us) {
    simulated s = simulate(kernels, mapper);
    assert_int_equal(s.status, MW_OK);
    assert_float_equal(s.makespan_us, us, 1e-3); // efficiencies are kept as floats
    mw_diags_free(s.diags);
}

static void refuses(const char *kernels, const char *mapper, const char *message) {
    simulated s = simulate(kernels, mapper);
    assert_int_equal(s.status, MW_ERR_INPUT);
    assert_int_equal(mw_diags_first_error(s.diags)->code, MW_LAYOUT_REFUSED);
    assert_string_equal(mw_diags_first_error(s.diags)->message, message);
    assert_non_null(mw_diags_first_error(s.diags)->hint);
    mw_diags_free(s.diags);
}

static void the_longer_of_computing_and_moving_bytes_counts(void **state) {
    (void)state;
    takes("'compute': 0.5, 'access': 1", "", 2000);
    takes("'compute': 1, 'access': 0.25", "", 4000);
}

static void the_share_of_the_bandwidth_is_the_layout_s(void **state) {
    (void)state;
    const char *kernels = "'compute': 1, 'access': {'SOA': 0.5, 'AOS F_order': 0.25, "
                          "'AOS C_order': 0.125}";
    takes(kernels, "", 2000);
    takes(kernels, "Layout k * * SOA C_order;", 2000);
    takes(kernels, "Layout k * * AOS F_order;", 4000);
    takes(kernels, "Layout k * * AOS C_order;", 8000);
}

static void a_refused_layout_names_what_is_wanted_and_what_it_got(void **state) {
    (void)state;
    refuses("'accepts': ['F_order']", "Layout k * * AOS C_order;",
            "the GPU kernel of task 'k' wants argument 0 (region 'r') in SOA F_order or AOS "
            "F_order, and got AOS C_order");
    takes("'accepts': ['F_order'], 'compute': 1, 'access': 1", "Layout k * * AOS F_order;", 1000);
}

static void without_a_rule_the_kernel_gets_a_layout_that_it_accepts(void **state) {
    (void)state;
    takes("'accepts': ['C_order'], 'compute': 1, 'access': {'SOA': 0.25, 'AOS': 0.5}", "", 2000);
}

static void an_alignment_that_the_kernel_cannot_use_is_refused(void **state) {
    (void)state;
    const char *kernels = "'align': 64, 'compute': 1, 'access': 1";
    takes(kernels, "", 1000);
    takes(kernels, "Layout k * * SOA;", 1000);
    takes(kernels, "Layout k * * SOA Align==128;", 1000);
    takes(kernels, "Layout k * * SOA Align>=16;", 1000); // leaves the engine free
    refuses(kernels, "Layout k * * SOA Align==16;",
            "the GPU kernel of task 'k' wants argument 0 (region 'r') aligned to 64 bytes, "
            "and got Align==16");
    refuses(kernels, "Layout k * * SOA Align<64;",
            "the GPU kernel of task 'k' wants argument 0 (region 'r') aligned to 64 bytes, "
            "and got Align==32");
}

int main(void) {
    const struct CMUnitTest kernels[] = {
        cmocka_unit_test(the_longer_of_computing_and_moving_bytes_counts),
        cmocka_unit_test(the_share_of_the_bandwidth_is_the_layout_s),
        cmocka_unit_test(a_refused_layout_names_what_is_wanted_and_what_it_got),
        cmocka_unit_test(without_a_rule_the_kernel_gets_a_layout_that_it_accepts),
        cmocka_unit_test(an_alignment_that_the_kernel_cannot_use_is_refused),
    };
    return cmocka_run_group_tests(kernels, NULL, NULL);
}
