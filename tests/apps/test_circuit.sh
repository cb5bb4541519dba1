#!/usr/bin/env bash
# tests/apps/test_circuit.sh: the circuit application, as an ordinary StarPU program, computes what it should and notices when it does not.
# Real runs: not under the sanitizers.
name=circuit
. "$MW_SOURCE/tests/apps/lib.sh"
data=$MW_SOURCE/../shared/data/circuit
cd "$work" || exit 1
verified() { # VALUES
    says "charge is conserved in each of"
    says "verified: all $1 values agree with a serial program"
}
loop() { # NUMBER CHARGE ABSOLUTE VOLTAGE: the sums of a loop, to what the order of additions leaves open
    awk -v k="$1:" -v q="$2" -v a="$3" -v v="$4" '
        function off(x, y, t) { x -= y; return x > t || -x > t }
        $1 == "loop" && $2 == k {
            found = 1
            gsub(/[,;]/, "")
            if (off($4, q, 1e-6 * a) || off($6, a, 1e-6 * a) || off($9, v, 1e-6 * v) || off($12, 0, 1e-7 * a))
                exit 1
        }
        END { exit !found }' "$work/out" || fail "loop $1 has other sums than $2 $3 $4"
}
close_to() { # MINE REFERENCE: the same lines; charges to 1e-5 of the greatest, voltages to 1e-6, wires to 1e-5 of their greatest
    awk -F, -v OFS=, '
        function abs(x) { return x < 0 ? -x : x }
        FNR == 1 { file++ }
        /^#/ { next }
        file == 1 {
            lines++
            for (i = 3; i <= NF; i++) {
                expected[$1, $2, i] = $i
                kind = $1 == "node" ? i : i < 13 ? "current" : "voltage"
                if (abs($i) > most[kind])
                    most[kind] = abs($i)
            }
            next
        }
        {
            compared++
            for (i = 3; i <= NF; i++) {
                kind = $1 == "node" ? i : i < 13 ? "current" : "voltage"
                tolerance = $1 == "node" && i == 4 ? 1e-6 : 1e-5 * most[kind]
                if (!(($1, $2, i) in expected) || !(abs($i - expected[$1, $2, i]) <= tolerance)) {
                    print "line " FNR ", value " i ": " $i
                    exit bad = 1
                }
            }
        }
        END { exit bad || compared != lines || !lines }' "$2" "$1" >>"$work/out" || fail "$1 differs from the reference"
}

# every value is right, whatever the network and how it is cut
for layout in soa aos; do
    run 0 --layout $layout && verified 640 # 2 for each of 16 nodes, 19 for each of 32 wires
    run 0 -i 60 -p 1 -npp 30 -wpp 70 --layout $layout && verified $((60 + 70 * 19))
    run 0 -i 60 -p 2 -npp 2 -wpp 1 --layout $layout && verified $((8 + 2 * 19))
    run 0 -i 60 -p 12 -npp 210 -wpp 97 -l 3 --layout $layout && verified $((12 * (420 + 97 * 19))) # up to 6 ghosts: more than 8 arguments
    run 0 -i 60 -p 12 -pps 3 -npp 150 -wpp 333 -prune 2 --layout $layout && verified $((12 * (300 + 333 * 19)))
done
for percent in 0 50 100; do
    run 0 -i 60 -p 8 -pps 2 -npp 20 -wpp 50 -pct $percent -s 7 && verified $((8 * (40 + 50 * 19)))
done
run 0 -p 3 -npp 3 -wpp 200 -pct 0 -i 60 -sync -l 30 && verified $((3 * (6 + 200 * 19)))

# any scheduler may order the tasks
for scheduler in eager lws prio random dmda; do
    STARPU_SCHED=$scheduler run 0 -p 12 -pps 2 -npp 100 -wpp 200 -i 60 -l 10
    verified $((12 * (200 + 200 * 19)))
done

# the numbers of an independent program (seed 12345)
run 0 -checks
loop 0 2.812505e-07 6.861246e-06 5.823367
loop 4 -4.579649e-08 5.734545e-06 4.977179
run 0 -p 4 -npp 1024 -wpp 4096 -i 100 -l 10 -checks
loop 0 2.134884e-04 3.935423e-03 1.931977e+03
loop 9 1.164768e-04 2.565168e-03 1.267459e+03
run 0 -p 8 -pps 2 -npp 1000 -wpp 4000 -i 1000 -l 10 -checks
loop 0 -1.836602e-04 7.630118e-03 3.775069e+03
loop 9 -1.895896e-04 4.958666e-03 2.480380e+03
if [ "$(grep -c "MW_SANITIZE:BOOL=ON" "$MW_BUILD/CMakeCache.txt")" -eq 0 ]; then # a minute with sanitizers
    run 0 -p 40 -pps 10 -npp 5000 -wpp 20000 -i 100 -l 10 -checks
    loop 0 -4.430303e-04 1.915437e-01 9.485699e+04
    loop 9 -3.915436e-04 1.247659e-01 6.227541e+04
fi

# and its values, one by one: first the network, which is exact, then what became of it
if [ -d "$data" ]; then
    for layout in soa aos; do
        run 0 -npp 8 -wpp 16 -i 100 -dump --layout $layout
        cmp circuit.init.csv "$data/tiny_p4_npp8_wpp16_i100_l5.init.csv" || fail "the network is another one"
        close_to circuit.final.csv "$data/tiny_p4_npp8_wpp16_i100_l5.final.csv"
    done
else
    echo "skipped: there are no reference files in $data"
fi

# verification: on request, by default on small networks only
run 0 -no-verify && says "not verified"
run 0 -npp 2 -wpp 600 -p 2000 -pps 500 -i 1 -l 1 && says "not verified"

# a wrong command line says what was expected, with status 2 or, for values that do not fit together, 1
run 2 -npp 1 && says "a whole number from 2"
run 2 -p four && says "a whole number from 1"
run 2 --layout columns && says "soa|aos"
run 2 -wp 5 && says "unknown option '-wp'"
run 2 -l && says "a value is missing"
run 1 -p 4 -pps 3 && says "4 pieces do not make super-pieces of 3"
run 1 -p 1000 -pps 1000 -wpp 10000000 && says "has more than 2147483647 nodes or wires"
run 0 --help && says "exit status 1 when a value is wrong"

# a planted error in one task of one loop is noticed; see circuit_error.c
if ${CC:-cc} -shared -fPIC -o "$work/error.so" "$MW_SOURCE/tests/apps/circuit_error.c" \
    $(pkg-config --cflags --libs starpu-1.3) -ldl 2>"$work/out"; then
    for error in lost double stale late; do
        for at in "0 1" "3 1" "1 5" "2 9"; do # super-piece, loop: of 10
            set -- $at
            export LD_PRELOAD=$work/error.so ERROR=$error ERROR_AT=$1 ERROR_LOOP=$2
            run 1 -npp 1000 -wpp 4000 -i 60 -l 6 -prune 2
            unset LD_PRELOAD
            says "planted"
            case $error in
            lost | double) says "a charge of" ;;
            *) says "values are wrong" ;;
            esac
        done
    done
    # and the same library without its error changes nothing
    export LD_PRELOAD=$work/error.so ERROR=none
    run 0 -npp 1000 -wpp 4000 -i 60 -l 6 -prune 2
    unset LD_PRELOAD ERROR
else
    fail "the planted error does not compile"
fi

# OpenCL devices compute the same within rounding: one, two and four of them
export STARPU_OPENCL_ON_CPUS=1 STARPU_MINIMUM_CLEAN_BUFFERS=0 STARPU_TARGET_CLEAN_BUFFERS=0
for devices in basic "basic basic" "basic basic basic basic"; do
    for layout in soa aos; do
        POCL_DEVICES=$devices STARPU_NCPU=1 STARPU_SCHED=eager \
            run 0 -p 12 -pps 2 -npp 100 -wpp 200 -i 60 -l 10 -prune 1 --layout $layout
        verified $((12 * (200 + 200 * 19)))
    done
done
# and it was the devices that did: the default mapper prefers them; StarPU counts, unless it is silent
STARPU_SILENT=0 STARPU_WORKER_STATS=1 POCL_DEVICES="basic basic" STARPU_NCPU=1 \
    timeout 200 "$MW_BUILD/mapwright" run -- "$app" -p 12 -npp 210 -wpp 97 -i 60 >"$work/out" 2>&1 ||
    fail "the run under the default mapper failed"
if grep -q "^OpenCL 0" "$work/out"; then
    verified $((12 * (420 + 97 * 19)))
    awk '/^OpenCL/ {device = 1; next} /^CPU/ {device = 0} device && /task/ {n += $1} END {exit n != 3 * 5 * 12}' "$work/out" ||
        fail "the OpenCL devices did not run the loops"
else
    echo "skipped: there is no OpenCL device"
fi
exit $failed
