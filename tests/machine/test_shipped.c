// tests/machine/test_shipped.c: the machines that come with Mapwright, and node counts.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "machine/machine.h"

static mw_machine *load(const char *name) {
    mw_machine *m = NULL;
    mw_diags *diags = mw_diags_new();
    char path[256];
    size_t len = strcspn(name, ":");
    snprintf(path, sizeof path, MW_TESTS "/../machines/%.*s.json%s", (int)len, name, name + len);
    if (mw_machine_load(path, &m, diags) != MW_OK)
        fail_msg("%s: %s", name, mw_diags_first_error(diags)->message);
    mw_diags_free(diags);
    return m;
}

static uint32_t mem_of(const mw_machine *m, mw_mem_kind kind, uint32_t node, uint32_t index) {
    for (uint32_t i = 0; i < m->mem_count; i++)
        if (m->mems[i].kind == kind && m->mems[i].node == node && m->mems[i].index == index)
            return i;
    fail_msg("no %s %u on node %u", mw_mem_kind_name(kind), index, node);
    return 0;
}

static double gbps(const mw_machine *m, uint32_t from, uint32_t to) {
    return mw_machine_route(m, from, to).gbps;
}

static void a_node_count_multiplies_everything(void **state) {
    (void)state;
    mw_machine *one = load("lassen:1"), *many = load("lassen:16");
    assert_int_equal(many->nodes, 16);
    assert_int_equal(many->proc_count, 16 * one->proc_count);
    assert_int_equal(many->mem_count, 16 * one->mem_count);
    assert_int_equal(many->link_count, 16 * one->link_count);
    for (int k = 0; k < MW_PROC_KINDS; k++) // Machine(KIND) is (nodes, processors on one)
        assert_int_equal(many->procs_of_kind[k], one->procs_of_kind[k]);
    mw_machine_free(one);
    mw_machine_free(many);
}

static void memories_of_two_nodes_are_joined_by_their_own_links(void **state) {
    (void)state;
    mw_machine *m = load("lassen:3");
    uint32_t a = mem_of(m, MW_MEM_FBMEM, 0, 0), b = mem_of(m, MW_MEM_FBMEM, 2, 3);
    mw_route r = mw_machine_route(m, a, b);
    assert_float_equal(r.gbps, 12.5, 0); // one rail of EDR
    assert_int_equal(r.link_count, 4);   // NVLink, rail; rail, NVLink
    assert_string_equal(m->links[r.links[0]].name, "n0.nvlink0<");
    assert_string_equal(m->links[r.links[1]].name, "n0.ib0>");
    assert_string_equal(m->links[r.links[2]].name, "n2.ib1<");
    assert_string_equal(m->links[r.links[3]].name, "n2.nvlink3>");
    assert_float_equal(r.latency_us, 2 + 0.6 + 0.6 + 2, 1e-12);
    mw_machine_free(m);
}

static void the_cluster_is_made_of_p100x4(void **state) {
    (void)state;
    mw_machine *one = load("p100x4"), *node = load("p100x4-cluster:1");
    for (int k = 0; k < MW_PROC_KINDS; k++) {
        assert_int_equal(node->procs_of_kind[k], one->procs_of_kind[k]);
        uint32_t p = mw_machine_proc(one, (mw_proc_kind)k, 0, 0);
        if (p != MW_NO_ID)
            assert_memory_equal(&one->procs[p],
                                &node->procs[mw_machine_proc(node, (mw_proc_kind)k, 0, 0)],
                                sizeof *one->procs);
    }
    for (uint32_t from = 0; from < one->mem_count; from++)
        for (uint32_t to = 0; to < one->mem_count; to++) {
            const mw_mem *a = &one->mems[from], *b = &one->mems[to];
            uint32_t x = mem_of(node, a->kind, 0, a->index), y = mem_of(node, b->kind, 0, b->index);
            assert_true(node->mems[x].bytes == a->bytes);
            assert_true(gbps(one, from, to) == gbps(node, x, y));
        }
    mw_machine_free(one);
    mw_machine_free(node);
}

static void two_gpus_of_a_socket_share_its_root_whatever_they_read(void **state) {
    (void)state;
    mw_machine *m = load("p100x4");
    mw_route a = mw_machine_route(m, mem_of(m, MW_MEM_SYSMEM, 0, 0), mem_of(m, MW_MEM_FBMEM, 0, 0));
    mw_route b = mw_machine_route(m, mem_of(m, MW_MEM_ZCMEM, 0, 0), mem_of(m, MW_MEM_FBMEM, 0, 1));
    bool shared = false;
    for (uint32_t i = 0; i < a.link_count; i++)
        for (uint32_t k = 0; k < b.link_count; k++)
            shared = shared || a.links[i] == b.links[k];
    assert_true(shared);
    assert_float_equal(a.gbps, 12, 0);
    mw_machine_free(m);
}

static void nvlink_joins_what_it_joins(void **state) {
    (void)state;
    mw_machine *p100 = load("p100x4"), *lassen = load("lassen:1"), *h200 = load("h200x8");
    for (uint32_t a = 0; a < 4; a++)
        for (uint32_t b = 0; b < 4; b++) {
            uint32_t x = mem_of(p100, MW_MEM_FBMEM, 0, a), y = mem_of(p100, MW_MEM_FBMEM, 0, b);
            assert_true(a == b || gbps(p100, x, y) == 20);
            x = mem_of(lassen, MW_MEM_FBMEM, 0, a), y = mem_of(lassen, MW_MEM_FBMEM, 0, b);
            assert_true(a == b || gbps(lassen, x, y) == (a / 2 == b / 2 ? 75 : 64)); // else X bus
        }
    for (uint32_t a = 0; a < 8; a++)
        for (uint32_t b = 0; b < 8; b++)
            assert_true(a == b || gbps(h200, mem_of(h200, MW_MEM_FBMEM, 0, a),
                                       mem_of(h200, MW_MEM_FBMEM, 0, b)) == 450);
    mw_machine_free(p100);
    mw_machine_free(lassen);
    mw_machine_free(h200);
}

static void a_machine_without_a_network_has_one_node(void **state) {
    (void)state;
    static const char *const WRONG[] = {"p100x4.json:2", "cpu2.json:0",    "lassen.json:65537",
                                        "lassen.json:",  "lassen.json:-1", "lassen.json:1e3"};
    for (size_t i = 0; i < MW_COUNT(WRONG); i++) {
        char path[256];
        snprintf(path, sizeof path, MW_TESTS "/../machines/%s", WRONG[i]);
        mw_machine *m = NULL;
        mw_diags *diags = mw_diags_new();
        assert_int_equal(mw_machine_load(path, &m, diags), MW_ERR_INPUT);
        assert_int_equal(mw_diags_first_error(diags)->code, MW_MACHINE_NODES);
        mw_diags_free(diags);
    }
}

static void a_thousand_nodes_load(void **state) {
    (void)state;
    mw_machine *m = load("lassen:1024");
    assert_int_equal(m->procs_of_kind[MW_PROC_GPU] * m->nodes, 4096);
    mw_machine_free(m);
}

/** Every number has its source beside it. */
static void everything_says_where_it_is_from(void **state) {
    (void)state;
    static const char *const NAMES[] = {"p100x4", "p100x4-cluster", "lassen", "h200x8"};
    static const char *const LISTS[] = {"processors", "memories", "links", "network", "affinities"};
    for (size_t i = 0; i < MW_COUNT(NAMES); i++) {
        char path[256];
        snprintf(path, sizeof path, MW_TESTS "/../machines/%s.json", NAMES[i]);
        json_t *root = json_load_file(path, 0, NULL);
        assert_true(json_string_length(json_object_get(root, "source")) > 0);
        for (size_t l = 0; l < MW_COUNT(LISTS); l++) {
            size_t index;
            json_t *entry;
            json_array_foreach(json_object_get(root, LISTS[l]), index, entry)
                assert_true(json_string_length(json_object_get(entry, "source")) > 0);
        }
        json_decref(root);
    }
}

int main(void) {
    const struct CMUnitTest shipped[] = {
        cmocka_unit_test(a_node_count_multiplies_everything),
        cmocka_unit_test(memories_of_two_nodes_are_joined_by_their_own_links),
        cmocka_unit_test(the_cluster_is_made_of_p100x4),
        cmocka_unit_test(two_gpus_of_a_socket_share_its_root_whatever_they_read),
        cmocka_unit_test(nvlink_joins_what_it_joins),
        cmocka_unit_test(a_machine_without_a_network_has_one_node),
        cmocka_unit_test(a_thousand_nodes_load),
        cmocka_unit_test(everything_says_where_it_is_from),
    };
    return cmocka_run_group_tests(shipped, NULL, NULL);
}
