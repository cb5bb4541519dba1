// apps/pennant/control.c: tasks on the host: the time step, where the run is in time, energies.
#include "kernels.h"
#include <math.h>
#include <stdio.h>

/** Pointer: clock. */
void calc_global_dt(const view *v) {
    const deck *d = &v->s->program->deck;
    clock_state *c = v->pointer[0];
    double dt = fmin(d->dtmax, c->cycle == 0 ? d->dtinit : d->dtfac * c->dt);
    c->dt = fmin(fmin(dt, d->tstop - c->time), c->dthydro);
    if (c->cycle == 0 && v->s->program->prune == 0)
        c->start_us = starpu_timing_now();
}

static dt_limit least(void *buffers[], int count) {
    dt_limit result = {1e300, 0};
    for (int i = 0; i < count; i++) {
        const dt_limit *one = (const dt_limit *)STARPU_VECTOR_GET_PTR(buffers[i]);
        result.dt = fmin(result.dt, one->dt);
        result.bad += one->bad;
    }
    return result;
}

void combine_dt_hydro(void *buffers[], const scalars *s) {
    *(dt_limit *)STARPU_VECTOR_GET_PTR(buffers[COMBINED]) = least(buffers, s->inputs);
}

void continue_simulation(void *buffers[], const scalars *s) {
    const program *p = s->program;
    clock_state *c = (clock_state *)STARPU_VARIABLE_GET_PTR(buffers[s->inputs]);
    dt_limit limit = least(buffers, s->inputs);
    c->dthydro = limit.dt;
    c->bad = limit.bad;
    c->time += c->dt;
    c->cycle++;
    if (c->cycle == p->prune)
        c->start_us = starpu_timing_now();
    if (c->cycle <= p->cycles - p->prune)
        c->stop_us = starpu_timing_now();
    if (c->cycle % p->deck.dtreport == 0)
        printf("cycle %6ld  time %.10e  dt %.10e  dthydro %.10e\n", c->cycle, c->time, c->dt,
               c->dthydro);
}

/** Pointers: znump, zarea, zvol, zm, zr, zetot; px, its ghosts; pu, its ghosts; mapsp1, mapss3,
 * smf; energy: internal, kinetic, sum of zm, sum of zr zvol. */
void calc_energy(const view *v) {
    const int *first = v->pointer[0];
    const double *zarea = v->pointer[1], *zvol = v->pointer[2], *zm = v->pointer[3];
    const double *zr = v->pointer[4], *zetot = v->pointer[5];
    const vec2 *px[] = {v->pointer[6], v->pointer[7]}, *pu[] = {v->pointer[8], v->pointer[9]};
    const long *p1 = v->pointer[10], *mapss3 = v->pointer[11];
    const unsigned char *tag = (const unsigned char *)(p1 + v->n.sides);
    const double *smf = v->pointer[12];
    double *energy = v->pointer[13], internal = 0, kinetic = 0, mass = 0, filled = 0;
    for (long z = 0; z < v->n.zones; z++) {
        internal += zetot[z];
        mass += zm[z];
        filled += zr[z] * zvol[z];
        for (int s = first[z]; s < first[z + 1]; s++) {
            vec2 x = px[tag[s]][p1[s]], u = pu[tag[s]][p1[s]];
            double corner = zarea[z] * x.x * 0.5 * (smf[s] + smf[mapss3[s]]);
            kinetic += zm[z] * corner / zvol[z] * 0.5 * (u.x * u.x + u.y * u.y);
        }
    }
    const double turn = 2 * acos(-1.0);
    energy[0] = turn * internal;
    energy[1] = turn * kinetic;
    energy[2] = mass;
    energy[3] = filled;
}
