// src/cli/cmd_fmt.c: `mapwright fmt`: mappers in their one canonical form.
#include "base/file.h"
#include "cli/command.h"
#include "lang/format.h"
#include "lang/lang.h"
#include "report/line_diff.h"
#include <stdlib.h>
#include <string.h>

typedef struct fmt_args {
    bool check, diff;
} fmt_args;

static const mw_option OPTIONS[] = {
    {0, "check", NULL, "write nothing; name the files that would change, exit status 1",
     MW_OPT_FLAG, offsetof(fmt_args, check)},
    {0, "diff", NULL, "write nothing; show what would change", MW_OPT_FLAG,
     offsetof(fmt_args, diff)},
};

/** One file: what it holds and what it should. */
typedef struct text {
    const char *name; ///< for people
    const char *path;
    char *bytes;
    size_t len;
    mw_str wanted;
} text;

static mw_status read_and_format(text *t, mw_diags *diags) {
    mw_status status = mw_file_read(t->path, MW_MAPPER_MAX_BYTES, &t->bytes, &t->len, diags);
    if (status != MW_OK)
        return status;
    mw_source source = {t->name, t->bytes, t->len};
    return mw_format(&source, &t->wanted, diags);
}

/** Through a symbolic link, so that the link stays one. */
static mw_status write_back(const text *t, mw_diags *diags) {
    char *real = realpath(t->path, NULL);
    mw_status status =
        mw_file_write(real ? real : t->path, mw_str_text(&t->wanted), t->wanted.len, diags);
    free(real);
    return status;
}

/** What is to be done with one that was formatted. @return is it an error that it differs? */
static mw_status settle(mw_cli *cli, const fmt_args *args, const text *t, bool *refused,
                        mw_diags *diags) {
    bool differs = t->len != t->wanted.len ||
                   (t->len > 0 && memcmp(t->bytes, mw_str_text(&t->wanted), t->len) != 0);
    bool is_stdin = strcmp(t->path, "-") == 0;
    *refused = args->check && differs;
    if (*refused)
        fprintf(args->diff ? cli->err : cli->out, "%s\n", t->name);
    if (args->diff) {
        mw_str out = {0};
        bool ok =
            mw_line_diff(&out, t->name, t->bytes, t->len, mw_str_text(&t->wanted), t->wanted.len);
        if (ok && out.len)
            fwrite(out.text, 1, out.len, cli->out);
        mw_str_clear(&out);
        return ok ? MW_OK : MW_ERR_NOMEM;
    }
    if (args->check)
        return MW_OK;
    if (is_stdin)
        fwrite(mw_str_text(&t->wanted), 1, t->wanted.len, cli->out);
    else if (differs)
        return write_back(t, diags);
    return MW_OK;
}

static mw_exit format_file(mw_cli *cli, const fmt_args *args, const char *path) {
    text t = {strcmp(path, "-") == 0 ? "<stdin>" : path, path, NULL, 0, {0}};
    mw_diags *diags = mw_diags_new();
    bool refused = false;
    mw_status status = diags ? read_and_format(&t, diags) : MW_ERR_NOMEM;
    if (status == MW_OK)
        status = settle(cli, args, &t, &refused, diags);
    mw_exit result = mw_cli_status(cli, status, diags);
    mw_diags_free(diags);
    mw_str_clear(&t.wanted);
    free(t.bytes);
    return refused ? MW_EXIT_INPUT : result;
}

static mw_exit run(mw_cli *cli, const void *parsed, int count, char *const files[]) {
    mw_exit result = MW_EXIT_OK;
    for (int i = 0; i < count; i++) { // one run does all that can be done
        mw_exit one = format_file(cli, parsed, files[i]);
        result = one ? one : result;
    }
    return result;
}

const mw_command mw_cmd_fmt = {
    .name = "fmt",
    .order = 22,
    .arguments = "FILE...",
    .summary = "put mappers into their canonical form",
    .details = "Rewrites each file in place, whole or not at all; '-' formats standard input to "
               "standard\noutput. Comments and single blank lines stay, and the meaning never "
               "changes. A file with\nsyntax errors is left as it is.\n"
               "Exit status: 0 done, 1 a file has errors (or, with --check, is not in the "
               "canonical form),\n2 wrong usage.",
    .options = OPTIONS,
    .option_count = MW_COUNT(OPTIONS),
    .args_size = sizeof(fmt_args),
    .min_words = 1,
    .max_words = -1,
    .run = run,
};
