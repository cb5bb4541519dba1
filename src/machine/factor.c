// src/machine/factor.c: dividing an extent into factors: balanced, greedy, and the best for given
// weights.
#include "machine/space.h"
#include <math.h>
#include <string.h>

enum { DISTINCT_PRIMES_MAX = 15 }; // the product of the first 16 primes is above 2^63 / 2

typedef struct primes {
    uint32_t count;
    int64_t prime[DISTINCT_PRIMES_MAX + 1]; // ascending
    uint32_t exponent[DISTINCT_PRIMES_MAX + 1];
} primes;

/** Trial division; d <= 2^28 (a machine's processors), so at most 16384 divisions. */
static primes factorise(int64_t d) {
    primes f = {0};
    for (int64_t p = 2; p <= d / p; p++) {
        if (d % p != 0)
            continue;
        f.prime[f.count] = p;
        for (; d % p == 0; d /= p)
            f.exponent[f.count]++;
        f.count++;
    }
    if (d > 1) {
        f.prime[f.count] = d;
        f.exponent[f.count++] = 1;
    }
    return f;
}

void mw_balance_split(int64_t d, uint32_t n, int64_t part[]) {
    primes f = factorise(d);
    for (uint32_t i = 0; i < n; i++)
        part[i] = 1;
    for (uint32_t k = 0; k < f.count; k++)
        for (uint32_t e = 0; e < f.exponent[k]; e++) {
            uint32_t smallest = 0;
            for (uint32_t i = 1; i < n; i++)
                if (part[i] < part[smallest])
                    smallest = i;
            part[smallest] *= f.prime[k];
        }
    for (uint32_t i = 1; i < n; i++) // insertion sort, descending
        for (uint32_t j = i; j > 0 && part[j] > part[j - 1]; j--) {
            int64_t swap = part[j];
            part[j] = part[j - 1];
            part[j - 1] = swap;
        }
}

void mw_greedy_split(int64_t d, uint32_t n, const int64_t weight[], int64_t part[]) {
    primes f = factorise(d);
    double left[MW_SPACE_RANK_MAX];
    for (uint32_t i = 0; i < n; i++) {
        part[i] = 1;
        left[i] = (double)weight[i];
    }
    for (uint32_t k = f.count; k-- > 0;)
        for (uint32_t e = 0; e < f.exponent[k]; e++) {
            uint32_t largest = 0;
            for (uint32_t i = 1; i < n; i++)
                if (left[i] > left[largest])
                    largest = i;
            part[largest] *= f.prime[k];
            left[largest] /= (double)f.prime[k];
        }
}

/** Ways to write d as a product of n ordered factors: per prime with exponent e there are
 * C(e + n - 1, n - 1). More than the limit: limit + 1. */
static uint32_t count_candidates(const primes *f, uint32_t n) {
    uint64_t ways = 1;
    for (uint32_t k = 0; k < f->count; k++) {
        uint64_t choose = 1; // C(e + i, i), exact at each i
        for (uint32_t i = 1; i < n; i++) {
            choose = choose * (f->exponent[k] + i) / i;
            if (choose > MW_SPLIT_CANDIDATES_MAX)
                return MW_SPLIT_CANDIDATES_MAX + 1;
        }
        ways *= choose;
        if (ways > MW_SPLIT_CANDIDATES_MAX)
            return MW_SPLIT_CANDIDATES_MAX + 1;
    }
    return (uint32_t)ways;
}

typedef struct search {
    primes primes;
    uint32_t n;
    const int64_t *weight;
    int64_t part[MW_SPACE_RANK_MAX];   // the candidate so far
    int64_t greedy[MW_SPACE_RANK_MAX]; // wins among ties
    int64_t first[MW_SPACE_RANK_MAX];  // of the ties
    bool any, greedy_tied;
    float least;
} search;

static void weigh(search *s) {
    double sum = 0;
    for (uint32_t i = 0; i < s->n; i++) // rounded as the reference does, where no double can tell
        sum += (double)(float)((double)(float)s->part[i] / (double)(float)s->weight[i]);
    float cost = (float)sum;
    bool tie = s->any && (double)fabsf(cost - s->least) < 1e-6;
    if (!tie && s->any && cost > s->least)
        return;
    size_t bytes = s->n * sizeof *s->part;
    bool greedy = memcmp(s->part, s->greedy, bytes) == 0;
    if (tie) {
        s->greedy_tied = s->greedy_tied || greedy;
        return;
    }
    s->any = true;
    s->least = cost;
    s->greedy_tied = greedy;
    memcpy(s->first, s->part, bytes);
}

/** Gives `left` powers of prime `k - 1` to dimensions dim, dim + 1, …; then the next prime down. */
static void enumerate(search *s, uint32_t k, uint32_t dim, uint32_t left) {
    if (k == 0) {
        weigh(s);
        return;
    }
    int64_t prime = s->primes.prime[k - 1], before = s->part[dim];
    bool last = dim + 1 == s->n;
    for (uint32_t e = last ? left : 0; e <= left; e++) {
        int64_t power = 1;
        for (uint32_t i = 0; i < e; i++)
            power *= prime;
        s->part[dim] = before * power;
        if (last)
            enumerate(s, k - 1, 0, k > 1 ? s->primes.exponent[k - 2] : 0);
        else
            enumerate(s, k, dim + 1, left - e);
    }
    s->part[dim] = before;
}

uint32_t mw_auto_split(int64_t d, uint32_t n, const int64_t weight[], int64_t part[]) {
    search s = {.primes = factorise(d), .n = n, .weight = weight};
    uint32_t candidates = count_candidates(&s.primes, n);
    if (candidates > MW_SPLIT_CANDIDATES_MAX)
        return 0;
    for (uint32_t i = 0; i < n; i++)
        s.part[i] = 1;
    if (d == 1) { // the weights may be anything
        memcpy(part, s.part, n * sizeof *part);
        return candidates;
    }
    mw_greedy_split(d, n, weight, s.greedy);
    uint32_t primes = s.primes.count;
    enumerate(&s, primes, 0, primes ? s.primes.exponent[primes - 1] : 0);
    memcpy(part, s.greedy_tied ? s.greedy : s.first, n * sizeof *part);
    return candidates;
}
