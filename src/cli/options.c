// src/cli/options.c: options by table: -M NAME, -MNAME, --machine NAME, --machine=NAME; "--" starts
// the program.
#include "cli/options.h"
#include "base/near.h"
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void mw_cli_help(FILE *out, const mw_command *command) {
    fprintf(out, "usage: mapwright %s [OPTIONS]%s%s\n\n%s\n", command->name,
            *command->arguments ? " " : "", command->arguments, command->summary);
    if (command->details)
        fprintf(out, "\n%s\n", command->details);
    fputs("\noptions:\n", out);
    for (size_t i = 0; i < command->option_count; i++) {
        const mw_option *o = &command->options[i];
        char left[64];
        int n = o->letter ? snprintf(left, sizeof left, "-%c, --%s", o->letter, o->name)
                          : snprintf(left, sizeof left, "    --%s", o->name);
        if (o->value)
            snprintf(left + n, sizeof left - (size_t)n, " %s", o->value);
        fprintf(out, "  %-26s %s\n", left, o->help);
    }
    fprintf(out, "  %-26s %s\n", "-h, --help", "this text");
}

mw_exit mw_cli_usage(mw_cli *cli, const char *format, ...) {
    va_list args;
    fprintf(cli->err, "mapwright %s: error: ", cli->command);
    va_start(args, format);
    vfprintf(cli->err, format, args);
    va_end(args);
    fprintf(cli->err, "\n  hint: see `mapwright %s --help`\n", cli->command);
    return MW_EXIT_USAGE;
}

/** Stores a value where the option's field is. False: not a value of its type. */
static bool store(const mw_option *o, const char *value, void *args) {
    void *field = (char *)args + o->offset;
    char *end = NULL;
    errno = 0;
    switch (o->type) {
    case MW_OPT_FLAG: *(bool *)field = true; return true;
    case MW_OPT_STRING: *(const char **)field = value; return true;
    case MW_OPT_OPTIONAL: *(const char **)field = value ? value : ""; return true;
    case MW_OPT_INT:
        *(int64_t *)field = strtoll(value, &end, 10);
        return *value && !*end && errno == 0 && *(int64_t *)field >= 0;
    case MW_OPT_NUMBER:
        *(double *)field = strtod(value, &end);
        return *value && !*end && isfinite(*(double *)field) && *(double *)field >= 0;
    }
    return false;
}

static const mw_option *find(const mw_command *command, const char *word, const char **value) {
    size_t len = strcspn(word, "=");
    for (size_t i = 0; i < command->option_count; i++) {
        const mw_option *o = &command->options[i];
        if (word[1] == '-' && strlen(o->name) == len - 2 &&
            strncmp(o->name, word + 2, len - 2) == 0) {
            *value = word[len] ? word + len + 1 : NULL;
            return o;
        }
        if (word[1] != '-' && o->letter == word[1]) {
            *value = word[2] ? word + 2 : NULL;
            return o;
        }
    }
    return NULL;
}

static mw_exit unknown(mw_cli *cli, const mw_command *command, const char *word) {
    char name[64];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(word + 2, "="), word + 2);
    mw_near nearest = mw_near_to(name);
    for (size_t i = 0; i < command->option_count && word[1] == '-'; i++)
        mw_near_offer(&nearest, command->options[i].name);
    if (nearest.best)
        return mw_cli_usage(cli, "unknown option '%s'; did you mean '--%s'?", word, nearest.best);
    return mw_cli_usage(cli, "unknown option '%s'", word);
}

/** Reads one option at argv[*i]; moves *i past its value. */
static mw_exit read_option(mw_cli *cli, const mw_command *command, int argc, char *argv[], int *i,
                           void *args) {
    const char *value = NULL;
    const mw_option *o = find(command, argv[*i], &value);
    if (!o)
        return unknown(cli, command, argv[*i]);
    if (o->type == MW_OPT_FLAG && value)
        return mw_cli_usage(cli, "--%s takes no value", o->name);
    if (o->type != MW_OPT_FLAG && o->type != MW_OPT_OPTIONAL && !value) {
        if (*i + 1 >= argc)
            return mw_cli_usage(cli, "--%s needs a value (%s)", o->name, o->value);
        value = argv[++*i];
    }
    if (!store(o, value, args))
        return mw_cli_usage(cli, "--%s: '%s' is not a %s", o->name, value,
                            o->type == MW_OPT_INT ? "whole number >= 0" : "number >= 0");
    return MW_EXIT_OK;
}

mw_exit mw_cli_dispatch(mw_cli *cli, const mw_command *command, int argc, char *argv[]) {
    _Alignas(16) unsigned char args[512] = {0};
    if (command->args_size > sizeof args)
        abort(); // a command with more options than anybody could read
    if (command->defaults)
        memcpy(args, command->defaults, command->args_size);
    int words = 0; // gathered at the front of argv
    for (int i = 0; i < argc; i++) {
        if (strcmp(argv[i], "--") == 0) {
            if (!command->takes_program)
                return mw_cli_usage(cli, "takes no program after '--'");
            cli->program = argv + i + 1;
            if (!*cli->program)
                return mw_cli_usage(cli, "no program after '--'");
            break;
        }
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            mw_cli_help(cli->out, command);
            return MW_EXIT_OK;
        }
        if (argv[i][0] == '-' && argv[i][1]) {
            mw_exit bad = read_option(cli, command, argc, argv, &i, args);
            if (bad)
                return bad;
        } else {
            argv[words++] = argv[i];
        }
    }
    if (words < command->min_words)
        return mw_cli_usage(cli, "expected %s", command->arguments);
    if (command->max_words >= 0 && words > command->max_words)
        return mw_cli_usage(cli, "unexpected argument '%s'", argv[command->max_words]);
    return command->run(cli, args, words, argv);
}

mw_exit mw_cli_report(mw_cli *cli, const mw_diags *diags) {
    mw_diags_print(cli->err, diags);
    return mw_diags_errors(diags) ? MW_EXIT_INPUT : MW_EXIT_OK;
}

mw_exit mw_cli_json(mw_cli *cli, json_t *value) {
    bool ok = value && json_dumpf(value, cli->out, JSON_COMPACT | JSON_REAL_PRECISION(15)) == 0 &&
              fputc('\n', cli->out) != EOF;
    json_decref(value);
    if (ok)
        return MW_EXIT_OK;
    fprintf(cli->err, "mapwright %s: error: cannot write JSON\n", cli->command);
    return MW_EXIT_INPUT;
}

mw_exit mw_cli_json_error(mw_cli *cli, const mw_diags *diags) {
    const mw_diag *first = mw_diags_first_error(diags);
    json_t *error = first ? mw_diag_json(first)
                          : json_pack("{s:n, s:s, s:n, s:n, s:n}", "code", "message",
                                      "out of memory", "line", "column", "hint");
    mw_exit bad = mw_cli_json(cli, json_pack("{s:o}", "error", error));
    return bad ? bad : MW_EXIT_INPUT;
}

mw_exit mw_cli_status(mw_cli *cli, mw_status status, const mw_diags *diags) {
    mw_diags_print(cli->err, diags);
    switch (status) {
    case MW_OK: return MW_EXIT_OK;
    case MW_ERR_NOMEM:
        fprintf(cli->err, "mapwright %s: error: out of memory\n", cli->command);
        return MW_EXIT_INPUT;
    case MW_ERR_CANCEL: return MW_EXIT_INTERRUPTED;
    case MW_ERR_INPUT:
    case MW_ERR_IO:
    case MW_ERR_RANGE: break;
    }
    if (!mw_diags_errors(diags))
        fprintf(cli->err, "mapwright %s: error: failed without a reason given\n", cli->command);
    return MW_EXIT_INPUT;
}
