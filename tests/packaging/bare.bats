#!/usr/bin/env bats
# What README tells a newcomer to type, on a machine that has nothing yet

bats_require_minimum_version 1.5.0

# PATH is a newcomer's: this one begins with parts of bats that are no commands.
# shellcheck disable=SC2016  # the inner shell's variables
inside='
	mkdir "$BARE/pzpipe"
	tar -xf "$SOURCE" -C "$BARE/pzpipe" --strip-components 1
	chroot "$BARE" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin /pzpipe/.ci/run
'

@test "make setup check, on a bare Debian" {
	cd "$BATS_TEST_DIRNAME/../.." || return
	command -v debootstrap >/dev/null || skip "no debootstrap"
	((EUID == 0)) || skip "not root"
	make -s dist
	SOURCE=$(echo build/pzpipe-*.tar.gz) run tests/packaging/bare bash -euc "$inside"
	tail -n 20 <<<"$output" | sed 's/^/# /' >&3
	[ "$status" -eq 0 ]
}
