// src/graph/image.c: laying out a graph's block of bytes, and pointing a graph into it.
#include "graph/image.h"
#include "base/hash.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static const struct {
    const char *name;
    uint32_t item_bytes;
} SECTIONS[MW_SECTIONS] = {
    [MW_SECTION_PROGRAM] = {"program", sizeof(mw_image_program)},
    [MW_SECTION_KINDS] = {"kinds", sizeof(mw_kind)},
    [MW_SECTION_ARGUMENTS] = {"arguments", sizeof(mw_argument)},
    [MW_SECTION_CLASSES] = {"cost classes", sizeof(mw_cost_class)},
    [MW_SECTION_REGIONS] = {"regions", sizeof(mw_region)},
    [MW_SECTION_SUBREGIONS] = {"subregions", sizeof(mw_subregion)},
    [MW_SECTION_LAUNCHES] = {"launches", sizeof(mw_launch)},
    [MW_SECTION_TASKS] = {"tasks", sizeof(mw_task)},
    [MW_SECTION_ACCESSES] = {"accesses", sizeof(mw_access)},
    [MW_SECTION_DEPENDENCIES] = {"dependencies", sizeof(uint32_t)},
    [MW_SECTION_SYNCS] = {"synchronisation points", sizeof(mw_sync)},
    [MW_SECTION_STRINGS] = {"strings", 1},
};

const char *mw_section_name(mw_section s) {
    assert(s < MW_SECTIONS);
    return SECTIONS[s].name;
}

uint32_t mw_section_item_bytes(mw_section s) {
    assert(s < MW_SECTIONS);
    return SECTIONS[s].item_bytes;
}

unsigned char *mw_image_new(const uint64_t counts[MW_SECTIONS]) {
    mw_image_header h = {.version = MW_IMAGE_VERSION, .endian = MW_IMAGE_ENDIAN};
    memcpy(h.magic, MW_IMAGE_MAGIC, sizeof h.magic);
    uint64_t end = sizeof h;
    for (int s = 0; s < MW_SECTIONS; s++) {
        if (counts[s] > (SIZE_MAX / 2 - end) / SECTIONS[s].item_bytes)
            return NULL;
        h.sections[s] = (mw_section_entry){end, counts[s], SECTIONS[s].item_bytes, 0};
        end = (end + counts[s] * SECTIONS[s].item_bytes + 7) & ~(uint64_t)7;
    }
    h.bytes = end;
    unsigned char *image = calloc(1, end);
    if (image)
        memcpy(image, &h, sizeof h);
    return image;
}

void *mw_image_section(unsigned char *image, mw_section s) {
    return image + ((const mw_image_header *)image)->sections[s].offset;
}

uint64_t mw_image_checksum(const unsigned char *image, size_t bytes) {
    size_t before = offsetof(mw_image_header, checksum), after = before + sizeof(uint64_t);
    return mw_hash(image + after, bytes - after, mw_hash(image, before, 0));
}

mw_graph *mw_graph_of_image(unsigned char *image, size_t bytes, bool mapped) {
    mw_graph *g = calloc(1, sizeof *g);
    struct mw_graph_inner *inner = calloc(1, sizeof *inner);
    if (!g || !inner) {
        free(inner);
        free(g);
        return NULL;
    }
    *inner = (struct mw_graph_inner){image, bytes, mapped};
    const mw_section_entry *s = ((const mw_image_header *)image)->sections;
    const mw_image_program *p = mw_image_section(image, MW_SECTION_PROGRAM);
    *g = (mw_graph){
        .kind_count = (uint32_t)s[MW_SECTION_KINDS].count,
        .argument_count = (uint32_t)s[MW_SECTION_ARGUMENTS].count,
        .class_count = (uint32_t)s[MW_SECTION_CLASSES].count,
        .region_count = (uint32_t)s[MW_SECTION_REGIONS].count,
        .subregion_count = (uint32_t)s[MW_SECTION_SUBREGIONS].count,
        .launch_count = (uint32_t)s[MW_SECTION_LAUNCHES].count,
        .task_count = (uint32_t)s[MW_SECTION_TASKS].count,
        .access_count = (uint32_t)s[MW_SECTION_ACCESSES].count,
        .dependency_count = (uint32_t)s[MW_SECTION_DEPENDENCIES].count,
        .sync_count = (uint32_t)s[MW_SECTION_SYNCS].count,
        .kinds = mw_image_section(image, MW_SECTION_KINDS),
        .arguments = mw_image_section(image, MW_SECTION_ARGUMENTS),
        .classes = mw_image_section(image, MW_SECTION_CLASSES),
        .regions = mw_image_section(image, MW_SECTION_REGIONS),
        .subregions = mw_image_section(image, MW_SECTION_SUBREGIONS),
        .launches = mw_image_section(image, MW_SECTION_LAUNCHES),
        .tasks = mw_image_section(image, MW_SECTION_TASKS),
        .accesses = mw_image_section(image, MW_SECTION_ACCESSES),
        .dependencies = mw_image_section(image, MW_SECTION_DEPENDENCIES),
        .syncs = mw_image_section(image, MW_SECTION_SYNCS),
        .strings = mw_image_section(image, MW_SECTION_STRINGS),
        .string_bytes = s[MW_SECTION_STRINGS].count,
        .measured_us = p->measured_us,
        .cpu_workers = p->cpu_workers,
        .gpu_workers = p->gpu_workers,
        .inner = inner,
    };
    g->program = g->strings + p->command_line;
    return g;
}

const char *mw_layout_name(unsigned layout) {
    static const char *const NAMES[] = {"SOA F_order", "SOA C_order", "AOS F_order", "AOS C_order"};
    assert(layout < 4);
    return NAMES[layout];
}

double mw_walk_best_share(const mw_walk *w) {
    double best = 0;
    for (unsigned layout = 0; layout < 4; layout++)
        if (!(w->refused >> layout & 1) && mw_walk_share(w, layout) > best)
            best = mw_walk_share(w, layout);
    return best;
}

size_t mw_graph_bytes(const mw_graph *g) {
    return g->inner->bytes;
}

void mw_graph_free(mw_graph *g) {
    if (!g)
        return;
    if (g->inner->mapped)
        munmap(g->inner->image, g->inner->bytes);
    else
        free(g->inner->image);
    free(g->inner);
    free(g);
}
