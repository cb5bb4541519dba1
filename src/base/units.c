// src/base/units.c: numbers as people read them.
#include "base/units.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** Rounded to three significant digits first, so that 999.6 us becomes 1.00 ms, not 1000 us. */
static double rounded(double x) {
    char text[MW_UNIT_TEXT];
    snprintf(text, sizeof text, "%.2e", x);
    return strtod(text, NULL);
}

static char *three_digits(char out[MW_UNIT_TEXT], double x, const char *unit) {
    int decimals = x < 10 ? 2 : x < 100 ? 1 : 0;
    snprintf(out, MW_UNIT_TEXT, "%.*f %s", decimals, x, unit);
    return out;
}

static char *none(char out[MW_UNIT_TEXT]) {
    snprintf(out, MW_UNIT_TEXT, "-");
    return out;
}

char *mw_unit_us(char out[MW_UNIT_TEXT], double us) {
    if (!isfinite(us) || us < 0)
        return none(out);
    us = rounded(us);
    if (us < 0.005) {
        snprintf(out, MW_UNIT_TEXT, us == 0 ? "0 us" : "<0.01 us");
        return out;
    }
    if (us < 1e3)
        return three_digits(out, us, "us");
    if (us < 1e6)
        return three_digits(out, us / 1e3, "ms");
    if (us < 1e15)
        return three_digits(out, us / 1e6, "s");
    snprintf(out, MW_UNIT_TEXT, "%.2e s", us / 1e6);
    return out;
}

char *mw_unit_us_round(char out[MW_UNIT_TEXT], double us) {
    mw_unit_us(out, us);
    char *blank = strchr(out, ' '), *point = strchr(out, '.');
    if (!blank || !point)
        return out;
    char *end = blank;
    while (end[-1] == '0')
        end--;
    if (end[-1] == '.')
        end--;
    memmove(end, blank, strlen(blank) + 1);
    return out;
}

char *mw_unit_bytes(char out[MW_UNIT_TEXT], uint64_t bytes) {
    static const char *const UNITS[] = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    if (bytes < 1024) {
        snprintf(out, MW_UNIT_TEXT, "%u B", (unsigned)bytes);
        return out;
    }
    double x = (double)bytes / 1024;
    size_t unit = 0;
    // four digits are kept below the next unit: 1023 KiB is clearer than 1.00 MiB
    while (unit + 1 < sizeof UNITS / sizeof *UNITS && x >= 1023.5) {
        x /= 1024;
        unit++;
    }
    return three_digits(out, x < 1000 ? rounded(x) : x, UNITS[unit]);
}

char *mw_unit_percent(char out[MW_UNIT_TEXT], double part) {
    double percent = part * 100;
    if (!isfinite(percent))
        return none(out);
    double size = fabs(percent);
    if (size > 0 && size < 0.05)
        snprintf(out, MW_UNIT_TEXT, "<0.1%%");
    else if (size > 0 && size < 9.95)
        snprintf(out, MW_UNIT_TEXT, "%.1f%%", percent);
    else
        snprintf(out, MW_UNIT_TEXT, size < 1e9 ? "%.0f%%" : "%.2e%%", percent);
    return out;
}

char *mw_unit_speedup(char out[MW_UNIT_TEXT], double times) {
    if (!isfinite(times) || times <= 0)
        return none(out);
    times = rounded(times);
    snprintf(out, MW_UNIT_TEXT, times < 10 ? "%.2fx" : times < 100 ? "%.1fx" : "%.4gx", times);
    return out;
}

char *mw_unit_count(char out[MW_UNIT_TEXT], uint64_t n) {
    char digits[MW_UNIT_TEXT];
    int length = snprintf(digits, sizeof digits, "%llu", (unsigned long long)n);
    int at = 0;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            out[at++] = ',';
        out[at++] = digits[i];
    }
    out[at] = '\0';
    return out;
}

char *mw_unit_gbps(char out[MW_UNIT_TEXT], double gbps) {
    if (!isfinite(gbps) || gbps < 0)
        return none(out);
    if (gbps >= 1e15) {
        snprintf(out, MW_UNIT_TEXT, "%.2e GB/s", gbps);
        return out;
    }
    return three_digits(out, rounded(gbps), "GB/s");
}

double mw_unit_tick(double top, int wanted) {
    double raw = top / wanted, power = pow(10, floor(log10(raw)));
    double steps = raw / power * (1 + 1e-9); // 0.3 / 6 is a little less than 0.05
    return (steps >= 5 ? 5 : steps >= 2 ? 2 : 1) * power;
}
