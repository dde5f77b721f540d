#!/usr/bin/env bats
# experiments.bats -- the article's experiments, in miniature: tables, figures, resuming

bats_require_minimum_version 1.5.0

load quick

# Two values of each, on 600 galaxies.
experiments() {
	quick experiments/all.mk GALAXIES=600 SIZE=16 threshold.mock='2 5' bins.mock='20 40' \
		iterations.mock='20 40' TRAINED=300 sample-size.mock='100 300' label-errors.mock='0 0.1' \
		mid-reduced.mock='1 0.1' networks.mock='S1 demo' THRESHOLD='--threshold 3' "$@"
}

setup_file() {
	export OUT=$BATS_FILE_TMPDIR/out
	experiments OUT="$OUT" -j2 experiments 2>"$BATS_FILE_TMPDIR/stages"
}

# The cell of a table: of value V and stream S, column NAME.
cell() {
	awk -F'\t' -v v="$2" -v s="$3" -v n="$4" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == n) c = i }
		$1 == v && $2 == s { print $c }' "$OUT/$1/table.tsv"
}

@test "each ends with a table and a figure; every stream and model is whole" {
	for name in threshold bins iterations sample-size label-errors mid-reduced networks; do
		[ "$(wc -l <"$OUT/$name/table.tsv")" -eq 9 ]
		[ "$(cut -f2 "$OUT/$name/table.tsv" | sort | uniq -c | tr -s ' \n' ' ')" = \
			" 2 baseline 2 step1 2 step2 2 step3 1 stream " ]
		[ "$(stat -c %s "$OUT/$name/figure.png")" -gt 10000 ]
	done
	all_whole "$OUT"
	grep -q '^== threshold 5: step 3: softened' "$BATS_FILE_TMPDIR/stages"
}

@test "what was varied did vary" {
	header() { inspect "$1" | sed -n "s/^$2 *//p"; }
	count() { header "$1" records | cut -d, -f1; }
	(($(count "$OUT/threshold/2/subset.pz") < $(count "$OUT/threshold/5/subset.pz")))
	[ "$(header "$OUT/bins/20/step3.pz" grid.left)" = 20 ]
	[ "$(header "$OUT/bins/40/step3.pz" grid.right)" = 20 ]
	[ "$(header "$OUT/bins/20/subset.pz" grid.bins)" = 20 ]
	((50 < $(count "$OUT/sample-size/learn-100.pz") && $(count "$OUT/sample-size/learn-100.pz") < 150))
	(($(count "$OUT/mid-reduced/thinned-0.1.pz") < $(count "$OUT/common/train.pz")))
	inspect "$OUT/label-errors/0.1/step1.model" | grep -q -- '--errors 0.1'
	inspect "$OUT/networks/S1/step1.model" | grep -q 'conv0 3x3 64'
	# what was not varied is the same everywhere
	[ "$(cell threshold 2 step1 tv)" = "$(cell threshold 5 step1 tv)" ]
	[ "$(cell threshold 2 baseline tv)" = "$(cell mid-reduced 1 baseline tv)" ]
}

@test "a longer run goes on from a shorter one, and ends as one of its own" {
	train=$OUT/common/train.pz
	softlabel --hard "$train" |
		train --net "$BATS_FILE_TMPDIR/small.net" --iterations 40 --batch 32 --rate 1e-3 --drop 1 \
			-o "$BATS_TEST_TMPDIR/step1.model"
	cmp "$BATS_TEST_TMPDIR/step1.model" "$OUT/iterations/40/step1.model"
	inspect "$OUT/iterations/20/step1.model" | grep -q -- '--iterations 20'
}

@test "made again, nothing is left to do" {
	experiments OUT="$OUT" experiments 2>"$BATS_TEST_TMPDIR/stages"
	[ ! -s "$BATS_TEST_TMPDIR/stages" ]
}

@test "killed anywhere it resumes, to the same bytes; one at a time as two" {
	again=$BATS_TEST_TMPDIR/again
	for seconds in 0.4 0.9 1.5; do
		killed_after "$seconds" experiments OUT="$again" experiment-mid-reduced
		[ ! -e "$again/common" ] ||
			find "$again" \( -name '*.pz' -o -name '*.model' \) -print0 | xargs -0 -n 1 inspect --check
	done
	experiments OUT="$again" experiment-mid-reduced 2>/dev/null
	for f in table.tsv 0.1/report.json 0.1/baseline.model 0.1/step3.model 0.1/step3.pz; do
		cmp "$OUT/mid-reduced/$f" "$again/mid-reduced/$f"
	done
}

@test "a dry run names every step and makes nothing" {
	run -0 experiments -n OUT="$BATS_TEST_TMPDIR/dry" experiments
	[ "$(grep -c '^train --net\|| train --net\|^train --from\|train --from' <<<"$output")" -gt 30 ]
	[ ! -e "$BATS_TEST_TMPDIR/dry" ]
}

@test "a survey needs stamps" {
	run ! quick experiments/all.mk SCALE=survey OUT="$BATS_TEST_TMPDIR/none" experiment-threshold
	[[ $output == *"STAMPS=FILE"* ]]
}
