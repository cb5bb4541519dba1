#!/usr/bin/env bash
# tests/apps/test_pennant.sh: the pennant application, as an ordinary StarPU program, computes what it should, for any number
# of pieces and on any device, and notices when it does not. Reference outputs are read where the checkout has them.
# Real runs: not under the sanitizers.
name=pennant
. "$MW_SOURCE/tests/apps/lib.sh"
decks=$MW_SOURCE/apps/pennant/decks
data=$MW_SOURCE/../shared/data/pennant
deck() { # LINE...: into $work/deck.pnt
    printf '%s\n' "$@" >"$work/deck.pnt"
}

# --- every mesh in pieces, down to one zone each, against the serial run inside
for one in tube collapse blast honeycomb; do
    for pieces in "1 1" "1 4" "4 1" "3 2" "2 5"; do
        set -- $pieces
        run 0 "$decks/$one.pnt" -numpcx $1 -numpcy $2
        says "agree with a serial run"
    done
done
for type in rect pie hex; do
    deck "meshtype $type" "meshparams 5 4" "uinitradial -1" "bcx 0" "bcy 0" "ssmin 0.1" "q1 0.1" "q2 1" "dtinit 1e-3" \
        "cfl 0.3" "cstop 12"
    for pieces in "5 4" "5 1" "1 4" "2 3"; do
        set -- $pieces
        run 0 "$work/deck.pnt" -numpcx $1 -numpcy $2
        says "verified: 20 zones"
    done
done
for type in rect pie hex; do # the smallest meshes
    least=1
    [ $type != hex ] || least=2
    deck "meshtype $type" "meshparams $least" "einit 1" "dtinit 1e-3" "cstop 3"
    run 0 "$work/deck.pnt" && says "verified"
done
deck "meshtype rect" "meshparams 9 7" "einit 1" "bcx 0 1" "bcy 0 1" "dtinit 1e-3" "cstop 30" # at rest: speeds are rounding
run 0 "$work/deck.pnt" -npieces 6 && says "verified"
deck "meshtype pie" "meshparams 9 7" "ssmin 1e-9" "cstop 5" "dtinit 1e-3" # all zero
run 0 "$work/deck.pnt" -npieces 6 && says "verified"
run 0 && says "verified: 1440 zones" && says "1 x 4 pieces" # the built-in deck
run 0 -npieces 1 && says "1 x 1 pieces"

# --- to the end of time; motion along the axis keeps the energy
run 0 "$decks/tube.pnt" --cycles 1000 -npieces 3
says "60 cycles, time 0.5"
[ "$(grep -c 'energy 5.711415 ' "$work/out")" -eq 2 ] || fail "the energy of the tube changed"
run 0 "$decks/blast.pnt" --cycles 1000 -npieces 4 && says "83 cycles, time 0.5"
run 0 "$decks/blast.pnt" --cycles 0 -npieces 4 && says "0 cycles, time 0"

# --- what it writes it accepts, in both orders; any other value or place it does not
run 0 "$decks/blast.pnt" -numpcx 2 -numpcy 2 --xy "$work/serial.xy"
run 0 "$decks/blast.pnt" -numpcx 2 -numpcy 2 --order pieces --xy "$work/pieces.xy"
cmp -s "$work/serial.xy" "$work/pieces.xy" && fail "the order of zones makes no difference"
run 0 "$decks/blast.pnt" -npieces 6 --reference "$work/serial.xy" && says "verified: all 462 values"
run 0 "$decks/blast.pnt" -numpcx 2 -numpcy 2 --order pieces --reference "$work/pieces.xy"
run 1 "$decks/blast.pnt" --reference "$work/pieces.xy" && says "values differ from"
run 1 "$decks/blast.pnt" -prune 1 --reference "$work/serial.xy" && says "values differ from"
for line in 2 100 160 400; do # a change in the eighth digit
    sed "${line}s/\(...\)e\([+-]..\)\$/999e\2/" "$work/serial.xy" >"$work/changed.xy"
    run 1 "$decks/blast.pnt" --reference "$work/changed.xy" && says "error: 1 values differ from"
done
sed 's/^/ /' "$work/serial.xy" >"$work/changed.xy"
run 1 "$decks/blast.pnt" --reference "$work/changed.xy" && says "changed.xy:1: section 'zr' should start here"
head -300 "$work/serial.xy" >"$work/changed.xy"
run 1 "$decks/blast.pnt" --reference "$work/changed.xy" && says "changed.xy:301: the file ends where"
echo >>"$work/serial.xy"
run 1 "$decks/blast.pnt" --reference "$work/serial.xy" && says "goes on after its last zone"
sed '3s/    2/    3/' "$work/serial.xy" >"$work/changed.xy"
run 1 "$decks/blast.pnt" --reference "$work/changed.xy" && says "changed.xy:3: this is not the value of zone 2"
run 1 "$decks/tube.pnt" --reference "$work/pieces.xy" && says "the file belongs to another mesh"
run 1 "$decks/blast.pnt" --reference "$work/none.xy" && says "cannot open"
run 1 "$decks/blast.pnt" --xy "$work/none/x.xy" && says "cannot write"

# --- reference outputs and traces of the published program
if [ -d "$data" ]; then
    for one in nohsmall noh sedovsmall sedov leblanc; do
        [ -f "$data/$one/$one.xy.std" ] || continue
        for pieces in 1 2 3 4 9 16; do
            run 0 "$data/$one/$one.pnt" -npieces $pieces --verify --reference "$data/$one/$one.xy.std"
            says "agree with a serial run"
            says "values of"
        done
        run 0 "$data/$one/$one.pnt" -npieces 4 --order pieces --reference "$data/$one/$one.xy.std4"
    done
    run 0 "$data/derived/hexsmall.pnt" -npieces 6 --reference "$data/derived/hexsmall.xy"
    for one in nohsmall sedovsmall leblanc hexsmall; do # dt of 30 cycles, in every printed digit
        from=$data/$one
        [ $one != hexsmall ] || from=$data/derived
        run 0 "$from/$one.pnt" --cycles 30 -report 1 -npieces 4
        awk '$1 == "cycle" {print $2 "," $6 "," $8 "," $4}' "$work/out" >"$work/trace"
        sed -n '3,$p' "$data/derived/$one.dt_trace.csv" | cmp - "$work/trace" || fail "dt of $one differs"
    done
    for file in "$data"/*/*.pnt "$data"/scaled/*/*.pnt; do # the first cycles of the small ones
        zones=$(awk '$1 == "meshparams" {printf "%.0f", $2 * ($3 ? $3 : $2)}' "$file")
        if [ "$zones" -le 100000 ]; then
            run 0 "$file" --cycles 2 -npieces 4 && says "verified"
        fi
    done
else
    echo "skipped: the reference outputs are not here"
fi

# --- any scheduler may order the tasks
for scheduler in eager lws prio random dmda; do
    STARPU_SCHED=$scheduler run 0 "$decks/honeycomb.pnt" -numpcx 3 -numpcy 3
    says "verified"
done
# several cores may share one task; pieces may sum in turn or into copies
for sums in commute redux; do
    for scheduler in peager eager dmda; do
        STARPU_SCHED=$scheduler STARPU_NCPU=4 run 0 "$decks/honeycomb.pnt" -numpcx 2 -numpcy 2 --sums $sums
        says "verified"
    done
done

# --- verification: on request, by default for little work only
run 0 "$decks/blast.pnt" --no-verify && says "not verified"
deck "meshtype rect" "meshparams 400 350" "einit 1" "bcx 0 1" "bcy 0 1" "dtinit 1e-3"
run 0 "$work/deck.pnt" --cycles 15 -npieces 2 && says "not verified"

# --- decks: what is wrong, and where
refused() { # TEXT: by the deck in $work/deck.pnt
    run 1 "$work/deck.pnt" && says "$1"
}
deck "# a comment" "meshtype round" && refused "deck.pnt:2: error: unknown mesh type 'round'"
deck "meshtype rect" && refused "it lacks the line 'meshparams"
deck "meshparams 3" && refused "it lacks the line 'meshtype"
deck "meshtype rect" "meshparams 3 x" && refused "deck.pnt:2: error: 'x' after 'meshparams' is not a number"
deck "meshtype rect" "meshparams 3 0x10" && refused "is not a number"
deck "meshtype rect" "meshparams 3 nan" && refused "is not a number"
deck "meshtype rect" "meshparams 2.5" && refused "deck.pnt:2: error: too few or not whole zones in x"
deck "meshtype rect" "meshparams 0" && refused "zones in x"
deck "meshtype hex" "meshparams 4 1" && refused "zones in y"
deck "meshtype rect" "meshparams 1e12" && refused "too many zones in x"
deck "meshtype rect" "meshparams 3 3 0" && refused "lengths larger than 0"
deck "meshtype pie" "meshparams 3 3 360" && refused "less than 360 degrees"
deck "meshtype rect" "meshparams 1 2 3 4 5" && refused "takes 1 to 4 values, not more than 4"
deck "meshtype rect" "meshparams 3" "subregion 1 2" && refused "deck.pnt:3: error: 'subregion' takes 4 values, not 2"
deck "meshtype rect" "meshparams 3" "cfl" && refused "deck.pnt:3: error: 'cfl' takes 1 value, not 0"
deck "meshtype rect" "meshparams 3" "cfl 0" && refused "cfl is 0; it must be larger than 0"
deck "meshtype rect" "meshparams 3" "gamma 0.9" && refused "gamma is 0.9; it must be at least 1"
deck "meshtype rect" "meshparams 3" "cstop 1.5" && refused "cstop is 1.5; it must be a whole number"
deck "meshtype rect" "meshparams 3" "q1 1e999" && refused "too large"
deck "meshtype rect" "meshparams 3" "q1 1" "" "q1 2" && refused "deck.pnt:5: error: 'q1' was given in line 3 already"
printf 'meshtype rect\nmeshparams 3\0 4\n' >"$work/deck.pnt" && refused "deck.pnt:2: error: this is not a text file"
head -c 1100000 /dev/zero | tr '\0' '#' >"$work/deck.pnt" && refused "larger than"
: >"$work/deck.pnt" && refused "it lacks the line"
run 1 "$work/none.pnt" && says "none.pnt: error: cannot open it"
run 1 "$work" && says "cannot read it"
deck "meshtype rect" "meshparams 3" "writexy 1" "unknown a b c d e f g" $'q1\t 0.1 \r' "dtinit 1e-3" "cstop 1" && run 0 "$work/deck.pnt"

# --- runs that cannot be
run 1 "$decks/blast.pnt" -numpcx 15 && says "more pieces than zones along an axis"
run 1 "$decks/blast.pnt" -npieces 6 -numpcx 4 && says "numpcx times numpcy is not npieces"
run 2 "$decks/blast.pnt" -npieces many && says "a whole number from 0"
run 2 "$decks/blast.pnt" "$decks/tube.pnt" && says "unknown option"
run 2 --order random && says "serial|pieces"
deck "meshtype rect" "meshparams 6 6" "uinitradial -50" "dtinit 0.1" "cflv 9" "cfl 9" "cstop 5"
run 1 "$work/deck.pnt" -npieces 4 && says "a side's volume was not positive"

# --- planted errors: one task of one piece that does nothing once is noticed; see skip_task.c
if ${CC:-cc} -shared -fPIC -o "$work/skip.so" "$MW_SOURCE/tests/apps/skip_task.c" \
    $(pkg-config --cflags --libs starpu-1.3) -ldl 2>"$work/out"; then
    planted() { # KIND PIECE TIME [DECK]: of the four pieces; TIME counts launches from 0
        local one=${4:-blast}
        export LD_PRELOAD=$work/skip.so SKIP_KIND=$1 SKIP_NUMBER=$(($3 * 4 + $2))
        run 1 "$decks/$one.pnt" -numpcx 2 -numpcy 2
        unset LD_PRELOAD
        says "skipped $1[$2]"
    }
    # Centres matter for the shares of mass at the start; later a zone's volume does not depend on where its centre is.
    # The characteristic length is needed from the first cycle on.
    for kind in initialize_topology calc_centers_full init_side_fracs; do
        planted $kind 1 0
    done
    planted init_hydro 0 0
    planted calc_char_len 0 0
    planted init_radial_velocity 0 0 collapse
    planted qcs_vel_diff 0 8 collapse # where it sets the time step
    # The 9th cycle; kinds that run twice a cycle, on private points and on shared ones, the 9th and 10th.
    for kind in init_step_zones calc_centers calc_volumes calc_rho_half sum_point_mass \
        calc_state_at_half calc_force_pgas_tts qcs_zone_center_velocity qcs_corner_divergence qcs_qcn_force qcs_force \
        sum_point_force calc_volumes_full calc_work calc_work_rate_energy_rho_full calc_dt_hydro; do
        planted $kind 0 8
    done
    for kind in init_step_points adv_pos_half apply_boundary_conditions adv_pos_full; do
        planted $kind 0 16
        planted $kind 0 17
    done
    for kind in calc_global_dt continue_simulation; do
        LD_PRELOAD=$work/skip.so SKIP_KIND=$kind SKIP_NUMBER=8 run 1 "$decks/blast.pnt" -numpcx 2 -numpcy 2
        says "skipped $kind"
    done
    # and the same library without an error changes nothing
    LD_PRELOAD=$work/skip.so SKIP_KIND=calc_work SKIP_NUMBER=-1 run 0 "$decks/blast.pnt" -numpcx 2 -numpcy 2
    says "verified"
else
    fail "the planted error does not compile"
fi

# --- OpenCL devices compute the same, alone and two of them, on every mesh
export STARPU_OPENCL_ON_CPUS=1 STARPU_MINIMUM_CLEAN_BUFFERS=0
for devices in basic "basic basic"; do
    for one in collapse blast honeycomb; do
        for sums in commute redux; do
            POCL_DEVICES=$devices STARPU_NCPU=1 STARPU_SCHED=eager \
                run 0 "$decks/$one.pnt" -numpcx 2 -numpcy 2 --cycles 5 --sums $sums
            says "agree with a serial run"
        done
    done
done
POCL_DEVICES=basic STARPU_NCPU=1 STARPU_SCHED=eager run 0 "$decks/honeycomb.pnt" -npieces 1 --cycles 3 # no ghosts
says "verified"
# and it was the devices that did: StarPU's own count of tasks, which it does not print when silent
STARPU_SILENT=0 POCL_DEVICES=basic STARPU_NCPU=1 STARPU_SCHED=eager STARPU_WORKER_STATS=1 \
    run 0 "$decks/tube.pnt" -npieces 4 --cycles 4
if grep -q "^OpenCL 0" "$work/out"; then
    awk '/^OpenCL/ {device = 1; next} /^CPU/ {device = 0} device && /task/ {n += $1} END {exit n == 0}' \
        "$work/out" || fail "the OpenCL device ran nothing"
else
    echo "skipped: there is no OpenCL device"
fi
exit $failed
