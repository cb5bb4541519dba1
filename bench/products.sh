#!/usr/bin/env bash
# bench/products.sh BUILD: the six matrix multiplications at N (2048) on this machine's cores under StarPU's lws: GFLOP/s against one
# plain dgemm on as many threads, and how much of the workers' time is in kernels; then what recording the published size with kernels
# disabled takes. The contestants take turns; medians over ROUNDS (7) rounds.
set -euo pipefail
build=$(cd "${1:-build}" && pwd)
n=${N:-2048} rounds=${ROUNDS:-7} workers=${WORKERS:-$(nproc)}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export STARPU_SILENT=1 STARPU_HOME="$work" STARPU_NCPU=$workers STARPU_OPENCL_ON_CPUS=0 STARPU_SCHED=lws
programs="cannon summa pumma johnson solomonik cosma"

median() { sort -g "$1" | awk '{x[NR] = $1} END {print NR % 2 ? x[(NR + 1) / 2] : (x[NR / 2] + x[NR / 2 + 1]) / 2}'; }
quartiles() { sort -g "$1" | awk '{x[NR] = $1} END {printf "%.1f .. %.1f", x[int((NR + 3) / 4)], x[int((3 * NR + 3) / 4)]}'; }

for ((round = 0; round < rounds; round++)); do
    "$build/bench/dgemm" "$n" "$workers" | sed 's/.* \([0-9.]*\) GFLOP.*/\1/' >>"$work/dgemm"
    for program in $programs; do
        for form in moves flat; do
            option=""
            [ $form = moves ] || option=--flat
            "$build/apps/$program/$program" -n "$n" -reps 2 --no-verify $option |
                sed -n 's/^time .* \([0-9.]*\) GFLOP.*/\1/p' | tail -1 >>"$work/$program.$form" # the first one warms up
        done
    done
done
echo "$workers workers; n = $n; GFLOP/s, median (middle half) of $rounds rounds in turn; $(nproc) cores, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)"
plain=$(median "$work/dgemm")
printf '%-10s %8.1f  (%s)\n' "one dgemm" "$plain" "$(quartiles "$work/dgemm")"
for program in $programs; do
    for form in moves flat; do
        value=$(median "$work/$program.$form")
        printf '%-10s %8.1f  (%s)  %3.0f%% of one dgemm  %s\n' "$program" "$value" "$(quartiles "$work/$program.$form")" \
            "$(awk -v a="$value" -v b="$plain" 'BEGIN {print 100 * a / b}')" $form
    done
done

echo
echo "share of the workers' time in kernels, one recorded run each, fills and all; recording n = 20000 with kernels disabled"
for program in $programs; do
    "$build/mapwright" record -o "$work/$program.mwg" -- "$build/apps/$program/$program" -n "$n" --no-verify >/dev/null
    share=$("$build/mapwright" graph stats --json "$work/$program.mwg" | tr ',{' '\n\n' |
        awk -F: -v w="$workers" '/"measured_us"/ {all = $2} /"us"/ {busy += $2} END {printf "%.0f", 100 * busy / all / w}')
    start=$(date +%s%N)
    summary=$("$build/mapwright" record --dry -o "$work/dry.mwg" -- "$build/apps/$program/$program" -n 20000 -reps 10 | sed "s/.*: //")
    end=$(date +%s%N)
    printf '%-10s %3s%% in kernels; recorded in %4d ms: %s\n' "$program" "$share" $(((end - start) / 1000000)) "$summary"
done
