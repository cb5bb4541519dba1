// src/cli/cmd_eval.c: `mapwright eval`: where a mapper puts each point of a launch.
#include "base/file.h"
#include "cli/eval_plot.h"
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { POINTS_MAX = 1000000000 };

typedef struct eval_args {
    const char *task, *proc, *domain, *machine;
    int64_t nodes, cpus, gpus, omps; ///< UNSET: not given
    const char *plot;                ///< "": in the terminal, or the word that ends in .svg
    bool strict, json;
} eval_args;

enum { UNSET = -1 };
static const eval_args DEFAULTS = {.nodes = UNSET, .cpus = UNSET, .gpus = UNSET, .omps = UNSET};

static const mw_option OPTIONS[] = {
    {0, "task", "NAME", "task kind", MW_OPT_STRING, offsetof(eval_args, task)},
    {0, "proc", "KIND", "processor kind that it runs on: CPU, GPU, OMP", MW_OPT_STRING,
     offsetof(eval_args, proc)},
    {0, "domain", "D0,D1,...", "extents of the launch domain", MW_OPT_STRING,
     offsetof(eval_args, domain)},
    {'M', "machine", "NAME", "a described machine; or give its shape:", MW_OPT_STRING,
     offsetof(eval_args, machine)},
    {0, "nodes", "N", "nodes (default 1)", MW_OPT_INT, offsetof(eval_args, nodes)},
    {0, "cpus", "C", "CPU processors of a node", MW_OPT_INT, offsetof(eval_args, cpus)},
    {0, "gpus", "G", "GPU processors of a node", MW_OPT_INT, offsetof(eval_args, gpus)},
    {0, "omps", "O", "OMP processors of a node", MW_OPT_INT, offsetof(eval_args, omps)},
    {0, "strict", NULL, "refuse the extensions of the language", MW_OPT_FLAG,
     offsetof(eval_args, strict)},
    {0, "json", NULL, "one JSON object", MW_OPT_FLAG, offsetof(eval_args, json)},
    {0, "plot", "[FILE.svg]", "a picture of who owns which point, here or in a file",
     MW_OPT_OPTIONAL, offsetof(eval_args, plot)},
};

enum { BUFFER_BYTES = 1 << 16, POINT_BYTES_MAX = 32 * MW_TUPLE_MAX, PAIR_BYTES_MAX = 64 };

typedef struct job {
    mw_cli *cli;
    const eval_args *args;
    const char *mapper;
    const char *svg; ///< picture to write; NULL: none
    mw_eval launch;
    mw_owner_map owners; ///< of the table: counted only
    size_t buffered;     ///< of what is to be written
    char buffer[BUFFER_BYTES];
} job;

// --- options
// --------------------------------------------------------------------------------------

/** "8,8" */
static mw_exit read_domain(job *j) {
    const char *text = j->args->domain;
    j->launch.volume = 1;
    for (;;) {
        char *end;
        errno = 0;
        long long extent = *text >= '0' && *text <= '9' ? strtoll(text, &end, 10) : 0;
        if (extent < 1 || errno != 0 || (*end != ',' && *end != '\0'))
            return mw_cli_usage(j->cli, "--domain: '%s' is not a list of extents, such as 8,8",
                                j->args->domain);
        if (j->launch.rank == MW_TUPLE_MAX)
            return mw_cli_usage(j->cli, "--domain: more than %d dimensions", MW_TUPLE_MAX);
        if ((uint64_t)extent > POINTS_MAX / j->launch.volume)
            return mw_cli_usage(j->cli, "--domain: more than %d points", POINTS_MAX);
        j->launch.extent[j->launch.rank++] = extent;
        j->launch.volume *= (uint64_t)extent;
        if (*end == '\0')
            return MW_EXIT_OK;
        text = end + 1;
    }
}

static int64_t or_default(int64_t given, int64_t otherwise) {
    return given == UNSET ? otherwise : given;
}

static mw_exit read_shape(job *j) {
    const eval_args *a = j->args;
    bool shape = a->nodes != UNSET || a->cpus != UNSET || a->gpus != UNSET || a->omps != UNSET;
    if (shape == (a->machine != NULL))
        return mw_cli_usage(j->cli, "needs either -M or --nodes, --cpus, --gpus, --omps");
    int64_t nodes = or_default(a->nodes, 1), procs = 0;
    const int64_t given[] = {a->cpus, a->gpus, a->omps};
    for (size_t i = 0; i < MW_COUNT(given); i++) // each bounded before it is added
        procs +=
            given[i] > MW_MAX_PROCS_PER_NODE ? MW_MAX_PROCS_PER_NODE + 1 : or_default(given[i], 0);
    if (nodes < 1 || nodes > MW_MAX_NODES)
        return mw_cli_usage(j->cli, "--nodes: 1 to %d", MW_MAX_NODES);
    if (procs > MW_MAX_PROCS_PER_NODE)
        return mw_cli_usage(j->cli, "--cpus, --gpus, --omps: at most %d processors a node",
                            MW_MAX_PROCS_PER_NODE);
    return MW_EXIT_OK;
}

/** The words: a mapper, and with --plot perhaps a picture's name. */
static mw_exit read_words(job *j, int count, char *const words[]) {
    j->svg = j->args->plot && *j->args->plot ? j->args->plot : NULL;
    for (int i = 0; i < count; i++) {
        const char *dot = strrchr(words[i], '.');
        bool svg = j->args->plot && dot && strcmp(dot, ".svg") == 0 && !j->svg;
        if (!svg && j->mapper)
            return mw_cli_usage(j->cli,
                                j->args->plot ? "'%s' is a second mapper; pictures end in .svg"
                                              : "unexpected argument '%s'",
                                words[i]);
        *(svg ? &j->svg : &j->mapper) = words[i];
    }
    if (!j->mapper)
        return mw_cli_usage(j->cli, "expected MAPPER");
    if (j->args->plot && j->args->json)
        return mw_cli_usage(j->cli, "--plot and --json exclude each other");
    return MW_EXIT_OK;
}

static mw_exit read_options(job *j) {
    const eval_args *a = j->args;
    if (!a->task || !a->proc || !a->domain)
        return mw_cli_usage(j->cli, "needs --task, --proc and --domain");
    if (!mw_proc_kind_parse(a->proc, &j->launch.kind))
        return mw_cli_usage(j->cli, "--proc: '%s' is no processor kind; CPU, GPU and OMP are",
                            a->proc);
    mw_exit bad = read_shape(j);
    return bad ? bad : read_domain(j);
}

static mw_status load_machine(job *j) {
    const eval_args *a = j->args;
    if (a->machine)
        return mw_machine_load(a->machine, &j->launch.machine, j->launch.diags);
    j->launch.machine =
        mw_machine_bare((uint32_t)or_default(a->nodes, 1), (uint32_t)or_default(a->cpus, 0),
                        (uint32_t)or_default(a->gpus, 0), (uint32_t)or_default(a->omps, 0));
    return j->launch.machine ? MW_OK : MW_ERR_NOMEM;
}

static mw_status load_program(job *j, const char *file) {
    char *text = NULL;
    size_t len = 0;
    mw_status status = mw_file_read(file, MW_MAPPER_MAX_BYTES, &text, &len, j->launch.diags);
    if (status == MW_OK)
        status = mw_program_parse(strcmp(file, "-") == 0 ? "<stdin>" : file, text, len,
                                  &(mw_lang_options){.strict = j->args->strict}, &j->launch.program,
                                  j->launch.diags);
    free(text);
    return status;
}

static mw_status prepare(job *j, const char *file) {
    j->launch.task = j->args->task;
    mw_status status = load_program(j, file);
    if (status == MW_OK)
        status = load_machine(j);
    return status == MW_OK ? mw_eval_bind(&j->launch) : status;
}

// --- output: through a buffer of our own, because printf is slower than the map
// -------------------

static mw_status flush(job *j) {
    bool ok = fwrite(j->buffer, 1, j->buffered, j->cli->out) == j->buffered;
    j->buffered = 0;
    return ok ? MW_OK : MW_ERR_IO;
}

/** Makes room for `bytes`, at most BUFFER_BYTES. */
static mw_status need(job *j, size_t bytes) {
    return j->buffered + bytes > BUFFER_BYTES ? flush(j) : MW_OK;
}

static void put(job *j, char c) {
    j->buffer[j->buffered++] = c;
}

static void put_text(job *j, const char *text) {
    for (; *text; text++)
        put(j, *text);
}

static void put_number(job *j, uint64_t n) {
    char digits[20];
    uint32_t count = 0;
    do
        digits[count++] = (char)('0' + n % 10);
    while ((n /= 10) > 0);
    while (count > 0)
        put(j, digits[--count]);
}

static mw_status put_json_point(void *context, const mw_eval_point *p) {
    job *j = context;
    bool first = true;
    for (uint32_t d = 0; d < j->launch.rank; d++)
        first = first && p->index[d] == 0;
    for (uint32_t i = 0; i < p->count; i++) {
        mw_status status = need(j, PAIR_BYTES_MAX);
        if (status != MW_OK)
            return status;
        if (i || !first)
            put(j, ',');
        if (i == 0 && p->is_set)
            put(j, '[');
        put(j, '[');
        put_number(j, p->pairs[i].node);
        put(j, ',');
        put_number(j, p->pairs[i].index);
        put(j, ']');
        if (i + 1 == p->count && p->is_set)
            put(j, ']');
    }
    return MW_OK;
}

static mw_exit print_json(job *j) {
    FILE *out = j->cli->out;
    const mw_eval *e = &j->launch;
    json_t *task = json_string(e->task);
    if (!task)
        return mw_cli_usage(j->cli, "--task: not UTF-8");
    fputs("{\"task\":", out);
    json_dumpf(task, out, JSON_ENCODE_ANY | JSON_COMPACT);
    json_decref(task);
    fprintf(out, ",\"proc\":\"%s\",\"domain\":[", mw_proc_kind_name(e->kind));
    for (uint32_t d = 0; d < e->rank; d++)
        fprintf(out, "%s%" PRId64, d ? "," : "", e->extent[d]);
    fprintf(out, "],\"size\":[%" PRIu32 ",%" PRIu32 "],\"points\":[", e->machine->nodes,
            e->machine->procs_of_kind[e->kind]);
    mw_status status = mw_eval_each(&j->launch, put_json_point, j);
    if (status == MW_OK)
        status = flush(j);
    fputs("]}\n", out);
    return status == MW_OK ? MW_EXIT_OK : MW_EXIT_INPUT;
}

static mw_status put_line(void *context, const mw_eval_point *p) {
    job *j = context;
    mw_status status = need(j, POINT_BYTES_MAX);
    if (status != MW_OK)
        return status;
    size_t start = j->buffered;
    for (uint32_t d = 0; d < j->launch.rank; d++) {
        put_text(j, d ? ", " : "  (");
        put_number(j, (uint64_t)p->index[d]);
    }
    put(j, ')');
    do
        put(j, ' ');
    while (j->buffered - start < 20);
    for (uint32_t i = 0; i < p->count && status == MW_OK; i++) {
        status = need(j, PAIR_BYTES_MAX);
        put_text(j, i ? " | node " : "node ");
        put_number(j, p->pairs[i].node);
        put(j, ' ');
        put_text(j, mw_proc_kind_name(j->launch.kind));
        put(j, ' ');
        put_number(j, p->pairs[i].index);
    }
    put(j, '\n');
    if (!mw_owner_map_add(&j->owners, p->pairs, p->count))
        return MW_ERR_NOMEM;
    return status;
}

static mw_exit print_table(job *j) {
    mw_str text = {0};
    mw_eval_title(&j->launch, &text);
    fprintf(j->cli->out, "%s\n  %-18s%s\n", mw_str_text(&text), "point", "place");
    mw_str_clear(&text);
    j->owners = mw_eval_owners(&j->launch);
    j->owners.counts_only = true; // the domain may be large
    mw_status status = mw_eval_each(&j->launch, put_line, j);
    if (status == MW_OK)
        status = flush(j);
    if (status == MW_OK) {
        mw_owner_balance(&j->owners, &text);
        fprintf(j->cli->out, "  %s\n", mw_str_text(&text));
    }
    mw_str_clear(&text);
    mw_owner_map_clear(&j->owners);
    return status == MW_OK ? MW_EXIT_OK : MW_EXIT_INPUT;
}

/** Every point once before anything is printed, so that an error stands alone on the output. A
 * function that prints does so in this pass. */
static mw_status try_all(job *j) {
    if (!j->args->json)
        mw_binding_print_to(j->launch.binding, j->cli->err);
    mw_status status = mw_eval_each(&j->launch, NULL, NULL);
    mw_binding_print_to(j->launch.binding, NULL);
    return status;
}

static mw_exit evaluate(job *j, const char *file) {
    mw_status status = prepare(j, file);
    if (status == MW_OK)
        status = try_all(j);
    if (status == MW_OK) {
        mw_diags_print(j->cli->err, j->launch.diags); // warnings
        if (j->args->plot)
            return mw_eval_plot(j->cli, &j->launch, j->svg);
        return j->args->json ? print_json(j) : print_table(j);
    }
    return j->args->json ? mw_cli_json_error(j->cli, j->launch.diags)
                         : mw_cli_status(j->cli, status, j->launch.diags);
}

static mw_exit run(mw_cli *cli, const void *parsed, int count, char *const words[]) {
    job *j = calloc(1, sizeof *j);
    if (!j)
        return mw_cli_status(cli, MW_ERR_NOMEM, NULL);
    j->cli = cli;
    j->args = parsed;
    j->launch.function = MW_NO_FUNCTION;
    mw_exit result = read_words(j, count, words);
    if (!result)
        result = read_options(j);
    if (!result) {
        j->launch.diags = mw_diags_new();
        result = j->launch.diags ? evaluate(j, j->mapper) : mw_cli_status(cli, MW_ERR_NOMEM, NULL);
    }
    mw_eval_clear(&j->launch);
    mw_diags_free(j->launch.diags);
    free(j);
    return result;
}

const mw_command mw_cmd_eval = {
    .name = "eval",
    .order = 30,
    .arguments = "MAPPER",
    .summary = "show where a mapper puts each point of a launch",
    .details = "The points come in row-major order, the last index fastest. Without a map for the "
               "task,\nits processor kind or '*', the default counts: blocks over the nodes, then "
               "over each\nnode's processors. --plot draws a picture for the terminal, or writes "
               "FILE.svg.\nJSON: {\"task\", \"proc\", \"domain\", \"size\": "
               "[nodes, processors],\n\"points\": [[node, processor], ...]}; a set of processors "
               "is a list of pairs. An error is\n{\"error\": {\"code\", \"message\", \"line\", "
               "\"column\", \"hint\"}} and exit status 1.",
    .options = OPTIONS,
    .option_count = MW_COUNT(OPTIONS),
    .args_size = sizeof(eval_args),
    .defaults = &DEFAULTS,
    .min_words = 1,
    .max_words = 2,
    .run = run,
};
