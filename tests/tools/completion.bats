#!/usr/bin/env bats
# The completions that are installed: bash is typed at, zsh reads what is meant for it

bats_require_minimum_version 1.5.0

setup_file() {
	export ROOT=$BATS_FILE_TMPDIR
	make -s -C "$BATS_TEST_DIRNAME/../.." install DESTDIR="$ROOT"
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	export PATH=$ROOT/usr/local/bin:$PATH
	share=$ROOT/usr/local/share
}

# completed LINE: the line's words with all that its last word can become, separated by blanks
completed() {
	"$BATS_TEST_DIRNAME/complete.py" "$share/bash-completion/completions/pzpipe" "$1" | paste -sd ' '
}

# bash with Alt-* at an interactive prompt needs readline, and a terminal.
need_readline() {
	/usr/bin/python3 -c 'import pty; pty.openpty()' 2>/dev/null || skip "no terminals"
	bash -c 'enable -p' | grep -q complete || skip "no bash with completion"
}

@test "bash: options, with the prefix of the names and without" {
	need_readline
	[ "$(completed 'pz-train --hea')" = "pz-train --heads" ]
	[ "$(completed 'train --hea')" = "train --heads" ]
	[ "$(completed 'pz-inspect --c')" = "pz-inspect --check --choose --columns --count" ]
	[ "$(completed './pz-balance stamps.pz --th')" = "./pz-balance stamps.pz --threads --threshold" ]
}

@test "bash: the words that an option takes, behind a blank, an equals sign or its letter" {
	need_readline
	[ "$(completed 'pz-train --heads ')" = "pz-train --heads keep new" ]
	[ "$(completed 'pz-train --heads=n')" = "pz-train --heads=new" ]
	[ "$(completed 'pz-knn -w t')" = "pz-knn -w tricube" ]
	[ "$(completed 'pz-cutout --survey cf')" = "pz-cutout --survey cfhtls-deep cfhtls-wide" ]
	[ "$(completed 'pz-train --net S')" = "pz-train --net S1 S1+features S2 S2+features S3 S3+features" ]
}

@test "bash: names of files elsewhere" {
	need_readline
	touch step1.model stamps.pz my.net
	[ "$(completed 'pz-train --from st')" = "pz-train --from stamps.pz step1.model" ]
	[ "$(completed 'pz-train --net my')" = "pz-train --net my.net" ]
	[ "$(completed 'pz-balance sta')" = "pz-balance stamps.pz" ]
}

@test "every option of every tool is offered to bash and zsh" {
	for tool in "$ROOT"/usr/local/share/pzpipe/bin/*; do
		tool=${tool##*/}
		mapfile -t options < <("$tool" --help | grep -oE '^  (-.,|   ) --[a-z-]+' | grep -oE -- '--.*')
		((${#options[@]} > 5))
		bash=$(sed -n "/^\t$tool)/,/^\t\t;;/p" "$share/bash-completion/completions/pzpipe")
		zsh=$(sed -n "/^$tool)/,/^\t;;/p" "$share/zsh/site-functions/_pzpipe")
		for option in "${options[@]}"; do
			[[ $bash =~ [\ \']"$option"[\ \'] ]] || { echo "bash: $tool $option" && false; }
			[[ $zsh =~ [\',]"$option"[=\'\}\)] ]] || { echo "zsh: $tool $option" && false; }
		done
		[ "$(readlink "$share/bash-completion/completions/pz-$tool")" = pzpipe ]
	done
}

@test "zsh reads its file" {
	command -v zsh >/dev/null || skip "no zsh"
	run -0 zsh -n "$share/zsh/site-functions/_pzpipe"
	[ -z "$output" ]
	[[ $(head -n 1 "$share/zsh/site-functions/_pzpipe") == "#compdef "*" pz-balance balance "* ]]
}

@test "the prefix of the names is that of the completions" {
	make -s -C "$BATS_TEST_DIRNAME/../.." install DESTDIR="$PWD" PROGRAM_PREFIX=photo-
	share=$PWD/usr/local/share
	need_readline
	[ "$(completed 'photo-knn --wei')" = "photo-knn --weights" ]
	[ -L usr/local/share/bash-completion/completions/photo-knn ]
}
