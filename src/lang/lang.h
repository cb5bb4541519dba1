// src/lang/lang.h: the mapper language as the layers above see it: a checked program, its rules,
// and its functions evaluated for tasks. Uses: base, machine. The language itself:
// docs/language.md.
#pragma once
#include "base/diag.h"
#include "machine/machine.h"

enum {
    MW_MAPPER_MAX_BYTES = 1 << 20,
    MW_TUPLE_MAX = 16,  ///< most elements of a tuple, most dimensions of a space
    MW_CALL_DEPTH = 64, ///< language.md section 3
    MW_CALL_STEPS = 1000000,
    MW_PLACES_MAX = 65536, ///< most processors of one set
};

typedef struct mw_program mw_program; ///< parsed and checked; immutable, threads may share one

typedef struct mw_lang_options {
    bool strict; ///< refuse the extensions (language.md section 7)
} mw_lang_options;

/** Parses and checks. Every error and warning found in one run goes to diags.
 *  @param name  for messages; copied
 *  @param text  copied; any bytes
 *  @param[out] out  owned by the caller until mw_program_free(); set only when there is no error
 *  @return MW_OK, MW_ERR_INPUT, MW_ERR_NOMEM */
mw_status mw_program_parse(const char *name, const char *text, size_t len,
                           const mw_lang_options *options, mw_program **out, mw_diags *diags);
void mw_program_free(mw_program *p);
/** The text it was parsed from, for places in later diagnostics. */
const mw_source *mw_program_source(const mw_program *p);

// --- rules: the statements that are not functions and globals, in program order
// -------------------

typedef enum mw_rule_type {
    MW_RULE_TASK,
    MW_RULE_REGION,
    MW_RULE_LAYOUT,
    MW_RULE_INSTANCE_LIMIT,
    MW_RULE_COLLECT_MEMORY,
    MW_RULE_INDEX_MAP,
    MW_RULE_SINGLE_MAP,
    MW_RULE_CONTROL_REPLICATE,
    MW_RULE_PRIORITY,
} mw_rule_type;

typedef enum mw_align_op {
    MW_ALIGN_NONE,
    MW_ALIGN_EQ,
    MW_ALIGN_LE,
    MW_ALIGN_GE,
    MW_ALIGN_NE,
    MW_ALIGN_LT,
    MW_ALIGN_GT
} mw_align_op;

typedef struct mw_layout {
    bool aos;     ///< else SOA
    bool c_order; ///< else F_order
    bool compact, exact;
    mw_align_op align_op;
    int64_t align; ///< bytes
} mw_layout;

enum { MW_ANY = -1, MW_MEM_VIRTUAL = MW_MEM_KINDS, MW_NO_FUNCTION = -1 };

typedef struct mw_rule {
    mw_rule_type type;
    mw_span span;        ///< of the whole statement
    uint32_t name_count; ///< task names; 0: "*", or a processor kind as target
    const char *const *names;
    int target; ///< INDEX_MAP, SINGLE_MAP with name_count 0: an mw_proc_kind, or MW_ANY for "*"
    const char *region;  ///< REGION, LAYOUT, COLLECT_MEMORY: name, or NULL: see position
    int64_t position;    ///< argument position from 0; MW_ANY with region NULL: "*"
    int proc;            ///< REGION: an mw_proc_kind, or MW_ANY
    int mem;             ///< LAYOUT: an mw_mem_kind, or MW_ANY
    uint32_t kind_count; ///< TASK: processor kinds, best first. REGION: memory kinds, best first
                         ///< (MW_MEM_VIRTUAL possible)
    const uint8_t *kinds;
    mw_layout layout; ///< LAYOUT
    int64_t limit;    ///< INSTANCE_LIMIT
    int function;     ///< maps: which function; PRIORITY: its expression as a function; else
                      ///< MW_NO_FUNCTION
} mw_rule;

const mw_rule *mw_program_rules(const mw_program *p, uint32_t *count);
/** -1 if there is none of that name. */
int mw_program_function(const mw_program *p, const char *name);
const char *mw_program_function_name(const mw_program *p, int function);
uint32_t mw_program_function_count(const mw_program *p);

// --- evaluation: a program bound to a machine
// -------------------------------------------------------

/** A task as a function sees it. Points are relative to the domain's lower corner. */
typedef struct mw_task_view {
    const char *name;
    bool index_launch;    ///< else ipoint and ispace are errors, and parent and processor are legal
    uint32_t rank;        ///< 1 … MW_TUPLE_MAX for index launches
    const int64_t *point; ///< [rank]
    const int64_t *extent;             ///< [rank], of the launch domain
    const struct mw_task_view *parent; ///< single tasks; NULL: the top-level task, on node 0
    uint32_t proc;                     ///< where it runs (a processor id), for t.processor(m) and
                                       ///< t.parent.processor(m); MW_NO_ID: unknown
} mw_task_view;

/** What a map function returns: one processor, or a set in order (a wildcard in the index). */
typedef struct mw_places {
    mw_proc_kind kind;
    bool is_set;    ///< a wildcard was used, whatever the count
    uint32_t count; ///< >= 1
    uint32_t capacity;
    struct mw_pair {
        uint32_t node, index;
    } * pairs; ///< grown by the callee with realloc; the caller starts from {0} and frees pairs
               ///< with free()
} mw_places;

/** Where an evaluation failed, for callers that report it once with a count. */
typedef struct mw_binding mw_binding;

/** Evaluates the globals on this machine (the machine and program must outlive it).
 *  @return MW_OK, MW_ERR_INPUT (a global fails here: see diags), MW_ERR_NOMEM */
mw_status mw_binding_new(const mw_program *p, const mw_machine *m, mw_binding **out,
                         mw_diags *diags);
/** Likewise, but a global that fails on this machine is a warning, and an error only where a
 * function uses it: a mapper may say something about processors that this machine has too few of.
 *  @return MW_OK, MW_ERR_NOMEM */
mw_status mw_binding_new_lazy(const mw_program *p, const mw_machine *m, mw_binding **out,
                              mw_diags *diags);
void mw_binding_free(mw_binding *b);
/** Calls an entry function for one task. Thread-safe on one binding, bounded in steps and depth;
 * `print` goes to `print_to` of mw_binding_print_to() or nowhere.
 *  @return MW_OK, MW_ERR_INPUT (an evaluation error: the diagnostic has the place, the point and
 * the values), MW_ERR_NOMEM */
mw_status mw_binding_place(const mw_binding *b, int function, const mw_task_view *task,
                           mw_places *out, mw_diags *diags);
// A whole launch at once: what does not depend on the point is computed once, the rest for blocks
// of points. The places, and the first error, are those of mw_binding_place() called point by
// point.

enum {
    MW_LAUNCH_BLOCK = 256,    ///< most points of one call
    MW_LAUNCH_PAIRS = 1 << 16 ///< about as many pairs are kept at once
};

typedef struct mw_launch_map
    mw_launch_map; ///< one thread's; threads may have one each on a binding

/** Places of consecutive points, in row-major order (the last index varies fastest). */
typedef struct mw_point_places {
    uint32_t count;      ///< points
    const uint8_t *kind; ///< [count] mw_proc_kind
    const bool *is_set;  ///< [count] a wildcard was used
    const uint32_t *end; ///< [count] point i has pairs end[i - 1] (0 for i = 0) … end[i] - 1
    const struct mw_pair *pairs; ///< [end[count - 1]]
} mw_point_places;

/** Prepares a function for the points of a launch.
 *  @param launch  an index launch; its name and extents are read here and must outlive the map, its
 *                 point is not read
 *  @return MW_OK (also for a function that fails: that shows at the points), MW_ERR_NOMEM */
mw_status mw_launch_map_new(const mw_binding *b, int function, const mw_task_view *launch,
                            mw_launch_map **out);
/** The places of points `first` and the following, at most `count` and at most MW_LAUNCH_BLOCK, at
 * least one. Memory stays the same however large the domain.
 *  @param first  row-major position in the domain; first + count is at most its volume
 *  @param[out] out  valid until the next call; on failure, the points before the one that fails
 *  @return MW_OK, MW_ERR_INPUT (as mw_binding_place()), MW_ERR_NOMEM */
mw_status mw_launch_map_next(mw_launch_map *m, uint64_t first, uint64_t count, mw_point_places *out,
                             mw_diags *diags);
void mw_launch_map_free(mw_launch_map *m); ///< NULL is allowed.

/** Calls a Priority expression. */
mw_status mw_binding_integer(const mw_binding *b, int function, const mw_task_view *task,
                             int64_t *out, mw_diags *diags);
void mw_binding_print_to(mw_binding *b,
                         FILE *out); ///< NULL (the default): print statements print nothing
