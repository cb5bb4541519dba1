// tests/starpu/test_calibrate.c: what the measuring program prints becomes a machine that loads;
// and what it never would print is refused with a place.
#include "starpu/calibrate_inner.h"
#include "machine/machine.h"
#include <string.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#define CPUS                                                                                       \
    "{\"starpu\": \"1.3.10\", \"max_cpu_workers\": 4, \"cpu_workers\": [0, 2, 1], \"gbps\": "      \
    "11.5, "                                                                                       \
    "\"gflops_f64\": 40, \"gflops_f32\": 80, \"submit_us\": 1.5, \"complete_us\": 2.25, "
#define DEVICE                                                                                     \
    "{\"name\": \"d\", \"bytes\": 4096000000, \"gbps\": 300, \"gflops_f64\": 1000, "               \
    "\"gflops_f32\": 2000, \"launch_us\": 7, \"to_gbps\": 10, \"from_gbps\": 8, "                  \
    "\"latency_us\": 3}"

typedef struct reading {
    mw_measured m;
    uint32_t pu[MW_MEASURED_MAX_CPUS];
} reading;

static int new_reading(void **state) {
    return (*state = calloc(1, sizeof(reading))) ? 0 : -1;
}
static int free_reading(void **state) {
    free(*state);
    return 0;
}

static void the_last_line_that_is_an_object_counts(void **state) {
    reading *r = *state;
    assert_true(mw_measured_read("[starpu] calibrating...\n{broken\n" CPUS "\"opencl\": []}\nbye\n",
                                 &r->m, r->pu, NULL));
    assert_int_equal(r->m.cpu_count, 3);
    assert_int_equal(r->pu[1], 2);
    assert_int_equal(r->m.cpu_limit, 4);
    assert_int_equal(r->m.device_count, 0);
    assert_true(r->m.gflops_f32 == 80 && r->m.submit_us == 1.5 && r->m.complete_us == 2.25);
}

static void what_cannot_be_a_measurement_is_refused_with_its_place(void **state) {
    static const struct {
        const char *output, *path;
    } WRONG[] = {
        {"", NULL},
        {"StarPU: no worker\n", NULL},
        {"{\"starpu\": 1}", "$.starpu"},
        {"{\"starpu\": \"1.3.10\", \"max_cpu_workers\": 0}", "$.max_cpu_workers"},
        {CPUS "\"opencl\": 5}", "$.opencl"},
        {CPUS "\"opencl\": [7]}", "$.opencl[0]"},
        {CPUS "\"opencl\": [" DEVICE ", {\"name\": 3}]}", "$.opencl[1].name"},
    };
    reading *r = *state;
    for (size_t i = 0; i < MW_COUNT(WRONG); i++) {
        mw_diags *diags = mw_diags_new();
        assert_false(mw_measured_read(WRONG[i].output, &r->m, r->pu, diags));
        const mw_diag *d = mw_diags_first_error(diags);
        assert_non_null(d);
        assert_string_equal(d->file, "mapwright-probe");
        if (WRONG[i].path)
            assert_string_equal(d->path, WRONG[i].path);
        mw_diags_free(diags);
    }
}

static void every_cut_of_the_output_is_refused_or_read(void **state) {
    static const char WHOLE[] = CPUS "\"opencl\": [" DEVICE "]}";
    reading *r = *state;
    for (size_t len = 0; len < sizeof WHOLE - 1; len++) {
        char *cut = strndup(WHOLE, len);
        assert_false(mw_measured_read(cut, &r->m, r->pu, NULL));
        free(cut);
    }
    assert_true(mw_measured_read(WHOLE, &r->m, r->pu, NULL));
}

/** The machine that a reading describes. */
static mw_machine *described(reading *r) {
    mw_diags *diags = mw_diags_new();
    mw_machine *m = NULL;
    char *json = mw_measured_describe(&r->m);
    assert_non_null(json);
    if (mw_machine_parse("local.json", json, strlen(json), 0, &m, diags) != MW_OK) {
        mw_diags_print(stderr, diags);
        fail_msg("not a machine:\n%s", json);
    }
    free(json);
    mw_diags_free(diags);
    return m;
}

static void processors_and_memory_are_those_that_were_measured(void **state) {
    reading *r = *state;
    assert_true(mw_measured_read(CPUS "\"opencl\": []}", &r->m, r->pu, NULL));
    assert_int_equal(mw_measured_topology(&r->m, r->pu, NULL), MW_OK); // of the machine under test
    mw_machine *m = described(r);
    assert_int_equal(m->nodes, 1);
    assert_int_equal(m->procs_of_kind[MW_PROC_CPU], 3);
    assert_int_equal(m->procs_of_kind[MW_PROC_GPU], 0);
    assert_true(m->procs[0].gflops_f64 == 40 && m->procs[2].gflops_f32 == 80);
    assert_true(m->submit_us == 1.5 && m->complete_us == 2.25);
    uint32_t home = mw_machine_home(m, 0);
    assert_true(m->mems[home].bytes == r->m.memory_bytes && r->m.memory_bytes > 0);
    assert_true(mw_machine_affinity(m, 2, home)->gbps == 11.5);
    mw_machine_free(m);
}

static void an_opencl_device_is_a_gpu_with_a_memory_of_its_own(void **state) {
    reading *r = *state;
    assert_true(mw_measured_read(CPUS "\"opencl\": [" DEVICE ", " DEVICE "]}", &r->m, r->pu, NULL));
    assert_int_equal(mw_measured_topology(&r->m, r->pu, NULL), MW_OK);
    mw_machine *m = described(r);
    assert_int_equal(m->procs_of_kind[MW_PROC_GPU], 2);
    uint32_t gpu = mw_machine_proc(m, MW_PROC_GPU, 0, 1), home = mw_machine_home(m, 0);
    uint32_t memory = mw_machine_best_mem(m, gpu, MW_MEM_FBMEM);
    assert_int_equal(m->mems[memory].index, 1);
    assert_int_equal(m->mems[memory].bytes, 4096000000);
    assert_true(mw_machine_affinity(m, gpu, memory)->gbps == 300);
    assert_true(m->procs[gpu].launch_us == 7 && m->procs[gpu].gflops_f64 == 1000);
    assert_true(mw_machine_route(m, home, memory).gbps == 10);
    assert_true(mw_machine_route(m, memory, home).gbps == 8);
    assert_true(mw_machine_route(m, home, memory).latency_us == 3);
    mw_machine_free(m);
}

int main(void) {
#define READING(test) cmocka_unit_test_setup_teardown(test, new_reading, free_reading)
    const struct CMUnitTest calibration[] = {
        READING(the_last_line_that_is_an_object_counts),
        READING(what_cannot_be_a_measurement_is_refused_with_its_place),
        READING(every_cut_of_the_output_is_refused_or_read),
        READING(processors_and_memory_are_those_that_were_measured),
        READING(an_opencl_device_is_a_gpu_with_a_memory_of_its_own),
    };
    return cmocka_run_group_tests(calibration, NULL, NULL);
}
