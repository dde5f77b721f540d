#!/usr/bin/env bats
# What make makes: hardened programs, anew where flags change; what make install puts where:
# prefixed names, pages that bear them, pipelines that find their tools

bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return
	to="$BATS_TEST_TMPDIR/root of another name"
	tools=(tools/*/*.1)
	tools=("${tools[@]##*/}")
	tools=("${tools[@]%.1}")
	any=$(IFS='|' && echo "${tools[*]}")
}

@test "made again, nothing is made and nothing said" {
	[ -n "${MAKELEVEL:-}" ] || skip "not begun by make: its flags are not known"
	run -0 --separate-stderr make --no-print-directory
	[ -z "$output" ]
}

@test "objects are made anew where flags change, not where they do not" {
	object=$BATS_TEST_TMPDIR/o/lib/base/error.o
	compile() { make V=1 O="$BATS_TEST_TMPDIR/o" "$@" "$object" | grep -c -- ' -c '; }
	[ "$(compile)" -eq 1 ]
	[ "$(compile)" -eq 0 ]
	[ "$(compile CPPFLAGS='-DNAME="it'\''s"')" -eq 1 ]
	[ "$(compile CPPFLAGS='-DNAME="it'\''s"')" -eq 0 ]
	[ "$(compile LDLIBS=-ldl)" -eq 1 ]
}

@test "every tool is hardened: position, read-only relocations, stack, checked functions" {
	flags=$(make -n V=1 O="$BATS_TEST_TMPDIR/o" "$BATS_TEST_TMPDIR/o/lib/base/error.o")
	for tool in "${tools[@]}"; do
		file=$(command -v "$tool")
		head=$(readelf -hlW "$file")
		dynamic=$(readelf -dW "$file")
		symbols=$(readelf --dyn-syms -W "$file")
		[[ $head == *"Type: "*DYN* ]]
		[[ $head == *GNU_RELRO* ]]
		[[ $head =~ GNU_STACK[^$'\n']*" RW " ]]
		[[ $dynamic == *BIND_NOW* || $dynamic == *Flags:*NOW* ]]
		[[ $symbols == *__stack_chk_fail* ]]
		[[ $flags != *-D_FORTIFY_SOURCE=* || $symbols == *__*printf_chk* ]]
	done
}

@test "what is installed runs and is taken away again" {
	make -s install DESTDIR="$to" PREFIX=/opt/pz
	run -0 "$to/opt/pz/bin/pz-inspect" --version
	[ -e "$to/opt/pz/share/man/man1/pz-inspect.1" ]
	[ -e "$to/opt/pz/share/pzpipe/pipelines/procedure.mk" ]
	for page in man5/pzpipe.5 man7/pzpipe.7 man7/pzpipe-method.7 man7/pzpipe-performance.7 man7/pzpipe-surveys.7; do
		[ -s "$to/opt/pz/share/man/$page" ]
	done
	for file in README.md CHANGELOG.md LICENSE; do
		cmp "$file" "$to/opt/pz/share/doc/pzpipe/$file"
	done
	[ -s "$to/opt/pz/share/bash-completion/completions/pz-inspect" ]
	[ -s "$to/opt/pz/share/zsh/site-functions/_pzpipe" ]
	[ -z "$(find "$to" -not -type l -not -perm -a=r)" ]
	# relative links: the tree may be moved
	mv "$to" "$to-moved"
	run -0 "$to-moved/opt/pz/share/pzpipe/bin/inspect" --version
	make -s uninstall DESTDIR="$to-moved" PREFIX=/opt/pz
	[ -z "$(find "$to-moved" -not -type d)" ]
	[ ! -e "$to-moved/opt/pz/share/pzpipe" ]
}

@test "the prefix of the names is a choice" {
	make -s install DESTDIR="$to" PROGRAM_PREFIX=photo-
	[ -x "$to/usr/local/bin/photo-inspect" ]
	make -s install DESTDIR="$to" PROGRAM_PREFIX=
	[ -x "$to/usr/local/bin/inspect" ]
	for tool in "${tools[@]}"; do
		diff <(tail -n +2 tools/*/"$tool.1") <(tail -n +2 "$to/usr/local/share/man/man1/$tool.1")
	done
}

@test "a tool goes by the name it was started by, in streams by its own" {
	make -s install DESTDIR="$to"
	bin=$to/usr/local/bin
	run -0 "$bin/pz-partition" --help
	[[ $output == "pz-partition -- "*"usage: pz-partition --keep"* ]]
	run -2 "$bin/pz-partition" --nonsense
	[[ $output == "pz-partition: "*"see pz-partition --help" ]]
	make_stream stamps 2 4 | "$bin/pz-normalize" >"$BATS_TEST_TMPDIR/installed.pz"
	make_stream stamps 2 4 | normalize | cmp - "$BATS_TEST_TMPDIR/installed.pz"
}

@test "installed pages bear the installed names: title, references, commands of examples" {
	command -v groff >/dev/null || skip "no groff"
	make -s install DESTDIR="$to"
	version=$(inspect --version | head -n 1)
	for tool in "${tools[@]}"; do
		page=$to/usr/local/share/man/man1/pz-$tool.1
		[[ $(head -n 1 "$page") == ".TH PZ-${tool^^} 1 \"\" \"pzpipe ${version##* }\" \"pzpipe\"" ]]
		run -0 groff -man -ww -Tascii -P-cbou -rLL=200n "$page"
		[[ $output == *$'\nNAME\n'*" pz-$tool - "*$'\nSYNOPSIS\n'*" pz-$tool "* ]]
		plain=$(grep -E "(^|[^a-z-])($any)\(1\)" <<<"$output" ||
			sed -n '/^EXAMPLES/,/^[A-DF-Z]/p' <<<"$output" | grep -E "(^ *|\| *)($any)( |$)" ||
			grep -E "(^|[^a-z|-] )($any) --" <<<"$output") || continue
		echo "pz-$tool.1: $plain"
		return 1
	done
	for page in tools/pzpipe/*.[57]; do
		page=$to/usr/local/share/man/man${page##*.}/${page##*/}
		[[ $(head -n 1 "$page") == ".TH "*" \"pzpipe ${version##* }\" \"pzpipe\"" ]]
		run -0 groff -man -ww -Tascii -P-cbou -rLL=200n "$page"
		! grep -E "(^|[^a-z-])($any)\(1\)" <<<"$output" || { echo "${page##*/}" && false; }
		! sed -n '/^\(EXAMPLES\|TUTORIAL\)/,/^[A-DF-SU-Z]/p' <<<"$output" | grep -E "(^ *|\| *)($any)( |\$)"
	done
}

@test "the installed pipeline needs nothing of the tree that it was made in" {
	make -s install DESTDIR="$BATS_TEST_TMPDIR"
	cd "$BATS_TEST_TMPDIR"
	PATH=/usr/local/bin:/usr/bin:/bin make -s -f usr/local/share/pzpipe/pipelines/demo.mk OUT=sky ENSEMBLE=1 \
		GALAXIES=600 SIZE=16 LEARN='--iterations 5 --batch 16' REFIT='--iterations 5 --batch 16' \
		EXTEND_FIT='--iterations 5 --batch 16' THRESHOLD='--threshold 4' DRAW='--size 300'
	inspect --check sky/step4.pz
	[ -s sky/figure.png ]
}
