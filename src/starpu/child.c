// src/starpu/child.c: fork, exec, watch with poll, end the whole process group.
#include "starpu/child.h"
#include "starpu/launch.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now_s(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static mw_status cannot(mw_diags *diags, const mw_child_spec *spec, const char *what) {
    mw_diag_in(diags, MW_ERROR, MW_PROGRAM_NOT_STARTED, spec->path, NULL, NULL, "cannot %s: %s",
               what, strerror(errno));
    return MW_ERR_IO;
}

// --- the end of what it printed ------------------------------------------------------------------

/** Keeps at least the last MW_CHILD_OUTPUT_MAX bytes. */
typedef struct tail {
    char bytes[2 * MW_CHILD_OUTPUT_MAX];
    size_t len;
} tail;

/** Reads what is there. False: the other side is closed. */
static bool tail_read(tail *t, int fd) {
    for (int i = 0; i < 64; i++) { // then look at the clock again
        if (t->len == sizeof t->bytes) {
            t->len -= MW_CHILD_OUTPUT_MAX;
            memmove(t->bytes, t->bytes + MW_CHILD_OUTPUT_MAX, t->len);
        }
        ssize_t got = read(fd, t->bytes + t->len, sizeof t->bytes - t->len);
        if (got > 0)
            t->len += (size_t)got;
        else
            return got < 0 && (errno == EAGAIN || errno == EINTR);
    }
    return true;
}

/** Bytes of the UTF-8 sequence at s (RFC 3629), 0 if there is none. */
static size_t sequence(const unsigned char *s, size_t left) {
    if (s[0] < 0x80)
        return s[0] >= 0x20 && s[0] != 0x7f ? 1 : 0;
    size_t n = s[0] >= 0xf0 && s[0] <= 0xf4 ? 4 : s[0] >= 0xe0 ? 3 : s[0] >= 0xc2 ? 2 : 0;
    if (n == 0 || n > left || s[0] > 0xf4)
        return 0;
    for (size_t i = 1; i < n; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    bool overlong = (s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xf0 && s[1] < 0x90);
    bool no_character = (s[0] == 0xed && s[1] > 0x9f) || (s[0] == 0xf4 && s[1] > 0x8f);
    bool control = s[0] == 0xc2 && s[1] < 0xa0;
    return overlong || no_character || control ? 0 : n;
}

/** It is shown on terminals and put into JSON: no escape sequences, no broken characters. */
static char *tail_text(const tail *t) {
    size_t from = t->len > MW_CHILD_OUTPUT_MAX ? t->len - MW_CHILD_OUTPUT_MAX : 0;
    char *text = malloc(t->len - from + 1), *to = text;
    if (!text)
        return NULL;
    while (from < t->len && from > 0 && ((unsigned char)t->bytes[from] & 0xc0) == 0x80)
        from++; // not in the middle of a character
    while (from < t->len) {
        const unsigned char *s = (const unsigned char *)t->bytes + from;
        size_t n = *s == '\n' || *s == '\t' ? 1 : sequence(s, t->len - from);
        if (n) {
            memcpy(to, s, n);
            to += n;
        } else if (*s != '\r') {
            *to++ = '?';
        }
        from += n ? n : 1;
    }
    *to = '\0';
    return text;
}

// --- starting ------------------------------------------------------------------------------------

typedef struct pipes {
    int output[2], failure[2]; ///< [read end, write end]; -1: none
} pipes;

static void close_fd(int *fd) {
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static void pipes_close(pipes *p) {
    close_fd(&p->output[0]);
    close_fd(&p->output[1]);
    close_fd(&p->failure[0]);
    close_fd(&p->failure[1]);
}

/** In the child: nothing here may allocate or lock, since other threads were not copied. */
static _Noreturn void become(const mw_child_spec *spec, const pipes *p, pid_t parent) {
    static const int RESET[] = {SIGINT, SIGTERM, SIGPIPE, SIGCHLD, SIGQUIT, SIGHUP};
    sigset_t none;
    sigemptyset(&none);
    setpgid(0, 0); // the parent does it too: whoever comes first
    for (size_t i = 0; i < MW_COUNT(RESET); i++)
        signal(RESET[i], SIG_DFL);
    sigprocmask(SIG_SETMASK, &none, NULL);
    prctl(PR_SET_PDEATHSIG, SIGKILL); // if we are killed, it must not go on alone
    bool ok = getppid() == parent;
    if (!spec->pass_output)
        ok = ok && dup2(p->output[1], STDOUT_FILENO) >= 0 && dup2(p->output[1], STDERR_FILENO) >= 0;
    // A process group in the background is stopped when it reads from the terminal.
    if (!spec->pass_output || isatty(STDIN_FILENO)) {
        int null = open("/dev/null", O_RDONLY);
        ok = ok && null >= 0 && dup2(null, STDIN_FILENO) >= 0;
        if (null > STDERR_FILENO)
            close(null);
    }
    if (ok)
        execve(spec->path, spec->argv, spec->envp);
    int why = errno;
    ssize_t put = write(p->failure[1], &why, sizeof why);
    (void)put;
    _exit(127);
}

/** The child's id; -1 with errno. */
static pid_t start(const mw_child_spec *spec, pipes *p, int *exec_errno) {
    if (pipe2(p->failure, O_CLOEXEC) != 0)
        return -1;
    if (!spec->pass_output &&
        (pipe2(p->output, O_CLOEXEC) != 0 || fcntl(p->output[0], F_SETFL, O_NONBLOCK) != 0))
        return -1;
    pid_t parent = getpid(), child = fork();
    if (child == 0)
        become(spec, p, parent);
    if (child < 0)
        return -1;
    setpgid(child, child);
    close_fd(&p->output[1]);
    close_fd(&p->failure[1]);
    ssize_t got;
    do // an exec that works closes the pipe
        got = read(p->failure[0], exec_errno, sizeof *exec_errno);
    while (got < 0 && errno == EINTR);
    if (got != (ssize_t)sizeof *exec_errno)
        *exec_errno = 0;
    close_fd(&p->failure[0]);
    return child;
}

// --- watching ------------------------------------------------------------------------------------

typedef struct watch {
    pid_t child;
    int child_fd;            ///< readable once it has ended; -1: the system has no such thing
    int output_fd;           ///< -1: passed on, or closed
    double started_s, end_s; ///< end_s: when to end it; INFINITY: never
    double kill_s;           ///< when to stop asking; 0: it has not been asked to end
    tail *tail;
} watch;

static bool has_ended(const watch *w) {
    siginfo_t info = {0};
    // It stays a zombie, so that its process group's id cannot become somebody else's.
    return waitid(P_PID, (id_t)w->child, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid;
}

static int wait_ms(const watch *w, double now) {
    double until = w->kill_s > 0 ? w->kill_s : w->end_s;
    double ms = (until - now) * 1e3;
    int most = w->child_fd < 0 ? 20 : 60000; // without a pidfd we have to ask
    return ms < 0 ? 0 : ms < most ? (int)ms + 1 : most;
}

static void ask_to_end(watch *w, double now) {
    if (w->kill_s > 0)
        return;
    kill(-w->child, SIGTERM);
    kill(-w->child, SIGCONT); // one that is stopped would not notice
    w->kill_s = now + MW_CHILD_GRACE_MS * 1e-3;
}

static void watch_until_end(watch *w, mw_child *out) {
    while (!has_ended(w)) {
        double now = now_s();
        bool interrupt = mw_run_interrupted();
        if (w->kill_s > 0 && now >= w->kill_s)
            kill(-w->child, SIGKILL);
        else if (interrupt && !out->timed_out)
            out->interrupted = true;
        else if (now >= w->end_s && !out->interrupted)
            out->timed_out = true;
        if (out->interrupted || out->timed_out)
            ask_to_end(w, now);
        bool killed = w->kill_s > 0 && now >= w->kill_s;
        struct pollfd fds[3] = {{.fd = w->child_fd, .events = POLLIN},
                                {.fd = w->output_fd, .events = POLLIN},
                                {.fd = interrupt ? -1 : mw_interrupt_fd(), .events = POLLIN}};
        poll(fds, MW_COUNT(fds), killed ? 20 : wait_ms(w, now));
        if (w->output_fd >= 0 && fds[1].revents && !tail_read(w->tail, w->output_fd))
            close_fd(&w->output_fd);
    }
}

static double seconds(struct timeval t) {
    return (double)t.tv_sec + 1e-6 * (double)t.tv_usec;
}

mw_status mw_child_run(const mw_child_spec *spec, mw_child *out, mw_diags *diags) {
    mw_status status = MW_OK;
    pipes p = {{-1, -1}, {-1, -1}};
    mw_child r = {0};
    tail *t = spec->pass_output ? NULL : calloc(1, sizeof *t);
    if (!spec->pass_output && !t)
        return MW_ERR_NOMEM;
    struct sigaction own_children = {.sa_handler = SIG_DFL}, before;
    sigaction(SIGCHLD, &own_children, &before); // ignored (inherited): its status would be lost
    watch w = {.child_fd = -1, .tail = t, .started_s = now_s()};
    w.end_s = spec->time_limit_s > 0 ? w.started_s + spec->time_limit_s : 1e300;
    double busy_s = mw_processors_busy_s();
    w.child = start(spec, &p, &r.exec_errno);
    if (w.child < 0) {
        status = cannot(diags, spec, "start a process");
        goto free_tail;
    }
    w.output_fd = p.output[0];
    if (r.exec_errno == 0) {
        w.child_fd = pidfd_open(w.child, 0);
        watch_until_end(&w, &r);
        kill(-w.child, SIGKILL); // what it left behind
    }
    r.wall_s = now_s() - w.started_s;
    struct rusage used = {0};
    while (wait4(w.child, &r.wait_status, 0, &used) < 0 && errno == EINTR)
        ;
    mw_others_add(&r.others, busy_s, mw_processors_busy_s(),
                  seconds(used.ru_utime) + seconds(used.ru_stime), r.wall_s);
    if (w.output_fd >= 0) // a process that left the group may hold it open: take what is there
        tail_read(t, w.output_fd);
    p.output[0] = w.output_fd;
    if (t && !(r.output = tail_text(t)))
        status = MW_ERR_NOMEM;
    else
        *out = r;
    close_fd(&w.child_fd);
free_tail:
    sigaction(SIGCHLD, &before, NULL);
    pipes_close(&p);
    free(t);
    return status;
}
