#!/usr/bin/env bash
# tests/apps/test_circuit_ranks.sh: the circuit application as several processes computes the same, and notices errors on any of them.
# Real runs: not under the sanitizers.
set -u
app=$MW_BUILD/apps/circuit/circuit
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if ! command -v mpirun >/dev/null || ! ldd "$app" | grep -q starpumpi; then
    echo "skipped: built without StarPU-MPI, or there is no mpirun"
    exit 77
fi
export STARPU_HOME=$work STARPU_SILENT=1 STARPU_WORKERS_NOBIND=1 STARPU_NCPU=1
export ASAN_OPTIONS=detect_leaks=0:verify_asan_link_order=0 # StarPU itself keeps memory at exit
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
    timeout 100 mpirun --oversubscribe -np "$ranks" ${preload:+-x LD_PRELOAD="$preload"} "$app" "$@" >"$work/out" 2>&1
    status=$?
    [ $status -eq "$expected" ] || fail "$ranks x circuit $*: exit status $status instead of $expected"
}
says() { # TEXT: in the output of the last run, once
    [ "$(grep -cF -- "$1" "$work/out")" -eq 1 ] || fail "the output does not say '$1' once"
}
right() { # VALUES RANKS ARGS...
    local values=$1
    shift
    run 0 "$@"
    says ", $1 rank"
    says "charge is conserved in each of"
    says "verified: all $values values agree with a serial program"
}

for ranks in 1 2 3 4; do
    right $((8 * (200 + 200 * 19))) $ranks -p 8 -pps 2 -npp 100 -wpp 200 -i 60 -prune 1
    right $((12 * (420 + 97 * 19))) $ranks -p 12 -npp 210 -wpp 97 -i 60 # up to 6 ghosts: more than 8 arguments
done
right $((2 * (8 + 30 * 19))) 4 -p 2 -npp 4 -wpp 30 -i 60 # ranks without work
right $((8 * (200 + 200 * 19))) 2 -p 8 -npp 100 -wpp 200 -i 60 -sync -pct 0 -layout aos
run 0 3 -p 8 -npp 100 -wpp 200 -i 60 --no-verify && says "not verified"
run 1 2 -dump

# the same numbers as one process has: the sums of all ranks
run 0 3 -p 4 -npp 1024 -wpp 4096 -i 100 -l 10 -checks
says "loop 9: charge 1.164768e-04, absolute 2.565168e-03; voltage, absolute 1.267459e+03"

# an error on any rank is an error; see circuit_error.c
if ${CC:-cc} -shared -fPIC -o "$work/error.so" "$MW_SOURCE/tests/apps/circuit_error.c" \
    $(pkg-config --cflags --libs starpu-1.3) -ldl 2>"$work/out"; then
    preload=$work/error.so
    for error in lost double stale late; do
        export ERROR=$error ERROR_AT=3 ERROR_LOOP=2
        run 1 4 -npp 1000 -wpp 4000 -i 60
        says "planted"
        grep -q "circuit: error:" "$work/out" || fail "$error is not called an error"
    done
    ERROR=none run 0 4 -npp 1000 -wpp 4000 -i 60
else
    fail "the planted error does not compile"
fi
[ $failed -eq 0 ] && echo "all as expected"
exit $failed
