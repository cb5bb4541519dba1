// src/sim/events.h: what will happen, earliest first. Uses: base.
// Invariants: equal times leave in push order (seq), so equal inputs give equal runs. An event that
// no longer counts stays in the queue; who popped it knows by its seq.
#pragma once
#include "base/vec.h"
#include <stdint.h>

typedef enum mw_event_type {
    MW_EVENT_PROC,    ///< a processor's task goes to its next stage, or ends (id: processor)
    MW_EVENT_FLOW,    ///< a transfer of a flow has moved its last byte (id: flow)
    MW_EVENT_LATENCY, ///< a transfer's first byte arrives (id: transfer)
    MW_EVENT_ARRIVAL, ///< a copy is complete, its transposition or addition included (id: transfer)
} mw_event_type;

typedef struct mw_event {
    double time_us;
    uint64_t seq;
    mw_event_type type;
    uint32_t id;
} mw_event;

typedef struct mw_events {
    MW_VEC(mw_event) heap;
    uint64_t seq; ///< of the newest; never 0
} mw_events;

/** Returns its seq; 0 when out of memory. */
uint64_t mw_events_push(mw_events *q, double time_us, mw_event_type type, uint32_t id);
/** The queue must not be empty. */
mw_event mw_events_pop(mw_events *q);
