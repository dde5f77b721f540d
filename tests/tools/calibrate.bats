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

# Mean of zphot - z in each row and wide bin of a table (of zphot as it was), at most; the cells.
largest_mean() { /usr/bin/python3 -c '
import collections, json, math, sys
cells = collections.defaultdict(list)
for old, new in zip(open(sys.argv[1]), open(sys.argv[2]), strict=True):
    old, new = json.loads(old), json.loads(new)
    row = min(max(math.floor((old["mag"] - 15.5) / 0.5 + 1e-9), 0), 4)
    wide = math.floor(old["zphot"]["mode"] / 0.01 + 1e-9)
    cells[row, wide].append(new["zphot"]["mode"] - new["z"])
print(len(cells), max(abs(sum(c) / len(c)) for c in cells.values()) < 1e-12)' "$1" "$2"; }

@test "its own training set, whole: the mean of every cell becomes 0" {
	calibrate --train train.pz --whole --table t.tsv train.pz | records >new
	records <train.pz >old
	[ "$(largest_mean old old)" = "$(largest_mean old new | sed s/True/False/)" ]
	[ "$(largest_mean old new)" = "$(grep -c ^mode t.tsv) True" ]
}

@test "the plan and the table are written down, as TSV and as JSON" {
	calibrate --train train.pz --size 20000 --plan p.tsv --table t.tsv "$good" >a.pz
	calibrate --train train.pz --size 20000 --plan p.json --table t.json "$good" | cmp - a.pz
	/usr/bin/python3 - <<-end
		import csv, json
		for name in "p", "t":
		    tsv = list(csv.DictReader(open(name + ".tsv"), delimiter="\t"))
		    rows = json.load(open(name + ".json"))
		    assert len(tsv) == len(rows) > 60
		    for a, b in zip(tsv, rows):
		        assert {k: v if k == "estimate" else float(v) for k, v in a.items()} == b, (a, b)
		plan, table = (json.load(open(n + ".json")) for n in "pt")
		assert {c["estimate"] for c in plan} == {"mode", "mean", "median"}
		drawn = sum(c["number"] for c in plan) / 3
		assert drawn == sum(c["count"] for c in table) / 3 and abs(drawn - 20000) < 500
		assert all(abs(c["zphot"] - 0.005 * (c["zphot_bin"] + 0.5)) < 1e-12 for c in plan)
		assert all(abs(c["zphot"] - 0.01 * (c["bin"] + 0.5)) < 1e-12 for c in table)
		assert all(c["mag"] == 15.75 + 0.5 * c["row"] for c in plan + table)
	end
	fails_with 1 "no-such-dir/t: cannot write" calibrate --train train.pz --table no-such-dir/t "$good"
	fails_with 1 "/dev/full: cannot write" calibrate --train train.pz --plan /dev/full "$good"
	# which costs neither the stream nor the other
	calibrate --train train.pz "$good" -o alone.pz
	fails_with 1 "no-such-dir/t: cannot write" calibrate --train train.pz --plan plan-too.json --table no-such-dir/t "$good" -o beside.pz
	cmp alone.pz beside.pz
	[ -s plan-too.json ]
	fails_with 1 "/dev/full: cannot write" calibrate --train train.pz --plan /dev/full --table too.tsv "$good" -o beside.pz
	cmp alone.pz beside.pz
	[ -s too.tsv ]
	fails_with 2 "--plan: expected a file" calibrate --train train.pz --plan - "$good"
	fails_with 2 "--whole draws no galaxies, so it excludes --plan" calibrate --train train.pz --whole --plan p "$good"
	calibrate --train train.pz --plan e.json --table e.tsv "$empty" | cmp - <(calibrate --train train.pz "$empty")
	[ "$(/usr/bin/python3 -m json.tool --compact e.json)$(wc -l <e.tsv)" = "[]1" ]
}

@test "galaxies without magnitude or redshift are counted" {
	(records <train.pz; records <train.pz | head -3 | sed 's/"mag": [0-9.]*, //'
		records <train.pz | head -2 | sed 's/"z": [0-9.]*, //') | make_stream "$predictions_header" >more.pz
	calibrate --train more.pz "$good" 2>said >a.pz
	grep -q 'more.pz: 3 galaxies have no magnitude and are counted in the faintest row' said
	grep -q 'more.pz: 2 galaxies have no .z. and were left out' said
	calibrate -q --train more.pz more.pz 2>&1 >a.pz | cmp - /dev/null
	calibrate --train train.pz more.pz 2>&1 >a.pz | grep -qx 'calibrate: 3 galaxies have no magnitude and are counted in the faintest row'
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
	fails_with 1 "expected records with 'z', found none" calibrate --train "$empty" "$good"
	fails_with 3 "cut" calibrate --train <(head -c 30000 train.pz) "$good"
	cp train.pz flipped.pz
	printf '\x55' | dd of=flipped.pz bs=1 seek=$(($(wc -c <train.pz) / 2)) conv=notrunc status=none
	differ train.pz flipped.pz
	fails_with 3 "flipped.pz" calibrate --train flipped.pz "$good"
	fails_with 1 "expected an estimate" calibrate --train train.pz <(make_stamps 2 | records | make_stream "$predictions_header")
	(records <"$good" | head -3; echo '{"id": 1, "zphot": {"mode": NaN}}') | make_stream "$predictions_header" >nan.pz
	fails_with 1 "nan.pz: record 4 (id 1): zphot.mode: expected a finite number" calibrate --strict --train train.pz nan.pz
	fails_with 2 "whole number" calibrate --train train.pz --size 10.5 "$good"
}

# A Python statement about record r, number i, of the stream.
changed() {
	records | /usr/bin/python3 -c "
import json, sys
for i, line in enumerate(sys.stdin):
    r = json.loads(line)
    $1
    print(json.dumps(r))" | make_stream "$predictions_header"
}

@test "training galaxies without redshift or estimate spoil no mean: none, NaN, -99 and the like" {
	records <train.pz | tail -n +8 | make_stream "$predictions_header" >rest.pz
	for how in "" --whole; do
		calibrate $how --train rest.pz "$good" >expected.pz
		for what in 'r.update(z=-99)' 'r.update(z=99)' 'r.update(zphot=dict.fromkeys(r["zphot"], -99))' 'r.pop("zphot")'; do
			changed "if i < 7: $what" <train.pz >x.pz
			calibrate $how --train x.pz "$good" 2>said | records | cmp - <(records <expected.pz)
			grep -q "x.pz: 7 .*galaxies have no '\|x.pz: 7 of 3000 galaxies have no 'zphot.mode'" said
			fails_with 1 "x.pz: record 1 (id 0): z" calibrate $how --strict --train x.pz "$good"
		done
	done
}

@test "galaxies of the input without estimate pass as they are, and count for nothing" {
	records <"$good" | tail -n +8 | make_stream "$predictions_header" | calibrate --train train.pz | records >expected
	for what in 'r.update(zphot=dict.fromkeys(r["zphot"], -99))' 'r.pop("zphot")' 'r.update(zphot=dict.fromkeys(r["zphot"], float("nan")))'; do
		changed "if i < 7: $what" <"$good" >x.pz
		calibrate --train train.pz x.pz 2>said | records >found
		tail -n +8 found | cmp - expected
		cmp <(head -7 found | sed 's/\.0\b//g') <(records <x.pz | head -7 | sed -E 's/,? ?"pz": \[[^]]*\]//; s/\.0\b//g')
		grep -qE 'calibrate: [0-9]* of 2000 galaxies are not corrected: .* 7 without an estimate$' said
		fails_with 1 "x.pz: record 1 (id 3000): zphot.mode: expected a" calibrate --strict --train train.pz x.pz
	done
}

@test "how many galaxies are not corrected is said without -v" {
	records <train.pz | awk -F'"mag": ' '{ split($2, m, ","); if (m[1] + 0 < 16.5) print }' | make_stream "$predictions_header" >bright.pz
	calibrate --train bright.pz "$good" 2>said | records >new
	n=$(paste -d '\n' <(records <"$good") new | /usr/bin/python3 -c '
import json, sys
mode = [json.loads(line)["zphot"]["mode"] for line in sys.stdin]
print(sum(a == b for a, b in zip(mode[::2], mode[1::2])))')
	((n > 500))
	grep -q "calibrate: $n of 2000 galaxies are not corrected: $n in cells of fewer than 1 training galaxy, 0 outside of 0 to 0.4, 0 without an estimate" said
	changed 'if i < 5: r["zphot"].update(mode=0.41)' <"$good" | calibrate --train train.pz 2>&1 >out.pz | grep -q ', 5 outside of 0 to 0.4,'
	[ "$(calibrate -q --train bright.pz "$good" 2>&1 >out.pz)" = "" ]
}
