#!/usr/bin/env bash
# tools/setup.sh: installs the Debian packages of tools/packages.txt that are missing; prints nothing when none is.
# Exit status 1, with the list and the command to type, where it may not install.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

if ! command -v dpkg-query >/dev/null; then
    echo "setup: this is not a Debian system; install what $here/packages.txt names by hand" >&2
    exit 0 # the build itself will say what it cannot find
fi
missing=()
while read -r package _; do
    case "$package" in '' | '#'*) continue ;; esac
    status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] || missing+=("$package")
done <"$here/packages.txt"
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    as_root=(sudo)
    if ! command -v sudo >/dev/null || ! { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
        echo "setup: these packages are missing, and this user may not install them:" >&2
        printf '  %s\n' "${missing[@]}" >&2
        echo "setup: ask an administrator to run: apt-get install ${missing[*]}" >&2
        exit 1
    fi
fi
echo "setup: installing ${missing[*]}"
install() {
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -q --no-install-recommends "${missing[@]}" </dev/null
}
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! install >"$log" 2>&1; then # perhaps only the package lists are old
    "${as_root[@]}" apt-get update -q >"$log" 2>&1 </dev/null || true
    if ! install >>"$log" 2>&1; then
        cat "$log" >&2
        echo "setup: apt-get failed; these packages are needed: ${missing[*]}" >&2
        exit 1
    fi
fi
