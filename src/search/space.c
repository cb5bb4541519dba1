// src/search/space.c: derives the search space from an application, a machine and the language, and
// moves about in it.
#include "search/space.h"
#include "base/vec.h"
#include "plan/mapping.h"
#include <math.h>
#include <string.h>

enum { NAME_MAX_BYTES = 200, MOST_ONES = 8, LARGEST_LIMIT = 64 };
/** Block sizes of block-cyclic maps. */
static const uint32_t BLOCKS[] = {2, 4, 8};

/** A space while it is being made. */
typedef struct deriving {
    mw_space *s;
    mw_mapping *defaults; ///< the default mapper, asked what it would do
    MW_VEC(mw_subject) subjects;
} deriving;

// --- what the language can name
// ------------------------------------------------------------------------

/** Whether a mapper can call something `name`: asked of the language itself, by a statement with
 * the name in its place. */
static bool can_be_named(const char *name, const char *before, const char *after) {
    size_t len = strlen(name);
    if (len == 0 || len > NAME_MAX_BYTES || (name[0] >= '0' && name[0] <= '9'))
        return false;
    for (size_t i = 0; i < len; i++) {
        char c = name[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '_'))
            return false;
    }
    char text[NAME_MAX_BYTES + 64];
    int bytes = snprintf(text, sizeof text, "%s%s%s", before, name, after);
    mw_program *program = NULL;
    if (mw_program_parse("name", text, (size_t)bytes, NULL, &program, NULL) != MW_OK)
        return false;
    mw_program_free(program);
    return true;
}

static uint32_t find_subject(const deriving *d, const char *name) {
    for (size_t i = 0; i < d->subjects.count; i++)
        if (strcmp(d->subjects.items[i].name, name) == 0)
            return (uint32_t)i;
    return MW_NO_ID;
}

/** Names that single out an argument; the others are called by their position. */
static bool name_arguments(const mw_graph *g, mw_arena *arena, mw_subject *subject) {
    const mw_kind *kind = &g->kinds[subject->kind];
    const char **names = MW_NEW_ARRAY(arena, const char *, kind->argument_count + 1);
    if (!names)
        return false;
    for (uint32_t a = 0; a < kind->argument_count; a++) {
        const char *name = mw_graph_string(g, g->arguments[kind->first_argument + a].name);
        bool alone = true;
        for (uint32_t b = 0; b < kind->argument_count; b++)
            alone = alone && (a == b || g->arguments[kind->first_argument + a].name !=
                                            g->arguments[kind->first_argument + b].name);
        if (alone && can_be_named(name, "Region * ", " * SYSMEM;"))
            names[a] = name;
    }
    subject->argument_names = names;
    return true;
}

/** Whether layouts matter to a kind: some kernel refuses one, or is not equally fast in all. */
static bool layouts_matter(const mw_graph *g, const mw_kind *kind) {
    for (uint32_t a = 0; a < kind->argument_count; a++)
        for (int k = 0; k < MW_PROC_KINDS; k++) {
            const mw_walk *walk = &g->arguments[kind->first_argument + a].walk[k];
            bool used = kind->variants >> k & 1;
            for (unsigned layout = 1; layout < 4 && used; layout++)
                if (walk->refused || mw_walk_share(walk, layout) != mw_walk_share(walk, 0))
                    return true;
        }
    return false;
}

// --- processors and index maps
// ---------------------------------------------------------------------

/** Processor kinds of a task kind that are on the machine, the default mapper's first. */
static mw_status find_procs(deriving *d, uint32_t variants, mw_subject *out) {
    const mw_machine *m = d->s->machine;
    mw_kind_view view = {.name = out->name, .variants = variants};
    const mw_kind_rules *rules = mw_mapping_kind(d->defaults, &view, NULL);
    if (!rules)
        return MW_ERR_NOMEM;
    out->proc_count = 0;
    if (rules->mapped)
        out->procs[out->proc_count++] = (uint8_t)rules->proc;
    for (int k = 0; k < MW_PROC_KINDS && rules->mapped; k++)
        if (k != (int)rules->proc && variants >> k & 1 && m->procs_of_kind[k] > 0)
            out->procs[out->proc_count++] = (uint8_t)k;
    return MW_OK;
}

typedef struct map_list {
    mw_map_choice items[MW_SPACE_MAX_MAPS];
    uint32_t count;
} map_list;

static void add_map(map_list *l, mw_map_family family, uint32_t dim, bool transposed,
                    uint32_t size) {
    if (l->count < MW_SPACE_MAX_MAPS)
        l->items[l->count++] = (mw_map_choice){(uint8_t)family, (uint8_t)dim, transposed, size};
}

/** Maps that go by one index; of an index that is always 0 there is nothing to deal out. */
static void add_maps_by_dim(map_list *l, const mw_subject *s, uint32_t nodes) {
    for (uint32_t d = 0; d < s->rank; d++) {
        if (s->max_extent[d] < 2)
            continue;
        add_map(l, MW_MAP_BLOCK, d, false, 0);
        add_map(l, MW_MAP_CYCLIC, d, false, 0);
        add_map(l, MW_MAP_FOLDED, d, false, 0);
        for (size_t b = 0; b < MW_COUNT(BLOCKS); b++)
            if (BLOCKS[b] < s->max_extent[d])
                add_map(l, MW_MAP_BLOCK_CYCLIC, d, false, BLOCKS[b]);
        if (nodes > 1)
            add_map(l, MW_MAP_NODE_BLOCK, d, false, 0);
    }
}

static void add_maps_by_all(map_list *l, const mw_subject *s, uint64_t procs) {
    uint32_t wide = 0;
    double volume = (double)procs;
    for (uint32_t d = 0; d < s->rank; d++) {
        wide += s->max_extent[d] > 1;
        volume *= (double)s->max_extent[d];
    }
    if (wide < 2 || volume > 0x1p62) // beyond, positions in a line would leave 64 bits
        return;
    add_map(l, MW_MAP_DIAGONAL, 0, false, 0);
    for (int transposed = 0; transposed < 2; transposed++) {
        add_map(l, MW_MAP_LINEAR_CYCLIC, 0, transposed, 0);
        add_map(l, MW_MAP_LINEAR_BLOCK, 0, transposed, 0);
        add_map(l, MW_MAP_GRID_CYCLIC, 0, transposed, 0);
        add_map(l, MW_MAP_GRID_BLOCK, 0, transposed, 0);
    }
}

/** The index maps of a subject on one kind of processor; on a single processor all are one. */
static bool derive_maps(deriving *d, mw_subject *s, mw_proc_kind proc) {
    const mw_machine *m = d->s->machine;
    uint64_t procs = (uint64_t)m->nodes * m->procs_of_kind[proc];
    map_list list = {.count = 0};
    add_map(&list, MW_MAP_DEFAULT, 0, false, 0);
    if (procs > 1 && s->rank > 0) {
        add_map(&list, MW_MAP_ANY, 0, false, 0);
        add_maps_by_dim(&list, s, m->nodes);
        add_maps_by_all(&list, s, procs);
        for (uint32_t i = 0; i < procs && i < MOST_ONES; i++)
            add_map(&list, MW_MAP_ONE, 0, false, i);
    }
    mw_map_choice *kept = MW_NEW_ARRAY(d->s->arena, mw_map_choice, list.count);
    if (!kept)
        return false;
    memcpy(kept, list.items, list.count * sizeof *kept);
    s->maps[proc] = kept;
    s->map_count[proc] = list.count;
    return true;
}

// --- subjects
// ------------------------------------------------------------------------------------

static void widen(mw_subject *s, const mw_launch *launch) {
    if (launch->rank == 0) {
        s->single = true;
        return;
    }
    bool first = s->rank == 0;
    s->rank = first || launch->rank < s->rank ? launch->rank : s->rank;
    for (uint32_t d = 0; d < MW_POINT_RANK; d++) {
        uint32_t extent = d < launch->rank ? (uint32_t)launch->extent[d] : 1;
        s->max_extent[d] = first || extent > s->max_extent[d] ? extent : s->max_extent[d];
        s->min_extent[d] = first || extent < s->min_extent[d] ? extent : s->min_extent[d];
    }
}

/** One subject per nameable kind that has tasks and a processor here. */
static mw_status find_subjects(deriving *d, uint32_t *kind_subject) {
    const mw_graph *g = d->s->graph;
    for (uint32_t k = 0; k < g->kind_count; k++)
        kind_subject[k] = MW_NO_ID;
    for (uint32_t i = 0; i < g->launch_count; i++) {
        uint32_t k = g->launches[i].kind;
        const char *name = mw_graph_kind_name(g, k);
        if (g->launches[i].task_count == 0)
            continue;
        uint32_t at = kind_subject[k] == MW_NO_ID ? find_subject(d, name) : kind_subject[k];
        if (at == MW_NO_ID) {
            mw_subject fresh = {.name = name, .kind = k};
            mw_status status = find_procs(d, g->kinds[k].variants, &fresh);
            if (status != MW_OK)
                return status;
            if (fresh.proc_count == 0 || !can_be_named(name, "Task ", " CPU;"))
                continue;
            at = (uint32_t)d->subjects.count;
            if (!MW_PUSH(&d->subjects, fresh))
                return MW_ERR_NOMEM;
        }
        kind_subject[k] = at;
        widen(&d->subjects.items[at], &g->launches[i]);
    }
    return MW_OK;
}

static bool finish_subject(deriving *d, mw_subject *s) {
    const mw_graph *g = d->s->graph;
    s->first_argument = d->s->argument_count;
    s->argument_count = g->kinds[s->kind].argument_count;
    d->s->argument_count += s->argument_count;
    s->layouts = !(d->s->keep & MW_KEEP_LAYOUTS) && layouts_matter(g, &g->kinds[s->kind]);
    if (!name_arguments(g, d->s->arena, s))
        return false;
    for (uint32_t i = 0; i < s->proc_count; i++)
        if (!derive_maps(d, s, (mw_proc_kind)s->procs[i]))
            return false;
    return true;
}

/** Memory kinds in reach of each kind of processor, in the default mapper's order, then the rest.
 */
static mw_status find_memories(deriving *d) {
    mw_space *s = d->s;
    for (int k = 0; k < MW_PROC_KINDS; k++) {
        if (s->machine->procs_of_kind[k] == 0)
            continue;
        mw_kind_view view = {.name = "", .variants = 1u << k, .argument_count = 1};
        const mw_kind_rules *rules = mw_mapping_kind(d->defaults, &view, NULL);
        if (!rules)
            return MW_ERR_NOMEM;
        uint32_t proc = mw_machine_proc(s->machine, (mw_proc_kind)k, 0, 0), seen = 0;
        const mw_argument_rule *first = &rules->arguments[0];
        for (uint32_t i = 0; i < first->mem_count + MW_MEM_KINDS; i++) {
            uint32_t mem = i < first->mem_count ? first->mems[i] : i - first->mem_count;
            if (mem >= MW_MEM_KINDS || seen >> mem & 1 ||
                mw_machine_best_mem(s->machine, proc, (mw_mem_kind)mem) == MW_NO_ID)
                continue;
            seen |= 1u << mem;
            s->mems[k][s->mem_count[k]++] = (uint8_t)mem;
            if (s->keep & MW_KEEP_MEMORIES)
                break; // the default's stands alone
        }
    }
    return MW_OK;
}

static void find_least_ranks(mw_space *s) {
    for (uint32_t i = 0; i < s->graph->launch_count; i++) {
        const mw_launch *launch = &s->graph->launches[i];
        for (int k = 0; k < MW_PROC_KINDS && launch->rank > 0; k++) {
            uint32_t *least = &s->least_rank[k];
            if (s->graph->kinds[launch->kind].variants >> k & 1)
                *least = *least == 0 || launch->rank < *least ? launch->rank : *least;
        }
    }
}

/** The region at the top of the one that an access touches. */
static uint32_t root_region(const mw_graph *g, const mw_access *access) {
    uint32_t region = g->subregions[access->subregion].region;
    // partitions nest; a damaged graph must not turn that into a ring
    for (uint32_t depth = 0; depth < g->region_count; depth++) {
        if (g->regions[region].parent == MW_NO_ID)
            break;
        region = g->regions[region].parent;
    }
    return region;
}

static bool find_argument_regions(mw_space *s) {
    const mw_graph *g = s->graph;
    uint32_t *regions = MW_NEW_ARRAY(s->arena, uint32_t, s->argument_count + 1);
    if (!regions)
        return false;
    memset(regions, 0xFF, sizeof *regions * s->argument_count);
    for (uint32_t t = 0; t < g->task_count; t++) {
        uint32_t subject = s->kind_subject[g->tasks[t].kind];
        for (uint32_t i = 0; i < g->tasks[t].access_count && subject != MW_NO_ID; i++) {
            const mw_access *access = &g->accesses[g->tasks[t].first_access + i];
            if (access->argument >= s->subjects[subject].argument_count)
                continue;
            uint32_t *region = &regions[s->subjects[subject].first_argument + access->argument];
            if (*region == MW_NO_ID)
                *region = root_region(g, access);
        }
    }
    s->argument_region = regions;
    return true;
}

static bool find_limits(mw_space *s) {
    uint32_t *limits = MW_NEW_ARRAY(s->arena, uint32_t, 2 + LARGEST_LIMIT);
    if (!limits)
        return false;
    s->limit_count = 1;
    for (uint32_t limit = 1; limit <= LARGEST_LIMIT; limit *= 2)
        limits[s->limit_count++] = limit;
    s->limits = limits;
    return true;
}

static mw_status derive(deriving *d) {
    mw_space *s = d->s;
    uint32_t *kind_subject = MW_NEW_ARRAY(s->arena, uint32_t, s->graph->kind_count + 1);
    if (!kind_subject || !find_limits(s))
        return MW_ERR_NOMEM;
    mw_status status = mw_mapping_new(NULL, s->machine, &d->defaults, NULL);
    status = status == MW_OK ? find_subjects(d, kind_subject) : status;
    status = status == MW_OK ? find_memories(d) : status;
    if (status != MW_OK)
        return status;
    mw_subject *kept = MW_NEW_ARRAY(s->arena, mw_subject, d->subjects.count + 1);
    if (!kept)
        return MW_ERR_NOMEM;
    for (uint32_t i = 0; i < d->subjects.count; i++) {
        kept[i] = d->subjects.items[i];
        if (!finish_subject(d, &kept[i]))
            return MW_ERR_NOMEM;
    }
    s->subjects = kept;
    s->subject_count = (uint32_t)d->subjects.count;
    s->kind_subject = kind_subject;
    find_least_ranks(s);
    return find_argument_regions(s) ? MW_OK : MW_ERR_NOMEM;
}

mw_status mw_space_new(const mw_graph *g, const mw_machine *m, unsigned keep, mw_space **out) {
    mw_arena *arena = mw_arena_new();
    mw_space *s = arena ? MW_NEW(arena, mw_space) : NULL;
    if (!s) {
        mw_arena_free(arena);
        return MW_ERR_NOMEM;
    }
    s->graph = g;
    s->machine = m;
    s->arena = arena;
    s->keep = keep;
    deriving d = {.s = s};
    mw_status status = derive(&d);
    mw_mapping_free(d.defaults);
    MW_VEC_CLEAR(&d.subjects);
    if (status != MW_OK) {
        mw_arena_free(arena);
        return status;
    }
    *out = s;
    return MW_OK;
}

void mw_space_free(mw_space *s) {
    if (s)
        mw_arena_free(s->arena);
}

// --- size
// -----------------------------------------------------------------------------------------

static double single_choices(const mw_space *s, const mw_subject *subject, mw_proc_kind proc) {
    uint64_t procs = (uint64_t)s->machine->nodes * s->machine->procs_of_kind[proc];
    if (!subject->single || procs < 2)
        return 1;
    return 2 + (double)(procs < MOST_ONES ? procs : MOST_ONES);
}

/** log10 of the choices of one task kind. Layouts count where they matter. */
static double subject_log10(const mw_space *s, const mw_subject *subject) {
    double placements = 0;
    for (uint32_t i = 0; i < subject->proc_count; i++) {
        mw_proc_kind proc = (mw_proc_kind)subject->procs[i];
        double one = (double)(s->mem_count[proc] ? s->mem_count[proc] : 1);
        one *= subject->layouts ? 4 : 1;
        placements += subject->map_count[proc] * single_choices(s, subject, proc) *
                      pow(one, subject->argument_count);
    }
    double priorities = 1 + (MW_PRIORITY_MAX + 1) * pow(2 * MW_PRIORITY_MAX + 1, subject->rank);
    return log10(placements) + log10(s->limit_count) + log10(priorities);
}

double mw_space_log10_size(const mw_space *s) {
    double sum = 0;
    for (uint32_t i = 0; i < s->subject_count; i++)
        sum += subject_log10(s, &s->subjects[i]);
    return sum;
}

void mw_space_describe(const mw_space *s, mw_str *out) {
    for (uint32_t i = 0; i < s->subject_count; i++) {
        const mw_subject *subject = &s->subjects[i];
        mw_str_printf(out, "%s:", subject->name);
        for (uint32_t p = 0; p < subject->proc_count; p++) {
            mw_proc_kind proc = (mw_proc_kind)subject->procs[p];
            mw_str_printf(out, "%s %s with %u index map%s and %u memor%s", p ? ", or" : "",
                          mw_proc_kind_name(proc), subject->map_count[proc],
                          subject->map_count[proc] == 1 ? "" : "s", s->mem_count[proc],
                          s->mem_count[proc] == 1 ? "y" : "ies");
        }
        mw_str_printf(out, "; %u argument%s%s; about 10^%.1f mappers\n", subject->argument_count,
                      subject->argument_count == 1 ? "" : "s",
                      subject->layouts ? " in 4 layouts each" : "", subject_log10(s, subject));
    }
    mw_str_printf(out, "together: about 10^%.1f mappers\n", mw_space_log10_size(s));
}

// --- points
// ------------------------------------------------------------------------------------------

bool mw_space_point_init(const mw_space *s, mw_space_point *p) {
    p->subjects = calloc(s->subject_count + 1, sizeof *p->subjects);
    p->arguments = calloc(s->argument_count + 1, sizeof *p->arguments);
    if (!p->subjects || !p->arguments) {
        mw_space_point_clear(p);
        return false;
    }
    for (uint32_t i = 0; i < s->subject_count; i++)
        p->subjects[i].proc = s->subjects[i].procs[0];
    return true;
}

void mw_space_point_clear(mw_space_point *p) {
    free(p->subjects);
    free(p->arguments);
    *p = (mw_space_point){0};
}

void mw_space_copy(const mw_space *s, mw_space_point *to, const mw_space_point *from) {
    memcpy(to->subjects, from->subjects, s->subject_count * sizeof *to->subjects);
    memcpy(to->arguments, from->arguments, s->argument_count * sizeof *to->arguments);
}

bool mw_map_same(mw_map_choice a, mw_map_choice b) {
    return a.family == b.family && a.dim == b.dim && a.transposed == b.transposed &&
           a.size == b.size;
}

bool mw_priority_same(const mw_priority_choice *a, const mw_priority_choice *b) {
    return a->given == b->given && a->constant == b->constant &&
           memcmp(a->slope, b->slope, sizeof a->slope) == 0;
}

bool mw_subject_has_map(const mw_subject *s, mw_proc_kind proc, mw_map_choice map) {
    for (uint32_t i = 0; i < s->map_count[proc]; i++)
        if (mw_map_same(s->maps[proc][i], map))
            return true;
    return false;
}

bool mw_space_set_map(const mw_space *s, mw_space_point *p, uint32_t subject, mw_map_choice map) {
    mw_subject_choice *choice = &p->subjects[subject];
    if (!mw_subject_has_map(&s->subjects[subject], (mw_proc_kind)choice->proc, map))
        return false;
    choice->map = map;
    return true;
}

bool mw_space_set_memory(const mw_space *s, mw_space_point *p, uint32_t subject, uint32_t argument,
                         mw_mem_kind mem) {
    uint8_t proc = p->subjects[subject].proc;
    uint8_t *at = &p->arguments[s->subjects[subject].first_argument + argument].mem;
    if (mem == MW_MEM_KINDS) {
        *at = 0;
        return true;
    }
    for (uint32_t i = 0; i < s->mem_count[proc]; i++) {
        if (s->mems[proc][i] != mem)
            continue;
        *at = i == 0 ? 0 : (uint8_t)(1 + mem); // the default takes its first anyway
        return true;
    }
    return false;
}

void mw_space_set_proc(const mw_space *s, mw_space_point *p, uint32_t subject, mw_proc_kind proc) {
    const mw_subject *of = &s->subjects[subject];
    mw_subject_choice *choice = &p->subjects[subject];
    choice->proc = (uint8_t)proc;
    if (!mw_space_set_map(s, p, subject, choice->map))
        choice->map = (mw_map_choice){0};
    uint64_t procs = (uint64_t)s->machine->nodes * s->machine->procs_of_kind[proc];
    if (procs < 2 || choice->single.size >= procs)
        choice->single = (mw_map_choice){0};
    for (uint32_t a = 0; a < of->argument_count; a++) {
        uint8_t mem = p->arguments[of->first_argument + a].mem;
        if (mem > 0 && !mw_space_set_memory(s, p, subject, a, (mw_mem_kind)(mem - 1)))
            p->arguments[of->first_argument + a].mem = 0;
    }
}

// --- random points
// ------------------------------------------------------------------------------

static void random_map(const mw_space *s, mw_rng *rng, mw_space_point *p, uint32_t subject) {
    const mw_subject *of = &s->subjects[subject];
    mw_subject_choice *choice = &p->subjects[subject];
    choice->map = of->maps[choice->proc][mw_rng_below(rng, of->map_count[choice->proc])];
    uint64_t singles = (uint64_t)single_choices(s, of, (mw_proc_kind)choice->proc);
    uint64_t pick = mw_rng_below(rng, singles);
    choice->single = (mw_map_choice){0};
    if (pick > 0)
        choice->single.family = pick == 1 ? MW_MAP_ANY : MW_MAP_ONE;
    if (pick > 1)
        choice->single.size = (uint32_t)(pick - 2);
}

static void random_memory(const mw_space *s, mw_rng *rng, mw_space_point *p, uint32_t subject,
                          uint32_t argument) {
    uint8_t proc = p->subjects[subject].proc;
    if (s->mem_count[proc] > 0)
        mw_space_set_memory(s, p, subject, argument,
                            (mw_mem_kind)s->mems[proc][mw_rng_below(rng, s->mem_count[proc])]);
}

static void random_priority(mw_rng *rng, mw_subject_choice *choice) {
    choice->priority = (mw_priority_choice){0};
    choice->priority.given = mw_rng_below(rng, 2) == 1;
    if (choice->priority.given)
        choice->priority.constant = (int32_t)mw_rng_below(rng, MW_PRIORITY_MAX + 1);
}

enum { CHANGE_PROC, CHANGE_MAP, CHANGE_LIMIT, CHANGE_PRIORITY, CHANGE_MEMORY, CHANGE_LAYOUT };

static void change_one(const mw_space *s, mw_rng *rng, mw_space_point *p) {
    uint32_t subject = (uint32_t)mw_rng_below(rng, s->subject_count);
    const mw_subject *of = &s->subjects[subject];
    mw_subject_choice *choice = &p->subjects[subject];
    uint32_t argument = of->argument_count ? (uint32_t)mw_rng_below(rng, of->argument_count) : 0;
    switch (mw_rng_below(rng, of->argument_count ? 6 : 4)) {
    case CHANGE_PROC:
        mw_space_set_proc(s, p, subject,
                          (mw_proc_kind)of->procs[mw_rng_below(rng, of->proc_count)]);
        return;
    case CHANGE_LIMIT: choice->limit = s->limits[mw_rng_below(rng, s->limit_count)]; return;
    case CHANGE_PRIORITY: random_priority(rng, choice); return;
    case CHANGE_MEMORY: random_memory(s, rng, p, subject, argument); return;
    case CHANGE_LAYOUT:
        if (of->layouts)
            p->arguments[of->first_argument + argument].layout = (uint8_t)mw_rng_below(rng, 4);
        else // where layouts do not matter, another map is the better use of the change
            random_map(s, rng, p, subject);
        return;
    default: random_map(s, rng, p, subject); return;
    }
}

void mw_space_mutate(const mw_space *s, mw_rng *rng, uint32_t changes, mw_space_point *p) {
    for (uint32_t i = 0; i < changes && s->subject_count > 0; i++)
        change_one(s, rng, p);
}

void mw_space_random(const mw_space *s, mw_rng *rng, mw_space_point *p) {
    for (uint32_t i = 0; i < s->subject_count; i++) {
        const mw_subject *of = &s->subjects[i];
        mw_space_set_proc(s, p, i, (mw_proc_kind)of->procs[mw_rng_below(rng, of->proc_count)]);
        random_map(s, rng, p, i);
        random_priority(rng, &p->subjects[i]);
        p->subjects[i].limit =
            mw_rng_below(rng, 4) == 0 ? s->limits[mw_rng_below(rng, s->limit_count)] : 0;
        for (uint32_t a = 0; a < of->argument_count; a++) {
            random_memory(s, rng, p, i, a);
            p->arguments[of->first_argument + a].layout = 0;
            if (of->layouts && mw_rng_below(rng, 4) == 0)
                p->arguments[of->first_argument + a].layout = (uint8_t)mw_rng_below(rng, 4);
        }
    }
}
