// src/cli/main.c: finds the subcommand and reads its options from its table.
#include "cli/options.h"
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "base/near.h"

static int by_order(const void *a, const void *b) {
    const mw_command *x = *(const mw_command *const *)a, *y = *(const mw_command *const *)b;
    return x->order != y->order ? x->order - y->order : strcmp(x->name, y->name);
}

static void help(FILE *out) {
    const mw_command *sorted[64];
    size_t n = 0;
    while (mw_commands[n] && n < MW_COUNT(sorted)) {
        sorted[n] = mw_commands[n];
        n++;
    }
    qsort(sorted, n, sizeof *sorted, by_order);
    fputs("Mapwright finds fast mappings for task-parallel programs.\n\n"
          "usage: mapwright COMMAND [OPTIONS] ...\n\n",
          out);
    for (size_t i = 0; i < n; i++)
        fprintf(out, "  %-10s %s\n", sorted[i]->name, sorted[i]->summary);
    fputs("\n`mapwright COMMAND --help` says more. Exit status: 0 done, 1 a mapper, program or "
          "file is "
          "at fault, 2 wrong usage.\n",
          out);
}

static const mw_command *find(const char *name) {
    for (size_t i = 0; mw_commands[i]; i++)
        if (strcmp(mw_commands[i]->name, name) == 0)
            return mw_commands[i];
    return NULL;
}

static mw_cli environment(void) {
    mw_cli cli = {.out = stdout, .err = stderr, .width = 80};
    struct winsize size;
    const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
    cli.terminal = isatty(STDOUT_FILENO) && term && *term && strcmp(term, "dumb") != 0;
    cli.color = cli.terminal && !(no_color && *no_color);
    cli.utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        cli.width = size.ws_col;
    return cli;
}

static int unknown(const char *name) {
    mw_near nearest = mw_near_to(name);
    for (size_t i = 0; mw_commands[i]; i++)
        mw_near_offer(&nearest, mw_commands[i]->name);
    fprintf(stderr, "mapwright: error: there is no command '%s'\n", name);
    if (nearest.best)
        fprintf(stderr, "  hint: did you mean '%s'?\n", nearest.best);
    else
        fputs("  hint: `mapwright --help` lists them\n", stderr);
    return MW_EXIT_USAGE;
}

/** What was printed must have arrived: a full disk or a closed pipe is not success. */
static int finish(int status) {
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    fprintf(stderr, "mapwright: error: cannot write the output: %s\n", strerror(errno));
    return status == MW_EXIT_OK ? MW_EXIT_INPUT : status;
}

/** A file that we open must never become the standard output that somebody closed. What takes its
 * place fails as a closed one would: a stdin that cannot be read, outputs that cannot be written.
 */
static void keep_standard_files(void) {
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF) {
            int opened = open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
            if (opened > STDERR_FILENO) // cannot be: the lowest free one is taken
                close(opened);
        }
}

int main(int argc, char *argv[]) {
    keep_standard_files();
    setlocale(LC_CTYPE, ""); // for the width of text only: numbers stay in the C locale
    if (argc < 2) {
        help(stderr);
        return MW_EXIT_USAGE;
    }
    const char *name = argv[1];
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0) {
        if (argc > 2 && find(argv[2])) {
            mw_cli_help(stdout, find(argv[2]));
            return finish(MW_EXIT_OK);
        }
        help(stdout);
        return finish(MW_EXIT_OK);
    }
    if (strcmp(name, "--version") == 0) {
        puts("mapwright " MW_VERSION);
        return finish(MW_EXIT_OK);
    }
    const mw_command *command = find(name);
    if (!command)
        return unknown(name);
    mw_cli cli = environment();
    cli.command = command->name;
    return finish(mw_cli_dispatch(&cli, command, argc - 2, argv + 2));
}
