// tests/lang/test_eval_random.c: random expressions, written and computed side by side: their
// values, and which of them have none.
#include "lang/eval_case.h"
#include "base/rng.h"

__extension__ typedef __int128 wide;

enum { DEPTH = 4, LEN_MAX = 4 };

/** A value as it should come out, or why there is none. */
typedef struct outcome {
    int64_t v[LEN_MAX];
    uint32_t len;      // of a tuple
    mw_diag_code code; // 0: there is a value
} outcome;

typedef struct writer {
    mw_str out;
    mw_rng rng;
} writer;

static const int64_t POINT[] = {3, 0, 7}, EXTENT[] = {5, 2, 11};

static uint32_t any(writer *w, uint32_t n) {
    return (uint32_t)mw_rng_below(&w->rng, n);
}
static void put(writer *w, const char *text) {
    mw_str_add(&w->out, text);
}

static outcome of(int64_t v) {
    return (outcome){.v = {v}, .len = 1};
}

/** a op b as mathematics has it, and what of that fits. */
static mw_diag_code compute(char op, int64_t a, int64_t b, int64_t *out) {
    wide r = 0;
    if ((op == '/' || op == '%') && b == 0)
        return MW_DIVISION_BY_ZERO;
    switch (op) {
    case '+': r = (wide)a + b; break;
    case '-': r = (wide)a - b; break;
    case '*': r = (wide)a * b; break;
    case '/': r = (wide)a / b; break;
    default: r = (wide)a % b;
    }
    *out = (int64_t)r;
    return r < INT64_MIN || r > INT64_MAX ? MW_OVERFLOW : (mw_diag_code)0;
}

static outcome elementwise(char op, outcome a, outcome b) {
    outcome r = {.len = a.len};
    if (a.code || b.code) { // the left side is computed first
        r.code = a.code ? a.code : b.code;
        return r;
    }
    for (uint32_t i = 0; i < a.len && !r.code; i++)
        r.code = compute(op, a.v[i], b.len == 1 ? b.v[0] : b.v[i], &r.v[i]);
    return r;
}

static outcome integer(writer *w, uint32_t depth);

static outcome leaf(writer *w) {
    static const int64_t ODD[] = {INT64_MAX, INT64_C(4611686018427387904), 3037000500, 0};
    uint32_t d = any(w, 3);
    switch (any(w, 6)) {
    case 0: {
        int64_t v = ODD[any(w, MW_COUNT(ODD))];
        mw_str_printf(&w->out, "%lld", (long long)v);
        return of(v);
    }
    case 1: mw_str_printf(&w->out, "t.ispace[%u]", d); return of(EXTENT[d]);
    case 2: mw_str_printf(&w->out, "t.ipoint[-%u]", 3 - d); return of(POINT[d]);
    case 3: mw_str_printf(&w->out, "t.ipoint[%u]", d); return of(POINT[d]);
    default: {
        int64_t v = any(w, 12);
        mw_str_printf(&w->out, "%lld", (long long)v);
        return of(v);
    }
    }
}

static outcome condition(writer *w, uint32_t depth) {
    static const char *const OPS[] = {"<", "<=", ">", ">=", "==", "!="};
    put(w, "(");
    outcome a, b;
    if (depth && any(w, 3) == 0) {
        bool both = any(w, 2);
        a = condition(w, depth - 1);
        put(w, both ? " && " : " || ");
        b = condition(w, depth - 1);
        if (!a.code && (a.v[0] != 0) == both) // else the left side has decided
            a = b;
    } else {
        uint32_t op = any(w, MW_COUNT(OPS));
        a = integer(w, depth ? depth - 1 : 0);
        mw_str_printf(&w->out, " %s ", OPS[op]);
        b = integer(w, depth ? depth - 1 : 0);
        int64_t x = a.v[0], y = b.v[0];
        a.code = a.code ? a.code : b.code;
        a.v[0] = op == 0   ? x < y
                 : op == 1 ? x <= y
                 : op == 2 ? x > y
                 : op == 3 ? x >= y
                 : op == 4 ? x == y
                           : x != y;
    }
    put(w, ")");
    return a;
}

static outcome choice(writer *w, uint32_t depth) {
    outcome which = condition(w, depth);
    put(w, " ? ");
    outcome a = integer(w, depth);
    put(w, " : ");
    outcome b = integer(w, depth);
    return which.code ? which : which.v[0] ? a : b;
}

static outcome tuple(writer *w, uint32_t len, uint32_t depth);

static outcome slice(writer *w, uint32_t depth) {
    uint32_t len = 2 + any(w, 3);
    outcome t = tuple(w, len, depth), r = {.code = t.code};
    int64_t n = len, low = (int64_t)any(w, 2 * len + 1) - n,
            high = (int64_t)any(w, 2 * len + 1) - n;
    mw_str_printf(&w->out, "[%lld:%lld]", (long long)low, (long long)high);
    low = low < 0 ? low + n : low;
    high = high <= 0 ? high + n : high;
    for (int64_t i = low; i < high; i++)
        r.v[r.len++] = t.v[i];
    return r;
}

static outcome volume(outcome t) {
    outcome r = {.v = {1}, .len = 1, .code = t.code};
    for (uint32_t i = 0; i < t.len && !r.code; i++)
        r.code = compute('*', r.v[0], t.v[i], &r.v[0]);
    return r;
}

static outcome of_tuple(writer *w, uint32_t depth) {
    uint32_t len = 2 + any(w, 3), form = any(w, 4);
    outcome t;
    if (form == 0) {
        t = slice(w, depth);
        put(w, any(w, 2) ? ".volume" : ".size.volume");
        return volume(t);
    }
    if (form == 1) {
        t = slice(w, depth);
        put(w, ".len");
        return t.code ? t : of(t.len);
    }
    t = tuple(w, len, depth);
    int64_t at = (int64_t)any(w, 2 * len + 2) - len - 1, n = len;
    mw_str_printf(&w->out, "[zero(%lld)]", (long long)at); // known only when it runs
    if (t.code)
        return t;
    if (at < -n || at >= n)
        return (outcome){.code = MW_TUPLE_INDEX};
    return of(t.v[at < 0 ? at + n : at]);
}

static outcome integer(writer *w, uint32_t depth) {
    static const char OPS[] = "+-*/%";
    if (depth == 0)
        return leaf(w);
    uint32_t form = any(w, 10);
    put(w, "(");
    outcome r;
    if (form == 0) {
        put(w, "-");
        r = integer(w, depth - 1);
        r = elementwise('-', of(0), r);
    } else if (form == 1) {
        r = choice(w, depth - 1);
    } else if (form < 4) {
        r = of_tuple(w, depth - 1);
    } else {
        char op = OPS[any(w, 5)];
        outcome a = integer(w, depth - 1);
        mw_str_printf(&w->out, " %c zero(", op); // a literal 0 would be found before it runs
        outcome b = integer(w, depth - 1);
        put(w, ")");
        r = elementwise(op, a, b);
    }
    put(w, ")");
    return r;
}

static outcome elements(writer *w, uint32_t len, uint32_t depth) {
    outcome r = {.len = len};
    put(w, "(");
    for (uint32_t i = 0; i < len; i++) {
        put(w, i ? ", " : "");
        outcome e = integer(w, depth);
        r.v[i] = e.v[0];
        r.code = r.code ? r.code : e.code;
    }
    put(w, ")");
    return r;
}

static outcome comprehension(writer *w, uint32_t len, uint32_t depth) {
    put(w, "tuple(e * e + 1 for e in ");
    outcome over = tuple(w, len, depth), r = {.len = len, .code = over.code};
    put(w, ")");
    for (uint32_t i = 0; i < len && !r.code; i++) {
        int64_t square = 0;
        r.code = compute('*', over.v[i], over.v[i], &square);
        if (!r.code)
            r.code = compute('+', square, 1, &r.v[i]);
    }
    return r;
}

static outcome tuple(writer *w, uint32_t len, uint32_t depth) {
    static const char OPS[] = "+-*/%";
    uint32_t form = depth ? any(w, 6) : 0;
    if (form == 1)
        return comprehension(w, len, depth - 1);
    if (form < 3 && len == 3) {
        put(w, form ? "t.ispace" : "t.ipoint");
        outcome r = {.len = 3};
        memcpy(r.v, form ? EXTENT : POINT, sizeof POINT);
        return r;
    }
    if (form < 4)
        return elements(w, len, depth ? depth - 1 : 0);
    if (form == 4) { // unpacked in front of one more
        if (len < 3)
            return elements(w, len, depth - 1);
        put(w, "(*");
        outcome r = tuple(w, len - 1, depth - 1);
        put(w, ", ");
        outcome last = integer(w, depth - 1);
        put(w, ")");
        r.v[r.len++] = last.v[0];
        r.code = r.code ? r.code : last.code;
        return r;
    }
    char op = OPS[any(w, 5)];
    put(w, "(");
    outcome a = tuple(w, len, depth - 1);
    mw_str_printf(&w->out, " %c ", op);
    outcome b = {.v = {2}, .len = 1};
    if (any(w, 3) == 0) {
        put(w, "zero(2)");
    } else {
        put(w, "same(");
        b = tuple(w, len, depth - 1);
        put(w, ")");
    }
    put(w, ")");
    return elementwise(op, a, b);
}

typedef struct tally {
    uint32_t values, errors[3];
} tally;

static void count(tally *t, mw_diag_code code) {
    t->values += code == 0;
    t->errors[0] += code == MW_OVERFLOW;
    t->errors[1] += code == MW_DIVISION_BY_ZERO;
    t->errors[2] += code == MW_TUPLE_INDEX;
}

static void assert_comes_out(writer *w, outcome expected) {
    eval_case c;
    if (!eval_open(&c, mw_str_text(&w->out), (eval_shape){1, 0, 1, 0})) {
        mw_diags_print(stderr, c.diags);
        fail_msg("refused: %s", mw_str_text(&w->out));
    }
    mw_task_view view = eval_view(3, EXTENT, POINT);
    int64_t value = 0;
    mw_status status =
        mw_binding_integer(c.binding, eval_function(&c, "f"), &view, &value, c.diags);
    const mw_diag *d = mw_diags_first_error(c.diags);
    if ((status == MW_OK) != (expected.code == 0) || (d && d->code != expected.code) ||
        (status == MW_OK && value != expected.v[0]))
        fail_msg("%s\ngave %lld, MW%d; not %lld, MW%d", mw_str_text(&w->out), (long long)value,
                 d ? d->code : 0, (long long)expected.v[0], expected.code);
    eval_close(&c);
}

static void random_expressions_come_out_as_computed(void **state) {
    (void)state;
    enum { ROUNDS = 20000 };
    tally t = {0};
    for (uint64_t i = 0; i < ROUNDS; i++) {
        writer w = {.rng = {i}};
        put(&w, "def zero(int x) { return x; }\ndef same(IPoint p) { return p; }\ndef f(Task t) "
                "{\n    return ");
        outcome expected = integer(&w, 2 + (uint32_t)i % DEPTH);
        put(&w, ";\n}\n");
        assert_comes_out(&w, expected);
        count(&t, expected.code);
        mw_str_clear(&w.out);
    }
    print_message("%u values, %u overflows, %u divisions by zero, %u indices outside\n", t.values,
                  t.errors[0], t.errors[1], t.errors[2]);
    assert_true(t.values > ROUNDS / 4 && t.errors[0] > 100 && t.errors[1] > 100 &&
                t.errors[2] > 100);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(random_expressions_come_out_as_computed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
