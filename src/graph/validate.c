// src/graph/validate.c: a file is believed only after all of it was looked at: header, layout,
// checksum, then every index, number and string, so that nobody above has to check again.
#include "graph/image.h"
#include "base/text.h"
#include "graph/builder_inner.h"
#include <math.h>
#include <stdarg.h>
#include <string.h>

typedef struct check {
    const unsigned char *image;
    size_t bytes;
    const char *file;
    mw_diags *diags;
    const mw_section_entry *sections;
    bool out_of_memory;
} check;

__attribute__((format(printf, 4, 5))) static bool bad(const check *c, mw_diag_code code,
                                                      const char *where, const char *format, ...) {
    char text[200];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    const char *hint = code == MW_GRAPH_VERSION ? "record the program again with this mapwright"
                       : code == MW_NOT_A_GRAPH ? "graphs are written by `mapwright record`"
                                                : "copy or record it again";
    mw_diag_in(c->diags, MW_ERROR, code, c->file, where, hint, "%s", text);
    return false;
}

/** Item i of a section is damaged. */
__attribute__((format(printf, 4, 5))) static bool bad_item(const check *c, mw_section s, uint64_t i,
                                                           const char *format, ...) {
    char where[64], text[200];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    snprintf(where, sizeof where, "%s[%llu]", mw_section_name(s), (unsigned long long)i);
    return bad(c, MW_GRAPH_DAMAGED, where, "%s", text);
}

static const void *items(const check *c, mw_section s) {
    return c->image + c->sections[s].offset;
}
static uint64_t count(const check *c, mw_section s) {
    return c->sections[s].count;
}

// --- header --------------------------------------------------------------------------------------

static bool check_header(const check *c) {
    mw_image_header h;
    if (c->bytes < 8 || memcmp(c->image, MW_IMAGE_MAGIC, 8) != 0)
        return bad(c, MW_NOT_A_GRAPH, NULL, "not a Mapwright graph file");
    if (c->bytes < sizeof h)
        return bad(c, MW_GRAPH_DAMAGED, "header", "cut short: %zu bytes of the %zu of the header",
                   c->bytes, sizeof h);
    memcpy(&h, c->image, sizeof h);
    if (h.endian != MW_IMAGE_ENDIAN)
        return bad(c, MW_GRAPH_VERSION, "header",
                   h.endian == 0x04030201 ? "written on a machine of the other byte order"
                                          : "the byte order mark is damaged");
    if (h.version != MW_IMAGE_VERSION)
        return bad(c, MW_GRAPH_VERSION, "header", "version %u; this mapwright reads version %d",
                   h.version, MW_IMAGE_VERSION);
    if (h.bytes != c->bytes)
        return bad(c, MW_GRAPH_DAMAGED, "header", "%zu bytes long; the header says %llu", c->bytes,
                   (unsigned long long)h.bytes);
    return true;
}

/** Each section starts where the one before ends, and the last ends where the file does: so no
 * section reaches outside, and none overlap. */
static bool check_layout(const check *c) {
    uint64_t end = sizeof(mw_image_header);
    for (int s = 0; s < MW_SECTIONS; s++) {
        const mw_section_entry *e = &c->sections[s];
        const char *name = mw_section_name((mw_section)s);
        if (e->item_bytes != mw_section_item_bytes((mw_section)s) || e->zero != 0)
            return bad(c, MW_GRAPH_DAMAGED, name, "items of %u bytes, expected %u", e->item_bytes,
                       mw_section_item_bytes((mw_section)s));
        if (e->offset != end)
            return bad(c, MW_GRAPH_DAMAGED, name, "starts at byte %llu, expected %llu",
                       (unsigned long long)e->offset, (unsigned long long)end);
        if (e->count > (c->bytes - end) / e->item_bytes)
            return bad(c, MW_GRAPH_DAMAGED, name, "cut short: %llu items do not fit in the file",
                       (unsigned long long)e->count);
        uint64_t most = s == MW_SECTION_TASKS ? MW_MAX_TASKS : MW_NO_ID - 1;
        if (e->count > most)
            return bad(c, MW_GRAPH_DAMAGED, name, "%llu items; at most %llu are possible",
                       (unsigned long long)e->count, (unsigned long long)most);
        end = (end + e->count * e->item_bytes + 7) & ~(uint64_t)7;
        if (end > c->bytes)
            return bad(c, MW_GRAPH_DAMAGED, name, "cut short: the padding after it is missing");
    }
    if (end != c->bytes)
        return bad(c, MW_GRAPH_DAMAGED, "header", "%llu bytes after the last section",
                   (unsigned long long)(c->bytes - end));
    if (count(c, MW_SECTION_PROGRAM) != 1)
        return bad(c, MW_GRAPH_DAMAGED, "program", "%llu items, expected 1",
                   (unsigned long long)count(c, MW_SECTION_PROGRAM));
    uint64_t checksum = ((const mw_image_header *)c->image)->checksum;
    if (mw_image_checksum(c->image, c->bytes) != checksum)
        return bad(c, MW_GRAPH_DAMAGED, NULL, "changed since it was written: wrong checksum");
    return true;
}

// --- strings -------------------------------------------------------------------------------------

static bool check_strings(const check *c) {
    const char *text = items(c, MW_SECTION_STRINGS);
    uint64_t n = count(c, MW_SECTION_STRINGS);
    if (n == 0 || text[0] != '\0' || text[n - 1] != '\0')
        return bad(c, MW_GRAPH_DAMAGED, "strings", "they do not begin and end with an empty one");
    if (!mw_text_is_clean(text, n))
        return bad(c, MW_GRAPH_DAMAGED, "strings", "not UTF-8, or with control characters");
    return true;
}

/** Is the offset the start of a string? */
static bool is_string(const check *c, uint32_t offset) {
    const char *text = items(c, MW_SECTION_STRINGS);
    return offset < count(c, MW_SECTION_STRINGS) && (offset == 0 || text[offset - 1] == '\0');
}

// --- the program's parts -------------------------------------------------------------------------

static bool is_time(double us) {
    return us <= MW_MAX_US && us >= -1; // false for NaN
}

static bool check_program(const check *c) {
    const mw_image_program *p = items(c, MW_SECTION_PROGRAM);
    if (!is_string(c, p->command_line))
        return bad_item(c, MW_SECTION_PROGRAM, 0, "its command line is no string");
    if (!is_time(p->measured_us))
        return bad_item(c, MW_SECTION_PROGRAM, 0, "an impossible measured time (%g us)",
                        p->measured_us);
    return true;
}

bool mw_mode_is_good(unsigned mode) {
    return mode == MW_READ || mode == MW_WRITE || mode == MW_READ_WRITE || mode == MW_REDUCE ||
           mode == MW_COMMUTE;
}

static bool is_efficiency(float x) {
    return x > 0 && x <= 1;
}

bool mw_kernel_is_good(const mw_kernel *k) {
    return is_efficiency(k->flop_efficiency) && k->f32 <= 1 && !k->zero[0] && !k->zero[1] &&
           !k->zero[2];
}

bool mw_walk_is_good(const mw_walk *w) {
    bool good = w->refused < 15 && (w->align & (w->align - 1)) == 0 && w->zero == 0;
    for (int aos = 0; aos < 2; aos++)
        for (int c_order = 0; c_order < 2; c_order++)
            good = good && is_efficiency(w->byte_efficiency[aos][c_order]);
    return good;
}

static bool check_kinds(const check *c) {
    const mw_kind *kinds = items(c, MW_SECTION_KINDS);
    const mw_argument *arguments = items(c, MW_SECTION_ARGUMENTS);
    uint64_t argument_count = count(c, MW_SECTION_ARGUMENTS), next = 0;
    for (uint64_t i = 0; i < count(c, MW_SECTION_KINDS); i++) {
        const mw_kind *k = &kinds[i];
        if (!is_string(c, k->name))
            return bad_item(c, MW_SECTION_KINDS, i, "its name is no string");
        if (k->variants >> MW_PROC_KINDS)
            return bad_item(c, MW_SECTION_KINDS, i, "unknown processor kinds (0x%x)", k->variants);
        if (k->first_argument != next || k->argument_count > MW_MAX_ARGUMENTS ||
            k->argument_count > argument_count - next)
            return bad_item(c, MW_SECTION_KINDS, i, "its arguments [%u, +%u) are out of place",
                            k->first_argument, k->argument_count);
        next += k->argument_count;
        for (int p = 0; p < MW_PROC_KINDS; p++)
            if (!mw_kernel_is_good(&k->kernel[p]))
                return bad_item(c, MW_SECTION_KINDS, i, "impossible kernel data for %s",
                                mw_proc_kind_name((mw_proc_kind)p));
    }
    if (next != argument_count)
        return bad_item(c, MW_SECTION_ARGUMENTS, next, "an argument of no kind");
    for (uint64_t i = 0; i < argument_count; i++) {
        if (!is_string(c, arguments[i].name))
            return bad_item(c, MW_SECTION_ARGUMENTS, i, "its name is no string");
        if (!(arguments[i].passes > 0 && arguments[i].passes <= MW_PASSES_MAX))
            return bad_item(c, MW_SECTION_ARGUMENTS, i, "%g passes", (double)arguments[i].passes);
        for (int p = 0; p < MW_PROC_KINDS; p++)
            if (!mw_walk_is_good(&arguments[i].walk[p]))
                return bad_item(c, MW_SECTION_ARGUMENTS, i, "impossible kernel data for %s",
                                mw_proc_kind_name((mw_proc_kind)p));
    }
    return true;
}

static bool check_classes(const check *c) {
    const mw_cost_class *classes = items(c, MW_SECTION_CLASSES);
    for (uint64_t i = 0; i < count(c, MW_SECTION_CLASSES); i++) {
        const mw_cost_class *k = &classes[i];
        if (k->kind >= count(c, MW_SECTION_KINDS))
            return bad_item(c, MW_SECTION_CLASSES, i, "kind %u of %llu", k->kind,
                            (unsigned long long)count(c, MW_SECTION_KINDS));
        if (!(k->flops >= 0 && k->flops <= 1e30))
            return bad_item(c, MW_SECTION_CLASSES, i, "%g flops", k->flops);
        for (int p = 0; p < MW_PROC_KINDS; p++)
            if (!is_time((double)k->us[p]))
                return bad_item(c, MW_SECTION_CLASSES, i, "an impossible duration (%g us)",
                                (double)k->us[p]);
    }
    return true;
}

static bool check_regions(const check *c) {
    const mw_region *regions = items(c, MW_SECTION_REGIONS);
    const mw_subregion *subregions = items(c, MW_SECTION_SUBREGIONS);
    uint64_t region_count = count(c, MW_SECTION_REGIONS);
    for (uint64_t i = 0; i < region_count; i++) {
        if (!is_string(c, regions[i].name))
            return bad_item(c, MW_SECTION_REGIONS, i, "its name is no string");
        if (regions[i].parent != MW_NO_ID && regions[i].parent >= i)
            return bad_item(c, MW_SECTION_REGIONS, i, "parent %u is not an earlier region",
                            regions[i].parent);
        if (regions[i].element_bytes == 0 || regions[i].fields == 0)
            return bad_item(c, MW_SECTION_REGIONS, i, "elements of no size");
    }
    for (uint64_t i = 0; i < count(c, MW_SECTION_SUBREGIONS); i++) {
        const mw_subregion *s = &subregions[i];
        if (s->region >= region_count)
            return bad_item(c, MW_SECTION_SUBREGIONS, i, "region %u of %llu", s->region,
                            (unsigned long long)region_count);
        if (s->rank > MW_POINT_RANK)
            return bad_item(c, MW_SECTION_SUBREGIONS, i, "rank %u", s->rank);
        if (s->bytes > MW_MAX_SUBREGION_BYTES)
            return bad_item(c, MW_SECTION_SUBREGIONS, i, "%llu bytes",
                            (unsigned long long)s->bytes);
    }
    return true;
}

// --- launches and tasks --------------------------------------------------------------------------

static bool check_domain(const mw_launch *l) {
    uint64_t volume = 1;
    for (uint32_t d = 0; d < MW_POINT_RANK; d++) {
        int64_t upper = (int64_t)l->lower[d] + l->extent[d] - 1;
        bool used = d < l->rank;
        if (l->extent[d] < 1 || upper > INT32_MAX ||
            (!used && (l->lower[d] != 0 || l->extent[d] != 1)))
            return false;
        volume *= (uint64_t)l->extent[d]; // at most 2^28 * 2^31
        if (volume > MW_MAX_TASKS)
            return false;
    }
    return true;
}

static bool check_launches(const check *c) {
    const mw_launch *launches = items(c, MW_SECTION_LAUNCHES);
    const mw_task *tasks = items(c, MW_SECTION_TASKS);
    for (uint64_t i = 0; i < count(c, MW_SECTION_LAUNCHES); i++) {
        const mw_launch *l = &launches[i];
        if (l->kind >= count(c, MW_SECTION_KINDS))
            return bad_item(c, MW_SECTION_LAUNCHES, i, "kind %u of %llu", l->kind,
                            (unsigned long long)count(c, MW_SECTION_KINDS));
        if (l->rank > MW_POINT_RANK || !check_domain(l))
            return bad_item(c, MW_SECTION_LAUNCHES, i, "an impossible domain of rank %u", l->rank);
        if (l->first_task >= count(c, MW_SECTION_TASKS) || tasks[l->first_task].launch != i ||
            l->task_count == 0)
            return bad_item(c, MW_SECTION_LAUNCHES, i, "its first task, %u, is not of it",
                            l->first_task);
    }
    return true;
}

/** Everything in a task but its accesses and dependencies. */
static bool check_task(const check *c, uint64_t i, const mw_task *t) {
    const mw_launch *launches = items(c, MW_SECTION_LAUNCHES);
    const mw_cost_class *classes = items(c, MW_SECTION_CLASSES);
    if (t->launch >= count(c, MW_SECTION_LAUNCHES))
        return bad_item(c, MW_SECTION_TASKS, i, "launch %u of %llu", t->launch,
                        (unsigned long long)count(c, MW_SECTION_LAUNCHES));
    const mw_launch *l = &launches[t->launch];
    if (t->kind != l->kind || i < l->first_task)
        return bad_item(c, MW_SECTION_TASKS, i, "it does not fit its launch, %u", t->launch);
    if (t->cost_class >= count(c, MW_SECTION_CLASSES) || classes[t->cost_class].kind != t->kind)
        return bad_item(c, MW_SECTION_TASKS, i, "cost class %u is not one of its kind",
                        t->cost_class);
    for (uint32_t d = 0; d < MW_POINT_RANK; d++)
        if (t->point[d] < l->lower[d] || t->point[d] - (int64_t)l->lower[d] >= l->extent[d])
            return bad_item(c, MW_SECTION_TASKS, i, "its point is outside its launch's domain");
    if (!is_time((double)t->measured_us) || !is_time((double)t->measured_start_us) ||
        t->worker < -1)
        return bad_item(c, MW_SECTION_TASKS, i, "impossible measurements");
    return true;
}

static bool check_accesses(const check *c, uint64_t i, const mw_task *t) {
    const mw_access *accesses = items(c, MW_SECTION_ACCESSES);
    const mw_kind *kind = (const mw_kind *)items(c, MW_SECTION_KINDS) + t->kind;
    for (uint64_t j = t->first_access; j < (uint64_t)t->first_access + t->access_count; j++) {
        const mw_access *a = &accesses[j];
        if (a->subregion >= count(c, MW_SECTION_SUBREGIONS) ||
            a->argument >= kind->argument_count || !mw_mode_is_good(a->mode))
            return bad_item(c, MW_SECTION_ACCESSES, j,
                            "subregion %u, argument %u, mode %u of task %llu make no sense",
                            a->subregion, a->argument, a->mode, (unsigned long long)i);
    }
    const uint32_t *dependencies = items(c, MW_SECTION_DEPENDENCIES);
    for (uint64_t j = t->first_dependency; j < (uint64_t)t->first_dependency + t->dependency_count;
         j++)
        if (dependencies[j] >= i)
            return bad_item(c, MW_SECTION_DEPENDENCIES, j, "task %llu waits for a later one, %u",
                            (unsigned long long)i, dependencies[j]);
    return true;
}

static bool check_tasks(const check *c) {
    const mw_task *tasks = items(c, MW_SECTION_TASKS);
    uint64_t accesses = 0, dependencies = 0;
    for (uint64_t i = 0; i < count(c, MW_SECTION_TASKS); i++) {
        const mw_task *t = &tasks[i];
        if (t->first_access != accesses || t->access_count > MW_MAX_ARGUMENTS ||
            t->access_count > count(c, MW_SECTION_ACCESSES) - accesses ||
            t->first_dependency != dependencies ||
            t->dependency_count > count(c, MW_SECTION_DEPENDENCIES) - dependencies)
            return bad_item(c, MW_SECTION_TASKS, i,
                            "its accesses or dependencies are out of place");
        accesses += t->access_count;
        dependencies += t->dependency_count;
        if (!check_task(c, i, t) || !check_accesses(c, i, t))
            return false;
    }
    if (accesses != count(c, MW_SECTION_ACCESSES) ||
        dependencies != count(c, MW_SECTION_DEPENDENCIES))
        return bad(c, MW_GRAPH_DAMAGED, "tasks", "accesses or dependencies of no task");
    return true;
}

static void *scratch(check *c, uint64_t n, size_t size) {
    void *p = calloc(n + 1, size);
    c->out_of_memory = c->out_of_memory || !p;
    return p;
}

/** A launch's tasks must be as many as it says. */
static bool check_launch_sizes(check *c) {
    const mw_launch *launches = items(c, MW_SECTION_LAUNCHES);
    const mw_task *tasks = items(c, MW_SECTION_TASKS);
    uint64_t n = count(c, MW_SECTION_LAUNCHES);
    uint32_t *found = scratch(c, n, sizeof *found);
    if (!found)
        return false;
    for (uint64_t i = 0; i < count(c, MW_SECTION_TASKS); i++)
        found[tasks[i].launch]++;
    bool good = true;
    for (uint64_t i = 0; i < n && good; i++)
        if (found[i] != launches[i].task_count)
            good = bad_item(c, MW_SECTION_LAUNCHES, i, "%u tasks, but %u are of it",
                            launches[i].task_count, found[i]);
    free(found);
    return good;
}

static int name_order(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/** Region names must differ: mappers tell regions apart by them. */
static bool check_region_names(check *c) {
    const mw_region *regions = items(c, MW_SECTION_REGIONS);
    uint64_t n = count(c, MW_SECTION_REGIONS);
    const char **names = scratch(c, n, sizeof *names);
    if (!names)
        return false;
    for (uint64_t i = 0; i < n; i++)
        names[i] = (const char *)items(c, MW_SECTION_STRINGS) + regions[i].name;
    qsort(names, n, sizeof *names, name_order);
    bool good = true;
    for (uint64_t i = 1; i < n && good; i++)
        if (strcmp(names[i - 1], names[i]) == 0)
            good = bad(c, MW_GRAPH_DAMAGED, "regions", "two are named '%.100s'", names[i]);
    free(names);
    return good;
}

static bool check_syncs(const check *c) {
    const mw_sync *syncs = items(c, MW_SECTION_SYNCS);
    uint64_t last = 0;
    for (uint64_t i = 0; i < count(c, MW_SECTION_SYNCS); i++) {
        const mw_sync *s = &syncs[i];
        bool good = s->before >= last && s->before <= count(c, MW_SECTION_TASKS);
        switch (s->type) {
        case MW_SYNC_ALL: good = good && s->what == 0 && s->mode == 0; break;
        case MW_SYNC_TASK: good = good && s->what < s->before && s->mode == 0; break;
        case MW_SYNC_ACQUIRE:
            good = good && s->what < count(c, MW_SECTION_SUBREGIONS) && mw_mode_is_good(s->mode);
            break;
        default: good = false; break;
        }
        if (!good)
            return bad_item(c, MW_SECTION_SYNCS, i, "type %u, mode %u, before %u, of %u", s->type,
                            s->mode, s->before, s->what);
        last = s->before;
    }
    return true;
}

mw_status mw_image_check(const unsigned char *image, size_t bytes, const char *file,
                         mw_diags *diags) {
    check c = {image, bytes, file, diags, ((const mw_image_header *)image)->sections, false};
    bool good = check_header(&c) && check_layout(&c) && check_strings(&c) && check_program(&c) &&
                check_kinds(&c) && check_classes(&c) && check_regions(&c) && check_launches(&c) &&
                check_tasks(&c) && check_launch_sizes(&c) && check_region_names(&c) &&
                check_syncs(&c);
    return good ? MW_OK : c.out_of_memory ? MW_ERR_NOMEM : MW_ERR_INPUT;
}
