#!/usr/bin/env bash
# tests/cli/test_fmt.sh: files formatted in place, whole or not at all; --check, --diff, standard input.
. "$MW_SOURCE/tests/cli/lib.sh"

printf '%s\n' 'Task * GPU,CPU; # why' 'm=Machine(GPU);' > untidy.mapper
printf '%s\n' 'Task * GPU, CPU;  # why' 'm = Machine(GPU);' > tidy.mapper
cp untidy.mapper original
printf 'Task *\nm=1;\n' > broken.mapper
cp broken.mapper broken

# --check and --diff write nothing
run 1 "$mapwright" fmt --check untidy.mapper tidy.mapper
[ "$out" = untidy.mapper ] || fail "--check names '$out'"
run 0 "$mapwright" fmt --check tidy.mapper
[ -z "$out$err" ] || fail "--check says something about a tidy file"
run 0 "$mapwright" fmt --diff untidy.mapper tidy.mapper
says "+Task * GPU, CPU;  # why"
silent_about "tidy.mapper
+++ b/tidy.mapper"
run 1 "$mapwright" fmt --check --diff untidy.mapper
cmp -s untidy.mapper original || fail "--check or --diff wrote"

# standard input to standard output
"$mapwright" fmt - < untidy.mapper > piped || fail "fmt - failed"
cmp -s piped tidy.mapper || fail "fmt - gives something else"
"$mapwright" fmt --check - < untidy.mapper > named && fail "fmt --check - passed"
[ "$(cat named)" = "<stdin>" ] || fail "standard input is called '$(cat named)'"

# errors leave the file, and do not keep the others from being formatted; a link stays a link, permissions stay
ln -s untidy.mapper link.mapper
chmod 640 untidy.mapper
run 1 "$mapwright" fmt broken.mapper link.mapper
says "broken.mapper:2:1: error"
cmp -s broken.mapper broken || fail "a broken file was changed"
cmp -s untidy.mapper tidy.mapper || fail "the other file was not formatted"
[ -L link.mapper ] || fail "the link was replaced by a file"
[ "$(stat -c %a untidy.mapper)" = 640 ] || fail "the permissions changed"

# a tidy file is not even touched
touch -d '2001-01-01' tidy.mapper
run 0 "$mapwright" fmt tidy.mapper
[ "$(stat -c %Y tidy.mapper)" = "$(date -d '2001-01-01' +%s)" ] || fail "a tidy file was written again"

run 1 "$mapwright" fmt absent.mapper
says "absent.mapper"
run 2 "$mapwright" fmt
head -c 1100000 /dev/zero | tr '\0' '#' > huge.mapper
run 1 "$mapwright" fmt huge.mapper
says "larger than"

# all that is shipped is in the canonical form
find "$MW_SOURCE/mappers" -name '*.mapper' > shipped
[ -s shipped ] || fail "no mapper is shipped"
run 0 "$mapwright" fmt --check $(cat shipped)
finish
