// apps/pennant/pennant.cl: every formula of the method, once. OpenCL compiles these kernels after
// types.cl; kernels_cpu.c includes this file and gets functions over a range of rows.
//
// Sides of a zone are contiguous: zone z has sides [first[z], first[z + 1]). A point index with tag
// 0 counts among the piece's private points, with tag 1 among its ghosts (all the shared blocks that
// it touches, one after the other). Fields that share a buffer follow each other, n values each.
// Equations: C. R. Ferenbaugh, Concurrency Computat.: Pract. Exper. 27 (2015) 4555; Caramana et
// al., J. Comput. Phys. 146 (1998) 227 (compatible hydro); Caramana, Shashkov, JCP 142 (1998) 521
// (TTS); Campbell, Shashkov, JCP 172 (2001) 739 (QCS).
#ifdef __OPENCL_VERSION__
#pragma OPENCL EXTENSION cl_khr_fp64 : enable
#define KERNEL(name, ...) kernel void name(const shape n, const physics k, __VA_ARGS__)
#define EACH(i, count) for (long i = get_global_id(0); i < (count); i += get_global_size(0))
#define SLOT get_global_id(0)
#define COUNT_INTO(counter, amount) atomic_add(counter, amount)
#endif

// --- helpers ------------------------------------------------------------------------------------

static inline vec2 v_make(double x, double y) {
    vec2 v;
    v.x = x;
    v.y = y;
    return v;
}
static inline vec2 v_add(vec2 a, vec2 b) {
    return v_make(a.x + b.x, a.y + b.y);
}
static inline vec2 v_sub(vec2 a, vec2 b) {
    return v_make(a.x - b.x, a.y - b.y);
}
static inline vec2 v_times(double f, vec2 a) {
    return v_make(f * a.x, f * a.y);
}
static inline vec2 v_middle(vec2 a, vec2 b) {
    return v_times(0.5, v_add(a, b));
}
static inline double v_dot(vec2 a, vec2 b) {
    return a.x * b.x + a.y * b.y;
}
static inline double v_cross(vec2 a, vec2 b) {
    return a.x * b.y - a.y * b.x;
}
static inline double v_length(vec2 a) {
    return sqrt(v_dot(a, a));
}
static inline double larger(double a, double b) {
    return a > b ? a : b;
}
static inline double smaller(double a, double b) {
    return a < b ? a : b;
}

/** The tags that follow the indices. */
static inline global const uchar *tags_of(global const long *points, long sides) {
    return (global const uchar *)(points + sides);
}
#define AT(own, ghost, points, sides, s)                                                           \
    (tags_of(points, sides)[s] ? (ghost)[(points)[s]] : (own)[(points)[s]])

/** Area of the triangle (a, b, zone centre), signed: counter-clockwise is positive. */
static inline double side_area(vec2 a, vec2 b, vec2 centre) {
    return 0.5 * v_cross(v_sub(b, a), v_sub(centre, a));
}

// --- start-up -----------------------------------------------------------------------------------

KERNEL(init_mesh_zones, global vec2 *zx, global double *zarea, global double *zvol) {
    EACH(z, n.zones) {
        zx[z] = v_make(0, 0);
        zarea[z] = 0;
        zvol[z] = 0;
    }
}

KERNEL(init_side_fracs, global const double *zarea, global const long *mapsz,
       global const double *sarea, global double *smf) {
    EACH(s, n.sides)
        smf[s] = sarea[s] / zarea[mapsz[s]];
}

KERNEL(init_hydro, global const vec2 *zx, global const double *zvol, global double *zr,
       global double *ze, global double *zwrate, global double *zm, global double *zetot) {
    const double eps = 1e-12;
    EACH(z, n.zones) {
        int inside = k.has_sub && zx[z].x > k.sub[0] - eps && zx[z].x < k.sub[1] + eps &&
                     zx[z].y > k.sub[2] - eps && zx[z].y < k.sub[3] + eps;
        zr[z] = inside ? k.rinitsub : k.rinit;
        ze[z] = inside ? k.einitsub : k.einit;
        zm[z] = zr[z] * zvol[z];
        zetot[z] = ze[z] * zm[z];
        zwrate[z] = 0;
    }
}

KERNEL(init_radial_velocity, global const vec2 *px, global vec2 *pu) {
    EACH(p, n.points) {
        double r = v_length(px[p]);
        int still = k.uinitradial == 0 || r <= 1e-12;
        pu[p] = still ? v_make(0, 0) : v_times(k.uinitradial / r, px[p]);
    }
}

// --- a cycle: points and zones at its start -----------------------------------------------------

KERNEL(init_step_points, global double *pmaswt, global vec2 *pf) {
    EACH(p, n.points) {
        pmaswt[p] = 0;
        pf[p] = v_make(0, 0);
    }
}

KERNEL(init_step_zones, global const double *zvol, global double *zvol0) {
    EACH(z, n.zones)
        zvol0[z] = zvol[z];
}

KERNEL(adv_pos_half, global const vec2 *px, global const vec2 *pu, global vec2 *px0,
       global vec2 *pu0, global vec2 *pxp, global const clock_state *clock) {
    const double half_dt = 0.5 * clock->dt;
    EACH(p, n.points) {
        px0[p] = px[p];
        pu0[p] = pu[p];
        pxp[p] = v_add(px[p], v_times(half_dt, pu[p]));
    }
}

// --- geometry (at the half step, and again at its end) -------------------------------------------

KERNEL(calc_centers, global const int *first, global vec2 *zx, global const vec2 *px,
       global const vec2 *px_ghost, global const long *mapsz, global const long *p1,
       global const long *p2, global vec2 *ex) {
    (void)mapsz;
    EACH(z, n.zones) {
        vec2 sum = v_make(0, 0);
        for (int s = first[z]; s < first[z + 1]; s++) {
            vec2 a = AT(px, px_ghost, p1, n.sides, s), b = AT(px, px_ghost, p2, n.sides, s);
            ex[s] = v_middle(a, b);
            sum = v_add(sum, a);
        }
        double count = first[z + 1] - first[z];
        zx[z] = v_make(sum.x / count, sum.y / count);
    }
}

/** One zone's sides at given positions: their areas and, unless elen is 0, edge lengths.
 * @return how many sides have no positive volume */
static inline int measure(long z, long sides, global const int *first, global const vec2 *zx,
                          global const vec2 *px, global const vec2 *px_ghost,
                          global const long *p1, global const long *p2, global double *sarea,
                          global double *elen, global double *zarea, global double *zvol) {
    const vec2 centre = zx[z];
    double area = 0, volume = 0;
    int wrong = 0;
    for (int s = first[z]; s < first[z + 1]; s++) {
        vec2 a = AT(px, px_ghost, p1, sides, s), b = AT(px, px_ghost, p2, sides, s);
        double sa = side_area(a, b, centre), sv = sa * (a.x + b.x + centre.x);
        sarea[s] = sa;
        if (elen)
            elen[s] = v_length(v_sub(b, a));
        area += sa;
        volume += sv / 3;
        wrong += !(sv > 0);
    }
    zarea[z] = area;
    zvol[z] = volume;
    return wrong;
}

KERNEL(calc_volumes, global const vec2 *zx, global const int *first, global double *zarea,
       global double *zvol, global const vec2 *px, global const vec2 *px_ghost,
       global const long *mapsz, global const long *p1, global const long *p2,
       global double *sarea, global double *elen, global int *bad) {
    (void)mapsz;
    EACH(z, n.zones) {
        int wrong =
            measure(z, n.sides, first, zx, px, px_ghost, p1, p2, sarea, elen, zarea, zvol);
        if (wrong)
            COUNT_INTO(bad, wrong);
    }
}

KERNEL(calc_volumes_full, global const vec2 *zx, global const int *first, global double *zarea,
       global double *zvol, global const vec2 *px, global const vec2 *px_ghost,
       global const long *mapsz, global const long *p1, global const long *p2,
       global double *sarea, global int *bad) {
    (void)mapsz;
    EACH(z, n.zones) {
        int wrong = measure(z, n.sides, first, zx, px, px_ghost, p1, p2, sarea, 0, zarea, zvol);
        if (wrong)
            COUNT_INTO(bad, wrong);
    }
}

/** Characteristic length: the least height of a side over its edge, 4/n_z of it for more than
 * triangles. */
KERNEL(calc_char_len, global const int *first, global double *zdl, global const long *mapsz,
       global const double *sarea, global const double *elen) {
    (void)mapsz;
    EACH(z, n.zones) {
        double factor = first[z + 1] - first[z] == 3 ? 3 : 4, least = 1e99;
        for (int s = first[z]; s < first[z + 1]; s++)
            least = smaller(least, factor * sarea[s] / elen[s]);
        zdl[z] = least;
    }
}

// --- masses, equation of state -------------------------------------------------------------------

KERNEL(calc_rho_half, global const double *zvolp, global const double *zm, global double *zrp) {
    EACH(z, n.zones)
        zrp[z] = zm[z] / zvolp[z];
}

/** Private points, then ghosts: each gathers from the corners of this piece, which corners[first …]
 * lists; `corners` starts with points + 1 offsets. Ghosts' sums are this piece's share. */
KERNEL(sum_point_mass, global const double *zareap, global const double *zrp,
       global const int *corners, global const int *corners_ghost, global double *pmaswt,
       global double *pmaswt_ghost, global const long *mapsz, global const long *p1,
       global const long *mapss3, global const double *smf) {
    (void)p1;
    EACH(i, n.points + n.ghosts) {
        int is_ghost = i >= n.points;
        long p = is_ghost ? i - n.points : i;
        global const int *offset = is_ghost ? corners_ghost : corners;
        global const int *corner = offset + 1 + (is_ghost ? n.ghosts : n.points);
        double sum = 0;
        for (int c = offset[p]; c < offset[p + 1]; c++) {
            long s = corner[c], z = mapsz[s];
            sum += zrp[z] * zareap[z] * 0.5 * (smf[s] + smf[mapss3[s]]);
        }
        if (is_ghost)
            pmaswt_ghost[p] += sum;
        else
            pmaswt[p] += sum;
    }
}

KERNEL(calc_state_at_half, global const double *zvol0, global const double *zvolp,
       global const double *zm, global const double *zr, global const double *ze,
       global const double *zwrate, global double *zp, global double *zss,
       global const clock_state *clock) {
    const double gm1 = k.gamma - 1, floor2 = larger(k.ssmin * k.ssmin, 1e-99);
    const double half_dt = 0.5 * clock->dt;
    EACH(z, n.zones) {
        double r = zr[z], e = larger(ze[z], 0), p = gm1 * r * e, pre = gm1 * e, per = gm1 * r;
        double ss = sqrt(larger(floor2, pre + per * p / (r * r)));
        double dv = (zvolp[z] - zvol0[z]) / zm[z], bulk = r * ss * ss;
        double denominator = 1 + 0.5 * per * dv, source = zwrate[z] * half_dt / zm[z];
        zss[z] = ss;
        zp[z] = p + (per * source - r * bulk * dv) / denominator;
    }
}

// --- forces of a side ----------------------------------------------------------------------------

KERNEL(calc_force_pgas_tts, global const vec2 *zxp, global const double *zareap,
       global const double *zrp, global const double *zss, global const double *zp,
       global const long *mapsz, global const double *sareap, global const double *smf,
       global const vec2 *exp_, global vec2 *sfp, global vec2 *sft) {
    EACH(s, n.sides) {
        long z = mapsz[s];
        vec2 inner = v_sub(exp_[s], zxp[z]), surface = v_make(-inner.y, inner.x);
        double density = zrp[z] * smf[s] * zareap[z] / sareap[s], c = larger(zss[z], k.ssmin);
        double delta = k.alfa * c * c * (density - zrp[z]);
        sfp[s] = v_times(-zp[z], surface);
        sft[s] = v_sub(sfp[s], v_times(delta, surface));
    }
}

KERNEL(qcs_zone_center_velocity, global const int *first, global vec2 *zuc, global const vec2 *pu,
       global const vec2 *pu_ghost, global const long *mapsz, global const long *p1) {
    (void)mapsz;
    EACH(z, n.zones) {
        vec2 sum = v_make(0, 0);
        for (int s = first[z]; s < first[z + 1]; s++)
            sum = v_add(sum, AT(pu, pu_ghost, p1, n.sides, s));
        double count = first[z + 1] - first[z];
        zuc[z] = v_make(sum.x / count, sum.y / count);
    }
}

/** Side c also names the corner at its first point; s is the side before it. The corner's
 * quadrilateral is point, middle of c, zone centre, middle of s: 0, 1, 2, 3. */
KERNEL(qcs_corner_divergence, global const vec2 *zxp, global const vec2 *zuc,
       global const vec2 *pxp, global const vec2 *pxp_ghost, global const vec2 *pu,
       global const vec2 *pu_ghost, global const long *mapsz, global const long *p1,
       global const long *p2, global const long *mapss3, global const vec2 *exp_,
       global const double *elen, global double *carea_ccos, global double *cdiv_cevol_cdu) {
    EACH(c, n.sides) {
        long s = mapss3[c], z = mapsz[c];
        vec2 u0 = AT(pu, pu_ghost, p1, n.sides, c), x0 = AT(pxp, pxp_ghost, p1, n.sides, c);
        vec2 u1 = v_middle(u0, AT(pu, pu_ghost, p2, n.sides, c)), x1 = exp_[c];
        vec2 u2 = zuc[z], x2 = zxp[z];
        vec2 u3 = v_middle(AT(pu, pu_ghost, p1, n.sides, s), u0), x3 = exp_[s];
        double area = 0.5 * v_cross(v_sub(x2, x0), v_sub(x3, x1));
        double d1 = elen[s], d2 = elen[c], shorter = smaller(d1, d2);
        double cosine =
            shorter < 1e-12 ? 0 : 4 * v_dot(v_sub(x3, x0), v_sub(x1, x0)) / (d1 * d2);
        double divergence = (v_cross(v_sub(u2, u0), v_sub(x3, x1)) -
                             v_cross(v_sub(u3, u1), v_sub(x2, x0))) /
                            (2 * area);
        // Evolution length and change of velocity, only where the corner is compressed.
        vec2 g1 = v_times(0.5, v_sub(v_add(x1, x2), v_add(x0, x3)));
        vec2 g2 = v_times(0.5, v_sub(v_add(x2, x3), v_add(x0, x1)));
        vec2 mean = v_times(0.25, v_add(v_add(u0, u1), v_add(u2, u3)));
        double l1 = v_length(g1), l2 = v_length(g2);
        double ratio = fabs(v_dot(g1, mean) * l2) > fabs(v_dot(g2, mean) * l1) ? l1 / l2 : l2 / l1;
        double evolution = smaller(sqrt(4 * area * ratio), 2 * shorter);
        double du = larger(v_length(v_sub(v_add(u1, u2), v_add(u0, u3))),
                           v_length(v_sub(v_add(u2, u3), v_add(u0, u1))));
        carea_ccos[c] = area;
        carea_ccos[n.sides + c] = cosine;
        cdiv_cevol_cdu[c] = divergence;
        cdiv_cevol_cdu[n.sides + c] = divergence < 0 ? evolution : 0;
        cdiv_cevol_cdu[2 * n.sides + c] = divergence < 0 ? du : 0;
    }
}

KERNEL(qcs_qcn_force, global const double *zrp, global const double *zss, global const vec2 *pu,
       global const vec2 *pu_ghost, global const long *mapsz, global const long *p1,
       global const long *p2, global const long *mapss3, global const double *elen,
       global const double *cdiv_cevol_cdu, global vec2 *cqe) {
    EACH(c, n.sides) {
        long s = mapss3[c], z = mapsz[c];
        vec2 u = AT(pu, pu_ghost, p1, n.sides, c), before = AT(pu, pu_ghost, p1, n.sides, s);
        vec2 after = AT(pu, pu_ghost, p2, n.sides, c);
        double divergence = cdiv_cevol_cdu[c], evolution = cdiv_cevol_cdu[n.sides + c];
        double quadratic = k.q2 * 0.25 * (k.qgamma + 1) * cdiv_cevol_cdu[2 * n.sides + c];
        double linear = k.q1 * zss[z];
        double mu = divergence > 0
                        ? 0
                        : (quadratic + sqrt(quadratic * quadratic + linear * linear)) * zrp[z] *
                              evolution;
        cqe[c] = v_times(mu / elen[s], v_sub(u, before));
        cqe[n.sides + c] = v_times(mu / elen[c], v_sub(after, u));
    }
}

KERNEL(qcs_force, global const long *mapss4, global const double *elen,
       global const double *carea_ccos, global const vec2 *cqe, global vec2 *sfq) {
    EACH(s, n.sides) {
        vec2 sum = v_make(0, 0);
        for (int end = 0; end < 2; end++) { // its own corner, then the next one
            long c = end ? mapss4[s] : s;
            double cosine = carea_ccos[n.sides + c], sine2 = 1 - cosine * cosine;
            double w = sine2 >= 1e-4 ? carea_ccos[c] / sine2 : 0;
            double kappa = sine2 >= 1e-4 ? cosine : 0;
            vec2 e1 = cqe[c], e2 = cqe[n.sides + c];
            vec2 force = end ? v_add(e1, v_times(kappa, e2)) : v_add(e2, v_times(kappa, e1));
            sum = v_add(sum, v_times(w, force));
        }
        sfq[s] = v_times(1 / elen[s], sum);
    }
}

KERNEL(qcs_vel_diff, global const int *first, global const double *zss, global double *zdu,
       global const vec2 *pxp, global const vec2 *pxp_ghost, global const vec2 *pu,
       global const vec2 *pu_ghost, global const long *mapsz, global const long *p1,
       global const long *p2, global const double *elen) {
    (void)mapsz;
    EACH(z, n.zones) {
        double most = 0;
        for (int s = first[z]; s < first[z + 1]; s++) {
            vec2 du = v_sub(AT(pu, pu_ghost, p2, n.sides, s), AT(pu, pu_ghost, p1, n.sides, s));
            vec2 dx = v_sub(AT(pxp, pxp_ghost, p2, n.sides, s), AT(pxp, pxp_ghost, p1, n.sides, s));
            double closing = elen[s] > 0 ? fabs(v_dot(du, dx)) / elen[s] : 0;
            most = larger(most, closing);
        }
        zdu[z] = k.q1 * zss[z] + 2 * k.q2 * most;
    }
}

/** Like sum_point_mass. */
KERNEL(sum_point_force, global const int *first, global const int *corners,
       global const int *corners_ghost, global vec2 *pf, global vec2 *pf_ghost,
       global const long *mapsz, global const long *p1, global const long *mapss3,
       global const vec2 *sfq, global const vec2 *sft) {
    (void)first, (void)mapsz, (void)p1;
    EACH(i, n.points + n.ghosts) {
        int is_ghost = i >= n.points;
        long p = is_ghost ? i - n.points : i;
        global const int *offset = is_ghost ? corners_ghost : corners;
        global const int *corner = offset + 1 + (is_ghost ? n.ghosts : n.points);
        vec2 sum = v_make(0, 0);
        for (int c = offset[p]; c < offset[p + 1]; c++) {
            long s = corner[c], before = mapss3[s];
            sum = v_add(sum, v_sub(v_add(sfq[s], sft[s]), v_add(sfq[before], sft[before])));
        }
        if (is_ghost)
            pf_ghost[p] = v_add(pf_ghost[p], sum);
        else
            pf[p] = v_add(pf[p], sum);
    }
}

// --- the end of a cycle --------------------------------------------------------------------------

/** bc: has_bcx of every point, then has_bcy. */
KERNEL(apply_boundary_conditions, global const uchar *bc, global vec2 *pu0, global vec2 *pf) {
    EACH(p, n.points) {
        if (bc[p])
            pu0[p].x = pf[p].x = 0;
        if (bc[n.points + p])
            pu0[p].y = pf[p].y = 0;
    }
}

KERNEL(adv_pos_full, global const vec2 *px0, global const vec2 *pu0, global const vec2 *pf,
       global const double *pmaswt, global vec2 *px, global vec2 *pu,
       global const clock_state *clock) {
    const double dt = clock->dt;
    EACH(p, n.points) {
        double mass = larger(pmaswt[p], 1e-99);
        vec2 a = v_make(pf[p].x / mass, pf[p].y / mass);
        vec2 u = v_add(pu0[p], v_times(dt, a));
        pu[p] = u;
        px[p] = v_add(px0[p], v_times(0.5 * dt, v_add(u, pu0[p])));
    }
}

KERNEL(calc_work, global const int *first, global double *zw, global double *zetot,
       global const vec2 *pxp, global const vec2 *pxp_ghost, global const vec2 *pu0,
       global const vec2 *pu0_ghost, global const vec2 *pu, global const vec2 *pu_ghost,
       global const long *mapsz, global const long *p1, global const long *p2,
       global const vec2 *sfp, global const vec2 *sfq, global const clock_state *clock) {
    (void)mapsz;
    const double half_dt = 0.5 * clock->dt;
    EACH(z, n.zones) {
        double work = 0;
        for (int s = first[z]; s < first[z + 1]; s++) {
            vec2 force = v_add(sfp[s], sfq[s]);
            vec2 u1 = v_add(AT(pu0, pu0_ghost, p1, n.sides, s), AT(pu, pu_ghost, p1, n.sides, s));
            vec2 u2 = v_add(AT(pu0, pu0_ghost, p2, n.sides, s), AT(pu, pu_ghost, p2, n.sides, s));
            double d1 = v_dot(force, u1), d2 = -v_dot(force, u2);
            work -= half_dt * (d1 * AT(pxp, pxp_ghost, p1, n.sides, s).x +
                               d2 * AT(pxp, pxp_ghost, p2, n.sides, s).x);
        }
        zw[z] = work;
        zetot[z] += work;
    }
}

KERNEL(calc_work_rate_energy_rho_full, global const double *zvol0, global const double *zvol,
       global const double *zm, global const double *zw, global const double *zp,
       global const double *zetot, global double *zwrate, global double *ze, global double *zr,
       global const clock_state *clock) {
    const double dt = clock->dt;
    EACH(z, n.zones) {
        zwrate[z] = (zw[z] + zp[z] * (zvol[z] - zvol0[z])) / dt;
        ze[z] = zetot[z] / (zm[z] + 1e-99);
        zr[z] = zm[z] / zvol[z];
    }
}

/** extremes[0 … slots): least Courant limit over the rows of a work item; then slots: largest
 * relative change of volume. */
KERNEL(dt_extremes, long slots, global double *extremes, global const double *zdl,
       global const double *zvol0, global const double *zvol, global const double *zss,
       global const double *zdu) {
    double courant = 1e99, change = 0;
    EACH(z, n.zones) {
        courant = smaller(courant, zdl[z] * k.cfl / larger(larger(zdu[z], zss[z]), 1e-99));
        change = larger(change, fabs(zvol[z] - zvol0[z]) / fabs(zvol0[z]));
    }
    extremes[SLOT] = courant;
    extremes[slots + SLOT] = change;
}

/** Run by one work item. */
KERNEL(dt_combine, long slots, global const double *extremes, global const clock_state *clock,
       global const int *bad, global dt_limit *limit) {
    double courant = 1e99, change = 1e-99;
    for (long i = 0; i < slots; i++) {
        courant = smaller(courant, extremes[i]);
        change = larger(change, extremes[slots + i]);
    }
    limit->dt = smaller(smaller(k.dtmax, courant), clock->dt * k.cflv / change);
    limit->bad = *bad;
}

#ifdef __OPENCL_VERSION__
/** Extremes of `slots` work items become those of `fewer`. */
KERNEL(dt_fold, long slots, global const double *from, long fewer, global double *to) {
    EACH(i, fewer) {
        double courant = 1e99, change = 0;
        for (long j = i; j < slots; j += fewer) {
            courant = smaller(courant, from[j]);
            change = larger(change, from[slots + j]);
        }
        to[i] = courant;
        to[fewer + i] = change;
    }
}

KERNEL(clear_shares, global double *ghosts, long count) {
    EACH(i, count)
        ghosts[i] = 0;
}

/** Adds this piece's share of a shared block, doubles [first, first + count) of its ghosts. */
KERNEL(add_share, global double *block, global const double *ghosts, long first, long count) {
    EACH(i, count)
        block[i] += ghosts[first + i];
}
#endif
