#!/usr/bin/env bats
# residuals.bats -- tables, JSON and figures of predictions

# shellcheck disable=SC2002,SC2094,SC2154  # samples.bash sets names; pipes are meant
load samples

panels=zspec,zphot,nz,tv,mad,wasserstein,density,pit

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	make_predictions 1500 >a.pz
}

setup_file() {
	make_predictions 1500 | records >"$BATS_FILE_TMPDIR/1500.records"
	make_predictions 300 | records >"$BATS_FILE_TMPDIR/300.records"
}

# A Python expression of the JSON j of residuals with these arguments; few resamples unless told.
of() {
	local expression=$1
	shift
	residuals --bootstrap 20 --json - "$@" >j.json
	/usr/bin/python3 -c "
import json
j = json.load(open('j.json'))
print($expression)"
}

# The predictions of a.pz after a Python statement about the record r; galaxies=300: the first 300.
changed() {
	/usr/bin/python3 <"$BATS_FILE_TMPDIR/${galaxies-1500}.records" -c "
import json, sys
for i, line in enumerate(sys.stdin):
    r = json.loads(line)
    $1
    print(json.dumps(r))" | make_stream "$predictions_header"
}

@test "help, version, usage" {
	residuals --help | grep -q "^usage: residuals"
	fails_with 2 "no-such-option" residuals --no-such-option a.pz
	fails_with 2 "--bootstrap" residuals --bootstrap 1 a.pz
	fails_with 2 "two streams are named 'a'" residuals a.pz a=a.pz
	fails_with 2 "expected NAME=FILE" residuals =a.pz
	fails_with 1 "no-such" residuals no-such
}

@test "a column for each stream, named after its file or as told" {
	mkdir d
	cp a.pz d/b.x=y.pz
	[ "$(residuals d/b.x=y.pz first=a.pz | head -1)" = "$(printf 'quantity\tb.x=y\tfirst')" ]
	[ "$(residuals <a.pz | head -1)" = "$(printf 'quantity\tstdin')" ]
	[ "$(residuals a.pz b=a.pz | awk -F'\t' 'NF != 3 || (NR > 1 && $2 != $3)')" = "" ]
	[ "$(residuals a.pz | awk '$1 == "n" { print $2 }')" = 1500 ]
}

@test "JSON has what the contract names" {
	[ "$(of 'all(k in j["a"] for k in "n mean_residual sigma_mad outlier_fraction crps slope_zspec tv rms_zphoto_curve curve_zspec curve_zphoto".split())' a.pz)" = True ]
	[ "$(of 'sorted(j["a"]["curve_zspec"])' a.pz)" = "['bootstrap_error', 'count', 'error', 'residual', 'z']" ]
	[ "$(of 'sum(j["a"]["curve_zspec"]["count"])' a.pz)" = 1500 ]
	[ "$(of 'j["a"]["slope_zspec"]["from"]' a.pz)" = 0.15 ]
	# estimates are drawn to 0.15 by 0.15 of the distance
	[ "$(of '-0.18 < j["a"]["slope_zspec"]["value"] < -0.07' a.pz)" = True ]
	[ "$(of '0 < j["a"]["tv"]["value"] < j["a"]["tv"]["bootstrap_mean"] < 1' a.pz)" = True ]
	residuals --json j.json a.pz >table
	/usr/bin/python3 -c "import json; json.load(open('j.json'))['a']"
	head -1 table | grep -q quantity
}

@test "the names of table and JSON are those of the manual page" {
	residuals --json j.json a.pz >table
	"$BATS_TEST_DIRNAME/keys.py" "$BATS_TEST_DIRNAME/../../tools/residuals/residuals.1" table j.json
}

@test "errors of training: the scatter between reports of single networks" {
	need_python numpy
	make_predictions 300 >one.pz
	records <one.pz | tac | make_stream "$predictions_header" >turned.pz
	for k in 1 2 3; do
		# other estimates of the same galaxies
		/usr/bin/python3 - <(records <one.pz) $k <<-'PY' | make_stream "$predictions_header" >net$k.pz
			import json, sys
			k = int(sys.argv[2])
			for i, line in enumerate(open(sys.argv[1])):
			    r = json.loads(line)
			    r["zphot"] = {key: x + 0.002 * k * ((i * 7 + k) % 5) for key, x in r["zphot"].items()}
			    print(json.dumps(r))
		PY
		residuals -q --bootstrap 5 --tomography 3 --json net$k.json s=net$k.pz >/dev/null
	done
	residuals -q --bootstrap 5 --tomography 3 --training net1.json,net2.json,net3.json --json j.json \
		--figure f.svg --caption f.txt s=one.pz other=turned.pz >table 2>said || { grep -q gnuplot said && skip "no gnuplot"; }
	grep -q '^(c) Total variation.* Errors include the scatter between 3 networks\.$' f.txt
	grep -q '^(d) Bias of the mean redshift.* Errors include the scatter between 3 networks\.$' f.txt
	/usr/bin/python3 - <<-'PY'
		import json
		import numpy as np
		nets = [json.load(open(f"net{k}.json"))["s"] for k in (1, 2, 3)]
		report = json.load(open("j.json"))
		t = report["s"]["training"]
		assert t.pop("networks") == 3 and "training" not in report["other"]
		def std(of):
		    values = [of(n) for n in nets]
		    return None if None in values else np.std(values, ddof=1)
		def same(x, want):
		    return x is None if want is None else abs(x - want) < 1e-12
		for key in report["s"]["estimates"]["mode"]["errors"]:
		    for name in ("mode", "mean", "median"):
		        want = std(lambda n: n["estimates"][name][key])
		        assert same(report["s"]["estimates"][name]["training"][key], want), key
		    assert same(t[key], std(lambda n: n["estimates"]["mode"][key])), key
		assert t["crps"] == 0 and t["sigma_mad"] > 0
		for worst in ("worst_pz", "worst_zphot"):
		    assert same(t["tomography"][worst], std(lambda n: n["tomography"][worst]["value"]))
		for k, bin in enumerate(t["tomography"]["bins"]):
		    for key, x in bin.items():
		        assert same(x, std(lambda n: n["tomography"]["bins"][k][key])), key
		table = {line.split("\t")[0]: line.rstrip("\n").split("\t")[1:] for line in open("table")}
		for key in ("slope_zspec", "tv", "sigma_mad", "pit_ks"):
		    assert float(table[key + "_training_err"][0]) == t[key] and table[key + "_training_err"][1] == "-"
		assert float(table["tomography.2.bias_zphot_training_err"][0]) == t["tomography"]["bins"][1]["bias_zphot"]
		assert float(table["tomography.worst_zphot_training_err"][0]) == t["tomography"]["worst_zphot"]
		assert float(table["median.tv_training_err"][0]) == report["s"]["estimates"]["median"]["training"]["tv"]
	PY
	fails_with 2 "--training: expected two reports or more" residuals --training net1.json s=one.pz
	fails_with 1 "nothing.json" residuals --training net1.json,nothing.json s=one.pz
	fails_with 4 "--training: net1.json: expected the same 1500 galaxies in 's', found 300" residuals --training net1.json,net2.json s=a.pz
	residuals -q --bootstrap 0 --json b.json b=one.pz >/dev/null
	fails_with 4 "--training: expected 's' in all reports or in none, found it in net1.json but not in b.json" \
		residuals --training net1.json,b.json s=one.pz
	echo '[1]' >list.json
	fails_with 1 "list.json: expected a report of residuals --json, found other JSON" residuals --training net1.json,list.json s=one.pz
}

@test "every number has an error, every point of a curve too" {
	[ "$(of '[k for k, e in j["a"]["errors"].items() if e is None]' a.pz)" = "[]" ]
	[ "$(of '[k for e in j["a"]["estimates"].values() for k, x in e["errors"].items() if x is None]' a.pz)" = "[]" ]
	[ "$(of '[k for k in j["a"] if "curve_" in k and k[:5] == "curve" and None in j["a"][k]["bootstrap_error"]]' a.pz)" = "[]" ]
	# the error of a mean and of a share, as everyone knows them
	[ "$(of 'abs(j["a"]["errors"]["mean_residual"] / (j["a"]["rms"]**2 - j["a"]["mean_residual"]**2)**0.5 * 1500**0.5 - 1) < 0.2' --bootstrap 400 a.pz)" = True ]
}

@test "errors are what numbers of independent samples scatter by, all of them" {
	"$here/sample.py" predictions 9600 | split -l 600 - sample.
	for sample in sample.??; do
		make_stream "$predictions_header" <"$sample" >"$sample.pz"
	done
	residuals -q --outlier 0.02 --bootstrap 50 --json many.json sample.??.pz >many.tsv
	/usr/bin/python3 - <<-'END'
		import json, statistics
		reports = list(json.load(open("many.json")).values())
		def number(r, key):
		    if key.startswith("intercept_"):
		        return r["slope_" + key[10:]]["intercept"]
		    return r[key]["value"] if isinstance(r[key], dict) else r[key]
		keys = [k for k in reports[0]["errors"] if k != "pit_histogram"]
		assert len(reports) == 16 and len(keys) == 28
		for key in keys:
		    scatter = statistics.stdev(number(r, key) for r in reports)
		    ratio = scatter / statistics.mean(r["errors"][key] for r in reports)
		    # of 16 samples the scatter is known to 18 %
		    assert 0.55 < ratio < 1.6, (key, ratio)
	END
}

@test "mode, mean and median stand side by side" {
	changed 'r["zphot"] = {"mode": r["z"], "mean": r["z"] + 0.01 * (1 + r["z"]), "median": r["z"] - 0.02 * (1 + r["z"])}' >p.pz
	[ "$(of '[(k, round(e["mean_residual"], 9), round(e["rms"], 9)) for k, e in j["p"]["estimates"].items()]' p.pz)" = "[('mode', 0.0, 0.0), ('mean', 0.01, 0.01), ('median', -0.02, 0.02)]" ]
	[ "$(residuals p.pz | awk '$1 ~ /^m.*\.mean_residual$/ { printf "%s %.6g ", $1, $2 }')" = "mode.mean_residual 0 mean.mean_residual 0.01 median.mean_residual -0.02 " ]
	# what is measured of one does not depend on which was chosen
	of 'j["p"]["estimates"]' p.pz >one
	of 'j["p"]["estimates"]' -e median p.pz | cmp - one
	[ "$(of 'j["p"]["mean_residual"] == j["p"]["estimates"]["median"]["mean_residual"]' -e median p.pz)" = True ]
	changed 'r["zphot"] = {"mode": r["z"]}' >m.pz
	[ "$(of 'list(j["m"]["estimates"])' m.pz)" = "['mode']" ]
	[ "$(residuals m.pz | awk '$1 == "mean.tv" { print $2 }')" = - ]
}

@test "n(z) by true redshift, by estimate, and of stacked p(z)" {
	changed 'r["z"] = 0.1; r["zphot"]["mode"] = 0.3 if i % 4 else 0.7; r["pz"] = [0.5 * (k in (0, 2 + i % 2)) for k in range(80)]' >n.pz
	[ "$(of '[(round(z, 4), x) for z, x in zip(j["n"]["nz_zspec"]["z"], j["n"]["nz_zspec"]["share"]) if x]' n.pz)" = "[(0.1025, 1.0)]" ]
	[ "$(of '[(round(z, 4), x) for z, x in zip(j["n"]["nz_zphoto"]["z"], j["n"]["nz_zphoto"]["share"]) if x]' n.pz)" = "[(0.3025, 0.75)]" ]
	[ "$(of 'j["n"]["nz_stacked"]["share"][:5]' n.pz)" = "[0.5, 0.0, 0.25, 0.25, 0.0]" ]
	[ "$(of '[round(x, 6) for x in j["n"]["nz_stacked"]["error"][:3]], round(j["n"]["nz_zphoto"]["error"][60], 6)' n.pz)" = "[0.0, 0.0, 0.006455] 0.01118" ]
}

@test "curves as a table are the curves of the JSON" {
	residuals --json j.json --curves c.tsv a.pz b=a.pz >table
	residuals --curves - a.pz b=a.pz | cmp - c.tsv
	/usr/bin/python3 - <<-'END'
		import csv, json
		j = json.load(open("j.json"))
		rows = list(csv.DictReader(open("c.tsv"), delimiter="\t"))
		for stream in "ab":
		    for curve, x, y in (("curve_zspec", "z", "residual"), ("curve_simulated", "z", "residual"),
		                        ("sigma_mad_rows", "mag", "value"), ("nz_stacked", "z", "share")):
		        found = [r for r in rows if (r["stream"], r["curve"]) == (stream, curve)]
		        expected = j[stream][curve]
		        assert len(found) == len(expected[x]) > 3
		        for i, r in enumerate(found):
		            for column, key in (("x", x), ("value", y), ("error", "error")):
		                e = expected[key][i]
		                assert r[column] == "-" if e is None else float(r[column]) == e, (curve, i, column)
		assert len({r["curve"] for r in rows}) == 10
	END
	fails_with 2 "exclude each other" residuals --json - --curves - a.pz
	fails_with 1 "no/such" residuals --curves no/such/place a.pz
}

@test "the simulated curve takes as much of the variances as told" {
	of 'j["a"]["curve_simulated"]["factor"], [round(x, 12) for x in j["a"]["curve_simulated"]["residual"]]' a.pz >one
	of 'j["a"]["curve_simulated"]["factor"], [round(x, 12) for x in j["a"]["curve_simulated"]["residual"]]' --factor 0.5 a.pz >half
	grep -q '^1.0 ' one
	grep -q '^0.5 ' half
	# half the variance pulls less
	[ "$(of 'sum(abs(x) for x in j["a"]["curve_simulated"]["residual"])' --factor 0.5 a.pz | cut -c1-6)" \< \
	  "$(of 'sum(abs(x) for x in j["a"]["curve_simulated"]["residual"])' a.pz | cut -c1-6)" ]
	of 'j["a"]["curve_zspec"]' --factor 0.5 a.pz >same
	of 'j["a"]["curve_zspec"]' a.pz | cmp - same
	fails_with 2 "--factor" residuals --factor 0 a.pz
}

@test "total variation: 0 of the same sample, 1 of disjoint ones" {
	changed 'r["zphot"]["mode"] = 0.0025 + 0.005 * int(r["z"] / 0.005 + 1e-9)' >same.pz
	changed 'r["z"] = 0.05 + 0.1 * (i % 100) / 100; r["zphot"]["mode"] = 0.25 + 0.1 * (i % 90) / 90' >apart.pz
	[ "$(of 'j["same"]["tv"]["value"], j["same"]["tv"]["bootstrap_mean"], j["same"]["tv"]["error"]' same.pz)" = "0.0 0.0 0.0" ]
	[ "$(of 'j["apart"]["tv"]["value"], j["apart"]["tv"]["bootstrap_mean"]' apart.pz)" = "1.0 1.0" ]
}

@test "a shift of all estimates shifts the mean residual and both intercepts, no width" {
	changed 'r["zphot"]["mode"] += 0.013 * (1 + r["z"])' >s.pz
	for key in mean_residual median_residual; do
		[ "$(of "round(j['s']['$key'] - j['a']['$key'], 9)" a.pz s.pz)" = 0.013 ]
	done
	[ "$(of 'round(j["s"]["sigma_mad"] - j["a"]["sigma_mad"], 9), round(j["s"]["sigma_68"] - j["a"]["sigma_68"], 9)' a.pz s.pz)" = "0.0 0.0" ]
	[ "$(of '[round(y - x, 9) for x, y in zip(j["a"]["curve_zspec"]["residual"], j["s"]["curve_zspec"]["residual"])] == [0.013] * len(j["a"]["curve_zspec"]["z"])' --variances a.pz a.pz s.pz)" = True ]
	[ "$(of 'round(j["s"]["slope_zspec"]["value"] - j["a"]["slope_zspec"]["value"], 9), round(j["s"]["slope_zspec"]["intercept"] - j["a"]["slope_zspec"]["intercept"], 9)' --variances a.pz a.pz s.pz)" = "0.0 0.013" ]
}

@test "PITs of redshifts drawn from the p(z) themselves are uniform, over seeds" {
	for seed in 1 2 3 4 5; do
		changed "
    import random
    random.seed($seed * 100000 + i)
    p = [x / sum(r['pz']) for x in r['pz']]
    r['z'] = 0.005 * (random.choices(range(80), p)[0] + random.random())" >d.pz
		[ "$(of 'j["d"]["pit_ks_p"] > 0.01, abs(j["d"]["coverage_68"] - 0.68) < 4 * j["d"]["errors"]["coverage_68"]' d.pz)" = "True True" ]
	done
	changed 'r["z"] = max(0.001, r["zphot"]["mode"] + 0.004)' >d.pz
	[ "$(of 'j["d"]["pit_ks_p"] < 1e-6' d.pz)" = True ]
}

@test "perfect estimates, shifted ones, other kinds of estimates" {
	changed 'r["zphot"] = {"mode": r["z"], "mean": r["z"] + 0.01 * (1 + r["z"]), "median": 9}' >p.pz
	[ "$(of 'j["p"]["mean_residual"], j["p"]["sigma_mad"], j["p"]["tv"]["value"]' p.pz)" = "0.0 0.0 0.0" ]
	[ "$(of 'round(j["p"]["mean_residual"], 9), j["p"]["estimate"]' --estimate mean p.pz)" = "0.01 mean" ]
	[ "$(of 'j["p"]["outlier_fraction"], j["p"]["tv"]["value"]' --estimate median p.pz)" = "1.0 0.5" ]
}

@test "limits come from the header and can be changed" {
	[ "$(of 'j["a"]["outlier_threshold"]' a.pz)" = 0.05 ]
	[ "$(of 'j["a"]["outlier_fraction"] > 0.3' --outlier 0.01 a.pz)" = True ]
	[ "$(of 'j["a"]["slope_zspec"]["from"], j["a"]["slope_zspec"]["points"]' --fit-from 0.3 --fit-count 1 a.pz)" = "0.3 7" ]
	[ "$(of 'j["a"]["slope_zspec"]["value"]' --fit-from 0.39 a.pz)" = None ]
	residuals --fit-from 0.39 a.pz 2>&1 >/dev/null | grep -q "no slope was fitted"
	fails_with 2 "give --outlier" residuals <(make_stream "${predictions_header/\"limits\"/\"bounds\"}" </dev/null)
}

@test "variances of others, dispersions as given" {
	make_predictions 500 1500 >b.pz
	[ "$(of 'j["a"]["sigma_disp"]' --dispersions 1,2,3 a.pz)" = "[1.0, 2.0, 3.0]" ]
	own=$(of 'j["a"]["curve_zspec"]["error"]' a.pz)
	[ "$own" = "$(of 'j["a"]["curve_zspec"]["error"]' --variances a.pz a.pz)" ]
	[ "$own" != "$(of 'j["a"]["curve_zspec"]["error"]' --variances b.pz a.pz)" ]
	fails_with 2 "--dispersions: expected 3 numbers, one for each channel of a, found 2" residuals --dispersions 1,2 a.pz
	fails_with 4 "expected a stream of predictions" residuals --variances <(make_stamps 3) a.pz
	fails_with 1 "expected records with 'z', found none" residuals --variances <(make_predictions 0) a.pz
}

@test "the same numbers at any number of threads, other draws with another seed" {
	residuals -j1 --json - a.pz >one
	residuals -j2 --json - a.pz | cmp - one
	differ <(residuals --seed 2 --json - a.pz) one
	[ "$(of 'j["a"]["tv"]["error"], j["a"]["errors"]["rms"]' --bootstrap 0 a.pz)" = "None None" ]
}

@test "what lies outside of the range is in no curve, and counted" {
	changed 'i < 3 and r.update(z=0.5); 2 <= i < 7 and r["zphot"].update(mode=-0.01)' >o.pz
	[ "$(of 'j["o"]["outside_z"], j["o"]["outside_zphot"]' o.pz 2>said)" = "3 5" ]
	grep -q "o: 3 true values and 5 estimates are outside of 0 to 0.4; they are excluded from curves and histograms" said
	[ "$(of 'j["o"]["n"], sum(j["o"]["curve_zspec"]["count"]), round(1500 * sum(j["o"]["nz_zphoto"]["share"]))' -q o.pz)" = "1500 1497 1495" ]
	[ "$(residuals a.pz 2>&1 >table)" = "" ]
}

@test "galaxies without redshift are counted; without p(z) there is no crps" {
	changed 'r.pop("pz"); i % 3 or r.pop("z")' >c.pz
	[ "$(of 'j["c"]["n"], j["c"]["without_z"], "crps" in j["c"]' c.pz 2>said)" = "1000 500 False" ]
	grep -q "c: 500 galaxies have no 'z'" said
	grep -q 'c: the stream has no p(z)' said
	[ "$(residuals -q c.pz | awk '$1 == "crps" { print $2 }')" = - ]
	[ "$(of '[k for k in [*j["c"], *j["c"]["errors"]] if "pit" in k or "coverage" in k or k in ("crps", "nz_stacked", "odds", "brier")]' -q c.pz)" = "[]" ]
	[ "$(residuals -q --curves - c.pz | grep -cE 'stacked|pit')" = 0 ]
}

@test "scores of p(z) and their errors" {
	keys='"crps log_loss cde_loss brier odds pit_ks pit_cvm pit_ad pit_outlier_rate coverage_68 coverage_95".split()'
	[ "$(of "all(j['a'][k] is not None and j['a']['errors'][k] > 0 for k in $keys if k != 'pit_outlier_rate')" a.pz)" = True ]
	[ "$(of 'len(j["a"]["pit_histogram"]), round(sum(j["a"]["pit_histogram"]), 9), len(j["a"]["errors"]["pit_histogram"])' a.pz)" = "20 1.0 20" ]
	[ "$(of 'j["a"]["coverage_68"] < j["a"]["coverage_95"] <= 1, 0 < j["a"]["odds"] <= 1' a.pz)" = "True True" ]
	# an honest p(z): z anywhere within two bins with the same chance
	changed 'b = i % 79; r.update(z=round(0.005 * (b + (i * 0.618034) % 2), 9), pz=[0.5 * (k in (b, b + 1)) for k in range(80)], zphot={"mode": 0.005 * b})' >h.pz
	[ "$(of 'j["h"]["pit_ks"] < 0.01, round(j["h"]["coverage_68"], 2), round(j["h"]["coverage_95"], 2)' h.pz)" = "True 0.68 0.95" ]
	[ "$(of 'round(j["h"]["log_loss"], 5), round(j["h"]["brier"], 5), round(j["h"]["cde_loss"], 5), j["h"]["odds"] > 0.999' h.pz)" = "0.69315 0.5 -100.0 True" ]
	# a certain one that is wrong
	changed 'r.update(z=0.3, pz=[1] + [0] * 79)' >w.pz
	[ "$(of 'j["w"]["pit_outlier_rate"], j["w"]["coverage_95"], j["w"]["brier"]' w.pz)" = "1.0 0.0 2.0" ]
	residuals a.pz >table
	[ "$(grep -cE '^(log_loss|pit_ks|sigma_68|coverage_95)(_err)?	[0-9]' table)" = 8 ]
}

@test "the figure: every panel in every format, its text 7 pt at the width of two columns" {
	command -v gnuplot >/dev/null || skip "no gnuplot"
	for ending in png pdf svg; do
		residuals --bootstrap 5 --panels "$panels" --figure f.$ending a.pz b=a.pz >/dev/null
	done
	[ "$(head -c 4 f.png | tail -c 3)" = PNG ]
	[ "$(head -c 4 f.pdf)" = %PDF ]
	/usr/bin/python3 - <<-'END'
		import re
		svg = open("f.svg").read()
		width = float(re.search(r'width="(\d+)"', svg)[1])
		sizes = [float(x) for x in re.findall(r'font-size="([\d.]+)"', svg)]
		point = width / (18 / 2.54 * 72)
		assert min(sizes) > 5 * point, "what is raised or lowered: at least 5 pt"
		assert sorted(sizes)[len(sizes) // 2] / point > 6.9
		for text in ("spectroscopic redshift", "photometric redshift", "total variation", "PIT",
		             "r [mag]", "Wasserstein distance", "galaxies", "no mode collapse"):
		    assert text in svg, text
	END
}

@test "no panel's labels are set as those of the panel before it: of redshifts and of another target" {
	command -v gnuplot >/dev/null || skip "no gnuplot"
	records <a.pz | sed 's/"z"/"mass"/' | make_stream "${predictions_header/\"z\"/\"mass\"}" >mass.pz
	for stream in a mass; do
		for order in "$panels" "$(tr , '\n' <<<"$panels" | tac | paste -sd,)"; do
			residuals -q --bootstrap 2 --panels "$order" --figure f.svg $stream.pz >/dev/null
			grep -qF 'σ' f.svg
			[ "$(grep -c '{/:\|_{' f.svg)" = 0 ]
		done
	done
}

@test "each panel alone, and what has no data" {
	command -v gnuplot >/dev/null || skip "no gnuplot"
	for panel in ${panels//,/ }; do
		residuals --bootstrap 2 --panels "$panel" --figure "$panel.png" a.pz >/dev/null
	done
	changed 'r.pop("pz")' >c.pz
	fails_with 1 "nothing to draw" residuals --panels pit --figure f.png c.pz
	fails_with 2 "'nz' is listed twice" residuals --panels nz,tv,nz --figure f.png no-such
}

@test "the figure's program, with its data; what is wrong is said before a stream is read" {
	residuals --gnuplot --bootstrap 5 --panels "$panels" a.pz >program
	grep -q '^.zspec0 << EOD' program
	! command -v gnuplot >/dev/null || gnuplot -d -e 'set terminal dumb' program >/dev/null
	fails_with 2 "f.doc" residuals --figure f.doc no-such
	fails_with 2 "no panel 'nonsense'" residuals --figure f.png --panels zspec,nonsense no-such
	fails_with 2 "no panel 'nonsense'" residuals --gnuplot --panels nonsense no-such
}

@test "a step has the same colour in every figure, whatever else is drawn" {
	colour_of() { awk -v name="'$1'" '/^# legend/ { on = 1 } on && index($0, "title " name) { match($0, /#[0-9A-F]+/); print substr($0, RSTART, RLENGTH); exit }'; }
	program() { residuals -q -b 2 --panels zspec --gnuplot "$@"; }
	[ "$(program step3=a.pz | colour_of step3)" = "#009E73" ]
	[ "$(program mine=a.pz baseline=a.pz step3=a.pz | colour_of step3)" = "#009E73" ]
	[ "$(program mine=a.pz baseline=a.pz step3=a.pz | colour_of mine)" = "#E69F00" ]
	[ "$(program mine=a.pz baseline=a.pz step3=a.pz --steps mine | colour_of mine)" = "#E69F00" ]
	[ "$(program one=a.pz two=a.pz | colour_of one)" = "#000000" ]
	residuals -q -b 2 --json r.json step4=a.pz mine=a.pz >/dev/null
	[ "$(sweep 1=r.json 2=r.json --gnuplot | colour_of step4)" = "#D55E00" ]
}

@test "of many streams few are drawn, others by --steps; the caption says what is there" {
	of_report() { residuals -q -b 2 --gnuplot "$@" baseline=a.pz step1=a.pz step2=a.pz step3=a.pz step5=a.pz |
		grep -E "^# '" | tr -d "#' " | paste -sd,; }
	[ "$(of_report)" = baseline,step3,step5 ]
	[ "$(of_report --steps step2,baseline)" = baseline,step2 ]
	[ "$(of_report --steps all)" = baseline,step1,step2,step3,step5 ]
	[ "$(residuals -q -b 2 --gnuplot a=a.pz b=a.pz c=a.pz d=a.pz e=a.pz | grep -cE "^# '")" = 5 ]
	fails_with 2 "--steps: expected names of the streams, or all, found 'step9'" residuals -q -b 2 --gnuplot --steps a,step9 a.pz
	# step 5 has the baseline's estimates: no curves of its own, but a p(z)
	residuals -q -b 2 --gnuplot baseline=a.pz step1=a.pz step2=a.pz step3=a.pz step5=a.pz >program
	[ "$(grep -c '^.zspec[0-9] << EOD' program)" = 2 ]
	[ "$(grep -c '^.pit[0-9] << EOD' program)" = 3 ]
	command -v gnuplot >/dev/null || skip "no gnuplot"
	residuals -q -b 2 --figure f.svg --panels zspec,nz baseline=a.pz step3=a.pz >/dev/null
	grep -q '^(a) Mean residual in bins of true redshift' f.txt
	grep -q '^(b) to (c) Distribution of the estimates' f.txt
	grep -q '^step3 (green triangles, point down, dash and dot): 1500 galaxies' f.txt
	fails_with 2 "the caption of f.svg would have the name of another output, f.txt" residuals --figure f.svg -o f.txt a.pz
	residuals -q -b 2 --figure f.svg --caption c.txt -o f.txt a.pz
	grep -q '^quantity' f.txt
	grep -q '^a (black discs' c.txt
}

@test "points outside of the axes are arrows, and numbers in the caption" {
	command -v gnuplot >/dev/null || skip "no gnuplot"
	# one lone galaxy, far off: its error is much larger than the others'
	changed 'if i == 0: r.update(z=0.395, zphot={"mode": 0.01})' >o.pz
	residuals -q -b 2 --panels zspec --figure f.svg --gnuplot o.pz >program
	outside=$(awk '/^.zspec0outside << EOD/ { on = 1; next } /^EOD/ { on = 0 } on && $1 > 0.39' program)
	[ -n "$outside" ]
	# from inside down to the edge of the axis
	read -r x y dx dy <<<"$outside"
	low=$(sed -n 's/^set yrange \[\(-[0-9.]*\):.*/\1/p' program | tail -1)
	awk -v x="$x" -v y="$y" -v dx="$dx" -v dy="$dy" -v low="$low" 'BEGIN {
		exit !(x == 0.395 && dx == 0 && dy < 0 && y + dy < low + 1e-6 && y + dy > low - 1e-6) }'
	grep -q 'Arrows are points outside of the axes: .*o at 0.395: -0.276' f.txt
}

@test "a figure is at most a page high, whatever is drawn" {
	command -v gnuplot >/dev/null || skip "no gnuplot"
	streams=()
	make_predictions 100 >b.pz
	for i in {1..16}; do streams+=("s$i=b.pz"); done
	side() { grep -oE "$1=\"[0-9]+\"" f.svg | head -1 | tr -dc 0-9; }
	residuals -q -b 2 --panels all --steps all --figure f.svg "${streams[@]}" >/dev/null
	width=$(side width)
	[ $(($(side height) * 18)) -le $((width * 24)) ]
	residuals -q -b 2 --panels zspec --figure f.svg b.pz >/dev/null
	[ "$(side width)" = $((width * 88 / 180)) ]
}

@test "the figure of tomographic bins and of a key shows the report's numbers" {
	residuals -q -b 5 --tomography 3 --require lsst-y1,lsst-y10,euclid --against mag --panels tomography,against --gnuplot --json t.json a.pz >program
	/usr/bin/python3 - <<-'END'
		import json, re
		a = json.load(open("t.json"))["a"]
		text = open("program").read()
		def block(name):
		    found = re.search(r"\$%s << EOD\n(.*?)EOD" % name, text, re.S)[1]
		    return [[float(x) for x in line.split()] for line in found.splitlines() if line]
		got = block("tomography0")
		assert len(got) == 3
		worst = max(got, key=lambda p: abs(p[1]))
		assert abs(abs(worst[1]) * 1e-4 / a["tomography"]["worst_pz"]["value"] - 1) < 1e-6
		assert abs(worst[2] * 1e-4 / a["tomography"]["worst_pz"]["error"] - 1) < 1e-6
		bins = [b for b in a["against"]["bins"] if b["n"] > 1]
		got = block("against0_0")
		assert len(got) == len(bins)
		for p, b in zip(got, bins):
		    assert abs(p[0] / b["mean"] - 1) < 1e-6 and abs(p[1] - b["mean_residual"]) < 1e-8
		assert "'lsst-y1, euclid'" in text and "'lsst-y10'" in text
		assert "first 20 to graph" in text and "first -10 to graph" in text
	END
}

@test "why there is no figure" {
	mkdir bin
	told() {
		printf '#!/bin/sh\n%s\n' "$1" >bin/gnuplot
		chmod +x bin/gnuplot
		PATH=$PWD/bin:$PATH fails_with 1 "f.png: $2" residuals -q --bootstrap 0 --figure f.png a.pz
		[ ! -e f.png ]
	}
	told 'exit 0' "gnuplot drew nothing: it gave no reason"
	told 'echo "line 3: no such thing" >&2; exit 1' "gnuplot failed: line 3: no such thing"
	told 'kill -9 $$' "gnuplot was ended by signal 9"
	told 'exit 127' "gnuplot was not found: install it"
	ln -s /dev/full full.png
	printf '#!/bin/sh\necho drawn\n' >bin/gnuplot
	PATH=$PWD/bin:$PATH fails_with 1 "full.png: cannot write: No space left" residuals -q --figure full.png a.pz
	# what is beside the table costs neither it nor the others
	residuals -q a.pz -o alone.tsv --json alone.json
	PATH=$PWD/bin:$PATH fails_with 1 "full.png: cannot write: No space left" residuals -q --figure full.png --json r.json a.pz -o r.tsv
	cmp alone.tsv r.tsv
	cmp alone.json r.json
	fails_with 1 "/dev/full: cannot write" residuals -q --json /dev/full --curves c.tsv a.pz -o r.tsv
	cmp alone.tsv r.tsv
	[ -s c.tsv ]
}

# Galaxies that lack something leave the numbers of those that do not as they are: X.pz, made by
# a statement that takes something from galaxies of i < 7, and those of which it takes nothing.
without_the_first() {
	changed "if i < 7: $1" >x.pz
	residuals -b 2 x.pz >x.tsv 2>said
	[ -e rest.tsv ] || tail -n +8 "$BATS_FILE_TMPDIR/300.records" | make_stream "$predictions_header" | residuals -b 2 >rest.tsv
	cat said
}

@test "a galaxy without redshift, estimate or p(z) is left out and counted: none, NaN, zeros, numbers that stand for none" {
	local galaxies=300
	make_predictions 300 >a.pz
	numbers='^(mean_res|median_|sigma|rms|out.*ion|slope|inter|tv|crps|log|cde|brier|odds|pit|cov)'
	for z in 'r.pop("z")' 'r.update(z=-99)' 'r.update(z=999)' 'r.update(z=-1)' 'r.update(z="0.1")'; do
		without_the_first "$z"
		grep -q "x: 7 galaxies have no 'z' and were left out" said
		[ "$(grep -c 'means that it is missing' said)" = "$(grep -cE '=-?9|=-1' <<<"$z")" ]
		cmp <(grep -E "$numbers" x.tsv) <(grep -E "$numbers" rest.tsv)
		[ "$(awk '/^(n|without_z)\t/ { print $2 }' x.tsv | paste -sd,)" = 293,7 ]
		fails_with 1 "x.pz: record 1 (id 0): z: expected a" residuals --strict x.pz
	done
	for e in 'r.pop("zphot")' 'r.update(zphot={})' 'r.update(zphot=dict.fromkeys(r["zphot"], -99))' 'r.update(zphot=dict.fromkeys(r["zphot"], -1))' \
		'r.update(zphot=dict.fromkeys(r["zphot"], float("nan")))' 'r["zphot"].update(mode=99.0)' 'r["zphot"].pop("mode")'; do
		without_the_first "$e"
		grep -q "x: 7 galaxies have no 'zphot.mode' and were left out" said
		cmp <(grep -E "$numbers" x.tsv) <(grep -E "$numbers" rest.tsv)
		[ "$(awk '/^(n|without_zphot)\t/ { print $2 }' x.tsv | paste -sd,)" = 293,7 ]
		fails_with 1 "x.pz: record 1 (id 0): zphot.mode: expected a" residuals --strict x.pz
	done
	# another estimate is lacking: only its own numbers leave them out
	without_the_first 'r["zphot"].update(mean=-99)'
	residuals -b 2 a.pz >a.tsv
	grep -q "x: 7 of 300 galaxies have no 'zphot.mean' and are left out of its numbers" said
	cmp <(grep -E '^mean\.' x.tsv) <(grep -E '^mean\.' rest.tsv)
	cmp <(grep -E '^mode\.' x.tsv) <(grep -E '^mode\.' a.tsv)
	fails_with 1 "x.pz: record 1 (id 0): zphot.mean: expected a value, found -99" residuals --strict x.pz
	scores='^(crps|log|cde|brier|odds|pit|cov)'
	for p in 'r.pop("pz")' 'r.update(pz=[0] * 80)' 'r.update(pz=[float("nan")] * 80)' 'r["pz"].__setitem__(3, float("nan"))'; do
		without_the_first "$p"
		grep -q 'x: 7 of 300 galaxies have no p(z): the scores are those of the others' said
		cmp <(grep -E "$scores" x.tsv) <(grep -E "$scores" rest.tsv)
		cmp <(grep -E '^(mean_|sigma|tv)' x.tsv) <(grep -E '^(mean_|sigma|tv)' a.tsv)
		[ "$(awk '/^(n|without_pz)\t/ { print $2 }' x.tsv | paste -sd,)" = 300,7 ]
		records <x.pz | tac | make_stream "$predictions_header" >last.pz
		fails_with 1 "last.pz: record 294 (id 6): pz: expected probabilities, found" residuals --strict last.pz
	done
	residuals --strict a.pz >/dev/null
}

@test "galaxies that variances are fitted to, likewise" {
	changed 'if i < 7: r["zphot"].update(mode=-99)
    if i == 9: r.update(z=-99)' >x.pz
	records <a.pz | tail -n +8 | grep -v '"id": 9,' | make_stream "$predictions_header" >rest.pz
	residuals -b 0 --variances x.pz a.pz 2>said | cmp - <(residuals -b 0 --variances rest.pz a.pz)
	grep -q "x.pz: 7 galaxies have no 'zphot.mode'" said
	grep -q "x.pz: 1 galaxy has no 'z' and was left out (1 has a number that means that it is missing, first -99)" said
	fails_with 1 "x.pz: record 1 (id 0): zphot.mode" residuals --strict --variances x.pz a.pz
}

@test "a magnitude that stands for none is of the faintest row, and said" {
	local galaxies=300
	changed 'if i < 7: r.pop("mag")' >none.pz
	none=$(of 'j["none"]["sigma_mad_rows"]' -q -b 0 none.pz)
	for mag in 99 -99 999 -9999 99.99; do
		changed "if i < 7: r.update(mag=$mag)" >x.pz
		residuals -b 0 --json x.json x.pz 2>&1 >/dev/null | grep -q 'x: 7 galaxies have no magnitude and are counted in the faintest row'
		[ "$(/usr/bin/python3 -c 'import json; print(json.load(open("x.json"))["x"]["sigma_mad_rows"])')" = "$none" ]
	done
}

@test "a redshift in an added bin is scored there, one in no bin is not scored, and counted" {
	wide=${predictions_header/\"bins\": 80, \"left\": 0, \"right\": 0/\"bins\": 40, \"left\": 20, \"right\": 20}
	# a box over the bin of 0.45, which was added above 0.4: each bin is 0.01 wide
	changed 'r.update(z=0.4525, pz=[float(k == 65) for k in range(80)])' | records | make_stream "$wide" >w.pz
	[ "$(of '[round(j["w"][k], 9) for k in ("crps", "crps_discrete", "log_loss", "cde_loss", "brier")], j["w"]["outside_pz"]' -q -b 0 w.pz)" = \
		"[0.001458333, 0.0, 0.0, -100.0, 0.0] 0" ]
	changed 'if i < 9: r.update(z=[0.4, 0.5, 0.7, 8, 0.4, 0.41, 6, 7, -0.001][i])' >x.pz
	records <a.pz | tail -n +10 | make_stream "$predictions_header" >rest.pz
	residuals -b 0 x.pz >x.tsv 2>said
	residuals -b 0 rest.pz >rest.tsv
	cmp <(grep -E '^(crps|log|cde|brier|pit|cov)' x.tsv) <(grep -E '^(crps|log|cde|brier|pit|cov)' rest.tsv)
	grep -q "x: 9 galaxies have a true 'z' outside of the bins of p(z), 0 to 0.4, and were left out of the scores" said
	[ "$(awk '/^(n|outside_pz|outside_z)\t/ { print $2 }' x.tsv | paste -sd,)" = 1500,9,9 ]
	# odds ask for no truth
	cmp <(grep ^odds x.tsv) <(residuals -b 0 a.pz | grep ^odds)
	changed 'r.update(z=0.5 + i * 1e-5)' >x.pz
	[ "$(of 'j["x"]["crps"], j["x"]["errors"]["crps"], j["x"]["pit_ks_p"], j["x"]["outside_pz"], j["x"]["odds"] > 0' -q x.pz)" = "None None None 1500 True" ]
}

@test "the CRPS of a p(z) narrower than a bin is the integral, beside the article's sum" {
	# all of p(z) in the bin of z: a box of width 0.005, z anywhere in it
	changed 'b = i % 80; t = (i * 0.618034) % 1; r.update(z=0.005 * (b + t), pz=[float(k == b) for k in range(80)])' >x.pz
	[ "$(of 'round(j["x"]["crps"] / 0.005, 4), j["x"]["crps_discrete"]' -q -b 0 x.pz)" = "0.1667 0.0" ]
}

@test "streams of other grids and rows: each p(z) on its own, curves and distances on the first's" {
	# b: the same galaxies with p(z) over -0.1 to 0.5 in bins of 0.0025, and other rows
	other=${predictions_header/\"min\": 0, \"max\": 0.4, \"bins\": 80/\"min\": -0.1, \"max\": 0.5, \"bins\": 240}
	other=${other/\"min\": 15.5, \"width\": 0.5, \"channels\": 3/\"min\": 14, \"width\": 1, \"channels\": 4}
	changed 'r["pz"] = [0.0] * 40 + [x / 2 for x in r["pz"] for _ in (0, 1)] + [0.0] * 40' | records | make_stream "$other" >b.pz
	residuals -b 5 --json j.json a.pz b.pz >t.tsv 2>said
	grep -q "b: p(z) has 240 bins from -0.1 to 0.5; curves, histograms and distances have 80 from 0 to 0.4, as in a; log_loss and brier are left out" said
	grep -q "b: the magnitude rows are those of a instead of its own" said
	# a density over finer bins is the same density
	[ "$(awk -F'\t' 'function far(a, b) { return a - b > 1e-6 * (a < 0 ? -a : a) || b - a > 1e-6 * (a < 0 ? -a : a) }
		(($2 == "-") != ($3 == "-") || far($2, $3)) && $1 !~ /^crps_discrete|^log_loss|^brier|^odds_err/' t.tsv)" = "" ]
	[ "$(awk -F'\t' '/^(log_loss|brier)(_err)?\t/ { print $3 }' t.tsv | sort -u)" = - ]
	/usr/bin/python3 -c '
import json
j = json.load(open("j.json"))
a, b = j["a"], j["b"]
assert a["axes"] == b["axes"] == {"min": 0, "max": 0.4, "bins": 80}
assert a["curve_zspec"] == b["curve_zspec"] and a["wasserstein"] == b["wasserstein"] and a["nz_zphoto"] == b["nz_zphoto"]
assert len(b["nz_stacked"]["z"]) == 240 and abs(sum(b["nz_stacked"]["share"]) - 1) < 1e-6'
	residuals -b 5 b.pz | grep -q "^log_loss	[0-9.]*$"
	! command -v gnuplot >/dev/null || residuals -q -b 5 --panels "$panels" --figure f.svg a.pz b.pz >/dev/null
	# where limits differ it is said
	make_predictions 100 | records | make_stream "${predictions_header/\"outlier\": 0.05/\"outlier\": 0.15}" >l.pz
	residuals -b 0 a.pz l.pz 2>&1 >/dev/null | grep -q "l: the outlier threshold is 0.15, that of a is 0.05: --outlier sets it for all"
	residuals -b 0 --outlier 0.1 a.pz l.pz 2>&1 >/dev/null | grep -c outlier | grep -qx 0
}

@test "each wrong stream has its message" {
	fails_with 4 "expected a stream of predictions" residuals <(make_stamps 3)
	fails_with 3 "cut" residuals <(head -c 20000 a.pz)
	fails_with 1 "expected records with 'z', found none among 0 records" residuals <(make_predictions 0)
	fails_with 1 "found 1" residuals <(make_predictions 1)
	changed 'r.pop("z")' >x.pz
	fails_with 1 "expected records with 'z', found none among 1500 records" residuals x.pz
	changed 'i == 4 and r["pz"].__setitem__(0, -0.1)' >x.pz
	fails_with 1 "record 5 (id 4): p(z): expected probabilities, found -0.1 in bin 0" residuals x.pz
	changed 'i == 4 and r["pz"].__setitem__(0, 0.5)' >x.pz
	fails_with 1 "p(z): expected the sum 1, found 1.5" residuals x.pz
	changed 'i == 4 and r["pz"].pop()' >x.pz
	fails_with 1 "pz: expected 320 bytes (80 bins), found 316" residuals x.pz
	changed 'r["zphot"] = {"mode": -99}' >x.pz
	fails_with 1 "expected records with an estimate 'zphot.mode', found none among 1500 records with 'z'" residuals x.pz
	fails_with 1 "expected records with 'z' and zphot.mode, found none" residuals --variances x.pz a.pz
	fails_with 1 "cannot write" residuals -o /dev/full a.pz
	fails_with 1 "" residuals --json no/such/place a.pz
}

@test "another target: residuals are plain differences, nothing is said of redshifts" {
	make_predictions 500 >z.pz
	mass_header=${predictions_header/\"z\"/\"mass\"}
	records <z.pz | sed 's/"z"/"mass"/' | make_stream "$mass_header" >mass.pz
	value() { awk -v q="$2" '$1 == q { print $2 }' "$1"; }
	residuals --bootstrap 5 z.pz >z.tsv
	residuals --bootstrap 5 mass.pz >mass.tsv
	# totals do not know of 1 + z
	for same in n tv crps brier pit_ks; do
		[ "$(value z.tsv $same)" = "$(value mass.tsv $same)" ]
	done
	records <mass.pz | /usr/bin/python3 -c '
import json, math, sys
d = [r["zphot"]["mode"] - r["mass"] for r in map(json.loads, sys.stdin)]
mean, rms, outliers = sum(d) / len(d), math.sqrt(sum(x * x for x in d) / len(d)), sum(abs(x) > 0.05 for x in d) / len(d)
for found, expected in zip(map(float, sys.argv[1:]), (mean, rms, outliers)):
    assert abs(found - expected) < 1e-6, (found, expected)' \
		"$(value mass.tsv mean_residual)" "$(value mass.tsv rms)" "$(value mass.tsv outlier_fraction)"
	fails_with 4 "grid.target: expected 'z' as in the first stream, found 'mass'" residuals z.pz mass.pz
	fails_with 1 "expected records with 'mass', found none among 500 records" residuals <(records <z.pz | make_stream "$mass_header")
	records <mass.pz | sed 's/"mass": /"mass": -5/' | make_stream "$mass_header" >negative.pz
	residuals --bootstrap 2 negative.pz >/dev/null
}

@test "another target: its unit changes nothing but what has that unit" {
	header_of() { echo "{\"kind\": \"predictions\", \"grid\": {\"target\": \"m\", \"min\": 0, \"max\": $(awk "BEGIN { print 0.4 * $1 }"),
		\"bins\": 80, \"left\": 0, \"right\": 0}, \"rows\": {\"mag\": \"r\", \"min\": 15.5, \"width\": 0.5, \"channels\": 3}}"; }
	for unit in 0.0009765625 1024; do
		changed "r['m'] = r.pop('z') * $unit; r['zphot'] = {k: v * $unit for k, v in r['zphot'].items()}" | records |
			make_stream "$(header_of $unit)" >m.pz
		residuals --bootstrap 5 --outlier "$(awk "BEGIN { print 0.05 * $unit }")" --fit-from "$(awk "BEGIN { print 0.15 * $unit }")" m.pz
	done | awk '$1 ~ /^(n|outlier_fraction|log_loss|brier|odds|slope_z.*|tv.*|pit_.*|coverage_.*)$/ {
			if ($1 in first && !(first[$1] - $2 < 1e-9 && $2 - first[$1] < 1e-9)) print $1, first[$1], $2
			first[$1] = $2; n[$1]++
		}
		END { for (k in n) if (n[k] != 2 || first[k] == "-") print k, n[k], first[k]; print length(n) }' >differ
	cat differ
	[ "$(cat differ)" = 33 ]
}
