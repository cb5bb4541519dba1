// tests/search/test_render.c: every point of the space is a mapper that parses without a word of
// complaint and sends every task to a processor that exists.
#include "plan/plan.h"
#include "search/planted.h"
#include "search/space.h"

/** A program of `kinds` task kinds "task0", "task1", … with one launch each over the same domain.
 */
static mw_graph *program_over(uint32_t kinds, uint32_t rank, const int32_t extent[],
                              uint32_t variants) {
    mw_builder *b = mw_builder_new();
    uint32_t region = mw_builder_region(b, "data", MW_NO_ID, 8, 1);
    const int32_t zero[MW_POINT_RANK] = {0};
    for (uint32_t k = 0; k < kinds; k++) {
        char name[32];
        snprintf(name, sizeof name, "task%u", k);
        uint32_t kind = mw_builder_kind(b, name, variants);
        mw_builder_argument(b, kind, 0, "cells", 0);
        mw_builder_argument(b, kind, 1, "", 0);
        uint32_t launch = mw_builder_launch(b, kind, rank);
        uint64_t volume = 1;
        for (uint32_t d = 0; d < rank; d++)
            volume *= (uint64_t)extent[d];
        if (rank > 0)
            mw_builder_launch_domain(b, launch, zero, extent);
        for (uint64_t i = 0; i < volume; i++) {
            int32_t point[MW_POINT_RANK] = {0};
            uint64_t rest = i;
            for (uint32_t d = rank; d-- > 0; rest /= (uint64_t)extent[d])
                point[d] = (int32_t)(rest % (uint64_t)extent[d]);
            mw_builder_task(b, launch, point, 0, 1);
            for (uint32_t a = 0; a < 2; a++)
                mw_builder_access(b, mw_builder_subregion(b, region, 8, 0, NULL), a, MW_READ);
        }
    }
    mw_graph *g = NULL;
    assert_int_equal(mw_builder_finish(b, &g, NULL), MW_OK);
    mw_builder_free(b);
    return g;
}

static char *rendered(const mw_space *s, const mw_space_point *p) {
    mw_str text = {0};
    mw_space_render(s, p, &text);
    assert_false(text.failed);
    return mw_str_detach(&text);
}

/** Plans the mapper; shows it when anything at all is said about it. */
static void assert_plans_in_silence(const mw_space *s, const mw_space_point *p) {
    char *text = rendered(s, p);
    mw_diags *diags = mw_diags_new();
    mw_program *program = NULL;
    mw_plan *plan = NULL;
    mw_status status = mw_program_parse("mapper", text, strlen(text), NULL, &program, diags);
    if (status == MW_OK)
        status = mw_plan_new(s->graph, s->machine, program, &plan, diags);
    if (status != MW_OK || mw_diags_count(diags) > 0) {
        mw_diags_print(stderr, diags);
        fail_msg("said about:\n%s", text);
    }
    for (uint32_t t = 0; t < s->graph->task_count; t++) {
        const mw_place *place = &plan->places[plan->task_place[t]];
        uint32_t subject = s->kind_subject[s->graph->tasks[t].kind];
        for (uint32_t i = 0; i < place->count; i++) {
            uint32_t proc = plan->place_procs[place->first + i];
            assert_true(proc < s->machine->proc_count);
            assert_int_equal(s->machine->procs[proc].kind, p->subjects[subject].proc);
        }
    }
    mw_plan_free(plan);
    mw_program_free(program);
    mw_diags_free(diags);
    free(text);
}

typedef struct made {
    mw_machine *machine;
    mw_graph *graph;
    mw_space *space;
    mw_space_point point;
} made;

static made make(mw_machine *machine, mw_graph *graph) {
    made m = {.machine = machine, .graph = graph};
    assert_int_equal(mw_space_new(graph, machine, 0, &m.space), MW_OK);
    assert_true(mw_space_point_init(m.space, &m.point));
    return m;
}

static void unmake(made *m) {
    mw_space_point_clear(&m->point);
    mw_space_free(m->space);
    mw_graph_free(m->graph);
    mw_machine_free(m->machine);
}

static uint32_t statements(const char *text) {
    mw_program *program = NULL;
    uint32_t count;
    assert_int_equal(mw_program_parse("mapper", text, strlen(text), NULL, &program, NULL), MW_OK);
    mw_program_rules(program, &count);
    mw_program_free(program);
    return count;
}

enum { CPU = 1u << MW_PROC_CPU, GPU = 1u << MW_PROC_GPU };

static void the_default_mapper_says_nothing(void **state) {
    (void)state;
    made m = make(mw_machine_bare(1, 4, 2, 0), program_over(2, 2, (int32_t[]){4, 4}, CPU | GPU));
    char *text = rendered(m.space, &m.point);
    assert_int_equal(statements(text), 0);
    free(text);
    unmake(&m);
}

static void every_index_map_reaches_processors_that_exist(void **state) {
    (void)state;
    const int32_t domains[][MW_POINT_RANK] = {
        {1, 1, 1, 1}, {7, 5, 3, 2}, {2, 9, 1, 4}, {13, 2, 2, 3}};
    mw_rng rng = {1};
    for (uint32_t rank = 1; rank <= MW_POINT_RANK; rank++)
        for (size_t i = 0; i < MW_COUNT(domains); i++) {
            uint32_t nodes = 1 + (uint32_t)mw_rng_below(&rng, 3);
            uint32_t cpus = 1 + (uint32_t)mw_rng_below(&rng, 6);
            made m =
                make(mw_machine_bare(nodes, cpus, 0, 0), program_over(1, rank, domains[i], CPU));
            assert_int_equal(m.space->subject_count, 1);
            const mw_subject *subject = &m.space->subjects[0];
            for (uint32_t c = 0; c < subject->map_count[MW_PROC_CPU]; c++) {
                assert_true(mw_space_set_map(m.space, &m.point, 0, subject->maps[MW_PROC_CPU][c]));
                assert_plans_in_silence(m.space, &m.point);
            }
            unmake(&m);
        }
}

static void every_family_is_there_for_a_plane_of_points_on_several_nodes(void **state) {
    (void)state;
    made m = make(mw_machine_bare(2, 4, 0, 0), program_over(1, 2, (int32_t[]){16, 16}, CPU));
    bool seen[MW_MAP_FAMILIES] = {false};
    for (uint32_t c = 0; c < m.space->subjects[0].map_count[MW_PROC_CPU]; c++)
        seen[m.space->subjects[0].maps[MW_PROC_CPU][c].family] = true;
    for (int family = 0; family < MW_MAP_FAMILIES; family++)
        assert_true(seen[family]);
    unmake(&m);
}

static void random_mappers_plan_in_silence(void **state) {
    (void)state;
    mw_rng rng = {2};
    for (uint32_t rank = 0; rank <= MW_POINT_RANK; rank++) {
        made m = make(mw_machine_bare(2, 3, 2, 1), program_over(3, rank, (int32_t[]){3, 2, 4, 2},
                                                                CPU | GPU | 1u << MW_PROC_OMP));
        for (int i = 0; i < 20; i++) {
            mw_space_random(m.space, &rng, &m.point);
            mw_space_mutate(m.space, &rng, 3, &m.point);
            assert_plans_in_silence(m.space, &m.point);
        }
        unmake(&m);
    }
}

/** Both statements then need a function of their own, with a name of its own. */
static void an_index_launch_and_a_single_task_may_choose_alike(void **state) {
    (void)state;
    mw_builder *b = mw_builder_new();
    uint32_t launch = mw_builder_launch(b, mw_builder_kind(b, "many", CPU), 1);
    const int32_t zero[MW_POINT_RANK] = {0}, four[MW_POINT_RANK] = {4};
    mw_builder_launch_domain(b, launch, zero, four);
    for (int32_t i = 0; i < 4; i++)
        mw_builder_task(b, launch, (int32_t[MW_POINT_RANK]){i}, 0, 1);
    mw_builder_task(b, mw_builder_launch(b, mw_builder_kind(b, "last", CPU), 0), zero, 0, 1);
    mw_graph *g = NULL;
    assert_int_equal(mw_builder_finish(b, &g, NULL), MW_OK);
    mw_builder_free(b);
    made m = make(mw_machine_bare(1, 4, 0, 0), g);
    const mw_map_choice same[] = {{.family = MW_MAP_ONE, .size = 2}, {.family = MW_MAP_ANY}};
    for (size_t i = 0; i < MW_COUNT(same); i++) {
        assert_true(mw_space_set_map(m.space, &m.point, 0, same[i]));
        m.point.subjects[1].single = same[i];
        assert_plans_in_silence(m.space, &m.point);
        char *text = rendered(m.space, &m.point);
        assert_int_equal(statements(text), 2);
        free(text);
    }
    unmake(&m);
}

static void cyclic_deals_out_and_block_cuts(void **state) {
    (void)state;
    made m = make(mw_machine_bare(1, 3, 0, 0), program_over(1, 1, (int32_t[]){6}, CPU));
    const struct {
        mw_map_choice map;
        uint32_t on[6]; // the CPU of each point
    } cases[] = {{{.family = MW_MAP_BLOCK}, {0, 0, 1, 1, 2, 2}},
                 {{.family = MW_MAP_CYCLIC}, {0, 1, 2, 0, 1, 2}},
                 {{.family = MW_MAP_FOLDED}, {0, 1, 2, 2, 1, 0}},
                 {{.family = MW_MAP_BLOCK_CYCLIC, .size = 2}, {0, 0, 1, 1, 2, 2}},
                 {{.family = MW_MAP_BLOCK_CYCLIC, .size = 4}, {0, 0, 0, 0, 1, 1}},
                 {{.family = MW_MAP_ONE, .size = 2}, {2, 2, 2, 2, 2, 2}}};
    for (size_t i = 0; i < MW_COUNT(cases); i++) {
        assert_true(mw_space_set_map(m.space, &m.point, 0, cases[i].map));
        char *text = rendered(m.space, &m.point);
        mw_program *program = NULL;
        mw_plan *plan = NULL;
        assert_int_equal(mw_program_parse("m", text, strlen(text), NULL, &program, NULL), MW_OK);
        assert_int_equal(mw_plan_new(m.graph, m.machine, program, &plan, NULL), MW_OK);
        for (uint32_t t = 0; t < 6; t++)
            assert_int_equal(plan->place_procs[plan->places[plan->task_place[t]].first],
                             cases[i].on[t]);
        mw_plan_free(plan);
        mw_program_free(program);
        free(text);
    }
    unmake(&m);
}

static void equal_points_render_to_equal_bytes(void **state) {
    (void)state;
    made m = make(mw_machine_bare(1, 4, 2, 0), program_over(2, 2, (int32_t[]){4, 4}, CPU | GPU));
    mw_space_point copy;
    assert_true(mw_space_point_init(m.space, &copy));
    mw_rng rng = {3};
    mw_space_random(m.space, &rng, &m.point);
    mw_space_copy(m.space, &copy, &m.point);
    char *a = rendered(m.space, &m.point), *b = rendered(m.space, &copy);
    assert_string_equal(a, b);
    free(a);
    free(b);
    mw_space_point_clear(&copy);
    unmake(&m);
}

static void one_map_for_all_is_said_once_for_the_processor_kind(void **state) {
    (void)state;
    made m = make(mw_machine_bare(1, 4, 0, 0), program_over(3, 1, (int32_t[]){4}, CPU));
    for (uint32_t i = 0; i < 3; i++)
        assert_true(mw_space_set_map(m.space, &m.point, i, (mw_map_choice){.family = MW_MAP_ANY}));
    char *text = rendered(m.space, &m.point);
    assert_non_null(strstr(text, "\nIndexTaskMap CPU any_cpu;\n"));
    assert_int_equal(statements(text), 1);
    free(text);
    m.point.subjects[2].map.family = MW_MAP_DEFAULT;
    text = rendered(m.space, &m.point);
    assert_non_null(strstr(text, "\nIndexTaskMap task0, task1 any_cpu;\n"));
    free(text);
    unmake(&m);
}

static void arguments_are_called_by_name_or_else_by_position(void **state) {
    (void)state;
    made m = make(mw_machine_bare(1, 2, 1, 0), program_over(1, 1, (int32_t[]){4}, CPU | GPU));
    assert_int_equal(m.point.subjects[0].proc, MW_PROC_GPU);
    assert_true(mw_space_set_memory(m.space, &m.point, 0, 0, MW_MEM_ZCMEM));
    char *text = rendered(m.space, &m.point);
    assert_non_null(strstr(text, "\nRegion task0 cells GPU ZCMEM, FBMEM;\n"));
    free(text);
    mw_space_set_memory(m.space, &m.point, 0, 0, MW_MEM_KINDS);
    assert_true(mw_space_set_memory(m.space, &m.point, 0, 1, MW_MEM_ZCMEM));
    text = rendered(m.space, &m.point);
    assert_non_null(strstr(text, "\nRegion task0 1 GPU ZCMEM, FBMEM;\n"));
    free(text);
    unmake(&m);
}

static void names_that_the_language_cannot_write_are_left_alone(void **state) {
    (void)state;
    mw_builder *b = mw_builder_new();
    const char *const names[] = {"fine", "not fine", "Task", "7up", "x;y", "", "size"};
    for (size_t i = 0; i < MW_COUNT(names); i++) {
        uint32_t launch = mw_builder_launch(b, mw_builder_kind(b, names[i], CPU), 1);
        for (int32_t p = 0; p < 4; p++)
            mw_builder_task(b, launch, &p, 0, 1);
    }
    mw_graph *g = NULL;
    assert_int_equal(mw_builder_finish(b, &g, NULL), MW_OK);
    mw_builder_free(b);
    made m = make(mw_machine_bare(1, 2, 0, 0), g);
    assert_int_equal(m.space->subject_count, 2);
    assert_string_equal(m.space->subjects[0].name, "fine");
    assert_string_equal(m.space->subjects[1].name, "size");
    unmake(&m);
}

static void a_hostile_command_line_stays_inside_its_comment(void **state) {
    (void)state;
    mw_builder *b = mw_builder_new();
    mw_builder_program(b, "./app \n};\nTask * GPU;\x01", -1, 1, 0);
    uint32_t launch = mw_builder_launch(b, mw_builder_kind(b, "work", CPU), 1);
    mw_builder_task(b, launch, (int32_t[]){0}, 0, 1);
    mw_graph *g = NULL;
    assert_int_equal(mw_builder_finish(b, &g, NULL), MW_OK);
    mw_builder_free(b);
    made m = make(mw_machine_bare(1, 2, 0, 0), g);
    char *text = rendered(m.space, &m.point);
    assert_int_equal(statements(text), 0);
    free(text);
    unmake(&m);
}

/** What an engine cannot obey is not written: not even by chance. */
static void kept_choices_are_never_written(void **state) {
    (void)state;
    mw_machine *machine = NULL;
    assert_int_equal(mw_machine_load("p100x4", &machine, NULL), MW_OK);
    mw_graph *graph = program_over(3, 2, (int32_t[]){4, 4}, CPU | GPU);
    mw_rng rng = {11};
    uint32_t with_memory = 0;
    for (unsigned keep = 0; keep <= MW_KEEP_MEMORIES; keep += MW_KEEP_MEMORIES) {
        mw_space *space = NULL;
        mw_space_point point;
        assert_int_equal(mw_space_new(graph, machine, keep | MW_KEEP_LAYOUTS, &space), MW_OK);
        assert_true(mw_space_point_init(space, &point));
        for (int i = 0; i < 200; i++) {
            mw_space_random(space, &rng, &point);
            mw_space_mutate(space, &rng, 5, &point);
            char *text = rendered(space, &point);
            assert_null(strstr(text, "\nLayout "));
            if (keep & MW_KEEP_MEMORIES)
                assert_null(strstr(text, "\nRegion "));
            else
                with_memory += strstr(text, "\nRegion ") != NULL;
            free(text);
        }
        mw_space_point_clear(&point);
        mw_space_free(space);
    }
    assert_true(with_memory > 0); // else the above would show nothing
    mw_graph_free(graph);
    mw_machine_free(machine);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_default_mapper_says_nothing),
        cmocka_unit_test(every_index_map_reaches_processors_that_exist),
        cmocka_unit_test(every_family_is_there_for_a_plane_of_points_on_several_nodes),
        cmocka_unit_test(random_mappers_plan_in_silence),
        cmocka_unit_test(kept_choices_are_never_written),
        cmocka_unit_test(an_index_launch_and_a_single_task_may_choose_alike),
        cmocka_unit_test(cyclic_deals_out_and_block_cuts),
        cmocka_unit_test(equal_points_render_to_equal_bytes),
        cmocka_unit_test(one_map_for_all_is_said_once_for_the_processor_kind),
        cmocka_unit_test(arguments_are_called_by_name_or_else_by_position),
        cmocka_unit_test(names_that_the_language_cannot_write_are_left_alone),
        cmocka_unit_test(a_hostile_command_line_stays_inside_its_comment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
