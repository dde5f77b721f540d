#!/usr/bin/env bats
# flag.bats -- bits for galaxies whose estimates deserve less trust

# shellcheck disable=SC2034,SC2094,SC2154  # samples.bash sets and uses names
load samples

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	make_predictions 300 >predictions.pz
	good=predictions.pz empty=empty.pz
	make_predictions 0 >empty.pz
}

@test "behaves as a filter" {
	behaves_as_a_filter flag
}

@test "each reason has its bit, by an independent computation" {
	/usr/bin/python3 - <(records <predictions.pz) <<'PY' | make_stream "${predictions_header/\"kind\"/\"recalibrated\": {\"times\": 1\}, \"kind\"}" >mixed.pz
import json, sys
for i, line in enumerate(open(sys.argv[1])):
    r = json.loads(line)
    r["mag"] = 15.5 + i % 25 / 10                   # rows: 15.5 to 18
    z = r["zphot"]
    r["zphot_corrected"] = {k: z[k] + (0.001 if i % 3 else 0) for k in z}
    r["domain"] = {"distance": 1.0, "share": (i % 40) / 200}
    r["interval"] = {"low68": z["mode"] - 0.02, "high68": z["mode"] + 0.02,
                     "low95": z["mode"] - 0.001 * (i % 300), "high95": z["mode"] + 0.05}
    if i % 17 == 0:
        del r["mag"]
    elif i % 13 == 0:
        r["mag"] = 18.0 if i % 2 else 15.4
    if i % 23 == 0:
        del r["pz"]
    if i % 29 == 0:
        z["mean"] = 0.41
    if i % 31 == 0:
        r["pz"] = [0.0] * 80
    if i % 37 == 0:
        del r["interval"], r["domain"]
    print(json.dumps(r))
PY
	flag mixed.pz -o flagged.pz 2>said
	/usr/bin/python3 - <(records <mixed.pz) <(records <flagged.pz) "$(header <flagged.pz)" said <<'PY'
import json, sys
bit = json.loads(sys.argv[3])["flags"]
assert bit == {"no_pz": 1, "not_calibrated": 2, "no_magnitude": 4, "faint": 8, "bright": 16, "domain": 32,
               "outside": 64, "uncorrected": 128, "truncated": 256}, bit
count = dict.fromkeys(bit, 0)
rows = list(zip(*([json.loads(line) for line in open(f)] for f in sys.argv[1:3])))
for r, f in rows:
    z, c, m = r["zphot"], r["zphot_corrected"], r.get("mag")
    found = f.pop("flags")
    why = {"no_pz": not any(r.get("pz", [])), "no_magnitude": m is None, "faint": m is not None and m >= 18,
           "bright": m is not None and m < 15.5, "domain": r.get("domain", {}).get("share", 1) <= 0.01,
           "outside": any(not 0 <= x < 0.4 for x in z.values()), "uncorrected": z == c,
           "truncated": any(not 0 <= x <= 0.4 for x in r.get("interval", {}).values()), "not_calibrated": False}
    assert found == sum(bit[k] for k in why if why[k]), (r["id"], found, why)
    assert f == r
    for k in why:
        count[k] += why[k]
assert len(rows) == 300 and all(n for k, n in count.items() if k != "not_calibrated"), count
said = open(sys.argv[4]).read()
for k, n in count.items():
    assert f"flag: {bit[k]} ({k}): {n} galax" in said if n else f"({k})" not in said, (k, n, said)
PY
}

@test "p(z) that were not recalibrated, other limits and keys" {
	flag predictions.pz -q | records | grep -c '"flags": 2}' >plain
	[ "$(cat plain)" -gt 200 ]
	/usr/bin/python3 - <(records <predictions.pz) <<'PY' | make_stream "$predictions_header" >two.pz
import json, sys
for line in open(sys.argv[1]):
    r = json.loads(line)
    print(json.dumps({**r, "domain": {"distance": 1.0, "share": 0.04}, "step4": r["zphot"]}))
PY
	flag -q two.pz --domain 0.04 --corrected step4 | records | head -1 | grep -q '"flags": 162}'
	flag -q two.pz | records | head -1 | grep -q '"flags": 2}'
	fails_with 4 "grid: expected the bins of p(z), found none" flag <(make_stream '{"kind": "predictions"}' </dev/null)
	fails_with 4 "predictions" flag <(make_stamps 1)
}

@test "flags go with match into another stream, and into a table" {
	flag -q predictions.pz -o flagged.pz
	match --with flagged.pz --take flags predictions.pz -o both.pz
	cmp <(records <both.pz) <(records <flagged.pz)
	[ "$(header <both.pz | grep -c '"flags": {')" = 1 ]
	totable flagged.pz -o t.csv 2>/dev/null
	head -1 t.csv | tr , '\n' | grep -qx flags
}
