// src/cli/application.h: a program where a recorded graph may stand: one of our applications by its
// name, or "-- PROG ARGS". Uses: command, recording.
#pragma once
#include "cli/command.h"
#include "graph/graph.h"

/** The program that a command line names instead of a graph file.
 *  @param word  the GRAPH operand, or NULL when there is none. A name without '/' that is one of
 * our applications, and no file, is a program; what follows "--" are then its arguments
 *  @param[out] argv  NULL-terminated, freed by the caller (the words are borrowed); NULL: `word` is
 * a file, or there is neither
 *  @return MW_OK, MW_ERR_NOMEM */
mw_status application_argv(const mw_cli *cli, char *word, char ***argv);

/** Usage of a command that needs a graph: MW_EXIT_USAGE, told, where neither a graph nor a program
 * is named, or both are. */
mw_exit application_usage(mw_cli *cli, char *word);

/** Loads a graph from the file `word`, or records the program that stands there with its kernels
 * disabled: what it submits is wanted, not what it computes.
 *  @return MW_OK, MW_ERR_IO, MW_ERR_INPUT (see diags), MW_ERR_CANCEL, MW_ERR_NOMEM */
mw_status application_graph(const mw_cli *cli, char *word, mw_graph **out, mw_diags *diags);
