// src/graph/finish.c: what can be known only when the whole graph is there: launch domains, cost
// classes, their medians; then everything goes into one image.
#include "graph/builder_inner.h"
#include "base/hash.h"
#include "graph/image.h"
#include <string.h>

/** A graph without kernel data is priced by the roofline with these. They are assumptions of ours:
 * compiled loops that are not bound by memory commonly reach about half of the peak, streaming
 * loops about four fifths of the memory's nominal bandwidth. The layout makes no difference, since
 * nothing is known of how the kernel walks its data. */
static const float DEFAULT_FLOP_EFFICIENCY = 0.5f, DEFAULT_BYTE_EFFICIENCY = 0.8f;

mw_kernel mw_kernel_default(void) {
    return (mw_kernel){.flop_efficiency = DEFAULT_FLOP_EFFICIENCY};
}

mw_walk mw_walk_default(void) {
    const float b = DEFAULT_BYTE_EFFICIENCY;
    return (mw_walk){.byte_efficiency = {{b, b}, {b, b}}};
}

// --- launches ------------------------------------------------------------------------------------

static bool box_fits(const mw_build_launch *l) {
    uint64_t volume = 1;
    for (uint32_t d = 0; d < l->rank; d++) {
        uint64_t extent = (uint64_t)(l->upper[d] - l->lower[d]) + 1;
        if (extent > MW_MAX_TASKS || l->lower[d] < INT32_MIN || l->upper[d] > INT32_MAX ||
            volume * extent > MW_MAX_TASKS) // both factors are below 2^29
            return false;
        volume *= extent;
    }
    return true;
}

/** Gives the tasks of launches with an impossibly large domain (coordinates that are addresses,
 * say) their position in the launch as a point. */
static void renumber_large(mw_builder *b, const char *program, mw_diags *diags) {
    uint32_t renumbered = 0;
    for (size_t i = 0; i < b->launches.count; i++) {
        mw_build_launch *l = &b->launches.items[i];
        if (!l->has_box || box_fits(l))
            continue;
        renumbered++;
        *l = (mw_build_launch){.kind = l->kind, .rank = 1, .task_count = l->task_count};
        l->upper[0] = -1; // counts up below; has_box stays false as the mark
    }
    if (renumbered == 0)
        return;
    for (size_t i = 0; i < b->tasks.count; i++) {
        mw_task *t = &b->tasks.items[i].task;
        mw_build_launch *l = &b->launches.items[t->launch];
        if (!l->has_box && l->task_count)
            memcpy(t->point, (int32_t[MW_POINT_RANK]){(int32_t)++l->upper[0]}, sizeof t->point);
    }
    mw_diag_in(diags, MW_WARNING, MW_GRAPH_LIMIT, program, NULL, NULL,
               "%u launches span more than %d points; their tasks are numbered 0, 1, 2, … instead",
               renumbered, MW_MAX_TASKS);
}

/** Launches without a task are left out. new_id[old] is MW_NO_ID for them. */
static uint32_t number_launches(const mw_builder *b, uint32_t *new_id) {
    uint32_t count = 0;
    for (size_t i = 0; i < b->launches.count; i++)
        new_id[i] = b->launches.items[i].task_count ? count++ : MW_NO_ID;
    return count;
}

static void write_launches(const mw_builder *b, const uint32_t *new_id, mw_launch *out) {
    for (size_t i = 0; i < b->launches.count; i++) {
        const mw_build_launch *l = &b->launches.items[i];
        if (new_id[i] == MW_NO_ID)
            continue;
        mw_launch *to = &out[new_id[i]];
        *to = (mw_launch){.kind = l->kind, .rank = l->rank, .first_task = MW_NO_ID};
        for (uint32_t d = 0; d < MW_POINT_RANK; d++) {
            to->lower[d] = d < l->rank ? (int32_t)l->lower[d] : 0;
            to->extent[d] = d < l->rank ? (int32_t)(l->upper[d] - l->lower[d] + 1) : 1;
        }
    }
}

// --- cost classes --------------------------------------------------------------------------------

typedef struct class_key {
    uint32_t kind;
    double flops;
    uint64_t sizes; ///< hash of the arguments and their bytes
} class_key;

typedef struct class_table {
    MW_VEC(class_key) keys;
    uint32_t *slots; ///< [capacity], class + 1; 0: free
    size_t capacity; ///< power of two, more than twice the tasks
} class_table;

static class_key key_of(const mw_builder *b, const mw_build_task *t) {
    class_key key = {.kind = t->task.kind, .flops = t->flops};
    for (uint32_t i = 0; i < t->task.access_count; i++) {
        const mw_access *a = &b->accesses.items[t->task.first_access + i];
        key.sizes = mw_hash_mix(key.sizes + a->argument + 1) ^
                    mw_hash_mix(b->subregions.items[a->subregion].bytes);
    }
    return key;
}

/** The class of a key, made if it is new; MW_NO_ID: out of memory. */
static uint32_t class_of(class_table *c, class_key key) {
    uint64_t bits;
    memcpy(&bits, &key.flops, sizeof bits);
    size_t at = mw_hash_mix(key.sizes ^ mw_hash_mix(bits ^ key.kind)) & (c->capacity - 1);
    for (; c->slots[at]; at = (at + 1) & (c->capacity - 1)) {
        const class_key *k = &c->keys.items[c->slots[at] - 1];
        if (k->kind == key.kind && k->flops == key.flops && k->sizes == key.sizes)
            return c->slots[at] - 1;
    }
    if (!MW_PUSH(&c->keys, key))
        return MW_NO_ID;
    c->slots[at] = (uint32_t)c->keys.count;
    return (uint32_t)c->keys.count - 1;
}

/** Sets every task's class. */
static bool find_classes(mw_builder *b, class_table *c) {
    for (c->capacity = 64; c->capacity < 2 * b->tasks.count + 1;)
        c->capacity *= 2;
    c->slots = calloc(c->capacity, sizeof *c->slots);
    if (!c->slots)
        return false;
    for (size_t i = 0; i < b->tasks.count; i++) {
        uint32_t id = class_of(c, key_of(b, &b->tasks.items[i]));
        if (id == MW_NO_ID)
            return false;
        b->tasks.items[i].task.cost_class = id;
    }
    return true;
}

static int sample_order(const void *a, const void *b) {
    const mw_sample *x = a, *y = b;
    if (x->task != y->task)
        return x->task < y->task ? -1 : 1;
    if (x->proc != y->proc)
        return x->proc < y->proc ? -1 : 1;
    return (x->us > y->us) - (x->us < y->us);
}

static float middle(const mw_sample *sorted, size_t n) {
    return n % 2 ? sorted[n / 2].us
                 : (float)(((double)sorted[n / 2 - 1].us + (double)sorted[n / 2].us) / 2);
}

static void write_classes(mw_builder *b, const class_table *c, mw_cost_class *out) {
    for (size_t i = 0; i < c->keys.count; i++) {
        out[i].kind = c->keys.items[i].kind;
        out[i].flops = c->keys.items[i].flops;
        for (int p = 0; p < MW_PROC_KINDS; p++)
            out[i].us[p] = -1;
    }
    mw_sample *s = b->samples.items;
    for (size_t i = 0; i < b->samples.count; i++)
        s[i].task = b->tasks.items[s[i].task].task.cost_class;
    if (b->samples.count)
        qsort(s, b->samples.count, sizeof *s, sample_order);
    for (size_t i = 0, end; i < b->samples.count; i = end) {
        for (end = i;
             end < b->samples.count && s[end].task == s[i].task && s[end].proc == s[i].proc;)
            end++;
        out[s[i].task].us[s[i].proc] = middle(s + i, end - i);
        out[s[i].task].samples[s[i].proc] = (uint32_t)(end - i);
    }
}

// --- everything else -----------------------------------------------------------------------------

static void write_tasks(const mw_builder *b, const uint32_t *launch_id, mw_launch *launches,
                        mw_task *out) {
    for (size_t i = 0; i < b->tasks.count; i++) {
        out[i] = b->tasks.items[i].task;
        out[i].launch = launch_id[out[i].launch];
        mw_launch *l = &launches[out[i].launch];
        if (l->task_count++ == 0)
            l->first_task = (uint32_t)i;
    }
}

/** Arguments of all kinds in a row; what the application did not say follows from the first access:
 * an update moves the bytes twice. */
static void write_kinds(const mw_builder *b, mw_kind *kinds, mw_argument *arguments) {
    uint32_t next = 0;
    for (size_t i = 0; i < b->kinds.count; i++) {
        const mw_build_kind *k = &b->kinds.items[i];
        kinds[i] = k->kind;
        kinds[i].first_argument = next;
        kinds[i].argument_count = (uint32_t)k->arguments.count;
        if (k->arguments.count)
            memcpy(arguments + next, k->arguments.items, sizeof *arguments * k->arguments.count);
        next += (uint32_t)k->arguments.count;
    }
    for (size_t i = 0; i < b->tasks.count; i++) {
        const mw_task *t = &b->tasks.items[i].task;
        for (uint32_t j = 0; j < t->access_count; j++) {
            const mw_access *a = &b->accesses.items[t->first_access + j];
            mw_argument *to = &arguments[kinds[t->kind].first_argument + a->argument];
            if (to->passes == 0)
                to->passes = a->mode == MW_READ || a->mode == MW_WRITE ? 1 : 2;
        }
    }
    for (uint32_t i = 0; i < next; i++)
        if (arguments[i].passes == 0)
            arguments[i].passes = 1; // no task has it
}

static uint64_t count_arguments(const mw_builder *b) {
    uint64_t count = 0;
    for (size_t i = 0; i < b->kinds.count; i++)
        count += b->kinds.items[i].arguments.count;
    return count;
}

#define COPY(image, section, vec)                                                                  \
    do {                                                                                           \
        if ((vec).count)                                                                           \
            memcpy(mw_image_section((image), (section)), (vec).items,                              \
                   sizeof *(vec).items *(vec).count);                                              \
    } while (0)

static unsigned char *write_image(mw_builder *b, const class_table *classes,
                                  const uint32_t *launch_id, uint32_t launch_count) {
    const uint64_t counts[MW_SECTIONS] = {
        [MW_SECTION_PROGRAM] = 1,
        [MW_SECTION_KINDS] = b->kinds.count,
        [MW_SECTION_ARGUMENTS] = count_arguments(b),
        [MW_SECTION_CLASSES] = classes->keys.count,
        [MW_SECTION_REGIONS] = b->regions.count,
        [MW_SECTION_SUBREGIONS] = b->subregions.count,
        [MW_SECTION_LAUNCHES] = launch_count,
        [MW_SECTION_TASKS] = b->tasks.count,
        [MW_SECTION_ACCESSES] = b->accesses.count,
        [MW_SECTION_DEPENDENCIES] = b->dependencies.count,
        [MW_SECTION_SYNCS] = b->syncs.count,
        [MW_SECTION_STRINGS] = b->strings.count,
    };
    unsigned char *image = mw_image_new(counts);
    if (!image)
        return NULL;
    *(mw_image_program *)mw_image_section(image, MW_SECTION_PROGRAM) =
        (mw_image_program){b->measured_us, b->cpu_workers, b->gpu_workers, b->command_line, 0};
    COPY(image, MW_SECTION_REGIONS, b->regions);
    COPY(image, MW_SECTION_SUBREGIONS, b->subregions);
    COPY(image, MW_SECTION_ACCESSES, b->accesses);
    COPY(image, MW_SECTION_DEPENDENCIES, b->dependencies);
    COPY(image, MW_SECTION_SYNCS, b->syncs);
    COPY(image, MW_SECTION_STRINGS, b->strings);
    mw_launch *launches = mw_image_section(image, MW_SECTION_LAUNCHES);
    write_launches(b, launch_id, launches);
    write_tasks(b, launch_id, launches, mw_image_section(image, MW_SECTION_TASKS));
    write_kinds(b, mw_image_section(image, MW_SECTION_KINDS),
                mw_image_section(image, MW_SECTION_ARGUMENTS));
    write_classes(b, classes, mw_image_section(image, MW_SECTION_CLASSES));
    mw_image_header *h = (mw_image_header *)image;
    h->checksum = mw_image_checksum(image, h->bytes);
    return image;
}

mw_status mw_builder_finish(mw_builder *b, mw_graph **out, mw_diags *diags) {
    mw_status status = MW_ERR_NOMEM;
    class_table classes = {0};
    uint32_t *launch_id = malloc(sizeof *launch_id * (b->launches.count + 1));
    const char *program = b->strings.items ? b->strings.items + b->command_line : NULL;
    if (program && !*program)
        program = NULL;
    if (b->failed || !launch_id)
        goto done;
    if (*b->why) {
        mw_diag_in(diags, MW_ERROR, MW_GRAPH_LIMIT, program, NULL, NULL, "%s", b->why);
        status = MW_ERR_INPUT;
        goto done;
    }
    renumber_large(b, program, diags);
    if (find_classes(b, &classes)) {
        unsigned char *image = write_image(b, &classes, launch_id, number_launches(b, launch_id));
        mw_graph *g =
            image ? mw_graph_of_image(image, ((mw_image_header *)image)->bytes, false) : NULL;
        if (g) {
            *out = g;
            status = MW_OK;
        } else {
            free(image);
        }
    }
done:
    free(launch_id);
    free(classes.slots);
    MW_VEC_CLEAR(&classes.keys);
    mw_builder_reset(b);
    return status;
}
