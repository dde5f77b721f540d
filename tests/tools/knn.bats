#!/usr/bin/env bats
# knn.bats -- planes through neighbours, from magnitudes and from stamps

# shellcheck disable=SC2002,SC2094,SC2154  # samples.bash sets names; pipes are meant
load samples

# N galaxies from FIRST on as JSON: magnitudes u, g, r whose colours are the redshift's and a
# second thing's; EDIT is Python that may change record r of number i.
galaxies() {
	/usr/bin/python3 - "$@" <<-'EOF'
	import json, random, sys

	n, first = int(sys.argv[1]), int(sys.argv[2])
	for i in range(first, first + n):
	    random.seed(i)
	    z, t, m = 0.05 + 0.3 * random.random(), random.random(), 15.5 + 2 * random.random()
	    r = {"id": i, "z": z, "mag": m, "ebv": 0.1, "m_r": m, "m_g": m + 0.5 + 3 * z + 0.2 * t,
	         "m_u": m + 1.5 + 2 * z + t, "size": t, "note": f"n{i}"}
	    exec(sys.argv[3] if len(sys.argv) > 3 else "")
	    print(json.dumps(r))
	EOF
}

# The same with light on stamps of 16 pixels, a blob as bright as the magnitude in each band.
stamped() {
	galaxies "$1" "$2" "
import math
r['cover'] = [1, 1, 1]
r['img'] = [10 ** (0.4 * (22.5 - r[b] - 3.1 * r['ebv'])) / (8 * math.pi) *
            math.exp(-((k % 16 - 7.5) ** 2 + (k // 16 - 7.5) ** 2) / 8) + random.gauss(0, 0.01)
            for b in ('m_u', 'm_g', 'm_r') for k in range(256)]
${3:-}"
}

stamped_header="{\"kind\": \"stamps\", \"bands\": [\"u\", \"g\", \"r\"], \"size\": 16, \"pixel\": \"f4\",
	\"pixscale\": 0.4, \"unit\": \"nmgy\", $axes}"

by_mags() { knn --train train.pz --magnitudes m_u,m_g,m_r "$@"; }

# A Python condition on every record r and the number i of records before it.
all_are() { records | /usr/bin/python3 -c "
import json, sys
n = 0
for i, line in enumerate(sys.stdin):
    r = json.loads(line)
    n += 1
    assert $1, r
assert n > 0"; }

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	galaxies 500 0 | make_stream "$predictions_header" >train.pz
	galaxies 60 1000 | make_stream "$predictions_header" >test.pz
}

@test "behaves as a filter" {
	# shellcheck disable=SC2034 # behaves_as_a_filter takes them
	good=$BATS_TEST_TMPDIR/test.pz
	empty=$BATS_TEST_TMPDIR/empty.pz
	make_stream "$predictions_header" </dev/null >"$empty"
	behaves_as_a_filter knn --train train.pz --magnitudes m_u,m_g,m_r
}

@test "finds the plane that magnitudes lie on, in the shape of predict" {
	by_mags test.pz >k.pz
	all_are 'abs(r["knn"]["z"] - r["z"]) < 1e-5 and abs(r["zphot"]["mode"] - r["z"]) < 0.0026' <k.pz
	all_are 'len(r["pz"]) == 80 and abs(sum(r["pz"]) - 1) < 1e-5' <k.pz
	all_are 'r["knn"]["rank"] == 3 and r["knn"]["count"] > 80 and r["note"] == f"n{1000 + i}"' <k.pz
	header <k.pz | grep -q '"kind": "predictions"'
	header <k.pz | grep -q '"args": "--train FILE --magnitudes m_u,m_g,m_r --neighbours 100'
	by_mags --plane test.pz | all_are 'r["zphot"]["mean"] == r["knn"]["z"] == r["zphot"]["mode"]'
}

@test "any number of threads, any chunks, the same bytes" {
	galaxies 3000 5000 'r["z"] += random.gauss(0, 0.02)' | make_stream "$predictions_header" >many.pz
	knn -j 1 --train many.pz --magnitudes m_u,m_g,m_r many.pz >one.pz
	knn -j 3 --train many.pz --magnitudes m_u,m_g,m_r many.pz >three.pz
	cmp one.pz three.pz
	records <many.pz | tail -n 100 | make_stream "$predictions_header" |
		knn --train many.pz --magnitudes m_u,m_g,m_r | records |
		diff - <(records <one.pz | tail -n 100)
}

@test "what follows takes it: calibrate, balance, residuals, totable" {
	knn --train train.pz --magnitudes m_u,m_g,m_r train.pz >own.pz
	by_mags test.pz >k.pz
	make_predictions 60 >network.pz
	calibrate --train own.pz k.pz | residuals -b 0 - >/dev/null
	balance -t 2 own.pz | inspect --check
	residuals -b 0 knn=k.pz network=network.pz | head -1 | grep -q "knn.*network"
	totable k.pz | head -1 | grep -q "knn_error"
	inspect --fields k.pz | grep -q knn.extrapolated
}

@test "a galaxy's own redshift is not in its estimate" {
	galaxies 500 0 'r["z"] += 0.15 if i == 7 else 0' | make_stream "$predictions_header" >wrong.pz
	knn --train train.pz --magnitudes m_u,m_g,m_r train.pz | records | sed -n 8p >right.json
	knn --train wrong.pz --magnitudes m_u,m_g,m_r wrong.pz | records | sed -n 8p >said.json
	/usr/bin/python3 -c "
import json
a, b = json.load(open('right.json')), json.load(open('said.json'))
assert b['z'] != a['z'] and a['knn'] == b['knn'] and a['pz'] == b['pz']"
	galaxies 1 0 | make_stream "$predictions_header" >alone.pz
	knn --train alone.pz --magnitudes m_u,m_g,m_r alone.pz >none.pz 2>said
	grep -q "1 galaxy was left out: the training stream has no other galaxy" said
	[ "$(count <none.pz)" = 0 ]
}

@test "galaxies outside of their neighbours are told, and counted" {
	galaxies 10 2000 'r["m_u"] += 9 * (i % 2)' | make_stream "$predictions_header" >far.pz
	by_mags far.pz >k.pz 2>said
	all_are 'r["knn"]["extrapolated"] == i % 2' <k.pz
	grep -q "5 of 10 estimates are extrapolated: the galaxy is outside of the box of its neighbours" said
}

@test "what lacks a measure or a redshift is left out, and counted" {
	galaxies 500 0 '
if i < 5: del r["z"]
if i == 5: r["z"] = -9999
if i == 6: r["z"] = 0.7
if 10 <= i < 13: r["m_g"] = [float("nan"), 99, -9999][i - 10]' |
		make_stream "$predictions_header" >train.pz
	galaxies 10 1000 'if i == 1003: del r["m_u"]' | make_stream "$predictions_header" >test.pz
	by_mags test.pz >k.pz 2>said
	grep -q "train.pz: 6 galaxies have no 'z' and were left out (1 has a number that means that it is missing, first -9999)" said
	grep -q "train.pz: 1 galaxy was left out: 'z' is outside of the range" said
	grep -q "train.pz: 3 galaxies were left out: a number is missing, 'm_g' in the first" said
	grep -q "test.pz: 1 galaxy was left out: a number is missing, 'm_u' in the first" said
	[ "$(count <k.pz)" = 9 ]
	by_mags -q test.pz 2>&1 >/dev/null | wc -c | grep -qx 0
	fails_with 1 "train.pz: record 1 (id 0): z: expected a finite number, found none" by_mags --strict test.pz
	galaxies 500 0 'if i == 3: r["size"] = -99' | make_stream "$predictions_header" >train.pz
	fails_with 1 "test.pz: record 4 (id 1003): m_u: expected a number to compare galaxies by, found none" by_mags --strict test.pz
	by_mags --also size test.pz 2>&1 >k.pz | grep -q "train.pz: 1 galaxy was left out: a number is missing, 'size' in the first"
}

@test "another target: what is learnt is what the input's grid names" {
	mass='r["mass"] = 9 + 2 * r["m_r"] / 15.5 + r["size"]'
	axes_of_mass=${predictions_header/\"z\", \"min\": 0, \"max\": 0.4/\"mass\", \"min\": 10, \"max\": 13}
	galaxies 500 0 "$mass; i == 3 and r.pop('mass'); i == 4 and r.update(mass=14)" | make_stream "$axes_of_mass" >train.pz
	galaxies 60 1000 "$mass" | make_stream "$axes_of_mass" >test.pz
	by_mags test.pz 2>said | all_are 'abs(r["knn"]["z"] - r["mass"]) < 1e-4 and abs(r["zphot"]["mean"] - r["mass"]) < 0.02'
	grep -q "1 galaxy has no 'mass' and was left out" said
	grep -q "1 galaxy was left out: 'mass' is outside of the range" said
	fails_with 2 "--also: 'mass' is the quantity to be estimated" by_mags --also mass test.pz
	fails_with 2 "--magnitudes: 'mass' is the quantity" knn --train train.pz -m m_u,mass test.pz
}

@test "few training galaxies, alike ones, none" {
	galaxies 30 0 | make_stream "$predictions_header" >train.pz
	by_mags test.pz 2>said | all_are '0 < r["knn"]["count"] <= 30'
	grep -q "30 galaxies, fewer than the 100 neighbours asked for" said
	galaxies 300 0 'r.update(m_u=18.5, m_g=17.5, m_r=17, z=0.1025)' |
		make_stream "$predictions_header" >train.pz
	by_mags test.pz 2>said | all_are 'r["knn"]["rank"] == 0 and abs(r["zphot"]["mean"] - 0.1025) < 1e-9'
	grep -q "60 estimates have neighbours that are all alike in some feature" said
	make_stream "$predictions_header" </dev/null >train.pz
	fails_with 1 "train.pz: expected galaxies to learn from" by_mags test.pz
}

@test "stamps are measured, stretched or not, with zero and negative light" {
	stamped 400 0 | make_stream "$stamped_header" >train.pz
	stamped 40 1000 'if i < 1002: r["img"][:256] = [-0.01 * (i % 2)] * 256' |
		make_stream "$stamped_header" >test.pz
	knn --train train.pz --apertures 1,2.8 --extinction 3.1,3.1,3.1 test.pz >k.pz
	[ "$(count <k.pz)" = 40 ]
	all_are 'i < 2 or abs(r["zphot"]["mean"] - r["z"]) < 0.02' <k.pz
	all_are '"img" not in r' <k.pz
	header <k.pz | grep -qv '"size"'
	normalize train.pz >n.pz
	knn --train n.pz -a 1,2.8 -e 3.1,3.1,3.1 test.pz | records |
		paste -d '\n' - <(records <k.pz) | /usr/bin/python3 -c "
import json, sys
z = [json.loads(line)['knn']['z'] for line in sys.stdin]
assert all(abs(a - b) < 1e-4 for a, b in zip(z[4::2], z[5::2])), z"
	knn --train train.pz --keep-stamps test.pz | all_are 'len(r["img"]) == 768'
	stamped 10 1000 'r["cover"][1] = 0.2 * (i % 2)' | make_stream "$stamped_header" >bare.pz
	knn --train train.pz bare.pz 2>&1 >/dev/null | grep -q "10 galaxies were left out: a number is missing, 'g' in the first"
}

@test "further numbers are features" {
	galaxies 500 0 'r["z"] = 0.1 + 0.2 * r["size"]' | make_stream "$predictions_header" >train.pz
	galaxies 60 1000 'r["z"] = 0.1 + 0.2 * r["size"]' | make_stream "$predictions_header" >test.pz
	knn --train train.pz --magnitudes m_r --also size test.pz |
		all_are 'abs(r["knn"]["z"] - r["z"]) < 1e-5 and r["knn"]["rank"] == 2'
}

@test "what dust took is given back" {
	galaxies 5 1000 'r["m_u"] += 4.2 * 0.3; r["ebv"] = 0.3' | make_stream "$predictions_header" >dusty.pz
	galaxies 5 1000 'r["ebv"] = 0' | make_stream "$predictions_header" >clean.pz
	knn --train train.pz -m m_u,m_r -e 4.2,0 clean.pz | records >clean.json
	knn --train train.pz -m m_u,m_r -e 4.2,0 dusty.pz | records | paste clean.json - |
		/usr/bin/python3 -c "
import json, sys
for line in sys.stdin:
    a, b = (json.loads(x)['knn']['z'] for x in line.split('\t'))
    assert abs(a - b) < 1e-5, (a, b)"
	galaxies 5 1000 'del r["ebv"]' | make_stream "$predictions_header" |
		knn --train train.pz -m m_u,m_r -e 4.2,0 2>&1 >/dev/null | grep -q "5 galaxies were left out: a number is missing, 'ebv' in the first; cutout --columns ebv=NAME takes E(B-V)"
	galaxies 5 1000 '' | make_stream "$predictions_header" |
		knn --train train.pz -m ugr 2>&1 >/dev/null | grep -q "'ugr' in the first; did you mean --magnitudes u,g,r?"
	knn --train train.pz -m 'm_u, m_r' clean.pz -o blanks.pz
	cmp <(knn --train train.pz -m m_u,m_r clean.pz | records) <(records <blanks.pz)
}

@test "streams and names that do not fit are refused" {
	fails_with 2 "--train: expected" knn test.pz
	fails_with 2 "'z' has a meaning in the stream, the redshift" knn --train train.pz -m m_u,z test.pz
	fails_with 2 "--also: 'zphot' has a meaning" by_mags --also zphot test.pz
	fails_with 2 "--reference: expected one of the bands, found 'm_i'" by_mags --reference m_i test.pz
	fails_with 2 "--extinction: expected a number for each of 3 bands, found 2" by_mags -e 4,3 test.pz
	fails_with 2 "cannot be used with --magnitudes" by_mags -a 3 test.pz
	fails_with 2 "--clip: expected 0, or 1 and more" by_mags --clip 0.5 test.pz
	fails_with 2 "--magnitudes: expected up to" knn --train train.pz -m m_u,,m_r test.pz
	fails_with 4 "train.pz: expected stamps or features, found none" knn --train train.pz test.pz
	fails_with 1 "no-such" knn --train no-such -m m_u test.pz
	stamped 200 0 | make_stream "$stamped_header" >train.pz
	fails_with 4 "test.pz: stamps: expected 3 bands" knn --train train.pz test.pz
	fails_with 2 "--apertures: 3.3 arcsec" knn --train train.pz -a 3.3 train.pz
	stamped 5 0 | make_stream "${stamped_header/nmgy/counts}" >other.pz
	fails_with 4 "other.pz: unit: expected 'nmgy'" knn --train train.pz other.pz
	stamped 5 0 | make_stream "${stamped_header/\"u\"/\"y\"}" >other.pz
	fails_with 4 "other.pz: band 0: expected 'u'" knn --train train.pz other.pz
	head -c 9999 train.pz >cut.pz
	fails_with 3 "cut.pz" knn --train cut.pz train.pz
}
