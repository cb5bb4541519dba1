// src/starpu/preload/tasks.c: the store of submitted tasks. Blocks never move, so a worker reads
// its task while others are added; places of finished tasks are used again, except while recording.
#include <pthread.h>
#include <stdlib.h>

#include "starpu/preload/live.h"

enum { BLOCKS = MW_MAX_TASKS / MW_LIVE_CHUNK };

static mw_live_task *_Atomic blocks[BLOCKS];
static uint32_t count;
/// Index + 1 of the newest place given back by a worker; a chain through next_free. Only taken
/// whole (exchange), so a place cannot return under a comparison that is in flight.
static _Atomic uint32_t given_back;
static uint32_t free_list; ///< the same chain, ours; lock held

mw_live_task *mw_tasks_at(uint32_t index) {
    mw_live_task *block =
        atomic_load_explicit(&blocks[index / MW_LIVE_CHUNK], memory_order_acquire);
    return &block[index % MW_LIVE_CHUNK];
}

uint32_t mw_tasks_count(void) {
    return count;
}

static bool fresh(uint32_t *index) {
    if (!free_list)
        free_list = atomic_exchange(&given_back, 0);
    if (free_list) {
        *index = free_list - 1;
        free_list = mw_tasks_at(*index)->next_free;
        return true;
    }
    if (count == MW_MAX_TASKS)
        return false;
    mw_live_task *_Atomic *block = &blocks[count / MW_LIVE_CHUNK];
    if (!atomic_load(block)) {
        mw_live_task *made = calloc(MW_LIVE_CHUNK, sizeof *made);
        if (!made)
            return false;
        atomic_store_explicit(block, made, memory_order_release);
    }
    *index = count++;
    return true;
}

mw_live_task *mw_tasks_add(struct starpu_task *task) {
    uint32_t index;
    task->hypervisor_tag = 0;
    if (!fresh(&index))
        return NULL;
    mw_live_task *t = mw_tasks_at(index);
    *t = (mw_live_task){.worker = -1, .task = task};
    // StarPU's load balancer between contexts, not part of any Debian build, is the field's only
    // other user; task->sched_data belongs to the stock schedulers that we wrap.
    task->hypervisor_tag = (int)(index + 1);
    return t;
}

mw_live_task *mw_tasks_of(const struct starpu_task *task) {
    uint32_t tag = (uint32_t)task->hypervisor_tag;
    if (tag == 0 || tag > MW_MAX_TASKS)
        return NULL;
    mw_live_task *block =
        atomic_load_explicit(&blocks[(tag - 1) / MW_LIVE_CHUNK], memory_order_acquire);
    return block ? &block[(tag - 1) % MW_LIVE_CHUNK] : NULL;
}

void mw_tasks_release(const struct starpu_task *task) {
    uint32_t tag = (uint32_t)task->hypervisor_tag;
    mw_live_task *t = mw_tasks_at(tag - 1);
    atomic_store(&t->task, NULL);
    uint32_t head = atomic_load(&given_back);
    do
        t->next_free = head;
    while (!atomic_compare_exchange_weak(&given_back, &head, tag));
}
