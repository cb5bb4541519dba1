// src/starpu/preload/kinds.c: see kinds.h for the rules.
#include "starpu/preload/kinds.h"
#include "base/vec.h"
#include "starpu/preload/map.h"
#include <stdio.h>
#include <string.h>

/** What is remembered of a codelet, to notice that another one lives at its address now. */
typedef struct known {
    const char *name;
    const struct starpu_perfmodel *model;
    starpu_cpu_func_t cpu;
    starpu_cuda_func_t cuda;
    starpu_opencl_func_t opencl;
    int nbuffers;
    uint32_t variants;
} known;

typedef struct codelet {
    known known;
    mw_live_kind *kind;
    struct starpu_codelet *dry;
    struct codelet *dry_of; ///< this entry is the copy
    bool parallel;          ///< the original, when it was last made dry
} codelet;

static mw_map by_address; ///< codelet -> codelet entry
static MW_VEC(mw_live_kind *) kinds;
static uint32_t unnamed;

uint32_t mw_kinds_count(void) {
    return (uint32_t)kinds.count;
}

mw_live_kind *mw_kinds_at(uint32_t index) {
    return kinds.items[index];
}

bool mw_kinds_nowhere(const struct starpu_task *task) {
    return !task->cl || task->cl->where == STARPU_NOWHERE || task->where == STARPU_NOWHERE;
}

// The deprecated single-function fields are what old programs set; StarPU moves them into the
// arrays at the first submission, which may be after our first look.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
static known look(const struct starpu_codelet *cl) {
    known k = {.name = cl->name, .model = cl->model, .nbuffers = cl->nbuffers};
    k.cpu = cl->cpu_funcs[0] ? cl->cpu_funcs[0] : cl->cpu_func;
    k.cuda = cl->cuda_funcs[0] ? cl->cuda_funcs[0] : cl->cuda_func;
    k.opencl = cl->opencl_funcs[0] ? cl->opencl_funcs[0] : cl->opencl_func;
    uint32_t where = cl->where ? cl->where : STARPU_CPU | STARPU_CUDA | STARPU_OPENCL;
    if (k.cpu && where & STARPU_CPU)
        k.variants |= 1u << MW_PROC_CPU;
    if ((k.cuda && where & STARPU_CUDA) || (k.opencl && where & STARPU_OPENCL))
        k.variants |= 1u << MW_PROC_GPU;
    return k;
}
#pragma GCC diagnostic pop

static bool same(const known *a, const known *b) {
    return a->name == b->name && a->model == b->model && a->cpu == b->cpu && a->cuda == b->cuda &&
           a->opencl == b->opencl && a->nbuffers == b->nbuffers && a->variants == b->variants;
}

static mw_live_kind *kind_called(const char *name) {
    for (size_t i = 0; i < kinds.count; i++)
        if (strcmp(kinds.items[i]->name, name) == 0)
            return kinds.items[i];
    return NULL;
}

static mw_live_kind *kind_new(const char *name, uint32_t variants) {
    mw_live_kind *kind = calloc(1, sizeof *kind);
    if (!kind || !(kind->name = strdup(name)) || !MW_PUSH(&kinds, kind)) {
        free(kind ? kind->name : NULL);
        free(kind);
        return NULL;
    }
    kind->index = (uint32_t)kinds.count - 1;
    kind->variants = variants;
    kind->live_variants = variants;
    if (mw_live.gpu_workers == 0)
        kind->live_variants &= ~(1u << MW_PROC_GPU);
    kind->parallel = true;
    return kind;
}

static mw_live_kind *kind_for(const known *k) {
    char base[128], name[160];
    const char *given = k->name && *k->name ? k->name : k->model ? k->model->symbol : NULL;
    if (given && *given)
        mw_live_identifier(given, strlen(given), base, sizeof base);
    else
        snprintf(base, sizeof base, "codelet_%u", unnamed++);
    snprintf(name, sizeof name, "%s", base);
    for (uint32_t n = 2;; n++) {
        mw_live_kind *kind = kind_called(name);
        if (!kind)
            return kind_new(name, k->variants);
        if (kind->variants == k->variants)
            return kind;
        snprintf(name, sizeof name, "%s_%u", base, n);
    }
}

static codelet *entry(const struct starpu_codelet *cl) {
    known now = look(cl);
    codelet *c = mw_map_get(&by_address, mw_map_key(cl));
    if (c && c->dry_of)
        return c->dry_of;
    if (c && same(&c->known, &now))
        return c;
    c = calloc(1, sizeof *c); // an outdated entry stays: its copy may still be running
    if (!c)
        return NULL;
    c->known = now;
    c->kind = kind_for(&now);
    if (!c->kind || !mw_map_put(&by_address, mw_map_key(cl), c)) {
        free(c);
        return NULL;
    }
    return c;
}

mw_live_kind *mw_kinds_of(const struct starpu_codelet *cl) {
    codelet *c = entry(cl);
    return c ? c->kind : NULL;
}

void mw_kinds_name_arguments(mw_live_kind *kind, const char *names) {
    while (kind->named_count < MW_MAX_ARGUMENTS) {
        size_t len = strcspn(names, ",");
        char name[128] = "";
        if (len)
            mw_live_identifier(names, len, name, sizeof name);
        char **room = realloc(kind->argument_names, (kind->named_count + 1) * sizeof *room);
        if (!room)
            return;
        kind->argument_names = room;
        if (!(room[kind->named_count] = strdup(name)))
            return;
        kind->named_count++;
        if (!names[len])
            return;
        names += len + 1;
    }
}

static void nothing(void *buffers[], void *argument) {
    (void)buffers;
    (void)argument;
}

static enum starpu_data_access_mode dry_mode(enum starpu_data_access_mode mode) {
    return mode & STARPU_REDUX ? STARPU_W : mode;
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
static struct starpu_codelet *disabled(const struct starpu_codelet *cl) {
    struct starpu_codelet *dry = malloc(sizeof *dry);
    if (!dry)
        return NULL;
    *dry = *cl;
    dry->where = STARPU_CPU;
    dry->cpu_func = NULL;
    dry->cuda_func = NULL;
    dry->opencl_func = NULL;
    for (int i = 0; i < STARPU_MAXIMPLEMENTATIONS; i++) {
        dry->cpu_funcs[i] = i == 0 ? nothing : NULL;
        dry->cuda_funcs[i] = NULL;
        dry->opencl_funcs[i] = NULL;
        dry->cpu_funcs_name[i] = NULL;
    }
    dry->can_execute = NULL;
    dry->type = STARPU_SEQ;
    dry->model = NULL;
    dry->energy_model = NULL;
    dry->specific_nodes = 0;
    dry->checked = 0;
    for (int i = 0; i < STARPU_NMAXBUFS; i++)
        dry->modes[i] = dry_mode(dry->modes[i]);
    if (cl->dyn_modes && cl->nbuffers > 0) {
        dry->dyn_modes = malloc((size_t)cl->nbuffers * sizeof *dry->dyn_modes);
        for (int i = 0; dry->dyn_modes && i < cl->nbuffers; i++)
            dry->dyn_modes[i] = dry_mode(cl->dyn_modes[i]);
        if (!dry->dyn_modes) {
            free(dry);
            return NULL;
        }
    }
    return dry;
}
#pragma GCC diagnostic pop

struct starpu_codelet *mw_kinds_dry(const struct starpu_codelet *cl) {
    codelet *c = entry(cl);
    if (c)
        c->parallel = cl->type != STARPU_SEQ;
    if (!c || c->dry)
        return c ? c->dry : NULL;
    codelet *copy = calloc(1, sizeof *copy);
    if (!copy || !(c->dry = disabled(cl))) {
        free(copy);
        return NULL;
    }
    copy->dry_of = c;
    mw_map_put(&by_address, mw_map_key(c->dry), copy);
    return c->dry;
}

bool mw_kinds_parallel(const struct starpu_codelet *cl) {
    codelet *c = mw_map_get(&by_address, mw_map_key(cl));
    return c && c->dry_of ? c->dry_of->parallel : cl->type != STARPU_SEQ;
}
