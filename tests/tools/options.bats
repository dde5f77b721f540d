#!/usr/bin/env bats
# options.bats -- an option that would have no effect is refused, by every tool alike

# shellcheck disable=SC2154  # samples.bash sets names
bats_require_minimum_version 1.5.0
load samples

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	mkdir here && cd here || return
}

# needs OPTION[=VALUE] WHAT TOOL ARGUMENT... -- the tool refuses the option without what it needs
needs() {
	local option=$1 what=$2
	shift 2
	fails_with 2 "${option%%=*} needs $what" "$@" "$option"
}

@test "options that need another one are refused without it" {
	command make_stream stamps 4 8 >s.pz
	command make_stream labelled 4 8 >l.pz
	command make_stream predictions 4 8 >p.pz
	for option in --bands=g --count=3 --columns=2 --scale=2; do
		needs "$option" --png inspect s.pz
		needs "$option" --png inspect --stats s.pz
	done
	for option in --columns=z=redshift --magnitudes=mag_%b --sizes=r50 --missing=-99; do
		needs "$option" --from mock --stamps
	done
	needs --size=16 --stamps mock sky
	fails_with 2 "--compress and --stamps exclude each other" mock --stamps --compress gz
	needs --outside=drop --within partition --keep train s.pz
	needs --panels=zspec "--figure or --gnuplot" residuals p.pz
	needs --log "--figure or --gnuplot" sweep 1=r.json
	printf 'conv 3x3 4 prelu\npool\nmean\nebv\ndense 4 relu\n' >small.net
	needs --freeze "--from or --weights" train --net small.net l.pz
	needs --resume --checkpoint train --net small.net l.pz
	needs --memory=64 --freeze train --net small.net l.pz
	needs --weights=w.safetensors --net train --from m l.pz
	needs --drop-factor=3 "--drop with --freeze" train --from m --freeze l.pz
	printf 'id,zspec,zphot\n1,.1,.11\n' >t.csv
	for option in --scale-pz --pz-is=density --strict; do
		needs "$option" --pz fromtable t.csv
	done
	[ ! -e sky ]
}

@test "with what they need the same options are taken" {
	command make_stream stamps 4 8 >s.pz
	inspect --png s.png --count 3 --columns 2 --scale 2 --bands g s.pz
	mock -q --stamps --size 8 --galaxies 3 -o m.pz
	partition --keep train --within z=0,1 --outside drop s.pz -o t.pz
	printf 'conv 3x3 4 prelu\npool\nmean\nebv\ndense 4 relu\n' >small.net
	command make_stream labelled 8 8 >l.pz
	train -q --raw --net small.net -n 4 -b 4 --every 2 --log log.tsv l.pz -o a.model
	[ "$(wc -l <log.tsv)" = 3 ]
	train -q --raw --from a.model --freeze --memory 1 --drop .5 --drop-factor 3 -n 4 -b 4 l.pz -o c.model
	# A table of totable's names its p(z) itself.
	printf 'id,zspec\n1,.1\n' >t.csv
	printf '1,.5,.5\n' >p.csv
	fromtable --grid 0,1,2 --pz p.csv --scale-pz --strict t.csv -o p.pz
	totable p.pz -o p.fits
	fromtable --scale-pz --strict p.fits -o q.pz
}
