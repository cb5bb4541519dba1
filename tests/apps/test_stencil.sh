#!/usr/bin/env bash
# tests/apps/test_stencil.sh: the stencil application, as an ordinary StarPU program, computes what it should and notices when it does not.
# Real runs: not under the sanitizers.
name=stencil
. "$MW_SOURCE/tests/apps/lib.sh"

# every cell is right, on grids that the tiles divide and on grids that they do not
for tiles in "1 1" "2 2" "4 4" "1 5" "3 2" "7 1"; do
    for size in "36 36" "37 41" "95 28"; do
        for exchange in copy inc; do
            set -- $tiles $size
            run 0 -ntx $1 -nty $2 -nx $3 -ny $4 -tsteps 6 -tprune 2 -cx 3 -cy -2 --exchange $exchange
            says "verified: all $((($3 - 4) * ($4 - 4))) cells are exact"
        done
    done
done

# slopes, none (the published initial values), and large values
for slopes in "0 0" "1 1" "-7 1000" "1000000 -1000000"; do
    set -- $slopes
    run 0 -nx 40 -ny 31 -ntx 3 -nty 3 -cx $1 -cy $2 -init -500
    says "verified"
done

# the smallest tile is as wide as what its neighbours read of it
run 0 -nx 12 -ny 12 -ntx 4 -nty 4 && says "verified: all 64 cells"
run 1 -nx 12 -ny 12 -ntx 5 -nty 4 && says "too few for 5 x 4 tiles"

# any scheduler may order the tasks
for scheduler in eager lws prio random dmda; do
    STARPU_SCHED=$scheduler run 0 -nx 60 -ny 60 -ntx 3 -nty 3 -tsteps 10
    says "verified"
done

# verification: on request, by default on small grids only
run 0 -nx 100 -ny 100 --no-verify && says "not verified"
run 0 -nx 5000 -ny 4000 -ntx 1 -nty 1 -tsteps 1 -tprune 0 && says "not verified"

# a wrong command line says what was expected, with status 2
run 2 -nx 4 && says "a whole number from 5"
run 2 -ny twelve && says "a whole number from 5"
run 2 --exchange swap && says "copy|inc"
run 2 -tstep 5 && says "unknown option '-tstep'"
run 2 -nx && says "a value is missing"
run 0 --help && says "exit status 1 when a cell is wrong"

# a planted error, one halo buffer that is not refreshed once, is noticed; see stale_halo.c
if ${CC:-cc} -shared -fPIC -o "$work/stale.so" "$MW_SOURCE/tests/apps/stale_halo.c" \
    $(pkg-config --cflags --libs starpu-1.3) -ldl 2>"$work/out"; then
    for tile in 0 1 2 3; do
        export LD_PRELOAD=$work/stale.so STALE_TILE=$tile
        STALE_STEP=3 run 1 -nx 40 -ny 40 -ntx 2 -nty 2 -tsteps 6 -tprune 2 -cx 3 -cy -2
        unset LD_PRELOAD
        says "stale: skipped"
        says "cells are wrong"
    done
    # and the same library without its error changes nothing
    export LD_PRELOAD=$work/stale.so STALE_TILE=0
    STALE_STEP=-1 run 0 -nx 40 -ny 40 -ntx 2 -nty 2 -tsteps 6 -tprune 2
    unset LD_PRELOAD
else
    fail "the planted error does not compile"
fi

# OpenCL devices compute the same: alone with a CPU worker for the check, and two of them
export STARPU_OPENCL_ON_CPUS=1 STARPU_MINIMUM_CLEAN_BUFFERS=0
for devices in basic "basic basic"; do
    for exchange in copy inc; do
        POCL_DEVICES=$devices STARPU_NCPU=1 STARPU_SCHED=eager \
            run 0 -nx 57 -ny 63 -ntx 2 -nty 3 -tsteps 20 -tprune 2 -cx 3 -cy -2 --exchange $exchange
        says "verified: all $((53 * 59)) cells are exact"
    done
done
# and it was the devices that did: StarPU's own count of tasks, which it does not print when silent
STARPU_SILENT=0 POCL_DEVICES=basic STARPU_NCPU=1 STARPU_SCHED=eager STARPU_WORKER_STATS=1 \
    run 0 -nx 500 -ny 500 -ntx 4 -nty 4
if grep -q "^OpenCL 0" "$work/out"; then
    awk '/^OpenCL/ {device = 1; next} /^CPU/ {device = 0} device && /task/ {n += $1} END {exit n == 0}' \
        "$work/out" || fail "the OpenCL device ran nothing"
else
    echo "skipped: there is no OpenCL device"
fi
exit $failed
