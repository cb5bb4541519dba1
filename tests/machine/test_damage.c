// tests/machine/test_damage.c: descriptions that are wrong, in every way that a list of small
// changes gives: one error with its place, or a machine; never anything else.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "base/file.h"
#include "base/rng.h"
#include "machine/machine.h"

static const char *const SHIPPED[] = {"cpu2", "p100x4", "p100x4-cluster", "lassen", "h200x8"};

static char *shipped(const char *name, size_t *len) {
    char path[256], *text = NULL;
    snprintf(path, sizeof path, MW_TESTS "/../machines/%s.json", name);
    assert_int_equal(mw_file_read(path, 1 << 20, &text, len, NULL), MW_OK);
    return text;
}

/** Reads it; what is wrong must be told once, with a place. Returns whether it was accepted. */
static bool tried(const char *what, const char *text, size_t len) {
    mw_machine *m = NULL;
    mw_diags *diags = mw_diags_new();
    mw_status status = mw_machine_parse("t.json", text, len, 0, &m, diags);
    const mw_diag *d = mw_diags_first_error(diags);
    if (status == MW_OK ? !m || d : status != MW_ERR_INPUT || m || mw_diags_errors(diags) != 1)
        fail_msg("%s: status %d, %zu errors", what, status, mw_diags_errors(diags));
    if (d && (!d->file || !*d->message || (!d->path && d->line == 0)))
        fail_msg("%s: '%s' has no place", what, d->message);
    mw_machine_free(m);
    mw_diags_free(diags);
    return status == MW_OK;
}

// --- every value replaced, every key removed, a key too many -------------------------------------

typedef struct damage {
    json_t *root; ///< of the description
    uint32_t tried, accepted;
} damage;

static void try_tree(damage *d, const char *what) {
    char *text = json_dumps(d->root, JSON_COMPACT);
    assert_non_null(text);
    d->accepted += tried(what, text, strlen(text));
    d->tried++;
    free(text);
}

/** `slot` puts a value where the old one is; NULL takes it away. */
typedef void (*put)(json_t *parent, const char *key, size_t index, json_t *value);

static void put_member(json_t *parent, const char *key, size_t index, json_t *value) {
    (void)index;
    if (value)
        json_object_set_new(parent, key, value);
    else
        json_object_del(parent, key);
}

static void put_item(json_t *parent, const char *key, size_t index, json_t *value) {
    (void)key;
    if (value)
        json_array_set_new(parent, index, value);
    else
        json_array_remove(parent, index);
}

static void damage_slot(damage *d, json_t *parent, const char *key, size_t index, put slot) {
    static const char *const VALUES[] = {"null",
                                         "true",
                                         "-1",
                                         "0",
                                         "1",
                                         "2",
                                         "1.5",
                                         "1e300",
                                         "-1e300",
                                         "1e-300",
                                         "9223372036854775807",
                                         "-9223372036854775808",
                                         "4096",
                                         "65536",
                                         "\"\"",
                                         "\"x\"",
                                         "\"own FBMEM\"",
                                         "\"CPU\"",
                                         "\"GPU\"",
                                         "\"OMP\"",
                                         "\"FBMEM\"",
                                         "\"SYSMEM\"",
                                         "\"ram\"",
                                         "\"\\u001b[31m\"",
                                         "[]",
                                         "{}",
                                         "[[]]",
                                         "[{}]",
                                         "{\"name\": 1}"};
    json_t *old = key ? json_object_get(parent, key) : json_array_get(parent, index);
    json_incref(old);
    char what[128];
    for (size_t v = 0; v < MW_COUNT(VALUES); v++) {
        snprintf(what, sizeof what, "%s[%zu] = %s", key ? key : "", index, VALUES[v]);
        slot(parent, key, index, json_loads(VALUES[v], JSON_DECODE_ANY, NULL));
        try_tree(d, what);
    }
    if (key) { // an array's items cannot be told apart after one is removed
        snprintf(what, sizeof what, "without %s", key);
        slot(parent, key, index, NULL);
        try_tree(d, what);
    }
    slot(parent, key, index, json_incref(old));
    json_decref(old);
}

static void damage_all(damage *d, json_t *at) {
    if (json_is_object(at)) {
        json_object_set_new(at, "colour", json_true());
        try_tree(d, "an unknown key");
        json_object_del(at, "colour");
        const char *keys[32];
        size_t count = 0;
        const char *key;
        json_t *value;
        json_object_foreach(at, key, value) {
            assert_true(count < MW_COUNT(keys));
            keys[count++] = key;
        }
        for (size_t i = 0; i < count; i++) {
            char own[64];
            snprintf(own, sizeof own, "%s", keys[i]);
            damage_slot(d, at, own, 0, put_member);
            damage_all(d, json_object_get(at, own));
        }
    }
    for (size_t i = 0; i < json_array_size(at); i++) {
        damage_slot(d, at, NULL, i, put_item);
        damage_all(d, json_array_get(at, i));
    }
}

static void any_value_replaced_or_missing_is_told_or_fits(void **state) {
    (void)state;
    size_t len;
    char *text = shipped("p100x4-cluster", &len);
    damage d = {.root = json_loadb(text, len, 0, NULL)};
    assert_non_null(d.root);
    damage_all(&d, d.root);
    json_decref(d.root);
    free(text);
    assert_true(d.tried > 5000);
    assert_true(d.accepted > 100 && d.accepted < d.tried / 2); // most numbers fit in most places
}

// --- the text ------------------------------------------------------------------------------------

static void a_text_cut_anywhere_is_refused(void **state) {
    (void)state;
    for (size_t s = 0; s < MW_COUNT(SHIPPED); s++) {
        size_t len;
        char *text = shipped(SHIPPED[s], &len);
        while (len > 0 && text[len - 1] != '}')
            len--;
        assert_true(tried("whole", text, len));
        for (size_t cut = 0; cut < len; cut += 1 + cut / 512) { // every byte of the beginning
            char *part = malloc(cut + 1);                       // so that sanitizers see its end
            memcpy(part, text, cut);
            assert_false(tried("cut", part, cut));
            free(part);
        }
        free(text);
    }
}

static void bytes_changed_anywhere_do_no_harm(void **state) {
    (void)state;
    mw_rng rng = {.state = 1};
    for (size_t s = 0; s < MW_COUNT(SHIPPED); s++) {
        size_t len;
        char *text = shipped(SHIPPED[s], &len);
        for (int i = 0; i < 400; i++) {
            size_t at = mw_rng_below(&rng, (uint32_t)len);
            char old = text[at];
            text[at] = (char)mw_rng_below(&rng, 256);
            tried("one byte", text, len);
            text[at] = old;
        }
        free(text);
    }
}

static void garbage_is_refused(void **state) {
    (void)state;
    enum { BYTES = 1 << 20 };
    char *text = malloc(BYTES);
    assert_non_null(text);
    mw_rng rng = {.state = 2};
    for (size_t i = 0; i < BYTES; i++)
        text[i] = (char)mw_rng_below(&rng, 256);
    assert_false(tried("garbage", text, BYTES));
    memset(text, ' ', BYTES);
    assert_false(tried("blanks", text, BYTES));
    memset(text, 0, BYTES);
    assert_false(tried("zeros", text, BYTES));
    memset(text, '[', BYTES);
    assert_false(tried("deep arrays", text, BYTES));
    for (size_t i = 0; i + 5 <= BYTES; i += 5)
        memcpy(text + i, "{\"a\":", 5);
    assert_false(tried("deep objects", text, BYTES));
    free(text);
}

static void a_megabyte_more_than_a_description_is_not_read(void **state) {
    (void)state;
    char path[] = "damage-large.json";
    char *text = calloc(1, (1 << 20) + 2);
    memset(text, ' ', (1 << 20) + 1);
    assert_int_equal(mw_file_write(path, text, (1 << 20) + 1, NULL), MW_OK);
    mw_machine *m = NULL;
    mw_diags *diags = mw_diags_new();
    assert_int_equal(mw_machine_load(path, &m, diags), MW_ERR_IO);
    assert_int_equal(mw_diags_first_error(diags)->code, MW_TOO_LARGE);
    mw_diags_free(diags);
    free(text);
    remove(path);
}

// --- what in particular is wrong, and where ------------------------------------------------------

/** cpu2 with something else for one of its parts; ' stands for a quote. */
static void refused_at(const char *parts, const char *path, mw_diag_code code) {
    char text[4096];
    snprintf(text, sizeof text, "{%s}", parts);
    for (char *at = text; (at = strchr(at, '\''));)
        *at = '"';
    mw_machine *m = NULL;
    mw_diags *diags = mw_diags_new();
    mw_status status = mw_machine_parse("t.json", text, strlen(text), 0, &m, diags);
    const mw_diag *d = mw_diags_first_error(diags);
    if (status != MW_ERR_INPUT || !d || m)
        fail_msg("{%s} is no error", parts);
    if (d->code != code || (path && (!d->path || strcmp(d->path, path) != 0)))
        fail_msg("{%s}: MW%d at %s: %s", parts, d->code, d->path ? d->path : "?", d->message);
    mw_diags_free(diags);
}

#define TIMES "'submit_us':1,'complete_us':1,"
#define CPUS "'processors':[{'kind':'CPU','count':2,'gflops_f64':10,'gflops_f32':20}],"
#define RAM "'memories':[{'name':'ram','kind':'SYSMEM','bytes':1e9}],"
#define TWO_MEMS                                                                                   \
    "'memories':[{'name':'ram','kind':'SYSMEM','bytes':1e9},"                                      \
    "{'name':'zc','kind':'ZCMEM','bytes':1e9}],"
#define REACH "'affinities':[{'processor':'CPU','memory':'ram','gbps':10}]"
#define REST(memories) "'name':'t'," TIMES CPUS memories REACH

static void each_mistake_has_its_place(void **state) {
    (void)state;
    refused_at(TIMES CPUS RAM REACH, "$", MW_JSON_MISSING);
    refused_at("'name':'t','name':'u'," TIMES CPUS RAM REACH, NULL, MW_JSON_SYNTAX);
    refused_at("'name':7," TIMES CPUS RAM REACH, "$.name", MW_JSON_TYPE);
    refused_at("'name':'a\\u0007b'," TIMES CPUS RAM REACH, "$.name", MW_MACHINE_NAME);
    refused_at("'source':7," REST(RAM), "$.source", MW_JSON_TYPE);
    refused_at("'sources':'x'," REST(RAM), "$", MW_JSON_UNKNOWN);
    refused_at("'sockets':0," REST(RAM), "$.sockets", MW_JSON_TYPE);
    refused_at("'nodes':2," REST(RAM), "$", MW_MACHINE_NODES);
    refused_at("'nodes':65537," REST(RAM), "$.nodes", MW_JSON_TYPE);
    refused_at("'name':'t','submit_us':-1,'complete_us':0," CPUS RAM REACH, "$.submit_us",
               MW_JSON_TYPE);
    refused_at("'name':'t','submit_us':1e999,'complete_us':0," CPUS RAM REACH, NULL,
               MW_JSON_SYNTAX);
    refused_at("'name':'t','submit_us':NaN,'complete_us':0," CPUS RAM REACH, NULL, MW_JSON_SYNTAX);
    refused_at("'name':'t'," TIMES "'processors':[]," RAM REACH, "$.processors",
               MW_MACHINE_CONFLICT);
    refused_at("'name':'t'," TIMES
               "'processors':[{'kind':'TPU','gflops_f64':1,'gflops_f32':1}]," RAM REACH,
               "$.processors[0]", MW_MACHINE_NAME);
    refused_at("'name':'t'," TIMES "'processors':[{'kind':'CPU','gflops_f64':1,'gflops_f32':1},"
               "{'kind':'CPU','gflops_f64':1,'gflops_f32':1}]," RAM REACH,
               "$.processors[1]", MW_MACHINE_NAME);
    refused_at("'name':'t'," TIMES "'processors':[{'kind':'OMP','gflops_f64':1,'gflops_f32':1,"
               "'cores_occupied':4}]," RAM REACH,
               "$.processors", MW_MACHINE_CONFLICT);
    refused_at("'name':'t'," TIMES CPUS "'memories':[{'name':'a','kind':'FBMEM','bytes':1}]," REACH,
               "$.memories", MW_MACHINE_CONFLICT);
    refused_at("'name':'t'," TIMES CPUS
               "'memories':[{'name':'a','kind':'SYSMEM','bytes':0}]," REACH,
               "$.memories[0].bytes", MW_JSON_TYPE);
    refused_at("'name':'t'," TIMES CPUS
               "'memories':[{'name':'a','kind':'SYSMEM','bytes':1e18}]," REACH,
               "$.memories[0].bytes", MW_JSON_TYPE);
    refused_at("'switches':['ram']," REST(RAM), "$.switches[0]", MW_MACHINE_NAME);
    refused_at("'switches':[3]," REST(RAM), "$.switches[0]", MW_JSON_TYPE);
    refused_at("'name':'t'," TIMES CPUS RAM
               "'affinities':[{'processor':'GPU','memory':'ram','gbps':1}]",
               "$.affinities[0]", MW_MACHINE_NAME);
    refused_at("'name':'t'," TIMES CPUS RAM
               "'affinities':[{'processor':'CPU','memory':'own FBMEM','gbps':1}]",
               "$.affinities[0]", MW_MACHINE_NAME);
    refused_at("'name':'t'," TIMES CPUS RAM
               "'affinities':[{'processor':'CPU','memory':'ram','gbps':0}]",
               "$.affinities[0].gbps", MW_JSON_TYPE);
    refused_at("'name':'t'," TIMES CPUS RAM "'affinities':[]", "$", MW_MACHINE_CONFLICT);
    refused_at("'name':'t'," TIMES CPUS RAM REACH "]", NULL, MW_JSON_SYNTAX);
}

static void links_are_checked_too(void **state) {
    (void)state;
    refused_at(REST(TWO_MEMS), "$", MW_MACHINE_CONFLICT); // no route
    refused_at(
        "'links':[{'name':'l','from':'ram','to':'ram','gbps':1,'latency_us':1}]," REST(TWO_MEMS),
        "$.links[0]", MW_MACHINE_CONFLICT);
    refused_at(
        "'links':[{'name':'l','from':'ram','to':'fb','gbps':1,'latency_us':1}]," REST(TWO_MEMS),
        "$.links[0].to", MW_MACHINE_NAME);
    refused_at(
        "'links':[{'name':'l','from':'ram','to':'zc','gbps':-1,'latency_us':1}]," REST(TWO_MEMS),
        "$.links[0].gbps", MW_JSON_TYPE);
    refused_at("'links':[{'name':'l','from':'ram','to':'zc','gbps':1}]," REST(TWO_MEMS),
               "$.links[0]", MW_JSON_MISSING);
    refused_at(
        "'links':[{'name':'l','from':'ram','to':'zc','gbps':1,'latency_us':1,'duplex':1}]," REST(
            TWO_MEMS),
        "$.links[0].duplex", MW_JSON_TYPE);
    refused_at("'links':[{'name':'l','from':'ram','to':'zc','gbps':1,'latency_us':1,"
               "'back_gbps':2}]," REST(TWO_MEMS),
               "$.links[0]", MW_MACHINE_CONFLICT);
    refused_at("'links':[{'name':'l','from':'ram','to':'zc','gbps':1,'latency_us':1},"
               "{'name':'l','from':'ram','to':'zc','gbps':1,'latency_us':1}]," REST(TWO_MEMS),
               "$.links[1]", MW_MACHINE_NAME);
    refused_at(
        "'nodes':2,'network':[{'name':'n','at':'ram','gbps':1,'latency_us':1}],"
        "'links':[{'name':'n','from':'ram','to':'zc','gbps':1,'latency_us':1}]," REST(TWO_MEMS),
        "$.network[0]", MW_MACHINE_NAME);
    refused_at("'network':[{'name':'n','at':'sw','gbps':1,'latency_us':1}]," REST(RAM),
               "$.network[0].at", MW_MACHINE_NAME);
    refused_at("'network':{}," REST(RAM), "$.network", MW_JSON_TYPE);
    refused_at("'nodes':2,'switches':['s'],'network':[{'name':'n','at':'s','gbps':1,'latency_us':1}"
               "]," REST(RAM),
               "$", MW_MACHINE_CONFLICT); // nothing leads to the switch
}

/** The most memories, links and different speeds that a description can have; nobody waits for it.
 */
static void the_largest_description_is_read_or_refused(void **state) {
    (void)state;
    mw_str text = {0};
    mw_str_add(&text, "{\"name\":\"t\",\"submit_us\":1,\"complete_us\":1,\"processors\":[{\"kind\":"
                      "\"CPU\",\"gflops_f64\":1,\"gflops_f32\":1}],\"memories\":[{\"name\":\"ram\","
                      "\"kind\":\"SYSMEM\",\"count\":256,\"bytes\":1}],\"affinities\":[{"
                      "\"processor\":\"CPU\",\"memory\":\"ram0\",\"gbps\":1}],\"links\":[");
    for (uint32_t i = 0; i < 1023; i++) { // the last ones, the slowest, join all of them
        uint32_t from = i < 768 ? i % 256 : 0, to = i < 768 ? (i * 7 + 1) % 256 : i - 767;
        mw_str_printf(
            &text,
            "%s{\"name\":\"%u\",\"from\":\"ram%u\",\"to\":\"ram%u\",\"gbps\":%u,\"latency_us\":1}",
            i ? "," : "", i, from, to == from ? from + 1 : to, 5000 - i);
    }
    mw_str_add(&text, "]}");
    assert_true(tried("largest", mw_str_text(&text), text.len));
    mw_str_clear(&text);
}

int main(void) {
    const struct CMUnitTest damages[] = {
        cmocka_unit_test(any_value_replaced_or_missing_is_told_or_fits),
        cmocka_unit_test(a_text_cut_anywhere_is_refused),
        cmocka_unit_test(bytes_changed_anywhere_do_no_harm),
        cmocka_unit_test(garbage_is_refused),
        cmocka_unit_test(a_megabyte_more_than_a_description_is_not_read),
        cmocka_unit_test(each_mistake_has_its_place),
        cmocka_unit_test(links_are_checked_too),
        cmocka_unit_test(the_largest_description_is_read_or_refused),
    };
    return cmocka_run_group_tests(damages, NULL, NULL);
}
