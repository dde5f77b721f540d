#!/usr/bin/env bats
# names.bats -- names of streams, values, targets and bands: nothing of them is a command, a
# column or an order to a terminal, and they draw as they are

# shellcheck disable=SC1003,SC2016,SC2154  # names are meant as they stand; samples.bash sets others
load samples

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	make_predictions 60 >a.pz
}

# The texts of an SVG, a line each, as a reader of XML sees them.
texts() { /usr/bin/python3 -c '
import sys, xml.etree.ElementTree as tree
for text in tree.parse(sys.argv[1]).getroot().iter("{http://www.w3.org/2000/svg}text"):
    print("".join(text.itertext()))' "$1"; }

names=("'tis" "it's" "''" "a''b'" '50%' '%s%n%5d' 'a\nb' 'x\' '{Bold x}' '{}' '_' 'a_b^c' '@home' '~a' '#65'
	'`touch pwned`' '$(touch pwned)' '"; system "touch pwned"; #' "'; system 'touch pwned'; #" '!touch pwned'
	'|touch pwned' 'a"b' '&amp;' 'a&b' '<touch pwned' '$zspec0' 'Ω_m ⟨é⟩')

@test "names draw as they are, and run nothing" {
	command -v gnuplot >/dev/null || skip "no gnuplot"
	for ((i = 0; i < ${#names[@]}; i += 9)); do
		operands=()
		for name in "${names[@]:i:9}"; do
			operands+=("$name=a.pz")
		done
		residuals -q -b 0 --panels pit,nz --figure f.svg -o table "${operands[@]}"
		texts f.svg >drawn
		for name in "${names[@]:i:9}"; do
			# in the legend, and above two panels behind the letter of each
			[ "$(grep -cxF -- "$name" drawn)" = 1 ] || { echo "$name"; cat drawn; false; }
			[ "$(sed -n 's/^([a-z]*) //p' drawn | grep -cxF -- "$name")" = 2 ] || { echo "$name"; cat drawn; false; }
		done
		[ "$(head -1 table)" = "$(printf 'quantity'; printf '\t%s' "${names[@]:i:9}")" ]
	done
	[ ! -e pwned ]
}

@test "so do values that were tried, names of reports and of what was varied" {
	command -v gnuplot >/dev/null || skip "no gnuplot"
	for ((i = 0; i < ${#names[@]}; i += 6)); do
		residuals -q -b 2 --fit-from 0 --fit-count 1 --json r.json "${names[i]}=a.pz" >table
		operands=()
		for name in "${names[@]:i:6}"; do
			operands+=("$name=r.json")
		done
		sweep --name "${names[i]}" --figure f.svg "${operands[@]}" >table
		texts f.svg >drawn
		for name in "${names[@]:i:6}"; do
			grep -qxF -- "$name" drawn || { echo "$name"; cat drawn; false; }
		done
		[ "$(awk -F'\t' 'NF != 21' table)" = "" ]
	done
	[ ! -e pwned ]
}

@test "a header's target and band are no commands, and no orders to a terminal" {
	command -v gnuplot >/dev/null || skip "no gnuplot"
	for evil in 'm\nsystem \"touch pwned\"\n#' "m'\\n!touch pwned\\n" 'm`touch pwned`\u001b[3m' 'm\u009b31m%s%n'; do
		header=${predictions_header/\"z\"/\"$evil\"}
		records <a.pz | sed "s/\"z\"/\"${evil//\\/\\\\}\"/" |
			make_stream "${header/\"mag\": \"r\"/\"mag\": \"$evil\"}" >evil.pz
		residuals -b 2 --panels zspec,zphot,nz,tv,mad,density --figure f.svg evil.pz >table 2>said
		texts f.svg | grep -q m
		[ "$(grep -c '' said)" = "$(grep -c '^residuals: ' said)" ]
		residuals --outlier 1e-9 --fit-from 9 evil.pz 2>>said >table
		! LC_ALL=C grep -q $'\033\|\302\233' said
	done
	[ ! -e pwned ]
}

@test "a name is a column's head and no more: no tabs, no lines, nothing but UTF-8" {
	for name in $'a\tb' $'a\nb' $'a\rb' $'\033[31m' $'a\302\233b' $'a\342\200\250b' $'a\377b' $'\303' ''; do
		fails_with 2 "residuals: expected NAME=FILE with a name of" residuals "$name=a.pz"
		fails_with 2 "sweep: expected VALUE=REPORT with a name of" sweep "$name=r.json"
	done
	cp a.pz $'a\tb.pz'
	fails_with 2 "residuals: expected NAME=FILE with a name of" residuals $'a\tb.pz'
	residuals -q -b 0 ab=$'a\tb.pz' | head -1 | grep -qx 'quantity	ab'
	fails_with 2 "sweep: --name: expected" sweep --name $'a\tb' 1=r.json
	for name in 'a\tb' 'a\nb' 'a\u0085b' '\u2028'; do
		echo "{\"$name\": {\"n\": 1}}" >r.json
		fails_with 1 "r.json: expected a stream with a name of" sweep 1=r.json
	done
}

# Runs the arguments with a terminal for standard input.
at_a_terminal() { /usr/bin/python3 -c '
import os, pty, subprocess, sys
master, slave = pty.openpty()
sys.exit(subprocess.run(sys.argv[1:], stdin=slave, timeout=20).returncode)' "$@"; }

@test "a tool that would wait for a person to type a stream or a table says so" {
	python3 -c 'import pty; pty.openpty()' 2>/dev/null || skip "no terminals"
	for tool in residuals fromtable balance softlabel "calibrate --train a.pz" "knn --train a.pz -m mag" inspect totable normalize; do
		# shellcheck disable=SC2086  # a tool with its options
		fails_with 2 "standard input is a terminal" at_a_terminal $tool
	done
	for tool in "residuals -" "residuals a.pz b=-" "residuals --variances - a.pz" "fromtable -" "calibrate --train - a.pz" "recalibrate --train - a.pz" "nz --trained - a.pz" \
		"softlabel --fit - a.pz" "knn --train - -m mag a.pz" "cutout --frames - --catalogue x.csv" "inspect -" "mock --from - d"; do
		# shellcheck disable=SC2086
		fails_with 2 "standard input is a terminal" at_a_terminal $tool
	done
	at_a_terminal residuals -q -b 0 a.pz | grep -q ^quantity
}
