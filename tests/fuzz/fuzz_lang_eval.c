// tests/fuzz/fuzz_lang_eval.c: programs evaluated on machines and domains that the input chooses.
// The first bytes choose the machine, the task and the domain; then follows the program: its text
// (first byte even), or bytes that choose one by support/random_mapper.h (odd).
// Held to: an answer is on the machine; an error is explained; asking again gives the same; a whole
// launch at once gives the same as its points one by one.
#include "lang/lang.h"
#include "support/random_mapper.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { RANK_MAX = 4, POINTS = 12 };

typedef struct scene {
    bool text; ///< the rest is a program's text
    bool single;
    uint32_t rank;
    int64_t extent[RANK_MAX];
    mw_machine *machine;
    mw_task_view parent;
} scene;

static void hold(bool invariant) {
    if (!invariant)
        abort();
}

static scene scene_from(choices *c) {
    static const int64_t EXTENTS[] = {1, 2, 3, 4, 7, 8, 16, 100, 4096, 9223372036854775807};
    static const uint32_t COUNTS[] = {4, 1, 2, 3, 0, 5, 6, 8, 12, 16, 64};
    static const uint32_t NODES[] = {2, 1, 3, 4, 8, 128};
    scene s = {.text = choose(c, 256) % 2 == 0};
    uint32_t nodes = NODES[choose(c, MW_COUNT(NODES))];
    uint32_t cpus = COUNTS[choose(c, MW_COUNT(COUNTS))], gpus = COUNTS[choose(c, MW_COUNT(COUNTS))];
    s.machine = mw_machine_bare(nodes, cpus, gpus, COUNTS[choose(c, MW_COUNT(COUNTS))]);
    s.single = choose(c, 8) == 7;
    s.rank = 1 + choose(c, RANK_MAX);
    for (uint32_t d = 0; d < s.rank; d++)
        s.extent[d] = EXTENTS[choose(c, MW_COUNT(EXTENTS))];
    uint32_t procs = s.machine ? s.machine->proc_count : 0;
    s.parent = (mw_task_view){.name = "main", .proc = procs ? choose(c, 256) % procs : MW_NO_ID};
    return s;
}

static void assert_on_machine(const mw_machine *m, const mw_places *p) {
    hold(p->count >= 1 && p->count <= MW_PLACES_MAX && (p->is_set || p->count == 1));
    for (uint32_t i = 0; i < p->count; i++)
        hold(p->pairs[i].node < m->nodes && p->pairs[i].index < m->procs_of_kind[p->kind]);
}

static bool same_places(const mw_places *a, const mw_places *b) {
    return a->kind == b->kind && a->is_set == b->is_set && a->count == b->count &&
           memcmp(a->pairs, b->pairs, sizeof *a->pairs * a->count) == 0;
}

static void ask(const scene *s, const mw_binding *b, int function, const mw_task_view *task) {
    mw_places first = {0}, second = {0};
    mw_diags *diags = mw_diags_new();
    mw_status status = mw_binding_place(b, function, task, &first, diags);
    hold(status == MW_OK || status == MW_ERR_INPUT);
    hold((status == MW_ERR_INPUT) == (mw_diags_errors(diags) > 0));
    hold(mw_binding_place(b, function, task, &second, NULL) == status);
    if (status == MW_OK) {
        assert_on_machine(s->machine, &first);
        hold(same_places(&first, &second));
    }
    int64_t priority;
    status = mw_binding_integer(b, function, task, &priority, diags);
    hold(status == MW_OK || status == MW_ERR_INPUT);
    mw_diags_free(diags);
    free(first.pairs);
    free(second.pairs);
}

/** Points [first, first + count) of the launch at once, against one by one. */
static void ask_block(const mw_binding *b, int function, const mw_task_view *launch, uint64_t first,
                      uint64_t count) {
    mw_launch_map *map = NULL;
    mw_point_places block;
    mw_places one = {0};
    mw_diags *diags = mw_diags_new(), *expected = mw_diags_new();
    hold(mw_launch_map_new(b, function, launch, &map) == MW_OK);
    mw_status status = mw_launch_map_next(map, first, count, &block, diags), single = MW_OK;
    uint32_t begin = 0;
    for (uint64_t i = 0; i < count && single == MW_OK; i++) {
        int64_t point[RANK_MAX];
        uint64_t rest = first + i;
        if (i == block.count && status == MW_OK) { // the next call would give the others
            hold(i > 0);
            break;
        }
        for (uint32_t d = launch->rank; d-- > 0; rest /= (uint64_t)launch->extent[d])
            point[d] = (int64_t)(rest % (uint64_t)launch->extent[d]);
        mw_task_view task = *launch;
        task.point = point;
        single = mw_binding_place(b, function, &task, &one, expected);
        hold((single == MW_OK) == (i < block.count));
        if (single != MW_OK)
            break;
        hold(block.kind[i] == one.kind && block.is_set[i] == one.is_set);
        hold(block.end[i] - begin == one.count);
        hold(memcmp(block.pairs + begin, one.pairs, sizeof *one.pairs * one.count) == 0);
        begin = block.end[i];
    }
    hold(status == single);
    if (status != MW_OK) {
        const mw_diag *x = mw_diags_first_error(diags), *y = mw_diags_first_error(expected);
        hold(x && y && x->code == y->code && strcmp(x->message, y->message) == 0);
    }
    mw_launch_map_free(map);
    mw_diags_free(diags);
    mw_diags_free(expected);
    free(one.pairs);
}

/** The volume, or 0 where it does not fit. */
static uint64_t volume_of(const scene *s) {
    uint64_t volume = 1;
    for (uint32_t d = 0; d < s->rank; d++)
        if (__builtin_mul_overflow(volume, (uint64_t)s->extent[d], &volume))
            return 0;
    return volume;
}

static void ask_all(const scene *s, const mw_program *p, const mw_binding *b, choices *c) {
    int64_t point[RANK_MAX] = {0};
    mw_task_view task = {.name = "a", .proc = MW_NO_ID};
    if (s->single) {
        task.parent = &s->parent;
        task.proc = s->parent.proc;
    } else {
        task.index_launch = true;
        task.rank = s->rank;
        task.point = point;
        task.extent = s->extent;
    }
    uint32_t functions = mw_program_function_count(p);
    uint64_t volume = s->single ? 0 : volume_of(s);
    for (uint32_t f = 0; f < functions && f < 8 && volume > 0; f++) {
        uint64_t first = choose(c, 3) == 2 ? choose(c, 65536) % volume : 0;
        uint64_t count = volume - first < 20 ? volume - first : 20;
        ask_block(b, (int)f, &task, first, count);
    }
    for (uint32_t i = 0; i < POINTS && functions > 0; i++) {
        for (uint32_t f = 0; f < functions && f < 8; f++)
            ask(s, b, (int)f, &task);
        for (uint32_t d = 0; d < s->rank; d++) // 0, then corners and points in between
            point[d] = i == 0 ? s->extent[d] - 1 : (int64_t)choose(c, 65536) % s->extent[d];
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    choices c = {data, size, 0};
    scene s = scene_from(&c);
    if (!s.machine)
        return 0;
    mw_str text = {0};
    if (s.text)
        mw_str_add_bytes(&text, (const char *)data + c.at, size - c.at);
    else
        random_mapper(&text, &c, false);
    mw_program *program = NULL;
    mw_binding *binding = NULL;
    mw_diags *diags = mw_diags_new();
    mw_lang_options options = {0};
    if (mw_program_parse("fuzz", mw_str_text(&text), text.len, &options, &program, diags) ==
        MW_OK) {
        mw_status status = mw_binding_new(program, s.machine, &binding, diags);
        hold((status == MW_OK) == (binding != NULL));
        hold(status == MW_OK || mw_diags_errors(diags) > 0);
        if (binding)
            ask_all(&s, program, binding, &c);
    }
    mw_binding_free(binding);
    mw_program_free(program);
    mw_machine_free(s.machine);
    mw_diags_free(diags);
    mw_str_clear(&text);
    return 0;
}
