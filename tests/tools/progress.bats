#!/usr/bin/env bats
# The progress lines of a pipeline's tools, on the terminal that they share.

bats_require_minimum_version 1.5.0

setup() {
	python3 -c 'import pty; pty.openpty()' 2>/dev/null || skip "no terminals"
	cd "$BATS_TEST_TMPDIR" || return
	make_stream stamps 400 8 >stamps.pz
}

on_terminal() {
	python3 "$BATS_TEST_DIRNAME/terminal.py" "$@" <stamps.pz
}

@test "one tool of a pipeline shows its progress at a time, and the next one when it has ended" {
	on_terminal 100 'normalize | partition --keep train | inspect --stats' >lines
	(($(grep -c . lines) >= 3))
	# No line has two names, and no tool comes back once another one has had the line.
	[[ $(sed 's/ .*//' lines | uniq | sort | uniq -d) == "" ]]
	run ! grep -E '(normalize|partition).*(normalize|partition)' lines
}

@test "a line is cut to the width of the terminal, which it would otherwise scroll" {
	on_terminal 20 'normalize' >lines
	(($(grep -c . lines) >= 3))
	run ! grep -E '.{20}' lines
	grep -q '^normalize ' lines
}
