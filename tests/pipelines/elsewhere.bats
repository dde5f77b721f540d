#!/usr/bin/env bats
# elsewhere.bats -- machines of other languages, and files whose times are those of other clocks

bats_require_minimum_version 1.5.0

load quick

setup() {
	dir=$BATS_TEST_TMPDIR
	out=$dir/out
}

setup_file() {
	small_sky 400 3 >"$BATS_FILE_TMPDIR/stamps.pz"
	cp "$BATS_FILE_TMPDIR/stamps.pz" "$BATS_FILE_TMPDIR/sample.pz"
	normalize --stretch sqrt --pixel f2 "$BATS_FILE_TMPDIR/sample.pz" -o "$BATS_FILE_TMPDIR/train.pz"
}

# The procedure of the sample, to its report or another target.
procedure() {
	quick procedure.mk SETTINGS=mock OUT="$out" STAMPS="$BATS_FILE_TMPDIR/stamps.pz" SEED=3 \
		THRESHOLD='--threshold 1' STEPS='step1 step2' "$@"
}

in_plain_english() {
	[ -e "$BATS_FILE_TMPDIR/plain/report.json" ] ||
		LC_ALL=C.UTF-8 procedure OUT="$BATS_FILE_TMPDIR/plain" 2>/dev/null
}

same_in() {
	in_plain_english
	speak "$1"
	procedure 2>"$dir/stages"
	grep -Eq '^   step 1: .*: [0-9]+\.[0-9] s$' "$dir/stages"
	for f in step1.model step2.pz report.tsv report.json figure.png; do
		cmp "$BATS_FILE_TMPDIR/plain/$f" "$out/$f"
	done
	# a fraction of 0.08 to 0.1 seconds is no octal number
	for _ in {1..60}; do
		STAGE=x bash pipelines/common.bash -c true 2>/dev/null
	done
}

@test "in German: the same bytes, though numbers have a comma" {
	same_in de_DE.UTF-8
}

@test "in Turkish: the same bytes, though I is no capital i" {
	same_in tr_TR.UTF-8
}

@test "in Turkish: a catalogue's titles in capitals" {
	speak tr_TR.UTF-8
	printf 'OBJID,RA,DEC,RERUN,RUN,CAMCOL,FIELD\n1,10,0,301,94,1,12\n' >"$dir/galaxies.csv"
	quick sdss.mk OUT="$out" CATALOGUE="$dir/galaxies.csv" ARCHIVE=file:///nowhere "$out/piece-1.urls"
	grep -qx 'file:///nowhere/301/94/1/frame-u-000094-1-0012.fits.bz2' "$out/piece-1.urls"
}

@test "what cannot be said stops no stage" {
	for to in '>&-' '>/dev/full'; do
		eval "STAGE=x bash pipelines/common.bash -c true 2$to"
	done
	run -1 env STAGE=x bash pipelines/common.bash -c false
}

@test "a sample whose clock is ahead: its model stays, and is made once" {
	touch -d '+1 day' "$BATS_FILE_TMPDIR/train.pz"
	procedure LEARN_SAMPLE="$BATS_FILE_TMPDIR/train.pz" "$out/step1.model" "$out/baseline.model" 2>/dev/null
	procedure LEARN_SAMPLE="$BATS_FILE_TMPDIR/train.pz" "$out/step1.model" "$out/baseline.model" 2>"$dir/stages"
	run ! grep -vE '^make(\[[0-9]+\])?: ' "$dir/stages" # which says that a clock is ahead
	inspect --check "$out/step1.model"
}

@test "stamps whose clock is ahead, the first streams too: nothing is made again" {
	mkdir "$out"
	cp "$BATS_FILE_TMPDIR/stamps.pz" "$out/stamps.pz"
	touch -d '+1 day' "$out/stamps.pz"
	procedure STAMPS="$out/stamps.pz" "$out/train.pz" 2>/dev/null
	touch -d '+2 days' "$out/normal.pz"
	procedure STAMPS="$out/stamps.pz" 2>/dev/null
	procedure STAMPS="$out/stamps.pz" 2>"$dir/stages"
	run ! grep -vE '^make(\[[0-9]+\])?: ' "$dir/stages" # which says that a clock is ahead
	# nor does it hide what has changed since
	procedure STAMPS="$out/stamps.pz" THRESHOLD='--threshold 2' 2>"$dir/stages"
	grep -q '^== a nearly balanced subset' "$dir/stages"
	run ! grep -q '^== normalise' "$dir/stages"
	small_sky 300 4 >"$out/stamps.pz"
	procedure STAMPS="$out/stamps.pz" "$out/train.pz" 2>"$dir/stages"
	grep -q '^== normalise' "$dir/stages"
}

@test "notes are later than what was made, and do not run ahead of it" {
	mkdir -p "$dir/ahead"
	touch -d '+1 day' "$dir/ahead/train.pz"
	bash -c '. pipelines/common.bash; for i in {1..40}; do note "$0/settings/N$i" x; done' "$dir/ahead"
	[ "$dir/ahead/settings/N1" -nt "$dir/ahead/train.pz" ]
	[ "$dir/ahead/settings/N40" -nt "$dir/ahead/settings/N39" ]
	local ahead=$(($(stat -c %Y "$dir/ahead/settings/N40") - $(stat -c %Y "$dir/ahead/train.pz")))
	((ahead <= 1)) # forty were forty seconds once: time enough for make to see a clock that is ahead
}

@test "another sample of an older time, or under another name, is another sample" {
	small_sky 300 4 | normalize --stretch sqrt --pixel f2 -o "$dir/old.pz"
	touch -d '2001-01-01' "$dir/old.pz"
	procedure "$out/subset.pz" 2>/dev/null
	procedure TRAIN_SAMPLE="$dir/old.pz" "$out/subset.pz" 2>"$dir/stages"
	grep -q '^== a nearly balanced subset' "$dir/stages"
	procedure "$out/subset.pz" 2>"$dir/stages"
	grep -q '^== a nearly balanced subset' "$dir/stages"
	cp "$BATS_FILE_TMPDIR/stamps.pz" "$dir/stamps.pz"
	procedure STAMPS="$dir/stamps.pz" "$out/normal.pz" 2>/dev/null
	small_sky 300 4 >"$dir/stamps.pz"
	touch -d '2001-01-01' "$dir/stamps.pz"
	procedure STAMPS="$dir/stamps.pz" "$out/normal.pz" 2>"$dir/stages"
	grep -q '^== normalise' "$dir/stages"
}

@test "a run that was stopped goes on from its state wherever its sample's clock is; another run does not" {
	touch -d '+1 day' "$BATS_FILE_TMPDIR/train.pz"
	stopped() { procedure LEARN_SAMPLE="$BATS_FILE_TMPDIR/train.pz" TRAIN="cat >/dev/null; $1; true" "$out/step1.model" "${@:2}"; }
	run ! stopped "echo a state >$out/step1.state"
	run ! stopped "cp $out/step1.state $dir/kept"
	[ -e "$dir/kept" ]
	run ! stopped "[ ! -e $out/step1.state ] || touch $dir/other" LEARN='--iterations 41'
	[ ! -e "$dir/other" ]
	run ! stopped "echo a state >$out/step1.state"
	normalize --stretch sqrt "$BATS_FILE_TMPDIR/sample.pz" -o "$BATS_FILE_TMPDIR/train.pz"
	run ! stopped "[ ! -e $out/step1.state ] || touch $dir/other"
	[ ! -e "$dir/other" ]
}

# The script for a cluster, its steps one after another as its jobs would run them, those that come
# in parts in two.
jobs_of_a_cluster() {
	local step part

	for step in stamps samples step1 step2 fit step3 estimates report; do
		for part in 1 2; do
			[[ $part = 1 || " stamps fit estimates " == *" $step "* ]] || continue
			SLURM_ARRAY_TASK_ID=$part pipelines/slurm/procedure "do" "$step"
		done
	done
}

@test "a cluster's parts stay parts, and are made once, wherever the clocks of its nodes are" {
	mkdir -p "$out/shards" "$dir/bin"
	# shellcheck disable=SC2016 # the stand-in's variables
	printf '#!/bin/bash\nwhile [[ $1 == --* ]]; do shift; done\nexec "$@"\n' >"$dir/bin/srun"
	chmod +x "$dir/bin/srun"
	printf 'conv 3x3 6 prelu\npool\nmean\nebv\ndense 16 relu\n' >"$dir/small.net"
	mock -q --galaxies 300 --density 300 --seed 3 "$dir/sky"
	PZ_BIN=$(dirname "$(command -v train)")
	export PZ_BIN PATH=$dir/bin:$PATH OUT=$out SETTINGS=mock NET=$dir/small.net SHARDS=2 RANKS=1 SLURM_JOB_ID=7 SLURM_CPUS_PER_TASK=1 \
		STEPS='step1 step2 step3' LEARN='--iterations 30 --batch 16' REFIT='--iterations 20 --batch 16' \
		EXTEND_FIT='--iterations 20 --batch 16' THRESHOLD='--threshold 4' CATALOGUE=$dir/sky/catalogue.fits \
		FRAMES="$dir/sky/frame-%b-*.fits" CUT='--size 16 --survey pipelines/surveys/demo.json'
	jobs_of_a_cluster 2>"$dir/stages"
	run ! grep '^== estimates' "$dir/stages" # which make would make in one piece
	jobs_of_a_cluster 2>"$dir/stages"
	run ! grep '^==' "$dir/stages"
	touch -d '+1 hour' "$out/shards/subset-step2.1-2.pz"
	jobs_of_a_cluster 2>"$dir/stages"
	grep -q '^== step 3' "$dir/stages"
	run ! grep '^== step 2' "$dir/stages"
	jobs_of_a_cluster 2>"$dir/stages"
	run ! grep '^==' "$dir/stages"
}

@test "several jobs write the same note at the same time: none fails, and the note is whole" {
	mkdir -p "$dir/many/settings"
	for ((job = 0; job < 6; job++)); do
		bash -c '. pipelines/common.bash; for i in {1..15}; do note "$0/many/settings/NET" "text $i"; done' "$dir" &
		jobs[job]=$!
	done
	for one in "${jobs[@]}"; do
		wait "$one"
	done
	# what a killed run left goes, what a living one writes stays
	bash -c ': >"$0/many/settings/NET.$HOSTNAME-$BASHPID.part"' "$dir"
	: >"$dir/many/settings/NET.$HOSTNAME-$$.part"
	[ "$(find "$dir/many/settings" | wc -l)" = 4 ]
	bash -c '. pipelines/common.bash; note "$0/many/settings/NET" "the last"' "$dir"
	rm "$dir/many/settings/NET.$HOSTNAME-$$.part"
	[ "$(<"$dir/many/settings/NET")" = "the last" ]
	[ "$(ls "$dir/many/settings")" = NET ]
}
