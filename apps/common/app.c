// apps/common/app.c: command line, lazy memory, names, submission.
#include "common/app.h"
#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

_Noreturn void app_fail(const char *format, ...) {
    va_list args;
    fprintf(stderr, "%s: error: ", program_invocation_short_name);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    exit(1);
}

// --- command line ------------------------------------------------------------------------------

static void help(const char *about, const app_option options[], size_t count) {
    printf("usage: %s [OPTIONS]\n\n%s\n\noptions:\n", program_invocation_short_name, about);
    for (size_t i = 0; i < count; i++) {
        const app_option *o = &options[i];
        char left[48], otherwise[32] = "";
        snprintf(left, sizeof left, "%s%s%s%s",
                 !*o->name             ? ""
                 : strlen(o->name) > 6 ? "--"
                                       : "-",
                 o->name, *o->name && o->type == APP_TEXT ? " " : "",
                 o->type == APP_INT      ? " N"
                 : o->type == APP_CHOICE ? " WORD"
                 : o->type == APP_TEXT   ? o->choices
                                         : "");
        if (o->type == APP_INT)
            snprintf(otherwise, sizeof otherwise, " (%ld)", *(long *)o->value);
        printf("  %-18s %s%s\n", left, o->help, otherwise);
    }
}

static _Noreturn void wrong(const char *what, const char *word, const char *expected) {
    fprintf(stderr, "%s: error: %s '%s'%s%s\n  hint: --help lists the options\n",
            program_invocation_short_name, what, word, *expected ? ", expected " : "", expected);
    exit(2);
}

static long choice(const app_option *o, const char *word) {
    size_t length = strlen(word);
    long index = 0;
    for (const char *at = o->choices;; at++, index++) {
        size_t n = strcspn(at, "|");
        if (n == length && strncmp(at, word, n) == 0)
            return index;
        at += n;
        if (!*at)
            wrong("unknown word", word, o->choices);
    }
}

static long integer(const app_option *o, const char *word) {
    char *end, expected[80];
    errno = 0;
    long value = strtol(word, &end, 10);
    if (*word && !*end && errno == 0 && value >= o->min && value <= o->max)
        return value;
    snprintf(expected, sizeof expected, "a whole number from %ld to %ld", o->min, o->max);
    wrong(o->name, word, expected);
}

/** The option for a word without dashes, if none was given yet. */
static const app_option *free_word(const app_option options[], size_t count) {
    for (size_t k = 0; k < count; k++)
        if (!*options[k].name && !*(const char *const *)options[k].value)
            return &options[k];
    return NULL;
}

void app_options_read(int argc, char *argv[], const char *about, const app_option options[],
                      size_t count) {
    for (int i = 1; i < argc; i++) {
        const char *name = argv[i] + strspn(argv[i], "-");
        const app_option *plain = name == argv[i] ? free_word(options, count) : NULL;
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            help(about, options, count);
            exit(0);
        }
        if (plain) {
            *(const char **)plain->value = argv[i];
            continue;
        }
        size_t length = strcspn(name, "="), k = 0;
        while (k < count &&
               !(strlen(options[k].name) == length && strncmp(options[k].name, name, length) == 0))
            k++;
        if (k == count || length == 0 || name == argv[i] || name - argv[i] > 2)
            wrong("unknown option", argv[i], "");
        const app_option *o = &options[k];
        if (o->type == APP_FLAG || o->type == APP_NEGATE) {
            if (name[length])
                wrong("no value belongs to", argv[i], "");
            *(bool *)o->value = o->type == APP_FLAG;
            continue;
        }
        const char *value = name[length] ? name + length + 1 : i + 1 < argc ? argv[++i] : NULL;
        if (!value)
            wrong("a value is missing after", argv[i], "");
        if (o->type == APP_TEXT)
            *(const char **)o->value = value;
        else
            *(long *)o->value = o->type == APP_INT ? integer(o, value) : choice(o, value);
    }
}

// --- memory and names --------------------------------------------------------------------------

void *app_memory_map(size_t bytes) {
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED)
        app_fail("cannot have %zu bytes of address space: %s", bytes, strerror(errno));
    madvise(memory, bytes, MADV_HUGEPAGE); // fewer page faults at first touch; it may be refused
    return memory;
}

void app_memory_unmap(void *memory, size_t bytes) {
    munmap(memory, bytes);
}

/** Names live until app_names_free(), because StarPU keeps pointers to them; equal ones once. */
typedef struct name {
    struct name *next;
    char text[];
} name;
enum { BUCKETS = 1 << 12 };
static name *names[BUCKETS];

static const char *keep(const char *text) {
    size_t bytes = strlen(text) + 1, hash = 5381;
    for (const char *c = text; *c; c++)
        hash = hash * 33 + (unsigned char)*c;
    name **bucket = &names[hash % BUCKETS];
    for (name *n = *bucket; n; n = n->next)
        if (strcmp(n->text, text) == 0)
            return n->text;
    name *n = malloc(sizeof *n + bytes);
    if (!n)
        app_fail("out of memory");
    memcpy(n->text, text, bytes);
    n->next = *bucket;
    *bucket = n;
    return n->text;
}

void app_names_free(void) {
    for (size_t i = 0; i < BUCKETS; i++)
        while (names[i]) {
            name *next = names[i]->next;
            free(names[i]);
            names[i] = next;
        }
}

enum { NAME_MAX_BYTES = 128 };

static void with_point(char *out, size_t size, const char *base, int rank, const int point[]) {
    assert(strlen(base) < NAME_MAX_BYTES / 2 && rank <= 4); // so what follows fits
    int n = snprintf(out, size, "%s", base);
    for (int d = 0; d < rank; d++)
        n += snprintf(out + n, size - (size_t)n, "%c%d", d ? ',' : '[', point[d]);
    if (rank > 0)
        snprintf(out + n, size - (size_t)n, "]");
}

void app_handle_name(starpu_data_handle_t handle, const char *region, int rank, const int point[]) {
    char text[NAME_MAX_BYTES];
    int coordinates[4] = {0};
    memcpy(coordinates, point, sizeof *point * (size_t)rank);
    with_point(text, sizeof text, region, rank, point);
    starpu_data_set_name(handle, keep(text));
    starpu_data_set_coordinates_array(handle, (unsigned)rank, coordinates);
}

// --- submission --------------------------------------------------------------------------------

void app_launch_begin_some(struct starpu_codelet *codelet, int rank, const int extent[],
                           unsigned tasks) {
    mw_launch(codelet, rank, extent, tasks);
}

void app_launch_begin(struct starpu_codelet *codelet, int rank, const int extent[]) {
    unsigned tasks = 1;
    for (int d = 0; d < rank; d++)
        tasks *= (unsigned)extent[d];
    app_launch_begin_some(codelet, rank, extent, tasks);
}

static void *memory(size_t bytes) {
    void *m = malloc(bytes);
    if (!m)
        app_fail("out of memory");
    return m;
}

/** modes NULL: those of the codelet. */
static void submit(const app_task *t, int count, const enum starpu_data_access_mode modes[]) {
    struct starpu_task *task = starpu_task_create();
    task->cl = t->codelet;
    task->name = app_task_name(t);
    task->flops = t->flops;
    if (t->argument_bytes) {
        task->cl_arg = memory(t->argument_bytes);
        memcpy(task->cl_arg, t->argument, t->argument_bytes);
        task->cl_arg_size = t->argument_bytes;
        task->cl_arg_free = 1;
    }
    if (count > STARPU_NMAXBUFS) // StarPU frees the array with the task
        task->dyn_handles = memory(sizeof *task->dyn_handles * (size_t)count);
    if (modes && count > 0) { // likewise
        task->dyn_modes = memory(sizeof *modes * (size_t)count);
        memcpy(task->dyn_modes, modes, sizeof *modes * (size_t)count);
    }
    if (t->codelet->nbuffers == STARPU_VARIABLE_NBUFFERS)
        task->nbuffers = count;
    for (int i = 0; i < count; i++)
        STARPU_TASK_SET_HANDLE(task, t->handles[i], i);
    int status = starpu_task_submit(task);
    if (status == -ENODEV)
        app_fail("no worker can run task '%s'", task->name);
    if (status != 0)
        app_fail("cannot submit task '%s': %s", task->name, strerror(-status));
}

void app_submit(const app_task *t) {
    submit(t, t->codelet->nbuffers, NULL);
}

const char *app_task_name(const app_task *t) {
    char text[NAME_MAX_BYTES];
    with_point(text, sizeof text, t->codelet->name, t->rank, t->point);
    return keep(text);
}

void app_submit_variable(const app_task *t, int count, const enum starpu_data_access_mode modes[]) {
    submit(t, count, modes);
}

void app_submit_with_modes(const app_task *t, const enum starpu_data_access_mode modes[]) {
    submit(t, t->codelet->nbuffers, modes);
}
