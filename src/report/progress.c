// src/report/progress.c: how far a long job is.
#include "report/progress.h"
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>

enum { WIDEST_BAR = 30, NARROWEST_BAR = 5 };

static double now_s(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void keep(mw_progress *p, const char *text) {
    mw_str shown = {0};
    mw_text_clip(&shown, text, (int)sizeof p->text / 4 - 1,
                 true); // a code point has 4 bytes at most
    snprintf(p->text, sizeof p->text, "%s", mw_str_text(&shown));
    mw_str_clear(&shown);
}

void mw_progress_start(mw_progress *p, FILE *out, const mw_look *look, bool terminal,
                       uint32_t total) {
    *p = (mw_progress){.out = out, .look = *look, .terminal = terminal, .total = total};
    p->start_s = now_s();
}

static void elapsed_text(char *out, size_t size, double elapsed_s) {
    unsigned long seconds = elapsed_s > 0 && elapsed_s < 1e9 ? (unsigned long)elapsed_s : 0;
    if (seconds >= 3600)
        snprintf(out, size, "%lu:%02lu:%02lu", seconds / 3600, seconds / 60 % 60, seconds % 60);
    else
        snprintf(out, size, "%lu:%02lu", seconds / 60, seconds % 60);
}

void mw_progress_line(const mw_progress *p, double elapsed_s, mw_str *out) {
    char counts[64], elapsed[32];
    int room = p->look.width - 1;
    snprintf(counts, sizeof counts, "%u/%u", p->done, p->total);
    elapsed_text(elapsed, sizeof elapsed, elapsed_s);
    int fixed = (int)(strlen(counts) + strlen(elapsed)) + 5; // brackets, three blanks
    int bar = (room - fixed) / 3;
    bar = bar > WIDEST_BAR ? WIDEST_BAR : bar;
    if (bar < NARROWEST_BAR) { // too narrow for anything but words
        mw_text_clip(out, p->text, room, p->look.utf8);
        return;
    }
    mw_str_add_char(out, '[');
    mw_text_color(out, 2, p->look.color);
    mw_text_bar(out, p->total ? (double)p->done / p->total : 0, bar, p->look.utf8);
    mw_text_color(out, -1, p->look.color);
    mw_str_printf(out, "] %s ", counts);
    mw_text_dim(out, true, p->look.color);
    mw_str_add(out, elapsed);
    mw_text_dim(out, false, p->look.color);
    mw_str_add_char(out, ' ');
    mw_text_clip(out, p->text, room - fixed - bar, p->look.utf8);
}

/** A terminal may have been made narrower, and a line that wraps cannot be drawn over. */
static void look_again(mw_progress *p) {
    struct winsize size;
    int fd = fileno(p->out);
    if (fd >= 0 && ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        p->look.width = size.ws_col;
}

static void draw(mw_progress *p) {
    mw_str line = {0};
    look_again(p);
    mw_progress_line(p, now_s() - p->start_s, &line);
    fprintf(p->out, "\r%s\033[K", mw_str_text(&line));
    fflush(p->out);
    mw_str_clear(&line);
    p->drawn = true;
}

void mw_progress_step(mw_progress *p, uint32_t done, const char *text) {
    char before[sizeof p->text];
    uint32_t done_before = p->done;
    memcpy(before, p->text, sizeof before);
    keep(p, text);
    p->done = done < p->total ? done : p->total;
    if (p->terminal) {
        draw(p);
        return;
    }
    if (p->drawn && p->done == done_before && strcmp(before, p->text) == 0)
        return;
    uint32_t step = p->done < p->total ? p->done + 1 : p->total;
    fprintf(p->out, "step %u of %u: %s\n", step, p->total, p->text);
    fflush(p->out); // a log that is being watched
    p->drawn = true;
}

void mw_progress_tick(mw_progress *p) {
    if (p->terminal && p->drawn)
        draw(p);
}

void mw_progress_clear(mw_progress *p) {
    if (!p->terminal || !p->drawn)
        return;
    fputs("\r\033[K", p->out);
    fflush(p->out);
    p->drawn = false;
}

void mw_progress_end(mw_progress *p, const char *text) {
    char elapsed[32];
    mw_progress_clear(p);
    if (!text)
        return;
    elapsed_text(elapsed, sizeof elapsed, now_s() - p->start_s);
    fprintf(p->out, "%s (%s)\n", text, elapsed);
    fflush(p->out);
}
