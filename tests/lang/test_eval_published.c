// tests/lang/test_eval_published.c: the ways in which published mappers place launches, in several
// spellings each, against plain loops over the formulas, on many machines and domains.
#include "lang/eval_case.h"
#include <float.h>
#include <math.h>
#include <stdlib.h>

enum { RANKS = 3 };

/** What a formula has to go by. */
typedef struct here {
    int64_t nodes, procs; // of the kind, on a node
    uint32_t rank;
    int64_t e[RANKS], x[RANKS];
} here;

/** The processor, or false where the mapper must fail. */
typedef bool formula(const here *h, int64_t *node, int64_t *proc);

// --- dividing processors
// --------------------------------------------------------------------------

static uint32_t primes_down(int64_t d, int64_t *prime, uint32_t *exponent) {
    uint32_t n = 0;
    for (int64_t p = d; p >= 2; p--) {
        bool is_prime = d % p == 0;
        for (int64_t q = 2; q * q <= p && is_prime; q++)
            is_prime = p % q != 0;
        if (!is_prime)
            continue;
        prime[n] = p;
        exponent[n] = 0;
        for (int64_t left = d; left % p == 0; left /= p)
            exponent[n]++;
        n++;
    }
    return n;
}

typedef struct ways {
    int64_t part[20000][RANKS];
    uint32_t count;
} ways;

/** Ordered products, in the order in which they are tried: the largest prime outermost, its
 * exponents for the first dimension ascending, then for the second, the rest to the last. */
static void list_ways(int64_t d, uint32_t n, ways *w) {
    int64_t prime[32];
    uint32_t exponent[32], primes = primes_down(d, prime, exponent);
    static ways next;
    w->count = 1;
    for (uint32_t i = 0; i < n; i++)
        w->part[0][i] = 1;
    for (uint32_t k = 0; k < primes; k++) {
        next.count = 0;
        for (uint32_t c = 0; c < w->count; c++)
            for (uint32_t first = n == 1 ? exponent[k] : 0; first <= exponent[k]; first++)
                for (uint32_t second = n < 3 ? exponent[k] - first : 0;
                     second <= exponent[k] - first; second++) {
                    uint32_t power[RANKS] = {first, second, exponent[k] - first - second};
                    int64_t *part = next.part[next.count++];
                    for (uint32_t i = 0; i < n; i++)
                        part[i] = w->part[c][i] * (int64_t)llround(pow((double)prime[k], power[i]));
                }
        memcpy(w->part, next.part, next.count * sizeof *next.part);
        w->count = next.count;
    }
}

static void greedy(int64_t d, uint32_t n, const int64_t *weight, int64_t *part) {
    int64_t prime[32];
    uint32_t exponent[32], primes = primes_down(d, prime, exponent);
    double left[RANKS];
    for (uint32_t i = 0; i < n; i++)
        part[i] = 1, left[i] = (double)weight[i];
    for (uint32_t k = 0; k < primes; k++)
        for (; exponent[k] > 0; exponent[k]--) {
            uint32_t at = 0;
            for (uint32_t i = 1; i < n; i++)
                at = left[i] > left[at] ? i : at;
            part[at] *= prime[k];
            left[at] /= (double)prime[k];
        }
}

static void split_by_trying(int64_t d, uint32_t n, const int64_t *weight, int64_t *part) {
    static ways w;
    list_ways(d, n, &w);
    int64_t preferred[RANKS];
    float least = FLT_MAX;
    uint32_t first = 0;
    bool greedy_ties = false;
    greedy(d, n, weight, preferred);
    for (uint32_t c = 0; c < w.count && d > 1; c++) {
        double sum = 0;
        for (uint32_t i = 0; i < n; i++)
            sum += (float)((double)w.part[c][i] / (double)weight[i]);
        float cost = (float)sum;
        bool ties = fabs((double)cost - (double)least) < 1e-6;
        if (!ties && cost >= least)
            continue;
        bool same = memcmp(w.part[c], preferred, n * sizeof *preferred) == 0;
        greedy_ties = ties ? greedy_ties || same : same;
        if (!ties)
            least = cost, first = c;
    }
    memcpy(part, greedy_ties ? preferred : w.part[first], n * sizeof *part);
}

/** False: a weight of 0, where there is something to divide. */
static bool auto_split(int64_t d, uint32_t n, const int64_t *weight, int64_t *part) {
    static struct {
        int64_t d, weight[RANKS], part[RANKS];
        uint32_t n;
    } known[4]; // all points of a launch ask the same
    static uint32_t turn;
    for (uint32_t i = 0; i < n && d > 1; i++)
        if (weight[i] < 1)
            return false;
    for (uint32_t i = 0; i < MW_COUNT(known); i++)
        if (known[i].d == d && known[i].n == n &&
            memcmp(known[i].weight, weight, n * sizeof *weight) == 0) {
            memcpy(part, known[i].part, n * sizeof *part);
            return true;
        }
    split_by_trying(d, n, weight, part);
    uint32_t at = turn++ % MW_COUNT(known);
    known[at].d = d;
    known[at].n = n;
    memcpy(known[at].weight, weight, n * sizeof *weight);
    memcpy(known[at].part, part, n * sizeof *part);
    return true;
}

static void balance(int64_t d, uint32_t n, int64_t *part) {
    for (uint32_t i = 0; i < n; i++)
        part[i] = 1;
    for (int64_t p = 2; d > 1; p++)
        for (; d % p == 0; d /= p) {
            uint32_t at = 0;
            for (uint32_t i = 1; i < n; i++)
                at = part[i] < part[at] ? i : at;
            part[at] *= p;
        }
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t k = i + 1; k < n; k++)
            if (part[k] > part[i]) {
                int64_t kept = part[i];
                part[i] = part[k];
                part[k] = kept;
            }
}

static bool at_rank(const here *h, int64_t rank, int64_t *node, int64_t *proc) {
    *node = rank / h->procs;
    *proc = rank % h->procs;
    return rank >= 0 && rank < h->nodes * h->procs;
}

// --- the formulas
// ---------------------------------------------------------------------------------

static bool linear_block(const here *h, int64_t *node, int64_t *proc) {
    return at_rank(h, h->x[0], node, proc);
}
static bool linear_cyclic(const here *h, int64_t *node, int64_t *proc) {
    *node = h->x[0] % h->nodes;
    *proc = h->x[0] / h->nodes;
    return *proc < h->procs;
}
static bool first_of_node(const here *h, int64_t *node, int64_t *proc) {
    *node = h->x[0] / h->procs;
    *proc = 0;
    return *node < h->nodes;
}
static bool block_1d(const here *h, int64_t *node, int64_t *proc) {
    return at_rank(h, h->x[0] * h->nodes * h->procs / h->e[0], node, proc);
}
static bool cyclic_1d(const here *h, int64_t *node, int64_t *proc) {
    return at_rank(h, h->x[0] % (h->nodes * h->procs), node, proc);
}

/** Nodes get blocks, processors inside a node are dealt cyclically. */
static bool hierarchical(const here *h, int64_t *node, int64_t *proc) {
    int64_t outer[RANKS], inner[RANKS], rest[RANKS], stride_n = 1, stride_p = 1;
    if (!auto_split(h->nodes, h->rank, h->e, outer))
        return false;
    for (uint32_t d = 0; d < h->rank; d++)
        rest[d] = h->e[d] / outer[d];
    if (!auto_split(h->procs, h->rank, rest, inner))
        return false;
    *node = *proc = 0;
    for (uint32_t d = 0; d < h->rank; d++) { // the first part varies fastest
        *node += stride_n * (h->x[d] * outer[d] / h->e[d]);
        *proc += stride_p * (h->x[d] % inner[d]);
        stride_n *= outer[d];
        stride_p *= inner[d];
    }
    return true;
}

/** All processors as one grid that fits the domain. */
static bool grid(const here *h, bool block, bool greedily, int64_t *node, int64_t *proc) {
    int64_t part[RANKS], rank = 0, stride = 1;
    if (greedily)
        greedy(h->nodes * h->procs, h->rank, h->e, part);
    else if (!auto_split(h->nodes * h->procs, h->rank, h->e, part))
        return false;
    for (uint32_t d = 0; d < h->rank; d++) {
        rank += stride * (block ? h->x[d] * part[d] / h->e[d] : h->x[d] % part[d]);
        stride *= part[d];
    }
    return at_rank(h, rank, node, proc);
}
static bool grid_block(const here *h, int64_t *node, int64_t *proc) {
    return grid(h, true, false, node, proc);
}
static bool grid_cyclic(const here *h, int64_t *node, int64_t *proc) {
    return grid(h, false, false, node, proc);
}
static bool greedy_block(const here *h, int64_t *node, int64_t *proc) {
    return grid(h, true, true, node, proc);
}

/** A balanced grid, turned around: what was the second part varies fastest. */
static bool swapped_grid(const here *h, int64_t *node, int64_t *proc) {
    int64_t part[2];
    balance(h->nodes * h->procs, 2, part);
    int64_t row = h->x[0] * part[1] / h->e[0], column = h->x[1] * part[0] / h->e[1];
    return at_rank(h, column + part[0] * row, node, proc);
}

static bool linear_2d(const here *h, int64_t *node, int64_t *proc) {
    return at_rank(h, (h->x[0] + h->e[0] * h->x[1]) % (h->nodes * h->procs), node, proc);
}
static bool linear_3d(const here *h, int64_t *node, int64_t *proc) {
    int64_t linear = h->x[0] + h->e[0] * h->x[1] + h->e[0] * h->e[1] * h->x[2];
    *node = linear % h->nodes;
    *proc = linear / h->nodes % h->procs;
    return true;
}
static bool cube(const here *h, int64_t *node, int64_t *proc) {
    int64_t g = h->e[0] > h->e[2] ? h->e[0] : h->e[2];
    return at_rank(h, (h->x[0] + h->x[1] * g + h->x[2] * g * g) % (h->nodes * h->procs), node,
                   proc);
}
static bool balanced_cube(const here *h, int64_t *node, int64_t *proc) {
    int64_t g[3], ranks = h->nodes * h->procs;
    balance(ranks, 3, g);
    return at_rank(h, (h->x[0] + h->x[1] * g[0] + h->x[2] * g[0] * g[1]) % ranks, node, proc);
}
static bool nodes_in_blocks(const here *h, int64_t *node, int64_t *proc) {
    int64_t part[2];
    *proc = 0;
    if (!auto_split(h->nodes, 2, h->e, part))
        return false;
    *node = h->x[0] * part[0] / h->e[0] + part[0] * (h->x[1] * part[1] / h->e[1]);
    return true;
}
static bool block_cyclic(const here *h, int64_t *node, int64_t *proc) {
    *node = h->x[0] / 2 % h->nodes;
    *proc = h->x[1] / 3 % h->procs;
    return true;
}
static bool last_first(const here *h, int64_t *node, int64_t *proc) {
    *node = h->nodes - 1 - h->x[0] % h->nodes;
    *proc = h->procs - 1 - h->x[1] % h->procs;
    return true;
}
/** Half of the nodes (one at least), from the middle on. */
static bool upper_half(const here *h, int64_t *node, int64_t *proc) {
    int64_t low = h->nodes / 2, count = h->nodes - low;
    *node = low + h->x[0] * count / h->e[0];
    *proc = h->x[1] % h->procs;
    return true;
}
/** merge(1, 0): nodes vary fastest. */
static bool across_nodes(const here *h, int64_t *node, int64_t *proc) {
    int64_t rank = (h->x[0] * h->e[1] + h->x[1]) % (h->nodes * h->procs);
    *node = rank % h->nodes;
    *proc = rank / h->nodes;
    return true;
}

// --- the mappers
// ----------------------------------------------------------------------------------

typedef struct mapper {
    const char *of; // which published programs place launches so
    uint32_t rank;
    formula *formula;
    const char *text; // f is the map; K stands for the kind
} mapper;

#define PRIMITIVES                                                                                 \
    "def block_primitive(IPoint ipoint, ISpace ispace, MSpace mspace, int dim1, int dim2) {\n"     \
    "    return ipoint[dim1] * mspace.size[dim2] / ispace[dim1];\n"                                \
    "}\n"                                                                                          \
    "def cyclic_primitive(IPoint ipoint, ISpace ispace, MSpace mspace, int dim1, int dim2) {\n"    \
    "    return ipoint[dim1] % mspace.size[dim2];\n"                                               \
    "}\n"

static const mapper MAPPERS[] = {
    {"circuit, stencil", 1, linear_block,
     "m = Machine(K);\n"
     "def f(Task t) { return m[t.ipoint[0] / m.size[1], t.ipoint[0] % m.size[1]]; }\n"},
    {"circuit, stencil: merged", 1, linear_block,
     "m = Machine(K).merge(0, 1); def f(Task t) { return m[*t.ipoint]; }\n"},
    {"circuit, stencil: split and merged again", 1, linear_block,
     "m = Machine(K); all = m.merge(0, 1).split(0, m.size[1]);\n"
     "# the first part varies fastest: it is the processor\n"
     "def f(Task task) { p = task.ipoint; g = m.size[1]; return all[p[0] % g, p[-1] / g]; }\n"},
    {"circuit: CPU 0", 1, first_of_node,
     "m = Machine(K);\ndef f(Task t) { linear = t.ipoint[0] / m.size[1]; return m[linear, 0]; }\n"},
    {"pennant", 1, linear_cyclic,
     "m = Machine(K);\n"
     "def f(Task task) { ip = task.ipoint; return m[ip[0] % m.size[0], ip[0] / m.size[0]]; }\n"},
    {"pennant: swapped", 1, linear_cyclic,
     "m = Machine(K).swap(0, 1);\n"
     "def f(Task t) { n = m.size[1]; i = t.ipoint[0]; return m[i / n, i - i / n * n]; }\n"},
    {"pennant: merged", 1, linear_cyclic,
     "m = Machine(K).merge(1, 0);\ndef f(Task t) { return m[t.ipoint[0]]; }\n"},
    {"solomonik, init_cublas", 1, block_1d,
     "m = Machine(K).merge(0, 1);\n"
     "def f(Task t) { return m[t.ipoint[0] * m.size[0] / t.ispace[0]]; }\n"},
    {"solomonik, init_cublas: tuples", 1, block_1d,
     "m = Machine(K).merge(0, 1);\n"
     "def f(Task t) { return m[*(t.ipoint * m.size / t.ispace)]; }\n"},
    {"init_cublas", 1, cyclic_1d,
     "m_2d = Machine(K);\nm_1d = m_2d.merge(0, 1);\n"
     "def f(Task t) { return m_1d[t.ipoint[0] % m_1d.size[0]]; }\n"},
    {"cannon, summa, pumma", 2, hierarchical,
     "m_2d = Machine(K);\n" PRIMITIVES "def f(Task task) {\n"
     "    ip = task.ipoint;\n"
     "    m_3d = m_2d.auto_split(0, task.ispace);\n"
     "    sub = task.ispace / m_3d[:-1];\n"
     "    m_4d = m_3d.auto_split(2, sub);\n"
     "    upper = tuple(block_primitive(ip, task.ispace, m_4d, i, i) for i in (0, 1));\n"
     "    lower = tuple(cyclic_primitive(ip, task.ispace, m_4d, i, i + 2) for i in (0, 1));\n"
     "    return m_4d[*upper, *lower];\n"
     "}\n"},
    {"cannon, summa, pumma: unrolled", 2, hierarchical,
     "m = Machine(K);\n"
     "def f(Task t) {\n"
     "    by_node = m.decompose(0, t.ispace);\n"
     "    rest = (t.ispace[0] / by_node.size[0], t.ispace[1] / by_node.size[1]);\n"
     "    g = by_node.decompose(2, rest);\n"
     "    return g[t.ipoint[0] * g.size[0] / t.ispace[0], t.ipoint[1] * g.size[1] / t.ispace[1],\n"
     "             t.ipoint[0] % g.size[2], t.ipoint[1] % g.size[3]];\n"
     "}\n"},
    {"cannon, summa, pumma: tuples", 2, hierarchical,
     "m = Machine(K);\n"
     "def place(MSpace g, IPoint p, ISpace e) {\n"
     "    return g[*(p * g[:2] / e), *(p % g[2:])];\n"
     "}\n"
     "def f(Task t) {\n"
     "    by_node = m.auto_split(0, t.ispace);\n"
     "    return place(by_node.auto_split(-1 + 3, t.ispace / by_node.size[0:2]), t.ipoint,\n"
     "                 t.ispace);\n"
     "}\n"},
    {"solomonik", 3, hierarchical,
     "m_2d = Machine(K);\n" PRIMITIVES "def f(Task task) {\n"
     "    m_4d = m_2d.auto_split(0, task.ispace);\n"
     "    m_6d = m_4d.auto_split(3, task.ispace / m_4d[:-1]);\n"
     "    upper = tuple(block_primitive(task.ipoint, task.ispace, m_6d, i, i) for i in (0, 1, "
     "2));\n"
     "    lower = tuple(cyclic_primitive(task.ipoint, task.ispace, m_6d, i, i + 3)\n"
     "                  for i in (0, 1, 2));\n"
     "    return m_6d[*upper, *lower];\n"
     "}\n"},
    {"solomonik: one dimension", 1, hierarchical,
     "m = Machine(K);\n"
     "def f(Task t) {\n"
     "    a = m.auto_split(0, (*t.ispace, 1)[:1]);\n"
     "    b = a.auto_split(1, t.ispace / a[:1]);\n"
     "    return b[*(t.ipoint * b[:1] / t.ispace), *(t.ipoint % b[-1:])];\n"
     "}\n"},
    {"johnson, cosma", 3, grid_block,
     "m = Machine(K).merge(0, 1);\n" PRIMITIVES "def f(Task t) {\n"
     "    g = m.auto_split(0, t.ispace);\n"
     "    return g[*tuple(block_primitive(t.ipoint, t.ispace, g, i, i) for i in (0, 1, 2))];\n"
     "}\n"},
    {"johnson, cosma: reshaped to one processor a node", 3, grid_block,
     "m_2d = Machine(K);\nm = m_2d.merge(0, 1).split(0, m_2d.size.volume);\n"
     "def f(Task t) {\n"
     "    g = m.auto_split(0, t.ispace);\n"
     "    return g[*(t.ipoint * g[:3] / t.ispace), 0];\n"
     "}\n"},
    {"two dimensions in blocks", 2, grid_block,
     "def f(Task t) {\n"
     "    g = Machine(K).merge(0, 1).auto_split(0, t.ispace);\n"
     "    return g[*(t.ipoint * g.size / t.ispace)];\n"
     "}\n"},
    {"two dimensions, cyclic", 2, grid_cyclic,
     "m = Machine(K).merge(0, 1);\n"
     "def f(Task t) { g = m.auto_split(0, t.ispace); return g[*(t.ipoint % g.size)]; }\n"},
    {"three dimensions, cyclic", 3, grid_cyclic,
     "m = Machine(K).merge(0, 1);\n"
     "def f(Task t) {\n"
     "    g = m.auto_split(0, t.ispace);\n"
     "    return g[*tuple(t.ipoint[i] % g.size[i] for i in (0, 1, 2))];\n"
     "}\n"},
    {"greedy blocks, 2-D", 2, greedy_block,
     "m = Machine(K).merge(0, 1);\n"
     "def f(Task t) { g = m.greedy_split(0, t.ispace); return g[*(t.ipoint * g.size / t.ispace)]; "
     "}"},
    {"greedy blocks, 3-D", 3, greedy_block,
     "m = Machine(K).merge(0, 1);\n"
     "def f(Task t) { g = m.greedy_split(0, t.ispace); return g[*(t.ipoint * g.size / t.ispace)]; "
     "}"},
    {"cannon, summa, pumma on CPUs", 2, swapped_grid,
     "m = Machine(K).merge(0, 1).balance_split(0, 2).swap(0, 1);\n" PRIMITIVES "def f(Task t) {\n"
     "    return m[*tuple(block_primitive(t.ipoint, t.ispace, m, i, i) for i in (0, 1))];\n"
     "}\n"},
    {"linear, cyclic, 2-D", 2, linear_2d,
     "m = Machine(K).merge(0, 1);\n"
     "def linearize(IPoint x, ISpace e) { return x[0] + e[0] * x[1]; }\n"
     "def f(Task t) { return m[linearize(t.ipoint, t.ispace) % m.size[0]]; }\n"},
    {"solomonik, tiles", 3, linear_3d,
     "m = Machine(K);\n"
     "def f(Task t) {\n"
     "    x = t.ipoint;\n"
     "    linear = x[0] + x[1] * t.ispace[0] + x[2] * t.ispace[0] * t.ispace[1];\n"
     "    return m[linear % m.size[0], (linear / m.size[0]) % m.size[1]];\n"
     "}\n"},
    {"johnson, tiles", 3, cube,
     "m = Machine(K).merge(0, 1);\n"
     "def f(Task t) {\n"
     "    g = t.ispace[0] > t.ispace[2] ? t.ispace[0] : t.ispace[2];\n"
     "    linear = t.ipoint[0] + t.ipoint[1] * g + t.ipoint[2] * g * g;\n"
     "    return m[linear % m.size[0]];\n"
     "}\n"},
    {"cosma, tiles", 3, balanced_cube,
     "m = Machine(K).merge(0, 1);\ng = m.balance_split(0, 3);\n"
     "def f(Task t) {\n"
     "    linear = t.ipoint[0] + t.ipoint[1] * g.size[0] + t.ipoint[2] * g.size[0] * g.size[1];\n"
     "    return m[linear % m.size[0]];\n"
     "}\n"},
    {"task_7", 2, nodes_in_blocks,
     "m = Machine(K);\n"
     "def f(Task t) {\n"
     "    g = m.auto_split(0, t.ispace);\n"
     "    return g[*(t.ipoint * g[:-1] / t.ispace), 0];\n"
     "}\n"},
    {"block-cyclic", 2, block_cyclic,
     "m = Machine(K);\ndef f(Task t) { return m[*(t.ipoint / (2, 3) % m.size)]; }\n"},
    {"backwards", 2, last_first,
     "m = Machine(K).reverse(0).reverse(1);\ndef f(Task t) { return m[*(t.ipoint % m[:])]; }\n"},
    {"upper half", 2, upper_half,
     "m = Machine(K);\nh = m.slice(0, m.size[0] / 2, m.size[0] - 1);\n"
     "def f(Task t) {\n"
     "    return h[t.ipoint[0] * h.size[0] / t.ispace[0], t.ipoint[1] % h.size[1]];\n"
     "}\n"},
    {"across nodes", 2, across_nodes,
     "m = Machine(K).merge(1, 0);\n"
     "def f(Task t) { return m[(t.ipoint[0] * t.ispace[1] + t.ipoint[1]) % m.size[0]]; }\n"},
};

static const int64_t DOMAINS[][RANKS] = {{4, 4, 4},  {8, 8, 2},  {1, 1, 1},   {16, 1, 1},
                                         {1, 16, 1}, {1, 1, 16}, {5, 7, 3},   {12, 18, 2},
                                         {2, 6, 12}, {13, 3, 5}, {64, 64, 1}, {3, 3, 3},
                                         {24, 2, 2}, {6, 4, 2},  {100, 3, 1}};

static const eval_shape SHAPES[] = {
    {1, 1, 1, 1},  {1, 2, 2, 1},  {1, 3, 3, 1},  {1, 4, 4, 2},    {1, 6, 6, 2},  {1, 8, 8, 2},
    {2, 1, 1, 1},  {2, 2, 2, 1},  {2, 3, 3, 1},  {2, 4, 4, 2},    {2, 5, 5, 1},  {2, 8, 8, 4},
    {3, 1, 1, 1},  {3, 2, 2, 2},  {3, 4, 4, 2},  {3, 6, 6, 2},    {3, 7, 7, 1},  {4, 1, 1, 2},
    {4, 2, 2, 2},  {4, 4, 4, 2},  {4, 6, 6, 3},  {4, 8, 8, 2},    {5, 1, 1, 1},  {5, 4, 4, 2},
    {5, 5, 5, 5},  {6, 1, 1, 1},  {6, 4, 4, 2},  {6, 6, 6, 2},    {7, 3, 3, 1},  {7, 4, 4, 2},
    {8, 1, 1, 1},  {8, 2, 2, 2},  {8, 4, 4, 2},  {8, 8, 8, 2},    {9, 4, 4, 2},  {10, 4, 4, 2},
    {12, 4, 4, 2}, {12, 6, 6, 2}, {16, 2, 2, 2}, {16, 4, 4, 2},   {16, 8, 8, 2}, {18, 5, 5, 1},
    {24, 4, 4, 2}, {30, 6, 6, 6}, {32, 4, 4, 2}, {36, 12, 12, 2}, {64, 4, 4, 2}, {128, 4, 4, 2}};

typedef struct tally {
    uint64_t places, failures;
} tally;

/** Every point up to the first that must fail. */
static void assert_launch(const eval_case *c, const mapper *m, here *h, tally *t) {
    int64_t unread[RANKS] = {0};
    mw_task_view view = eval_view(m->rank, h->e, unread);
    mw_launch_map *map = NULL;
    assert_int_equal(mw_launch_map_new(c->binding, eval_function(c, "f"), &view, &map), MW_OK);
    uint64_t volume = eval_volume(m->rank, h->e), at = 0;
    mw_status status = MW_OK;
    while (at < volume && status == MW_OK) {
        mw_point_places block;
        status = mw_launch_map_next(map, at, volume - at, &block, c->diags);
        for (uint32_t i = 0; i < block.count; i++, at++) {
            int64_t node = -1, proc = -1;
            eval_point(at, m->rank, h->e, h->x);
            if (!m->formula(h, &node, &proc) || block.pairs[i].node != node ||
                block.pairs[i].index != proc)
                fail_msg("%s: point %llu of %lld x %lld x %lld on %lld nodes of %lld: (%u, %u), "
                         "not (%lld, %lld)",
                         m->of, (unsigned long long)at, (long long)h->e[0], (long long)h->e[1],
                         (long long)h->e[2], (long long)h->nodes, (long long)h->procs,
                         block.pairs[i].node, block.pairs[i].index, (long long)node,
                         (long long)proc);
            t->places++;
        }
    }
    if (status != MW_OK) {
        int64_t node, proc;
        eval_point(at, m->rank, h->e, h->x);
        if (m->formula(h, &node, &proc)) {
            mw_diags_print(stderr, c->diags);
            fail_msg("%s: fails at point %llu", m->of, (unsigned long long)at);
        }
        t->failures++;
    }
    mw_diags_reset(c->diags);
    mw_launch_map_free(map);
}

/** The text with a processor kind for each K that stands alone in parentheses. */
static void for_kind(const char *text, mw_proc_kind kind, char *out) {
    for (; *text; text++)
        if (strncmp(text, "(K)", 3) == 0) {
            out += sprintf(out, "(%s)", mw_proc_kind_name(kind));
            text += 2;
        } else {
            *out++ = *text;
        }
    *out = '\0';
}

static void published_ways_give_the_formulas_decisions(void **state) {
    (void)state;
    tally t = {0};
    for (size_t m = 0; m < MW_COUNT(MAPPERS); m++)
        for (size_t s = 0; s < MW_COUNT(SHAPES); s++) {
            static const mw_proc_kind KINDS[] = {MW_PROC_GPU, MW_PROC_CPU, MW_PROC_OMP};
            mw_proc_kind kind = KINDS[(m + s) % 3];
            char text[4000];
            eval_case c;
            for_kind(MAPPERS[m].text, kind, text);
            if (!eval_open(&c, text, SHAPES[s])) {
                mw_diags_print(stderr, c.diags);
                fail_msg("%s is refused", MAPPERS[m].of);
            }
            for (size_t d = 0; d < MW_COUNT(DOMAINS); d++) {
                here h = {c.machine->nodes,
                          c.machine->procs_of_kind[kind],
                          MAPPERS[m].rank,
                          {1, 1, 1},
                          {0}};
                memcpy(h.e, DOMAINS[d], h.rank * sizeof *h.e);
                assert_launch(&c, &MAPPERS[m], &h, &t);
            }
            eval_close(&c);
        }
    print_message("%zu mappers on %zu machines: %llu places, %llu launches that must fail\n",
                  MW_COUNT(MAPPERS), MW_COUNT(SHAPES), (unsigned long long)t.places,
                  (unsigned long long)t.failures);
    assert_true(t.places > 1000000);
    assert_true(t.failures > 100);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_ways_give_the_formulas_decisions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
