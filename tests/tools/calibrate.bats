#!/usr/bin/env bats
# calibrate.bats -- step 4

# shellcheck disable=SC2002,SC2094,SC2154  # samples.bash sets names; pipes are meant
load samples

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	good=test.pz empty=empty.pz
	make_predictions 3000 >train.pz
	make_predictions 2000 3000 >"$good"
	make_predictions 0 >"$empty"
}

# rms, over cells of photo-z that are full enough, of the mean of zphot - z
bias() {
	records | /usr/bin/python3 -c '
import collections, json, sys
cells = collections.defaultdict(list)
for line in sys.stdin:
    r = json.loads(line)
    cells[int(r["zphot"]["mode"] / 0.01)].append(r["zphot"]["mode"] - r["z"])
means = [sum(x) / len(x) for x in cells.values() if len(x) >= 20]
print(int(1e6 * (sum(m * m for m in means) / len(means)) ** 0.5))'
}

@test "behaves as a filter" {
	behaves_as_a_filter calibrate --train train.pz
}

@test "takes the bias as a function of photo-z away" {
	before=$(bias <"$good") after=$(calibrate --train train.pz "$good" | bias)
	((before > 8000 && after < before / 2))
}

@test "corrects every estimate, drops p(z), keeps the rest" {
	calibrate --train train.pz "$good" | records | head -1 >first
	grep -q '"zphot": {"mode": [0-9.]*, "mean": [0-9.]*, "median": [0-9.]*}' first
	[ "$(grep -c '"pz"' first)" = 0 ]
	header < <(calibrate --train train.pz "$good") | grep -q telescope
	records <"$good" | sed 's/, "mean".*/}}/' | make_stream "$predictions_header" >mode.pz
	calibrate --train train.pz mode.pz | records | head -1 | grep -q '"zphot": {"mode": [0-9.]*}}$'
}

@test "--min-count leaves sparse cells alone; --size and --seed change the draw" {
	calibrate --train train.pz --min-count 1000000 "$good" | records | cut -d, -f1-4 >alone
	records <"$good" | sed 's/"pz".*"zphot"/"zphot"/' | cut -d, -f1-4 | cmp - alone
	calibrate --train train.pz "$good" | records >a
	differ <(calibrate --train train.pz --size 2000 "$good" | records) a
	differ <(calibrate --train train.pz --seed 2 "$good" | records) a
}

@test "a pipe gives what a file gives" {
	cat "$good" | calibrate --train train.pz | cmp - <(calibrate --train train.pz "$good")
}

@test "refuses what it cannot do" {
	fails_with 2 "--train" calibrate "$good"
	fails_with 1 "no-such" calibrate --train no-such "$good"
	fails_with 4 "expected a stream of predictions" calibrate --train train.pz <(make_stamps 2)
	fails_with 4 "expected a stream of predictions" calibrate --train <(make_stamps 2) "$good"
	fails_with 4 "grid.bins" calibrate --train <(make_stream "${predictions_header/80/40}" </dev/null) "$good"
	fails_with 1 "no record has a 'z'" calibrate --train "$empty" "$good"
	fails_with 3 "cut" calibrate --train <(head -c 30000 train.pz) "$good"
	cp train.pz flipped.pz
	printf '\x55' | dd of=flipped.pz bs=1 seek=$(($(wc -c <train.pz) / 2)) conv=notrunc status=none
	differ train.pz flipped.pz
	fails_with 3 "flipped.pz" calibrate --train flipped.pz "$good"
	fails_with 1 "no estimate" calibrate --train train.pz <(make_stamps 2 | records | make_stream "$predictions_header")
	(records <"$good" | head -3; echo '{"id": 1, "zphot": {"mode": NaN}}') | make_stream "$predictions_header" >nan.pz
	fails_with 1 "not every record has a finite 'zphot.mode'" calibrate --train train.pz nan.pz
	fails_with 2 "whole number" calibrate --train train.pz --size 10.5 "$good"
}
