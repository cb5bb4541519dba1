#!/usr/bin/env bash
# tests/apps/test_summa.sh: SUMMA; see lib_product.sh.
# Real runs: not under the sanitizers.
name=summa
. "$MW_SOURCE/tests/apps/lib_product.sh"
for grid in "1 1" "2 2" "2 3" "5 1" "4 4"; do
    set -- $grid
    right 64 64 64 -gx $1 -gy $2
    right 37 100 53 -gx $1 -gy $2 -nb 7         # panels across the edges of tiles
    right 37 100 53 -gx $1 -gy $2 -nb 16 -depth 3
done
right 5 6 3 -gx 4 -gy 4    # tiles of one element, and empty ones
right 1 1 1 -gx 3 -gy 2 -nb 5
right 40 30 20 -nb 1 -depth 1
any_scheduler -n 90 -gx 3 -gy 2 -nb 20
several_cores -n 90 -gx 3 -gy 2 -nb 20
errors_are_noticed "taco_fill bcast_B bcast_C task_4 taco_validate" -n 90 -gx 3 -gy 2 -nb 20
any_mapper -n 50 -m 41 -k 67 -gx 4 -gy 2 -nb 10
recorded 1360 -n 20000 -reps 10
wrong_usage
run 2 -gx 0 && says "a whole number from 1"
run 1 -n 200 -gx 2 -gy 100 -nb 200 && says "more than 64 arguments" # a panel of a hundred tiles
finish
