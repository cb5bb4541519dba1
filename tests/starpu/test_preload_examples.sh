#!/usr/bin/env bash
# tests/starpu/test_preload_examples.sh: Debian's own programs under the recorder and the policy: they check themselves, and
# the number of tasks is known.
# Real runs: not under the sanitizers.
. "$MW_SOURCE/tests/cli/lib.sh"
ls /usr/lib/*/starpu/examples/cholesky_implicit >/dev/null 2>&1 || { echo "skipped: no StarPU examples"; exit 77; }

# each checks its own result and fails through its exit status when the work is missing
for program in "cholesky_implicit -size 960 -nblocks 4 -check" vector_scal incrementer variable; do
    name=${program%% *}
    # shellcheck disable=SC2086
    run 0 "$mapwright" record -o "$name.mwg" -- $program
    run 0 "$mapwright" graph stats --json "$name.mwg"
    tasks=$(python3 -c 'import json; print(json.load(open("out.txt"))["tasks"])')
    [ "${tasks:-0}" -gt 0 ] || fail "$name: no task was recorded"
    # shellcheck disable=SC2086
    run 0 "$mapwright" run -- $program
    tr -d , <err.txt | grep -q "run: $tasks tasks $tasks placed by the mapper 0 fell back" ||
        fail "$name: not all of $tasks tasks ran where the mapper says: $err"
done
run 0 "$mapwright" graph stats cholesky_implicit.mwg
says "20 tasks of 3 kinds" # 4 + 6 + 10
run 0 "$mapwright" graph show cholesky_implicit.mwg
says "chol_model_11[0,0]"

# unmodified binaries on an OpenCL device and on a CPU beside it: the memory node that each task ran at says where
if [ -d /usr/share/starpu/opencl ]; then
    printf 'Task * GPU, CPU;\n' >gpu.mapper
    printf 'Task * CPU, GPU;\n' >cpu.mapper
    export STARPU_OPENCL_ON_CPUS=1 STARPU_NCPU=1 POCL_DEVICES=basic STARPU_WORKERS_NOBIND=1 STARPU_HOME=$folder/devices
    export STARPU_OPENCL_PROGRAM_DIR=/usr/share/starpu/opencl MAPWRIGHT_TRACE=$folder/trace
    for name in vector_scal variable incrementer; do
        for kind in gpu cpu; do
            rm -f trace
            run 0 "$mapwright" run -m $kind.mapper -- "$name"
            says " 0 fell back"
            node=$([ $kind = gpu ] && echo 1 || echo 0)
            elsewhere=$(awk -v node="$node" '$5 != node' trace | wc -l)
            [ -s trace ] && [ "$elsewhere" -eq 0 ] || fail "$name: $elsewhere tasks ran elsewhere than on the $kind"
        done
    done
    unset STARPU_OPENCL_ON_CPUS STARPU_NCPU POCL_DEVICES STARPU_OPENCL_PROGRAM_DIR MAPWRIGHT_TRACE
else
    echo "not tested: OpenCL (no kernels in /usr/share/starpu/opencl)"
fi

# cut anywhere, a graph is refused
for bytes in 0 7 64 200 1000; do
    head -c "$bytes" cholesky_implicit.mwg >cut.mwg
    run 1 "$mapwright" graph stats cut.mwg
    says "cut.mwg"
done
finish
