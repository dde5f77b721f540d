#!/usr/bin/env bats
# keep.bats -- the records that meet a condition

# shellcheck disable=SC2034,SC2094,SC2154  # samples.bash sets and uses names
load samples

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	make_stamps 500 >stamps.pz
	make_predictions 300 >predictions.pz
	good=stamps.pz empty=empty.pz
	make_stamps 0 >empty.pz
}

@test "behaves as a filter" {
	behaves_as_a_filter keep -e 'mag < 17 or z > 0.2'
}

@test "the records that Python keeps, to the byte, and header keys pass" {
	/usr/bin/python3 - <(records <stamps.pz) <<'PY' | make_stream "$stamps_header" >mixed.pz
import json, sys
for i, line in enumerate(open(sys.argv[1])):
    r = json.loads(line)
    r["class"] = ["GALAXY", "QSO", "STAR"][i % 3]
    r["flags"] = i % 16
    r["fit"] = {"chi2": i / 100, "odd.key": i}
    r["flux"] = [float(i), i / 2, None]
    if i % 7 == 0:
        del r["mag"]
    if i % 5 == 0:
        r["z"] = float("nan")
    print(json.dumps(r))
PY
	while IFS='|' read -r condition python; do
		keep -q "$condition" mixed.pz -o kept.pz
		/usr/bin/python3 - "$python" <(records <mixed.pz) <(records <kept.pz) <<'PY' || { echo "$condition"; false; }
import json, math, sys
test = compile(sys.argv[1], "test", "eval")
def number(x):
    return x if x is not None and math.isfinite(x) else None
def holds(r):
    try:
        return eval(test, {"r": r, "mag": number(r.get("mag")), "z": number(r.get("z")), "math": math})
    except TypeError:          # None in arithmetic: unknown
        return False
lines = list(open(sys.argv[2]))
kept = list(open(sys.argv[3]))
wanted = [line for line in lines if holds(json.loads(line))]
assert 0 < len(wanted) < len(lines), len(wanted)
assert kept == wanted, (len(kept), len(wanted))
PY
	done <<-'END'
		mag < 17|mag < 17
		16 <= mag < 17.5 and not z > 0.2|16 <= mag < 17.5 and not z > 0.2
		class in ('GALAXY', 'QSO') and bits(flags, 2 + 8) = 0|r["class"] in ("GALAXY", "QSO") and r["flags"] & 10 == 0
		mag is missing or z is not missing|mag is None or z is not None
		fit.chi2 * 2 > 3 or `fit.odd.key` = 7|r["fit"]["chi2"] * 2 > 3 or r["fit"]["odd.key"] == 7
		flux[1] >= 100 and flux[2] is missing|r["flux"][1] >= 100
		abs(log10(1 + z) - 0.05) < 0.02|abs(math.log10(1 + z) - 0.05) < 0.02
		id in (3, 5, 7) or class = "STAR"|r["id"] in (3, 5, 7) or r["class"] == "STAR"
	END
	keep -q 'mag < 17' mixed.pz | header | grep -q '"telescope": "2.5 m"'
}

@test "what was left out is counted" {
	/usr/bin/python3 -c '
import json
for i in range(10):
    print(json.dumps({"id": i, **({"mag": 15 + i} if i % 3 else {})}))' | make_stream "$predictions_header" >few.pz
	keep 'mag < 20' few.pz 2>said | count | grep -qx 3
	grep -qx "keep: 4 records were left out because a value is missing, without which the condition is unknown" said
	keep -v 'mag < 20' few.pz 2>said >/dev/null
	grep -qx "keep: 3 records do not meet the condition" said
	keep -q 'mag < 20' few.pz 2>said >/dev/null
	[ ! -s said ]
	keep 'mag < 20 or mag is missing' few.pz 2>said | count | grep -qx 7
	[ ! -s said ]
	printf '1\n4\n77\n' >ids.txt
	keep -v 'id in @ids.txt' few.pz 2>said | count | grep -qx 2
	grep -qx "keep: ids.txt: 2 of 3 values are in the records that were looked at" said
}

@test "a list is in the history by its name and hash, and its folder is not" {
	mkdir -p some/where
	printf 'id,class\n3,a\n4,b\n' >some/where/ids.csv
	keep -q 'id in @some/where/ids.csv' stamps.pz -o kept.pz
	records <kept.pz | grep -o '"id": [0-9]*' | paste -sd, | grep -qx '"id": 3,"id": 4'
	header <kept.pz | grep -q '"args": "--expression id in @ids.csv"' || { header <kept.pz; false; }
	header <kept.pz | grep -q '\["ids.csv", "[0-9a-f]\{8\}"\]'
	keep -q -e 'id not in @some/where/ids.csv' stamps.pz | count | grep -qx 498
	fails_with 1 "nowhere.txt: No such file" keep 'id in @nowhere.txt' stamps.pz
}

@test "numbers that stand for no value are told of, or are missing" {
	/usr/bin/python3 -c '
import json
for i in range(6):
    print(json.dumps({"id": i, "mag": -99.0 if i % 2 else 18.0}))' | make_stream "$predictions_header" >s.pz
	keep 'mag < 20' s.pz 2>said | count | grep -qx 6
	grep -q "mag: 3 records have -99, as programs write where they have no value" said
	keep --missing -99 'mag < 20' s.pz 2>said | count | grep -qx 3
	grep -q "3 records were left out because a value is missing" said
	keep --missing none 'mag < 20' s.pz 2>said | count | grep -qx 6
	[ ! -s said ]
}

@test "mistakes are found where they are" {
	fails_with 2 "keep: expected a condition, as 'mag < 20'; see keep --help" keep
	fails_with 2 "keep: expression: column 7, at 'and z < 1': expected a number" keep 'mag < and z < 1' stamps.pz
	fails_with 1 "expected records with 'zphot.mod', found none among 300 records; did you mean 'zphot.mode'?" \
		keep 'zphot.mod < 1' predictions.pz
	fails_with 1 "expected records with 'fluxes[3]', found none among 500 records; inspect --fields shows" \
		keep 'fluxes[3] < 1 or mag < 20' stamps.pz
	fails_with 1 "stdin: record 1 (id 0): expression: column 5: expected a number, found the text 'x'" \
		keep 'mag < "x"' <stamps.pz
	keep -q 'nothing < 1' empty.pz | count | grep -qx 0
	printf 'dense 2\n' >s.net
	fails_with 2 "--missing: " keep --missing x 'mag < 1' stamps.pz
}
