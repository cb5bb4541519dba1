// src/cli/options.h: command lines read by table. Uses: command.
#pragma once
#include "cli/command.h"

/** Reads the words after the command's name, then runs it. `--help` prints help and succeeds. */
mw_exit mw_cli_dispatch(mw_cli *cli, const mw_command *command, int argc, char *argv[]);
void mw_cli_help(FILE *out, const mw_command *command);
