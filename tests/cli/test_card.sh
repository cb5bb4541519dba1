#!/usr/bin/env bash
# tests/cli/test_card.sh: the reference card, alone on standard output, and its size.
. "$MW_SOURCE/tests/cli/lib.sh"
run 0 "$mapwright" card
cmp -s out.txt "$MW_SOURCE/prompts/card.md" || fail "the card is not the file prompts/card.md"
[ "$(grep -c 'bytes, .* words: about .* tokens' err.txt)" = 1 ] || fail "its size is not said"
run 0 "$mapwright" card --json
python3 - out.txt "$MW_SOURCE/prompts/card.md" <<'END' || fail "the JSON is not as expected"
import json, sys
card, text = json.load(open(sys.argv[1])), open(sys.argv[2]).read()
assert card["card"] == text
assert card["bytes"] == len(text.encode()) and card["words"] == len(text.split())
assert card["tokens"] == -(-2 * card["bytes"] // 7) <= card["tokens_max"] == 2500
END
run 2 "$mapwright" card more
finish
