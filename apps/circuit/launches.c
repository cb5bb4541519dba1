// apps/circuit/launches.c: the task kinds and their launches, in program order.
#include "program.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef STARPU_USE_OPENCL
#define OPENCL(function) .opencl_funcs = {function}, .opencl_flags = {STARPU_OPENCL_ASYNC},
#else
#define OPENCL(function)
#endif

static struct starpu_codelet init_piece = {.name = "init_piece", .cpu_funcs = {init_piece_cpu}};
static struct starpu_codelet init_pointers = {
    .name = "init_pointers",
    .cpu_funcs = {init_pointers_cpu},
};
static struct starpu_codelet calculate_new_currents = {.name = "calculate_new_currents",
                                                       .cpu_funcs = {calculate_new_currents_cpu},
                                                       OPENCL(calculate_new_currents_opencl)};
static struct starpu_codelet distribute_charge = {.name = "distribute_charge",
                                                  .cpu_funcs = {distribute_charge_cpu},
                                                  OPENCL(distribute_charge_opencl)};
static struct starpu_codelet update_voltages = {
    .name = "update_voltages", .cpu_funcs = {update_voltages_cpu}, OPENCL(update_voltages_opencl)};

/** From the first start to the last stop. */
static void get_elapsed_cpu(void *buffers[], void *argument) {
    program *p = *(program **)argument;
    double start_us = INFINITY, stop_us = 0;
    for (int i = 0; i < p->supers; i++) {
        const window *w = (const window *)STARPU_VARIABLE_GET_PTR(buffers[i]);
        double clock_us = p->clock_us[p->pieces[i].rank];
        start_us = fmin(start_us, w->start_us - clock_us);
        stop_us = fmax(stop_us, w->stop_us - clock_us);
    }
    p->findings.elapsed_us = stop_us - start_us;
}
static struct starpu_codelet get_elapsed = {.name = "get_elapsed", .cpu_funcs = {get_elapsed_cpu}};

typedef struct summary {
    int color, loops;
    double elapsed_us, flops;
} summary;

static void print_summary_cpu(void *buffers[], void *argument) {
    const summary *s = argument;
    (void)buffers;
    if (s->color == 0)
        printf("time %.6f s for %d loops, %.3f GFLOP/s\n", s->elapsed_us * 1e-6, s->loops,
               s->flops / s->elapsed_us * 1e-3);
}
static struct starpu_codelet print_summary = {
    .name = "print_summary",
    .cpu_funcs = {print_summary_cpu},
};

// --- arguments ---------------------------------------------------------------------------------

/** `count` consecutive arguments. The name is that of the published program's partition at the call
 * site. */
typedef struct argument {
    const char *name;
    enum starpu_data_access_mode mode;
    int count;
} argument;

static void take(struct starpu_codelet *codelet, size_t kinds, const argument arguments[]) {
    size_t length = 1;
    int n = 0;
    for (size_t k = 0; k < kinds; k++) {
        n += arguments[k].count;
        length += (size_t)arguments[k].count * (strlen(arguments[k].name) + 1);
    }
    codelet->nbuffers = n;
    enum starpu_data_access_mode *modes = codelet->modes;
    if (n > STARPU_NMAXBUFS)
        modes = codelet->dyn_modes = calloc((size_t)n, sizeof *modes);
    char *names = malloc(length), *end = names;
    if (!modes || !names)
        app_fail("out of memory");
    n = 0;
    for (size_t k = 0; k < kinds; k++)
        for (int i = 0; i < arguments[k].count; i++) {
            modes[n] = arguments[k].mode;
            end += sprintf(end, "%s%s", n++ ? "," : "", arguments[k].name);
        }
    mw_name_arguments(codelet, names);
    free(names);
}
#define TAKE(codelet, ...)                                                                         \
    take(codelet, APP_COUNT(((const argument[]){__VA_ARGS__})), (const argument[]){__VA_ARGS__})

void codelets_new(program *p) {
    // A sum into nodes that several tasks may name: in any order, one at a time.
    const enum starpu_data_access_mode ADD = STARPU_RW | STARPU_COMMUTE;
    TAKE(&init_pointers, {"rp_wires", STARPU_RW, 1});
    TAKE(&calculate_new_currents, {"rp_private", STARPU_R, 1}, {"rp_shared", STARPU_R, 1},
         {"rp_ghost", STARPU_R, p->ghost_slots}, {"rp_wires", STARPU_R, 1},
         {"rp_wires", STARPU_RW, 1}, {"rp_times", STARPU_RW, 1});
    TAKE(&distribute_charge, {"rp_private", STARPU_RW, 1}, {"rp_shared", ADD, 1},
         {"rp_ghost", ADD, p->ghost_slots}, {"rp_wires", STARPU_R, 2});
    TAKE(&update_voltages, {"rp_private", STARPU_R, 1}, {"rp_private", STARPU_RW, 2},
         {"rp_shared", STARPU_R, 1}, {"rp_shared", STARPU_RW, 2}, {"rp_times", STARPU_RW, 1});
    TAKE(&get_elapsed, {"all_times", STARPU_R, p->supers});
}

void codelets_free(void) {
    struct starpu_codelet *all[] = {&init_piece,        &init_pointers,   &calculate_new_currents,
                                    &distribute_charge, &update_voltages, &get_elapsed};
    for (size_t i = 0; i < APP_COUNT(all); i++)
        free(all[i]->dyn_modes);
}

// --- launches ----------------------------------------------------------------------------------

static void launched(const program *p) {
    if (p->o.sync)
        app_wait_all();
}

static void submit_on(const app_task *task, int rank) {
    const struct starpu_codelet *codelet = task->codelet;
    if (app_ranks() == 1)
        app_submit(task);
    else
        app_submit_on(task, codelet->nbuffers,
                      codelet->dyn_modes ? codelet->dyn_modes : codelet->modes, rank);
}

static scalars scalars_of(program *p, int super, int loop) {
    return (scalars){.network = &p->o.network,
                     .place = p->pieces[super].place,
                     .steps = p->o.steps,
                     .ghost_slots = p->ghost_slots,
                     .aos = p->o.aos,
                     .sums = p->sums ? &p->sums[(size_t)loop * (size_t)p->supers + (size_t)super]
                                     : NULL,
                     .findings = &p->findings};
}

/** Where the super-piece's own data are. */
static void submit(const program *p, struct starpu_codelet *codelet, const scalars *s,
                   const starpu_data_handle_t handles[], double flops) {
    submit_on(&(app_task){.codelet = codelet,
                          .rank = 1,
                          .point = {s->place.super},
                          .handles = handles,
                          .argument = s,
                          .argument_bytes = sizeof *s,
                          .flops = flops},
              p->pieces[s->place.super].rank);
}

void clocks_compare(program *p) {
    p->clock_us = calloc((size_t)app_ranks(), sizeof *p->clock_us);
    if (!p->clock_us)
        app_fail("out of memory");
    if (app_ranks() == 1)
        return;
    app_wait_all();
    p->clock_us[app_rank()] = starpu_timing_now();
    app_sum_ranks(p->clock_us, app_ranks());
}

void launch_init(program *p) {
    TAKE(&init_piece, {"rp_ghost_ranges", STARPU_W, 1}, {"rp_private", STARPU_W, NODES_FIELDS},
         {"rp_shared", STARPU_W, NODES_FIELDS}, {"rp_wires", STARPU_W, 2});
    app_launch_begin(&init_piece, 1, &p->supers);
    for (int i = 0; i < p->supers; i++) {
        const piece *at = &p->pieces[i];
        const scalars s = scalars_of(p, i, 0);
        starpu_data_handle_t handles[1 + DATA_COUNT] = {at->range_handle};
        memcpy(&handles[1], at->handle, sizeof at->handle);
        submit(p, &init_piece, &s, handles, 0);
    }
    launched(p);
}

void launch_pointers(program *p) {
    app_launch_begin(&init_pointers, 1, &p->supers);
    for (int i = 0; i < p->supers; i++) {
        const scalars s = scalars_of(p, i, 0);
        submit(p, &init_pointers, &s, &p->pieces[i].handle[DATA_WIRES], 0);
    }
    launched(p);
}

/** The arguments of currents (field: voltage) and charge (field: charge).
 *  @return how many; the last one, rp_times, is for currents only */
static void wire_arguments(const program *p, const piece *at, int field,
                           starpu_data_handle_t handles[]) {
    int n = 0, ghosts = place_ghosts(&at->place);
    handles[n++] = at->handle[DATA_PRIVATE + field];
    handles[n++] = at->handle[DATA_SHARED + field];
    for (int k = 0; k < p->ghost_slots; k++)
        handles[n++] = k < ghosts
                           ? p->pieces[place_ghost_owner(&at->place, k)].handle[DATA_SHARED + field]
                           : at->nothing[k];
    handles[n++] = at->handle[DATA_WIRES];
    handles[n++] = at->handle[DATA_STATE];
    handles[n++] = at->times_handle;
}

static void launch_currents(program *p, int loop) {
    app_launch_begin(&calculate_new_currents, 1, &p->supers);
    for (int i = 0; i < p->supers; i++) {
        const piece *at = &p->pieces[i];
        starpu_data_handle_t handles[GHOST_ARGUMENT + MAX_GHOSTS + AFTER_TIMES + 1];
        scalars s = scalars_of(p, i, loop);
        s.stamp = loop == p->o.prune;
        wire_arguments(p, at, NODES_VOLTAGE, handles);
        submit(p, &calculate_new_currents, &s, handles,
               96.0 * p->o.steps * (double)at->place.wires.count);
    }
    launched(p);
}

static void launch_charge(program *p, int loop) {
    app_launch_begin(&distribute_charge, 1, &p->supers);
    for (int i = 0; i < p->supers; i++) {
        const piece *at = &p->pieces[i];
        starpu_data_handle_t handles[GHOST_ARGUMENT + MAX_GHOSTS + AFTER_TIMES + 1];
        const scalars s = scalars_of(p, i, loop);
        wire_arguments(p, at, NODES_CHARGE, handles);
        submit(p, &distribute_charge, &s, handles, 4.0 * (double)at->place.wires.count);
    }
    launched(p);
}

static void launch_voltages(program *p, int loop) {
    app_launch_begin(&update_voltages, 1, &p->supers);
    for (int i = 0; i < p->supers; i++) {
        const piece *at = &p->pieces[i];
        starpu_data_handle_t handles[VOLTAGES_ARGUMENTS];
        scalars s = scalars_of(p, i, loop);
        s.stamp = loop == p->o.prune + p->o.loops - 1;
        s.charges = loop == program_loops(&p->o) - 1 ? at->charges : NULL;
        memcpy(handles, at->handle, sizeof *handles * VOLTAGES_TIMES);
        handles[VOLTAGES_TIMES] = at->times_handle;
        submit(p, &update_voltages, &s, handles,
               4.0 * (double)(at->place.private.count + at->place.shared.count));
    }
    launched(p);
}

void launch_loop(program *p, int loop) {
    launch_currents(p, loop);
    launch_charge(p, loop);
    launch_voltages(p, loop);
}

void launch_elapsed(program *p) {
    starpu_data_handle_t *handles = calloc((size_t)p->supers, sizeof *handles);
    if (!handles)
        app_fail("out of memory");
    for (int i = 0; i < p->supers; i++)
        handles[i] = p->pieces[i].times_handle;
    submit_on(&(app_task){.codelet = &get_elapsed,
                          .handles = handles,
                          .argument = &p,
                          .argument_bytes = sizeof p},
              0);
    free(handles);
}

void launch_summary(program *p) {
    const network *n = &p->o.network;
    double wires = (double)n->pieces * n->wires, nodes = (double)n->pieces * n->nodes;
    summary s = {0, p->o.loops, p->findings.elapsed_us,
                 p->o.loops * (wires * (96.0 * p->o.steps + 4) + nodes * 4)};
    app_launch_begin(&print_summary, 1, &p->supers);
    for (s.color = 0; s.color < p->supers; s.color++)
        submit_on(&(app_task){.codelet = &print_summary,
                              .rank = 1,
                              .point = {s.color},
                              .argument = &s,
                              .argument_bytes = sizeof s},
                  p->pieces[s.color].rank);
}
