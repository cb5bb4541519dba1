// src/starpu/preload/trace.h: what ran where, for tests and for the curious. Uses: live.
#pragma once
#include "starpu/preload/live.h"

/** A worker has finished a task. From any worker. */
void mw_trace_add(const mw_live_task *t, int worker, int64_t end_ns);
/** One line a task, in order of their ends: "sequence kind point worker memory-node start end",
 * times in microseconds since the first submission, "-" for no point. */
void mw_trace_write(const char *path);
