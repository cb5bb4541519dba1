// src/cli/eval_plot.c: pictures of who owns which point of a launch.
#include "cli/eval_plot.h"
#include "base/file.h"
#include <inttypes.h>

void mw_eval_title(const mw_eval *e, mw_str *out) {
    mw_str_printf(out, "task %s on %s: ", e->task, mw_proc_kind_name(e->kind));
    if (e->function == MW_NO_FUNCTION)
        mw_str_add(out, "the default map");
    else
        mw_str_printf(out, "map %s", mw_program_function_name(e->program, e->function));
    mw_str_printf(out, ", %" PRIu32 " node%s with %" PRIu32 " each", e->machine->nodes,
                  e->machine->nodes == 1 ? "" : "s", e->machine->procs_of_kind[e->kind]);
}

mw_owner_map mw_eval_owners(const mw_eval *e) {
    return (mw_owner_map){.kind = e->kind,
                          .nodes = e->machine->nodes,
                          .per_node = e->machine->procs_of_kind[e->kind],
                          .rank = e->rank,
                          .extent = e->extent};
}

static mw_status add_point(void *context, const mw_eval_point *p) {
    return mw_owner_map_add(context, p->pairs, p->count) ? MW_OK : MW_ERR_NOMEM;
}

static mw_status draw(mw_cli *cli, mw_eval *e, mw_owner_map *owners, bool svg, mw_str *out) {
    mw_str title = {0};
    mw_status status = mw_eval_each(e, add_point, owners);
    if (status == MW_OK && !mw_owner_map_finish(owners))
        status = MW_ERR_NOMEM;
    if (status == MW_OK) {
        mw_look look = {cli->width, cli->color, cli->utf8};
        mw_eval_title(e, &title);
        if (svg)
            mw_owner_svg(out, owners, mw_str_text(&title));
        else
            mw_owner_text(out, owners, mw_str_text(&title), &look);
        status = out->failed || title.failed ? MW_ERR_NOMEM : MW_OK;
    }
    mw_str_clear(&title);
    return status;
}

mw_exit mw_eval_plot(mw_cli *cli, mw_eval *e, const char *svg) {
    uint64_t most = svg ? MW_OWNER_SVG_POINTS : MW_EVAL_PLOT_POINTS;
    if (e->volume > most)
        return mw_cli_usage(cli, "--plot%s: more than %" PRIu64 " points", svg ? " FILE.svg" : "",
                            most);
    mw_owner_map owners = mw_eval_owners(e);
    mw_str out = {0};
    mw_status status = draw(cli, e, &owners, svg != NULL, &out);
    mw_diags_reset(e->diags); // its warnings were shown
    if (status == MW_OK && svg)
        status = mw_file_write(svg, out.text, out.len, e->diags);
    else if (status == MW_OK)
        fputs(mw_str_text(&out), cli->out);
    mw_owner_map_clear(&owners);
    mw_str_clear(&out);
    return mw_cli_status(cli, status, e->diags);
}
