#!/usr/bin/env bash
# tests/cli/test_plot.sh: eval's table and pictures.
. "$MW_SOURCE/tests/cli/lib.sh"
cat > m.mapper <<'END'
m = Machine(GPU);
def f(Task t) { return m[t.ipoint[0] % m.size[0], t.ipoint[1] % m.size[1]]; }
def late(Task t) { return m[t.ipoint[0], 0]; }
IndexTaskMap a f;
IndexTaskMap b late;
END
shape="--proc GPU --nodes 2 --gpus 2"

run 0 "$mapwright" eval m.mapper --task a $shape --domain 2,3
says "task a on GPU: map f, 2 nodes with 2 each"
says "(1, 2)"
says "4 of 4 GPUs, 1 to 2 points each"

run 0 "$mapwright" eval m.mapper --task a $shape --domain 2,3 --plot
says "0   a0  a1  a0"
says "1   b0  b1  b0"
says "node 1 GPU 1: 1 point"
silent_about $'\033'

run 0 "$mapwright" eval m.mapper --task a $shape --domain 4,8 --plot picture.svg
[ -z "$out$err" ] || fail "a picture in a file says something"
grep -q "<title id=\"t\">task a on GPU: map f" picture.svg || fail "the picture has no title"
python3 -c 'import sys, xml.dom.minidom; d = xml.dom.minidom.parse("picture.svg"); assert len(d.getElementsByTagName("rect")) == 1 + 32 + 4' ||
    fail "the picture is no XML, or has other rectangles"

run 0 "$mapwright" eval --plot=same.svg m.mapper --task a $shape --domain 4,8
cmp -s same.svg picture.svg || fail "--plot=FILE writes another picture"
run 2 "$mapwright" eval --plot=same.svg m.mapper second.svg --task a $shape --domain 4,8

# in a terminal there are colours, unless NO_COLOR is set
if script --version >/dev/null 2>&1; then
    plot="$mapwright eval m.mapper --task a $shape --domain 2,3 --plot"
    TERM=xterm-256color script -qec "$plot" /dev/null </dev/null | grep -q $'\033\[48;5;' || fail "no colours in a terminal"
    NO_COLOR=1 TERM=xterm-256color script -qec "$plot" /dev/null </dev/null | grep -q $'\033' && fail "colours despite NO_COLOR"
fi

# nothing is drawn of a map that fails; nothing is written over
echo kept > kept.svg
run 1 "$mapwright" eval m.mapper --task b $shape --domain 4,4 --plot kept.svg
says "error MW14"
[ "$(cat kept.svg)" = kept ] || fail "a failed map's picture was written"
run 1 "$mapwright" eval m.mapper --task a $shape --domain 2,2 --plot /nowhere/p.svg
says "/nowhere/p.svg"

run 2 "$mapwright" eval m.mapper other.mapper --task a $shape --domain 2,2 --plot
run 2 "$mapwright" eval m.mapper picture.svg --task a $shape --domain 2,2
run 2 "$mapwright" eval m.mapper --plot --json --task a $shape --domain 2,2
run 2 "$mapwright" eval --plot picture.svg --task a $shape --domain 2,2
run 2 "$mapwright" eval m.mapper --plot p.svg --task a $shape --domain 1001,1000
finish
