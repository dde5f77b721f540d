#!/usr/bin/env bats
# independent.bats -- every number of residuals against numpy and scipy (independent.py)

# shellcheck disable=SC2154  # samples.bash sets names
load samples

setup() {
	need_python numpy scipy
	cd "$BATS_TEST_TMPDIR" || return
}

# Galaxies after a Python statement about record r, number i, with this header; OPTIONS follow.
check() {
	local header=$1 statement=$2
	shift 2
	"$here/sample.py" predictions 1200 | /usr/bin/python3 -c "
import json, math, random, sys
random.seed(7)
for i, line in enumerate(sys.stdin):
    r = json.loads(line)
    $statement
    print(json.dumps(r))" >records
	echo "$header" >header
	make_stream "$header" <records >s.pz
	residuals -q -b 200 --json s.json "$@" s.pz >s.tsv
	"$here/independent.py" header records s.json s.tsv
}

@test "a plain sample" {
	check "$predictions_header" ''
	check "$predictions_header" '' -e mean --factor 0.5 --outlier 0.02
}

@test "values on edges and beyond, added bins, what is missing and what stands for it" {
	wide=${predictions_header/\"bins\": 80, \"left\": 0, \"right\": 0/\"bins\": 40, \"left\": 10, \"right\": 30}
	check "$wide" '
    if i % 7 == 0: r["z"] = 0.01 * (i % 40)
    if i % 50 == 1: r["z"] = [0.4, 0.65, 0.7, 0.69999, -0.1, -0.05, 1.5][i // 50 % 7]
    if i % 11 == 0: r["zphot"]["mode"] = 0.01 * (i % 43) - 0.01
    if i % 90 == 2: r["z"] = [-99, 99, -1, None, 999][i // 90 % 5]
    if i % 90 == 3: r["zphot"]["mode"] = [-99.9, -1, 9999, 99.99][i // 90 % 4]
    if i % 90 == 4: r["zphot"].pop("mean")
    if i % 90 == 5: r["pz"] = [[0.0] * 80, [math.nan] * 80, None][i // 90 % 3]
    if r["pz"] is None: r.pop("pz")
    if i % 90 == 6: r["mag"] = [99, -99, -5, math.nan][i // 90 % 4]
    if r.get("z") is None: r.pop("z")
    if i % 13 == 0 and "pz" in r: r["pz"] = [float(k == i % 80) for k in range(80)]
    r["zphot"]["median"] = r["zphot"]["mode"] + random.gauss(0, 0.01)'
}
