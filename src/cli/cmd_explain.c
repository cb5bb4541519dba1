// src/cli/cmd_explain.c: `mapwright explain CODE`: what a diagnostic means and what to do about it.
#include "base/explain.h"
#include "cli/command.h"
#include <ctype.h>
#include <stdlib.h>
#include <strings.h>

typedef struct explain_args {
    bool markdown;
} explain_args;

static const mw_option OPTIONS[] = {
    {0, "markdown", NULL, "all of them as one document (docs/diagnostics.md)", MW_OPT_FLAG,
     offsetof(explain_args, markdown)},
};

/** "MW1203", "mw1203" and "1203"; -1: none of them. */
static int parse_code(const char *word) {
    if (strncasecmp(word, "MW", 2) == 0)
        word += 2;
    char *end;
    long code = isdigit((unsigned char)*word) ? strtol(word, &end, 10) : -1;
    return code < 0 || code > 99999 || *end ? -1 : (int)code;
}

static void print_indented(FILE *out, const char *text) {
    fputs("\n    ", out);
    for (; *text; text++) {
        fputc(*text, out);
        if (*text == '\n' && text[1])
            fputs("    ", out);
    }
    fputc('\n', out);
}

/** Breaks lines at blanks, at `width` columns. */
static void print_wrapped(FILE *out, const char *text, int width) {
    int column = 0;
    while (*text) {
        int word = 0;
        while (text[word] && text[word] != ' ')
            word++;
        if (column > 0 && column + 1 + word > width) {
            fputc('\n', out);
            column = 0;
        }
        column += fprintf(out, "%s%.*s", column ? " " : "", word, text);
        text += word;
        while (*text == ' ')
            text++;
    }
    fputc('\n', out);
}

static void explain(mw_cli *cli, int code) {
    const mw_explanation *e = mw_explain(code);
    fprintf(cli->out, "MW%d: %s\n", code, mw_diag_meaning(code));
    if (!e)
        return;
    fputc('\n', cli->out);
    print_wrapped(cli->out, e->fix, cli->width < 100 ? cli->width : 100);
    if (e->wrong)
        print_indented(cli->out, e->wrong);
    if (e->right) {
        fputs("\ninstead:\n", cli->out);
        print_indented(cli->out, e->right);
    }
}

static mw_exit run(mw_cli *cli, const void *parsed, int count, char *const codes[]) {
    const explain_args *args = parsed;
    if (args->markdown) {
        mw_str text = {0};
        mw_explain_markdown(&text);
        fputs(mw_str_text(&text), cli->out);
        mw_exit result = text.failed ? mw_cli_status(cli, MW_ERR_NOMEM, NULL) : MW_EXIT_OK;
        mw_str_clear(&text);
        return result;
    }
    if (count == 0)
        return mw_cli_usage(cli, "expected a CODE, such as MW1203");
    for (int i = 0; i < count; i++) {
        int code = parse_code(codes[i]);
        if (code < 0 || !mw_diag_meaning(code))
            return mw_cli_usage(cli, "there is no code '%s'; docs/diagnostics.md lists them",
                                codes[i]);
        if (i > 0)
            fputc('\n', cli->out);
        explain(cli, code);
    }
    return MW_EXIT_OK;
}

const mw_command mw_cmd_explain = {
    .name = "explain",
    .order = 25,
    .arguments = "CODE...",
    .summary = "say what a diagnostic means and what to do about it",
    .details = "CODE is what a message shows, such as MW1203; 1203 does as well.",
    .options = OPTIONS,
    .option_count = MW_COUNT(OPTIONS),
    .args_size = sizeof(explain_args),
    .min_words = 0,
    .max_words = -1,
    .run = run,
};
