#!/usr/bin/env bash
# tests/cli/test_profile.sh: `mapwright profile`: levels, JSON, exit status, and a planted defect in the stencil
# benchmark whose first suggestion, taken, gives the predicted time.
# Real runs: not under the sanitizers.
. "$MW_SOURCE/tests/cli/lib.sh"
stencil=$MW_BUILD/apps/stencil/stencil
[ -x "$stencil" ] || { echo "skipped: $stencil is not built"; exit 77; }

run 0 "$mapwright" record --dry -o s.mwg -- "$stencil"

echo 'InstanceLimit stencil 1;' > limit.mapper
cat "$MW_SOURCE/mappers/stencil/expert.mapper" >> limit.mapper
run 0 "$mapwright" profile -m limit.mapper -M p100x4 --feedback system s.mwg
says "performance: "
says "times as fast as the default mapper"
silent_about "Why:"
run 0 "$mapwright" profile -m limit.mapper -M p100x4 --feedback explain s.mwg
says "Why:"
silent_about "What to try"

# The statements of the first suggestion, on top of the mapper, take what was predicted.
cat > defect.mapper <<'M'
m = Machine(GPU);
def one(Task t) { return m[0, 0]; }
Task * GPU, CPU;
IndexTaskMap stencil one;
IndexTaskMap increment one;
M
run 0 "$mapwright" profile -m defect.mapper -M p100x4 --json s.mwg
cp out.txt told.json
python3 - <<'P' || fail "the JSON is not as it should be"
import json
told = json.load(open("told.json"))
assert told["feedback"]["outcome"] == "performance", told["feedback"]["outcome"]
assert told["profile"]["makespan_us"] == told["feedback"]["makespan_us"]
first = told["feedback"]["suggestions"][0]
assert first["predicted_us"] < told["feedback"]["makespan_us"]
assert abs(first["gain"] - (1 - first["predicted_us"] / told["feedback"]["makespan_us"])) < 1e-12
open("taken.mapper", "w").write(first["statements"] + "\n" + open("defect.mapper").read())
open("predicted", "w").write(repr(first["predicted_us"]))
P
run 0 "$mapwright" simulate -m taken.mapper -M p100x4 --json s.mwg
python3 -c 'import json; assert json.load(open("out.txt"))["makespan_us"] == float(open("predicted").read())' ||
    fail "the predicted time does not come true"

# Mistakes are explained, and are the mapper's fault.
printf 'm = Machine(GPU);\ndef f(Task t):\n    return m[0, 0];\nIndexTaskMap stencil f;\n' > colon.mapper
run 1 "$mapwright" profile -m colon.mapper -M p100x4 s.mwg
says "compile error:"
says "def f(Task t) {"
run 1 "$mapwright" profile -m colon.mapper -M p100x4 --json s.mwg
says '"outcome":"compile error"'
says '"profile":null'
run 2 "$mapwright" profile --feedback all -M p100x4 s.mwg
says "not 'all'"
run 1 "$mapwright" profile -m nowhere.mapper -M p100x4 s.mwg
run 1 "$mapwright" profile -M p100x4 nowhere.mwg
run 2 "$mapwright" profile -M p100x4
printf 'Task * GPU;\0' > zero.mapper
run 1 "$mapwright" profile -m zero.mapper -M p100x4 s.mwg
finish
