// src/report/names.h: what tasks, processors, memories and causes are called, everywhere alike.
// Uses: profile. Names from a graph are added as they are: escaping is for whoever prints them.
#pragma once
#include "base/str.h"
#include "profile/profile.h"

void mw_name_point(mw_str *out, uint32_t rank, const int32_t point[]); ///< "[1,2]"; "" for rank 0
void mw_name_task(mw_str *out, const mw_graph *g, uint32_t task);      ///< "potrf[0,1]"
void mw_name_subregion(mw_str *out, const mw_graph *g, uint32_t subregion); ///< "A[0,1]"
/** "GPU 0"; on several nodes "n3 GPU 0". */
void mw_name_proc(mw_str *out, const mw_machine *m, uint32_t proc);
/** "SYSMEM", or "FBMEM 0" where a node has several of the kind; on several nodes "n3 FBMEM 0". */
void mw_name_mem(mw_str *out, const mw_machine *m, uint32_t mem);
/** A region's own name, or "region 3" when the recording found none. */
void mw_name_region(mw_str *out, const mw_graph *g, uint32_t region);
/** What a stretch of the critical path with that cause is: "running tasks", "copying data", … */
const char *mw_name_cause(mw_cause cause);
const char *mw_name_cause_key(mw_cause cause); ///< the same for JSON: "running", "copy", …
const char *mw_name_mode(unsigned mode);       ///< "read", "write", "read-write", …
/** Which part of a bound is the largest, as a noun: "the critical path", "the work", … */
const char *mw_name_bound_part(const mw_bound *bound);
