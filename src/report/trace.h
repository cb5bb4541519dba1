// src/report/trace.h: a timeline in the Trace Event Format, which chrome://tracing and Perfetto
// (ui.perfetto.dev) show. Uses: sim, names.
// A node is a process, a processor a thread of it; each task is one complete event ("X") in
// category "task", each copy one pair of asynchronous events ("b", "e") in category "copy".
#pragma once
#include "base/str.h"
#include "sim/sim.h"

/** Appends the whole JSON text. Linear in tasks and copies. False: out of memory. */
bool mw_trace_json(mw_str *out, const mw_plan *plan, const mw_timeline *timeline);
