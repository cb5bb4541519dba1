#!/usr/bin/env bash
# bench/policy.sh BUILD: what one empty task costs under StarPU's eager and lws and under our policy, side by side: the
# contestants take turns, medians and middle halves over the rounds are shown.
set -euo pipefail
build=$(cd "${1:-build}" && pwd)
tasks=${TASKS:-100000} rounds=${ROUNDS:-9}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export STARPU_SILENT=1 STARPU_HOME="${STARPU_HOME:-$work}"
cat >"$work/any.mapper" <<'END'
# whichever worker is free
m = Machine(CPU);
def any(Task t) { return m[0, *]; }
IndexTaskMap nothing any;
SingleTaskMap nothing any;
END
printf 'Priority nothing 1;\n' | cat "$work/any.mapper" - >"$work/priority.mapper"
: >"$work/default.mapper"

one() { # CONTESTANT BUFFERS
    case $1 in
    StarPU-*) STARPU_SCHED=${1#StarPU-} "$build/bench/empty_tasks" "$tasks" "$2" ;;
    recording) "$build/mapwright" record -o "$work/r.mwg" -- "$build/bench/empty_tasks" "$tasks" "$2" >/dev/null && # the program's output is kept: ask the graph
        "$build/mapwright" graph stats --json "$work/r.mwg" | sed -n "s/.*\"measured_us\": *\([0-9.e+]*\).*/\1/p" | awk -v n="$tasks" '{print $1 / n}' ;;
    *) "$build/mapwright" run -m "$work/${1#mapper-}.mapper" -- "$build/bench/empty_tasks" "$tasks" "$2" 2>/dev/null ;;
    esac
}

contestants=(StarPU-eager StarPU-lws mapper-default mapper-any mapper-priority recording)
echo "one empty task, microseconds; $tasks tasks, median (middle half) of $rounds rounds in turn; $(nproc) processors, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)"
for buffers in 0 2; do
    for ((round = 0; round < rounds; round++)); do
        for ((i = 0; i < ${#contestants[@]}; i++)); do
            c=${contestants[((i + round) % ${#contestants[@]})]}
            one "$c" "$buffers" >>"$work/$c.$buffers"
        done
    done
    for c in "${contestants[@]}"; do
        sort -g "$work/$c.$buffers" | awk -v name="$c" -v b="$buffers" \
            '{v[NR] = $1} END {printf "  %d handles  %-16s %6.2f  (%.2f - %.2f)\n", b, name, v[int((NR + 1) / 2)], v[int((NR + 3) / 4)], v[int((3 * NR + 1) / 4)]}'
    done
done
