#!/usr/bin/env bash
# tests/cli/test_usage.sh: help everywhere, and wrong usage told with what was meant.
. "$MW_SOURCE/tests/cli/lib.sh"

run 0 "$mapwright" --help
for command in calibrate card check describe diff eval explain fmt graph machines record results run simulate tune; do
    says "  $command"
    run 0 "$mapwright" "$command" --help
    says "usage: mapwright $command"
    run 0 "$mapwright" help "$command"
    says "usage: mapwright $command"
    run 0 "$mapwright" --help
done
run 0 "$mapwright" --version
says "mapwright 0"

run 2 "$mapwright"
run 2 "$mapwright" tone
says "did you mean 'tune'?"
run 2 "$mapwright" tune --itterations 3 x.mwg
says "did you mean '--iterations'?"
run 2 "$mapwright" tune -n many x.mwg
says "'many' is not a whole number"
run 2 "$mapwright" tune
says "expected a GRAPH, or -- PROG ARGS"
run 2 "$mapwright" tune --
says "no program after '--'"
run 2 "$mapwright" check
run 2 "$mapwright" check x.mapper -- program
says "takes no program"
finish
