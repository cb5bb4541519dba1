#!/usr/bin/env bash
# tests/cli/test_diff.sh: two mappers compared on a recorded program: 0 the same, 1 different, 2 trouble.
# Real runs: not under the sanitizers.
. "$MW_SOURCE/tests/cli/lib.sh"
stencil=$MW_BUILD/apps/stencil/stencil
[ -x "$stencil" ] || { echo "skipped: $stencil is not built"; exit 77; }
export STARPU_HOME=$folder

run 0 "$mapwright" record --dry -o s.mwg -- "$stencil" -nx 64 -ny 64 -tsteps 4
echo 'Task * GPU, CPU;' > same.mapper
echo 'Task stencil CPU;' > cpu.mapper
echo 'm = Machine(CPU); def f(Task t) { return m[0, 0]; } IndexTaskMap stencil f;' > wrong.mapper
echo 'Task stencil' > broken.mapper

run 0 "$mapwright" diff default same.mapper s.mwg -M p100x4
says "the same decisions"
run 1 "$mapwright" diff default cpu.mapper s.mwg -M p100x4
says "processor kind"
says "stencil: GPU -> CPU"
run 1 "$mapwright" diff --json cpu.mapper same.mapper s.mwg -M p100x4
printf '%s' "$out" | python3 -c '
import json, sys
d = json.load(sys.stdin)
assert d["same"] is False and d["moved"] > 0
first = d["differences"][0]
assert (first["decision"], first["kind"], first["a"], first["b"]) == ("processor kind", "stencil", "CPU", "GPU"), first
' || fail "the JSON is not as expected: $out"
run 0 "$mapwright" diff --json same.mapper default s.mwg -M p100x4
says '"same":true'

run 2 "$mapwright" diff default broken.mapper s.mwg -M p100x4
says "broken.mapper:"
run 2 "$mapwright" diff default wrong.mapper s.mwg -M p100x4
says "Machine(GPU)"
run 2 "$mapwright" diff --json default broken.mapper s.mwg -M p100x4
says '{"error":'
run 2 "$mapwright" diff default nowhere.mapper s.mwg -M p100x4
says "nowhere.mapper"
run 2 "$mapwright" diff default same.mapper nowhere.mwg -M p100x4
run 2 "$mapwright" diff default same.mapper s.mwg -M p100x5
run 2 "$mapwright" diff default same.mapper
finish
