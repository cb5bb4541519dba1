#!/usr/bin/env bash
# tests/cli/test_apps.sh: an application's name, or a program, where a graph may stand.
# Real runs: not under the sanitizers.
. "$MW_SOURCE/tests/cli/lib.sh"
[ -x "$MW_BUILD/apps/stencil/stencil" ] || { echo "skipped: the applications are not built"; exit 77; }

run 0 "$mapwright" apps
for name in "$MW_SOURCE"/apps/*/kernels.json; do
    name=$(basename "$(dirname "$name")")
    says "$name"
done
run 0 "$mapwright" apps --json
says '"name":"stencil"'

# the same graph in three ways: a name, a program, a file
run 0 "$mapwright" simulate -M p100x4 --json stencil -- -nx 300 -ny 300
by_name=$(sed 's/"graph":[^,]*,//; s/"program":[^,]*,//' out.txt)
run 0 "$mapwright" simulate -M p100x4 --json -- "$MW_BUILD/apps/stencil/stencil" -nx 300 -ny 300
by_program=$(sed 's/"graph":[^,]*,//; s/"program":[^,]*,//' out.txt)
run 0 "$mapwright" record --dry -o s.mwg -- stencil -nx 300 -ny 300
run 0 "$mapwright" simulate -M p100x4 --json s.mwg
by_file=$(sed 's/"graph":[^,]*,//; s/"program":[^,]*,//' out.txt)
case "$by_name" in *makespan_us*) ;; *) fail "no makespan" ;; esac
[ "$by_name" = "$by_program" ] || fail "a name and a program differ"
[ "$by_name" = "$by_file" ] || fail "a name and a file differ"

run 0 "$mapwright" describe stencil
says "increment"
run 0 "$mapwright" diff -M p100x4 default default stencil
run 0 "$mapwright" tune -n 1 -M p100x4 -o t stencil -- -nx 300 -ny 300 --no-verify
[ -s t/best.mapper ] || fail "no mapper was found"

# a file of that name is a file; neither or both is wrong usage; a bad argument is told
cp s.mwg stencil
run 0 "$mapwright" simulate -M p100x4 stencil
run 2 "$mapwright" simulate -M p100x4 stencil -- -nx 300
says "not both"
rm stencil
run 2 "$mapwright" simulate -M p100x4
says "expected a GRAPH"
run 1 "$mapwright" simulate -M p100x4 stencil -- -nx 3
says "stencil: error"
run 1 "$mapwright" simulate -M p100x4 stencill
finish
