// src/cli/cmd_describe.c: `mapwright describe`: a machine and an application, in words.
#include "cli/application.h"
#include "cli/simulation.h"
#include "report/describe.h"
#include "report/profile_json.h"

typedef struct describe_args {
    const char *machine; ///< NULL: not asked for
    bool json;
} describe_args;

static const mw_option OPTIONS[] = {
    {'M', "machine", "NAME", "machine to describe (default without a GRAPH: local)", MW_OPT_STRING,
     offsetof(describe_args, machine)},
    {0, "json", NULL, "one JSON object {\"machine\", \"application\"}", MW_OPT_FLAG,
     offsetof(describe_args, json)},
};

typedef struct job {
    mw_cli *cli;
    const describe_args *args;
    mw_diags *diags;
    mw_machine *machine; ///< NULL: only the application
    mw_graph *graph;     ///< NULL: only the machine
    mw_app_facts *facts;
} job;

/** Where nothing was measured, the default mapper on the machine says which kinds matter. A program
 * that the machine cannot run is still described, with a warning. */
static mw_status find_facts(job *j) {
    simulation s = {0};
    bool simulate = j->machine && j->graph->measured_us < 0;
    mw_status status = simulate ? simulation_run(&s, j->graph, j->machine, NULL, j->diags) : MW_OK;
    if (status != MW_ERR_NOMEM) {
        j->facts = mw_app_facts_new(j->graph, s.profile);
        status = j->facts ? status : MW_ERR_NOMEM;
    }
    simulation_clear(&s);
    return status;
}

static mw_status load(job *j, char *graph) {
    bool has_graph = graph || j->cli->program;
    const char *machine = j->args->machine || has_graph ? j->args->machine : "local";
    mw_status status = MW_OK;
    if (machine)
        status = mw_machine_load(machine, &j->machine, j->diags);
    if (status == MW_OK && has_graph)
        status = application_graph(j->cli, graph, &j->graph, j->diags);
    return status == MW_OK && j->graph ? find_facts(j) : status;
}

static mw_exit print_json(job *j) {
    json_t *machine = j->machine ? mw_machine_json(j->machine) : json_null();
    json_t *app = j->graph ? mw_app_json(j->graph, j->facts) : json_null();
    json_t *all = json_pack("{s:o, s:o}", "machine", machine, "application", app);
    return all ? mw_cli_json(j->cli, all) : mw_cli_status(j->cli, MW_ERR_NOMEM, NULL);
}

static mw_exit print_markdown(job *j) {
    mw_str out = {0};
    bool ok = !j->machine || mw_describe_machine(&out, j->machine);
    if (j->machine && j->graph)
        mw_str_add_char(&out, '\n');
    ok = ok && (!j->graph || mw_describe_app(&out, j->graph, j->facts));
    if (ok)
        fputs(mw_str_text(&out), j->cli->out);
    mw_str_clear(&out);
    return ok ? MW_EXIT_OK : mw_cli_status(j->cli, MW_ERR_NOMEM, NULL);
}

static mw_exit run(mw_cli *cli, const void *parsed, int word_count, char *const words[]) {
    job j = {.cli = cli, .args = parsed, .diags = mw_diags_new()};
    mw_status status = j.diags ? load(&j, word_count > 0 ? words[0] : NULL) : MW_ERR_NOMEM;
    mw_exit result = mw_cli_status(cli, status, j.diags);
    if (status == MW_OK)
        result = j.args->json ? print_json(&j) : print_markdown(&j);
    else if (j.args->json)
        mw_cli_json_error(cli, j.diags);
    mw_app_facts_free(j.facts);
    mw_graph_free(j.graph);
    mw_machine_free(j.machine);
    mw_diags_free(j.diags);
    return result;
}

const mw_command mw_cmd_describe = {
    .name = "describe",
    .order = 50,
    .arguments = "[GRAPH | APP [-- ARGS] | -- PROG ARGS]",
    .summary = "a machine and an application in words, for people and agents",
    .details = "Prints Markdown: the machine's processors, memories and links; the application's "
               "task kinds, launch\ndomains, regions and their share of the run time. Give both to "
               "get both.",
    .options = OPTIONS,
    .option_count = MW_COUNT(OPTIONS),
    .args_size = sizeof(describe_args),
    .takes_program = true,
    .min_words = 0,
    .max_words = 1,
    .run = run,
};
