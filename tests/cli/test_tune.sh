#!/usr/bin/env bash
# tests/cli/test_tune.sh: tuning end to end: a real program of Debian's, a graph for another machine, faults, resuming.
# Real runs: not under the sanitizers.
. "$MW_SOURCE/tests/cli/lib.sh"
json() { python3 -c "import json,sys; d=json.load(open('out.txt')); print($1)" 2>/dev/null; }
command -v cholesky_implicit >/dev/null || ls /usr/lib/*/starpu/examples/cholesky_implicit >/dev/null 2>&1 ||
    { echo "skipped: starpu-examples is not installed"; exit 77; }

# a real program: recorded, tuned, verified by real runs
run 0 "$mapwright" tune -n 3 --verify 1 --rounds 1 --json -o c -- cholesky_implicit -size 960 -nblocks 6
[ -s out.txt ] || fail "no JSON"
for file in session.json iterations.jsonl best.mapper report.html cholesky_implicit.mapper cholesky_implicit.mwg; do
    [ -s "c/$file" ] || fail "c/$file is missing"
done
[ "$(wc -l <c/iterations.jsonl)" -eq 4 ] || fail "3 iterations and the default make 4 lines"
run 0 "$mapwright" check c/best.mapper
run 0 "$mapwright" graph stats c/cholesky_implicit.mwg
says "56" # nblocks 6: 6 potrf + 15 trsm + 35 updates
run 0 "$mapwright" results c
says "measured"
run 1 "$mapwright" tune -n 1 -o c -- cholesky_implicit -size 960 -nblocks 6
says "--resume"

# the mapper found works in a run of its own, and every task goes where it says
run 0 "$mapwright" run -m c/cholesky_implicit.mapper -- cholesky_implicit -size 960 -nblocks 6 -check
says "56"
silent_about "elsewhere"

# the same graph for another machine, twice from one seed: the same bytes
run 0 "$mapwright" tune -n 4 --seed 7 -M cpu2 -o a c/cholesky_implicit.mwg
run 0 "$mapwright" tune -n 4 --seed 7 -M cpu2 -o b c/cholesky_implicit.mwg
diff -r a/mappers b/mappers || fail "equal seeds gave different mappers"

# cut off in the middle of a line, resumed: the same mappers again
cp -r a cut
head -c "$(($(wc -c <a/iterations.jsonl) - 40))" a/iterations.jsonl >cut/iterations.jsonl
run 0 "$mapwright" tune --resume cut
diff -r a/mappers cut/mappers || fail "a resumed run gave different mappers"
cmp a/best.mapper cut/best.mapper || fail "a resumed run chose another mapper"

# programs at fault
run 1 "$mapwright" tune -o d -- /bin/true
says "StarPU"
run 1 "$mapwright" tune -o d -- ./nowhere
says "nowhere"
run 1 "$mapwright" tune -o d -- false
run 1 "$mapwright" tune --time-limit 1 -o d -- sleep 30
says "time"
[ ! -e d ] || fail "a folder was left behind"
ls ./*.mwg >/dev/null 2>&1 && fail "a recording was left behind"
finish
