# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154  # the tests that load this set and use them
# samples.bash -- small streams for the tests of the tools (stream.py, sample.py)
#
#   make_stamps 500 >stamps.pz            make_predictions 500 1000 >predictions.pz
#   make_stream "$HEADER" <records >x.pz  records <x.pz      header <x.pz

here=${BASH_SOURCE[0]%/*}
# shellcheck source=tests/tools/needs.bash
. "$here/needs.bash"

axes='"grid": {"target": "z", "min": 0, "max": 0.4, "bins": 80, "left": 0, "right": 0},
	"rows": {"mag": "r", "min": 15.5, "width": 0.5, "channels": 3},
	"limits": {"divide": 2, "outlier": 0.05, "fit_from": 0.15, "threshold": 5}'
pixels='"bands": ["g", "r"], "size": 2, "pixel": "f4", "unit": "nmgy"'
stamps_header="{\"kind\": \"stamps\", $pixels, $axes, \"telescope\": \"2.5 m\"}"
predictions_header="{\"kind\": \"predictions\", $axes, \"telescope\": \"2.5 m\"}"
both_header="{\"kind\": \"predictions\", $pixels, $axes}"

make_stream() { "$here/stream.py" make "$1"; }
records() { "$here/stream.py" dump; }
header() { "$here/stream.py" dump --header; }

# N galaxies, numbered from FIRST (0)
make_stamps() { sample stamps "$stamps_header" "$@"; }
make_predictions() { sample predictions "$predictions_header" "$@"; }
make_both() { sample both "$both_header" "$@"; }

# sample KIND HEADER N [FIRST]: made once for all tests of a file
sample() {
	local made=${BATS_FILE_TMPDIR:-}/sample.$1.$3.${4:-0} part

	if [[ -n ${BATS_FILE_TMPDIR:-} ]]; then
		if [[ ! -e $made ]]; then
			part=$made.$BASHPID
			"$here/sample.py" "$1" "${@:3}" | make_stream "$2" >"$part"
			mv "$part" "$made"
		fi
		cat "$made"
	else
		"$here/sample.py" "$1" "${@:3}" | make_stream "$2"
	fi
}

# Segments in a row as one, whose records are untouched.
as_one() { partition --parts all=1 --keep all "$@"; }

# How many records there are.
count() { records | wc -l; }

# Two files are not the same.
differ() {
	if cmp -s "$1" "$2"; then
		echo "$1 and $2 are the same"
		return 1
	fi
}

# The command fails with this status and says this on standard error.
fails_with() {
	local expected=$1 text=$2 status=0
	shift 2

	"$@" >/dev/null 2>"$BATS_TEST_TMPDIR/stderr" || status=$?
	if ((status != expected)) || ! grep -qF -- "$text" "$BATS_TEST_TMPDIR/stderr"; then
		echo "expected status $expected and '$text', found $status:"
		cat "$BATS_TEST_TMPDIR/stderr"
		return 1
	fi
}

# What every filter does alike: help, version, usage errors, empty, cut and foreign
# input, full disk, unknown keys, the same bytes again. Arguments: the filter, its
# options; a good input in $good, an empty stream of its kind in $empty.
behaves_as_a_filter() {
	local tool=$1

	"$tool" --help | grep -q "^usage: $tool"
	"$tool" --version | grep -q pzpipe
	fails_with 2 "$tool: " "$@" --no-such-option
	fails_with 1 "no-such-file" "$@" no-such-file
	"$@" <"$good" >once.pz
	"$@" -j 1 <"$good" >again.pz
	cmp once.pz again.pz
	"$@" "$good" -o named.pz
	cmp once.pz named.pz
	header <once.pz | grep -q "\"tool\": \"$tool\""
	"$@" "$empty" | records | wc -l | grep -qx 0
	fails_with 3 "$tool: " "$@" <(echo this is no stream)
	fails_with 1 "$tool: " "$@" "$good" -o /dev/full
	fails_with 1 "no-such-dir/x: cannot write" "$@" "$good" -o no-such-dir/x
	cuts_are_noticed "$@"
	finds_its_descriptors "$@"
	leaves_nothing_behind "$@"
}

# However short a stream is: exit 3, no output. An input that is empty is one, too.
cuts_are_noticed() {
	local size at

	size=$(wc -c <"$good")
	for at in 1 100 $((size * 2 / 3)) $((size - 28)) $((size - 1)); do
		head -c $at "$good" >cut.pz
		fails_with 3 "cut.pz: " "$@" cut.pz -o half.pz
		fails_with 3 "stdin: " "$@" -o half.pz < <(cat cut.pz)
	done
	: >nothing.pz
	fails_with 3 "nothing.pz: empty" "$@" "$good" nothing.pz -o half.pz
	[[ $(ls half.pz* 2>/dev/null) == "" ]]
}

# A file may be handed over when some of it was read; what is closed stays closed, and
# nothing else is written where it was.
finds_its_descriptors() {
	local tool=$1

	{ printf 'a title'; cat "$good"; } >titled.pz
	{ dd bs=7 count=1 of=title status=none; "$@" -o titled-out.pz; } <titled.pz
	cmp once.pz titled-out.pz
	fails_with 1 "$tool: stdin: cannot read: Bad file descriptor" "$@" <&-
	[[ $({ "$@" "$good" >&-; } 2>&1) == *"stdout: cannot write: Bad file descriptor" ]]
	"$@" -v -o no-stderr.pz <"$good" 2>&-
	cmp once.pz no-stderr.pz
}

# Not over its input; into a pipe that nobody reads; killed.
leaves_nothing_behind() {
	local job

	cp "$good" both.pz
	ln -f both.pz hard.pz
	ln -sf hard.pz soft.pz
	for name in both.pz ./both.pz hard.pz soft.pz; do
		fails_with 2 "--output '$name' is the input 'both.pz'" "$@" both.pz -o "$name"
		fails_with 2 "--output '$name' is the input 'standard input'" "$@" -o "$name" <both.pz
	done
	# shellcheck disable=SC2094 # that is what must be refused
	({ "$@" both.pz >>both.pz; } 2>&1 && echo passed) | grep -q "standard output is the input 'both.pz'"
	cmp "$good" both.pz
	({ sleep 0.1; "$@" "$good"; } 2>unread.txt | :; ((PIPESTATUS[0] == 141)))
	[[ ! -s unread.txt ]]
	mkfifo slow.pz
	"$@" slow.pz -o killed.pz &
	job=$!
	{ head -c 9999 "$good"; sleep 0.2; kill -TERM $job; } >slow.pz
	wait $job && return 1
	(($? == 143))
	[[ $(ls killed.pz* 2>/dev/null) == "" ]]
}

# A FITS image as frame.py writes it.
frame() { "$here/frame.py" "$@"; }
