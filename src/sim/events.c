// src/sim/events.c: a binary heap; the queue is short (a few events per processor and copy).
#include "sim/events.h"

static inline bool before(const mw_event *a, const mw_event *b) {
    return a->time_us < b->time_us || (a->time_us == b->time_us && a->seq < b->seq);
}

uint64_t mw_events_push(mw_events *q, double time_us, mw_event_type type, uint32_t id) {
    if (q->heap.count == q->heap.capacity && !MW_RESERVE(&q->heap, q->heap.count + 1))
        return 0;
    mw_event fresh = {time_us, ++q->seq, type, id};
    mw_event *heap = q->heap.items;
    size_t at = q->heap.count++;
    while (at > 0 && before(&fresh, &heap[(at - 1) / 2])) {
        heap[at] = heap[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    heap[at] = fresh;
    return fresh.seq;
}

mw_event mw_events_pop(mw_events *q) {
    mw_event *heap = q->heap.items;
    mw_event first = heap[0], last = heap[--q->heap.count];
    size_t count = q->heap.count, at = 0;
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= count)
            break;
        if (child + 1 < count && before(&heap[child + 1], &heap[child]))
            child++;
        if (!before(&heap[child], &last))
            break;
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = last;
    return first;
}
