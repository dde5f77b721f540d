#!/usr/bin/env bats
# bins.bats -- weights, tomographic bins, bins of any key, differences of residuals (bins.py)

# shellcheck disable=SC2154  # samples.bash sets names
load samples

setup() {
	need_python numpy scipy
	cd "$BATS_TEST_TMPDIR" || return
	echo "$predictions_header" >header
}

# NAME.records and NAME.pz: galaxies after a Python statement about record r, number i.
make() {
	"$here/sample.py" predictions "${3-700}" | /usr/bin/python3 -c "
import json, math, random, sys
random.seed(7)
for i, line in enumerate(sys.stdin):
    r = json.loads(line)
    $2
    print(json.dumps(r))" >"$1.records"
	make_stream "$predictions_header" <"$1.records" >"$1.pz"
}

everything='r["zphot"]["mean"] += random.gauss(0, 0.005)
    r["w"] = random.uniform(0.2, 3)
    r["domain"] = {"distance": random.random()}
    r["u"], r["g"] = random.gauss(20, 1), random.gauss(19, 1)
    width = 0.003 + 0.02 * random.random()
    r["interval"] = {"low68": r["z"] + random.gauss(0, width) - width, "high68": r["z"] + width, "low95": 0.02, "high95": 0.2}
    if i % 10 == 3: r.pop("interval")
    if i % 50 == 7: r.pop("domain")'

@test "cells, intervals and bins of all kinds, without weights" {
	make s "$everything"
	residuals -q -b 400 --tomography 4 --by mean --require lsst-y1,euclid --against domain.distance --json s.json s.pz >s.tsv
	"$here/bins.py" header s.records s.json s
	residuals -q -b 400 --tomography 0.03,0.08,0.1,0.3 --against u-g --json s.json s.pz >s.tsv
	"$here/bins.py" header s.records s.json s
}

@test "the same with weights, and galaxies without" {
	make s "$everything
    if i % 40 == 1: r['w'] = [0, -1, math.nan, 'x', None, 1e200, 1e-200][i // 40 % 7]
    if r['w'] is None: r.pop('w')"
	residuals -b 400 --weights w --tomography 3 --require lsst-y10,lsst-lens-y1,lsst-lens-y10 --against mag --json s.json s.pz >s.tsv 2>said
	"$here/bins.py" header s.records s.json s
	grep -q "s: 18 galaxies have no 'w' above 0, the weight, and were left out (3 of them have 0)" said
	fails_with 1 "s.pz: record 2 (id 1): w: expected a weight of 1e-100 to 1e+100, found another value" residuals --strict --weights w s.pz
	fails_with 1 "expected records with a 'none' of 1e-100 to 1e+100, the weight, found none among 700 records" residuals --weights none s.pz
	# any number of threads, the same bytes
	residuals -q -j1 -b 20 --weights w --tomography 3 --against mag --json one.json s.pz >/dev/null
	residuals -q -j2 -b 20 --weights w --tomography 3 --against mag --json two.json s.pz >/dev/null
	cmp one.json two.json
}

@test "equal weights change no byte; weights 1 to 3 are galaxies that stand there as often" {
	make s 'r["w"] = 2.5; r["m"] = 1 + i % 3'
	residuals -q -b 10 --tomography 3 --against mag s.pz >plain
	residuals -q -b 10 --tomography 3 --against mag --weights w s.pz | cmp - plain
	/usr/bin/python3 -c '
import json
for line in open("s.records"):
    r = json.loads(line)
    for _ in range(r["m"]):
        print(line, end="")' | make_stream "$predictions_header" >often.pz
	residuals -q -b 0 --tomography 0,0.08,0.15,0.4 --weights m --json m.json s.pz >/dev/null
	residuals -q -b 0 --tomography 0,0.08,0.15,0.4 --json o.json often.pz >/dev/null
	/usr/bin/python3 - <<-'END'
		import json
		m, o = json.load(open("m.json"))["s"], json.load(open("o.json"))["often"]
		def near(a, b):
		    assert abs(a - b) <= 1e-9 * abs(b) + 1e-12, (a, b)
		for key in "mean_residual rms outlier_fraction crps cde_loss odds pit_ks coverage_95".split():
		    near(m[key], o[key])
		near(m["tv"]["value"], o["tv"]["value"])
		for a, b in zip(m["curve_zphoto"]["residual"], o["curve_zphoto"]["residual"]):
		    near(a, b)
		for a, b in zip(m["wasserstein"]["value"], o["wasserstein"]["value"]):
		    near(a, b)
		for a, b in zip(m["tomography"]["bins"], o["tomography"]["bins"]):
		    for key in "mean_true bias_pz bias_zphot width_ratio outside".split():
		        near(a[key], b[key])
	END
}

@test "differences: of the same galaxies, by paired resamples" {
	make a '' 1500
	# b: the same estimates but for a tenth of the galaxies
	make b 'if i % 10 == 0: r["zphot"]["mode"] += random.gauss(0, 0.01)' 1500
	residuals -q -b 200 --differences --json j.json a.pz b.pz >t.tsv
	/usr/bin/python3 - <<-'END'
		import json, math
		import numpy as np
		j = json.load(open("j.json"))
		a, b, d = j["a"], j["b"], j["b"]["differences"]
		assert "differences" not in a and d["from"] == "a"
		read = lambda f: [json.loads(x) for x in open(f)]
		z = np.array([r["z"] for r in read("a.records")])
		x, y = (np.array([r["zphot"]["mode"] for r in read(f + ".records")]) for f in "ab")
		dx, dy, n = (x - z) / (1 + z), (y - z) / (1 + z), len(z)
		rng = np.random.default_rng(1)
		draws = [rng.integers(0, n, n) for _ in range(400)]
		def check(key, value, error):
		    one = d[key]
		    assert abs(one["difference"] - value) < 1e-12, (key, one, value)
		    assert abs(one["error"] / error - 1) < 0.3, (key, one, error)
		    assert abs(one["sigma"] - value / one["error"]) < 1e-9, (key, one)
		rms = lambda v: math.sqrt((v * v).mean())
		check("mean_residual", (dy - dx).mean(), (dy - dx).std() / n ** 0.5)
		check("rms", rms(dy) - rms(dx), np.std([rms(dy[i]) - rms(dx[i]) for i in draws]))
		# much less than the two errors would give together
		assert d["rms"]["error"] < 0.6 * math.hypot(a["errors"]["rms"], b["errors"]["rms"])
		assert d["crps"] == {"difference": 0.0, "error": 0.0, "sigma": None}
		table = dict(line.rstrip("\n").split("\t", 1) for line in open("t.tsv"))
		assert table["difference.rms"].split("\t") == ["-", repr(d["rms"]["difference"])] or \
		    float(table["difference.rms"].split("\t")[1]) == d["rms"]["difference"]
		assert float(table["difference.rms_sigma"].split("\t")[1]) == d["rms"]["sigma"]
	END
}

@test "only the galaxies that all streams have, in the order of the first" {
	make a '' 400
	make b 'r["zphot"]["mode"] += 0.001' 400
	sed -n '1,350p' a.records | make_stream "$predictions_header" >first.pz
	sed -n '31,400p' b.records | shuf --random-source=a.records | make_stream "$predictions_header" >second.pz
	sed -n '31,350p' a.records | make_stream "$predictions_header" >a.pz
	sed -n '31,350p' b.records | make_stream "$predictions_header" >b.pz
	fails_with 4 "second: --differences: expected the galaxies of first in the same order, found others: give --common" \
		residuals -b 5 --differences first.pz second.pz
	residuals -b 20 --common --differences --tomography 2 --against mag first.pz second.pz >t.tsv 2>said
	grep -q 'first: 30 galaxies are not in all streams and were left out' said
	grep -q 'second: 50 galaxies are not in all streams and were left out' said
	# the same bytes as if these had been selected and sorted before
	residuals -q -b 20 --differences --tomography 2 --against mag first=a.pz second=b.pz >plain.tsv
	diff <(grep -v '^not_common' t.tsv) <(grep -v '^not_common' plain.tsv)
	[ "$(awk '$1 == "n" { print $2, $3 }' t.tsv)" = "320 320" ]
	# through a pipe as well
	residuals -q -b 20 --common --differences --tomography 2 --against mag first.pz second=<(cat second.pz) | cmp - t.tsv
	fails_with 1 "expected galaxies that all streams have, found none" residuals --common first.pz none=<(make_predictions 5 5000)
	fails_with 1 "expected ids that occur once, found one twice" residuals --common first.pz twice=<(cat a.records a.records | make_stream "$predictions_header")
	sed 's/"id": [0-9]*, //' a.records | make_stream "$predictions_header" >noid.pz
	fails_with 1 "noid: --differences: expected an 'id' in every record" residuals -b 2 --differences a.pz noid.pz
	fails_with 1 "id: expected an integer or a text" residuals -b 2 --common a.pz noid.pz
}

@test "what is asked for wrongly, and what is not there" {
	make a '' 60
	fails_with 2 "--tomography: expected a number of bins" residuals --tomography 0.1,0.05 a.pz
	fails_with 2 "--tomography: expected 1 to 64 bins" residuals --tomography 0 a.pz
	fails_with 2 "--tomography: expected 1 to 64 bins" residuals --tomography 2.5 a.pz
	fails_with 2 "--require: expected some of lsst-y1,lsst-y10,lsst-lens-y1,lsst-lens-y10,euclid, found 'lsst'" residuals --tomography 2 --require lsst a.pz
	fails_with 2 "--require" residuals --require euclid a.pz
	fails_with 1 "--against: expected records with 'nothing', found none" residuals --against nothing a.pz
	fails_with 2 "--against: expected a value" residuals --against '' a.pz
	make c 'r.pop("pz")' 60
	residuals -b 3 --tomography 0.05,0.1,0.2 --against mag c.pz >c.tsv 2>said
	grep -q 'galaxies are in none of the tomographic bins' said
	[ "$(awk '$1 == "tomography.1.bias_pz" { print $2 }' c.tsv)" = - ]
	[ "$(awk '$1 == "tomography.1.bias_zphot" { print ($2 < 1) }' c.tsv)" = 1 ]
}
