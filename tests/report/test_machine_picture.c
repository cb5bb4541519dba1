// tests/report/test_machine_picture.c: a node's wiring drawn with characters.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "report/machine_picture.h"

static void draws(const char *json, bool utf8, const char *expected) {
    char text[4096];
    snprintf(text, sizeof text, "{'name':'t','submit_us':0,'complete_us':0,%s}", json);
    for (char *at = text; (at = strchr(at, '\''));)
        *at = '"';
    mw_machine *m = NULL;
    mw_diags *diags = mw_diags_new();
    if (mw_machine_parse("t.json", text, strlen(text), 0, &m, diags) != MW_OK)
        fail_msg("%s", mw_diags_first_error(diags)->message);
    mw_look look = {.width = 80, .utf8 = utf8};
    mw_str out = {0};
    assert_true(mw_machine_picture(&out, m, &look));
    assert_string_equal(mw_str_text(&out), expected);
    mw_str_clear(&out);
    mw_machine_free(m);
    mw_diags_free(diags);
}

static void one_memory_is_one_line(void **state) {
    (void)state;
    draws("'processors':[{'kind':'CPU','count':2,'gflops_f64':1,'gflops_f32':1}],"
          "'memories':[{'name':'ram','kind':'SYSMEM','bytes':1073741824}],"
          "'affinities':[{'processor':'CPU','memory':'ram','gbps':1}]",
          true, "  ram: SYSMEM, 1.00 GiB, 2 CPU\n");
}

#define NODE                                                                                       \
    "'processors':[{'kind':'GPU','count':2,'gflops_f64':1,'gflops_f32':1}],"                       \
    "'memories':[{'name':'ram','kind':'SYSMEM','bytes':1073741824},"                               \
    "{'name':'fb','kind':'FBMEM','count':2,'bytes':1073741824}],'switches':['root'],"              \
    "'affinities':[{'processor':'GPU','memory':'own FBMEM','gbps':1}],"                            \
    "'network':[{'name':'ib','at':'root','gbps':4,'latency_us':1,'duplex':true}],"                 \
    "'links':[{'name':'up','from':'ram','to':'root','gbps':8,'latency_us':1},"                     \
    "{'name':'a','from':'root','to':'fb0','gbps':4,'back_gbps':2,'latency_us':1,'duplex':true},"   \
    "{'name':'b','from':'fb1','to':'root','gbps':4,'latency_us':1,'duplex':true},"                 \
    "{'name':'nv','from':'fb1','to':'fb0','gbps':9,'latency_us':1,'duplex':true}]"

static void links_are_branches_and_rings_are_marked(void **state) {
    (void)state;
    draws(NODE, true,
          "  root\n"
          "  ├─ up 8.00 GB/s shared ─ ram: SYSMEM, 1.00 GiB\n"
          "  ├─ a 4.00 GB/s there, 2.00 GB/s back ─ fb0: FBMEM, 1.00 GiB, GPU 0\n"
          "  │  ╰─ nv 9.00 GB/s each way = fb1\n"
          "  ├─ b 4.00 GB/s each way ─ fb1: FBMEM, 1.00 GiB, GPU 1\n"
          "  ╰─ ib 4.00 GB/s each way ─ network\n");
}

static void many_nodes_are_drawn_once_and_without_utf_8_in_ascii(void **state) {
    (void)state;
    draws("'nodes':3," NODE, false,
          "  root\n"
          "  |- up 8.00 GB/s shared - ram: SYSMEM, 1.00 GiB\n"
          "  |- a 4.00 GB/s there, 2.00 GB/s back - fb0: FBMEM, 1.00 GiB, GPU 0\n"
          "  |  `- nv 9.00 GB/s each way = fb1\n"
          "  |- b 4.00 GB/s each way - fb1: FBMEM, 1.00 GiB, GPU 1\n"
          "  `- ib 4.00 GB/s each way - network\n");
}

int main(void) {
    const struct CMUnitTest pictures[] = {
        cmocka_unit_test(one_memory_is_one_line),
        cmocka_unit_test(links_are_branches_and_rings_are_marked),
        cmocka_unit_test(many_nodes_are_drawn_once_and_without_utf_8_in_ascii),
    };
    return cmocka_run_group_tests(pictures, NULL, NULL);
}
