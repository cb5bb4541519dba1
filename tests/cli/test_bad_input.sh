#!/usr/bin/env bash
# tests/cli/test_bad_input.sh: wrong and missing files: one clear message, exit status 1, nothing left behind.
. "$MW_SOURCE/tests/cli/lib.sh"

run 1 "$mapwright" check nowhere.mapper
says "nowhere.mapper"
says "No such file"
printf 'Task a GPUS;\nIndexTaskMap a f;\n' >bad.mapper
run 1 "$mapwright" check bad.mapper
says "bad.mapper:1:"
says "bad.mapper:2:"
run 1 "$mapwright" check --json bad.mapper
says '"line":1'

printf '{"name": "x"' >bad.json
run 1 "$mapwright" machines show ./bad.json
says "bad.json"
run 1 "$mapwright" simulate -M p100x5 nothing.mwg
says "p100x4" # did you mean
run 1 "$mapwright" simulate -M p100x4 nowhere.mwg
says "nowhere.mwg"
head -c 5000 /dev/urandom >noise.mwg
run 1 "$mapwright" graph stats noise.mwg
says "noise.mwg"
run 1 "$mapwright" tune -M p100x4 noise.mwg
says "noise.mwg"
[ ! -e noise.tune ] || fail "a folder was left behind"

printf 'm = Machine(CPU);\ndef f(Task t) { return m[0, t.ipoint[0]]; }\nIndexTaskMap w f;\n' >out.mapper
run 1 "$mapwright" eval out.mapper --task w --proc CPU --domain 8 --nodes 1 --cpus 2 --gpus 0 --omps 0 --json
says '"error"'
says '"line":2'
run 0 "$mapwright" eval out.mapper --task w --proc CPU --domain 2 --nodes 1 --cpus 2 --gpus 0 --omps 0 --json
[ "$out" = '{"task":"w","proc":"CPU","domain":[2],"size":[1,2],"points":[[0,0],[0,1]]}' ] ||
    fail "eval printed $out"
finish
