// tests/profile/test_invariants.c: what must hold of every run, on random programs, machines and
// mappers. A failing case is run by hand from the texts of random_case.h.
#include "profile/checked.h"
#include "profile/replay.h"
#include "sim/simulated.h"
#include "support/random_case.h"

enum { CASES = 1000 };

/** How many of the cases had what is worth testing: a generator that makes only easy cases shows.
 */
typedef struct seen {
    uint32_t copies, evictions, reductions, sets, groups, nodes, replayed;
} seen;

static void count(seen *n, const simulated *s) {
    n->copies += s->line.copy_count > 0;
    n->nodes += s->machine->nodes > 1;
    bool evicts = false, reduces = false, set = false, group = false;
    for (uint32_t i = 0; i < s->line.copy_count; i++)
        evicts |= s->line.copies[i].eviction;
    for (uint32_t i = 0; i < s->graph->access_count; i++)
        reduces |= s->graph->accesses[i].mode == MW_REDUCE;
    for (uint32_t i = 0; i < s->plan->place_count; i++)
        set |= s->plan->places[i].count > 1;
    for (uint32_t t = 0; t < s->line.task_count; t++)
        group |= s->machine->procs[s->line.tasks[t].proc].kind == MW_PROC_OMP;
    n->evictions += evicts;
    n->reductions += reduces;
    n->sets += set;
    n->groups += group;
}

static void every_run_is_one_that_could_happen(void **state) {
    (void)state;
    seen n = {0};
    for (unsigned seed = 1; seed <= CASES; seed++) {
        random_case r = random_case_of(seed);
        simulated s =
            simulated_run(mw_str_text(&r.machine), mw_str_text(&r.graph), mw_str_text(&r.mapper));
        checked c = {seed, s.graph, s.edges, s.machine, s.plan, &s.line};
        check_tasks(&c);
        check_processors(&c);
        check_order(&c);
        check_copies(&c);
        check_memories(&c);
        check_profile(&c);
        check_bound(&c);
        n.replayed += replay(&c);
        count(&n, &s);
        simulated_end(&s);
        random_case_clear(&r);
    }
    assert_in_range(n.copies, CASES / 2, CASES);
    assert_in_range(n.evictions, CASES / 50, CASES);
    assert_in_range(n.reductions, CASES / 4, CASES);
    assert_in_range(n.sets, CASES / 8, CASES);
    assert_in_range(n.groups, CASES / 20, CASES);
    assert_in_range(n.nodes, CASES / 8, CASES);
    assert_in_range(n.replayed, CASES, 16 * CASES); // subregions
}

int main(void) {
    const struct CMUnitTest invariants[] = {
        cmocka_unit_test(every_run_is_one_that_could_happen),
    };
    return cmocka_run_group_tests(invariants, NULL, NULL);
}
