// tests/graph/test_kernels.c: kernels.json put into a recorded graph, and what is wrong with one.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "graph/image.h"
#include "graph/kernels.h"
#include "support/tiny.h"

/** `axpy` reads x (argument 0) and updates y (1); elements have 8 bytes. `dot` has one argument. */
static mw_graph *program(void) {
    return tiny_graph("kind axpy cpu,gpu; kind dot cpu; region x 800 2; region y 1600 2;"
                      "task axpy[0] r x[0] rw y[0]; task axpy[1] r x[1] rw y[1] flops 7;"
                      "task dot r x[0]");
}

typedef struct applied {
    mw_graph *before, *after;
    mw_diags *diags;
    mw_status status;
} applied;

/** Quotes in the text are ' for legibility. */
static applied apply(const char *text) {
    char json[4096];
    size_t len = strlen(text);
    assert_true(len < sizeof json);
    memcpy(json, text, len + 1);
    for (char *at = json; (at = strchr(at, '\''));)
        *at = '"';
    applied a = {.before = program(), .diags = mw_diags_new()};
    a.status = mw_kernels_apply(a.before, "k.json", json, len, &a.after, a.diags);
    return a;
}

static void done(applied *a) {
    mw_graph_free(a->before);
    mw_graph_free(a->after);
    mw_diags_free(a->diags);
}

static const mw_walk *walk(const applied *a, uint32_t argument, mw_proc_kind on) {
    return mw_graph_walk(a->after, 0, argument, on);
}

static void what_is_said_is_in_the_graph_and_the_rest_is_as_assumed(void **state) {
    (void)state;
    applied a = apply("{'kinds': {'axpy': {"
                      "'flops': {'each': 2, 'per': 'element', 'at': 1, 'why': 'a * x, + y'},"
                      "'arguments': [{'at': 1, 'passes': 3, 'why': 'r, w and a prefetch'}],"
                      "'on': {'CPU': {'compute': 0.25, 'access': 0.5, 'why': 'scalar'},"
                      "       'GPU': {'precision': 'f32', 'align': 128, 'why': 'half'}}}}}");
    assert_int_equal(a.status, MW_OK);
    assert_int_equal(mw_diags_count(a.diags), 0);
    const mw_kind *axpy = &a.after->kinds[0];
    assert_true(axpy->kernel[MW_PROC_CPU].flop_efficiency == 0.25f);
    assert_true(axpy->kernel[MW_PROC_GPU].flop_efficiency == mw_kernel_default().flop_efficiency);
    assert_int_equal(axpy->kernel[MW_PROC_CPU].f32, 0);
    assert_int_equal(axpy->kernel[MW_PROC_GPU].f32, 1);
    for (unsigned layout = 0; layout < 4; layout++)
        assert_true(mw_walk_share(walk(&a, 0, MW_PROC_CPU), layout) == 0.5);
    assert_int_equal(walk(&a, 1, MW_PROC_GPU)->align, 128);
    assert_true(a.after->arguments[axpy->first_argument].passes == 1);
    assert_true(a.after->arguments[axpy->first_argument + 1].passes == 3);
    for (uint32_t t = 0; t < 2; t++) // 1600 bytes of 8-byte elements, 2 flops each
        assert_true(a.after->classes[a.after->tasks[t].cost_class].flops == 2 * 1600 / 8);
    assert_true(a.after->classes[a.after->tasks[2].cost_class].flops == 0);
    done(&a);
}

static void the_given_graph_is_left_alone(void **state) {
    (void)state;
    applied a = apply("{'kinds': {'axpy': {'on': {'CPU': {'compute': 0.125, 'why': 'x'}}}}}");
    assert_int_equal(a.status, MW_OK);
    assert_true(a.before->kinds[0].kernel[MW_PROC_CPU].flop_efficiency ==
                mw_kernel_default().flop_efficiency);
    done(&a);
}

static void the_result_passes_as_a_file(void **state) {
    (void)state;
    applied a =
        apply("{'kinds': {'dot': {'on': {'CPU': {'accepts': ['AOS C_order'], 'why': 'x'}}}}}");
    assert_int_equal(a.status, MW_OK);
    const struct mw_graph_inner *in = a.after->inner;
    assert_int_equal(mw_image_check(in->image, in->bytes, "t.mwg", a.diags), MW_OK);
    done(&a);
}

static void bytes_per_element_become_passes(void **state) {
    (void)state;
    applied a = apply("{'kinds': {'axpy': {'arguments': "
                      "[{'from': 0, 'bytes_per_element': 4, 'why': 'every other word'}]}}}");
    assert_int_equal(a.status, MW_OK);
    assert_true(a.after->arguments[0].passes == 0.5f && a.after->arguments[1].passes == 0.5f);
    done(&a);
}

static void two_words_for_a_layout_go_before_one(void **state) {
    (void)state;
    applied a = apply("{'kinds': {'axpy': {'on': {'GPU': {'why': 'x', 'access': "
                      "{'SOA F_order': 0.75, 'F_order': 0.5, 'C_order': 0.25}}}}}}");
    assert_int_equal(a.status, MW_OK);
    const mw_walk *w = walk(&a, 0, MW_PROC_GPU);
    assert_true(w->byte_efficiency[0][0] == 0.75f && w->byte_efficiency[1][0] == 0.5f);
    assert_true(w->byte_efficiency[0][1] == 0.25f && w->byte_efficiency[1][1] == 0.25f);
    done(&a);
}

static void an_argument_s_own_entry_refines_its_kernel_s(void **state) {
    (void)state;
    applied a = apply("{'kinds': {'axpy': {'on': {'GPU': {'access': 0.5, 'align': 64, 'why': 'x',"
                      "'arguments': [{'at': 1, 'accepts': ['F_order'], 'why': 'BLAS'}]}}}}}");
    assert_int_equal(a.status, MW_OK);
    assert_int_equal(walk(&a, 0, MW_PROC_GPU)->refused, 0);
    assert_int_equal(walk(&a, 1, MW_PROC_GPU)->refused, 0xA); // both C_order layouts
    assert_int_equal(walk(&a, 1, MW_PROC_GPU)->align, 64);
    assert_true(mw_walk_share(walk(&a, 1, MW_PROC_GPU), 0) == 0.5);
    assert_int_equal(walk(&a, 1, MW_PROC_CPU)->refused, 0);
    done(&a);
}

static void a_kind_that_the_run_did_not_submit_is_no_slip_unless_it_looks_like_one(void **state) {
    (void)state;
    applied a = apply("{'kinds': {'checksum': {}, 'axpy': {}}}");
    assert_int_equal(a.status, MW_OK);
    assert_int_equal(mw_diags_count(a.diags), 0);
    done(&a);
    a = apply("{'kinds': {'axpi': {}}}");
    assert_int_equal(a.status, MW_OK);
    assert_int_equal(mw_diags_count(a.diags), 1);
    assert_int_equal(mw_diags_at(a.diags, 0)->code, MW_KERNELS_UNKNOWN_KIND);
    assert_string_equal(mw_diags_at(a.diags, 0)->hint, "did you mean \"axpy\"?");
    done(&a);
}

static void what_is_wrong_is_told_with_its_place(void **state) {
    (void)state;
    static const struct {
        const char *json, *path;
        mw_diag_code code;
    } WRONG[] = {
        {"[]", "$", MW_JSON_TYPE},
        {"{}", "$", MW_JSON_MISSING},
        {"{'kinds': []}", "$.kinds", MW_JSON_TYPE},
        {"{'kinds': {'axpy': 3}}", "$.kinds.axpy", MW_JSON_TYPE},
        {"{'kinds': {'other': 3}}", "$.kinds.other", MW_JSON_TYPE},
        {"{'kinds': {}, 'kind': 1}", "$", MW_JSON_UNKNOWN},
        {"{'kinds': {'axpy': {'flop': 1}}}", "$.kinds.axpy", MW_JSON_UNKNOWN},
        {"{'kinds': {'axpy': {'on': {'CPU': {'compute': 1}}}}}", "$.kinds.axpy.on.CPU",
         MW_JSON_MISSING}, // its reason
        {"{'kinds': {'axpy': {'on': {'CPU': {'why': ''}}}}}", "$.kinds.axpy.on.CPU.why",
         MW_JSON_TYPE},
        {"{'kinds': {'axpy': {'on': {'CPU': {'compute': 1.5, 'why': 'x'}}}}}",
         "$.kinds.axpy.on.CPU.compute", MW_JSON_TYPE},
        {"{'kinds': {'axpy': {'on': {'CPU': {'compute': 0, 'why': 'x'}}}}}",
         "$.kinds.axpy.on.CPU.compute", MW_JSON_TYPE},
        {"{'kinds': {'axpy': {'on': {'CPU': {'access': -1, 'why': 'x'}}}}}",
         "$.kinds.axpy.on.CPU.access", MW_JSON_TYPE},
        {"{'kinds': {'axpy': {'on': {'TPU': {'why': 'x'}}}}}", "$.kinds.axpy.on", MW_JSON_UNKNOWN},
        {"{'kinds': {'axpy': {'on': {'CPU': {'precision': 'f16', 'why': 'x'}}}}}",
         "$.kinds.axpy.on.CPU.precision", MW_JSON_TYPE},
        {"{'kinds': {'axpy': {'on': {'CPU': {'align': 48, 'why': 'x'}}}}}",
         "$.kinds.axpy.on.CPU.align", MW_JSON_TYPE},
        {"{'kinds': {'axpy': {'on': {'CPU': {'accepts': [], 'why': 'x'}}}}}",
         "$.kinds.axpy.on.CPU.accepts", MW_KERNELS_CONFLICT},
        {"{'kinds': {'axpy': {'on': {'CPU': {'accepts': ['rows'], 'why': 'x'}}}}}",
         "$.kinds.axpy.on.CPU.accepts[0]", MW_JSON_TYPE},
        {"{'kinds': {'axpy': {'on': {'CPU': {'access': {'SOA': 1}, 'why': 'x'}}}}}",
         "$.kinds.axpy.on.CPU.access", MW_JSON_MISSING},
        {"{'kinds': {'axpy': {'on': {'CPU': {'access': {'SOA': 1, 'F_order': 1, 'AOS': 1},"
         "'why': 'x'}}}}}",
         "$.kinds.axpy.on.CPU.access", MW_KERNELS_CONFLICT},
        {"{'kinds': {'axpy': {'on': {'CPU': {'access': {'SAO': 1}, 'why': 'x'}}}}}",
         "$.kinds.axpy.on.CPU.access", MW_JSON_TYPE},
        {"{'kinds': {'axpy': {'on': {'CPU': {'why': 'x', 'arguments': [{'why': 'y'}]}}}}}",
         "$.kinds.axpy.on.CPU.arguments[0]", MW_JSON_MISSING},
        {"{'kinds': {'axpy': {'on': {'CPU': {'why': 'x', 'arguments': "
         "[{'at': 1, 'from': 1, 'why': 'y'}]}}}}}",
         "$.kinds.axpy.on.CPU.arguments[0]", MW_JSON_MISSING},
        {"{'kinds': {'axpy': {'on': {'CPU': {'why': 'x', 'arguments': "
         "[{'at': 63, 'access': 7, 'why': 'y'}]}}}}}",
         "$.kinds.axpy.on.CPU.arguments[0].access", MW_JSON_TYPE},
        {"{'kinds': {'axpy': {'arguments': [{'at': 64, 'passes': 1, 'why': 'x'}]}}}",
         "$.kinds.axpy.arguments[0].at", MW_JSON_TYPE},
        {"{'kinds': {'axpy': {'arguments': [{'at': -1, 'passes': 1, 'why': 'x'}]}}}",
         "$.kinds.axpy.arguments[0].at", MW_JSON_TYPE},
        {"{'kinds': {'axpy': {'arguments': [{'at': ['z'], 'passes': 1, 'why': 'x'}]}}}",
         "$.kinds.axpy.arguments[0].at[0]", MW_KERNELS_ARGUMENT},
        {"{'kinds': {'axpy': {'arguments': [{'at': 0, 'why': 'x'}]}}}", "$.kinds.axpy.arguments[0]",
         MW_JSON_MISSING},
        {"{'kinds': {'axpy': {'arguments': "
         "[{'at': 0, 'passes': 1, 'bytes_per_element': 8, 'why': 'x'}]}}}",
         "$.kinds.axpy.arguments[0]", MW_KERNELS_CONFLICT},
        {"{'kinds': {'axpy': {'flops': {'each': 1, 'per': 'row', 'why': 'x'}}}}",
         "$.kinds.axpy.flops.per", MW_JSON_TYPE},
        {"{'kinds': {'axpy': {'flops': {'each': 1, 'per': 'element', 'why': 'x'}}}}",
         "$.kinds.axpy.flops", MW_KERNELS_CONFLICT},
        {"{'kinds': {'axpy': {'flops': {'each': -1, 'per': 'task', 'why': 'x'}}}}",
         "$.kinds.axpy.flops.each", MW_JSON_TYPE},
    };
    for (size_t i = 0; i < MW_COUNT(WRONG); i++) {
        applied a = apply(WRONG[i].json);
        const mw_diag *d = mw_diags_first_error(a.diags);
        if (a.status != MW_ERR_INPUT || !d || a.after)
            fail_msg("%s: no error", WRONG[i].json);
        if (d->code != WRONG[i].code || !d->path || strcmp(d->path, WRONG[i].path) != 0)
            fail_msg("%s: MW%d at %s: %s", WRONG[i].json, d->code, d->path ? d->path : "no place",
                     d->message);
        assert_string_equal(d->file, "k.json");
        done(&a);
    }
}

static void a_text_cut_anywhere_is_refused(void **state) {
    (void)state;
    static const char TEXT[] =
        "{\"kinds\": {\"axpy\": {\"flops\": {\"each\": 2, \"per\": \"element\", \"at\": 1, "
        "\"why\": \"x\"}, \"on\": {\"GPU\": {\"access\": {\"SOA\": 0.5, \"AOS\": 0.25}, "
        "\"accepts\": [\"F_order\"], \"why\": \"y\"}}}}}";
    mw_graph *g = program();
    for (size_t len = 0; len < sizeof TEXT; len++) {
        mw_graph *after = NULL;
        mw_diags *diags = mw_diags_new();
        mw_status status = mw_kernels_apply(g, "k.json", TEXT, len, &after, diags);
        assert_int_equal(status, len == sizeof TEXT - 1 ? MW_OK : MW_ERR_INPUT);
        assert_int_equal(mw_diags_errors(diags), len == sizeof TEXT - 1 ? 0 : 1);
        mw_graph_free(after);
        mw_diags_free(diags);
    }
    mw_graph_free(g);
}

int main(void) {
    const struct CMUnitTest kernels[] = {
        cmocka_unit_test(what_is_said_is_in_the_graph_and_the_rest_is_as_assumed),
        cmocka_unit_test(the_given_graph_is_left_alone),
        cmocka_unit_test(the_result_passes_as_a_file),
        cmocka_unit_test(bytes_per_element_become_passes),
        cmocka_unit_test(two_words_for_a_layout_go_before_one),
        cmocka_unit_test(an_argument_s_own_entry_refines_its_kernel_s),
        cmocka_unit_test(a_kind_that_the_run_did_not_submit_is_no_slip_unless_it_looks_like_one),
        cmocka_unit_test(what_is_wrong_is_told_with_its_place),
        cmocka_unit_test(a_text_cut_anywhere_is_refused),
    };
    return cmocka_run_group_tests(kernels, NULL, NULL);
}
