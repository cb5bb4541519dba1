// src/cli/command.h: what a subcommand is, and what all of them share. Uses: everything below.
// A new subcommand is one file cmd_<name>.c that exports `const mw_command mw_cmd_<name>`; the
// build finds it.
#pragma once
#include "base/diag.h"
#include "machine/machine.h"
#include <stddef.h>

typedef enum mw_exit {
    MW_EXIT_OK = 0,
    MW_EXIT_INPUT = 1, ///< a mapper, a program, a file or the world is at fault
    MW_EXIT_USAGE = 2,
    MW_EXIT_INTERRUPTED = 130,
} mw_exit;

typedef enum mw_option_type {
    MW_OPT_FLAG,     ///< bool
    MW_OPT_STRING,   ///< const char *
    MW_OPT_OPTIONAL, ///< const char *: "" for --name, the value for --name=VALUE
    MW_OPT_INT,      ///< int64_t, >= 0
    MW_OPT_NUMBER,   ///< double, >= 0
} mw_option_type;

typedef struct mw_option {
    char letter;       ///< 0: none
    const char *name;  ///< without the dashes
    const char *value; ///< what --help calls it; NULL for a flag
    const char *help;
    mw_option_type type;
    size_t offset; ///< of its field in the command's arguments struct
} mw_option;

typedef struct mw_cli {
    FILE *out, *err;
    const char *command; ///< its name, for messages
    bool color;          ///< out is a terminal, and NO_COLOR is not set
    bool terminal;       ///< out is a terminal that can move its cursor
    bool utf8;           ///< the locale's; else ASCII bars
    int width;           ///< of the terminal in columns; 80 when it is none
    char **program;      ///< what followed "--", NULL-terminated; NULL if there was no "--"
} mw_cli;

typedef struct mw_command {
    const char *name;
    int order;             ///< place in `mapwright --help`
    const char *arguments; ///< e.g. "FILE..."
    const char *summary;   ///< one line
    const char *details;   ///< more for --help, or NULL
    const mw_option *options;
    size_t option_count;
    size_t args_size;         ///< of the arguments struct
    const void *defaults;     ///< an arguments struct to start from; NULL: zeros
    bool takes_program;       ///< "-- PROG ARGS" is allowed
    int min_words, max_words; ///< positional arguments; max_words < 0: any number
    mw_exit (*run)(mw_cli *cli, const void *args, int word_count, char *const words[]);
} mw_command;

extern const mw_command
    *const mw_commands[]; ///< NULL-terminated, in alphabetical order; made by the build

/** Prints diagnostics on err. Returns MW_EXIT_INPUT if any is an error, else MW_EXIT_OK. */
mw_exit mw_cli_report(mw_cli *cli, const mw_diags *diags);
/** "mapwright CMD: error: …" on err with a pointer to --help; returns MW_EXIT_USAGE. */
mw_exit mw_cli_usage(mw_cli *cli, const char *format, ...) __attribute__((format(printf, 2, 3)));
/** Prints JSON and a newline on out, consuming it. An error to write (a full disk) is
 * MW_EXIT_INPUT. */
mw_exit mw_cli_json(mw_cli *cli, json_t *value);
/** {"error":{"code","message","line","column","hint"}} from the first error, on out; returns
 * MW_EXIT_INPUT. */
mw_exit mw_cli_json_error(mw_cli *cli, const mw_diags *diags);
/** Status -> exit; for anything but MW_OK prints the diagnostics (or "out of memory"). */
mw_exit mw_cli_status(mw_cli *cli, mw_status status, const mw_diags *diags);
