#!/usr/bin/env bash
# tests/apps/test_ranks.sh: the matrix multiplications as several processes compute the same, notice errors, and send over the
# network the bytes that their papers' formulas say.
# Real runs: not under the sanitizers.
set -u
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if ! command -v mpirun >/dev/null || ! ldd "$MW_BUILD/apps/cannon/cannon" | grep -q starpumpi; then
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
run() { # STATUS RANKS NAME ARGS...
    local expected=$1 ranks=$2 name=$3 status
    shift 3
    timeout 100 mpirun --oversubscribe -np "$ranks" ${preload:+-x LD_PRELOAD="$preload"} \
        "$MW_BUILD/apps/$name/$name" "$@" >"$work/out" 2>&1
    status=$?
    [ $status -eq "$expected" ] || fail "$ranks x $name $*: exit status $status instead of $expected"
}
says() { # TEXT: in the output of the last run
    grep -qF -- "$1" "$work/out" || fail "the output lacks '$1'"
}

right() { # RANKS NAME ARGS...: the answer, once
    run 0 "$@"
    says ", $1 ranks"
    [ "$(grep -c "verified: all" "$work/out")" -eq 1 ] || fail "$*: not one verdict"
    says "verified: residual against OpenBLAS dgemm"
}
for ranks in 2 3 4; do
    right $ranks cannon -n 70 -m 41 -k 55 -g 3
    right $ranks summa -n 70 -m 41 -k 55 -gx 2 -gy 3 -nb 20
    right $ranks pumma -n 70 -m 41 -k 55 -g 3
    right $ranks johnson -n 70 -m 41 -k 55 -q 3
    right $ranks solomonik -n 70 -m 41 -k 55 -g 4 -c 2
    right $ranks cosma -n 70 -m 41 -k 55 -p 12
done
right 4 cannon -n 5 -m 6 -k 3 -g 4 --values integer # empty tiles
right 4 cosma -n 5 -m 6 -k 3 -gx 2 -gy 2 -gz 4
right 3 cannon --flat -n 50 -g 4 -reps 3
right 2 summa --flat -n 50
right 4 pumma --flat -n 50
run 1 2 johnson --flat && says "inside one process only"

# bytes SUM RANKS NAME ARGS...: what all ranks sent. No check: it would send tiles, too.
bytes() {
    local expected=$1 sent
    shift
    STARPU_COMM_STATS=1 run 0 "$@" --no-verify
    sent=$(sed -n 's|.*TOTAL:[[:space:]]*\([0-9]*\)\.0* B.*|\1|p' "$work/out" | awk '{n += $1} END {print n + 0}')
    [ "$sent" = "$expected" ] || fail "$*: $sent bytes were sent instead of $expected"
}
# One rank for every processor of the grid, n = 64: a matrix has 32768 bytes.
matrix=$((64 * 64 * 8))
bytes $((2 * matrix * 3 / 2)) 4 cannon -n 64 -g 2           # skew: half; one shift of all; B and C
bytes $((3 * matrix)) 8 johnson -n 64 -q 2                  # a replica of B and of C, one part of A
bytes $((2 * matrix * 3 / 2 + matrix)) 8 solomonik -n 64 -g 2 -c 2 # skew on the first layer, a copy, one part
bytes $((2 * matrix)) 4 cosma -n 64 -p 4                    # 1 x 2 x 2: B once more along y, one more part of A along z

# an error on any rank is an error
if ${CC:-cc} -shared -fPIC -o "$work/skip.so" "$MW_SOURCE/tests/apps/skip_task.c" \
    $(pkg-config --cflags --libs starpu-1.3) -ldl 2>"$work/out"; then
    preload=$work/skip.so
    for kind in shift_C task_4; do
        SKIP_KIND=$kind SKIP_NUMBER=1 run 1 4 cannon -n 70 -g 3
        says "skipped $kind["
        says "cannon: error:"
    done
    SKIP_KIND=task_4 SKIP_NUMBER=-1 run 0 4 cannon -n 70 -g 3
else
    fail "the planted error does not compile"
fi
[ $failed -eq 0 ] && echo "all as expected"
exit $failed
