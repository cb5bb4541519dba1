// src/session/inner.h: what a session holds in memory; shared by writer and reader. Uses: session.
// Internal to the layer.
#pragma once
#include "base/vec.h"
#include "session/session.h"

enum { MW_SESSION_MAPPER_MAX_BYTES = 1 << 20, MW_SESSION_LINE_MAX_BYTES = 1 << 22 };
#define MW_SESSION_LOG_MAX_BYTES ((size_t)1 << 31)
#define MW_SESSION_FORMAT 1 ///< of session.json; another one is refused

typedef struct mw_session_kept {
    mw_session_iteration iteration; ///< its strings live in the arena
    const char *mapper;
} mw_session_kept;

struct mw_session {
    mw_arena *arena;
    const char *folder;
    mw_session_info info;
    MW_VEC(mw_session_kept) kept;
    uint32_t best;        ///< index, MW_SESSION_NONE
    uint64_t log_bytes;   ///< of iterations.jsonl, whole lines only: what lies beyond is cut off
    bool best_is_written; ///< best.mapper holds the best iteration's mapper, as far as we know
    uint32_t summary_count;
    mw_session_contestant *summary;
};

/** "folder/name" in the arena; NULL: out of memory. */
const char *mw_session_path(const mw_session *s, const char *name);
/** An empty session of a folder. NULL: out of memory. */
mw_session *mw_session_new(const char *folder);
/** Copies the strings; NULLs become "". False: out of memory. */
bool mw_session_keep_info(mw_session *s, const mw_session_info *info);
/** Copies an iteration and its mapper, and keeps `best` up to date. False: out of memory. */
bool mw_session_keep(mw_session *s, const mw_session_iteration *it, const char *mapper);
/** Copies the contestants and computes their statistics. False: out of memory, nothing changed. */
bool mw_session_keep_summary(mw_session *s, const mw_session_contestant *contestants,
                             uint32_t count);
