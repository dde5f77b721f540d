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

# The numbers of a header, "0.5,2".
softening() { inspect "$@" | awk '$1 == "soften" { gsub(/[][]/, "", $2); print $2 }'; }

@test "every band can have a divisor of its own" {
	run records < <(one "0, 0.5, -0.5, 1.5, 3, 6, -3, 0" | normalize --stretch none --soften 0.5,3)
	[ "$output" = '{"id": 1, "img": [0.0, 1.0, -1.0, 3.0, 1.0, 2.0, -1.0, 0.0]}' ]
	run records < <(one "0, 0.5, -0.5, 1, 3, 6, -3, 0" | normalize --stretch asinh --soften 0.5,3)
	[[ $output == *'[0.0, 0.881373'*', -0.881373'*', 1.443635'*', 0.881373'*', 1.443635'*', -0.881373'*', 0.0]}' ]]
	run records < <(one "0, 1.5, -1.5, 4, 9, 24, -9, 0" | normalize --soften 0.5,3)
	[ "$output" = '{"id": 1, "img": [0.0, 1.0, -1.0, 2.0, 1.0, 2.0, -1.0, 0.0]}' ]
	normalize --soften 2,2 "$good" >same.pz
	cmp <(records <same.pz) <(normalize --divide 2 "$good" | records)
	[[ $(header <same.pz) == *'"stretch": "sqrt"'*'"soften": [2.0, 2.0]'* ]]
	[ "$(inspect same.pz | grep -c '^divide')" = 0 ]
}

@test "the noise of the sky is found in each band" {
	mock -q --stamps --galaxies 1500 --size 48 >sky.pz
	normalize --stretch asinh --soften auto sky.pz >auto.pz
	# what pzpipe-method(7) says of the sky's noise, to 3 %
	softening auto.pz | awk -F, '{ split("0.044,0.024,0.032,0.057,0.213", sky)
		for (i = 1; i <= 5; i++) if ($i / sky[i] < 0.97 || $i / sky[i] > 1.03 || length($i) > 7) bad = 1
		exit NF != 5 || bad }'
	# a pipe and any number of threads find the same, and nothing but the history knows of it
	cmp auto.pz <(normalize -j 1 --stretch asinh --soften auto <sky.pz)
	normalize --stretch asinh --soften "$(softening auto.pz)" sky.pz | without_history >given
	cmp given <(without_history <auto.pz)
	normalize --like auto.pz sky.pz | without_history | cmp given -
}

# A stream without what its header says of its making.
without_history() {
	cat >whole.pz
	inspect whole.pz | grep -v '^history\|^  *normalize\|^hash'
	records <whole.pz
}

# N stamps of noise, of deviation 2 in g and 3 in r, on a sky of 7 in r
noisy() {
	awk -v n="$1" -v seed="${2:-1}" 'function normal() { return sqrt(-2 * log(1 - rand())) * cos(6.283185307 * rand()) }
		BEGIN { srand(seed); for (i = 1; i <= n; i++) { printf "{\"id\": %d, \"img\": [", i
			for (k = 0; k < 128; k++) printf "%s%.9g", k ? ", " : "", k < 64 ? 2 * normal() : 7 + 3 * normal()
			print "]}" } }' | make_stream "${stamps_header/\"size\": 2/\"size\": 8}"
}

@test "the noise is that of the first 1000 stamps, and of fewer where there are fewer" {
	noisy 1000 >first.pz
	normalize --soften auto first.pz >some.pz
	softening some.pz | awk -F, '{ exit !(NF == 2 && $1 > 1.8 && $1 < 2.1 && $2 > 2.7 && $2 < 3.1) }'
	noisy 400 2 >more.pz
	[ "$(softening <(normalize --soften auto first.pz more.pz))" = "$(softening some.pz)" ]
	[ "$(normalize --soften auto first.pz more.pz | count)" = 1400 ]
	cmp <(normalize --soften auto first.pz more.pz | records) \
		<(normalize --soften "$(softening some.pz)" first.pz more.pz | records)
	[ "$(softening <(normalize --soften auto more.pz))" != "$(softening some.pz)" ]
	[ "$(normalize --soften auto more.pz | count)" = 400 ]
	normalize --soften auto <(as_one first.pz more.pz) | records | cmp - <(normalize --soften auto first.pz more.pz | records)
}

@test "galaxies, gaps and pixels without a value are no noise" {
	local img='1, 2, 3, 4'

	# of two stamps the one with the darker border counts: 1 1 2 2 3 3 4 4 around 2.5 is 1 1 1 1 ...
	for stamp in "1, 2, 3, 4" "10, 90, 50, 70"; do
		echo "{\"img\": [$stamp, $stamp]}"
	done | make_stream "$stamps_header" | normalize --soften auto >x.pz
	[ "$(softening x.pz)" = 1.483,1.483 ]
	# the gap of g (0) and the NaN of r are left out: 1 1 5 5 5 5 around 5 is 0 0 0 0 4 4
	echo '{"cover": [0.75, 1], "img": [0, 1, 4, 9, NaN, 1, 4, 9]}' | make_stream "$stamps_header" |
		normalize --quiet --soften auto >x.pz
	[ "$(softening x.pz)" = 4.448,4.448 ]
	# but where the band is covered, 0 is a measurement: 0 0 1 1 4 4 9 9 around 2.5
	echo '{"cover": [1, 1], "img": [0, 1, 4, 9, 0, 1, 4, 9]}' | make_stream "$stamps_header" |
		normalize --quiet --soften auto >x.pz
	[ "$(softening x.pz)" = 2.965,2.965 ]
	# stamps without the band are not asked
	for cover in 0 1 0; do
		echo "{\"cover\": [$cover, 1], \"img\": [0, $cover, $cover, 0, $img]}"
	done | make_stream "$stamps_header" | normalize --soften auto >x.pz
	[ "$(softening x.pz)" = 0.7413,1.483 ]
}

@test "bands without noise are named" {
	local flat="1, 2, 3, 4, 5, 5, 5, 5"

	one "$flat" >flat.pz
	fails_with 1 "--soften auto: band 'r': expected noise on the borders of the first 1 stamp, found 0: give numbers by --soften or --like" \
		normalize --soften auto flat.pz
	one "NaN, NaN, NaN, NaN, 1, 2, 3, 4" >none.pz
	fails_with 1 "band 'g': none of the first 1 stamp has data on its border" normalize --soften auto none.pz
	fails_with 1 "expected stamps, to measure the noise of the sky, found none" normalize --soften auto "$empty"
	[ "$(normalize --soften 1,2 "$empty" | count)" = 0 ]
	fails_with 1 "record 1 (id 1): img: expected 32 bytes, found 12" normalize --soften auto <(one "1, 2, 3")
	head -c -50 "$good" >cut.pz
	fails_with 3 "cut.pz" normalize --soften auto cut.pz
}

@test "stamps are scaled like those of a stream or a model" {
	local model='{"kind": "model", "bands": ["g", "r"], "size": 2, "unit": "nmgy", "stretch": "log", '

	normalize --stretch asinh --soften 0.5,3 "$good" >old.pz
	normalize --like old.pz "$good" | records | cmp - <(records <old.pz)
	[[ $(header < <(normalize --like old.pz "$good")) == *'"files": [["old.pz", "'* ]]
	normalize --divide 5 --stretch log "$good" >log.pz
	make_stream "$model\"divide\": 5}" </dev/null >x.model
	normalize --like x.model "$good" | records | cmp - <(records <log.pz)
	[[ $(header < <(normalize --like x.model "$good")) == *'"stretch": "log"'*'"divide": 5.0'* ]]
	make_stream "$model\"soften\": [0.5]}" </dev/null >bad.model
	fails_with 3 "bad.model: header: soften: expected a number for each of 2 bands, found 1" normalize --like bad.model "$good"
	make_stream "$model\"soften\": [0.5, 0]}" </dev/null >bad.model
	fails_with 3 "header: soften: expected numbers above 0, found 0" normalize --like bad.model "$good"
	make_stream "$model\"soften\": \"auto\"}" </dev/null >bad.model
	fails_with 3 "bad.model: key 'soften': expected an array of numbers" normalize --like bad.model "$good"
	make_stream "${model/'"r"'/'"i"'}\"divide\": 5}" </dev/null >bad.model
	fails_with 4 "bad.model: bands: expected 'r' as band 2, as in the input, found 'i'" normalize --like bad.model "$good"
	make_stream "${model/nmgy/Jy}\"divide\": 5}" </dev/null >bad.model
	fails_with 4 "bad.model: unit: expected 'nmgy' as in the input, found 'Jy'" normalize --like bad.model "$good"
	make_stream "${model/log/cube}\"divide\": 5}" </dev/null >bad.model
	fails_with 4 "bad.model: stretch: expected sqrt, asinh, log or none, found 'cube'" normalize --like bad.model "$good"
	fails_with 4 "expected normalised stamps, or a model of such, found stamps as cut" normalize --like "$good" "$good"
	fails_with 4 "expected a model that reads pixels, or stamps" normalize --like <(make_predictions 2) "$good"
	head -c -50 old.pz >cut.pz
	fails_with 3 "cut.pz" normalize --like cut.pz "$good"
	fails_with 1 "no-such-file" normalize --like no-such-file "$good"
	fails_with 2 "--like and --soften exclude each other" normalize --like old.pz --soften 1,2 "$good"
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
	fails_with 2 "--soften and --divide exclude each other" normalize --divide 2 --soften auto "$good"
	fails_with 2 "--soften: expected a number for each of 2 bands, found 3" normalize --soften 1,2,3 "$good"
	for text in "1," ,1 1,0 1,-2 1,x 1,nan 1,inf 1,1e39 "1 2"; do
		fails_with 2 "--soften: expected auto, or numbers above 0 with commas between, found '$text'" \
			normalize --soften "$text" "$good"
	done
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
