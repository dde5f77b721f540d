#!/usr/bin/env bats
# Every tool alike: help, version, usage errors, and a manual page that has every option

bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return
	tools=(tools/*/*.1)
	tools=("${tools[@]##*/}")
	tools=("${tools[@]%.1}")
}

# The long options that a text of --help or of a manual page defines.
options_of_help() {
	"$1" --help | grep -oE '^  (-.,|   ) --[a-z0-9-]+' | grep -oE -- '--.*' | sort -u
}

options_of_page() {
	groff -man -Tascii -P-cbou -rLL=200n tools/*/"$1.1" | grep -oE '^ {7}(-., )?--[a-z0-9-]+' |
		grep -oE -- '--[a-z].*' | sort -u
}

@test "--help goes to stdout and exits 0" {
	for tool in "${tools[@]}"; do
		run -0 --separate-stderr "$tool" --help
		[[ $output == "$tool -- "* ]]
		[ -z "$stderr" ]
	done
}

@test "--version names the tool and exits 0" {
	for tool in "${tools[@]}"; do
		run -0 "$tool" --version
		[[ $output == "$tool "* ]]
	done
}

@test "an unknown option exits 2 and points at --help" {
	for tool in "${tools[@]}"; do
		run -2 --separate-stderr "$tool" --no-such-option
		[ -z "$output" ]
		[[ $stderr == "$tool: "*"$tool --help"* ]]
	done
}

@test "each tool has a manual page without warnings of groff" {
	command -v groff >/dev/null || skip "no groff"
	for tool in "${tools[@]}"; do
		compgen -G "tools/*/$tool.1" >/dev/null
		run -0 groff -man -ww -Tutf8 -z tools/*/"$tool.1"
		[ -z "$output" ]
		for section in NAME SYNOPSIS DESCRIPTION OPTIONS 'EXIT STATUS' EXAMPLES; do
			grep -qE "^\.SH \"?$section" tools/*/"$tool.1" || {
				echo "tools/$tool.1 has no section $section"
				return 1
			}
		done
	done
}

@test "the options of help and manual page are the same" {
	command -v groff >/dev/null || skip "no groff"
	for tool in "${tools[@]}"; do
		echo "$tool: < --help, > manual page"
		diff <(options_of_help "$tool") <(options_of_page "$tool")
	done
}
