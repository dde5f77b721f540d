#!/usr/bin/env bats
# recalibrate.bats -- p(z) that are calibrated, their intervals, and n(z) by nz

# shellcheck disable=SC2002,SC2094,SC2154  # samples.bash sets names; pipes are meant
load samples

setup() {
	has_scipy || skip "no scipy"
	cd "$BATS_TEST_TMPDIR" || return
	there=$BATS_FILE_TMPDIR
	good=$there/few.pz empty=$there/empty.pz
}

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	has_scipy || return 0
	"$BATS_TEST_DIRNAME/recalibrated.py" make wrong 2500 0 valid.pz -- make wrong 3000 10000 test.pz -- \
		make wrong 200 20000 few.pz -- make right 2500 0 right-valid.pz -- \
		make right 3000 10000 right.pz -- make right 4000 30000 tilted.pz 12 -- \
		make flat 2500 0 flat-valid.pz -- make flat 3000 10000 flat.pz -- make right 0 0 empty.pz
}

has_scipy() { /usr/bin/python3 -c 'import msgpack, scipy' 2>/dev/null; }
of() { OPENBLAS_NUM_THREADS=1 "$here/recalibrated.py" "$@"; }

# A Python statement about record r, number i, of a stream.
changed() {
	records | /usr/bin/python3 -c "
import json, sys
for i, line in enumerate(sys.stdin):
    r = json.loads(line)
    $1
    print(json.dumps(r))" | make_stream "${2:-$predictions_header}"
}

@test "recalibrate behaves as a filter" {
	behaves_as_a_filter recalibrate --train "$there/valid.pz" --intervals 68,95
}

@test "nz behaves as a filter" {
	local size at

	nz --help | grep -q '^usage: nz'
	nz --trained "$there/valid.pz" --bootstrap 20 -j 1 <"$good" >once.pz
	nz --trained "$there/valid.pz" --bootstrap 20 -j 2 "$good" -o named.pz
	cmp once.pz named.pz
	size=$(wc -c <"$good")
	for at in 1 $((size / 2)) $((size - 1)); do
		head -c "$at" "$good" >cut.pz
		fails_with 3 "cut.pz: " nz cut.pz -o half.pz
	done
	[ ! -e half.pz ]
	fails_with 1 "expected galaxies with p(z), found none" nz "$empty"
	inspect --check once.pz | grep -q '6 records'
	totable -q once.pz -o nz.fits
	header <once.pz | grep -q '"kind": "nz".*telescope'
}

@test "p(z) are those of the formulae, in NumPy; all else stays to the byte" {
	recalibrate --train "$there/valid.pz" "$there/few.pz" -o new.pz
	recalibrate --train "$there/valid.pz" --cell 37 "$there/few.pz" -o other.pz
	differ new.pz other.pz
	# each map of one row and a few galaxies
	changed 'r["mag"] = 17' <"$there/few.pz" >one-row.pz
	recalibrate --train one-row.pz "$there/few.pz" -q -o one.pz
	of same "$there/valid.pz" "$there/few.pz" new.pz -- untouched "$there/few.pz" new.pz -- \
		same "$there/valid.pz" "$there/few.pz" other.pz 37 -- same one-row.pz "$there/few.pz" one.pz
}

@test "a prior is applied before, to training galaxies as well" {
	recalibrate --train "$there/flat-valid.pz" --prior "$there/right.pz" --trained "$there/tilted.pz" \
		"$there/few.pz" -o both.pz
	# the n(z) that a flat network lacks makes its p(z) right
	recalibrate --prior "$there/right-valid.pz" "$there/flat.pz" -o new.pz
	of same_prior "$there/flat-valid.pz" "$there/right.pz" "$there/tilted.pz" "$there/few.pz" both.pz -- \
		nearer "$there/right.pz" "$there/flat.pz" new.pz -- untouched "$there/flat.pz" new.pz
	header <new.pz | grep -q '"recalibrated": {"times": 1, "prior": 1}'
}

@test "PITs become flat at each magnitude and photo-z; right p(z) stay as they are" {
	recalibrate --train "$there/valid.pz" "$there/test.pz" -o new.pz
	recalibrate --train "$there/right-valid.pz" "$there/right.pz" -o same.pz
	of flat "$there/valid.pz" "$there/test.pz" new.pz -- unchanged "$there/right.pz" same.pz 2500
}

@test "intervals hold what they say; p(z) do not depend on them" {
	recalibrate --train "$there/valid.pz" --intervals 68,95 "$there/test.pz" -o new.pz
	recalibrate --train "$there/valid.pz" "$there/test.pz" -o plain.pz
	of same_pdfs new.pz plain.pz -- untouched "$there/test.pz" new.pz -- \
		same_intervals "$there/valid.pz" "$there/test.pz" new.pz 0.5
	recalibrate --train "$there/valid.pz" --intervals 99.5,50 --held 0.9 "$there/few.pz" | records | head -1 |
		grep -q '"interval": {"low99.5": [-0-9.e]*, "high99.5": [0-9.]*, "low50": '
	totable --columns id,interval.low68 new.pz | head -1 | grep -qx 'id,interval.low68'
	# a later prior makes them wrong: they go, and it is said
	recalibrate --prior "$there/right.pz" --trained "$there/valid.pz" new.pz 2>said >later.pz
	inspect --head 1 later.pz >first
	[ "$(grep -c interval first)" = 0 ]
	grep -q "recalibrate: 3000 galaxies have an 'interval' of the p(z) as they were" said
	fails_with 1 "valid.pz: --held 0.05: intervals: expected at least 199 galaxies" \
		recalibrate --train "$there/valid.pz" --intervals 99.5 --held 0.05 "$good"
}

@test "the table has the map of each cell" {
	recalibrate --train "$there/valid.pz" --table t.tsv "$good" >a.pz
	recalibrate --train "$there/valid.pz" --table t.json "$good" | cmp - a.pz
	/usr/bin/python3 - <<-'end'
		import csv, json
		tsv, rows = list(csv.DictReader(open("t.tsv"), delimiter="\t")), json.load(open("t.json"))
		assert [{k: float(v) for k, v in a.items()} for a in tsv] == [{**b, "row": float(b["row"])} for b in rows]
		assert list(rows[0]) == ["row", "mag", "cell", "zphot", "galaxies", "u", "mapped"]
		assert abs(sum(r["galaxies"] for r in rows if r["u"] == 0.5) - 2500) < 1e-6
		for a, b in zip(rows, rows[1:]):
		    assert b["u"] < a["u"] or b["mapped"] > a["mapped"]
	end
	fails_with 1 "no-such-dir/t: cannot write" recalibrate --train "$there/valid.pz" --table no-such-dir/t "$good"
}

@test "nz: n(z) is that of the formulae; a tilted sample's is found" {
	nz --trained "$there/right-valid.pz" "$there/tilted.pz" --table t.tsv -o nz.pz
	(($(wc -l <t.tsv) == 1 + 6 * 80))
	# p(z) are those of the tilted sample then
	recalibrate --prior nz.pz --trained "$there/right-valid.pz" "$there/tilted.pz" -o new.pz
	of nz_same "$there/right-valid.pz" "$there/tilted.pz" nz.pz -- recovers "$there/tilted.pz" nz.pz -- \
		flatter "$there/tilted.pz" new.pz
	nz --trained "$there/right-valid.pz" --single --bootstrap 0 "$there/tilted.pz" | records >single
	[ "$(grep -c error single)" = 0 ]
	# of a flat network no n(z) is taken out
	nz --bootstrap 0 "$there/flat.pz" | records | tail -1 >all
	/usr/bin/python3 -c '
import json, sys
print(abs(json.load(open("all"))["mean"] - 0.1) < 0.06)' | grep -qx True
}

@test "what is left out or in doubt is counted and said" {
	changed 'if i < 3: del r["pz"]
    if i == 4: r["pz"] = [0] * 80
    if i == 5: del r["mag"]' <"$good" >more.pz
	recalibrate --train "$there/valid.pz" more.pz 2>said >a.pz
	grep -qx 'recalibrate: 4 of 200 galaxies have no p(z) and were passed on unchanged' said
	grep -qx 'recalibrate: 1 galaxy has no magnitude and is counted in the faintest row' said
	[ "$(count <a.pz)" = 200 ]
	fails_with 1 "more.pz: record 1 (id 20000): pz: expected probabilities, found none" \
		recalibrate --strict --train "$there/valid.pz" more.pz
	nz --bootstrap 0 more.pz 2>&1 >a.pz | grep -qx 'nz: 4 galaxies have no p(z) and were left out'
	changed 'if i < 2: del r["z"]
    if i == 3: r["z"] = 0.5
    if i == 4: r["z"] = -99
    if i == 5: del r["pz"]' <"$there/few.pz" >train.pz
	recalibrate --train train.pz "$there/few.pz" 2>said >a.pz
	grep -q "train.pz: 3 galaxies have no 'z' and were left out (1 has a number" said
	grep -q 'train.pz: 1 galaxy has no p(z) and was left out' said
	grep -q 'train.pz: 1 galaxy has a redshift outside of the bins and was left out' said
	grep -q 'recalibrate: 195 galaxies of the input are in train.pz as well' said
	recalibrate --train "$there/valid.pz" "$good" -o done.pz
	recalibrate --train "$there/valid.pz" "$there/valid.pz" -q -o done-valid.pz
	recalibrate --train done-valid.pz done.pz 2>&1 >a.pz | grep -q 'the p(z) were recalibrated before$'
	header <a.pz | grep -q '"recalibrated": {"times": 2'
	recalibrate --prior done-valid.pz done.pz 2>&1 >a.pz | cmp - /dev/null
}

@test "refuses what it cannot do" {
	fails_with 2 "--train: expected a file" recalibrate "$good"
	fails_with 2 "--trained" recalibrate --train "$there/valid.pz" --trained "$good" "$good"
	fails_with 2 "--intervals" recalibrate --prior "$there/valid.pz" --intervals 68 "$good"
	fails_with 2 "--intervals: expected each level once" recalibrate --train "$there/valid.pz" --intervals 68,68 "$good"
	fails_with 2 "--bootstrap: expected 0" nz --bootstrap 1 "$good"
	fails_with 4 "expected a stream of predictions" recalibrate --train "$there/valid.pz" <(make_stamps 2)
	fails_with 4 "expected a stream of predictions" recalibrate --train <(make_stamps 2) "$good"
	fails_with 4 "grid.bins" recalibrate --train "$there/valid.pz" <(make_stream "${predictions_header/80/40}" </dev/null)
	fails_with 4 "expected 0 and 0 added bins as in the input, found 3 and 0" \
		recalibrate --train <(make_stream "${predictions_header/\"left\": 0/\"left\": 3}" </dev/null) "$good"
	fails_with 4 "rows.width" nz --trained <(make_stream "${predictions_header/0.5/0.25}" </dev/null) "$good"
	head -c 99999 "$there/valid.pz" >cut.pz
	fails_with 3 "cut.pz" recalibrate --train cut.pz "$good"
	fails_with 1 "expected at least 20 galaxies with redshift and p(z), found 0" recalibrate --train "$empty" "$good"
	fails_with 1 "expected galaxies with 'z' within the bins, found none" nz --trained "$empty" "$good"
	changed 'r["pz"] = r["pz"][:7]' <"$good" >short.pz
	fails_with 1 "short.pz: record 1 (id 20000): pz: expected 320 bytes (80 bins), found 28" \
		recalibrate --train "$there/valid.pz" short.pz
	changed 'r["pz"][3] = -1' <"$good" >negative.pz
	fails_with 1 "negative.pz: record 1 (id 20000): p(z): expected probabilities" nz negative.pz
	recalibrate --train "$there/valid.pz" "$good" -o done.pz
	fails_with 4 "the input is not and these galaxies are" recalibrate --train done.pz "$good"
	nz --bootstrap 0 "$good" -o nz.pz
	records <nz.pz | sed 's/"row": 1/"row": 9/' | make_stream "${predictions_header/predictions/nz}" >bad.pz
	fails_with 1 "bad.pz: record 2 (id row 1): row: expected a number from 0 to 4" recalibrate --prior bad.pz "$good"
	# other models
	for model in a b; do
		records <"$there/few.pz" | make_stream "${predictions_header/\{/\{\"history\": [{\"tool\": \"predict\", \"files\": [[\"$model\", \"12345678\"]]\}], }" >$model.pz
	done
	recalibrate --train a.pz b.pz 2>&1 >x.pz | grep -q 'a.pz was predicted by other models than the input'
}
