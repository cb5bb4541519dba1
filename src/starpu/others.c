// src/starpu/others.c: processor time that was not ours.
#include "starpu/others.h"
#include <stdio.h>
#include <unistd.h>

double mw_processors_busy_s(void) {
    FILE *f = fopen("/proc/stat", "r");
    // user nice system idle iowait irq softirq steal; guests are within user and nice
    unsigned long long t[8] = {0};
    int read = f ? fscanf(f, "cpu %llu %llu %llu %llu %llu %llu %llu %llu", &t[0], &t[1], &t[2],
                          &t[3], &t[4], &t[5], &t[6], &t[7])
                 : 0;
    if (f)
        fclose(f);
    long per_s = sysconf(_SC_CLK_TCK);
    if (read < 4 || per_s <= 0)
        return -1;
    return (double)(t[0] + t[1] + t[2] + t[5] + t[6] + t[7]) / (double)per_s;
}

int mw_processors_online(void) {
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count > 0 ? (int)count : 1;
}

void mw_others_add(mw_others *sum, double before, double after, double own_s, double wall_s) {
    if (before < 0 || after < before || !(wall_s > 0))
        return;
    double taken = after - before - own_s;
    sum->taken_s += taken > 0 ? taken : 0;
    sum->available_s += wall_s * mw_processors_online();
}

double mw_others_share(const mw_others *sum) {
    if (sum->available_s <= 0)
        return -1;
    double share = sum->taken_s / sum->available_s;
    return share < 1 ? share : 1;
}
