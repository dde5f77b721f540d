#!/usr/bin/env bats
# procedure.bats -- the whole procedure as jobs of a cluster, which is this machine twice

bats_require_minimum_version 1.5.0
load cluster
load ../tools/samples

setup_file() {
	[ -z "$(lacking_slurm)" ] || return 0 # setup skips
	PZ_BIN=$(dirname "$(command -v train)")
	export PZ_BIN OUT=$BATS_FILE_TMPDIR/out
	# of the procedure, as small as can be
	export SEED=3 SETTINGS=mock NET=$BATS_FILE_TMPDIR/small.net
	export LEARN='--iterations 60 --batch 16 --rate 2e-3' REFIT='--iterations 40 --batch 16 --rate 1e-3' \
		EXTEND_FIT='--iterations 40 --batch 16 --rate 1e-3' THRESHOLD='--threshold 4' DRAW='--size 600'
	export DOMAIN='' # as the jobs have it
	# of the cluster
	export SHARDS=3 CPUS=1 MEMORY=500 TIME=00:10:00
	export FRAMES="$BATS_FILE_TMPDIR/sky/frame-%b-*.fits" CATALOGUE=$BATS_FILE_TMPDIR/sky/catalogue.fits \
		CUT='--size 16 --survey pipelines/surveys/demo.json'
	printf 'conv 3x3 6 prelu\npool\nmean\nebv\ndense 16 relu\n' >"$NET"
	mock --galaxies 1200 --seed 3 "$BATS_FILE_TMPDIR/sky"
	cluster_up "$BATS_FILE_TMPDIR/cluster"
	export cluster SLURM_CONF
}

teardown_file() { cluster_down; }

setup() { need_slurm; }

# Submits the procedure: the numbers of its jobs into the array job.
submitted() {
	declare -gA job
	local step number

	while read -r step number; do
		job[$step]=$number
	done < <("$@" pipelines/slurm/procedure)
}

state() { scontrol show job "$1" | grep -o 'JobState=[A-Z_]*' | sort -u; }

over() { ! squeue --noheader --states=all --job="$1" --format=%T | grep -qE 'PENDING|RUNNING|CONFIGURING|COMPLETING|REQUEUED'; }

# Until the last step is over; what was said, where it went wrong.
finished() {
	wait_until 400 over "${job[report]}"
	[[ $(state "${job[report]}") == JobState=COMPLETED ]] || {
		squeue --states=all --format='%i %j %T %r'
		tail -n 20 "$OUT"/log/*
		return 1
	}
}

# The same from the same frames by make, on one machine.
by_make() {
	local one=$BATS_FILE_TMPDIR/one

	mkdir -p "$one"
	# shellcheck disable=SC2086 # options
	cutout --catalogue "$CATALOGUE" --frames "$FRAMES" $CUT -o "$one/stamps.pz"
	make -s -f pipelines/procedure.mk OUT="$one"
}

@test "jobs, shards and steps after one another make what make makes, to the byte" {
	submitted env RANKS=1
	by_make
	finished
	for f in train.pz test.pz subset.pz baseline.model step1.model step2.model step3.model knn.pz report.tsv report.json; do
		cmp "$BATS_FILE_TMPDIR/one/$f" "$OUT/$f"
	done
	for f in products nz; do # their histories name the files that were made in parts
		cmp <(records <"$BATS_FILE_TMPDIR/one/$f.pz") <(records <"$OUT/$f.pz")
	done
	grep -q 'id="bins"' "$OUT/report.html"
	[ -s "$OUT/products.fits" ]
	for f in stamps step1 step3a valid-baseline; do
		cmp <(as_one "$BATS_FILE_TMPDIR/one/$f.pz") <(as_one "$OUT/$f.pz")
		[ "$(header <"$OUT/$f.pz" | wc -l)" = 3 ] # it was made in parts
	done
}

@test "submitted again with another setting: what depends on it is made anew, by ranks that are warned and go on" {
	before=$(stat -c %Y.%i "$OUT/stamps.pz" "$OUT/train.pz" "$OUT/shards"/stamps.*)
	export LEARN='--iterations 6000 --batch 16 --rate 2e-3'
	submitted env RANKS=3
	wait_until 200 test -e "$OUT/step1.state"
	scancel --batch --signal=USR1 "${job[step1]}"
	finished
	grep -q 'step1.state: stopped after iteration' "$OUT/log"/step1.*
	grep -q 'step1.state: continuing after iteration' "$OUT/log"/step1.*
	[ "$before" = "$(stat -c %Y.%i "$OUT/stamps.pz" "$OUT/train.pz" "$OUT/shards"/stamps.*)" ]
	[ ! -e "$OUT/step1.state" ]
}

@test "a step that fails ends those behind it, and says why" {
	rm "$OUT"/shards/* "$OUT/stamps.pz"
	submitted env CATALOGUE=/nowhere/galaxies.csv
	wait_until 100 over "${job[report]}"
	[[ $(state "${job[report]}") == JobState=CANCELLED ]]
	grep -q 'cutout: /nowhere/galaxies.csv: No such file' "$OUT/log"/stamps.*
	[ ! -e "$OUT/stamps.pz" ]
}
