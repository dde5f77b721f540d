#!/usr/bin/env bats
# make install and uninstall: prefixed names, pages, pipelines that find their tools

bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return
	to=$BATS_TEST_TMPDIR/root
}

@test "what is installed runs and is taken away again" {
	make -s install DESTDIR="$to" PREFIX=/opt/pz
	run -0 "$to/opt/pz/bin/pz-inspect" --version
	[ -e "$to/opt/pz/share/man/man1/pz-inspect.1" ]
	[ -e "$to/opt/pz/share/pzpipe/pipelines/procedure.mk" ]
	# relative links: the tree may be moved
	mv "$to" "$to-moved"
	run -0 "$to-moved/opt/pz/share/pzpipe/bin/inspect" --version
	make -s uninstall DESTDIR="$to-moved" PREFIX=/opt/pz
	[ -z "$(find "$to-moved" -not -type d)" ]
}

@test "the prefix of the names is a choice" {
	make -s install DESTDIR="$to" PROGRAM_PREFIX=photo-
	[ -x "$to/usr/local/bin/photo-inspect" ]
	make -s install DESTDIR="$to" PROGRAM_PREFIX=
	[ -x "$to/usr/local/bin/inspect" ]
}
