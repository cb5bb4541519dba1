// tests/machine/test_space.c: processor spaces against a plain second writing of the definitions: a
// space as the list of the processors that its points stand for.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/rng.h"
#include "machine/space.h"

enum { PARTS_MAX = 4, LISTED_MAX = 4096 };

// --- the second writing
// ---------------------------------------------------------------------------

typedef struct listed {
    uint32_t rank;
    int64_t extent[MW_SPACE_RANK_MAX];
    uint32_t procs[LISTED_MAX]; // row-major: node * processors of a node + index
} listed;

static int64_t volume_of(const listed *s) {
    int64_t volume = 1;
    for (uint32_t d = 0; d < s->rank; d++)
        volume *= s->extent[d];
    return volume;
}

static void point_of(const listed *s, int64_t at, int64_t *point) {
    for (uint32_t d = s->rank; d-- > 0; at /= s->extent[d])
        point[d] = at % s->extent[d];
}

static uint32_t proc_at(const listed *s, const int64_t *point) {
    int64_t at = 0;
    for (uint32_t d = 0; d < s->rank; d++) {
        assert_true(point[d] >= 0 && point[d] < s->extent[d]);
        at = at * s->extent[d] + point[d];
    }
    return s->procs[at];
}

static listed list_base(int64_t nodes, int64_t procs) {
    listed s = {.rank = 2, .extent = {nodes, procs}};
    for (int64_t i = 0; i < nodes * procs; i++)
        s.procs[i] = (uint32_t)i;
    return s;
}

/** Gives a space of new extents its processors: `old_of` says which old point a new one is. */
typedef void old_of(const listed *old, const listed *fresh, const int64_t *arg,
                    const int64_t *point, int64_t *out);
static void relist(const listed *old, listed *fresh, const int64_t *arg, old_of *f) {
    int64_t volume = volume_of(fresh);
    for (int64_t i = 0; i < volume; i++) {
        int64_t point[MW_SPACE_RANK_MAX], from[MW_SPACE_RANK_MAX];
        point_of(fresh, i, point);
        f(old, fresh, arg, point, from);
        fresh->procs[i] = proc_at(old, from);
    }
}

/** "a and b become one of extent A*B, at position a if a < b, else a-1; i -> a: i / B, b: i % B" */
static void old_of_merge(const listed *old, const listed *fresh, const int64_t *arg,
                         const int64_t *point, int64_t *out) {
    (void)fresh;
    int64_t a = arg[0], b = arg[1], merged = point[a < b ? a : a - 1];
    uint32_t others = 0;
    for (int64_t d = 0; d < old->rank; d++) {
        int64_t at = a < b ? a : a - 1;
        if (d == a)
            out[d] = merged / old->extent[b];
        else if (d == b)
            out[d] = merged % old->extent[b];
        else {
            others += others == at; // skip the merged one
            out[d] = point[others++];
        }
    }
}

static listed list_merge(const listed *old, const int64_t *arg) {
    listed s = {.rank = 0};
    for (int64_t d = 0; d < old->rank; d++)
        if (d != arg[1])
            s.extent[s.rank++] =
                d == arg[0] ? old->extent[arg[0]] * old->extent[arg[1]] : old->extent[d];
    relist(old, &s, arg, old_of_merge);
    return s;
}

/** "first part varies fastest" */
static void old_of_parts(const listed *old, const listed *fresh, const int64_t *arg,
                         const int64_t *point, int64_t *out) {
    int64_t d = arg[0], n = (int64_t)fresh->rank - old->rank + 1, stride = 1;
    for (int64_t i = 0; i < d; i++)
        out[i] = point[i];
    out[d] = 0;
    for (int64_t i = 0; i < n; i++) {
        out[d] += point[d + i] * stride;
        stride *= fresh->extent[d + i];
    }
    for (int64_t i = d + n; i < fresh->rank; i++)
        out[i - n + 1] = point[i];
}

static listed list_parts(const listed *old, int64_t d, uint32_t n, const int64_t *parts) {
    listed s = {.rank = 0};
    for (int64_t i = 0; i < old->rank; i++)
        if (i != d)
            s.extent[s.rank++] = old->extent[i];
        else
            for (uint32_t k = 0; k < n; k++)
                s.extent[s.rank++] = parts[k];
    relist(old, &s, &d, old_of_parts);
    return s;
}

static void old_of_swap(const listed *old, const listed *fresh, const int64_t *arg,
                        const int64_t *point, int64_t *out) {
    (void)fresh;
    for (int64_t d = 0; d < old->rank; d++)
        out[d] = point[d == arg[0] ? arg[1] : d == arg[1] ? arg[0] : d];
}

static void old_of_slice(const listed *old, const listed *fresh, const int64_t *arg,
                         const int64_t *point, int64_t *out) {
    (void)fresh;
    for (int64_t d = 0; d < old->rank; d++)
        out[d] = d == arg[0] ? point[d] + arg[1] : point[d];
}

static void old_of_reverse(const listed *old, const listed *fresh, const int64_t *arg,
                           const int64_t *point, int64_t *out) {
    (void)fresh;
    for (int64_t d = 0; d < old->rank; d++)
        out[d] = d == arg[0] ? old->extent[d] - 1 - point[d] : point[d];
}

/** Factors of d, ascending. */
static uint32_t factors_of(int64_t d, int64_t *factor) {
    uint32_t n = 0;
    for (int64_t p = 2; d > 1; p++)
        for (; d % p == 0; d /= p)
            factor[n++] = p;
    return n;
}

static void balanced(int64_t d, uint32_t n, int64_t *part) {
    int64_t factor[64];
    uint32_t count = factors_of(d, factor);
    for (uint32_t i = 0; i < n; i++)
        part[i] = 1;
    for (uint32_t f = 0; f < count; f++) {
        int64_t *least = part;
        for (uint32_t i = 1; i < n; i++)
            least = part[i] < *least ? &part[i] : least;
        *least *= factor[f];
    }
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t k = i + 1; k < n; k++)
            if (part[k] > part[i]) {
                int64_t kept = part[i];
                part[i] = part[k];
                part[k] = kept;
            }
}

static void greedy(int64_t d, uint32_t n, const int64_t *weight, int64_t *part) {
    int64_t factor[64];
    double left[PARTS_MAX];
    for (uint32_t i = 0; i < n; i++)
        part[i] = 1, left[i] = (double)weight[i];
    for (uint32_t f = factors_of(d, factor); f-- > 0;) {
        uint32_t at = 0;
        for (uint32_t i = 1; i < n; i++)
            at = left[i] > left[at] ? i : at;
        part[at] *= factor[f];
        left[at] /= (double)factor[f];
    }
}

static float cost_of(uint32_t n, const int64_t *part, const int64_t *weight) {
    double sum = 0;
    for (uint32_t i = 0; i < n; i++)
        sum += (float)((double)part[i] / (double)weight[i]);
    return (float)sum;
}

/** The least cost over all ways to write d as an ordered product, by trying every divisor. */
static float least_cost(int64_t d, uint32_t n, uint32_t at, int64_t *part, const int64_t *weight) {
    if (at + 1 == n) {
        part[at] = d;
        return cost_of(n, part, weight);
    }
    float least = FLT_MAX;
    for (int64_t p = 1; p <= d; p++)
        if (d % p == 0) {
            part[at] = p;
            least = fminf(least, least_cost(d / p, n, at + 1, part, weight));
        }
    return least;
}

// --- comparison
// -----------------------------------------------------------------------------------

static void assert_same(const mw_space *s, const listed *expected) {
    assert_int_equal(s->rank, expected->rank);
    for (uint32_t d = 0; d < s->rank; d++)
        assert_int_equal(s->extent[d], expected->extent[d]);
    assert_int_equal(s->volume, volume_of(expected));
    uint32_t procs = s->machine->procs_of_kind[s->kind];
    for (int64_t i = 0; i < s->volume; i++) {
        int64_t point[MW_SPACE_RANK_MAX], back[MW_SPACE_RANK_MAX];
        uint32_t node, index;
        point_of(expected, i, point);
        mw_space_pick(s, point, &node, &index);
        assert_int_equal(node * procs + index, expected->procs[i]);
        assert_true(mw_space_find(s, node, index, back)); // and back: one-to-one
        assert_memory_equal(back, point, s->rank * sizeof *point);
    }
}

typedef struct chain { // a space through some transformations, both ways
    mw_space space[16];
    uint32_t length;
    listed expected;
} chain;

static void apply(chain *c, const char *op, const int64_t *arg, uint32_t count, listed expected) {
    mw_space_why why;
    bool ok = mw_space_transform(&c->space[c->length], mw_space_op_find(op), arg, count,
                                 &c->space[c->length + 1], &why);
    if (!ok)
        fail_msg("%s: %s", op, why.text);
    c->length++;
    c->expected = expected;
    assert_same(&c->space[c->length], &c->expected);
}

static int64_t below(mw_rng *r, int64_t n) {
    return (int64_t)mw_rng_below(r, (uint64_t)n);
}

static void split_into_weights(chain *c, mw_rng *r, const char *op, int64_t d) {
    const listed *old = &c->expected;
    int64_t arg[1 + PARTS_MAX] = {d}, part[PARTS_MAX];
    uint32_t n = 1 + (uint32_t)below(r, PARTS_MAX);
    for (uint32_t i = 1; i <= n; i++)
        arg[i] = 1 + below(r, 40);
    if (strcmp(op, "greedy_split") == 0)
        greedy(old->extent[d], n, arg + 1, part);
    else
        mw_auto_split(old->extent[d], n, arg + 1, part); // which of them: tested on its own
    apply(c, op, arg, 1 + n, list_parts(old, d, n, part));
}

static void transform_somehow(chain *c, mw_rng *r) {
    const listed *old = &c->expected;
    int64_t a = below(r, old->rank), b = below(r, old->rank), part[3];
    listed same = *old;
    switch (below(r, 9)) {
    case 0:
        if (a != b)
            apply(c, "merge", (int64_t[]){a, b}, 2, list_merge(old, (int64_t[]){a, b}));
        break;
    case 1:
        part[0] = 1 + below(r, 6);
        if (old->extent[a] % part[0] == 0) {
            part[1] = old->extent[a] / part[0];
            apply(c, "split", (int64_t[]){a, part[0]}, 2, list_parts(old, a, 2, part));
        }
        break;
    case 2:
        same.extent[a] = old->extent[b], same.extent[b] = old->extent[a];
        relist(old, &same, (int64_t[]){a, b}, old_of_swap);
        apply(c, "swap", (int64_t[]){a, b}, 2, same);
        break;
    case 3: {
        int64_t low = below(r, old->extent[a]), high = low + below(r, old->extent[a] - low);
        same.extent[a] = high - low + 1;
        relist(old, &same, (int64_t[]){a, low}, old_of_slice);
        apply(c, "slice", (int64_t[]){a, low, high}, 3, same);
        break;
    }
    case 4:
        relist(old, &same, &a, old_of_reverse);
        apply(c, "reverse", &a, 1, same);
        break;
    case 5: {
        uint32_t n = 2 + (uint32_t)below(r, 2);
        balanced(old->extent[a], n, part);
        apply(c, "balance_split", (int64_t[]){a, n}, 2, list_parts(old, a, n, part));
        break;
    }
    case 6: split_into_weights(c, r, "auto_split", a); break;
    case 7: split_into_weights(c, r, "greedy_split", a); break;
    default: split_into_weights(c, r, "decompose", a);
    }
}

static void transformations_on_top_of_each_other(void **state) {
    (void)state;
    mw_rng r = {7};
    for (int round = 0; round < 2000; round++) {
        uint32_t nodes = 1 + (uint32_t)below(&r, 12), procs = 1 + (uint32_t)below(&r, 12);
        mw_machine *m = mw_machine_bare(nodes, 0, procs, 0);
        chain *c = calloc(1, sizeof *c);
        c->space[0] = mw_space_base(m, MW_PROC_GPU);
        c->expected = list_base(nodes, procs);
        assert_same(&c->space[0], &c->expected);
        for (int step = 0; step < 10 && c->length < 12 && c->expected.rank <= 10; step++)
            transform_somehow(c, &r);
        uint32_t table[LISTED_MAX];
        mw_space_tabulate(&c->space[c->length], table); // the other way to look up
        assert_same(&c->space[c->length], &c->expected);
        free(c);
        mw_machine_free(m);
    }
}

/** split(d, f) makes (f, D/f), the first part fastest, so merging second and first undoes it. */
static void merging_what_was_split_is_the_identity(void **state) {
    (void)state;
    for (uint32_t nodes = 1; nodes <= 12; nodes++)
        for (uint32_t procs = 1; procs <= 12; procs++) {
            mw_machine *m = mw_machine_bare(nodes, 0, procs, 0);
            mw_space base = mw_space_base(m, MW_PROC_GPU), split, merged;
            for (int64_t d = 0; d < 2; d++)
                for (int64_t f = 1; f <= base.extent[d]; f++) {
                    if (base.extent[d] % f != 0)
                        continue;
                    assert_true(mw_space_transform(&base, mw_space_op_find("split"),
                                                   (int64_t[]){d, f}, 2, &split, NULL));
                    assert_true(mw_space_transform(&split, mw_space_op_find("merge"),
                                                   (int64_t[]){d + 1, d}, 2, &merged, NULL));
                    listed expected = list_base(nodes, procs);
                    assert_same(&merged, &expected);
                }
            mw_machine_free(m);
        }
}

static void impossible_transformations_say_why(void **state) {
    (void)state;
    mw_machine *m = mw_machine_bare(6, 0, 4, 0);
    mw_space base = mw_space_base(m, MW_PROC_GPU), out;
    static const struct {
        const char *op;
        uint32_t count;
        int64_t arg[4];
        const char *why;
    } CASES[] = {
        {"split", 2, {0, 4}, "an extent of 6 does not divide by 4"},
        {"split", 2, {0, 0}, "cannot split into 0 parts"},
        {"split", 2, {2, 2}, "there is no dimension 2: the space has 2, counted from 0"},
        {"split", 2, {-1, 2}, "there is no dimension -1"},
        {"merge", 2, {1, 1}, "dimension 1 cannot be merged with itself"},
        {"merge", 2, {0, INT64_MAX}, "there is no dimension 9223372036854775807"},
        {"slice", 3, {0, 0, 6}, "0 to 6 is no range of an extent of 6"},
        {"slice", 3, {0, 3, 2}, "3 to 2 is no range"},
        {"slice", 3, {0, INT64_MIN, INT64_MAX}, "is no range of an extent of 6"},
        {"balance_split", 2, {0, 4}, "balance_split makes 2 or 3 parts, not 4"},
        {"auto_split", 3, {0, 2, 0}, "weight 1 is 0; each must be at least 1"},
        {"greedy_split", 3, {0, 2, -1}, "weight 1 is -1; each must be at least 0"},
        {"auto_split", 1, {0}, "the weights are an empty tuple"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        mw_space_why why;
        assert_false(mw_space_transform(&base, mw_space_op_find(CASES[i].op), CASES[i].arg,
                                        CASES[i].count, &out, &why));
        if (!strstr(why.text, CASES[i].why))
            fail_msg("%s: '%s' without '%s'", CASES[i].op, why.text, CASES[i].why);
    }
    mw_machine_free(m);
}

// --- auto_split
// -----------------------------------------------------------------------------------

static void auto_split_is_the_best_of_all(void **state) {
    (void)state;
    mw_rng r = {11};
    for (int round = 0; round < 4000; round++) {
        uint32_t n = 1 + (uint32_t)below(&r, PARTS_MAX);
        int64_t d = 1 + below(&r, round % 2 ? 64 : 400), weight[PARTS_MAX], part[PARTS_MAX];
        int64_t most = round % 3 ? 40 : 100000;
        for (uint32_t i = 0; i < n; i++)
            weight[i] = 1 + below(&r, most);
        assert_true(mw_auto_split(d, n, weight, part) > 0);
        int64_t product = 1, tried[PARTS_MAX];
        for (uint32_t i = 0; i < n; i++)
            product *= part[i];
        assert_int_equal(product, d);
        float best = least_cost(d, n, 0, tried, weight);
        // a candidate that is not worse by 1e-6 joins the ties without moving the minimum
        assert_true(cost_of(n, part, weight) - best <= 1e-6f);
        if (d > 1) { // the greedy answer wins where it is as good
            greedy(d, n, weight, tried);
            if (cost_of(n, tried, weight) == best)
                assert_memory_equal(tried, part, n * sizeof *part);
        }
    }
}

static void one_processor_is_divided_whatever_the_weights(void **state) {
    (void)state;
    int64_t part[3];
    assert_true(mw_auto_split(1, 3, (int64_t[]){0, 5, -2}, part) > 0);
    assert_memory_equal(part, ((int64_t[]){1, 1, 1}), sizeof part);
    mw_greedy_split(8, 2, (int64_t[]){0, 3}, part);
    assert_memory_equal(part, ((int64_t[]){1, 8}), 2 * sizeof *part);
}

/** "8x12x5" */
static uint32_t read_list(const char *text, int64_t *out) {
    uint32_t n = 0;
    char *end;
    for (;; text = end + 1) {
        assert_true(n < 8);
        out[n++] = strtoll(text, &end, 10);
        if (*end != 'x')
            return n;
    }
}

static void auto_split_gives_the_published_samples(void **state) {
    (void)state;
    FILE *f = fopen(MW_TESTS "/../../shared/data/language/auto_split.csv", "r");
    if (!f) {
        print_message("skipped: ../shared/data/language/auto_split.csv is not here\n");
        skip();
    }
    char line[400];
    int rows = 0;
    assert_non_null(fgets(line, sizeof line, f)); // the header
    while (fgets(line, sizeof line, f)) {
        const char *field[4] = {strtok(line, ",\n"), strtok(NULL, ",\n"), strtok(NULL, ",\n"),
                                strtok(NULL, ",\n")};
        int64_t d = strtoll(field[0], NULL, 10), weight[8], expected[8], part[8];
        uint32_t n = read_list(field[1], weight);
        assert_int_equal(read_list(field[2], expected), n);
        assert_true(mw_auto_split(d, n, weight, part) > 0);
        assert_memory_equal(part, expected, n * sizeof *part);
        assert_int_equal(read_list(field[3], expected), n);
        mw_greedy_split(d, n, weight, part);
        assert_memory_equal(part, expected, n * sizeof *part);
        rows++;
    }
    fclose(f);
    assert_true(rows > 100);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(transformations_on_top_of_each_other),
        cmocka_unit_test(merging_what_was_split_is_the_identity),
        cmocka_unit_test(impossible_transformations_say_why),
        cmocka_unit_test(auto_split_is_the_best_of_all),
        cmocka_unit_test(one_processor_is_divided_whatever_the_weights),
        cmocka_unit_test(auto_split_gives_the_published_samples),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
