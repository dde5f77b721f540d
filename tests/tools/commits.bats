#!/usr/bin/env bats
# commits.bats -- messages of commits: a title that fits, an empty line, the reason

bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	here=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
}

message() {
	printf '%s\n' "$@" >message
	"$here/tests/commit-message" message
}

@test "a title of 72 characters with its reason in the body is good" {
	message "$(printf 'x%.0s' {1..72})"
	message 'cutout: read µJy' '' 'It stands in Latin-1 in some headers.' '# a comment of git'
}

@test "what is too long, empty, or runs on is said" {
	run -1 message "$(printf 'x%.0s' {1..73})"
	[ "$output" = "message: the title has 73 characters, expected at most 72; the reason stands in the body" ]
	run -1 message ''
	[ "$output" = "message: the title is empty: say what changed" ]
	run -1 message 'A title.'
	[ "$output" = "message: the title ends in a full stop" ]
	run -1 message 'A title' 'that runs on'
	[ "$output" = "message: expected an empty line behind the title, found 'that runs on'" ]
}

@test "a range of commits" {
	command -v git >/dev/null || skip "no git"
	git init -q .
	git -c user.name=a -c user.email=b commit -q --allow-empty -m first
	git -c user.name=a -c user.email=b commit -q --allow-empty -m 'second.'
	git -c user.name=a -c user.email=b commit -q --allow-empty -m third
	"$here/tests/commit-message" HEAD~1..HEAD
	run -1 "$here/tests/commit-message" HEAD~2..HEAD
	[ "$output" = "$(git rev-parse HEAD~1 | cut -c 1-8): the title ends in a full stop" ]
}
