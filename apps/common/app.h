// apps/common/app.h: what every benchmark application needs and StarPU does not give. Uses: StarPU,
// mapwright/annotate.h. The applications are ordinary StarPU programs: without Mapwright the
// annotations do nothing.
#pragma once
#include <mapwright/annotate.h>
#include <starpu.h>
#include <stdbool.h>
#include <stddef.h>

#define APP_COUNT(array) (sizeof(array) / sizeof *(array))

typedef enum app_option_type {
    APP_FLAG,   ///< bool; sets it to true
    APP_NEGATE, ///< bool; sets it to false
    APP_INT,    ///< long, within [min, max]
    APP_CHOICE, ///< long: the index of the word among `choices`
    APP_TEXT,   ///< const char *: the word itself; NULL: not given
} app_option_type;

typedef struct app_option {
    const char *name; ///< without dashes; "-nx 5", "--nx 5" and "--nx=5" are all read; "": a word
                      ///< without an option before it (TEXT)
    app_option_type type;
    void *value; ///< bool, long or const char *; holds the default
    long min, max;
    const char *choices; ///< CHOICE: "copy|inc"; TEXT: what it is, "FILE"
    const char *help;
} app_option;

/** Reads the command line into the options' values. On a mistake, or for --help, it says so and
 * ends the program (status 2, 0). */
void app_options_read(int argc, char *argv[], const char *about, const app_option options[],
                      size_t count);

/** Address space that takes no memory until somebody writes to it, so that a program whose kernels
 * are disabled can be submitted at any size. Ends the program (status 1) when even that is refused.
 * Given back with app_memory_unmap(). */
void *app_memory_map(size_t bytes);
void app_memory_unmap(void *memory, size_t bytes);

/** Says what a handle is: its region's name and its place in it, as "name[i]" or "name[i,j]" and as
 * StarPU's data coordinates. rank 1 … 4. */
void app_handle_name(starpu_data_handle_t handle, const char *region, int rank, const int point[]);

/** The tasks of one launch, from app_launch_begin() on. Keeps the tasks' names, which StarPU only
 * points to, until app_names_free(). */
void app_launch_begin(struct starpu_codelet *codelet, int rank, const int extent[]);
/** The same when only `tasks` of the points have a task. */
void app_launch_begin_some(struct starpu_codelet *codelet, int rank, const int extent[],
                           unsigned tasks);

typedef struct app_task {
    struct starpu_codelet *codelet;
    int rank; ///< of point; 0: no point
    int point[3];
    const starpu_data_handle_t *handles; ///< [codelet->nbuffers]
    const void *argument;                ///< copied
    size_t argument_bytes;
    double flops;
} app_task;
/** Submits one task, named "codelet[i,j]". Ends the program (status 1) when no worker can run it.
 */
void app_submit(const app_task *task);
/** The same for a codelet with STARPU_VARIABLE_NBUFFERS: `count` handles and their modes. */
void app_submit_variable(const app_task *task, int count,
                         const enum starpu_data_access_mode modes[]);
/** The same with access modes of this task's own, [codelet->nbuffers]: a task that lacks an
 * argument which others of its kind write is given an empty handle, to read. */
void app_submit_with_modes(const app_task *task, const enum starpu_data_access_mode modes[]);
const char *app_task_name(const app_task *task); ///< "codelet[i,j]", until app_names_free()
void app_names_free(void);

/** Builds the OpenCL program in files beside the executable, read one after the other ("a.cl
 * b.cl"), for every OpenCL device that StarPU has; nothing when it has none. Ends the program
 * (status 1) when that fails. */
void app_opencl_load(const char *files, struct starpu_opencl_program *program);
void app_opencl_unload(struct starpu_opencl_program *program);

/** "stencil: error: …" on stderr, then exit(1). */
_Noreturn void app_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
