// src/starpu/preload/real.h: the StarPU of the program that we are loaded into, by name at run
// time. Uses: StarPU's headers. The library does not link StarPU: it also gets loaded into programs
// without it (a shell that starts the real program), and must not bring a second StarPU along.
#pragma once
#include <starpu.h>
#include <starpu_scheduler.h>
#include <stdbool.h>

#define MW_REAL_LIST(X)                                                                            \
    X(starpu_initialize)                                                                           \
    X(starpu_shutdown)                                                                             \
    X(starpu_conf_init)                                                                            \
    X(starpu_get_version)                                                                          \
    X(starpu_sched_get_predefined_policies)                                                        \
    X(starpu_sched_set_min_priority)                                                               \
    X(starpu_sched_set_max_priority)                                                               \
    X(starpu_task_submit)                                                                          \
    X(starpu_task_wait)                                                                            \
    X(starpu_task_wait_for_all)                                                                    \
    X(starpu_task_declare_deps_array)                                                              \
    X(starpu_task_end_dep_add)                                                                     \
    X(starpu_task_set_implementation)                                                              \
    X(starpu_tag_declare_deps_array)                                                               \
    X(starpu_tag_wait_array)                                                                       \
    X(starpu_tag_wait)                                                                             \
    X(starpu_tag_remove)                                                                           \
    X(starpu_data_register)                                                                        \
    X(starpu_data_unregister)                                                                      \
    X(starpu_data_unregister_no_coherency)                                                         \
    X(starpu_data_unregister_submit)                                                               \
    X(starpu_data_set_name)                                                                        \
    X(starpu_data_set_coordinates_array)                                                           \
    X(starpu_data_acquire_on_node)                                                                 \
    X(starpu_data_partition)                                                                       \
    X(starpu_data_unpartition)                                                                     \
    X(starpu_data_partition_plan)                                                                  \
    X(starpu_data_get_child)                                                                       \
    X(starpu_data_get_nb_children)                                                                 \
    X(starpu_data_get_size)                                                                        \
    X(starpu_data_get_interface_id)                                                                \
    X(starpu_vector_get_elemsize)                                                                  \
    X(starpu_matrix_get_elemsize)                                                                  \
    X(starpu_block_get_elemsize)                                                                   \
    X(starpu_worker_get_id)                                                                        \
    X(starpu_worker_get_count)                                                                     \
    X(starpu_worker_get_type)                                                                      \
    X(starpu_worker_get_memory_node)                                                               \
    X(starpu_worker_can_execute_task_first_impl)                                                   \
    X(starpu_combined_worker_get_rank)                                                             \
    X(starpu_memory_nodes_get_count)                                                               \
    X(starpu_get_prefetch_flag)                                                                    \
    X(starpu_prefetch_task_input_for)                                                              \
    X(starpu_push_task_end)                                                                        \
    X(starpu_wake_worker_relax_light)

typedef struct mw_real_functions {
#define MW_REAL_FIELD(name) __typeof__(&name) name;
    MW_REAL_LIST(MW_REAL_FIELD)
#undef MW_REAL_FIELD
    /// Not in StarPU's headers; marks tasks that are StarPU's own. NULL where it is not exported.
    int (*internal_submit)(struct starpu_task *task);
} mw_real_functions;

/** Looked up at the first call. A function that the program's StarPU lacks is NULL;
 * mw_real_complete() says whether any is. */
const mw_real_functions *mw_real(void);
bool mw_real_complete(void);
