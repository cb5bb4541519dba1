// src/graph/kernels.c: kernels.json -> the kinds, arguments and cost classes of a copied graph.
#include "graph/kernels.h"
#include "base/file.h"
#include "base/json.h"
#include "base/near.h"
#include "graph/builder_inner.h"
#include "graph/image.h"
#include "graph/kernels_inner.h"
#include <stdlib.h>
#include <string.h>

enum { KERNELS_MAX_BYTES = 1 << 20 };
#define MOST_FLOPS 1e18
#define LEAST_PASSES 1e-6

/** The graph being made: the same bytes as a graph points into, but writable. */
typedef struct target {
    unsigned char *image;
    size_t bytes;
    mw_kind *kinds;
    mw_argument *arguments;
    mw_cost_class *classes;
    const mw_graph *from;
} target;

/** A kind while its entry is read. */
typedef struct entry {
    target *to;
    uint32_t kind;
} entry;

static const char *kind_name(const entry *e) {
    return mw_graph_kind_name(e->to->from, e->kind);
}

/** Every statement about efficiency has its reason beside it. */
static bool read_why(const mw_json *at) {
    const char *why;
    if (!mw_json_string(at, "why", &why))
        return false;
    mw_json value = mw_json_get(at, "why");
    return *why || mw_json_error(&value, MW_JSON_TYPE, NULL, "say where the numbers come from");
}

// --- which arguments -----------------------------------------------------------------------------

/** Arguments of a kind: bit per position. */
typedef uint64_t argument_set;
_Static_assert(MW_MAX_ARGUMENTS <= 64, "argument_set");

static bool add_position(const entry *e, const mw_json *at, int64_t position, argument_set *set) {
    if (position < 0 || position >= MW_MAX_ARGUMENTS)
        return mw_json_error(at, MW_JSON_TYPE, NULL, "a position is 0 to %d", MW_MAX_ARGUMENTS - 1);
    if (position < e->to->kinds[e->kind].argument_count)
        *set |= (argument_set)1 << position;
    return true; // a smaller run may have fewer arguments
}

static bool add_name(const entry *e, const mw_json *at, const char *name, argument_set *set) {
    const mw_kind *k = &e->to->kinds[e->kind];
    mw_near nearest = mw_near_to(name);
    bool found = false;
    for (uint32_t a = 0; a < k->argument_count; a++) {
        const char *there =
            mw_graph_string(e->to->from, e->to->arguments[k->first_argument + a].name);
        mw_near_offer(&nearest, there);
        if (strcmp(there, name) == 0) {
            *set |= (argument_set)1 << a;
            found = true;
        }
    }
    char hint[128];
    if (nearest.best && *nearest.best)
        snprintf(hint, sizeof hint, "did you mean \"%s\"?", nearest.best);
    else
        snprintf(hint, sizeof hint, "arguments without a name go by position, from 0");
    return found || mw_json_error(at, MW_KERNELS_ARGUMENT, hint,
                                  "task kind '%s' has no argument named '%s'", kind_name(e), name);
}

static bool add_argument(const entry *e, const mw_json *at, argument_set *set) {
    if (json_is_integer(at->value))
        return add_position(e, at, json_integer_value(at->value), set);
    if (json_is_string(at->value))
        return add_name(e, at, json_string_value(at->value), set);
    return mw_json_error(at, MW_JSON_TYPE, NULL, "expected an argument's position or name");
}

/** "at": a position, a name, or an array of them; or "from": that position and all after it. */
static bool read_which(const entry *e, const mw_json *object, argument_set *set) {
    mw_json at = mw_json_get(object, "at"), from = mw_json_get(object, "from");
    *set = 0;
    if (!at.value == !from.value)
        return mw_json_error(
            object, MW_JSON_MISSING, NULL,
            "expected either \"at\" (which arguments) or \"from\" (the first of all "
            "that follow)");
    if (from.value) {
        int64_t first;
        if (!mw_json_integer(object, "from", 0, MW_MAX_ARGUMENTS - 1, &first))
            return false;
        for (; first < MW_MAX_ARGUMENTS; first++)
            if (!add_position(e, &from, first, set))
                return false;
        return true;
    }
    if (!json_is_array(at.value))
        return add_argument(e, &at, set);
    for (size_t i = 0; i < json_array_size(at.value); i++) {
        mw_json one = mw_json_item(&at, i);
        if (!add_argument(e, &one, set))
            return false;
    }
    return true;
}

// --- processors ----------------------------------------------------------------------------------

static bool read_walks(const entry *e, const mw_json *on, mw_proc_kind proc) {
    static const char *const KEYS[] = {"at", "from", "access", "accepts", "align", "why", NULL};
    mw_json list;
    if (!json_object_get(on->value, "arguments"))
        return true;
    if (!mw_json_array(on, "arguments", &list))
        return false;
    for (size_t i = 0; i < json_array_size(list.value); i++) {
        mw_json at = mw_json_item(&list, i);
        argument_set set;
        const mw_kind *k = &e->to->kinds[e->kind];
        if (!mw_json_object(&at) || !mw_json_only(&at, KEYS) || !read_which(e, &at, &set) ||
            !read_why(&at))
            return false;
        mw_walk unused = mw_walk_default();
        if (!set && !mw_walk_read(&at, &unused)) // checked all the same
            return false;
        for (uint32_t a = 0; a < k->argument_count; a++)
            if (set >> a & 1 &&
                !mw_walk_read(&at, &e->to->arguments[k->first_argument + a].walk[proc]))
                return false;
    }
    return true;
}

static bool read_on(const entry *e, const mw_json *at, mw_proc_kind proc) {
    static const char *const KEYS[] = {"compute", "precision", "access", "accepts",
                                       "align",   "arguments", "why",    NULL};
    const mw_kind *k = &e->to->kinds[e->kind];
    mw_kernel *kernel = &e->to->kinds[e->kind].kernel[proc];
    mw_walk walk = mw_walk_default();
    const char *precision;
    double compute;
    if (!mw_json_object(at) || !mw_json_only(at, KEYS) || !read_why(at) ||
        !mw_json_number_or(at, "compute", MW_LEAST_EFFICIENCY, 1, (double)kernel->flop_efficiency,
                           &compute) ||
        !mw_json_string_or(at, "precision", "f64", &precision) || !mw_walk_read(at, &walk))
        return false;
    mw_json named = mw_json_get(at, "precision");
    if (strcmp(precision, "f64") != 0 && strcmp(precision, "f32") != 0)
        return mw_json_error(&named, MW_JSON_TYPE, NULL, "expected \"f64\" or \"f32\"");
    kernel->flop_efficiency = (float)compute;
    kernel->f32 = strcmp(precision, "f32") == 0;
    for (uint32_t a = 0; a < k->argument_count; a++)
        e->to->arguments[k->first_argument + a].walk[proc] = walk;
    return read_walks(e, at, proc);
}

static bool read_processors(const entry *e, const mw_json *kind) {
    mw_json on = mw_json_get(kind, "on");
    if (!on.value)
        return true;
    if (!mw_json_object(&on))
        return false;
    const char *key;
    json_t *value;
    json_object_foreach(on.value, key, value) {
        mw_proc_kind proc;
        mw_json at = mw_json_get(&on, key);
        if (!mw_proc_kind_parse(key, &proc) || proc == MW_PROC_PROC)
            return mw_json_error(&on, MW_JSON_UNKNOWN, "CPU, GPU, OMP, IO or PY",
                                 "'%s' is no kind of processor", key);
        if (!read_on(e, &at, proc))
            return false;
    }
    return true;
}

// --- work and traffic ----------------------------------------------------------------------------

/** The bytes of an element of an argument, the same in every task; 0: they differ, or no task has
 * the argument. */
static uint32_t element_bytes(const mw_graph *g, uint32_t kind, uint32_t argument) {
    uint32_t found = 0;
    for (uint32_t t = 0; t < g->task_count; t++) {
        const mw_task *task = &g->tasks[t];
        for (uint32_t i = 0; task->kind == kind && i < task->access_count; i++) {
            const mw_access *a = &g->accesses[task->first_access + i];
            const mw_subregion *s = &g->subregions[a->subregion];
            uint32_t bytes = g->regions[s->region].element_bytes;
            if (a->argument != argument || s->bytes == 0 || bytes == found)
                continue;
            if (found)
                return 0;
            found = bytes;
        }
    }
    return found;
}

static bool read_passes(const entry *e, const mw_json *at, argument_set set) {
    const mw_kind *k = &e->to->kinds[e->kind];
    bool by_element = json_object_get(at->value, "bytes_per_element") != NULL;
    double given;
    if (!mw_json_number(at, by_element ? "bytes_per_element" : "passes", LEAST_PASSES,
                        MW_PASSES_MAX, &given))
        return false;
    if (by_element && json_object_get(at->value, "passes"))
        return mw_json_error(at, MW_KERNELS_CONFLICT, NULL,
                             "\"passes\" and \"bytes_per_element\" say the same thing twice");
    for (uint32_t a = 0; a < k->argument_count; a++) {
        if (!(set >> a & 1))
            continue;
        uint32_t element = by_element ? element_bytes(e->to->from, e->kind, a) : 1;
        if (!element)
            return mw_json_error(at, MW_KERNELS_CONFLICT, "give \"passes\" instead",
                                 "the elements of argument %u of '%s' have no one size", a,
                                 kind_name(e));
        double passes = given / element;
        e->to->arguments[k->first_argument + a].passes =
            (float)(passes < LEAST_PASSES ? LEAST_PASSES : passes);
    }
    return true;
}

static bool read_arguments(const entry *e, const mw_json *kind) {
    static const char *const KEYS[] = {"at", "from", "passes", "bytes_per_element", "why", NULL};
    mw_json list;
    if (!json_object_get(kind->value, "arguments"))
        return true;
    if (!mw_json_array(kind, "arguments", &list))
        return false;
    for (size_t i = 0; i < json_array_size(list.value); i++) {
        mw_json at = mw_json_item(&list, i);
        argument_set set;
        if (!mw_json_object(&at) || !mw_json_only(&at, KEYS) || !read_which(e, &at, &set) ||
            !read_why(&at) || !read_passes(e, &at, set))
            return false;
    }
    return true;
}

/** Elements of an argument in a task; 0 if it has none. */
static double elements_of(const mw_graph *g, const mw_task *t, argument_set which) {
    for (uint32_t i = 0; i < t->access_count; i++) {
        const mw_access *a = &g->accesses[t->first_access + i];
        const mw_subregion *s = &g->subregions[a->subregion];
        if (which >> a->argument & 1)
            return (double)s->bytes / g->regions[s->region].element_bytes;
    }
    return 0;
}

/** Tasks of one class have arguments of the same sizes, so any of them tells the class's flops. */
static bool read_flops(const entry *e, const mw_json *kind) {
    static const char *const KEYS[] = {"each", "per", "at", "why", NULL};
    mw_json at = mw_json_get(kind, "flops");
    double each;
    const char *per;
    argument_set which = 0;
    if (!at.value)
        return true;
    if (!mw_json_object(&at) || !mw_json_only(&at, KEYS) || !read_why(&at) ||
        !mw_json_number(&at, "each", 0, MOST_FLOPS, &each) || !mw_json_string(&at, "per", &per))
        return false;
    bool by_element = strcmp(per, "element") == 0;
    mw_json per_at = mw_json_get(&at, "per"), which_at = mw_json_get(&at, "at");
    if (!by_element && strcmp(per, "task") != 0)
        return mw_json_error(&per_at, MW_JSON_TYPE, NULL, "expected \"task\" or \"element\"");
    if (by_element != (which_at.value != NULL))
        return mw_json_error(&at, MW_KERNELS_CONFLICT, NULL,
                             by_element ? "\"at\" is missing: elements of which argument?"
                                        : "\"at\" means nothing with flops per task");
    if (by_element && !add_argument(e, &which_at, &which))
        return false;
    const mw_graph *g = e->to->from;
    for (uint32_t t = 0; t < g->task_count; t++)
        if (g->tasks[t].kind == e->kind)
            e->to->classes[g->tasks[t].cost_class].flops =
                by_element ? each * elements_of(g, &g->tasks[t], which) : each;
    return true;
}

// --- all of it -----------------------------------------------------------------------------------

/** Does the text say something of a kind of that name? */
static bool mentioned(const mw_json *kinds, const char *name) {
    return json_object_get(kinds->value, name) != NULL;
}

/** A kind that the graph has not is a slip only if it looks like one that nothing is said of. */
static void warn_unknown(const target *to, const mw_json *kinds, const char *name) {
    const mw_graph *g = to->from;
    mw_near nearest = mw_near_to(name);
    for (uint32_t k = 0; k < g->kind_count; k++)
        if (!mentioned(kinds, mw_graph_kind_name(g, k)))
            mw_near_offer(&nearest, mw_graph_kind_name(g, k));
    if (!nearest.best)
        return;
    mw_str path = {0}, hint = {0};
    mw_json_path(kinds, &path);
    mw_str_printf(&hint, "did you mean \"%s\"?", nearest.best);
    mw_diag_in(kinds->diags, MW_WARNING, MW_KERNELS_UNKNOWN_KIND, kinds->file, mw_str_text(&path),
               mw_str_text(&hint), "the program submitted no task of a kind '%s'", name);
    mw_str_clear(&path);
    mw_str_clear(&hint);
}

static bool read_kind(target *to, uint32_t kind, const mw_json *at) {
    static const char *const KEYS[] = {"flops", "arguments", "on", "why", NULL};
    const char *why;
    entry e = {to, kind};
    return mw_json_object(at) && mw_json_only(at, KEYS) && mw_json_string_or(at, "why", "", &why) &&
           read_flops(&e, at) && read_arguments(&e, at) && read_processors(&e, at);
}

static bool read_all(target *to, const mw_json *root) {
    static const char *const KEYS[] = {"source", "kinds", NULL};
    const char *source, *key;
    json_t *value;
    mw_json kinds = mw_json_get(root, "kinds");
    if (!mw_json_object(root) || !mw_json_only(root, KEYS) ||
        !mw_json_string_or(root, "source", "", &source))
        return false;
    if (!kinds.value)
        return mw_json_error(root, MW_JSON_MISSING, NULL, "\"kinds\" is missing (an object)");
    if (!mw_json_object(&kinds))
        return false;
    json_object_foreach(kinds.value, key, value) {
        mw_json at = mw_json_get(&kinds, key);
        bool found = false;
        for (uint32_t k = 0; k < to->from->kind_count; k++) {
            if (strcmp(mw_graph_kind_name(to->from, k), key) != 0)
                continue;
            found = true; // and go on: two codelets may have one name
            if (!read_kind(to, k, &at))
                return false;
        }
        if (!found && mw_json_object(&at))
            warn_unknown(to, &kinds, key);
        else if (!found)
            return false;
    }
    return true;
}

static bool copy_image(const mw_graph *g, target *to) {
    *to = (target){.image = malloc(g->inner->bytes), .bytes = g->inner->bytes, .from = g};
    if (!to->image)
        return false;
    memcpy(to->image, g->inner->image, g->inner->bytes);
    to->kinds = mw_image_section(to->image, MW_SECTION_KINDS);
    to->arguments = mw_image_section(to->image, MW_SECTION_ARGUMENTS);
    to->classes = mw_image_section(to->image, MW_SECTION_CLASSES);
    return true;
}

mw_status mw_kernels_apply(const mw_graph *g, const char *file, const char *json, size_t len,
                           mw_graph **out, mw_diags *diags) {
    json_t *value;
    mw_status status = mw_json_parse(file, json, len, &value, diags);
    if (status != MW_OK)
        return status;
    target to;
    status = MW_ERR_NOMEM;
    if (copy_image(g, &to)) {
        mw_json root = mw_json_root(value, file, diags);
        status = read_all(&to, &root) ? MW_OK : MW_ERR_INPUT;
    }
    if (status == MW_OK) {
        ((mw_image_header *)to.image)->checksum = mw_image_checksum(to.image, to.bytes);
        mw_graph *made = mw_graph_of_image(to.image, to.bytes, false);
        if (made)
            *out = made;
        else
            status = MW_ERR_NOMEM;
    }
    if (status != MW_OK)
        free(to.image);
    json_decref(value);
    return status;
}

mw_status mw_kernels_load(const mw_graph *g, const char *path, mw_graph **out, mw_diags *diags) {
    char *text;
    size_t len;
    mw_status status = mw_file_read(path, KERNELS_MAX_BYTES, &text, &len, diags);
    if (status != MW_OK)
        return status;
    status = mw_kernels_apply(g, path, text, len, out, diags);
    free(text);
    return status;
}
