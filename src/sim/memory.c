// src/sim/memory.c: instances in memories of limited size, and which of them hold the contents.
// What nothing uses is kept in order of last use, and evicted in that order when room is needed.
#include "sim/engine.h"
#include <assert.h>

void mw_sim_memory_reset(mw_sim *s) {
    const mw_graph *g = s->graph;
    for (uint32_t m = 0; m < s->machine->mem_count; m++) {
        mw_sim_memory *mem = &s->mems[m];
        *mem = (mw_sim_memory){.capacity = s->machine->mems[m].bytes,
                               .oldest = MW_NO_ID,
                               .newest = MW_NO_ID,
                               .waiting = MW_NO_ID,
                               .best_bytes_per_us = mem->best_bytes_per_us};
    }
    s->dirty_mems.count = 0;
    s->instances.count = g->subregion_count;
    s->free_instance = MW_NO_ID;
    s->waiters.count = 0;
    s->free_waiter = MW_NO_ID;
    for (uint32_t i = 0; i < g->subregion_count; i++) {
        mw_sim_subregion *sub = &s->subregions[i];
        sub->first = i;
        sub->holder = sub->waiting = MW_NO_ID;
        sub->reductions = 0;
        uint32_t home = s->plan->home[i];
        s->instances.items[i] = (mw_sim_instance){.bytes = sub->bytes,
                                                  .subregion = i,
                                                  .next = MW_NO_ID,
                                                  .older = MW_NO_ID,
                                                  .newer = MW_NO_ID,
                                                  .first_waiter = MW_NO_ID,
                                                  .mem = home,
                                                  .contents = MW_CONTENTS_VALID};
        s->mems[home].used = s->mems[home].fixed = s->mems[home].peak += sub->bytes;
    }
}

uint32_t mw_sim_instance_find(const mw_sim *s, uint32_t subregion, uint32_t mem,
                              mw_packed_layout layout, bool reduction) {
    uint32_t at = s->subregions[subregion].first;
    for (; at != MW_NO_ID; at = s->instances.items[at].next) {
        const mw_sim_instance *in = &s->instances.items[at];
        bool ordered = ((in->layout ^ layout) & MW_LAYOUT_ORDER) == 0 && in->layout >= layout;
        if (in->mem == mem && ordered && in->reduction == reduction)
            break;
    }
    return at;
}

uint64_t mw_sim_instance_bytes(const mw_sim *s, uint32_t subregion, mw_packed_layout layout) {
    const mw_subregion *sub = &s->graph->subregions[subregion];
    if (layout <= MW_LAYOUT_ORDER)
        return sub->bytes;
    uint64_t fields = s->graph->regions[sub->region].fields, align = mw_layout_align(layout);
    if (layout & 2 || fields == 0) // AOS
        fields = 1;
    uint64_t one = (sub->bytes + fields - 1) / fields;
    return fields * ((one + align - 1) / align * align);
}

uint32_t mw_sim_instance_new(mw_sim *s, uint32_t subregion, uint32_t mem, mw_packed_layout layout,
                             bool reduction) {
    uint32_t fresh = s->free_instance;
    mw_sim_subregion *sub = &s->subregions[subregion];
    mw_sim_instance in = {.bytes = mw_sim_instance_bytes(s, subregion, layout),
                          .subregion = subregion,
                          .next = sub->first,
                          .older = MW_NO_ID,
                          .newer = MW_NO_ID,
                          .pins = 1,
                          .first_waiter = MW_NO_ID,
                          .mem = mem,
                          .layout = layout,
                          .reduction = reduction};
    if (fresh != MW_NO_ID) {
        s->free_instance = s->instances.items[fresh].next;
        s->instances.items[fresh] = in;
    } else {
        if (!MW_PUSH(&s->instances, in)) {
            mw_sim_out_of_memory(s);
            return MW_NO_ID;
        }
        fresh = (uint32_t)s->instances.count - 1;
    }
    sub->first = fresh;
    mw_sim_memory *m = &s->mems[mem];
    m->used += in.bytes;
    assert(m->used <= m->capacity);
    m->peak = m->used > m->peak ? m->used : m->peak;
    return fresh;
}

/** The program's own data: never freed, in no list. */
static bool is_own(const mw_sim *s, uint32_t instance) {
    return instance < s->graph->subregion_count;
}

static void list_remove(mw_sim *s, mw_sim_memory *m, mw_sim_instance *in) {
    *(in->older == MW_NO_ID ? &m->oldest : &s->instances.items[in->older].newer) = in->newer;
    *(in->newer == MW_NO_ID ? &m->newest : &s->instances.items[in->newer].older) = in->older;
    m->idle -= in->bytes;
}

static void list_append(mw_sim *s, mw_sim_memory *m, uint32_t instance) {
    mw_sim_instance *in = &s->instances.items[instance];
    in->older = m->newest;
    in->newer = MW_NO_ID;
    *(m->newest == MW_NO_ID ? &m->oldest : &s->instances.items[m->newest].newer) = instance;
    m->newest = instance;
    m->idle += in->bytes;
}

/** Tasks that wait for room there may try again. */
static void has_freed(mw_sim *s, uint32_t mem) {
    mw_sim_memory *m = &s->mems[mem];
    if (m->waiting == MW_NO_ID || s->undoing)
        return;
    m->freed_cause = s->trigger_cause == MW_CAUSE_DEPENDENCY ? MW_CAUSE_MEMORY : s->trigger_cause;
    m->freed_id = s->trigger_id;
    if (!m->dirty && !MW_PUSH(&s->dirty_mems, mem))
        mw_sim_out_of_memory(s);
    m->dirty = true;
}

void mw_sim_instance_free(mw_sim *s, uint32_t instance) {
    mw_sim_instance *in = &s->instances.items[instance];
    mw_sim_subregion *sub = &s->subregions[in->subregion];
    assert(in->pins == 0 && in->arriving == 0 && !is_own(s, instance));
    uint32_t *link = &sub->first;
    while (*link != instance)
        link = &s->instances.items[*link].next;
    *link = in->next;
    s->mems[in->mem].used -= in->bytes;
    has_freed(s, in->mem);
    in->next = s->free_instance;
    s->free_instance = instance;
}

void mw_sim_first_pin(mw_sim *s, uint32_t instance) {
    mw_sim_instance *in = &s->instances.items[instance];
    if (!is_own(s, instance))
        list_remove(s, &s->mems[in->mem], in);
}

void mw_sim_last_unpin(mw_sim *s, uint32_t instance) {
    const mw_sim_instance *in = &s->instances.items[instance];
    if (is_own(s, instance))
        return;
    if (in->contents == MW_CONTENTS_NONE) {
        mw_sim_instance_free(s, instance);
    } else {
        list_append(s, &s->mems[in->mem], instance);
        has_freed(s, in->mem);
    }
}

void mw_sim_make_only(mw_sim *s, uint32_t subregion, uint32_t instance) {
    uint32_t at = s->subregions[subregion].first;
    while (at != MW_NO_ID) {
        mw_sim_instance *in = &s->instances.items[at];
        uint32_t next = in->next;
        if (at != instance && !in->reduction) {
            in->contents = MW_CONTENTS_NONE;
            if (in->pins == 0 && !is_own(s, at)) {
                list_remove(s, &s->mems[in->mem], in);
                mw_sim_instance_free(s, at);
            }
        }
        at = next;
    }
}

void mw_sim_drop_reductions(mw_sim *s, uint32_t subregion) {
    uint32_t at =
        s->subregions[subregion].reductions > 0 ? s->subregions[subregion].first : MW_NO_ID;
    while (at != MW_NO_ID) {
        mw_sim_instance *in = &s->instances.items[at];
        uint32_t next = in->next;
        if (in->contents == MW_CONTENTS_PARTIAL) {
            in->contents = MW_CONTENTS_NONE; // unpinning frees it
            if (in->pins == 0) {
                list_remove(s, &s->mems[in->mem], in);
                mw_sim_instance_free(s, at);
            }
        }
        at = next;
    }
    s->subregions[subregion].reductions = 0;
}

bool mw_sim_is_only_copy(const mw_sim *s, uint32_t instance) {
    uint32_t at = s->subregions[s->instances.items[instance].subregion].first;
    for (; at != MW_NO_ID; at = s->instances.items[at].next)
        if (at != instance && s->instances.items[at].contents == MW_CONTENTS_VALID)
            return false;
    return s->instances.items[instance].contents == MW_CONTENTS_VALID;
}

mw_sim_room mw_sim_make_room(mw_sim *s, uint32_t mem, uint64_t bytes, uint64_t own, uint32_t task) {
    mw_sim_memory *m = &s->mems[mem];
    uint64_t most = m->capacity - m->fixed;
    if (bytes > most || own > most - bytes)
        return MW_ROOM_NEVER;
    if (m->waiting != MW_NO_ID && mem != s->retrying)
        return MW_ROOM_LATER; // who waits already comes first
    // Victims only when evicting them is enough: else nothing is gained by it yet.
    if (bytes > m->capacity - m->used + m->idle + m->evicting)
        return MW_ROOM_LATER;
    while (bytes > m->capacity - m->used + m->evicting && s->status == MW_OK) {
        uint32_t victim = m->oldest;
        if (s->instances.items[victim].contents == MW_CONTENTS_PARTIAL) {
            mw_sim_fold_back(s, victim, task);
        } else if (mw_sim_is_only_copy(s, victim)) {
            mw_sim_write_back(s, victim, task);
        } else {
            list_remove(s, m, &s->instances.items[victim]);
            mw_sim_instance_free(s, victim);
        }
    }
    return bytes <= m->capacity - m->used ? MW_ROOM : MW_ROOM_SOON;
}
