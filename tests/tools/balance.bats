#!/usr/bin/env bats
# balance.bats -- nearly flat subsets

# shellcheck disable=SC2002,SC2094,SC2154  # samples.bash sets names; pipes are meant
load samples

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	good=stamps.pz empty=empty.pz
	make_stamps 1000 >"$good"
	make_stamps 0 >"$empty"
}

# How many galaxies the fullest cell (half a magnitude, bin of 0.005 in z) holds.
fullest() {
	records | /usr/bin/python3 -c '
import collections, json, math, sys
cells = collections.Counter()
for line in sys.stdin:
    r = json.loads(line)
    row = min(max(math.floor((r["mag"] - 15.5) / 0.5 + 1e-9), 0), 4)
    cells[row, math.floor(r["z"] / 0.005 + 1e-9)] += 1
print(max(cells.values()))'
}

@test "behaves as a filter" {
	behaves_as_a_filter balance
}

@test "no cell holds more than the threshold, by default the survey's" {
	[ "$(fullest <"$good")" -gt 8 ]
	[ "$(balance "$good" | fullest)" = 5 ]
	[ "$(balance --threshold 2 "$good" | fullest)" = 2 ]
	balance --threshold 100000 "$good" | records | cmp - <(records <"$good")
	header < <(balance --threshold 2 "$good") | grep -q -- '--threshold 2 --fold 1'
}

@test "folds: as many of each cell as allowed, none twice, and none in two folds where a cell has enough" {
	make_stamps 6000 >many.pz
	for fold in 1 2 3 4 5; do
		balance --threshold 3 --fold $fold many.pz | records | sed "s/^{/{\"fold\": $fold, /"
	done >folds
	records <many.pz | /usr/bin/python3 -c '
import collections, json, math, sys
def cell(r):
    return min(max(math.floor((r["mag"] - 15.5) / 0.5 + 1e-9), 0), 4), math.floor(r["z"] / 0.005 + 1e-9)
members, kept = collections.Counter(), collections.defaultdict(list)
for line in sys.stdin:
    members[cell(json.loads(line))] += 1
for r in map(json.loads, open("folds")):
    kept[cell(r), r["fold"]].append(r["id"])
large = 0
for c, n in members.items():
    folds = [kept[c, fold] for fold in range(1, 6)]
    assert all(len(f) == len(set(f)) == min(n, 3) for f in folds), c
    if n >= 15:
        large += 1
        assert len(set(sum(folds, []))) == 15, c
    elif n > 3:
        assert len(set(sum(folds, []))) == n, c
assert large > 50, large'
}

@test "the same galaxies in any order, others in another fold or with another seed" {
	balance "$good" | records | sort >kept
	records <"$good" | tac | make_stream "$stamps_header" | balance | records | sort | cmp - kept
	differ <(balance --fold 2 "$good" | records | sort) kept
	differ <(balance --seed 2 "$good" | records | sort) kept
}

@test "a pipe gives what a file gives" {
	cat "$good" | balance >piped.pz
	balance "$good" | cmp - piped.pz
}

@test "galaxies without redshift are left out and counted" {
	(records <"$good"; echo '{"id": "dark", "mag": 16}') | make_stream "$stamps_header" >more.pz
	balance more.pz 2>said | records | cmp - <(balance "$good" | records)
	grep -q "1 galaxy has no 'z'" said
	(records <"$good"; echo '{"id": "dim", "z": 0.1}') | make_stream "$stamps_header" >more.pz
	balance more.pz 2>&1 >kept.pz | grep -qx 'balance: 1 galaxy has no magnitude and is counted in the faintest row'
	fails_with 1 "expected records with 'z', found none among 1 record" \
		balance <(echo '{"id": 1}' | make_stream "$stamps_header")
}

@test "a redshift of -99 or the like is none, a magnitude neither" {
	for z in -99 99 -999 -1 -9999 99.99; do
		(records <"$good"; echo "{\"id\": \"x\", \"z\": $z, \"mag\": 16}") | make_stream "$stamps_header" >more.pz
		balance more.pz 2>said >kept.pz
		cmp <(records <kept.pz) <(balance "$good" | records)
		grep -q "1 galaxy has no 'z' and was left out (1 has a number that means that it is missing, first $z)" said
		fails_with 1 "record 1001 (id x): z: expected a value, found $z, which means that it is missing" balance --strict more.pz
	done
	for mag in 99 999 -99; do
		(records <"$good"; echo "{\"id\": \"x\", \"z\": 0.1, \"mag\": $mag}") | make_stream "$stamps_header" |
			balance 2>&1 >kept.pz | grep -qx 'balance: 1 galaxy has no magnitude and is counted in the faintest row'
	done
	# of another target only such numbers are: -1 is a value
	records <"$good" | sed 's/"z": [0-9.]*/"mass": -1/' | make_stream "${stamps_header/\"z\", \"min\": 0/\"mass\", \"min\": -2}" >mass.pz
	[ "$(balance mass.pz 2>&1 | grep -c 'have no')" = 0 ]
}

@test "other bins, on record; the cells are those" {
	balance --bins 20 --threshold 2 "$good" >coarse.pz
	header <coarse.pz | grep -q '"bins": 20'
	softlabel --bins 20 "$good" | balance --threshold 2 | records | cut -d, -f1 |
		cmp - <(records <coarse.pz | cut -d, -f1)
	(($(count <coarse.pz) < $(balance --threshold 2 "$good" | count)))
}

@test "another target, by its key and range" {
	records <"$good" | sed 's/"z"/"mass"/' | make_stream "$stamps_header" >mass.pz
	fails_with 1 "expected records with 'z', found none among 1000 records" balance mass.pz
	balance --target mass --range 0,0.4 mass.pz | records | sed 's/"mass"/"z"/' |
		cmp - <(balance "$good" | records)
	fails_with 2 "--target mass: give --range as well" balance --target mass mass.pz
	# what was said of redshifts is not said of it
	header < <(balance --target mass --range 0,0.4 mass.pz) | grep -q '"outlier": NaN'
}

@test "refuses what it cannot do" {
	fails_with 4 "expected a redshift grid, found none" balance <(make_stream '{"kind": "stamps"}' </dev/null)
	fails_with 2 "give --threshold" balance <(make_stream "${stamps_header/\"threshold\": 5/\"threshold\": 0}" </dev/null)
	fails_with 1 "id: expected" balance <(echo '{"z": 0.1}' | make_stream "$stamps_header")
	fails_with 2 "--fold" balance --fold 0 "$good"
}

@test "weights that make one sample like another: counts of neighbours, against numpy" {
	need_python numpy scipy
	/usr/bin/python3 -c '
import json, random
random.seed(3)
for name, shift in (("own", 0), ("target", 0.5)):
    with open(name + ".records", "w") as f:
        for i in range(600):
            r = {"id": i, "z": 0.1, "mag": random.gauss(17 + shift, 1), "u": random.gauss(20, 0.5), "g": random.gauss(19 - shift / 3, 0.3)}
            if i % 100 == 7:
                r.pop("u")
            print(json.dumps(r), file=f)'
	for name in own target; do
		make_stream "$stamps_header" <$name.records >$name.pz
	done
	balance --like target.pz --by mag,u-g -k 15 own.pz 2>said >w.pz
	grep -q '6 galaxies have not all numbers of --by and were left out' said
	grep -q 'target.pz: 6 galaxies have not all numbers of --by and were left out' said
	records <w.pz >w.records
	/usr/bin/python3 - <<-'END'
		import json
		import numpy as np
		from scipy.spatial import cKDTree
		def read(f):
		    r = [json.loads(x) for x in open(f)]
		    return np.array([(x["mag"], x["u"] - x["g"]) for x in r if "u" in x])
		own, target = read("own.records"), read("target.records")
		scale = own.std(0)
		own, target = own / scale, target / scale
		r = cKDTree(own).query(own, 15)[0][:, -1]
		n = np.array([len(x) for x in cKDTree(target).query_ball_point(own, r * (1 + 1e-7))])
		w = n / n.mean()
		found = np.array([json.loads(x)["weight"] for x in open("w.records")])
		assert len(found) == 594 and abs(found.mean() - 1) < 1e-12
		# a neighbour at the very edge may fall on either side in floats
		assert (abs(found - w) < 1e-9).mean() > 0.98 and abs(found - w).max() < 0.2
		mean = lambda x, y: abs(np.average(x[:, 0], weights=y) - target[:, 0].mean())
		assert mean(own, found) < 0.3 * mean(own, np.ones(len(own)))
	END
	balance -j1 -q --like target.pz --by mag,u-g -k 15 own.pz | records | cmp - w.records
	balance -q --like target.pz --by mag,u-g -k 15 < <(cat own.pz) | records | cmp - w.records
	balance -q --like <(cat target.pz) --by mag,u-g -k 15 own.pz | records | cmp - w.records
	balance -q --like own.pz own.pz | records | /usr/bin/python3 -c '
import json, sys
assert {json.loads(x)["weight"] for x in sys.stdin} == {1.0}'
	fails_with 1 "expected galaxies with all of --by, found none" balance --like target.pz --by nothing own.pz
	fails_with 1 "own.pz: record 8 (id 7): u: expected a finite number, found none" balance -q --strict --like own.pz --by u own.pz
	fails_with 2 "--like excludes" balance --like target.pz --bins 3 own.pz
	fails_with 2 "--fold" balance --like target.pz --fold 3 own.pz
}
