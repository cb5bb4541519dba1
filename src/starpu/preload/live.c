// src/starpu/preload/live.c: start and end of the library's work, and what it reports.
#include "starpu/preload/live.h"
#include "base/file.h"
#include "starpu/preload/policy.h"
#include "starpu/preload/real.h"
#include "starpu/preload/recorder.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

mw_live_state mw_live;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t complaint_lock = PTHREAD_MUTEX_INITIALIZER;
static char complaint[1024];
static pid_t owner; ///< the process that acts; a child made by fork() does not

void mw_live_lock(void) {
    pthread_mutex_lock(&lock);
}

void mw_live_unlock(void) {
    pthread_mutex_unlock(&lock);
}

int64_t mw_live_now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

void mw_live_warn(const char *format, ...) {
    char text[2048];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    fprintf(stderr, "mapwright: %s\n", text);
}

void mw_live_complain(const char *format, ...) {
    char text[sizeof complaint];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    for (char *c = text; *c; c++)
        if (*c == '\n' || *c == '\r')
            *c = ' '; // the result file has one line for it
    pthread_mutex_lock(&complaint_lock);
    bool first = complaint[0] == '\0';
    if (first)
        memcpy(complaint, text, sizeof complaint);
    pthread_mutex_unlock(&complaint_lock);
    if (first)
        fprintf(stderr, "mapwright: %s\n", text);
}

mw_proc_kind mw_live_worker_kind(int worker) {
    return mw_real()->starpu_worker_get_type(worker) == STARPU_CPU_WORKER ? MW_PROC_CPU
                                                                          : MW_PROC_GPU;
}

static mw_live_mode mode_named(const char *name) {
    static const struct {
        const char *name;
        mw_live_mode mode;
    } MODES[] = {
        {"schedule", MW_LIVE_SCHEDULE},
        {"record", MW_LIVE_RECORD},
        {"record-dry", MW_LIVE_DRY},
        {"mapper", MW_LIVE_MAPPER},
    };
    for (size_t i = 0; i < MW_COUNT(MODES); i++)
        if (strcmp(name, MODES[i].name) == 0)
            return MODES[i].mode;
    mw_live_complain("MAPWRIGHT_MODE is '%s', which is no mode", name);
    return MW_LIVE_OFF;
}

/** A variable's value, kept; a file's name made absolute, since programs change their folder. */
static const char *variable(const char *name, bool is_file) {
    const char *value = getenv(name);
    if (!value || !*value)
        return NULL;
    char folder[PATH_MAX];
    mw_str text = {0};
    if (is_file && *value != '/' && getcwd(folder, sizeof folder))
        mw_str_printf(&text, "%s/", folder);
    mw_str_add(&text, value);
    return mw_str_detach(&text);
}

/** The first process that initialises StarPU acts; others under the same environment (children of a
 * script, ranks) find the file taken. False: somebody else acts, or the file cannot be made. */
static bool claim_result(void) {
    static const char STARTED[] = "started 1\n";
    if (!mw_live.result)
        return true;
    int fd = open(mw_live.result, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0) {
        mw_live_complain("cannot write %s: %s", mw_live.result, strerror(errno));
        return false;
    }
    flock(fd, LOCK_EX);
    bool mine = lseek(fd, 0, SEEK_END) == 0 &&
                write(fd, STARTED, sizeof STARTED - 1) == (ssize_t)sizeof STARTED - 1;
    close(fd);
    return mine;
}

/** A program that checks its results fails when nothing was computed; what it submitted is still
 * worth writing. This is more than a signal handler may do; the process ends anyway, and at worst
 * it hangs and meets its time limit. */
static void aborted(int signal_number) {
    signal(signal_number, SIG_DFL);
    mw_live_complain("the program aborted, perhaps because kernels were disabled; its tasks up to "
                     "there were recorded");
    mw_live_finish();
    raise(signal_number);
}

static pthread_once_t started = PTHREAD_ONCE_INIT;

static void start(void) {
    const char *mode = getenv("MAPWRIGHT_MODE");
    if (!mode || !*mode)
        return;
    mw_live.result = variable("MAPWRIGHT_RESULT", true);
    mw_live.scheduler = variable("MAPWRIGHT_SCHEDULER", false);
    mw_live.mapper = variable("MAPWRIGHT_MAPPER", true);
    mw_live.graph_in = variable("MAPWRIGHT_GRAPH_IN", true);
    mw_live.graph_out = variable("MAPWRIGHT_GRAPH_OUT", true);
    mw_live.trace = variable("MAPWRIGHT_TRACE", true);
    if (!claim_result())
        return;
    mw_live.mode = mode_named(mode);
    owner = getpid();
    atexit(mw_live_finish);
}

void mw_live_start(void) {
    pthread_once(&started, start);
}

void mw_live_workers(void) {
    mw_live.cpu_workers = mw_live.gpu_workers = 0;
    int count = (int)mw_real()->starpu_worker_get_count();
    for (int w = 0; w < count && w < MW_LIVE_WORKERS; w++)
        if (mw_live_worker_kind(w) == MW_PROC_CPU)
            mw_live.cpu_workers++;
        else
            mw_live.gpu_workers++;
    if (mw_live.mode == MW_LIVE_DRY) // not earlier: OpenCL drivers set handlers of their own
        signal(SIGABRT, aborted);
}

void mw_live_submitted(void) {
    int64_t none = 0;
    if (atomic_load_explicit(&mw_live.first_submit_ns, memory_order_relaxed) == 0)
        atomic_compare_exchange_strong(&mw_live.first_submit_ns, &none, mw_live_now_ns());
}

void mw_live_count(int worker, int64_t end_ns) {
    if (worker < 0 || worker >= MW_LIVE_WORKERS)
        return;
    mw_live_counts *c = &mw_live.counts[worker];
    atomic_fetch_add_explicit(&c->tasks, 1, memory_order_relaxed);
    atomic_store_explicit(&c->last_end_ns, end_ns, memory_order_relaxed);
}

double mw_live_makespan_us(void) {
    int64_t last = 0;
    for (int i = 0; i < MW_LIVE_WORKERS; i++)
        if (mw_live.counts[i].last_end_ns > last)
            last = mw_live.counts[i].last_end_ns;
    return last > 0 ? (double)(last - mw_live.first_submit_ns) / 1e3 : -1;
}

static void write_result(bool recorded) {
    mw_str text = {0};
    uint64_t tasks = 0, placed = 0, fallbacks = 0;
    for (int i = 0; i < MW_LIVE_WORKERS; i++) {
        tasks += mw_live.counts[i].tasks;
        placed += mw_live.counts[i].placed;
        fallbacks += mw_live.counts[i].fallbacks;
    }
    int major = 0, minor = 0, release = 0;
    mw_real()->starpu_get_version(&major, &minor, &release);
    mw_str_printf(&text, "started 1\nversion %s\nstarpu %d.%d.%d\n", MW_VERSION, major, minor,
                  release);
    if (mw_live.policy)
        mw_str_printf(&text, "policy %s\n", mw_live.policy);
    mw_str_printf(&text, "makespan_us %.3f\ntasks %llu\nplaced %llu\nfallbacks %llu\n",
                  mw_live_makespan_us(), (unsigned long long)tasks, (unsigned long long)placed,
                  (unsigned long long)fallbacks);
    mw_str_printf(&text, "cpu_workers %u\ngpu_workers %u\n", mw_live.cpu_workers,
                  mw_live.gpu_workers);
    if (recorded)
        mw_str_add(&text, "recorded 1\n");
    if (complaint[0])
        mw_str_printf(&text, "message %s\n", complaint);
    if (text.failed || mw_file_write(mw_live.result, text.text, text.len, NULL) != MW_OK)
        fprintf(stderr, "mapwright: cannot write %s\n", mw_live.result);
    mw_str_clear(&text);
}

void mw_live_finish(void) {
    if (mw_live.mode == MW_LIVE_OFF || getpid() != owner)
        return;
    mw_live_lock();
    bool records = mw_live.mode == MW_LIVE_RECORD || mw_live.mode == MW_LIVE_DRY;
    bool recorded = records && mw_live.graph_out && atomic_load(&mw_live.policy_started) &&
                    mw_recorder_write(mw_live.graph_out);
    if (mw_live.mode == MW_LIVE_MAPPER)
        mw_policy_report();
    if (mw_live.result)
        write_result(recorded);
    mw_live_unlock();
}
