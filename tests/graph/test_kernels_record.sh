#!/usr/bin/env bash
# tests/graph/test_kernels_record.sh: kernels.json beside an executable reaches the graph and the simulator.
# Real runs: not under the sanitizers.
. "$MW_SOURCE/tests/cli/lib.sh"
app=$MW_BUILD/apps/stencil
[ -x "$app/stencil" ] || { echo "skipped: apps/stencil is not built"; exit 77; }
size=(-nx 8004 -ny 8004 -ntx 2 -nty 2 -tsteps 4 -tprune 1 -no-verify)

# makespan MAPPER-TEXT GRAPH: simulated on p100x4, in us
makespan() {
    echo "$1" >m.mapper
    run 0 "$mapwright" simulate -M p100x4 -m m.mapper --json "$2"
    us=$(sed -n 's/.*"makespan_us": *\([0-9.]*\).*/\1/p' out.txt | head -1)
    [ -n "$us" ] || fail "no makespan for '$1'"
}
slower() { awk "BEGIN { exit !($1 > 1.2 * $2) }" || fail "$3: $1 us is not well above $2 us"; }

# through a symbolic link, and found beside the real file
ln -s "$app/stencil" stencil
run 0 "$mapwright" record --dry -o with.mwg -- ./stencil "${size[@]}"
says "kernel data: "
says "stencil/kernels.json"
makespan "Layout * * * SOA F_order;" with.mwg; soa=$us
makespan "Layout * * * AOS F_order;" with.mwg; aos=$us
makespan "Layout * * * SOA C_order;" with.mwg; c_order=$us
slower "$aos" "$soa" "an unused field between the values"
slower "$c_order" "$aos" "a quarter of each transaction"

# what every application ships fits its own graph
for file in "$MW_SOURCE"/apps/*/kernels.json; do
    name=$(basename "$(dirname "$file")")
    run 0 "$mapwright" record --dry -o "$name.mwg" -- "$MW_BUILD/apps/$name/$name"
    says "$name/kernels.json"
    silent_about "warning"
done

# another file instead: a kernel that refuses a layout is a mapping error
cat >strict.json <<'END'
{"kinds": {"stencil": {"on": {"GPU": {"accepts": ["F_order"], "why": "x contiguous"}}}}}
END
run 0 "$mapwright" record --dry --kernels strict.json -o strict.mwg -- ./stencil "${size[@]}"
makespan "Layout * * * AOS F_order;" strict.mwg
run 1 "$mapwright" simulate -M p100x4 -m <(echo "Layout * * * SOA C_order;") strict.mwg
says "MW4005"
says "wants argument 0"
says "in SOA F_order or AOS F_order, and got SOA C_order"

# a mistake in it is told with its place; the recording stays
echo '{"kinds": {"stencil": {"on": {"GPU": {"compute": 2, "why": "x"}}}}}' >wrong.json
run 1 "$mapwright" record --dry --kernels wrong.json -o wrong.mwg -- ./stencil "${size[@]}"
says "wrong.json"
says '$.kinds.stencil.on.GPU.compute'
run 0 "$mapwright" graph stats wrong.mwg
run 1 "$mapwright" record --dry --kernels missing.json -o missing.mwg -- ./stencil "${size[@]}"
says "missing.json"
finish
