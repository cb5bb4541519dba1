// src/graph/builder.c: what is added is appended; everything that needs the whole graph (classes,
// domains, medians) waits for finish.c.
#include "graph/builder_inner.h"
#include "base/hash.h"
#include "base/text.h"
#include "graph/image.h"
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void release(mw_builder *b) {
    for (size_t i = 0; i < b->kinds.count; i++)
        MW_VEC_CLEAR(&b->kinds.items[i].arguments);
    MW_VEC_CLEAR(&b->kinds);
    MW_VEC_CLEAR(&b->regions);
    MW_VEC_CLEAR(&b->subregions);
    MW_VEC_CLEAR(&b->launches);
    MW_VEC_CLEAR(&b->tasks);
    MW_VEC_CLEAR(&b->accesses);
    MW_VEC_CLEAR(&b->dependencies);
    MW_VEC_CLEAR(&b->syncs);
    MW_VEC_CLEAR(&b->samples);
    MW_VEC_CLEAR(&b->strings);
    free(b->names.slots);
    free(b->region_names.slots);
}

void mw_builder_reset(mw_builder *b) {
    release(b);
    *b = (mw_builder){.measured_us = -1};
    b->failed = !MW_PUSH(&b->strings, '\0');
}

mw_builder *mw_builder_new(void) {
    mw_builder *b = calloc(1, sizeof *b);
    if (b)
        mw_builder_reset(b);
    return b;
}

void mw_builder_free(mw_builder *b) {
    if (!b)
        return;
    release(b);
    free(b);
}

uint32_t mw_builder_lost(mw_builder *b) {
    b->failed = true;
    return MW_NO_ID;
}

/** Remembers the first limit that was exceeded, for mw_builder_finish(). */
__attribute__((format(printf, 2, 3))) static uint32_t limit(mw_builder *b, const char *format,
                                                            ...) {
    if (!*b->why) {
        va_list args;
        va_start(args, format);
        vsnprintf(b->why, sizeof b->why, format, args);
        va_end(args);
    }
    return MW_NO_ID;
}

// --- strings -------------------------------------------------------------------------------------

/** Where an offset with this text is, or could go. capacity is a power of two and not full. */
static size_t find_slot(const mw_builder *b, const mw_name_set *set, const char *text, size_t len) {
    size_t at = mw_hash(text, len, 0) & (set->capacity - 1);
    while (set->slots[at]) {
        const char *there = b->strings.items + set->slots[at];
        if (strncmp(there, text, len) == 0 && there[len] == '\0')
            break;
        at = (at + 1) & (set->capacity - 1);
    }
    return at;
}

static bool grow_names(const mw_builder *b, mw_name_set *set) {
    if ((set->count + 1) * 2 <= set->capacity)
        return true;
    mw_name_set bigger = {.capacity = set->capacity ? set->capacity * 2 : 64, .count = set->count};
    bigger.slots = calloc(bigger.capacity, sizeof *bigger.slots);
    if (!bigger.slots)
        return false;
    for (size_t i = 0; i < set->capacity; i++)
        if (set->slots[i]) {
            const char *text = b->strings.items + set->slots[i];
            bigger.slots[find_slot(b, &bigger, text, strlen(text))] = set->slots[i];
        }
    free(set->slots);
    *set = bigger;
    return true;
}

/** Adds a string to a set; true if it was not in it. */
static bool add_name(mw_builder *b, mw_name_set *set, uint32_t offset) {
    if (!grow_names(b, set)) {
        b->failed = true;
        return true;
    }
    const char *text = b->strings.items + offset;
    size_t at = find_slot(b, set, text, strlen(text));
    if (set->slots[at])
        return false;
    set->slots[at] = offset;
    set->count++;
    return true;
}

/** Appends the text with what is no UTF-8, or a control character, replaced by '?': names are
 * printed on terminals and written to JSON. */
static bool append_clean(mw_builder *b, const char *text, size_t len) {
    if (!MW_RESERVE(&b->strings, b->strings.count + len + 1))
        return false;
    char *to = b->strings.items + b->strings.count;
    for (size_t at = 0; at < len;) {
        size_t n = mw_text_clean_char(text + at, len - at);
        if (n)
            memcpy(to + at, text + at, n);
        else
            to[at] = '?';
        at += n ? n : 1;
    }
    to[len] = '\0';
    return true;
}

uint32_t mw_builder_string(mw_builder *b, const char *text) {
    size_t len = text ? strlen(text) : 0;
    if (len == 0)
        return 0;
    if (len > MW_STRING_MAX_BYTES)
        len = MW_STRING_MAX_BYTES;
    if (b->strings.count + len + 1 > UINT32_MAX) {
        limit(b, "more than %u bytes of names", UINT32_MAX);
        return 0;
    }
    if (!append_clean(b, text, len) || !grow_names(b, &b->names)) {
        b->failed = true;
        return 0;
    }
    uint32_t offset = (uint32_t)b->strings.count;
    size_t at = find_slot(b, &b->names, b->strings.items + offset, len);
    if (b->names.slots[at])
        return b->names.slots[at]; // what was appended is written over by the next
    b->names.slots[at] = offset;
    b->names.count++;
    b->strings.count += len + 1;
    return offset;
}

// --- kinds ---------------------------------------------------------------------------------------

uint32_t mw_builder_kind(mw_builder *b, const char *name, uint32_t variants) {
    mw_build_kind k = {.kind = {.name = mw_builder_string(b, name),
                                .variants = variants & ((1u << MW_PROC_KINDS) - 1)}};
    for (int p = 0; p < MW_PROC_KINDS; p++) {
        k.kind.kernel[p] = mw_kernel_default();
        k.walk[p] = mw_walk_default();
    }
    if (b->kinds.count >= MW_NO_ID || !MW_PUSH(&b->kinds, k))
        return mw_builder_lost(b);
    return (uint32_t)b->kinds.count - 1;
}

/** Makes the kind have at least `count` arguments. */
static bool have_arguments(mw_builder *b, uint32_t kind, uint32_t count) {
    mw_build_kind *k = &b->kinds.items[kind];
    mw_argument unknown = {0};
    memcpy(unknown.walk, k->walk, sizeof unknown.walk);
    while (k->arguments.count < count)
        if (!MW_PUSH(&k->arguments, unknown)) {
            b->failed = true;
            return false;
        }
    return true;
}

void mw_builder_argument(mw_builder *b, uint32_t kind, uint32_t position, const char *name,
                         float passes) {
    if (kind >= b->kinds.count)
        return;
    if (position >= MW_MAX_ARGUMENTS) {
        limit(b, "argument %u of a task kind: at most %d are possible", position, MW_MAX_ARGUMENTS);
        return;
    }
    if (!have_arguments(b, kind, position + 1))
        return;
    bool usable = isfinite(passes) && passes > 0 && passes <= MW_PASSES_MAX;
    mw_argument *argument = &b->kinds.items[kind].arguments.items[position];
    argument->name = mw_builder_string(b, name);
    argument->passes = usable ? passes : 0;
}

void mw_builder_walk(mw_builder *b, uint32_t kind, mw_proc_kind proc, mw_walk walk) {
    if (kind >= b->kinds.count || proc >= MW_PROC_KINDS || !mw_walk_is_good(&walk))
        return;
    mw_build_kind *k = &b->kinds.items[kind];
    k->walk[proc] = walk;
    for (size_t a = 0; a < k->arguments.count; a++)
        k->arguments.items[a].walk[proc] = walk;
}

// --- regions -------------------------------------------------------------------------------------

/** The name itself if no region has it yet, else with the first free "_2", "_3", … */
static uint32_t unique_region_name(mw_builder *b, const char *name) {
    char text[MW_STRING_MAX_BYTES + 16];
    if (!name || !*name)
        snprintf(text, sizeof text, "region%zu", b->regions.count);
    else
        snprintf(text, sizeof text, "%.*s", MW_STRING_MAX_BYTES - 16, name);
    size_t len = strlen(text);
    for (uint32_t n = 1; !b->failed && !*b->why; n++) {
        if (n > 1)
            snprintf(text + len, sizeof text - len, "_%u", n);
        uint32_t offset = mw_builder_string(b, text);
        if (offset && add_name(b, &b->region_names, offset))
            return offset;
    }
    return 0;
}

uint32_t mw_builder_region(mw_builder *b, const char *name, uint32_t parent, uint32_t element_bytes,
                           uint32_t fields) {
    mw_region r = {unique_region_name(b, name), parent < b->regions.count ? parent : MW_NO_ID,
                   element_bytes ? element_bytes : 1, fields ? fields : 1};
    if (b->regions.count >= MW_NO_ID || !MW_PUSH(&b->regions, r))
        return mw_builder_lost(b);
    return (uint32_t)b->regions.count - 1;
}

uint32_t mw_builder_subregion(mw_builder *b, uint32_t region, uint64_t bytes, uint32_t rank,
                              const int32_t point[]) {
    if (region >= b->regions.count)
        return MW_NO_ID;
    if (bytes > MW_MAX_SUBREGION_BYTES)
        return limit(b, "a subregion of %llu bytes: at most 2^50 are possible",
                     (unsigned long long)bytes);
    mw_subregion s = {.region = region, .bytes = bytes};
    s.rank = rank <= MW_POINT_RANK ? rank : 0;
    for (uint32_t d = 0; d < s.rank; d++)
        s.point[d] = point[d];
    if (b->subregions.count >= MW_NO_ID || !MW_PUSH(&b->subregions, s))
        return mw_builder_lost(b);
    return (uint32_t)b->subregions.count - 1;
}

// --- launches and tasks --------------------------------------------------------------------------

uint32_t mw_builder_launch(mw_builder *b, uint32_t kind, uint32_t rank) {
    if (kind >= b->kinds.count)
        return MW_NO_ID;
    if (rank > MW_POINT_RANK)
        return limit(b, "a launch of rank %u: at most %d is possible", rank, MW_POINT_RANK);
    if (b->launches.count >= MW_NO_ID ||
        !MW_PUSH(&b->launches, (mw_build_launch){.kind = kind, .rank = rank}))
        return mw_builder_lost(b);
    return (uint32_t)b->launches.count - 1;
}

/** Makes the box hold [lower, upper] in each dimension. */
static void widen(mw_build_launch *l, const int64_t lower[], const int64_t upper[]) {
    for (uint32_t d = 0; d < l->rank; d++) {
        if (!l->has_box || lower[d] < l->lower[d])
            l->lower[d] = lower[d];
        if (!l->has_box || upper[d] > l->upper[d])
            l->upper[d] = upper[d];
    }
    l->has_box = true;
}

void mw_builder_launch_domain(mw_builder *b, uint32_t launch, const int32_t lower[],
                              const int32_t extent[]) {
    if (launch >= b->launches.count)
        return;
    mw_build_launch *l = &b->launches.items[launch];
    int64_t low[MW_POINT_RANK], high[MW_POINT_RANK];
    for (uint32_t d = 0; d < l->rank; d++) {
        low[d] = lower[d];
        high[d] = (int64_t)lower[d] + (extent[d] > 0 ? extent[d] : 1) - 1;
    }
    widen(l, low, high);
}

uint32_t mw_builder_task(mw_builder *b, uint32_t launch, const int32_t point[], int32_t priority,
                         double flops) {
    if (launch >= b->launches.count)
        return MW_NO_ID;
    if (b->tasks.count >= MW_MAX_TASKS)
        return limit(b, "more than %d tasks", MW_MAX_TASKS);
    mw_build_launch *l = &b->launches.items[launch];
    mw_build_task t = {.flops = isfinite(flops) && flops > 0 ? flops : 0};
    t.task = (mw_task){.kind = l->kind,
                       .launch = launch,
                       .first_access = (uint32_t)b->accesses.count,
                       .first_dependency = (uint32_t)b->dependencies.count,
                       .priority = priority,
                       .measured_us = -1,
                       .measured_start_us = -1,
                       .worker = -1};
    int64_t at[MW_POINT_RANK];
    for (uint32_t d = 0; d < l->rank; d++)
        at[d] = t.task.point[d] = point[d];
    if (!MW_PUSH(&b->tasks, t))
        return mw_builder_lost(b);
    widen(l, at, at);
    l->task_count++;
    return (uint32_t)b->tasks.count - 1;
}

void mw_builder_access(mw_builder *b, uint32_t subregion, uint32_t argument, mw_mode mode) {
    if (b->tasks.count == 0 || subregion >= b->subregions.count)
        return;
    mw_task *t = &b->tasks.items[b->tasks.count - 1].task;
    if (argument >= MW_MAX_ARGUMENTS || t->access_count >= MW_MAX_ARGUMENTS) {
        limit(b, "a task of kind '%s' with more than %d arguments",
              b->strings.items + b->kinds.items[t->kind].kind.name, MW_MAX_ARGUMENTS);
        return;
    }
    if (b->accesses.count >= MW_NO_ID - 1) {
        limit(b, "more than %u accesses", MW_NO_ID - 1);
        return;
    }
    if (!have_arguments(b, t->kind, argument + 1))
        return;
    if (!mw_mode_is_good(mode))
        mode = MW_READ_WRITE; // the one that orders most
    if (MW_PUSH(&b->accesses, (mw_access){subregion, (uint16_t)argument, (uint16_t)mode}))
        t->access_count++;
    else
        b->failed = true;
}

void mw_builder_dependency(mw_builder *b, uint32_t earlier_task) {
    if (b->tasks.count == 0 || earlier_task >= b->tasks.count - 1)
        return;
    mw_task *t = &b->tasks.items[b->tasks.count - 1].task;
    if (t->dependency_count == UINT16_MAX || b->dependencies.count >= MW_NO_ID - 1) {
        limit(b, "a task with more than %d explicit dependencies", UINT16_MAX);
        return;
    }
    if (MW_PUSH(&b->dependencies, earlier_task))
        t->dependency_count++;
    else
        b->failed = true;
}

void mw_builder_measured(mw_builder *b, uint32_t task, mw_proc_kind proc, int32_t worker,
                         double start_us, double us) {
    if (task >= b->tasks.count || proc >= MW_PROC_KINDS || !isfinite(us) || us < 0)
        return;
    mw_task *t = &b->tasks.items[task].task;
    t->measured_us = (float)fmin(us, MW_MAX_US);
    t->measured_start_us =
        isfinite(start_us) && start_us >= 0 ? (float)fmin(start_us, MW_MAX_US) : -1;
    t->worker = worker >= 0 ? worker : -1;
    if (!MW_PUSH(&b->samples, (mw_sample){task, (uint32_t)proc, t->measured_us}))
        b->failed = true;
}

void mw_builder_sync(mw_builder *b, mw_sync_type type, uint32_t what, mw_mode mode) {
    bool known = type == MW_SYNC_ALL || (type == MW_SYNC_TASK && what < b->tasks.count) ||
                 (type == MW_SYNC_ACQUIRE && what < b->subregions.count);
    if (!known)
        return;
    mw_sync s = {.before = (uint32_t)b->tasks.count,
                 .type = (uint16_t)type,
                 .mode = type != MW_SYNC_ACQUIRE ? 0
                         : mw_mode_is_good(mode) ? (uint16_t)mode
                                                 : MW_READ_WRITE,
                 .what = type == MW_SYNC_ALL ? 0 : what};
    if (b->syncs.count >= MW_NO_ID || !MW_PUSH(&b->syncs, s))
        b->failed = true;
}

void mw_builder_program(mw_builder *b, const char *command_line, double measured_us,
                        uint32_t cpu_workers, uint32_t gpu_workers) {
    b->command_line = mw_builder_string(b, command_line);
    b->measured_us = isfinite(measured_us) && measured_us >= 0 ? measured_us : -1;
    b->cpu_workers = cpu_workers;
    b->gpu_workers = gpu_workers;
}
