// tests/lang/test_eval.c: what expressions mean, one a line, and that evaluation is total: whatever
// has no value is an error with its code, its place and its values.
#include "lang/eval_case.h"

static const eval_shape SHAPE = {6, 8, 4, 0};

/** Point (1, 2, 3) of a launch of (4, 5, 6), on 6 nodes with 8 CPUs and 4 GPUs each. */
static mw_status value_of(eval_case *c, const char *expression, int64_t *out) {
    char text[2000];
    snprintf(text, sizeof text,
             "m = Machine(GPU);\n"
             "c = Machine(CPU);\n"
             "def twice(int x) { return x + x; }\n"
             "def second(IPoint p) { return p[1]; }\n"
             "def size_of(MSpace s, int d) { return s.size[d]; }\n"
             "def fib(int n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }\n"
             "def deep(int n) { return n == 0 ? 0 : 1 + deep(n - 1); }\n"
             "def shadow(int m) { return m; }\n"
             "def least() { return -9223372036854775807 - 1; }\n"
             "def zero() { return 0; }\n"
             "def f(Task t) {\n"
             "    p = t.ipoint;\n"
             "    again = 1;\n"
             "    again = again + 1;\n"
             "    return %s;\n"
             "}\n",
             expression);
    const int64_t extent[] = {4, 5, 6}, point[] = {1, 2, 3};
    mw_task_view view = eval_view(3, extent, point);
    if (!eval_open(c, text, SHAPE))
        return MW_ERR_INPUT;
    return mw_binding_integer(c->binding, eval_function(c, "f"), &view, out, c->diags);
}

typedef struct meaning {
    const char *expression;
    int64_t value;
} meaning;

static void assert_mean(const meaning *rows, size_t count) {
    for (size_t i = 0; i < count; i++) {
        eval_case c;
        int64_t value = 0;
        if (value_of(&c, rows[i].expression, &value) != MW_OK) {
            mw_diags_print(stderr, c.diags);
            fail_msg("%s is refused", rows[i].expression);
        }
        if (value != rows[i].value)
            fail_msg("%s is %lld, not %lld", rows[i].expression, (long long)value,
                     (long long)rows[i].value);
        eval_close(&c);
    }
}

static void operators(void **state) {
    (void)state;
    static const meaning ROWS[] = {
        {"7 / 2", 3},
        {"-7 / 2", -3}, // toward zero
        {"7 / -2", -3},
        {"-7 % 2", -1},
        {"7 % -2", 1},
        {"-(7 % 4) * 2 + 1", -5},
        {"1 - 2 - 3", -4}, // left to right
        {"100 / 5 / 2", 10},
        {"100 / 5 * 2", 40},
        {"17 % 10 % 4", 3},
        {"2 + 3 * 4", 14},
        {"1 < 2 == True ? 1 : 0", 1}, // comparisons bind tighter than equality
        {"True || False && False ? 1 : 0", 1},
        {"1 + 1 < 3 && 2 * 2 >= 4 ? 1 : 0", 1},
        {"False ? 1 : True ? 2 : 3", 2}, // to the right
        {"True ? False ? 1 : 2 : 3", 2},
        {"True == False ? 1 : 0", 0},
        {"True != False ? 1 : 0", 1},
        {"False && 1 / zero() == 1 ? 1 : 0", 0}, // the right side is not looked at
        {"True || 1 / zero() == 1 ? 1 : 0", 1},
        {"9223372036854775807", INT64_MAX},
        {"least()", INT64_MIN},
        {"least() % -1", 0},
        {"least() / 1", INT64_MIN},
        {"again", 2}, // the second assignment counts
        {"shadow(5)", 5},
    };
    assert_mean(ROWS, MW_COUNT(ROWS));
}

static void tuples(void **state) {
    (void)state;
    static const meaning ROWS[] = {
        {"p[0]", 1},
        {"p[-1]", 3}, // from the end
        {"p[-3]", 1},
        {"t.ispace[1]", 5},
        {"p.len", 3},
        {"t.ispace.volume", 120},
        {"p.size[2]", 3},
        {"p.size.len", 3},
        {"(1, 2, 3, 4)[1:3].volume", 6},
        {"(1, 2, 3, 4)[1:].len", 3},
        {"(1, 2, 3, 4)[:2].volume", 2},
        {"(1, 2, 3, 4)[:].len", 4},
        {"(1, 2, 3, 4)[-2:].volume", 12},
        {"(1, 2, 3, 4)[:-1].volume", 6},
        {"(1, 2, 3, 4)[1:0].len", 3}, // 0 on the right is the end
        {"(1, 2, 3, 4)[1:zero()].len", 3},
        {"(1, 2, 3, 4)[0:4].len", 4},
        {"(1, 2, 3, 4)[3:1].len", 0}, // ends before it starts: empty
        {"(1, 2, 3, 4)[1:-3].volume", 1},
        {"((1, 2) + (10, 20))[1]", 22},
        {"((1, 2) - (10, 20))[0]", -9},
        {"((7, -7) / (2, 2))[1]", -3},
        {"((7, -7) % (4, 4))[1]", -3},
        {"((3, 4) * (5, 6)).volume", 360},
        {"(p * 2)[1]", 4}, // an integer counts for every element
        {"(10 - p)[2]", 7},
        {"(7 / (2, 3))[0]", 3},
        {"(-p)[2]", -3},
        {"(*p, 9).len", 4},
        {"(0, *p, *p)[6]", 3},
        {"(*p[1:], 5)[0]", 2},
        {"tuple(i * i for i in (1, 2, 3))[2]", 9},
        {"tuple(i + t.ispace[i] for i in (0, 2)).volume", 4 * 8},
        {"tuple(twice(x) for x in p)[1]", 4},
        {"tuple(tuple(x * y for y in (1, 2)).volume for x in (3, 4))[1]", 32},
        {"second((7, 8, 9))", 8},
    };
    assert_mean(ROWS, MW_COUNT(ROWS));
}

static void spaces_and_functions(void **state) {
    (void)state;
    static const meaning ROWS[] = {
        {"m.size[0]", 6},
        {"m.size[1]", 4},
        {"m.size[-1]", 4},
        {"m.size.volume", 24},
        {"m.volume", 24}, // as in the reference
        {"m.len", 2},
        {"m.merge(0, 1).len", 1},
        {"m[:1].volume", 6}, // a slice of a space is of its extents
        {"m[:-1][0]", 6},
        {"c.size[1]", 8},
        {"m.merge(0, 1).size[0]", 24},
        {"m.split(0, 2).size[0]", 2},
        {"m.split(0, 2).size[1]", 3},
        {"m.swap(0, 1).size[0]", 4},
        {"m.slice(0, 1, 3).size[0]", 3}, // both ends belong to it
        {"c.balance_split(1, 3).size[3]", 2},
        {"m.auto_split(0, (2, 3)).size[1]", 3},
        {"m.auto_split(0, t.ispace).size.len", 4},
        {"m.decompose(1, (1, 9)).size[2]", 4},
        {"m.greedy_split(0, (0, 7)).size[1]", 6},
        {"Machine(OMP).size[1]", 0}, // a kind that the machine has not
        {"size_of(c, 1)", 8},
        {"twice(twice(3))", 12},
        {"fib(15)", 610},
        {"deep(61)", 61}, // within 64, with the map itself
        {"m[0, 0].has(FBMEM) ? 1 : 0", 1},
        {"c[0, 0].has(FBMEM) ? 1 : 0", 0},
        {"m[3].has(ZCMEM) ? 1 : 0", 1}, // processor 3 of a node
    };
    assert_mean(ROWS, MW_COUNT(ROWS));
}

// --- errors
// ---------------------------------------------------------------------------------------

typedef struct failure {
    const char *expression;
    mw_diag_code code;
    const char *says;
} failure;

static void what_has_no_value_is_an_error_with_its_values(void **state) {
    (void)state;
    static const failure ROWS[] = {
        {"9223372036854775807 + 1", MW_OVERFLOW, "9223372036854775807 + 1 does not fit"},
        {"least() - 1", MW_OVERFLOW, "-9223372036854775808 - 1 does not fit"},
        {"3037000500 * 3037000500", MW_OVERFLOW, "3037000500 * 3037000500 does not fit"},
        {"least() * -1", MW_OVERFLOW, "-9223372036854775808 * -1 does not fit"},
        {"least() / -1", MW_OVERFLOW, "-9223372036854775808 / -1 does not fit"},
        {"-least()", MW_OVERFLOW, "0 - -9223372036854775808 does not fit"},
        {"(-(least(), 1))[0]", MW_OVERFLOW, "0 - -9223372036854775808 does not fit"},
        {"(4611686018427387904, 2, 1).volume", MW_OVERFLOW, "volume of (4611686018427387904, 2"},
        {"(p * 9223372036854775807)[1]", MW_OVERFLOW, "2 * 9223372036854775807 does not fit"},
        {"p[0] / zero()", MW_DIVISION_BY_ZERO, "1 / 0: division by zero"},
        {"p[0] % zero()", MW_DIVISION_BY_ZERO, "1 % 0: division by zero"},
        {"((1, 2) / (1, zero()))[0]", MW_DIVISION_BY_ZERO, "2 / 0: division by zero"},
        {"(7 % (p - p))[0]", MW_DIVISION_BY_ZERO, "7 % 0: division by zero"},
        {"p[3]", MW_TUPLE_INDEX, "(1, 2, 3) has no element 3"},
        {"p[-4]", MW_TUPLE_INDEX, "(1, 2, 3) has no element -4"},
        {"p[9223372036854775807]", MW_TUPLE_INDEX, "no element 9223372036854775807"},
        {"p[least()]", MW_TUPLE_INDEX, "no element -9223372036854775808"},
        {"p[0:4].len", MW_TUPLE_INDEX, "[0:4] is outside a tuple of 3"},
        {"p[4:].len", MW_TUPLE_INDEX, "[4:0] is outside a tuple of 3"},
        {"p[-4:].len", MW_TUPLE_INDEX, "[-4:0] is outside a tuple of 3"},
        {"p[:least()].len", MW_TUPLE_INDEX, "is outside a tuple of 3"},
        {"p[9223372036854775807:least()].len", MW_TUPLE_INDEX, "is outside a tuple of 3"},
        {"(p + (1, 2))[0]", MW_VALUE_LENGTH, "a tuple of 3 and a tuple of 2 do not match"},
        {"(*p, *p, *p, *p, *p, *p).len", MW_VALUE_LENGTH, "more than 16 elements"},
        {"m.split(0, 4).size[0]", MW_TRANSFORMATION, "an extent of 6 does not divide by 4"},
        {"m.split(0, 9223372036854775807).size[0]", MW_TRANSFORMATION, "does not divide"},
        {"m.split(0, least()).size[0]", MW_TRANSFORMATION, "cannot split into -92233720368547"},
        {"m.slice(0, 0, 9223372036854775807).size[0]", MW_TRANSFORMATION, "is no range of"},
        {"m.merge(zero(), zero()).size[0]", MW_TRANSFORMATION, "cannot be merged with itself"},
        {"m.auto_split(0, t.ispace - t.ispace).len", MW_TRANSFORMATION, "weight 0 is 0"},
        {"m.swap(0, p[2]).len", MW_TRANSFORMATION, "there is no dimension 3"},
        {"m[0, p[2] + 1].has(FBMEM) ? 1 : 0", MW_OUTSIDE_SPACE, "GPU[0, 4] is outside the space"},
        {"m[least(), 0].has(FBMEM) ? 1 : 0", MW_OUTSIDE_SPACE, "GPU[-9223372036854775808, 0] is"},
        {"m[0 - 1, 0].has(FBMEM) ? 1 : 0", MW_OUTSIDE_SPACE, "GPU[-1, 0] is outside"}, // no '*'
        {"deep(63)", MW_CALL_DEPTH_EXCEEDED, "calls nested more than 64 deep"},
        {"deep(9223372036854775807)", MW_CALL_DEPTH_EXCEEDED, "calls nested more than 64 deep"},
        {"fib(60)", MW_CALL_STEPS_EXCEEDED, "more than 1000000 steps"},
        {"t.parent.processor(m)[0]", MW_NOT_SINGLE_TASK, "has no .parent to go by"},
        {"t.processor(m)[0]", MW_NOT_SINGLE_TASK, "has no .processor(m)"},
    };
    for (size_t i = 0; i < MW_COUNT(ROWS); i++) {
        eval_case c;
        int64_t unread = 77;
        assert_int_equal(value_of(&c, ROWS[i].expression, &unread), MW_ERR_INPUT);
        assert_int_equal(unread, 77);
        const mw_diag *d = mw_diags_first_error(c.diags);
        assert_non_null(d);
        if (d->code != ROWS[i].code || !strstr(d->message, ROWS[i].says))
            fail_msg("%s: MW%d '%s', not MW%d '%s'", ROWS[i].expression, d->code, d->message,
                     ROWS[i].code, ROWS[i].says);
        if (!strstr(d->message, "point (1, 2, 3) of (4, 5, 6)"))
            fail_msg("%s: '%s' does not name the point", ROWS[i].expression, d->message);
        assert_true(d->line >= 3 && d->line <= 15 && d->column > 1 && d->width >= 1);
        eval_close(&c);
    }
}

static void globals_are_values_of_this_machine(void **state) {
    (void)state;
    eval_case c;
    assert_true(eval_open(&c,
                          "m = Machine(GPU);\n"
                          "half = later(m.size[0]);\n"
                          "s = m.slice(0, 0, half - 1);\n"
                          "def later(int n) { return n / 2; }\n"
                          "def f(Task t) { half = s.size[0] * 10 + half; return half; }\n",
                          SHAPE));
    const int64_t one = 1, zero = 0;
    mw_task_view view = eval_view(1, &one, &zero);
    int64_t value;
    assert_int_equal(mw_binding_integer(c.binding, eval_function(&c, "f"), &view, &value, c.diags),
                     MW_OK);
    assert_int_equal(value, 33); // the local takes the global's name
    eval_close(&c);
    assert_false(eval_open(&c, "m = Machine(GPU);\nx = m.split(1, 3);\n", SHAPE));
    assert_int_equal(mw_diags_first_error(c.diags)->code, MW_TRANSFORMATION);
    assert_int_equal(mw_diags_first_error(c.diags)->line, 2);
    eval_close(&c);
    assert_false(eval_open(&c, "x = f();\ny = 1;\ndef f() { return y; }\n", SHAPE));
    assert_int_equal(mw_diags_first_error(c.diags)->code, MW_NO_VALUE_YET);
    eval_close(&c);
}

static void a_global_that_fails_here_harms_only_who_uses_it(void **state) {
    (void)state;
    static const char TEXT[] = "m = Machine(GPU);\n"
                               "c = Machine(CPU).split(1, 3);\n" // of 8: not here
                               "d = c.size[1];\n"
                               "def gpu(Task t) { return m[t.ipoint[0] % 6, 0]; }\n"
                               "def cpu(Task t) { return c[t.ipoint[0] % 6, 0, 0]; }\n"
                               "def either(Task t) { return m[t.ipoint[0] < 5 ? 0 : d, 0]; }\n";
    eval_case c;
    assert_false(eval_open(&c, TEXT, SHAPE));
    mw_diags_reset(c.diags);
    assert_int_equal(mw_binding_new_lazy(c.program, c.machine, &c.binding, c.diags), MW_OK);
    assert_int_equal(mw_diags_count(c.diags), 1); // the cause once
    assert_int_equal(mw_diags_at(c.diags, 0)->severity, MW_WARNING);
    mw_diags_reset(c.diags);
    const int64_t extent = 10;
    mw_task_view view = eval_view(1, &extent, &extent);
    static const struct {
        const char *function;
        uint32_t points; // before it fails
    } CASES[] = {{"gpu", 10}, {"cpu", 0}, {"either", 5}};
    for (size_t i = 0; i < MW_COUNT(CASES); i++) {
        mw_launch_map *map = NULL;
        mw_point_places block;
        mw_status expected = CASES[i].points == 10 ? MW_OK : MW_ERR_INPUT;
        assert_int_equal(
            mw_launch_map_new(c.binding, eval_function(&c, CASES[i].function), &view, &map), MW_OK);
        assert_int_equal(mw_launch_map_next(map, 0, 10, &block, c.diags), expected);
        assert_int_equal(block.count, CASES[i].points);
        if (expected != MW_OK) {
            const mw_diag *d = mw_diags_first_error(c.diags);
            assert_int_equal(d->code, MW_TRANSFORMATION);
            assert_int_equal(d->line, 2); // where the cause is
            assert_non_null(strstr(d->message, "an extent of 8 does not divide by 3"));
        }
        mw_launch_map_free(map);
    }
    eval_close(&c);
}

// --- single tasks
// ---------------------------------------------------------------------------------

static void single_tasks_ask_where_their_parent_runs(void **state) {
    (void)state;
    eval_case c;
    assert_true(
        eval_open(&c,
                  "m = Machine(GPU);\n"
                  "flat = m.merge(0, 1);\n"
                  "def same(Task t) { return m[*t.parent.processor(m)]; }\n"
                  "def next(Task t) { return flat[(t.parent.processor(flat)[0] + 1) % 24]; }\n"
                  "def own(Task t) { return m[t.processor(m)[0], 0]; }\n"
                  "def cpu(Task t) { return m[*t.parent.processor(Machine(CPU))]; }\n"
                  "def point(Task t) { return m[t.ipoint[0], 0]; }\n",
                  SHAPE));
    mw_task_view parent = {.name = "outer", .proc = mw_machine_proc(c.machine, MW_PROC_GPU, 2, 3)};
    mw_task_view task = {.name = "inner", .parent = &parent, .proc = MW_NO_ID};
    mw_places p = {0};
    assert_int_equal(mw_binding_place(c.binding, eval_function(&c, "same"), &task, &p, c.diags),
                     MW_OK);
    assert_int_equal(p.pairs[0].node, 2);
    assert_int_equal(p.pairs[0].index, 3);
    assert_int_equal(mw_binding_place(c.binding, eval_function(&c, "next"), &task, &p, c.diags),
                     MW_OK);
    assert_int_equal(p.pairs[0].node, 3);
    assert_int_equal(p.pairs[0].index, 0);
    static const struct {
        const char *function;
        mw_diag_code code;
    } ERRORS[] = {
        {"own", MW_UNKNOWN_PROCESSOR}, {"cpu", MW_NOT_IN_SPACE}, {"point", MW_NOT_INDEX_LAUNCH}};
    for (size_t i = 0; i < MW_COUNT(ERRORS); i++) {
        mw_diags_reset(c.diags);
        assert_int_equal(
            mw_binding_place(c.binding, eval_function(&c, ERRORS[i].function), &task, &p, c.diags),
            MW_ERR_INPUT);
        assert_int_equal(mw_diags_first_error(c.diags)->code, ERRORS[i].code);
    }
    task.parent = NULL; // the program itself, on node 0
    assert_int_equal(mw_binding_place(c.binding, eval_function(&c, "same"), &task, &p, c.diags),
                     MW_OK);
    assert_int_equal(p.pairs[0].node, 0);
    free(p.pairs);
    eval_close(&c);
}

static void a_wildcard_is_every_index_in_order(void **state) {
    (void)state;
    eval_case c;
    assert_true(eval_open(&c,
                          "m = Machine(GPU);\n"
                          "r = m.swap(0, 1).reverse(0);\n"
                          "def row(Task t) { return m[t.ipoint[0], *]; }\n"
                          "def column(Task t) { return m[*, t.ipoint[0]]; }\n"
                          "def back(Task t) { return r[*, t.ipoint[0]]; }\n"
                          "def all(Task t) { return m[*, *]; }\n",
                          SHAPE));
    const int64_t six = 6, two = 2;
    mw_task_view view = eval_view(1, &six, &two);
    mw_places p = {0};
    assert_int_equal(mw_binding_place(c.binding, eval_function(&c, "row"), &view, &p, NULL), MW_OK);
    assert_true(p.is_set && p.count == 4);
    for (uint32_t i = 0; i < 4; i++)
        assert_true(p.pairs[i].node == 2 && p.pairs[i].index == i);
    assert_int_equal(mw_binding_place(c.binding, eval_function(&c, "column"), &view, &p, NULL),
                     MW_OK);
    assert_int_equal(p.count, 6);
    for (uint32_t i = 0; i < 6; i++)
        assert_true(p.pairs[i].node == i && p.pairs[i].index == 2);
    assert_int_equal(mw_binding_place(c.binding, eval_function(&c, "back"), &view, &p, NULL),
                     MW_OK);
    assert_int_equal(p.count, 4);
    for (uint32_t i = 0; i < 4; i++)
        assert_true(p.pairs[i].node == 2 && p.pairs[i].index == 3 - i);
    assert_int_equal(mw_binding_place(c.binding, eval_function(&c, "all"), &view, &p, NULL), MW_OK);
    assert_int_equal(p.count, 24);
    for (uint32_t i = 0; i < 24; i++)
        assert_true(p.pairs[i].node == i / 4 && p.pairs[i].index == i % 4);
    free(p.pairs);
    eval_close(&c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operators),
        cmocka_unit_test(tuples),
        cmocka_unit_test(spaces_and_functions),
        cmocka_unit_test(what_has_no_value_is_an_error_with_its_values),
        cmocka_unit_test(globals_are_values_of_this_machine),
        cmocka_unit_test(a_global_that_fails_here_harms_only_who_uses_it),
        cmocka_unit_test(single_tasks_ask_where_their_parent_runs),
        cmocka_unit_test(a_wildcard_is_every_index_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
