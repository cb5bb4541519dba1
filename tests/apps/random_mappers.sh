#!/usr/bin/env bash
# tests/apps/random_mappers.sh NAME COUNT PROOF -- ARGS...: mapping never changes an answer. Runs an application with these
# arguments under its expert mapper (where there is one), the default mapper and COUNT random valid ones, each on CPU workers
# beside two OpenCL devices and on CPU workers alone, and expects exit status 0 and the text PROOF, by which the program says
# that it has verified its result. For tests: needs MW_SOURCE and MW_BUILD; MW_SEED (1) draws other mappers; exit status 1
# when one run failed.
set -u
if [ $# -lt 4 ] || [ "$4" != -- ]; then
    echo "usage: $0 NAME COUNT PROOF -- ARGS..." >&2
    exit 2
fi
name=$1 count=$2 proof=$3
shift 4
mapwright=$MW_BUILD/mapwright app=$MW_BUILD/apps/$name/$name
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export STARPU_SILENT=1 STARPU_WORKERS_NOBIND=1 OPENBLAS_NUM_THREADS=1
export STARPU_MINIMUM_CLEAN_BUFFERS=0 STARPU_TARGET_CLEAN_BUFFERS=0
export ASAN_OPTIONS=detect_leaks=0:verify_asan_link_order=0 # StarPU itself keeps memory at exit
unset STARPU_SCHED STARPU_NCPU STARPU_OPENCL_ON_CPUS STARPU_OPENCL_ONLY_ON_CPUS POCL_DEVICES
failed=0 runs=0

# Drawn for a described machine with CPUs and GPUs; a mapper speaks of sizes, not of that machine.
export STARPU_HOME=$work
if ! "$mapwright" record --dry -o "$work/app.mwg" -- "$app" "$@" >"$work/out" 2>&1 ||
    ! "$mapwright" tune -M p100x4 --optimizer random --seed "${MW_SEED:-1}" -n $((8 * count)) -o "$work/tune" \
        "$work/app.mwg" >"$work/out" 2>&1; then
    sed 's/^/    /' "$work/out"
    echo "FAILED: $name was not recorded, or no mappers drawn for it"
    exit 1
fi
# the valid ones: those that the simulator has run
sed -n 's/^.*"mapper":"\([^"]*\)","outcome":"performance".*$/\1/p' "$work/tune/iterations.jsonl" |
    sed 1d | head -n "$count" >"$work/valid"
if [ "$(wc -l <"$work/valid")" -ne "$count" ]; then
    grep -o '"outcome":"[^"]*"' "$work/tune/iterations.jsonl" | sort | uniq -c
    echo "FAILED: fewer than $count of the mappers drawn for $name are valid"
    exit 1
fi

try() { # DEVICES MAPPER ARGS...: "" for no OpenCL devices
    local devices=$1 mapper=$2 status
    shift 2
    if [ -n "$devices" ]; then
        export STARPU_OPENCL_ON_CPUS=1 POCL_DEVICES=$devices STARPU_NCPU=2 STARPU_HOME=$work/devices
    else
        unset STARPU_OPENCL_ON_CPUS POCL_DEVICES
        export STARPU_NCPU=3 STARPU_HOME=$work/cpus
    fi
    timeout 120 "$mapwright" run -m "$mapper" -g "$work/app.mwg" -- "$app" "$@" >"$work/out" 2>&1
    status=$?
    runs=$((runs + 1))
    if [ $status -ne 0 ] || ! grep -qF -- "$proof" "$work/out"; then
        echo "FAILED: $name $*, mapper $(basename "$mapper"), OpenCL devices '$devices': exit status $status"
        sed 's/^/    /' "$work/out"
        sed 's/^/    | /' "$mapper"
        failed=1
    fi
}
for devices in "basic basic" ""; do
    for mapper in "$MW_SOURCE/mappers/default.mapper" "$MW_SOURCE/mappers/$name/expert.mapper"; do
        [ ! -f "$mapper" ] || try "$devices" "$mapper" "$@"
    done
    while read -r mapper; do
        try "$devices" "$work/tune/$mapper" "$@"
    done <"$work/valid"
done
[ $failed -ne 0 ] || echo "$name $*: $runs runs under $count random mappers and those that are shipped, all verified"
exit $failed
