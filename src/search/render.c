// src/search/render.c: a point of the space as a mapper that a person can read: one block per
// decision, in the order processors, maps, memories, layouts, limits, priorities.
#include "search/space.h"
#include <string.h>

enum { BYTES_SHOWN = 100 };

/** A text from outside in a comment: only what is printable, and not without end. */
static void add_printable(const char *text, mw_str *out) {
    size_t len = strlen(text);
    for (size_t i = 0; i < len && i < BYTES_SHOWN; i++)
        mw_str_add_char(out, text[i] >= ' ' && text[i] < 127 ? text[i] : '?');
    if (len > BYTES_SHOWN)
        mw_str_add(out, "...");
}

static void add_header(const mw_space *s, mw_str *out) {
    mw_str_add(out, "# A mapper for machine ");
    add_printable(s->machine->name ? s->machine->name : "unnamed", out);
    mw_str_add(out, ", written by Mapwright");
    if (s->graph->program && *s->graph->program) {
        mw_str_add(out, " for:\n#   ");
        add_printable(s->graph->program, out);
    }
    mw_str_add(out, "\n# What is not said here is as in the default mapper.\n");
}

/** "a, b, c" of the subjects marked. */
static void add_names(const mw_space *s, const bool *in, mw_str *out) {
    bool first = true;
    for (uint32_t i = 0; i < s->subject_count; i++) {
        if (in[i])
            mw_str_printf(out, "%s%s", first ? "" : ", ", s->subjects[i].name);
        first = first && !in[i];
    }
}

/** One statement for all subjects that choose alike. `alike` decides, `say` writes what follows the
 * names. */
typedef bool (*alike_fn)(const mw_space *s, const mw_space_point *p, uint32_t a, uint32_t b);

/** Marks, in `in`, the subjects not yet `done` that choose as `first` does, and all as done. */
static void gather(const mw_space *s, const mw_space_point *p, uint32_t first, alike_fn alike,
                   bool *done, bool *in) {
    for (uint32_t i = 0; i < s->subject_count; i++) {
        in[i] = i >= first && !done[i] && (i == first || alike(s, p, first, i));
        done[i] = done[i] || in[i];
    }
}

// --- processors
// -----------------------------------------------------------------------------------

static bool same_procs(const mw_space *s, const mw_space_point *p, uint32_t a, uint32_t b) {
    const mw_subject *x = &s->subjects[a], *y = &s->subjects[b];
    return p->subjects[a].proc == p->subjects[b].proc && x->proc_count == y->proc_count &&
           memcmp(x->procs, y->procs, x->proc_count) == 0;
}

static void add_procs(const mw_space *s, const mw_space_point *p, bool *done, bool *in,
                      mw_str *out) {
    bool said = false;
    for (uint32_t i = 0; i < s->subject_count; i++) {
        const mw_subject *subject = &s->subjects[i];
        uint8_t proc = p->subjects[i].proc;
        if (done[i] || proc == subject->procs[0])
            continue;
        if (!said)
            mw_str_add(out, "\n# Not on the kind of processor that the default prefers.\n");
        said = true;
        gather(s, p, i, same_procs, done, in);
        mw_str_add(out, "Task ");
        add_names(s, in, out);
        mw_str_printf(out, " %s", mw_proc_kind_name((mw_proc_kind)proc));
        for (uint32_t k = 0; k < subject->proc_count; k++)
            if (subject->procs[k] != proc)
                mw_str_printf(out, ", %s", mw_proc_kind_name((mw_proc_kind)subject->procs[k]));
        mw_str_add(out, ";\n");
    }
}

// --- maps
// -----------------------------------------------------------------------------------------

static void function_name(const mw_space *s, const mw_space_point *p, uint32_t i, bool single,
                          mw_str *out) {
    const mw_subject_choice *choice = &p->subjects[i];
    mw_map_name(single ? choice->single : choice->map, single ? 0 : s->subjects[i].rank,
                (mw_proc_kind)choice->proc, out);
}

static bool same_function(const mw_space *s, const mw_space_point *p, uint32_t a, uint32_t b,
                          bool single) {
    mw_str x = {0}, y = {0};
    function_name(s, p, a, single, &x);
    function_name(s, p, b, single, &y);
    bool same = strcmp(mw_str_text(&x), mw_str_text(&y)) == 0;
    mw_str_clear(&x);
    mw_str_clear(&y);
    return same;
}

static bool has_map(const mw_space *s, const mw_space_point *p, uint32_t i, bool single) {
    return single ? s->subjects[i].single && p->subjects[i].single.family != MW_MAP_DEFAULT
                  : s->subjects[i].rank > 0 && p->subjects[i].map.family != MW_MAP_DEFAULT;
}

static bool same_index_map(const mw_space *s, const mw_space_point *p, uint32_t a, uint32_t b) {
    return has_map(s, p, b, false) && same_function(s, p, a, b, false);
}

static bool same_single_map(const mw_space *s, const mw_space_point *p, uint32_t a, uint32_t b) {
    return has_map(s, p, b, true) && same_function(s, p, a, b, true);
}

/** Whether `IndexTaskMap CPU f;` says the same as a list of names: everything with index launches
 * that runs on that kind of processor is in the list. Kinds that cannot be named then follow. */
static bool covers_kind(const mw_space *s, const mw_space_point *p, uint32_t first,
                        const bool *in) {
    const mw_subject_choice *choice = &p->subjects[first];
    uint32_t members = 0;
    for (uint32_t i = 0; i < s->subject_count; i++) {
        if (s->subjects[i].rank > 0 && p->subjects[i].proc == choice->proc && !in[i])
            return false;
        members += in[i];
    }
    return members > 1 &&
           mw_map_least_rank(choice->map, s->subjects[first].rank) <= s->least_rank[choice->proc];
}

static void add_all_globals(const mw_space *s, const mw_space_point *p, mw_str *out) {
    unsigned needs[MW_PROC_KINDS] = {0};
    bool any = false;
    for (uint32_t i = 0; i < s->subject_count; i++) {
        for (int single = 0; single < 2; single++) {
            if (!has_map(s, p, i, single))
                continue;
            needs[p->subjects[i].proc] |=
                mw_map_needs(single ? p->subjects[i].single : p->subjects[i].map);
            any = true;
        }
    }
    if (any)
        mw_str_add_char(out, '\n');
    for (int k = 0; k < MW_PROC_KINDS; k++)
        mw_map_globals(needs[k], (mw_proc_kind)k, out);
}

static void add_maps(const mw_space *s, const mw_space_point *p, bool single, bool *done, bool *in,
                     mw_str *out) {
    for (uint32_t i = 0; i < s->subject_count; i++) {
        const mw_subject_choice *choice = &p->subjects[i];
        if (done[i] || !has_map(s, p, i, single))
            continue;
        gather(s, p, i, single ? same_single_map : same_index_map, done, in);
        mw_str_add_char(out, '\n');
        mw_map_define(single ? choice->single : choice->map, single ? 0 : s->subjects[i].rank,
                      (mw_proc_kind)choice->proc, s->machine->nodes, out);
        mw_str_add(out, single ? "SingleTaskMap " : "IndexTaskMap ");
        if (!single && covers_kind(s, p, i, in))
            mw_str_add(out, mw_proc_kind_name((mw_proc_kind)choice->proc));
        else
            add_names(s, in, out);
        mw_str_add_char(out, ' ');
        function_name(s, p, i, single, out);
        mw_str_add(out, ";\n");
    }
}

// --- regions and layouts
// --------------------------------------------------------------------------

static void add_argument_name(const mw_subject *subject, uint32_t argument, mw_str *out) {
    if (subject->argument_names[argument])
        mw_str_add(out, subject->argument_names[argument]);
    else
        mw_str_printf(out, "%u", argument);
}

static void add_region(const mw_space *s, const mw_subject *subject, mw_proc_kind proc,
                       const char *region, uint8_t mem, mw_str *out) {
    mw_str_printf(out, "Region %s %s %s %s", subject->name, region, mw_proc_kind_name(proc),
                  mw_mem_kind_name((mw_mem_kind)(mem - 1)));
    // what the default takes first stays as the way out when the chosen memory is full
    mw_str_printf(out, ", %s;\n", mw_mem_kind_name((mw_mem_kind)s->mems[proc][0]));
}

static void add_regions(const mw_space *s, const mw_space_point *p, mw_str *out) {
    bool said = false;
    for (uint32_t i = 0; i < s->subject_count; i++) {
        const mw_subject *subject = &s->subjects[i];
        const mw_argument_choice *arguments = &p->arguments[subject->first_argument];
        bool alike = subject->argument_count > 1;
        for (uint32_t a = 1; a < subject->argument_count; a++)
            alike = alike && arguments[a].mem == arguments[0].mem;
        for (uint32_t a = 0; a < subject->argument_count && !(alike && a > 0); a++) {
            if (arguments[a].mem == 0)
                continue;
            if (!said)
                mw_str_add(out, "\n# Where data lives: the first memory with room.\n");
            said = true;
            mw_str region = {0};
            if (alike)
                mw_str_add(&region, "*");
            else
                add_argument_name(subject, a, &region);
            add_region(s, subject, (mw_proc_kind)p->subjects[i].proc, mw_str_text(&region),
                       arguments[a].mem, out);
            mw_str_clear(&region);
        }
    }
}

static void add_layouts(const mw_space *s, const mw_space_point *p, mw_str *out) {
    bool said = false;
    for (uint32_t i = 0; i < s->subject_count; i++) {
        const mw_subject *subject = &s->subjects[i];
        for (uint32_t a = 0; a < subject->argument_count; a++) {
            uint8_t layout = p->arguments[subject->first_argument + a].layout;
            if (layout == 0)
                continue;
            if (!said)
                mw_str_add(out, "\n# How data is laid out.\n");
            said = true;
            mw_str_printf(out, "Layout %s ", subject->name);
            add_argument_name(subject, a, out);
            mw_str_printf(out, " * %s %s;\n", layout & 2 ? "AOS" : "SOA",
                          layout & 1 ? "C_order" : "F_order");
        }
    }
}

// --- limits and priorities
// ------------------------------------------------------------------------

static bool same_limit(const mw_space *s, const mw_space_point *p, uint32_t a, uint32_t b) {
    (void)s;
    return p->subjects[a].limit == p->subjects[b].limit;
}

static void add_limits(const mw_space *s, const mw_space_point *p, bool *done, bool *in,
                       mw_str *out) {
    bool said = false;
    for (uint32_t i = 0; i < s->subject_count; i++) {
        if (done[i] || p->subjects[i].limit == 0)
            continue;
        if (!said)
            mw_str_add(out, "\n# At most so many tasks mapped and unfinished on a node.\n");
        said = true;
        gather(s, p, i, same_limit, done, in);
        // one statement a name: a list of names is an extension of the language
        for (uint32_t k = 0; k < s->subject_count; k++)
            if (in[k])
                mw_str_printf(out, "InstanceLimit %s %u;\n", s->subjects[k].name,
                              p->subjects[i].limit);
    }
}

static void add_priorities(const mw_space *s, const mw_space_point *p, mw_str *out) {
    bool said = false;
    for (uint32_t i = 0; i < s->subject_count; i++) {
        const mw_subject *subject = &s->subjects[i];
        const mw_priority_choice *priority = &p->subjects[i].priority;
        if (!priority->given)
            continue;
        if (!said)
            mw_str_add(out,
                       "\n# What goes first when several tasks are ready: the higher number.\n");
        said = true;
        mw_str_printf(out, "Priority %s %d", subject->name, (int)priority->constant);
        for (uint32_t d = 0; d < subject->rank && !subject->single; d++) {
            int slope = priority->slope[d], size = slope < 0 ? -slope : slope;
            if (size == 1)
                mw_str_printf(out, " %c task.ipoint[%u]", slope < 0 ? '-' : '+', d);
            else if (size > 1)
                mw_str_printf(out, " %c %d * task.ipoint[%u]", slope < 0 ? '-' : '+', size, d);
        }
        mw_str_add(out, ";\n");
    }
}

void mw_space_render(const mw_space *s, const mw_space_point *p, mw_str *out) {
    add_header(s, out);
    bool *done = calloc((size_t)s->subject_count * 2 + 1, sizeof *done);
    if (!done) {
        out->failed = true;
        return;
    }
    bool *in = done + s->subject_count;
    size_t bytes = s->subject_count * sizeof *done;
    add_procs(s, p, done, in, out);
    add_all_globals(s, p, out);
    for (int single = 0; single < 2; single++) {
        memset(done, 0, bytes);
        add_maps(s, p, single, done, in, out);
    }
    add_regions(s, p, out);
    add_layouts(s, p, out);
    memset(done, 0, bytes);
    add_limits(s, p, done, in, out);
    add_priorities(s, p, out);
    free(done);
}
