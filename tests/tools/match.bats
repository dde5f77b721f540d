#!/usr/bin/env bats
# match.bats -- values from the same galaxies of another stream

# shellcheck disable=SC2034,SC2094,SC2154  # samples.bash sets and uses names
load samples

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	make_stamps 300 >stamps.pz
	make_predictions 300 >predictions.pz
	good=stamps.pz empty=empty.pz
	make_stamps 0 >empty.pz
}

# The records of a stream in another order, with its header.
turned() { records <"$1" | tac | make_stream "$(header <"$1")"; }

@test "behaves as a filter" {
	behaves_as_a_filter match --with "$PWD/predictions.pz" --take zphot
}

@test "takes the values of the same galaxy, to the byte, and leaves the rest" {
	match --with predictions.pz --take pz,zphot.mode=mode,zphot stamps.pz -o both.pz
	/usr/bin/python3 - <(records <stamps.pz) <(records <predictions.pz) <(records <both.pz) <<'PY'
import json, sys
a, b, both = ([json.loads(line) for line in open(f)] for f in sys.argv[1:])
other = {r["id"]: r for r in b}
assert len(both) == len(a) == 300
for r, s in zip(a, both):
    o = other[r["id"]]
    assert s == {**r, "pz": o["pz"], "mode": o["zphot"]["mode"], "zphot": o["zphot"]}, (r, s)
PY
}

@test "the order of the galaxies does not matter" {
	match --with predictions.pz --take zphot stamps.pz | records >ordered
	match --with <(turned predictions.pz) --take zphot stamps.pz | records | cmp - ordered
	turned stamps.pz | match --with predictions.pz --take zphot | records | tac | cmp - ordered
	partition --keep train predictions.pz -o train.pz
	match --with train.pz --take zphot --common stamps.pz 2>said | records >some
	grep -q "match: $((300 - $(count <train.pz))) galaxies are not in train.pz and were left out" said
	cmp some <(match --with predictions.pz --take zphot <(partition --keep train stamps.pz) | records)
}

@test "a galaxy without partner keeps none of the values that it would take" {
	records <predictions.pz | sed 1d | make_stream "$predictions_header" >fewer.pz
	match --with fewer.pz --take z stamps.pz 2>said | records | head -1 >first
	grep -qx "match: 1 galaxy is not in fewer.pz and has none of the values" said
	[ "$(grep -c '"z"' first)" = 0 ]
	match --with fewer.pz --take z stamps.pz -q | records | sed 1d | cmp - <(
		match --with predictions.pz --take z stamps.pz | records | sed 1d)
	# a key that the other galaxy lacks is removed as well
	records <predictions.pz | sed '1s/{/{"rare": 7, /' | make_stream "$predictions_header" >rare.pz
	match --with rare.pz --take rare=z stamps.pz 2>said | records >none
	[ "$(grep -c '"z"' none)" = 1 ]
	grep -qx "match: rare.pz: 299 galaxies have no 'rare'" said
	fails_with 1 "predictions.pz: expected records with 'no.such', found none among 300 records" \
		match --with predictions.pz --take zphot,no.such=z stamps.pz
	match --with empty.pz --take no.such -q stamps.pz >none
	match --with predictions.pz --take zphot -v empty.pz 2>said >empty
	grep -q "300 galaxies are in predictions.pz but not in the input" said
}

@test "the header describes what was taken" {
	wide=${predictions_header/\"left\": 0/\"left\": 2}
	echo '{"id": 0, "pz": "x"}' | make_stream "${wide/\"telescope\"/\"recalibrated\": {\"galaxies\": 7\}, \"telescope\"}" >wide.pz
	match -q --with wide.pz --take pz stamps.pz | header >taken
	grep -q '"left": 2' taken && grep -q '"recalibrated": {"galaxies": 7}' taken
	match -q --with wide.pz --take zphot stamps.pz | header | grep -q '"left": 0'
	match --with stamps.pz --take img predictions.pz -o img.pz
	header <img.pz | grep -q '"bands": \["g", "r"\]'
	inspect img.pz >/dev/null
	# with what was done to the pixels, and not what was done to others
	match --with <(normalize --soften 2,3 stamps.pz) --take img <(normalize --divide 5 stamps.pz) -o img.pz
	header <img.pz | grep -q '"soften": \[2.0, 3.0\]'
	[ "$(inspect img.pz | grep -c '^divide')" = 0 ]
	match --with stamps.pz --take img img.pz | inspect >said
	[ "$(grep -c '^divide\|^stretch\|^soften' said)" = 0 ]
	records <stamps.pz | make_stream "${stamps_header/\"size\"/\"psf\": 1.5, \"pixscale\": 0.4, \"size\"}" >matched.pz
	match -q --with matched.pz --take img stamps.pz | header >taken
	grep -q '"psf": 1.5' taken && grep -q '"pixscale": 0.4' taken
	match -q --with stamps.pz --take img matched.pz | header >taken
	[ "$(grep -c '"psf"\|"pixscale"' taken)" = 0 ]
	printf '{"id": %d, "features": "x"}\n' 0 | make_stream '{"kind": "catalogue", "features": ["a"]}' >features.pz
	match -q --with features.pz --take features stamps.pz | header | grep -q '"features": \["a"\]'
	header < <(match --with predictions.pz --take zphot stamps.pz) | grep -q '"predictions.pz", "'
}

@test "refuses what it cannot do" {
	fails_with 2 "--with: expected a stream" match --take z stamps.pz
	fails_with 2 "--take: expected the keys" match --with predictions.pz stamps.pz
	fails_with 2 "--take: expected the keys" match --with predictions.pz --take , stamps.pz
	fails_with 2 "cannot be replaced" match --with predictions.pz --take z=id stamps.pz
	fails_with 2 "pz keeps its name" match --with predictions.pz --take pz=p stamps.pz
	fails_with 2 "img keeps its name" match --with predictions.pz --take z=img stamps.pz
	fails_with 2 "found 'z' twice" match --with predictions.pz --take z,mag=z stamps.pz
	fails_with 2 "a name without dots" match --with predictions.pz --take z=a.b stamps.pz
	fails_with 2 "a name without dots" match --with predictions.pz --take =a stamps.pz
	fails_with 1 "no-such-file" match --with no-such-file --take z stamps.pz
	fails_with 1 "record 1 (id none): id: expected" \
		match --with predictions.pz --take z <(echo '{"z": 1}' | make_stream "$stamps_header")
	records <predictions.pz | sed 2p | make_stream "$predictions_header" >twice.pz
	turned twice.pz >turned.pz
	fails_with 1 "expected one record for each galaxy" match --with turned.pz --take z stamps.pz
	# also where both are in the same order, behind the last galaxy of the input, and in the input
	fails_with 1 "twice.pz: record 3 (id 1): id: expected one" match --with twice.pz --take z stamps.pz
	records <predictions.pz | sed '$p' | make_stream "$predictions_header" >twice.pz
	fails_with 1 "twice.pz: record 301 (id 299): id: expected one" match --with twice.pz --take z stamps.pz
	fails_with 1 "twice.pz: record 301 (id 299): id: expected one" match --with stamps.pz --take z twice.pz
	records <stamps.pz | sed '$d' | make_stream "$stamps_header" >fewer.pz
	match -q --with fewer.pz --take z twice.pz >some
	head -c 20000 predictions.pz >cut.pz
	fails_with 3 "cut.pz" match --with cut.pz --take z stamps.pz
	head -c -3 predictions.pz >cut.pz
	fails_with 3 "cut.pz" match --with cut.pz --take z stamps.pz
}
