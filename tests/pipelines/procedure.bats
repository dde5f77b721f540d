#!/usr/bin/env bats
# The whole line on a small sky: frames -> stamps -> networks -> report, as the demo
# does it. What it finds there is too noisy to judge; that all is made, fits
# together, resumes and repeats is not.

bats_require_minimum_version 1.5.0

load ../tools/needs

line() {
	make -s -f pipelines/demo.mk "OUT=$OUT" SEED=3 GALAXIES=1200 ENSEMBLE=1 \
		LEARN='--iterations 60 --batch 16 --rate 2e-3' REFIT='--iterations 40 --batch 16 --rate 1e-3' \
		EXTEND_FIT='--iterations 40 --batch 16 --rate 1e-3' THRESHOLD='--threshold 4' DRAW='--size 600' \
		"$@"
}

setup_file() {
	export OUT=$BATS_FILE_TMPDIR/out
	line >"$BATS_FILE_TMPDIR/said" 2>"$BATS_FILE_TMPDIR/stages"
}

@test "every stream and model is whole" {
	for f in "$OUT"/*.pz "$OUT"/*.model; do
		inspect --check "$f"
	done
	[ "$(find "$OUT" -maxdepth 1 -name '*.model' | wc -l)" -eq 7 ]
}

@test "stages are named with their times, pictures at the end" {
	grep -q '^== step 3: softened' "$BATS_FILE_TMPDIR/stages"
	grep -Eq '^   step 3: softened.*: [0-9.]+ s$' "$BATS_FILE_TMPDIR/stages"
	grep -q "^figure .*$OUT/figure.png" "$BATS_FILE_TMPDIR/said"
	# step 5 compares models, not the sample of --domain
	[ "$(grep -c 'predicted by other models' "$BATS_FILE_TMPDIR/stages")" = 0 ]
}

@test "the report has every step with its numbers" {
	python3 - "$OUT/report.json" <<-'END'
		import json, math, sys
		report = json.load(open(sys.argv[1]))
		steps = ["baseline", "step1", "step2", "step3", "step3a", "step3b", "step4", "step5", "knn", "knn-mag"]
		assert sorted(report) == sorted(steps), sorted(report)
		for step in steps:
		    r = report[step]
		    assert r["n"] > 300, r["n"]
		    for key in ("mean_residual", "sigma_mad", "outlier_fraction", "rms_zphoto_curve"):
		        assert math.isfinite(r[key]), (step, key)
		    assert set(r["slope_zspec"]) >= {"value", "error", "from"}
		    assert set(r["tv"]) >= {"value", "bootstrap_mean", "error", "floor"}
		    for curve in ("curve_zspec", "curve_zphoto"):
		        assert len(r[curve]["z"]) == len(r[curve]["residual"]) == len(r[curve]["count"])
		    assert ("crps" in r and r["crps"] is not None) == (step != "step4")
	END
}

@test "pictures are no empty ones, the page has them" {
	for f in figure.png sheet.png worst.png random.png; do
		[ "$(stat -c %s "$OUT/$f")" -gt 20000 ]
	done
	grep -q '<svg' "$OUT/report.html"
	[ "$(grep -o 'data:image/png' "$OUT/report.html" | wc -l)" -eq 2 ]
	for log in baseline step1; do
		(($(wc -l <"$OUT/$log.log") > 1))
	done
	grep -q "^all as a page .*$OUT/report.html" "$BATS_FILE_TMPDIR/said"
}

@test "products: estimates of steps 3 and 4 and p(z) of step 5, to the byte" {
	/usr/bin/python3 - "$OUT" <<-'END'
		import msgpack, sys
		def read(name):
		    records = msgpack.Unpacker(open(f"{sys.argv[1]}/{name}.pz", "rb"), max_buffer_size=0)
		    return {r["id"]: r for r in records if "id" in r}
		three, four, five, base, products = map(read, ("step3", "step4", "step5", "baseline", "products"))
		assert len(products) > 300 and products.keys() == three.keys() == five.keys()
		for i, r in products.items():
		    assert r["zphot"] == three[i]["zphot"] and r["zphot_corrected"] == four[i]["zphot"]
		    assert r["pz"] == five[i]["pz"] and r["interval"] == five[i]["interval"]
		    assert five[i]["zphot"] == base[i]["zphot"]
		assert any(five[i]["pz"] != base[i]["pz"] for i in five)
	END
	[ "$(inspect "$OUT/products.pz" | sed -n 's/^grid.left *//p')" = 0 ] # the grid is that of the p(z)
	inspect "$OUT/nz.pz" | grep -q '^kind  *nz$'
	if has_python astropy; then
		/usr/bin/python3 -c '
import sys
from astropy.io import fits
table = fits.open(sys.argv[1] + "/products.fits")[1]
assert "step 5" in " ".join(table.header["COMMENT"])
for name in ("id", "zphot_mode", "zphot_corrected_mean", "pz", "interval_low68", "interval_high95", "flags", "domain_share"):
    assert name in table.columns.names, name' "$OUT"
	fi
}

@test "of a report's files none is taken for all of them" {
	rm "$OUT/figure.png"
	touch "$OUT/baseline.state"
	run line
	[[ "$output" == *"residuals, table and figure"* ]]
	[ -e "$OUT/figure.png" ]
	[ ! -e "$OUT/baseline.state" ]
}

@test "made again, nothing is left to do; a changed setting remakes what depends on it" {
	run line
	[ "$status" -eq 0 ]
	[[ "$output" != *"step 1"* ]]
	run line DRAW='--size 1200'
	[ "$status" -eq 0 ]
	[[ "$output" == *"step 4"* ]]
	[[ "$output" != *"step 3"* ]]
}

@test "AGREE: steps 3 and 4 learn without galaxies whose estimates are far from their redshifts" {
	near='abs(zphot.mode - z) < 0.05 * (1 + z)'
	count() { inspect "$OUT/$1" | sed -n 's/^records *\([0-9]*\),.*/\1/p'; }
	line "$OUT/step4.pz" 2>/dev/null
	cp "$OUT/step3.model" "$OUT/step4.pz" "$BATS_TEST_TMPDIR"
	line AGREE="$near" "$OUT/step4.pz" 2>/dev/null
	for step in step2 step3; do
		cmp "$OUT/agreeing-$step.pz" <(keep "$near" "$OUT/subset-$step.pz")
		((0 < $(count "agreeing-$step.pz") && $(count "agreeing-$step.pz") < $(count "subset-$step.pz")))
	done
	inspect "$OUT/step3.model" | grep -q 'keep [0-9].* abs(zphot'
	[ "$(inspect "$OUT/step2.model" | grep -c 'keep [0-9]')" = 0 ]
	run -1 cmp -s "$OUT/step4.pz" "$BATS_TEST_TMPDIR/step4.pz"
	# and back
	line "$OUT/step4.pz" 2>/dev/null
	cmp "$OUT/step3.model" "$BATS_TEST_TMPDIR/step3.model"
	cmp "$OUT/step4.pz" "$BATS_TEST_TMPDIR/step4.pz"
}

@test "REFINE: the labels of step 3 are refined with what a first network left, or not" {
	weights() { inspect --json "$1" | tail -n +2 | md5sum; }
	line "$OUT/step3a.model" "$OUT/step4.pz" 2>/dev/null
	cp "$OUT/first.model" "$OUT/step3.model" "$OUT/step3a.model" "$OUT/step4.pz" "$BATS_TEST_TMPDIR"
	inspect "$OUT/step3.model" | grep -q 'softlabel [0-9].* --refine FILE --share 0.5.*subset-first.pz'
	line REFINE= "$OUT/step3a.model" "$OUT/step4.pz" 2>/dev/null
	# without, step 3 is what was the first; the others stay
	[ "$(weights "$OUT/step3.model")" = "$(weights "$BATS_TEST_TMPDIR/first.model")" ]
	[ "$(inspect "$OUT/step3.model" | grep -c -e '--refine')" = 0 ]
	cmp "$OUT/step3a.model" "$BATS_TEST_TMPDIR/step3a.model"
	run -1 cmp -s "$OUT/step4.pz" "$BATS_TEST_TMPDIR/step4.pz"
	# and back
	line "$OUT/step4.pz" 2>/dev/null
	cmp "$OUT/step3.model" "$BATS_TEST_TMPDIR/step3.model"
	cmp "$OUT/step4.pz" "$BATS_TEST_TMPDIR/step4.pz"
}

@test "the same seed makes the same bytes, at any number of threads" {
	mkdir "$BATS_TEST_TMPDIR/again"
	for step in step1 step3; do
		cp "$OUT/$step.model" "$BATS_TEST_TMPDIR/again"
		rm "$OUT/$step.model"
	done
	SLURM_CPUS_PER_TASK=1 line "$OUT/step3.model"
	for step in step1 step3; do
		cmp "$OUT/$step.model" "$BATS_TEST_TMPDIR/again/$step.model"
	done
}

@test "a run that was stopped leaves no model, not that of other settings either" {
	[ -e "$OUT/step1.model" ]
	run line "$OUT/step1.model" TRAIN='cat >/dev/null; true' LEARN='--iterations 61 --batch 16'
	[ "$status" -ne 0 ]
	[ ! -e "$OUT/step1.model" ]
}
