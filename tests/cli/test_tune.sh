#!/usr/bin/env bash
# tests/cli/test_tune.sh: tuning end to end: a real program of Debian's, a graph for another machine, faults, resuming.
# Real runs: not under the sanitizers.
. "$MW_SOURCE/tests/cli/lib.sh"
json() { python3 -c "import json,sys; d=json.load(open('out.txt')); print($1)" 2>/dev/null; }
command -v cholesky_implicit >/dev/null || ls /usr/lib/*/starpu/examples/cholesky_implicit >/dev/null 2>&1 ||
    { echo "skipped: starpu-examples is not installed"; exit 77; }

# a real program: recorded, tuned, verified by real runs
run 0 "$mapwright" tune -n 3 --verify 1 --rounds 1 --json -o c -- cholesky_implicit -size 960 -nblocks 6
for key in program machine graph folder interrupted iterations bound_us default_simulated_us best over_default \
    over_best_scheduler contestants others_share warnings; do
    [ "$(json "'$key' in d")" = True ] || fail "'$key' is not in the JSON"
done
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

# going on keeps what was measured, and a mapper that somebody has changed
cp -r c kept
echo '# mine' >>kept/cholesky_implicit.mapper
run 0 "$mapwright" tune --resume kept
says "measured"
says "StarPU lws"
says "changed by somebody"
[ "$(tail -1 kept/cholesky_implicit.mapper)" = "# mine" ] || fail "a changed mapper was overwritten"
grep -q "StarPU lws" kept/report.html || fail "the report lost the real runs"

# the mapper found works in a run of its own, and every task goes where it says
run 0 "$mapwright" run -m c/cholesky_implicit.mapper -- cholesky_implicit -size 960 -nblocks 6 -check
says "56 tasks, 56 placed by the mapper, 0 fell back"

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

# a run's folder may be moved, and resumed from anywhere; 0 iterations are none
run 0 "$mapwright" tune -n 0 -M cpu2 --dry -o deep/er/moved/ -- cholesky_implicit -size 960 -nblocks 4
[ "$(wc -l <deep/er/moved/iterations.jsonl)" -eq 1 ] || fail "0 iterations and the default make 1 line"
mv deep/er/moved here && rmdir deep/er deep
mkdir else && cd else && run 0 "$mapwright" tune --resume ../here -n 2 && cd ..
[ "$(wc -l <here/iterations.jsonl)" -eq 3 ] || fail "a moved run was not resumed"

# what is printed to be typed next can be typed, whatever the names are
mkdir "it's here"
cp c/cholesky_implicit.mwg "it's here/a b.mwg"
run 0 "$mapwright" tune -n 1 -M cpu2 -o "it's here/out" "it's here/a b.mwg"
PATH=$(dirname "$mapwright"):$PATH run 0 sh -c "$(grep 'mapwright simulate' out.txt)"

# names that are none
run 2 "$mapwright" tune -n 1 -M cpu2 -o "" c/cholesky_implicit.mwg
run 2 "$mapwright" tune --resume ""

# JSON is UTF-8 whatever the names are
bytes=$(printf 'x\377y')
if mkdir "$bytes" 2>/dev/null; then
    run 0 "$mapwright" tune -n 1 -M cpu2 --json -o "$bytes/t" c/cholesky_implicit.mwg
    json 'd["folder"]' >/dev/null || fail "not JSON"
    run 0 "$mapwright" results --json "$bytes/t"
    json 'd[0]["folder"]' >/dev/null || fail "not JSON"
    run 0 "$mapwright" record --json -o "$bytes/r.mwg" -- cholesky_implicit -size 960 -nblocks 4
    json 'd["file"]' >/dev/null || fail "not JSON"
fi
run 0 "$mapwright" graph show --json c/cholesky_implicit.mwg
json 'd["tasks"]' >/dev/null || fail "not JSON"

# a machine without room for the data: no mapper runs, which is an error and says why
python3 - "$MW_SOURCE/machines/cpu2.json" <<'END' >small.json
import json, sys
machine = json.load(open(sys.argv[1]))
for memory in machine["memories"]:
    for key in memory:
        if key in ("bytes", "gb", "gib"):
            memory[key] = 1000 if key == "bytes" else 1e-6
print(json.dumps(machine))
END
run 1 "$mapwright" tune -n 2 -M ./small.json -o small c/cholesky_implicit.mwg
says "MW7031"
says "the program's data are"
run 1 "$mapwright" tune -n 2 -M ./small.json -o small2 --json c/cholesky_implicit.mwg
says '{"error":{"code":"MW7031"'

# a described machine and a recorded graph need no folder in the home
HOME=/proc/none XDG_CACHE_HOME= XDG_CONFIG_HOME= run 0 "$mapwright" tune -n 1 -M cpu2 -o homeless c/cholesky_implicit.mwg

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
