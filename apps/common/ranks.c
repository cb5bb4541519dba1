// apps/common/ranks.c: see ranks.h. APP_MPI: this application is linked with StarPU-MPI.
#include "common/ranks.h"
#include <stdlib.h>
#include <string.h>
#ifdef APP_MPI
#include <starpu_mpi.h>

static bool started; ///< MPI, because mpirun started this program
static int rank, ranks = 1;
static int64_t next_tag;

void app_ranks_begin(int *argc, char ***argv) {
    // what Open MPI's and MPICH's launchers tell each process
    started = getenv("OMPI_COMM_WORLD_SIZE") || getenv("PMI_SIZE");
    if (!started && starpu_init(NULL) != 0)
        app_fail("cannot start StarPU");
    if (!started)
        return;
    if (starpu_mpi_init_conf(argc, argv, 1, MPI_COMM_WORLD, NULL) != 0)
        app_fail("cannot start StarPU over MPI");
    starpu_mpi_comm_rank(MPI_COMM_WORLD, &rank);
    starpu_mpi_comm_size(MPI_COMM_WORLD, &ranks);
}

void app_ranks_end(void) {
    if (started)
        starpu_mpi_shutdown(); // and StarPU
    else
        starpu_shutdown();
}

int app_rank(void) {
    return rank;
}
int app_ranks(void) {
    return ranks;
}

void app_rank_owns(starpu_data_handle_t handle, int owner) {
    if (started)
        starpu_mpi_data_register(handle, next_tag++, owner);
}

void app_submit_on(const app_task *t, int count, const enum starpu_data_access_mode modes[],
                   int runs_on) {
    if (!started) {
        app_submit_variable(t, count, modes);
        return;
    }
    struct starpu_data_descr *data = malloc(sizeof *data * (size_t)(count + 1));
    // StarPU frees the argument with the task, which exists on one rank only.
    void *argument = runs_on == rank ? malloc(t->argument_bytes) : NULL;
    if (!data || (runs_on == rank && !argument))
        app_fail("out of memory");
    for (int i = 0; i < count; i++)
        data[i] = (struct starpu_data_descr){t->handles[i], modes[i]};
    if (argument)
        memcpy(argument, t->argument, t->argument_bytes);
    int status = starpu_mpi_task_insert(
        MPI_COMM_WORLD, t->codelet, STARPU_DATA_MODE_ARRAY, data, count, STARPU_CL_ARGS, argument,
        argument ? t->argument_bytes : (size_t)0, STARPU_FLOPS, t->flops, STARPU_NAME,
        app_task_name(t), STARPU_EXECUTE_ON_NODE, runs_on, 0);
    free(data);
    if (status != 0)
        app_fail("cannot submit task '%s': %s", app_task_name(t), strerror(-status));
}

void app_wait_all(void) {
    starpu_task_wait_for_all();
    if (!started)
        return;
    starpu_mpi_wait_for_all(MPI_COMM_WORLD);
    starpu_mpi_barrier(MPI_COMM_WORLD);
}

void app_fetch(starpu_data_handle_t handle) {
    if (started)
        starpu_mpi_get_data_on_node(MPI_COMM_WORLD, handle, 0);
}

void app_sum_ranks(double values[], int count) {
    if (started)
        MPI_Allreduce(MPI_IN_PLACE, values, count, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
}

#else
void app_ranks_begin(int *argc, char ***argv) {
    (void)argc, (void)argv;
    if (starpu_init(NULL) != 0)
        app_fail("cannot start StarPU");
}
void app_ranks_end(void) {
    starpu_shutdown();
}
int app_rank(void) {
    return 0;
}
int app_ranks(void) {
    return 1;
}
void app_rank_owns(starpu_data_handle_t handle, int owner) {
    (void)handle, (void)owner;
}
void app_submit_on(const app_task *t, int count, const enum starpu_data_access_mode modes[],
                   int runs_on) {
    (void)runs_on;
    app_submit_variable(t, count, modes);
}
void app_wait_all(void) {
    starpu_task_wait_for_all();
}
void app_fetch(starpu_data_handle_t handle) {
    (void)handle;
}
void app_sum_ranks(double values[], int count) {
    (void)values, (void)count;
}
#endif
