// src/machine/reader.h: what the parts of reading a description share. Uses: node_spec, json.
// Internal to the layer; parse.c begins.
#pragma once
#include "base/json.h"
#include "machine/node_spec.h"

#define MW_LEAST_GBPS 1e-6
#define MW_MOST_GBPS 1e6
#define MW_MOST_GFLOPS 1e9
#define MW_MOST_US 1e9

enum {
    MW_SOCKETS_MAX = 64,
    MW_NAME_MAX_BYTES = 64,
    MW_TEXT_MAX_BYTES = 4096,
    MW_READER_MAX_MEMS = 256,   ///< on a node; with the next, bounds the search for routes to a
    MW_READER_MAX_LINKS = 1024, ///< fraction of a second, whatever the text
};

/** A place that a link may lead to: one memory, or a switch. */
typedef struct mw_reader_place {
    const char *name;
    uint32_t id;
} mw_reader_place;

typedef struct mw_reader {
    mw_arena *arena;
    mw_node_spec spec;
    mw_proc *procs;
    mw_mem *mems;
    mw_link *links;
    mw_reader_place *places; ///< memories in order, then switches
    uint32_t place_count;
    uint32_t sockets;
} mw_reader;

// All return false with the reason in the diagnostics (or, out of memory, in the arena).

/** Is it an object with these keys only, and a text as "source" if it has one? */
bool mw_reader_entry(const mw_json *at, const char *const keys[]);
/** A name: 1 to 63 bytes that a terminal shows as they are. */
bool mw_reader_name(const mw_json *at, const char *key, const char **out);
/** Any text without control characters; absent: "". */
bool mw_reader_text(const mw_json *at, const char *key, const char **out);
bool mw_reader_flag(const mw_json *at, const char *key, bool *out); ///< absent: false
/** "links" and "network", after every place is known. */
bool mw_reader_links(mw_reader *r, const mw_json *root);
