#!/usr/bin/env bats
# normalize.bats -- pixels stretched in place

# shellcheck disable=SC2002,SC2094,SC2154  # samples.bash sets names; pipes are meant
load samples

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	good=stamps.pz empty=empty.pz
	make_stamps 300 >"$good"
	make_stamps 0 >"$empty"
}

# One stamp whose eight pixels are given.
one() { echo "{\"id\": 1, \"img\": [$1]}" | make_stream "$stamps_header"; }

@test "behaves as a filter" {
	behaves_as_a_filter normalize
}

@test "divides by the survey's divisor and takes the square root" {
	run records < <(one "0, 6, -6, 16, 30, 48, 70, 0.5" | normalize)
	[ "$output" = '{"id": 1, "img": [0.0, 1.0, -1.0, 2.0, 3.0, 4.0, 5.0, 0.1180339977145195]}' ]
}

@test "other stretches, divisor and pixel type" {
	run records < <(one "0, 1, 2, 3, 4, 5, 6, -7" | normalize --stretch none --divide 0.5 --pixel f2)
	[ "$output" = '{"id": 1, "img": [0.0, 2.0, 4.0, 6.0, 8.0, 10.0, 12.0, -14.0]}' ]
	run records < <(one "0, 1, 1, 1, 1, 1, 1, -1" | normalize --stretch log --divide 1)
	[[ $output == *'0.693147'*'-0.693147'* ]]
	run records < <(one "0, 1, 1, 1, 1, 1, 1, -1" | normalize --stretch asinh --divide 1)
	[[ $output == *'0.881373'*'-0.881373'* ]]
}

@test "all instruction sets give the same bytes" {
	for form in "-p f4" "-p f2" "-p f2 -s none -d 1e-6" "-p f4 -s asinh"; do
		# shellcheck disable=SC2086
		cmp <(normalize $form "$good") <(PZ_CPU=plain normalize $form "$good")
	done
	normalize -p f2 -s none -d 1e-6 "$good" 2>&1 >halves.pz | grep -q "clipped to 65504"
}

@test "the header says what was done, the rest passes through" {
	run header < <(normalize --pixel f2 --divide 3 "$good")
	[[ $output == *'"pixel": "f2"'*'"telescope": "2.5 m"'* ]]
	[[ $output == *'"stretch": "sqrt"'* && $output == *'"divide": 3.0'* ]]
	[ "$(normalize "$good" | count)" = 300 ]
}

@test "pixels without a value become 0, and it says so" {
	one "NaN, Infinity, 6, 6, 6, 6, 6, 6" | normalize >x.pz 2>said
	grep -q '2 pixels have no value' said
	[[ $(records <x.pz) == *'[0.0, 0.0, 1.0'* ]]
	one "1e6, -1e6, 0, 0, 0, 0, 0, 0" | normalize --stretch none --divide 1 --pixel f2 >x.pz 2>said
	grep -q '2 pixels were clipped' said
	[[ $(records <x.pz) == *'[65504.0, -65504.0'* ]]
}

@test "pixels from which networks learn badly are said" {
	one "0, 6, -6, 16, 30, 48, 70, 0.5" | normalize 2>said >/dev/null
	[ ! -s said ]
	one "0, 6, -6, 16, 30, 48, 70, 0.5" | normalize --divide 1e5 2>said >/dev/null
	grep -q 'standard deviation of 0.00013 after division by 100000: .*smaller --divide.*--recipe modern' said
	one "0, 6, -6, 16, 30, 48, 70, 0.5" | normalize --stretch none --divide 1 2>said >/dev/null
	grep -q 'standard deviation of 25 after division by 1: .*larger --divide' said
}

@test "refuses what it cannot do" {
	local red='"stretch": "\u001b[31m", "unit"'

	normalize "$good" >n.pz
	fails_with 4 "n.pz: expected stamps as cut, found normalised ones" normalize n.pz
	fails_with 4 "stdin: expected a stream of stamps" normalize < <(make_predictions 2)
	fails_with 4 "(stretch ?[31m)" normalize <(make_stream "${stamps_header/\"unit\"/"$red"}" </dev/null)
	fails_with 3 "grid: expected bins of a width above 0" normalize <(make_stream "${stamps_header/0.4/5e-324}" </dev/null)
	fails_with 1 "record 1 (id 1): img: expected 32 bytes, found 12" normalize <(one "1, 2, 3")
	fails_with 1 "found 0" normalize <(echo '{"id": "x"}' | make_stream "$stamps_header")
	fails_with 2 "--stretch" normalize --stretch cube "$good"
	fails_with 2 "--divide" normalize --divide -1 "$good"
}

@test "what is no stream is named, with what to do" {
	echo $'id,ra,dec\n1,2,3' >list.csv
	fails_with 3 "list.csv: not a pzpipe stream but text: cutout makes stamps of a catalogue, fromtable a stream of a table" inspect list.csv
	fails_with 3 "stdin: not a pzpipe stream but text" normalize <list.csv
	"$here/frame.py" one.fits
	fails_with 3 "one.fits: not a pzpipe stream but FITS" inspect one.fits
	gzip list.csv
	fails_with 3 "list.csv.gz: not a pzpipe stream but packed by gzip" inspect list.csv.gz
}
