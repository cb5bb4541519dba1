// src/cli/cmd_eval.c: `mapwright eval`: where a mapper puts each point of a launch.
#include "base/file.h"
#include "cli/command.h"
#include "lang/lang.h"
#include "plan/rules.h"
#include "report/owner_map.h"
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { POINTS_MAX = 10000000 };

typedef struct eval_args {
    const char *task, *proc, *domain, *machine;
    int64_t nodes, cpus, gpus, omps; ///< UNSET: not given
    bool strict, json, plot;
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
    {0, "plot", "[FILE.svg]", "a picture of who owns which point, here or in a file", MW_OPT_FLAG,
     offsetof(eval_args, plot)},
};

typedef struct job {
    mw_cli *cli;
    const eval_args *args;
    const char *mapper;
    const char *picture; ///< file to write; NULL: none
    mw_diags *diags;
    mw_proc_kind kind;
    uint32_t rank;
    int64_t extent[MW_TUPLE_MAX];
    uint64_t volume;
    mw_program *program;
    mw_machine *machine;
    mw_binding *binding;
    mw_mapping *defaults; ///< the default mapper, where no rule names a function
    int function;         ///< MW_NO_FUNCTION: the default
    mw_places places;
    uint32_t *procs;
    uint32_t proc_capacity;
    mw_owner_map owners;
} job;

// --- options
// --------------------------------------------------------------------------------------

/** "8,8" */
static mw_exit read_domain(job *j) {
    const char *text = j->args->domain;
    j->volume = 1;
    for (;;) {
        char *end;
        errno = 0;
        long long extent = *text >= '0' && *text <= '9' ? strtoll(text, &end, 10) : 0;
        if (extent < 1 || errno != 0 || (*end != ',' && *end != '\0'))
            return mw_cli_usage(j->cli, "--domain: '%s' is not a list of extents, such as 8,8",
                                j->args->domain);
        if (j->rank == MW_TUPLE_MAX)
            return mw_cli_usage(j->cli, "--domain: more than %d dimensions", MW_TUPLE_MAX);
        if ((uint64_t)extent > POINTS_MAX / j->volume)
            return mw_cli_usage(j->cli, "--domain: more than %d points", POINTS_MAX);
        j->extent[j->rank++] = extent;
        j->volume *= (uint64_t)extent;
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
    for (int i = 0; i < count; i++) {
        const char *dot = strrchr(words[i], '.');
        bool svg = j->args->plot && dot && strcmp(dot, ".svg") == 0 && !j->picture;
        if (!svg && j->mapper)
            return mw_cli_usage(j->cli,
                                j->args->plot ? "'%s' is a second mapper; pictures end in .svg"
                                              : "unexpected argument '%s'",
                                words[i]);
        *(svg ? &j->picture : &j->mapper) = words[i];
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
    if (!mw_proc_kind_parse(a->proc, &j->kind))
        return mw_cli_usage(j->cli, "--proc: '%s' is no processor kind; CPU, GPU and OMP are",
                            a->proc);
    mw_exit bad = read_shape(j);
    return bad ? bad : read_domain(j);
}

static mw_status load_machine(job *j) {
    const eval_args *a = j->args;
    if (a->machine)
        return mw_machine_load(a->machine, &j->machine, j->diags);
    j->machine =
        mw_machine_bare((uint32_t)or_default(a->nodes, 1), (uint32_t)or_default(a->cpus, 0),
                        (uint32_t)or_default(a->gpus, 0), (uint32_t)or_default(a->omps, 0));
    return j->machine ? MW_OK : MW_ERR_NOMEM;
}

static mw_status load_program(job *j, const char *file) {
    char *text = NULL;
    size_t len = 0;
    mw_status status = mw_file_read(file, MW_MAPPER_MAX_BYTES, &text, &len, j->diags);
    if (status == MW_OK)
        status =
            mw_program_parse(strcmp(file, "-") == 0 ? "<stdin>" : file, text, len,
                             &(mw_lang_options){.strict = j->args->strict}, &j->program, j->diags);
    free(text);
    return status;
}

/** By the rules' own precedence: the task's name, its processor kind, `*`, the default. */
static mw_status find_function(job *j) {
    uint32_t count;
    const mw_rule *rules = mw_program_rules(j->program, &count);
    bool *matched = calloc((size_t)count + 1, sizeof *matched);
    if (!matched)
        return MW_ERR_NOMEM;
    mw_rule_set set = {.rules = rules, .count = count, .matched = matched};
    j->function = mw_rules_map(&set, MW_RULE_INDEX_MAP, j->args->task, j->kind);
    free(matched);
    return MW_OK;
}

static mw_status prepare(job *j, const char *file) {
    mw_status status = load_program(j, file);
    if (status == MW_OK)
        status = load_machine(j);
    if (status == MW_OK)
        status = find_function(j);
    if (status == MW_OK && j->machine->procs_of_kind[j->kind] == 0) {
        mw_diag_in(j->diags, MW_ERROR, MW_NO_VARIANT, NULL, NULL, NULL,
                   "the machine has no %s processor", mw_proc_kind_name(j->kind));
        status = MW_ERR_INPUT;
    }
    if (status == MW_OK)
        status = mw_binding_new(j->program, j->machine, &j->binding, j->diags);
    if (status == MW_OK && j->function == MW_NO_FUNCTION)
        status = mw_mapping_new(NULL, j->machine, &j->defaults, j->diags);
    return status;
}

// --- points
// ---------------------------------------------------------------------------------------

static mw_status place_by_default(job *j, const mw_task_view *task) {
    const mw_kind_rules rules = {.mapped = true,
                                 .proc = j->kind,
                                 .index_function = MW_NO_FUNCTION,
                                 .single_function = MW_NO_FUNCTION,
                                 .priority_function = MW_NO_FUNCTION};
    uint32_t count = 0;
    mw_status status = mw_mapping_place(j->defaults, &rules, task, 0, &j->procs, &j->proc_capacity,
                                        &count, j->diags);
    if (status != MW_OK)
        return status;
    const mw_proc *proc = &j->machine->procs[j->procs[0]];
    if (!j->places.pairs && !(j->places.pairs = calloc(1, sizeof *j->places.pairs)))
        return MW_ERR_NOMEM;
    j->places.capacity = j->places.count = 1;
    j->places.kind = j->kind;
    j->places.pairs[0].node = proc->node;
    j->places.pairs[0].index = proc->index;
    return MW_OK;
}

static mw_status place(job *j, const int64_t *point) {
    mw_task_view task = {.name = j->args->task,
                         .index_launch = true,
                         .rank = j->rank,
                         .point = point,
                         .extent = j->extent,
                         .proc = MW_NO_ID};
    if (j->function == MW_NO_FUNCTION)
        return place_by_default(j, &task);
    mw_status status = mw_binding_place(j->binding, j->function, &task, &j->places, j->diags);
    if (status == MW_OK && j->places.kind != j->kind) {
        mw_diag_in(j->diags, MW_ERROR, MW_WRONG_PROCESSOR_KIND, mw_program_source(j->program)->name,
                   NULL, "return a processor of the kind that --proc names",
                   "'%s' maps task '%s' to a %s, but it runs on %s",
                   mw_program_function_name(j->program, j->function), j->args->task,
                   mw_proc_kind_name(j->places.kind), mw_proc_kind_name(j->kind));
        status = MW_ERR_INPUT;
    }
    return status;
}

/** Calls `each` for every point in row-major order, until one fails. */
static mw_status for_each_point(job *j, mw_status (*each)(job *j, const int64_t *point)) {
    int64_t point[MW_TUPLE_MAX] = {0};
    for (uint64_t i = 0; i < j->volume; i++) {
        mw_status status = place(j, point);
        if (status == MW_OK && each)
            status = each(j, point);
        if (status != MW_OK)
            return status;
        for (uint32_t d = j->rank; d-- > 0 && ++point[d] == j->extent[d];)
            point[d] = 0;
    }
    return MW_OK;
}

// --- output
// ---------------------------------------------------------------------------------------

static void put_pair(FILE *out, const struct mw_pair *p) {
    fprintf(out, "[%" PRIu32 ",%" PRIu32 "]", p->node, p->index);
}

static mw_status print_json_point(job *j, const int64_t *point) {
    FILE *out = j->cli->out;
    bool first = true;
    for (uint32_t d = 0; d < j->rank; d++)
        first = first && point[d] == 0;
    if (!first)
        fputc(',', out);
    if (j->places.is_set)
        fputc('[', out);
    for (uint32_t i = 0; i < j->places.count; i++) {
        if (i)
            fputc(',', out);
        put_pair(out, &j->places.pairs[i]);
    }
    if (j->places.is_set)
        fputc(']', out);
    return ferror(out) ? MW_ERR_IO : MW_OK;
}

static mw_exit print_json(job *j) {
    FILE *out = j->cli->out;
    json_t *task = json_string(j->args->task);
    if (!task)
        return mw_cli_usage(j->cli, "--task: not UTF-8");
    fputs("{\"task\":", out);
    json_dumpf(task, out, JSON_ENCODE_ANY | JSON_COMPACT);
    json_decref(task);
    fprintf(out, ",\"proc\":\"%s\",\"domain\":[", mw_proc_kind_name(j->kind));
    for (uint32_t d = 0; d < j->rank; d++)
        fprintf(out, "%s%" PRId64, d ? "," : "", j->extent[d]);
    fprintf(out, "],\"size\":[%" PRIu32 ",%" PRIu32 "],\"points\":[", j->machine->nodes,
            j->machine->procs_of_kind[j->kind]);
    mw_status status = for_each_point(j, print_json_point);
    fputs("]}\n", out);
    return status == MW_OK ? MW_EXIT_OK : MW_EXIT_INPUT;
}

static mw_status print_line(job *j, const int64_t *point) {
    FILE *out = j->cli->out;
    int width = 0;
    for (uint32_t d = 0; d < j->rank; d++)
        width += fprintf(out, "%s%" PRId64, d ? ", " : "  (", point[d]);
    width += fprintf(out, ")");
    fprintf(out, "%*s", width < 20 ? 20 - width : 1, "");
    for (uint32_t i = 0; i < j->places.count; i++)
        fprintf(out, "%snode %" PRIu32 " %s %" PRIu32, i ? " | " : "", j->places.pairs[i].node,
                mw_proc_kind_name(j->kind), j->places.pairs[i].index);
    fputc('\n', out);
    if (ferror(out))
        return MW_ERR_IO;
    return mw_owner_map_add(&j->owners, &j->places) ? MW_OK : MW_ERR_NOMEM;
}

/** "task stencil on GPU: map block, 2 nodes with 4 each" */
static void add_title(const job *j, mw_str *out) {
    mw_str_printf(out, "task %s on %s: ", j->args->task, mw_proc_kind_name(j->kind));
    if (j->function == MW_NO_FUNCTION)
        mw_str_add(out, "the default map");
    else
        mw_str_printf(out, "map %s", mw_program_function_name(j->program, j->function));
    mw_str_printf(out, ", %" PRIu32 " node%s with %" PRIu32 " each", j->machine->nodes,
                  j->machine->nodes == 1 ? "" : "s", j->machine->procs_of_kind[j->kind]);
}

static mw_exit print_table(job *j) {
    FILE *out = j->cli->out;
    mw_str text = {0};
    add_title(j, &text);
    fprintf(out, "%s\n  %-18s%s\n", mw_str_text(&text), "point", "place");
    mw_str_clear(&text);
    mw_status status = for_each_point(j, print_line);
    if (status == MW_OK) {
        mw_owner_balance(&j->owners, &text);
        fprintf(out, "  %s\n", mw_str_text(&text));
        mw_str_clear(&text);
    }
    return status == MW_OK ? MW_EXIT_OK : mw_cli_status(j->cli, status, j->diags);
}

static mw_status add_owner(job *j, const int64_t *point) {
    (void)point;
    return mw_owner_map_add(&j->owners, &j->places) ? MW_OK : MW_ERR_NOMEM;
}

static mw_status draw(job *j, mw_str *title, mw_str *out) {
    mw_status status = for_each_point(j, add_owner);
    if (status == MW_OK && !mw_owner_map_finish(&j->owners))
        status = MW_ERR_NOMEM;
    if (status != MW_OK)
        return status;
    add_title(j, title);
    mw_look look = {j->cli->width, j->cli->color, j->cli->utf8};
    if (j->picture)
        mw_owner_svg(out, &j->owners, mw_str_text(title));
    else
        mw_owner_text(out, &j->owners, mw_str_text(title), &look);
    return out->failed || title->failed ? MW_ERR_NOMEM : MW_OK;
}

static mw_exit plot(job *j) {
    if (j->picture && j->volume > MW_OWNER_SVG_POINTS)
        return mw_cli_usage(j->cli, "--plot FILE.svg: more than %d points", MW_OWNER_SVG_POINTS);
    mw_str title = {0}, out = {0};
    mw_status status = draw(j, &title, &out);
    if (status == MW_OK && j->picture)
        status = mw_file_write(j->picture, out.text, out.len, j->diags);
    else if (status == MW_OK)
        fputs(mw_str_text(&out), j->cli->out);
    mw_str_clear(&title);
    mw_str_clear(&out);
    return status == MW_OK ? MW_EXIT_OK : mw_cli_status(j->cli, status, j->diags);
}

/** Every point once before anything is printed, so that an error stands alone on the output. A
 * function that prints does so in this pass. */
static mw_status try_all(job *j) {
    if (!j->args->json)
        mw_binding_print_to(j->binding, j->cli->err);
    mw_status status = for_each_point(j, NULL);
    mw_binding_print_to(j->binding, NULL);
    return status;
}

static mw_exit evaluate(job *j, const char *file) {
    mw_status status = prepare(j, file);
    if (status == MW_OK)
        j->owners = (mw_owner_map){.kind = j->kind,
                                   .nodes = j->machine->nodes,
                                   .per_node = j->machine->procs_of_kind[j->kind],
                                   .rank = j->rank,
                                   .extent = j->extent};
    if (status == MW_OK)
        status = try_all(j);
    if (status == MW_OK) {
        mw_diags_print(j->cli->err, j->diags); // warnings
        mw_diags_reset(j->diags);
        return j->args->json ? print_json(j) : j->args->plot ? plot(j) : print_table(j);
    }
    return j->args->json ? mw_cli_json_error(j->cli, j->diags)
                         : mw_cli_status(j->cli, status, j->diags);
}

static mw_exit run(mw_cli *cli, const void *parsed, int count, char *const words[]) {
    job j = {.cli = cli, .args = parsed, .function = MW_NO_FUNCTION};
    mw_exit result = read_words(&j, count, words);
    if (result == MW_EXIT_OK)
        result = read_options(&j);
    if (result)
        return result;
    j.diags = mw_diags_new();
    result = j.diags ? evaluate(&j, j.mapper) : mw_cli_status(cli, MW_ERR_NOMEM, NULL);
    mw_mapping_free(j.defaults);
    mw_binding_free(j.binding);
    mw_program_free(j.program);
    mw_machine_free(j.machine);
    mw_diags_free(j.diags);
    mw_owner_map_clear(&j.owners);
    free(j.places.pairs);
    free(j.procs);
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
