#!/usr/bin/env bats
# residuals.bats -- tables, JSON and figures of predictions

# shellcheck disable=SC2002,SC2094,SC2154  # samples.bash sets names; pipes are meant
load samples

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	make_predictions 1500 >a.pz
}

# A Python expression of the JSON j of residuals with these arguments.
of() {
	local expression=$1
	shift
	residuals --json - "$@" >j.json
	/usr/bin/python3 -c "
import json
j = json.load(open('j.json'))
print($expression)"
}

# The predictions of a.pz after a Python statement about the record r.
changed() {
	records <a.pz | /usr/bin/python3 -c "
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
	[ "$(of 'sorted(j["a"]["curve_zspec"])' a.pz)" = "['count', 'error', 'residual', 'z']" ]
	[ "$(of 'sum(j["a"]["curve_zspec"]["count"])' a.pz)" = 1500 ]
	[ "$(of 'j["a"]["slope_zspec"]["from"]' a.pz)" = 0.15 ]
	# estimates are drawn to 0.15 by 0.15 of the distance
	[ "$(of '-0.18 < j["a"]["slope_zspec"]["value"] < -0.07' a.pz)" = True ]
	[ "$(of '0 < j["a"]["tv"]["value"] < j["a"]["tv"]["bootstrap_mean"] < 1' a.pz)" = True ]
	residuals --json j.json a.pz >table
	/usr/bin/python3 -c "import json; json.load(open('j.json'))['a']"
	head -1 table | grep -q quantity
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
	residuals --fit-from 0.39 a.pz 2>&1 >/dev/null | grep -q "no slope"
	fails_with 2 "give --outlier" residuals <(make_stream "${predictions_header/\"limits\"/\"bounds\"}" </dev/null)
}

@test "variances of others, dispersions as given" {
	make_predictions 500 1500 >b.pz
	[ "$(of 'j["a"]["sigma_disp"]' --dispersions 1,2,3 a.pz)" = "[1.0, 2.0, 3.0]" ]
	own=$(of 'j["a"]["curve_zspec"]["error"]' a.pz)
	[ "$own" = "$(of 'j["a"]["curve_zspec"]["error"]' --variances a.pz a.pz)" ]
	[ "$own" != "$(of 'j["a"]["curve_zspec"]["error"]' --variances b.pz a.pz)" ]
	fails_with 2 "--dispersions: expected 3 numbers, as a has channels, found 2" residuals --dispersions 1,2 a.pz
	fails_with 4 "expected a stream of predictions" residuals --variances <(make_stamps 3) a.pz
	fails_with 1 "no record has a redshift" residuals --variances <(make_predictions 0) a.pz
}

@test "the same numbers at any number of threads, other draws with another seed" {
	residuals -j1 --json - a.pz >one
	residuals -j2 --json - a.pz | cmp - one
	differ <(residuals --seed 2 --json - a.pz) one
	[ "$(of 'j["a"]["tv"]["error"], j["a"]["errors"]["rms"]' --bootstrap 0 a.pz)" = "None None" ]
}

@test "galaxies without redshift are counted; without p(z) there is no crps" {
	changed 'r.pop("pz"); i % 3 or r.pop("z")' >c.pz
	[ "$(of 'j["c"]["n"], j["c"]["without_z"], "crps" in j["c"]' c.pz 2>said)" = "1000 500 False" ]
	grep -q 'c: 500 galaxies have no redshift' said
	[ "$(residuals -q c.pz | awk '$1 == "crps" { print $2 }')" = - ]
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

@test "the figure and its program" {
	command -v gnuplot >/dev/null || skip "no gnuplot"
	residuals --figure f.png a.pz >/dev/null
	[ "$(head -c 4 f.png | tail -c 3)" = PNG ]
	residuals --gnuplot a.pz | grep -q plot
	fails_with 2 "f.doc" residuals --figure f.doc a.pz
}

@test "each wrong stream has its message" {
	fails_with 4 "expected a stream of predictions" residuals <(make_stamps 3)
	fails_with 3 "cut" residuals <(head -c 20000 a.pz)
	fails_with 1 "none of 0 records" residuals <(make_predictions 0)
	fails_with 1 "found 1" residuals <(make_predictions 1)
	changed 'r.pop("z")' >x.pz
	fails_with 1 "none of 1500 records has a redshift" residuals x.pz
	changed 'i == 4 and r["zphot"].update(mode=float("nan"))' >x.pz
	fails_with 1 "record 5 (id 4): zphot.mode: expected a finite number" residuals x.pz
	changed 'i == 4 and r.pop("zphot")' >x.pz
	fails_with 1 "found none" residuals x.pz
	changed 'i == 4 and r["pz"].__setitem__(0, 0.5)' >x.pz
	fails_with 1 "p(z): expected the sum 1, found 1.5" residuals x.pz
	changed 'i == 4 and r["pz"].pop()' >x.pz
	fails_with 1 "pz: expected 320 bytes (80 bins), found 316" residuals x.pz
	changed 'i == 4 and r.pop("pz")' >x.pz
	fails_with 1 "record 5 (id 4): pz: " residuals x.pz
	make_stream "${predictions_header/\"bins\": 80/\"bins\": 40}" </dev/null >x.pz
	fails_with 4 "x: grid.bins: expected 80 as in the other stream, found 40" residuals a.pz x.pz
	fails_with 1 "cannot write" residuals -o /dev/full a.pz
	fails_with 1 "" residuals --json no/such/place a.pz
}
