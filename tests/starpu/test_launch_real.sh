#!/usr/bin/env bash
# tests/starpu/test_launch_real.sh: `mapwright record` and `run` on real programs, good and bad: exit status, message, and nothing left behind.
# Real runs: not under the sanitizers.
set -u
mapwright=$MW_BUILD/mapwright
stencil=$MW_BUILD/apps/stencil/stencil
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/tmp" "$work/home"
export TMPDIR=$work/tmp STARPU_HOME=$work/home STARPU_WORKERS_NOBIND=1
unset STARPU_SCHED STARPU_OPENCL_ON_CPUS STARPU_OPENCL_ONLY_ON_CPUS
cd "$work" || exit 1
failed=0

fail() { # MESSAGE: the test goes on
    echo "FAILED: $1"
    sed 's/^/    /' "$work/out" "$work/err"
    failed=1
}
mw() { # STATUS COMMAND...
    local expected=$1 status
    shift
    timeout 100 "$mapwright" "$@" >"$work/out" 2>"$work/err"
    status=$?
    [ $status -eq "$expected" ] || fail "mapwright $*: exit status $status instead of $expected"
    [ -z "$(ls "$work/tmp")" ] || fail "mapwright $*: left $(ls "$work/tmp") in TMPDIR"
    ! ls "$work"/*.tmp >/dev/null 2>&1 || fail "mapwright $*: left a temporary file"
}
prints() { grep -qF -- "$1" "$work/out" || fail "stdout lacks '$1'"; }
complains() { grep -qF -- "$1" "$work/err" || fail "stderr lacks '$1'"; }

# recording: 5 kinds, a launch of 4 tasks each; fill, 30 x (stencil, increment), check, print_time
mw 0 record -o s.mwg -- "$stencil" -nx 60 -ny 60 -ntx 2 -nty 2
prints "s.mwg: 252 tasks of 5 kinds in 63 launches, ran in "
mw 0 record -o s.mwg --json -- "$stencil" -nx 60 -ny 60 -ntx 2 -nty 2
prints '"tasks":252'
prints '"file":"s.mwg"'

# the file is named after the program when nothing else is said, also for one of Debian's examples
if ls /usr/lib/*/starpu/examples/cholesky_implicit >/dev/null 2>&1; then
    mw 0 record -- cholesky_implicit -size 960 -nblocks 6
    prints "cholesky_implicit.mwg: 56 tasks"
fi

# with kernels disabled, the published size takes no memory: 21.6 GB would not fit into this limit of touched pages
(
    ulimit -v 60000000
    mw 0 record --dry -o big.mwg -- "$stencil" -nx 30000 -ny 30000 -ntx 2 -nty 2 -tsteps 50 -tprune 30
    prints "big.mwg: 888 tasks of 4 kinds in 222 launches, kernels disabled"
    exit $failed
) || failed=1

# running under a mapper: what the program prints passes through, the summary goes to stderr
mw 0 run -m "$MW_SOURCE/mappers/default.mapper" -g s.mwg -- "$stencil" -nx 60 -ny 60 -ntx 2 -nty 2
prints "verified: all 3136 cells are exact"
complains "252 tasks, 252 placed by the mapper, 0 fell back"

# a graph beside the mapper is used; a damaged one is refused before the program starts
cp "$MW_SOURCE/mappers/default.mapper" s.mapper
mw 0 run -m s.mapper -- "$stencil" -nx 60 -ny 60 -ntx 2 -nty 2
head -c 100 s.mwg >cut.mwg
mw 1 run -m s.mapper -g cut.mwg -- "$stencil"
complains "cut.mwg"
prints_nothing() { [ ! -s "$work/out" ] || fail "the program was started"; }
prints_nothing

# a mapper with an error is refused before the program starts
echo "Task stencil CPUX;" >bad.mapper
mw 1 run -m bad.mapper -- "$stencil"
complains "bad.mapper:1:14: error MW"
prints_nothing
mw 1 run -m absent.mapper -- "$stencil"
complains "absent.mapper"

# bad programs: what and where, and the old file stays
cp s.mwg old.mwg
mw 1 record -o s.mwg -- ./absent
complains "./absent: error MW6001"
mw 1 record -o s.mwg -- cholesky_implicti
complains "error MW6001"
mw 1 record -o s.mwg -- sh -c 'echo no luck; exit 3'
complains "exit status 3"
complains "no luck"
mw 1 record -o s.mwg -- sh -c 'kill -SEGV $$'
complains "SIGSEGV"
mw 1 record -o s.mwg -- true
complains "StarPU was not seen"
mw 1 record -o s.mwg --time-limit 0.3 -- sleep 1000
complains "did not end within 0.3 s"
mw 1 record -o s.mwg -- "$stencil" -nx 12 -ny 12 -ntx 5
complains "too few for 5 x 4 tiles"
mw 1 run -- "$stencil" -nx 12 -ny 12 -ntx 5
complains "exit status 1"
mw 1 record --json -o s.mwg -- true
prints '"code":"MW6005"'
cmp s.mwg old.mwg || fail "a failed recording changed the old file"
mw 1 record -o /no/such/folder/s.mwg -- sh -c 'echo ran >"$TMPDIR/../ran"'
complains "/no/such/folder/s.mwg: error MW7002"
[ ! -e "$work/ran" ] || fail "the program ran before its graph's folder was looked at"

# with the standard files closed, nothing of ours takes their place: the reason still comes through
echo "no program" >unstartable
chmod +x unstartable
"$mapwright" record -o s.mwg -- ./unstartable <&- >&- 2>"$work/err"
: >"$work/out"
complains "error MW6001: cannot start the program"

# wrong usage
mw 2 record
mw 2 record --time-limit x -- true
mw 2 run -m s.mapper

# Ctrl-C: the program is ended, and so are its children
"$mapwright" record -o s.mwg -- sh -c 'sleep 1000 & echo $! >"$TMPDIR/../pid"; wait' >"$work/out" 2>"$work/err" &
mw_pid=$!
until [ -s "$work/pid" ]; do sleep 0.05; done
kill -INT $mw_pid
wait $mw_pid
status=$?
[ $status -eq 130 ] || fail "after Ctrl-C: exit status $status instead of 130"
complains "interrupted"
for _ in $(seq 200); do
    state=$(sed 's/.*) //' "/proc/$(cat "$work/pid")/stat" 2>/dev/null | cut -c1)
    [ -n "$state" ] && [ "$state" != Z ] || break
    sleep 0.05
done
[ -z "$state" ] || [ "$state" = Z ] || fail "after Ctrl-C a child is still there"
[ -z "$(ls "$work/tmp")" ] || fail "after Ctrl-C: $(ls "$work/tmp") is left in TMPDIR"
cmp s.mwg old.mwg || fail "an interrupted recording changed the old file"
exit $failed
