// src/starpu/preload/interpose_init.c: StarPU's start and end, seen on their way from the program
// (or from starpu_init and starpu_mpi_init*, which come by here) to StarPU.
#include <stdlib.h>

#include "starpu/preload/policy.h"
#include "starpu/preload/real.h"

MW_EXPORT int starpu_initialize(struct starpu_conf *conf, int *argc, char ***argv);
MW_EXPORT void starpu_shutdown(void);

/** Our library was compiled against one layout of StarPU's structures. */
static bool version_fits(void) {
    int major = 0, minor = 0, release = 0;
    if (mw_real()->starpu_get_version)
        mw_real()->starpu_get_version(&major, &minor, &release);
    if (mw_real_complete() && major == STARPU_MAJOR_VERSION && minor == STARPU_MINOR_VERSION)
        return true;
    mw_live_complain("this program uses StarPU %d.%d; Mapwright was built for %d.%d", major, minor,
                     STARPU_MAJOR_VERSION, STARPU_MINOR_VERSION);
    return false;
}

/** The scheduler that the program or its user asks for; NULL: none. */
static const char *asked_for(const struct starpu_conf *conf) {
    static char name[64];
    const char *given = mw_live.scheduler;
    if (!given && mw_live.mode == MW_LIVE_DRY)
        given = "eager"; // nothing is timed, so no models need to be loaded
    if (!given)
        given = getenv("STARPU_SCHED");
    if (!given || !*given)
        given = conf->sched_policy_name;
    if (!given || !*given)
        return NULL;
    snprintf(name, sizeof name, "%s", given); // the environment's own is about to go
    return name;
}

static void choose_policy(struct starpu_conf *conf) {
    const char *name = asked_for(conf);
    if (mw_live.mode == MW_LIVE_MAPPER) {
        mw_policy_prepare();
        conf->sched_policy = mw_mapper_policy();
    } else {
        conf->sched_policy = mw_stock_policy(name, conf->sched_policy);
    }
    // Both of these would win over conf->sched_policy; StarPU reads the environment again.
    conf->sched_policy_name = NULL;
    unsetenv("STARPU_SCHED");
    mw_live.policy = conf->sched_policy ? conf->sched_policy->policy_name : NULL;
    if (mw_live.mode == MW_LIVE_DRY) { // all disabled kernels run on the CPU
        const char *cpus = getenv("STARPU_NCPU");
        if (cpus && atoi(cpus) == 0)
            setenv("STARPU_NCPU", "1", 1);
        if (conf->ncpus == 0)
            conf->ncpus = 1;
    }
}

int starpu_initialize(struct starpu_conf *conf, int *argc, char ***argv) {
    static struct starpu_conf copy; // the program's own is not ours to change
    static int sessions;
    mw_live_start();
    if (mw_live.mode != MW_LIVE_OFF && sessions == 0 && !version_fits())
        mw_live.mode = MW_LIVE_OFF;
    if (mw_live.mode == MW_LIVE_OFF)
        return mw_real()->starpu_initialize ? mw_real()->starpu_initialize(conf, argc, argv)
                                            : -ENODEV;
    if (conf)
        copy = *conf;
    else
        mw_real()->starpu_conf_init(&copy);
    choose_policy(&copy);
    int result = mw_real()->starpu_initialize(&copy, argc, argv);
    if (result != 0)
        return result;
    if (!atomic_load(&mw_live.policy_started)) {
        mw_live_complain(
            "StarPU did not take our scheduling policy; what this run would show is not "
            "what was asked for");
        mw_live_finish();
        abort();
    }
    if (sessions++ == 0) {
        mw_live_workers();
        if (mw_live.mode == MW_LIVE_MAPPER)
            mw_policy_begin();
    }
    return 0;
}

void starpu_shutdown(void) {
    mw_real()->starpu_shutdown();
    mw_live_finish();
}
