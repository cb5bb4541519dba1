// src/base/diag_codes.h: every diagnostic there is, one row each; enum, tests and
// docs/diagnostics.md come from it. A code never changes its meaning and is never used again for
// another one. X(number, NAME, "what it means, as a noun phrase")
#pragma once

// 11xx: lexing and syntax. 12xx: names. 13xx: types and static checks. 14xx: evaluation. 15xx:
// warnings.
#define MW_DIAG_LIST_LANG(X) X(1203, UNDEFINED_NAME, "a name that nothing defines")

// 20xx: machine descriptions
#define MW_DIAG_LIST_MACHINE(X)                                                                    \
    X(2001, MACHINE_NOT_FOUND, "a machine that is neither shipped nor a file")                     \
    X(2002, MACHINE_NAME, "a name in a machine description that is taken or means nothing")        \
    X(2003, MACHINE_CONFLICT, "parts of a machine description that do not fit together")           \
    X(2004, MACHINE_NODES, "a node count that the machine does not allow")

// 30xx: graph files
#define MW_DIAG_LIST_GRAPH(X)                                                                      \
    X(3001, GRAPH_DAMAGED, "a graph file that is cut short or changed")                            \
    X(3002, GRAPH_VERSION, "a graph file of another version or byte order")                        \
    X(3003, NOT_A_GRAPH, "a file that is no graph file")                                           \
    X(3004, GRAPH_LIMIT, "a program too large or too odd for a graph")                             \
    X(3010, KERNELS_UNKNOWN_KIND, "kernel data for a task kind that the graph has not")

// 40xx: planning (a mapper that does not fit the graph and the machine)
#define MW_DIAG_LIST_PLAN(X)                                                                       \
    X(4001, NO_VARIANT, "a task kind with no variant for any processor of the machine")            \
    X(4002, WRONG_PROCESSOR_KIND, "an index map that returns processors of another kind")          \
    X(4003, MAP_FAILED, "an index map that fails for a point of a launch")                         \
    X(4004, MEMORY_UNREACHABLE, "a memory that the processor cannot reach")                        \
    X(4005, LAYOUT_REFUSED, "a layout that the kernel does not accept")                            \
    X(4010, RULE_NEVER_APPLIES, "a rule that matches nothing in this graph")                       \
    X(4011, NO_EFFECT_YET, "a statement that has no effect in this engine yet")

// 50xx: simulation
#define MW_DIAG_LIST_SIM(X)                                                                        \
    X(5001, OUT_OF_MEMORY, "a task whose arguments can never fit in the memory chosen for them")

// 60xx: real runs
#define MW_DIAG_LIST_RUN(X)                                                                        \
    X(6001, PROGRAM_NOT_FOUND, "a program that cannot be started")                                 \
    X(6002, PROGRAM_FAILED, "a program that ended with an exit status other than 0")               \
    X(6003, PROGRAM_CRASHED, "a program that a signal ended")                                      \
    X(6004, PROGRAM_TIMED_OUT, "a program that was ended at its time limit")                       \
    X(6005, PROGRAM_WITHOUT_STARPU, "a program in which our library saw no StarPU")                \
    X(6006, PROGRAM_CANCELLED, "a run that the user interrupted")                                  \
    X(6007, PROGRAM_NOT_STARTED, "a system that gives us no process or pipe")                      \
    X(6008, LIBRARY_NOT_FOUND, "a part of Mapwright that is not where it belongs")                 \
    X(6009, NOTHING_RECORDED, "a run of which no graph was written")                               \
    X(6010, NOT_MEASURED, "a property of this machine that cannot be measured")

// 70xx: files, sessions
#define MW_DIAG_LIST_FILE(X)                                                                       \
    X(7030, NOTHING_TO_TUNE, "a recording without tasks")                                         \
    X(7001, CANNOT_READ, "a file that cannot be read")                                             \
    X(7002, CANNOT_WRITE, "a file that cannot be written")                                         \
    X(7003, TOO_LARGE, "a file larger than its kind may be")                                       \
    X(7010, JSON_SYNTAX, "text that is not JSON")                                                  \
    X(7011, JSON_TYPE, "a JSON value of the wrong type or out of range")                           \
    X(7012, JSON_MISSING, "a JSON object without a required key")                                  \
    X(7013, JSON_UNKNOWN, "a JSON object with a key that means nothing here")                      \
    X(7020, SESSION_THERE, "a folder that already holds something")                                \
    X(7021, SESSION_NOT_THERE, "a folder without a tuning run")                                    \
    X(7022, SESSION_DAMAGED, "a tuning run whose files do not fit together")

#define MW_DIAG_LIST(X)                                                                            \
    MW_DIAG_LIST_LANG(X)                                                                           \
    MW_DIAG_LIST_MACHINE(X)                                                                        \
    MW_DIAG_LIST_GRAPH(X)                                                                          \
    MW_DIAG_LIST_PLAN(X)                                                                           \
    MW_DIAG_LIST_SIM(X)                                                                            \
    MW_DIAG_LIST_RUN(X)                                                                            \
    MW_DIAG_LIST_FILE(X)
