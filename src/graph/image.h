// src/graph/image.h: a graph as one block of bytes: what a .mwg file holds and what a graph in
// memory points into. Uses: graph. Internal to the layer; docs/graph-format.md describes it.
// Invariants: sections follow one another in enum order, each at the next multiple of 8, with zeros
// between; the strings are the last section.
#pragma once
#include "graph/graph.h"

#define MW_IMAGE_MAGIC "MWGRAPH\n"
enum {
    MW_IMAGE_VERSION = 2,
    MW_IMAGE_ENDIAN = 0x01020304, ///< reads otherwise on a machine of the other byte order
};

typedef enum mw_section {
    MW_SECTION_PROGRAM,
    MW_SECTION_KINDS,
    MW_SECTION_ARGUMENTS,
    MW_SECTION_CLASSES,
    MW_SECTION_REGIONS,
    MW_SECTION_SUBREGIONS,
    MW_SECTION_LAUNCHES,
    MW_SECTION_TASKS,
    MW_SECTION_ACCESSES,
    MW_SECTION_DEPENDENCIES,
    MW_SECTION_SYNCS,
    MW_SECTION_STRINGS,
    MW_SECTIONS
} mw_section;

typedef struct mw_section_entry {
    uint64_t offset; ///< from the start of the file
    uint64_t count;  ///< of items
    uint32_t item_bytes;
    uint32_t zero;
} mw_section_entry;

typedef struct mw_image_header {
    char magic[8];
    uint32_t version, endian;
    uint64_t bytes;    ///< of the whole file
    uint64_t checksum; ///< mw_hash of all that is before it, then, seeded by that, all after it
    mw_section_entry sections[MW_SECTIONS];
} mw_image_header;

/** The one item of MW_SECTION_PROGRAM. */
typedef struct mw_image_program {
    double measured_us;
    uint32_t cpu_workers, gpu_workers;
    uint32_t command_line; ///< string
    uint32_t zero;
} mw_image_program;

// What a file holds, byte for byte; a change of any needs a new MW_IMAGE_VERSION.
_Static_assert(sizeof(mw_section_entry) == 24, "file format");
_Static_assert(sizeof(mw_image_header) == 32 + 24 * MW_SECTIONS, "file format");
_Static_assert(sizeof(mw_image_program) == 24, "file format");
_Static_assert(sizeof(mw_kernel) == 8, "file format");
_Static_assert(sizeof(mw_walk) == 20, "file format");
_Static_assert(sizeof(mw_kind) == 16 + 8 * MW_PROC_KINDS && MW_PROC_KINDS == 6, "file format");
_Static_assert(sizeof(mw_argument) == 8 + 20 * MW_PROC_KINDS, "file format");
_Static_assert(sizeof(mw_cost_class) == 64, "file format");
_Static_assert(sizeof(mw_region) == 16, "file format");
_Static_assert(sizeof(mw_subregion) == 32, "file format");
_Static_assert(sizeof(mw_launch) == 48, "file format");
_Static_assert(sizeof(mw_task) == 56, "file format");
_Static_assert(sizeof(mw_access) == 8, "file format");
_Static_assert(sizeof(mw_sync) == 12, "file format");

struct mw_graph_inner {
    unsigned char *image;
    size_t bytes;
    bool mapped; ///< by mmap; else from malloc
};

/** The name of a section for messages, and the size of its items. */
const char *mw_section_name(mw_section s);
uint32_t mw_section_item_bytes(mw_section s);

/** Lays out the sections for these counts and allocates a zeroed image with its header, all but the
 * checksum. NULL: out of memory, or beyond what memory can address. */
unsigned char *mw_image_new(const uint64_t counts[MW_SECTIONS]);
/** Where a section starts. */
void *mw_image_section(unsigned char *image, mw_section s);
uint64_t mw_image_checksum(const unsigned char *image, size_t bytes);
/** A graph over an image that is known to be good; takes the image over. NULL: out of memory (the
 * image is still the caller's). */
mw_graph *mw_graph_of_image(unsigned char *image, size_t bytes, bool mapped);
/** Checks everything in an image: header, layout, checksum, every index, number and string. `file`
 * is for messages. MW_OK or MW_ERR_INPUT with one diagnostic that says what is wrong and where. */
mw_status mw_image_check(const unsigned char *image, size_t bytes, const char *file,
                         mw_diags *diags);
bool mw_mode_is_good(unsigned mode);             ///< one of mw_mode?
bool mw_kernel_is_good(const mw_kernel *kernel); ///< every number in its range?
bool mw_walk_is_good(const mw_walk *walk);
