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

@test "refuses what it cannot do" {
	fails_with 2 "--keep" partition "$good"
	fails_with 2 "expected one of train, valid, test, found 'best'" partition --keep best "$good"
	fails_with 2 "at most 1 together" partition --keep a --parts a=0.9,b=0.2 "$good"
	fails_with 2 "twice" partition --keep a --parts a=0.1,a=0.2 "$good"
	fails_with 1 "record 1 (id none): id: expected" \
		partition --keep train <(echo '{"z": 1}' | make_stream "$stamps_header")
}
