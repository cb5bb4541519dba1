#!/usr/bin/env bash
# tests/build/test_clang.sh: clang has no complaint about any C file of the build, warnings being errors.
# Real runs: not under the sanitizers.
set -u
command -v clang >/dev/null || { echo "skipped: no clang"; exit 77; }
command -v python3 >/dev/null || { echo "skipped: no python3"; exit 77; }
[ -s "$MW_BUILD/compile_commands.json" ] || { echo "skipped: no compile_commands.json"; exit 77; }
python3 - "$MW_BUILD/compile_commands.json" <<'END'
import concurrent.futures, json, os, shlex, subprocess, sys

def check(entry):
    words = shlex.split(entry["command"])
    while words and os.path.basename(words[0]) in ("ccache", "distcc"):
        words.pop(0)
    at = words.index("-o")
    del words[at:at + 2]
    command = ["clang", "-fsyntax-only", "-Werror"] + [w for w in words[1:] if w != "-Werror"]
    done = subprocess.run(command, cwd=entry["directory"], capture_output=True, text=True)
    return entry["file"], done.returncode, done.stderr

entries = json.load(open(sys.argv[1]))
with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
    bad = [r for r in pool.map(check, entries) if r[1] != 0]
for file, _, said in bad:
    print(f"FAILED: {file}\n{said}")
print(f"{len(entries)} files, {len(bad)} with complaints")
sys.exit(1 if bad or not entries else 0)
END
