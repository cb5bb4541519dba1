// apps/pennant/types.cl: what the host and every kernel agree on. Read by the C compiler, by OpenCL
// compilers (before pennant.cl) and by nothing else: only plain C types, no includes.

typedef struct vec2 {
    double x, y; ///< x is the radius of the cylindrical geometry
} vec2;

/** Rows that a task works on. */
typedef struct shape {
    long zones, sides;
    long points; ///< of the block of points that is advanced, else private ones of the piece
    long ghosts; ///< points in all the shared blocks that the piece touches
} shape;

/** The deck's constants, as kernels need them. */
typedef struct physics {
    double gamma, ssmin, alfa, q1, q2, qgamma; ///< gas, least sound speed, TTS, QCS viscosity
    double cfl, cflv, dtmax;                   ///< limits of the time step
    double rinit, einit, rinitsub, einitsub;   ///< density, specific internal energy
    double sub[4];                             ///< subregion: x0, x1, y0, y1
    double uinitradial;
    long has_sub; ///< 0 or 1
} physics;

/** Where the run is in time; one for all pieces. Kernels read dt only. */
typedef struct clock_state {
    double dt;      ///< of the cycle that runs
    double time;    ///< at its start
    double dthydro; ///< the limit that the newest cycle left for the next
    double start_us, stop_us; ///< of the timed window, wall clock; 0: not stamped
    long cycle;               ///< finished ones
    long bad;                 ///< sides whose volume was not positive
} clock_state;

/** What one piece says about the next time step. */
typedef struct dt_limit {
    double dt;
    long bad;
} dt_limit;
