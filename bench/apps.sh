#!/usr/bin/env bash
# bench/apps.sh [BUILD [APP...]]: figures of the benchmark applications on this machine. At test size, on all cores under
# StarPU's default scheduler: what the program says of its timed part, how long its whole graph ran, and how much of the
# cores' time was spent in kernels. At published size: what it takes to record the graph with kernels disabled.
# ROUNDS=5: runs of each, the applications taking turns; medians, with the middle half in brackets.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
build=$(cd "${1:-$here/build}" && pwd)
shift || true
rounds=${ROUNDS:-5} cores=$(nproc)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export STARPU_HOME="${STARPU_HOME:-$work}" STARPU_SILENT=1 STARPU_NCPU=$cores OPENBLAS_NUM_THREADS=1
unset STARPU_SCHED STARPU_OPENCL_ON_CPUS STARPU_OPENCL_ONLY_ON_CPUS

# Sod-like shock tube on the mesh of Pennant's published one-node size: 320 x 92160 zones.
cat >"$work/published.pnt" <<'END'
meshtype rect
meshparams 320 92160 0.03125 9
cstop 30
einit 0.1
subregion 0 0.03125 3 9
rinitsub 0.001
einitsub 1e-7
bcx 0 0.03125
bcy 0 9
ssmin 0.1
q1 0.3
q2 2
dtinit 1e-5
END
sed 's/^meshparams.*/meshparams 300 400 0.75 1/; s/^subregion.*/subregion 0 0.75 0.4 1/; s/^bcx.*/bcx 0 0.75/; s/^bcy.*/bcy 0 1/; s/^dtinit.*/dtinit 1e-4/' \
    "$work/published.pnt" >"$work/small.pnt"
product_n=1024
words() { printf '%s ' "$@"; } # echo would take -n for itself
small() { # APP: arguments of a run of about a second
    case $1 in
    circuit) words -p 8 -pps 2 -npp 1000 -wpp 4000 -i 1000 -l 20 -prune 2 ;;
    stencil) words -nx 2000 -ny 2000 -ntx 4 -nty 4 -tsteps 50 -tprune 5 ;;
    pennant) words "$work/small.pnt" -npieces 8 -cycles 30 -prune 3 ;;
    *) words -n $product_n -reps 5 ;;
    esac
}
published() { # APP
    case $1 in
    circuit) words -npp 5000 -wpp 20000 -l 50 -p 40 -pps 10 -prune 30 ;;
    stencil) words -nx 30000 -ny 30000 -ntx 2 -nty 2 -tsteps 50 -tprune 30 ;;
    pennant) words "$work/published.pnt" --npieces 4 -numpcx 1 -numpcy 4 -prune 30 ;;
    johnson | solomonik | cosma) words -n 20000 -reps 11 ;;
    *) words -n 20000 -reps 10 ;;
    esac
}

if [ $# -gt 0 ]; then
    apps=("$@")
else
    apps=()
    for name in circuit stencil pennant cannon summa pumma johnson solomonik cosma; do
        [ ! -x "$build/apps/$name/$name" ] || apps+=("$name")
    done
fi

one_small() { # APP: adds a line to $work/APP.small: seconds as the program says, GFLOP/s or 0, makespan in seconds, percent in kernels
    local name=$1 app=$build/apps/$1/$1
    # shellcheck disable=SC2046
    "$app" $(small "$name") --no-verify >"$work/out"
    # shellcheck disable=SC2046
    "$build/mapwright" record -o "$work/small.mwg" -- "$app" $(small "$name") --no-verify >/dev/null
    "$build/mapwright" graph stats --json "$work/small.mwg" >"$work/stats"
    python3 - "$work/out" "$work/stats" "$cores" >>"$work/$name.small" <<'END'
import json, re, statistics, sys
said = open(sys.argv[1]).read()
graph = json.load(open(sys.argv[2]))
seconds = [float(x) for x in re.findall(r"^time ([0-9.]+) s", said, re.M)]
gflops = [float(x) for x in re.findall(r"([0-9.]+) GFLOP/s", said)]
kernels = sum(kind["us"] for kind in graph["kinds"])
print(statistics.median(seconds), statistics.median(gflops) if gflops else 0,
      graph["measured_us"] / 1e6, 100 * kernels / graph["measured_us"] / int(sys.argv[3]))
END
}
one_published() { # APP: adds a line: seconds, MiB at most, tasks
    local name=$1
    # shellcheck disable=SC2046
    /usr/bin/time -f "%e %M" -o "$work/cost" "$build/mapwright" record --dry -o "$work/published.mwg" -- \
        "$build/apps/$name/$name" $(published "$name") >"$work/out"
    awk -v tasks="$(sed -n 's/.*: \([0-9]*\) tasks of.*/\1/p' "$work/out")" '{print $1, $2 / 1024, tasks}' "$work/cost" >>"$work/$name.published"
}
column() { # FILE COLUMN FORMAT: median (middle half)
    sort -g -k "$2,$2" "$1" | awk -v c="$2" -v f="$3" '
        {v[NR] = $c}
        END {printf f " (" f " - " f ")", v[int((NR + 1) / 2)], v[int((NR + 3) / 4)], v[int((3 * NR + 1) / 4)]}'
}
middle() { # FILE COLUMN: median
    sort -g -k "$2,$2" "$1" | awk -v c="$2" '{v[NR] = $c} END {print v[int((NR + 1) / 2)]}'
}
percent() { # FILE COLUMN FILE COLUMN: one median of the other
    awk -v a="$(middle "$1" "$2")" -v b="$(middle "$3" "$4")" 'BEGIN {printf "%.0f", 100 * a / b}'
}

echo "$cores cores of $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1); load $(cut -d' ' -f1-3 /proc/loadavg) at the start; medians (middle halves) of $rounds runs"
for ((round = 0; round < rounds; round++)); do
    for name in "${apps[@]}"; do
        one_small "$name"
        one_published "$name"
    done
    OPENBLAS_NUM_THREADS=$cores "$build/bench/dgemm" $product_n | sed -n 's/^dgemm.*: \([0-9.]*\) GFLOP.*/\1/p' >>"$work/dgemm"
done
echo
echo "At test size:"
for name in "${apps[@]}"; do
    echo "  $name" $(small "$name" | sed "s|$work/||")
    echo "    timed part    $(column "$work/$name.small" 1 %.3f) s"
    case $name in
    circuit | stencil | pennant) echo "    speed         $(column "$work/$name.small" 2 %.2f) GFLOP/s" ;;
    *) echo "    speed         $(column "$work/$name.small" 2 %.2f) GFLOP/s, $(percent "$work/$name.small" 2 "$work/dgemm" 1) % of dgemm's" ;;
    esac
    echo "    whole graph   $(column "$work/$name.small" 3 %.3f) s, $(column "$work/$name.small" 4 %.0f) % of $cores cores' time in kernels"
done
echo "  one plain OpenBLAS dgemm of $product_n x $product_n on $cores cores: $(column "$work/dgemm" 1 %.2f) GFLOP/s"
echo
echo "Recording at published size, kernels disabled:"
for name in "${apps[@]}"; do
    echo "  $name" $(published "$name" | sed "s|$work/||")": $(column "$work/$name.published" 1 %.2f) s, $(column "$work/$name.published" 2 %.0f) MiB at most, $(tail -1 "$work/$name.published" | cut -d' ' -f3) tasks"
done
