// apps/pennant/kernels_cpu.c: the formulas of pennant.cl as C functions over a range of rows.
#include "kernels.h"
#include <math.h>
#include <string.h>

// pennant.cl is OpenCL C; these make it C. `exp_` there is a field, not the function.
#define global
#define uchar unsigned char
#define KERNEL(name, ...)                                                                          \
    static void name##_rows(__attribute__((unused)) long begin, __attribute__((unused)) long end,  \
                            __attribute__((unused)) const shape n,                                 \
                            __attribute__((unused)) const physics k, __VA_ARGS__)
#define EACH(i, count) for (long i = begin; i < end; i++)
#define SLOT 0
#define COUNT_INTO(counter, amount) __atomic_fetch_add(counter, amount, __ATOMIC_RELAXED)
#include "pennant.cl"

typedef void rows_function(long begin, long end, shape n, physics k, void *const a[]);

// One function per kind that hands its pointers on; the compiler checks how many.
#define P1 a[0]
#define P2 P1, a[1]
#define P3 P2, a[2]
#define P4 P3, a[3]
#define P5 P4, a[4]
#define P6 P5, a[5]
#define P7 P6, a[6]
#define P8 P7, a[7]
#define P9 P8, a[8]
#define P10 P9, a[9]
#define P11 P10, a[10]
#define P12 P11, a[11]
#define P13 P12, a[12]
#define P14 P13, a[13]
#define P15 P14, a[14]
#define ROWS(name, kernel, pointers)                                                               \
    static void name##_call(long begin, long end, shape n, physics k, void *const a[]) {           \
        kernel##_rows(begin, end, n, k, pointers);                                                 \
    }
ROWS(init_mesh_zones, init_mesh_zones, P3)
ROWS(init_side_fracs, init_side_fracs, P4)
ROWS(init_hydro, init_hydro, P7)
ROWS(init_radial_velocity, init_radial_velocity, P2)
ROWS(init_step_points, init_step_points, P2)
ROWS(init_step_zones, init_step_zones, P2)
ROWS(adv_pos_half, adv_pos_half, P6)
ROWS(calc_centers, calc_centers, P8)
ROWS(calc_volumes, calc_volumes, P12)
ROWS(calc_char_len, calc_char_len, P5)
ROWS(calc_rho_half, calc_rho_half, P3)
ROWS(sum_point_mass, sum_point_mass, P10)
ROWS(calc_state_at_half, calc_state_at_half, P9)
ROWS(calc_force_pgas_tts, calc_force_pgas_tts, P11)
ROWS(qcs_zone_center_velocity, qcs_zone_center_velocity, P6)
ROWS(qcs_corner_divergence, qcs_corner_divergence, P14)
ROWS(qcs_qcn_force, qcs_qcn_force, P11)
ROWS(qcs_force, qcs_force, P5)
ROWS(qcs_vel_diff, qcs_vel_diff, P11)
ROWS(sum_point_force, sum_point_force, P10)
ROWS(apply_boundary_conditions, apply_boundary_conditions, P3)
ROWS(adv_pos_full, adv_pos_full, P7)
ROWS(calc_centers_full, calc_centers, P8)
ROWS(calc_volumes_full, calc_volumes_full, P11)
ROWS(calc_work, calc_work, P15)
ROWS(calc_work_rate_energy_rho_full, calc_work_rate_energy_rho_full, P10)

static void calc_dt_hydro_call(long begin, long end, shape n, physics k, void *const a[]) {
    double extremes[2];
    (void)begin, (void)end;
    dt_extremes_rows(0, n.zones, n, k, 1, extremes, a[0], a[1], a[2], a[3], a[4]);
    dt_combine_rows(0, 1, n, k, 1, extremes, a[5], a[6], a[7]);
}

static rows_function *const FUNCTION[KIND_COUNT] = {
#define CALL(name) [KIND_##name] = name##_call
    CALL(init_mesh_zones),
    CALL(init_side_fracs),
    CALL(init_hydro),
    CALL(init_radial_velocity),
    CALL(init_step_points),
    CALL(init_step_zones),
    CALL(adv_pos_half),
    CALL(calc_centers),
    CALL(calc_volumes),
    CALL(calc_char_len),
    CALL(calc_rho_half),
    CALL(sum_point_mass),
    CALL(calc_state_at_half),
    CALL(calc_force_pgas_tts),
    CALL(qcs_zone_center_velocity),
    CALL(qcs_corner_divergence),
    CALL(qcs_qcn_force),
    CALL(qcs_force),
    CALL(qcs_vel_diff),
    CALL(sum_point_force),
    CALL(apply_boundary_conditions),
    CALL(adv_pos_full),
    CALL(calc_centers_full),
    CALL(calc_volumes_full),
    CALL(calc_work),
    CALL(calc_work_rate_energy_rho_full),
    CALL(calc_dt_hydro),
};

long row_count(const scalars *s) {
    shape n = shape_of(s);
    switch (KIND[s->kind].rows) {
    case ROW_ZONE: return n.zones;
    case ROW_SIDE: return n.sides;
    case ROW_POINT: return n.points;
    case ROW_CORNER_POINT: return n.points + n.ghosts;
    case ROW_ONE: break;
    }
    return 1;
}

/** On a combined worker this runs once for each of its cores, which share the rows. */
void kernel_cpu(void *buffers[], void *argument) {
    const scalars *s = argument;
    long rows = row_count(s), parts = starpu_combined_worker_get_size();
    long part = parts > 1 ? starpu_combined_worker_get_rank() : 0;
    long begin = rows * part / parts, end = rows * (part + 1) / parts;
    view v;
    if (begin == end)
        return;
    view_open(&v, buffers, s);
    FUNCTION[s->kind](begin, end, v.n, s->program->deck.physics, v.pointer);
    view_close(&v, buffers, begin - v.n.points, end - v.n.points);
}

/** Doubles of a block of points. */
static size_t doubles_of(void *buffer) {
    return STARPU_VECTOR_GET_NX(buffer) * STARPU_VECTOR_GET_ELEMSIZE(buffer) / sizeof(double);
}

void clear_cpu(void *buffers[], void *argument) {
    double *block = (double *)STARPU_VECTOR_GET_PTR(buffers[0]);
    (void)argument;
    memset(block, 0, doubles_of(buffers[0]) * sizeof *block);
}

void add_cpu(void *buffers[], void *argument) {
    double *block = (double *)STARPU_VECTOR_GET_PTR(buffers[0]);
    const double *copy = (const double *)STARPU_VECTOR_GET_PTR(buffers[1]);
    (void)argument;
    for (size_t i = 0; i < doubles_of(buffers[0]); i++)
        block[i] += copy[i];
}

void host_kernel_cpu(void *buffers[], void *argument) {
    const scalars *s = argument;
    if (s->kind == KIND_combine_dt_hydro || s->kind == KIND_continue_simulation) {
        (s->kind == KIND_combine_dt_hydro ? combine_dt_hydro : continue_simulation)(buffers, s);
        return;
    }
    view v;
    view_open(&v, buffers, s);
    switch (s->kind) {
    case KIND_initialize_topology: initialize_topology(&v); break;
    case KIND_init_pointers: init_pointers(&v); break;
    case KIND_calc_global_dt: calc_global_dt(&v); break;
    case KIND_calc_energy: calc_energy(&v); break;
    }
    view_close(&v, buffers, 0, 0);
}
