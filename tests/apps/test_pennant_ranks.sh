#!/usr/bin/env bash
# tests/apps/test_pennant_ranks.sh: the pennant application as several processes computes the same, and notices errors.
# Real runs: not under the sanitizers.
set -u
app=$MW_BUILD/apps/pennant/pennant
decks=$MW_SOURCE/apps/pennant/decks
data=$MW_SOURCE/../shared/data/pennant
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if ! command -v mpirun >/dev/null || ! ldd "$app" | grep -q starpumpi; then
    echo "skipped: built without StarPU-MPI, or there is no mpirun"
    exit 77
fi
export STARPU_HOME=$work STARPU_SILENT=1 STARPU_WORKERS_NOBIND=1 STARPU_NCPU=1
export ASAN_OPTIONS=detect_leaks=0:verify_asan_link_order=0
# With the shared-memory transport, barriers of StarPU-MPI 1.3 were seen to hang; with sockets never.
export OMPI_MCA_btl=tcp,self OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
unset STARPU_SCHED STARPU_OPENCL_ON_CPUS STARPU_OPENCL_ONLY_ON_CPUS POCL_DEVICES
failed=0

fail() { # MESSAGE: the test goes on
    echo "FAILED: $1"
    sed 's/^/    /' "$work/out"
    failed=1
}
run() { # STATUS RANKS ARGS...
    local expected=$1 ranks=$2 status
    shift 2
    timeout 150 mpirun --oversubscribe -np "$ranks" ${preload:+-x LD_PRELOAD="$preload"} "$app" "$@" >"$work/out" 2>&1
    status=$?
    [ $status -eq "$expected" ] || fail "$ranks x pennant $*: exit status $status instead of $expected"
}
says() { # TEXT: in the output of the last run
    grep -qF -- "$1" "$work/out" || fail "the output lacks '$1'"
}
once() { # TEXT: in one line of it, from rank 0
    [ "$(grep -cF -- "$1" "$work/out")" -eq 1 ] || fail "not one line has '$1'"
}

# pieces: one for each rank, several, fewer than ranks; every mesh
for ranks in 2 3 4; do
    run 0 $ranks "$decks/blast.pnt" -npieces $ranks --cycles 6 && once ", $ranks ranks" && once "agree with a serial run"
    run 0 $ranks "$decks/honeycomb.pnt" -numpcx 3 -numpcy 2 --cycles 4 && once "agree with a serial run"
done
run 0 3 "$decks/collapse.pnt" -numpcx 4 -numpcy 1 --cycles 4 && once "agree with a serial run" # all meet in one point
run 0 3 "$decks/tube.pnt" -npieces 2 --cycles 4 && once "agree with a serial run"
run 0 2 "$decks/tube.pnt" -npieces 1 --cycles 0 && once "0 cycles, time 0"
deck=$work/short.pnt # ends at a time: ranks must agree on how many cycles that takes
sed 's/^tstop.*/tstop 0.03/' "$decks/blast.pnt" >"$deck"
run 0 2 "$deck" -npieces 4 && once "18 cycles, time 0.03" && once "agree with a serial run"

# files and references, read and written once
run 0 2 "$decks/blast.pnt" -numpcx 2 -numpcy 2 --cycles 4 --xy "$work/two.xy"
unset OMPI_COMM_WORLD_SIZE
"$app" "$decks/blast.pnt" --cycles 4 --reference "$work/two.xy" >"$work/out" 2>&1 || fail "two ranks wrote another result"
if [ -f "$data/sedovsmall/sedovsmall.xy.std" ]; then
    run 0 4 "$data/sedovsmall/sedovsmall.pnt" -npieces 4 --reference "$data/sedovsmall/sedovsmall.xy.std"
    once "verified: all 243 values"
else
    echo "skipped: the reference outputs are not here"
fi

# an error on any rank is an error
run 1 2 "$work/none.pnt"
printf '%s\n' "meshtype rect" "meshparams 6 6" "uinitradial -50" "dtinit 0.1" "cflv 9" "cfl 9" "cstop 3" >"$deck"
run 1 2 "$deck" -npieces 4 && once "a side's volume was not positive"
if ${CC:-cc} -shared -fPIC -o "$work/skip.so" "$MW_SOURCE/tests/apps/skip_task.c" \
    $(pkg-config --cflags --libs starpu-1.3) -ldl 2>"$work/out"; then
    preload=$work/skip.so
    for kind in sum_point_force calc_volumes_full adv_pos_full; do # the fifth that each rank submits
        SKIP_KIND=$kind SKIP_NUMBER=4 run 1 2 "$decks/blast.pnt" -numpcx 2 -numpcy 2 --cycles 5
        says "skipped $kind["
        once "values differ from the serial run"
    done
    SKIP_KIND=calc_work SKIP_NUMBER=-1 run 0 2 "$decks/blast.pnt" -numpcx 2 -numpcy 2 --cycles 5
else
    fail "the planted error does not compile"
fi
[ $failed -eq 0 ] && echo "all as expected"
exit $failed
