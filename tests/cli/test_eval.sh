# tests/cli/test_eval.sh: what `mapwright eval` prints, and how it refuses.
. "$MW_SOURCE/tests/cli/lib.sh"

# prints EXPECTED: the last run's whole output.
prints() {
    [ "$out" = "$1" ] || fail "printed '$out', not '$1'"
}
eval_json() {
    run 0 "$mapwright" eval t.mapper --json "$@"
}

cat >t.mapper <<'END'
Task * GPU, CPU;
m = Machine(GPU);
c = Machine(CPU);
def block(Task t) { return m[t.ipoint[0] * m.size[0] / t.ispace[0], 0]; }
def row(Task t) { return m[t.ipoint[0] % m.size[0], *]; }
def outside(Task t) {
    return m[0,
             t.ipoint[0] + t.ipoint[1]];
}
def cpu(Task t) { return c[t.ipoint[0] % c.size[0], 1]; }
def second(Task t) { return m[1, 1]; }
def tells(Task t) { print("at {} of {}", t.ipoint, t.ispace[0]); return m[0, 0]; }
IndexTaskMap GPU row;
IndexTaskMap named block;
IndexTaskMap named second;  # never applies: the first counts
IndexTaskMap bad outside;
IndexTaskMap wrong cpu;
IndexTaskMap told tells;
IndexTaskMap * second;
END

# A task's own rule, before its kind's, before '*'; the first of two for one name.
eval_json --task named --proc GPU --domain 4 --nodes 2 --gpus 2
prints '{"task":"named","proc":"GPU","domain":[4],"size":[2,2],"points":[[0,0],[0,0],[1,0],[1,0]]}'
# A set is a list of pairs, in order.
eval_json --task other --proc GPU --domain 3 --nodes 2 --gpus 2
prints '{"task":"other","proc":"GPU","domain":[3],"size":[2,2],"points":[[[0,0],[0,1]],[[1,0],[1,1]],[[0,0],[0,1]]]}'
# Also one of a single processor.
eval_json --task other --proc GPU --domain 2 --nodes 2 --gpus 1
prints '{"task":"other","proc":"GPU","domain":[2],"size":[2,1],"points":[[[0,0]],[[1,0]]]}'
# Without any rule that fits: blocks over the nodes, then over each node's processors, row-major.
echo 'Task * GPU;' >none.mapper
run 0 "$mapwright" eval none.mapper --json --task t --proc GPU --domain 2,4 --nodes 2 --gpus 2
prints '{"task":"t","proc":"GPU","domain":[2,4],"size":[2,2],"points":[[0,0],[0,0],[0,1],[0,1],[1,0],[1,0],[1,1],[1,1]]}'
run 0 "$mapwright" eval none.mapper --json --task t --proc OMP --domain 3 --nodes 1 --omps 2
prints '{"task":"t","proc":"OMP","domain":[3],"size":[1,2],"points":[[0,0],[0,0],[0,1]]}'
# Domains of one point, of ones, of three dimensions.
eval_json --task named --proc GPU --domain 1,1,1 --nodes 3 --gpus 2
prints '{"task":"named","proc":"GPU","domain":[1,1,1],"size":[3,2],"points":[[0,0]]}'
# A table for people; what functions print goes to the errors.
run 0 "$mapwright" eval t.mapper --task told --proc GPU --domain 2 --nodes 1 --gpus 1
says "at (1) of 2"
says "(1)               node 0 GPU 0"
eval_json --task told --proc GPU --domain 2 --nodes 1 --gpus 1
silent_about "at (1)"

# The first point that fails, with its place in the text; nothing else on the output.
run 1 "$mapwright" eval t.mapper --json --task bad --proc GPU --domain 3,300 --nodes 1 --gpus 4
says '"code":"MW1406"'
says 'point (0, 4) of (3, 300)'
says 'GPU[0, 4] is outside the space of 1 x 4'
says '"line":7'
silent_about '"points"'
run 1 "$mapwright" eval t.mapper --json --task wrong --proc GPU --domain 2 --nodes 1 --gpus 1 --cpus 2
says '"code":"MW4002"'
run 1 "$mapwright" eval t.mapper --json --task any --proc OMP --domain 2 --nodes 1 --gpus 1
says 'no OMP processor'
run 2 "$mapwright" eval t.mapper --json --task t --proc GPU --domain 0 --nodes 1 --gpus 1
says "'0' is not a list of extents"
run 2 "$mapwright" eval t.mapper --json --task t --proc GPU --domain 4,,4 --nodes 1 --gpus 1
run 2 "$mapwright" eval t.mapper --json --task t --proc GPU --domain -3 --nodes 1 --gpus 1
run 2 "$mapwright" eval t.mapper --json --task t --proc GPU --domain 99999999999999999999 --nodes 1 --gpus 1
run 2 "$mapwright" eval t.mapper --json --task t --proc GPU --domain 4 --nodes 0 --gpus 1
run 2 "$mapwright" eval t.mapper --json --task t --proc GPU --domain 4
run 1 "$mapwright" eval missing.mapper --json --task t --proc GPU --domain 4 --gpus 1
says '"error"'

# Ten million points, all there, in memory that does not grow with them.
cat >cyclic.mapper <<'END'
m = Machine(GPU);
def f(Task t) { return m[*(t.ipoint / (500, 1) % m.size)]; }
IndexTaskMap * f;
END
limit=300000
(ulimit -v $limit && "$mapwright" --version >version.txt 2>&1) || limit=unlimited # a sanitizer needs terabytes
(
    ulimit -v $limit
    exec "$mapwright" eval cyclic.mapper --json --task t --proc GPU --domain 5000,2000 --nodes 4 --gpus 4
) >large.json || fail "ten million points need more than 300 MB"
pairs=$(tr -cd '[' <large.json | wc -c)
[ "$pairs" -eq 10000003 ] || fail "$pairs brackets, not one for each point and three around them"
[ "$(tail -c 14 large.json)" = '[1,2],[1,3]]}' ] ||
    fail "ends in $(tail -c 14 large.json)"
# A full disk is an error.
if [ -e /dev/full ]; then
    "$mapwright" eval cyclic.mapper --json --task t --proc GPU --domain 500,200 --nodes 4 --gpus 4 >/dev/full
    [ $? -eq 1 ] || fail "a full disk was not noticed"
fi
finish
