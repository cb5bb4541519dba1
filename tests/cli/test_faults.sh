#!/usr/bin/env bash
# tests/cli/test_faults.sh: what was found stays on disk when the user interrupts or the disk is full; an old file is never
# taken for a new one.
# Real runs: not under the sanitizers.
. "$MW_SOURCE/tests/cli/lib.sh"
ls /usr/lib/*/starpu/examples/cholesky_implicit >/dev/null 2>&1 || { echo "skipped: no StarPU examples"; exit 77; }
program="cholesky_implicit -size 960 -nblocks 6"

# wait_for FILE LINES PID: until the file has so many lines, or the process is gone
wait_for() {
    while kill -0 "$3" 2>/dev/null && { [ ! -e "$1" ] || [ "$(wc -l <"$1")" -lt "$2" ]; }; do sleep 0.02; done
}

# Ctrl-C while searching: exit status 130, whole lines only, a best mapper, and it can go on
run 0 "$mapwright" record -o c.mwg -- $program
"$mapwright" tune -n 100000 -M p100x4 -o search c.mwg >out.txt 2>err.txt </dev/null &
pid=$!
wait_for search/iterations.jsonl 5 $pid
kill -INT $pid
wait $pid
status=$?
out=$(cat out.txt) err=$(cat err.txt)
[ $status -eq 130 ] || fail "an interrupted search ended with $status, not 130"
says "mapwright tune --resume search"
lines=$(wc -l <search/iterations.jsonl)
python3 - search/iterations.jsonl <<'END' || fail "a line of the log is not whole"
import json, sys
lines = open(sys.argv[1]).read().splitlines()
assert [json.loads(line)["index"] for line in lines] == list(range(len(lines)))
END
run 0 "$mapwright" check search/best.mapper
[ -s search/report.html ] || fail "an interrupted search left no report"
run 0 "$mapwright" tune --resume search -n $lines # one more than there are, without the default
[ "$(wc -l <search/iterations.jsonl)" -eq $((lines + 1)) ] || fail "a resumed search has not one iteration more"

# Ctrl-C during the real runs: the program's whole process group goes, the search's result stays
cat >slow.sh <<END
#!/bin/sh
[ -e $folder/recorded ] && { echo \$\$ >$folder/running; sleep 300; }
touch $folder/recorded
exec cholesky_implicit "\$@"
END
chmod +x slow.sh
PATH=$PATH:$(dirname "$(ls /usr/lib/*/starpu/examples/cholesky_implicit | head -1)")
export PATH
"$mapwright" tune -n 2 -o real -- ./slow.sh -size 960 -nblocks 6 >out.txt 2>err.txt </dev/null &
pid=$!
wait_for running 1 $pid
child=$(cat running)
kill -INT $pid
wait $pid
status=$?
out=$(cat out.txt) err=$(cat err.txt)
[ $status -eq 130 ] || fail "interrupted real runs ended with $status, not 130"
! kill -0 "$child" 2>/dev/null || fail "the program still runs after the interruption"
says "mapwright tune --resume real -- ./slow.sh -size 960 -nblocks 6"
[ "$(wc -l <real/iterations.jsonl)" -eq 3 ] || fail "interrupted real runs lost iterations"
run 0 "$mapwright" check real/best.mapper

# gone on with as it says, the real runs are made
rm recorded
sed -i '/sleep/d' slow.sh
run 0 "$mapwright" tune --resume real --verify 1 --rounds 1 --json -- ./slow.sh -size 960 -nblocks 6
python3 -c 'import json; assert json.load(open("out.txt"))["best"]["measured"]["runs"] == 1' ||
    fail "a resumed run was not verified: $out"

# a recording that cannot be written is no recording, even when a file of that name is there
run 0 "$mapwright" record -o old.mwg -- $program
chmod 555 . 2>/dev/null
if ! touch probe 2>/dev/null; then # not as root
    run 1 "$mapwright" record -o old.mwg -- cholesky_implicit -size 960 -nblocks 4
    says "old.mwg"
fi
chmod 755 .
rm -f probe

# a full disk: needs a file system of its own
mkdir full
if mount -t tmpfs -o size=64k tmpfs full 2>/dev/null; then
    run 0 "$mapwright" tune -n 3 -M cpu2 -o ok c.mwg # the same, with room
    run 1 "$mapwright" tune -n 3 -M cpu2 -o full/t c.mwg
    says "No space left on device"
    says "full/t/"
    run 1 "$mapwright" record -o full/x.mwg -- cholesky_implicit -size 3840 -nblocks 48
    says "No space left on device"
    silent_about "cannot open"
    [ ! -e full/x.mwg ] || fail "half a graph was left behind"
    rm -rf full/*
    dd if=/dev/zero of=full/rest bs=1k count=64 2>/dev/null
    TMPDIR=$folder/full run 1 "$mapwright" record -o x.mwg -- $program
    says "TMPDIR"
    says "No space left on device"
    umount full
else
    echo "not tested: a full disk (no file system can be mounted here)"
fi
finish
