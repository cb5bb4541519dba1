// apps/pennant/main.c: options, the launches in program order, the result.
#include "kernels.h"
#include "result.h"
#include <math.h>
#include <stdlib.h>

enum {
    CHECKED_BY_DEFAULT = 1 << 21, ///< zones times cycles; more is checked on request only
    DEFAULT_PIECES = 4,           ///< where the mesh has so many zones along an axis; else 1
    AHEAD_MAX = 100,              ///< cycles that are submitted before the first of them has ended
};

typedef struct options {
    const char *deck, *xy, *reference;
    long npieces, numpcx, numpcy, prune, cycles, report;
    long order; ///< of .xy files; 0: serial, 1: pieces
    bool energies, verify, no_verify;
} options;

static options options_read(int argc, char *argv[]) {
    options o = {.npieces = 0, .cycles = -1};
    const app_option table[] = {
        {"", APP_TEXT, &o.deck, 0, 0, "DECK", "input deck (.pnt); a shock tube if not given"},
        {"npieces", APP_INT, &o.npieces, 0, 1 << 20, NULL,
         "pieces of the mesh; 0: as the next two say, else 4"},
        {"numpcx", APP_INT, &o.numpcx, 0, 1 << 20, NULL, "pieces in x; 0: chosen"},
        {"numpcy", APP_INT, &o.numpcy, 0, 1 << 20, NULL, "pieces in y; 0: chosen"},
        {"cycles", APP_INT, &o.cycles, -1, 100000000, NULL,
         "instead of the deck's cstop; -1: cstop"},
        {"prune", APP_INT, &o.prune, 0, 1000000, NULL, "untimed cycles before and after them"},
        {"report", APP_INT, &o.report, 0, 100000000, NULL,
         "cycles between two lines; 0: the deck's dtreport"},
        {"xy", APP_TEXT, &o.xy, 0, 0, "FILE", "write density, energy, pressure of every zone"},
        {"reference", APP_TEXT, &o.reference, 0, 0, "FILE", "compare them with such a file"},
        {"order", APP_CHOICE, &o.order, 0, 0, "serial|pieces",
         "zones in those files: serial, or pieces one by one"},
        {"energies", APP_FLAG, &o.energies, 0, 0, NULL, "print them even when not verifying"},
        {"verify", APP_FLAG, &o.verify, 0, 0, NULL, "compare with a serial run, in this program"},
        {"no-verify", APP_FLAG, &o.no_verify, 0, 0, NULL, "do not"},
    };
    app_options_read(argc, argv,
                     "Pennant: Lagrangian gas dynamics on an unstructured mesh in cylindrical "
                     "geometry.\nChecks itself by a serial run when zones x cycles are at most "
                     "2^21; exit status 1\nwhen a value is wrong.",
                     table, APP_COUNT(table));
    return o;
}

static void apply(const options *o, program *p) {
    const char *why;
    p->deck = deck_read(o->deck);
    if (o->cycles >= 0)
        p->deck.cstop = o->cycles;
    if (o->report > 0)
        p->deck.dtreport = o->report;
    p->prune = o->prune;
    p->cycles = p->deck.cstop + 2 * o->prune;
    bool unsaid = !o->npieces && !o->numpcx && !o->numpcy;
    if (unsaid && piece_grid_choose(&p->deck.mesh, DEFAULT_PIECES, 0, 0, &p->grid, &why))
        return;
    if (!piece_grid_choose(&p->deck.mesh, o->npieces, o->numpcx, o->numpcy, &p->grid, &why))
        app_fail("%ld pieces (%ld x %ld) of %ld x %ld zones: %s", o->npieces, o->numpcx, o->numpcy,
                 p->deck.mesh.nzx, p->deck.mesh.nzy, why);
}

// --- the run -------------------------------------------------------------------------------------

static void start(program *p) {
    launch(p, KIND_initialize_topology);
    launch(p, KIND_init_pointers);
    launch(p, KIND_init_mesh_zones);
    launch(p, KIND_calc_centers_full);
    launch(p, KIND_calc_volumes_full);
    launch(p, KIND_init_side_fracs);
    launch(p, KIND_init_hydro);
    launch(p, KIND_init_radial_velocity);
}

static void cycle(program *p) {
    launch(p, KIND_init_step_points);
    launch(p, KIND_init_step_zones);
    launch_single(p, KIND_calc_global_dt);
    for (kind_id k = KIND_adv_pos_half; k <= KIND_calc_dt_hydro; k++)
        launch(p, k); // the table is in program order
    launch_continue(p);
}

/** The clock lives on rank 0; all ranks ask for it. */
static clock_state clock_now(program *p) {
    clock_state now = {0};
    if (app_ranks() > 1)
        app_wait_all();
    if (app_rank() == 0) {
        if (starpu_data_acquire(p->clock_handle, STARPU_R) != 0)
            app_fail("cannot read the clock");
        now = p->clock;
        starpu_data_release(p->clock_handle);
    }
    double all[] = {now.dt,      now.time,          now.dthydro,    now.start_us,
                    now.stop_us, (double)now.cycle, (double)now.bad};
    app_sum_ranks(all, APP_COUNT(all));
    return (clock_state){all[0], all[1], all[2], all[3], all[4], (long)all[5], (long)all[6]};
}

/** How many of the next cycles cannot reach the end of time, however long their steps grow; they
 * may be submitted without looking at the clock. At least 1, since the run goes on. */
static long cycles_ahead(const deck *d, const clock_state *now, long most) {
    double dt = now->cycle == 0 ? d->dtinit : d->dtfac * now->dt, time = now->time;
    long n = 1;
    for (; n < most && n < AHEAD_MAX; n++) {
        dt = fmin(dt, d->dtmax);
        time += dt * (1 + 1e-9); // more than what adding up may round away
        if (!(time < d->tstop))
            break;
        dt *= d->dtfac > 1 ? d->dtfac : 1;
    }
    return n;
}

static void run(program *p) {
    clock_state now = p->clock;
    long submitted = 0;
    while (submitted < p->cycles && now.time < p->deck.tstop && now.bad == 0) {
        long n = cycles_ahead(&p->deck, &now, p->cycles - submitted);
        for (long i = 0; i < n; i++)
            cycle(p);
        submitted += n;
        if (submitted == p->cycles)
            return;
        now = clock_now(p);
        if (now.cycle == 0) // kernels are disabled: nothing will ever stop it before cstop
            for (; submitted < p->cycles; submitted++)
                cycle(p);
    }
}

// --- what came out -------------------------------------------------------------------------------

typedef struct energies {
    double internal, kinetic, mass, filled;
} energies;

/** On rank 0; all ranks call it. */
static energies energies_now(program *p) {
    energies sum = {0};
    launch(p, KIND_calc_energy);
    for (int i = 0; i < p->pieces; i++) {
        app_fetch(p->piece[i].own[ENERGY]);
        if (app_rank() > 0)
            continue;
        if (starpu_data_acquire(p->piece[i].own[ENERGY], STARPU_R) != 0)
            app_fail("cannot read the energy of piece %d", i);
        const double *of = p->piece[i].own_memory[ENERGY];
        sum = (energies){sum.internal + of[0], sum.kinetic + of[1], sum.mass + of[2],
                         sum.filled + of[3]};
        starpu_data_release(p->piece[i].own[ENERGY]);
    }
    return sum;
}

static void print_energies(const char *when, const energies *e) {
    if (app_rank() == 0)
        printf("%s: energy %.7g = internal %.7g + kinetic %.7g, mass %.10g\n", when,
               e->internal + e->kinetic, e->internal, e->kinetic, e->mass);
}

static void print_summary(const program *p, const clock_state *now) {
    long timed = now->cycle - 2 * p->prune;
    printf("%ld cycles, time %.7g\n", now->cycle, now->time);
    if (timed > 0 && now->stop_us > now->start_us) {
        double seconds = (now->stop_us - now->start_us) * 1e-6;
        double zones = (double)p->deck.mesh.nzx * (double)p->deck.mesh.nzy;
        printf("time %.6f s for %ld cycles, %.3f GFLOP/s, %.4g zone-cycles/s\n", seconds, timed,
               cycle_flops(p) * (double)timed / seconds * 1e-9, zones * (double)timed / seconds);
    }
}

static bool wrong(const char *what, long values) {
    if (values)
        fprintf(stderr, "pennant: error: %ld values differ from %s\n", values, what);
    return values > 0;
}

static bool check_serial(const program *p, const result *r, const clock_state *now) {
    double worst;
    serial_result expected = serial_run(&p->deck, p->cycles);
    bool failed =
        wrong("the serial run", result_compare(r, &expected, p->deck.physics.ssmin, &worst));
    if (expected.cycles != now->cycle) {
        fprintf(stderr, "pennant: error: %ld cycles, the serial run takes %ld\n", now->cycle,
                expected.cycles);
        failed = true;
    }
    if (!failed)
        printf("verified: %ld zones and %ld points agree with a serial run (largest error %.1e of "
               "the allowed)\n",
               r->zones, r->points, worst);
    serial_clear(&expected);
    return failed;
}

static bool check_mass(const energies *before, const energies *after) {
    bool failed = !(fabs(after->mass - before->mass) <= 1e-12 * fabs(before->mass) &&
                    fabs(after->filled - after->mass) <= 1e-9 * fabs(after->mass));
    if (failed)
        fprintf(stderr, "pennant: error: mass %.15g became %.15g, density times volume %.15g\n",
                before->mass, after->mass, after->filled);
    return failed;
}

/** @return the exit status */
static int finish(program *p, const options *o, bool verify, const energies *before) {
    bool sums = verify || o->energies;
    energies after = sums ? energies_now(p) : (energies){0};
    app_wait_all();
    clock_state now = clock_now(p);
    bool wanted = verify || o->reference || o->xy;
    if (app_rank() > 0) { // the verdict is rank 0's
        result none = wanted && now.cycle > 0 && !now.bad ? result_new(p) : (result){0};
        result_clear(&none);
        return 0;
    }
    if (now.cycle == 0 && p->cycles > 0) {
        puts("nothing was computed: the kernels were disabled");
        return 0;
    }
    print_summary(p, &now);
    if (now.bad) {
        fprintf(stderr, "pennant: error: %ld times a side's volume was not positive by cycle %ld\n",
                now.bad, now.cycle);
        return 1;
    }
    bool failed = false;
    if (sums) {
        print_energies("end", &after);
        failed = check_mass(before, &after);
    }
    if (wanted) {
        result r = result_new(p);
        failed |= verify && check_serial(p, &r, &now);
        if (o->reference) {
            long differ = result_compare_file(&r, p, o->reference, o->order == 1);
            failed |= wrong(o->reference, differ);
            if (!differ)
                printf("verified: all %ld values of %s agree\n", 3 * r.zones, o->reference);
        }
        if (o->xy)
            result_write(&r, p, o->xy, o->order == 1);
        result_clear(&r);
    }
    if (!verify && !o->reference)
        puts("not verified (--verify does)");
    return failed;
}

int main(int argc, char *argv[]) {
    options o = options_read(argc, argv);
    setvbuf(stdout, NULL, _IOLBF, 0); // a long run is watched
    program p = {0};
    apply(&o, &p);
    double work = (double)p.deck.mesh.nzx * (double)p.deck.mesh.nzy * (double)p.cycles;
    bool verify = o.verify || (!o.no_verify && work <= CHECKED_BY_DEFAULT);
    app_ranks_begin(&argc, &argv);
    if (app_rank() == 0)
        printf("pennant %ld x %ld zones, %d x %d pieces, at most %ld cycles, %d rank%s\n",
               p.deck.mesh.nzx, p.deck.mesh.nzy, p.grid.nx, p.grid.ny, p.cycles, app_ranks(),
               app_ranks() == 1 ? "" : "s");
#ifdef STARPU_USE_OPENCL
    app_opencl_load("types.cl pennant.cl", &pennant_opencl_program);
#endif
    program_new(&p);
    launch_prepare(&p);
    energies before = {0};
    start(&p);
    if (verify || o.energies) {
        before = energies_now(&p);
        print_energies("start", &before);
    }
    run(&p);
    int status = finish(&p, &o, verify, &before);
    launch_free();
    program_free(&p);
#ifdef STARPU_USE_OPENCL
    kernel_opencl_free();
    app_opencl_unload(&pennant_opencl_program);
#endif
    app_ranks_end();
    app_names_free();
    return status;
}
