#!/usr/bin/env bats
# further.bats -- folds, CFHTLS and other targets, in miniature

bats_require_minimum_version 1.5.0

load quick
load ../tools/needs

setup() { dir=$BATS_TEST_TMPDIR; }

# The ids of a stream.
ids() { inspect --tsv "$1" | cut -f1 | tail -n +2 | sort; }

@test "folds: other windows, other weights, and the mean of their estimates" {
	small_sky 500 3 >"$dir/stamps.pz"
	folds() { quick folds.mk SETTINGS=mock STAMPS="$dir/stamps.pz" THRESHOLD='--threshold 1' FOLDS='1 2' "$@"; }
	folds OUT="$dir/one" 2>"$dir/stages"
	grep -q '^== fold 2: step 3' "$dir/stages"
	all_whole "$dir/one"
	[ "$(head -1 "$dir/one/report.tsv" | tr '\t' ' ')" = "quantity fold-1 fold-2 mean harmonic" ]
	for f in subset step1 step3; do
		[ -e "$dir/one/fold-1/$f.pz" ] || [ -e "$dir/one/fold-1/$f.model" ]
	done
	# a cell of two galaxies or more gives each fold another
	[ "$(ids "$dir/one/fold-1/subset.pz" | wc -l)" = "$(ids "$dir/one/fold-2/subset.pz" | wc -l)" ]
	run ! cmp <(ids "$dir/one/fold-1/subset.pz") <(ids "$dir/one/fold-2/subset.pz")
	run ! cmp "$dir/one/fold-1/step1.model" "$dir/one/fold-2/step1.model"
	# p(z) of the mean lies between those of the folds; the harmonic mean is another
	/usr/bin/python3 - "$dir/one" <<-'EOF'
		import msgpack, struct, sys
		def pz(name):
		    records = msgpack.Unpacker(open(f"{sys.argv[1]}/{name}.pz", "rb"), max_buffer_size=0)
		    return {r["id"]: struct.unpack(f"<{len(r['pz']) // 4}f", r["pz"]) for r in records if "pz" in r}
		a, b, mean, harmonic = map(pz, ("fold-1/step3", "fold-2/step3", "mean", "harmonic"))
		assert a.keys() == b.keys() == mean.keys() == harmonic.keys() and len(a) > 150
		for i in a:
		    for x, y, m, h in zip(a[i], b[i], mean[i], harmonic[i]):
		        assert abs(m - (x + y) / 2) < 1e-6
		    weights = [1 / (1 / x + 1 / y) if x and y else 0 for x, y in zip(a[i], b[i])]
		    assert all(abs(h - w / sum(weights)) < 1e-5 for h, w in zip(harmonic[i], weights))
	EOF
	folds OUT="$dir/two" -j2 2>/dev/null
	cmp "$dir/one/report.json" "$dir/two/report.json"
	folds OUT="$dir/one" 2>"$dir/stages"
	[ ! -s "$dir/stages" ]
}

@test "an ensemble: the mean of several networks, and their scatter as an error of every number" {
	small_sky 300 3 >"$dir/stamps.pz"
	ensemble() {
		quick procedure.mk SETTINGS=mock STAMPS="$dir/stamps.pz" THRESHOLD='--threshold 1' OUT="$dir/out" SHEET= \
			STEPS='baseline step3 step3-prior step4 step5 knn' PARTS=train=0.4,valid=0.2,test=0.4 RESIDUALS='--bootstrap 20' "$@"
	}
	ensemble ENSEMBLE=2 2>"$dir/stages"
	grep -q '^== network 2: step 3' "$dir/stages"
	all_whole "$dir/out"
	run ! cmp "$dir/out/network-1/step1.model" "$dir/out/network-2/step1.model"
	[ -s "$dir/out/products.fits" ]
	need_python numpy
	/usr/bin/python3 - "$dir/out" <<-'EOF'
		import json, msgpack, sys
		import numpy as np
		out = sys.argv[1]
		def pz(name):
		    records = msgpack.Unpacker(open(f"{out}/{name}.pz", "rb"), max_buffer_size=0)
		    return {r["id"]: np.frombuffer(r["pz"], "<f4") for r in records if "pz" in r}
		for step in ("baseline", "step3", "valid-baseline", "valid-step3", "subset-step3"):
		    a, b, mean = map(pz, (f"network-1/{step}", f"network-2/{step}", step))
		    assert a.keys() == b.keys() == mean.keys() and len(a) > 50
		    assert all(abs(mean[i] - (a[i] + b[i]) / 2).max() < 1e-6 for i in a)
		report, a, b = (json.load(open(f"{out}/{f}report.json")) for f in ("", "network-1/", "network-2/"))
		def same(t, x, y):
		    return t is None if None in (x, y) else abs(t - abs(x - y) / 2 ** 0.5) < 1e-12
		for step in ("baseline", "step3", "step3-prior", "step4", "step5"):
		    t, x, y = (r[step] for r in (report, a, b))
		    t = t["training"]
		    assert t["networks"] == 2
		    for key in ("sigma_mad", "crps", "pit_ks", "offset_zspec", "rms_zphoto_curve"):
		        assert key not in t or same(t[key], x[key], y[key]), (step, key)
		    for key in ("slope_zspec", "slope_zphoto", "tv"):
		        assert same(t[key], x[key]["value"], y[key]["value"]), (step, key)
		    x, y = x["tomography"], y["tomography"]
		    t = t["tomography"]
		    assert same(t["worst_zphot"], x["worst_zphot"]["value"], y["worst_zphot"]["value"])
		    for bin, i, j in zip(t["bins"], x["bins"], y["bins"]):
		        assert same(bin["bias_zphot"], i["bias_zphot"], j["bias_zphot"])
		assert "training" not in report["knn"]
		table = dict(line.rstrip("\n").split("\t", 1) for line in open(f"{out}/report.tsv"))
		found = [float(x) for x in table["tv_training_err"].split("\t")[:5]]
		assert found == [report[s]["training"]["tv"] for s in ("baseline", "step3", "step3-prior", "step4", "step5")]
		assert table["tv_training_err"].split("\t")[5] == "-"
	EOF
	grep -q 'as a second one, that between 2 networks:$' "$dir/out/figure.txt"
	grep -q '^baseline: .*sigma_MAD [0-9.]* +- [0-9.]* +- [0-9.]*, ' "$dir/out/figure.txt"
	ensemble ENSEMBLE=2 2>"$dir/stages"
	[ ! -s "$dir/stages" ]
	run ! ensemble ENSEMBLE=many
	[[ $output == *"ENSEMBLE: expected a number of networks from 1 on, found 'many'"* ]]
	run ! ensemble ENSEMBLE=2 STEP1=step1.model
	[[ $output == *"ENSEMBLE: expected to train step 1, found STEP1=step1.model"* ]]
}

@test "another target than redshift, through all steps" {
	small_sky 500 4 >"$dir/stamps.pz"
	size() {
		quick procedure.mk SETTINGS=mock OUT="$dir/size" STAMPS="$dir/stamps.pz" STEPS='baseline step1 step2 step3 step4' \
			GRID='--target size --range 0,8 --bins 40' EXTEND= THRESHOLD='--threshold 3' "$@"
	}
	run ! size
	[[ $output == *"header: expected an outlier threshold, found none: give --outlier"* ]]
	size RESIDUALS='--outlier 1' 2>/dev/null
	all_whole "$dir/size"
	inspect "$dir/size/step3.pz" | grep -qx 'grid.target  *size'
	# what is reported is the size in arcsec: estimates less truth, not divided by 1 + it
	inspect --tsv "$dir/size/step1.pz" | awk -F'\t' '
		NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
		{ sum += $column["zphot.mode"] - $column["size"]; n++ }
		END { printf "%.4g\n", sum / n }' >"$dir/mean"
	awk '$1 == "mean_residual" { printf "%.4g\n", $3 }' "$dir/size/report.tsv" | diff - "$dir/mean"
}

# Stamps of a CFHTLS-like field of N galaxies, cut as the other fields are.
field() {
	mock --survey "$1" --galaxies "$2" --density "$2" --seed "$3" "$dir/sky-$3"
	cutout --catalogue "$dir/sky-$3/catalogue.fits" --frames "$dir/sky-$3/frame-%b-*.fits" --size 16 \
		--survey cfhtls-wide
	rm -r "$dir/sky-$3"
}

@test "CFHTLS: low resolution in step 1 alone, each field by itself after that" {
	field cfhtls-wide 160 1 >"$dir/wide.pz"
	field cfhtls-deep 120 2 >"$dir/deep.pz"
	field cfhtls-wide 80 3 >"$dir/low.pz"
	cfhtls() {
		quick cfhtls.mk OUT="$dir/out" WIDE="$dir/wide.pz" DEEP="$dir/deep.pz" LOW="$dir/low.pz" \
			WIDE_PARTS=train=100/160,test=60/160
	}
	cfhtls 2>"$dir/stages"
	all_whole "$dir/out"
	records() { inspect "$1" | sed -n 's/^records *\([0-9]*\).*/\1/p'; }
	[ "$(records "$dir/out/learn.pz")" = $(($(records "$dir/out/wide/train.pz") + \
		$(records "$dir/out/deep/train.pz") + $(records "$dir/out/low/train.pz"))) ]
	cmp <(ids "$dir/out/wide/subset.pz") <(ids "$dir/out/wide/train.pz")
	for field in wide deep; do
		[ "$(records "$dir/out/$field/step4.pz")" = "$(records "$dir/out/$field/test.pz")" ]
		[ "$(head -1 "$dir/out/$field/report.tsv" | tr '\t' ' ')" = "quantity baseline step1 step2 step3 step4" ]
		[ "$(inspect "$dir/out/$field/step3.pz" | sed -n 's/^grid.left *//p; s/^grid.right *//p' | tr '\n' ' ')" = "500 1000 " ]
		inspect "$dir/out/$field/step3.pz" | grep -q '^grid.bins *1000$'
	done
	inspect "$dir/out/deep/subset.pz" | grep -q -- '--threshold 5'
	inspect "$dir/out/wide/subset.pz" | grep -q -- '--threshold 100'
	cfhtls 2>"$dir/stages"
	[ ! -s "$dir/stages" ]

	# the sweep of thresholds in WIDE begins with what is there
	mkdir "$dir/sweep"
	mv "$dir/out" "$dir/sweep/common"
	quick experiments/all.mk SCALE=wide OUT="$dir/sweep" WIDE="$dir/wide.pz" DEEP="$dir/deep.pz" LOW="$dir/low.pz" \
		WIDE_PARTS=train=100/160,test=60/160 threshold.wide='1 5' experiment-threshold 2>"$dir/stages"
	[ "$(cut -f1,2 "$dir/sweep/threshold/table.tsv" | tr '\t\n' '/ ')" = \
		"balancing threshold [galaxies]/stream 1/baseline 1/step1 1/step2 1/step3 5/baseline 5/step1 5/step2 5/step3 " ]
	run ! grep -q '== both:' "$dir/stages"
	inspect "$dir/sweep/threshold/1/subset.pz" | grep -q -- '--threshold 1'
}
