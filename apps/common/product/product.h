// apps/common/product/product.h: what the six matrix multiplications share: A(m x n) = B(m x k)
// C(k x n) in doubles, cut into blocks that tasks fill, move, multiply, add and check. Which block
// is where, and what moves when, is the application's. Uses: app, ranks.
#pragma once
#include "common/app.h"
#include "common/ranks.h"
#include <limits.h>
#include <stdatomic.h>

typedef enum matrix { MATRIX_A, MATRIX_B, MATRIX_C } matrix;

/** Entries of B and C; A starts at 0. RANDOM: uniform in [-1, 1). INTEGER: small whole numbers, so
 * that every order of summation gives the same result exactly. ONES: all 1, so that A is k. */
typedef enum values { VALUES_RANDOM, VALUES_INTEGER, VALUES_ONES } values;

/** Rows [row, row + rows) and columns [col, col + cols) of a matrix. */
typedef struct rect {
    int row, col, rows, cols;
} rect;
rect rect_overlap(rect a, rect b); ///< rows and cols are 0 when there is none
static inline bool rect_empty(rect r) {
    return r.rows <= 0 || r.cols <= 0;
}

/** Part i of [0, total) cut into pieces of ceil(total / parts); the last ones are shorter or empty.
 */
typedef struct span {
    int from, length;
} span;
span cut(long total, int parts, int i);
rect rect_of(span rows, span cols);

typedef struct domain {
    int rank, extent[3]; ///< 1 beyond the rank
} domain;

/** What the tasks found out, over all blocks. */
typedef struct findings {
    atomic_long ran;     ///< fills; 0 at the end: the kernels were disabled
    atomic_long checked; ///< elements of A
    atomic_long wrong;
} findings;

/** One multiplication: the options that all six programs have, and what was found. */
typedef struct product {
    const char *name;
    long m, n, k, repetitions, seed;
    bool flat; ///< no buffers and tasks that move blocks: tasks name tiles, the runtime moves them
    long values; ///< values
    bool verify, no_verify;
    domain grid;   ///< of processors, virtual ones: the mapper says what they are
    bool on_faces; ///< a 3-D program: task_1 to task_3 write the tiles (else taco_fill does)
    findings found;
    bool compared;
    double residual; ///< against one dgemm, if compared
} product;

// --- blocks: data handles with a place in a region ----------------------------------------------

/** Data of `at` of its matrix, row-major. A buffer holds different rectangles in the course of the
 * program; `at` is what it holds at this point of the submission. */
typedef struct block {
    starpu_data_handle_t handle;
    rect at;
    double *memory; ///< at home: address space, not touched until a task writes there
    size_t bytes;
    int rank; ///< that owns it, where the program runs as several processes
} block;

enum { BLOCKS_RANK = 4, ARGUMENTS_MAX = 64 };

/** A box of blocks of one region. Coordinates beyond `rank` are 0. */
typedef struct blocks {
    const char *region;
    int rank, extent[BLOCKS_RANK];
    int points;    ///< how many of the coordinates are those of a processor of the grid
    int across[3]; ///< how many processors there are in these directions
    block *at;
} blocks;

/** No block is registered yet. Ends the program when out of memory. */
blocks blocks_new(const product *p, const char *region, int points, int rank, const int extent[]);
block *block_at(const blocks *b, int x0, int x1, int x2, int x3);
/** Registers a block that can hold `capacity` (its own rectangle at the start). Its contents
 * are undefined until a task writes it. */
void block_register(blocks *b, const int at[BLOCKS_RANK], rect capacity);
size_t blocks_count(const blocks *b);
void blocks_free(blocks *b); ///< unregisters; the contents are lost

/** A rows x cols matrix in parts0 x parts1 tiles; rank 2, both coordinates of a processor. */
blocks tiles_new(const product *p, const char *region, long rows, long cols, int parts0,
                 int parts1);

// --- points: the domain of a launch -------------------------------------------------------------

/** `at` runs over the domain, last coordinate fastest. */
#define EACH(domain_, at)                                                                          \
    for (int at[3] = {0}; at[0] < (domain_).extent[0]; domain_next(&(domain_), at))
void domain_next(const domain *d, int at[3]);
long domain_volume(const domain *d);

// --- tasks --------------------------------------------------------------------------------------

/** A codelet for one kind of task. PRODUCT_MOVE, …: what its kernels do. */
#ifdef STARPU_USE_OPENCL
#define PRODUCT_OPENCL(function) .opencl_funcs = {function}, .opencl_flags = {STARPU_OPENCL_ASYNC},
#else
#define PRODUCT_OPENCL(function)
#endif
#define PRODUCT_CODELET(kind, what) PRODUCT_TYPED(kind, what, STARPU_SEQ)
#define PRODUCT_TYPED(kind, what, type_)                                                           \
    {                                                                                              \
        .name = kind, .type = type_, .max_parallelism = INT_MAX,                                   \
        .cpu_funcs = {product_##what##_cpu},                                                       \
        PRODUCT_OPENCL(product_##what##_opencl).nbuffers = STARPU_VARIABLE_NBUFFERS                \
    }
#define PRODUCT_MOVE(kind) PRODUCT_CODELET(kind, move)
#define PRODUCT_ADD(kind) PRODUCT_CODELET(kind, add)
/** Also on several cores at once. */
#define PRODUCT_MULTIPLY(kind) PRODUCT_TYPED(kind, multiply, STARPU_FORKJOIN)

/** The kernels of such codelets; all tasks' arguments are made by the functions below. */
void product_move_cpu(void *buffers[], void *argument);
void product_multiply_cpu(void *buffers[], void *argument);
void product_add_cpu(void *buffers[], void *argument);
#ifdef STARPU_USE_OPENCL
void product_move_opencl(void *buffers[], void *argument);
void product_multiply_opencl(void *buffers[], void *argument);
void product_add_opencl(void *buffers[], void *argument);
#endif

/** Submits `tasks` tasks of a kind over a domain next (fewer than its points: some have none). */
void product_launch(struct starpu_codelet *kind, const domain *d, long tasks);

/** `to` becomes `what` of its matrix, put together from the blocks `from`, which must cover it. */
void product_move(product *p, struct starpu_codelet *kind, const domain *d, const int at[3],
                  block *to, rect what, block *const from[], int count);
/** a += b c on all rectangles that fit together, with the summation index in `depth`. `mode` is
 * that of the blocks of A: W (they are zeroed first), RW or REDUX. */
typedef struct factors {
    block *const *a, *const *b, *const *c;
    int a_count, b_count, c_count;
    span depth;
    enum starpu_data_access_mode mode;
} factors;
void product_multiply(product *p, struct starpu_codelet *kind, const domain *d, const int at[3],
                      const factors *f);
/** The common case: one block of each. */
void product_multiply_one(product *p, struct starpu_codelet *kind, const domain *d, const int at[3],
                          block *a, block *b, block *c, enum starpu_data_access_mode mode);
/** to += from (all `count` of them); STARPU_W: to = their sum. */
void product_add(product *p, struct starpu_codelet *kind, const domain *d, const int at[3],
                 block *to, block *const from[], int count, enum starpu_data_access_mode mode);
/** Tells mappers which arguments are blocks of A and of B; the last one is of C. */
void product_name_factors(struct starpu_codelet *kind, int a_count, int b_count);
/** Blocks of A may be written with STARPU_REDUX. */
void product_reducible(blocks *a);

// --- the program --------------------------------------------------------------------------------

/** Reads the common options and the application's own ([count]); ends the program on a mistake. */
void product_read(product *p, int argc, char *argv[], const char *about, const app_option own[],
                  size_t count);
/** Starts StarPU, once p->grid is known. `details` ends the line that says what is multiplied. */
void product_begin(product *p, int *argc, char ***argv, const char *details);
/** Fills and places B and C; then, `repetitions` times, A, and multiplies, timing each; checks the
 * last. `multiply` submits the tasks. */
typedef struct operands {
    blocks *a, *b, *c; ///< the tiles where they start; points: the coordinates of their placement
} operands;
void product_run(product *p, const operands *tiles, void (*multiply)(product *, void *),
                 void *application);
int product_end(product *p); ///< stops StarPU; the exit status
