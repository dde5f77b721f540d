#!/usr/bin/env bats
# partition.bats -- parts of a sample by the hash of the id

# shellcheck disable=SC2002,SC2094,SC2154  # samples.bash sets names; pipes are meant
load samples

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	good=stamps.pz empty=empty.pz
	make_stamps 400 >"$good"
	make_stamps 0 >"$empty"
}

@test "behaves as a filter" {
	behaves_as_a_filter partition --keep train
}

@test "parts are disjoint, complete and of their shares" {
	for part in train valid test; do
		partition --keep $part --parts train=0.5,valid=0.2,test=0.3 "$good" | records >$part
	done
	records <"$good" | sort >all
	cat train valid test | sort | cmp - all
	((170 < $(wc -l <train) && $(wc -l <train) < 230))
	((50 < $(wc -l <valid) && $(wc -l <valid) < 110))
}

@test "a galaxy keeps its part whoever else is there, in any order" {
	partition --keep train "$good" | records >whole
	records <"$good" | tac | head -200 | make_stream "$stamps_header" >half.pz
	partition --keep train half.pz | records | tac >part
	[ -s part ]
	[ "$(grep -cvxFf whole part)" = 0 ]
	[ "$(wc -l <part)" = "$(grep -cxFf <(records <half.pz) whole)" ]
}

@test "text ids count as the number they spell; seeds differ" {
	records <"$good" | sed -E 's/"id": ([0-9]+)/"id": "\1"/' | make_stream "$stamps_header" >text.pz
	[ "$(partition --keep test text.pz | records | tr -d '"')" = \
		"$(partition --keep test "$good" | records | tr -d '"')" ]
	differ <(partition --keep test --seed 2 "$good" | records) <(partition --keep test "$good" | records)
}

@test "a share may be a fraction; the smaller part of a seed is within the larger" {
	partition --keep a --parts a=100/400 "$good" | records >quarter
	partition --keep a --parts a=0.25 "$good" | records | cmp - quarter
	partition --keep a --parts a=200/400 "$good" | records >half
	[ "$(grep -cxFf half quarter)" = "$(wc -l <quarter)" ]
	fails_with 2 "a share above 0" partition --keep a --parts a=1/0 "$good"
	fails_with 2 "a share above 0" partition --keep a --parts a=3/2 "$good"
	fails_with 2 "a share above 0" partition --keep a --parts a=1/2/3 "$good"
}

# The ids of records with z from 0.05 to 0.1, in or out.
within() { records | /usr/bin/python3 -c '
import json, sys
for r in map(json.loads, sys.stdin):
    if ("z" in r and 0.05 <= r["z"] <= 0.1) == (sys.argv[1] == "in"):
        print(r["id"])' "$1"; }

@test "--within parts some and keeps the others, or drops them" {
	partition --keep tenth --parts tenth=0.1 --within z=0.05,0.1 "$good" >thin.pz
	within out <"$good" | cmp - <(within out <thin.pz)
	within in <thin.pz >thinned
	within in < <(partition --keep tenth --parts tenth=0.1 "$good") | cmp - thinned
	((0 < $(wc -l <thinned) && $(wc -l <thinned) < $(within in <"$good" | wc -l) / 4))
	partition --keep all --parts all=1 --within z=0.05,0.1 --outside drop "$good" | within in |
		cmp - <(within in <"$good")
	[ -z "$(partition --keep all --parts all=1 --within z=0.05,0.1 --outside drop "$good" | within out)" ]
	# a record that lacks the number lies outside
	echo '{"id": 1}' | make_stream "$stamps_header" >none.pz
	[ "$(partition --keep all --parts all=1 --within z=0,1 none.pz | count)" = 1 ]
	[ "$(partition --keep all --parts all=1 --within z=0,1 --outside drop none.pz | count)" = 0 ]
	for range in z z=1 z=1,0 z=0,1,2 =0,1 z=nan,1; do
		fails_with 2 "expected KEY=MIN,MAX, found '$range'" partition --keep train --within $range "$good"
	done
}

@test "refuses what it cannot do" {
	fails_with 2 "--keep" partition "$good"
	fails_with 2 "expected one of train, valid, test, found 'best'" partition --keep best "$good"
	fails_with 2 "at most 1 together" partition --keep a --parts a=0.9,b=0.2 "$good"
	fails_with 2 "twice" partition --keep a --parts a=0.1,a=0.2 "$good"
	fails_with 1 "record 1 (id none): id: expected" \
		partition --keep train <(echo '{"z": 1}' | make_stream "$stamps_header")
}
