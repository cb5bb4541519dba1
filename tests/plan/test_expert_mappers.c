// tests/plan/test_expert_mappers.c: the mappers in mappers/ decide what their benchmarks' authors
// decided. Each formula below is the one that docs/apps.md gives in words, computed here without
// the language.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/file.h"
#include "plan/mapping.h"

enum { ALL_VARIANTS = 1u << MW_PROC_CPU | 1u << MW_PROC_OMP | 1u << MW_PROC_GPU };

// --- a mapper on a machine ---------------------------------------------------------------------

typedef struct shape {
    uint32_t nodes, cpus, gpus, omps;
} shape;

typedef struct mapped {
    mw_machine *machine;
    mw_program *program;
    mw_mapping *mapping;
    mw_diags *diags;
} mapped;

static void complain(const mw_diags *diags) {
    for (size_t i = 0; i < mw_diags_count(diags); i++)
        fprintf(stderr, "  %s\n", mw_diags_at(diags, i)->message);
}

static mapped map(const char *app, shape s, bool strict) {
    char path[512];
    mapped m = {.machine = mw_machine_bare(s.nodes, s.cpus, s.gpus, s.omps),
                .diags = mw_diags_new()};
    char *text = NULL;
    size_t length = 0;
    snprintf(path, sizeof path, "%s/../mappers/%s", MW_TESTS, app);
    assert_int_equal(mw_file_read(path, MW_MAPPER_MAX_BYTES, &text, &length, m.diags), MW_OK);
    mw_status status = mw_program_parse(path, text, length, &(mw_lang_options){.strict = strict},
                                        &m.program, m.diags);
    free(text);
    if (status != MW_OK || mw_diags_count(m.diags) > 0)
        complain(m.diags);
    assert_int_equal(status, MW_OK);
    assert_int_equal(mw_diags_count(m.diags), 0); // not even a warning
    assert_int_equal(mw_mapping_new(m.program, m.machine, &m.mapping, m.diags), MW_OK);
    return m;
}

static void unmap(mapped *m) {
    mw_mapping_free(m->mapping);
    mw_program_free(m->program);
    mw_machine_free(m->machine);
    mw_diags_free(m->diags);
}

/** The rules of a kind of task with one argument of that name. */
static const mw_kind_rules *rules_of(const mapped *m, const char *task, const char *region,
                                     uint32_t variants) {
    static const char *names[1][3];
    names[0][0] = region;
    const mw_kind_view view = {task, variants, 1, (const char *const(*)[3])names};
    const mw_kind_rules *rules = mw_mapping_kind(m->mapping, &view, m->diags);
    assert_non_null(rules);
    assert_true(rules->mapped);
    return rules;
}

typedef struct place {
    int64_t node, index;
} place;

static place place_of(const mapped *m, const char *task, uint32_t variants, uint32_t rank,
                      const int64_t point[], const int64_t extent[], mw_proc_kind kind) {
    const mw_task_view view = {.name = task,
                               .index_launch = true,
                               .rank = rank,
                               .point = point,
                               .extent = extent,
                               .proc = MW_NO_ID};
    const mw_kind_rules *rules = rules_of(m, task, "A", variants);
    uint32_t *procs = NULL, capacity = 0, count = 0;
    mw_status status =
        mw_mapping_place(m->mapping, rules, &view, 0, &procs, &capacity, &count, m->diags);
    if (status != MW_OK)
        complain(m->diags);
    assert_int_equal(status, MW_OK);
    assert_int_equal(count, 1);
    const mw_proc *proc = &m->machine->procs[procs[0]];
    assert_int_equal(proc->kind, kind);
    place found = {proc->node, proc->index};
    free(procs);
    return found;
}

// --- formulas ----------------------------------------------------------------------------------

/** How a number of processors may be split over the axes: the best ones, several when equally good.
 */
typedef struct splits {
    int count;
    int64_t part[256][3];
} splits;

static splits best_splits(int64_t total, uint32_t rank, const int64_t weight[]) {
    splits best = {0};
    double least = INFINITY;
    for (int64_t a = 1; a <= total; a++)
        for (int64_t b = 1; total % a == 0 && b <= total / a; b++) {
            if (total / a % b != 0 || (rank == 2 && a * b != total))
                continue;
            const int64_t part[3] = {a, b, total / a / b};
            double cost = 0;
            for (uint32_t d = 0; d < rank; d++)
                cost += (double)part[d] / (double)weight[d];
            if (cost < least - 1e-6)
                best.count = 0;
            if (cost > least + 1e-6)
                continue;
            least = fmin(least, cost);
            assert_in_range(best.count, 0, 255);
            memcpy(best.part[best.count++], part, sizeof part);
        }
    return best;
}

/** Where a formula puts a point, given the parts that the nodes and the processors of a node (or,
 * for `over` the ranks, all processors) were split into. */
typedef place (*formula)(const int64_t x[], const int64_t e[], const int64_t over[3],
                         const int64_t under[3], int64_t nodes, int64_t each);

/** Blocks over nodes, cyclic over the processors of a node; the first part varies fastest. */
static place block_cyclic(const int64_t x[], const int64_t e[], const int64_t over[3],
                          const int64_t under[3], int64_t nodes, int64_t each) {
    place p = {0, 0};
    int64_t node_stride = 1, stride = 1;
    for (int d = 0; d < 3 && e[d] > 0; d++) {
        p.node += x[d] * over[d] / e[d] * node_stride;
        p.index += x[d] % under[d] * stride;
        node_stride *= over[d];
        stride *= under[d];
    }
    (void)nodes, (void)each;
    return p;
}

static place block_ranks(const int64_t x[], const int64_t e[], const int64_t over[3],
                         const int64_t under[3], int64_t nodes, int64_t each) {
    int64_t rank = 0, stride = 1;
    for (int d = 0; d < 3 && e[d] > 0; d++) {
        rank += x[d] * over[d] / e[d] * stride;
        stride *= over[d];
    }
    (void)under, (void)nodes;
    return (place){rank / each, rank % each};
}

/** The 1-D launches of broadcasts: where the tile on the diagonal is. */
static place diagonal(const int64_t x[], const int64_t e[], const int64_t over[3],
                      const int64_t under[3], int64_t nodes, int64_t each) {
    return block_cyclic((int64_t[]){x[0], x[0], 0}, (int64_t[]){e[0], e[0], 0}, over, under, nodes,
                        each);
}

static place plain(int64_t linear, int64_t each) {
    return (place){linear / each, linear % each};
}
#define FORMULA(name)                                                                              \
    static place name(const int64_t x[], const int64_t e[], const int64_t over[3],                 \
                      const int64_t under[3], int64_t nodes, int64_t each)
FORMULA(linearblock) { // piece i: node i / processors of a node
    (void)e, (void)over, (void)under;
    return (place){x[0] / each % nodes, x[0] % each};
}
FORMULA(linear_cyclic) { // piece i: node i mod nodes, processor i / nodes
    (void)e, (void)over, (void)under;
    return (place){x[0] % nodes, x[0] / nodes % each};
}
FORMULA(one_each) {
    (void)e, (void)over, (void)under;
    return plain(x[0] % (nodes * each), each);
}
FORMULA(block1d) {
    (void)over, (void)under;
    return plain(x[0] * nodes * each / e[0], each);
}
FORMULA(johnson_face) {
    int64_t g = e[0] > e[2] ? e[0] : e[2];
    (void)over, (void)under;
    return plain((x[0] + x[1] * g + x[2] * g * g) % (nodes * each), each);
}
FORMULA(solomonik_face) {
    int64_t linear = x[0] + e[0] * x[1] + e[0] * e[1] * x[2];
    (void)over, (void)under;
    return (place){linear % nodes, linear / nodes % each};
}
/** Primes ascending, each onto the first smallest part; parts descending. */
FORMULA(cosma_face) {
    int64_t part[3] = {1, 1, 1}, rest = nodes * each;
    for (int64_t prime = 2; rest > 1; prime++)
        for (; rest % prime == 0; rest /= prime) {
            int least = 0;
            for (int d = 1; d < 3; d++)
                least = part[d] < part[least] ? d : least;
            part[least] *= prime;
        }
    for (int d = 0; d < 2; d++) // bubble the larger ones to the front
        for (int k = 0; k < 2; k++)
            if (part[k] < part[k + 1]) {
                int64_t swap = part[k];
                part[k] = part[k + 1];
                part[k + 1] = swap;
            }
    (void)e, (void)over, (void)under;
    return plain((x[0] + x[1] * part[0] + x[2] * part[0] * part[1]) % (nodes * each), each);
}

// --- every point of launches on machines of several shapes -------------------------------------

typedef enum split_by { NONE, NODES_THEN_EACH, RANKS } split_by;

typedef struct expectation {
    const char *app, *tasks; ///< names separated by blanks
    uint32_t rank;
    formula place;
    split_by split;
} expectation;

static const expectation EXPECTED[] = {
    {"circuit", "calculate_new_currents distribute_charge update_voltages", 1, linearblock, NONE},
    {"stencil", "fill stencil increment", 1, linearblock, NONE},
    {"pennant", "init_step_points adv_pos_half calc_centers sum_point_force calc_dt_hydro", 1,
     linear_cyclic, NONE},
    {"cannon",
     "task_1 task_2 task_3 taco_fill taco_validate task_4 align_B align_C shift_B shift_C", 2,
     block_cyclic, NODES_THEN_EACH},
    {"summa", "task_1 task_2 task_3 taco_fill taco_validate task_4", 2, block_cyclic,
     NODES_THEN_EACH},
    {"pumma", "task_1 task_2 task_3 taco_fill taco_validate task_4 place_C roll_C", 2, block_cyclic,
     NODES_THEN_EACH},
    {"summa", "bcast_B bcast_C", 1, diagonal, NODES_THEN_EACH},
    {"pumma", "bcast_B", 1, diagonal, NODES_THEN_EACH},
    {"johnson", "task_4 replicate_B replicate_C reduce_A", 3, block_ranks, RANKS},
    {"johnson", "task_1 task_2 task_3", 3, johnson_face, NONE},
    {"solomonik", "task_5 task_4 replicate_B replicate_C shift_B shift_C reduce_A", 3, block_cyclic,
     NODES_THEN_EACH},
    {"solomonik", "task_1 task_2 task_3", 3, solomonik_face, NONE},
    {"solomonik", "init_cublas", 1, block1d, NONE},
    {"cosma", "task_4 gather_B gather_C reduce_A", 3, block_ranks, RANKS},
    {"cosma", "task_1 task_2 task_3", 3, cosma_face, NONE},
    {"cannon", "init_cublas", 1, one_each, NONE},
    {"summa", "init_cublas", 1, one_each, NONE},
    {"pumma", "init_cublas", 1, one_each, NONE},
    {"johnson", "init_cublas", 1, one_each, NONE},
    {"cosma", "init_cublas", 1, one_each, NONE},
};
/** The last two have no GPU: what is said of GPUs holds for CPUs. */
static const shape SHAPES[] = {{1, 2, 1, 1}, {1, 20, 4, 2}, {2, 20, 4, 2},
                               {4, 8, 2, 1}, {8, 4, 4, 2},  {16, 2, 1, 1},
                               {3, 2, 6, 1}, {1, 2, 0, 0},  {4, 6, 0, 0}};
static const int64_t DOMAINS[][3] = {{1, 1, 1}, {2, 2, 1}, {2, 2, 2}, {4, 4, 2},  {1, 2, 2},
                                     {8, 8, 1}, {4, 8, 8}, {6, 3, 5}, {16, 1, 4}, {7, 5, 3}};

/** Whether all points of a launch are where the formula puts them with these splits. */
static bool all_points_follow(const mapped *m, const expectation *x, const char *task, shape s,
                              const int64_t extent[3], const int64_t over[3],
                              const int64_t under[3]) {
    bool on_gpu = s.gpus > 0;
    int64_t at[3];
    for (at[0] = 0; at[0] < extent[0]; at[0]++)
        for (at[1] = 0; at[1] < (extent[1] ? extent[1] : 1); at[1]++)
            for (at[2] = 0; at[2] < (extent[2] ? extent[2] : 1); at[2]++) {
                uint32_t variants = on_gpu ? ALL_VARIANTS : 1u << MW_PROC_CPU;
                place found = place_of(m, task, variants, x->rank, at, extent,
                                       on_gpu ? MW_PROC_GPU : MW_PROC_CPU);
                place right = x->place(at, extent, over, under, s.nodes, on_gpu ? s.gpus : s.cpus);
                if (found.node != right.node || found.index != right.index)
                    return false;
            }
    return true;
}

static bool launch_follows(const mapped *m, const expectation *x, const char *task, shape s,
                           const int64_t domain[3]) {
    int64_t extent[3] = {0};
    memcpy(extent, domain, x->rank * sizeof *extent);
    const int64_t each = s.gpus > 0 ? s.gpus : s.cpus;
    // the grid that is split: a 1-D launch of broadcasts has the square grid of its diagonal
    int64_t grid[3] = {extent[0], x->rank > 1 ? extent[1] : extent[0], extent[2]};
    uint32_t rank = x->rank > 1 ? x->rank : 2;
    if (x->split == NONE)
        return all_points_follow(m, x, task, s, extent, grid, grid);
    splits over = best_splits(x->split == RANKS ? s.nodes * each : s.nodes, rank, grid);
    for (int i = 0; i < over.count; i++) {
        int64_t rest[3];
        for (int d = 0; d < 3; d++) {
            rest[d] = grid[d] / over.part[i][d];
            rest[d] = rest[d] > 0 ? rest[d] : 1;
        }
        splits under = best_splits(each, rank, rest);
        for (int k = 0; k < under.count; k++)
            if (all_points_follow(m, x, task, s, extent, over.part[i], under.part[k]))
                return true;
    }
    return false;
}

static void index_launches_go_where_the_formulas_say(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof EXPECTED / sizeof *EXPECTED; i++)
        for (size_t k = 0; k < sizeof SHAPES / sizeof *SHAPES; k++) {
            const expectation *x = &EXPECTED[i];
            char app[64], tasks[256];
            snprintf(app, sizeof app, "%s/expert.mapper", x->app);
            snprintf(tasks, sizeof tasks, "%s", x->tasks);
            mapped m = map(app, SHAPES[k], false);
            char *rest;
            for (char *t = strtok_r(tasks, " ", &rest); t; t = strtok_r(NULL, " ", &rest))
                for (size_t d = 0; d < sizeof DOMAINS / sizeof *DOMAINS; d++)
                    // pennant's CPU rule is another one, tested below
                    if ((SHAPES[k].gpus > 0 || x->place != linear_cyclic) &&
                        !launch_follows(&m, x, t, SHAPES[k], DOMAINS[d]))
                        fail_msg("%s: %s over (%d, %d, %d) on %u nodes of %u GPUs, %u CPUs", app, t,
                                 (int)DOMAINS[d][0], (int)DOMAINS[d][1], (int)DOMAINS[d][2],
                                 SHAPES[k].nodes, SHAPES[k].gpus, SHAPES[k].cpus);
            unmap(&m);
        }
}

/** The figures that the descriptions give themselves, for one node of four GPUs. */
static void one_node_of_four_gpus(void **state) {
    const shape s = {1, 20, 4, 2};
    mapped cannon = map("cannon/expert.mapper", s, false);
    mapped solomonik = map("solomonik/expert.mapper", s, false);
    mapped cosma = map("cosma/expert.mapper", s, false);
    (void)state;
    for (int64_t i = 0; i < 2; i++)
        for (int64_t j = 0; j < 2; j++) {
            assert_int_equal(place_of(&cannon, "task_1", ALL_VARIANTS, 2, (int64_t[]){i, j},
                                      (int64_t[]){2, 2}, MW_PROC_GPU)
                                 .index,
                             i + 2 * j);
            assert_int_equal(place_of(&solomonik, "task_5", ALL_VARIANTS, 3, (int64_t[]){i, j, 0},
                                      (int64_t[]){2, 2, 1}, MW_PROC_GPU)
                                 .index,
                             i + 2 * j);
            assert_int_equal(place_of(&solomonik, "task_1", ALL_VARIANTS, 3, (int64_t[]){i, j, 0},
                                      (int64_t[]){2, 2, 1}, MW_PROC_GPU)
                                 .index,
                             i + 2 * j);
            assert_int_equal(place_of(&cosma, "task_4", ALL_VARIANTS, 3, (int64_t[]){0, i, j},
                                      (int64_t[]){1, 2, 2}, MW_PROC_GPU)
                                 .index,
                             i + 2 * j);
        }
    unmap(&cannon);
    unmap(&solomonik);
    unmap(&cosma);
}

static void host_tasks_take_the_first_cpu_of_a_node(void **state) {
    const shape s = {4, 8, 2, 1};
    mapped circuit = map("circuit/expert.mapper", s, false);
    mapped stencil = map("stencil/expert.mapper", s, false);
    mapped pennant = map("pennant/expert.mapper", s, false);
    (void)state;
    for (int64_t i = 0; i < 16; i++) {
        const int64_t extent = 16;
        place c = place_of(&circuit, "init_piece", 1u << MW_PROC_CPU, 1, &i, &extent, MW_PROC_CPU);
        place t = place_of(&stencil, "check", 1u << MW_PROC_CPU, 1, &i, &extent, MW_PROC_CPU);
        place p =
            place_of(&pennant, "init_pointers", 1u << MW_PROC_CPU, 1, &i, &extent, MW_PROC_CPU);
        assert_int_equal(c.node, i / 8 % 4); // CPUs of a node
        assert_int_equal(t.node, i / 2 % 4); // GPUs of a node
        assert_int_equal(p.node, i % 4);
        assert_int_equal(c.index + t.index + p.index, 0);
    }
    unmap(&circuit);
    unmap(&stencil);
    unmap(&pennant);
}

/** The outer and inner levels of the published, nested programs. */
static void nested_launches_stay_with_their_parent(void **state) {
    static const char *const APPS[] = {"cannon/expert.mapper", "summa/expert.mapper",
                                       "pumma/expert.mapper"};
    (void)state;
    for (size_t k = 0; k < sizeof APPS / sizeof *APPS; k++) {
        mapped m = map(APPS[k], (shape){4, 8, 4, 2}, false);
        for (int64_t i = 0; i < 2; i++)
            for (int64_t j = 0; j < 2; j++) {
                place p = place_of(&m, "task_7", 1u << MW_PROC_OMP, 2, (int64_t[]){i, j},
                                   (int64_t[]){2, 2}, MW_PROC_OMP);
                assert_int_equal(p.node, i + 2 * j);
                assert_int_equal(p.index, 0);
            }
        mw_task_view parent = {.name = "task_5",
                               .index_launch = true,
                               .rank = 2,
                               .point = (int64_t[]){1, 0},
                               .extent = (int64_t[]){2, 2},
                               .proc = mw_machine_proc(m.machine, MW_PROC_GPU, 2, 3)};
        mw_task_view leaf = {.name = "task_4", .parent = &parent, .proc = MW_NO_ID};
        uint32_t *procs = NULL, capacity = 0, count = 0;
        assert_int_equal(mw_mapping_place(m.mapping, rules_of(&m, "task_4", "A", ALL_VARIANTS),
                                          &leaf, 0, &procs, &capacity, &count, m.diags),
                         MW_OK);
        assert_int_equal(count, 1);
        assert_int_equal(procs[0], parent.proc);
        free(procs);
        unmap(&m);
    }
}

// --- memories, layouts, limits -----------------------------------------------------------------

static void memories_are(const mapped *m, const char *task, const char *region, uint32_t variants,
                         size_t count, const mw_mem_kind mems[]) {
    const mw_argument_rule *a = &rules_of(m, task, region, variants)->arguments[0];
    assert_true(a->mem_count >= count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(a->mems[i], mems[i]);
}

static void boundary_data_is_in_pinned_memory(void **state) {
    static const struct {
        const char *app, *task, *region;
        bool pinned;
    } ROWS[] = {
        {"circuit", "calculate_new_currents", "rp_shared", true},
        {"circuit", "distribute_charge", "rp_ghost", true},
        {"circuit", "distribute_charge", "rp_private", false},
        {"circuit", "calculate_new_currents", "rp_wires", false},
        {"pennant", "calc_centers", "rp_all_ghost_p", true},
        {"pennant", "adv_pos_full", "rp_all_shared_p", true},
        {"pennant", "adv_pos_full", "rp_all_private_p", false},
        {"pennant", "calc_work", "rs_all_p", false},
        {"stencil", "stencil", "pxm_in", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        char app[64];
        snprintf(app, sizeof app, "%s/expert.mapper", ROWS[i].app);
        mapped m = map(app, (shape){1, 20, 4, 2}, false);
        const mw_mem_kind first = ROWS[i].pinned ? MW_MEM_ZCMEM : MW_MEM_FBMEM;
        memories_are(&m, ROWS[i].task, ROWS[i].region, ALL_VARIANTS, 1, &first);
        unmap(&m);
        m = map(app, (shape){1, 20, 0, 0}, false); // and on a CPU, all in main memory
        memories_are(&m, ROWS[i].task, ROWS[i].region, ALL_VARIANTS, 1,
                     &(mw_mem_kind){MW_MEM_SYSMEM});
        unmap(&m);
    }
}

static void products_share_memories_layouts_and_limits(void **state) {
    static const struct {
        const char *app;
        int64_t limit;
    } APPS[] = {{"cannon", 4},  {"summa", 4},     {"pumma", 4},
                {"johnson", 0}, {"solomonik", 4}, {"cosma", 0}};
    (void)state;
    for (size_t i = 0; i < sizeof APPS / sizeof *APPS; i++) {
        char app[64];
        snprintf(app, sizeof app, "%s/expert.mapper", APPS[i].app);
        mapped m = map(app, (shape){1, 20, 4, 2}, false);
        const mw_kind_rules *r = rules_of(&m, "task_4", "B", ALL_VARIANTS);
        assert_int_equal(r->proc, MW_PROC_GPU);
        assert_int_equal(r->limit, APPS[i].limit);
        assert_true(r->arguments[0].collect);
        assert_true(r->arguments[0].layout_given[MW_MEM_FBMEM]);
        assert_true(r->arguments[0].layout[MW_MEM_FBMEM].c_order);
        assert_false(r->arguments[0].layout[MW_MEM_FBMEM].aos);
        memories_are(&m, "task_4", "B", ALL_VARIANTS, 2,
                     (mw_mem_kind[]){MW_MEM_FBMEM, MW_MEM_ZCMEM});
        memories_are(&m, "task_1", "A", 1u << MW_PROC_OMP | 1u << MW_PROC_CPU, 2,
                     (mw_mem_kind[]){MW_MEM_SOCKMEM, MW_MEM_SYSMEM});
        assert_int_equal(rules_of(&m, "task_1", "A", ALL_VARIANTS)->limit, 0);
        unmap(&m);
    }
}

/** An empty mapper, written out: any kind of task, any argument, any launch. */
static void the_default_mapper_is_the_default(void **state) {
    (void)state;
    for (size_t k = 0; k < sizeof SHAPES / sizeof *SHAPES; k++) {
        mapped m = map("default.mapper", SHAPES[k], false);
        mapped empty = m;
        assert_int_equal(mw_mapping_new(NULL, m.machine, &empty.mapping, m.diags), MW_OK);
        for (uint32_t variants = 1; variants <= ALL_VARIANTS; variants++) {
            uint32_t here = (SHAPES[k].gpus ? 1u << MW_PROC_GPU : 0) |
                            (SHAPES[k].omps ? 1u << MW_PROC_OMP : 0) | 1u << MW_PROC_CPU;
            if ((variants & here) == 0 || (variants & ~(uint32_t)ALL_VARIANTS))
                continue;
            char task[32];
            snprintf(task, sizeof task, "with_%u", variants);
            const mw_kind_rules *a = rules_of(&m, task, "data", variants),
                                *b = rules_of(&empty, task, "data", variants);
            assert_int_equal(a->proc, b->proc);
            assert_int_equal(a->limit, b->limit);
            assert_int_equal(a->arguments[0].mem_count, b->arguments[0].mem_count);
            assert_memory_equal(a->arguments[0].mems, b->arguments[0].mems,
                                a->arguments[0].mem_count);
            const int64_t extent[2] = {5, 4};
            for (int64_t i = 0; i < 20; i++) {
                const int64_t at[2] = {i / 4, i % 4};
                place p = place_of(&m, task, variants, 2, at, extent, a->proc);
                place q = place_of(&empty, task, variants, 2, at, extent, a->proc);
                assert_int_equal(p.node, q.node);
                assert_int_equal(p.index, q.index);
            }
        }
        mw_mapping_free(empty.mapping);
        unmap(&m);
    }
}

// --- all of them -------------------------------------------------------------------------------

/** Every file in mappers/ and its folders is clean, with and without the language's extensions. */
static int walk(const char *folder, bool inside) {
    char path[512];
    int found = 0;
    snprintf(path, sizeof path, "%s/../mappers/%s", MW_TESTS, folder);
    DIR *d = opendir(path);
    assert_non_null(d);
    for (struct dirent *e; (e = readdir(d));) {
        char name[320];
        snprintf(name, sizeof name, "%s%s%s", folder, *folder ? "/" : "", e->d_name);
        const char *dot = strrchr(e->d_name, '.');
        if (!inside && e->d_type == DT_DIR && e->d_name[0] != '.')
            found += walk(name, true);
        if (!dot || strcmp(dot, ".mapper") != 0)
            continue;
        for (size_t k = 0; k < sizeof SHAPES / sizeof *SHAPES; k++) {
            mapped m = map(name, SHAPES[k], true);
            unmap(&m);
        }
        found++;
    }
    closedir(d);
    return found;
}

static void every_mapper_is_clean(void **state) {
    (void)state;
    assert_true(walk("", false) >= 10); // nine experts and the default
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_mapper_is_clean),
        cmocka_unit_test(index_launches_go_where_the_formulas_say),
        cmocka_unit_test(one_node_of_four_gpus),
        cmocka_unit_test(host_tasks_take_the_first_cpu_of_a_node),
        cmocka_unit_test(nested_launches_stay_with_their_parent),
        cmocka_unit_test(boundary_data_is_in_pinned_memory),
        cmocka_unit_test(products_share_memories_layouts_and_limits),
        cmocka_unit_test(the_default_mapper_is_the_default),
    };
    return cmocka_run_group_tests_name("expert mappers", tests, NULL, NULL);
}
