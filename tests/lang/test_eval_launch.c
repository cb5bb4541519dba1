// tests/lang/test_eval_launch.c: a launch evaluated as a whole decides, and fails, exactly as point
// by point: on random programs, machines and domains.
#include "lang/eval_case.h"
#include "base/rng.h"
#include "lang/batch.h"
#include "support/random_mapper.h"

// --- random functions over the point: more of them run without an error than of random_mapper's

typedef struct writer {
    mw_str out;
    mw_rng rng;
    uint32_t rank; // of the launch
    uint32_t locals, helpers;
    uint32_t parameters; // of the helper in hand: p0 …; 0: in the map
} writer;

static uint32_t any(writer *w, uint32_t n) {
    return (uint32_t)mw_rng_below(&w->rng, n);
}

static void integer(writer *w, uint32_t depth);

static void condition(writer *w, uint32_t depth) {
    static const char *const OPS[] = {"<", "<=", ">", ">=", "==", "!="};
    uint32_t form = depth ? any(w, 8) : 7;
    mw_str_add_char(&w->out, '(');
    if (form < 2) {
        condition(w, depth - 1);
        mw_str_add(&w->out, form ? " && " : " || ");
        condition(w, depth - 1);
    } else if (form == 2) {
        condition(w, depth - 1);
        mw_str_add(&w->out, any(w, 2) ? " == " : " != ");
        condition(w, depth - 1);
    } else {
        integer(w, depth ? depth - 1 : 0);
        mw_str_printf(&w->out, " %s ", OPS[any(w, MW_COUNT(OPS))]);
        integer(w, depth ? depth - 1 : 0);
    }
    mw_str_add_char(&w->out, ')');
}

static void leaf(writer *w) {
    static const char *const ODD[] = {"0",          "-1",         "9223372036854775807",
                                      "3037000500", "2147483648", "(-9223372036854775807 - 1)"};
    uint32_t form = any(w, 12);
    if (form < 3 && w->locals)
        mw_str_printf(&w->out, "x%u", any(w, w->locals));
    else if (form < 7 && !w->parameters)
        mw_str_printf(&w->out, "t.ipoint[%d]", (int)any(w, 2 * w->rank) - (int)w->rank);
    else if (form < 7)
        mw_str_printf(&w->out, "p%u", any(w, w->parameters));
    else if (form == 7 && !w->parameters)
        mw_str_printf(&w->out, "t.ispace[%u]", any(w, w->rank));
    else if (form == 8)
        mw_str_printf(&w->out, "m.size[%u]", any(w, 2));
    else if (form == 9 && any(w, 4) == 0)
        mw_str_add(&w->out, ODD[any(w, MW_COUNT(ODD))]);
    else
        mw_str_printf(&w->out, "%u", any(w, 7));
}

static void tuple(writer *w, uint32_t depth) {
    switch (any(w, 5)) {
    case 0:
        if (!w->parameters) {
            mw_str_add(&w->out, "(t.ipoint * t.ispace)");
            break;
        } // fall through
    case 1:
        mw_str_add(&w->out, "tuple(");
        integer(w, depth);
        mw_str_printf(&w->out, " + e%u for e%u in (", depth, depth);
        integer(w, depth);
        mw_str_add(&w->out, ", ");
        integer(w, depth);
        mw_str_add(&w->out, "))");
        break;
    case 2:
        mw_str_add(&w->out, "(*(");
        integer(w, depth);
        mw_str_add(&w->out, ", 3)[:1], ");
        integer(w, depth);
        mw_str_add(&w->out, ")");
        break;
    default:
        mw_str_add(&w->out, "((");
        integer(w, depth);
        mw_str_add(&w->out, ", ");
        integer(w, depth);
        mw_str_printf(&w->out, ") %c (2, 3))", "+-*/%"[any(w, 5)]);
    }
}

static void integer(writer *w, uint32_t depth) {
    uint32_t form = depth ? any(w, 12) : 0;
    if (form < 2) {
        leaf(w);
        return;
    }
    depth--;
    mw_str_add_char(&w->out, '(');
    if (form == 2) {
        mw_str_add_char(&w->out, '-');
        integer(w, depth);
    } else if (form == 3) {
        condition(w, depth);
        mw_str_add(&w->out, " ? ");
        integer(w, depth);
        mw_str_add(&w->out, " : ");
        integer(w, depth);
    } else if (form == 4) {
        tuple(w, depth);
        mw_str_add(&w->out, any(w, 2) ? "[0]" : any(w, 2) ? ".volume" : "[-1]");
    } else if (form == 5 && w->helpers) {
        mw_str_printf(&w->out, "h%u(", any(w, w->helpers));
        integer(w, depth);
        mw_str_add(&w->out, ", ");
        integer(w, depth);
        mw_str_add_char(&w->out, ')');
    } else if (form == 6) { // an index that depends on the point; of a space, no batch can
        bool space = any(w, 6) == 0;
        mw_str_add(&w->out, space ? "m.slice(1, 0, mod(" : "(4, t0, -5)[");
        integer(w, depth);
        mw_str_add(&w->out, space ? ", m.size[1])).size[1]" : any(w, 2) ? " % 3]" : "]");
    } else {
        integer(w, depth);
        mw_str_printf(&w->out, " %c ", "++-*/%%"[any(w, 7)]);
        if (any(w, 2)) // mostly a divisor that works
            mw_str_printf(&w->out, "%u", 1 + any(w, 9));
        else
            integer(w, depth);
    }
    mw_str_add_char(&w->out, ')');
}

static void statements(writer *w) {
    w->locals = 0;
    for (uint32_t i = any(w, 3); i > 0; i--) {
        mw_str_printf(&w->out, "    x%u = ", w->locals);
        integer(w, 3);
        mw_str_add(&w->out, ";\n");
        w->locals++;
    }
    mw_str_add(&w->out, "    return ");
}

static void wrapped(writer *w, const char *space, uint32_t dimension) {
    uint32_t form = any(w, 12);
    if (form == 0) {
        mw_str_add_char(&w->out, '*');
        return;
    }
    bool wrap = form > 1;
    mw_str_add(&w->out, wrap ? "mod(" : "");
    integer(w, 3);
    if (wrap)
        mw_str_printf(&w->out, ", %s.size[%u])", space, dimension);
}

static void place(writer *w) {
    static const struct {
        const char *name;
        uint32_t rank;
    } SPACES[] = {{"m", 2}, {"flat", 1}, {"four", 4}, {"part", 2}, {"cpus", 2}};
    uint32_t s = any(w, MW_COUNT(SPACES));
    mw_str_printf(&w->out, "%s[", SPACES[s].name);
    for (uint32_t d = 0; d < SPACES[s].rank; d++) {
        mw_str_add(&w->out, d ? ", " : "");
        wrapped(w, SPACES[s].name, d);
    }
    mw_str_add_char(&w->out, ']');
}

/** A program with a function `f` for launches of that rank. */
static char *random_function(uint64_t seed, uint32_t rank) {
    writer w = {.rng = {seed}, .rank = rank};
    mw_str_add(&w.out,
               "m = Machine(GPU);\ncpus = Machine(CPU);\nflat = m.merge(1, 0);\n"
               "four = m.auto_split(1, (3, 2)).decompose(0, (2, 5));\n"
               "part = m.swap(0, 1).reverse(0).slice(1, 0, m.size[0] / 2);\n"
               "t0 = m.size[1];\ndef mod(int a, int b) { r = a % b; return r < 0 ? r + b : r; }\n");
    for (uint32_t h = any(&w, 3); h > 0; h--) {
        mw_str_printf(&w.out, "def h%u(int p0, int p1) {\n", w.helpers);
        w.parameters = 2;
        statements(&w);
        integer(&w, 3);
        mw_str_add(&w.out, ";\n}\n");
        w.helpers++;
    }
    w.parameters = 0;
    mw_str_add(&w.out, "def f(Task t) {\n");
    statements(&w);
    if (any(&w, 4) == 0) {
        condition(&w, 2);
        mw_str_add(&w.out, " ? ");
        place(&w);
        mw_str_add(&w.out, " : ");
    }
    place(&w);
    mw_str_add(&w.out, ";\n}\nIndexTaskMap t f;\n");
    char *text = strdup(mw_str_text(&w.out));
    mw_str_clear(&w.out);
    return text;
}

// --- comparison
// -----------------------------------------------------------------------------------

typedef struct tally {
    uint32_t programs, batches, errors;
    uint64_t points, sets;
} tally;

static void assert_same_error(const mw_diags *a, const mw_diags *b) {
    const mw_diag *x = mw_diags_first_error(a), *y = mw_diags_first_error(b);
    assert_non_null(x);
    assert_non_null(y);
    assert_int_equal(x->code, y->code);
    assert_int_equal(x->line, y->line);
    assert_int_equal(x->column, y->column);
    assert_string_equal(x->message, y->message);
}

/** One block against the interpreter, point by point. False: both failed at the same point. */
static bool compare_block(const eval_case *c, int f, uint32_t rank, const int64_t *extent,
                          uint64_t first, const mw_point_places *block, mw_status status,
                          tally *t) {
    int64_t point[MW_TUPLE_MAX] = {0};
    mw_task_view view = eval_view(rank, extent, point);
    mw_places one = {0};
    mw_diags *diags = mw_diags_new();
    uint32_t from = 0;
    for (uint32_t i = 0; i < block->count; i++) {
        eval_point(first + i, rank, extent, point);
        assert_int_equal(mw_binding_place(c->binding, f, &view, &one, diags), MW_OK);
        assert_int_equal(block->kind[i], one.kind);
        assert_int_equal(block->is_set[i], one.is_set);
        assert_int_equal(block->end[i] - from, one.count);
        assert_memory_equal(block->pairs + from, one.pairs, one.count * sizeof *one.pairs);
        from = block->end[i];
        t->points++;
        t->sets += one.is_set;
    }
    if (status != MW_OK) {
        eval_point(first + block->count, rank, extent, point);
        assert_int_equal(mw_binding_place(c->binding, f, &view, &one, diags), status);
        assert_same_error(c->diags, diags);
        t->errors++;
    }
    free(one.pairs);
    mw_diags_free(diags);
    return status == MW_OK;
}

static bool has_batch(const eval_case *c, int f, const mw_task_view *view) {
    mw_batch k = {0};
    mw_made_space *owned = NULL;
    assert_int_equal(mw_batch_trace(c->binding, f, view, &k, &owned), MW_OK);
    bool has = k.nodes.count > 0;
    mw_batch_clear(&k);
    mw_made_spaces_free(owned);
    return has;
}

static void compare(const eval_case *c, int f, uint32_t rank, const int64_t *extent, mw_rng *rng,
                    tally *t) {
    int64_t unread[MW_TUPLE_MAX] = {0};
    mw_task_view view = eval_view(rank, extent, unread);
    mw_launch_map *map = NULL;
    assert_int_equal(mw_launch_map_new(c->binding, f, &view, &map), MW_OK);
    t->programs++;
    t->batches += has_batch(c, f, &view);
    uint64_t volume = eval_volume(rank, extent);
    for (uint64_t at = 0; at < volume;) {
        uint64_t count = 1 + mw_rng_below(rng, MW_LAUNCH_BLOCK + 50);
        count = count > volume - at ? volume - at : count;
        mw_point_places block;
        mw_status status = mw_launch_map_next(map, at, count, &block, c->diags);
        assert_true(block.count <= count && (status != MW_OK || block.count > 0));
        if (!compare_block(c, f, rank, extent, at, &block, status, t))
            break;
        at += block.count;
    }
    mw_launch_map_free(map);
}

static void random_domain(mw_rng *rng, uint32_t rank, int64_t *extent) {
    static const int64_t MOST[] = {0, 600, 40, 9, 5};
    for (uint32_t d = 0; d < rank; d++)
        extent[d] = 1 + (int64_t)mw_rng_below(rng, (uint64_t)MOST[rank]);
}

static eval_shape random_shape(mw_rng *rng) {
    return (eval_shape){1 + (uint32_t)mw_rng_below(rng, 6), 1 + (uint32_t)mw_rng_below(rng, 8),
                        1 + (uint32_t)mw_rng_below(rng, 8), 1 + (uint32_t)mw_rng_below(rng, 3)};
}

static void random_functions_decide_and_fail_the_same(void **state) {
    (void)state;
    enum { PROGRAMS = 3000 };
    mw_rng rng = {1};
    tally t = {0};
    for (uint32_t i = 0; i < PROGRAMS; i++) {
        uint32_t rank = 1 + i % 4;
        int64_t extent[MW_TUPLE_MAX];
        random_domain(&rng, rank, extent);
        char *text = random_function(mw_rng_next(&rng), rank);
        eval_case c;
        if (eval_open(&c, text, random_shape(&rng)))
            compare(&c, eval_function(&c, "f"), rank, extent, &rng, &t);
        eval_close(&c);
        free(text);
    }
    print_message("%u of %d programs ran, %u by a batch, %u failed at a point; %llu points, %llu "
                  "of them sets\n",
                  t.programs, PROGRAMS, t.batches, t.errors, (unsigned long long)t.points,
                  (unsigned long long)t.sets);
    assert_true(t.programs > PROGRAMS / 2);
    assert_true(t.batches > PROGRAMS / 3);
    assert_true(t.errors > PROGRAMS / 10);
    assert_true(t.points > 100 * PROGRAMS / 10);
    assert_true(t.sets > 1000);
}

static void mappers_of_the_formatter_s_generator_too(void **state) {
    (void)state;
    enum { PROGRAMS = 3000, BYTES = 400 };
    mw_rng rng = {2};
    tally t = {0};
    for (uint32_t i = 0; i < PROGRAMS; i++) {
        uint8_t bytes[BYTES];
        for (uint32_t b = 0; b < BYTES; b++)
            bytes[b] = (uint8_t)mw_rng_next(&rng);
        mw_str text = {0};
        random_mapper(&text, &(choices){bytes, BYTES, 0}, false);
        eval_case c;
        if (eval_open(&c, mw_str_text(&text), random_shape(&rng)))
            for (uint32_t f = 0; f < mw_program_function_count(c.program); f++) {
                const char *name = mw_program_function_name(c.program, (int)f);
                int64_t extent[MW_TUPLE_MAX];
                uint32_t rank = 1 + i % 3;
                random_domain(&rng, rank, extent);
                if (strncmp(name, "map", 3) == 0)
                    compare(&c, (int)f, rank, extent, &rng, &t);
                mw_diags_reset(c.diags);
            }
        eval_close(&c);
        mw_str_clear(&text);
    }
    print_message("%u functions ran, %u by a batch, %u failed at a point; %llu points\n",
                  t.programs, t.batches, t.errors, (unsigned long long)t.points);
    assert_true(t.programs > 100);
    assert_true(t.points > 1000);
}

// --- by hand
// --------------------------------------------------------------------------------------

static void sets_larger_than_a_block_come_in_parts(void **state) {
    (void)state;
    eval_case c;
    assert_true(eval_open(&c, "m = Machine(CPU); def f(Task t) { return m[*, *]; }",
                          (eval_shape){200, 100, 0, 0}));
    tally t = {0};
    compare(&c, eval_function(&c, "f"), 1, (const int64_t[]){30}, &(mw_rng){3}, &t);
    assert_int_equal(t.points, 30);
    assert_int_equal(t.sets, 30);
    eval_close(&c);
}

static void spaces_without_a_table_are_traced(void **state) {
    (void)state;
    eval_case c;
    assert_true(eval_open(&c,
                          "m = Machine(CPU).merge(0, 1).split(0, 7).reverse(1);"
                          "def f(Task t) { i = t.ipoint[0]; return m[i % 7, i / 7]; }"
                          "def g(Task t) { i = t.ipoint[0]; return m[*, i]; }",
                          (eval_shape){700, 1000, 0, 0}));
    tally t = {0};
    compare(&c, eval_function(&c, "f"), 1, (const int64_t[]){2000}, &(mw_rng){4}, &t);
    compare(&c, eval_function(&c, "g"), 1, (const int64_t[]){2000}, &(mw_rng){5}, &t);
    assert_int_equal(t.points, 4000);
    assert_int_equal(t.errors, 0);
    eval_close(&c);
}

static void a_set_of_too_many_is_an_error(void **state) {
    (void)state;
    eval_case c;
    assert_true(eval_open(&c, "m = Machine(CPU); def f(Task t) { return m[*, *]; }",
                          (eval_shape){1000, 100, 0, 0}));
    tally t = {0};
    compare(&c, eval_function(&c, "f"), 1, (const int64_t[]){30}, &(mw_rng){3}, &t);
    assert_int_equal(t.errors, 1);
    assert_int_equal(mw_diags_first_error(c.diags)->code, MW_TOO_MANY_PLACES);
    eval_close(&c);
}

static void an_error_names_the_first_point_that_fails(void **state) {
    (void)state;
    eval_case c;
    assert_true(eval_open(&c,
                          "m = Machine(GPU);\n"
                          "def f(Task t) {\n"
                          "    return m[t.ipoint[0] / 100, t.ipoint[1] % 4];\n"
                          "}\n",
                          (eval_shape){7, 0, 4, 0}));
    tally t = {0};
    compare(&c, eval_function(&c, "f"), 2, (const int64_t[]){1000, 3}, &(mw_rng){6}, &t);
    assert_int_equal(t.points, 700 * 3);
    const mw_diag *d = mw_diags_first_error(c.diags);
    assert_int_equal(d->code, MW_OUTSIDE_SPACE);
    assert_int_equal(d->line, 3);
    assert_non_null(strstr(d->message, "GPU[7, 0] is outside the space of 7 x 4"));
    assert_non_null(strstr(d->message, "point (700, 0) of (1000, 3)"));
    eval_close(&c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_functions_decide_and_fail_the_same),
        cmocka_unit_test(mappers_of_the_formatter_s_generator_too),
        cmocka_unit_test(sets_larger_than_a_block_come_in_parts),
        cmocka_unit_test(spaces_without_a_table_are_traced),
        cmocka_unit_test(a_set_of_too_many_is_an_error),
        cmocka_unit_test(an_error_names_the_first_point_that_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
