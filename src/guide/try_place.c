// src/guide/try_place.c: other kinds of processors, and other index maps on the same kind.
#include "guide/candidates.h"
#include <math.h>
#include <string.h>

/** How the points of a launch may be spread. Every index ends with `% size`, so that it stays
 * inside the machine. */
typedef enum family {
    ANY,           ///< whichever processor of the node is free first
    BLOCK,         ///< a range of one index for each
    CYCLIC,        ///< one index dealt out in turn
    GRID,          ///< processors in a grid shaped like the domain, a box of points for each
    LINEAR_BLOCK,  ///< all points in one line, a run for each
    LINEAR_CYCLIC, ///< all points in one line, dealt out in turn
} family;

typedef struct spread {
    family family;
    uint32_t dim; ///< BLOCK, CYCLIC: the index that it goes by
} spread;

static const char *const ORDINAL[MW_POINT_RANK] = {"first", "second", "third", "fourth"};
static const char *const LOWER[MW_PROC_KINDS] = {"cpu", "gpu", "omp", "io", "py", "proc"};
enum {
    MOST_TOGETHER = 256, ///< task kinds in one candidate
    LONGEST_LINE = 90,
};

static uint32_t least_rank(spread s) {
    if (s.family == GRID)
        return 2;
    return s.family == BLOCK || s.family == CYCLIC ? s.dim + 1 : 1;
}

static bool depends_on_rank(spread s) {
    return s.family == GRID || s.family == LINEAR_BLOCK || s.family == LINEAR_CYCLIC;
}

static void add_name(mw_str *out, const char *prefix, spread s, uint32_t rank, mw_proc_kind proc) {
    static const char *const NAME[] = {"any", "block", "cyclic", "grid", "run", "deal"};
    mw_str_printf(out, "%s_%s", prefix, NAME[s.family]);
    if (s.family == BLOCK || s.family == CYCLIC)
        mw_str_printf(out, "_%s", ORDINAL[s.dim]);
    if (depends_on_rank(s))
        mw_str_printf(out, "_%ud", rank);
    mw_str_printf(out, "_%s", LOWER[proc]);
}

static void add_words(mw_str *out, spread s, mw_proc_kind proc) {
    const char *kind = mw_proc_kind_name(proc);
    switch (s.family) {
    case ANY: mw_str_printf(out, "to whichever %s is free first", kind); return;
    case BLOCK:
        mw_str_printf(out, "a range of the %s index to each %s", ORDINAL[s.dim], kind);
        return;
    case CYCLIC:
        mw_str_printf(out, "the %s index in turn to the %ss", ORDINAL[s.dim], kind);
        return;
    case GRID: mw_str_printf(out, "a box of points to each %s", kind); return;
    case LINEAR_BLOCK: mw_str_printf(out, "a run of all points to each %s", kind); return;
    case LINEAR_CYCLIC: mw_str_printf(out, "all points one by one to the %ss", kind); return;
    }
}

/** "(t.ipoint[0] * t.ispace[1] + t.ipoint[1])": the position of a point in a line. */
static void add_line(mw_str *out, uint32_t rank) {
    for (uint32_t d = 0; d + 1 < rank; d++)
        mw_str_add_char(out, '(');
    mw_str_add(out, "t.ipoint[0]");
    for (uint32_t d = 1; d < rank; d++)
        mw_str_printf(out, " * t.ispace[%u] + t.ipoint[%u])", d, d);
}

static void add_body(mw_str *out, const char *row, spread s, uint32_t rank, uint32_t nodes) {
    switch (s.family) {
    case ANY:
        if (nodes > 1)
            mw_str_printf(out,
                          "    node = t.ipoint[0] * %s_nodes.size[0] / t.ispace[0] %% "
                          "%s_nodes.size[0];\n    return %s_nodes[node, *];\n",
                          row, row, row);
        else
            mw_str_printf(out, "    return %s_nodes[0, *];\n", row);
        return;
    case BLOCK:
        mw_str_printf(out,
                      "    return %s[t.ipoint[%u] * %s.size[0] / t.ispace[%u] %% %s.size[0]];\n",
                      row, s.dim, row, s.dim, row);
        return;
    case CYCLIC:
        mw_str_printf(out, "    return %s[t.ipoint[%u] %% %s.size[0]];\n", row, s.dim, row);
        return;
    case GRID:
        mw_str_printf(out, "    grid = %s.auto_split(0, t.ispace);\n    return grid[", row);
        for (uint32_t d = 0; d < rank; d++)
            mw_str_printf(out, "%st.ipoint[%u] * grid.size[%u] / t.ispace[%u] %% grid.size[%u]",
                          d ? ", " : "", d, d, d, d);
        mw_str_add(out, "];\n");
        return;
    case LINEAR_BLOCK:
        mw_str_printf(out, "    return %s[", row);
        add_line(out, rank);
        mw_str_printf(out, " * %s.size[0] / %s %% %s.size[0]];\n", row,
                      rank > 1 ? "t.ispace.volume" : "t.ispace[0]", row);
        return;
    case LINEAR_CYCLIC:
        mw_str_printf(out, "    return %s[", row);
        add_line(out, rank);
        mw_str_printf(out, " %% %s.size[0]];\n", row);
        return;
    }
}

/** "IndexTaskMap a, b f;" for the subjects of that rank (0: of any that has one for the spread). */
static void add_statement(const mw_candidates *c, const uint32_t subjects[], uint32_t count,
                          spread s, uint32_t rank, mw_proc_kind proc, mw_str *out) {
    size_t line = out->len;
    bool first = true;
    mw_str_add(out, "IndexTaskMap");
    for (uint32_t i = 0; i < count; i++) {
        const mw_kind_facts *k = &c->facts->kinds[subjects[i]];
        if (k->rank < least_rank(s) || (rank > 0 && k->rank != rank))
            continue;
        bool full = out->len - line + strlen(k->name) > LONGEST_LINE;
        line = full ? out->len : line;
        mw_str_printf(out, "%s%s%s", first ? "" : ",", full ? "\n    " : " ", k->name);
        first = false;
    }
    mw_str_add_char(out, ' ');
    add_name(out, c->prefix, s, rank, proc);
    mw_str_add(out, ";\n");
}

/** The processor space, a function for each rank that needs its own, and the map statements. */
static void add_maps(const mw_candidates *c, const uint32_t subjects[], uint32_t count, spread s,
                     mw_proc_kind proc, mw_str *out) {
    const mw_facts *f = c->facts;
    bool any = s.family == ANY, defined[MW_POINT_RANK + 1] = {false};
    mw_str row = {0};
    mw_str_printf(&row, "%s_%s", c->prefix, LOWER[proc]);
    const char *row_name = mw_str_text(&row);
    mw_str_printf(out, "%s%s = Machine(%s)%s;\n", row_name, any ? "_nodes" : "",
                  mw_proc_kind_name(proc), any ? "" : ".merge(0, 1)");
    for (uint32_t i = 0; i < count; i++) {
        const mw_kind_facts *k = &f->kinds[subjects[i]];
        uint32_t rank = depends_on_rank(s) ? k->rank : 0;
        if (k->rank < least_rank(s) || defined[rank])
            continue;
        defined[rank] = true;
        mw_str_add(out, "def ");
        add_name(out, c->prefix, s, rank, proc);
        mw_str_add(out, "(Task t) {\n");
        add_body(out, row_name, s, rank, f->machine->nodes);
        mw_str_add(out, "}\n");
        add_statement(c, subjects, count, s, rank, proc, out);
    }
    out->failed = out->failed || row.failed;
    mw_str_clear(&row);
}

/** Single tasks: any processor of the first node, or of the one where they come from. */
static void add_singles(const mw_candidates *c, const uint32_t subjects[], uint32_t count,
                        mw_proc_kind proc, mw_str *out) {
    bool defined = false;
    for (uint32_t i = 0; i < count; i++) {
        const mw_kind_facts *k = &c->facts->kinds[subjects[i]];
        if (!k->single)
            continue;
        if (!defined)
            mw_str_printf(out,
                          "%s_%s_space = Machine(%s);\n"
                          "def %s_single_%s(Task t) {\n    return %s_%s_space[0, *];\n}\n",
                          c->prefix, LOWER[proc], mw_proc_kind_name(proc), c->prefix, LOWER[proc],
                          c->prefix, LOWER[proc]);
        defined = true;
        mw_str_printf(out, "SingleTaskMap %s %s_single_%s;\n", k->name, c->prefix, LOWER[proc]);
    }
}

void mw_spread_plainly(const mw_candidates *c, const uint32_t subjects[], uint32_t count,
                       mw_proc_kind proc, mw_str *out) {
    bool launches = false;
    for (uint32_t i = 0; i < count; i++)
        launches = launches || c->facts->kinds[subjects[i]].rank > 0;
    if (launches)
        add_maps(c, subjects, count, (spread){BLOCK, 0}, proc, out);
    add_singles(c, subjects, count, proc, out);
}

// --- other kinds of processors
// ---------------------------------------------------------------------

static void move(mw_candidates *c, const uint32_t subjects[], uint32_t count, mw_proc_kind to,
                 double weight, const char *who, const char *why) {
    const char *what = mw_candidate_text(c, "run %s on %s", who, mw_proc_kind_name(to));
    uint32_t subject = count == 1 ? subjects[0] : MW_NO_ID;
    for (int mapped = 0; mapped < 2; mapped++) { // with the mapper's own maps, then with plain ones
        mw_str text = {0};
        for (uint32_t i = 0; i < count; i++)
            mw_str_printf(&text, "Task %s %s;\n", c->facts->kinds[subjects[i]].name,
                          mw_proc_kind_name(to));
        if (mapped)
            mw_spread_plainly(c, subjects, count, to, &text);
        mw_candidate_add(c, MW_SITUATION_PROCESSOR, weight * (mapped ? 0.99 : 1), subject, why,
                         what, &text);
    }
}

void mw_try_processors(mw_candidates *c) {
    const mw_facts *f = c->facts;
    for (int to = 0; to < MW_PROC_KINDS; to++) {
        uint32_t all[MOST_TOGETHER], count = 0;
        double work = 0;
        for (uint32_t i = 0; i < f->kind_count; i++) {
            const mw_kind_facts *k = &f->kinds[i];
            if (!(k->variants >> to & 1) || (int)k->proc == to)
                continue;
            const char *why =
                !f->ran ? mw_candidate_text(c, "%s cannot run where the mapper puts it", k->name)
                        : mw_candidate_text(c,
                                            "%s runs on %s and has a %s variant; it is %.0f%% "
                                            "of the critical path and %.0f%% of all work",
                                            k->name, mw_proc_kind_name(k->proc),
                                            mw_proc_kind_name((mw_proc_kind)to), 100 * k->critical,
                                            100 * k->work);
            move(c, &i, 1, (mw_proc_kind)to, f->ran ? fmax(k->critical, k->work) : 1, k->name, why);
            work += k->work;
            if (count < MOST_TOGETHER)
                all[count++] = i;
        }
        if (count > 1)
            move(c, all, count, (mw_proc_kind)to, f->ran ? work : 1, "all that can",
                 mw_candidate_text(c, "%u task kinds could run on %s and do not", count,
                                   mw_proc_kind_name((mw_proc_kind)to)));
    }
}

// --- other index maps
// ------------------------------------------------------------------------------

static void spread_as(mw_candidates *c, const uint32_t subjects[], uint32_t count, spread s,
                      mw_proc_kind proc, double weight, const char *who) {
    mw_str text = {0}, what = {0};
    uint32_t fit = 0;
    for (uint32_t i = 0; i < count; i++)
        fit += c->facts->kinds[subjects[i]].rank >= least_rank(s);
    if (fit == 0)
        return;
    mw_str_printf(&what, "map %s: ", who);
    add_words(&what, s, proc);
    add_maps(c, subjects, count, s, proc, &text);
    mw_candidate_add(c, MW_SITUATION_INDEX_MAP, weight, count == 1 ? subjects[0] : MW_NO_ID, NULL,
                     mw_str_text(&what), &text);
    mw_str_clear(&what);
}

static void spread_group(mw_candidates *c, const uint32_t subjects[], uint32_t count,
                         mw_proc_kind proc, double weight, const char *who) {
    static const family WHOLE[] = {GRID, LINEAR_BLOCK, LINEAR_CYCLIC, ANY};
    for (uint32_t d = 0; d < MW_POINT_RANK; d++) {
        spread_as(c, subjects, count, (spread){BLOCK, d}, proc, weight, who);
        spread_as(c, subjects, count, (spread){CYCLIC, d}, proc, weight * 0.99, who);
    }
    uint32_t most_rank = 0;
    for (uint32_t i = 0; i < count; i++)
        if (c->facts->kinds[subjects[i]].rank > most_rank)
            most_rank = c->facts->kinds[subjects[i]].rank;
    for (size_t i = 0; i < MW_COUNT(WHOLE); i++)
        if (most_rank > 1 || WHOLE[i] == ANY) // in one dimension, block and cyclic say the same
            spread_as(c, subjects, count, (spread){WHOLE[i], 0}, proc, weight * 0.98, who);
    mw_str text = {0};
    add_singles(c, subjects, count, proc, &text);
    if (text.len > 0)
        mw_candidate_add(c, MW_SITUATION_INDEX_MAP, weight * 0.97,
                         count == 1 ? subjects[0] : MW_NO_ID, NULL,
                         mw_candidate_text(c,
                                           "map single tasks of %s: to whichever %s is free "
                                           "first",
                                           who, mw_proc_kind_name(proc)),
                         &text);
    mw_str_clear(&text);
}

void mw_try_maps(mw_candidates *c) {
    const mw_facts *f = c->facts;
    for (int proc = 0; proc < MW_PROC_KINDS; proc++) {
        uint32_t all[MOST_TOGETHER], count = 0;
        if ((uint64_t)f->machine->procs_of_kind[proc] * f->machine->nodes < 2)
            continue;
        double weight = 0;
        for (uint32_t i = 0; i < f->kind_count && count < MOST_TOGETHER; i++)
            if ((int)f->kinds[i].proc == proc) {
                weight += fmax(f->kinds[i].critical, f->kinds[i].work);
                all[count++] = i;
            }
        const char *every =
            mw_candidate_text(c, "everything on %ss", mw_proc_kind_name((mw_proc_kind)proc));
        if (count > 1)
            spread_group(c, all, count, (mw_proc_kind)proc, f->ran ? fmin(weight, 1) : 1, every);
        for (uint32_t i = 0; i < count; i++) {
            const mw_kind_facts *k = &f->kinds[all[i]];
            spread_group(c, &all[i], 1, (mw_proc_kind)proc,
                         f->ran ? 0.9 * fmax(k->critical, k->work) : 1, k->name);
        }
    }
}
