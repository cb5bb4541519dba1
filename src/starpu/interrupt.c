// src/starpu/interrupt.c: Ctrl-C and SIGTERM as something that poll() can wait for.
#include "starpu/child.h"
#include "starpu/launch.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

// Signal handlers have no argument to find state through, so this is the program's.
static int pipe_fds[2] = {-1, -1};
static volatile sig_atomic_t interrupted;

static void note(int signal) {
    int saved = errno;
    (void)signal;
    interrupted = 1;
    ssize_t put = write(pipe_fds[1], "", 1); // a full pipe is readable as well
    (void)put;
    errno = saved;
}

void mw_run_catch_interrupt(void) {
    if (pipe_fds[0] >= 0 || pipe2(pipe_fds, O_CLOEXEC | O_NONBLOCK) != 0)
        return; // without a pipe Ctrl-C ends us at once, as it would have anyway
    struct sigaction action = {.sa_handler = note, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

bool mw_run_interrupted(void) {
    return interrupted;
}

int mw_interrupt_fd(void) {
    return pipe_fds[0];
}
