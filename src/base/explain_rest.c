// src/base/explain_rest.c: the diagnostics about machines, graphs, plans, runs and files.
#include "base/explain.h"

const mw_explanation mw_explanations_rest[] = {
    {MW_MACHINE_NOT_FOUND,
     "`mapwright machines` lists the machines that are shipped and your own; a path needs a '/' or "
     "ends in "
     ".json. `mapwright calibrate` describes this machine.",
     NULL, NULL},
    {MW_MACHINE_NAME, "Memories, processors and links have names of their own, each used once.",
     NULL, NULL},
    {MW_MACHINE_CONFLICT,
     "The path says which part of the description, the message what it contradicts.", NULL, NULL},
    {MW_MACHINE_NODES, "Only descriptions with `nodes` as a parameter take NAME:N.", NULL, NULL},
    {MW_GRAPH_DAMAGED, "Record the program again: the file is not what was written.", NULL, NULL},
    {MW_GRAPH_VERSION, "Record the program again with this version of Mapwright.", NULL, NULL},
    {MW_NOT_A_GRAPH, "Graphs are written by `mapwright record -- PROG ARGS`.", NULL, NULL},
    {MW_GRAPH_LIMIT, "Record a smaller run of the program: fewer steps or fewer pieces.", NULL,
     NULL},
    {MW_KERNELS_UNKNOWN_KIND,
     "The kernel data is for another program: names of task kinds must match.", NULL, NULL},
    {MW_NO_VARIANT,
     "The task's rule allows only kinds of processors that the machine has not or that the program "
     "has no "
     "code for. The hint lists what it can run on.",
     "Task work GPU;   # the program has a CPU variant only", "Task work GPU, CPU;"},
    {MW_WRONG_PROCESSOR_KIND,
     "The map function picks from a space of another kind than the one its task was given by "
     "`Task`. Make "
     "the two agree.",
     "Task work CPU;\nm = Machine(GPU);\ndef f(Task t) { return m[0, 0]; }\nIndexTaskMap work f;",
     "Task work GPU;\nm = Machine(GPU);\ndef f(Task t) { return m[0, 0]; }\nIndexTaskMap work f;"},
    {MW_MAP_FAILED,
     "The function fails for a point that the program launches: see the error inside.", NULL, NULL},
    {MW_MEMORY_UNREACHABLE,
     "The memory is skipped: processors of that kind cannot read or write it on this machine. GPUs "
     "reach "
     "FBMEM and ZCMEM, CPUs SYSMEM (and ZCMEM), OMP also SOCKMEM.",
     "Region * * GPU SYSMEM;", "Region * * GPU ZCMEM;"},
    {MW_LAYOUT_REFUSED, "The kernel reads its argument in one layout only: ask for that one.", NULL,
     NULL},
    {MW_RULE_NEVER_APPLIES,
     "The program has no task, region, argument or launch of that name or kind. `mapwright graph "
     "stats` "
     "lists what it has.",
     NULL, NULL},
    {MW_NO_EFFECT_YET, "The statement is accepted and changes nothing here.", NULL, NULL},
    {MW_NO_SUCH_PROCESSOR,
     "The kind is skipped on this machine. `mapwright machines show` lists its "
     "processors.",
     NULL, NULL},
    {MW_OUT_OF_MEMORY,
     "List a second, larger memory after the first (`FBMEM, ZCMEM`), spread the tasks over more "
     "processors, or free arguments with CollectMemory.",
     "Region * * GPU FBMEM;", "Region * * GPU FBMEM, ZCMEM;"},
    {MW_SIMULATION_STUCK, "Limits of instances or memory hold back the tasks that others wait for.",
     NULL, NULL},
    {MW_PROGRAM_NOT_FOUND, "Give the program's path after `--`, and check that it may be executed.",
     NULL, NULL},
    {MW_PROGRAM_FAILED, "Run the program by itself first; its last words are shown.", NULL, NULL},
    {MW_PROGRAM_CRASHED, "Run the program by itself, under a debugger.", NULL, NULL},
    {MW_PROGRAM_TIMED_OUT, "Raise the limit, or give the program less to do.", NULL, NULL},
    {MW_PROGRAM_WITHOUT_STARPU,
     "The program must be linked to StarPU as a shared library, so that ours comes before it.",
     NULL, NULL},
    {MW_PROGRAM_CANCELLED, "Nothing is wrong: results so far are kept.", NULL, NULL},
    {MW_PROGRAM_NOT_STARTED, "The system is out of processes, memory or file descriptors.", NULL,
     NULL},
    {MW_LIBRARY_NOT_FOUND,
     "Install Mapwright with `make install`, or run it from its build folder.", NULL, NULL},
    {MW_NOTHING_RECORDED, "The program must start StarPU, submit tasks and shut StarPU down.", NULL,
     NULL},
    {MW_NOT_MEASURED, "Calibration goes on with an estimate and says which one.", NULL, NULL},
    {MW_CANNOT_READ, "Check the path and its permissions.", NULL, NULL},
    {MW_CANNOT_WRITE, "Check the folder, its permissions and the room on the disk.", NULL, NULL},
    {MW_TOO_LARGE, "The file is not of the kind that was asked for, or far beyond what is useful.",
     NULL, NULL},
    {MW_JSON_SYNTAX, "The place is where the text stops being JSON.", NULL, NULL},
    {MW_JSON_TYPE, "The path says which value, the message what must stand there.", NULL, NULL},
    {MW_JSON_MISSING, "Add the key.", NULL, NULL},
    {MW_JSON_UNKNOWN, "Remove the key, or spell it as the hint does.", NULL, NULL},
    {MW_SESSION_THERE, "Results are never overwritten: choose another folder, or remove this one.",
     NULL, NULL},
    {MW_SESSION_NOT_THERE, "Give the folder that `mapwright tune` wrote.", NULL, NULL},
    {MW_SESSION_DAMAGED, "A file of the run was changed or lost. Tune again, or restore the file.",
     NULL, NULL},
    {MW_NOTHING_TO_TUNE, "Record a run of the program that submits tasks.", NULL, NULL},
    {MW_NO_MAPPER_RUNS,
     "The hint says why the default mapper cannot run; the others' reasons are in "
     "iterations.jsonl. Most often the program's data do not fit into the machine's memories: tune "
     "a smaller problem, or for a machine with more.",
     NULL, NULL},
    {0, NULL, NULL, NULL},
};
