// src/starpu/preload/interpose.h: what the interposing files share. Uses: live.
#pragma once
#include "starpu/preload/live.h"

/** > 0 while this thread is inside a StarPU call that we have seen come in. */
extern _Thread_local int mw_interposed_depth;

/** Names, launches and waits matter in this mode. */
static inline bool mw_interposed_tracks(void) {
    return mw_live.mode > MW_LIVE_SCHEDULE;
}

static inline bool mw_interposed_records(void) {
    return mw_live.mode == MW_LIVE_RECORD || mw_live.mode == MW_LIVE_DRY;
}
