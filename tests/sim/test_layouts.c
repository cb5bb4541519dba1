// tests/sim/test_layouts.c: order and alignment of instances: which copies they cause and how much
// memory padding takes. What kernels refuse is in test_kernels.c.
#include "sim/simulated.h"

#define ONE_GPU "cpu 1; gpu 1; link in SYSMEM0 FBMEM0 1; link out FBMEM0 SYSMEM0 1;"

static uint64_t gpu_peak(const simulated *s) {
    for (uint32_t m = 0; m < s->machine->mem_count; m++)
        if (s->machine->mems[m].kind == MW_MEM_FBMEM)
            return s->line.mem_peak_bytes[m];
    return 0;
}

static void an_aligned_instance_is_padded_at_its_end(void **state) {
    (void)state;
    simulated s = simulated_run(ONE_GPU, "kind a gpu=5; region x 10000 1 2; task a r x",
                                "Layout a * FBMEM AOS Align == 4096;");
    assert_int_equal(gpu_peak(&s), 12288); // 3 * 4096
    assert_int_equal(s.line.copies[0].bytes, 10000);
    simulated_end(&s);
}

static void fields_apart_are_padded_each(void **state) {
    (void)state;
    simulated s = simulated_run(ONE_GPU, "kind a gpu=5; region x 10000 1 2; task a r x",
                                "Layout a * FBMEM SOA Align == 4096;");
    assert_int_equal(gpu_peak(&s), 16384); // 5000 bytes, two fields of 2 * 4096
    assert_copy(s, 0, 0, 10);              // padding is not copied, nor is anything transposed
    simulated_end(&s);
}

static void padding_can_be_what_does_not_fit(void **state) {
    (void)state;
    const char *machine = "cpu 1; gpu 1; mem FBMEM 12000; link in SYSMEM0 FBMEM0 1;"
                          "link out FBMEM0 SYSMEM0 1";
    const char *graph = "kind a gpu=5; region x 10000; task a r x";
    simulated s = simulated_run(machine, graph, "Layout a * FBMEM Align == 512;"); // 10240
    simulated_end(&s);
    s = simulated_try(machine, graph, "Layout a * FBMEM Align == 4096;"); // 12288
    assert_int_equal(s.status, MW_ERR_INPUT);
    assert_non_null(strstr(mw_diags_first_error(s.diags)->message, "12288 bytes in FBMEM"));
    simulated_end(&s);
}

static void a_better_aligned_instance_serves_a_lesser_wish(void **state) {
    (void)state;
    const char *graph =
        "kind a gpu=5; kind b gpu=5; region x 10000; task a r x; task b r x after 0";
    simulated s = simulated_run(ONE_GPU, graph,
                                "Layout a * FBMEM Align == 256; Layout b * FBMEM Align == 64;");
    assert_int_equal(s.line.copy_count, 1);
    simulated_end(&s);
    s = simulated_run(ONE_GPU, graph,
                      "Layout a * FBMEM Align == 64; Layout b * FBMEM Align == 256;");
    assert_int_equal(s.line.copy_count, 2);
    simulated_end(&s);
}

static void a_copy_within_a_memory_reads_and_writes_it(void **state) {
    (void)state;
    simulated s = simulated_run("cpu 1; reach cpu SYSMEM0 4",
                                "kind a cpu=5; region x 10000;"
                                "task a r x",
                                "Layout a * SYSMEM Align == 256;");
    assert_copy(s, 0, 0, 5); // 2 * 10000 bytes at 4 GB/s
    simulated_end(&s);
}

int main(void) {
    const struct CMUnitTest layouts[] = {
        cmocka_unit_test(an_aligned_instance_is_padded_at_its_end),
        cmocka_unit_test(fields_apart_are_padded_each),
        cmocka_unit_test(padding_can_be_what_does_not_fit),
        cmocka_unit_test(a_better_aligned_instance_serves_a_lesser_wish),
        cmocka_unit_test(a_copy_within_a_memory_reads_and_writes_it),
    };
    return cmocka_run_group_tests(layouts, NULL, NULL);
}
