#!/usr/bin/env bats
# softlabel.bats -- labels of every step

# shellcheck disable=SC2002,SC2094,SC2154  # samples.bash sets names; pipes are meant
load samples

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	good=stamps.pz empty=empty.pz
	make_stamps 300 >"$good"
	make_stamps 0 >"$empty"
}

# One galaxy of this z and mag.
one() { echo "{\"id\": 7, \"z\": $1, \"mag\": $2, \"img\": [1,2,3,4,5,6,7,8]}" | make_stream "$stamps_header"; }

# A Python expression of the records r and the header h.
of() {
	cat "$1" >of.pz
	records <of.pz >r.json
	header <of.pz >h.json
	/usr/bin/python3 -c "
import json
r = [json.loads(x) for x in open('r.json')]
h = json.load(open('h.json'))
print($2)"
}

@test "behaves as a filter" {
	behaves_as_a_filter softlabel
}

@test "steps 1 and 2: one-hot in the channels of the row" {
	[ "$(of <(one 0.1012 16.1 | softlabel) 'r[0]["label"]')" = "[[0.0, 20.0, 0.0], [1.0, 20.0, 0.0]]" ]
	[ "$(of <(one 0.1012 16.6 | softlabel --hard) 'r[0]["label"]')" = "[[1.0, 20.0, 0.0]]" ]
	[ "$(of <(softlabel "$good") 'h["labels"]')" = channels ]
	[ "$(of <(softlabel "$good") 'h["grid"]["left"], h["grid"]["right"]')" = "0 0" ]
	softlabel "$good" | cmp - <(cat "$good" | softlabel)
}

@test "baseline: a single label" {
	[ "$(of <(one 0.1012 16.1 | softlabel --single) 'r[0]["label"]')" = "[[0.0, 20.0, 0.0]]" ]
	[ "$(of <(softlabel --single "$good") 'h["labels"]')" = single ]
}

@test "step 3: soft labels, shifted, over an extended grid" {
	make_both 2000 >both.pz
	softlabel --extend 30,50 both.pz >l.pz
	[ "$(of l.pz 'h["kind"], h["labels"], h["grid"]["left"], h["grid"]["right"], h["grid"]["bins"]')" = \
		"stamps channels 30 50 80" ]
	# widths are the fitted dispersions of the channels
	[ "$(of l.pz 'all(w == h["sigma_disp"][int(c)] > 0 for x in r for c, m, w in x["label"])')" = True ]
	# estimates are drawn to low redshift: labels of far galaxies lie beyond their bins
	[ "$(of l.pz 'sum(m - int(x["z"] / 0.005) for x in r for c, m, w in x["label"] if x["z"] > 0.25) > 0')" = True ]
	[ "$(of l.pz 'any("pz" in x for x in r), all("zphot" in x for x in r)')" = "False True" ]
	cat both.pz | softlabel --extend 30,50 | cmp - l.pz
	softlabel both.pz -j1 | cmp - <(softlabel both.pz -j2)
	[ "$(of <(softlabel both.pz) 'h["grid"]["left"], h["grid"]["right"]')" = "40 40" ]
}

@test "3a: one-hot at the shifted mean; 3b: soft at the bin; both: one-hot at the bin" {
	make_both 2000 >both.pz
	softlabel both.pz >soft.pz
	softlabel --hard both.pz >a.pz
	softlabel --no-shift both.pz >b.pz
	softlabel --hard --no-shift both.pz >ab.pz
	shifted=$(of soft.pz '[m for x in r for c, m, w in x["label"]]')
	[ "$(of a.pz '[m for x in r for c, m, w in x["label"]]')" = "$shifted" ]
	[ "$(of a.pz 'any(w for x in r for c, m, w in x["label"])')" = False ]
	[ "$(of b.pz 'all(w > 0 and m == int(x["z"] / 0.005 + 1e-9) for x in r for c, m, w in x["label"])')" = True ]
	[ "$(of ab.pz 'all(w == 0 and m == int(x["z"] / 0.005 + 1e-9) for x in r for c, m, w in x["label"])')" = True ]
}

@test "the fit may come from another stream" {
	make_both 500 >both.pz
	make_predictions 500 >p.pz
	make_stamps 500 >s.pz
	[ "$(of <(softlabel --fit p.pz s.pz) '[x["label"] for x in r]')" = "$(of <(softlabel both.pz) '[x["label"] for x in r]')" ]
	fails_with 4 "expected a stream of predictions" softlabel --fit s.pz s.pz
}

# Predictions whose estimates are this many bins of 0.005 above the truth.
offset_by() {
	make_predictions 500 >p.pz
	records <p.pz | /usr/bin/python3 -c "
import json, sys
for line in sys.stdin:
    r = json.loads(line)
    r['zphot']['mode'] = r['z'] + $1 * 0.005
    print(json.dumps(r))" | make_stream "$(header <p.pz)"
}

@test "--refine: labels move against a share of what a network left" {
	make_both 500 >both.pz
	offset_by 0 >right.pz
	offset_by 3 >high.pz
	softlabel both.pz >plain.pz
	labels='[x["label"] for x in r]'
	[ "$(of <(softlabel --refine right.pz both.pz) "$labels")" = "$(of plain.pz "$labels")" ]
	softlabel --dispersions 2,2,2 both.pz >plain.pz
	for share in "" 0.2; do
		softlabel --dispersions 2,2,2 --refine high.pz ${share:+--share $share} both.pz >l.pz
		of l.pz '"\n".join(f"{m + 3 * '"${share:-0.5}"':.6f} {w}" for x in r for c, m, w in x["label"])' >l.txt
		of plain.pz '"\n".join(f"{m:.6f} {w}" for x in r for c, m, w in x["label"])' | cmp - l.txt
	done
	# hard labels are moved too; the file is on record
	softlabel --dispersions 2,2,2 --hard --refine high.pz --share 1 both.pz >l.pz
	softlabel --dispersions 2,2,2 --hard both.pz >plain.pz
	[ "$(of l.pz '[round(m + 3, 6) for x in r for c, m, w in x["label"]]')" = \
		"$(of plain.pz '[round(m, 6) for x in r for c, m, w in x["label"]]')" ]
	inspect l.pz | grep -q 'softlabel .*--refine FILE --share 1.*high.pz '
	softlabel --refine high.pz both.pz -j1 | cmp - <(softlabel --refine high.pz both.pz -j2)
	fails_with 2 "--refine needs estimates" softlabel --refine high.pz "$good"
	fails_with 2 "--no-shift excludes --refine" softlabel --refine high.pz --no-shift both.pz
	fails_with 2 "--single excludes" softlabel --refine high.pz --single both.pz
	fails_with 2 "--share needs --refine" softlabel --share 0.3 both.pz
	fails_with 2 "--share" softlabel --refine high.pz --share 1.5 both.pz
	fails_with 4 "expected a stream of predictions" softlabel --refine "$good" both.pz
	fails_with 1 "to fit to, found none" softlabel --refine <(make_predictions 0) both.pz
	fails_with 1 "gone.pz" softlabel --refine gone.pz both.pz
	head -c 3000 high.pz >cut.pz
	fails_with 3 "cut.pz" softlabel --refine cut.pz both.pz
}

@test "other bins, channels and range, on record" {
	softlabel --bins 40 --channels 2 --range 0,0.8 "$good" >l.pz
	[ "$(of l.pz 'h["grid"]["bins"], h["grid"]["max"], h["rows"]["channels"]')" = "40 0.8 2" ]
	[ "$(of l.pz 'max(m for x in r for c, m, w in x["label"]) < 40 * 0.37 / 0.8')" = True ]
	[[ "$(of l.pz 'h["history"][-1]["args"]')" == *"--bins 40"* ]]
}

@test "--errors: labels err by normal numbers, what leaves the grid is left out, z stays true" {
	make_stamps 4000 >many.pz
	softlabel --errors 0.03 many.pz >l.pz 2>said
	[ "$(of l.pz 'all(0 <= x["label"][0][1] < 80 and x["label"][0][2] == 0 for x in r)')" = True ]
	lost=$(grep -oE '^softlabel: [0-9]+ galaxies were left out, because --errors moves the value out of 0 to 0.4' said | grep -oE '[0-9]+' | head -1)
	[ "$(of l.pz 'len(r)')" = $((4000 - lost)) ]
	((lost > 50))
	# of galaxies far from the ends, whose errors are not cut
	[ "$(of l.pz '[(lambda e: abs(sum(e) / len(e)) < 0.003 and abs((sum(x * x for x in e) / len(e)) ** 0.5 - 0.03) < 0.003)([x["label"][0][1] * 0.005 + 0.0025 - x["z"] for x in r if 0.12 < x["z"] < 0.28])]')" = "[True]" ]
	# a galaxy's error is its own, whatever the order or the kind of label
	records <many.pz | tac | make_stream "$stamps_header" | softlabel --single --errors 0.03 2>/dev/null >s.pz
	[ "$(of s.pz 'sorted((x["id"], x["label"][0][1]) for x in r)')" = "$(of l.pz 'sorted((x["id"], x["label"][0][1]) for x in r)')" ]
	differ <(softlabel --errors 0.03 --seed 2 many.pz 2>/dev/null | records) <(records <l.pz)
	fails_with 2 "--errors" softlabel --errors 0.03 <(make_both 10)
	fails_with 1 "id: expected" softlabel --errors 0.03 <(echo '{"z": 0.1, "img": [1,2,3,4,5,6,7,8]}' | make_stream "$stamps_header")
}

@test "another target: labels, and a fit to its estimates" {
	records <"$good" | sed 's/"z"/"mass"/' | make_stream "$stamps_header" >mass.pz
	softlabel --target mass --range 0,0.4 mass.pz >l.pz
	[ "$(of l.pz '[x["label"] for x in r], h["grid"]["target"]')" = "$(of <(softlabel "$good") '[x["label"] for x in r], "mass"')" ]
	fails_with 1 "expected records with 'z', found none" softlabel mass.pz
	make_both 500 | records | sed 's/"z"/"mass"/' | make_stream "${both_header/\"z\"/\"mass\"}" >both.pz
	[ "$(of <(softlabel both.pz) '[x["label"] for x in r]')" = "$(of <(softlabel <(make_both 500)) '[x["label"] for x in r]')" ]
	fails_with 4 "expected estimates of 'mass', as the labels, found estimates of 'z'" softlabel --target mass --range 0,1 <(make_both 9)
	fails_with 4 "expected estimates of 'z', as the labels, found estimates of 'mass'" softlabel --fit both.pz "$good"
}

@test "a redshift or an estimate of -99 or the like is none" {
	make_both 300 >all.pz
	records <all.pz | tail -n +4 | make_stream "$both_header" >rest.pz
	softlabel rest.pz | records >expected
	for z in -99 999 -1; do
		records <all.pz | sed "1,3s/\"z\": [0-9.]*/\"z\": $z/" | make_stream "$both_header" >x.pz
		softlabel x.pz 2>said | records | cmp - expected
		grep -q "3 galaxies have no 'z' and were left out (3 have a number that means that it is missing, first $z)" said
		fails_with 1 "record 1 (id 0): z: expected a value, found $z" softlabel --strict x.pz
		# no estimate: not in the fit, but labelled
		records <all.pz | sed "1,3s/\"mode\": [0-9.]*/\"mode\": $z/" | make_stream "$both_header" >x.pz
		softlabel x.pz 2>said | records | tail -n +4 | sed 's/"zphot".*label/label/' | cmp - <(sed 's/"zphot".*label/label/' expected)
		grep -q "x.pz: 3 galaxies have no 'zphot.mode' and were left out of the fit" said
		fails_with 1 "record 1 (id 0): zphot.mode: expected a value, found $z" softlabel --strict x.pz
	done
}

@test "redshifts beyond the grid, and none, are counted" {
	(records <"$good"; echo '{"id": 1, "z": 0.9, "mag": 16, "img": [1,2,3,4,5,6,7,8]}
{"id": 2, "z": NaN, "mag": 16, "img": [1,2,3,4,5,6,7,8]}') | make_stream "$stamps_header" >more.pz
	softlabel more.pz >l.pz 2>said
	grep -q "1 galaxy has no 'z'" said
	(records <"$good"; echo '{"id": 1, "z": 0.1, "img": [1,2,3,4,5,6,7,8]}') |
		make_stream "$stamps_header" >dim.pz
	softlabel dim.pz 2>&1 >other.pz | grep -qx 'softlabel: 1 galaxy has no magnitude and is counted in the faintest row'
	softlabel --single dim.pz 2>&1 >other.pz | cmp - /dev/null
	# estimates of far galaxies are drawn inwards, so that their labels go beyond the bins
	make_both 2000 | softlabel --range 0,0.3 --bins 60 --extend 0,0 2>&1 >other.pz | grep -q 'galaxies have a label outside of the bins'
	make_both 2000 | softlabel 2>&1 >other.pz | cmp - /dev/null
	grep -q '1 galaxy is outside of' said
	[ "$(of l.pz 'len(r), r[-1]["label"][0][1]')" = "301 79.0" ]
}

@test "refuses what it cannot do" {
	fails_with 2 "needs estimates" softlabel --no-shift "$good"
	fails_with 2 "needs estimates" softlabel --extend 1,2 "$good"
	fails_with 2 "--single" softlabel --single --hard "$good"
	fails_with 2 "--dispersions: expected estimates to fit to, and 3 numbers" softlabel --dispersions 1,2 <(make_both 3)
	fails_with 2 "--dispersions: expected estimates to fit to" softlabel --dispersions 1,2,3 "$good"
	fails_with 2 "expected two numbers" softlabel --extend 3 <(make_both 3)
	fails_with 2 "at most" softlabel --extend 99999,99999 <(make_both 3)
	fails_with 2 "min below max" softlabel --range 1,0 "$good"
	fails_with 4 "expected a redshift grid, found none" softlabel <(make_stream '{"kind": "stamps"}' </dev/null)
	fails_with 1 "img: expected the pixels of a stamp, found none" softlabel <(make_predictions 3)
	fails_with 1 "to fit to, found none" softlabel <(make_both 0)
	fails_with 1 "record 1 (id 0): zphot.mode: expected a finite number, found none" softlabel --strict <(make_stamps 3 | records | make_stream "$both_header")
	fails_with 1 "expected records with 'z' and an estimate 'zphot.mode' to fit to, found none" softlabel <(make_stamps 3 | records | make_stream "$both_header")
	fails_with 1 "expected records with 'z', found none" softlabel <(echo '{"id": 1, "img": [1]}' | make_stream "$stamps_header")
	fails_with 4 "expected a stream of stamps,predictions" softlabel <(make_stream '{"kind": "model"}' </dev/null)
}
