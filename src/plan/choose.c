// src/plan/choose.c: from what the rules say of an argument to the memories and layouts of its
// instance on one processor.
#include "plan/choose.h"

/** Exact and Compact ask for what every instance here is: one subregion, nothing around it, no
 * holes. Lower bounds of Align are met by padding; an upper bound takes none. */
static mw_packed_layout pack_layout(const mw_layout *l) {
    uint32_t order = 2u * l->aos + l->c_order, log2 = 0;
    bool promises =
        l->align_op == MW_ALIGN_EQ || l->align_op == MW_ALIGN_GE || l->align_op == MW_ALIGN_GT;
    int64_t bytes = promises ? l->align : 0;
    if (l->align_op == MW_ALIGN_GT && bytes < INT64_MAX)
        bytes++;
    while (log2 < MW_MOST_ALIGN_LOG2 && (int64_t)1 << log2 < bytes)
        log2++;
    return (mw_packed_layout)(order | (bytes > MW_COMMON_ALIGN ? log2 << 2 : 0));
}

/** The alignment that a rule fixes, however well the engine means it: what it may not exceed. Lower
 * bounds leave the engine free to give what the kernel wants. 0: not fixed. */
static uint32_t fixed_align(const mw_layout *layout) {
    int64_t align = 0;
    switch (layout->align_op) {
    case MW_ALIGN_EQ:
    case MW_ALIGN_LE: align = layout->align; break;
    case MW_ALIGN_LT:
        for (align = 1; align < layout->align / 2 + layout->align % 2;) // the largest power of two
            align *= 2;
        break;
    case MW_ALIGN_NONE:
    case MW_ALIGN_GE:
    case MW_ALIGN_GT:
    case MW_ALIGN_NE: break;
    }
    return align < 0 || align > UINT32_MAX ? 0 : (uint32_t)align;
}

/** Where no rule speaks of layouts: SOA F_order if the kernel accepts it, else its fastest. */
static unsigned free_layout(const mw_walk *walk) {
    unsigned best = 0;
    for (unsigned layout = 1; layout < 4 && walk->refused & 1; layout++)
        if (!(walk->refused >> layout & 1) &&
            (best == 0 || mw_walk_share(walk, layout) > mw_walk_share(walk, best)))
            best = layout;
    return best;
}

void mw_choose(const mw_machine *m, const mw_argument_rule *rule, const mw_walk *walk,
               uint32_t proc, mw_choice *out) {
    *out = (mw_choice){.virtual_ = rule->virtual_, .collect = rule->collect};
    for (uint32_t i = 0; i < rule->mem_count && !rule->virtual_; i++) {
        mw_mem_kind kind = (mw_mem_kind)rule->mems[i];
        uint32_t mem = mw_machine_best_mem(m, proc, kind);
        if (mem == MW_NO_ID)
            continue;
        const mw_layout *layout = &rule->layout[kind];
        out->mems[out->mem_count] = mem;
        out->align[out->mem_count] = fixed_align(layout);
        out->layout[out->mem_count++] =
            rule->layout_given[kind] ? pack_layout(layout) : (mw_packed_layout)free_layout(walk);
    }
    if (out->mem_count == 0 &&
        !rule->virtual_) { // nothing that was asked for is there: what the processor reaches best
        uint32_t count;
        const mw_affinity *reach = mw_machine_affinities(m, proc, &count);
        if (count > 0) {
            out->mems[0] = reach[0].mem;
            out->layout[0] = (uint8_t)free_layout(walk);
            out->mem_count = 1;
        }
    }
}
