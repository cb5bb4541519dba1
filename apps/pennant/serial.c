// apps/pennant/serial.c: see serial.h. Written from the equations, zone by zone, apart from
// pennant.cl, so that an error in one of them shows.
#include "serial.h"
#include "common/app.h"
#include <math.h>
#include <stdlib.h>

typedef struct state {
    const deck *d;
    long zones, points, sides;
    long *first; ///< [zones + 1]
    long *p1, *p2, *prev, *next, *zone_of;
    double *smf;
    int *flags; ///< boundary conditions of a point
    vec2 *x, *u, *x0, *u0, *xh, *force;
    double *point_mass;
    vec2 *centre, *zu; ///< of a zone: centre, mean velocity
    double *area, *vol, *vol0, *mass, *rho, *e, *etot, *wrate;
    double *areah, *volh, *rhoh, *p, *ss, *length, *du;
    // Per side.
    vec2 *edge, *fp, *ft, *fq, *e1, *e2;
    double *sa, *len, *corner, *cosine, *div, *evol, *cdu;
} state;

static void *array(size_t count, size_t size) {
    void *memory = calloc(count ? count : 1, size);
    if (!memory)
        app_fail("out of memory for the serial reference");
    return memory;
}

static vec2 vec(double x, double y) {
    return (vec2){x, y};
}
static vec2 plus(vec2 a, vec2 b) {
    return vec(a.x + b.x, a.y + b.y);
}
static vec2 minus(vec2 a, vec2 b) {
    return vec(a.x - b.x, a.y - b.y);
}
static vec2 scaled(vec2 a, double f) {
    return vec(a.x * f, a.y * f);
}
static double dot(vec2 a, vec2 b) {
    return a.x * b.x + a.y * b.y;
}
static double cross(vec2 a, vec2 b) {
    return a.x * b.y - a.y * b.x;
}
static double norm(vec2 a) {
    return sqrt(dot(a, a));
}

// --- the mesh ------------------------------------------------------------------------------------

static void connect(state *s) {
    const mesh *m = &s->d->mesh;
    long side = 0;
    for (long z = 0; z < s->zones; z++) {
        node corners[ZONE_CORNERS];
        int n = mesh_corners(m, z % m->nzx, z / m->nzx, corners);
        s->first[z] = side;
        for (int q = 0; q < n; q++) {
            s->p1[side + q] = mesh_number(m, corners[q]);
            s->p2[side + q] = mesh_number(m, corners[(q + 1) % n]);
            s->prev[side + q] = side + (q + n - 1) % n;
            s->next[side + q] = side + (q + 1) % n;
            s->zone_of[side + q] = z;
        }
        side += n;
    }
    s->first[s->zones] = side;
}

static bool on_plane(double x, const double planes[], int count) {
    bool on = false;
    for (int i = 0; i < count; i++)
        on = on || fabs(x - planes[i]) < 1e-12;
    return on;
}

static state state_new(const deck *d) {
    const mesh *m = &d->mesh;
    state s = {.d = d, .zones = m->nzx * m->nzy, .points = mesh_points(m)};
    for (long z = 0; z < s.zones; z++)
        s.sides += mesh_corner_count(m, z % m->nzx, z / m->nzx);
    size_t nz = (size_t)s.zones, np = (size_t)s.points, ns = (size_t)s.sides;
    long **longs[] = {&s.p1, &s.p2, &s.prev, &s.next, &s.zone_of};
    vec2 **point_vectors[] = {&s.x, &s.u, &s.x0, &s.u0, &s.xh, &s.force};
    double **zone_numbers[] = {&s.area, &s.vol,  &s.vol0,  &s.mass,   &s.rho,
                               &s.e,    &s.etot, &s.wrate, &s.areah,  &s.volh,
                               &s.rhoh, &s.p,    &s.ss,    &s.length, &s.du};
    vec2 **side_vectors[] = {&s.edge, &s.fp, &s.ft, &s.fq, &s.e1, &s.e2};
    double **side_numbers[] = {&s.smf,    &s.sa,  &s.len,  &s.corner,
                               &s.cosine, &s.div, &s.evol, &s.cdu};
    s.first = array(nz + 1, sizeof *s.first);
    s.flags = array(np, sizeof *s.flags);
    s.point_mass = array(np, sizeof *s.point_mass);
    s.centre = array(nz, sizeof *s.centre);
    s.zu = array(nz, sizeof *s.zu);
    for (size_t i = 0; i < APP_COUNT(longs); i++)
        *longs[i] = array(ns, sizeof(long));
    for (size_t i = 0; i < APP_COUNT(point_vectors); i++)
        *point_vectors[i] = array(np, sizeof(vec2));
    for (size_t i = 0; i < APP_COUNT(zone_numbers); i++)
        *zone_numbers[i] = array(nz, sizeof(double));
    for (size_t i = 0; i < APP_COUNT(side_vectors); i++)
        *side_vectors[i] = array(ns, sizeof(vec2));
    for (size_t i = 0; i < APP_COUNT(side_numbers); i++)
        *side_numbers[i] = array(ns, sizeof(double));
    connect(&s);
    return s;
}

static void state_free(state *s) {
    void *all[] = {s->first,  s->p1,     s->p2,   s->prev, s->next,   s->zone_of,    s->smf,
                   s->flags,  s->x0,     s->u0,   s->xh,   s->force,  s->point_mass, s->centre,
                   s->zu,     s->area,   s->vol,  s->vol0, s->mass,   s->etot,       s->wrate,
                   s->areah,  s->volh,   s->rhoh, s->ss,   s->length, s->du,         s->edge,
                   s->fp,     s->ft,     s->fq,   s->e1,   s->e2,     s->sa,         s->len,
                   s->corner, s->cosine, s->div,  s->evol, s->cdu};
    for (size_t i = 0; i < APP_COUNT(all); i++)
        free(all[i]);
}

/** Centres, areas, volumes, lengths of edges and their middles at given positions. */
static void geometry(state *s, const vec2 *x, double *area, double *volume) {
    for (long z = 0; z < s->zones; z++) {
        long begin = s->first[z], end = s->first[z + 1];
        vec2 sum = vec(0, 0);
        for (long c = begin; c < end; c++)
            sum = plus(sum, x[s->p1[c]]);
        s->centre[z] = scaled(sum, 1.0 / (double)(end - begin));
        area[z] = volume[z] = 0;
        for (long c = begin; c < end; c++) {
            vec2 a = x[s->p1[c]], b = x[s->p2[c]], o = s->centre[z];
            s->sa[c] = cross(minus(b, a), minus(o, a)) / 2;
            s->len[c] = norm(minus(b, a));
            s->edge[c] = scaled(plus(a, b), 0.5);
            area[z] += s->sa[c];
            volume[z] += s->sa[c] * (a.x + b.x + o.x) / 3;
        }
    }
}

static void initialise(state *s) {
    const physics *k = &s->d->physics;
    for (long p = 0; p < s->points; p++) {
        vec2 x = mesh_position(&s->d->mesh, mesh_node(&s->d->mesh, p));
        s->x[p] = x;
        s->flags[p] = on_plane(x.x, s->d->bcx, s->d->bcx_count) +
                      2 * on_plane(x.y, s->d->bcy, s->d->bcy_count);
        if (k->uinitradial != 0 && norm(x) > 1e-12)
            s->u[p] = scaled(x, k->uinitradial / norm(x));
    }
    geometry(s, s->x, s->area, s->vol);
    for (long c = 0; c < s->sides; c++)
        s->smf[c] = s->sa[c] / s->area[s->zone_of[c]];
    for (long z = 0; z < s->zones; z++) {
        vec2 o = s->centre[z];
        bool sub = k->has_sub && o.x > k->sub[0] - 1e-12 && o.x < k->sub[1] + 1e-12 &&
                   o.y > k->sub[2] - 1e-12 && o.y < k->sub[3] + 1e-12;
        s->rho[z] = sub ? k->rinitsub : k->rinit;
        s->e[z] = sub ? k->einitsub : k->einit;
        s->mass[z] = s->rho[z] * s->vol[z];
        s->etot[z] = s->e[z] * s->mass[z];
    }
}

// --- a cycle -------------------------------------------------------------------------------------

static void half_step(state *s, double dt) {
    for (long p = 0; p < s->points; p++) {
        s->x0[p] = s->x[p];
        s->u0[p] = s->u[p];
        s->xh[p] = plus(s->x[p], scaled(s->u[p], dt / 2));
        s->point_mass[p] = 0;
        s->force[p] = vec(0, 0);
    }
    for (long z = 0; z < s->zones; z++)
        s->vol0[z] = s->vol[z];
    geometry(s, s->xh, s->areah, s->volh);
    for (long z = 0; z < s->zones; z++) {
        long n = s->first[z + 1] - s->first[z];
        s->length[z] = 1e99;
        s->rhoh[z] = s->mass[z] / s->volh[z];
        for (long c = s->first[z]; c < s->first[z + 1]; c++) {
            s->length[z] = fmin(s->length[z], (n == 3 ? 3 : 4) * s->sa[c] / s->len[c]);
            s->point_mass[s->p1[c]] +=
                s->rhoh[z] * s->areah[z] * (s->smf[c] + s->smf[s->prev[c]]) / 2;
        }
    }
}

static void pressure(state *s, double dt) {
    const physics *k = &s->d->physics;
    for (long z = 0; z < s->zones; z++) {
        double r = s->rho[z], e = fmax(s->e[z], 0), g = k->gamma - 1, p = g * r * e;
        double c2 = fmax(fmax(k->ssmin * k->ssmin, 1e-99), g * e + g * r * p / (r * r));
        double dv = (s->volh[z] - s->vol0[z]) / s->mass[z];
        s->ss[z] = sqrt(c2);
        s->p[z] = p + (g * r * s->wrate[z] * (dt / 2) / s->mass[z] - r * (r * c2) * dv) /
                          (1 + g * r * dv / 2);
        for (long c = s->first[z]; c < s->first[z + 1]; c++) {
            vec2 t = minus(s->edge[c], s->centre[z]), surface = vec(-t.y, t.x);
            double sub = s->rhoh[z] * s->smf[c] * s->areah[z] / s->sa[c];
            double speed = fmax(s->ss[z], k->ssmin);
            s->fp[c] = scaled(surface, -s->p[z]);
            s->ft[c] =
                minus(s->fp[c], scaled(surface, k->alfa * speed * speed * (sub - s->rhoh[z])));
        }
    }
}

/** Corner c: at the first point of side c, between side c and the side before it. */
static void corner_change(state *s, long c) {
    long b = s->prev[c], z = s->zone_of[c];
    vec2 u0 = s->u[s->p1[c]], x0 = s->xh[s->p1[c]];
    vec2 u1 = scaled(plus(u0, s->u[s->p2[c]]), 0.5), x1 = s->edge[c];
    vec2 u2 = s->zu[z], x2 = s->centre[z];
    vec2 u3 = scaled(plus(u0, s->u[s->p1[b]]), 0.5), x3 = s->edge[b];
    double least = fmin(s->len[b], s->len[c]);
    s->corner[c] = cross(minus(x2, x0), minus(x3, x1)) / 2;
    s->cosine[c] =
        least < 1e-12 ? 0 : 4 * dot(minus(x3, x0), minus(x1, x0)) / (s->len[b] * s->len[c]);
    s->div[c] = (cross(minus(u2, u0), minus(x3, x1)) - cross(minus(u3, u1), minus(x2, x0))) /
                (2 * s->corner[c]);
    s->evol[c] = s->cdu[c] = 0;
    if (s->div[c] >= 0)
        return;
    vec2 g1 = scaled(minus(minus(plus(x1, x2), x0), x3), 0.5);
    vec2 g2 = scaled(minus(minus(plus(x2, x3), x0), x1), 0.5);
    vec2 mean = scaled(plus(plus(u0, u1), plus(u2, u3)), 0.25);
    double l1 = norm(g1), l2 = norm(g2);
    bool first = fabs(dot(g1, mean) * l2) > fabs(dot(g2, mean) * l1);
    s->evol[c] = fmin(sqrt(4 * s->corner[c] * (first ? l1 / l2 : l2 / l1)), 2 * least);
    s->cdu[c] =
        fmax(norm(minus(minus(plus(u1, u2), u0), u3)), norm(minus(minus(plus(u2, u3), u0), u1)));
}

static vec2 corner_force(const state *s, long c, bool own) {
    double sine2 = 1 - s->cosine[c] * s->cosine[c];
    if (sine2 < 1e-4)
        return vec(0, 0);
    vec2 near = own ? s->e2[c] : s->e1[c], far = own ? s->e1[c] : s->e2[c];
    return scaled(plus(near, scaled(far, s->cosine[c])), s->corner[c] / sine2);
}

static void viscosity(state *s) {
    const physics *k = &s->d->physics;
    for (long z = 0; z < s->zones; z++) {
        long begin = s->first[z], end = s->first[z + 1];
        double closing = 0;
        vec2 sum = vec(0, 0);
        for (long c = begin; c < end; c++)
            sum = plus(sum, s->u[s->p1[c]]);
        s->zu[z] = scaled(sum, 1.0 / (double)(end - begin));
        for (long c = begin; c < end; c++) {
            vec2 du = minus(s->u[s->p2[c]], s->u[s->p1[c]]);
            vec2 dx = minus(s->xh[s->p2[c]], s->xh[s->p1[c]]);
            if (s->len[c] > 0)
                closing = fmax(closing, fabs(dot(du, dx)) / s->len[c]);
            corner_change(s, c);
            double a = k->q2 * (k->qgamma + 1) / 4 * s->cdu[c], b = k->q1 * s->ss[z];
            double mu = s->div[c] > 0 ? 0 : (a + sqrt(a * a + b * b)) * s->rhoh[z] * s->evol[c];
            s->e1[c] =
                scaled(minus(s->u[s->p1[c]], s->u[s->p1[s->prev[c]]]), mu / s->len[s->prev[c]]);
            s->e2[c] = scaled(minus(s->u[s->p2[c]], s->u[s->p1[c]]), mu / s->len[c]);
        }
        s->du[z] = k->q1 * s->ss[z] + 2 * k->q2 * closing;
        for (long c = begin; c < end; c++)
            s->fq[c] = scaled(plus(corner_force(s, c, true), corner_force(s, s->next[c], false)),
                              1 / s->len[c]);
    }
}

static void move(state *s, double dt) {
    for (long c = 0; c < s->sides; c++) {
        long b = s->prev[c];
        vec2 here = plus(s->fq[c], s->ft[c]), before = plus(s->fq[b], s->ft[b]);
        s->force[s->p1[c]] = plus(s->force[s->p1[c]], minus(here, before));
    }
    for (long p = 0; p < s->points; p++) {
        if (s->flags[p] & 1)
            s->u0[p].x = s->force[p].x = 0;
        if (s->flags[p] & 2)
            s->u0[p].y = s->force[p].y = 0;
        s->u[p] = plus(s->u0[p], scaled(s->force[p], dt / fmax(s->point_mass[p], 1e-99)));
        s->x[p] = plus(s->x0[p], scaled(plus(s->u[p], s->u0[p]), dt / 2));
    }
}

/** @return the limit of the next time step */
static double finish(state *s, double dt) {
    const physics *k = &s->d->physics;
    double courant = 1e99, change = 1e-99;
    geometry(s, s->x, s->area, s->vol);
    for (long z = 0; z < s->zones; z++) {
        double work = 0;
        for (long c = s->first[z]; c < s->first[z + 1]; c++) {
            long a = s->p1[c], b = s->p2[c];
            vec2 force = plus(s->fp[c], s->fq[c]);
            work -= dt / 2 *
                    (dot(force, plus(s->u0[a], s->u[a])) * s->xh[a].x -
                     dot(force, plus(s->u0[b], s->u[b])) * s->xh[b].x);
        }
        s->etot[z] += work;
        s->wrate[z] = (work + s->p[z] * (s->vol[z] - s->vol0[z])) / dt;
        s->e[z] = s->etot[z] / (s->mass[z] + 1e-99);
        s->rho[z] = s->mass[z] / s->vol[z];
        courant = fmin(courant, s->length[z] * k->cfl / fmax(fmax(s->du[z], s->ss[z]), 1e-99));
        change = fmax(change, fabs(s->vol[z] - s->vol0[z]) / fabs(s->vol0[z]));
    }
    return fmin(fmin(s->d->dtmax, courant), dt * k->cflv / change);
}

serial_result serial_run(const deck *d, long cycles) {
    state s = state_new(d);
    long cycle = 0;
    double time = 0, dt = d->dtmax, limit = d->dtmax;
    initialise(&s);
    for (; cycle < cycles && time < d->tstop; cycle++) {
        dt = fmin(d->dtmax, cycle == 0 ? d->dtinit : d->dtfac * dt);
        dt = fmin(fmin(dt, d->tstop - time), limit);
        half_step(&s, dt);
        pressure(&s, dt);
        viscosity(&s);
        move(&s, dt);
        limit = finish(&s, dt);
        time += dt;
    }
    serial_result r = {cycle, time, s.zones, s.points, s.rho, s.e, s.p, s.x, s.u};
    state_free(&s);
    return r;
}

void serial_clear(serial_result *r) {
    free(r->zr);
    free(r->ze);
    free(r->zp);
    free(r->px);
    free(r->pu);
}
