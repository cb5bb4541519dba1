#!/usr/bin/env bash
# tests/cli/test_check.sh: `mapwright check`: exit statuses, standard input, JSON with edits, a machine.
# Real runs: not under the sanitizers.
. "$MW_SOURCE/tests/cli/lib.sh"
json() { python3 -c "import json,sys; d=json.load(open('out.txt')); print($1)" 2>&1; }
is() { [ "$(json "$1")" = "$2" ] || fail "$1 is '$(json "$1")', not '$2'"; }

# 0: no errors, warnings are none; 1: errors; 2: usage
printf 'Task work GPU;\n' >good.mapper
printf 'Task work GPU;\nTask work CPU;\n' >warned.mapper
printf 'm = Machine(GPUs);\nTask work GPU\nRegion * * GPU VRAM;\n' >bad.mapper
run 0 "$mapwright" check good.mapper
[ -z "$out$err" ] || fail "a good mapper is worth no words"
run 0 "$mapwright" check warned.mapper
says "warned.mapper:2:1: warning MW1501:"
run 1 "$mapwright" check good.mapper bad.mapper warned.mapper
says "bad.mapper:1:13: error MW1117:"
says "bad.mapper:2:14: error MW1111: missing ';'"
says "bad.mapper:3:16: error MW1118:"
says "warned.mapper:2:1:" # one run reports every file
run 2 "$mapwright" check --graph x.mwg good.mapper
says "--graph needs --machine"
run 1 "$mapwright" check --machine nowhere good.mapper
says "nowhere"

# our own mappers are worth no words either, not even on a machine
run 0 "$mapwright" check -M p100x4 "$MW_SOURCE"/mappers/*.mapper "$MW_SOURCE"/mappers/*/*.mapper
[ -z "$out$err" ] || fail "a shipped mapper is warned about: $err"

# standard input
printf 'Task work GPUS;\n' | timeout 60 "$mapwright" check - >out.txt 2>err.txt
[ $? -eq 1 ] || fail "an error on standard input must end with 1"
grep -q '^<stdin>:1:11: error MW1117' err.txt || fail "standard input is not named: $(cat err.txt)"

# JSON: one object per diagnostic, with what applies the hint
run 1 "$mapwright" check --json bad.mapper
is 'len(d)' 3
is 'd[0]["code"], d[0]["severity"], d[0]["line"], d[0]["column"], d[0]["end_line"], d[0]["end_column"]' \
    'MW1117 error 1 13 1 17'
is 'd[0]["hint"]' 'did you mean Machine(GPU)?'
is 'd[0]["edits"]' "[{'line': 1, 'column': 13, 'end_line': 1, 'end_column': 17, 'text': 'GPU'}]"
python3 - <<'PY' || fail "the edits cannot be applied"
import json
lines = open('bad.mapper').read().split('\n')
for d in reversed(json.load(open('out.txt'))):
    for e in reversed(d.get('edits', [])):
        assert e['line'] == e['end_line']
        l = lines[e['line'] - 1]
        lines[e['line'] - 1] = l[:e['column'] - 1] + e['text'] + l[e['end_column'] - 1:]
open('fixed.mapper', 'w').write('\n'.join(lines))
PY
run 0 "$mapwright" check fixed.mapper
run 0 "$mapwright" check --json good.mapper
is 'd' '[]'

# more errors than anybody reads
for i in $(seq 300); do echo "Task w$i GPUS;"; done >many.mapper
run 1 "$mapwright" check many.mapper
says "and 200 more"
run 1 "$mapwright" check --json many.mapper
is 'len(d), d[100]["message"]' '101 and 200 more'

# for a machine: globals are evaluated, and what it has not is told
printf 'm = Machine(GPU).split(1, 3);\nn = m.size;\n' >split.mapper
run 0 "$mapwright" check split.mapper
run 1 "$mapwright" check -M p100x4 split.mapper
says "split.mapper:1:"
printf 'Region * * GPU SYSMEM, FBMEM;\n' >reach.mapper
run 0 "$mapwright" check -M p100x4 reach.mapper
says "MW4004: no GPU of machine 'p100x4' reaches a SYSMEM"
head -c 1048577 /dev/zero >large.mapper
run 1 "$mapwright" check large.mapper
says "large.mapper"
run 1 "$mapwright" check --json large.mapper
is 'len(d)' 1

# for a graph as well
if command -v cholesky_implicit >/dev/null || ls /usr/lib/*/starpu/examples/cholesky_implicit >/dev/null 2>&1; then
    run 0 "$mapwright" record -o c.mwg -- cholesky_implicit -size 960 -nblocks 4
    printf 'Task nothing CPU;\n' >nothing.mapper
    run 0 "$mapwright" check -M cpu2 -g c.mwg nothing.mapper
    says "MW4010: this never applies: the program has no task 'nothing'"
else
    echo "not checked for a graph: starpu-examples is not installed"
fi
finish
