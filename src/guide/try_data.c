// src/guide/try_data.c: other memories and layouts for what tasks work on.
#include "guide/candidates.h"
#include <math.h>
#include <string.h>

static const mw_kind_facts *subject_of(const mw_facts *f, const mw_argument_facts *a) {
    return &f->kinds[a->subject];
}

static bool is_first_of_region(const mw_facts *f, uint32_t at) {
    for (uint32_t i = 0; i < at; i++)
        if (f->arguments[i].region == f->arguments[at].region)
            return false;
    return true;
}

/** As the mapper calls it, where that is a name. */
static const char *label(const mw_facts *f, const mw_argument_facts *a) {
    return a->name[0] >= '0' && a->name[0] <= '9' ? mw_facts_region(f, a->region) : a->name;
}

/** Adds a statement unless it is there: several arguments may answer to one name. */
static void add_once(mw_str *out, const char *statement) {
    if (!strstr(mw_str_text(out), statement))
        mw_str_add(out, statement);
}

// --- memories
// --------------------------------------------------------------------------------------

static void add_region_rule(const mw_facts *f, const mw_argument_facts *a, int mem, mw_str *out) {
    const mw_kind_facts *k = subject_of(f, a);
    mw_str line = {0};
    mw_str_printf(&line, "Region %s %s %s %s;\n", k->name, a->name, mw_proc_kind_name(k->proc),
                  mw_mem_kind_name((mw_mem_kind)mem));
    add_once(out, mw_str_text(&line));
    out->failed = out->failed || line.failed;
    mw_str_clear(&line);
}

/** How much of the time an argument's place may be worth: its copies, and the running of a kernel
 * that works on it in a memory that is not its processor's best. */
static double weight_of(const mw_facts *f, const mw_argument_facts *a) {
    const mw_kind_facts *k = subject_of(f, a);
    if (!f->ran)
        return 1;
    bool far = k->proc == MW_PROC_GPU && a->mem != MW_MEM_FBMEM;
    return a->copies * fmax(f->copying, 0.05) + (far ? fmax(k->critical, k->work) : 0.02);
}

static const char *why_of(mw_candidates *c, const mw_argument_facts *a, double copies) {
    const mw_kind_facts *k = subject_of(c->facts, a);
    const char *where = a->mem < MW_MEM_KINDS ? mw_mem_kind_name((mw_mem_kind)a->mem) : "no memory";
    const char *region = label(c->facts, a);
    if (k->proc == MW_PROC_GPU && a->mem != MW_MEM_FBMEM && copies < 0.2)
        return mw_candidate_text(c, "%s works on %s in %s, which its GPU reaches over a slow link",
                                 k->name, region, where);
    return mw_candidate_text(c, "copies of %s are %.0f%% of all copy time; %s takes it in %s",
                             region, 100 * copies, k->name, where);
}

/** All uses of one region into one kind of memory, as far as their processors reach it. */
static void place_region(mw_candidates *c, uint32_t at, int mem) {
    const mw_facts *f = c->facts;
    const mw_argument_facts *worst = NULL;
    uint32_t region = f->arguments[at].region;
    double weight = 0, copies = 0;
    mw_str text = {0};
    for (uint32_t i = at; i < f->argument_count; i++) {
        const mw_argument_facts *a = &f->arguments[i];
        copies += a->region == region ? a->copies : 0;
        if (a->region != region || a->mem == mem || !a->mems_reached[mem])
            continue;
        add_region_rule(f, a, mem, &text);
        weight = fmax(weight, weight_of(f, a));
        if (!worst || weight_of(f, a) > weight_of(f, worst))
            worst = a;
    }
    if (worst)
        mw_candidate_add(c, MW_SITUATION_MEMORY, weight, MW_NO_ID, why_of(c, worst, copies),
                         mw_candidate_text(c, "keep %s in %s", label(f, worst),
                                           mw_mem_kind_name((mw_mem_kind)mem)),
                         &text);
    mw_str_clear(&text);
}

static void place_argument(mw_candidates *c, const mw_argument_facts *a, int mem) {
    mw_str text = {0};
    if (a->mem == mem || !a->mems_reached[mem])
        return;
    add_region_rule(c->facts, a, mem, &text);
    mw_candidate_add(c, MW_SITUATION_MEMORY, 0.9 * weight_of(c->facts, a), a->subject,
                     why_of(c, a, a->copies),
                     mw_candidate_text(c, "give %s its %s in %s", subject_of(c->facts, a)->name,
                                       label(c->facts, a), mw_mem_kind_name((mw_mem_kind)mem)),
                     &text);
}

static void place_all(mw_candidates *c, int mem) {
    const mw_facts *f = c->facts;
    mw_str text = {0};
    double weight = 0;
    for (uint32_t i = 0; i < f->argument_count; i++) {
        const mw_argument_facts *a = &f->arguments[i];
        if (a->mem == mem || !a->mems_reached[mem])
            continue;
        add_region_rule(f, a, mem, &text);
        weight = fmax(weight, weight_of(f, a));
    }
    if (text.len > 0)
        mw_candidate_add(
            c, MW_SITUATION_MEMORY, 0.8 * weight, MW_NO_ID,
            mw_candidate_text(c, "copies are %.0f%% of the critical path", 100 * f->copying),
            mw_candidate_text(c, "keep all that can be there in %s",
                              mw_mem_kind_name((mw_mem_kind)mem)),
            &text);
    mw_str_clear(&text);
}

void mw_try_memories(mw_candidates *c) {
    const mw_facts *f = c->facts;
    for (int mem = 0; mem < MW_MEM_KINDS; mem++) {
        for (uint32_t i = 0; i < f->argument_count; i++) {
            if (is_first_of_region(f, i))
                place_region(c, i, mem);
            place_argument(c, &f->arguments[i], mem);
        }
        place_all(c, mem);
    }
}

// --- layouts
// ---------------------------------------------------------------------------------------

static const mw_walk *walk_of(const mw_facts *f, const mw_argument_facts *a) {
    const mw_kind_facts *k = subject_of(f, a);
    return k->proc < MW_PROC_KINDS ? mw_graph_walk(f->graph, k->kind, a->position, k->proc) : NULL;
}

/** Whether some kernel refuses a layout of this argument or is not equally fast in all. */
static bool matters(const mw_facts *f, const mw_argument_facts *a) {
    const mw_walk *w = walk_of(f, a);
    for (unsigned layout = 1; w && layout < 4; layout++)
        if (w->refused || mw_walk_share(w, layout) != mw_walk_share(w, 0))
            return true;
    return false;
}

static bool lay(const mw_facts *f, const mw_argument_facts *a, unsigned layout, mw_str *out) {
    const mw_walk *w = walk_of(f, a);
    bool same = f->ran && a->layout == layout;
    if (!w || same || a->mem >= MW_MEM_KINDS || w->refused >> layout & 1)
        return false;
    mw_str line = {0};
    mw_str_printf(&line, "Layout %s %s %s %s;\n", subject_of(f, a)->name, a->name,
                  mw_mem_kind_name((mw_mem_kind)a->mem), mw_layout_name(layout));
    add_once(out, mw_str_text(&line));
    out->failed = out->failed || line.failed;
    mw_str_clear(&line);
    return true;
}

static void lay_argument(mw_candidates *c, const mw_argument_facts *a, unsigned layout) {
    const mw_facts *f = c->facts;
    const mw_walk *w = walk_of(f, a);
    const mw_kind_facts *k = subject_of(f, a);
    mw_str text = {0};
    if (!lay(f, a, layout, &text))
        return;
    double now = mw_walk_share(w, a->layout), then = mw_walk_share(w, layout);
    const char *why =
        !f->ran || w->refused >> a->layout & 1
            ? mw_candidate_text(c, "the %s kernel of %s does not accept %s in %s",
                                mw_proc_kind_name(k->proc), k->name, label(f, a),
                                mw_layout_name(a->layout))
            : mw_candidate_text(c,
                                "%s walks %s in %s at %.0f%% of the memory's speed, in %s at "
                                "%.0f%%",
                                k->name, label(f, a), mw_layout_name(a->layout), 100 * now,
                                mw_layout_name(layout), 100 * then);
    mw_candidate_add(c, MW_SITUATION_LAYOUT,
                     f->ran ? fmax(k->critical, k->work) * (then > now ? 1 : 0.1) : 1, a->subject,
                     why,
                     mw_candidate_text(c, "lay %s of %s out as %s", label(f, a), k->name,
                                       mw_layout_name(layout)),
                     &text);
}

/** One layout for all uses of a region (MW_NO_ID: of everything): nothing needs to be laid out
 * anew between tasks. */
static void lay_region(mw_candidates *c, uint32_t region, unsigned layout, bool differ) {
    const mw_facts *f = c->facts;
    mw_str text = {0};
    double weight = 0;
    for (uint32_t i = 0; i < f->argument_count; i++) {
        const mw_argument_facts *a = &f->arguments[i];
        if ((region == MW_NO_ID || a->region == region) && lay(f, a, layout, &text))
            weight = fmax(weight, fmax(f->kinds[a->subject].critical, f->kinds[a->subject].work));
    }
    const char *who = region == MW_NO_ID ? "everything" : mw_facts_region(f, region);
    if (text.len > 0)
        mw_candidate_add(
            c, MW_SITUATION_LAYOUT, f->ran ? weight : 1, MW_NO_ID,
            differ ? mw_candidate_text(c,
                                       "tasks take %s in different layouts, so it is laid out "
                                       "anew between them",
                                       who)
                   : mw_candidate_text(c, "the kernels walk %s more slowly than in another layout",
                                       who),
            mw_candidate_text(c, "lay %s out as %s", who, mw_layout_name(layout)), &text);
    mw_str_clear(&text);
}

void mw_try_layouts(mw_candidates *c) {
    const mw_facts *f = c->facts;
    bool any = false;
    for (uint32_t i = 0; i < f->argument_count; i++) {
        const mw_argument_facts *a = &f->arguments[i];
        bool differ = false, worth = matters(f, a);
        for (uint32_t k = 0; k < f->argument_count; k++) {
            bool same_region = f->arguments[k].region == a->region;
            differ = differ || (same_region && f->arguments[k].layout != a->layout);
            worth = worth || (same_region && matters(f, &f->arguments[k]));
        }
        any = any || worth || differ;
        for (unsigned layout = 0; layout < 4 && (worth || differ); layout++) {
            lay_argument(c, a, layout);
            if (is_first_of_region(f, i))
                lay_region(c, a->region, layout, differ);
        }
    }
    for (unsigned layout = 0; layout < 4 && any; layout++)
        lay_region(c, MW_NO_ID, layout, false);
}

// --- room
// ------------------------------------------------------------------------------------------

static double room_weight(const mw_facts *f, uint64_t bytes) {
    uint64_t all = 1;
    for (uint32_t i = 0; i < f->argument_count; i++)
        all += f->arguments[i].bytes;
    return (f->ran ? fmax(f->memory, 0.1) : 1) * (0.1 + (double)bytes / (double)all);
}

static void make_room(mw_candidates *c, const mw_argument_facts *a) {
    const mw_facts *f = c->facts;
    const char *why = mw_candidate_text(c, "the memories are too full for %s of %s", label(f, a),
                                        subject_of(f, a)->name);
    for (int mem = 0; mem < MW_MEM_KINDS; mem++) {
        mw_str text = {0};
        if (!a->mems_reached[mem] || mem == a->mem)
            continue;
        add_region_rule(f, a, mem, &text);
        mw_candidate_add(c, MW_SITUATION_ROOM, room_weight(f, a->bytes), a->subject, why,
                         mw_candidate_text(c, "keep %s of %s in %s", label(f, a),
                                           subject_of(f, a)->name,
                                           mw_mem_kind_name((mw_mem_kind)mem)),
                         &text);
    }
    if (a->read_only) {
        mw_str text = {0};
        mw_str_printf(&text, "CollectMemory %s %s;\n", subject_of(f, a)->name, a->name);
        mw_candidate_add(
            c, MW_SITUATION_ROOM, 0.9 * room_weight(f, a->bytes), a->subject, why,
            mw_candidate_text(c, "drop %s after each %s", label(f, a), subject_of(f, a)->name),
            &text);
    }
}

/** Room for a whole region, or (MW_NO_ID) for everything. */
static void move_out(mw_candidates *c, uint32_t region, int mem) {
    const mw_facts *f = c->facts;
    mw_str text = {0};
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < f->argument_count; i++) {
        const mw_argument_facts *a = &f->arguments[i];
        if ((region != MW_NO_ID && a->region != region) || !a->mems_reached[mem] || a->mem == mem)
            continue;
        add_region_rule(f, a, mem, &text);
        bytes += a->bytes;
    }
    const char *who = region == MW_NO_ID ? "everything" : mw_facts_region(f, region);
    if (text.len > 0)
        mw_candidate_add(
            c, MW_SITUATION_ROOM, room_weight(f, bytes), MW_NO_ID,
            mw_candidate_text(c, "the memories are too full for %s", who),
            mw_candidate_text(c, "keep %s in %s", who, mw_mem_kind_name((mw_mem_kind)mem)), &text);
    mw_str_clear(&text);
}

void mw_try_room(mw_candidates *c) {
    const mw_facts *f = c->facts;
    for (uint32_t i = 0; i < f->argument_count; i++) {
        make_room(c, &f->arguments[i]);
        for (int mem = 0; mem < MW_MEM_KINDS && is_first_of_region(f, i); mem++)
            move_out(c, f->arguments[i].region, mem);
    }
    for (int mem = 0; mem < MW_MEM_KINDS; mem++)
        move_out(c, MW_NO_ID, mem);
    for (uint32_t i = 0; i < f->kind_count; i++)
        for (uint32_t limit = 1; limit <= 16; limit *= 4) {
            mw_str text = {0};
            mw_str_printf(&text, "InstanceLimit %s %u;\n", f->kinds[i].name, limit);
            mw_candidate_add(
                c, MW_SITUATION_ROOM, 0.3 * room_weight(f, 0), i,
                mw_candidate_text(c, "too many %s tasks hold memory at once", f->kinds[i].name),
                mw_candidate_text(c, "let at most %u %s tasks be in flight on a node", limit,
                                  f->kinds[i].name),
                &text);
        }
}
