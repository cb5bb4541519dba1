#!/usr/bin/env bash
# tests/apps/test_cosma.sh: COSMA and its choice of a grid; see lib_product.sh.
# Real runs: not under the sanitizers.
name=cosma
. "$MW_SOURCE/tests/apps/lib_product.sh"
for grid in "1 1 1" "2 2 4" "3 1 2" "1 4 3" "3 5 2"; do
    set -- $grid
    right 64 64 64 -gx $1 -gy $2 -gz $3
    right 37 100 53 -gx $1 -gy $2 -gz $3 -slabs 3
done
right 5 6 3 -gx 2 -gy 2 -gz 4 -slabs 2   # shares of one element, and empty ones
right 1 1 1 -p 8
right 80 80 80 -gx 2 -gy 2 -gz 12        # more row blocks than a codelet has arguments without more ado
right 64 64 64 -p 8 -memory 1200         # scarce memory: many thin slabs
any_scheduler -n 90 -p 12
several_cores -n 90 -p 12
errors_are_noticed "task_2 task_3 gather_B gather_C task_4 reduce_A taco_validate" -n 90 -p 16
errors_are_noticed "task_2 task_3 task_4" --flat -n 90 -p 16
any_mapper -n 50 -m 41 -k 67 -p 16
recorded 2672 -n 20000 -p 16 -reps 11
wrong_usage
run 1 -n 1000 -p 4 -memory 1000 && says "no grid of 4 boxes fits"

# The grid of the published table, in its order: cubes of work. Two processors have two equally good grids.
grid() { # "GX GY GZ" ARGS...
    local expected=$1
    shift
    timeout 100 "$mapwright" record --dry -o "$work/grid.mwg" -- "$app" --no-verify "$@" >"$work/out" 2>&1
    "$mapwright" graph show -n 100000 "$work/grid.mwg" >"$work/show"
    set -- $expected
    [ "$(grep -o "task_4\[[0-9,]*\]" "$work/show" | tail -1)" = "task_4[$(($1 - 1)),$(($2 - 1)),$(($3 - 1))]" ] ||
        fail "the grid is not $expected"
}
grid "1 1 2" -p 2 -n 25600
grid "1 2 2" -p 4 -n 25600
grid "2 2 2" -p 8 -n 25600
grid "2 2 4" -p 16 -n 25600
grid "2 4 4" -p 32 -n 25600
grid "4 4 4" -p 64 -n 25600
grid "4 4 8" -p 128 -n 25600
grid "4 8 8" -p 256 -n 25600
grid "8 8 8" -p 512 -n 25600
# A tall product is cut along its depth, a flat one never. Three percent of idle processors make better boxes.
grid "1 1 16" -p 16 -m 1000 -n 1000 -k 16000
grid "4 4 1" -p 16 -m 4000 -n 4000 -k 1000
grid "5 5 5" -p 128 -n 25600 -idle 3
grid "6 6 7" -p 256 -n 25200 -idle 3
finish
