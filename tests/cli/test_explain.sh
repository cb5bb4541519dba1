#!/usr/bin/env bash
# tests/cli/test_explain.sh: explanations by code, and docs/diagnostics.md as the program would write it now.
. "$MW_SOURCE/tests/cli/lib.sh"

run 0 "$mapwright" explain MW1203
says "MW1203: a name that nothing defines"
says "return mm[0, 0];"
run 0 "$mapwright" explain 1122 mw4004
says "MW1122:"
says "MW4004:"
run 2 "$mapwright" explain
says "expected a CODE"
run 2 "$mapwright" explain MW9999
says "there is no code 'MW9999'"
run 2 "$mapwright" explain 12x3
run 0 "$mapwright" explain --markdown
cmp -s out.txt "$MW_SOURCE/docs/diagnostics.md" || {
    fail "docs/diagnostics.md is not current: run \`make docs\`"
    diff out.txt "$MW_SOURCE/docs/diagnostics.md" | head -20
}
finish
